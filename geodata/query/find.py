"""Finding a county by what a reader types: any spelling, a P-code, a number, a part of its name or a town in it.

A verdict (`find_county`) is never guessed in silence; what is not certain is offered (`offers`), likeliest first.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from geodata.facts.countries import fold
from geodata.matching.below import PLACES, WEAKER, without_surroundings
from geodata.matching.counties import CountyMatcher, Match, Standing, county_matcher
from geodata.query.world import World
from geodata.settings import DataSettings

__all__ = ["Match", "Offer", "Standing", "find_county", "offers", "spellings"]
ALIASES = PLACES.with_name("county_aliases.csv")
LONGEST = 80
MOST = 8
"""Counties offered at most."""
LIKE = 75
"""Likeness (0 to 100) from which a misspelt name is offered."""
UNHELPFUL = frozenset({"other script", "short form"})
"""Kinds of listed places that are found only when they are typed in full."""
OWN, UNLISTED = -3, 50
"""How much a name gives way to others: a county's own the least, one that must be typed in full the most."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A county that a text may mean. pcode: its code. place: the town in it that was meant, "" for its own name."""

    pcode: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class _Name:
    """A name by which a county is found: folded and joined, as it is shown, its county, how much it gives way."""

    joined: str
    words: tuple[str, ...]
    shown: str
    pcode: str
    weaker: int


def find_county(world: World, text: str) -> Match:
    """Return the verdict on what was typed; only its first 80 characters are read."""
    return _matcher(world.settings).match(text[:LONGEST])


def offers(world: World, text: str) -> tuple[Offer, ...]:
    """Return the counties that a text may mean: by any part of their name or of a town in them, misspelt or not.

    At most eight, likeliest first; each with the town that was recognised. Nothing that resembles gives nothing.
    """
    asked = without_surroundings(text[:LONGEST]).replace(" ", "")
    if not asked:
        return ()
    best: dict[str, tuple[float, str, Offer]] = {}
    for score, name in (*_containing(world, asked), *_resembling(world, asked)):
        ranked = (-score, name.shown, Offer(name.pcode, "" if name.weaker < 0 else name.shown))
        best[name.pcode] = min(best.get(name.pcode, ranked), ranked, key=lambda entry: entry[:2])
    verdict = find_county(world, text)
    sure = [str(pcode) for pcode in (verdict.pcode, verdict.suggestion, *verdict.candidates) if pcode]
    first = [best[pcode][2] if pcode in best else Offer(pcode) for pcode in dict.fromkeys(sure)]
    rest = [offer for _, _, offer in sorted(best.values(), key=lambda entry: entry[:2])]
    return tuple(dict.fromkeys((*first, *(offer for offer in rest if offer.pcode not in sure))))[:MOST]


def spellings(world: World) -> dict[str, str]:
    """Return plain spelling (letters and digits only) → P-code, for the browser to answer at once."""
    pcodes = {_plain(name): pcode for pcode, name in world.names.items()}
    return pcodes | {pcode.lower(): pcode for pcode in world.names}


def _containing(world: World, asked: str) -> Iterator[tuple[float, _Name]]:
    """Yield the names that a text is, begins, begins a word of, or stands in."""
    for name in _names(world):
        if name.weaker >= UNLISTED and asked != name.joined:
            continue
        if asked == name.joined:
            score = 100.0
        elif name.joined.startswith(asked):
            score = 95.0
        elif any(word.startswith(asked) for word in name.words):
            score = 92.0
        elif len(asked) > 2 and asked in name.joined:
            score = 88.0
        else:
            continue
        yield score - name.weaker, name


def _resembling(world: World, asked: str) -> Iterator[tuple[float, _Name]]:
    """Yield the names that a text resembles, by the letters that would have to be changed."""
    if len(asked) < 4:
        return
    names = _names(world)
    joined = [name.joined for name in names]
    for _, likeness, at in process.extract(asked, joined, scorer=fuzz.ratio, score_cutoff=LIKE, limit=40):
        if names[at].weaker < UNLISTED:
            yield likeness * 0.9 - names[at].weaker, names[at]


@lru_cache(maxsize=2)
def _matcher(settings: DataSettings) -> CountyMatcher:
    return county_matcher(settings)


@lru_cache(maxsize=2)
def _names(world: World) -> tuple[_Name, ...]:
    """Return every name by which a county is found: its own, its aliases, listed places, stops of corridors."""
    own = [(name, pcode, OWN) for pcode, name in world.names.items()]
    with ALIASES.open(encoding="utf-8", newline="") as lines:
        own += [(row["alias"], row["pcode"], OWN) for row in csv.DictReader(lines)]
    with PLACES.open(encoding="utf-8", newline="") as lines:
        own += [(row["place"], row["pcode"], _weaker(row["kind"])) for row in csv.DictReader(lines)]
    own += [(str(row["name"]), str(row["pcode"]), 0) for row in world.corridors.places if row["pcode"]]
    return tuple(dict.fromkeys(_named(world, own)))


def _weaker(kind: str) -> int:
    return UNLISTED if kind in UNHELPFUL else WEAKER.get(kind, 0)


def _named(world: World, rows: Iterable[tuple[str, str, int]]) -> Iterator[_Name]:
    for shown, pcode, weaker in rows:
        folded = fold(shown)
        if folded and pcode in world.names:
            yield _Name(folded.replace(" ", ""), tuple(folded.split()), shown, pcode, weaker)


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.lower())
    return re.sub(r"[^a-z0-9]", "", letters)
