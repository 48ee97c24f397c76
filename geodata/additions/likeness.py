"""What is perhaps told already: rows of the record, and additions that wait, which resemble a new one.

A help for the person who reads, never a decision: an event is like another of the same county near in time and number,
or one told under the same link; a statement like one of the same county, role and source; the others by their names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz

from geodata.additions.door import FEW, ReadAddition
from geodata.additions.rows import Row, Tables
from geodata.facts import few_children

Told = Mapping[str, Any]
MOST = 5
SAME_WORDS, NEARLY_ALL_WORDS = 80.0, 90.0
"""Likeness of two texts, 0 to 100, from which they may tell the same."""
NEAR_DAYS = 10


@dataclass(frozen=True, slots=True)
class Likeness:
    """Something like it. row_id: id in the record, empty where rows have none. words: what it says, as told there."""

    row_id: str
    words: str


def possible_duplicates(
    read: ReadAddition, tables: Tables, waiting: Iterable[Mapping[str, Any]] = (), leave_out: str = ""
) -> tuple[Likeness, ...]:
    """Return what resembles an addition, the record first.

    tables: of the record. waiting: texts of additions of the same kind that wait. leave_out: id of the row that is
    being corrected.
    """
    told = dict(read.told)
    if told.get(FEW):
        return ()
    hits = [*_IN_RECORD[read.kind](told, tables, leave_out)]
    hits += [Likeness("", _title(read.kind, other)) for other in waiting if _same_words(read.kind, told, other)]
    return tuple(dict.fromkeys(hits))[:MOST]


def _events(told: Told, tables: Tables, leave_out: str) -> Iterable[Likeness]:
    for row in _rows(tables, "incidents", "id", leave_out):
        if row["withheld"] != few_children.FEW and _like_event(told, row):
            yield Likeness(row["id"], f"{row['date']}, {row['county']}: {row['summary']}")


def _statements(told: Told, tables: Tables, _leave_out: str) -> Iterable[Likeness]:
    for row in _rows(tables, "classifications"):
        same = all(row[name] == told.get(name) for name in ("county", "role", "source_id"))
        if same or fuzz.token_set_ratio(row["statement"], told["statement"]) > NEARLY_ALL_WORDS:
            yield Likeness("", f"{row['county']}, {row['role']}: {row['statement']}")


def _responses(told: Told, tables: Tables, _leave_out: str) -> Iterable[Likeness]:
    for row in _rows(tables, "responses"):
        if row["county"] == told["county"] and fuzz.token_sort_ratio(row["name"], told["name"]) > SAME_WORDS:
            yield Likeness("", f"{row['county']}: {row['name']}")


def _corridors(told: Told, tables: Tables, leave_out: str) -> Iterable[Likeness]:
    stops = tables["corridor_stops"]
    mine = {stop["place"] for stop in told["stops"]}
    for row in _rows(tables, "corridors", "corridor_id", leave_out):
        theirs = set(stops.loc[stops["corridor_id"] == row["corridor_id"], "place"])
        alike = fuzz.token_sort_ratio(row["name"], told["name"]) > SAME_WORDS
        if alike or (row["nature"] == told["nature"] and len(mine & theirs) >= max(3, len(mine) - 1)):
            yield Likeness(row["corridor_id"], row["name"])


def _sources(told: Told, tables: Tables, leave_out: str) -> Iterable[Likeness]:
    for row in _rows(tables, "sources", "source_id", leave_out):
        same_house = row["publisher"].casefold() == told["publisher"].casefold()
        alike = fuzz.token_sort_ratio(row["title"], told["title"]) > NEARLY_ALL_WORDS
        if _plain(row["url"]) == _plain(told["url"]) or (same_house and alike):
            yield Likeness(row["source_id"], f"{row['publisher']}: {row['title']}")


_IN_RECORD: Mapping[str, Callable[[Told, Tables, str], Iterable[Likeness]]] = {
    "event": _events,
    "statement": _statements,
    "response": _responses,
    "corridor": _corridors,
    "source": _sources,
}


def _rows(tables: Tables, name: str, key: str = "", leave_out: str = "") -> Iterable[Row]:
    for line in tables[name].to_dict("records"):
        row = {str(column): str(value) for column, value in line.items()}
        if not key or row[key] != leave_out:
            yield row


def _like_event(told: Mapping[str, str], row: Row) -> bool:
    """Say whether an event of the record may be the same: its link, or county, time and number."""
    links = {_plain(told.get(name, "")) for name in ("source_url", "second_url")} - {""}
    if links & {_plain(row["source_url"]), _plain(row["source_url_2"])}:
        return True
    if row["county"] != told["county"] or not _near(told["date"], row["date"]):
        return False
    if told.get("persons") and row["persons"]:
        mine, theirs = int(told["persons"]), int(row["persons"])
        return abs(mine - theirs) <= max(2, theirs // 5)
    return row["form"] == told["form"]


def _near(mine: str, theirs: str) -> bool:
    """Say whether two dates, each a year, month or day, may be of the same days."""
    if len(mine) == len(theirs) == 10 and mine[:7] == theirs[:7]:
        return abs(int(mine[8:]) - int(theirs[8:])) <= NEAR_DAYS
    shortest = min(len(mine), len(theirs))
    return mine[: min(shortest, 7)] == theirs[: min(shortest, 7)]


def _plain(url: str) -> str:
    """Return an address without what differs between two copies of one link."""
    return url.rpartition("://")[2].removeprefix("www.").partition("?")[0].partition("#")[0].rstrip("/").casefold()


def _title(kind: str, told: Mapping[str, Any]) -> str:
    names = {"event": "summary", "statement": "statement", "response": "name", "corridor": "name", "source": "title"}
    return str(told.get(names[kind], ""))


def _same_words(kind: str, told: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    mine, theirs = _title(kind, told), _title(kind, other)
    return bool(theirs) and fuzz.token_set_ratio(mine, theirs) > SAME_WORDS
