"""Chokepoints, cuts and what-if on every drawn network equal what counting everything by hand gives."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from scipy.optimize import linprog

from geodata.network.chokepoints import betweenness_sums, chokepoints
from geodata.network.cuts import county_cut, cuts, place_cut
from geodata.network.network import Network, build
from geodata.network.resample import draws
from geodata.network.whatif import Closing, WhatIf, close, own_way, simple_ways, what_if

sys.path.insert(0, str(Path(__file__).parent))
from graphs import leg, networks, spots

WORK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def plain(network: Network, alive: np.ndarray | None = None) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_nodes_from(network.names)
    for i, way in enumerate(network.edges):
        if alive is None or alive[i]:
            graph.add_edge(way.start, way.end, weight=way.weight)
    return graph


def every_way(graph: nx.DiGraph, origin: str, destination: str) -> list[tuple[int, tuple[str, ...]]]:
    if origin not in graph or destination not in graph or origin == destination:
        return []
    found = nx.all_simple_paths(graph, origin, destination)
    return sorted((sum(graph[a][b]["weight"] for a, b in itertools.pairwise(p)), tuple(p)) for p in found)


def touches(network: Network, path: tuple[str, ...], pcode: str) -> bool:
    ways = [network.after[a][b] for a, b in itertools.pairwise(path)]
    return any(network.nodes[p].pcode == pcode for p in path) or any(pcode in way.counties for way in ways)


@WORK
@given(networks())
def test_betweenness_is_what_listing_every_shortest_way_gives(network: Network):
    sample = draws(network, resamples=4)
    sums = betweenness_sums(network, network.journeys, sample)
    for column in range(sample.alive.shape[1]):
        graph = plain(network, sample.alive[:, column])
        places: dict[str, float] = {}
        counties: dict[str, float] = {}
        for journey in network.journeys:
            ways = every_way(graph, journey.origin, journey.destination)
            shortest = [path for length, path in ways if length == ways[0][0]]
            for path in shortest:
                for place in path[1:-1]:
                    places[place] = places.get(place, 0) + journey.weight / len(shortest)
                ends = {network.nodes[journey.origin].pcode, network.nodes[journey.destination].pcode}
                for pcode in {"KE001", "KE002", "KE003", "KE004"} - ends:
                    if touches(network, path, pcode):
                        counties[pcode] = counties.get(pcode, 0) + journey.weight / len(shortest)
        for mine, brute in ((sums.places, places), (sums.counties, counties)):
            for key in {*mine, *brute}:
                got = mine[key][column] if key in mine else 0.0
                assert got == pytest.approx(brute.get(key, 0.0), abs=1e-9), (key, column)


@WORK
@given(networks())
def test_betweenness_agrees_with_networkx(network: Network):
    sums = betweenness_sums(network, network.journeys, draws(network, resamples=1))
    brute: dict[str, float] = dict.fromkeys(network.names, 0.0)
    for journey in network.journeys:
        if journey.origin in network.number and journey.destination in network.number:
            one = nx.betweenness_centrality_subset(
                plain(network), [journey.origin], [journey.destination], normalized=False, weight="weight"
            )
            for place, value in one.items():
                brute[place] += journey.weight * value
    for place, value in brute.items():
        got = sums.places[place][0] if place in sums.places else 0.0
        assert got == pytest.approx(value, abs=1e-9)


def cut_by_linear_programme(network: Network, origin: str, destination: str) -> float:
    """Minimum place cut as a linear programme: potentials on split places, written without any flow."""
    inner = [p for p in network.names if p not in (origin, destination)]
    column = {name: i for i, name in enumerate([*inner, *(f"{p}/in" for p in inner), *(f"{p}/out" for p in inner)])}
    rows, limits = [], []

    def say(terms: list[tuple[str, float]], limit: float) -> None:
        row = np.zeros(len(column))
        for name, value in terms:
            row[column[name]] += value
        rows.append(row)
        limits.append(limit)

    for place in inner:  # potential may fall from the way in to the way out only where the place is cut
        say([(f"{place}/in", 1), (f"{place}/out", -1), (place, -1)], 0)
    for way in network.edges:
        if way.end == origin or way.start == destination:
            continue
        terms: list[tuple[str, float]] = []
        limit = 0.0
        if way.start == origin:
            limit -= 1
        else:
            terms.append((f"{way.start}/out", 1))
        if way.end == destination:
            pass
        else:
            terms.append((f"{way.end}/in", -1))
        if terms:
            say(terms, limit)
    if not inner:
        return 0.0
    cost = [1.0] * len(inner) + [0.0] * (2 * len(inner))
    done = linprog(cost, A_ub=np.array(rows), b_ub=limits, bounds=[(0, 1)] * len(column), method="highs")
    assert done.success
    return float(done.fun)


@WORK
@given(networks())
def test_place_cuts_equal_enumeration_a_linear_programme_and_networkx(network: Network):
    everything = list(range(len(network.edges)))
    graph = plain(network)
    for origin, destination in list(itertools.permutations(network.names, 2))[:12]:
        size, members = place_cut(network, everything, frozenset({origin}), frozenset({destination}))
        if graph.has_edge(origin, destination):
            assert size is None
            continue
        inner = [p for p in network.names if p not in (origin, destination)]
        smallest: list[set[str]] = []
        for k in range(len(inner) + 1):
            for shut in itertools.combinations(inner, k):
                rest = graph.subgraph(set(graph) - set(shut))
                if not nx.has_path(rest, origin, destination):
                    smallest.append(set(shut))
            if smallest:
                break
        assert size == len(smallest[0])
        assert set(members) == set().union(*smallest)
        assert size == pytest.approx(cut_by_linear_programme(network, origin, destination), abs=1e-6)
        one_way = graph.copy()  # networkx gives up where a leg leads back; no way there uses it
        one_way.remove_edges_from([(destination, origin)])
        assert size == len(nx.minimum_node_cut(one_way, origin, destination))


@WORK
@given(networks())
def test_county_cuts_equal_enumeration(network: Network):
    everything = list(range(len(network.edges)))
    graph = plain(network)
    for origin, destination in list(itertools.permutations(network.names, 2))[:8]:
        size, members = county_cut(network, everything, frozenset({origin}), frozenset({destination}))
        spared = {network.nodes[origin].pcode, network.nodes[destination].pcode}
        closable = sorted({"KE001", "KE002", "KE003", "KE004"} - spared)
        ways = [path for _, path in every_way(graph, origin, destination)]
        smallest: list[set[str]] = []
        for k in range(len(closable) + 1):
            for shut in itertools.combinations(closable, k):
                shuts = all(any(touches(network, path, pcode) for pcode in shut) for path in ways)
                smallest += [set(shut)] if shuts else []
            if smallest:
                break
        if not smallest:
            assert size is None
        else:
            assert size == len(smallest[0])
            assert set(members) == set().union(*smallest)


@WORK
@given(networks())
def test_what_if_equals_brute_force(network: Network):
    targets = [Closing("place", p) for p in network.names] + [Closing("county", "KE002")]
    targets += [Closing("leg", w.legs[0].leg_id) for w in network.edges[:2]]
    for closing in targets:
        answer = what_if(network, closing)
        graph = plain(close(network, closing))
        shut = {closing.key} if closing.kind == "place" else set()
        if closing.kind == "county":
            shut = {p for p, spot in network.nodes.items() if spot.pcode == closing.key}
        for one in answer.rerouted:
            left = every_way(graph, one.journey.origin, one.journey.destination)
            assert (one.after is None) == (not left)
            if one.after is not None:
                assert sum(graph[a][b]["weight"] for a, b in itertools.pairwise(one.after.places)) == left[0][0]
                assert one.n_ways == len(left)
                listed = {one.after.places, *(o.places for o in one.others)}
                assert listed <= {path for _, path in left}
        for journey in answer.untouched:
            route = own_way(network, journey)
            assert route is not None
            assert all(graph.has_edge(a, b) for a, b in itertools.pairwise(route.places))
        assert all({j.origin, j.destination} & shut for j in answer.ends_there)
        parts = (answer.rerouted, answer.ends_there, answer.untouched, answer.without_way)
        assert sum(len(part) for part in parts) == len(network.journeys)
        mine = {(s.pcode, s.nature): (s.before, s.after) for s in answer.shifts}
        brute = shifts_by_hand(network, answer)
        assert mine.keys() == brute.keys()
        assert all(mine[key] == pytest.approx(brute[key]) for key in mine)


def shifts_by_hand(network: Network, answer: WhatIf) -> dict[tuple[str, str], tuple[float, float]]:
    """Corridors passing each county before and after, from the routes alone; only what changed."""
    found: dict[tuple[str, str], list[float]] = {}
    routes = [(one.journey, one.before, one.after) for one in answer.rerouted]
    routes += [(j, own_way(network, j), own_way(network, j)) for j in answer.untouched]
    for journey, before, after in routes:
        mine = network.of_corridor(journey.corridor_id)
        own = every_way(plain(mine), journey.origin, journey.destination)
        if own:
            assert sum(network.after[a][b].weight for a, b in itertools.pairwise(before.places)) == own[0][0]
        for side, route in enumerate((before, after)):
            for pcode in ("KE001", "KE002", "KE003", "KE004"):
                if route is not None and touches(network, route.places, pcode):
                    found.setdefault((pcode, journey.nature), [0.0, 0.0])[side] += journey.weight
    return {key: (b, a) for key, (b, a) in found.items() if abs(a - b) > 1e-9}


@WORK
@given(networks(most=6))
def test_ways_come_shortest_first_and_complete(network: Network):
    graph = plain(network)
    for origin, destination in list(itertools.permutations(network.names, 2))[:10]:
        ways = every_way(graph, origin, destination)
        mine, more = simple_ways(network, origin, destination, 100)
        assert not more
        assert {route.places for route in mine} == {path for _, path in ways}
        lengths = [sum(graph[a][b]["weight"] for a, b in itertools.pairwise(r.places)) for r in mine]
        assert lengths == sorted(lengths)


def test_one_newspaper_does_not_make_a_chokepoint():
    """Four corridors through `hub`; all legs of it come from one paper, or each from a paper of its own."""

    def hub(voices: list[list[str]]) -> Network:
        legs = []
        for i, own in enumerate(voices):
            legs += [leg(f"C{i}", f"a{i}", "hub", 10, own), leg(f"C{i}", "hub", f"b{i}", 10, own)]
        return build(legs, spots([f"a{i}" for i in range(4)] + ["hub"] + [f"b{i}" for i in range(4)]))

    # A corridor elsewhere with a voice of its own, so that the one paper can fail to be drawn.
    ways = [*(one for way in hub([["paper"]] * 4).edges for one in way.legs), leg("C9", "q", "r", 1, ["other"])]
    network = build(ways, {**hub([["paper"]] * 4).nodes, **spots(["q", "r"])})
    one_paper = next(row for row in chokepoints(network)[0].places if row.key == "hub")
    many = hub([["a", "e"], ["b", "f"], ["c", "g"], ["d", "h"]])
    many_papers = next(row for row in chokepoints(many)[0].places if row.key == "hub")
    assert one_paper.leans_on == ("paper",)
    assert one_paper.often < 0.8 < many_papers.often
    assert many_papers.leans_on == ()
    assert one_paper.low == 0.0


def test_cuts_say_how_often_and_the_same_every_time():
    legs = [leg("C1", "a", "m", 1, ["v1"]), leg("C1", "m", "b", 1, ["v2"]), leg("C2", "a", "n", 1, ["v3"]),
            leg("C2", "n", "b", 1, ["v3"])]  # fmt: skip
    network = build(legs, spots(["a", "b", "m", "n"]))
    one, two = (cuts(network, ["a"], ["b"], draws(network)) for _ in range(2))
    assert one == two
    assert one.places.size == 2
    assert one.places.members == ("m", "n")
    # Three voices, three draws: v3 is heard in 19 of 27 cases, v1 and v2 in 12, either way open in 25.
    assert one.connected == pytest.approx(25 / 27, abs=0.05)
    assert one.places.often == pytest.approx({"n": 19 / 27, "m": 12 / 27}, abs=0.06)
    with pytest.raises(ValueError, match="different"):
        cuts(network, ["a"], ["a"], draws(network))


def test_a_leg_that_names_no_stop_is_the_same_road():
    fine = [leg("C1", "a", "m", 100), leg("C1", "m", "b", 100)]
    whole = leg("C2", "a", "b", 195)
    known = spots(["a", "b", "m"])
    network = build([*fine, whole], known)
    assert network.coarse == {"C2.a.b": ("m",)}
    assert "b" not in network.after["a"]
    assert "b" in build([*fine, whole], known, coarse=True).after["a"]
    assert build([*fine, leg("C2", "a", "b", 150)], known).coarse == {}  # a real short cut
    assert build([*fine, leg("C2", "a", "b", 195, mode="air")], known).coarse == {}
    found = what_if(network, Closing("place", "m"))
    assert {one.journey.corridor_id for one in found.rerouted} == {"C1", "C2"}
    assert all(one.after is None for one in found.rerouted)
    assert found.coarse == {"C2.a.b": ("m",)}
