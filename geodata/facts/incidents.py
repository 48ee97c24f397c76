"""Publicly reported events: one row per event, its nature, its marks, and what is withheld.

Three written rules live here. *Nature follows from the form* (`values.nature_of`). *Fewer than five
children*: such an event carries county, year and nature only (`few_children`). *Counted in*: people freed abroad
and flown home, or found abroad, belong to the country, not to the county of the airport. The units are events and
persons as reported; police and press words are allegations. Ids say nothing: they carry no order in time.
"""

from __future__ import annotations

import re
from functools import lru_cache

import pandas as pd

from geodata.facts import counties, evidence, few_children
from geodata.facts.few_children import FEW
from geodata.settings import DataSettings
from geodata.values import HIDDEN, NATIONAL, Confidence, Form, Role, nature_of

_DATE = {"day": r"\d{4}-\d{2}-\d{2}", "month": r"\d{4}-\d{2}", "year": r"\d{4}"}
_ID = r"EV-[BCDFGHJKMNPQRSTVWXZ2-9]{5}"
"""The form of an id: drawn at random, without vowels and look-alikes."""


def _checked(settings: DataSettings) -> pd.DataFrame:
    table = evidence.read(settings, "incidents")
    few_children.check_events(table)
    table["is_withheld"] = table["withheld"] == FEW
    told = table.loc[~table["is_withheld"]]
    allowed: dict[str, set[str]] = {
        "form": {str(form) for form in Form},
        "confidence": {str(confidence) for confidence in Confidence},
        "date_precision": set(_DATE),
        "role_of_county": {"", *(str(role) for role in Role)},
    }
    for column, values in allowed.items():
        bad = told.loc[~told[column].isin(values)]
        if len(bad):
            first = bad.iloc[0]
            raise evidence.complain(
                "incidents",
                int(first["row"]),
                f"{column} is “{first[column]}”; expected one of {', '.join(sorted(values))}.",
            )
    if table["id"].duplicated().any():
        first = table.loc[table["id"].duplicated()].iloc[0]
        raise evidence.complain("incidents", int(first["row"]), f"the id {first['id']} appears twice.")
    for line in table.itertuples():
        row, given, precision = int(str(line.row)), str(line.date), str(line.date_precision)
        if not re.fullmatch(_ID, str(line.id)):
            raise evidence.complain("incidents", row, f"the id “{line.id}” is not EV- and five letters or digits.")
        if not re.fullmatch(_DATE[precision], given):
            raise evidence.complain("incidents", row, f"the date “{given}” is not a {precision}.")
        if line.persons and not re.fullmatch(r"[1-9]\d*", str(line.persons)):
            raise evidence.complain(
                "incidents",
                int(str(line.row)),
                f"persons is “{line.persons!s}”; expected a whole number or nothing.",
            )
    return table


@lru_cache(maxsize=4)
def load(settings: DataSettings) -> pd.DataFrame:
    """Return every event, as stored; an event with fewer than five children holds county, year and nature only.

    Columns as in incidents.csv plus: county (P-code or KE), county_reported (P-code as the source
    says), year, persons (Int64, missing = not stated), nature, nationality (sorted ISO3 set or
    ``unknown``), marks (``;``-joined), notes, is_withheld. Form and confidence of a withheld event are ``withheld``.
    """
    table = _checked(settings)
    table["county_reported"] = counties.pcodes(settings, "incidents", table)
    table["year"] = table["date"].str[:4].astype("int64")
    table["persons"] = pd.to_numeric(table["persons"]).astype("Int64")
    table.loc[table["is_withheld"], ["form", "confidence"]] = HIDDEN
    table["nature"] = [
        nature or nature_of(Form(form)).value for form, nature in zip(table["form"], table["nature"], strict=True)
    ]
    table["nationality"] = [
        ";".join(sorted(filter(None, text.split(";")))) or "unknown" for text in table["nationality"]
    ]
    marks = _marks(settings, table)
    table["marks"] = table["id"].map(marks["mark"]).fillna("")
    table["notes"] = table["id"].map(marks["note"]).fillna("")
    national = table["id"].map(marks["national"]).fillna(value=False).astype(bool)
    table["county"] = table["county_reported"].where(~national, NATIONAL)
    return table


def hidden_ids(events: pd.DataFrame) -> set[str]:
    """Return the ids of the events with fewer than five children."""
    return set(events.loc[events["is_withheld"], "id"])


def _marks(settings: DataSettings, events: pd.DataFrame) -> pd.DataFrame:
    table = evidence.read(settings, "incident_marks")
    unknown = table.loc[~table["id"].isin(events["id"])]
    if len(unknown):
        raise evidence.complain(
            "incident_marks", int(unknown.iloc[0]["row"]), f"no incident has the id {unknown.iloc[0]['id']}."
        )
    few_children.check_companions("incident_marks", table, "id", hidden_ids(events))
    table["national"] = table["counted_in"] == "national"
    return table.groupby("id").agg(mark=("mark", ";".join), note=("note", " ".join), national=("national", "max"))
