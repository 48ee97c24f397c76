"""Class breaks for skewed counts, and the class of a value.

`breaks_for` gives at most five classes, fewer when there are few distinct values; zeros and
missing values are no class (they are *empties*, see `layers.theme.EMPTIES`). Breaks are readable: inside the
gap between two data values the roundest number is printed, which never moves a value to another
class. Every printed range is closed and none overlaps ("1–9", "10–31"), because values are first
rounded to the same `step` the ranges are printed with.

Breaks are quantiles, so that a map of skewed counts has as many counties in each class as ties allow.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MAX_CLASSES = 5


@dataclass(frozen=True, slots=True)
class Breaks:
    """Classes of positive values: class ``i`` holds ``(uppers[i-1], uppers[i]]``, the first from ``step``.

    `step` is the unit values are rounded to and ranges printed with: 1 for counts, a power of ten
    below that for rates. `least` is the smallest value there can be, where that is more than a step.
    """

    uppers: tuple[float, ...]
    step: float
    least: float = 0.0

    @property
    def k(self) -> int:
        """Number of classes, 0 when nothing is positive."""
        return len(self.uppers)

    @property
    def steps(self) -> tuple[int, ...]:
        """Return the upper ends in whole steps, where comparing is exact."""
        return _in_steps(self.uppers, self.step)

    def ranges(self) -> tuple[tuple[float, float], ...]:
        """Return closed, non-overlapping (low, high) per class, as printed in the legend."""
        lows = (max(self.least, self.step), *(_tidy(upper + self.step, self.step) for upper in self.uppers[:-1]))
        return tuple(zip(lows, self.uppers, strict=True)) if self.uppers else ()


@dataclass(frozen=True, slots=True)
class Rounding:
    """How estimates are shown: values are whole multiples of `step`, and none below `least` (5 and 10 persons)."""

    step: float
    least: float


def breaks_for(values: Iterable[float | None], k: int = MAX_CLASSES, *, rounding: Rounding | None = None) -> Breaks:
    """Return the breaks of the positive values; the same breaks feed map, legend and table.

    rounding: of a caseload's estimates, so that the legend begins with the least that is shown; else the step is found
    from the values.
    Raises `ValueError` for k outside 1–5 or a negative or infinite value.
    """
    if not 1 <= k <= MAX_CLASSES:
        raise ValueError(f"a map has 1 to {MAX_CLASSES} classes, got {k}")
    if not isinstance(values, np.ndarray):
        values = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    array = values[~np.isnan(values)]
    if not np.isfinite(array).all() or (array < 0).any():
        raise ValueError("counts and rates are finite and not negative; found one that is not")
    positive = array[array > 0]
    if not positive.size:
        return Breaks((), 1.0)
    step = rounding.step if rounding else _step(positive)
    rounded = np.maximum(np.round(positive / step), 1)  # in whole steps; nothing positive vanishes
    distinct = np.unique(rounded)
    raw = distinct if distinct.size <= k else np.unique(np.quantile(rounded, np.arange(1, k + 1) / k))
    uppers = _readable(raw, distinct)
    return Breaks(tuple(_tidy(u * step, step) for u in uppers), step, rounding.least if rounding else 0.0)


def class_of(value: float, breaks: Breaks) -> int:
    """Return the class index of a positive value; raises `ValueError` above the highest break."""
    in_steps = max(1, round(value / breaks.step))
    index = bisect_left(breaks.steps, in_steps)
    if index == breaks.k:
        raise ValueError(f"{value} lies above the highest break: these breaks come from other data")
    return index


@lru_cache(maxsize=256)
def _in_steps(uppers: tuple[float, ...], step: float) -> tuple[int, ...]:
    return tuple(round(upper / step) for upper in uppers)


def _step(positive: Floats) -> float:
    if np.equal(np.mod(positive, 1), 0).all():
        return 1.0
    smallest = float(positive.min())
    return float(10.0 ** min(0, max(-3, math.floor(math.log10(smallest)))))


def _readable(raw: Floats, distinct: Floats) -> list[int]:
    """Move each break to the roundest place in its gap, so that no value changes class; drop empty classes."""
    uppers: list[int] = []
    for edge in raw[:-1]:
        below, above = distinct[distinct <= edge], distinct[distinct > edge]
        if not below.size or not above.size:
            continue
        start = _roundest(int(below[-1]) + 1, int(above[0]))  # where the next class begins
        if not uppers or start - 1 > uppers[-1]:
            uppers.append(start - 1)
    return [*uppers, int(distinct[-1])]


def _roundest(low: int, high: int) -> int:
    """Return the roundest integer of [low, high]: fewest digits before its zeros, then 1, 5, 2, then smallest."""
    best = low
    magnitude = 10 ** len(str(high))
    while magnitude >= 1:
        first = -(-low // magnitude) * magnitude
        if low <= first <= high:
            multiples = range(first, high + 1, magnitude)
            best = min(multiples[:10], key=lambda n: (_leading(n) not in "152", n))
            break
        magnitude //= 10
    return best


def _leading(number: int) -> str:
    return str(number).rstrip("0") or "0"


def _tidy(value: float, step: float) -> float:
    """Take binary dust off a multiple of `step`."""
    return round(value, max(0, -math.floor(math.log10(step)))) if step < 1 else float(round(value))
