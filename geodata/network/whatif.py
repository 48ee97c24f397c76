"""Displacement what-if: close a place, a leg or a county, and see what the documented ways still offer.

For every documented journey: before, the shortest way its own corridor documents; after, the shortest that
all documented legs still allow, what it adds, and the other simple ways, shortest first. (The two rest on
different evidence: a way round may even be shorter than the one documented as used.) Journeys left without
a way are said; so are those that start or end in what is closed, about which nothing can be computed. A
county *gains* when more corridors of a nature pass it after than before. Corridors count once each (not by
people: volumes are not known), natures apart. Results describe the record, not behaviour: people adapt,
and closing routes can raise danger.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import networkx as nx

from geodata.network.network import Edge, Journey, Network, km_of

LISTED = 12
"""Other ways listed per journey; how many more there are is counted up to `COUNTED`."""
COUNTED = 100


@dataclass(frozen=True, slots=True)
class Closing:
    """What is closed. kind: place, leg or county; key: place id, leg id or P-code.

    Closing a leg closes the way it lies on: whatever else is documented between its two places, that direction.
    """

    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class Route:
    """A way from end to end: its places and length (km None: a leg on it has no known length).

    weakest: the lowest grade along it, each way taken by the best of its legs.
    """

    places: tuple[str, ...]
    km: float | None
    corridors: tuple[str, ...]
    counties: tuple[str, ...]
    weakest: str = ""


@dataclass(frozen=True, slots=True)
class Rerouted:
    """One journey whose shortest way is closed. after: None when no documented way is left.

    others: further simple ways, shortest first, at most `LISTED`; n_ways: how many in all, `and_more` when counting
    stopped.
    """

    journey: Journey
    before: Route
    after: Route | None
    others: tuple[Route, ...]
    n_ways: int
    and_more: bool

    @property
    def added_km(self) -> float | None:
        """Kilometres added; None without a way or where a length is not known."""
        if self.after is None or self.after.km is None or self.before.km is None:
            return None
        return self.after.km - self.before.km


@dataclass(frozen=True, slots=True)
class Shift:
    """Corridors of one nature that pass a county before and after."""

    pcode: str
    nature: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The answer: rerouted journeys (cut-off ones first), those that start or end there, shifts, and what stays."""

    closing: Closing
    rerouted: tuple[Rerouted, ...]
    ends_there: tuple[Journey, ...]
    untouched: tuple[Journey, ...]
    without_way: tuple[Journey, ...]
    shifts: tuple[Shift, ...]
    coarse: Mapping[str, tuple[str, ...]]


def close(network: Network, closing: Closing) -> Network:
    """Return the network without what is closed."""
    if closing.kind == "place":
        kept = [w for w in network.edges if closing.key not in (w.start, w.end)]
    elif closing.kind == "county":
        shut = {p for p, spot in network.nodes.items() if spot.pcode == closing.key}
        kept = [w for w in network.edges if not {w.start, w.end} & shut and closing.key not in w.counties]
    else:
        kept = [w for w in network.edges if closing.key not in {leg.leg_id for leg in w.legs}]
    return Network(network.nodes, tuple(kept), network.journeys, network.aside)


def what_if(network: Network, closing: Closing) -> WhatIf:
    """Return what closing something does to every documented journey."""
    after = close(network, closing)
    shut = _shut_places(network, closing)
    rerouted: list[Rerouted] = []
    ends: list[Journey] = []
    same: list[Journey] = []
    nowhere: list[Journey] = []
    passing: dict[tuple[str, str], list[float]] = {}
    for journey in network.journeys:
        if {journey.origin, journey.destination} & shut:
            ends.append(journey)
            continue
        before = own_way(network, journey)
        if before is None:
            nowhere.append(journey)
            continue
        ways = _ways_left(after, journey, before)
        new = ways.after if ways is not None else before
        if ways is None:
            same.append(journey)
        else:
            rerouted.append(ways)
        for side, route in ((0, before), (1, new)):
            for pcode in route.counties if route else ():
                passing.setdefault((pcode, journey.nature), [0.0, 0.0])[side] += journey.weight
    shifts = [Shift(pcode, nature, b, a) for (pcode, nature), (b, a) in passing.items() if abs(a - b) > 1e-9]
    return WhatIf(
        closing,
        tuple(sorted(rerouted, key=_gravity)),
        tuple(ends),
        tuple(same),
        tuple(nowhere),
        tuple(sorted(shifts, key=lambda s: (s.before - s.after, s.pcode, s.nature))),
        {leg: chain for leg, chain in network.coarse.items() if shut & set(chain)},
    )


def _gravity(rerouted: Rerouted) -> tuple[bool, float, str]:
    return rerouted.after is not None, -(rerouted.added_km or 0.0), rerouted.journey.corridor_id


def _shut_places(network: Network, closing: Closing) -> set[str]:
    if closing.kind == "county":
        return {p for p, spot in network.nodes.items() if spot.pcode == closing.key}
    return {closing.key} if closing.kind == "place" else set()


def _ways_left(after: Network, journey: Journey, before: Route) -> Rerouted | None:
    """Return how a journey goes on, None when its shortest way is untouched."""
    steps = pairwise(before.places)
    if all(b in after.after.get(a, {}) for a, b in steps):
        return None
    routes, more = simple_ways(after, journey.origin, journey.destination, COUNTED)
    first = routes[0] if routes else None
    return Rerouted(journey, before, first, tuple(routes[1 : 1 + LISTED]), len(routes), more)


def own_way(network: Network, journey: Journey) -> Route | None:
    """Return the shortest way a journey's own corridor documents, else that of the whole network."""
    mine = network.of_corridor(journey.corridor_id)
    return shortest(mine, journey.origin, journey.destination) or shortest(network, journey.origin, journey.destination)


def shortest(network: Network, origin: str, destination: str) -> Route | None:
    """Return the shortest way, None without one; of equally short ones the first by place ids."""
    routes, _ = simple_ways(network, origin, destination, 1)
    return routes[0] if routes else None


def simple_ways(network: Network, origin: str, destination: str, most: int) -> tuple[list[Route], bool]:
    """Return up to `most` simple ways, shortest first, and whether there are more (Yen's algorithm)."""
    graph = network.digraph
    if origin == destination or origin not in graph or destination not in graph:
        return [], False
    if not nx.has_path(graph, origin, destination):
        return [], False
    if most == 1:
        paths = [min(nx.all_shortest_paths(graph, origin, destination, weight="weight"))]
        return [_route(network, paths[0])], True
    paths = list(itertools.islice(nx.shortest_simple_paths(graph, origin, destination, weight="weight"), most + 1))
    return [_route(network, path) for path in paths[:most]], len(paths) > most


def _route(network: Network, places: Sequence[str]) -> Route:
    return route_of(network, tuple(places), sum(network.after[a][b].weight for a, b in pairwise(places)))


def route_of(network: Network, places: tuple[str, ...], weight: int) -> Route:
    """Return a route with the corridors that document its ways and the counties it passes, in order."""
    ways = [network.after[a][b] for a, b in pairwise(places)]
    counties: list[str] = []
    for edge in ways:
        here = network.nodes[edge.start].pcode, network.nodes[edge.end].pcode
        counties += [here[0], *sorted(edge.counties), here[1]]
    weakest = max((min(leg.grade for leg in edge.legs) for edge in ways), default="")
    named = dict.fromkeys(pcode for pcode in counties if pcode)
    return Route(places, km_of(weight), _corridors(ways), tuple(named), weakest)


def _corridors(ways: Iterable[Edge]) -> tuple[str, ...]:
    return tuple(sorted({leg.corridor_id for edge in ways for leg in edge.legs}))
