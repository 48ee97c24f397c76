"""The trend drawing of a view: events by year, trafficking and smuggling apart."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache
from typing import Any

from dashboard.i18n.catalogue import catalogue
from dashboard.view.figure import filters_of
from dashboard.view.state import ViewState
from dashboard.view.year_marks import marks_on
from geodata.query.estimates import in_fives
from geodata.query.indicators import cube, yearly_counts
from geodata.query.world import World
from layers.charts import TrendSpec
from layers.charts import trend_figure as draw


@lru_cache(maxsize=64)
def trend_figure(world: World, state: ViewState) -> dict[str, Any]:
    """Return the figure of the selected county, or of Kenya."""
    marks = marks_on(world, (state.county,) if state.county else world.names, state.period)
    return draw(replace(trend_spec(world, state), marks=[(mark.year, mark.label) for mark in marks]))


def trend_spec(world: World, state: ViewState) -> TrendSpec:
    """Return what the trend shows of the selected county, or of Kenya: one row per year and nature.

    A caseload's estimates are in fives, as on the map; `exact_trend` has them as files do.
    """
    spec = exact_trend(world, state)
    if cube(world, state.dataset, filters_of(world, state)).hidden is None:
        return spec
    return replace(
        spec,
        rows=[row if math.isnan(row.value) else replace(row, value=float(in_fives(row.value))) for row in spec.rows],
    )


def exact_trend(world: World, state: ViewState) -> TrendSpec:
    """Return the trend of the selected county, or of Kenya, a caseload's estimates in whole persons."""
    counted = cube(world, state.dataset, filters_of(world, state))
    measure = "incidents" if state.measure == "incidents" else "persons"
    rows = yearly_counts(counted, measure, state.county, state.period.years())
    return TrendSpec(rows, state.period, catalogue(state.lang).labels)
