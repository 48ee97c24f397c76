"""Whom to call: telephone numbers with whom they serve, and how surely they were read.

Source: helplines.csv, one row per number and page it was read on. A number is *confirmed* when two
sources give it or the service's own page does; only confirmed numbers may be shown to a reader, with the
date read. The child helpline 116 and the hotline 1195 come first. Refuses a count of sources that is no number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from geodata.facts import evidence
from geodata.settings import DataSettings

FIRST = ("116", "1195")
"""The two numbers that are sure; help on every page begins with them."""

ENOUGH_SOURCES = 2


@dataclass(frozen=True, slots=True)
class Helpline:
    """One number as one page gives it.

    number: as printed, may hold spaces or several emergency numbers separated by “ / ”. languages, hours: as
    said, "" when not said. sources: how many sources give the number. official: the service's own page does.
    read: date of the text it was read in, may be undated (“n.d.”).
    """

    number: str
    name: str
    for_whom: str
    languages: str
    hours: str
    sources: int
    official: bool
    publisher: str
    title: str
    url: str
    read: str

    @property
    def confirmed(self) -> bool:
        """Whether a reader may be shown it: two sources, or the service's own page."""
        return self.official or self.sources >= ENOUGH_SOURCES


@lru_cache(maxsize=4)
def load(settings: DataSettings) -> tuple[Helpline, ...]:
    """Return every row of helplines.csv, 116 and 1195 first, else in the order of the file."""
    table = evidence.read(settings, "helplines")
    bad = table.loc[~table["sources"].str.fullmatch(r"[1-9]\d*") | ~table["official"].isin(["yes", "no"])]
    if len(bad):
        raise evidence.complain(
            "helplines", int(bad.iloc[0]["row"]), "sources must be a whole number and official yes or no."
        )
    rows = [
        Helpline(
            number=str(line.number),
            name=str(line.name),
            for_whom=str(line.for_whom),
            languages=str(line.languages),
            hours=str(line.hours),
            sources=int(str(line.sources)),
            official=str(line.official) == "yes",
            publisher=str(line.source_publisher),
            title=str(line.title),
            url=str(line.url),
            read=str(line.read),
        )
        for line in table.itertuples()
    ]
    return tuple(sorted(rows, key=lambda each: FIRST.index(each.number) if each.number in FIRST else len(FIRST)))


def shown(settings: DataSettings) -> tuple[Helpline, ...]:
    """Return the confirmed numbers, each once: the row of its own page where there is one."""
    best: dict[str, Helpline] = {}
    for each in load(settings):
        held = best.get(each.number)
        if each.confirmed and (held is None or (not held.hours and each.hours)):
            best[each.number] = each
    return tuple(best.values())
