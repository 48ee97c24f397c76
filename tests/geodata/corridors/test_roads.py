"""The road network and the routes over it: what is refused, and where the shipped lines run."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd
import pytest
import shapely
from shapely.geometry import box, shape

from geodata.corridors import legs, roads
from geodata.corridors.routing import DETOUR, Drawn, Reason, Router
from geodata.facts.places import GEOD
from geodata.values import DataProblem

if TYPE_CHECKING:
    from tests.geodata.corridors.conftest import World

KENYA = {"KEN": box(36, -1, 40, 3)}
COLUMNS = ["road_id", "road", "seq", "place", "iso2", "lat", "lon", "coord_source", "geonames_id"]
ROWS = [
    ["A1", "Main", "1", "West", "KE", "0.5", "36.5", "GeoNames", "1"],
    ["A1", "Main", "2", "Middle", "KE", "0.5", "37.5", "GeoNames", "2"],
    ["A1", "Main", "3", "East", "KE", "0.5", "38.5", "GeoNames", "3"],
    ["B1", "North", "1", "Middle", "KE", "0.5", "37.5", "GeoNames", "2"],
    ["B1", "North", "2", "Top", "KE", "2.5", "37.5", "approximate", ""],
]


def table(*changes: tuple[int, str, str]) -> pd.DataFrame:
    found = pd.DataFrame(ROWS, columns=COLUMNS)
    for row, column, value in changes:
        found.loc[row, column] = value
    return found.assign(row=range(2, len(found) + 2))


def test_roads_that_share_a_town_are_one_network() -> None:
    made = roads.build(table(), KENYA)
    assert sorted(made.graph.edges) == [("middle.ke", "east.ke"), ("middle.ke", "top.ke"), ("west.ke", "middle.ke")]
    assert made.graph.edges["west.ke", "middle.ke"]["km"] == pytest.approx(111.3, rel=1e-3)
    assert made.towns["top.ke"].approximate


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ([(1, "seq", "3")], "row 3: seq “3” of A1; expected 2, in order without gaps"),
        ([(1, "road", "Other")], "row 3: A1 is called “Main” and “Other”"),
        ([(2, "place", "West"), (2, "lon", "36.5")], "row 4: A1 passes West twice"),
        ([(1, "place", "")], "row 3: a town of A1 has no name"),
        ([(1, "lat", "")], "row 3: Middle has no coordinates"),
        ([(1, "lat", "nan")], "row 3: Middle at nan"),
        ([(1, "lat", "95")], "row 3: Middle at 95.0"),
        ([(3, "lat", "0.6")], "row 5: Middle has two points"),
        ([(2, "lon", "37.5")], "row 4: East and Middle have the same point"),
        ([(2, "lon", "44")], "row 4: East lies 445 km outside KEN"),
        ([(2, "iso2", "XX")], "row 4: iso2 “XX” of East is no country"),
        ([(2, "coord_source", "a map")], "row 4: coord_source “a map”"),
        ([(3, "place", "Apart"), (3, "lat", "0.7")], "the roads fall into 2 parts: nothing joins Apart"),
        ([(4, "road_id", "C1"), (4, "seq", "1")], "row 5: road B1 has one town only"),
    ],
)
def test_a_road_file_that_cannot_be_driven_is_refused(changes: list[tuple[int, str, str]], says: str) -> None:
    with pytest.raises(DataProblem, match=says):
        roads.build(table(*changes), KENYA)


def router(**places: tuple[float, float]) -> Router:
    return Router(roads.build(table(), KENYA), places, ((40.5, 2.0), (40.5, 1.0), (40.5, 0.0)))


def test_a_place_on_a_town_beside_a_hop_and_off_the_road() -> None:
    net = router(west=(36.5, 0.51), beside=(37.0, 0.52), spur=(38.0, 0.7), far=(39.5, 2.9), top=(37.5, 2.5))
    assert net.node_of["west"] == "west.ke"
    assert net.node_of["beside"] == "beside"  # the hop is drawn through it
    assert net.graph.has_edge("by-spur", "spur")
    assert "far" not in net.node_of
    assert net.road("west", "far") is Reason.OFF_ROAD
    found = net.road("west", "top")
    assert not isinstance(found, Reason)
    assert (found.drawn, found.towns) == (Drawn.ROAD, ("Middle",))
    assert list(found.line.coords) == [(36.5, 0.51), (37.0, 0.52), (37.5, 0.5), (37.5, 2.5)]


def test_there_and_back_share_every_stretch() -> None:
    net = router(west=(36.5, 0.5), top=(37.5, 2.5))
    there, back = net.road("west", "top"), net.road("top", "west")
    assert not isinstance(there, Reason)
    assert not isinstance(back, Reason)
    assert list(there.line.coords) == list(back.line.coords)[::-1]


def test_a_detour_is_not_taken_unless_a_source_names_the_town() -> None:
    net = router(by_b1=(37.85, 0.9), by_a1=(37.95, 0.8))  # 16 km apart, each on its own side of the corner
    assert net.road("by_b1", "by_a1") is Reason.DETOUR
    named = net.road("by_b1", "by_a1", ["Middle"])
    assert not isinstance(named, Reason)
    assert GEOD.geometry_length(named.line) / 1000 > DETOUR * 16
    with pytest.raises(DataProblem, match="“Nowhere” names 0 towns"):
        net.road("by_b1", "by_a1", ["Nowhere"])


def test_boats_keep_off_the_shore() -> None:
    net = router(north=(39.9, 2.1), south=(39.9, 0.1))
    line = net.coast("north", "south").line
    assert list(line.coords) == [(39.9, 2.1), (40.5, 2.0), (40.5, 1.0), (40.5, 0.0), (39.9, 0.1)]
    assert list(net.coast("south", "north").line.coords) == list(line.coords)[::-1]


# On the shipped record -----------------------------------------------------------------------------------------------

TRUNK = (
    "Turbi", "Marsabit", "Laisamis", "Archers Post", "Isiolo", "Nanyuki", "Nairobi", "Namanga", "Arusha", "Dodoma",
    "Iringa", "Mbeya",
)  # fmt: skip


def test_the_trunk_passes_its_towns_in_order(world: World) -> None:
    mine = world.legs.loc[(world.legs["corridor_id"] == "C01") & ~world.legs["is_alternative"]]
    names = dict(zip(world.places["place_id"], world.places["name"], strict=True))
    passed = [
        name for leg in mine.itertuples() for name in (*filter(None, leg.towns.split(";")), names[str(leg.to_place)])
    ]
    at = [passed.index(name) for name in TRUNK]
    assert at == sorted(at)
    from_moyale = mine.loc[mine["from_seq"] >= 5, "length_km"].sum()
    assert 4_000 < from_moyale < 5_500
    asmara_to_johannesburg = mine["length_km"].sum()
    assert asmara_to_johannesburg == pytest.approx(5_734, abs=1)  # as the docstring of `geodata.corridors` tells


def test_the_trunk_never_goes_back_over_its_own_road(world: World) -> None:
    mine = world.legs.loc[(world.legs["corridor_id"] == "C01") & ~world.legs["is_alternative"]]
    towns = [town for leg in mine.itertuples() for town in leg.towns.split(";") if town]
    assert len(towns) == len(set(towns))


def test_the_cattle_track_through_merti_is_an_alternative_of_its_own(world: World) -> None:
    legs_by_id = world.legs.set_index("leg_id")
    assert legs_by_id.loc["C01.moyale.merti", "towns"] == "Sololo junction;Turbi"
    assert legs_by_id.loc["C01.merti.archers-post", "drawn"] == "road"


OFF_THE_NETWORK = {
    "C11.sudan-khartoum.libya-tripoli": "the roads of the record end at Khartoum",
    "C12.addis-ababa.libya-tripoli": "the roads of the record end at Khartoum",
    "C13.mogadishu.yemen-aden": "over the sea, by means that no source names",
    "C10.lamu.kiunga": "Kiunga is 87 km from any road of the record",
    "C16.asmara.ileret": "Ileret is 58 km from any road of the record",
    "C16.lomekwi.lodwar": "Lomekwi is 41 km from any road of the record",
    "C30.addis-ababa.dukana": "straight beyond Mega",
    "C30.addis-ababa.forolle": "straight beyond Mega",
    "C30.addis-ababa.takaba": "Takaba is 92 km from any road of the record",
}


def test_every_leg_over_land_follows_the_network(world: World) -> None:
    listed = (*(f"C{i:02d}" for i in range(1, 18)), *(f"C{i}" for i in range(23, 31)))
    land = world.legs.loc[world.legs["corridor_id"].isin(listed) & world.legs.geometry.notna()]
    land = land.loc[~land["mode"].isin(["air", "sea", "lake"])]
    straight = land.loc[land["drawn"] != "road"].set_index("leg_id")
    assert set(straight.index) == set(OFF_THE_NETWORK)
    assert set(straight["drawn_reason"]) == {"off_road"}


def crossings_km(line: shapely.Geometry, inside: shapely.Geometry) -> Iterator[float]:
    shared = line.intersection(inside)
    joined = shapely.line_merge(shared) if shared.geom_type == "MultiLineString" else shared
    for part in shapely.get_parts(joined):
        yield GEOD.geometry_length(part) / 1000 if part.geom_type == "LineString" else 0.0


OVER_WATER = {
    "C09.lamu.garsen": "Lamu is an island: a boat from Mokowe",
    "C10.mombasa.lamu": "Lamu is an island: a boat from Mokowe",
    "C10.lamu.kiunga": "means not stated; the straight line cuts creeks",
    "C13.mogadishu.yemen-aden": "over the sea, by means that no source names",
}


def test_no_road_crosses_a_lake_or_the_sea_and_no_boat_the_land(world: World) -> None:
    path = world.settings.shipped / "boundaries" / "context.geojson"
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    lakes = shapely.union_all([shape(f["geometry"]) for f in features if f["properties"]["kind"] == "lake"])
    countries = [shape(f["geometry"]) for f in features if f["properties"]["kind"] == "country"]
    land = shapely.union_all([*countries, *world.counties.geometry])
    sea = shapely.box(*world.legs.total_bounds).buffer(1).difference(land.union(lakes))
    wet = set()
    for leg in world.legs.loc[world.legs.geometry.notna()].itertuples():
        if leg.drawn in {"road", "straight"}:
            longest = max([*crossings_km(leg.geometry, lakes), *crossings_km(leg.geometry, sea)], default=0.0)
            wet |= {leg.leg_id} if longest > 2 else set()
        elif leg.drawn == "coast":
            assert max(crossings_km(leg.geometry, land), default=0.0) <= 5, leg.leg_id
        elif leg.drawn == "lake":
            assert max(crossings_km(leg.geometry, lakes)) > 0.8 * leg.length_km, leg.leg_id
    assert wet == set(OVER_WATER)


def test_every_kenyan_place_lies_inside_its_county(world: World) -> None:
    shapes = dict(zip(world.counties["pcode"], world.counties.geometry, strict=True))
    drawn = world.places.loc[(world.places["iso3"] == "KEN") & world.places["lat"].notna()]
    outside = [p.name for p in drawn.itertuples() if not shapes[p.pcode].intersects(shapely.Point(p.lon, p.lat))]
    assert outside == []
    assert set(drawn["county_by"]) == {"inside", "stated"}


def test_all_corridors_are_drawn_in_five_seconds(world: World) -> None:
    start = time.process_time()
    legs.build(world.facts, world.places, world.roads)
    assert time.process_time() - start < 5
