"""The public record as a release may carry it: events after the withheld rule, and their cell records.

Everything a reader sees of an event passes `for_release`; nothing else in the house hands out rows
of incidents.csv.
"""

from __future__ import annotations

import pandas as pd

from geodata.facts import incidents, outcomes, sources
from geodata.facts.outcomes import PeopleOutcome, SuspectOutcome
from geodata.settings import DataSettings

WITHHELD_SUMMARY = "withheld"
DIMENSIONS = ("county", "year", "form", "nationality", "nature", "confidence")


def for_release(settings: DataSettings) -> pd.DataFrame:
    """Return the events as a reader may see them, newest first.

    A withheld event (fewer than five children) has id, county, year and nature; form and confidence are
    ``withheld``, nationality ``unknown``, persons missing, everything else empty: the files hold no more either.
    Columns: id, date, date_precision, year, county, county_reported, place, persons, suspects,
    nationality, sex_age, form, nature, role_of_county, intended_destination, summary, confidence,
    marks, notes, source_id, source_id_2, is_withheld, outcome_people, outcome_suspects (as in `outcomes`;
    ``not_said`` where the report says nothing).
    """
    table = incidents.load(settings).copy()
    first, second = sources.of_incidents(settings)
    table["source_id"] = table["id"].map(first).fillna("")
    table["source_id_2"] = table["id"].map(second).fillna("")
    people, suspects = outcomes.by_incident(settings)
    table["outcome_people"] = table["id"].map(people).fillna(PeopleOutcome.NOT_SAID.value)
    table["outcome_suspects"] = table["id"].map(suspects).fillna(SuspectOutcome.NOT_SAID.value)
    hidden = table["is_withheld"]
    table.loc[hidden, "summary"] = WITHHELD_SUMMARY
    columns = [
        "id",
        "date",
        "date_precision",
        "year",
        "county",
        "county_reported",
        "place",
        "persons",
        "suspects",
        "nationality",
        "sex_age",
        "form",
        "nature",
        "role_of_county",
        "intended_destination",
        "summary",
        "confidence",
        "marks",
        "notes",
        "source_id",
        "source_id_2",
        "is_withheld",
        "outcome_people",
        "outcome_suspects",
    ]
    return table.sort_values(["year", "date", "id"], ascending=False, ignore_index=True)[columns]


def cell_records(settings: DataSettings) -> pd.DataFrame:
    """Return one row per event with just what cells need: id, the six dimensions, persons."""
    return for_release(settings)[["id", *DIMENSIONS, "persons"]]
