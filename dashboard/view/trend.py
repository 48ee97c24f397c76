"""The trend drawing of a view: events by year, trafficking and smuggling apart."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import pandas as pd

from dashboard.i18n.catalogue import catalogue
from dashboard.view.figure import filters_of, labels_of
from dashboard.view.state import ViewState
from dashboard.view.year_marks import marks_on
from geodata.query.indicators import cube, yearly_counts
from geodata.query.world import World
from geodata.values import Empty
from layers.charts import TrendSpec
from layers.charts import trend_figure as draw
from layers.theme import LOOKS


@lru_cache(maxsize=256)
def trend_figure(world: World, state: ViewState) -> dict[str, Any]:
    """Return the figure of the selected county, or of Kenya."""
    marks = marks_on(world, (state.county,) if state.county else world.names, state.period)
    return draw(replace(trend_spec(world, state), marks=[(mark.year, mark.label) for mark in marks]))


def trend_spec(world: World, state: ViewState) -> TrendSpec:
    """Return what the trend shows of the selected county, or of Kenya: one row per year and nature."""
    counted = cube(world, state.dataset, filters_of(world, state))
    measure = "incidents" if state.measure == "incidents" else "persons"
    counts = yearly_counts(counted, measure, state.county, state.period.years())
    rows = [(count.year, count.nature, count.value, _empty(count.code)) for count in counts]
    table = pd.DataFrame(rows, columns=["year", "nature", "value", "empty"])
    return TrendSpec(table, state.period, labels_of(catalogue(state.lang)))


def _empty(code: str) -> str:
    """Return the kind of empty of a code; "" for a value, and for a kind that the chart has no mark for."""
    kind = LOOKS[code].kind if code else ""
    return kind if kind in tuple(Empty) else ""
