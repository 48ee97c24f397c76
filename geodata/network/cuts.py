"""Minimum cuts: the fewest places, or counties, whose closing leaves no documented way between two ends.

Places: a maximum flow over split places (Menger; networkx), unit capacity each; a place belongs to *some*
minimum cut when no residual path leads around it. Counties: closing one removes its places and every way whose
legs all touch it; the fewest are found by branching over the counties of a way still open, one more at a
time, which is exact because each open way must lose at least one of its counties. The ends themselves,
and the counties they lie in, are never closed. A direct leg between the ends cannot be cut by places.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import networkx as nx
import numpy as np

from geodata.network.network import Network
from geodata.network.resample import Draws

MOST_COUNTIES = 4
"""More counties than this are not searched for: the size is then one more, “at least five”, without members."""


@dataclass(frozen=True, slots=True)
class Cut:
    """size: how many must be closed; 0 without any way, None when closing does not help.

    members: every place or county that is in some minimum cut. often: member → share of all resamples in
    which there is a way and it is in a minimum cut.
    """

    size: int | None
    members: tuple[str, ...]
    often: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Cuts:
    """Both cuts between two ends, and the share of resamples in which there is a documented way at all."""

    places: Cut
    counties: Cut
    connected: float


Links = Mapping[str, Collection[str]]
Steps = Mapping[str, list[tuple[str, frozenset[str]]]]
"""Place → (next place, counties closed with the step)."""


def cuts(network: Network, origins: Collection[str], destinations: Collection[str], sample: Draws) -> Cuts:
    """Return the minimum cuts between two sets of places; the sets must not overlap."""
    sources, sinks = frozenset(origins), frozenset(destinations)
    if sources & sinks:
        raise ValueError("the ends of a cut must be different places")
    inside = _between(network, sources, sinks)
    tallies: tuple[dict[str, int], dict[str, int]] = ({}, {})
    remembered: dict[bytes, tuple[tuple[int | None, tuple[str, ...]], tuple[int | None, tuple[str, ...]]]] = {}
    connected = 0
    for column in range(1, 1 + sample.resamples):
        kept = [i for i in inside if sample.alive[i, column]]
        key = np.packbits(sample.alive[inside, column]).tobytes() if inside else b""
        if key not in remembered:
            remembered[key] = (place_cut(network, kept, sources, sinks), county_cut(network, kept, sources, sinks))
        minimum_cuts = remembered[key]
        connected += minimum_cuts[0][0] != 0
        for tally, (size, members) in zip(tallies, minimum_cuts, strict=True):
            for member in members if size else ():
                tally[member] = tally.get(member, 0) + 1
    now = (place_cut(network, inside, sources, sinks), county_cut(network, inside, sources, sinks))
    places, counties = (
        Cut(size, members, _shares(tally, sample.resamples))
        for (size, members), tally in zip(now, tallies, strict=True)
    )
    return Cuts(places, counties, connected / sample.resamples if sample.resamples else 0.0)


def _shares(tally: Mapping[str, int], n: int) -> dict[str, float]:
    return {key: times / n for key, times in sorted(tally.items(), key=lambda counted: (-counted[1], counted[0]))}


def place_cut(
    network: Network, ways: Iterable[int], sources: frozenset[str], sinks: frozenset[str]
) -> tuple[int | None, tuple[str, ...]]:
    """Return the size of a minimum place cut over some ways, and every place that is in one."""
    after: dict[str, set[str]] = {}
    for i in ways:
        edge = network.edges[i]
        if edge.start in sources and edge.end in sinks:
            return None, ()
        if edge.end not in sources and edge.start not in sinks:
            after.setdefault(edge.start, set()).add(edge.end)
    return _cut_of(after, sources, sinks)


SOURCE, SINK = ("source", ""), ("sink", "")
Half = tuple[str, str]
"""A place is split: ("in", place) is where one arrives, ("out", place) where one leaves it."""


def _cut_of(after: Links, sources: frozenset[str], sinks: frozenset[str]) -> tuple[int, tuple[str, ...]]:
    """Return the maximum flow over split places of capacity one, and the places in some minimum cut.

    Edges without a capacity hold any flow. A place is in some minimum cut when it is full, and its two halves are not
    in one strongly connected part of what room is left.
    """
    names = sorted({*after, *(end for ends in after.values() for end in ends)})
    inner = [name for name in names if name not in sources and name not in sinks]
    graph: nx.DiGraph[Half] = nx.DiGraph()
    graph.add_nodes_from([SOURCE, SINK])
    graph.add_edges_from((("in", name), ("out", name), {"capacity": 1}) for name in inner)
    graph.add_edges_from((("out", start), ("in", end)) for start, ends in after.items() for end in ends)
    graph.add_edges_from((SOURCE, ("out", name)) for name in names if name in sources)
    graph.add_edges_from((("in", name), SINK) for name in names if name in sinks)
    if not nx.has_path(graph, SOURCE, SINK):
        return 0, ()
    residual = nx.algorithms.flow.edmonds_karp(graph, SOURCE, SINK)
    room: nx.DiGraph[Half] = nx.DiGraph()
    room.add_nodes_from(residual)
    room.add_edges_from((a, b) for a, b, edge in residual.edges(data=True) if edge["capacity"] > edge["flow"])
    part = {node: i for i, nodes in enumerate(nx.strongly_connected_components(room)) for node in nodes}
    full = [name for name in inner if not room.has_edge(("in", name), ("out", name))]
    members = tuple(name for name in full if part["in", name] != part["out", name])
    return int(residual.graph["flow_value"]), members


def county_cut(
    network: Network, ways: Iterable[int], sources: frozenset[str], sinks: frozenset[str]
) -> tuple[int | None, tuple[str, ...]]:
    """Return the size of a minimum county cut over some ways, and every county that is in one."""
    spots = network.nodes
    spared = {spots[place].pcode for place in sources | sinks} | {""}
    after: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for i in ways:
        edge = network.edges[i]
        met = (edge.counties | {spots[edge.start].pcode, spots[edge.end].pcode}) - spared
        after.setdefault(edge.start, []).append((edge.end, frozenset(met)))
    search = _Hitting(after, sources, sinks)
    if search.open_way(frozenset()) is None:
        return 0, ()
    for size in range(1, MOST_COUNTIES + 1):
        sets = search.of_size(size)
        if sets:
            return size, tuple(sorted(frozenset().union(*sets)))
        if search.hopeless:
            return None, ()
    return MOST_COUNTIES + 1, ()


class _Hitting:
    """Sets of counties that shut every way: each open way must lose at least one of its counties."""

    def __init__(self, after: Steps, sources: frozenset[str], sinks: frozenset[str]) -> None:
        self.after, self.sources, self.sinks = after, sources, sinks
        self.found: set[frozenset[str]] = set()
        self.seen: set[frozenset[str]] = set()
        everything = frozenset(pcode for steps in after.values() for _, met in steps for pcode in met)
        self.hopeless = self.open_way(everything) is not None

    def of_size(self, size: int) -> set[frozenset[str]]:
        """Return every set of at most `size` counties found by branching along open ways."""
        self.found, self.seen = set(), set()
        if not self.hopeless:
            self._branch(frozenset(), size)
        return self.found

    def _branch(self, shut: frozenset[str], left: int) -> None:
        if shut in self.seen:
            return
        self.seen.add(shut)
        met = self.open_way(shut)
        if met is None:
            self.found.add(shut)
        elif left and self._apart(shut, left) <= left:
            for pcode in sorted(met):
                self._branch(shut | {pcode}, left - 1)

    def _apart(self, shut: frozenset[str], enough: int) -> int:
        """Return how many open ways share no county, counting no further than it takes: each costs a closing."""
        n = 0
        while n <= enough and (met := self.open_way(shut)) is not None:
            n += 1
            shut |= met
        return n

    def open_way(self, shut: frozenset[str]) -> frozenset[str] | None:
        """Return the counties of a way that is still open, None without one."""
        came: dict[str, tuple[str, frozenset[str]] | None] = dict.fromkeys(sorted(self.sources))
        todo = deque(came)
        while todo:
            place = todo.popleft()
            if place in self.sinks:
                met: set[str] = set()
                while (step := came[place]) is not None:
                    met |= step[1]
                    place = step[0]
                return frozenset(met)
            for end, counties in self.after.get(place, ()):
                if end not in came and not counties & shut:
                    came[end] = (place, counties)
                    todo.append(end)
        return None


def _between(network: Network, sources: frozenset[str], sinks: frozenset[str]) -> list[int]:
    """Return the numbers of the ways that lie on some walk between the ends."""
    graph = network.digraph
    ahead = sources.union(*(nx.descendants(graph, place) for place in sources if place in graph))
    back = sinks.union(*(nx.ancestors(graph, place) for place in sinks if place in graph))
    return [i for i, edge in enumerate(network.edges) if edge.start in ahead and edge.end in back]
