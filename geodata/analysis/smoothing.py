"""Empirical-Bayes smoothing of rates: small counties are drawn towards the mean, by a rule anyone can check.

Marshall (1991), global method of moments. The same numbers as `esda.smoothing.Empirical_Bayes`, by test;
written out here because esda and what it loads would take 100 MB of every web process. One difference:
where counts vary less than chance alone would make them, the variance between areas is set to zero, as
Marshall says, and every area takes the mean (esda then extrapolates). Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

MIN_AREAS = 10
"""Fewer areas than this do not say how much areas differ."""


@dataclass(frozen=True, eq=False)
class Smoothed:
    """rate: smoothed events per resident. weight: 0 … 1, how much of its own rate an area keeps. mean,
    variance: of the underlying rates, per resident.
    """  # noqa: D205 - one sentence per name

    rate: NDArray[np.float64]
    weight: NDArray[np.float64]
    mean: float
    variance: float


def empirical_bayes(counts: ArrayLike, residents: ArrayLike) -> Smoothed | None:
    """Smooth counts ÷ residents; None where there is nothing to learn from (few areas, or no event at all).

    Raises ValueError for negative or missing counts and for areas without residents.
    """
    x, n = np.asarray(counts, dtype=np.float64), np.asarray(residents, dtype=np.float64)
    if x.shape != n.shape or x.ndim != 1:
        raise ValueError(f"one count per area and its residents, got shapes {x.shape} and {n.shape}")
    if not (np.isfinite(x).all() and np.isfinite(n).all()) or (x < 0).any() or (n <= 0).any():
        raise ValueError("counts are finite and not negative, residents positive; leave other areas out")
    if len(x) < MIN_AREAS or not x.sum():
        return None
    rates = x / n
    mean = float(x.sum() / n.sum())
    spread = float((n * (rates - mean) ** 2).sum() / n.sum())
    variance = max(0.0, spread - mean / float(n.mean()))
    weight = variance / (variance + mean / n)
    return Smoothed(weight * rates + (1 - weight) * mean, weight, mean, variance)
