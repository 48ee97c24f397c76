"""What lies around the counties: land, lakes, the national border, the dashed Ilemi line.

Areas are choropleths of one flat colour on a prepared static file (features carry an ``id``), so the
figure holds ids, not coordinates. The sea is the ground of the map. The Ilemi Triangle is a
short dashed line given as coordinates: disputed, so drawn apart from every border.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from layers.theme import INK, INK_SECOND, LAND, LAND_LINE, WATER, WATER_LINE


@dataclass(frozen=True, slots=True)
class ContextSpec:
    """Address of the context geometry and the feature ids of each kind; Ilemi lines as (lon, lat) pairs."""

    geojson_url: str
    countries: Sequence[str] = ()
    lakes: Sequence[str] = ()
    border: Sequence[str] = ()
    ilemi: Sequence[Sequence[tuple[float, float]]] = ()


def land_trace(spec: ContextSpec) -> dict[str, Any]:
    """Return the neighbouring countries, to be drawn below the counties."""
    return flat("land", spec.geojson_url, spec.countries, LAND, (LAND_LINE, 0.8))


def lakes_trace(spec: ContextSpec) -> dict[str, Any]:
    """Return the lakes, to be drawn above the counties: county polygons reach into them."""
    return flat("lakes", spec.geojson_url, spec.lakes, WATER, (WATER_LINE, 0.6))


def border_trace(spec: ContextSpec) -> dict[str, Any]:
    """Return the outline of Kenya, 1.5 px ink, unfilled."""
    return flat("border", spec.geojson_url, spec.border, "rgba(0,0,0,0)", (INK, 1.5))


def ilemi_trace(spec: ContextSpec) -> dict[str, Any]:
    """Return the dashed line of the Ilemi Triangle."""
    lon: list[float | None] = []
    lat: list[float | None] = []
    for line in spec.ilemi:
        lon += [*(round(p[0], 3) for p in line), None]
        lat += [*(round(p[1], 3) for p in line), None]
    return {
        "type": "scattergeo",
        "name": "ilemi",
        "uid": "ilemi",
        "mode": "lines",
        "lon": lon or [None],
        "lat": lat or [None],
        "line": {"color": INK_SECOND, "width": 1.2, "dash": "4px,3px"},
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
