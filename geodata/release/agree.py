"""Tables that agree: what several noisy tables say of the same thing becomes one number.

For every set of dimensions that tables share, smallest first, each table's sums over that set are compared. Their
inverse-variance mean is the best of them; the difference is given back evenly to the cells each sum was made of. Sets
that were settled before stay settled, because the differences of a larger set add up to nothing over a smaller one.

Forms are apart: a case may count under two, so the sum over forms is not a number of cases. Tables with forms agree
with each other over every set, tables without forms with each other; no form table is summed over its forms.
Pure and linear: nothing is rounded, cut off or looked up here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import prod

import numpy as np

from geodata.release.workload import FORM


@dataclass(frozen=True, slots=True)
class NoisyTable:
    """dims, values (float64, one axis per dimension after `...`), variance of the noise in one cell."""

    dims: tuple[str, ...]
    values: np.ndarray
    variance: float


def shared_sets(tables: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return every set of dimensions that two tables share, smallest first."""
    shared = {frozenset(a) & frozenset(b) for a, b in combinations(tables, 2)}
    return sorted((tuple(sorted(dims)) for dims in shared), key=lambda dims: (len(dims), dims))


def agreed(tables: Sequence[NoisyTable]) -> list[np.ndarray]:
    """Return every table's values after agreement, in the order given. The input is not changed."""
    values = [np.array(table.values, dtype=np.float64) for table in tables]
    for shared in shared_sets([table.dims for table in tables]):
        for with_forms in (False, True):
            members = [
                place
                for place, table in enumerate(tables)
                if set(shared) <= set(table.dims) and (FORM in table.dims) == with_forms
            ]
            if len(members) > 1:
                _settle(values, tables, members, shared)
    return values


def _settle(
    values: list[np.ndarray], tables: Sequence[NoisyTable], members: list[int], shared: tuple[str, ...]
) -> None:
    """Make some tables' sums over one set of dimensions equal to their inverse-variance mean."""
    sums = [project(values[place], tables[place].dims, shared) for place in members]
    cells = [_cells_per_sum(values[place], tables[place].dims, shared) for place in members]
    weights = np.array([1 / (tables[place].variance * n) for place, n in zip(members, cells, strict=True)])
    weights /= weights.sum()
    mean = sum(weight * total for weight, total in zip(weights, sums, strict=True))
    for place, total, n in zip(members, sums, cells, strict=True):
        values[place] += _spread((mean - total) / n, tables[place].dims, shared)


def project(values: np.ndarray, dims: tuple[str, ...], onto: tuple[str, ...]) -> np.ndarray:
    """Sum a table over the dimensions not in `onto`; axes in the order of `onto`, after any leading ones."""
    lead = values.ndim - len(dims)
    summed = values.sum(axis=tuple(lead + place for place, dim in enumerate(dims) if dim not in onto))
    kept = [dim for dim in dims if dim in onto]
    return np.transpose(summed, (*range(lead), *(lead + kept.index(dim) for dim in onto)))


def _cells_per_sum(values: np.ndarray, dims: tuple[str, ...], onto: tuple[str, ...]) -> int:
    lead = values.ndim - len(dims)
    return prod(values.shape[lead + place] for place, dim in enumerate(dims) if dim not in onto)


def _spread(difference: np.ndarray, dims: tuple[str, ...], onto: tuple[str, ...]) -> np.ndarray:
    """Return the difference with the axes of the table, of length one where it is summed over."""
    lead = difference.ndim - len(onto)
    kept = [dim for dim in dims if dim in onto]
    ordered = np.transpose(difference, (*range(lead), *(lead + onto.index(dim) for dim in kept)))
    return np.expand_dims(ordered, tuple(lead + place for place, dim in enumerate(dims) if dim not in onto))
