"""Reading a protected release: its estimates, each with how far it may be off.

An area below the floor is not shown, whether it stands for nobody or for somebody. Sums over areas come from the
release's own tables, never from what is shown: they are better known than the sum of their parts.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from geodata.query.cube import NATURES, Cube, Filters
from geodata.query.world import World
from geodata.release.reader import Release
from geodata.values import NATIONAL, Period


def protected_cube(world: World, release: Release, filters: Filters) -> Cube:
    """Read county × nature, by year where nothing else is crossed.

    One further dimension may be crossed (form, sex, age group or nationality group, one value), and then the release
    answers for all its years together: that is what is measured.
    """
    extra = crossed(release, filters)
    areas = (*world.population, NATIONAL)
    years = () if extra else tuple(filters.period.years())
    shape = (len(NATURES), 1 + len(years), len(areas))
    persons, hidden = np.zeros(shape, dtype=np.int64), np.ones(shape, dtype=bool)
    whole = np.zeros(shape[:2], dtype=np.int64)
    errors, whole_errors = np.zeros(shape[1]), np.zeros(shape[1])
    place = {area: i for i, area in enumerate(areas)}
    inside: dict[str, Any] = {} if filters.counties is None else {"county": sorted(filters.counties)}
    pooled: dict[str, Any] = {**extra} if extra else {"year": filters.period}
    for frame, where in enumerate([pooled, *({"year": year} for year in years)]):
        cells = release.lookup(("nature", "county"), where)
        for row in cells.loc[cells["status"] == "shown"].itertuples():
            if row.nature in NATURES and row.county in place:
                at = (NATURES.index(str(row.nature)), frame, place[str(row.county)])
                persons[at], hidden[at], errors[frame] = int(str(row.persons)), False, float(str(row.standard_error))
        sums = release.lookup(("nature",), {**where, **inside})
        for row in sums.loc[sums["status"] == "shown"].itertuples():
            if row.nature in NATURES:
                whole[NATURES.index(str(row.nature)), frame] = int(str(row.persons))
                whole_errors[frame] = float(str(row.standard_error))
    if filters.counties is not None:
        out = [area not in filters.counties for area in areas]
        persons[:, :, out], hidden[:, :, out] = 0, True
    residents = np.array(list(world.population.values()), dtype=float)
    none = np.zeros_like(persons)
    watched = np.zeros((shape[1], len(residents)), dtype=bool)
    return Cube(
        filters.period, years, areas, residents, none, persons, none, watched, hidden, whole, errors, whole_errors
    )


FURTHER = {"form": "form", "nationality": "nationality_group", "sex": "sex", "age": "age_group"}
"""Choice of a reader → the release's dimension for it."""


def further(release: Release, choice: str) -> str:
    """Return the dimension that a release can cross with county and nature for a choice, "" for none."""
    dim = FURTHER[choice]
    return dim if release.answerable(("nature", "county", dim)) else ""


def crossed(release: Release, filters: Filters) -> dict[str, str]:
    """Return the one further dimension a protected question crosses, with its value; nothing without."""
    asked = (
        ("form", filters.forms), ("nationality", filters.nationalities),
        ("sex", filters.sexes), ("age", filters.ages),
    )  # fmt: skip
    chosen = ((further(release, choice), values) for choice, values in asked if values)
    return next(({dim: values[0]} for dim, values in chosen if dim), {})


def supported(world: World, dataset: str, pcode: str) -> list[tuple[str, str, int, float]]:
    """Return what a caseload can show of a county over all its years: (nature, years in words, persons, error)."""
    release = world.releases[dataset]
    first, last = release.manifest.period or (0, 0)
    table = release.lookup(("nature",), {"county": pcode, "year": Period(first, last)})
    return [
        (str(row["nature"]), f"{first}–{last}", int(row["persons"]), float(row["standard_error"]))
        for row in table.loc[table["status"] == "shown"].to_dict("records")
    ]
