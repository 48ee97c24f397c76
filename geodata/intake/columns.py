"""Which column is what: headings in English, French, Kiswahili, HTCDS, CTDC, HXL and Kobo → input fields.

A heading on a list is sure. A heading only like one is sure if its cells prove it (they code into that field),
else it is *unsure*: it is left out and the person is asked, or a profile decides. A column that announces
private data is never a field. Two columns for one field: the better heading wins and the other is named.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from geodata.facts.countries import fold, iso3_of
from geodata.intake import coding, evidence, privacy
from geodata.intake.dates import looks_like_date
from geodata.intake.headings import (
    COUNTY_FIELDS,
    FALLBACK,
    Flag,
    county_of_group,
    flag_of,
    fold_tag,
    heading_words,
    hxl_tags,
    label_of,
    listed_field,
)  # fmt: skip
from geodata.intake.table import Table, cell_name, column
from geodata.matching.counties import CountyMatcher
from geodata.values import DataProblem

PROOF = 0.8
"""Share of a column's cells that must code into a field to prove that the column is that field."""
_ISO_HEADING = re.compile(r"\biso\b|\biso\s?3166")
_LIKE = 88.0
_COUNTY_WORDS = frozenset({"county", "kaunti", "comte"})
MOSTLY = 0.5
"""Share of a column's cells that lead to a county from which a file without a county column is read by it."""
LIKELY = 0.3
"""Share of a column's cells from which it may be a field, so that a person is asked."""
_STEMS = {
    "county_exploitation": ("exploit", "unyonya", "destination", "incident", "tukio"),
    "county_origin": ("origin", "home", "resid", "recruit", "asili", "source", "birth", "nyumbani", "kotoka"),
}


@dataclass(slots=True)
class Reading:
    """What each column of a table was found to be.

    fields:  input field → zero-based column.    flags: one column per choice.
    private: column → kind of private data.      unsure: column → field it might be.
    iso:     county columns whose bare numbers are ISO numbers.
    iebc:    county columns whose bare numbers are proved to be IEBC numbers.
    twice:   columns that could all be the same field, and which it is nobody can tell.
    legends: column → number → word, as its heading explains.
    notes:   one sentence each, for the report.
    """

    fields: dict[str, int] = field(default_factory=dict)
    flags: list[Flag] = field(default_factory=list)
    private: dict[int, str] = field(default_factory=dict)
    unsure: dict[int, str] = field(default_factory=dict)
    iso: set[int] = field(default_factory=set)
    iebc: set[int] = field(default_factory=set)
    twice: dict[str, list[int]] = field(default_factory=dict)
    legends: dict[int, dict[str, str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def used(self) -> set[int]:
        """Return the columns that are read."""
        return {*self.fields.values(), *(flag.place for flag in self.flags)}

    def has_county(self) -> bool:
        """Whether anything in the table says where."""
        return any(name in self.fields for name in (*COUNTY_FIELDS, "geopoint")) or (
            "latitude" in self.fields and "longitude" in self.fields
        )


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
        self._lost: set[int] = set()
        self._ignored: set[str] = set()

    def find(self, profile: dict[str, str] | None = None) -> Reading:
        """Return what each column is; ``profile`` maps headings to fields (or ``ignore``) and wins."""
        decided = {fold(heading): name for heading, name in (profile or {}).items()}
        self._ignored = {heading for heading, name in decided.items() if name == "ignore"}
        for place, heading in enumerate(self.table.headers):
            if (name := decided.get(fold(heading))) is not None:
                self._decide(place, name)
            elif not self._by_tag(place):
                self._by_heading(place, heading)
        self._doubt_weak_counties()
        if not self.reading.has_county() and not self.table.points:
            self._county_by_cells()
        if not self.reading.has_county() and not self.table.points:
            self._county_by_places()
        self._case_words()
        self._merge_kobo_id()
        self._notations()
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
        tags = hxl_tags()
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
        elif (flag := flag_of(heading, place)) and self._ticks(place) and not flag.codes.startswith("nature:"):
            self.reading.flags.append(flag)
        elif (part := fold(heading).split()[-1:]) and part[0] in ("latitude", "longitude"):
            self._take(part[0], place, FALLBACK - 1)
        elif kind := privacy.kind_of_heading(heading):
            self.reading.private[place] = kind
        else:
            self._by_likeness(place, heading)

    def _take(self, name: str, place: int, rank: int) -> None:
        """Give a field its column; of two, the one with the better heading."""
        if name == "month_name" and self._mostly_dates(place):
            name = "date"
        if name in COUNTY_FIELDS and (other := county_of_group(self.table.headers[place])):
            name = other
        if name in self.reading.fields:
            held, held_rank = self.reading.fields[name], self._ranks[name]
            kept, left = (place, held) if rank < held_rank else (held, place)
            if max(rank, held_rank) < FALLBACK and self._filled(left):
                same = fold(self.table.headers[kept].rsplit("/", 1)[-1]) == fold(
                    self.table.headers[left].rsplit("/", 1)[-1]
                )
                if same and name in COUNTY_FIELDS:
                    self.reading.twice.setdefault(name, [held]).append(place)
                self.reading.notes.append(
                    f"two columns can be {label_of(name)}: column {cell_name(kept)} was read, "
                    f"column {cell_name(left)} was not",
                )
            if kept == held:
                return
        self.reading.fields[name], self._ranks[name] = place, rank

    def _by_likeness(self, place: int, heading: str) -> None:
        from rapidfuzz import fuzz, process  # noqa: PLC0415 - only unlisted headings need it

        cells = self._filled(place)
        if rank := evidence.date_rank(heading, cells):
            self._take("date", place, rank)
            return
        folded = fold(heading.rsplit("/", 1)[-1])
        words = heading_words()
        names: list[str] = []
        if _COUNTY_WORDS & set(folded.split()) and evidence.are_counties_in_numbers(cells):
            self._take((_county_by_stems(folded) or ["county_identification"])[0], place, FALLBACK - 1)
            return
        if best := process.extractOne(folded, words.keys(), scorer=fuzz.ratio, score_cutoff=_LIKE):
            names.append(words[best[0]][0])
        names = [*_county_by_stems(folded), *names]
        if self._is_id(folded, cells):
            self._take("case_id", place, FALLBACK - 1)
            return
        single = [words.get(word, ("", 0))[0] for word in folded.split()]
        names += [name for name in single if name in _PROOFS or name in COUNTY_FIELDS or name in ("date", "year")]
        for name in dict.fromkeys(names):
            if self.share(name, place) >= PROOF and name not in self.reading.fields:
                self._take(name, place, FALLBACK - 1)
                self.reading.notes.append(
                    f"column {cell_name(place)} was read as {label_of(name)} because its cells say so"
                )
                return
        likely = [name for name in names if self._may_be(name, place)]
        if likely and cells:
            self.reading.unsure[place] = likely[0]

    def _mostly_dates(self, place: int) -> bool:
        cells = self._filled(place)
        return bool(cells) and sum(looks_like_date(cell) for cell in cells) >= PROOF * len(cells)

    @staticmethod
    def _is_id(folded: str, cells: list[str]) -> bool:
        """Whether a column numbers its rows: it is called an identifier, and hardly any cell stands twice."""
        called = folded.split()[-1:] in (["id"], ["uuid"], ["serial"])
        return called and len(cells) > 2 and len(set(cells)) >= 0.9 * len(cells)

    def _may_be(self, name: str, place: int) -> bool:
        """Whether cells leave it open that a column is a field: a field that cells can prove needs some that do."""
        testable = name in _PROOFS or name in COUNTY_FIELDS
        if name in COUNTY_FIELDS:
            return evidence.place_share(self._filled(place), self.matcher) >= LIKELY
        if name == "date":
            return sum(looks_like_date(cell) for cell in self._filled(place)) >= LIKELY * len(self._filled(place))
        return not testable or self.share(name, place) >= LIKELY

    def _ticks(self, place: int) -> bool:
        """Whether a column's cells are yes and no."""
        cells = self._filled(place)
        return not cells or sum(coding.yes_no(cell) is not None or coding.is_unknown(cell) for cell in cells) > 0

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
        columns_found = [place for place in free if self.share("county_identification", place) >= PROOF]
        if any(self._is_county(self.table.headers[place]) for place in columns_found):
            raise DataProblem(
                f"{self.table.where} seems to have no headings: its first row is a case already. Put a row of headings "
                "above it (case id, county, date, sex, age …) and import it again.",
            )
        if len(columns_found) == 1:
            place = columns_found[0]
            self.reading.private.pop(place, None)
            self.reading.unsure.pop(place, None)
            self._take("county_identification", place, FALLBACK - 1)
            self.reading.notes.append(
                f"column {cell_name(place)} was read as the county because its cells are counties"
            )
        else:
            self.reading.unsure.update(dict.fromkeys(columns_found, "county_identification"))

    def _merge_kobo_id(self) -> None:
        place = self.reading.fields.pop("kobo_id", None)
        if place is not None:
            self.reading.fields.setdefault("case_id", place)

    def _doubt_weak_counties(self) -> None:
        """Let go a column called "place", "region" or the like when its cells are no places of Kenya."""
        for name in COUNTY_FIELDS:
            place = self.reading.fields.get(name)
            if place is None or self._ranks[name] < 0 or not evidence.is_weak_county(self.table.headers[place]):
                continue
            cells = self._filled(place)
            if (
                cells
                and evidence.place_share(cells, self.matcher) < LIKELY
                and not evidence.are_counties_in_numbers(cells)
            ):
                del self.reading.fields[name]
                self._lost.add(place)

    def _county_by_places(self) -> None:
        """Take the column whose cells are places below the county: their counties are offered, and confirmed."""
        below = self.reading.fields.get("place_below")
        free = [place for place in range(len(self.table.headers)) if place not in self.reading.used() or place == below]
        shares = [(evidence.place_share(self._filled(place)[:200], self.matcher), -place) for place in free]
        best, negative = max(shares, default=(0.0, 0))
        if best < MOSTLY or not self._filled(-negative):
            return
        place = -negative
        if place == below:
            del self.reading.fields["place_below"]
        self.reading.private.pop(place, None)
        self.reading.unsure.pop(place, None)
        self._take("county_identification", place, FALLBACK - 1)
        self.reading.notes.append(
            f"column {cell_name(place)} names places below the county; confirm the county of each"
        )

    def _case_words(self) -> None:
        """Find the column that says trafficking or smuggling when no heading told it."""
        fields = self.reading.fields
        while not ("nature" in fields and "forms" in fields) and self._take_case_words():
            pass

    def _take_case_words(self) -> bool:
        fields = self.reading.fields
        taken = {*self.reading.used(), *self.reading.private}
        shares = []
        for place, heading in enumerate(self.table.headers):
            if place not in taken and heading.strip() and fold(heading) not in self._ignored:
                shares.append((evidence.case_word_share(heading, self._filled(place)), -place))
        share, negative = max(shares, default=(0.0, 0))
        if share > 0:
            name = "nature" if "nature" not in fields else "forms"
            self.reading.unsure.pop(-negative, None)
            self._take(name, -negative, FALLBACK - 1)
            self.reading.notes.append(
                f"column {cell_name(-negative)} was read as the kind of case because of the words in it"
            )
        return share > 0

    def _notations(self) -> None:
        """Find out which list the bare numbers of a county column are from, and what numbers of other columns mean."""
        for name in COUNTY_FIELDS:
            place = self.reading.fields.get(name)
            if place is None:
                continue
            words = fold(self.table.headers[place])
            if _ISO_HEADING.search(words):
                self.reading.iso.add(place)
            elif "iebc" in words.split() or "p code" in words or "pcode" in words.split():
                self.reading.iebc.add(place)
        for place, heading in enumerate(self.table.headers):
            if place in self.reading.used() and (codes := evidence.legend(heading)):
                self.reading.legends[place] = codes


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
    kinds = {}
    for place, heading in enumerate(table.headers):
        if place in reading.used():
            continue
        name = column(place)
        cells: Sequence[str] = table.samples[name].drop_nulls().to_list() if name in table.samples.columns else []
        kinds[place] = reading.private.get(place) or privacy.kind_of_column(heading, cells)
    return kinds
