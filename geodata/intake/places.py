"""County words, countries and coordinates of a table → three counties per row and how sure each is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from geodata.facts.countries import iso3_of
from geodata.intake import coding, privacy
from geodata.intake.columns import Reading
from geodata.intake.event_dates import LEAVE_OUT
from geodata.intake.headings import COUNTY_FIELDS
from geodata.intake.outcome import CountyDoubt, Remark, Status
from geodata.intake.questions import NUMBERS, Choice, Question
from geodata.intake.read_columns import NO_POINT, OUTSIDE, Gathered
from geodata.intake.schema import BY_NAME
from geodata.matching.counties import KENYA, CountyMatcher, Match, Notation, Standing
from geodata.values import Pcode

LABELS = {name: BY_NAME[name].label.lower() for name in COUNTY_FIELDS}
_COUNTRY_FIELD = {name: name.replace("county", "country") for name in COUNTY_FIELDS}


_LONGEST_SPELLING = 60
"""Letters of a spelling that is put to a person; longer cells are somebody's own words."""


class State(IntEnum):
    """What one county cell is."""

    EMPTY, SURE, CORRECTED, ASK, REJECTED, ABROAD = range(6)


@dataclass(slots=True)
class Places:
    """Counties of a table.

    county: field → per row the index into the matcher's P-codes, −1 unknown.   status: per row.
    counted: per row the county that is counted.   quarantined: kind → cells found in county columns.
    """

    county: dict[str, NDArray[np.int16]]
    counted: NDArray[np.int16]
    status: NDArray[np.uint8]
    remarks: list[Remark] = field(default_factory=list)
    doubts: list[CountyDoubt] = field(default_factory=list)
    quarantined: dict[str, int] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PlaceRules:
    """What a person said beforehand.

    yes: take every suggestion.  numbers: which list bare numbers are from.  no_county: spelling → what happens to it.
    """

    yes: bool = False
    numbers: str = ""
    no_county: Mapping[str, str] = field(default_factory=dict)


_NOTHING_SAID = PlaceRules()


class PlaceJudge:
    """Judges the places of one table."""

    def __init__(
        self, gathered: Gathered, reading: Reading, matcher: CountyMatcher, rules: PlaceRules = _NOTHING_SAID
    ) -> None:
        """``yes`` takes every suggestion as confirmed.  ``numbers``: the list bare numbers are from, as answered."""
        self.gathered, self.reading, self.matcher = gathered, reading, matcher
        self.yes, self.numbers, self.no_county = rules.yes, rules.numbers, rules.no_county
        self.pcodes: tuple[Pcode, ...] = tuple(matcher.names)
        self._index = {pcode: place for place, pcode in enumerate(self.pcodes)}
        n_rows = len(gathered.rows)
        self.out = Places({}, np.full(n_rows, -1, np.int16), np.zeros(n_rows, np.uint8))
        self._states: dict[str, NDArray[np.uint8]] = {}
        self._verdicts: dict[str, dict[int, Match]] = {}

    def judge(self) -> Places:
        """Return the counties of every row."""
        for name in COUNTY_FIELDS:
            self._field(name)
        self._below()
        self._points()
        sure = np.zeros(len(self.gathered.rows), dtype=bool)
        for name in COUNTY_FIELDS:
            self.out.counted = np.where(self.out.counted < 0, self.out.county[name], self.out.counted)
            sure |= self.out.county[name] >= 0
        self._ask_about_abroad(sure)
        for name in COUNTY_FIELDS:
            self._speak(name, sure)
        return self.out

    def _field(self, name: str) -> None:
        """Judge the words of one county column."""
        n_rows = len(self.gathered.rows)
        if name not in self.gathered.codes:
            self.out.county[name] = np.full(n_rows, -1, np.int16)
            self._states[name] = np.zeros(n_rows, np.uint8)
            return
        codes = self.gathered.codes[name]
        place = self.reading.fields[name]
        notation = self._notation(name, place)
        size = max(self.gathered.words) + 1
        index, state = np.full(size, -1, np.int16), np.zeros(size, np.uint8)
        self._verdicts[name] = {}
        for word in self.gathered.distinct(name).tolist():
            text = self.gathered.words[word]
            if coding.is_unknown(text):
                continue
            match = self._decided(text) or self._confirmed(self.matcher.match(text, notation=notation))
            self._verdicts[name][word] = match
            state[word] = _state_of(match)
            if match.pcode is not None:
                index[word] = self._index[match.pcode]
            elif match.standing is Standing.REJECTED and not match.abroad and text.strip() not in self.no_county:
                self._quarantine(text, int((codes == word).sum()))
                if len(text) <= _LONGEST_SPELLING and any(letter.isalpha() for letter in text):
                    self._doubt(text, match, int((codes == word).sum()))
            elif match.standing is Standing.TO_CONFIRM and not match.abroad and not text.isdigit():
                self._doubt(text, match, int((codes == word).sum()))
        county, states = index[codes], state[codes]
        abroad = self._abroad(name) & (states != State.EMPTY)
        states[abroad], county[abroad] = State.ABROAD, -1
        self.out.county[name], self._states[name] = county, states

    def _doubt(self, text: str, match: Match, n_cells: int) -> None:
        """Put a spelling to the person, unless it holds somebody's own words or number."""
        suggested = match.suggestion
        if not match.candidates and privacy.kind_of_value(text):
            return
        name = self.matcher.names[suggested] if suggested else ""
        candidates = tuple(str(pcode) for pcode in match.candidates)
        self.out.doubts.append(CountyDoubt(text, suggested or "", name, n_cells, candidates, match.reason))

    def _notation(self, name: str, place: int) -> Notation:
        """Return which list the bare numbers of a column are from, and ask when nothing proves it."""
        if place in self.reading.iso:
            return Notation.ISO
        words = [self.gathered.words[word] for word in self.gathered.distinct(name).tolist() if word]
        numbers = [word for word in words if word.strip().removesuffix(".0").isdigit()]
        if place in self.reading.iebc or not numbers:
            return Notation.IEBC
        if self.numbers in (Notation.IEBC, Notation.ISO, Notation.ALPHABETICAL):
            return Notation(self.numbers)
        sample = [word for word in numbers if self.matcher.match(word).pcode][:2]
        if not sample:
            return Notation.IEBC
        choices = [
            Choice(kind.value, f"{label}: " + ", ".join(f"{word} is {self._named(word, kind)}" for word in sample))
            for kind, label in (
                (Notation.IEBC, "IEBC’s numbers (1 is Mombasa, 47 Nairobi)"),
                (Notation.ALPHABETICAL, "the alphabet (1 is Baringo, 47 West Pokot)"),
                (Notation.ISO, "ISO 3166-2 (1 is Baringo, 30 Nairobi)"),
            )
        ]
        rows = int(
            np.isin(self.gathered.codes[name], [w for w, text in self.gathered.words.items() if text in numbers]).sum()
        )
        self.out.questions.append(
            Question(
                NUMBERS,
                "Counties are written as numbers, and three lists of numbers are in use. Which is it?",
                tuple(choices),
                blocks=False,
                n_rows=rows,
            )
        )
        return Notation.UNPROVEN

    def _named(self, word: str, notation: Notation) -> str:
        pcode = self.matcher.match(word, notation=notation).pcode
        return self.matcher.names[pcode] if pcode else "no county"

    def _below(self) -> None:
        """Let a place below the county say where a row names no county; its county is confirmed first."""
        name, field_name = "county_identification", "place_below"
        if field_name not in self.gathered.codes or self._has_any_county():
            return
        codes, states = self.gathered.codes[field_name], self._states[name]
        county = self.out.county[name]
        empty = (states == State.EMPTY) & (self.gathered.points == NO_POINT)
        for other in COUNTY_FIELDS:
            empty &= self.out.county[other] < 0
        for word in np.unique(codes[empty]).tolist():
            text = self.gathered.words[word]
            match = self._confirmed(self.matcher.match(text)) if word and not coding.is_unknown(text) else None
            if match is None or (match.pcode is None and not match.candidates):
                continue
            rows = empty & (codes == word)
            place = self.reading.fields[field_name]
            if match.pcode is not None:
                county[rows], states[rows] = self._index[match.pcode], State.SURE
                self._remark(rows, place, Status.CORRECTED, "the row names no county; taken from the place below it")
            else:
                self._doubt(text, match, int(rows.sum()))
                self._remark(rows, place, Status.TO_CONFIRM, match.reason, match.suggestion or "")

    def _has_any_county(self) -> bool:
        """Whether every row has a county already, so that nothing below it is looked at."""
        return all(bool((self.out.county[name] >= 0).all()) for name in ("county_identification",))

    def _decided(self, text: str) -> Match | None:
        """Return what a person decided about a spelling that names no county."""
        decision = self.no_county.get(text.strip())
        if decision is None:
            return None
        if decision == LEAVE_OUT:
            return Match(Standing.REJECTED, reason="left out, as you said of its place")
        return Match(Standing.SURE, change="stored without a county, as you said")

    def _ask_about_abroad(self, sure: NDArray[np.bool_]) -> None:
        """Put foreign places to the person where the row names no county elsewhere."""
        for name, verdicts in self._verdicts.items():
            for word, match in verdicts.items():
                rows = (self.gathered.codes[name] == word) & (self._states[name] == State.ABROAD) & ~sure
                if match.abroad and rows.any():
                    self._doubt(self.gathered.words[word], match, int(rows.sum()))

    def _confirmed(self, match: Match) -> Match:
        if self.yes and match.standing is Standing.TO_CONFIRM and match.suggestion:
            change = f"read as {self.matcher.names[match.suggestion]}, as suggested"
            return Match(Standing.SURE, match.suggestion, change=change)
        return match

    def _quarantine(self, text: str, cells: int) -> None:
        if kind := privacy.kind_of_value(text):
            self.out.quarantined[kind] = self.out.quarantined.get(kind, 0) + cells

    def _abroad(self, name: str) -> NDArray[np.bool_]:
        """Return the rows whose country column says another country than Kenya."""
        none = np.zeros(len(self.gathered.rows), dtype=bool)
        country = _COUNTRY_FIELD[name]
        if country not in self.gathered.codes:
            # One plain "country" column speaks for the one plain county column, whatever that is.
            plain = next((some for some in COUNTY_FIELDS[1::-1] + COUNTY_FIELDS[2:] if some in self.gathered.codes), "")
            country = "country_identification"
            if country not in self.gathered.codes or name != plain:
                return none
        foreign = np.zeros(max(self.gathered.words) + 1, dtype=bool)
        for word in self.gathered.distinct(country).tolist():
            iso3 = iso3_of(self.gathered.words[word])
            foreign[word] = bool(iso3) and iso3 != KENYA
        return foreign[self.gathered.codes[country]]

    def _points(self) -> None:
        """Let coordinates say where a row names no county; tell where they disagree with a named one."""
        points = self.gathered.points
        if not (points != NO_POINT).any():
            return
        name, place = "county_identification", self._point_column()
        states, county = self._states[name], self.out.county[name]
        named = np.isin(states, (State.SURE, State.CORRECTED))
        empty = states == State.EMPTY
        filled = empty & (points >= 0)
        county[filled], states[filled] = points[filled], State.SURE
        outside = empty & (points == OUTSIDE)
        states[outside] = State.ABROAD
        turned = self.gathered.swapped & filled
        self._remark(turned, place, Status.CORRECTED, "latitude and longitude were exchanged and put right")
        differs = named & (points >= 0) & (points != county)
        self._remark(differs, place, Status.CORRECTED, "the position lies in another county; the named one was kept")

    def _point_column(self) -> int:
        fields = self.reading.fields
        return fields.get("latitude", fields.get("geopoint", -1))

    def _remark(self, rows: NDArray[np.bool_], place: int, status: Status, text: str, suggestion: str = "") -> None:
        if rows.any():
            self.out.remarks.append(Remark(np.flatnonzero(rows), place, status, text, suggestion))
            self.out.status[rows] = np.maximum(self.out.status[rows], status)

    def _speak(self, name: str, sure: NDArray[np.bool_]) -> None:
        """Turn the states of one column into remarks, knowing whether the row has a county elsewhere."""
        states = self._states[name]
        place = self.reading.fields.get(name, self._point_column())
        label = LABELS[name]
        abroad = states == State.ABROAD
        self._remark(abroad & sure, place, Status.CORRECTED, f"{label}: not in Kenya, kept as unknown")
        text = "the place is in another country, not in Kenya, and the row names no county"
        if self.yes:
            self._remark(abroad & ~sure, place, Status.CORRECTED, f"{text}; kept without one, as you said")
        else:
            self._remark(abroad & ~sure, place, Status.TO_CONFIRM, text)
        if name not in self._verdicts:
            return
        codes = self.gathered.codes[name]
        words_of: dict[tuple[State, str, str], list[int]] = {}
        for word, match in self._verdicts[name].items():
            state = _state_of(match)
            if state in (State.CORRECTED, State.ASK, State.REJECTED):
                key = (state, match.change or match.reason, match.suggestion or "")
                words_of.setdefault(key, []).append(word)
        for (state, words, suggestion), numbers in words_of.items():
            rows = np.isin(codes, numbers) & (states == state)
            if state is State.CORRECTED:
                self._remark(rows, place, Status.CORRECTED, words)
            elif state is State.ASK:
                self._remark(rows, place, Status.TO_CONFIRM, words, suggestion)
            else:
                self._remark(rows & sure, place, Status.CORRECTED, f"{label}: {words}, kept as unknown")
                self._remark(rows & ~sure, place, Status.REJECTED, words)


def _state_of(match: Match) -> State:
    if match.standing is Standing.SURE:
        return State.CORRECTED if match.change else State.SURE
    if match.standing is Standing.TO_CONFIRM:
        return State.ASK
    return State.ABROAD if match.abroad else State.REJECTED
