"""Lines and lengths on the WGS84 ellipsoid: geodesics between stops, and kilometres inside counties.

Lines are schematic: the shortest way between two stops, not a track. Lengths come from pyproj.Geod,
never from degrees. Refuses nothing: a leg with an end that has no point simply has no line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import shapely
from shapely import LineString

from geodata.facts.places import GEOD

VERTEX_KM = 50.0
"""Vertices of a drawn geodesic are at most this far apart (its bow between two is then < 0.1 km)."""

Position = tuple[float, float]
"""Longitude, latitude in degrees, EPSG:4326."""


def geodesic(start: Position, end: Position, *, vertex_km: float = VERTEX_KM) -> LineString:
    """Return the geodesic from start to end with vertices at most `vertex_km` apart.

    There and back share their vertices exactly, so that two legs on one line overlap and are not
    measured twice.
    """
    if start > end:
        return shapely.reverse(geodesic(end, start, vertex_km=vertex_km))
    pieces = max(1, int(-(-km_between(start, end) // vertex_km)))
    middle = GEOD.npts(*start, *end, pieces - 1) if pieces > 1 else []
    return LineString([start, *middle, end])


def km_between(start: Position, end: Position) -> float:
    """Return the geodesic length in km between two positions."""
    return float(GEOD.inv(*start, *end)[2]) / 1000


def km_of(lines: shapely.Geometry) -> float:
    """Return the geodesic length in km of the line parts of a geometry."""
    parts = shapely.get_parts(shapely.get_parts(lines))
    return sum(float(GEOD.geometry_length(part)) for part in parts if part.geom_type == "LineString") / 1000


def km_inside(lines: Iterable[LineString], shapes: Mapping[str, shapely.Geometry]) -> dict[str, float]:
    """Return P-code → km of the union of `lines` inside each county; counties without any are absent.

    Where lines overlap they count once, and a stretch on a shared edge counts for the lower P-code
    only, so the counties' sum never exceeds the union's length.
    """
    rest = shapely.union_all(list(lines))
    lengths: dict[str, float] = {}
    for pcode in sorted(shapes):
        shape = shapes[pcode]
        if shapely.is_empty(rest) or not shapely.intersects(rest, shape):
            continue
        km = km_of(shapely.intersection(rest, shape))
        if km > 0:
            lengths[pcode] = km
            rest = shapely.difference(rest, shape)
    return lengths
