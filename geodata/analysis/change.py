"""Change between two windows of years: two Poisson counts, compared exactly.

Given n = a + b events, the later count is binomial with share r·t₂ / (r·t₂ + t₁), where r is the ratio of
the rates per year (Przyborowski & Wilenski 1940). The Clopper–Pearson limits of that share give exact
limits of r, and its two tails an exact test. Windows of unlike length are compared per year. Pure.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class CountChange:
    """Two counts over windows of `years_before` and `years_after` whole years.

    difference: per year, after minus before. ratio: rate after over rate before; None where nothing was
    counted before. low, high: exact limits of the ratio (`high` is infinite where nothing was counted
    before). p: two-sided, twice the smaller tail. clear: the interval does not hold 1.
    """

    before: int
    after: int
    years_before: int
    years_after: int
    difference: float
    ratio: float | None
    low: float
    high: float
    p: float
    clear: bool

    @property
    def rate_before(self) -> float:
        """Return the earlier count per year."""
        return self.before / self.years_before

    @property
    def rate_after(self) -> float:
        """Return the later count per year."""
        return self.after / self.years_after

    @property
    def direction(self) -> str:
        """``up``, ``down`` or ``unclear``: unclear where the interval includes no change."""
        if not self.clear:
            return "unclear"
        return "up" if self.difference > 0 else "down"


def change_of(before: int, after: int, years_before: int, years_after: int, level: float = LEVEL) -> CountChange:
    """Compare two counts; raises ValueError for a negative count, an empty window or a level outside (0, 1)."""
    if min(before, after) < 0:
        raise ValueError(f"counts are not negative, got {before} and {after}")
    if min(years_before, years_after) < 1:
        raise ValueError(f"a window has at least one year, got {years_before} and {years_after}")
    if not 0 < level < 1:
        raise ValueError(f"a level lies between 0 and 1, got {level}")
    low, high = _ratio_limits(before, after, years_before / years_after, level)
    return CountChange(
        before=before,
        after=after,
        years_before=years_before,
        years_after=years_after,
        difference=after / years_after - before / years_before,
        ratio=after * years_before / (before * years_after) if before else None,
        low=low,
        high=high,
        p=_p_value(before, after, years_after / (years_before + years_after)),
        clear=low > 1 or high < 1,
    )


def _ratio_limits(before: int, after: int, exposure: float, level: float) -> tuple[float, float]:
    """Return the exact limits of the rate ratio; `exposure` is years before over years after."""
    from scipy.special import betaincinv  # noqa: PLC0415 - heavy, and only a few pages ask

    tail = (1 - level) / 2
    low = float(betaincinv(after, before + 1, tail)) if after else 0.0
    high = float(betaincinv(after + 1, before, 1 - tail)) if before else 1.0
    return _odds(low) * exposure, _odds(high) * exposure


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else math.inf


def _p_value(before: int, after: int, share: float) -> float:
    """Return twice the smaller tail of the binomial, at most 1."""
    from scipy.special import bdtr, bdtrc  # noqa: PLC0415 - as above

    n = before + after
    if not n:
        return 1.0
    lower, upper = float(bdtr(after, n, share)), float(bdtrc(after - 1, n, share)) if after else 1.0
    return min(1.0, 2 * min(lower, upper))
