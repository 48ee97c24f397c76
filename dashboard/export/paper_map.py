"""The map of a brief on paper and in pictures: the screen's own drawing, in the brief's window, as one SVG."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from dashboard.export.model import Brief
from dashboard.export.view import View
from dashboard.lenses.picture import drawn_state, paints_of
from dashboard.view.basemap import basemap
from dashboard.view.figure import BY_GRADE
from dashboard.view.site import choices_of
from dashboard.view.state import from_query
from dashboard.view.svg import SvgMapSpec, map_svg
from geodata.query.world import World
from layers.specs import Extent


def paper_map(
    brief: Brief, world: World, size: tuple[int, int], figures: Mapping[str, tuple[str, str]] | None = None
) -> str:
    """Return the map; size: px. figures: P-code → id and value, for formats that a program reads again."""
    choices = choices_of(world)
    state = from_query(urlsplit(brief.stamp.link).query, choices)[0]
    lens = View(world, choices, state).lens if brief.map.question else None
    spec = SvgMapSpec(
        size,
        extent=Extent(*brief.map.window),
        selected=brief.subject if brief.template in ("county", "compare", "region") else (),
        figures=figures or {},
        filled=brief.map.filled,
        paints=paints_of(world, lens.seen) if lens and lens.filled else {},
        legs=lens.seen.legs if lens else BY_GRADE,
        title=f"{lens.question} {brief.map.title}" if lens else "",
        desc=brief.map.words if lens else "",
    )
    return map_svg(world, choices, basemap(world), drawn_state(state) if lens else state, spec)
