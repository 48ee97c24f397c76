"""The corridor map and the line plan: no name over another, straight pieces only, what is weak steps back."""

from __future__ import annotations

import itertools
import re
from xml.etree import ElementTree as ET

import pytest

from layers.network_map import VIEWS, WEAK, MapSpec, MapSpot, draw
from layers.ribbons import Ribbon, RibbonLook
from layers.subway import Line, Station, Track, layout, row_order, subway_svg
from layers.theme import CORE_HUE, INSTEAD

PLACES = {"a": (37.0, 3.0), "b": (37.5, 0.3), "c": (36.8, -1.3), "d": (39.6, -4.0), "far": (28.0, -26.0)}


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own drawing


def overlap(one: tuple[float, ...], two: tuple[float, ...]) -> bool:
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]


def ribbon(start: str, end: str, look: RibbonLook) -> Ribbon:
    return Ribbon(look, (PLACES[start], PLACES[end]), (f"{start}.{end}",), ("C1",))


SMUGGLING, BOTH = ("smuggling",), ("trafficking", "smuggling")


def spec(view: str = "kenya", **more: object) -> MapSpec:
    made = (
        ribbon("c", "d", RibbonLook(False, 1.0, 1.4, False, ())),
        ribbon("a", "b", RibbonLook(True, 1.0, 6.6, False, SMUGGLING)),
        ribbon("b", "c", RibbonLook(True, 0.45, 6.6, False, BOTH)),
        ribbon("c", "far", RibbonLook(True, 1.0, 6.6, True, SMUGGLING)),
    )
    spots = tuple(MapSpot(f"<{name}> & co", at, crossing=name == "a", weak=name == "d") for name, at in PLACES.items())
    return MapSpec(view, 600, made, spots, "a 'map'", frozenset(PLACES.values()), **more)  # type: ignore[arg-type]


def test_the_map_is_one_well_formed_picture_with_every_name_escaped():
    drawing = draw(spec())
    root = parsed(drawing.svg)
    assert root.get("aria-label") == "a 'map'"
    names = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "<a> & co" in names
    assert "<far> & co" not in names  # outside the window
    assert drawing.outside == 0  # its leg still leaves the picture


def test_names_never_overlap_on_any_map():
    crowd = tuple(MapSpot(f"place number {i}", (36 + i % 7 * 0.3, i // 7 * 0.2)) for i in range(60))
    for view, width in itertools.product(VIEWS, (380, 760)):
        drawing = draw(MapSpec(view, width, (), crowd, "crowd"))
        for (_, one), (_, two) in itertools.combinations(drawing.boxes, 2):
            assert not overlap(one, two)
        assert all(box[0] >= 0 and box[2] <= drawing.width for _, box in drawing.boxes)
        shown = {name for name, _ in drawing.boxes}
        assert shown.isdisjoint(drawing.unnamed)


def test_core_dash_and_fading_say_what_they_mean():
    svg = draw(spec()).svg
    assert svg.count("stroke-dasharray") == 2  # line and core of the inferred leg alone
    assert f'opacity="{WEAK}"' in svg  # the stop of the leg that steps back
    faded = re.findall(r'stroke="(#[0-9A-F]{6})"[^>]*opacity="0.45" transform', svg)
    assert sorted(faded) == sorted(CORE_HUE.values())  # mixed: both cores side by side
    assert svg.count("rotate(") > 3  # arrowheads between the stops


def test_what_is_closed_is_crossed_out_and_ways_instead_lie_on_a_band():
    svg = draw(spec(closed=(PLACES["b"],), bands=((PLACES["a"], PLACES["c"]),))).svg
    assert svg.count(INSTEAD) == 1
    assert "M-7 -7L7 7" in svg
    assert INSTEAD not in draw(spec()).svg


def plan_of(lines: list[Line]) -> tuple[list[Station], object]:
    names = sorted({p for line in lines for t in line.tracks for p in (t.start, t.end)})
    stations = [Station(name, f"Station {name}", float(-i)) for i, name in enumerate(names)]
    return stations, layout(stations, lines)


def branching() -> list[Line]:
    def track(start: str, end: str, aside: bool = False) -> Track:
        return Track(start, end, aside, False)

    return [
        Line("C01", "mixed", (track("a", "b"), track("a", "x", True), track("x", "c", True), track("b", "c"))),
        Line("C02", "smuggling", (track("b", "c"), track("c", "d"), track("d", "b"))),  # a circle
        Line("C03", "trafficking", (track("d", "e"), track("a", "d"))),
    ]


def test_every_place_has_a_row_and_no_name_touches_another():
    stations, plan = plan_of(branching())
    assert len(set(plan.rows.values())) == len(stations)
    for one, two in itertools.combinations(plan.boxes.values(), 2):
        assert not overlap(one, two)
    assert max(box[2] for box in plan.boxes.values()) < min(x for x, _ in plan.dots.values())


def test_lines_are_straight_or_at_45_degrees():
    _, plan = plan_of(branching())
    for _, _, points in plan.paths:
        for (x0, y0), (x1, y1) in itertools.pairwise(points):
            across, down = abs(x1 - x0), abs(y1 - y0)
            assert across == 0 or down == 0 or across == pytest.approx(down)


def test_shared_stations_are_joined_and_alternatives_leave_the_lane():
    _, plan = plan_of(branching())
    low, high = plan.bars["b"]
    assert low < high
    assert plan.dots["C01", "x"][0] > plan.lanes["C01"] == plan.dots["C01", "b"][0]


def test_rows_follow_the_legs_where_no_circle_forbids_it():
    stations, _ = plan_of(branching())
    order = row_order(stations, branching()[:1])
    assert order.index("a") < order.index("x") < order.index("c")


def test_the_plan_is_well_formed_and_empty_without_lines():
    stations, plan = plan_of(branching())
    svg = subway_svg(plan, stations, 'plan "of" <lines>', {"C01": "/corridors?corridor=C01&lang=en"})
    root = parsed(svg)
    assert len(root.findall(".//{http://www.w3.org/2000/svg}a")) == 1
    assert parsed(subway_svg(layout([], []), [], "none", {})) is not None
