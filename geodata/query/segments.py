"""Corridor legs inside one county: what each says of itself, and its drawn kilometres there, about.

Kilometres are geodesic: a leg's own WGS84 length times the share of it that lies inside, measured on the
sphere piece by piece (pieces are at most 50 km, so the share is right to 0.1 %). A leg by air or sea, or
one that is not drawn, has no kilometres. Legs may share a line: their kilometres do not add up.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from geodata.corridors.rows import LegFeature, LegRow
from geodata.query.world import World
from geodata.values import CROSSES_KM, about_km

NOT_ON_LAND = frozenset({"air", "sea"})

Point = tuple[float, float]
Edge = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Segment:
    """One leg in a county."""

    leg: LegRow
    start: str
    """Name of the place where it starts."""
    end: str
    """Name of the place where it ends."""
    drawn_km: int | None
    """Kilometres drawn inside, to the ten; None where not measured."""
    stops: bool
    """An end lies there; without, it is only drawn across, which no source states."""


@lru_cache(maxsize=64)
def county_segments(world: World, pcode: str) -> tuple[Segment, ...]:
    """Return the legs that stop in a county, then those drawn across it for at least 1 km, by corridor and stops."""
    places = {row["place_id"]: row for row in world.corridors.places}
    edges = tuple(_edges(world.shapes[pcode]))
    segments = []
    for feature in world.corridors.legs:
        leg = feature["properties"]
        start, end = places[leg["from_place"]], places[leg["to_place"]]
        stops = pcode in (start["pcode"], end["pcode"])
        km = _km(feature, edges)
        if stops or (km or 0.0) >= CROSSES_KM:
            segments.append(
                Segment(leg, str(start["name"]), str(end["name"]), None if km is None else about_km(km), stops)
            )
    return tuple(sorted(segments, key=_stated_first))


def _stated_first(segment: Segment) -> tuple[bool, str, int, int]:
    return not segment.stops, segment.leg["corridor_id"], segment.leg["from_seq"], segment.leg["to_seq"]


def _km(feature: LegFeature, edges: Sequence[Edge]) -> float | None:
    leg, geometry = feature["properties"], feature["geometry"]
    if geometry is None or leg["mode"] in NOT_ON_LAND or leg["length_km"] is None:
        return None
    line = [(float(lon), float(lat)) for lon, lat in geometry["coordinates"]]
    pieces = list(itertools.pairwise(line))
    west, south, east, north = _box(edges)
    close = [(a, b) for a, b in pieces if _boxes_meet(a, b, (west, south, east, north))]
    if not close:
        return 0.0
    whole = sum(_apart(start, end) for start, end in pieces)
    inside = sum(_inside(start, end, edges) for start, end in close)
    return round(float(leg["length_km"]) * inside / whole, 1) if whole else 0.0


def _inside(start: Point, end: Point, edges: Sequence[Edge]) -> float:
    """Return how much of a straight piece lies inside the rings, in degrees of arc."""
    near = [edge for edge in edges if _boxes_meet(start, end, edge)]
    cuts = sorted({0.0, 1.0, *_crossings(start, end, near)})
    km = 0.0
    for a, b in itertools.pairwise(cuts):
        if _holds(edges, _along(start, end, (a + b) / 2)):
            km += _apart(_along(start, end, a), _along(start, end, b))
    return km


def _crossings(start: Point, end: Point, edges: Iterable[Edge]) -> Iterable[float]:
    dx, dy = end[0] - start[0], end[1] - start[1]
    for x0, y0, x1, y1 in edges:
        ex, ey = x1 - x0, y1 - y0
        cross = dx * ey - dy * ex
        if not cross:
            continue
        t = ((x0 - start[0]) * ey - (y0 - start[1]) * ex) / cross
        u = ((x0 - start[0]) * dy - (y0 - start[1]) * dx) / cross
        if 0 < t < 1 and 0 <= u <= 1:
            yield t


def _holds(edges: Sequence[Edge], point: Point) -> bool:
    """Say whether a point lies inside, by the even-odd rule."""
    x, y = point
    inside = False
    for x0, y0, x1, y1 in edges:
        if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
            inside = not inside
    return inside


def _boxes_meet(start: Point, end: Point, edge: Edge) -> bool:
    x0, y0, x1, y1 = edge
    return not (
        max(start[0], end[0]) < min(x0, x1)
        or min(start[0], end[0]) > max(x0, x1)
        or max(start[1], end[1]) < min(y0, y1)
        or min(start[1], end[1]) > max(y0, y1)
    )


def _along(start: Point, end: Point, share: float) -> Point:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _apart(start: Point, end: Point) -> float:
    """Return the great-circle distance in degrees of arc."""
    lat_start, lat_end = math.radians(start[1]), math.radians(end[1])
    half = math.sin((lat_end - lat_start) / 2) ** 2
    half += math.cos(lat_start) * math.cos(lat_end) * math.sin(math.radians(end[0] - start[0]) / 2) ** 2
    return 2 * math.degrees(math.asin(min(1.0, math.sqrt(half))))


@lru_cache(maxsize=4)
def _box(edges: Sequence[Edge]) -> Edge:
    xs, ys = [edge[0] for edge in edges], [edge[1] for edge in edges]
    return min(xs), min(ys), max(xs), max(ys)


def _edges(geometry: Mapping[str, Any]) -> Iterable[Edge]:
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for part in parts:
        for ring in part:
            for (x0, y0), (x1, y1) in itertools.pairwise(ring):
                yield float(x0), float(y0), float(x1), float(y1)
