"""A distinguishing attack on neighbouring caseloads never exceeds what (ε, δ) allow, and wins without the noise.

The attacker has both caseloads, knows the method and every public parameter, and sees whole measurements: he knows
everything but whether one case is in the file. His test is the best there is (Neyman and Pearson: the likelihood
ratio). A lone case in a county, one of nine, and an id that occurs twice are tried.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geodata.raw_cells import RawCells
from geodata.release import accounting
from geodata.release.measure import code_lists, dense, noisy
from geodata.release.workload import WORKLOAD, domains
from geodata.values import Period
from geodata.vault.batch import BatchMeta
from tests.caseloads import skewed, vault_of

RELEASES = 10_000
KNOWN = domains(code_lists(), Period(2024, 2026))
NOISE = accounting.scales(WORKLOAD, accounting.rho_for(accounting.EPSILON))
EPSILON, DELTA = accounting.epsilon(accounting.cost(WORKLOAD, NOISE), 1e-6), 1e-6
Case = dict[str, object]
BASE: Case = {"county": "KE047", "year": 2025, "nature": "trafficking", "form": "forced_labour", "sex": "female",
              "age_group": "24-26", "nationality_group": "kenya", "role": "source"}  # fmt: skip
LONE: Case = {**BASE, "county": "KE006", "form": "forced_labour;organ_removal", "age_group": "0-8"}


def tables_of(cases: list[Case]) -> list[np.ndarray]:
    def counted(dims: tuple[str, ...]) -> np.ndarray:
        frame = pd.DataFrame([{dim: case[dim] for dim in dims} for case in cases]).assign(n=1)
        return dense(RawCells(frame), dims, KNOWN)

    return [counted(spec.dims) for spec in WORKLOAD]


def drawn(differences: list[np.ndarray], *, present: bool) -> np.ndarray:
    """Return the attacker's score of many releases: the log likelihood ratio of "present" over "absent".

    Only cells that differ carry information; the noise of all others is the same under both. Every draw is OpenDP's.
    """
    score = np.zeros(RELEASES)
    for spec, scale, difference in zip(WORKLOAD, NOISE, differences, strict=True):
        for step in difference[difference != 0]:
            truth = np.full(RELEASES, int(step) if present else 0, dtype=np.int64)
            seen = noisy(spec, truth, scale).counts
            score += (2 * seen * step - step**2) / (2 * scale**2)
    return score


def differences(first: list[Case], second: list[Case]) -> list[np.ndarray]:
    return [b - a for a, b in zip(tables_of(first), tables_of(second), strict=True)]


TARGETS: dict[str, Callable[[], list[np.ndarray]]] = {
    "a lone case in a county": lambda: differences([BASE] * 20, [*[BASE] * 20, LONE]),
    "one of nine": lambda: differences([LONE] * 8 + [BASE] * 20, [LONE] * 9 + [BASE] * 20),
    "one form only": lambda: differences([BASE], [BASE, {**LONE, "form": "slavery"}]),
}


@pytest.mark.parametrize("target", TARGETS)
def test_the_best_attack_stays_below_the_bound(target: str) -> None:
    steps = TARGETS[target]()
    absent, present = drawn(steps, present=False), drawn(steps, present=True)
    gained = 0.0
    for threshold in np.quantile(np.concatenate([absent, present]), np.linspace(0.001, 0.999, 400)):
        false, true = (absent > threshold).mean(), (present > threshold).mean()
        # Four standard errors of a share: one run in thousands may stray that far by chance.
        slack = 4 * np.sqrt((true * (1 - true) + np.exp(2 * EPSILON) * false * (1 - false)) / RELEASES) + 1e-3
        assert true <= np.exp(EPSILON) * false + DELTA + slack
        assert 1 - false <= np.exp(EPSILON) * (1 - true) + DELTA + slack
        gained = max(gained, true - false)
    # What (ε, δ) allow an attacker who guesses: (e^ε − 1) / (e^ε + 1). What he reaches is far below.
    assert gained <= (np.exp(EPSILON) - 1 + 2 * DELTA) / (np.exp(EPSILON) + 1)
    assert 0.1 < gained < 0.6, "the attack must be able to see something, or it proves nothing"


@pytest.mark.parametrize("target", TARGETS)
def test_without_noise_the_same_attack_always_wins(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounting, "gaussian", lambda _: SilentMechanism())
    steps = TARGETS[target]()
    absent, present = drawn(steps, present=False), drawn(steps, present=True)
    assert absent.max() < present.min()


class SilentMechanism:
    """A mechanism that adds nothing."""

    def __call__(self, counts: list[int]) -> list[int]:
        """Return what it is given."""
        return counts

    def map(self, distance: float) -> float:
        """Cost nothing, which is a lie."""
        return 0.0 * distance


def test_an_id_that_occurs_twice_changes_nothing_at_all(tmp_path: Path) -> None:
    """The vault counts a case once, so a second row of it makes no neighbour: the sums are the same."""
    vault = vault_of(tmp_path)
    rows = skewed(200)
    vault.store_batch(BatchMeta("d", "a", "a"), rows)
    tables = [spec.dims for spec in WORKLOAD]
    before = vault.sums("d", tables)
    vault.store_batch(BatchMeta("d", "b", "b"), rows.slice(100, 3))
    after = vault.sums("d", tables)
    assert all(before[dims].frame.equals(after[dims].frame) for dims in tables)
