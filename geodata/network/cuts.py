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


MANY = 1_000_000
"""More than any flow: room that never ends."""

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
    """Maximum flow over split places: 2·i is where one arrives at place i, 2·i + 1 where one leaves it."""

    def __init__(self, after: Links, sources: frozenset[str], sinks: frozenset[str]) -> None:
        names = sorted({*after, *(end for ends in after.values() for end in ends)})
        number = {name: i for i, name in enumerate(names)}
        self.names, self.start, self.end = names, 2 * len(names), 2 * len(names) + 1
        self.inner = [i for i, name in enumerate(names) if name not in sources and name not in sinks]
        self.room: list[dict[int, int]] = [{} for _ in range(2 * len(names) + 2)]
        for start, ends in after.items():
            for end in ends:
                self._edge(2 * number[start] + 1, 2 * number[end], MANY)
        for i in self.inner:
            self._edge(2 * i, 2 * i + 1, 1)
        for name in names:
            if name in sources:
                self._edge(self.start, 2 * number[name] + 1, MANY)
            if name in sinks:
                self._edge(2 * number[name], self.end, MANY)

    def _edge(self, a: int, b: int, room: int) -> None:
        self.room[a][b] = room
        self.room[b].setdefault(a, 0)

    def run(self) -> int:
        """Send units until none goes through; return how many went."""
        size = 0
        while came := self._path():
            node = self.end
            while node != self.start:
                before = came[node]
                self.room[before][node] -= 1
                self.room[node][before] += 1
                node = before
            size += 1
        return size

    def _path(self) -> dict[int, int]:
        came = {self.start: self.start}
        todo = deque([self.start])
        while todo:
            node = todo.popleft()
            for other, room in self.room[node].items():
                if room > 0 and other not in came:
                    came[other] = node
                    if other == self.end:
                        return came
                    todo.append(other)
        return {}

    def members(self) -> tuple[str, ...]:
        """Return the places in some minimum cut: full, and their two halves not in one circle of what room is left."""
        part = _circles([[b for b, room in out.items() if room > 0] for out in self.room])
        full = (i for i in self.inner if self.room[2 * i][2 * i + 1] == 0)
        return tuple(self.names[i] for i in full if part[2 * i] != part[2 * i + 1])


def _circles(out: list[list[int]]) -> list[int]:
    """Return the strongly connected component of each node (Kosaraju's two sweeps)."""
    done: list[int] = []
    seen = [False] * len(out)
    for root in range(len(out)):
        if seen[root]:
            continue
        seen[root] = True
        stack = [(root, iter(out[root]))]
        while stack:
            node, ahead = stack[-1]
            nxt = next((other for other in ahead if not seen[other]), None)
            if nxt is None:
                done.append(node)
                stack.pop()
            else:
                seen[nxt] = True
                stack.append((nxt, iter(out[nxt])))
    back: list[list[int]] = [[] for _ in out]
    for node, others in enumerate(out):
        for other in others:
            back[other].append(node)
    part = [-1] * len(out)
    for root in reversed(done):
        todo = [root] if part[root] < 0 else []
        while todo:
            node = todo.pop()
            if part[node] < 0:
                part[node] = root
                todo += [other for other in back[node] if part[other] < 0]
    return part


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
