"""The years of a view as bars: one nature, of the chosen county or of the 47 together, whatever the period."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.view.figure import filters_of
from dashboard.view.site import Site
from dashboard.view.state import ViewState, defaults
from geodata.query.estimates import in_fives
from geodata.query.indicators import cube, yearly_counts


@dataclass(frozen=True, slots=True)
class YearBar:
    """One year. share: height of its bar, 0–1; text: its figure or kind of empty; inside: it lies in the period.

    chosen: it is the one on the map.
    """

    year: int
    share: float
    text: str
    empty: bool
    inside: bool
    chosen: bool

    @property
    def looks(self) -> str:
        """Classes of its style: in or out of the period, none where it is empty, now where it is on the map."""
        return ("in" if self.inside else "out") + (" none" if self.empty else "") + (" now" if self.chosen else "")

    @property
    def height(self) -> str:
        """Height of the bar in percent."""
        return f"{100 * self.share:g}"


@lru_cache(maxsize=128)
def year_bars(site: Site, state: ViewState) -> tuple[YearBar, ...]:
    """Return the bars of every year of the dataset; rates have none of their own and show persons."""
    legal, tr = site.choices.of(state.dataset), catalogue(state.lang)
    start = defaults(legal)
    whole = replace(state, first=start.first, last=start.last)
    measure = "incidents" if state.measure == "incidents" and not legal.protected else "persons"
    counted = cube(site.world, state.dataset, filters_of(site.world, whole))
    rows = [
        row for row in yearly_counts(counted, measure, state.county, legal.period.years()) if row.nature == state.nature
    ]
    most = max((row.value for row in rows if not math.isnan(row.value)), default=1.0) or 1.0
    return tuple(
        YearBar(
            row.year,
            0.0 if math.isnan(row.value) else round(row.value / most, 3),
            _figure_words(tr, row.value, row.empty, estimated=legal.protected),
            bool(row.empty),
            state.first <= row.year <= state.last,
            state.t == str(row.year),
        )
        for row in sorted(rows, key=lambda row: row.year)
    )


def _figure_words(tr: Catalogue, value: float, empty: str, *, estimated: bool) -> str:
    """Return the figure of a year, or its kind of empty; an estimate is said to be one."""
    if empty:
        return tr.t(f"empty.{empty}_short")
    return tr.t("estimate.plain", value=tr.number(in_fives(value), 0)) if estimated else tr.number(value, 0)
