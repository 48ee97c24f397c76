"""Who was looking: the watchers of each county by kind, over years; never a score, only counts with their parts.

Built from the rows of responses as read by `geodata.facts.responses`: what is planned, told twice or only a
day's event is no watcher. A watcher is there from its first year on; a programme with a stated end only
until then; one without any date counts from the last year of the record only. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from geodata.facts.responses import ResponseRow
from geodata.values import NATIONAL, Period

KINDS = ("training", "post", "unit", "committee", "study", "hotline", "programme")
KIND_OF = {
    "nrm_training": "training", "workshop": "training", "border_post": "post", "one_stop_border_post": "post",
    "child_protection_unit": "unit", "coordination_committee": "committee", "assessment": "study",
    "hotline": "hotline", "other": "programme",
}  # fmt: skip
"""Kind of response → kind of watcher; shelters and safe houses care for people, they do not look for them."""


@dataclass(frozen=True, slots=True)
class Watcher:
    """One row of responses that means somebody was looking. first, last: years, None where not stated."""

    response_id: str
    county: str
    kind: str
    name: str
    first: int | None
    last: int | None
    organisations: tuple[str, ...]
    source_id: str

    def there(self, period: Period, end_of_record: int) -> bool:
        """Say whether it was there in a period."""
        if self.first is None:
            return period.last >= end_of_record
        ended = self.kind == "programme" and self.last is not None and self.last < period.first
        return self.first <= period.last and not ended

    def began(self, period: Period) -> bool:
        """Say whether it is known to have begun, or been held, in a period."""
        return self.first is not None and period.first <= self.first <= period.last


@dataclass(frozen=True, slots=True)
class Effort:
    """Who was looking in one county in a period.

    watchers: those there. organisations: names in them, distinct. outlets: publishers of the events and
    statements about the county in the period, distinct; they are known only by what they reported.
    """

    pcode: str
    watchers: tuple[Watcher, ...]
    organisations: tuple[str, ...]
    outlets: tuple[str, ...]

    def of(self, kind: str) -> tuple[Watcher, ...]:
        """Return the watchers of one kind."""
        return tuple(watcher for watcher in self.watchers if watcher.kind == kind)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of watchers there, in the order of `KINDS`."""
        return tuple(kind for kind in KINDS if any(watcher.kind == kind for watcher in self.watchers))


@dataclass(frozen=True, slots=True)
class Mention:
    """One publication about a county: year (None: undated), outlet, and whether an event or a statement."""

    county: str
    year: int | None
    outlet: str
    use: str


def watchers(rows: Iterable[ResponseRow]) -> tuple[Watcher, ...]:
    """Return the watchers among rows of responses, county by county."""
    watching = []
    for row in rows:
        kind = KIND_OF.get(row.kind)
        if kind is None or row.county == NATIONAL or row.reading:
            continue
        first, last = _year(row.start_date or row.end_date), _year(row.end_date)
        names = tuple(part.strip() for part in row.organisations.split(";") if part.strip())
        watching.append(
            Watcher(row.response_id, row.county, kind, row.name, first,
                    last if row.start_date else None, names, row.source_id)
        )  # fmt: skip
    return tuple(
        sorted(
            watching,
            key=lambda watcher: (watcher.county, KINDS.index(watcher.kind), watcher.first or 9999, watcher.name),
        )
    )


def effort(
    pcodes: Iterable[str], known: Iterable[Watcher], mentions: Iterable[Mention], period: Period, record: Period
) -> dict[str, Effort]:
    """Return the effort of each county over a period; undated publications count in the whole record only."""
    there = [watcher for watcher in known if watcher.there(period, record.last)]
    made = [mention for mention in mentions if mentioned(mention, period, record)]
    effort_by_county = {}
    for pcode in pcodes:
        mine = tuple(watcher for watcher in there if watcher.county == pcode)
        names = sorted({name for watcher in mine for name in watcher.organisations})
        outlets = sorted({mention.outlet for mention in made if mention.county == pcode})
        effort_by_county[pcode] = Effort(pcode, mine, tuple(names), tuple(outlets))
    return effort_by_county


def mentioned(mention: Mention, period: Period, record: Period) -> bool:
    """Say whether a publication belongs to a period."""
    return period == record if mention.year is None else period.first <= mention.year <= period.last


def _year(text: str) -> int | None:
    match = re.match(r"\d{4}", text)
    return int(match[0]) if match else None
