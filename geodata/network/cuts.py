"""Minimum cuts: the fewest places, or counties, whose closing leaves no documented way between two ends.

Places: a maximum flow over split places (Menger), unit capacity each; a place belongs to *some* minimum
cut when no residual path leads around it. Counties: closing one removes its places and every way whose
legs all touch it; the fewest are found by branching over the counties of a way still open, one more at a
time, which is exact because each open way must lose at least one of its counties. The ends themselves,
and the counties they lie in, are never closed. A direct leg between the ends cannot be cut by places.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from geodata.network.resample import Draws
from geodata.network.ways import Network

MOST_COUNTIES = 8
"""More counties than this are not searched for: nobody closes nine."""


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


START, END = ("", 1), ("", 0)
"""Joined to every source and from every sink, so that several ends act as one."""

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
        found = remembered[key]
        connected += found[0][0] != 0
        for tally, (size, members) in zip(tallies, found, strict=True):
            for member in members if size else ():
                tally[member] = tally.get(member, 0) + 1
    now = (place_cut(network, inside, sources, sinks), county_cut(network, inside, sources, sinks))
    places, counties = (
        Cut(size, members, _shares(tally, sample.resamples))
        for (size, members), tally in zip(now, tallies, strict=True)
    )
    return Cuts(places, counties, connected / sample.resamples if sample.resamples else 0.0)


def _shares(tally: Mapping[str, int], n: int) -> dict[str, float]:
    return {key: times / n for key, times in sorted(tally.items(), key=lambda one: (-one[1], one[0]))}


def place_cut(
    network: Network, ways: Iterable[int], sources: frozenset[str], sinks: frozenset[str]
) -> tuple[int | None, tuple[str, ...]]:
    """Return the size of a minimum place cut over some ways, and every place that is in one."""
    after: dict[str, set[str]] = {}
    for i in ways:
        way = network.ways[i]
        if way.start in sources and way.end in sinks:
            return None, ()
        if way.end not in sources and way.start not in sinks:
            after.setdefault(way.start, set()).add(way.end)
    flow = _Flow(after, sources, sinks)
    size = flow.run()
    return size, flow.members() if size else ()


class _Flow:
    """Maximum flow of whole units over split places: (place, 0) is where one arrives, (place, 1) where one leaves."""

    def __init__(self, after: Links, sources: frozenset[str], sinks: frozenset[str]) -> None:
        self.sources, self.sinks = sources, sinks
        self.room: dict[tuple[str, int], dict[tuple[str, int], int]] = {}
        many = 1 + len(after) + sum(len(ends) for ends in after.values())
        for start, ends in after.items():
            for end in ends:
                self._edge((start, 1), (end, 0), many)
        for place in {node[0] for node in self.room} - sources - sinks:
            self._edge((place, 0), (place, 1), 1)
        for place in sources:
            self._edge(START, (place, 1), many)
        for place in sinks:
            self._edge((place, 0), END, many)

    def _edge(self, a: tuple[str, int], b: tuple[str, int], room: int) -> None:
        self.room.setdefault(a, {})[b] = room
        self.room.setdefault(b, {}).setdefault(a, 0)

    def run(self) -> int:
        """Send units until none goes through; return how many went."""
        size = 0
        while path := self._path(START, END):
            for a, b in pairwise(path):
                self.room[a][b] -= 1
                self.room[b][a] += 1
            size += 1
        return size

    def members(self) -> tuple[str, ...]:
        """Return the places in some minimum cut: used, and not to be gone around in what room is left."""
        used = [node[0] for node, out in self.room.items() if node[1] == 0 and out.get((node[0], 1)) == 0]
        return tuple(sorted(p for p in used if p not in self.sinks and not self._path((p, 0), (p, 1))))

    def _path(self, start: tuple[str, int], goal: tuple[str, int]) -> list[tuple[str, int]]:
        came: dict[tuple[str, int], tuple[str, int] | None] = {start: None}
        todo = deque([start])
        while todo:
            node = todo.popleft()
            if node == goal:
                path = [node]
                while (before := came[path[-1]]) is not None:
                    path.append(before)
                return path[::-1]
            for other, room in self.room.get(node, {}).items():
                if room > 0 and other not in came:
                    came[other] = node
                    todo.append(other)
        return []


def county_cut(
    network: Network, ways: Iterable[int], sources: frozenset[str], sinks: frozenset[str]
) -> tuple[int | None, tuple[str, ...]]:
    """Return the size of a minimum county cut over some ways, and every county that is in one."""
    spots = network.spots
    spared = {spots[place].pcode for place in sources | sinks} | {""}
    after: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for i in ways:
        way = network.ways[i]
        met = (way.counties | {spots[way.start].pcode, spots[way.end].pcode}) - spared
        after.setdefault(way.start, []).append((way.end, frozenset(met)))
    search = _Hitting(after, sources, sinks)
    if search.open_way(frozenset()) is None:
        return 0, ()
    for size in range(1, MOST_COUNTIES + 1):
        sets = search.of_size(size)
        if sets:
            return size, tuple(sorted(frozenset().union(*sets)))
        if search.hopeless:
            break
    return None, ()


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
        elif left:
            for pcode in sorted(met):
                self._branch(shut | {pcode}, left - 1)

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
    ahead = _spread([(w.start, w.end) for w in network.ways], sources)
    back = _spread([(w.end, w.start) for w in network.ways], sinks)
    return [i for i, w in enumerate(network.ways) if w.start in ahead and w.end in back]


def _spread(pairs: Iterable[tuple[str, str]], start: frozenset[str]) -> set[str]:
    after: dict[str, list[str]] = {}
    for a, b in pairs:
        after.setdefault(a, []).append(b)
    seen, todo = set(start), list(start)
    while todo:
        for other in after.get(todo.pop(), ()):
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return seen
