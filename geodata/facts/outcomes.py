"""What became of the people of an event, and of those suspected: two answers, never one.

Source: outcomes.csv, one row per event whose report says something; *not said* is an answer. The words
of the two lists differ on purpose: people stopped as smuggled are held or charged, and are not called
offenders. Refuses an event that does not exist or comes twice, and a word outside the lists.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

import pandas as pd

from geodata.facts import evidence, few_children, incidents
from geodata.settings import DataSettings


class PeopleOutcome(StrEnum):
    """What is reported of the people moved, found or freed."""

    REPATRIATED = "repatriated"
    REFERRED_TO_CARE = "referred_to_care"
    CHARGED_OR_ARRESTED = "charged_or_arrested"
    DEPORTED = "deported"
    RELEASED = "released"
    DIED = "died"
    NOT_SAID = "not_said"


class SuspectOutcome(StrEnum):
    """What is reported of those suspected of moving or exploiting them."""

    ARRESTED = "arrested"
    CHARGED = "charged"
    CONVICTED = "convicted"
    VERDICT_QUASHED = "verdict_quashed"
    HELD_LIABLE = "held_liable"
    ACCUSED = "accused"
    QUESTIONED = "questioned"
    SOUGHT = "sought"
    FLED = "fled"
    RELEASED = "released"
    DEPORTED = "deported"
    DIED = "died"
    NOT_SAID = "not_said"


@lru_cache(maxsize=4)
def load(settings: DataSettings) -> pd.DataFrame:
    """Return one row per event that outcomes.csv lists.

    Columns: incident_id, people (`PeopleOutcome` values, ``;``-joined), suspects (`SuspectOutcome`), basis
    (summary, text or title: what was read), words (the reason, in our own words).
    """
    table = evidence.read(settings, "outcomes")
    events = incidents.load(settings)
    known = set(events["id"])
    few_children.check_companions("outcomes", table, "incident_id", incidents.hidden_ids(events))
    if table["incident_id"].duplicated().any():
        first = table.loc[table["incident_id"].duplicated()].iloc[0]
        raise evidence.complain("outcomes", int(first["row"]), f"the event {first['incident_id']} appears twice.")
    for line in table.itertuples():
        row = int(str(line.row))
        if line.incident_id not in known:
            raise evidence.complain("outcomes", row, f"no incident has the id {line.incident_id}.")
        _check_words(row, "people", str(line.people).split(";"), tuple(PeopleOutcome))
        _check_words(row, "suspects", [str(line.suspects)], tuple(SuspectOutcome))
    return table.drop(columns="row")


def _check_words(row: int, column: str, given: list[str], allowed: tuple[StrEnum, ...]) -> None:
    """Refuse a word that is not in the list of its column, with the row."""
    for word in given:
        if word not in {str(each) for each in allowed}:
            raise evidence.complain(
                "outcomes", row, f"{column} is “{word}”; expected one of {', '.join(map(str, allowed))}."
            )


def by_incident(settings: DataSettings) -> tuple[dict[str, str], dict[str, str]]:
    """Return event id → outcome of the people, and event id → outcome of the suspects."""
    table = load(settings)
    return (
        dict(zip(table["incident_id"], table["people"], strict=True)),
        dict(zip(table["incident_id"], table["suspects"], strict=True)),
    )
