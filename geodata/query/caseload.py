"""Reading a protected release: only what it publishes, never added up.

Its counts are complete groups of k (“at least”); an area that is not shown has fewer, maybe none.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from geodata.query.cube import NATURES, Cube, Filters
from geodata.query.world import World
from geodata.release.reader import Release
from geodata.values import NATIONAL, Period


def protected_cube(world: World, release: Release, filters: Filters) -> Cube:
    """Read what a protected release publishes: county × nature, by year where nothing else is crossed.

    One further dimension may be crossed (form, sex, age group or nationality group, one value), and
    then the release answers for the pooled period only: three crossed dimensions are what is published.
    """
    extra = crossed(release, filters)
    areas = (*world.population, NATIONAL)
    yearly = not extra and release.answerable(("nature", "county", "year"))
    years = tuple(filters.period.years()) if yearly else ()
    shape = (len(NATURES), 1 + len(years), len(areas))
    persons, hidden = np.zeros(shape, dtype=np.int64), np.ones(shape, dtype=bool)
    whole = np.zeros(shape[:2], dtype=np.int64)
    place = {area: i for i, area in enumerate(areas)}
    first = release.manifest.period or (filters.period.first, filters.period.last)
    pooled: dict[str, Any] = {**extra} if filters.period == Period(*first) else {**extra, "year": filters.period}
    tables = []
    if told_apart(release):
        tables = [(release.lookup(("nature", "county"), pooled), release.lookup(("nature",), pooled))]
    if years:
        by_year, sums = release.lookup(("nature", "county", "year")), release.lookup(("nature", "year"))
        tables += [(by_year.loc[by_year["year"] == y], sums.loc[sums["year"] == y]) for y in years]
    for frame, (cells, sums) in enumerate(tables):
        for row in cells.itertuples():
            if row.nature not in NATURES or row.status != "shown":
                continue
            at = (NATURES.index(str(row.nature)), frame, place.get(str(row.county), len(areas) - 1))
            persons[at], hidden[at] = int(str(row.persons)), False
        for row in sums.itertuples():
            if row.nature in NATURES and row.status == "shown":
                whole[NATURES.index(str(row.nature)), frame] = int(str(row.persons))
    if filters.counties is not None:
        persons[:, :, [area not in filters.counties for area in areas]] = 0
    residents = np.array(list(world.population.values()), dtype=float)
    none = np.zeros_like(persons)
    watched = np.zeros((shape[1], len(residents)), dtype=bool)
    return Cube(filters.period, years, areas, residents, none, persons, none, watched, hidden, whole)


def told_apart(release: Release) -> bool:
    """Whether a release tells trafficking from smuggling at all; without that no figure of it may be shown."""
    return release.answerable(("nature", "county"))


FURTHER = {
    "form": ("form",),
    "nationality": ("nationality_group",),
    "sex": ("sex",),
    "age": ("age_group", "age_broad"),
}
"""Choice of a reader → the release's dimensions for it, the finest first."""


def further(release: Release, choice: str) -> str:
    """Return the dimension that a release can cross with county and nature for a choice, "" for none.

    A release leaves out crosses whose groups would be too short to hide anybody (age groups, often).
    """
    known = (dim for dim in FURTHER[choice] if dim in release.manifest.dims)
    return next((dim for dim in known if release.answerable(("nature", "county", dim))), "")


def crossed(release: Release, filters: Filters) -> dict[str, str]:
    """Return the one further dimension a protected question crosses, with its value; nothing without."""
    asked = (
        ("form", filters.forms), ("nationality", filters.nationalities),
        ("sex", filters.sexes), ("age", filters.ages),
    )  # fmt: skip
    chosen = ((further(release, choice), values) for choice, values in asked if values)
    return next(({dim: values[0]} for dim, values in chosen if dim), {})


def supported(world: World, dataset: str, pcode: str) -> list[tuple[str, str, int]]:
    """Return what a caseload can show of a county at all: (nature, period in words, persons), longest period first."""
    release = world.releases[dataset]
    found: list[tuple[str, str, int]] = []
    first, last = release.manifest.period or (0, 0)
    if not told_apart(release):
        return []
    for dim in (None, "window_5", "window_3"):
        if dim is not None and not release.answerable((dim, "nature", "county")):
            continue
        table = release.lookup(("nature", dim) if dim else ("nature",), {"county": pcode})
        found += [
            (str(row["nature"]), str(row[dim]) if dim else f"{first}–{last}", int(row["persons"]))
            for row in table.loc[table["status"] == "shown"].to_dict("records")
        ]
    return found
