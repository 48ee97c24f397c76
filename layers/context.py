"""What lies around the counties: land, lakes, the national border, the dashed Ilemi line.

Areas are choropleths of one flat colour on a prepared static file (features carry an ``id``), so the
figure holds ids, not coordinates; the sea is the ground of the map. Lines are given as coordinates,
because Plotly fills shapes from a file but draws no lines from it. The Ilemi Triangle is disputed:
a dashed line, drawn apart from every border.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from layers.theme import INK, INK_SECOND, LAND, LAND_LINE, WATER, WATER_LINE

Line = Sequence[Sequence[float]]
"""(lon, lat) pairs, WGS84 degrees."""


@dataclass(frozen=True, slots=True)
class ContextSpec:
    """Address of the context geometry, the feature ids of countries and lakes, and two kinds of lines."""

    geojson_url: str
    countries: Sequence[str] = ()
    lakes: Sequence[str] = ()
    border: Sequence[Line] = ()
    ilemi: Sequence[Line] = ()


def land_trace(spec: ContextSpec) -> dict[str, Any]:
    """Return the neighbouring countries, to be drawn below the counties."""
    return flat("land", spec.geojson_url, spec.countries, LAND, (LAND_LINE, 0.8))


def lakes_trace(spec: ContextSpec) -> dict[str, Any]:
    """Return the lakes, to be drawn above the counties: county polygons reach into them."""
    return flat("lakes", spec.geojson_url, spec.lakes, WATER, (WATER_LINE, 0.6))


def border_trace(spec: ContextSpec) -> dict[str, Any]:
    """Return the national border, 1.5 px ink."""
    return lines("border", spec.border, {"color": INK, "width": 1.5})


def ilemi_trace(spec: ContextSpec) -> dict[str, Any]:
    """Return the dashed line of the Ilemi Triangle."""
    return lines("ilemi", spec.ilemi, {"color": INK_SECOND, "width": 1.3, "dash": "4px,3px"})


def lines(name: str, parts: Sequence[Line], style: dict[str, Any]) -> dict[str, Any]:
    """Return lines of one style in one trace, parted by None; without lines the trace keeps its place."""
    lon: list[float | None] = []
    lat: list[float | None] = []
    for part in parts:
        lon += [*(round(p[0], 3) for p in part), None]
        lat += [*(round(p[1], 3) for p in part), None]
    return {
        "type": "scattergeo",
        "name": name,
        "uid": name,
        "mode": "lines",
        "lon": lon or [None],
        "lat": lat or [None],
        "line": style,
        "hoverinfo": "skip",
        "showlegend": False,
    }


def flat(name: str, url: str, ids: Sequence[str], fill: str, line: tuple[str, float]) -> dict[str, Any]:
    """Return features of one flat colour, outlined by (colour, px); without ids invisible, its place kept."""
    return {
        "type": "choropleth",
        "name": name,
        "uid": name,
        "geojson": url,
        "featureidkey": "id",
        "locationmode": "geojson-id",
        "locations": list(ids) or ["none"],
        "z": [0] * max(1, len(ids)),
        "zmin": 0,
        "zmax": 1,
        "colorscale": [[0, fill], [1, fill]],
        "showscale": False,
        "hoverinfo": "skip",
        "visible": bool(ids),
        "marker": {"line": {"color": line[0], "width": line[1]}},
    }
