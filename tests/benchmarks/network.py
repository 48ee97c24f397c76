"""The corridor desk's arithmetic: chokepoints, cuts, what-if; on the shipped network and on one ten times as big."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from geodata.network.chokepoints import chokepoints
from geodata.network.cuts import cuts
from geodata.network.network import Network, build
from geodata.network.resample import draws
from geodata.network.whatif import Closing, what_if
from tests.benchmarks.figures import Figure

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "geodata" / "network"))
GROUP = "corridor desk"
SHIPPED_S, TENFOLD_S = 1.0, 5.0


def figures() -> list[Figure]:
    """Take every question on both networks, each from a cold start (nothing kept between them)."""
    from graphs import grown  # noqa: PLC0415 - the tests' own generator, found through the path above

    found = _group("shipped", shipped(), SHIPPED_S, ("isiolo", "KE011"))
    big = grown()
    busiest = max(big.names, key=lambda name: len(big.after[name]))
    return found + _group("ten times", big, TENFOLD_S, (busiest, "KE011"))


def shipped() -> Network:
    """Return the shipped network."""
    from geodata.query.network import legs_of, spots_of  # noqa: PLC0415
    from geodata.query.world import open_world  # noqa: PLC0415
    from geodata.settings import DataSettings  # noqa: PLC0415

    world = open_world(DataSettings(home=Path("/nonexistent"), vault=""))
    return build(legs_of(world), spots_of(world))


def _group(name: str, network: Network, budget: float, closed: tuple[str, str]) -> list[Figure]:
    size = (
        f"{len(network.names)} places, {sum(len(w.legs) for w in network.edges)} legs, {len(network.journeys)} journeys"
    )
    ends = ends_of(network)
    taken = [
        ("chokepoints", lambda one: chokepoints(one, draws(one))),
        ("minimum cuts between two ends", lambda one: cuts(one, *ends, draws(one))),
        ("what-if, a place closed", lambda one: what_if(one, Closing("place", closed[0]))),
        ("what-if, a county closed", lambda one: what_if(one, Closing("county", closed[1]))),
    ]
    found = []
    for said, ask in taken:
        wall, own = _seconds(ask, network)
        found.append(Figure(GROUP, f"{name}: {said}", wall, "s", budget, note=f"{size}; {own:.2f} s of processor"))
    return found


def ends_of(network: Network) -> tuple[list[str], list[str]]:
    """Return Ethiopia and South Africa on the shipped network; on another the busiest pair of unconnected hubs."""
    by_country = {code: [p for p in network.names if network.nodes[p].iso3 == code] for code in ("ETH", "ZAF")}
    if all(by_country.values()):
        return by_country["ETH"], by_country["ZAF"]
    start = max(network.names, key=lambda name: len(network.after[name]))
    into: dict[str, int] = {}
    for way in network.edges:
        into[way.end] = into.get(way.end, 0) + 1
    others = [name for name in into if name != start and name not in network.after[start]]
    return [start], [max(others, key=lambda name: (into[name], name))]


def _seconds(ask: Callable[[Network], Any], network: Network) -> tuple[float, float]:
    """Return seconds on the clock and on the processor; the network arrives without anything remembered."""
    cold = Network(network.nodes, network.edges, network.journeys, network.aside)
    began, own = time.perf_counter(), time.process_time()
    ask(cold)
    return time.perf_counter() - began, time.process_time() - own


if __name__ == "__main__":
    for figure in figures():
        print(f"{figure.value:7.2f} s (≤ {figure.budget:g})  {figure.name}  [{figure.note}]")  # noqa: T201
