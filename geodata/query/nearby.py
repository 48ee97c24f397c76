"""The ground around one county, ready to draw as a small inline SVG; no plotly, no shapely.

The window holds the county and its neighbours whole. Other counties, and the corridor legs that stop in
the county or cross it, are there as far as they reach into it. Projection: spherical Mercator, as on the
big map. Units are SVG pixels, y down.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from geodata.boundaries.projection import MapProjection, Point, mercator_y
from geodata.boundaries.svg import MARGIN, context_lines, line_path, paths_in
from geodata.corridors.rows import LegFeature
from geodata.query.segments import county_segments
from geodata.query.world import World
from geodata.values import Pcode

PAD = 0.04
"""Share of the window left free around the county and its neighbours."""

FINE_FROM = 120.0
"""Pixels per degree from which the finer outlines are worth their bytes."""


@dataclass(frozen=True, slots=True)
class NearbyCounty:
    """A county that reaches into the window: `d` of its path, its label point in pixels and in degrees."""

    pcode: str
    name: str
    standing: str  # "own", "neighbour" or "other"
    d: str
    at: Point
    lonlat: Point


@dataclass(frozen=True, slots=True)
class Nearby:
    """The window, and what lies in it, drawn in this order.

    legs: GeoJSON features of the corridor legs that stop in the county or cross it, whole; `window_path` cuts them.
    """

    window: MapProjection
    counties: tuple[NearbyCounty, ...]
    border: str
    ilemi: str
    legs: tuple[LegFeature, ...]


@lru_cache(maxsize=128)
def nearby(world: World, pcode: str, width: float = 340, height: float = 300) -> Nearby:
    """Return the window around a county, at most `width` × `height` pixels; an unknown P-code raises KeyError."""
    anchors = world.edition.anchors()
    close = {str(neighbour.pcode) for neighbour in world.edition.neighbours().get(Pcode(pcode), ())}
    place = _window([anchors[Pcode(code)].bbox for code in (pcode, *sorted(close))], width, height)
    seen = [code for code, anchor in anchors.items() if _meets(place, anchor.bbox)]
    counties = []
    for code, d in paths_in(world.edition, place, "mid" if place.scale > FINE_FROM else "low", seen).items():
        anchor = anchors[code]
        standing = "own" if code == pcode else "neighbour" if code in close else "other"
        at = place.point(anchor.lon, anchor.lat)
        counties.append(NearbyCounty(code, world.names[code], standing, d, at, (anchor.lon, anchor.lat)))
    lines = context_lines(world.edition, "context-near")
    return Nearby(
        place,
        tuple(sorted(counties, key=lambda county: (county.standing == "own", county.pcode))),
        window_path(place, lines.get("border", [])),
        window_path(place, lines.get("ilemi", [])),
        _legs(world, pcode),
    )


def _window(boxes: Sequence[tuple[float, float, float, float]], width: float, height: float) -> MapProjection:
    west, east = min(box[0] for box in boxes), max(box[2] for box in boxes)
    bottom, top = mercator_y(min(box[1] for box in boxes)), mercator_y(max(box[3] for box in boxes))
    pad = PAD * max(east - west, top - bottom)
    west, east, bottom, top = west - pad, east + pad, bottom - pad, top + pad
    scale = min((width - 2 * MARGIN) / (east - west), (height - 2 * MARGIN) / (top - bottom))
    extra = ((width - 2 * MARGIN) / scale - (east - west)) / 2
    height = round((top - bottom) * scale + 2 * MARGIN)
    return MapProjection(west - extra, top, scale, width, height, left=MARGIN, upper=MARGIN)


def _meets(place: MapProjection, box: tuple[float, float, float, float]) -> bool:
    left, low = place.point(box[0], box[1])
    right, high = place.point(box[2], box[3])
    return right > 0 and left < place.width and low > 0 and high < place.height


def window_path(place: MapProjection, lines: Iterable[Sequence[Point]]) -> str:
    """Return the `d` attribute of the stretches of lines (lon, lat) that reach into a window."""
    parts = []
    for line in lines:
        stretch: list[Point] = []
        for start, end in itertools.pairwise(line):
            box = (min(start[0], end[0]), min(start[1], end[1]), max(start[0], end[0]), max(start[1], end[1]))
            if _meets(place, box):
                stretch = [*(stretch or [start]), end]
            elif stretch:
                parts.append(line_path(stretch, place))
                stretch = []
        if stretch:
            parts.append(line_path(stretch, place))
    return "".join(parts)


def _legs(world: World, pcode: str) -> tuple[LegFeature, ...]:
    """Return the legs that stop in the county or cross it; others of its neighbourhood would only hide them."""
    mine = {segment.leg["leg_id"] for segment in county_segments(world, pcode)}
    return tuple(leg for leg in world.corridors.legs if leg["properties"]["leg_id"] in mine and leg["geometry"])
