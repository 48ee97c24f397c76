"""Exposure per county, by named stops: corridors by nature, stops, neighbours along the way, share of journeys.

A corridor counts in a county where it has a stop; what its line is merely drawn across counts nowhere. Natures stay
apart: there is no column that adds them. The share of journeys is that of the shortest ways the corridors document
themselves, ends included.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from geodata.network.network import Network
from geodata.network.whatif import own_way
from geodata.values import Nature

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Exposure:
    """One county. corridors, share: nature → ids with a stop there, share of that nature's corridors (0–1)."""

    pcode: str
    corridors: Mapping[str, tuple[str, ...]]
    n_stops: int
    upstream: tuple[str, ...]
    downstream: tuple[str, ...]
    share: Mapping[str, float]

    @property
    def any(self) -> bool:
        """Say whether any corridor stops in the county."""
        return any(self.corridors.values())

    def carrying(self, nature: str) -> int:
        """Return how many corridors of a nature stop in the county; those of both natures carry either."""
        both = self.corridors[Nature.MIXED.value] if nature in (Nature.TRAFFICKING, Nature.SMUGGLING) else ()
        return len({*self.corridors[nature], *both})


def exposure(
    network: Network, passing: Iterable[Row], pcodes: Iterable[str], kept: frozenset[str]
) -> tuple[Exposure, ...]:
    """Return every county in P-code order. `kept`: corridors in the filter; passing: the prepared table."""
    mine: dict[str, list[Row]] = {}
    for row in passing:
        if row["corridor_id"] in kept and row["passes"] == "stop":
            mine.setdefault(str(row["pcode"]), []).append(row)
    shares = _shares(network)
    exposures = []
    for pcode in sorted(pcodes):
        rows = mine.get(pcode, [])
        corridors = {n.value: tuple(r["corridor_id"] for r in rows if r["nature"] == n.value) for n in Nature}
        stops = {stop for r in rows for stop in r["stops"]}
        exposures.append(
            Exposure(
                pcode,
                corridors,
                len(stops),
                _joined(rows, "upstream"),
                _joined(rows, "downstream"),
                {n.value: shares.get((pcode, n.value), 0.0) for n in Nature},
            )
        )
    return tuple(exposures)


def _joined(rows: Iterable[Row], column: str) -> tuple[str, ...]:
    return tuple(sorted({pcode for row in rows for pcode in row[column]}))


def _shares(network: Network) -> dict[tuple[str, str], float]:
    """Return (county, nature) → share of that nature's corridors whose shortest documented way stops in it."""
    corridors: dict[str, set[str]] = {}
    passed: dict[tuple[str, str], float] = {}
    for journey in network.journeys:
        corridors.setdefault(journey.nature, set()).add(journey.corridor_id)
        route = own_way(network, journey)
        for pcode in route.counties if route else ():
            passed[pcode, journey.nature] = passed.get((pcode, journey.nature), 0.0) + journey.weight
    return {key: value / len(corridors[key[1]]) for key, value in passed.items()}
