"""Counts and rates by county and year from a release, for one set of filters.

Units: `incidents` events reported; `persons` persons detected, as reported; `rate` persons per
100,000 residents of the 2019 census. Natures are never added. A county without a row has *no report
found*; it is *zero, someone was looking* where a post, a unit, a committee or a training existed.
Arrays, not frames, because every filter change of every reader passes here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.query.world import World
from geodata.values import NATIONAL, Empty, Nature, Period

PER = 100_000
MEASURES = ("incidents", "persons", "rate")
NATURES = (Nature.TRAFFICKING.value, Nature.SMUGGLING.value, Nature.UNCLEAR.value)
POOLED = "all"
LOOKING = (
    "assessment", "border_post", "child_protection_unit", "coordination_committee", "nrm_training",
    "one_stop_border_post", "workshop",
)  # fmt: skip
"""Kinds of response that mean somebody was in a position to detect and report."""
_CODE = {Empty.ZERO: "z", Empty.NO_REPORT: "n"}
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Filters:
    """What is counted: whole years, and codes; empty tuples mean no filter.

    counties limits the counties that are counted (the role filter); None means all.
    """

    period: Period
    forms: tuple[str, ...] = ()
    nationalities: tuple[str, ...] = ()
    confidences: tuple[str, ...] = ()
    counties: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of one nature: events, persons stated, events without a number, counties with a report."""

    incidents: int
    persons: int
    unstated: int
    counties: int


@dataclass(frozen=True, eq=False)
class Cube:
    """Counts by nature × frame × area; frame 0 is all years together, then one frame per year.

    areas: 47 P-codes in order, then KE (what belongs to no county). Arrays have the shape
    (3, 1 + years, 48). `watched` holds, per frame, where somebody was looking.
    """

    years: tuple[int, ...]
    areas: tuple[str, ...]
    residents: NDArray[np.float64]
    incidents: Counts
    persons: Counts
    unstated: Counts
    watched: NDArray[np.bool_]

    @property
    def frames(self) -> list[str]:
        """Ids of the frames: ``all``, then the years."""
        return [POOLED, *map(str, self.years)]

    def frame_of(self, period: Period) -> int | None:
        """Return the frame of a period: a single year, or the whole; None for any other."""
        if period.first == period.last and len(self.years) > 1:
            return 1 + self.years.index(period.first)
        return 0 if (period.first, period.last) == (self.years[0], self.years[-1]) else None

    @cached_property
    def values(self) -> dict[tuple[str, str], NDArray[np.float64]]:
        """(nature, measure) → frames × 47 counties; NaN where no value was reported."""
        found = {}
        for n, nature in enumerate(NATURES):
            events = self.incidents[n, :, :-1].astype(float)
            people = np.where(self.stated[n, :, :-1], self.persons[n, :, :-1].astype(float), np.nan)
            found[nature, "incidents"] = np.where(events > 0, events, np.nan)
            found[nature, "persons"] = people
            found[nature, "rate"] = np.round(people / self.residents * PER, 2)
        return found

    @property
    def stated(self) -> NDArray[np.bool_]:
        """Where at least one event says how many people."""
        return self.incidents > self.unstated

    @cached_property
    def empties(self) -> dict[str, NDArray[np.str_]]:
        """Nature → frames × counties: the code of the emptiness, where there is no value."""
        blank = np.where(self.watched, _CODE[Empty.ZERO], _CODE[Empty.NO_REPORT])
        return {
            nature: np.where(self.incidents[n, :, :-1] > 0, _CODE[Empty.NO_REPORT], blank)
            for n, nature in enumerate(NATURES)
        }

    def totals(self, nature: str, frame: int = 0, *, of: str | None = None) -> Totals | None:
        """Return the sums over the 47 counties, or of one area; None when nothing was reported."""
        n = NATURES.index(nature)
        at = slice(None, -1) if of is None else slice(self.areas.index(of), self.areas.index(of) + 1)
        events = self.incidents[n, frame, at]
        if not events.any():
            return None
        people, silent = self.persons[n, frame, at], self.unstated[n, frame, at]
        return Totals(int(events.sum()), int(people.sum()), int(silent.sum()), int((events > 0).sum()))

    def by_year(self, nature: str, *, of: str | None = None) -> dict[int, Totals]:
        """Return year → sums, only years with a report."""
        found = {year: self.totals(nature, 1 + i, of=of) for i, year in enumerate(self.years)}
        return {year: sums for year, sums in found.items() if sums is not None}


@lru_cache(maxsize=256)
def cube(world: World, dataset: str, filters: Filters) -> Cube:
    """Count what the filters let through. Do not change the arrays: they are shared."""
    release = world.releases[dataset]
    where: dict[str, object] = {"year": filters.period}
    if filters.forms:
        where["form"] = filters.forms
    if filters.confidences:
        where["confidence"] = filters.confidences
    if filters.nationalities:
        wanted = set(filters.nationalities)
        where["nationality"] = [v for v in release.values("nationality") if wanted & set(str(v).split(";"))]
    table = release.lookup(("nature", "county", "year"), where)  # type: ignore[arg-type] # values are codes
    areas = (*world.population, NATIONAL)
    years = tuple(filters.period.years())
    shape = (len(NATURES), 1 + len(years), len(areas))
    n = table["nature"].map(NATURES.index).to_numpy(int)
    y = table["year"].to_numpy(int) - filters.period.first + 1
    a = table["county"].map({area: i for i, area in enumerate(areas)}).to_numpy(int)
    arrays = []
    for column in ("incidents", "persons", "incidents_unstated"):
        array = np.zeros(shape, dtype=np.int64)
        np.add.at(array, (n, y, a), table[column].to_numpy(np.int64))
        if filters.counties is not None:
            array[:, :, [area not in filters.counties for area in areas]] = 0
        array[:, 0] = array[:, 1:].sum(axis=1)
        arrays.append(array)
    since = np.array([watched_since(world).get(area, 9999) for area in areas[:-1]])
    watched = np.stack([since <= last for last in (years[-1], *years)])
    residents = np.array(list(world.population.values()), dtype=float)
    return Cube(years, areas, residents, arrays[0], arrays[1], arrays[2], watched)


@lru_cache(maxsize=4)
def watched_since(world: World) -> dict[str, int]:
    """Return P-code → first year in which somebody was in a position to detect and report there.

    A response without a date counts from the last year of the public record only.
    """
    table = world.responses.loc[world.responses["kind"].isin(LOOKING)]
    years = table["start_date"].where(table["start_date"] != "", table["end_date"]).str.extract(r"^(\d{4})")[0]
    first = pd.to_numeric(years).fillna(world.coverage.last).astype(int)
    return {str(pcode): int(year) for pcode, year in first.groupby(table["county"]).min().items() if pcode != NATIONAL}


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


def indicator_rows(world: World, counted: Cube, nature: str, frame: int) -> list[dict[str, object]]:
    """Return 47 counties plus KE for one nature and frame: the table on the screen and in indicators.csv.

    Keys: pcode, county, nature, from, to, incidents, persons, incidents_without_number, rate_per_100k,
    rate_low, rate_high (exact Poisson, 95 %), residents_2019, status (reported, zero, no_report).
    """
    first, last = (counted.years[0], counted.years[-1]) if frame == 0 else (counted.years[frame - 1],) * 2
    rows: list[dict[str, object]] = []
    for i, pcode in enumerate(counted.areas):
        found = counted.totals(nature, frame, of=pcode)
        watched = pcode != NATIONAL and bool(counted.watched[frame, i])
        stated = found is not None and found.incidents > found.unstated
        line: dict[str, object] = {
            "pcode": pcode,
            "county": world.names.get(pcode, "Kenya (no county)"),
            "nature": nature,
            "from": first,
            "to": last,
            "incidents": found.incidents if found else 0 if watched else None,
            "persons": found.persons if found and stated else 0 if watched and not found else None,
            "incidents_without_number": found.unstated if found else None,
            **dict.fromkeys(("rate_per_100k", "rate_low", "rate_high")),
            "residents_2019": world.population.get(pcode),
            "status": "reported" if found else (Empty.ZERO if watched else Empty.NO_REPORT).value,
        }
        if found and stated and pcode in world.population:
            rates = rate_interval(found.persons, world.population[pcode])
            line |= dict(zip(("rate_per_100k", "rate_low", "rate_high"), (round(r, 2) for r in rates), strict=True))
        rows.append(line)
    return rows
