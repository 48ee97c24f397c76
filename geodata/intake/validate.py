"""A gathered table → one verdict per row and the rows to store. The heart of the import.

Everything here works on distinct words and on whole columns of small integers; no loop runs over rows
except for those with something to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geodata.intake import coding, privacy, schema
from geodata.intake.columns import Reading
from geodata.intake.events import are_events, join_events, place_events
from geodata.intake.headings import COUNTY_FIELDS
from geodata.intake.judge import Judge, Verdict, cells_with, from_coded, judge_words, words_of
from geodata.intake.judge_dates import DateJudge
from geodata.intake.keys import CaseKey
from geodata.intake.nature import NatureJudge
from geodata.intake.outcome import Coverage, Outcome, Remark, Status, shown_heading
from geodata.intake.persons import (
    ONE,
    PERSONS,
    cases_question,
    count_marks,
    judge_persons,
    large_question,
    number_of,
    one_mark_each,
    shared_numbers,
)  # fmt: skip
from geodata.intake.places import PlaceJudge, PlaceRules, Places
from geodata.intake.questions import CASES, LARGE, NUMBERS, SEX, YES, Question, sex_question
from geodata.intake.read_columns import Gathered
from geodata.intake.schema import UNKNOWN
from geodata.intake.table import Table, cell_name
from geodata.matching.counties import CountyMatcher
from geodata.vault.batch import ROW_SCHEMA

_ONE_CODE = ("sex", "role", "nature", "recruiter_relation", "transport")
_MANY_CODES = ("forms", "means")

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Rules:
    """What the import knows besides the file.

    today: the day no date may lie after.  yes: take every suggestion as confirmed.
    corridors: folded id or name → corridor id.  organisations: folded spelling → short name.
    answers: question → answer.  words: folded word about a case → what a person said it means.
    dates: date as written → what a person decided of it.
    no_county: spelling → store without a county, or leave out.
    """

    today: date
    key: CaseKey = field(repr=False)
    yes: bool = False
    corridors: dict[str, str] = field(default_factory=dict)
    organisations: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)
    no_county: dict[str, str] = field(default_factory=dict)


class Validation:
    """Judges one table."""

    def __init__(
        self, table: Table, reading: Reading, gathered: Gathered, matcher: CountyMatcher, rules: Rules
    ) -> None:
        """Take the table's parts; nothing is done yet."""
        self.table, self.reading, self.gathered = table, reading, gathered
        self.matcher, self.rules = matcher, rules
        self.n_rows = len(gathered.rows)
        self.status = np.zeros(self.n_rows, dtype=np.uint8)
        self.remarks: list[Remark] = []
        self.notes = [*table.notes, *reading.notes]
        self.private_cells: dict[str, int] = {}
        self.columns: dict[str, pa.Array | pa.ChunkedArray] = {}
        self.questions: list[Question] = []
        self.further = np.zeros(self.n_rows, dtype=bool)

    def run(self) -> Outcome:
        """Return the outcome of the table."""
        rules = PlaceRules(self.rules.yes, self.rules.answers.get(NUMBERS, ""), self.rules.no_county)
        places = PlaceJudge(self.gathered, self.reading, self.matcher, rules).judge()
        self.worse(places.status)
        self.remarks += places.remarks
        for kind, cells in places.quarantined.items():
            self.private_cells[kind] = self.private_cells.get(kind, 0) + cells
        dates = DateJudge(self)
        month = dates.judge()
        self._words()
        self._events(places)
        pcodes = [*self.matcher.names, UNKNOWN]
        for name in COUNTY_FIELDS:
            self.store_levels(name, places.county[name], pcodes)
        self.store_levels("county", places.counted, pcodes)
        nature = NatureJudge(self)
        natured = nature.judge()
        self._overflow()
        persons = self._persons()
        self._case_rows()
        table = self._rows(persons)
        dropped = dict(self.gathered.dropped)
        for kind, cells in self.private_cells.items():
            held, columns = dropped.get(kind, (0, 0))
            dropped[kind] = (held + cells, columns)
        return Outcome(
            self.table.path.name, self.table.sheet, self.gathered.rows, self.status, places.counted,
            tuple(self.matcher.names), self.table.headers, self.remarks, table, dropped, self.notes,
            places.doubts, self.reading.unsure, nature.doubts, [*places.questions, *self.questions],
            self._coverage(places.counted, month, natured), count_marks(table["case_id"]),
            sheets=self.table.many_sheets, dates=dates.doubts,
        )  # fmt: skip

    def _events(self, places: Places) -> None:
        """Read the rows of a case in IOM's standard, one per event, as one case."""
        if not are_events(self.table, self.reading):
            return
        role = self.columns["role"]
        place_events(places, role)
        self.further = join_events(places, self.gathered.marks, role)
        if self.further.any():
            text = "another event of the same case; read together with the row of its exploitation"
            self.remarks.append(Remark(np.flatnonzero(self.further), -1, Status.CORRECTED, text))
            self.worse(np.where(self.further, Status.CORRECTED, 0).astype(np.uint8))

    def _coverage(
        self, county: NDArray[np.int16], month: Ints, natured: NDArray[np.bool_]
    ) -> list[Coverage]:  # fmt: skip
        """Return from which columns the five things that matter were taken, and for how many rows each is known."""
        known = {
            "county": int((county >= 0).sum()), "date": int((month > 0).sum()), "nature": int(natured.sum()),
            "sex": self._known("sex"), "age": self._known("age_group"),
        }  # fmt: skip
        fields = {
            "county": [*COUNTY_FIELDS, "place_below", "geopoint", "latitude"], "date": ["date", "year", "month_name"],
            "nature": ["nature", "forms"], "sex": ["sex"], "age": ["age", "birth_date", "age_group"],
        }  # fmt: skip
        coverage = []
        for name, places in fields.items():
            columns = [self.reading.fields[field] for field in places if field in self.reading.fields]
            if name == "nature":
                columns += [flag.place for flag in self.reading.flags if flag.field == "forms"][:3]
            named = [f"{cell_name(place)} ‘{shown_heading(self.table.headers[place])}’" for place in columns]
            if name == "county" and self.table.points:
                named.append("the positions of the map file")
            if name == "date" and not named and known[name]:
                named = ["your answer"]
            if name == "nature" and not named and known[name]:
                named = ["your answer"]
            coverage.append(Coverage(name, ", ".join(named), known[name], self.n_rows))
        return coverage

    def _known(self, name: str) -> int:
        column = self.columns[name]
        words = column.dictionary.to_pylist()
        unknown = words.index(UNKNOWN) if UNKNOWN in words else -1
        return int((column.indices.to_numpy(zero_copy_only=False) != unknown).sum())

    def worse(self, status: NDArray[np.uint8]) -> None:
        """Give rows a worse standing where they have a better one."""
        self.status = np.maximum(self.status, status)

    def store_levels(self, name: str, places: Any, levels: Iterable[str]) -> None:
        """Keep a column as places in a list of levels; −1 is the last level."""
        words = pa.array(list(levels), pa.string())
        kind = np.int16 if len(words) < np.iinfo(np.int16).max else np.int32
        small = np.where(np.asarray(places) < 0, len(words) - 1, places).astype(kind)
        self.columns[name] = pa.DictionaryArray.from_arrays(pa.array(small), words)

    def verdict(self, name: str, judge: Judge, first: tuple[str, ...] = (UNKNOWN,), key: str = "") -> Verdict:
        """Judge a field's words and take their remarks."""
        column = self.reading.fields.get(name, -1)
        verdict = judge_words(self.gathered, key or name, column, judge, first)
        codes = self.gathered.codes[key or name]
        self.remarks += verdict.say(codes)
        self.worse(verdict.status[codes])
        return verdict

    def seen(self, name: str) -> Callable[[str, str], None]:
        """Return a listener that counts cells of a field in which private data was found."""
        return partial(self.count_private, name)

    def count_private(self, name: str, kind: str, text: str) -> None:
        """Count the cells of a field in which private data was found."""
        self.private_cells[kind] = self.private_cells.get(kind, 0) + cells_with(self.gathered, name, {text})

    def _words(self) -> None:
        """Store every field that is a code list, an organisation, a corridor or a nationality."""
        self.store_levels("means", *self._many("means"))
        for name in _ONE_CODE:
            if name == "nature":
                continue
            self.store_levels(name, *self._one(name))
        self._nationality()
        self._plain("corridor", lambda text: coding.code_corridor(text, self.rules.corridors))
        self._organisation()

    def _one(self, name: str) -> tuple[Ints, list[str]]:
        values, levels = np.zeros(self.n_rows, dtype=np.int32), [UNKNOWN]
        if name in self.gathered.codes:
            legend = self._legend(name)
            judge = from_coded(lambda text: coding.code_one(name, legend.get(text, text)), self.seen(name), name)
            verdict = self.verdict(name, judge)
            values, levels = verdict.values(self.gathered.codes[name]), verdict.levels
        return self.with_flags(name, values, levels)

    def _legend(self, name: str) -> dict[str, str]:
        """Return what the numbers of a column mean: as its heading explains, or as a person answers about sexes."""
        place = self.reading.fields[name]
        if explained := self.reading.legends.get(place):
            return explained | {f"{number}.0": word for number, word in explained.items()}
        words = {word.removesuffix(".0") for word in words_of(self.gathered, name)}
        if name != "sex" or not words & {"0", "1", "2"}:
            return {}
        answer = self.rules.answers.get(SEX, "")
        if not answer:
            self.questions.append(sex_question(" ".join(self.table.headers[place].split()), with_zero="0" in words))
            return dict.fromkeys(("0", "1", "2", "0.0", "1.0", "2.0"), "")
        codes = dict(part.split(":") for part in answer.split("-") if ":" in part)
        return codes | {f"{number}.0": word for number, word in codes.items()}

    def _many(self, name: str) -> tuple[Ints, list[str]]:
        empty = "unspecified" if name == "forms" else UNKNOWN
        values, levels = np.zeros(self.n_rows, dtype=np.int32), [empty]
        if name in self.gathered.codes:
            judge = from_coded(partial(coding.code_many, name), self.seen(name), name)
            verdict = self.verdict(name, judge, (empty,))
            values, levels = verdict.values(self.gathered.codes[name]), verdict.levels
        return self.with_flags(name, values, levels)

    def with_flags(self, name: str, values: Ints, levels: list[str]) -> tuple[Ints, list[str]]:
        """Add the choices of yes/no columns, combining as many as hold in a row."""
        levels = list(levels)
        places = {level: place for place, level in enumerate(levels)}
        for flag in (some for some in self.reading.flags if some.field == name):
            codes = self.gathered.codes[f"flag:{flag.place}"]
            yes_words = np.zeros(max(self.gathered.words) + 1, dtype=bool)
            for word in self.gathered.distinct(f"flag:{flag.place}").tolist():
                yes_words[word] = coding.yes_no(self.gathered.words[word]) is True
            ticked = yes_words[codes]
            if not ticked.any():
                continue
            merged = np.arange(len(levels), dtype=np.int32)
            for place in np.unique(values[ticked]).tolist():
                both = self._merge(name, levels[place], flag.codes)
                if both not in places:
                    places[both] = len(levels)
                    levels.append(both)
                merged[place] = places[both]
            values = np.where(ticked, merged[values], values).astype(np.int32)
        return values, levels

    @staticmethod
    def _merge(name: str, held: str, more: str) -> str:
        if name in _MANY_CODES:
            return coding.merge_codes(name, [held, more])
        return more if held in (UNKNOWN, more) else schema.SEVERAL

    def _nationality(self) -> None:
        values, levels = np.zeros(self.n_rows, dtype=np.int32), [UNKNOWN]
        if "nationality" in self.gathered.codes:
            judge = from_coded(coding.code_nationality, self.seen("nationality"), "nationality")
            verdict = self.verdict("nationality", judge)
            values, levels = verdict.values(self.gathered.codes["nationality"]), verdict.levels
        self.store_levels("nationality", values, levels)
        groups = [schema.nationality_group(level) for level in levels]
        names = sorted(set(groups))
        self.store_levels("nationality_group", np.array([names.index(some) for some in groups])[values], names)

    def _plain(self, name: str, coder: Callable[[str], coding.Coded]) -> None:
        values, levels = np.zeros(self.n_rows, dtype=np.int32), [UNKNOWN]
        if name in self.gathered.codes:
            verdict = self.verdict(name, from_coded(coder, self.seen(name), name))
            values, levels = verdict.values(self.gathered.codes[name]), verdict.levels
        self.store_levels(name, values, levels)

    def _organisation(self) -> None:
        """Store who reports; an organisation on no list is a keyed mark, said once and not per row."""
        marked = 0

        def judge(text: str) -> tuple[str, Status, str]:
            nonlocal marked
            mark = lambda word: self.rules.key.mark(f"organisation\x1f{word}")[:8]  # noqa: E731
            coded = coding.code_organisation(text, mark, self.rules.organisations)
            if coded.change:
                if kind := privacy.kind_of_value(text):
                    self.seen("reporting_source")(kind, text)
                    return UNKNOWN, Status.CORRECTED, f"the cell held {privacy.LABELS[kind]}, not an organisation"
                marked += 1
            return coded.code, Status.ACCEPTED, ""

        if "reporting_source" not in self.gathered.codes:
            self.store_levels("reporting_source", np.zeros(self.n_rows, dtype=np.int32), [UNKNOWN])
            return
        verdict = self.verdict("reporting_source", judge)
        self.store_levels("reporting_source", verdict.values(self.gathered.codes["reporting_source"]), verdict.levels)
        if marked:
            self.notes.append(
                f"{marked} reporting organisation{'s' * (marked > 1)} on no list, kept as keyed marks (org-…); "
                "name them in a profile under organisations",
            )

    def _overflow(self) -> None:
        beyond = self.gathered.overflow
        if beyond.any():
            text = "the row has more cells than there are headings, so its cells may have slipped"
            self.remarks.append(Remark(np.flatnonzero(beyond), -1, Status.REJECTED, text))
            self.worse(np.where(beyond, Status.REJECTED, 0).astype(np.uint8))

    def _persons(self) -> Ints:
        """Return how many persons each row reports; 1 where the file does not count."""
        if "persons" not in self.gathered.codes:
            return np.ones(self.n_rows, dtype=np.int32)
        large = self.rules.yes or self.rules.answers.get(LARGE) == YES
        counts = not {"case_id", "sex", "age", "birth_date", "nationality"} & set(self.reading.fields)
        verdict = self.verdict("persons", partial(judge_persons, counts=counts, large=large), ("1",))
        codes = self.gathered.codes["persons"]
        if not large and (waiting := int((verdict.status[codes] == Status.TO_CONFIRM).sum())):
            numbers = [number_of(word) or 0 for word in words_of(self.gathered, "persons")]
            self.questions.append(large_question(waiting, int(max(numbers))))
        if counts:
            empty = codes == 0
            text = "the row gives no number of persons; left out as unknown"
            if empty.any():
                self.remarks.append(
                    Remark(np.flatnonzero(empty), self.reading.fields["persons"], Status.REJECTED, text)
                )
                self.worse(np.where(empty, Status.REJECTED, 0).astype(np.uint8))
        levels = np.array([int(level) for level in verdict.levels], dtype=np.int32)
        return levels[verdict.values(codes)]

    def _case_rows(self) -> None:
        """Ask whether rows of one case that differ are several persons, and give each a mark of its own if so."""
        if "case_id" not in self.reading.fields or self.table.part_counts:
            return
        shared = shared_numbers(self.gathered.marks, self.columns)
        if shared is None:
            return
        answer = self.rules.answers.get(CASES, PERSONS if self.rules.yes else "")
        if not answer:
            self.questions.append(cases_question(shared))
        if answer != ONE:
            self.gathered.marks = pa.chunked_array([one_mark_each(self.gathered.marks, shared, self.rules.key)])

    def _rows(self, persons: Ints) -> pa.Table:
        """Return the rows to store, in the vault's order; a row of n persons becomes n rows."""
        keep = np.flatnonzero((self.status <= Status.CORRECTED) & ~self.further)
        times = persons[keep]
        picked = np.repeat(keep, times) if (times > 1).any() else keep
        every = len(picked) == self.n_rows and len(keep) == self.n_rows and not (times > 1).any()
        self.columns["case_id"] = self.gathered.marks
        self.columns["row_number"] = pa.array(self.gathered.rows)
        columns = [self.columns[name] for name in ROW_SCHEMA.names]
        if not every:
            columns = [column.take(pa.array(picked)) for column in columns]
        if (times > 1).any():
            columns[ROW_SCHEMA.get_field_index("case_id")] = self._person_marks(keep, times)
        return pa.table(columns, names=ROW_SCHEMA.names)

    def _person_marks(self, keep: NDArray[np.int64], times: Ints) -> pa.Array:
        """Return one mark per person: the case's own for the first, others derived from it."""
        marks: list[str] = []
        for place, number in zip(keep.tolist(), times.tolist(), strict=True):
            mark = self.gathered.marks[place].as_py()
            marks.append(mark)
            marks += self.rules.key.marks(f"{mark}\x1fperson\x1f", map(str, range(2, number + 1))).to_pylist()
        return pa.array(marks, pa.string())
