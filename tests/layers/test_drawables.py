"""Corridors, places, roles: directions, widths, hues, marks; inputs untouched, columns refused."""

from __future__ import annotations

import pandas as pd
import pytest

from geodata.values import Nature
from layers.corridors import CorridorSpec, corridor_traces, heads, legs_frame, stops_of
from layers.patterns import pattern_defs, role_code
from layers.places import line_angles, place_boxes, place_traces
from layers.projection import drawn_height, fit, latitude, mercator_y, screen_angle
from layers.ribbons import ALL_WIDTHS, FADED, FORWARD_WIDTHS, along, flights, ribbons, smooth
from layers.roles import role_boxes, role_traces
from layers.specs import Extent
from layers.theme import BEHIND, CORE_HUE, EMPTIES, INK, LINE_HUE, PAPER, WHITE


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
    assert sum(data[0] == "L5" for data in arrows["customdata"]) == 3  # nine degrees: three arrowheads


def test_the_first_trace_is_a_scattergeo_even_without_legs(legs: pd.DataFrame):
    for frame in (legs, legs.iloc[:0]):
        first = corridor_traces(CorridorSpec(frame, 2026))[0]
        assert first["type"] == "scattergeo"
        assert len(first["lon"]) > 0  # a trace without points is invisible and would not count
        assert "locationmode" not in first


def looks(legs: pd.DataFrame, year: int = 2026, forward: str | None = None) -> dict[str, object]:
    return {leg: ribbon.look for ribbon in ribbons(legs, year, forward) for leg in ribbon.legs}


def test_one_corridor_shows_its_sources_and_an_alternative_is_thinner(legs: pd.DataFrame):
    assert looks(legs, forward="C1")["L1"].width == FORWARD_WIDTHS[3]
    assert looks(legs, forward="C1")["L2"].width == FORWARD_WIDTHS[0]
    assert looks(legs, forward="C2")["L4"].width == FORWARD_WIDTHS[2]


def test_corridors_that_share_a_stretch_make_it_wider(legs: pd.DataFrame):
    more = [legs, *(legs[legs["leg_id"] == "L1"].assign(corridor_id=f"X{i}", leg_id=f"X{i}.L1") for i in range(3))]
    shared = pd.concat(more, ignore_index=True)
    found = {ribbon.corridors: ribbon.look.width for ribbon in ribbons(shared, 2026, None)}
    assert found["C1", "X0", "X1", "X2"] == ALL_WIDTHS[3]
    assert found["C3",] == ALL_WIDTHS[0]
    behind = {ribbon.corridors: ribbon.look for ribbon in ribbons(shared, 2026, "C3")}
    assert behind["C1", "X0", "X1", "X2"].width > behind["C2",].width
    assert behind["C2",].colour == BEHIND


def test_legs_on_one_road_are_one_ribbon_and_alternatives_branch_off_it(legs: pd.DataFrame):
    road = [(36.0, 0.0), (36.0, 1.0), (36.0, 2.0), (37.0, 3.0)]
    rows = [legs[legs["leg_id"] == "L1"].assign(leg_id=key, corridor_id=key, geometry=[line]) for key, line in (
        ("whole", road), ("south", road[:3]), ("back", road[1::-1]), ("off", [*road[:2], (37.0, 1.0)]),
    )]  # fmt: skip
    found = {ribbon.legs: ribbon for ribbon in ribbons(pd.concat(rows, ignore_index=True), 2026, None)}
    assert found["back", "off", "south", "whole"].line == ((36.0, 0.0), (36.0, 1.0))
    assert found["back", "off", "south", "whole"].both_ways
    assert list(heads(found["back", "off", "south", "whole"], frozenset())) == []
    assert found["off",].line == ((36.0, 1.0), (37.0, 1.0))
    assert found["whole",].line == ((36.0, 2.0), (37.0, 3.0))


def test_dash_and_fading_follow_the_evidence(legs: pd.DataFrame):
    assert looks(legs)["L2"].dashed
    assert not looks(legs)["L1"].dashed
    assert looks(legs)["L3"].opacity == FADED
    assert looks(legs)["L4"].opacity == 1.0  # a leg without a year is not faded
    only = legs[legs["leg_id"] == "L3"].assign(last_confirmed=2016)
    assert looks(only)["L3"].opacity == 1.0  # the limit is ten years
    assert looks(only, 2027)["L3"].opacity == FADED


def test_nature_is_a_core_and_both_lie_side_by_side_for_mixed(legs: pd.DataFrame):
    wide = legs[legs["leg_id"].isin(["L1", "L5"])].assign(corridor_id="C1")
    traces = by_name(corridor_traces(CorridorSpec(wide, 2026, "C1")))
    cores = [trace for name, trace in traces.items() if name.startswith("corridor-core")]
    single = [trace for trace in cores if "meta" not in trace]
    assert [trace["line"]["color"] for trace in single] == [CORE_HUE[Nature.SMUGGLING]]
    sides = {trace["line"]["color"]: trace["meta"]["shift"][0] for trace in cores if "meta" in trace}
    assert sides[CORE_HUE[Nature.TRAFFICKING]] == -sides[CORE_HUE[Nature.SMUGGLING]] < 0
    front = [trace for name, trace in traces.items() if name.startswith("corridor-front")]
    assert {trace["line"]["color"] for trace in front} == {INK}
    assert all(core["line"]["width"] < min(trace["line"]["width"] for trace in front) for core in cores)


def test_a_line_too_thin_for_a_core_has_the_hue_itself(legs: pd.DataFrame):
    assert looks(legs)["L1"].colour == LINE_HUE[Nature.SMUGGLING]
    assert looks(legs)["L5"].colour == INK  # mixed: neither hue
    assert looks(legs)["L3"].colour == LINE_HUE[Nature.UNCLEAR]


def test_a_corridor_in_front_makes_the_others_step_back_in_grey(legs: pd.DataFrame):
    traces = by_name(corridor_traces(CorridorSpec(legs, 2026, highlight="C1")))
    assert {t["line"]["color"] for name, t in traces.items() if name.startswith("corridor-behind")} == {BEHIND}
    assert {d[0] for d in traces["corridor-arrows"]["customdata"]} == {"L1", "L2"}
    hit = traces["corridor-hit"]
    assert sorted(leg for part in hit["meta"]["legs"] for leg in part) == sorted(legs["leg_id"])
    assert hit["lon"].count(None) == len(hit["meta"]["legs"])
    assert (hit["line"]["width"], hit["opacity"]) == (14, 0)


def test_legs_of_weaker_evidence_step_back_and_stay_on_the_map(legs: pd.DataFrame):
    spec = CorridorSpec(legs, 2026, back=frozenset({"L3"}))
    by_legs = {ribbon.legs: ribbon.look for ribbon in spec.ribbons()}
    assert (by_legs["L3",].forward, by_legs["L3",].colour) == (False, BEHIND)
    assert all(look.forward for key, look in by_legs.items() if key != ("L3",))


def test_at_most_seven_widths_and_a_white_casing_under_each(legs: pd.DataFrame):
    for forward in (None, "C1"):
        traces = corridor_traces(CorridorSpec(legs, 2026, forward))
        lines = [t for t in traces if t["name"].startswith(("corridor-behind", "corridor-front"))]
        assert len({t["line"]["width"] for t in lines}) <= 7
        casings = [t for t in traces if "casing" in t["name"]]
        assert {t["line"]["color"] for t in casings} == {WHITE}
        assert max(t["line"]["width"] for t in casings) > max(t["line"]["width"] for t in lines)


def test_no_arrowhead_stands_on_a_stop(legs: pd.DataFrame):
    spec = CorridorSpec(legs, 2026)
    stops = stops_of(spec)
    placed = [(at, seen_from) for ribbon in spec.ribbons() for at, _, seen_from in heads(ribbon, stops)]
    assert placed
    for at, seen_from in placed:
        assert min(abs(at[0] - s[0]) + abs(at[1] - s[1]) for s in stops) * seen_from > 10


def test_flights_are_thin_and_stay_out_of_the_near_view(legs: pd.DataFrame):
    air = legs.assign(drawn=["air" if key == "L5" else "road" for key in legs["leg_id"]])
    assert [ribbon.legs for ribbon in flights(air, 2026, None)] == [("L5",)]
    assert flights(air, 2026, "C1") == ()
    trace = by_name(corridor_traces(CorridorSpec(air, 2026)))["corridor-air-0"]
    assert trace["meta"]["below"] > 0
    assert "L5" not in looks(air)


def test_separate_legs_are_parted_by_none_and_frames_stay_untouched(legs: pd.DataFrame):
    before = legs.copy(deep=True)
    traces = corridor_traces(CorridorSpec(legs, 2026))
    assert all(t["lon"][-1] is None for t in traces if t["mode"] == "lines")
    assert traces == corridor_traces(CorridorSpec(legs, 2026))
    pd.testing.assert_frame_equal(legs, before)


def test_bends_are_rounded_and_every_point_is_still_passed():
    straight = [(30 + i / 10, 1.0) for i in range(20)]
    assert smooth(straight) == tuple(straight)
    assert len(list(along(straight, 0.5))) == 4
    bent = [(30.0, 0.0), (31.0, 2.0), (32.0, 0.0), (32.1, -0.1)]
    curve = smooth(bent)
    assert [point for point in curve if point in bent] == bent
    assert len(curve) > len(bent)
    assert all(29.9 <= x <= 32.2 and -0.3 <= y <= 2.3 for x, y in curve)


def test_legs_without_a_line_are_left_to_the_table():
    properties = {"leg_id": "a", "corridor_id": "C", "nature": "mixed", "n_sources": 1, "basis": "inferred"}
    feature = {"properties": {**properties, "is_alternative": False, "last_confirmed": None, "drawn": "road"}}
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
