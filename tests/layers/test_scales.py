"""Breaks are readable, cover every value once, and agree with their printed ranges and legend."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.values import Nature
from layers.legend import class_items, empty_items
from layers.scales import Breaks, Rounding, breaks_for, class_of
from layers.specs import Labels
from layers.theme import ramp

COUNTS = st.lists(st.integers(0, 5000), max_size=60)
RATES = st.lists(st.floats(0.004, 900, allow_nan=False), min_size=1, max_size=60)


def test_skewed_counts_get_readable_ranges(labels: Labels):
    values = [0, 1, 1, 2, 3, 4, 8, 9, 12, 20, 31, 60, 71, 210, 400]
    texts = [item.label for item in class_items(breaks_for(values), Nature.TRAFFICKING, labels)]
    assert texts == ["1–2", "3–8", "9–19", "20–69", "70–400"]


@given(COUNTS)
def test_every_count_lies_in_exactly_one_printed_range(values: list[int]):
    breaks = breaks_for(values)
    ranges = breaks.ranges()
    assert breaks.k <= 5
    for value in values:
        holding = [i for i, (low, high) in enumerate(ranges) if low <= value <= high]
        assert holding == ([] if value == 0 else [class_of(value, breaks)])
    for (low, high), (next_low, _) in itertools.pairwise(ranges):
        assert low <= high
        assert next_low == high + 1


@given(COUNTS)
def test_no_printed_class_is_empty(values: list[int]):
    breaks = breaks_for(values)
    assert {class_of(v, breaks) for v in values if v} == set(range(breaks.k))


@given(RATES)
def test_rates_as_printed_lie_in_their_printed_range(values: list[float]):
    breaks = breaks_for(values)
    digits = max(0, round(-math.log10(breaks.step)))
    for value in values:
        low, high = breaks.ranges()[class_of(value, breaks)]
        assert low - 1e-9 <= max(round(round(value / breaks.step) * breaks.step, digits), breaks.step) <= high + 1e-9


def test_few_distinct_values_give_few_classes():
    assert breaks_for([3, 3, 3]).ranges() == ((1, 3),)
    assert breaks_for([1, 1, 2]).ranges() == ((1, 1), (2, 2))
    assert breaks_for([0, None, float("nan")]).k == 0


def test_readable_breaks_never_move_a_value():
    raw = np.unique(np.quantile([1, 2, 4, 8, 9, 40, 41, 300, 301, 999], np.arange(1, 6) / 5))
    breaks = breaks_for([1, 2, 4, 8, 9, 40, 41, 300, 301, 999])
    for value in (1, 2, 4, 8, 9, 40, 41, 300, 301, 999):
        assert class_of(value, breaks) == int(np.searchsorted(raw, value))


def test_values_beyond_the_breaks_and_negative_counts_are_refused():
    with pytest.raises(ValueError, match="other data"):
        class_of(9, breaks_for([1, 2, 3]))
    with pytest.raises(ValueError, match="not negative"):
        breaks_for([-1])
    with pytest.raises(ValueError, match="1 to 5"):
        breaks_for([1], k=6)


def test_legend_is_the_breaks_and_the_four_empties(labels: Labels):
    items = class_items(Breaks((9, 31, 400), 1), Nature.SMUGGLING, labels)
    assert [(i.code, i.label, i.colour) for i in items] == list(
        zip("012", ["1–9", "10–31", "32–400"], ramp(Nature.SMUGGLING, 3), strict=True)
    )
    marks = [("z", "zero"), ("n", "hatch"), ("s", "dots"), ("o", "flat")]
    assert [(i.code, i.mark) for i in empty_items(labels)] == marks


def test_a_legend_begins_with_what_is_shown_at_least():
    """Estimates come in fives and none below ten is shown: no class promises a five."""
    values = [10, 15, 20, 25, 40, 90, 445]
    assert breaks_for(values, rounding=Rounding(5, 10)).ranges()[0][0] == 10
    assert breaks_for([10, 10, 15, 30], rounding=Rounding(5, 10)).ranges()[0][0] == 10
    assert breaks_for(values, rounding=Rounding(5, 0)).ranges()[0][0] == 5
