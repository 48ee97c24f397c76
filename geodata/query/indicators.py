"""Counts and rates by county and year from a release, for one set of filters.

Units: `incidents` events reported; `persons` persons detected, as reported; `rate` persons per
100,000 residents of the 2019 census. Natures are never added. A county without a row has *no report
found*; it is *zero, someone was looking* where a post, a unit, a committee or a training existed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.query.caseload import protected_cube
from geodata.query.cube import EMPTY_OF, NATURES, PER, UNSTATED, Cube, Filters, Totals, YearCount
from geodata.query.estimates import interval
from geodata.query.world import World
from geodata.release.manifest import PROTECTED
from geodata.release.reader import Release
from geodata.values import NATIONAL, Empty, Period

LOOKING = (
    "assessment", "border_post", "child_protection_unit", "coordination_committee", "nrm_training",
    "one_stop_border_post", "workshop",
)  # fmt: skip
"""Kinds of response that mean somebody was in a position to detect and report."""
_DIMS = ("nature", "county", "year")


@lru_cache(maxsize=64)
def cube(world: World, dataset: str, filters: Filters) -> Cube:
    """Count what the filters let through. Do not change the arrays: they are shared."""
    release = world.releases[dataset]
    if release.manifest.policy == PROTECTED:
        return protected_cube(world, release, filters)
    by_outcome = filters.outcomes or filters.suspects
    place, counts = _counted_by_outcome(world, filters) if by_outcome else _counted_in_cells(world, release, filters)
    areas, since, residents = _areas(world)
    years = tuple(filters.period.years())
    arrays = []
    for column in range(counts.shape[1]):
        array = np.zeros((len(NATURES), 1 + len(years), len(areas)), dtype=np.int64)
        np.add.at(array, place, counts[:, column])
        if filters.counties is not None:
            array[:, :, [area not in filters.counties for area in areas]] = 0
        array[:, 0] = array[:, 1:].sum(axis=1)
        arrays.append(array)
    watched = since <= np.array((years[-1], *years))[:, None]
    persons, incidents, unstated = arrays
    return Cube(filters.period, years, areas, residents, incidents, persons, unstated, watched)


@lru_cache(maxsize=4)
def _areas(world: World) -> tuple[tuple[str, ...], NDArray[np.int64], NDArray[np.float64]]:
    """Return the 47 P-codes and KE; of the 47 the first year somebody was looking (9999: never) and the residents."""
    since = [watched_since(world).get(pcode, 9999) for pcode in world.population]
    return (*world.population, NATIONAL), np.array(since), np.array(list(world.population.values()), dtype=float)


Place = tuple[list[int], list[int], list[int]]
"""Of every row of counts its nature, frame and area: where it stands in the arrays of a `Cube`."""


def _place(
    world: World, period: Period, natures: Iterable[str], counties: Iterable[str], years: Iterable[int]
) -> Place:
    areas, _, _ = _areas(world)
    place = {area: i for i, area in enumerate(areas)}
    return (
        [NATURES.index(nature) for nature in natures],
        [year - period.first + 1 for year in years],
        [place[county] for county in counties],
    )


def _counted_in_cells(world: World, release: Release, filters: Filters) -> tuple[Place, NDArray[np.int64]]:
    """Return place and counts (`release.lookup.COUNTS`) of the cells of a release that the filters let through."""
    where: dict[str, object] = {"year": filters.period}
    if filters.forms:
        where["form"] = filters.forms
    if filters.confidences:
        where["confidence"] = filters.confidences
    if filters.nationalities:
        wanted = set(filters.nationalities)
        where["nationality"] = [v for v in release.values("nationality") if wanted & set(str(v).split(";"))]
    codes, counts = release.exact_cells(_DIMS, where)  # type: ignore[arg-type] # values are codes
    rows = zip(_DIMS, codes.T, strict=True)
    nature, county, year = (np.array(release.values(dim))[of_dim].tolist() for dim, of_dim in rows)
    return _place(world, filters.period, nature, county, year), counts


def _counted_by_outcome(world: World, filters: Filters) -> tuple[Place, NDArray[np.int64]]:
    """Return the same from the events of the release: cells do not know what became of anybody."""
    events = world.events
    kept = events["year"].between(filters.period.first, filters.period.last)
    for column, values in (("form", filters.forms), ("confidence", filters.confidences)):
        kept &= events[column].isin(values) if values else True
    if wanted := set(filters.nationalities):
        kept &= events["nationality"].map(lambda codes: bool(wanted & set(str(codes).split(";"))))
    outcomes = zip(events["outcome_people"], events["outcome_suspects"], strict=True)
    passing = [filters.lets_through(str(people), str(suspects)) for people, suspects in outcomes]
    kept &= pd.Series(passing, index=events.index)
    groups = events.loc[kept].groupby(["nature", "county", "year"])["persons"]
    counted = pd.DataFrame({"incidents": groups.size(), "persons": groups.sum(), "stated": groups.count()})
    counted = counted.reset_index()
    counts = np.column_stack(
        [counted["persons"], counted["incidents"], counted["incidents"] - counted["stated"]]
    ).astype(np.int64)
    return _place(world, filters.period, counted["nature"], counted["county"], counted["year"]), counts


@lru_cache(maxsize=4)
def watched_since(world: World) -> dict[str, int]:
    """Return P-code → first year in which somebody was in a position to detect and report there.

    A response without a date counts from the last year of the public record only.
    """
    if world.watched is not None:
        return world.watched
    there = world.responses["kind"].isin(LOOKING) & (world.responses["reading"] != "planned")
    table = world.responses.loc[there]
    years = table["start_date"].where(table["start_date"] != "", table["end_date"]).str.extract(r"^(\d{4})")[0]
    first = pd.to_numeric(years).fillna(world.coverage.last).astype(int)
    return {str(pcode): int(year) for pcode, year in first.groupby(table["county"]).min().items() if pcode != NATIONAL}


@lru_cache(maxsize=4)
def leading_nature(world: World) -> str:
    """Return which of trafficking and smuggling more counties of the public record reported; trafficking on a tie."""
    counted = cube(world, "public", Filters(world.coverage))
    reported = {nature: sums.counties if (sums := counted.totals(nature)) else 0 for nature in NATURES[:2]}
    return max(reported, key=lambda nature: reported[nature])


def poisson_interval(count: int, level: float = 0.95) -> tuple[float, float]:
    """Return the exact (Garwood) interval of a Poisson count, from the gamma quantiles."""
    from scipy.special import gammaincinv  # noqa: PLC0415 - heavy, and only a county's panel asks

    tail = (1 - level) / 2
    low = float(gammaincinv(count, tail)) if count else 0.0
    return low, float(gammaincinv(count + 1, 1 - tail))


def rate_interval(persons: int, residents: float) -> tuple[float, float, float]:
    """Return persons per 100,000 residents with the exact Poisson interval of the count."""
    low, high = poisson_interval(persons)
    return persons / residents * PER, low / residents * PER, high / residents * PER


def rates_of(totals: Totals, residents: float) -> tuple[float, float, float]:
    """Return persons per 100,000 residents with a 95 % interval: Poisson's, or that of an estimate's own error."""
    if totals.error is None:
        return rate_interval(totals.persons, residents)
    low, high = interval(totals.persons, totals.error)
    return totals.persons / residents * PER, low / residents * PER, high / residents * PER


def indicator_rows(world: World, counted: Cube, nature: str, frame: int) -> list[dict[str, object]]:
    """Return 47 counties plus KE for one nature and frame: the table on the screen and in indicators.csv.

    Keys: pcode, county, nature, from, to, incidents, persons, incidents_without_number, rate_per_100k,
    rate_low, rate_high (exact Poisson, 95 %), residents_2019, status (reported, zero, no_report). A protected
    caseload has whole estimates (status ``estimate``) with standard_error, persons_low and persons_high (95 %), and
    its rate interval follows from them; the three are None for exact counts.
    """
    period = counted.period if frame == 0 else Period(counted.years[frame - 1], counted.years[frame - 1])
    exact = counted.hidden is None
    rows: list[dict[str, object]] = []
    for i, pcode in enumerate(counted.areas):
        totals = counted.totals(nature, frame, of=pcode)
        watched = exact and pcode != NATIONAL and bool(counted.watched[frame, i])
        stated = totals is not None and (not exact or totals.incidents > totals.unstated)
        nothing = (Empty.ZERO if watched else Empty.NO_REPORT if exact else Empty.SUPPRESSED).value
        line: dict[str, object] = {
            "pcode": pcode,
            "county": world.names.get(pcode, "Kenya (no county)"),
            "nature": nature,
            "from": period.first,
            "to": period.last,
            "incidents": None if not exact else totals.incidents if totals else 0 if watched else None,
            "persons": totals.persons if totals and stated else 0 if watched and not totals else None,
            "incidents_without_number": totals.unstated if totals and exact else None,
            **dict.fromkeys(("rate_per_100k", "rate_low", "rate_high")),
            "residents_2019": world.population.get(pcode),
            **dict.fromkeys(("standard_error", "persons_low", "persons_high")),
            "status": nothing if not totals else "reported" if exact else "estimate",
        }
        if totals and stated and pcode in world.population:
            rates = rates_of(totals, world.population[pcode])
            line |= dict(zip(("rate_per_100k", "rate_low", "rate_high"), (round(r, 2) for r in rates), strict=True))
        if totals and totals.error is not None:
            low, high = interval(totals.persons, totals.error)
            line |= {"standard_error": round(totals.error, 2), "persons_low": low, "persons_high": high}
        rows.append(line)
    return rows


@dataclass(frozen=True, slots=True)
class CountyCounts:
    """Counts of one county in one frame, natures apart; 0 says that somebody was looking.

    incidents: nature → events; None where no report was found, or none may be shown.
    persons: nature → persons detected; None there too, and where no event of that nature says how many.
    """

    incidents: dict[str, int | None]
    persons: dict[str, int | None]


def county_counts(counted: Cube, frame: int, pcode: str) -> CountyCounts:
    """Return what a map file says of one county."""
    sums = {nature: counted.totals(nature, frame, of=pcode) for nature in NATURES}
    public = counted.hidden is None
    none = 0 if public and counted.watched[frame, counted.areas.index(pcode)] else None
    incidents = {nature: (totals.incidents if totals else none) if public else None for nature, totals in sums.items()}
    persons = {
        nature: (totals.persons if totals.incidents > totals.unstated else None) if totals else none
        for nature, totals in sums.items()
    }
    return CountyCounts(incidents, persons)


def yearly_counts(counted: Cube, measure: str, county: str, years: Iterable[int]) -> list[YearCount]:
    """Return trafficking and smuggling year by year for a county, or (``""``) for the 47 together.

    A caseload's estimates are whole numbers, and the 47 together are its own total of the year, which is better known
    than the sum of what is shown. Years that the release cannot answer one by one are named: they are not in this
    dataset.
    """
    beyond = [year for year in years if year not in counted.years]
    outside = [YearCount(year, nature, np.nan, Empty.OUTSIDE.value) for nature in NATURES[:2] for year in beyond]
    if counted.hidden is not None:
        return [*_yearly_estimates(counted, measure, county), *outside]
    at = counted.areas.index(county) if county else None
    numbers = counted.values  # noqa: PD011 - a cube, not a frame
    rows = []
    for nature in NATURES[:2]:
        values, codes = numbers[nature, measure][1:], ["n"] * len(counted.years)
        if at is not None:
            values, codes = values[:, at], counted.empties[nature][1:, at].tolist()
        else:
            values = np.nansum(values, axis=1)
            values[values == 0] = np.nan
        for year, value, code in zip(counted.years, values.tolist(), codes, strict=True):
            rows.append(YearCount(year, nature, value, "" if value > 0 or code == UNSTATED else EMPTY_OF[code]))
    return [*rows, *outside]


def _yearly_estimates(counted: Cube, measure: str, county: str) -> list[YearCount]:
    """Return a caseload year by year; what is below the floor is not shown. It counts persons only."""
    rows = []
    for nature in NATURES[:2]:
        for frame, year in enumerate(counted.years, start=1):
            sums = counted.totals(nature, frame, of=county or None) if measure == "persons" else None
            persons = np.nan if sums is None else float(sums.persons)
            rows.append(YearCount(year, nature, persons, Empty.SUPPRESSED.value if sums is None else ""))
    return rows
