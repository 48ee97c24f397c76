"""The map of a view as one SVG that stands alone: for print, slides, briefing and the folder on a stick.

The figure is the screen's own (`view.figure.figure`); only the page around it is chosen here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from dashboard.view.figure import BY_GRADE, Basemap, LegChoice, figure, frames, state_filters
from dashboard.view.frame import ViewFrame
from dashboard.view.state import Choices, ViewState
from dashboard.view.window import in_kenya, view_window
from geodata.query import shapes as svg
from geodata.query.world import World
from layers.context import ContextSpec
from layers.counties import COUNTY_ORDER
from layers.specs import Extent
from layers.svg_export import CountyPaint, PageSpec, Shapes, figure_svg

NEAR, FAR = "context-near", "context-far"


@lru_cache(maxsize=2)
def geometry(world: World, prefix: str) -> Shapes:
    """Return the prepared geometry of the world's edition: address → feature id → GeoJSON geometry."""
    geometries = {}
    for role, prepared in world.edition.prepared().items():
        if role in ("counties-mid", "counties-low", NEAR, FAR):
            features = json.loads(prepared.path.read_text(encoding="utf-8"))["features"]
            geometries[prefix + prepared.path.name] = {str(each.get("id", "")): each["geometry"] for each in features}
    return geometries


def surroundings(world: World, basemap: Basemap, extent: str) -> Basemap:
    """Return the basemap with the surroundings of a window: Kenya's own, or a quarter of the world's."""
    if extent == "kenya":
        return basemap
    ids, lines = svg.context_ids(world.edition, FAR), svg.context_lines(world.edition, FAR)
    context = ContextSpec(
        geojson_url=basemap.far_url,
        countries=ids.get("country", ()),
        lakes=ids.get("lake", ()),
        border=lines.get("border", ()),
        ilemi=lines.get("ilemi", ()),
    )
    return replace(basemap, context=context)


def layered(drawn: dict[str, Any], state: ViewState) -> dict[str, Any]:
    """Return the figure without the layers the reader switched off (on screen the browser hides them)."""
    parts = {
        "corridors": ("corridor-",),
        "roles": ("role",),
        "places": ("crossing", "stops", "place-labels", "pills", "emblems"),
        "labels": ("county-labels",),
    }
    hidden = tuple(prefix for layer, names in parts.items() if layer not in state.layers for prefix in names)
    return {**drawn, "data": [trace for trace in drawn["data"] if not hidden or not trace["name"].startswith(hidden)]}


@dataclass(frozen=True, slots=True)
class SvgMapSpec:
    """How a map is put on a page.

    size: width and height in px (96 to the inch).
    uid: what tells its ids apart from those of other maps on the same page.
    light: fewer points, for a phone.
    extent: window in degrees (WGS84); None for the view's own.
    selected: P-codes outlined instead of the view's county; empty for the view's.
    figures: P-code → id and value of its figure, for formats that a program reads again.
    filled: whether counties are coloured by their figures; not on a map about a corridor.
    paints: P-code → fill, where another question than the counts is on the map; legs: the legs then drawn.
    larger: how many times as large names are in a window of a phone's width; 1 for a picture that is never there.
    title, desc: name of the picture and what it shows; "" for those of the counts.
    """

    size: tuple[int, int]
    uid: str = "njia"
    light: bool = False
    extent: Extent | None = None
    selected: tuple[str, ...] = ()
    figures: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    filled: bool = True
    paints: Mapping[str, CountyPaint] = field(default_factory=dict)
    legs: LegChoice = BY_GRADE
    larger: float = 1.0
    title: str = ""
    desc: str = ""


def map_svg(world: World, choices: Choices, basemap: Basemap, state: ViewState, spec: SvgMapSpec) -> str:
    """Return the map of a view as an SVG document, titled and described in the view's language."""
    frame = ViewFrame(world, state, frames(world, state_filters(state, choices)))
    prefix = basemap.counties_url.rsplit("/", 1)[0] + "/"
    seen = spec.extent or view_window(world, state)
    around = basemap if in_kenya(seen) else surroundings(world, basemap, "far")
    if spec.light:
        around = replace(around, counties_url=prefix + world.edition.prepared()["counties-low"].path.name)
    drawn = layered(figure(world, around, choices, state, spec.legs), state)
    if spec.selected:
        drawn = outlined(drawn, spec.selected)
    mask = frame.built.get("mask", "1" * len(COUNTY_ORDER))
    page = PageSpec(
        *spec.size,
        spec.title or frame.title,
        spec.desc or frame.sentence,
        {county["pcode"]: county["words"] for county in frame.counties},
        spec.figures,
        frozenset(str(pcode) for pcode, kept in zip(COUNTY_ORDER, mask, strict=True) if kept == "0"),
        spec.uid,
        spec.filled,
        spec.paints,
        spec.larger,
    )
    return figure_svg(drawn, geometry(world, prefix), seen, page)


def outlined(drawn: dict[str, Any], pcodes: tuple[str, ...]) -> dict[str, Any]:
    """Return the figure with other counties outlined."""
    chosen = {"locations": list(pcodes), "z": [0] * len(pcodes), "visible": True}
    return {**drawn, "data": [{**trace, **chosen} if trace["name"] == "selected" else trace for trace in drawn["data"]]}
