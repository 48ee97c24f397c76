"""What lies around a county, and the legs inside it: against shapely and the corridor tables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from geodata.corridors.geometry import km_inside
from geodata.query.nearby import nearby
from geodata.query.segments import county_segments
from geodata.query.world import World, open_world
from geodata.settings import DataSettings
from geodata.values import CROSSES_KM, about_km


@pytest.fixture(scope="module")
def world() -> World:
    return open_world(DataSettings(home=Path("/nonexistent"), vault=""))


def test_kilometres_of_every_leg_are_shapelys(world: World) -> None:
    shapely = pytest.importorskip("shapely.geometry")
    lines = {leg["properties"]["leg_id"]: leg["geometry"] for leg in world.corridors.legs}
    measured = 0
    for pcode in world.names:
        shape = shapely.shape(world.shapes[pcode])
        for one in county_segments(world, pcode):
            if one.drawn_km is not None:
                line = shapely.shape(lines[one.leg["leg_id"]])
                km = km_inside([line], {pcode: shape}).get(pcode, 0.0)
                assert one.drawn_km in {about_km(km - 0.2), about_km(km + 0.2)}, (pcode, one.leg["leg_id"], km)
                measured += 1
    assert measured > 300


def test_no_leg_is_forgotten(world: World) -> None:
    shapely = pytest.importorskip("shapely.geometry")
    for pcode in ("KE010", "KE011", "KE013", "KE030", "KE047"):
        shape = shapely.shape(world.shapes[pcode])
        found = {one.leg["leg_id"] for one in county_segments(world, pcode)}
        for leg in world.corridors.legs:
            row = leg["properties"]
            if leg["geometry"] is None or row["mode"] in ("air", "sea"):
                continue
            km = km_inside([shapely.shape(leg["geometry"])], {pcode: shape}).get(pcode, 0.0)
            if km > CROSSES_KM + 0.1:
                assert row["leg_id"] in found, (pcode, row["leg_id"], km)


def test_corridors_of_the_legs_are_those_that_pass(world: World) -> None:
    places = {row["place_id"]: row for row in world.corridors.places}
    for pcode in world.names:
        segments = county_segments(world, pcode)
        passing = {row["corridor_id"] for row in world.corridors.corridor_counties if row["pcode"] == pcode}
        assert {one.leg["corridor_id"] for one in segments} <= passing
        for one in segments:
            ends = {places[one.leg[end]]["pcode"] for end in ("from_place", "to_place")}
            assert one.stops == (pcode in ends)
            assert one.stops or (one.drawn_km or 0) >= CROSSES_KM


def test_legs_by_air_and_sea_have_no_kilometres(world: World) -> None:
    seen = set()
    for pcode in world.names:
        for one in county_segments(world, pcode):
            if one.leg["mode"] in ("air", "sea"):
                seen.add(one.leg["mode"])
                assert one.drawn_km is None
    assert seen == {"air", "sea"}


def test_the_window_holds_the_county_and_its_neighbours(world: World) -> None:
    for pcode in world.names:
        found = nearby(world, pcode)
        standing = {one.pcode: one.standing for one in found.counties}
        assert standing[pcode] == "own"
        close = {str(one.pcode) for one in world.edition.neighbours()[pcode]}  # type: ignore[index] # a P-code
        assert {code for code, what in standing.items() if what == "neighbour"} == close
        assert found.counties[-1].pcode == pcode  # drawn last, on top
        assert found.window.width <= 340
        assert found.window.height <= 300
        for one in found.counties:
            assert re.fullmatch(r"[Mlz\d\s.\-]+", one.d)
            if one.standing != "other":
                x, y = one.at
                assert 0 < x < found.window.width
                assert 0 < y < found.window.height
        own = {segment.leg["leg_id"] for segment in county_segments(world, pcode)}
        assert {leg["properties"]["leg_id"] for leg in found.legs} <= own


def test_an_unknown_county_is_refused(world: World) -> None:
    with pytest.raises(KeyError):
        nearby(world, "KE099")
    with pytest.raises(KeyError):
        county_segments(world, "KE099")
