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

from geodata.facts.countries import fold
from geodata.intake import coding, dates, privacy, schema
from geodata.intake.columns import COUNTY_FIELDS, Reading
from geodata.intake.judge import Judge, Verdict, cells_with, from_coded, judge_words, words_of
from geodata.intake.keys import CaseKey
from geodata.intake.outcome import Outcome, Remark, Status
from geodata.intake.places import PlaceJudge
from geodata.intake.read_columns import Gathered
from geodata.intake.schema import UNKNOWN
from geodata.intake.table import Table
from geodata.matching.counties import CountyMatcher
from geodata.values import Form, Nature, nature_of
from geodata.vault.batch import DATE_PRECISIONS, ROW_SCHEMA

MOST_PERSONS = 500
"""A row that reports more persons at once waits for confirmation."""
_ONE_CODE = ("sex", "role", "nature", "recruiter_relation", "transport")
_MANY_CODES = ("forms", "means")

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Rules:
    """What the import knows besides the file.

    today: the day no date may lie after.  yes: take every suggestion as confirmed.
    corridors: folded id or name → corridor id.  organisations: folded spelling → short name.
    """

    today: date
    key: CaseKey = field(repr=False)
    yes: bool = False
    corridors: dict[str, str] = field(default_factory=dict)
    organisations: dict[str, str] = field(default_factory=dict)


class CheckIn:
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
        self.found: dict[str, int] = {}
        self.columns: dict[str, pa.Array | pa.ChunkedArray] = {}

    def run(self) -> Outcome:
        """Return the outcome of the table."""
        places = PlaceJudge(self.gathered, self.reading, self.matcher, yes=self.rules.yes).judge()
        self._worse(places.status)
        self.remarks += places.remarks
        for kind, cells in places.quarantined.items():
            self.found[kind] = self.found.get(kind, 0) + cells
        pcodes = [*self.matcher.names, UNKNOWN]
        for name in COUNTY_FIELDS:
            self._store(name, places.county[name], pcodes)
        self._store("county", places.counted, pcodes)
        month = self._dates()
        self._age(month)
        self._words()
        self._overflow()
        persons = self._persons()
        dropped = dict(self.gathered.dropped)
        for kind, cells in self.found.items():
            held, columns = dropped.get(kind, (0, 0))
            dropped[kind] = (held + cells, columns)
        return Outcome(
            self.table.path.name, self.table.sheet, self.gathered.rows, self.status, places.counted,
            tuple(self.matcher.names), self.table.headers, self.remarks, self._rows(persons), dropped, self.notes,
            places.doubts, self.reading.unsure,
        )  # fmt: skip

    def _worse(self, status: NDArray[np.uint8]) -> None:
        self.status = np.maximum(self.status, status)

    def _store(self, name: str, places: Any, levels: Iterable[str]) -> None:
        """Keep a column as places in a list of levels; −1 is the last level."""
        words = pa.array(list(levels), pa.string())
        kind = np.int16 if len(words) < np.iinfo(np.int16).max else np.int32
        small = np.where(np.asarray(places) < 0, len(words) - 1, places).astype(kind)
        self.columns[name] = pa.DictionaryArray.from_arrays(pa.array(small), words)

    def _verdict(self, name: str, judge: Judge, first: tuple[str, ...] = (UNKNOWN,), key: str = "") -> Verdict:
        """Judge a field's words and take their remarks."""
        column = self.reading.fields.get(name, -1)
        verdict = judge_words(self.gathered, key or name, column, judge, first)
        codes = self.gathered.codes[key or name]
        self.remarks += verdict.say(codes)
        self._worse(verdict.status[codes])
        return verdict

    def _seen(self, name: str) -> Callable[[str, str], None]:
        """Return a listener that counts cells of a field in which private data was found."""

        def seen(kind: str, text: str) -> None:
            self.found[kind] = self.found.get(kind, 0) + cells_with(self.gathered, name, {text})

        return seen

    def _dates(self) -> Ints:
        """Store month and precision; return the month numbers."""
        month = np.zeros(self.n_rows, dtype=np.int32)
        precision = np.full(self.n_rows, DATE_PRECISIONS.index(UNKNOWN), dtype=np.int32)
        for name in ("date", "year"):
            if name not in self.gathered.codes:
                continue
            order = dates.order_of(words_of(self.gathered, name))
            heading = self.table.headers[self.reading.fields[name]]
            judge = partial(self._judge_date, order, dates.says_ethiopian(heading))
            verdict = self._verdict(name, judge, ("0|unknown",))
            parts = [level.split("|") for level in verdict.levels]
            months = np.array([int(number) for number, _ in parts], dtype=np.int32)
            exact = np.array([DATE_PRECISIONS.index(how) for _, how in parts], dtype=np.int32)
            rows = verdict.values(self.gathered.codes[name])
            empty = month == 0
            month[empty], precision[empty] = months[rows][empty], exact[rows][empty]
        if dates.lag_of_ethiopia(int(month.max(initial=0)), self.rules.today) and self.n_rows >= 10:
            self.notes.append(
                "the newest case is seven to eight years old, which is how far the Ethiopian calendar lags behind; "
                "if the dates are Ethiopian, undo this batch and import them in the Gregorian calendar",
            )
        if "month_name" in self.gathered.codes:
            named = self._month_names()
            finer = (named > 0) & (precision == DATE_PRECISIONS.index("year")) & (month > 0)
            month[finer] += named[finer] - 1
            precision[finer] = DATE_PRECISIONS.index("month")
        self.columns["month"] = pa.array(month)
        self._store("date_precision", precision, DATE_PRECISIONS)
        return month

    def _judge_date(self, order: dates.Order, ethiopian: bool, text: str) -> tuple[str, Status, str]:
        dated = dates.read_date(text, order, self.rules.today)
        if ethiopian and dated.month:
            return "0|unknown", Status.REJECTED, dates.ETHIOPIAN
        out = f"{dated.month}|{dated.precision}"
        if dated.refuse:
            return out, Status.REJECTED, dated.refuse
        if dated.ask:
            return (out, Status.CORRECTED, f"{dated.ask}: kept as read (--yes)") if self.rules.yes else (
                out, Status.TO_CONFIRM, dated.ask,
            )  # fmt: skip
        return out, Status.CORRECTED if dated.change else Status.ACCEPTED, dated.change

    def _month_names(self) -> Ints:
        def judge(text: str) -> tuple[str, Status, str]:
            plain = fold(text)
            number = dates.MONTH_NAMES.get(plain, int(plain) if plain.isdigit() and len(plain) < 3 else 0)
            return str(number if number <= 12 else 0), Status.ACCEPTED, ""

        verdict = self._verdict("month_name", judge, ("0",))
        levels = np.array([int(level) for level in verdict.levels], dtype=np.int32)
        return levels[verdict.values(self.gathered.codes["month_name"])]

    def _age(self, month: Ints) -> None:
        """Store the age group from an age, else a date of birth, else a stated group."""
        levels = list(schema.BY_NAME["age_group"].code_names())
        group = np.full(self.n_rows, levels.index(UNKNOWN), dtype=np.int32)
        for name in ("age", "birth_date", "age_group"):
            if name not in self.gathered.codes:
                continue
            if name == "birth_date":
                found = self._age_at(month, levels)
            else:
                judge = from_coded(coding.code_age, self._seen(name), name)
                verdict = self._verdict(name, judge)
                places = np.array([levels.index(level) for level in verdict.levels], dtype=np.int32)
                found = places[verdict.values(self.gathered.codes[name])]
            empty = group == levels.index(UNKNOWN)
            group[empty] = found[empty]
        self._store("age_group", group, levels)

    def _age_at(self, month: Ints, levels: list[str]) -> Ints:
        """Return age groups at the month of the case; unknown where either date is."""
        words = words_of(self.gathered, "birth_date")
        order = dates.order_of(words)
        born_of = np.zeros(max(self.gathered.words) + 1, dtype=np.int32)
        for word in self.gathered.distinct("birth_date").tolist():
            born_of[word] = dates.read_birth(self.gathered.words[word], order, self.rules.today) if word else 0
        born = born_of[self.gathered.codes["birth_date"]]
        years = np.where((born > 0) & (month >= born), (month - born) // 12, -1)
        starts = np.array([first for first, _ in schema.AGE_BANDS])
        band = np.searchsorted(starts, years, side="right") - 1
        known = (years >= 0) & (years <= schema.AGE_BANDS[-1][1])
        return np.where(known, band, levels.index(UNKNOWN)).astype(np.int32)

    def _words(self) -> None:
        """Store every field that is a code list, an organisation, a corridor or a nationality."""
        many = {name: self._many(name) for name in _MANY_CODES}
        self._store("means", *many["means"])
        self._forms(*many["forms"])
        for name in _ONE_CODE:
            if name == "nature":
                continue
            self._store(name, *self._one(name))
        self._nationality()
        self._plain("corridor", lambda text: coding.code_corridor(text, self.rules.corridors))
        self._organisation()

    def _one(self, name: str) -> tuple[Ints, list[str]]:
        values, levels = np.zeros(self.n_rows, dtype=np.int32), [UNKNOWN]
        if name in self.gathered.codes:
            judge = from_coded(partial(coding.code_one, name), self._seen(name), name)
            verdict = self._verdict(name, judge)
            values, levels = verdict.values(self.gathered.codes[name]), verdict.levels
        return self._with_flags(name, values, levels)

    def _many(self, name: str) -> tuple[Ints, list[str]]:
        empty = "unspecified" if name == "forms" else UNKNOWN
        values, levels = np.zeros(self.n_rows, dtype=np.int32), [empty]
        if name in self.gathered.codes:
            judge = from_coded(partial(coding.code_many, name), self._seen(name), name)
            verdict = self._verdict(name, judge, (empty,))
            values, levels = verdict.values(self.gathered.codes[name]), verdict.levels
        return self._with_flags(name, values, levels)

    def _with_flags(self, name: str, values: Ints, levels: list[str]) -> tuple[Ints, list[str]]:
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

    def _forms(self, values: Ints, levels: list[str]) -> None:
        """Store forms, the counted form and the nature, which follows from the forms where not stated."""
        self._store("forms", values, levels)
        single = [level if ";" not in level else schema.SEVERAL for level in levels]
        names = sorted(set(single))
        self._store("form", np.array([names.index(form) for form in single], dtype=np.int32)[values], names)
        natures = [nature.value for nature in Nature]
        implied = np.array([natures.index(_nature(level)) for level in levels], dtype=np.int32)[values]
        if "nature" in self.gathered.codes:
            judge = from_coded(partial(coding.code_one, "nature"), self._seen("nature"), "nature")
            verdict = self._verdict("nature", judge, (Nature.UNCLEAR.value,))
            stated = np.array([natures.index(level) for level in verdict.levels], dtype=np.int32)
            stated = stated[verdict.values(self.gathered.codes["nature"])]
            said = (self.gathered.codes["nature"] > 0) & (stated != natures.index(Nature.UNCLEAR))
            implied = np.where(said, stated, implied)
        self._store("nature", implied, natures)

    def _nationality(self) -> None:
        values, levels = np.zeros(self.n_rows, dtype=np.int32), [UNKNOWN]
        if "nationality" in self.gathered.codes:
            judge = from_coded(coding.code_nationality, self._seen("nationality"), "nationality")
            verdict = self._verdict("nationality", judge)
            values, levels = verdict.values(self.gathered.codes["nationality"]), verdict.levels
        self._store("nationality", values, levels)
        groups = [schema.nationality_group(level) for level in levels]
        names = sorted(set(groups))
        self._store("nationality_group", np.array([names.index(some) for some in groups])[values], names)

    def _plain(self, name: str, coder: Callable[[str], coding.Coded]) -> None:
        values, levels = np.zeros(self.n_rows, dtype=np.int32), [UNKNOWN]
        if name in self.gathered.codes:
            verdict = self._verdict(name, from_coded(coder, self._seen(name), name))
            values, levels = verdict.values(self.gathered.codes[name]), verdict.levels
        self._store(name, values, levels)

    def _organisation(self) -> None:
        """Store who reports; an organisation on no list is a keyed mark, said once and not per row."""
        marked = 0

        def judge(text: str) -> tuple[str, Status, str]:
            nonlocal marked
            mark = lambda word: self.rules.key.mark(f"organisation\x1f{word}")[:8]  # noqa: E731
            coded = coding.code_organisation(text, mark, self.rules.organisations)
            if coded.change:
                if kind := privacy.kind_of_value(text):
                    self._seen("reporting_source")(kind, text)
                    return UNKNOWN, Status.CORRECTED, f"the cell held {privacy.LABELS[kind]}, not an organisation"
                marked += 1
            return coded.code, Status.ACCEPTED, ""

        if "reporting_source" not in self.gathered.codes:
            self._store("reporting_source", np.zeros(self.n_rows, dtype=np.int32), [UNKNOWN])
            return
        verdict = self._verdict("reporting_source", judge)
        self._store("reporting_source", verdict.values(self.gathered.codes["reporting_source"]), verdict.levels)
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
            self._worse(np.where(beyond, Status.REJECTED, 0).astype(np.uint8))

    def _persons(self) -> Ints:
        """Return how many persons each row reports; 1 where the file does not count."""
        if "persons" not in self.gathered.codes:
            return np.ones(self.n_rows, dtype=np.int32)
        verdict = self._verdict("persons", self._judge_persons, ("1",))
        levels = np.array([int(level) for level in verdict.levels], dtype=np.int32)
        return levels[verdict.values(self.gathered.codes["persons"])]

    def _judge_persons(self, text: str) -> tuple[str, Status, str]:
        if coding.is_unknown(text) and text.strip() != "-":
            return "1", Status.ACCEPTED, ""
        try:
            number = float(text.replace(",", ""))
        except ValueError:
            return "1", Status.REJECTED, "the number of persons is not a number"
        if number < 1 or number != int(number):
            what = "negative" if number < 0 else "zero" if number == 0 else "not a whole number"
            return "1", Status.REJECTED, f"the number of persons is {what}"
        if number > MOST_PERSONS and not self.rules.yes:
            return "1", Status.TO_CONFIRM, f"more than {MOST_PERSONS} persons in one row; --yes takes it as written"
        return str(int(min(number, 1_000_000))), Status.ACCEPTED, ""

    def _rows(self, persons: Ints) -> pa.Table:
        """Return the rows to store, in the vault's order; a row of n persons becomes n rows."""
        keep = np.flatnonzero(self.status <= Status.CORRECTED)
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


def _nature(forms: str) -> str:
    """Return the nature that follows from a case's forms."""
    natures = {nature_of(Form(form)) for form in forms.split(";")} - {Nature.UNCLEAR}
    if len(natures) > 1:
        return Nature.MIXED.value
    return (natures or {Nature.UNCLEAR}).pop().value
