"""The trend drawing of a view: events by year, trafficking and smuggling apart."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from dashboard.i18n.catalogue import catalogue
from dashboard.view.figure import filters_of, labels_of
from dashboard.view.state import ViewState
from dashboard.view.year_marks import marks_on
from geodata.query.cube import NATURES
from geodata.query.indicators import cube
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
    at = counted.areas.index(state.county) if state.county else None
    numbers = counted.values  # noqa: PD011 - a cube, not a frame
    rows = []
    for nature in NATURES[:2]:
        values = numbers[nature, measure][1:]
        empties = counted.empties[nature][1:]
        for i, year in enumerate(counted.years):
            value = values[i, at] if at is not None else np.nansum(values[i]) or np.nan
            code = str(empties[i, at]) if at is not None else "n"
            rows.append((year, nature, value, "" if value > 0 else _empty(code)))
    # A question that the release answers for the pooled period only has no years: they are not in this dataset.
    beyond = [year for year in state.period.years() if year not in counted.years]
    rows += [(year, nature, np.nan, Empty.OUTSIDE.value) for nature in NATURES[:2] for year in beyond]
    table = pd.DataFrame(rows, columns=["year", "nature", "value", "empty"])
    return TrendSpec(table, state.period, labels_of(catalogue(state.lang)))


def _empty(code: str) -> str:
    """Return the kind of empty of a code; "" for one that the chart has no mark for."""
    kind = LOOKS[code].kind
    return kind if kind in tuple(Empty) else ""
