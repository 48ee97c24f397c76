"""An attacker of its own, written against the public reader only, and with HiGHS.

He knows every published table of at most three dimensions and the rule of whole groups. The careful one
also knows which cells the guard lowered; the simple one believes it never acted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import highspy
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from geodata.raw_cells import RawCells
from geodata.release.attack import attack, sub_lattices
from geodata.release.evaluate import harden
from geodata.release.manifest import About
from geodata.release.protected import Rules, protect
from geodata.release.publish import publish_protected
from geodata.release.reader import Release
from geodata.release.store import Store

Caseload = Callable[[int, int, dict[str, int]], RawCells]
FOUR = {"county": 8, "form": 6, "role": 5, "sex": 3}
K = 10


class Attacker:
    """Bounds on cells of a published release."""

    def __init__(self, release: Release, raw: RawCells, *, careful: bool) -> None:
        """State what is published as a linear programme; `careful` knows which cells the guard lowered."""
        dims = list(raw.dims)
        values = {dim: sorted(set(raw.frame[dim])) for dim in dims}
        shape = [len(values[dim]) for dim in dims]
        true = np.zeros(shape)
        places = tuple(raw.frame[dim].map({v: i for i, v in enumerate(values[dim])}).to_numpy() for dim in dims)
        np.add.at(true, places, raw.frame["n"].to_numpy())
        index = np.indices(shape).reshape(len(shape), -1)
        parts, low, high, small = [], [], [], []
        for table in release.manifest.tables:
            axes = [dims.index(dim) for dim in table]
            sums = true.sum(axis=tuple(a for a in range(len(dims)) if a not in axes))
            sums = np.moveaxis(sums, range(len(axes)), np.argsort(np.argsort(axes))) if axes else sums
            size = [shape[a] for a in axes]
            cell = np.ravel_multi_index(tuple(index[a] for a in axes), size) if axes else np.zeros(index.shape[1], int)
            parts.append(sp.csr_matrix((np.ones(index.shape[1]), (cell, np.arange(index.shape[1])))))
            shown = np.zeros(int(np.prod(size)))
            for row in release.lookup(table).itertuples(index=False):
                if row.status == "shown":
                    at = [values[dim].index(getattr(row, dim)) for dim in table]
                    shown[np.ravel_multi_index(at, size) if axes else 0] = row.persons
            here = np.asarray(sums).reshape(-1)
            assert (shown <= here).all()
            low.append(shown)
            believed = shown + K - 1
            high.append(np.where(here > believed, highspy.kHighsInf, believed) if careful else believed)
            small.append((here > 0) & (here < K))
        self.matrix = sp.vstack(parts).tocsr()
        self.small = np.flatnonzero(np.concatenate(small))
        self.solver = self._solver(np.concatenate(low), np.concatenate(high))

    def _solver(self, low: np.ndarray, high: np.ndarray) -> highspy.Highs:
        program = highspy.HighsLp()
        program.num_row_, program.num_col_ = self.matrix.shape
        program.col_cost_ = np.zeros(program.num_col_)
        program.col_lower_, program.col_upper_ = (
            np.zeros(program.num_col_),
            np.full(program.num_col_, highspy.kHighsInf),
        )
        program.row_lower_, program.row_upper_ = low, high
        program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        program.a_matrix_.start_, program.a_matrix_.index_ = self.matrix.indptr, self.matrix.indices
        program.a_matrix_.value_ = self.matrix.data
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.passModel(program)
        solver.run()
        return solver

    def consistent(self) -> bool:
        """Say whether the attacker's beliefs have a solution."""
        return self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal

    def narrowed(self) -> list[int]:
        """Small cells whose interval lies strictly inside [0, k−1]."""
        found = []
        for sense, limit in ((highspy.ObjSense.kMinimize, 0), (highspy.ObjSense.kMaximize, K - 1)):
            self.solver.changeObjectiveSense(sense)
            left = set(self.small.tolist())
            while left:
                batch = sorted(left)[:60]
                before = len(left)
                for rows in (batch, batch[:1]):
                    self._solve(rows)
                    reached = self.matrix @ np.array(self.solver.getSolution().col_value)
                    done = reached < 1e-6 if limit == 0 else reached > limit - 1e-6
                    left -= {row for row in left if done[row]}
                    if len(left) < before:
                        break
                else:
                    left.discard(batch[0])
                    found.append(batch[0])
        return found

    def _solve(self, rows: list[int]) -> None:
        cost = np.asarray(self.matrix[rows].sum(axis=0)).ravel()
        self.solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        self.solver.run()
        assert self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal


def test_no_small_cell_is_narrowed(store: Store, caseload: Caseload) -> None:
    raw = caseload(3_000, 0, FOUR)
    release = publish_protected(raw, store=store, about=About("caseload"), published=date(2026, 11, 22))
    careful, simple = Attacker(release, raw, careful=True), Attacker(release, raw, careful=False)
    assert len(careful.small) >= 200
    assert careful.consistent()
    assert careful.narrowed() == []
    assert not simple.consistent() or simple.narrowed() == []


@pytest.mark.parametrize("sexes", [2, 3])
def test_the_attacker_would_succeed_without_the_guard(caseload: Caseload, sexes: int) -> None:
    """The test above can fail: rounding alone is broken by the same attack."""
    working = protect(caseload(3_000, 1, FOUR | {"sex": sexes}), Rules(attacked=200, unknowns=1_000))
    bare = replace(working, guarded=replace(working.guarded, units=working.ceiling))
    assert attack(bare, bare.encoded.axes).narrowed > 0
    assert attack(working, working.encoded.axes).narrowed == 0


def test_an_attack_that_works_is_answered(caseload: Caseload) -> None:
    """Pooled windows make one joint attack work in this caseload; the answer shows less until none does."""
    raw = caseload(3_000, 0, {"county": 5, "month": 10, "form": 4, "sex": 2})
    working, figures, problems = harden(protect(raw, Rules(attacked=100, unknowns=1_000)))
    assert problems == ()
    assert figures["attack_narrowed"] == 0
    assert attack(working, working.encoded.axes).narrowed == 0


@pytest.mark.parametrize(("others", "narrowed", "misled"), [((2, 2, 2), 0, 3), ((2, 9, 9), 2, 1), ((9, 9, 9), 3, 0)])
def test_a_bound_is_a_leak_only_if_it_is_true(others: tuple[int, ...], narrowed: int, misled: int) -> None:
    """Whole 40–49, one large part shown as 10: who knows of no guard concludes that each other part holds 3."""
    large = 49 - sum(others)
    frame = pd.DataFrame({"form": ["a", "b", "c", "d"], "n": [large, *others]})
    working = protect(RawCells(frame), Rules())
    units = {(): np.array(4), ("form",): np.array([1, 0, 0, 0])}
    lowered = replace(working, guarded=replace(working.guarded, units=units))
    found = attack(lowered, lowered.encoded.axes, knows_guard=False)
    assert (found.attacked, found.narrowed, found.misled) == (3, narrowed, misled)
    aware = attack(lowered, lowered.encoded.axes)
    assert (aware.narrowed, aware.misled) == (0, 0), "who knows what was lowered believes nothing that is false"


def test_the_attacker_without_the_guard_is_answered_too(caseload: Caseload) -> None:
    """Here his beliefs do not contradict themselves, and some of his bounds are true until the audit answers."""
    sizes = {"county": 20, "month": 4, "form": 6, "sex": 3, "age_group": 8}
    worked = 0
    for seed in range(4):
        working = protect(caseload(2_000, seed, sizes), Rules())
        worked += sum(attack(working, axes, knows_guard=False).narrowed for axes in sub_lattices(working))
        safe, figures, problems = harden(working)
        assert problems == ()
        assert figures["attack_narrowed_unaware_of_guard"] == 0
        assert not any(attack(safe, axes, knows_guard=False).narrowed for axes in sub_lattices(safe))
    assert worked > 0, "without an answer some of his bounds would be true"


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_no_small_cell_is_narrowed_soak(store: Store, caseload: Caseload, seed: int) -> None:
    sizes = FOUR if seed % 2 else FOUR | {"sex": 2, "county": 12}
    raw = caseload(4_000, seed, sizes)
    release = publish_protected(
        raw, store=store, about=About("caseload"), published=date(2026, 11, 22),
        rules=Rules(attacked=1_000, unknowns=2_000),
    )  # fmt: skip
    attacker = Attacker(release, raw, careful=True)
    assert attacker.consistent()
    assert attacker.narrowed() == []
