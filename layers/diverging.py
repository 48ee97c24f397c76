"""Change on a map: five classes around “no change”, orange for fewer, paper, blue for more; breaks printed.

The one break is a round number near the median size of the changes, the same on both sides, so that
equal changes up and down get equally strong colours. Pure.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from layers.theme import DIVERGING

FEWER_MUCH, FEWER, SAME, MORE, MORE_MUCH = range(5)


@dataclass(frozen=True, slots=True)
class Diverging:
    """Classes of a difference: `near` is the break between a smaller and a larger change, 0 with no change at all."""

    near: float

    def class_of(self, value: float) -> int:
        """Return 0 (fewer, by more than `near`) to 4 (more, by more than `near`); 2 is exactly no difference."""
        if value == 0:
            return SAME
        if value < 0:
            return FEWER_MUCH if -value > self.near else FEWER
        return MORE_MUCH if value > self.near else MORE

    def colour(self, value: float) -> str:
        """Return the colour of a difference."""
        return DIVERGING[self.class_of(value)]

    def dark(self, value: float) -> bool:
        """Say whether marks on this colour must be light."""
        return self.class_of(value) in (FEWER_MUCH, MORE_MUCH)


def diverging_for(values: Iterable[float | None]) -> Diverging:
    """Return the classes for these differences; raises ValueError for one that is not finite."""
    sizes = [abs(v) for v in values if v]
    if any(not math.isfinite(size) for size in sizes):
        raise ValueError("a difference is a finite number")
    return Diverging(_readable(statistics.median(sizes)) if sizes else 0.0)


def _readable(value: float) -> float:
    """Return the 1, 2 or 5 times a power of ten that is nearest below or at a positive value."""
    power = 10.0 ** math.floor(math.log10(value))
    lead = max(step for step in (1, 2, 5) if step * power <= value * (1 + 1e-9))
    return round(lead * power, 10)
