"""Intervals and smoothing against textbook limits, published examples and a second computation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.analysis.smoothing import MIN_AREAS, empirical_bayes
from geodata.query.indicators import poisson_interval, rate_interval

# Exact 95 % limits of a Poisson count as tabled (Garwood 1936; Ulm 1990).
TEXTBOOK = [(0, 0, 3.689), (1, 0.0253, 5.572), (2, 0.2422, 7.225), (5, 1.6235, 11.668), (10, 4.795, 18.390)]

# Published in the documentation of esda 2.9 for St. Louis homicides (stl_hom.csv, columns 10 and 13).
STL = [2.36718950e-05, 4.54539167e-05, 4.78114019e-05, 2.76907146e-05, 6.58989323e-05, 3.66494122e-05,
       5.79952721e-05, 2.03064590e-05, 3.31152999e-05, 3.02748380e-05]  # fmt: skip


@pytest.mark.parametrize(("count", "low", "high"), TEXTBOOK)
def test_poisson_limits_are_the_textbooks(count: int, low: float, high: float) -> None:
    assert poisson_interval(count) == pytest.approx((low, high), abs=6e-4)


@settings(deadline=None)
@given(st.integers(0, 400))
def test_each_tail_of_the_interval_holds_its_share(count: int) -> None:
    low, high = poisson_interval(count)
    assert _at_most(count, high) == pytest.approx(0.025, rel=1e-6)
    if count:
        assert 1 - _at_most(count - 1, low) == pytest.approx(0.025, rel=1e-6)


def _at_most(count: int, mean: float) -> float:
    """P(X ≤ count) summed term by term, independent of the gamma quantile."""
    return math.fsum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(count + 1))


def test_a_rate_carries_the_limits_of_its_count() -> None:
    assert rate_interval(10, 200_000) == pytest.approx((5.0, 4.795 / 2, 18.390 / 2), abs=1e-3)


def stl() -> tuple[np.ndarray, np.ndarray]:
    libpysal = pytest.importorskip("libpysal")
    table = libpysal.io.open(libpysal.examples.get_path("stl_hom.csv"), "r")
    return np.array(table[:, 10], dtype=float), np.array(table[:, 13], dtype=float)


def test_smoothing_gives_the_published_example() -> None:
    found = empirical_bayes(*stl())
    assert found is not None
    assert found.rate[:10] == pytest.approx(STL, rel=1e-8)


@settings(deadline=None)
@given(st.data())
def test_smoothing_equals_esda_and_marshalls_formula(data: st.DataObject) -> None:
    smoothing = pytest.importorskip("esda.smoothing")
    n = data.draw(st.integers(MIN_AREAS, 47))
    counts = np.array(data.draw(st.lists(st.integers(0, 300), min_size=n, max_size=n)), dtype=float)
    residents = np.array(data.draw(st.lists(st.integers(20_000, 4_000_000), min_size=n, max_size=n)), dtype=float)
    found = empirical_bayes(counts, residents)
    if not counts.sum():
        assert found is None
        return
    assert found is not None
    mean = counts.sum() / residents.sum()
    spread = sum(r * (c / r - mean) ** 2 for c, r in zip(counts, residents, strict=True)) / residents.sum()
    a = spread - mean / (residents.sum() / n)
    hand = [
        max(a, 0) / (max(a, 0) + mean / r) * (c / r) + (1 - max(a, 0) / (max(a, 0) + mean / r)) * mean
        for c, r in zip(counts, residents, strict=True)
    ]
    assert found.rate == pytest.approx(hand, rel=1e-9)
    if a > 0:  # below zero Marshall sets the variance to zero; esda extrapolates
        assert found.rate == pytest.approx(smoothing.Empirical_Bayes(counts, residents).r.ravel(), rel=1e-9)
    low, high = np.minimum(counts / residents, mean), np.maximum(counts / residents, mean)
    assert ((found.rate >= low - 1e-12) & (found.rate <= high + 1e-12)).all()
    assert ((found.weight >= 0) & (found.weight <= 1)).all()


def test_counts_no_wilder_than_chance_all_take_the_mean() -> None:
    found = empirical_bayes([5] * 12, [100_000] * 12)
    assert found is not None
    assert found.variance == 0
    assert found.rate == pytest.approx([5e-5] * 12)


def test_what_cannot_be_smoothed_is_refused_or_not_answered() -> None:
    assert empirical_bayes([1] * (MIN_AREAS - 1), [10] * (MIN_AREAS - 1)) is None
    assert empirical_bayes([0] * 20, [10] * 20) is None
    for counts, residents in [([-1] * 12, [10] * 12), ([1.0, math.nan] * 6, [10] * 12), ([1] * 12, [0] * 12)]:
        with pytest.raises(ValueError, match="finite"):
            empirical_bayes(counts, residents)
    with pytest.raises(ValueError, match="one count per area"):
        empirical_bayes([1, 2], [3])
