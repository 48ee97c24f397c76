"""The workload: every table a caseload is measured by, and what each may cost. It is fixed and public.

Nature is in every table, so trafficking and smuggling are never one number. A question that no table answers cannot
be asked of a release; adding a table here makes every other one a little less exact, because they share one ρ.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from geodata.release.released_cells import Value
from geodata.values import N_COUNTIES, NATIONAL, Period

VERSION = 1
"""Raise when a table, its share or a domain changes: measurements of two versions are never added up."""

UNKNOWN = "unknown"
UNKNOWN_YEAR = 0
"""The year of cases whose date is unknown or lies outside the measured years."""

FORM = "form"
FORMS_PER_CASE = 2
"""A case counts under so many forms at most (the vault keeps the first two): a bound on what one case changes."""


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One table of the workload.

    dims: what it crosses. share: its part of ρ, in relation to the shares of the others.
    """

    dims: tuple[str, ...]
    share: float

    @property
    def name(self) -> str:
        """Name for people and files."""
        return " x ".join(self.dims)

    @property
    def cells_per_case(self) -> int:
        """How many cells one case can change by one at most: bounded contribution."""
        return FORMS_PER_CASE if FORM in self.dims else 1

    @property
    def sensitivity(self) -> float:
        """Largest Euclidean distance between the tables of two caseloads that differ in one case."""
        cells = self.cells_per_case
        root = math.sqrt(cells)
        return root if root * root >= cells else math.nextafter(root, math.inf)


WORKLOAD: tuple[TableSpec, ...] = (
    #          dimensions                                     share of ρ
    TableSpec(("nature",), 1.0),
    TableSpec(("county", "nature"), 5.0),
    TableSpec(("county", "year", "nature"), 4.0),
    TableSpec(("county", "form", "nature"), 2.0),
    TableSpec(("county", "nationality_group", "nature"), 1.0),
    TableSpec(("county", "sex", "nature"), 1.0),
    TableSpec(("county", "age_group", "nature"), 1.0),
    TableSpec(("county", "role", "nature"), 1.0),
    TableSpec(("year", "form", "nature"), 2.0),
    TableSpec(("year", "nationality_group", "nature"), 1.0),
    TableSpec(("year", "sex", "nature"), 1.0),
    TableSpec(("year", "age_group", "nature"), 1.0),
    TableSpec(("form", "sex", "age_group", "nature"), 2.0),
    TableSpec(("form", "sex", "nationality_group", "nature"), 2.0),
)
"""What the site can be asked, and two national tables that analysts ask for."""

DIMS = ("county", "year", "form", "sex", "age_group", "nationality_group", "role", "nature")
"""Every dimension, in reading order."""

Domains = Mapping[str, tuple[Value, ...]]


def domains(codes: Domains, years: Period) -> dict[str, tuple[Value, ...]]:
    """Return every value a case can have, known before any case is looked at.

    codes: closed code list of each dimension but county and year. years: the measured years.
    """
    counties = tuple(f"KE{number:03d}" for number in range(1, N_COUNTIES + 1))
    return {
        **codes,
        "county": (*counties, NATIONAL, UNKNOWN),
        "year": (*years.years(), UNKNOWN_YEAR),
    }
