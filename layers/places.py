"""Stops of corridors: small rings, hubs bigger with a dot, border crossings as bars across the line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from layers.labels import Label, shown_from
from layers.projection import screen_angle
from layers.ribbons import points_of
from layers.theme import INK, PAPER, WHITE

PLACE_COLUMNS = ("place_id", "name", "lon", "lat", "kind")
BORDER, HUB = "border_crossing", "hub"
TOUCH_DEG = 0.03
"""How near a leg's end must be to a place to be its line; places are towns, not survey marks."""


def place_traces(
    places: pd.DataFrame, seen_from: Mapping[str, float], bearings: Mapping[str, float] | None = None
) -> list[dict[str, Any]]:
    """Return bars (casing, ink) and rings; `customdata` is ``[place_id, min_px_per_deg, kind]``.

    `seen_from` says from which scale a place may be seen (see `place_boxes`). `bearings` gives the
    screen angle of the line through a crossing (see `line_angles`); without one the bar lies flat,
    across a line that runs north.
    """
    if missing := [c for c in PLACE_COLUMNS if c not in places.columns]:
        raise ValueError(f"places need the columns {', '.join(PLACE_COLUMNS)}; missing {', '.join(missing)}")
    crossing = places["kind"] == BORDER
    bars, rings = places[crossing], places[~crossing]
    angles = [round((bearings or {}).get(p, 0.0), 1) for p in bars["place_id"]]
    hub = (rings["kind"] == HUB).tolist()
    ring_marker = {
        "symbol": ["circle-dot" if h else "circle" for h in hub] or "circle",
        "size": [9 if h else 5.5 for h in hub] or 6,
        "color": PAPER,
        "line": {"color": INK, "width": [1.8 if h else 1.2 for h in hub] or 1},
    }
    return [
        _markers("crossing-casing", bars, _bar(angles, WHITE, 7, 5.5), seen_from),
        _markers("crossings", bars, _bar(angles, INK, 6, 2.6), seen_from),
        _markers("stops", rings, ring_marker, seen_from),
    ]


def place_boxes(places: pd.DataFrame) -> list[Label]:
    """Return the box of each place's mark for `layers.labels.min_scales`; hubs and crossings go first."""
    rank = {HUB: 3.0, BORDER: 2.0}
    return [
        Label(str(p), "", float(lon), float(lat), 4.0, 4.0, 4.0, 4.0, rank.get(str(kind), 1.0))
        for p, lon, lat, kind in zip(places["place_id"], places["lon"], places["lat"], places["kind"], strict=True)
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


def _markers(name: str, places: pd.DataFrame, marker: dict[str, Any], seen_from: Mapping[str, float]) -> dict[str, Any]:
    return {
        "type": "scattergeo",
        "name": name,
        "uid": name,
        "mode": "markers",
        "lon": [round(float(v), 3) for v in places["lon"]] or [None],
        "lat": [round(float(v), 3) for v in places["lat"]] or [None],
        "customdata": [
            [str(p), shown_from(seen_from.get(str(p), 0.0)), str(k)]
            for p, k in zip(places["place_id"], places["kind"], strict=True)
        ],
        "marker": marker,
        "hoverinfo": "skip" if name == "crossing-casing" else "none",
        "showlegend": False,
    }
