"""Prepared shapes as rings and lines within a window, for formats that draw without a browser.

Coordinates are lon/lat (EPSG:4326); windows are (west, south, east, north) in degrees. Nothing is simplified here:
the prepared files are. Cutting at the window's edge needs shapely,
which is imported only then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from geodata.boundaries.edition import Edition
from geodata.boundaries.svg import _features, _rings
from geodata.values import Pcode

Point = tuple[float, float]
Ring = tuple[Point, ...]
Window = tuple[float, float, float, float]
NEAR: Window = (24.0, -14.0, 54.0, 18.0)
"""What the nearer, finer context file covers."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What lies around the counties: rings of countries and lakes, lines of coast, border and the Ilemi Triangle."""

    countries: tuple[tuple[Ring, ...], ...]
    lakes: tuple[tuple[Ring, ...], ...]
    coast: tuple[Ring, ...]
    border: tuple[Ring, ...]
    ilemi: tuple[Ring, ...]


@lru_cache(maxsize=8)
def county_rings(edition: Edition, resolution: str = "low") -> dict[Pcode, tuple[Ring, ...]]:
    """Return the rings of every county in P-code order, holes included; `resolution` is low, mid or high."""
    features = _features(edition.prepared()[f"counties-{resolution}"].path)
    return {
        Pcode(feature["id"]): tuple(tuple((x, y) for x, y in ring) for ring in _rings(feature["geometry"]))
        for feature in features
    }


@lru_cache(maxsize=16)
def surroundings(edition: Edition, window: Window) -> Surroundings:
    """Return what lies around the counties inside a window."""
    import shapely  # noqa: PLC0415 - the web process draws without it

    near = all(a <= b for a, b in zip(NEAR[:2], window[:2], strict=True)) and all(
        a >= b for a, b in zip(NEAR[2:], window[2:], strict=True)
    )
    areas: dict[str, list[tuple[Ring, ...]]] = {}
    lines: dict[str, list[Ring]] = {}
    for feature in _features(edition.prepared()["context-near" if near else "context-far"].path):
        kind = feature["properties"]["kind"]
        cut = shapely.clip_by_rect(shapely.make_valid(shapely.geometry.shape(feature["geometry"])), *window)
        if feature["geometry"]["type"].endswith("Polygon"):
            if rings := tuple(ring for part in _parts(cut, "Polygon") for ring in _polygon(part)):
                areas.setdefault(kind, []).append(rings)
        else:
            lines.setdefault(kind, []).extend(_line(part) for part in _parts(cut, "LineString"))
    outlines = {kind: tuple(lines.get(kind, ())) for kind in ("coast", "border", "ilemi")}
    return Surroundings(tuple(areas.get("country", ())), tuple(areas.get("lake", ())), **outlines)


def clipped(line: Sequence[Point], window: Window) -> list[Ring]:
    """Return the parts of a line inside a window, each in the line's own direction; a point is no part."""
    import shapely  # noqa: PLC0415 - the web process draws without it

    cut = shapely.clip_by_rect(shapely.LineString(line), *window)
    return [part for part in (_line(shape) for shape in _parts(cut, "LineString")) if len(part) > 1]


def clipped_rings(rings: Sequence[Ring], window: Window) -> tuple[Ring, ...]:
    """Return the parts of an area's rings inside a window; none when it lies outside."""
    import shapely  # noqa: PLC0415 - the web process draws without it

    cut = (shapely.clip_by_rect(shapely.make_valid(shapely.Polygon(ring)), *window) for ring in rings)
    return tuple(ring for area in cut for part in _parts(area, "Polygon") for ring in _polygon(part))


def _parts(geometry: Any, kind: str) -> list[Any]:
    parts = getattr(geometry, "geoms", [geometry])
    return [part for part in parts if part.geom_type == kind and not part.is_empty]


def _polygon(part: Any) -> list[Ring]:
    return [tuple((x, y) for x, y in ring.coords) for ring in (part.exterior, *part.interiors)]


def _line(part: Any) -> Ring:
    return tuple((x, y) for x, y in part.coords)
