"""The window of a view on the ground: the one its link names, or that of the corridor it has chosen."""

from __future__ import annotations

from functools import lru_cache
from typing import cast

from dashboard.view.figure import leg_table
from dashboard.view.state import ALL_CORRIDORS, ViewState
from geodata.query.world import World
from layers.figure import EXTENTS, Window
from layers.projection import fit, mercator_y, window_of
from layers.ribbons import points_of
from layers.specs import Extent

KENYA = EXTENTS["kenya"]
NAMES_SHARE = 0.18
"""Room for the name of a corridor's eastern end, in widths of the corridor."""


def view_window(world: World, state: ViewState) -> Extent:
    """Return what a view shows: a chosen corridor is shown whole, unless the link names another window than Kenya."""
    chosen = state.corridor if state.corridor != ALL_CORRIDORS else ""
    if state.extent != "kenya" or not chosen:
        return EXTENTS[cast("Window", state.extent)]
    return corridor_window(world, chosen)


@lru_cache(maxsize=64)
def corridor_window(world: World, corridor_id: str) -> Extent:
    """Return a window around all lines of a corridor, in the shape of Kenya's; Kenya's for one without a line."""
    legs = leg_table(world)
    points = [p for geometry in legs.loc[legs["corridor_id"] == corridor_id, "geometry"] for p in points_of(geometry)]
    if not points:
        return KENYA
    shape = (KENYA.east - KENYA.west) / (mercator_y(KENYA.north) - mercator_y(KENYA.south))
    return fit(window_of(points, names=NAMES_SHARE), shape)


def in_kenya(window: Extent) -> bool:
    """Say whether the land right around Kenya fills a window; a wider one needs that of three continents."""
    return window.west >= KENYA.west - 1 and window.east <= KENYA.east + 1 and window.south >= KENYA.south - 1
