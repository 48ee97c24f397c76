"""Change between two windows of years by county, region and country, from the public record.

Counts of one nature; natures are never added. A county without a report in both windows is not
“no change”: it has no report. Caseloads, which are estimates, have no exact comparison and are refused.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from geodata.analysis.change import CountChange, change_of
from geodata.analysis.effort import KINDS, watchers
from geodata.analysis.trends import (
    SeriesPoint,
    YearMark,
    checked_marks,
    read_breaks,
    read_marks,
    series_points,
    windows,
)
from geodata.facts.decisions import voices
from geodata.query.cube import NATURES, PER, Cube, Filters
from geodata.query.indicators import cube
from geodata.query.world import World
from geodata.release.manifest import PROTECTED
from geodata.values import NATIONAL, DataProblem, Empty, Period

__all__ = [
    "AreaChange",
    "CountChange",
    "Looking",
    "SeriesPoint",
    "Window",
    "WindowChanges",
    "YearMark",
    "change_of",
    "changes",
    "exact_change",
    "looking",
    "national_series",
    "provinces",
    "windows",
    "year_marks",
]


@dataclass(frozen=True, slots=True)
class Window:
    """What was found in one window: events, persons stated, events without a number, and the kind of empty."""

    incidents: int
    persons: int
    unstated: int
    empty: str

    @property
    def stated(self) -> bool:
        """Whether any event says how many people."""
        return self.incidents > self.unstated


@dataclass(frozen=True, slots=True)
class AreaChange:
    """One area (P-code, name of a former province, or KE for the 47 counties together) in two windows.

    events, persons: the two counts compared exactly. value: the difference per year in the asked measure
    (events; persons; persons per 100,000 residents), None where it is not a change: no report in both
    windows, nobody looking in either, or no number of persons stated. clear: the interval of the *events*
    and that of the measure both exclude no change, because people are found in groups.
    """

    area: str
    members: tuple[str, ...]
    before: Window
    after: Window
    events: CountChange
    persons: CountChange
    value: float | None
    empty: str
    clear: bool

    def per_year(self, measure: str, residents: int = 0) -> tuple[float | None, float | None]:
        """Return the measure per year in both windows; residents are needed for a rate."""
        own = self.change(measure)
        known = [
            window.incidents > 0 and (measure == "incidents" or window.stated) for window in (self.before, self.after)
        ]
        scale = PER / residents if measure == "rate" else 1.0
        rates = (own.rate_before * scale, own.rate_after * scale)
        early, late = (rate if there else None for rate, there in zip(rates, known, strict=True))
        return early, late

    def change(self, measure: str) -> CountChange:
        """Return the comparison of the measure; rates of one area compare as its counts do."""
        return self.events if measure == "incidents" else self.persons


@dataclass(frozen=True, slots=True)
class WindowChanges:
    """All areas of one question."""

    before: Period
    after: Period
    nature: str
    measure: str
    counties: tuple[AreaChange, ...]
    region: AreaChange | None
    country: AreaChange

    @property
    def headline(self) -> AreaChange:
        """Return the area the question is about: the region, or the country."""
        return self.region or self.country


def provinces(world: World) -> dict[str, tuple[str, ...]]:
    """Return former province → P-codes, in P-code order."""
    by_province: dict[str, tuple[str, ...]] = {}
    for pcode, name in zip(world.counties["pcode"], world.counties["former_province"], strict=True):
        by_province[str(name)] = (*by_province.get(str(name), ()), str(pcode))
    return by_province


@lru_cache(maxsize=128)
def changes(  # noqa: PLR0913, PLR0917 - the parts of one question; callers name them
    world: World, filters: Filters, before: Period, after: Period, nature: str, measure: str, region: str = ""
) -> WindowChanges:
    """Compare two windows; `filters.period` is ignored. region: a former province, "" for none.

    Raises ValueError for windows that overlap or come in the wrong order, KeyError for an unknown region.
    """
    if after.first <= before.last:
        raise ValueError(f"the second window must begin after the first ends: {before}, {after}")
    early = cube(world, "public", replace(filters, period=before))
    late = cube(world, "public", replace(filters, period=after))
    everyone = tuple(world.names)
    rows = {pcode: _area(world, early, late, nature, measure, pcode, (pcode,)) for pcode in everyone}
    mine = _area(world, early, late, nature, measure, region, provinces(world)[region]) if region else None
    country = _area(world, early, late, nature, measure, NATIONAL, everyone)
    return WindowChanges(before, after, nature, measure, tuple(rows.values()), mine, country)


def _area(  # noqa: PLR0913, PLR0917 - as above
    world: World, early: Cube, late: Cube, nature: str, measure: str, area: str, members: tuple[str, ...]
) -> AreaChange:
    first, second = _window(early, nature, members), _window(late, nature, members)
    lengths = len(early.years), len(late.years)
    events = change_of(first.incidents, second.incidents, *lengths)
    persons = change_of(first.persons, second.persons, *lengths)
    nothing = not first.incidents and not second.incidents
    unknown = measure != "incidents" and any(w.incidents and not w.stated for w in (first, second))
    value: float | None = None
    if not nothing and not unknown:
        value = events.difference if measure == "incidents" else persons.difference
        if measure == "rate":
            value = value / sum(world.population[pcode] for pcode in members) * PER
    empty = ""
    if nothing:
        looked = first.empty == second.empty == Empty.ZERO
        empty = (Empty.ZERO if looked else Empty.NO_REPORT).value
    elif unknown:
        empty = "unstated"
    clear = value is not None and events.clear and (measure == "incidents" or persons.clear)
    return AreaChange(area, members, first, second, events, persons, value, empty, clear)


def _window(counted: Cube, nature: str, members: tuple[str, ...]) -> Window:
    n, at = NATURES.index(nature), [counted.areas.index(pcode) for pcode in members]
    incidents, persons, unstated = (
        int(array[n, 0, at].sum()) for array in (counted.incidents, counted.persons, counted.unstated)
    )
    watched = bool(np.all(counted.watched[0, at]))
    empty = "" if incidents else (Empty.ZERO if watched else Empty.NO_REPORT).value
    return Window(incidents, persons, unstated, empty)


@dataclass(frozen=True, slots=True)
class Looking:
    """Who was looking in some counties in two windows, as far as the responses on record say.

    kinds: kind of watcher → counties with it in the first and in the second window. counties: those with
    any. points: pairs of county and kind. undated: watchers without a year, in no window but the record's last.
    `lens.effort_between` names them and the outlets.
    """

    kinds: dict[str, tuple[int, int]]
    counties: tuple[int, int]
    points: tuple[int, int]
    undated: int

    @property
    def direction(self) -> str:
        """``more``, ``less`` or ``same`` points of looking; ``unknown`` where none is on record for either window."""
        early, late = self.points
        if not early and not late:
            return "unknown"
        return "more" if late > early else "less" if late < early else "same"


@lru_cache(maxsize=128)
def looking(world: World, members: tuple[str, ...], before: Period, after: Period) -> Looking:
    """Return who was looking in these counties in two windows."""
    known = [watcher for watcher in watchers(world.response_rows) if watcher.county in members]
    last = world.coverage.last
    pairs = [
        {(watcher.county, watcher.kind) for watcher in known if watcher.there(window, last)}
        for window in (before, after)
    ]
    kinds = {kind: (_with(pairs[0], kind), _with(pairs[1], kind)) for kind in KINDS}
    return Looking(
        kinds={kind: both for kind, both in kinds.items() if any(both)},
        counties=(len({county for county, _ in pairs[0]}), len({county for county, _ in pairs[1]})),
        points=(len(pairs[0]), len(pairs[1])),
        undated=sum(watcher.first is None for watcher in known),
    )


def _with(pairs: set[tuple[str, str]], kind: str) -> int:
    return sum(own == kind for _, own in pairs)


def exact_change(world: World, dataset: str) -> bool:
    """Say whether a dataset's counts can be compared exactly: not where it publishes estimates."""
    return world.releases[dataset].manifest.policy != PROTECTED


@lru_cache(maxsize=4)
def year_marks(world: World) -> tuple[YearMark, ...]:
    """Return the year marks, every one with a source in the ledger; raises DataProblem otherwise."""
    return checked_marks(read_marks(world.settings), world.source_rows.keys())


@lru_cache(maxsize=4)
def national_series(world: World) -> dict[str, tuple[SeriesPoint, ...]]:
    """Return indicator → its published figures in order, joined only where they may be compared."""
    breaks = read_breaks(world.settings)
    known = set(zip(world.series["indicator"], world.series["year"], strict=True))
    if lost := [key for key in breaks if key not in known]:
        raise DataProblem(
            f"series_breaks.csv names {lost[0][0]} {lost[0][1]}, which national_series.csv does not hold."
        )
    spoken = voices(world.settings, world.sources)
    lines = world.series_rows
    names = dict.fromkeys(line["indicator"] for line in lines)
    return {
        name: series_points([line for line in lines if line["indicator"] == name], breaks, spoken) for name in names
    }
