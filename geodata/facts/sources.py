"""The ledger of citations: every figure, statement and event resolves to a row here.

Besides sources.csv, each incident brings its own report(s): those whose address is already in the
ledger share its id, the others get an id made from the address. A report whose link is withheld, because it names
people or could not be read again, keeps the publisher and the year only; an event with fewer than five children has no
source. Refuses an id that does not resolve, in either direction: a source
nobody cites must be listed as background.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, cast

import pandas as pd

from geodata.facts import decisions, evidence, few_children, incidents
from geodata.settings import DataSettings
from geodata.values import HIDDEN, DataProblem

BACKGROUND = frozenset(
    {
        "iom-coast-assessment-2018",
        "iom-southern-dream-2009",
        "ncrc-2015-draft",
        "haart-ncrc-2014",
        "pas-njagi",
        "cradle-ctip-brief-2010",
        "reuters-india-12",
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


@dataclass(frozen=True, slots=True)
class LedgerSource:
    """One source of the ledger; "" where nothing is known."""

    source_id: str
    title: str
    """As published; "" or what the page is about, where it is withheld; of a correction, its address."""
    publisher: str
    date: str
    """YYYY, YYYY-MM or YYYY-MM-DD; n.d. where the source is undated."""
    year: str
    """YYYY, "" where the source is undated."""
    url: str
    type: str
    """news, web, report, statistics, law, or the kind of an approved correction."""
    background: bool
    """Read for definitions and context: no single row cites it."""
    withheld: bool
    """Shown with publisher and year only, because its page names people or could not be read again."""


def by_id(ledger: pd.DataFrame) -> dict[str, LedgerSource]:
    """Return source id → source, in the order of a ledger with the columns `COLUMNS`."""
    names = [field.name for field in fields(LedgerSource)]
    return {row[0]: LedgerSource(*row) for row in ledger[names].itertuples(index=False, name=None)}


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
                problem = f"source “{source_id}” is not in sources.csv."
                raise evidence.complain("corridors", int(str(line.row)), problem)
            used.add(source_id)
    context = BACKGROUND | _context(settings, table)
    idle = known - used - context
    if idle:
        raise DataProblem(f"sources.csv: nothing cites {', '.join(sorted(idle))}; use it, or list it as background.")
    table["background"] = table["source_id"].isin(context - used)
    return table


def _context(settings: DataSettings, ledger: pd.DataFrame) -> frozenset[str]:
    """Return the sources that year marks rest on, and those in which a circulating number was read."""
    claimed = {url for urls in evidence.read(settings, "numbers_you_may_hear")["urls"] for url in urls.split(" ; ")}
    marks = set(decisions.read(settings, "year_marks")["source_id"])
    read_in = ledger["url"].isin(claimed) | ledger["source_id"].isin(claimed)
    return frozenset(marks | set(ledger.loc[read_in, "source_id"]))


def _id_of(url: str) -> str:
    return "press-" + hashlib.sha256(url.encode()).hexdigest()[:10]


@lru_cache(maxsize=4)
def further(settings: DataSettings) -> pd.DataFrame:
    """Return second_sources.csv, checked: further outlets that tell of an event.

    Columns: incident_id, url, publisher, title, date. Where the page names people, the publisher and the date stand
    without a link: the title says `withheld` and the address is empty. Refuses an event that does not exist, a public
    link where the first one is withheld, an address that is none, and the same page twice for one event.
    """
    table = evidence.read(settings, "second_sources")
    events = incidents.load(settings)
    few_children.check_companions("second_sources", table, "incident_id", incidents.hidden_ids(events))
    has_link = events.set_index("id")["source_url"].ne("")
    for line in table.itertuples():
        key, row, url = str(line.incident_id), int(str(line.row)), str(line.url)
        if key not in has_link.index:
            raise evidence.complain("second_sources", row, f"{key} is no event.")
        if not url and str(line.title) == HIDDEN:
            continue
        if not has_link[key]:
            raise evidence.complain(
                "second_sources", row, f"the first link of {key} is withheld, so let this page take its place."
            )
        if not url.startswith(("http://", "https://")):
            raise evidence.complain("second_sources", row, f"“{url}” is no web address.")
    twice = table.loc[table["url"].ne("") & table.duplicated(["incident_id", "url"])]
    if len(twice):
        raise evidence.complain(
            "second_sources", int(twice.iloc[0]["row"]), "the same page stands twice for one event."
        )
    return table


def _second_urls(settings: DataSettings) -> dict[str, str]:
    """Return incident id → address of the second report: incidents.csv names it, else second_sources.csv."""
    table = further(settings)
    table = table.loc[table["url"].ne("")].drop_duplicates("incident_id")
    urls = dict(zip(table["incident_id"], table["url"], strict=True))
    events = incidents.load(settings)
    named = dict(zip(events["id"], events["source_url_2"], strict=True))
    return urls | {key: url for key, url in named.items() if url}


@lru_cache(maxsize=4)
def of_incidents(settings: DataSettings) -> tuple[dict[str, str], dict[str, str]]:
    """Return incident id → first source id, and incident id → second source id where there is one.

    An event with fewer than five children has no source here: not even its publisher is told.
    """
    by_url = dict(zip(cited(settings)["url"], cited(settings)["source_id"], strict=True))
    silent = set(further(settings).loc[lambda table: table["url"].eq(""), "incident_id"])
    seconds = _second_urls(settings)
    first: dict[str, str] = {}
    second: dict[str, str] = {}
    for line in incidents.load(settings).itertuples():
        key, url = str(line.id), str(line.source_url)
        if line.is_withheld:
            continue
        first[key] = (by_url.get(url) or _id_of(url)) if url else f"withheld-{key.lower()}"
        if other := seconds.get(key, ""):
            second[key] = by_url.get(other) or _id_of(other)
        elif key in silent:
            second[key] = f"withheld-{key.lower()}-2"
    return first, second


@lru_cache(maxsize=4)
def told_by_two(settings: DataSettings) -> frozenset[str]:
    """Return the ids of events that two independent outlets tell of; one media house is one outlet.

    A repost counts as the outlet behind it (outlets.csv), an outlet as its house (media_houses.csv).
    """
    house = _houses(settings)
    ledger = load(settings).set_index("source_id")["publisher"]
    first, second = of_incidents(settings)
    tellers: dict[str, set[str]] = {key: {str(ledger[source_id])} for key, source_id in first.items()}
    for key, source_id in second.items():
        tellers[key].add(str(ledger[source_id]))
    for line in further(settings).itertuples():
        tellers[str(line.incident_id)].add(str(line.publisher))
    return frozenset(key for key, names in tellers.items() if len({house(name) for name in names}) > 1)


def _houses(settings: DataSettings) -> Callable[[str], str]:
    """Return publisher → media house: the outlet behind a repost or an address, then the house it belongs to."""
    outlets = decisions.read(settings, "outlets")
    owners = decisions.read(settings, "media_houses")
    outlet = {str(line.publisher): str(line.outlet) for line in outlets.itertuples()}
    owner = {str(line.outlet): str(line.house) for line in owners.itertuples()}
    return lambda name: owner.get(outlet.get(name, name), outlet.get(name, name))


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
            "withheld": "link withheld" in str(line["title"]),
        }
        for line in cited(settings).to_dict("records")
    ]
    seen = {str(row["source_id"]) for row in rows}
    first, second = of_incidents(settings)
    seconds = _second_urls(settings)
    known = {str(line["url"] or line["incident_id"]): line for line in further(settings).to_dict("records")[::-1]}
    events = cast("list[dict[str, Any]]", incidents.load(settings).to_dict("records"))
    for line in events:
        if (source_id := first.get(line["id"], "")) and source_id not in seen:
            seen.add(source_id)
            rows.append(_first_row(source_id, line))
        if (source_id := second.get(line["id"], "")) and source_id not in seen:
            seen.add(source_id)
            url = seconds.get(line["id"], "")
            rows.append(_second_row(source_id, url, known.get(url or line["id"])))
    table = pd.DataFrame(rows)
    year = table["date"].str.extract(r"^(\d{4})")[0]
    table["year"] = pd.to_numeric(year).astype("Int64")
    return table[COLUMNS]


def _first_row(source_id: str, incident: Mapping[str, object]) -> dict[str, object]:
    """Return the ledger row of an event's own report; a withheld one keeps the publisher and the year."""
    hidden = source_id.startswith("withheld-")
    return {
        "source_id": source_id,
        "title": "" if hidden else str(incident["source_title"]).strip("[]"),
        "publisher": incident["source_publisher"],
        "date": str(incident["source_date"])[:4] if hidden else str(incident["source_date"]),
        "url": "" if hidden else incident["source_url"],
        "type": "news",
        "background": False,
        "withheld": hidden,
    }


def _second_row(source_id: str, url: str, known: Mapping[Hashable, object] | None) -> dict[str, object]:
    """Return the ledger row of a second report: as second_sources.csv describes it, else the address's host."""
    date = str(known["date"]) if known else "n.d."
    return {
        "source_id": source_id,
        "title": str(known["title"]).strip("[]") if known and url else "",
        "publisher": known["publisher"] if known else url.split("/")[2].removeprefix("www."),
        "date": date if url else date[:4],
        "url": url,
        "type": "news",
        "background": False,
        "withheld": not url,
    }
