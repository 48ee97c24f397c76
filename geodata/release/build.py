"""From measurements to a release: a pure function of noisy numbers and public parameters.

It runs wherever the measurements are, without the vault, and gives the same bytes. Measurements of one statement are
added up (each case is in one of them), made to agree (`agree`), given their standard errors (`uncertainty`) and laid
down in thousandths of a person, so that parts add up to their total to the unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from geodata.release import accounting
from geodata.release.agree import NoisyTable, agreed
from geodata.release.estimates import ESTIMATE, FLOOR, FLOOR_ERRORS, THOUSAND, floor_of
from geodata.release.manifest import PROTECTED, About, Manifest, manifest_of
from geodata.release.measurements import Measurements
from geodata.release.released_cells import ReleasedCells, Value, make_table
from geodata.release.uncertainty import Uncertainty, uncertainties
from geodata.release.workload import DIMS, UNKNOWN_YEAR
from geodata.values import DataProblem

_WHAT_REMAINS = (
    "What this cannot prevent: somebody who already knows a person’s case still knows it; of a group in which "
    "everybody is alike one learns what they have in common; and a person who is in two files under two ids counts, "
    "and is protected, as two."
)
NOT_COVERED = (_WHAT_REMAINS,)
"""Notes that every protected release carries."""


def attachments_of(measured: Sequence[Measurements]) -> dict[str, bytes]:
    """Return the measurements as files of the release: name → canonical bytes."""
    return {f"measurements-{measurement.attempt:04d}.json": measurement.to_json() for measurement in measured}


def build(measured: Sequence[Measurements], about: About) -> tuple[ReleasedCells, Manifest]:
    """Return cells and manifest of the release that these measurements give.

    Raises DataProblem when they do not belong together.
    """
    measured = sorted(measured, key=lambda measurement: measurement.attempt)
    _check(measured)
    domains = _joint_domains(measured)
    tables = _added(measured, domains)
    errors = uncertainties([(table.dims, np.shape(table.values), table.variance) for table in tables])
    grids = {table.dims: values for table, values in zip(tables, agreed(tables), strict=True)}
    cells = ReleasedCells(
        domains={dim: domains[dim] for dim in DIMS if dim in domains},
        measures=(ESTIMATE,),
        tables=tuple(
            make_table(dims, _every_cell(values), np.rint(values * THOUSAND).astype(np.int64).reshape(-1, 1))
            for dims, values in sorted(grids.items(), key=lambda item: (len(item[0]), item[0]))
        ),
    )
    manifest = manifest_of(cells, about, policy=PROTECTED, period=_period(grids, errors, domains))
    notes = (*about.notes, *NOT_COVERED)
    return cells, replace(manifest, notes=notes, protection=_protection(measured, errors))


def _check(measured: Sequence[Measurements]) -> None:
    kinds = {
        (measurement.dataset, measurement.statement, measurement.workload, tuple(t.dims for t in measurement.tables))
        for measurement in measured
    }
    if len(kinds) != 1 or len({measurement.attempt for measurement in measured}) != len(measured):
        raise DataProblem(
            "These measurements do not belong to one statement of one dataset; expected those that were made together; "
            "publish with --restate to measure every case again."
        )


def _joint_domains(measured: Sequence[Measurements]) -> dict[str, tuple[Value, ...]]:
    """Return the domains, with every year that one of the measurements tells apart."""
    first = dict(measured[0].domains)
    if any({**measurement.domains, "year": ()} != {**first, "year": ()} for measurement in measured):
        raise DataProblem(
            "These measurements know different values; publish with --restate to measure every case again."
        )
    years = {year for measurement in measured for year in measurement.domains["year"]} - {UNKNOWN_YEAR}
    return {**first, "year": (*sorted(years, key=int), UNKNOWN_YEAR)}


def _added(measured: Sequence[Measurements], domains: Mapping[str, tuple[Value, ...]]) -> list[NoisyTable]:
    """Add up the same table of every measurement; a year that one does not tell apart holds nothing of it."""
    tables = []
    for place, table in enumerate(measured[0].tables):
        values = np.zeros(tuple(len(domains[dim]) for dim in table.dims))
        variance = 0.0
        for measurement in measured:
            mine = measurement.tables[place]
            at = [[domains[dim].index(value) for value in measurement.domains[dim]] for dim in mine.dims]
            values[np.ix_(*at)] += mine.counts
            variance += mine.scale**2
        tables.append(NoisyTable(table.dims, values, variance))
    return tables


def _every_cell(values: np.ndarray) -> np.ndarray:
    return np.indices(values.shape).reshape(values.ndim, -1).T


def _period(
    grids: Mapping[tuple[str, ...], np.ndarray],
    errors: Sequence[Uncertainty],
    domains: Mapping[str, tuple[Value, ...]],
) -> tuple[int, int]:
    """Return the first and last year with a figure that can be shown, of either nature.

    With one such year or none it is all years: the whole holds more than that year.
    """
    dims = ("county", "year", "nature")
    error = next(error for error in errors if error.dims == dims)
    sums = grids[dims].sum(axis=0)
    least = floor_of(error.standard_error((error.sizes[0], 1, 1)))
    known = [int(year) for year in domains["year"] if year != UNKNOWN_YEAR]
    shown = [year for year, natures in zip(known, sums, strict=False) if float(natures.max()) >= least]
    told = shown if len(shown) > 1 else known
    return min(told), max(told)


def _protection(measured: Sequence[Measurements], errors: Sequence[Uncertainty]) -> dict[str, Any]:
    """Return what the manifest says of the method: public parameters only."""
    dearest = max(measured, key=lambda measurement: measurement.rho)
    deltas = {f"{delta:g}": delta for delta in accounting.DELTAS}
    latest = measured[-1]
    return {
        "method": f"integer Gaussian noise, zero-concentrated differential privacy ({dearest.library})",
        "workload": dearest.workload,
        "statement": dearest.statement,
        "rho": dearest.rho,
        "epsilon": {name: round(accounting.epsilon(dearest.rho, delta), 4) for name, delta in deltas.items()},
        "dataset_rho": latest.spent,
        "dataset_epsilon": {name: round(accounting.epsilon(latest.spent, delta), 4) for name, delta in deltas.items()},
        "measurements": [
            {"attempt": measurement.attempt, "sha256": measurement.digest, "rho": measurement.rho}
            for measurement in measured
        ],
        "floor": {"persons": FLOOR, "standard_errors": FLOOR_ERRORS},
        "tables": [
            {
                "dims": list(error.dims), "sizes": list(error.sizes), "covariance": list(error.covariance),
                "scale": table.scale, "sensitivity": table.sensitivity, "rho": table.rho,
                "standard_error": round(error.standard_error(), 2),
            }
            for error, table in zip(errors, dearest.tables, strict=True)
        ],
    }  # fmt: skip
