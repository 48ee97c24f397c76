"""A view as its lens draws it, for a page of its own: briefing, frame on another site. The same fills as the screen's.

The map, its legend and its sentence come from one `LensView`, so that they cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from markupsafe import Markup

from dashboard.i18n.catalogue import catalogue
from dashboard.lenses import lens_of
from dashboard.lenses.base import LensView
from dashboard.view.figure import frames, state_filters
from dashboard.view.frame import ViewFrame, corridor_lines
from dashboard.view.site import Site
from dashboard.view.state import ALL_CORRIDORS, FIRST_LENS, ViewState
from dashboard.view.svg import SvgMapSpec, map_svg
from dashboard.web.templates import render
from geodata.query.world import World
from layers.svg_export import CountyPaint

ZERO = "zero"
"""The kind of empty whose pattern says 0 by itself."""


@dataclass(frozen=True, slots=True)
class LensPicture:
    """A view drawn by its lens: title, sentence, the map and its legend."""

    title: str
    sentence: str
    svg: Markup
    legend: Markup


def drawn_state(state: ViewState) -> ViewState:
    """Return the view as its map is drawn: with all corridors where its lens wants them and none is chosen."""
    every = lens_of(state).corridors == "all" and not state.corridor
    return replace(state, corridor=ALL_CORRIDORS) if every else state


def lens_picture(site: Site, state: ViewState, spec: SvgMapSpec, *, lines: bool = True) -> LensPicture:
    """Return the picture of a view. lines: the legend names the kinds of line too."""
    seen = lens_of(state).view(site, state)
    title = map_title(site, state)
    drawn = replace(spec, paints=paints_of(site.world, seen), legs=seen.legs, title=title, desc=seen.sentence)
    svg = map_svg(site.world, site.choices, site.basemap, drawn_state(state), drawn)
    return LensPicture(title, seen.sentence, Markup(svg), _legend(seen, state, lines=lines))  # noqa: S704 - escaped


def map_title(site: Site, state: ViewState) -> str:
    """Return the title of a map of counts, the question of any other lens."""
    if state.lens == FIRST_LENS:
        return ViewFrame(site.world, state, frames(site.world, state_filters(state, site.choices))).title
    return catalogue(state.lang).t(f"question.{state.lens}")


def paints_of(world: World, seen: LensView) -> dict[str, CountyPaint]:
    """Return P-code → how a lens fills the county."""
    anchors = world.edition.anchors()
    return {
        county.pcode: CountyPaint(
            county.colour, county.words, county.over, "" if county.empty == ZERO else county.mark, (at.lon, at.lat)
        )
        for county, at in zip(seen.fills, anchors.values(), strict=True)
    }


def _legend(seen: LensView, state: ViewState, *, lines: bool) -> Markup:
    tr = catalogue(state.lang)
    html = render(
        "briefing/legend.html",
        c=tr,
        counted=seen.legend,
        lines=corridor_lines(tr) if lines and "corridors" in state.layers else [],
        roles="roles" in state.layers and state.extent == "kenya",
    )
    return Markup(html)  # noqa: S704 - our template
