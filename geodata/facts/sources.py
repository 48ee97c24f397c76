"""The ledger of citations: every figure, statement and event resolves to a row here.

Besides sources.csv, each incident brings its own report(s): those whose address is already in the
ledger share its id, the others get an id made from the address. A withheld event's source keeps the
publisher and the year only. Refuses an id that does not resolve, in either direction: a source
nobody cites must be listed as background.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any, cast

import pandas as pd

from geodata.facts import evidence, incidents
from geodata.settings import DataSettings
from geodata.values import DataProblem

BACKGROUND = frozenset(
    {
        "iom-coast-assessment-2018",
        "iom-southern-dream-2009",
        "ncrc-2015-draft",
        "haart-ncrc-2014",
        "pas-njagi",
        "cradle-ctip-brief-2010",
    }
)
"""Read for definitions and context; no single row cites them."""

CITING = (
    "classifications",
    "corridor_stops",
    "responses",
    "national_series",
    "regional_programme",
    "county_facts",
)
COLUMNS = ["source_id", "title", "publisher", "date", "year", "url", "type", "background", "withheld"]


@lru_cache(maxsize=4)
def cited(settings: DataSettings) -> pd.DataFrame:
    """Return sources.csv, checked: unique ids, every one used or listed as background."""
    table = evidence.read(settings, "sources")
    if table["source_id"].duplicated().any():
        first = table.loc[table["source_id"].duplicated()].iloc[0]
        raise evidence.complain("sources", int(first["row"]), f"the id {first['source_id']} appears twice.")
    known = set(table["source_id"])
    used: set[str] = set()
    for name in CITING:
        rows = evidence.read(settings, name)
        bad = rows.loc[~rows["source_id"].isin(known)]
        if len(bad):
            raise evidence.complain(
                name, int(bad.iloc[0]["row"]), f"source “{bad.iloc[0]['source_id']}” is not in sources.csv."
            )
        used |= set(rows["source_id"])
    for line in evidence.read(settings, "corridors").itertuples():
        for source_id in str(line.source_ids).split(";"):
            if source_id not in known:
                raise evidence.complain("corridors", int(str(line.row)), f"source “{source_id}” is not in sources.csv.")
            used.add(source_id)
    idle = known - used - BACKGROUND
    if idle:
        raise DataProblem(f"sources.csv: nothing cites {', '.join(sorted(idle))}; use it, or list it as background.")
    table["background"] = table["source_id"].isin(BACKGROUND - used)
    return table


def _id_of(url: str) -> str:
    return "press-" + hashlib.sha256(url.encode()).hexdigest()[:10]


@lru_cache(maxsize=4)
def of_incidents(settings: DataSettings) -> tuple[dict[str, str], dict[str, str]]:
    """Return incident id → first source id, and incident id → second source id where there is one."""
    by_url = dict(zip(cited(settings)["url"], cited(settings)["source_id"], strict=True))
    first: dict[str, str] = {}
    second: dict[str, str] = {}
    for line in incidents.load(settings).itertuples():
        key, url, other = str(line.id), str(line.source_url), str(line.source_url_2)
        if line.is_withheld or not url:
            first[key] = f"withheld-{key.lower()}"
            continue
        first[key] = by_url.get(url) or _id_of(url)
        if other:
            second[key] = by_url.get(other) or _id_of(other)
    return first, second


@lru_cache(maxsize=4)
def load(settings: DataSettings) -> pd.DataFrame:
    """Return the whole ledger, one row per citation.

    Columns: source_id, title, publisher, date, year (Int64, missing = undated), url, type
    (news, web, report, statistics, law), background, withheld.
    """
    rows = [
        {
            **{
                column: line[column]
                for column in ("source_id", "title", "publisher", "date", "url", "type", "background")
            },
            "withheld": False,
        }
        for line in cited(settings).to_dict("records")
    ]
    seen = {str(row["source_id"]) for row in rows}
    first, second = of_incidents(settings)
    events = cast("list[dict[str, Any]]", incidents.load(settings).to_dict("records"))
    for line in events:
        for source_id, url, title in (
            (first[line["id"]], line["source_url"], line["source_title"]),
            (second.get(line["id"], ""), line["source_url_2"], ""),
        ):
            if source_id and source_id not in seen:
                seen.add(source_id)
                rows.append(_press_row(source_id, url, title, line))
    table = pd.DataFrame(rows)
    year = table["date"].str.extract(r"^(\d{4})")[0]
    table["year"] = pd.to_numeric(year).astype("Int64")
    return table[COLUMNS]


def _press_row(source_id: str, url: str, title: str, incident: dict[str, object]) -> dict[str, object]:
    hidden = source_id.startswith("withheld-")
    first = bool(title)
    return {
        "source_id": source_id,
        "title": "" if hidden else str(title).strip("[]"),
        "publisher": incident["source_publisher"] if first or hidden else url.split("/")[2].removeprefix("www."),
        "date": str(incident["source_date"])[:4] if hidden else str(incident["source_date"]) if first else "n.d.",
        "url": "" if hidden else url,
        "type": "news",
        "background": False,
        "withheld": hidden,
    }
