"""Main roads as evidence: towns in road order, checked, and joined to one network of towns.

`read` gives `Roads`, whose graph has a node for every town and an edge for every hop between two towns that follow
each other on a road. It is *towns along the road*, not the road: hops are 20–100 km in Kenya, up to 370 km far away.
Refused, each in one sentence: a town without a point, a gap in the order, a road with two names or with one town, a
town twice on a road, a town with two points, two towns on one point, a town in another country, and a network in parts.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import networkx as nx
import pandas as pd
import shapely
from shapely.geometry import shape

from geodata.corridors.geometry import Position, km_between
from geodata.facts import evidence
from geodata.facts.countries import two_letter
from geodata.facts.places import NEAR_KM, km_from, slug

if TYPE_CHECKING:
    import geopandas as gpd

    from geodata.settings import DataSettings

    RoadGraph = nx.Graph[str]

COORD_SOURCES = frozenset({"GeoNames", "approximate"})
TABLE = "main_roads"


@dataclass(frozen=True, slots=True)
class Town:
    """A town on a main road. point: lon, lat in degrees; approximate: the point was set by hand."""

    town_id: str
    name: str
    iso3: str
    point: Position
    approximate: bool


@dataclass(frozen=True, eq=False)
class Roads:
    """Towns by id, and the network: edges carry `km` (geodesic) and `roads` (the names, sorted)."""

    towns: Mapping[str, Town]
    graph: RoadGraph

    def named(self, name: str) -> tuple[Town, ...]:
        """Return the towns of a name, whatever their country."""
        return tuple(town for town in self.towns.values() if town.name == name)


def read(settings: DataSettings, shapes: Mapping[str, shapely.Geometry]) -> Roads:
    """Return the shipped roads, checked; shapes: ISO3 → outline of a country, EPSG:4326."""
    return build(evidence.read(settings, TABLE), shapes)


def build(table: pd.DataFrame, shapes: Mapping[str, shapely.Geometry]) -> Roads:
    """Return the network of a road table (text columns of main_roads.csv and `row`)."""
    towns: dict[str, Town] = {}
    graph: RoadGraph = nx.Graph()
    for road_id, lines in table.groupby("road_id", sort=False):
        along = _road(str(road_id), lines, towns, shapes)
        for start, end in pairwise(along):
            if graph.has_edge(start, end):
                graph.edges[start, end]["roads"] = tuple(sorted({*graph.edges[start, end]["roads"], str(road_id)}))
            else:
                km = km_between(towns[start].point, towns[end].point)
                graph.add_edge(start, end, km=km, roads=(str(road_id),))
    _one_network(graph, towns)
    return Roads(towns, graph)


def _road(
    road_id: str, lines: pd.DataFrame, towns: dict[str, Town], shapes: Mapping[str, shapely.Geometry]
) -> list[str]:
    """Return the ids of one road's towns in order, adding to `towns`."""
    first = lines.iloc[0]
    if len(lines) < 2:
        raise evidence.complain(TABLE, int(first["row"]), f"road {road_id} has one town only; a road joins two.")
    along: list[str] = []
    for number, line in enumerate(lines.to_dict("records"), start=1):
        row = int(line["row"])
        if line["seq"] != str(number):
            raise evidence.complain(
                TABLE, row, f"seq “{line['seq']}” of {road_id}; expected {number}, in order without gaps."
            )
        if line["road"] != first["road"]:
            raise evidence.complain(TABLE, row, f"{road_id} is called “{first['road']}” and “{line['road']}”.")
        town = _town(line, row)
        if town.town_id in along:
            raise evidence.complain(TABLE, row, f"{road_id} passes {town.name} twice.")
        known = towns.get(town.town_id)
        if known is None:
            _in_its_country(town, shapes, row)
            _alone_on_its_point(town, towns, row)
            towns[town.town_id] = town
        elif known.point != town.point:
            raise evidence.complain(TABLE, row, f"{town.name} has two points, {known.point} and {town.point}.")
        along.append(town.town_id)
    return along


def _town(line: Mapping[Hashable, Any], row: int) -> Town:
    name = str(line["place"])
    if not name:
        raise evidence.complain(TABLE, row, f"a town of {line['road_id']} has no name.")
    iso3 = two_letter().get(str(line["iso2"]), "")
    if not iso3:
        raise evidence.complain(TABLE, row, f"iso2 “{line['iso2']}” of {name} is no country.")
    if line["coord_source"] not in COORD_SOURCES:
        raise evidence.complain(
            TABLE, row, f"coord_source “{line['coord_source']}” is neither GeoNames nor approximate."
        )
    try:
        lon, lat = float(line["lon"]), float(line["lat"])
    except ValueError as error:
        raise evidence.complain(TABLE, row, f"{name} has no coordinates; a road cannot pass it.") from error
    if not (abs(lon) <= 180 and abs(lat) <= 80):
        raise evidence.complain(TABLE, row, f"{name} at {lat}, {lon} is not on the map.")
    return Town(f"{slug(name)}.{line['iso2'].lower()}", name, iso3, (lon, lat), line["coord_source"] == "approximate")


def _in_its_country(town: Town, shapes: Mapping[str, shapely.Geometry], row: int) -> None:
    outline = shapes.get(town.iso3)
    if outline is None:
        return
    km = km_from(*town.point, outline)
    if km > NEAR_KM:
        raise evidence.complain(
            TABLE, row, f"{town.name} lies {km:.0f} km outside {town.iso3}; correct its point or code."
        )


def _alone_on_its_point(town: Town, towns: Mapping[str, Town], row: int) -> None:
    for other in towns.values():
        if other.point == town.point:
            raise evidence.complain(TABLE, row, f"{town.name} and {other.name} have the same point.")


def _one_network(graph: RoadGraph, towns: Mapping[str, Town]) -> None:
    parts = sorted(nx.connected_components(graph), key=len, reverse=True)
    if len(parts) > 1:
        apart = towns[min(parts[1])].name
        raise evidence.complain(
            TABLE,
            1,
            f"the roads fall into {len(parts)} parts: nothing joins {apart} to the rest; add the road between.",
        )


def country_shapes(settings: DataSettings, counties: gpd.GeoDataFrame) -> dict[str, shapely.Geometry]:
    """Return ISO3 → outline, EPSG:4326: the surroundings shipped with Njia, and Kenya, the union of its counties."""
    path = settings.shipped / "boundaries" / "context.geojson"
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    shapes: dict[str, shapely.Geometry] = {
        str(feature["properties"]["iso3"]): shape(feature["geometry"])
        for feature in features
        if feature["properties"]["kind"] == "country" and feature["properties"]["iso3"]
    }
    return shapes | {"KEN": shapely.union_all(list(counties.geometry))}
