"""The map of a brief on paper and in pictures: the screen's own drawing, in the brief's window, as one SVG."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from dashboard.export.model import Brief, MapCounty
from dashboard.view.basemap import basemap
from dashboard.view.figure import BY_GRADE, EVERY_ROLE, LegChoice
from dashboard.view.site import choices_of
from dashboard.view.state import ALL_CORRIDORS, ViewState, from_query
from dashboard.view.svg import SvgMapSpec, map_svg
from geodata.query.world import World
from layers.minimap import OVERLAYS
from layers.specs import Extent
from layers.svg_export import CountyPaint
from layers.theme import LOOKS


def paper_map(
    brief: Brief, world: World, size: tuple[int, int], figures: Mapping[str, tuple[str, str]] | None = None
) -> str:
    """Return the map; size: px. figures: P-code → id and value, for formats that a program reads again."""
    choices, asked = choices_of(world), bool(brief.map.question)
    state = from_query(urlsplit(brief.stamp.link).query, choices)[0]
    written = asked and brief.map.question not in EVERY_ROLE  # there the roles themselves are drawn
    spec = SvgMapSpec(
        size,
        extent=Extent(*brief.map.window),
        selected=brief.subject if brief.template in ("county", "compare", "region") else (),
        figures=figures or {},
        filled=brief.map.filled,
        paints={c.pcode: _paint(c, written=written) for c in brief.map.counties} if asked and brief.map.filled else {},
        legs=_legs(brief) if asked else BY_GRADE,
        title=f"{brief.title}. {brief.map.title}" if asked else "",
        desc=brief.map.words if asked else "",
    )
    return map_svg(world, choices, basemap(world), _drawn(state, brief), spec)


def _drawn(state: ViewState, brief: Brief) -> ViewState:
    """Return the view as it is drawn: with every corridor where the ways are the picture and none is chosen."""
    every = brief.map.question and not brief.map.filled and not state.corridor
    return replace(state, corridor=ALL_CORRIDORS) if every else state


def _legs(brief: Brief) -> LegChoice:
    """Return the legs of the brief's map, and those that step back though no corridor is brought forward."""
    front = {leg for ribbon in brief.map.ribbons if ribbon.look.forward for leg in ribbon.legs}
    listed = frozenset(line.id for line in brief.map.lines)
    back = frozenset(line.id for line in brief.map.lines if line.forward and line.id not in front)
    return LegChoice(listed, back)


def _paint(county: MapCounty, *, written: bool) -> CountyPaint:
    look = LOOKS.get(county.code)
    return CountyPaint(
        look.fill if look else county.colour,
        county.words,
        county.mark if county.mark.removesuffix("-l") in OVERLAYS else "",
        county.letters if written else "",
        county.at,
    )
