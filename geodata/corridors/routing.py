"""From stop to stop: along the main road, the coast, a lake, by air, or straight where nothing better is known.

A `Router` hangs every place with a point on the road network: on the town of that spot, or where its nearest hop
passes within `ON_ROAD_KM`, or by a short spur. What is drawn is never evidence: a leg stays stated or inferred as its
stops are. A leg is drawn straight, with the reason, when an end lies more than `OFF_ROAD_KM` from any road, when the
roads would be more than `DETOUR` times as long as the straight line, or when a rule says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import shapely
from shapely import LineString

from geodata.corridors.geometry import Position, geodesic, km_between
from geodata.corridors.roads import Roads
from geodata.values import DataProblem

if TYPE_CHECKING:
    from geodata.corridors.roads import RoadGraph

OFF_ROAD_KM = 40.0
"""A stop farther than this from every road is not on the network."""
DETOUR = 1.8
"""Roads more than this many times as long as the straight line are not taken."""
ONE_ROAD = 1.1
"""Between two towns of one road its own course is taken when at most this many times the shortest way."""
SAME_SPOT_KM = 3.0
"""A place this near a town of the roads is that town."""
ON_ROAD_KM = 5.0
"""A hop is drawn through a place this near to it; hops of 20–100 km are no more exact."""


class Drawn(StrEnum):
    """How the line of a leg was drawn; nothing of it is stated by a source."""

    ROAD = "road"
    COAST = "coast"
    LAKE = "lake"
    AIR = "air"
    STRAIGHT = "straight"


class Reason(StrEnum):
    """Why a leg over land is drawn straight."""

    OFF_ROAD = "off_road"
    DETOUR = "detour"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class DrawnRoute:
    """A drawn leg. line: (lon, lat), both stops included; towns: names passed between the stops, in order."""

    drawn: Drawn
    line: LineString
    towns: tuple[str, ...] = ()
    reason: Reason | None = None


class Router:
    """The road network with the corridors' places hung on it."""

    def __init__(self, roads: Roads, places: Mapping[str, Position], sea_lane: Sequence[Position] = ()) -> None:
        """`places`: place id → (lon, lat) of every place that has a point; `sea_lane`: points off the coast."""
        self.sea_lane = tuple(sea_lane)
        self.places = dict(places)
        self.node_of: dict[str, str] = {}
        self.point: dict[str, Position] = {key: town.point for key, town in roads.towns.items()}
        self.name: dict[str, str] = {key: town.name for key, town in roads.towns.items()}
        self.graph: RoadGraph = nx.Graph(roads.graph)
        self._roads = roads
        self._hang()

    def road(self, start: str, end: str, via: Iterable[str] = ()) -> DrawnRoute | Reason:
        """Return the shortest way by road over the towns named in `via`, or why there is none.

        An end off the roads is joined straight to the nearest town of `via`, and the leg counts as straight.
        """
        named = tuple(via)
        off = [place for place in (start, end) if place not in self.node_of]
        if off and not named:
            return Reason.OFF_ROAD
        ends = (self.node_of.get(start, ""), self.node_of.get(end, ""))
        stations = [node for node in (ends[0], *(self._town(name) for name in named), ends[1]) if node]
        nodes = [stations[0]]
        for here, there in pairwise(stations):
            nodes += self._path(here, there)[1:]
        length = self._km(nodes)
        if length > DETOUR * km_between(self.places[start], self.places[end]) and not named:
            return Reason.DETOUR
        towns = tuple(self.name[node] for node in nodes if self.name.get(node) and node not in ends)
        points = [self.point[node] for node in nodes]
        if off:
            points = [*([self.places[start]] if start in off else []), *points]
            points += [self.places[end]] if end in off else []
            return DrawnRoute(Drawn.STRAIGHT, LineString(points), towns, Reason.OFF_ROAD)
        return DrawnRoute(Drawn.ROAD, LineString(points), towns)

    def coast(self, start: str, end: str) -> DrawnRoute:
        """Return the way along the coast: out to the sea lane, along it, and in again."""
        ends = (self.places[start], self.places[end])
        first, last = (min(range(len(self.sea_lane)), key=lambda i: km_between(p, self.sea_lane[i])) for p in ends)
        step = 1 if last >= first else -1
        lane = self.sea_lane[first : last + 1] if step > 0 else self.sea_lane[last : first + 1][::-1]
        return DrawnRoute(Drawn.COAST, LineString([ends[0], *lane, ends[1]]))

    def straight(self, start: str, end: str, drawn: Drawn = Drawn.STRAIGHT, reason: Reason | None = None) -> DrawnRoute:
        """Return the geodesic between two places."""
        return DrawnRoute(drawn, geodesic(self.places[start], self.places[end]), (), reason)

    def _path(self, start: str, end: str) -> list[str]:
        """Return the nodes from one to another: along one road where that is hardly longer, else the shortest way."""
        shortest: list[str] = nx.shortest_path(self.graph, start, end, weight="km")
        limit = ONE_ROAD * self._km(shortest)
        along = []
        for road in sorted(set(self.graph_roads(start)) & set(self.graph_roads(end))):
            part = self.graph.edge_subgraph(
                [(a, b) for a, b, hop in self.graph.edges(data=True) if road in hop["roads"]]
            )
            if start in part and end in part and nx.has_path(part, start, end):
                path: list[str] = nx.shortest_path(part, start, end, weight="km")
                along += [(self._km(path), path)] if self._km(path) <= limit else []
        return min(along)[1] if along else shortest

    def _km(self, nodes: Sequence[str]) -> float:
        return float(sum(self.graph.edges[pair]["km"] for pair in pairwise(nodes)))

    def _town(self, name: str) -> str:
        towns = self._roads.named(name)
        if len(towns) != 1:
            raise DataProblem(f"leg_rules.csv: “{name}” names {len(towns)} towns of main_roads.csv; expected one.")
        return towns[0].town_id

    def _hang(self) -> None:
        """Put each place on its town, or on the nearest hop; the nearest place of a town decides the town's point."""
        on_town: dict[str, list[tuple[float, str]]] = {}
        on_hop: dict[tuple[str, str], list[tuple[float, str, Position]]] = {}
        hops = sorted((min(a, b), max(a, b)) for a, b in self.graph.edges)
        tree = shapely.STRtree([LineString([self.point[a], self.point[b]]) for a, b in hops])
        towns = sorted(self._roads.towns)
        if not towns:
            return
        for place_id in sorted(self.places):
            point = self.places[place_id]
            km, town = min((km_between(point, self.point[town]), town) for town in towns)
            if km <= SAME_SPOT_KM:
                on_town.setdefault(town, []).append((km, place_id))
                continue
            i = int(tree.nearest(shapely.Point(point)))
            share, foot = _foot(point, self.point[hops[i][0]], self.point[hops[i][1]])
            if km_between(point, foot) <= OFF_ROAD_KM:
                on_hop.setdefault(hops[i], []).append((share, place_id, foot))
        for town, near in sorted(on_town.items()):
            self._take_town(town, [place_id for _, place_id in sorted(near)])
        for (start, end), near_hop in sorted(on_hop.items()):
            self._split(start, end, sorted(near_hop))

    def _take_town(self, town: str, places: Sequence[str]) -> None:
        self.node_of[places[0]] = town
        self.point[town] = self.places[places[0]]
        for neighbour in self.graph[town]:
            self.graph.edges[town, neighbour]["km"] = km_between(self.point[town], self.point[neighbour])
        for place_id in places[1:]:
            self._join(town, place_id, self.graph_roads(town))

    def graph_roads(self, node: str) -> tuple[str, ...]:
        """Return the roads that meet at a node."""
        return tuple(sorted({road for other in self.graph[node] for road in self.graph.edges[node, other]["roads"]}))

    def _join(self, node: str, place_id: str, roads: tuple[str, ...]) -> None:
        self.node_of[place_id] = place_id
        self.point[place_id] = self.places[place_id]
        self.graph.add_edge(node, place_id, km=km_between(self.point[node], self.places[place_id]), roads=roads)

    def _split(self, start: str, end: str, near: Sequence[tuple[float, str, Position]]) -> None:
        """Lead a hop through the places beside it; a place farther off gets a spur from its nearest point."""
        roads = self.graph.edges[start, end]["roads"]
        self.graph.remove_edge(start, end)
        last = start
        for share, place_id, foot in near:
            if not 0.02 < share < 0.98:
                self._join(start if share < 0.5 else end, place_id, roads)
                continue
            node = place_id
            if km_between(self.places[place_id], foot) > ON_ROAD_KM:
                node = f"by-{place_id}"
                self.point[node] = foot
            else:
                self.point[node] = self.places[place_id]
                self.node_of[place_id] = node
            self.graph.add_edge(last, node, km=km_between(self.point[last], self.point[node]), roads=roads)
            if node != place_id:
                self._join(node, place_id, roads)
            last = node
        self.graph.add_edge(last, end, km=km_between(self.point[last], self.point[end]), roads=roads)


def _foot(point: Position, start: Position, end: Position) -> tuple[float, Position]:
    """Return where a point's perpendicular meets a hop: its share of the hop, and the position."""
    narrow = np.array([np.cos(np.radians(point[1])), 1.0])
    origin, across = np.array(start), np.array(end) - np.array(start)
    scaled = across * narrow
    share = float(np.clip((np.array(point) - origin) * narrow @ scaled / (scaled @ scaled), 0.0, 1.0))
    lon, lat = origin + share * across
    return share, (round(float(lon), 5), round(float(lat), 5))
