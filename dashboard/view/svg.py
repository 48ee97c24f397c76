"""The map of a view as one SVG that stands alone: for print, slides, briefing and the folder on a stick.

The figure is the screen's own (`picture.figure`); only the paper around it is chosen here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, cast

from dashboard.view.figure import Ground, figure, frames, state_filters
from dashboard.view.frame import Shot
from dashboard.view.state import Choices, ViewState
from geodata.query import shapes as svg
from geodata.query.world import World
from layers.context import ContextSpec
from layers.counties import COUNTY_ORDER
from layers.figure import EXTENTS, Window
from layers.paper import Shapes, Sheet, on_paper
from layers.specs import Extent

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


@dataclass(frozen=True, slots=True)
class Paper:
    """How a map is put on paper: px (96 to the inch), window, a name apart from other maps on the page.

    extent: the view's own where it is None. light: fewer points, for a phone. selected: outlined counties instead of
    the view's. figures: per county the id and the value of its figure, for formats that a program reads again.
    """

    size: tuple[int, int]
    uid: str = "njia"
    light: bool = False
    extent: Extent | None = None
    selected: tuple[str, ...] = ()
    figures: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def map_svg(world: World, choices: Choices, ground: Ground, state: ViewState, paper: Paper) -> str:
    """Return the map of a view as an SVG document, titled and described in the view's language."""
    shot = Shot(world, state, frames(world, state_filters(state, choices)))
    prefix = ground.counties_url.rsplit("/", 1)[0] + "/"
    seen = paper.extent or EXTENTS[cast("Window", state.extent)]
    kenya = EXTENTS["kenya"]
    near = seen.west >= kenya.west - 1 and seen.east <= kenya.east + 1 and seen.south >= kenya.south - 1
    around = ground if near else surroundings(world, ground, "far")
    if paper.light:
        around = replace(around, counties_url=prefix + world.edition.prepared()["counties-low"].path.name)
    drawn = layered(figure(world, around, choices, state), state)
    if paper.selected:
        drawn = outlined(drawn, paper.selected)
    mask = shot.built.get("mask", "1" * len(COUNTY_ORDER))
    sheet = Sheet(
        *paper.size,
        shot.title,
        shot.sentence,
        {one["pcode"]: one["words"] for one in shot.counties},
        paper.figures,
        frozenset(str(pcode) for pcode, kept in zip(COUNTY_ORDER, mask, strict=True) if kept == "0"),
        paper.uid,
    )
    return on_paper(drawn, geometry(world, prefix), seen, sheet)


def outlined(drawn: dict[str, Any], pcodes: tuple[str, ...]) -> dict[str, Any]:
    """Return the figure with other counties outlined."""
    chosen = {"locations": list(pcodes), "z": [0] * len(pcodes), "visible": True}
    return {**drawn, "data": [{**one, **chosen} if one["name"] == "selected" else one for one in drawn["data"]]}
