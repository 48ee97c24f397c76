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

from geodata.facts.countries import fold, names, two_letter
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


@dataclass(frozen=True, slots=True)
class Match:
    """The verdict on one value.

    pcode:      the county, only when standing is SURE.
    suggestion: the one county worth asking about, only when TO_CONFIRM; may be empty.
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


def _ask(reason: str, suggestion: Pcode | None = None) -> Match:
    return Match(Standing.TO_CONFIRM, suggestion=suggestion, reason=reason)


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
    ) -> None:
        """Take the 47 counties and further spellings.

        elsewhere: foreign places never to be "corrected".  slips: spellings that are known mistakes.
        """
        if len(counties) != N_COUNTIES:
            raise DataProblem(f"County matching needs the {N_COUNTIES} counties; it was given {len(counties)}.")
        self.names: dict[Pcode, str] = {county.pcode: county.name for county in counties}
        self._by_iso = {county.iso_number: county.pcode for county in counties}
        self._capitals = {fold(county.capital): county.pcode for county in counties}
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
        if found := _PCODE.match(text):
            pcode = Pcode(f"KE{found[1]}")
            if pcode not in self.names:
                return _rejected("no county has this P-code; P-codes run from KE001 to KE047")
            return Match(Standing.SURE, pcode, change="county taken from a finer P-code" if found[2] else "")
        if found := _ISO.match(text) or _NUMBER.match(text):
            return self._numbered(int(found[1]), Notation.ISO if "-" in text else notation)
        if _KE_OTHER.match(text):
            return _ask("the code is neither a P-code (KE011) nor an ISO code (KE-09)")
        return self._code_and_name(text, notation)

    def _code_and_name(self, text: str, notation: Notation) -> Match:
        if found := _CODE_AND_NAME.match(text):
            code, name = (found[1], found[2]) if found[1] else (found[4], found[3])
            by_code, by_name = self._coded(code, notation), self._named(name)
            if by_name.pcode and by_code.pcode == by_name.pcode:
                return by_name
            if by_name.pcode:
                return _ask("the code and the name are of two different counties")
        return _rejected("it is neither a county's name nor a county's code")

    def _numbered(self, number: int, notation: Notation) -> Match:
        if notation is Notation.ISO:
            pcode = self._by_iso.get(number)
        else:
            pcode = Pcode(f"KE{number:03d}") if 1 <= number <= N_COUNTIES else None
        if pcode is None:
            return _rejected(f"no county has this number; they run from 1 to {N_COUNTIES}")
        return Match(Standing.SURE, pcode)

    def _named(self, text: str) -> Match:
        name = simplify(text)
        pcode = self._exact.get(name) or self._joined.get(name.replace(" ", ""))
        if pcode is None and name.endswith(" city"):
            pcode = self._exact.get(name.removesuffix(" city"))
        if pcode is not None:
            slip = name.replace(" ", "") in self._slips
            return Match(Standing.SURE, pcode, change=f"spelling corrected to {self.names[pcode]}" if slip else "")
        if abroad := self._abroad(text, name):
            return _rejected(f"the place is in another country ({abroad}), not in Kenya", abroad)
        if name in self._capitals:
            place = self._capitals[name]
            return _ask(f"it is a town, not a county; it may be the headquarters of {self.names[place]}", place)
        return self._likened(name)

    @staticmethod
    def _abroad(text: str, name: str) -> str:
        """Return the ISO3 of a country named at either end of the value, "" if there is none."""
        words = name.split()
        for size in range(1, min(5, len(words)) + 1):
            for part in (words[-size:], words[:size]):
                iso3 = names().get(" ".join(part), "")
                if iso3 and iso3 != KENYA:
                    return iso3
        if found := re.search(r"[\s(,/-]\s*([A-Z]{2})\s*\)?$", text):
            iso3 = two_letter().get(found[1], "")
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
    return CountyMatcher(_counties(settings), aliases, elsewhere, slips)
