"""An addition → the rows it makes in the files of the record, and a row of the record → what a form shows of it.

Events stand in incidents.csv (with outcomes.csv, incident_marks.csv and second_sources.csv), corridors in corridors.csv
and corridor_stops.csv; a place takes its position from the record's own stops and roads, never from the form.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from geodata.additions.door import FEW, AdditionRefused, who_text
from geodata.additions.drafts import Addition
from geodata.facts import few_children
from geodata.facts.countries import fold, two_letter

Tables = dict[str, pd.DataFrame]
"""File name without ending → its rows as text, without row numbers; evidence and rules side by side."""
Row = dict[str, str]
FILE_OF = {
    "event": "incidents",
    "statement": "classifications",
    "response": "responses",
    "corridor": "corridors",
    "source": "sources",
}
COMPANIONS = {"outcomes": "incident_id", "incident_marks": "id", "second_sources": "incident_id"}
"""Files that speak of an event, and the column with its id."""
LINK_WITHHELD = "link withheld: the report names people"
_ABROAD_NOTE = "Found abroad, or back from abroad; counted for the country."
_STATED = "The source of the corridor places it there; added at the evidence desk."


def row_hash(row: Mapping[Any, Any]) -> str:
    """Return the SHA-256 of a row's cells; a correction names the row it was written against by it."""
    plain = {str(name): str(value) for name, value in row.items() if name != "row"}
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def rows_of(addition: Addition, tables: Tables, before: Mapping[str, str] | None = None) -> dict[str, list[Row]]:
    """Return file → rows that an addition makes. before: the row it corrects, None for something new.

    Raises AdditionRefused when a stop cannot be placed.
    """
    values = addition.told
    if addition.kind == "event":
        return _event(addition.row_id, values, before)
    if addition.kind == "statement":
        row = {name: str(values.get(name, "")) for name in ("county", "role", "forms", "statement", "year")}
        row |= {"source_id": values["source_id"], "locator": values.get("locator", "")}
        return {"classifications": [{**row, "confidence": values["grade"]}]}
    if addition.kind == "response":
        kept = {"lat": "", "lon": "", "concerns": ""} | {k: (before or {}).get(k, "") for k in ("concerns",)}
        names = ("county", "kind", "name", "start_date", "end_date", "quantity", "unit", "organisations", "statement")
        row = {name: str(values.get(name, "")) for name in (*names, "source_id")}
        return {"responses": [row | kept]}
    if addition.kind == "source":
        row = {name: str(values.get(name, "")) for name in ("title", "publisher", "url", "type")}
        return {"sources": [{"source_id": addition.row_id, "date": values.get("date", "n.d."), **row}]}
    return _corridor(addition.row_id, values, tables)


def _event(row_id: str, values: Mapping[str, str], before: Mapping[str, str] | None) -> dict[str, list[Row]]:
    date = values["date"]
    precision = {4: "year", 7: "month", 10: "day"}[len(date)]
    row = {"id": row_id, "date": date, "date_precision": precision, "county": values["county"]}
    if values.get(FEW):
        return {"incidents": [row | {"nature": values["nature"], "withheld": few_children.FEW}]}
    same = (
        "place", "persons", "suspects", "nationality", "form", "role_of_county", "intended_destination", "summary",
        "source_publisher", "source_title", "source_url", "confidence",
    )  # fmt: skip
    row |= {name: values.get(name, "") for name in same}
    row["sex_age"] = who_text(values) or (before or {}).get("sex_age", "")
    row["source_date"] = values.get("source_date", "") or date
    if values.get("names_on_page") == "yes":
        row |= {"source_url": "", "source_title": "withheld", "withheld": LINK_WITHHELD}
    rows = {"incidents": [row]}
    if values.get("outcome_people") or values.get("outcome_suspects"):
        rows["outcomes"] = [
            {
                "incident_id": row_id,
                "people": values.get("outcome_people", "not_said"),
                "suspects": values.get("outcome_suspects", "not_said"),
                "basis": "text",
                "words": "read by the person who added it",
            }
        ]
    if values.get("abroad"):
        mark = {"id": row_id, "mark": values["abroad"], "counted_in": "national", "note": _ABROAD_NOTE}
        rows["incident_marks"] = [mark]
    if values.get("second_url"):
        names = ("url", "publisher", "title", "date")
        rows["second_sources"] = [{"incident_id": row_id} | {name: values.get(f"second_{name}", "") for name in names}]
    return rows


def _corridor(row_id: str, values: Mapping[str, Any], tables: Tables) -> dict[str, list[Row]]:
    stops, stated = [], []
    for number, stop in enumerate(values["stops"], start=1):
        where = position_of(stop["place"], stop["country"], tables)
        place = where.pop("place") or stop["place"]
        if stop["country"] == "KEN" and not where["lat"]:
            if not stop.get("county"):
                raise AdditionRefused(
                    {f"stops-{number - 1}-county": f"Stop {number}: say in which county {stop['place']} lies."}
                )
            if place not in set(tables["place_counties"]["place"]):
                stated.append({"place": place, "iso3": "KEN", "county": stop["county"], "reason": _STATED})
        source = stop.get("source_id") or values["source_id"]
        stops.append(
            {
                "corridor_id": row_id, "seq": str(number), "place": place, "iso3": stop["country"],
                "kind": stop["stop_kind"], "alt_to": "", **where, "note": stop.get("note", ""), "source_id": source,
            }
        )  # fmt: skip
    sources = dict.fromkeys([values["source_id"], *(stop["source_id"] for stop in stops)])
    row = {
        "corridor_id": row_id, "name": values["name"], "origin_iso3": values["origin"],
        "destination_iso3": values["destination"], "mode": values["mode"], "nature": values["nature"],
        "description": values["description"], "confidence": values["grade"], "source_ids": ";".join(sources),
    }  # fmt: skip
    return {"corridors": [row], "corridor_stops": stops, "place_counties": stated}


def position_of(place: str, iso3: str, tables: Tables) -> Row:
    """Return place (as the record spells it, "" if unknown), lat, lon, coord_source of a stop or a town on a road."""
    folded = fold(place)
    stops = tables["corridor_stops"]
    hits = stops.loc[(stops["iso3"] == iso3) & (stops["place"].map(fold) == folded)]
    if not len(hits):
        roads = tables["main_roads"]
        countries = roads["iso2"].map(lambda code: two_letter().get(code, ""))
        hits = roads.loc[(countries == iso3) & (roads["place"].map(fold) == folded)]
    if not len(hits):
        return {"place": "", "lat": "", "lon": "", "coord_source": ""}
    first = hits.iloc[0]
    return {name: str(first[name]) for name in ("place", "lat", "lon", "coord_source")}


def shown_values(kind: str, row: Mapping[str, str], tables: Tables) -> dict[str, Any]:
    """Return what a form shows of a row of the record, for a correction."""
    if kind == "event":
        return _shown_event(row, tables)
    if kind == "statement":
        return {**_some(row, ("county", "role", "forms", "statement", "year", "source_id", "locator")),
                "grade": row["confidence"]}  # fmt: skip
    if kind == "response":
        names = (
            "county", "kind", "name", "start_date", "end_date", "quantity", "unit", "organisations", "statement",
            "source_id",
        )  # fmt: skip
        return _some(row, names)
    if kind == "source":
        return _some(row, ("title", "publisher", "date", "url", "type"))
    stops = tables["corridor_stops"]
    mine = stops.loc[stops["corridor_id"] == row["corridor_id"]]
    shown = _some(row, ("name", "mode", "nature", "description"))
    shown |= {"origin": row["origin_iso3"], "destination": row["destination_iso3"], "grade": row["confidence"]}
    shown["source_id"] = row["source_ids"].split(";")[0]
    shown["stops"] = [
        {"place": stop["place"], "country": stop["iso3"], "stop_kind": stop["kind"], "source_id": stop["source_id"],
         "note": stop["note"]}
        for stop in mine.to_dict("records")
    ]  # fmt: skip
    return shown


def _shown_event(row: Mapping[str, str], tables: Tables) -> dict[str, Any]:
    if row["withheld"] == few_children.FEW:
        return _some(row, ("date", "county"))
    names = (
        "date", "county", "place", "persons", "suspects", "nationality", "form", "role_of_county",
        "intended_destination", "summary", "confidence", "source_publisher", "source_title", "source_url",
        "source_date",
    )  # fmt: skip
    shown = _some(row, names)
    if row["withheld"]:
        shown = {**shown, "names_on_page": "yes", "source_title": "", "source_url": ""}
    outcome = tables["outcomes"].loc[tables["outcomes"]["incident_id"] == row["id"]]
    for line in outcome.to_dict("records"):
        shown |= {"outcome_people": line["people"], "outcome_suspects": line["suspects"]}
    second = tables["second_sources"].loc[lambda table: (table["incident_id"] == row["id"]) & (table["url"] != "")]
    for line in second.head(1).to_dict("records"):
        shown |= {f"second_{name}": line[name] for name in ("url", "publisher", "title", "date")}
    return {name: value for name, value in shown.items() if value}


def _some(row: Mapping[str, str], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: str(row[name]) for name in names if row.get(name)}
