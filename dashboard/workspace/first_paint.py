"""The map of the first paint of a view: what `layers.first_map` draws, from world, figure and fills of a lens."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from dashboard.i18n.catalogue import catalogue
from dashboard.lenses import lens_of
from dashboard.lenses.base import CountyFill, LensView
from dashboard.view.figure import figure
from dashboard.view.site import Site
from dashboard.view.state import ViewState
from dashboard.view.svg import layered
from dashboard.view.template_tools import TemplateTools
from dashboard.view.window import in_kenya, view_window
from geodata.query import shapes
from geodata.query.world import World
from geodata.values import Empty
from layers.figure import EXTENTS
from layers.first_map import (
    AROUND,
    GRID,
    Around,
    CountyShape,
    FirstMapSpec,
    WayLink,
    first_map,
    frame,
    inset,
    trace_lines,
)
from layers.specs import Extent
from layers.theme import WHITE

ZERO = Empty.ZERO.value


def first_map_svg(site: Site, state: ViewState, seen: LensView) -> Markup:
    """Return the whole map as one SVG: counties as links, ways, marks, names; seen: what its lens makes of it."""
    window = view_window(site.world, state)
    drawn = _drawn(site, state, seen)
    counties = _counties(site, state, seen.fills, window)
    around = _around(site.world, window, "context-near" if in_kenya(window) else "context-far")
    label = catalogue(state.lang).t("map.label")
    # Dash has a hit line of its own; before it comes, stretches are links where corridors are the question.
    ways = _way_links(site, state, drawn) if lens_of(state).corridors == "all" else ()
    spec = FirstMapSpec(counties, around, window, label, ways)
    return Markup(first_map(drawn, spec))  # noqa: S704 - escaped where written


def inset_svg(site: Site, state: ViewState, seen: LensView) -> Markup:
    """Return the magnified centre, which uses the shapes of `first_map_svg`."""
    window = EXTENTS["kenya"]
    label = catalogue(state.lang).t("screen.inset")
    counties = _counties(site, state, seen.fills, window)
    return Markup(inset(_drawn(site, state, seen), counties, window, label))  # noqa: S704 - escaped where written


def _way_links(site: Site, state: ViewState, drawn: dict[str, Any]) -> tuple[WayLink, ...]:
    """Return a link for every stretch of the corridors: where several share it, it leads to the next after the chosen.

    Its words name every corridor on the stretch; with scripts the tip tells of their legs too.
    """
    hit = next((trace for trace in drawn["data"] if trace["name"] == "corridor-hit"), None)
    if hit is None:
        return ()
    link = TemplateTools(site.world, site.choices, state).link
    tr = catalogue(state.lang)
    names = {str(row["corridor_id"]): str(row["name"]) for row in site.world.corridors.corridors}
    way_links = []
    for line, legs in zip(trace_lines(hit), hit["meta"]["legs"], strict=True):
        of_leg = {leg: str(leg).split(".", 1)[0] for leg in legs}
        there = list(dict.fromkeys(of_leg.values()))
        following = there[(there.index(state.corridor) + 1) % len(there)] if state.corridor in there else there[0]
        words = "\n".join(f"{corridor} {tr.corridor(corridor, names[corridor])}" for corridor in there)
        way = WayLink(line, link(corridor=following, county=""), words)
        way_links.append((state.corridor in there, -math.dist(line[0], line[-1]), way))
    # What lies on top is met first: the chosen corridor, then short stretches before long flights.
    return tuple(way for _, _, way in sorted(way_links, key=lambda row: row[:2]))


def _drawn(site: Site, state: ViewState, seen: LensView) -> dict[str, Any]:
    """Return the figure of a view with the legs of its lens, and only the layers that the reader wants."""
    return layered(_figure(site.world, site.basemap, site.choices, state, seen.legs), state)


# The map and its magnified centre show the same figure, one after the other.
_figure = lru_cache(maxsize=4)(figure)


def ground(county: CountyFill) -> str:
    """Return the fill of a county on the map page, where a zero is plain paper with one small 0 on it."""
    return WHITE if county.empty == ZERO else county.colour


def letters(county: CountyFill) -> str:
    """Return the letters on a county."""
    return county.mark or ("0" if county.empty == ZERO else "")


def _counties(site: Site, state: ViewState, fills: tuple[CountyFill, ...], window: Extent) -> tuple[CountyShape, ...]:
    link = TemplateTools(site.world, site.choices, state).link
    paths, box, anchors = _paths(site.world, window), frame(window), site.world.edition.anchors()
    return tuple(
        CountyShape(
            county.pcode, paths[county.pcode], ground(county), link(county=county.pcode), county.words,
            letters(county), box.point(anchor.lon, anchor.lat), county.over, county.edged,
        )
        for county, anchor in zip(fills, anchors.values(), strict=True)
    )  # fmt: skip


@lru_cache(maxsize=48)
def _paths(world: World, window: Extent) -> dict[str, str]:
    paths = shapes.paths_in(world.edition, frame(window), "low", world.edition.anchors(), GRID)
    return {str(pcode): path for pcode, path in paths.items()}


@lru_cache(maxsize=48)
def _around(world: World, window: Extent, role: str) -> Around:
    box = frame(window)
    land, lakes = (shapes.area_path(world.edition, box, (role, kind), AROUND) for kind in ("country", "lake"))
    lines = shapes.lines_in(world.edition, box, role, GRID)
    return Around(land, lakes, lines.get("border", ""), lines.get("ilemi", ""))
