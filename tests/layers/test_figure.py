"""The composed map is valid for Plotly, closes the offline trap, and stays small."""

from __future__ import annotations

import copy
import json

import brotli
import pandas as pd
import plotly.graph_objects as go
import pytest

from geodata.values import Nature, Pcode, Period
from layers.charts import TrendSpec, trend_figure
from layers.context import ContextSpec
from layers.corridors import CorridorSpec
from layers.counties import COUNTY_ORDER, CountySpec, county_trace, stepped
from layers.figure import BASE_LAYERS, EXTENTS, SCALED, MapFigureSpec, config, extent, graph, map_figure
from layers.labels import county_label, place_label
from layers.specs import WORDS, Labels
from layers.theme import CODES, LOOKS, ramp

COUNTIES = CountySpec("/geometry/c.json", "n" * 40 + "012zso3", Nature.TRAFFICKING, 4)
CONTEXT = ContextSpec("/geometry/x.json", ["n800"], ["lake1"], [[(34, 1), (35, 2)]], [[(34, 4), (35, 5)]])


@pytest.fixture
def spec(legs: pd.DataFrame, places: pd.DataFrame, roles: pd.DataFrame) -> MapFigureSpec:
    names = (county_label("KE011", "Isiolo", (37.6, 0.4), bold=True), county_label("KE001", "Mombasa", (39.7, -4.0)))
    return MapFigureSpec(
        COUNTIES,
        CONTEXT,
        CorridorSpec(legs, 2026),
        places,
        roles,
        names,
        (place_label("hub", "Hub", (36.0, 0.0)),),
        (Pcode("KE011"),),
        aspect=1.6,
    )


def test_plotly_accepts_every_word(spec: MapFigureSpec):
    figure = map_figure(spec)
    assert isinstance(graph(copy.deepcopy(figure)), go.Figure)
    with pytest.raises(ValueError, match="colour"):
        graph({"data": [{"type": "scattergeo", "colour": "red"}]})
    go.Figure(map_figure(MapFigureSpec(COUNTIES, CONTEXT)))
    json.dumps(figure)


def test_the_offline_trap_is_closed(spec: MapFigureSpec):
    for one in (
        spec,
        MapFigureSpec(COUNTIES, CONTEXT),
        MapFigureSpec(COUNTIES, ContextSpec("/x"), selected=(Pcode("KE001"),)),
    ):
        figure = map_figure(one)
        first = figure["data"][0]
        assert (first["type"], "locationmode" in first) == ("scattergeo", False)
        assert first["lon"]
        geo = figure["layout"]["geo"]
        assert geo["fitbounds"] is False
        assert not any(geo[f"show{layer}"] for layer in BASE_LAYERS)
    for phone in (True, False):
        assert config(phone=phone)["showSendToCloud"] is False
        assert "://" not in config(phone=phone)["topojsonURL"]


def test_no_trace_but_the_first_kinds_uses_angles_of_the_first_trace_only(spec: MapFigureSpec):
    for trace in map_figure(spec)["data"]:
        assert trace.get("marker", {}).get("angleref", "up") == "up"


def test_only_traces_of_the_geo_bundle(spec: MapFigureSpec, labels: Labels):
    trend = TrendSpec([], Period(2020, 2021), labels)
    kinds = {trace["type"] for trace in [*map_figure(spec)["data"], *trend_figure(trend)["data"]]}
    assert kinds == {"scattergeo", "choropleth", "scatter"}


def test_indices_and_scaled_traces_are_told_to_the_browser(spec: MapFigureSpec):
    figure = map_figure(spec)
    traces = figure["layout"]["meta"]["traces"]
    assert all(figure["data"][i]["name"] == name for name, i in traces.items())
    assert len(traces) == len(figure["data"])
    assert figure["layout"]["meta"]["scaled"] == list(SCALED)
    for name in SCALED:
        trace = figure["data"][traces[name]]
        assert len(trace["customdata"]) == len([v for v in trace["lon"] if v is not None])
        assert all(isinstance(data[1], float) for data in trace["customdata"])


def test_counties_keep_their_order_and_their_codes():
    trace = county_trace(COUNTIES)
    assert trace["locations"] == list(COUNTY_ORDER)
    assert "".join(CODES[z] for z in trace["z"]) == COUNTIES.codes
    scale = trace["colorscale"]
    for i, code in enumerate(CODES):
        classes = dict(zip(CODES, ramp(Nature.TRAFFICKING, 4), strict=False))
        wanted = LOOKS[code].colour if code in LOOKS else classes.get(code)
        position = (i + 0.5) / len(CODES)
        colour = next(c for (a, c), (b, _) in zip(scale[::2], scale[1::2], strict=True) if a <= position <= b)
        assert wanted is None or colour == wanted
    go.Choropleth(**trace)


def test_wrong_class_strings_are_refused():
    with pytest.raises(ValueError, match="47 counties"):
        CountySpec("/x", "nnn", Nature.SMUGGLING, 5)
    with pytest.raises(ValueError, match="unknown class codes"):
        CountySpec("/x", "4" + "n" * 46, Nature.SMUGGLING, 3)
    assert stepped(["#000000", "#FFFFFF"]) == [[0.0, "#000000"], [0.5, "#000000"], [0.5, "#FFFFFF"], [1.0, "#FFFFFF"]]


def test_a_plain_county_map_weighs_under_two_kilobytes():
    body = json.dumps(map_figure(MapFigureSpec(COUNTIES, CONTEXT)), separators=(",", ":")).encode()
    assert len(brotli.compress(body)) < 2_000


def test_windows_hold_what_they_promise():
    kenya, corridor, gulf, libya = (EXTENTS[name] for name in ("kenya", "corridor", "gulf", "libya"))
    assert corridor.south < -26.2 < 15.3 < corridor.north  # Johannesburg, Asmara
    assert gulf.east > 55.3  # Dubai
    assert gulf.north > 29.4  # Kuwait
    assert (libya.west < 13.2, libya.north > 32.9) == (True, True)  # Tripoli
    assert kenya.north > 5.45  # the tip of the Ilemi Triangle
    assert extent("kenya") is kenya
    assert extent("kenya", 3.0).east > kenya.east


def test_missing_words_are_refused_when_labels_are_made():
    words = dict.fromkeys(WORDS, "x")
    words.pop("role.transit")
    with pytest.raises(ValueError, match=r"role\.transit"):
        Labels(words, str)
