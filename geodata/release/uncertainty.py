"""How far a figure may be off: noise alone, sent through the same steps as the measurements.

No case plays a part, so these errors are public. The steps are linear and treat all values of a dimension alike.
Therefore one unit of noise in one cell of each measured table, sent through them, tells everything: every cell of a
table has the same variance, and two cells' covariance depends only on which dimensions they differ in. A table's
whole uncertainty is one small array, with an axis of two (same value, another value) per dimension, and the standard
error of any sum of cells follows from it. Nothing is drawn at random, so the errors are exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod, sqrt

import numpy as np

from geodata.release.agree import NoisyTable, agreed

_PLACES = 9


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """Covariances of one table's cells, by the dimensions in which two cells differ (0: same value, 1: another)."""

    dims: tuple[str, ...]
    sizes: tuple[int, ...]
    covariance: tuple[float, ...]

    def standard_error(self, chosen: Sequence[int] = ()) -> float:
        """Return the standard error of a sum; `chosen`: how many values of each dimension are added (default: one)."""
        taken = tuple(chosen) or (1,) * len(self.dims)
        total = 0.0
        for pattern, value in zip(product((0, 1), repeat=len(self.dims)), self.covariance, strict=True):
            # Pairs of cells of the sum that differ in exactly these dimensions.
            total += value * prod(n * (n - 1) if differs else n for n, differs in zip(taken, pattern, strict=True))
        return sqrt(max(total, 0.0))


def uncertainties(tables: Sequence[tuple[tuple[str, ...], tuple[int, ...], float]]) -> tuple[Uncertainty, ...]:
    """Return the uncertainty of every table after agreement. tables: dimensions, sizes, variance in a measured cell."""
    impulses = [
        NoisyTable(dims, _impulse(place, len(tables), sizes, variance), variance)
        for place, (dims, sizes, variance) in enumerate(tables)
    ]
    return tuple(
        Uncertainty(dims, sizes, _covariances(values))
        for (dims, sizes, _), values in zip(tables, agreed(impulses), strict=True)
    )


def _impulse(place: int, tables: int, sizes: tuple[int, ...], variance: float) -> np.ndarray:
    """Return noise for one table: a layer per table, empty but in its own, where one cell stands for all cells.

    All cells of a table are alike, so what one of them does to the others, times their number, is what all do.
    """
    noise = np.zeros((tables, *sizes))
    noise[(place, *(0 for _ in sizes))] = sqrt(variance * prod(sizes))
    return noise


def _covariances(values: np.ndarray) -> tuple[float, ...]:
    """Return the mean product of two cells for every pattern of differing dimensions, over all layers.

    Sums over "any value" of some dimensions are easy; those over "another value" follow by taking "same" away.
    """
    axes = range(1, values.ndim)
    covariances = []
    for pattern in product((0, 1), repeat=values.ndim - 1):
        differing = [axis for axis, differs in zip(axes, pattern, strict=True) if differs]
        total = 0.0
        for chosen in product((0, 1), repeat=len(differing)):
            over = tuple(axis for axis, whole in zip(differing, chosen, strict=True) if whole)
            total += (-1) ** (len(differing) - len(over)) * float((values.sum(axis=over) ** 2).sum())
        pairs = prod(
            size * (size - 1) if differs else size for size, differs in zip(values.shape[1:], pattern, strict=True)
        )
        covariances.append(round(total / pairs, _PLACES) if pairs else 0.0)
    return tuple(covariances)
