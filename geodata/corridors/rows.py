"""Rows of the prepared corridors, as `prepared.load_prepared` reads them and as they go out as JSON."""

from __future__ import annotations

from typing import Literal, TypedDict


class LegRow(TypedDict):
    """One directed leg of a corridor (`legs.build`)."""

    leg_id: str
    """``corridor.from.to``."""
    corridor_id: str
    from_place: str
    """Place id of its start."""
    to_place: str
    """Place id of its end."""
    from_seq: int
    """Number of its start among the corridor's stops."""
    to_seq: int
    mode: str
    nature: str
    is_alternative: bool
    """A branch beside the corridor's main row of stops."""
    basis: str
    """``stated`` or ``inferred``."""
    doubts: list[str]
    """Why it is inferred: point, order, join."""
    grade: str
    """A, B or C."""
    sources: list[str]
    """Ids of the sources of its two stops, and of those that state it."""
    n_sources: int
    """Independent voices among them."""
    corridor_sources: list[str]
    """Ids of the sources that speak for the corridor as a whole."""
    corridor_n_sources: int
    last_confirmed: int | None
    """Latest year among its dated sources; None where all are undated."""
    drawn: str
    """How its line was drawn (`routing.Drawn`); "" without a line."""
    drawn_reason: str
    """Why the line is straight."""
    towns: list[str]
    """What its road passes."""
    length_km: float | None
    """Geodesic, of the drawn line; None without one."""
    reasons: str


class LineString(TypedDict):
    """A line, longitude and latitude in WGS 84."""

    type: Literal["LineString"]
    coordinates: list[list[float]]


class LegFeature(TypedDict):
    """A leg as a GeoJSON feature (EPSG:4326); geometry None where an end has no point."""

    type: Literal["Feature"]
    id: str
    properties: LegRow
    geometry: LineString | None


class PlaceRow(TypedDict):
    """One place that a corridor stops at (`geodata.facts.places.build`)."""

    place_id: str
    name: str
    iso3: str
    kind: str
    """The strongest over its corridors."""
    kinds: tuple[str, ...]
    lat: float | None
    """WGS 84, degrees; None where it is not known."""
    lon: float | None
    coord_source: str
    pcode: str
    """"" outside Kenya."""
    county_by: str
    """How its county is known: inside, near, stated or ""."""
    country_level: bool
    """The dot stands for a whole country."""
    corridors: tuple[str, ...]
    notes: str
    source_ids: tuple[str, ...]


def point_of(place: PlaceRow) -> tuple[float, float] | None:
    """Return longitude and latitude of a place in WGS 84, or None where it is not located."""
    lon, lat = place["lon"], place["lat"]
    return None if lon is None or lat is None else (lon, lat)


class CorridorRow(TypedDict):
    """One corridor."""

    corridor_id: str
    name: str
    origin_iso3: str
    destination_iso3: str
    mode: str
    nature: str
    description: str
    confidence: str
    """Its grade: A, B or C."""
    source_ids: tuple[str, ...]
    trunk: tuple[str, ...]
    """Place ids of the main row of stops."""
    n_legs: int
    n_stated: int
    """Legs that a source states."""
    n_sources: int
    """Independent voices."""
    last_confirmed: int | None
    """Year; None where every source is undated."""
    length_km: float
    """Of the legs drawn along the main row of stops."""
    counties: tuple[str, ...]
    """P-codes."""


class PassingRow(TypedDict):
    """One corridor in one county (`passing.corridor_counties`)."""

    pcode: str
    corridor_id: str
    nature: str
    passes: str
    """``stop``: it stops there, which is stated; ``line``: its line alone runs there."""
    stops: tuple[str, ...]
    """Ids of the places where it stops."""
    n_stops: int
    drawn_km: int
    """Kilometres drawn inside, to the ten."""
    upstream: tuple[str, ...]
    """P-codes of the counties it comes from."""
    downstream: tuple[str, ...]
    upstream_countries: tuple[str, ...]
    """ISO3 codes."""
    downstream_countries: tuple[str, ...]


class CountyCorridors(TypedDict):
    """What all corridors together have to do with one county (`passing.summary`)."""

    pcode: str
    corridors_stopping: tuple[str, ...]
    """Ids of the corridors with a stop there."""
    corridors_drawn: tuple[str, ...]
    """Ids of those whose line runs there."""
    n_stopping: int
    n_drawn: int
    n_stops: int
    """Places."""
    drawn_km: int
    """Kilometres drawn inside, to the ten."""
