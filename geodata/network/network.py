"""The documented network: legs of corridors as a weighted simple directed graph, and the journeys over it.

An *edge* joins two places in one direction; it rests on every leg documented between them. Its weight is
the geodesic length in whole tenths of a kilometre, so that ties are exact; a leg to a place without a
point has no known length and counts as longer than any sum of known ones. A *journey* is one start and
one end of a documented corridor; every corridor counts once, split evenly over its journeys: no volumes
are invented, and natures are kept apart by whoever sums.

Legs that name no stop between. Moyale → Nairobi is documented beside Moyale → Isiolo → Nairobi, and both
are 587 km. Where documented legs over land join the same two places over further stops and are at most
5 % longer, the coarse leg is read as the same road and is no edge of its own (`Network.coarse`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import networkx as nx

from geodata.values import Grade

if TYPE_CHECKING:
    Digraph = nx.DiGraph[str]

SAME_ROAD = 1.05
"""A chain of legs at most this many times as long as a direct leg is the same road, seen more closely. In the
shipped record the ratios are 1.00–1.04 for such pairs and 1.08 and above for real detours."""
UNKNOWN = 10_000_000
"""Weight (tenths of km) of a leg of unknown length: more than any known way on Earth."""
NOT_ON_LAND = frozenset({"air", "sea"})


@dataclass(frozen=True, slots=True)
class Leg:
    """One documented leg. km: geodesic, None where a place has no point. counties: those of its stops (P-codes)."""

    leg_id: str
    corridor_id: str
    start: str
    end: str
    nature: str
    mode: str
    grade: str
    km: float | None
    voices: frozenset[str]
    counties: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Node:
    """A place of the network: its country (ISO3) and county (P-code, empty outside Kenya)."""

    place_id: str
    iso3: str
    pcode: str = ""


@dataclass(frozen=True, slots=True)
class Journey:
    """One start and end of a corridor; `weight` is its share of the corridor's one vote."""

    corridor_id: str
    nature: str
    origin: str
    destination: str
    weight: float


@dataclass(frozen=True, slots=True)
class Filter:
    """Which legs count. origin, destination: country (ISO3) a corridor comes from or goes to; empty: any."""

    nature: str = ""
    origin: str = ""
    destination: str = ""
    mode: str = ""
    grade: str = Grade.C.value
    coarse: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """A directed pair of places and the legs documented between them."""

    start: str
    end: str
    weight: int
    legs: tuple[Leg, ...]

    @property
    def voices(self) -> frozenset[str]:
        """Return every independent voice that speaks for the edge."""
        return frozenset().union(*(leg.voices for leg in self.legs))

    @property
    def counties(self) -> frozenset[str]:
        """Return the counties every leg of the edge stops in: it cannot be gone without them."""
        first, *rest = (leg.counties for leg in self.legs)
        return first.intersection(*rest)


@dataclass(frozen=True, eq=False)
class Network:
    """A simple directed graph of ways.

    aside: coarse leg → the finer chain of places it stands for, ends included.
    """

    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]
    journeys: tuple[Journey, ...]
    aside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Place ids in order; the position is the place's number in `shortest`."""
        return tuple(sorted({place for edge in self.edges for place in (edge.start, edge.end)}))

    @cached_property
    def number(self) -> dict[str, int]:
        """Place id → its number."""
        return {name: i for i, name in enumerate(self.names)}

    @cached_property
    def after(self) -> dict[str, dict[str, Edge]]:
        """Place → next place → edge."""
        edges: dict[str, dict[str, Edge]] = {name: {} for name in self.names}
        for edge in self.edges:
            edges[edge.start][edge.end] = edge
        return edges

    @cached_property
    def digraph(self) -> Digraph:
        """The ways as a networkx graph; edges carry `weight` (tenths of km) and `edge`, its number in `edges`."""
        graph: Digraph = nx.DiGraph()
        graph.add_nodes_from(self.names)
        for i, edge in enumerate(self.edges):
            graph.add_edge(edge.start, edge.end, weight=edge.weight, edge=i)
        return graph

    def of_corridor(self, corridor_id: str) -> Network:
        """Return what one corridor documents itself: its ways, and the finer chains its coarse legs stand for."""
        if corridor_id not in self._own:
            wanted = {(w.start, w.end) for w in self.edges if any(leg.corridor_id == corridor_id for leg in w.legs)}
            for leg_id, (start, *between) in self.aside.items():
                if leg_id.startswith(f"{corridor_id}."):
                    wanted |= set(zip((start, *between), between, strict=False))
            mine = tuple(edge for edge in self.edges if (edge.start, edge.end) in wanted)
            self._own[corridor_id] = Network(self.nodes, mine, (), {})
        return self._own[corridor_id]

    @cached_property
    def _own(self) -> dict[str, Network]:
        return {}

    @property
    def coarse(self) -> dict[str, tuple[str, ...]]:
        """Coarse leg → the places it passes without naming them."""
        return {leg_id: chain[1:-1] for leg_id, chain in self.aside.items()}

    @cached_property
    def voices(self) -> tuple[str, ...]:
        """Every independent voice behind any edge, in order."""
        return tuple(sorted(frozenset().union(*(edge.voices for edge in self.edges)))) if self.edges else ()


def weight_of(km: float | None) -> int:
    """Return a length in whole tenths of a kilometre, at least one."""
    return UNKNOWN if km is None else max(1, round(km * 10))


def km_of(weight: float) -> float | None:
    """Return kilometres; None where a leg of unknown length is part of it."""
    return None if weight >= UNKNOWN else weight / 10


def passes(leg: Leg, wanted: Filter, ends: Mapping[str, tuple[frozenset[str], frozenset[str]]]) -> bool:
    """Say whether a leg is in the filter, whatever its grade; `ends`: corridor → countries it starts and ends in."""
    starts, stops = ends.get(leg.corridor_id, (frozenset[str](), frozenset[str]()))
    return (
        (not wanted.nature or leg.nature == wanted.nature)
        and (not wanted.mode or leg.mode == wanted.mode)
        and (not wanted.origin or wanted.origin in starts)
        and (not wanted.destination or wanted.destination in stops)
    )


def journeys(legs: Iterable[Leg]) -> tuple[Journey, ...]:
    """Return the journeys of the corridors: from each stop nothing leads to, to each reachable stop nothing leaves."""
    by_corridor: dict[str, list[Leg]] = {}
    for leg in legs:
        by_corridor.setdefault(leg.corridor_id, []).append(leg)
    documented: list[Journey] = []
    for corridor_id in sorted(by_corridor):
        mine = by_corridor[corridor_id]
        graph: Digraph = nx.DiGraph([(leg.start, leg.end) for leg in mine])
        starts = sorted(place for place in graph if not graph.in_degree(place))
        pairs = [
            (start, end)
            for start in starts
            for end in sorted(nx.descendants(graph, start))
            if not graph.out_degree(end)
        ]
        documented += [Journey(corridor_id, mine[0].nature, start, end, 1 / len(pairs)) for start, end in pairs]
    return tuple(documented)


def build(legs: Iterable[Leg], spots: Mapping[str, Node], *, coarse: bool = False) -> Network:
    """Return the network of some legs; with `coarse`, legs that name no stop between stay ways of their own."""
    listed = tuple(legs)
    groups: dict[tuple[str, str], list[Leg]] = {}
    for leg in listed:
        if leg.start != leg.end:
            groups.setdefault((leg.start, leg.end), []).append(leg)
    ways = [Edge(u, v, min(weight_of(leg.km) for leg in group), tuple(group)) for (u, v), group in groups.items()]
    aside: dict[str, tuple[str, ...]] = {}
    if not coarse:
        chains = {(edge.start, edge.end): _finer(edge, ways) for edge in ways}
        aside = {leg.leg_id: (p[0], *chain, p[1]) for p, chain in chains.items() if chain for leg in groups[p]}
        ways = [edge for edge in ways if not chains[edge.start, edge.end]]
    used = sorted(ways, key=lambda edge: (edge.start, edge.end))
    return Network(spots, tuple(used), journeys(listed), aside)


def _finer(edge: Edge, ways: Iterable[Edge]) -> tuple[str, ...]:
    """Return the places between the ends of a way on a chain of other ways hardly longer, if there is one."""
    if edge.weight >= UNKNOWN or any(leg.mode in NOT_ON_LAND for leg in edge.legs):
        return ()
    graph: Digraph = nx.DiGraph()
    for other in ways:
        if other is not edge and other.weight < edge.weight and not all(leg.mode in NOT_ON_LAND for leg in other.legs):
            graph.add_edge(other.start, other.end, weight=other.weight)
    if edge.start not in graph or edge.end not in graph or not nx.has_path(graph, edge.start, edge.end):
        return ()
    chain = nx.dijkstra_path(graph, edge.start, edge.end)
    length = sum(graph.edges[step]["weight"] for step in pairwise(chain))
    return tuple(chain[1:-1]) if length <= edge.weight * SAME_ROAD else ()
