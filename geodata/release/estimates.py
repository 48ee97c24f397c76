"""What may be said of an estimate: whether it is shown, how it is rounded, how far it may be off.

The one place of the display rules. An estimate below the floor is not shown, whether it stands for nobody, for
somebody or came out negative; nothing is ever cut off before it is added up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from geodata.release.released_cells import CellTable, ReleasedCells
from geodata.release.uncertainty import Uncertainty
from geodata.release.workload import FORM
from geodata.values import DataProblem

FLOOR = 10
"""Fewer persons are never shown."""
FLOOR_ERRORS = 2
"""Nor is a figure below so many standard errors."""
STEP = 5
"""Maps, cards and slides round to whole steps; files give whole numbers."""
TWO_SIDED_95 = 1.959964
ESTIMATE = "persons_thousandths"
"""The measure of a protected release: thousandths of a person, so that parts add up to their total."""
THOUSAND = 1000


class NotAnswerable(DataProblem):
    """The release holds no table for this question; the sentence says what can be asked."""


@dataclass(frozen=True, slots=True)
class BestTable:
    """The table that answers a question best, and the standard error of its answer."""

    table: CellTable
    standard_error: float


def floor_of(standard_error: float) -> float:
    """Return the smallest figure that is shown at a standard error."""
    return max(float(FLOOR), FLOOR_ERRORS * standard_error)


def interval(value: float, standard_error: float) -> tuple[int, int]:
    """Return the 95 % interval of a figure in whole persons, not below 0."""
    reach = TWO_SIDED_95 * standard_error
    return max(0, round(value - reach)), max(0, round(value + reach))


def in_fives(value: float) -> int:
    """Round to the nearest step, halves up."""
    return int((value + STEP / 2) // STEP) * STEP


def about(value: float, standard_error: float) -> tuple[int, int, int]:
    """Return figure, lower and upper end in fives, the interval never narrower than it is: About 40 (35–45)."""
    low, high = interval(value, standard_error)
    return in_fives(value), low // STEP * STEP, -(-high // STEP) * STEP


def errors_of(protection: Mapping[str, Any]) -> dict[tuple[str, ...], Uncertainty]:
    """Return dimensions → uncertainty of a release's tables, from its manifest."""
    uncertainty_of = {}
    for line in protection["tables"]:
        dims = tuple(line["dims"])
        uncertainty_of[dims] = Uncertainty(dims, tuple(line["sizes"]), tuple(line["covariance"]))
    return uncertainty_of


def best_source(
    cells: ReleasedCells, errors: Mapping[tuple[str, ...], Uncertainty], asked: Mapping[str, int]
) -> BestTable | None:
    """Return the table whose sums answer a question with the smallest error, None when no table can.

    asked: dimension → how many of its values are added up in one figure of the answer (1 for rows). A dimension of
    the table that was not asked for is summed over; forms never are, because a case may count under two.
    """
    sources: list[BestTable] = []
    for table in cells.tables:
        names = frozenset(table.dims)
        if not set(asked) <= names or (FORM in names and FORM not in asked):
            continue
        error = errors[table.dims]
        taken = [asked.get(dim, size) for dim, size in zip(error.dims, error.sizes, strict=True)]
        sources.append(BestTable(table, error.standard_error(taken)))
    return min(sources, key=lambda source: source.standard_error, default=None)


def grid_of(table: CellTable, cells: ReleasedCells) -> np.ndarray:
    """Return a table's estimates in persons, one axis per dimension (every cell of the domain is stored)."""
    shape = tuple(len(cells.domains[dim]) for dim in table.dims)
    return table.counts[:, 0].reshape(shape) / THOUSAND
