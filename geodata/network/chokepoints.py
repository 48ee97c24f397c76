"""Chokepoints: what the shortest documented ways of the corridors pass, and how surely.

Betweenness here is exact and over documented journeys only: the share of corridors (each counts once)
whose shortest documented way passes a place that is not its end; a corridor with several equally short
ways counts by their share. For a county: passes any of its places, or runs through it on land; counties
where the journey starts or ends are left out for that journey. Natures are never summed: one answer each.
A unit is a *chokepoint* when at least a quarter of the corridors of its nature, and more than one, pass it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geodata.network.network import Journey, Network
from geodata.network.resample import Draws, draws, graph_of, interval
from geodata.network.shortest import Floats, Graph, ShortestPathTree, shortest_edges

QUARTER = 0.25
HALF = 0.5


@dataclass(frozen=True, slots=True)
class Choke:
    """One place or county. share: of the corridors of one nature (0–1), with its 90 % interval.

    corridors: the share in corridors. often: share of resamples in which it is a chokepoint. leans_on:
    voices without which more than half of the share would be gone.
    """

    key: str
    share: float
    corridors: float
    low: float
    high: float
    often: float
    is_choke: bool
    leans_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chokes:
    """The answer for one nature: how many corridors, the share of them with a way, places and counties."""

    nature: str
    n_corridors: int
    connected: float
    places: tuple[Choke, ...]
    counties: tuple[Choke, ...]


@dataclass(frozen=True, eq=False)
class Measured:
    """Sums over journeys, per column of the draws: place or county → corridors; and corridors with a way."""

    places: dict[str, Floats]
    counties: dict[str, Floats]
    connected: Floats


def chokepoints(network: Network, sample: Draws | None = None) -> tuple[Chokes, ...]:
    """Return one answer per nature, the nature with most corridors first."""
    sample = draws(network) if sample is None else sample
    natures: dict[str, list[Journey]] = {}
    for journey in network.journeys:
        natures.setdefault(journey.nature, []).append(journey)
    rows = []
    for nature, mine in natures.items():
        n = len({journey.corridor_id for journey in mine})
        sums = betweenness_sums(network, mine, sample)
        rows.append(
            Chokes(
                nature, n, float(sums.connected[0]) / n, _rows(sums.places, n, sample), _rows(sums.counties, n, sample)
            )
        )
    return tuple(sorted(rows, key=lambda chokepoint: (-chokepoint.n_corridors, chokepoint.nature)))


def betweenness_sums(network: Network, journeys: Iterable[Journey], sample: Draws) -> Measured:
    """Return the betweenness sums of some journeys, in every column of the draws."""
    graph, number, names = graph_of(network), network.number, network.names
    width = sample.alive.shape[1]
    places: dict[str, Floats] = {}
    counties: dict[str, Floats] = {}
    connected = np.zeros(width)
    members = _county_members(network)
    by_origin: dict[str, list[Journey]] = {}
    for journey in journeys:
        if journey.origin in number and journey.destination in number:
            by_origin.setdefault(journey.origin, []).append(journey)
    for origin, mine in by_origin.items():
        targets = sorted({number[j.destination] for j in mine})
        columns = _columns(network, graph, number[origin], targets, sample)
        fan = ShortestPathTree(graph, number[origin], targets, sample.alive[:, columns[0]])
        for journey in mine:
            passage = fan.passage(number[journey.destination])
            connected += journey.weight * _spread(passage.ways > 0, columns)
            ends = {journey.origin, journey.destination}
            for i, share in passage.places.items():
                if names[i] not in ends:
                    _add(places, names[i], journey.weight * _spread(share, columns), width)
            at_ends = {network.nodes[place].pcode for place in ends}
            touched = {network.nodes[names[i]].pcode for i in passage.places}
            touched |= {pcode for e in passage.edges for pcode in network.edges[e].counties}
            for pcode in sorted(touched - at_ends - {""}):
                share = passage.through(*members[pcode])
                _add(counties, pcode, journey.weight * _spread(share, columns), width)
    return Measured(places, counties, connected)


Columns = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Which columns of the draws are worked out, and for every column which of those answers for it."""


def _columns(network: Network, graph: Graph, origin: int, targets: list[int], sample: Draws) -> Columns:
    """Return the columns that matter from one origin.

    A silent voice changes nothing for a journey none of whose shortest ways needs it: those columns are
    answered by column 0.
    """
    used = shortest_edges(graph, origin, targets)
    silent = set().union(*(network.edges[e].voices for e in used if len(network.edges[e].voices) == 1))
    width = sample.alive.shape[1]
    worked = [0, *range(*sample.drawn.indices(width))]
    worked += [sample.without(i) for i, voice in enumerate(sample.voices) if voice in silent]
    answer = np.zeros(width, dtype=np.int64)
    answer[worked] = np.arange(len(worked))
    return np.array(worked, dtype=np.int64), answer


def _spread(values: NDArray[Any], columns: Columns) -> NDArray[Any]:
    column: NDArray[Any] = values[columns[1]]
    return column


def _county_members(network: Network) -> dict[str, tuple[set[int], set[int]]]:
    """Return P-code → numbers of its places and of the ways that touch it."""
    ends: dict[str, tuple[set[int], set[int]]] = {}
    for name, i in network.number.items():
        ends.setdefault(network.nodes[name].pcode, (set(), set()))[0].add(i)
    for e, edge in enumerate(network.edges):
        for pcode in edge.counties:
            ends.setdefault(pcode, (set(), set()))[1].add(e)
    return ends


def _add(sums: dict[str, Floats], key: str, values: Floats, width: int) -> None:
    sums.setdefault(key, np.zeros(width))[:] += values


def _rows(sums: dict[str, Floats], n: int, sample: Draws) -> tuple[Choke, ...]:
    least = max(QUARTER, (1 + 1e-9) / n)
    rows = []
    for key, values in sums.items():
        shares = values / n
        now = float(shares[0])
        low, high = interval(shares[sample.drawn])
        often = float(np.mean(shares[sample.drawn] >= least - 1e-12)) if sample.resamples else 0.0
        leans = tuple(v for i, v in enumerate(sample.voices) if now > 0 and shares[sample.without(i)] < HALF * now)
        rows.append(Choke(key, now, float(values[0]), low, high, often, now >= least - 1e-12, leans))
    return tuple(sorted(rows, key=lambda row: (-row.share, -row.often, row.key)))
