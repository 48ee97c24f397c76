"""Searching the ledger: which sources answer a reader's question, and which of their uses do.

One filter, one predicate, used by the page and its file alike. A source is found when its own words
and kind match and, where a county, a use, a nature or years are asked for, *one and the same* use
matches all of them. A use without a year takes the year of its source; undated ones answer no
question about years.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from geodata.query.ledger import Use, uses
from geodata.query.world import LedgerSource, World

SORTS = ("newest", "publisher", "used")


@dataclass(frozen=True, slots=True)
class SourceFilter:
    """What a reader asks of the ledger; empty text and 0 mean “any”.

    text: words, each to be found in title, publisher, address or id, without regard to accents or case.
    county: P-code, or KE for the country. kind: type of the source. first, last: years, both included.
    source_id: this one only, whatever else is asked.
    """

    text: str = ""
    county: str = ""
    kind: str = ""
    use: str = ""
    nature: str = ""
    first: int = 0
    last: int = 0
    source_id: str = ""
    sort: str = "newest"

    @property
    def about_uses(self) -> bool:
        """Say whether a use must match."""
        return bool(self.county or self.use or self.nature)


@dataclass(frozen=True, slots=True)
class Entry:
    """One source found: its row in the ledger, all its uses, and those the filter asked for."""

    row: LedgerSource
    uses: tuple[Use, ...]
    matching: tuple[Use, ...]


def find_sources(world: World, wanted: SourceFilter) -> tuple[Entry, ...]:
    """Return the sources that match, sorted."""
    cited = _uses_by_source(world)
    if wanted.source_id:
        row = world.source_rows.get(wanted.source_id)
        mine = cited.get(wanted.source_id, ())
        return (Entry(row, mine, mine),) if row else ()
    words = fold(wanted.text).split()
    searched = _searched(world)
    entries = []
    for source_id, row in world.source_rows.items():
        if (wanted.kind and row.type != wanted.kind) or not all(word in searched[source_id] for word in words):
            continue
        mine = cited.get(source_id, ())
        year = int(row.year) if row.year else None
        matching = tuple(use for use in mine if _answers(use, wanted, year))
        idle = not mine and not wanted.about_uses and _within(year, wanted)
        if matching or idle:
            entries.append(Entry(row, mine, matching))
    return _sorted(entries, wanted.sort, _order(world))


def fold(text: str) -> str:
    """Return the text without accents and case."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(char for char in parts if not unicodedata.combining(char)).casefold()


def _answers(use: Use, wanted: SourceFilter, source_year: int | None) -> bool:
    return (
        (not wanted.county or use.county == wanted.county)
        and (not wanted.use or use.use == wanted.use)
        and (not wanted.nature or use.nature == wanted.nature)
        and _within(use.year or source_year, wanted)
    )


def _within(year: int | None, wanted: SourceFilter) -> bool:
    if not wanted.first and not wanted.last:
        return True
    return year is not None and (wanted.first or year) <= year <= (wanted.last or year)


def _sorted(entries: list[Entry], sort: str, order: Mapping[str, int]) -> tuple[Entry, ...]:
    entries.sort(key=lambda entry: order[entry.row.source_id])
    if sort == "used":
        entries.sort(key=lambda entry: len(entry.uses), reverse=True)
    elif sort != "publisher":
        entries.sort(key=lambda entry: entry.row.date if entry.row.year else "", reverse=True)
    return tuple(entries)


@lru_cache(maxsize=4)
def _order(world: World) -> dict[str, int]:
    """Return source id → place in the order of publishers, then titles."""
    rows = world.source_rows.values()
    listed = sorted(rows, key=lambda row: (fold(row.publisher), fold(row.title), row.source_id))
    return {row.source_id: place for place, row in enumerate(listed)}


@lru_cache(maxsize=4)
def _uses_by_source(world: World) -> dict[str, tuple[Use, ...]]:
    by_source: dict[str, list[Use]] = defaultdict(list)
    for use in uses(world):
        by_source[use.source_id].append(use)
    return {source_id: tuple(mine) for source_id, mine in by_source.items()}


@lru_cache(maxsize=4)
def _searched(world: World) -> dict[str, str]:
    return {
        source_id: fold(f"{row.title} {row.publisher} {row.url} {source_id}")
        for source_id, row in world.source_rows.items()
    }
