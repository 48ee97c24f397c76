"""Small charts and the diverging scale: lengths as values, breaks as gaps, nothing unescaped, colours in balance."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.query.cube import YearCount
from geodata.values import Period
from layers.charts import TrendSpec, trend_figure
from layers.diverging import diverging_for
from layers.specs import Labels
from layers.svg_charts import (
    BarChart,
    ChartMark,
    ChartPoint,
    LineChart,
    StepChart,
    bars_svg,
    line_svg,
    steps_svg,
    ticks_for,
)
from layers.theme import DIVERGING

SVG = "{http://www.w3.org/2000/svg}"
BARS = BarChart(
    "b", "Title <1>", "2018: 4", (2018, 2019, 2020, 2021, 2022), (4.0, 2.0, None, None, None),
    ("", "", "zero", "no_report", "suppressed"), "#123456", 4.0, lambda v: f"{v:g}",
    (ChartMark(2019, "1"),), ((2018, 2019),),
)  # fmt: skip


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))  # noqa: S314 - ours


def bars(root: ET.Element) -> list[ET.Element]:
    return [one for one in root.iter(f"{SVG}rect") if one.get("fill") == "#123456"]


def test_bars_are_as_high_as_their_values_and_missing_years_have_none() -> None:
    root = parsed(bars_svg(BARS))
    first, second = (float(one.get("height", 0)) for one in bars(root))
    assert first == pytest.approx(2 * second, rel=0.01)
    assert len(bars(root)) == 2
    assert len(list(root.iter(f"{SVG}circle"))) == 2  # a ring for zero, a dot for what is not shown
    assert next(one.text for one in root.iter(f"{SVG}title")) == "Title <1>"
    assert root.get("aria-labelledby") == "b-t b-d"
    assert [one.text for one in root.iter(f"{SVG}text")].count("1") == 1 + (1 in ticks_for(4.0))


def test_one_top_is_one_scale() -> None:
    small = replace(BARS, values=(1.0, None, None, None, None), empties=("", *["no_report"] * 4))
    (alone,) = bars(parsed(bars_svg(small)))
    tall = bars(parsed(bars_svg(BARS)))[0]
    assert float(tall.get("height", 0)) == pytest.approx(4 * float(alone.get("height", 0)), rel=0.02)


@pytest.mark.parametrize("wrong", [{"top": 3.0}, {"values": (1.0,)}])
def test_a_drawing_that_would_lie_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"higher than the axis|equally many"):
        replace(BARS, **wrong)


def test_a_line_joins_only_what_may_be_compared() -> None:
    dots = [
        ChartPoint(2015, 10, "10", False),
        ChartPoint(2016, 50, "50", False),
        ChartPoint(2018, 40, "40", True),
        ChartPoint(2019, 85, "85", True),
    ]
    root = parsed(line_svg(LineChart("l", "t", "d", dots, 2010, 2025, "#654321", lambda v: f"{v:g}")))
    lines = [one for one in root.iter(f"{SVG}line") if one.get("stroke") == "#654321"]
    dotted = [one for one in root.iter(f"{SVG}line") if one.get("stroke-dasharray")]
    assert len(lines) == 2
    assert len(dotted) == 1  # one break, an upright between the two dots
    assert len(list(root.iter(f"{SVG}circle"))) == len(dots)
    x = [float(one.get("cx", 0)) for one in root.iter(f"{SVG}circle")]
    assert x[0] < float(dotted[0].get("x1", 0)) < x[1]


def test_steps_leave_unknown_years_open() -> None:
    root = parsed(steps_svg(StepChart("s", "t", "d", ("A", "B", "C"), (2010, 2011, 2012), (1, None, 2), "#222222")))
    pieces = [one for one in root.iter(f"{SVG}rect") if one.get("fill") == "#222222"]
    assert len(pieces) == 2
    assert float(pieces[0].get("y", 0)) < float(pieces[1].get("y", 0))  # the better level is higher


@given(st.floats(0.01, 1e7))
def test_ticks_are_round_and_reach_the_top(top: float) -> None:
    ticks = ticks_for(top)
    assert ticks[0] == 0
    assert ticks[-1] >= top
    assert 2 <= len(ticks) <= 4
    assert all(str(int(tick)).rstrip("0") in ("", "1", "2", "3", "4", "5", "6", "15") for tick in ticks)


@given(st.lists(st.floats(-1000, 1000).filter(lambda v: v == 0 or abs(v) > 1e-6), min_size=1))
def test_equal_changes_up_and_down_get_equally_strong_colours(values: list[float]) -> None:
    scale = diverging_for(values)
    for value in values:
        assert scale.class_of(value) + scale.class_of(-value) == 4
        assert scale.colour(value) == DIVERGING[scale.class_of(value)]
        assert (value == 0) == (scale.class_of(value) == 2)
        assert scale.dark(value) == (abs(value) > scale.near and value != 0)


def test_the_trend_draws_numbered_years_inside_its_period_only(labels: Labels) -> None:
    spec = TrendSpec([YearCount(2016, "trafficking", 3.0, "")], Period(2015, 2018), labels)
    plain, marked = trend_figure(spec), trend_figure(replace(spec, marks=[(1999, "9"), (2016, "3")]))
    assert len(marked["layout"]["shapes"]) == len(plain["layout"]["shapes"]) + 1
    added = [one for one in marked["layout"]["annotations"] if one not in plain["layout"]["annotations"]]
    assert [one["text"] for one in added] == ["3"]
    assert marked["data"] == plain["data"]
