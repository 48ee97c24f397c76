"""The corridor desk: the documented network of a world, filtered, and what can be asked of it.

Answers are kept per world and filter: the network changes with the evidence only, never with a reader.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from geodata.facts import decisions, evidence
from geodata.network import chokepoints as chokes
from geodata.network import cuts as cutting
from geodata.network import export
from geodata.network import exposure as exposing
from geodata.network import whatif as closing_rules
from geodata.network.chokepoints import Chokes
from geodata.network.cuts import Cuts
from geodata.network.export import write_styles
from geodata.network.exposure import Exposure
from geodata.network.network import Filter, Journey, Leg, Network, Node, build, passes
from geodata.network.network import Filter as NetworkFilter
from geodata.network.resample import Draws, draws
from geodata.network.whatif import Closing, Route, Shift, WhatIf
from geodata.query.world import World
from geodata.values import DataProblem, Grade

__all__ = [
    "FilteredNetwork",
    "Journey",
    "NetworkFilter",
    "Route",
    "Shift",
    "WhatIf",
    "chokepoints",
    "closable",
    "corridor_desk",
    "corridor_ends",
    "corridor_exposure",
    "cuts_between",
    "ground_rings",
    "legs_of",
    "network_file",
    "places_at",
    "spots_of",
    "what_if",
    "write_styles",
]


@dataclass(frozen=True, eq=False)
class FilteredNetwork:
    """The network of one filter.

    legs: ids in the filter; strong: those of the chosen grade or better, which alone are counted; corridors:
    ids with a leg in the filter.
    """

    network: Network
    legs: frozenset[str]
    strong: frozenset[str]
    corridors: frozenset[str]


@lru_cache(maxsize=2)
def legs_of(world: World) -> tuple[Leg, ...]:
    """Return every documented leg with its independent voices and the counties of its two stops."""
    voices = decisions.voices(world.settings, evidence.read(world.settings, "sources"))
    pcodes = {str(place["place_id"]): str(place["pcode"]) for place in world.corridors.places}
    return tuple(
        Leg(
            leg_id=str(own["leg_id"]),
            corridor_id=str(own["corridor_id"]),
            start=str(own["from_place"]),
            end=str(own["to_place"]),
            nature=str(own["nature"]),
            mode=str(own["mode"]),
            grade=str(own["grade"]),
            km=own["length_km"],
            voices=frozenset(voices[source] for source in own["sources"]),
            counties=frozenset({pcodes[str(own["from_place"])], pcodes[str(own["to_place"])]} - {""}),
        )
        for own in world.corridors.leg_rows
    )


@lru_cache(maxsize=2)
def spots_of(world: World) -> dict[str, Node]:
    """Return every place by its id."""
    return {
        str(p["place_id"]): Node(str(p["place_id"]), str(p["iso3"]), str(p["pcode"])) for p in world.corridors.places
    }


@lru_cache(maxsize=2)
def corridor_ends(world: World) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Return corridor → the countries it comes from and those it goes to, by its own words and by its stops."""
    spots = spots_of(world)
    whole = build(legs_of(world), spots)
    ends: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    for row in world.corridors.corridors:
        mine = [j for j in whole.journeys if j.corridor_id == row["corridor_id"]]
        ends[str(row["corridor_id"])] = (
            frozenset({str(row["origin_iso3"]), *(spots[j.origin].iso3 for j in mine)}),
            frozenset({str(row["destination_iso3"]), *(spots[j.destination].iso3 for j in mine)}),
        )
    return ends


@lru_cache(maxsize=64)
def corridor_desk(world: World, wanted: Filter) -> FilteredNetwork:
    """Return the network of a filter; a filter nothing fits gives an empty network."""
    legs = [leg for leg in legs_of(world) if passes(leg, wanted, corridor_ends(world))]
    enough = [grade.value for grade in Grade][: [grade.value for grade in Grade].index(wanted.grade) + 1]
    strong = [leg for leg in legs if leg.grade in enough]
    return FilteredNetwork(
        build(strong, spots_of(world), coarse=wanted.coarse),
        frozenset(leg.leg_id for leg in legs),
        frozenset(leg.leg_id for leg in strong),
        frozenset(leg.corridor_id for leg in legs),
    )


@lru_cache(maxsize=32)
def _draws(world: World, wanted: Filter) -> Draws:
    return draws(corridor_desk(world, wanted).network)


@lru_cache(maxsize=32)
def chokepoints(world: World, wanted: Filter) -> tuple[Chokes, ...]:
    """Return the chokepoints, one answer per nature."""
    return chokes.chokepoints(corridor_desk(world, wanted).network, _draws(world, wanted))


def places_at(world: World, wanted: Filter, end: str) -> tuple[str, ...]:
    """Return the places of the filtered network an end stands for: ``place:<id>`` or ``country:<ISO3>``."""
    kind, _, key = end.partition(":")
    network = corridor_desk(world, wanted).network
    if kind == "country":
        return tuple(name for name in network.names if network.nodes[name].iso3 == key)
    return (key,) if kind == "place" and key in network.number else ()


@lru_cache(maxsize=64)
def cuts_between(world: World, wanted: Filter, origin: str, destination: str) -> Cuts:
    """Return the minimum cuts between two ends; raises DataProblem when they are not on the network or overlap."""
    ends = []
    for end in (origin, destination):
        end_places = places_at(world, wanted, end)
        if not end_places:
            raise DataProblem(f"“{end[:60]}” is not on the network shown; choose a place or country of the list.")
        ends.append(end_places)
    if set(ends[0]) & set(ends[1]):
        raise DataProblem("Origin and destination overlap; choose two different places or countries.")
    return cutting.cuts(corridor_desk(world, wanted).network, ends[0], ends[1], _draws(world, wanted))


@lru_cache(maxsize=32)
def closable(world: World, wanted: Filter, kind: str) -> frozenset[str]:
    """Return what may be closed on the network of a filter; kind: place, county or leg."""
    network = corridor_desk(world, wanted).network
    if kind == "place":
        return frozenset(network.names)
    if kind == "leg":
        return frozenset(leg.leg_id for edge in network.edges for leg in edge.legs)
    of_places = frozenset(network.nodes[name].pcode for name in network.names) - {""}
    return of_places.union(*(edge.counties for edge in network.edges))


@lru_cache(maxsize=64)
def what_if(world: World, wanted: Filter, kind: str, key: str) -> WhatIf:
    """Return what closing a place, leg or county does; raises DataProblem when it is not on the network."""
    if kind not in ("place", "county", "leg") or key not in closable(world, wanted, kind):
        raise DataProblem(
            f"“{kind[:20]}:{key[:60]}” is not on the network shown; choose a place, a county or a leg of the list."
        )
    return closing_rules.what_if(corridor_desk(world, wanted).network, Closing(kind, key))


@lru_cache(maxsize=32)
def corridor_exposure(world: World, wanted: Filter) -> tuple[Exposure, ...]:
    """Return how the 47 counties are exposed to the corridors of a filter."""
    desk = corridor_desk(world, wanted)
    tables = world.corridors
    return exposing.exposure(desk.network, tables.corridor_counties, tuple(world.names), desk.corridors)


@lru_cache(maxsize=4)
def network_file(world: World, wanted: Filter, kind: str, styles: tuple[tuple[str, str], ...] = ()) -> bytes:
    """Return the legs of a filter as a file: ``gpkg`` (styles: layer → QML for QGIS) or ``graphml``."""
    asked = {"nature": wanted.nature, "origin": wanted.origin, "destination": wanted.destination, "mode": wanted.mode}
    desk = corridor_desk(world, wanted)
    legs = [leg for leg in world.corridors.legs if leg["id"] in desk.legs]
    used = {place for leg in legs for place in (leg["properties"]["from_place"], leg["properties"]["to_place"])}
    tables = export.NetworkTables(
        legs=legs,
        places=[place for place in world.corridors.places if place["place_id"] in used],
        counties={leg.leg_id: sorted(leg.counties) for leg in legs_of(world) if leg.leg_id in desk.legs},
        release=world.releases["public"].id,
        as_of=world.as_of,
        boundaries=world.edition.citation,
        licence=world.edition.licence,
        filter="; ".join(f"{key}={value}" for key, value in asked.items() if value),
    )
    return export.geopackage(tables, dict(styles)) if kind == "gpkg" else export.graphml(tables)


@lru_cache(maxsize=2)
def ground_rings(world: World) -> dict[str, tuple[tuple[tuple[float, float], ...], ...]]:
    """Return low-resolution surroundings as rings and lines (lon, lat): country, lake, county, border, ilemi."""
    lines: dict[str, list[tuple[tuple[float, float], ...]]] = {}
    prepared = world.edition.prepared()
    for role in ("context-far", "counties-low"):
        for feature in json.loads(prepared[role].path.read_text(encoding="utf-8"))["features"]:
            kind = feature["properties"].get("kind", "county") if role == "context-far" else "county"
            shape = feature["geometry"]
            parts: Any = [shape["coordinates"]] if not shape["type"].startswith("Multi") else shape["coordinates"]
            rings = [ring for part in parts for ring in part] if shape["type"].endswith("Polygon") else parts
            lines.setdefault(kind, []).extend(tuple((x, y) for x, y in ring) for ring in rings)
    return {kind: tuple(rings) for kind, rings in lines.items()}
