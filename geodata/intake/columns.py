"""Which column is what: headings in English, French, Kiswahili, HTCDS, CTDC, HXL and Kobo → input fields.

A heading on a list is sure. A heading only like one is sure if its cells prove it (they code into that field),
else it is *unsure*: it is left out and the person is asked, or a profile decides. A column that announces
private data is never a field. Two columns for one field: the better heading wins and the other is named.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from geodata.facts.countries import fold, iso3_of
from geodata.intake import coding, privacy
from geodata.intake.table import Table, cell_name, column
from geodata.matching.counties import CountyMatcher
from geodata.values import DataProblem

COUNTY_FIELDS = ("county_exploitation", "county_identification", "county_origin")
FLAG_FIELDS = ("forms", "means", "recruiter_relation")
PROOF = 0.8
"""Share of a column's cells that must code into a field to prove that the column is that field."""
_HTCDS_PREFIX = re.compile(r"^(?:prs|vic|per|hte|cas|org) ")
_ISO_HEADING = re.compile(r"\biso\b|\biso\s?3166")
_LIKE = 88.0
FALLBACK = 1000
"""Rank from which a heading only fills a field nothing better fills."""
_COUNTY_WORDS = frozenset({"county", "kaunti", "comte"})
_STEMS = {
    "county_exploitation": ("exploit", "unyonya", "destination", "incident", "tukio"),
    "county_origin": ("origin", "home", "resid", "recruit", "asili", "source", "birth", "nyumbani", "kotoka"),
}


@dataclass(frozen=True, slots=True)
class Flag:
    """A column that says yes or no to one choice of a field."""

    place: int
    field: str
    codes: str


@dataclass(slots=True)
class Reading:
    """What each column of a table was found to be.

    fields:  input field → zero-based column.    flags: one column per choice.
    private: column → kind of private data.      unsure: column → field it might be.
    iso:     county columns whose bare numbers are ISO numbers.
    notes:   one sentence each, for the report.
    """

    fields: dict[str, int] = field(default_factory=dict)
    flags: list[Flag] = field(default_factory=list)
    private: dict[int, str] = field(default_factory=dict)
    unsure: dict[int, str] = field(default_factory=dict)
    iso: set[int] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def used(self) -> set[int]:
        """Return the columns that are read."""
        return {*self.fields.values(), *(flag.place for flag in self.flags)}

    def has_county(self) -> bool:
        """Whether anything in the table says where."""
        return any(name in self.fields for name in (*COUNTY_FIELDS, "geopoint")) or (
            "latitude" in self.fields and "longitude" in self.fields
        )


@lru_cache(maxsize=1)
def _lists() -> tuple[dict[str, tuple[str, int]], dict[str, tuple[str, int]], dict[str, str], dict[str, str]]:
    """Return (folded heading → (field, rank)), the same for Kobo's own names, flags, HXL tags."""
    listed: dict[str, Any] = coding.load_yaml(coding.FOLDER / "columns.yaml")
    words: dict[str, tuple[str, int]] = {}
    kobo: dict[str, tuple[str, int]] = {}
    for name, languages in listed["fields"].items():
        rank = 0
        for language, headings in languages.items():
            for heading in headings:
                rank += 1
                target = kobo if str(heading).startswith("_") else words
                place = FALLBACK + rank if language in ("fallback", "kobo") else rank
                folded = str(heading).casefold() if target is kobo else fold(str(heading))
                target.setdefault(folded, (name, place))
                words.setdefault(folded.replace(" ", ""), (name, place))
    flags = {fold(str(heading)): target for heading, target in listed["flags"].items()}
    return words, kobo, flags, {fold_tag(tag): target for tag, target in listed["hxl"].items()}


def fold_tag(tag: str) -> str:
    """Return an HXL tag in lower case with its attributes sorted."""
    start, *attributes = re.sub(r"\s+", "", tag.casefold()).split("+")
    return "+".join([start, *sorted(attributes)])


def listed_field(heading: str) -> tuple[str, int]:
    """Return (field, rank) of a heading that is on a list, ("", 0) otherwise."""
    words, kobo, _, _ = _lists()
    last = heading.strip().rsplit("/", 1)[-1]
    if found := kobo.get(last.casefold()):
        return found
    folded = fold(last)
    for spelling in (folded, _HTCDS_PREFIX.sub("", folded), folded.replace(" ", "")):
        if found := words.get(spelling):
            return found
    return "", 0


def known_heading(heading: str) -> bool:
    """Whether a cell is a heading we recognise, be it wanted or private."""
    return bool(listed_field(heading)[0] or _flag(heading, 0) or privacy.kind_of_heading(heading))


def _flag(heading: str, place: int) -> Flag | None:
    """Return the choice a yes/no column stands for: CTDC's is… columns, Kobo's question/choice columns."""
    _, _, flags, _ = _lists()
    if target := flags.get(fold(heading)):
        name, codes = target.split("=")
        return Flag(place, name, codes.replace("+", ";"))
    parts = heading.split("/")
    if len(parts) >= 2 and (name := listed_field(parts[-2])[0]) in FLAG_FIELDS:
        coded = coding.code_many(name, parts[-1]) if name != "recruiter_relation" else coding.code_one(name, parts[-1])
        if not coded.change:
            return Flag(place, name, coded.code)
    return None


def _county_by_stems(folded: str) -> list[str]:
    """Return which county a heading that speaks of a county most likely means."""
    words = folded.split()
    if not _COUNTY_WORDS & set(words):
        return []
    for name, stems in _STEMS.items():
        if any(word.startswith(stems) for word in words):
            return [name]
    return ["county_identification"]


class ColumnFinder:
    """Finds the columns of one table."""

    def __init__(self, table: Table, matcher: CountyMatcher) -> None:
        """Take a table with its samples."""
        self.table, self.matcher, self.reading = table, matcher, Reading()
        self._ranks: dict[str, int] = {}

    def find(self, profile: dict[str, str] | None = None) -> Reading:
        """Return what each column is; ``profile`` maps headings to fields (or ``ignore``) and wins."""
        decided = {fold(heading): name for heading, name in (profile or {}).items()}
        for place, heading in enumerate(self.table.headers):
            if (name := decided.get(fold(heading))) is not None:
                self._decide(place, name)
            elif not self._by_tag(place):
                self._by_heading(place, heading)
        if not self.reading.has_county() and not self.table.points:
            self._county_by_cells()
        self._merge_kobo_id()
        self._iso_notation()
        return self.reading

    def _decide(self, place: int, name: str) -> None:
        if name == "ignore":
            return
        if "=" in name:
            target, codes = name.split("=", 1)
            self.reading.flags.append(Flag(place, target, coding.check_codes(target, codes)))
        else:
            self.reading.fields[name] = place
            self._ranks[name] = -1

    def _by_tag(self, place: int) -> bool:
        if place >= len(self.table.tags) or not self.table.tags[place]:
            return False
        tags = _lists()[3]
        tag = fold_tag(self.table.tags[place])
        while tag not in tags and "+" in tag:
            tag = tag.rsplit("+", 1)[0]
        name = tags.get(tag, "")
        if name and not privacy.kind_of_heading(self.table.headers[place]):
            self._take(name, place, 0)
        return bool(name)

    def _by_heading(self, place: int, heading: str) -> None:
        if not heading.strip():
            return
        name, rank = listed_field(heading)
        if name:
            self._take(name, place, rank)
        elif flag := _flag(heading, place):
            self.reading.flags.append(flag)
        elif kind := privacy.kind_of_heading(heading):
            self.reading.private[place] = kind
        else:
            self._by_likeness(place, heading)

    def _take(self, name: str, place: int, rank: int) -> None:
        """Give a field its column; of two, the one with the better heading."""
        if name in self.reading.fields:
            held, held_rank = self.reading.fields[name], self._ranks[name]
            kept, left = (place, held) if rank < held_rank else (held, place)
            if max(rank, held_rank) < FALLBACK:
                self.reading.notes.append(
                    f"two columns can be {name}: column {cell_name(kept)} was read, column {cell_name(left)} was not",
                )
            if kept == held:
                return
        self.reading.fields[name], self._ranks[name] = place, rank

    def _by_likeness(self, place: int, heading: str) -> None:
        from rapidfuzz import fuzz, process  # noqa: PLC0415 - only unlisted headings need it

        folded = fold(heading.rsplit("/", 1)[-1])
        words = _lists()[0]
        names: list[str] = []
        if best := process.extractOne(folded, words.keys(), scorer=fuzz.ratio, score_cutoff=_LIKE):
            names.append(words[best[0]][0])
        names = [*_county_by_stems(folded), *names]
        names += [name for word in folded.split() if (name := words.get(word, ("", 0))[0])]
        for name in dict.fromkeys(names):
            if self.share(name, place) >= PROOF and name not in self.reading.fields:
                self._take(name, place, FALLBACK - 1)
                self.reading.notes.append(f"column {cell_name(place)} was read as {name} because its cells say so")
                return
        if names and self._filled(place):
            self.reading.unsure[place] = names[0]

    def _filled(self, place: int) -> list[str]:
        if column(place) not in self.table.samples.columns:
            return []
        return [str(cell) for cell in self.table.samples[column(place)].drop_nulls() if str(cell).strip()]

    def share(self, name: str, place: int) -> float:
        """Return the share of a column's sample cells that code into a field; 0 if that proves nothing."""
        cells = self._filled(place)
        test = _PROOFS.get(name) or (self._is_county if name in COUNTY_FIELDS else None)
        if test is None or not cells:
            return 0.0
        return sum(test(cell) for cell in cells) / len(cells)

    def _is_county(self, cell: str) -> bool:
        return not cell.strip().isdigit() and self.matcher.match(cell).pcode is not None

    def _county_by_cells(self) -> None:
        """Find the one column whose cells are counties' names or P-codes, whatever its heading."""
        free = [place for place in range(len(self.table.headers)) if place not in self.reading.used()]
        found = [place for place in free if self.share("county_identification", place) >= PROOF]
        if any(self._is_county(self.table.headers[place]) for place in found):
            raise DataProblem(
                f"{self.table.where} seems to have no headings: its first row is a case already. Put a row of headings "
                "above it (case id, county, date, sex, age …) and import it again.",
            )
        if len(found) == 1:
            place = found[0]
            self.reading.private.pop(place, None)
            self.reading.unsure.pop(place, None)
            self._take("county_identification", place, FALLBACK - 1)
            self.reading.notes.append(
                f"column {cell_name(place)} was read as county_identification because its cells are counties",
            )
        else:
            self.reading.unsure.update(dict.fromkeys(found, "county_identification"))

    def _merge_kobo_id(self) -> None:
        place = self.reading.fields.pop("kobo_id", None)
        if place is not None:
            self.reading.fields.setdefault("case_id", place)

    def _iso_notation(self) -> None:
        for name in COUNTY_FIELDS:
            place = self.reading.fields.get(name)
            if place is not None and _ISO_HEADING.search(fold(self.table.headers[place])):
                self.reading.iso.add(place)


def _is_country(cell: str) -> bool:
    return bool(iso3_of(cell))


def _codes(name: str) -> Callable[[str], bool]:
    def test(cell: str) -> bool:
        coded = coding.code_many(name, cell) if name in ("forms", "means") else coding.code_one(name, cell)
        return not coded.change and not coding.is_unknown(cell)

    return test


def _is_age(cell: str) -> bool:
    coded = coding.code_age(cell)
    return not coded.change and not coded.problem


_PROOFS: dict[str, Callable[[str], bool]] = {
    **{name: _codes(name) for name in ("sex", "role", "nature", "forms", "means", "recruiter_relation", "transport")},
    "nationality": _is_country,
    "age": _is_age,
    "age_group": _is_age,
}


def quarantined(table: Table, reading: Reading) -> dict[int, str]:
    """Return every column that is not read → the kind of private data in it, "" when it is just not needed."""
    found = {}
    for place, heading in enumerate(table.headers):
        if place in reading.used():
            continue
        name = column(place)
        cells: Sequence[str] = table.samples[name].drop_nulls().to_list() if name in table.samples.columns else []
        found[place] = reading.private.get(place) or privacy.kind_of_column(heading, cells)
    return found
