"""The map of a view as one SVG that stands alone: for print, slides, briefing and the folder on a stick.

The figure is the screen's own (`picture.figure`); only the paper around it is chosen here.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from typing import Any, cast

from dashboard.page import Site
from dashboard.picture import Ground, figure, frames, state_filters
from dashboard.shot import Shot
from dashboard.state import ViewState
from geodata.query import World
from geodata.query import shapes as svg
from layers.context import ContextSpec
from layers.counties import COUNTY_ORDER
from layers.figure import EXTENTS, Window
from layers.paper import Shapes, Sheet, on_paper

NEAR, FAR = "context-near", "context-far"


@lru_cache(maxsize=2)
def geometry(world: World, prefix: str) -> Shapes:
    """Return the prepared geometry of the world's edition: address → feature id → GeoJSON geometry."""
    found = {}
    for role, prepared in world.edition.prepared().items():
        if role in ("counties-mid", "counties-low", NEAR, FAR):
            features = json.loads(prepared.path.read_text(encoding="utf-8"))["features"]
            found[prefix + prepared.path.name] = {str(one.get("id", "")): one["geometry"] for one in features}
    return found


def surroundings(world: World, ground: Ground, extent: str) -> Ground:
    """Return the ground with the surroundings of a window: Kenya's own, or a quarter of the world's."""
    if extent == "kenya":
        return ground
    ids, lines = svg.context_ids(world.edition, FAR), svg.context_lines(world.edition, FAR)
    context = ContextSpec(
        geojson_url=ground.far_url,
        countries=ids.get("country", ()),
        lakes=ids.get("lake", ()),
        border=lines.get("border", ()),
        ilemi=lines.get("ilemi", ()),
    )
    return replace(ground, context=context)


def layered(drawn: dict[str, Any], state: ViewState) -> dict[str, Any]:
    """Return the figure without the layers the reader switched off (on screen the browser hides them)."""
    parts = {
        "corridors": ("corridor-",),
        "roles": ("role",),
        "places": ("crossing", "stops", "place-labels"),
        "labels": ("county-labels",),
    }
    hidden = tuple(prefix for layer, names in parts.items() if layer not in state.layers for prefix in names)
    return {**drawn, "data": [trace for trace in drawn["data"] if not hidden or not trace["name"].startswith(hidden)]}


def map_svg(site: Site, state: ViewState, size: tuple[int, int], *, uid: str = "njia", light: bool = False) -> str:
    """Return the map of a view, `size` px (96 to the inch) wide and high, titled and described in the view's language.

    `light` draws the counties with fewer points, for a phone.
    """
    shot = Shot(site.world, state, frames(site.world, state_filters(state, site.choices)))
    prefix = site.ground.counties_url.rsplit("/", 1)[0] + "/"
    around = surroundings(site.world, site.ground, state.extent)
    if light:
        around = replace(around, counties_url=prefix + site.world.edition.prepared()["counties-low"].path.name)
    drawn = layered(figure(site.world, around, site.choices, state), state)
    mask = shot.built.get("mask", "1" * len(COUNTY_ORDER))
    sheet = Sheet(
        *size,
        shot.title,
        shot.sentence,
        {one["pcode"]: one["words"] for one in shot.counties},
        frozenset(str(pcode) for pcode, kept in zip(COUNTY_ORDER, mask, strict=True) if kept == "0"),
        uid,
    )
    return on_paper(drawn, geometry(site.world, prefix), EXTENTS[cast("Window", state.extent)], sheet)
