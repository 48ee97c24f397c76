"""Corridors, places, roles: directions, widths, hues, marks; inputs untouched, columns refused."""

from __future__ import annotations

import pandas as pd
import pytest

from geodata.values import Nature
from layers.corridors import DIMMED, FADED, CorridorSpec, along, corridor_traces, legs_frame, thinned, width_class
from layers.patterns import pattern_defs, role_code
from layers.places import line_angles, place_boxes, place_traces
from layers.projection import drawn_height, fit, latitude, mercator_y, screen_angle
from layers.roles import role_boxes, role_traces
from layers.specs import Extent
from layers.theme import EMPTIES, LINE_HUE, MIXED_CORE, PAPER


def by_name(traces: list[dict]) -> dict[str, dict]:
    return {trace["name"]: trace for trace in traces}


def test_screen_angles_are_clockwise_from_north():
    angles = [screen_angle(36, 0, *end) for end in ((36, 1), (37, 0), (36, -1), (35, 0))]
    assert angles == pytest.approx([0, 90, 180, 270])
    assert latitude(mercator_y(-26.2)) == pytest.approx(-26.2)


def test_arrowheads_point_the_way_people_are_moved(legs: pd.DataFrame):
    arrows = by_name(corridor_traces(CorridorSpec(legs, 2026)))["corridor-arrows"]
    angle = {data[0]: a for data, a in zip(arrows["customdata"], arrows["marker"]["angle"], strict=True)}
    assert angle["L1"] == 0
    assert angle["L2"] == 90
    assert angle["L3"] == pytest.approx(225, abs=0.1)
    assert angle["L5"] == 180
    assert sum(data[0] == "L5" for data in arrows["customdata"]) == 2  # nine degrees: two arrowheads


def test_the_first_trace_is_a_scattergeo_even_without_legs(legs: pd.DataFrame):
    for frame in (legs, legs.iloc[:0]):
        first = corridor_traces(CorridorSpec(frame, 2026))[0]
        assert first["type"] == "scattergeo"
        assert len(first["lon"]) > 0  # a trace without points is invisible and would not count
        assert "locationmode" not in first


def test_width_says_sources_and_alternatives_are_thinner():
    assert [width_class(n, alternative=False) for n in (1, 2, 3, 4, 5, 7, 8, 40)] == [0, 1, 2, 2, 3, 3, 4, 4]
    assert [width_class(n, alternative=True) for n in (1, 2, 9)] == [0, 0, 3]


def test_hue_dash_and_fading_follow_the_evidence(legs: pd.DataFrame):
    traces = by_name(corridor_traces(CorridorSpec(legs, 2026)))
    inferred = traces["corridor-trafficking-0-inferred-100"]
    assert inferred["line"]["color"] == LINE_HUE[Nature.TRAFFICKING]
    assert "dash" in inferred["line"]
    assert traces[f"corridor-unclear-1-{round(FADED * 100)}"]["opacity"] == FADED
    assert "dash" not in traces["corridor-smuggling-4-100"]["line"]
    assert traces["corridor-smuggling-4-100"]["line"]["width"] > traces["corridor-smuggling-3-100"]["line"]["width"]


def test_mixed_is_a_double_line_of_both_hues(legs: pd.DataFrame):
    traces = by_name(corridor_traces(CorridorSpec(legs, 2026)))
    outer, gap, core = (traces[f"corridor-mixed-2-100{end}"] for end in ("", "-gap", "-core"))
    assert outer["line"]["color"] == LINE_HUE[Nature.TRAFFICKING]
    assert gap["line"]["color"] == PAPER
    assert core["line"]["color"] == MIXED_CORE
    assert outer["line"]["width"] > gap["line"]["width"] > core["line"]["width"]


def test_a_leg_without_a_year_is_not_faded_and_the_limit_is_ten_years(legs: pd.DataFrame):
    only = legs[legs["leg_id"] == "L3"].assign(last_confirmed=2016)
    assert "corridor-unclear-1-100" in by_name(corridor_traces(CorridorSpec(only, 2026)))
    assert f"corridor-unclear-1-{round(FADED * 100)}" in by_name(corridor_traces(CorridorSpec(only, 2027)))


def test_a_highlighted_corridor_makes_the_others_step_back(legs: pd.DataFrame):
    traces = corridor_traces(CorridorSpec(legs, 2026, highlight="C1"))
    strong = [t for t in traces if t["mode"] == "lines" and t["opacity"] == 1 and "casing" not in t["name"]]
    assert {t["name"] for t in strong} == {"corridor-smuggling-4-100", "corridor-trafficking-0-inferred-100"}
    assert {d[0] for d in by_name(traces)["corridor-arrows"]["customdata"]} == {"L1", "L2"}
    assert set(by_name(traces)["corridor-hover"]["customdata"]) == set(legs["leg_id"])
    assert any(t.get("opacity") == DIMMED for t in traces)


def test_separate_legs_are_parted_by_none_and_frames_stay_untouched(legs: pd.DataFrame):
    before = legs.copy(deep=True)
    traces = corridor_traces(CorridorSpec(legs, 2026))
    assert all(t["lon"][-1] is None for t in traces if t["mode"] == "lines")
    assert traces == corridor_traces(CorridorSpec(legs, 2026))
    pd.testing.assert_frame_equal(legs, before)


def test_thinning_keeps_ends_and_bends():
    straight = [(30 + i / 10, 1.0) for i in range(20)]
    assert thinned(straight) == (straight[0], straight[-1])
    bent = [(30.0, 0.0), (31.0, 2.0), (32.0, 0.0)]
    assert thinned(bent) == tuple(bent)
    assert len(list(along(straight, 0.5))) == 4


def test_legs_without_a_line_are_left_to_the_table():
    properties = {"leg_id": "a", "corridor_id": "C", "nature": "mixed", "n_sources": 1, "basis": "inferred"}
    feature = {"properties": {**properties, "is_alternative": False, "last_confirmed": None}}
    frame = legs_frame(
        [{**feature, "geometry": None}, {**feature, "geometry": {"coordinates": [[1.0, 2.0], [3.0, 4.0]]}}]
    )
    assert frame["inferred"].tolist() == [True]
    with pytest.raises(ValueError, match="missing geometry"):
        CorridorSpec(frame.drop(columns="geometry"), 2026)


def test_crossings_are_bars_across_the_line(legs: pd.DataFrame, places: pd.DataFrame):
    traces = by_name(place_traces(places, {"x": 12.3}, line_angles(places, legs)))
    assert traces["crossings"]["customdata"] == [["x", 12.3, "border_crossing"]]
    assert traces["crossings"]["marker"]["symbol"] == "line-ew"
    assert traces["crossings"]["marker"]["angle"] == [180.0]  # the line runs south, the bar lies flat
    stops = traces["stops"]
    assert dict(zip([d[0] for d in stops["customdata"]], stops["marker"]["size"], strict=True)) == {"hub": 9, "t": 5.5}
    assert max(place_boxes(places), key=lambda box: box.priority).key == "hub"
    with pytest.raises(ValueError, match="missing kind"):
        place_traces(places.drop(columns="kind"), {})


def test_roles_by_shape_and_grade_by_weight(roles: pd.DataFrame):
    marks = by_name(role_traces(roles, {"KE011": 30.0}))["roles"]
    isiolo = [i for i, d in enumerate(marks["customdata"]) if d[0] == "KE011"]
    assert [marks["customdata"][i][2:] for i in isiolo] == [["source", "A"], ["transit", "B"], ["destination", "C"]]
    assert [marks["marker"]["symbol"][i] for i in isiolo] == ["triangle-right", "diamond", "circle"]
    assert [marks["marker"]["angle"][i] for i in isiolo] == [270, 0, 90]
    fill, dash = marks["marker"]["color"], marks["marker"]["line"]["dash"]
    assert [fill[i] == PAPER for i in isiolo] == [False, True, True]
    assert [dash[i] == "solid" for i in isiolo] == [True, True, False]
    lone = next(i for i, d in enumerate(marks["customdata"]) if d[0] == "KE001")
    assert (marks["marker"]["symbol"][lone], marks["marker"]["standoff"][lone]) == ("triangle-up", 0)


def test_smuggling_only_roles_have_the_other_hue(roles: pd.DataFrame):
    marks = by_name(role_traces(roles, {}))["roles"]
    hues = {d[0]: h for d, h in zip(marks["customdata"], marks["marker"]["line"]["color"], strict=True)}
    assert hues["KE002"] == LINE_HUE[Nature.SMUGGLING]
    assert hues["KE011"] == LINE_HUE[Nature.TRAFFICKING]


def test_folded_rows_are_one_dot_per_county(roles: pd.DataFrame):
    dots = by_name(role_traces(roles, {"KE011": 30.01}))["roles-folded"]
    assert dots["customdata"] == [["KE001", 0.0], ["KE002", 0.0], ["KE011", 30.1]]
    assert len(role_boxes(roles)) == 3
    with pytest.raises(ValueError, match="same role twice"):
        role_traces(pd.concat([roles, roles.iloc[:1]]), {})


def test_patterns_exist_for_every_mark_and_every_set_of_roles():
    defs = pattern_defs()
    names = [*(look.pattern for look in EMPTIES if look.pattern), "njia-role-s", "njia-role-std", "njia-role-td"]
    assert all(f'id="{name}"' in defs for name in names)
    assert role_code(frozenset()) == ""
    assert defs.count("<pattern") == 11


def test_windows_are_widened_to_the_shape_of_the_plot():
    kenya = Extent(33.7, -4.9, 42.1, 5.6)
    for aspect in (0.5, 0.7, 1.6, 2.4):
        window = fit(kenya, aspect)
        assert window.west <= kenya.west
        assert window.north >= kenya.north
        width = window.east - window.west
        assert width / drawn_height(window.south, window.north, width) == pytest.approx(aspect, rel=0.01)
    with pytest.raises(ValueError, match="not a window"):
        Extent(10, 0, 5, 1)
