"""How good a release is on skewed caseloads of 800, 3,000 and 20,000 records, at the default cost.

Figures are taken before the floor, from the cells a release stores, against the true counts; several draws each.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
import pytest

from geodata.raw_cells import RawCells
from geodata.release import accounting
from geodata.release.agree import NoisyTable, agreed, project, shared_sets
from geodata.release.build import build
from geodata.release.estimates import THOUSAND, errors_of
from geodata.release.manifest import About
from geodata.release.measure import code_lists, dense, noisy
from geodata.release.measurements import Measurements
from geodata.release.reader import Release
from geodata.release.uncertainty import uncertainties
from geodata.release.workload import VERSION, WORKLOAD, domains
from geodata.values import Period
from geodata.vault.batch import counted_forms
from tests.caseloads import SMALL, skewed

SIZES = (800, 3_000, 20_000)
DRAWS, MANY_DRAWS = 12, 80
EACH = pytest.mark.parametrize(
    ("records", "draws"),
    [*((size, DRAWS) for size in SIZES), *(pytest.param(size, MANY_DRAWS, marks=pytest.mark.soak) for size in SIZES)],
)
KNOWN = domains(code_lists(), Period(2017, 2026))
NOISE = accounting.scales(WORKLOAD, accounting.rho_for(accounting.EPSILON))
COUNTY, YEARLY, NATURE = ("county", "nature"), ("county", "year", "nature"), ("nature",)


@lru_cache(maxsize=8)
def truth_of(records: int, extra: int = 0) -> tuple[np.ndarray, ...]:
    """Return the true tables of a skewed caseload, with some more cases of one county."""
    rows = skewed(records).to_pandas()
    plain = rows.assign(year=rows["month"] // 12, form=[counted_forms(forms) for forms in rows["forms"]])
    plain = pd.concat([plain, plain.iloc[[0] * extra].assign(county="KE006")])
    return tuple(dense(RawCells(plain[list(spec.dims)].assign(n=1)), spec.dims, KNOWN) for spec in WORKLOAD)


def measured(tables: tuple[np.ndarray, ...], attempt: int = 1) -> Measurements:
    """Return one draw over true tables, as `measure` makes it."""
    rho = accounting.cost(WORKLOAD, NOISE)
    drawn = tuple(noisy(spec, table, scale) for spec, table, scale in zip(WORKLOAD, tables, NOISE, strict=True))
    return Measurements("d", attempt, 1, VERSION, accounting.LIBRARY, rho, rho, "0" * 64, KNOWN, drawn)


@dataclass(frozen=True)
class Drawn:
    """Errors of every table over several releases of one caseload, in persons, and the stated standard errors."""

    errors: dict[tuple[str, ...], np.ndarray]
    stated: dict[tuple[str, ...], float]


@lru_cache(maxsize=4)
def drawn(records: int, draws: int = DRAWS) -> Drawn:
    tables = truth_of(records)
    errors: dict[tuple[str, ...], list[np.ndarray]] = {spec.dims: [] for spec in WORKLOAD}
    for _ in range(draws):
        cells, manifest = build([measured(tables)], About("d"))
        for spec, true in zip(WORKLOAD, tables, strict=True):
            table = cells.table(frozenset(spec.dims))
            assert table is not None
            errors[spec.dims].append(table.counts[:, 0].reshape(true.shape) / THOUSAND - true)
    stated = {dims: error.standard_error() for dims, error in errors_of(manifest.protection).items()}
    return Drawn({dims: np.array(values) for dims, values in errors.items()}, stated)


@EACH
def test_errors_are_as_small_as_promised(records: int, draws: int) -> None:
    mean = {dims: float(np.abs(errors).mean()) for dims, errors in drawn(records, draws).errors.items()}
    assert mean[COUNTY] <= 2.3
    assert mean[YEARLY] <= 3
    assert mean[NATURE] <= 8
    for dims, error in mean.items():
        if dims not in (COUNTY, YEARLY, NATURE):
            assert error <= 5.5, dims


@EACH
def test_intervals_cover_what_they_say(records: int, draws: int) -> None:
    found = drawn(records, draws)
    inside = {dims: np.abs(errors) <= 1.96 * found.stated[dims] for dims, errors in found.errors.items()}
    every = np.concatenate([part.ravel() for part in inside.values()])
    assert 0.93 <= every.mean() <= 0.97
    for dims, part in inside.items():
        if part.size > 5_000:
            assert 0.93 <= part.mean() <= 0.97, dims


@EACH
def test_small_counties_are_as_exact_as_large_ones(records: int, draws: int) -> None:
    errors = drawn(records, draws).errors[COUNTY]
    few = [KNOWN["county"].index(county) for county in SMALL]
    assert np.abs(errors[:, few]).mean() == pytest.approx(np.abs(errors).mean(), rel=0.35)


def test_tables_agree_and_add_up_to_the_unit() -> None:
    cells, _ = build([measured(truth_of(3_000))], About("d"))
    grids = {
        table.dims: table.counts[:, 0].reshape([len(KNOWN[dim]) for dim in table.dims]) / THOUSAND
        for table in cells.tables
    }
    compared = 0
    for shared in shared_sets(list(grids)):
        for with_forms in (False, True):
            sums = [
                project(grid, dims, shared)
                for dims, grid in grids.items()
                if set(shared) <= set(dims) and ("form" in dims) == with_forms
            ]
            for other in sums[1:]:
                assert np.abs(other - sums[0]).max() < 1
                compared += 1
    assert compared > 20


def test_stated_errors_equal_those_of_many_draws() -> None:
    """The exact covariances against plain simulation, for cells and for sums of years and of counties."""
    tables = [
        (spec.dims, tuple(len(KNOWN[dim]) for dim in spec.dims), scale**2)
        for spec, scale in zip(WORKLOAD, NOISE, strict=True)
    ]
    exact = {error.dims: error for error in uncertainties(tables)}
    rng = np.random.default_rng(3)
    noise = [
        NoisyTable(dims, rng.normal(0, np.sqrt(variance), (400, *sizes)), variance) for dims, sizes, variance in tables
    ]
    simulated = dict(zip([dims for dims, _, _ in tables], agreed(noise), strict=True))
    for dims, values in simulated.items():
        assert exact[dims].standard_error() == pytest.approx(float(values.std()), rel=0.06), dims
    three_years = simulated[YEARLY][:, :, 2:5].sum(axis=2)
    assert exact[YEARLY].standard_error((1, 3, 1)) == pytest.approx(float(three_years.std()), rel=0.05)
    five_counties = simulated[COUNTY][:, :5].sum(axis=1)
    assert exact[COUNTY].standard_error((5, 1)) == pytest.approx(float(five_counties.std()), rel=0.08)
    whole = exact[YEARLY].standard_error((len(KNOWN["county"]), len(KNOWN["year"]), 1))
    assert whole == pytest.approx(exact[NATURE].standard_error(), rel=1e-3)


@pytest.mark.parametrize("draws", [20, pytest.param(MANY_DRAWS, marks=pytest.mark.soak)])
def test_one_record_more_moves_the_national_figure_by_noise_only(draws: int) -> None:
    """3,000 and 3,001 records: two clouds of the same width, one apart; nothing like 2,610 → 2,320."""

    def national(extra: int) -> np.ndarray:
        found = []
        for _ in range(draws):
            cells, _ = build([measured(truth_of(3_000, extra))], About("d"))
            table = cells.table(frozenset(NATURE))
            assert table is not None
            found.append(float(table.counts[:, 0].sum()) / THOUSAND)
        return np.array(found)

    before, after = national(0), national(1)
    error = 2 * drawn(3_000).stated[NATURE]  # four natures, nearly independent
    # Five standard errors of a mean, and of a difference of two: chance fails this once in a million runs.
    assert before.mean() == pytest.approx(3_000, abs=5 * error / draws**0.5)
    assert after.mean() - before.mean() == pytest.approx(1, abs=5 * error * (2 / draws) ** 0.5)
    assert 0.4 < before.std() / after.std() < 2.5
    assert np.abs(after - 3_001).max() < 6 * error


def test_measurements_of_one_statement_add_up() -> None:
    """Two halves measured apart give the whole, with an error larger by the root of two."""
    whole = truth_of(3_000)
    once, _ = build([measured(whole)], About("d"))
    zero = tuple(np.zeros_like(table) for table in whole)
    twice, manifest = build([measured(whole), measured(zero, 2)], About("d"))
    assert twice.domains == once.domains
    ratio = errors_of(manifest.protection)[COUNTY].standard_error() / drawn(3_000).stated[COUNTY]
    assert ratio == pytest.approx(np.sqrt(2), rel=1e-6)
    assert manifest.protection["epsilon"]["1e-06"] <= 4.0


def test_a_reader_gets_no_number_below_the_floor(tmp_path: object) -> None:
    cells, manifest = build([measured(truth_of(800))], About("d"))
    release = Release(tmp_path, manifest, [cells])  # type: ignore[arg-type]
    for dims in (COUNTY, YEARLY, ("county", "sex", "nature"), ("year", "form", "nature"), NATURE):
        frame = release.lookup(dims)
        shown = frame["status"] == "shown"
        assert frame.loc[~shown, ["persons", "standard_error", "low", "high"]].isna().all().all()
        least = np.maximum(10, 2 * frame.loc[shown, "standard_error"])
        assert (frame.loc[shown, "persons"] >= least - 0.5).all()
        assert dims == NATURE or not shown.all()  # by nature alone, noise lifts the smallest over the floor at times
