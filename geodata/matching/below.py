"""Places below the county: towns, sub-counties, constituencies, old districts, camps, estates, stations, short forms.

Each has its county and where that comes from (``geodata/data/intake/places.csv``). A place is never taken for its
county unasked: it gives a suggestion, and every county with a place of that name when there are several. What
surrounds the name ("Isebania Police Station", "Moyale Sub-County") is set aside.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from geodata.facts.countries import fold
from geodata.settings import SHIPPED
from geodata.values import Pcode

PLACES = SHIPPED / "intake" / "places.csv"
SEPARATORS = re.compile(
    r"::|[/,;:|()>&\n+]|\s[-–—]+>?\s|→"
    r"|\band\b|\bna\b|\bet\b|\bto\b|\bhadi\b|\bvia\b|\bor\b|\bthen\b",
    re.IGNORECASE,
)
"""What stands between the places of one cell."""
WEAKER = {"settlement": 1, "other name": 2, "ward": 3}
"""Kinds that give way to a town, camp or sub-county of the same name: few registers are kept by ward."""
_AROUND = frozenset(
    fold(word)
    for word in [
        "police",
        "station",
        "post",
        "sub",
        "subcounty",
        "sub-county",
        "constituency",
        "ward",
        "district",
        "division",
        "location",
        "sublocation",
        "town",
        "municipality",
        "area",
        "camp",
        "refugee",
        "settlement",
        "market",
        "center",
        "centre",
        "border",
        "osbp",
        "point",
        "hospital",
        "health",
        "airport",
        "slum",
        "slums",
        "county",
        "kaunti",
        "referral",
        "dispensary",
        "kata",
        "wilaya",
        "mji",
        "kituo",
        "cha",
        "polisi",
        "kambi",
        "ndogo",
        "ya",
        "wa",
        "urban",
        "rural",
        "near",
        "between",
        "from",
        "at",
        "in",
        "around",
        "along",
        "outskirts",
        "of",
        "the",
        "road",
        "highway",
        "stage",
        "bus",
        "park",
        "roadblock",
        "barrier",
        "checkpoint",
        "command",
        "estate",
        "village",
        "quarter",
        "block",
        "zone",
        "level",
        "general",
        "teaching",
        "ville",
        "poste",
        "de",
        "la",
        "du",
        "sous",
        "comte",
        "frontiere",
        "frontier",
        "old",
        "new",
        "base",
        "customs",
    ]
)
_PARTS_OF_NAMES = frozenset({"north", "south", "east", "west", "central", "rural", "urban"})


@dataclass(frozen=True, slots=True)
class PlaceBelow:
    """One listed place.

    pcode: its county.  kind: town, sub-county, constituency, ward, old district, camp, estate, short form, settlement,
    other name or other script.  also: ISO3 of countries that have a place of this name.
    """

    pcode: Pcode
    kind: str
    also: tuple[str, ...] = ()


class PlaceList:
    """Looks places up by any listed spelling, written together or apart."""

    def __init__(self, rows: Iterable[tuple[str, PlaceBelow]] = ()) -> None:
        """Take (spelling, place) pairs."""
        self._places: dict[str, list[PlaceBelow]] = {}
        for spelling, place in rows:
            held = self._places.setdefault(_joined(fold(spelling)), [])
            if all(place.pcode != other.pcode for other in held):
                held.append(place)
        for places in self._places.values():
            places.sort(key=lambda place: WEAKER.get(place.kind, 0))

    def find(self, text: str) -> tuple[PlaceBelow, ...]:
        """Return the places a name may mean, likeliest first; empty when it is in no list."""
        words = fold(text).split()
        if not words:
            return ()
        for spelling in _shorter(words):
            if places := self._places.get(_joined(spelling)):
                return tuple(places)
        return ()

    def within(self, text: str) -> tuple[PlaceBelow, ...]:
        """Return the places named somewhere inside a longer text; all of the longest name found."""
        words = [word for word in fold(text).split() if word not in _AROUND]
        for size in range(min(3, len(words)), 0, -1):
            for start in range(len(words) - size + 1):
                part = " ".join(words[start : start + size])
                if len(part) > 3 and part not in _PARTS_OF_NAMES and (places := self._places.get(_joined(part))):
                    return tuple(places)
        return ()


def without_surroundings(text: str) -> str:
    """Return a folded name without the words that only say what kind of place it is."""
    words = fold(text).split()
    kept = [word for word in words if word not in _AROUND]
    return " ".join(kept or words)


def _shorter(words: list[str]) -> Iterable[str]:
    """Yield a name as it stands, then without the words around it, then without a last point of the compass."""
    yield " ".join(words)
    kept = [word for word in words if word not in _AROUND]
    if kept and kept != words:
        yield " ".join(kept)


def _joined(folded: str) -> str:
    return folded.replace(" ", "")


@lru_cache(maxsize=2)
def place_list(path: Path = PLACES) -> PlaceList:
    """Return the shipped list."""
    with path.open(encoding="utf-8", newline="") as lines:
        return PlaceList(
            (row["place"], PlaceBelow(Pcode(row["pcode"]), row["kind"], tuple(row["also"].split())))
            for row in csv.DictReader(lines)
        )
