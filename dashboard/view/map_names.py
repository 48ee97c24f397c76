"""The names on the map of a view: which stops are read first, which beside them, counties and countries.

Where a name may be seen is decided in `layers.labels`; here is said what it is, in which rank, and in whose language.
"""

from __future__ import annotations

from dataclasses import replace

from dashboard.i18n.catalogue import Catalogue
from dashboard.view.state import ALL_CORRIDORS
from geodata.query.rows import PlaceRow, point_of
from geodata.query.world import World
from geodata.values import Grade, Pcode, Role
from layers.counties import COUNTY_ORDER
from layers.labels import (
    COUNTRY_AT,
    COUNTRY_NEAR,
    COUNTRY_NEAR_FROM,
    NAME_AT,
    Label,
    country_label,
    county_label,
    pill_label,
    place_label,
)

PILL, EMBLEM = 1e6, 2e6
"""Rank of the trunk's names above every county's."""
APART, GAP = "\u2005", "\u2002"
"""Between the shapes of roles, and before the first of them: they touch neither each other nor the name."""
TRUNK = "C01"
"""The Southern Route trunk, brought forward where no corridor is chosen: the map's first concern."""


def brought_forward(corridor: str) -> str:
    """Return the corridor the map brings forward: the chosen one, the trunk by default, none for “all”."""
    return "" if corridor == ALL_CORRIDORS else corridor or TRUNK


def places_of(world: World, corridor: str, drawn: frozenset[str] | None = None) -> list[PlaceRow]:
    """Return the places with a point: those of the corridor brought forward, or all; drawn: only ends of these legs."""
    forward = brought_forward(corridor)
    ends = (leg for leg in world.corridors.leg_rows if drawn is None or leg["leg_id"] in drawn)
    stops = {place for leg in ends for place in (leg["from_place"], leg["to_place"])}
    return [
        row
        for row in world.corridors.places
        if row["lat"] is not None and row["place_id"] in stops and (not forward or forward in row["corridors"])
    ]


def _points(world: World) -> dict[str, tuple[float, float]]:
    """Return place id → longitude and latitude of the places that are located."""
    return {row["place_id"]: point for row in world.corridors.places if (point := point_of(row)) is not None}


def trunk_stops(world: World, corridor: str) -> tuple[str, ...]:
    """Return the main stops of the corridor brought forward, in order; two at one spot give one, the Kenyan.

    With none in front they are those of the trunk: it is to be found among all corridors at first sight.
    """
    forward = brought_forward(corridor) or TRUNK
    countries = {row["place_id"]: row["iso3"] for row in world.corridors.places}
    points = _points(world)
    trunk = next((row["trunk"] for row in world.corridors.corridors if row["corridor_id"] == forward), ())
    kept: dict[tuple[float, float], str] = {}
    for place_id in (place_id for place_id in trunk if place_id in points):
        lon, lat = points[place_id]
        spot = (round(lat, 1), round(lon, 1))
        if spot not in kept or countries[place_id] == "KEN":
            kept[spot] = place_id
    return tuple(kept.values())


def pills(world: World, corridor: str, rule: str, tr: Catalogue) -> tuple[tuple[Label, ...], tuple[Label, ...]]:
    """Return the pills of the main stops, Kenya's first, and the emblem: the one stop whose county holds all roles."""
    rows = {row["place_id"]: row for row in world.corridors.places}
    points = _points(world)
    held: dict[str, list[str]] = {}
    for answer in world.role_decisions[rule]:
        if answer.held and answer.best_grade is Grade.A:
            held.setdefault(str(answer.pcode), []).append(tr.t(f"role.symbol.{answer.role.value}"))
    plain, emblems = [], []
    for place_id in trunk_stops(world, corridor):
        row = rows[place_id]
        name, at = str(row["name"]).split(" (")[0], points[place_id]
        symbols = held.get(row["pcode"], []) if row["name"] == world.names.get(row["pcode"]) else []
        if len(symbols) == len(Role):
            emblems.append(pill_label(place_id, f"{name}{GAP}{APART.join(symbols)}", at, priority=EMBLEM, bold=True))
        else:
            kind = {"border_crossing": 2, "hub": 2, "destination": 1, "origin": 1}.get(str(row["kind"]), 0)
            rank = PILL + kind + (4 if row["iso3"] == "KEN" else 0)
            plain.append(pill_label(place_id, name, at, priority=rank))
    return tuple(plain), tuple(emblems)


def place_labels(world: World, corridor: str, drawn: frozenset[str] | None = None) -> tuple[Label, ...]:
    """Return labels of the stops outside Kenya, and of crossings and hubs inside when near enough."""
    first, points = trunk_stops(world, corridor), _points(world)
    labels = []
    for row in places_of(world, corridor, drawn):
        abroad = row["iso3"] != "KEN"
        if row["place_id"] in first or (not abroad and row["kind"] not in ("hub", "border_crossing")):
            continue
        name, at = str(row["name"]).split(" (")[0], points[row["place_id"]]
        near = 0.0 if abroad else 12.0
        labels.append(place_label(row["place_id"], name, at, priority=2.0 if abroad else 1.0, never_below=near))
    return tuple(labels)


def county_labels(world: World, told: frozenset[str]) -> tuple[Label, ...]:
    """Return the county labels, larger counties first, without the names that stand in a pill already."""
    area = dict(zip(world.counties["pcode"], world.counties["area_km2"], strict=True))
    return tuple(
        county_label(pcode, world.names[pcode], name_at(world, pcode), priority=float(area[pcode]))
        for pcode in COUNTY_ORDER
        if world.names[pcode] not in told
    )


def name_at(world: World, pcode: Pcode) -> tuple[float, float]:
    """Return where the name of a county stands (lon, lat): on its label point, or beside what lies there."""
    anchor = world.edition.anchors()[pcode]
    return NAME_AT.get(pcode, (anchor.lon, anchor.lat))


def country_labels(tr: Catalogue) -> tuple[Label, ...]:
    """Return the names of the countries around, in the middle of what a map shows of them."""
    far = [country_label(iso3, tr.code("country", iso3), at) for iso3, at in COUNTRY_AT.items()]
    near = [
        replace(country_label(f"{iso3}-near", tr.code("country", iso3), at), never_below=COUNTRY_NEAR_FROM)
        for iso3, at in COUNTRY_NEAR.items()
    ]
    return (*far, *near)
