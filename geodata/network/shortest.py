"""Every shortest way between two places, in many resamples of the network at once.

Arrays have one column per resample. Distances are whole numbers, so ties are exact; the number of
shortest ways through a place or a leg is counted, not sampled (Brandes' dependencies, kept per journey).
A sweep over places in reverse postorder settles a network without circles in one go; circles are swept
until nothing changes, which positive lengths guarantee.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

FAR = np.int64(2**60)
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Graph:
    """Directed edges (tail, head, positive whole weight) between places 0 … n-1."""

    n: int
    edges: tuple[tuple[int, int, int], ...]

    @cached_property
    def out(self) -> tuple[tuple[int, ...], ...]:
        """Edge numbers leaving each place."""
        return self._by(0)

    @cached_property
    def into(self) -> tuple[tuple[int, ...], ...]:
        """Edge numbers entering each place."""
        return self._by(1)

    def _by(self, side: int) -> tuple[tuple[int, ...], ...]:
        paths: list[list[int]] = [[] for _ in range(self.n)]
        for i, edge in enumerate(self.edges):
            paths[edge[side]].append(i)
        return tuple(tuple(path) for path in paths)


@dataclass(frozen=True, eq=False)
class PathShares:
    """Shortest ways of one journey, per resample.

    length: distance (FAR: no way). ways: how many shortest ways. places, edges: number → share of the
    shortest ways through it (0–1). `fan` answers what is asked of several places or edges together.
    """

    length: Ints
    ways: Floats
    places: dict[int, Floats]
    edges: dict[int, Floats]
    fan: ShortestPathTree
    target: int

    def through(self, places: Collection[int], edges: Collection[int]) -> Floats:
        """Return the share of shortest ways through any of the places or edges."""
        met = [self.places[p] for p in places if p in self.places]
        met += [self.edges[e] for e in edges if e in self.edges]
        if not met:
            return np.zeros(len(self.length))
        most: Floats = np.max(met, axis=0)
        several = self.ways > 1
        if several.any():
            past = self.fan.counted(set(places), set(edges))[self.target]
            most = np.where(several, 1 - past / np.maximum(self.ways, 1), most)
        return most


class ShortestPathTree:
    """Shortest ways from one origin to several targets, in every resample."""

    def __init__(self, graph: Graph, origin: int, targets: Iterable[int], alive: Bools) -> None:
        """`alive`: edges × resamples."""
        self.graph, self.origin, self.alive = graph, origin, alive
        self.width = alive.shape[1]
        self.targets = tuple(targets)
        self.order, self.circles = _order(graph, origin, self.targets)
        self.kept = set(self.order)
        self.into = {v: [e for e in graph.into[v] if graph.edges[e][0] in self.kept] for v in self.order}
        self.out = {v: [e for e in graph.out[v] if graph.edges[e][1] in self.kept] for v in self.order}
        self.heads = {v: [graph.edges[e][1] for e in self.out[v]] for v in self.order}
        self.tails = {v: [graph.edges[e][0] for e in self.into[v]] for v in self.order}
        self.shut = {e: np.where(alive[e], 0, FAR) for v in self.order for e in self.into[v]}
        self.dist = self._distances()
        self.tight = {
            e: alive[e] & (self.dist[v] < FAR) & (self.dist[graph.edges[e][0]] + graph.edges[e][2] == self.dist[v])
            for v in self.order
            for e in self.into[v]
        }
        self.ways = self.counted(set(), set())

    def _settle(
        self, order: Sequence[int], values: dict[int, Any], update: Callable[[int], Any], *, ahead: bool
    ) -> None:
        """Bring every value to rest: one sweep, then again only what a circle feeds back into."""
        heads = self.heads if ahead else self.tails
        at = {v: i for i, v in enumerate(order)}
        again: set[int] = set()
        for v in order:
            new = update(v)
            if new is not None:
                values[v] = new
            if self.circles:
                again.update(h for h in heads[v] if at[h] <= at[v])
        while again:
            now, again = again, set()
            for v in order:
                new = update(v) if v in now else None
                if new is not None and not (new == values[v]).all():
                    values[v] = new
                    for h in heads[v]:
                        (now if at[h] > at[v] else again).add(h)

    def _distances(self) -> dict[int, Ints]:
        dist = {v: np.full(self.width, FAR) for v in self.order}
        dist[self.origin] = np.zeros(self.width, dtype=np.int64)

        def update(v: int) -> Ints | None:
            if v == self.origin or not self.into[v]:
                return None
            best = np.full(self.width, FAR)
            for e in self.into[v]:
                u, _, weight = self.graph.edges[e]
                np.minimum(best, dist[u] + (self.shut[e] + weight), out=best)
            return np.minimum(best, FAR, out=best)

        self._settle(self.order, dist, update, ahead=True)
        return dist

    def counted(self, shut_places: set[int], shut_edges: set[int]) -> dict[int, Floats]:
        """Return the number of shortest ways to each place that avoid some places and edges."""
        ways = {v: np.zeros(self.width) for v in self.order}
        if self.origin not in shut_places:
            ways[self.origin] = np.ones(self.width)

        def update(v: int) -> Floats | None:
            if v == self.origin or v in shut_places:
                return None
            total = np.zeros(self.width)
            for e in self.into[v]:
                if e not in shut_edges:
                    total += self.tight[e] * ways[self.graph.edges[e][0]]
            return total

        self._settle(self.order, ways, update, ahead=True)
        return ways

    def passage(self, target: int) -> PathShares:
        """Return what the shortest ways to one target pass."""
        if target not in self.kept or target == self.origin:
            nothing = np.zeros(self.width)
            return PathShares(np.full(self.width, FAR), nothing, {}, {}, self, target)
        ahead = {v: np.zeros(self.width) for v in self.order}
        ahead[target] = (self.ways[target] > 0).astype(float)

        def update(u: int) -> Floats | None:
            if u == target:
                return None
            total = np.zeros(self.width)
            for e in self.out[u]:
                total += self.tight[e] * ahead[self.graph.edges[e][1]]
            return total

        self._settle(self.order[::-1], ahead, update, ahead=False)
        count = np.maximum(self.ways[target], 1.0)
        places = {v: self.ways[v] * ahead[v] / count for v in self.order if ahead[v].any()}
        edges = {}
        for e, tight in self.tight.items():
            u, v, _ = self.graph.edges[e]
            if u in places and v in places:
                edges[e] = np.where(tight, self.ways[u] * ahead[v] / count, 0.0)
        return PathShares(self.dist[target], self.ways[target], places, edges, self, target)


def shortest_edges(graph: Graph, origin: int, targets: Iterable[int]) -> set[int]:
    """Return the numbers of the edges on any shortest way from one place to some others, all edges open."""
    number = {(tail, head): e for e, (tail, head, _) in enumerate(graph.edges)}
    whole: nx.DiGraph[int] = nx.DiGraph()
    whole.add_node(origin)
    whole.add_weighted_edges_from(graph.edges)
    before, _ = nx.dijkstra_predecessor_and_distance(whole, origin)
    tree: nx.DiGraph[int] = nx.DiGraph([(place, tail) for place, tails in before.items() for tail in tails])
    reached: set[int] = set()
    for target in targets:
        behind = {target, *(nx.descendants(tree, target) if target in tree else ())}
        reached |= {number[tail, place] for place in behind for tail in before.get(place, ())}
    return reached


def _order(graph: Graph, origin: int, targets: Sequence[int]) -> tuple[list[int], bool]:
    """Return the places between origin and targets in reverse postorder, and whether they hold a circle."""
    back, todo = set(targets), list(targets)
    while todo:
        for e in graph.into[todo.pop()]:
            if graph.edges[e][0] not in back:
                back.add(graph.edges[e][0])
                todo.append(graph.edges[e][0])
    if origin not in back:
        return [origin], False
    post: list[int] = []
    seen = {origin}
    stack = [(origin, iter(graph.out[origin]))]
    while stack:
        place, edges = stack[-1]
        for e in edges:
            after = graph.edges[e][1]
            if after in back and after not in seen:
                seen.add(after)
                stack.append((after, iter(graph.out[after])))
                break
        else:
            post.append(place)
            stack.pop()
    order = post[::-1]
    at = {place: i for i, place in enumerate(order)}
    circles = any(
        at[graph.edges[e][0]] >= at[v] for v in order if v != origin for e in graph.into[v] if graph.edges[e][0] in at
    )
    return order, circles
