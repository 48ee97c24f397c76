"""Trends keep natures apart and never draw a missing year as zero; facts agree with the pictures."""

from __future__ import annotations

import math

import plotly.graph_objects as go
import pytest

from geodata.query.cube import YearCount
from geodata.values import Period
from layers.charts import TrendSpec, trend_figure
from layers.specs import Labels

ROWS = [
    YearCount(2018, "trafficking", 12, ""),
    YearCount(2019, "trafficking", 0, ""),
    YearCount(2021, "trafficking", math.nan, "suppressed"),
    YearCount(2018, "smuggling", 300, ""),
    YearCount(2021, "smuggling", 300, ""),
]


@pytest.fixture
def trend(labels: Labels) -> TrendSpec:
    return TrendSpec(ROWS, Period(2018, 2021), labels, breaks=(2020,))


def test_a_year_without_report_is_a_mark_not_a_zero(trend: TrendSpec):
    data = {trace["name"]: trace for trace in trend_figure(trend)["data"]}
    assert data["trafficking"]["x"] == [2018, 2018, None]
    marks = dict(zip(data["trafficking-empty"]["x"], data["trafficking-empty"]["marker"]["symbol"], strict=True))
    assert marks == {2019: "circle-open", 2020: "line-ne", 2021: "circle"}
    assert data["smuggling-empty"]["x"] == [2019, 2020]


def test_natures_have_their_own_axes_and_share_the_years(trend: TrendSpec):
    figure = trend_figure(trend)
    axes = {trace["name"]: (trace["xaxis"], trace["yaxis"]) for trace in figure["data"]}
    assert axes["trafficking"] == ("x", "y")
    assert axes["smuggling"] == ("x2", "y2")
    layout = figure["layout"]
    assert layout["xaxis"]["range"] == layout["xaxis2"]["range"]
    assert layout["yaxis2"]["domain"][1] < layout["yaxis"]["domain"][0]
    assert [shape["x0"] for shape in layout["shapes"]] == [2019.5, 2019.5]
    go.Figure(figure)


def test_doubled_and_stray_years_are_refused(labels: Labels):
    with pytest.raises(ValueError, match="two values"):
        TrendSpec([*ROWS, *ROWS], Period(2018, 2021), labels)
    with pytest.raises(ValueError, match="outside 2019–2021"):
        TrendSpec(ROWS, Period(2019, 2021), labels)
