"""Stops of corridors: small rings, hubs bigger with a dot, border crossings as bars across the line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from layers.corridors import points_of
from layers.projection import screen_angle
from layers.theme import INK, PAPER, WHITE

PLACE_COLUMNS = ("place_id", "name", "lon", "lat", "kind")
BORDER, HUB = "border_crossing", "hub"
TOUCH_DEG = 0.03
"""How near a leg's end must be to a place to be its line; places are towns, not survey marks."""


def place_traces(places: pd.DataFrame, bearings: Mapping[str, float] | None = None) -> list[dict[str, Any]]:
    """Return bars (casing, ink) and rings with hubs; `customdata` is ``[place_id, kind]``.

    `bearings` gives the screen angle of the line through a crossing (see `line_angles`); without
    one the bar lies flat, across a line that runs north.
    """
    if missing := [c for c in PLACE_COLUMNS if c not in places.columns]:
        raise ValueError(f"places need the columns {', '.join(PLACE_COLUMNS)}; missing {', '.join(missing)}")
    crossing = places["kind"] == BORDER
    bars, rings = places[crossing], places[~crossing]
    angles = [round((bearings or {}).get(p, 0.0), 1) for p in bars["place_id"]]
    hub = (rings["kind"] == HUB).tolist()
    ring_marker = {
        "symbol": ["circle-dot" if h else "circle" for h in hub],
        "size": [9 if h else 5.5 for h in hub],
        "color": PAPER,
        "line": {"color": INK, "width": [1.8 if h else 1.2 for h in hub]},
    }
    return [
        _markers("crossing-casing", bars, _bar(angles, WHITE, 7, 5.5), hover=False),
        _markers("crossings", bars, _bar(angles, INK, 6, 2.6), hover=True),
        _markers("stops", rings, ring_marker, hover=True),
    ]


def line_angles(places: pd.DataFrame, legs: pd.DataFrame) -> dict[str, float]:
    """Return, per place_id, the screen angle of a leg that ends or begins there (longest leg wins)."""
    ends = []
    for geometry in legs["geometry"]:
        line = points_of(geometry)
        if len(line) > 1 and line[0] != line[-1]:
            ends.append((line[0], screen_angle(*line[0], *line[1]), _span(line)))
            ends.append((line[-1], screen_angle(*line[-2], *line[-1]), _span(line)))
    angles = {}
    place: Any
    for place in places.itertuples(index=False):
        touching = [
            (span, angle)
            for (lon, lat), angle, span in ends
            if abs(lon - place.lon) < TOUCH_DEG and abs(lat - place.lat) < TOUCH_DEG
        ]
        if touching:
            angles[str(place.place_id)] = max(touching)[1]
    return angles


def _span(line: tuple[tuple[float, float], ...]) -> float:
    return abs(line[0][0] - line[-1][0]) + abs(line[0][1] - line[-1][1])


def _bar(angles: list[float], colour: str, size: float, width: float) -> dict[str, Any]:
    return {
        "symbol": "line-ew",
        "size": size,
        "angle": angles or 0,
        "angleref": "up",
        "line": {"color": colour, "width": width},
    }


def _markers(name: str, places: pd.DataFrame, marker: dict[str, Any], *, hover: bool) -> dict[str, Any]:
    return {
        "type": "scattergeo",
        "name": name,
        "uid": name,
        "mode": "markers",
        "lon": [round(float(v), 4) for v in places["lon"]] or [None],
        "lat": [round(float(v), 4) for v in places["lat"]] or [None],
        "customdata": [[str(p), str(k)] for p, k in zip(places["place_id"], places["kind"], strict=True)]
        if hover
        else [],
        "marker": marker,
        "hoverinfo": "none" if hover else "skip",
        "showlegend": False,
    }
