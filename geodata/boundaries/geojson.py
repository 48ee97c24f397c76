"""GeoJSON written the same way on every machine: fixed order, fixed decimals, chosen winding."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry as Geometry


@dataclass(frozen=True, slots=True)
class MapFeature:
    """One feature to write; `id` is left out of the file when empty."""

    shape: Geometry
    properties: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""


def dump(
    features: Iterable[MapFeature], decimals: int, *, clockwise: bool, extra: Mapping[str, Any] | None = None
) -> bytes:
    """Serialise features, one per line, as UTF-8 GeoJSON.

    clockwise=False is RFC 7946 (exterior rings anticlockwise), for GIS and archives.
    clockwise=True is what d3-geo and Plotly need: with the other winding they fill the whole
    globe except the polygon.
    """
    lines = [json.dumps(_feature(f, decimals, clockwise), ensure_ascii=False, separators=(",", ":")) for f in features]
    head: dict[str, Any] = {"type": "FeatureCollection", **(extra or {})}
    opening = json.dumps(head, ensure_ascii=False, separators=(",", ":"))[:-1]
    return (opening + ',"features":[\n' + ",\n".join(lines) + "\n]}\n").encode()


def _feature(feature: MapFeature, decimals: int, clockwise: bool) -> dict[str, Any]:
    document: dict[str, Any] = {"type": "Feature"}
    if feature.id:
        document["id"] = feature.id
    document["properties"] = dict(feature.properties)
    oriented = shapely.orient_polygons(feature.shape, exterior_cw=clockwise)
    geometry = shapely.geometry.mapping(oriented)
    document["geometry"] = {"type": geometry["type"], "coordinates": _round(geometry["coordinates"], decimals)}
    return document


def _round(value: Any, decimals: int) -> Any:
    if isinstance(value, float | int):
        number = round(float(value), decimals) + 0.0
        return int(number) if number.is_integer() else number
    return [_round(part, decimals) for part in value]
