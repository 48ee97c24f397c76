"""Rows of the facts as the templates, the files and the interface take them; None where nothing is stated."""

from __future__ import annotations

from typing import TypedDict


class CountyRow(TypedDict):
    """One county (`counties.load`); residents and households are those of the census of 2019."""

    pcode: str
    code: int
    """IEBC number, 1 to 47."""
    iso: str
    """ISO 3166-2 code, which numbers otherwise."""
    name: str
    capital: str
    former_province: str
    population_2019: int
    male_2019: int
    female_2019: int
    intersex_2019: int
    households_2019: int
    area_km2: float
    """Land."""
    density: float
    """Residents per km²."""


class EventRow(TypedDict):
    """One event of the public record, the withheld rule applied: what may not be told is "" or None."""

    id: str
    date: str
    """YYYY, YYYY-MM or YYYY-MM-DD."""
    date_precision: str
    year: int
    county: str
    """P-code it is counted for; KE for the whole country."""
    county_reported: str
    """P-code its source names."""
    place: str
    persons: int | None
    """Persons detected; None where no number is stated."""
    suspects: str
    nationality: str
    """ISO3 codes, `;`-joined."""
    sex_age: str
    form: str
    nature: str
    role_of_county: str
    intended_destination: str
    summary: str
    """English."""
    confidence: str
    marks: str
    notes: str
    source_id: str
    source_id_2: str
    is_withheld: bool
    """Told by county, year and nature only."""
    outcome_people: str
    """Codes, `;`-joined (`outcomes.PeopleOutcome`)."""
    outcome_suspects: str
    """Codes, `;`-joined (`outcomes.SuspectOutcome`)."""


class CountyFact(TypedDict):
    """One cited fact about a county that is neither event, role nor response."""

    county: str
    """P-code."""
    fact: str
    value: str
    meaning: str
    source_id: str
    locator: str
    """Where in the source it stands."""


class ProgrammeRow(TypedDict):
    """One regional programme (`national.programmes`)."""

    name: str
    donors: str
    partners: str
    countries: str
    period: str
    source_id: str


class SeriesValue(TypedDict):
    """One published figure of the whole country (`national.series`)."""

    year: int
    indicator: str
    value: float | None
    """None where the source gives words."""
    unit: str
    source_id: str
    note: str
    value_text: str
    """As published."""
