"""Publicly reported events: one row per event, its nature, its marks, and what is withheld.

Three written rules live here. *Nature follows from the form* (`values.nature_of`). *Fewer than five
children*: such an event shows county and year only. *Counted in*: people freed abroad and flown home
belong to the country, not to the county of the airport. The units are events and persons as
reported; police and press words are allegations.
"""

from __future__ import annotations

import re
from functools import lru_cache

import pandas as pd

from geodata.facts import counties, evidence
from geodata.settings import DataSettings
from geodata.values import NATIONAL, Confidence, Form, Role, nature_of

FEW_CHILDREN = 5
_CHILD = re.compile(r"\bchild(?:ren)?\b|\bminors?\b|\binfants?\b")
_CHILD_COUNT = re.compile(r"(\d+)(?: (?:fe)?male)? child(?:ren)?\b")
_EVERYONE = re.compile(r"(?:(?:fe)?male )?child(?:ren)?(?: with disabilities)?")
_DATE = {"day": r"\d{4}-\d{2}-\d{2}", "month": r"\d{4}-\d{2}", "year": r"\d{4}"}


def children_involved(sex_age: str, form: str, persons: int | None) -> int | None:
    """Return how many children an event involves: 0 none said, n as stated, None number not known."""
    text = sex_age.lower()
    if not _CHILD.search(text):
        return persons if form == Form.CHILD_TRAFFICKING and not text else 0
    counts = [int(number) for number in _CHILD_COUNT.findall(text)]
    if counts:
        return sum(counts)
    return persons if _EVERYONE.fullmatch(text) else None


def must_withhold(sex_age: str, form: str, persons: int | None) -> bool:
    """Say whether an event shows county and year only: fewer than five children are involved.

    A number that is not known counts as few, unless the children are part of a group of five or more.
    """
    children = children_involved(sex_age, form, persons)
    if children is None:
        return persons is None or persons < FEW_CHILDREN
    return 0 < children < FEW_CHILDREN


def _checked(settings: DataSettings) -> pd.DataFrame:
    table = evidence.read(settings, "incidents")
    allowed: dict[str, set[str]] = {
        "form": {str(form) for form in Form},
        "confidence": {str(confidence) for confidence in Confidence},
        "date_precision": set(_DATE),
        "role_of_county": {"", *(str(role) for role in Role)},
    }
    for column, values in allowed.items():
        bad = table.loc[~table[column].isin(values)]
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
    """Return every event, as stored; not for readers: `for_release` applies the withheld rule.

    Columns as in incidents.csv plus: county (P-code or KE), county_reported (P-code as the source
    says), year, persons (Int64, missing = not stated), nature, nationality (sorted ISO3 set or
    ``unknown``), marks (``;``-joined), notes, is_withheld.
    """
    table = _checked(settings)
    table["county_reported"] = counties.pcodes(settings, "incidents", table)
    table["year"] = table["date"].str[:4].astype("int64")
    table["persons"] = pd.to_numeric(table["persons"]).astype("Int64")
    table["nature"] = [nature_of(Form(form)).value for form in table["form"]]
    table["nationality"] = [
        ";".join(sorted(filter(None, text.split(";")))) or "unknown" for text in table["nationality"]
    ]
    marks = _marks(settings, set(table["id"]))
    table["marks"] = table["id"].map(marks["mark"]).fillna("")
    table["notes"] = table["id"].map(marks["note"]).fillna("")
    national = table["id"].map(marks["national"]).fillna(value=False).astype(bool)
    table["county"] = table["county_reported"].where(~national, NATIONAL)
    rule = [
        must_withhold(sex_age, form, None if pd.isna(persons) else int(persons))
        for sex_age, form, persons in zip(table["sex_age"], table["form"], table["persons"], strict=True)
    ]
    few = table["withheld"].str.contains("fewer than five children")
    leaks = table.loc[few & ((table["place"] != "") | (table["source_url"] != "") | (table["source_url_2"] != ""))]
    if len(leaks):
        raise evidence.complain(
            "incidents", int(leaks.iloc[0]["row"]), "is withheld but still carries a place or a link."
        )
    table["is_withheld"] = pd.Series(rule, index=table.index) | few
    return table


def _marks(settings: DataSettings, ids: set[str]) -> pd.DataFrame:
    table = evidence.read(settings, "incident_marks")
    unknown = table.loc[~table["id"].isin(ids)]
    if len(unknown):
        raise evidence.complain(
            "incident_marks", int(unknown.iloc[0]["row"]), f"no incident has the id {unknown.iloc[0]['id']}."
        )
    table["national"] = table["counted_in"] == "national"
    return table.groupby("id").agg(mark=("mark", ";".join), note=("note", " ".join), national=("national", "max"))
