"""The only place that composes a map: traces in a fixed order, layout, config, windows.

Offline geo trap, all of it closed here and pinned by a test: Plotly fetches a world map from a CDN
when the first geo trace has `locationmode` (every choropleth has) or when any base layer is shown.
So the first trace is always the corridor casing (a scattergeo, with or without legs), every
`show…` is False and `fitbounds` too. The page must also stub ``window.PlotlyGeoAssets = {topojson:
{}}`` and the config names an address on our own host, so that even a mistake stays at home.

Plotly letterboxes a window whose shape differs from the plot's. `layout.meta.window` therefore holds the wanted
window; the browser widens it to the measured shape (`layers.projection.fit` in six lines) before
the first draw and after a resize.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import pandas as pd
import plotly.graph_objects as go

from geodata.values import Pcode
from layers.context import ContextSpec, border_trace, ilemi_trace, lakes_trace, land_trace
from layers.corridors import CorridorSpec, corridor_traces
from layers.counties import CountySpec, county_trace, outline_trace
from layers.labels import Label, label_trace, lifted, min_scales
from layers.leaders import column, leader_traces, with_own_place
from layers.places import line_angles, place_boxes, place_traces
from layers.projection import fit
from layers.roles import ROLE_LIFT_PX, role_boxes, role_traces
from layers.specs import Extent
from layers.theme import FONT, INK, PAPER, WATER

Window = Literal["kenya", "corridor", "gulf", "libya"]
EXTENTS: dict[Window, Extent] = {
    "kenya": Extent(33.35, -4.9, 42.2, 5.6),
    "corridor": Extent(21.0, -31.5, 47.0, 17.0),
    "gulf": Extent(31.5, -5.5, 60.0, 31.0),
    "libya": Extent(8.0, -5.5, 46.0, 34.5),
}
MAX_ZOOM = 40.0
SCALED = (
    "corridor-arrows",
    "crossing-casing",
    "crossings",
    "stops",
    "roles-folded",
    "role-halos",
    "roles",
    "countries",
    "place-labels",
    "county-labels",
    "pills",
    "emblems",
)
"""Traces whose element i is seen from ``customdata[i][1]`` px per degree (``roles-folded``: below it)."""
BASE_LAYERS = ("land", "ocean", "lakes", "rivers", "countries", "subunits", "coastlines", "frame")


@dataclass(frozen=True, eq=False)
class MapFigureSpec:
    """Everything on one map. What is None is not drawn; order and geometry addresses come from the caller.

    pills: stops that are read first; emblems: those in a dark pill; countries: names on far views.

    `aspect` is width/height of the plot when known (exports, tests); the browser measures its own.
    """

    counties: CountySpec
    context: ContextSpec
    corridors: CorridorSpec | None = None
    places: pd.DataFrame | None = None
    roles: pd.DataFrame | None = None
    county_labels: tuple[Label, ...] = ()
    place_labels: tuple[Label, ...] = ()
    selected: tuple[Pcode, ...] = ()
    window: Window = "kenya"
    aspect: float | None = None
    phone: bool = False
    pills: tuple[Label, ...] = ()
    emblems: tuple[Label, ...] = ()
    countries: tuple[Label, ...] = ()


def map_figure(spec: MapFigureSpec) -> dict[str, Any]:
    """Return ``{data, layout}`` as plain dictionaries; `layout.meta.traces` gives the index of each name."""
    data = [*_lines(spec), *_areas(spec), *_points(spec)]
    return {"data": data, "layout": _layout(spec, [trace["name"] for trace in data])}


def graph(made: Mapping[str, Any]) -> go.Figure:
    """Return a figure of `map_figure` as Plotly's own object; raises ValueError for a word Plotly does not know."""
    figure = go.Figure(made)
    figure.layout.template = None  # the look is ours, and Plotly's own template would be 7 kB
    return figure


def extent(window: Window, aspect: float | None = None) -> Extent:
    """Return a named window, widened to a plot's width/height when that is given."""
    wanted = EXTENTS[window]
    return wanted if aspect is None else fit(wanted, aspect)


def config(*, phone: bool = False, own_host: str = "/geometry/") -> dict[str, Any]:
    """Return Plotly's config: nothing leaves the host; on a phone the page scrolls, the map does not steal it."""
    return {
        "displayModeBar": False,
        "displaylogo": False,
        "showSendToCloud": False,
        "scrollZoom": not phone,
        "doubleClick": "reset",
        "responsive": True,
        "topojsonURL": own_host,
    }


def _lines(spec: MapFigureSpec) -> list[dict[str, Any]]:
    corridors = spec.corridors
    if corridors is None:
        guard = {"type": "scattergeo", "name": "corridor-casing-0", "uid": "corridor-casing-0"}
        return [{**guard, "mode": "lines", "lon": [None], "lat": [None], "hoverinfo": "skip", "showlegend": False}]
    return list(corridor_traces(corridors))


def _areas(spec: MapFigureSpec) -> list[dict[str, Any]]:
    """Areas lie below all lines whatever their place in the list: Plotly has one layer for each kind."""
    return [
        land_trace(spec.context),
        county_trace(spec.counties),
        lakes_trace(spec.context),
        border_trace(spec.context),
        outline_trace(spec.counties.geojson_url, spec.selected),
        ilemi_trace(spec.context),
    ]


def _points(spec: MapFigureSpec) -> list[dict[str, Any]]:
    """Place marks and texts in one go, so that at no zoom one covers another.

    First the pills with their own rings, then the rings of other stops, rows of roles, and names.
    """
    rank = {label.key: label.priority for label in spec.county_labels}
    stops = [] if spec.places is None else place_boxes(spec.places)
    emblem_from = min_scales(spec.emblems)
    first = list(zip(spec.emblems, emblem_from, strict=True))
    own = {label.key for label in (*spec.emblems, *spec.pills)}
    own_from = _scales([stop for stop in stops if stop.key in own], first)
    plain = [_with_ring(label, own_from) for label in spec.pills]
    pills = [*spec.emblems, *plain]
    own_rings = [(stop, own_from[stop.key]) for stop in stops if stop.key in own]
    pill_from = [*emblem_from, *min_scales(plain, [*own_rings, *first])]
    others = [stop for stop in stops if stop.key not in own]
    stop_from = own_from | _scales(others, [*own_rings, *zip(pills, pill_from, strict=True)])
    rings = [(stop, stop_from[stop.key]) for stop in stops]
    rows = [] if spec.roles is None else role_boxes(spec.roles, rank)
    row_from = _scales(rows, list(zip(pills, pill_from, strict=True)))
    counties = [
        lifted(label, ROLE_LIFT_PX) if label.key in row_from else label for label in with_own_place(spec.county_labels)
    ]
    places = [_with_ring(label, stop_from) for label in spec.place_labels]
    groups = [counties, places, list(spec.countries)]
    beside = [(row, row.never_below) for row, _ in column(spec.county_labels)]
    marks = ((row, row_from[row.key]) for row in rows)
    obstacles = [*marks, *rings, *zip(pills, pill_from, strict=True), *beside]
    scales = iter(min_scales([label for group in groups for label in group], obstacles))
    seen = [[next(scales) for _ in group] for group in groups]
    traces: list[dict[str, Any]] = []
    if spec.places is not None:
        angles = {} if spec.corridors is None else line_angles(spec.places, spec.corridors.legs)
        traces += place_traces(spec.places, stop_from, angles)
    if spec.roles is not None:
        traces += role_traces(spec.roles, row_from)
    n = len(spec.emblems)
    return [
        label_trace("countries", spec.countries, seen[2], "top center"),
        *leader_traces(spec.county_labels),
        *traces,
        label_trace("place-labels", places, seen[1], "middle right"),
        label_trace("county-labels", counties, seen[0], "top center"),
        label_trace("pills", pills[n:], pill_from[n:], "middle right"),
        label_trace("emblems", pills[:n], pill_from[:n], "middle right"),
    ]


def _with_ring(label: Label, stop_from: Mapping[str, float]) -> Label:
    """Return the label of a stop, seen no earlier than the stop's own mark."""
    return replace(label, never_below=max(label.never_below, stop_from.get(label.key, 0)))


def _scales(boxes: list[Label], obstacles: Sequence[tuple[Label, float]] = ()) -> dict[str, float]:
    return {box.key: scale for box, scale in zip(boxes, min_scales(boxes, obstacles), strict=True)}


def _layout(spec: MapFigureSpec, names: list[str]) -> dict[str, Any]:
    seen = extent(spec.window, spec.aspect)
    wanted = EXTENTS[spec.window]
    return {
        "geo": {
            "projection": {"type": "mercator", "minscale": 0.2, "maxscale": MAX_ZOOM},
            "lonaxis": {"range": [round(seen.west, 4), round(seen.east, 4)]},
            "lataxis": {"range": [round(seen.south, 4), round(seen.north, 4)]},
            "bgcolor": WATER,
            "fitbounds": False,
            "visible": False,
            **{f"show{layer}": False for layer in BASE_LAYERS},
        },
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0},
        "paper_bgcolor": PAPER,
        "font": {"family": FONT, "color": INK, "size": 12},
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False if spec.phone else "pan",
        "uirevision": spec.window,
        "meta": {
            "window": [wanted.west, wanted.south, wanted.east, wanted.north],
            "traces": {name: i for i, name in enumerate(names)},
            "scaled": [name for name in SCALED if name in names],
        },
    }
