"""Words, codes and coordinates → county, with how sure we are. Never guesses in silence.

A P-code (``KE011``), an IEBC number (``11``) and an ISO 3166-2 code (``KE-09``) collide on their
digits, so the *notation* decides: three digits after KE is a P-code, a dash and two digits is ISO,
a bare number is IEBC unless its column says ISO. A name is sure when it is a county's name or a
listed spelling of it; a misspelling is sure only when it is one slip away from exactly one county
(rapidfuzz WRatio ≥ 90 with a gap ≥ 10, same first and last letter, no letter missing, long enough);
a weaker likeness is to be confirmed; anything else, and every place that says it lies in another
country, is rejected. Towns are not counties: a county's headquarters is offered, never assumed.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from geodata.facts.countries import english_name, fold, names, two_letter
from geodata.matching.below import SEPARATORS, WEAKER, PlaceBelow, PlaceList, place_list, without_surroundings
from geodata.settings import SHIPPED, DataSettings
from geodata.values import N_COUNTIES, DataProblem, Pcode

KENYA = "KEN"
SURE_SCORE, SURE_GAP, ASK_SCORE, SUGGEST_GAP = 90.0, 10.0, 75.0, 5.0
SHORTEST_MISSPELLED = 6
"""Names shorter than this are never corrected unasked: one letter turns Nandi into Nadi (Fiji)."""
LONG_NAME, SLIPS_LONG = 10, 2

_PCODE = re.compile(r"^KE(\d{3})(\d{3}){0,2}$", re.IGNORECASE)
_ISO = re.compile(r"^KE-(\d{2})$", re.IGNORECASE)
_KE_OTHER = re.compile(r"^KEN?[-_ ]?\d+$", re.IGNORECASE)
_NUMBER = re.compile(r"^0{0,2}(\d{1,2})(?:\.0+)?$")
_CODE_AND_NAME = re.compile(
    r"^(KE-?\d{2,3}|\d{1,3})\s*[-–:.)\s]\s*(\D{3,})$|^(\D{3,}?)\s*[-–:(\s]\s*(KE-?\d{2,3}|\d{1,3})\)?$"
)
_COUNTY_WORD = re.compile(r"\bcounty\b|\bkaunti\b|\bcomt[ée]\b", re.IGNORECASE)
_DROPPED = frozenset({"county", "countys", "counties", "kaunti", "comte", "government", "govt"})
_LEADING = frozenset({"ya", "de", "du", "of", "the", "la", "le"})


class Standing(StrEnum):
    """How sure a match is."""

    SURE = "sure"
    TO_CONFIRM = "to_confirm"
    REJECTED = "rejected"


class Notation(StrEnum):
    """What a bare number in a column means."""

    IEBC = "iebc"
    ISO = "iso"
    ALPHABETICAL = "alphabetical"
    UNPROVEN = "unproven"


@dataclass(frozen=True, slots=True)
class Match:
    """The verdict on one value.

    pcode:      the county, only when standing is SURE.
    suggestion: the one county worth asking about, only when TO_CONFIRM; may be empty.
    candidates: every county the value may mean, likeliest first, only when TO_CONFIRM.
    change:     what was corrected on the way, in words without the value itself; "" if nothing.
    reason:     why it is not sure, in words without the value itself.
    abroad:     ISO3 of the other country the value names, "" otherwise.
    """

    standing: Standing
    pcode: Pcode | None = None
    suggestion: Pcode | None = None
    change: str = ""
    reason: str = ""
    abroad: str = ""
    candidates: tuple[Pcode, ...] = ()


@dataclass(frozen=True, slots=True)
class County:
    """The names and codes one county goes by."""

    pcode: Pcode
    number: int
    iso_number: int
    name: str
    capital: str


def _rejected(reason: str, abroad: str = "") -> Match:
    return Match(Standing.REJECTED, reason=reason, abroad=abroad)


def _ask(reason: str, suggestion: Pcode | None = None, candidates: Iterable[Pcode] = ()) -> Match:
    several = tuple(dict.fromkeys((*((suggestion,) if suggestion else ()), *candidates)))
    return Match(Standing.TO_CONFIRM, suggestion=suggestion, reason=reason, candidates=several)


def simplify(text: str) -> str:
    """Return a county spelling without case, accents, punctuation, "County", "in Kenya" and the like."""
    words = [word for word in fold(text).split() if word not in _DROPPED]
    if len(words) > 1 and words[-1] == "kenya":
        words.pop()
        if len(words) > 1 and words[-1] == "in":
            words.pop()
    elif len(words) > 1 and words[0] == "kenya":
        words.pop(0)
    while len(words) > 1 and words[0] in _LEADING:
        words.pop(0)
    return " ".join(words)


class CountyMatcher:
    """Matches written counties. Build once, ask many times; answers are remembered."""

    def __init__(
        self,
        counties: Sequence[County],
        aliases: Iterable[tuple[Pcode, str]] = (),
        elsewhere: Iterable[str] = (),
        slips: Iterable[str] = (),
        places: PlaceList | None = None,
    ) -> None:
        """Take the 47 counties and further spellings.

        elsewhere: foreign places never to be "corrected".  slips: spellings that are known mistakes.
        places: places below the county.
        """
        if len(counties) != N_COUNTIES:
            raise DataProblem(f"County matching needs the {N_COUNTIES} counties; it was given {len(counties)}.")
        self.names: dict[Pcode, str] = {county.pcode: county.name for county in counties}
        self._by_iso = {county.iso_number: county.pcode for county in counties}
        self._alphabetical = {
            number: county.pcode
            for number, county in enumerate(sorted(counties, key=lambda county: county.name), start=1)
        }
        self._capitals = {fold(county.capital): county.pcode for county in counties}
        self.places = places or PlaceList()
        self._exact: dict[str, Pcode] = {}
        self._joined: dict[str, Pcode] = {}
        for pcode, spelling in [*((c.pcode, c.name) for c in counties), *aliases]:
            folded = simplify(spelling)
            if self._exact.setdefault(folded, pcode) != pcode:
                raise DataProblem(f"The county spelling '{spelling}' is listed for two counties.")
            self._joined[folded.replace(" ", "")] = pcode
        self._spellings = list(self._exact)
        self._slips = frozenset(simplify(spelling).replace(" ", "") for spelling in slips)
        self._elsewhere = frozenset(simplify(place).replace(" ", "") for place in elsewhere)
        self._confirmed: dict[str, Pcode] = {}
        self._memory: dict[tuple[str, Notation, str], Match] = {}

    def confirm(self, spelling: str, pcode: Pcode) -> None:
        """Take a person's word (from a profile or the steward) that a spelling means a county."""
        if pcode not in self.names:
            raise DataProblem(f"A confirmed spelling points to '{pcode}'; expected KE001 … KE047.")
        self._confirmed[spelling.strip()] = pcode
        self._memory.clear()

    def match(self, text: str, *, notation: Notation = Notation.IEBC, country: str = "") -> Match:
        """Return the verdict on one value; ``country`` is the ISO3 of the place's country if known."""
        key = (text, notation, country)
        if key not in self._memory:
            self._memory[key] = self._match(text.strip(), notation, country)
        return self._memory[key]

    def _match(self, text: str, notation: Notation, country: str) -> Match:
        if country and country != KENYA:
            return _rejected(f"the place is in another country ({country}), not in Kenya", country)
        if text in self._confirmed:
            return Match(Standing.SURE, self._confirmed[text], change="county as confirmed by you")
        if any(letter.isdigit() for letter in text):
            return self._coded(text, notation)
        return self._named(text)

    def _coded(self, text: str, notation: Notation) -> Match:
        if hit := _PCODE.match(text):
            pcode = Pcode(f"KE{hit[1]}")
            if pcode not in self.names:
                return _rejected("no county has this P-code; P-codes run from KE001 to KE047")
            return Match(Standing.SURE, pcode, change="county taken from a finer P-code" if hit[2] else "")
        if hit := _ISO.match(text) or _NUMBER.match(text):
            return self._numbered(int(hit[1]), Notation.ISO if "-" in text else notation)
        if _KE_OTHER.match(text):
            return _ask("the code is neither a P-code (KE011) nor an ISO code (KE-09)")
        return self._code_and_name(text, notation)

    def _code_and_name(self, text: str, notation: Notation) -> Match:
        if hit := _CODE_AND_NAME.match(text):
            code, name = (hit[1], hit[2]) if hit[1] else (hit[4], hit[3])
            by_code, by_name = self._coded(code, notation), self._named(name)
            if by_name.pcode and by_code.pcode == by_name.pcode:
                return by_name
            if by_name.pcode:
                return _ask("the code and the name are of two different counties")
        if any(letter.isalpha() for letter in text) and (below := self._below(text, simplify(text))):
            return below
        return _rejected("it is neither a county's name nor a county's code")

    def _numbered(self, number: int, notation: Notation) -> Match:
        if notation is Notation.UNPROVEN and 1 <= number <= N_COUNTIES:
            return _ask("a number alone does not say which list of counties it is from")
        if notation is Notation.ISO:
            pcode = self._by_iso.get(number)
        elif notation is Notation.ALPHABETICAL:
            pcode = self._alphabetical.get(number)
        else:
            pcode = Pcode(f"KE{number:03d}") if 1 <= number <= N_COUNTIES else None
        if pcode is None:
            return _rejected(f"no county has this number; they run from 1 to {N_COUNTIES}")
        return Match(Standing.SURE, pcode)

    def _exactly(self, text: str) -> Pcode | None:
        """Return the county a name is, in any listed spelling."""
        name = simplify(text)
        pcode = self._exact.get(name) or self._joined.get(name.replace(" ", ""))
        if pcode is None and name.endswith(" city"):
            pcode = self._exact.get(name.removesuffix(" city"))
        return pcode

    def _named(self, text: str) -> Match:
        name = simplify(text)
        if pcode := self._exactly(text):
            slip = name.replace(" ", "") in self._slips
            return Match(Standing.SURE, pcode, change=f"spelling corrected to {self.names[pcode]}" if slip else "")
        if abroad := self._abroad(text, name):
            return _rejected(f"the place is in another country ({abroad}), not in Kenya", abroad)
        if below := self._below(text, name):
            return below
        likened = self._likened(name)
        return likened if likened.pcode else self._inside(text, likened)

    def _below(self, text: str, name: str) -> Match | None:
        """Return what a place below the county, or a cell that names several places, amounts to."""
        if places := self.places.find(text):
            return self._placed(places)
        if name in self._capitals:
            county = self._capitals[name]
            return _ask(f"it is a town, not a county; it may be the headquarters of {self.names[county]}", county)
        parts = [part.strip() for part in SEPARATORS.split(text) if simplify(part)]
        return self._several(text, parts) if len(parts) > 1 else None

    def _placed(self, places: Sequence[PlaceBelow]) -> Match:
        """Return the question about a listed place."""
        first, counties = places[0], [place.pcode for place in places]
        names = " or ".join(self.names[pcode] for pcode in counties[:4])
        abroad = [iso3 for place in places for iso3 in place.also]
        outside = f", or in {' or '.join(english_name(iso3) for iso3 in dict.fromkeys(abroad))}" if abroad else ""
        if len(places) > 1:
            ranks = [WEAKER.get(place.kind, 0) for place in places]
            likeliest = first.pcode if ranks.count(ranks[0]) == 1 else None
            return _ask(f"places of this name lie in {names}{outside}", likeliest, counties)
        kind = {"other name": "place", "other script": "place"}.get(first.kind, first.kind)
        article = "an" if kind[0] in "aeiou" else "a"
        if kind == "short form":
            return _ask(f"it seems to be a short form of {names}", first.pcode)
        return _ask(f"it is {article} {kind} in {names}, not a county{outside}", first.pcode)

    def _several(self, text: str, parts: list[str]) -> Match | None:
        """Return the verdict on a cell that names several places, None when none of them is known."""
        parts = [part for part in parts if simplify(part) != "kenya"] or parts
        plain = [without_surroundings(part) for part in parts]
        counties = [self._exactly(part) or self._exactly(name) for part, name in zip(parts, plain, strict=True)]
        named = list(dict.fromkeys(pcode for pcode in counties if pcode))
        others = [part for part, pcode in zip(parts, counties, strict=True) if pcode is None]
        below = [self.places.find(part) for part in others]
        candidates = [*named, *(place.pcode for places in below for place in places)]
        if not candidates:
            return None
        if len(named) > 1:
            return _ask("it names several counties", None, candidates)
        if not named:
            agreed = len(set(candidates)) == 1
            return _ask("it names places, not a county", candidates[0] if agreed else None, candidates)
        county = named[0]
        if any(places and all(place.pcode != county for place in places) for places in below):
            return _ask("it names a county and a place in another one", None, candidates)
        path = "::" in text or _COUNTY_WORD.search(text) or text.strip().casefold().startswith("kenya")
        if path or all(below):
            return Match(Standing.SURE, county, change=f"county {self.names[county]} taken from a longer place")
        return _ask(f"it names {self.names[county]} and something else", county)

    def _inside(self, text: str, otherwise: Match) -> Match:
        """Return the question about a longer text in which one county, or a listed place, is named."""
        words = [word for word in fold(text).split() if word]
        if len(words) < 2:
            return otherwise
        hit: list[Pcode] = []
        for size in (3, 2, 1):
            for start in range(len(words) - size + 1):
                part = " ".join(words[start : start + size])
                pcode = self._exact.get(part)
                if pcode and pcode not in hit:
                    hit.append(pcode)
        if len(hit) == 1:
            return _ask(f"it speaks of {self.names[hit[0]]}, but is not only a county's name", hit[0])
        if hit:
            return _ask("it names several counties", None, hit)
        places = self.places.within(text)
        return self._placed(places) if places and not otherwise.suggestion else otherwise

    @staticmethod
    def _abroad(text: str, name: str) -> str:
        """Return the ISO3 of a country named at either end of the value, "" if there is none."""
        words = name.split()
        for size in range(1, min(5, len(words)) + 1):
            for part in (words[-size:], words[:size]):
                iso3 = names().get(" ".join(part), "")
                if iso3 and iso3 != KENYA:
                    return iso3
        if hit := re.search(r"[\s(,/-]\s*([A-Z]{2})\s*\)?$", text):
            iso3 = two_letter().get(hit[1], "")
            return "" if iso3 == KENYA else iso3
        return ""

    def _likened(self, name: str) -> Match:
        from rapidfuzz import fuzz, process  # noqa: PLC0415 - only files with misspellings need it
        from rapidfuzz.distance import OSA  # noqa: PLC0415

        if not name:
            return _rejected("it holds no letters")
        best: dict[Pcode, tuple[float, str]] = {}
        for spelling, score, _ in process.extract(name, self._spellings, scorer=fuzz.WRatio, limit=12):
            pcode = self._exact[spelling]
            if score > best.get(pcode, (0.0, ""))[0]:
                best[pcode] = (score, spelling)
        ranked = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))
        if not ranked or ranked[0][1][0] < ASK_SCORE:
            return _rejected("it is not the name of one of the 47 counties")
        pcode, (score, spelling) = ranked[0]
        runner_up = ranked[1][1][0] if len(ranked) > 1 else 0.0
        joined, known = name.replace(" ", ""), spelling.replace(" ", "")
        slips = OSA.distance(joined, known)
        allowed = SLIPS_LONG if len(known) >= LONG_NAME else 1
        # A letter too few is how foreign places differ (Madera, Makeni, Namira): never corrected unasked.
        same_ends = joined[0] == known[0] and joined[-1] == known[-1] and len(joined) >= len(known)
        one_slip = slips <= allowed and same_ends and joined not in self._elsewhere
        close = score >= SURE_SCORE and score - runner_up >= SURE_GAP
        if close and one_slip and len(known) >= SHORTEST_MISSPELLED:
            return Match(Standing.SURE, pcode, change=f"spelling corrected to {self.names[pcode]}")
        plain = fuzz.ratio(joined, known)
        if plain >= ASK_SCORE and score - runner_up >= SUGGEST_GAP:
            return _ask(f"it looks like {self.names[pcode]} but is not spelled so", pcode)
        return _ask("it resembles a county's name, but not clearly enough")


@lru_cache(maxsize=4)
def _counties(settings: DataSettings) -> tuple[County, ...]:
    path = settings.shipped / "evidence" / "counties.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(
            County(Pcode(row["pcode"]), int(row["code"]), int(row["iso"][3:]), row["name"], row["capital"])
            for row in csv.DictReader(lines)
        )


def county_matcher(settings: DataSettings) -> CountyMatcher:
    """Return a fresh matcher over the shipped counties and their listed spellings."""
    with (SHIPPED / "intake" / "county_aliases.csv").open(encoding="utf-8", newline="") as lines:
        listed = list(csv.DictReader(lines))
    aliases = [(Pcode(row["pcode"]), row["alias"]) for row in listed]
    slips = [row["alias"] for row in listed if row["why"] in ("common misspelling", "attested in published tables")]
    with (SHIPPED / "intake" / "look_alikes.csv").open(encoding="utf-8", newline="") as lines:
        elsewhere = [row["place"] for row in csv.DictReader(lines)]
    return CountyMatcher(_counties(settings), aliases, elsewhere, slips, place_list())
