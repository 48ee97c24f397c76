"""The map's figure for Dash: whole once, and afterwards only what another choice changes, as a `Patch`."""

from __future__ import annotations

from functools import lru_cache

import plotly.graph_objects as go
from dash import Patch

from dashboard.lenses import lens_of
from dashboard.view.figure import BY_GRADE, figure, traces
from dashboard.view.site import Site
from dashboard.view.state import ViewState, defaults
from dashboard.workspace.parts import PageView
from layers.figure import graph


@lru_cache(maxsize=2)
def first_figure(site: Site) -> go.Figure:
    """Return the figure of the plain address: the same for every reader, so that browsers keep it."""
    return graph(figure(site.world, site.basemap, site.choices, defaults(site.choices)))


def figure_patch(site: Site, state: ViewState) -> Patch:
    """Return the traces and words of a choice of corridor, county, grade, rule or question; the window stays."""
    view = PageView(site, state)
    legs = view.seen.legs if lens_of(state).corridors == "all" else BY_GRADE
    drawn = traces(site.world, site.basemap, site.choices, view.drawn, legs)
    patch = Patch()
    patch["data"] = drawn["data"]
    patch["layout"]["meta"] = drawn["meta"]
    return patch
