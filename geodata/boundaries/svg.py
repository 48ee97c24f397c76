"""Counties as inline SVG: first paint, page without JavaScript, keyboard map.

The projection is the interactive map's (`projection`), so that the picture does not jump when the map takes
over. SVG units are pixels of a picture `width` wide; y runs down. Needs only json: the web process draws from
the prepared files.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path

from geodata.boundaries.edition import Edition
from geodata.boundaries.projection import MapProjection, Point, as_wide
from geodata.values import Pcode

COARSE = 8.0
"""Least step of the surroundings, in units of the drawing."""
MIN_RING = 4
MARGIN = 4.0
"""Pixels left free on every side, so that outlines are not cut."""


def frame(edition: Edition, width: float) -> MapProjection:
    """Fit Kenya into a picture `width` pixels wide; the height follows."""
    boxes = [anchor.bbox for anchor in edition.anchors().values()]
    west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
    east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
    return as_wide((west, south, east, north), width, MARGIN)


def svg_paths(edition: Edition, resolution: str = "low", width: float = 360) -> dict[Pcode, str]:
    """Return the `d` attribute per county, P-code order; `resolution` is low, mid or high."""
    place = frame(edition, width)
    shapes = _features(edition.prepared()[f"counties-{resolution}"].path)
    return {Pcode(feature["id"]): _path(_rings(feature["geometry"]), place, closed=True) for feature in shapes}


def svg_lines(edition: Edition, width: float = 360, role: str = "context-far") -> dict[str, str]:
    """Return the `d` attribute of the ``coast``, the solid ``border`` and the dashed ``ilemi`` line."""
    place = frame(edition, width)
    return {kind: _path(lines, place, closed=False) for kind, lines in context_lines(edition, role).items()}


def paths_in(
    edition: Edition, place: MapProjection, resolution: str, wanted: Iterable[Pcode], grid: float = 0.0
) -> dict[Pcode, str]:
    """Return the `d` attribute of some counties in a frame of the caller's, P-code order.

    grid: units to which every point is moved, so that neighbours still meet and the text is shorter: then the path
    counts in such steps, whole numbers that the caller scales; 0: none.
    """
    keep = set(wanted)
    shapes = _features(edition.prepared()[f"counties-{resolution}"].path)
    return {
        Pcode(shape["id"]): _path(_rings(shape["geometry"]), place, closed=True, grid=grid)
        for shape in shapes
        if shape["id"] in keep
    }


def lines_in(edition: Edition, place: MapProjection, role: str, grid: float = 0.0) -> dict[str, str]:
    """Return the `d` attribute of the lines of a context file by kind; frame and grid as in `paths_in`.

    With a grid, points nearer than two of its steps to the one before are left out.
    """
    return {kind: _path(lines, place, closed=False, grid=grid) for kind, lines in context_lines(edition, role).items()}


def area_path(edition: Edition, place: MapProjection, areas: tuple[str, str], reach: tuple[float, float]) -> str:
    """Return one `d` attribute for all areas of a context file within `reach` of a frame.

    areas: role of the file, and kind (``country``, ``lake``). reach: units kept beside the frame, and above
    and below it; what lies farther is drawn on that edge. Coordinates are whole units and steps at least `COARSE`:
    the surroundings are seen, never read off.
    """
    (role, kind), (x_reach, y_reach) = areas, reach
    rings = []
    for feature in _features(edition.prepared()[role].path):
        if feature["properties"]["kind"] != kind:
            continue
        for ring in _rings(feature["geometry"]):
            points = (place.point(lon, lat) for lon, lat in ring)
            near = [
                (
                    float(round(min(max(x, -x_reach), place.width + x_reach))),
                    float(round(min(max(y, -y_reach), place.height + y_reach))),
                )
                for x, y in points
            ]
            rings.append(_apart(near, COARSE))
    # What lies wholly beyond the reach has been drawn flat on its edge.
    return "".join(_steps(ring, closed=True) for ring in rings if len(ring) > MIN_RING and _area(ring) > COARSE)


def _apart(points: list[Point], least: float) -> list[Point]:
    """Return the points of a line without those nearer than `least` to the one before; its ends stay."""
    kept = [points[0]]
    for x, y in points[1:-1]:
        if abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= least:
            kept.append((x, y))
    return [*kept, points[-1]]


def _area(ring: list[Point]) -> float:
    """Return the area of a closed ring, in square units."""
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise(ring))) / 2


def line_path(points: list[Point], place: MapProjection) -> str:
    """Return the `d` attribute of one line of longitudes and latitudes, "" when it is a point."""
    return _path([points], place, closed=False)


def context_ids(edition: Edition, role: str = "context-near") -> dict[str, tuple[str, ...]]:
    """Return the feature ids of a context file by kind: ``country`` and ``lake`` are polygons."""
    paths: dict[str, list[str]] = {}
    for feature in _features(edition.prepared()[role].path):
        paths.setdefault(feature["properties"]["kind"], []).append(feature["id"])
    return {kind: tuple(ids) for kind, ids in paths.items()}


def context_lines(edition: Edition, role: str = "context-near") -> dict[str, list[list[Point]]]:
    """Return the lines of a context file, lon/lat: kinds ``coast``, ``border``, ``ilemi``.

    Plotly's choropleth accepts polygons only, so lines are drawn as scattergeo from these.
    """
    return {
        feature["properties"]["kind"]: [[(x, y) for x, y in line] for line in _rings(feature["geometry"])]
        for feature in _features(edition.prepared()[role].path)
        if feature["geometry"]["type"].endswith("LineString")
    }


@cache
def _features(path: Path) -> list[dict]:  # type: ignore[type-arg] # JSON as it comes
    features: list[dict] = json.loads(path.read_text(encoding="utf-8"))["features"]  # type: ignore[type-arg]
    return features


def _rings(geometry: dict) -> list[list[Point]]:  # type: ignore[type-arg] # JSON as it comes
    nested = geometry["coordinates"]
    flat: dict[str, list[list[Point]]] = {
        "LineString": [nested],
        "MultiLineString": nested,
        "Polygon": nested,
        "MultiPolygon": [ring for part in nested for ring in part] if geometry["type"] == "MultiPolygon" else [],
    }
    return flat[geometry["type"]]


def _path(rings: Iterable[list[Point]], place: MapProjection, *, closed: bool, grid: float = 0.0) -> str:
    """Write rings as relative moves in tenths of a pixel; points that fall together are dropped."""
    drawn = ([place.point(lon, lat) for lon, lat in ring] for ring in rings)
    if not grid:
        return "".join(_steps(points, closed=closed) for points in drawn)
    snapped = (_on_grid(points, grid) for points in drawn)
    return "".join(_steps(points if closed else _apart(points, 3.0), closed=closed) for points in snapped)


def _on_grid(points: list[Point], grid: float) -> list[Point]:
    return [(float(round(x / grid)), float(round(y / grid))) for x, y in points]


def _steps(points: list[Point], *, closed: bool) -> str:
    x, y = points[0]
    start = f"M{_number(x)} {_number(y)}"
    moves: list[str] = []
    for to_x, to_y in points[1:-1] if closed else points[1:]:
        dx, dy = round(to_x - x, 1), round(to_y - y, 1)
        if dx or dy:
            moves.append(f"{_number(dx)}{'' if dy < 0 else ' '}{_number(dy)}")
            x, y = to_x, to_y
    return start + "l" + " ".join(moves).replace(" -", "-") + ("z" if closed else "") if moves else ""


def _number(value: float) -> str:
    """Shortest form: no trailing zero, no leading zero."""
    text = f"{value:.1f}".rstrip("0").rstrip(".")
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text
