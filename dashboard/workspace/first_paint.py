"""The map of the first paint of a view: what `layers.first_map` draws, from world, figure and fills of a lens."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

from markupsafe import Markup

from dashboard.i18n.catalogue import catalogue
from dashboard.lenses.base import CountyFill, LensView
from dashboard.view.figure import figure
from dashboard.view.site import Site
from dashboard.view.state import ViewState
from dashboard.view.svg import layered
from dashboard.view.template_tools import TemplateTools
from geodata.query import shapes
from geodata.query.world import World
from geodata.values import Empty
from layers.figure import EXTENTS, Window
from layers.first_map import AROUND, Around, CountyShape, first_map, frame, inset
from layers.specs import Extent
from layers.theme import WHITE

GRID = 0.5
"""Units of the drawing that points are moved to, about half a pixel: it is drawn again, finer, when Dash comes."""
ZERO = Empty.ZERO.value


def first_map_svg(site: Site, state: ViewState, seen: LensView) -> Markup:
    """Return the whole map as one SVG: counties as links, ways, marks, names; seen: what its lens makes of it."""
    window = EXTENTS[cast("Window", state.extent)]
    drawn = _drawn(site, state, seen)
    counties = _counties(site, state, seen.fills, window)
    around = _around(site.world, window, "context-near" if state.extent == "kenya" else "context-far")
    label = catalogue(state.lang).t("map.label")
    return Markup(first_map(drawn, counties, around, window, label))  # noqa: S704 - escaped where written


def inset_svg(site: Site, state: ViewState, seen: LensView) -> Markup:
    """Return the magnified centre, which uses the shapes of `first_map_svg`."""
    window = EXTENTS["kenya"]
    label = catalogue(state.lang).t("screen.inset")
    counties = _counties(site, state, seen.fills, window)
    return Markup(inset(_drawn(site, state, seen), counties, window, label))  # noqa: S704 - escaped where written


def _drawn(site: Site, state: ViewState, seen: LensView) -> dict[str, Any]:
    """Return the figure of a view with the legs of its lens, and only the layers that the reader wants."""
    return layered(figure(site.world, site.basemap, site.choices, state, seen.legs), state)


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


@lru_cache(maxsize=8)
def _paths(world: World, window: Extent) -> dict[str, str]:
    paths = shapes.paths_in(world.edition, frame(window), "low", world.edition.anchors(), GRID)
    return {str(pcode): path for pcode, path in paths.items()}


@lru_cache(maxsize=8)
def _around(world: World, window: Extent, role: str) -> Around:
    box = frame(window)
    land, lakes = (shapes.area_path(world.edition, box, (role, kind), AROUND) for kind in ("country", "lake"))
    lines = shapes.lines_in(world.edition, box, role, GRID)
    return Around(land, lakes, lines.get("border", ""), lines.get("ilemi", ""))
