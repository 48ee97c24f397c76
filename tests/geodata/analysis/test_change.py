"""Change of two counts: a published example, another route to the same limits, and what must always hold."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from geodata.analysis.change import change_of

COUNTS = st.integers(0, 400)
YEARS = st.integers(1, 30)


def test_the_published_example_of_two_poisson_rates() -> None:
    """R's poisson.test(c(11, 6+8+7), c(800, 1083+1050+878)): ratio 1.971488, 95 % 0.8584264 to 4.2772659."""
    found = change_of(21, 11, 1083 + 1050 + 878, 800)
    assert found.ratio == pytest.approx(1.971488, abs=1e-6)
    assert found.low == pytest.approx(0.8584264, abs=1e-7)
    assert found.high == pytest.approx(4.2772659, abs=1e-6)
    assert not found.clear
    assert found.direction == "unclear"


@given(before=COUNTS, after=COUNTS, first=YEARS, second=YEARS)
def test_limits_equal_the_binomial_test_of_scipy(before: int, after: int, first: int, second: int) -> None:
    found = change_of(before, after, first, second)
    if before + after == 0:
        assert (found.ratio, found.low, found.high, found.p, found.clear) == (None, 0.0, math.inf, 1.0, False)
        return
    share = binomtest(after, before + after, second / (first + second)).proportion_ci(0.95, "exact")

    def odds(of: float) -> float:
        return math.inf if of >= 1 else of / (1 - of) * first / second

    assert found.low == pytest.approx(odds(float(share.low)), rel=1e-6)
    assert found.high == pytest.approx(odds(float(share.high)), rel=1e-6) or before == 0
    assert math.isinf(found.high) == (before == 0)


@given(before=COUNTS, after=COUNTS, first=YEARS, second=YEARS)
def test_the_test_and_the_interval_agree(before: int, after: int, first: int, second: int) -> None:
    found = change_of(before, after, first, second)
    n, share = before + after, second / (first + second)
    tails = (binom.cdf(after, n, share), binom.sf(after - 1, n, share))
    assert found.p == pytest.approx(min(1.0, 2 * min(tails)), rel=1e-6, abs=1e-30)
    if abs(found.p - 0.05) > 1e-9:
        assert found.clear == (found.p < 0.05)
    if found.clear:
        assert (found.direction == "up") == (found.difference > 0)


@given(before=COUNTS, after=COUNTS, first=YEARS, second=YEARS)
def test_reading_time_backwards_turns_the_ratio_over(before: int, after: int, first: int, second: int) -> None:
    there, back = change_of(before, after, first, second), change_of(after, before, second, first)
    assert there.difference == pytest.approx(-back.difference)
    assert there.clear == back.clear
    assert there.p == pytest.approx(back.p, rel=1e-6, abs=1e-30)
    if before and after:
        assert there.low == pytest.approx(1 / back.high, rel=1e-6)
        assert there.low <= (there.ratio or 0) <= there.high


@given(before=COUNTS, after=COUNTS, first=YEARS)
def test_a_wider_level_gives_a_wider_interval(before: int, after: int, first: int) -> None:
    narrow, wide = change_of(before, after, first, first, 0.9), change_of(before, after, first, first, 0.99)
    assert wide.low <= narrow.low
    assert wide.high >= narrow.high


@pytest.mark.parametrize("wrong", [(-1, 0, 1, 1, 0.95), (0, 0, 0, 1, 0.95), (0, 0, 1, 1, 1.0)])
def test_what_is_no_comparison_is_refused(wrong: tuple[int, int, int, int, float]) -> None:
    with pytest.raises(ValueError, match=r"not negative|at least one year|between 0 and 1"):
        change_of(*wrong)
