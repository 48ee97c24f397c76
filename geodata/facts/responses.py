"""Who is doing what, where: training, posts, units, assessments, plans — without shelter locations.

A number given for several counties together is *one* total: rows that share it share a `total_id` and are
never added up (105 officials over Turkana, Kakamega, Uasin Gishu and Bomet).
How a row counts where that is not plain from its kind (planned, told twice, a day's event) is a decision
of ours and stands in response_reading.csv. Refuses a shelter with coordinates, and a decision about no row.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache

import pandas as pd

from geodata.facts import counties, decisions, evidence, few_children
from geodata.settings import DataSettings
from geodata.values import DataProblem

SHARED_TOTAL = "do not sum"
NEVER_LOCATED = ("shelter", "safe_house")
READINGS = ("", "planned", "repeat", "event")
"""How a row counts: as its kind says; not there yet; told in another row; an event and not a lasting presence."""


@dataclass(frozen=True, slots=True)
class ResponseRow:
    """One row of responses.csv as it is read here; "" where nothing is stated."""

    response_id: str
    """``RSP-`` and the row's number, at least three digits."""
    county: str
    """P-code, or KE for the whole country."""
    kind: str
    """workshop, border_post, shelter, …, as the evidence codes it."""
    name: str
    start_date: str
    """YYYY, YYYY-MM or YYYY-MM-DD."""
    end_date: str
    """Like `start_date`."""
    quantity: float | None
    """How many of `unit`; None where no number is stated."""
    unit: str
    organisations: str
    """Names, joined by semicolons."""
    statement: str
    source_id: str
    total_id: str
    """The same for rows that share one quantity, which is never added up; "" where it is the row's own."""
    reading: str
    """How the row counts (one of `READINGS`)."""
    reason: str
    """Why it is read so."""
    concerns: str
    """P-codes, joined by semicolons, of the counties a national row is about."""


def rows(table: pd.DataFrame) -> tuple[ResponseRow, ...]:
    """Return a table as `load` gives it, row by row."""
    names = [field.name for field in fields(ResponseRow)]
    known = table[names].astype(object).where(table[names].notna(), None)
    return tuple(ResponseRow(*row) for row in known.itertuples(index=False, name=None))


@lru_cache(maxsize=4)
def load(settings: DataSettings) -> pd.DataFrame:
    """Return one row per response: response_id, county (P-code or KE), kind, name, start_date,
    end_date, quantity (float, missing = none), unit, organisations (``;``-joined), statement,
    source_id, total_id (empty unless the quantity is shared with other rows), reading (one of
    `READINGS`), reason (of the reading), concerns (P-codes, ``;``-joined, of the counties a national row is about).
    """  # noqa: D205 - one sentence over three lines reads better than a stub title
    table = evidence.read(settings, "responses")
    few_children.check_sentences("responses", table, "statement")
    table["county"] = counties.pcodes(settings, "responses", table)
    located = table.loc[table["kind"].isin(NEVER_LOCATED) & (table["lat"] != "")]
    if len(located):
        raise evidence.complain(
            "responses",
            int(located.iloc[0]["row"]),
            "a shelter carries coordinates; shelters are never located.",
        )
    table["concerns"] = _concerned(settings, table)
    table["quantity"] = pd.to_numeric(table["quantity"])
    shared = table["unit"].str.contains(SHARED_TOTAL)
    table["total_id"] = (table["source_id"] + "|" + table["quantity"].astype(str) + "|" + table["unit"]).where(
        shared, ""
    )
    table["unit"] = table["unit"].str.replace(r"\s*\(do not sum\)", "", regex=True)
    _read(settings, table)
    table["response_id"] = [f"RSP-{row - 1:03d}" for row in table["row"]]
    columns = [
        "response_id",
        "county",
        "kind",
        "name",
        "start_date",
        "end_date",
        "quantity",
        "unit",
        "organisations",
        "statement",
        "source_id",
        "total_id",
        "reading",
        "reason",
        "concerns",
    ]
    return table[columns]


def _concerned(settings: DataSettings, table: pd.DataFrame) -> list[str]:
    """Return the P-codes (``;``-joined) of the counties that a national row is about; a strange name raises."""
    known = counties.pcode_by_name(settings)
    for line in table.itertuples():
        strange = [name for name in str(line.concerns).split(";") if name and name not in known]
        if strange:
            raise evidence.complain(
                "responses", int(str(line.row)), f"“{strange[0]}” in concerns is not one of the 47 counties."
            )
    return [";".join(known[name] for name in names.split(";") if name) for names in table["concerns"]]


def _read(settings: DataSettings, table: pd.DataFrame) -> None:
    """Add `reading` and `reason` from response_reading.csv."""
    rules = decisions.read(settings, "response_reading")
    rules["county"] = counties.pcodes(settings, "response_reading", rules)
    known = set(zip(table["county"], table["name"], strict=True))
    for line in rules.itertuples():
        if (line.county, line.name) not in known or line.reading not in READINGS[1:]:
            raise DataProblem(
                f"response_reading.csv, row {line.row}: no response is called “{line.name}” in that county, or “"
                f"{line.reading}” is not one of {', '.join(READINGS[1:])}; correct the line or take it out."
            )
    keys = ["county", "name"]
    joined = table[keys].merge(rules[[*keys, "reading", "reason"]], on=keys, how="left", validate="many_to_one")
    table["reading"] = joined["reading"].fillna("").to_numpy()
    table["reason"] = joined["reason"].fillna("").to_numpy()
