"""When each row happened, and how old the person was then: the part of a validation that reads dates."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geodata.intake import coding, dates, privacy, schema
from geodata.intake.event_dates import (
    EXCHANGE,
    column_order,
    decided_date,
    exchange,
    half_converted,
    half_question,
    judge_date,
    month_of_name,
    order_question,
)  # fmt: skip
from geodata.intake.judge import Judge, cells_with, from_coded, words_of
from geodata.intake.outcome import DateDoubt, Status
from geodata.intake.questions import HALF, ORDER, UNDATED
from geodata.intake.schema import UNKNOWN
from geodata.vault.batch import DATE_PRECISIONS

if TYPE_CHECKING:
    from geodata.intake.validate import Validation

Ints = NDArray[np.int32]
_MOST_DOUBTS, _LONGEST_DATE = 200, 40
"""How many dates a person is asked about, and how long one may be to be shown."""


class DateJudge:
    """Judges the dates of one table."""

    def __init__(self, check: Validation) -> None:
        """Take the table under validation."""
        self.check = check
        self.doubts: list[DateDoubt] = []

    def judge(self) -> Ints:
        """Store month, precision and age group; return the month numbers."""
        month = self._dates()
        self._age(month)
        return month

    def _dates(self) -> Ints:
        month = np.zeros(self.check.n_rows, dtype=np.int32)
        precision = np.full(self.check.n_rows, DATE_PRECISIONS.index(UNKNOWN), dtype=np.int32)
        for name in ("date", "year"):
            if name not in self.check.gathered.codes:
                continue
            undecided: dict[str, str] = {}
            verdict = self.check.verdict(name, self._date_judge(name, undecided), ("0|unknown",))
            self._ask_about(name, undecided)
            parts = [level.split("|") for level in verdict.levels]
            months = np.array([int(number) for number, _ in parts], dtype=np.int32)
            exact = np.array([DATE_PRECISIONS.index(how) for _, how in parts], dtype=np.int32)
            rows = verdict.values(self.check.gathered.codes[name])
            empty = month == 0
            month[empty], precision[empty] = months[rows][empty], exact[rows][empty]
        if dates.lag_of_ethiopia(int(month.max(initial=0)), self.check.rules.today) and self.check.n_rows >= 10:
            self.check.notes.append(
                "the newest case is seven to eight years old, which is how far the Ethiopian calendar lags behind; "
                "if the dates are Ethiopian, undo this batch and import them in the Gregorian calendar",
            )
        year = self.check.rules.answers.get(UNDATED, "")
        if year.isdigit():
            undated = month == 0
            month[undated], precision[undated] = int(year) * 12, DATE_PRECISIONS.index("year")
        if "month_name" in self.check.gathered.codes:
            named = self._month_names()
            finer = (named > 0) & (precision == DATE_PRECISIONS.index("year")) & (month > 0)
            month[finer] += named[finer] - 1
            precision[finer] = DATE_PRECISIONS.index("month")
        self.check.columns["month"] = pa.array(month)
        self.check.store_levels("date_precision", precision, DATE_PRECISIONS)
        return month

    def _ask_about(self, name: str, undecided: dict[str, str]) -> None:
        """Put dates that cannot be to a person, the most frequent first; none that holds private data."""
        place = self.check.reading.fields[name]
        doubts = [
            DateDoubt(text, place, reason, cells_with(self.check.gathered, name, {text}))
            for text, reason in list(undecided.items())[:_MOST_DOUBTS]
            if len(text) <= _LONGEST_DATE and not privacy.kind_of_value(text)
        ]
        self.doubts += sorted(doubts, key=lambda doubt: (-doubt.n_rows, doubt.text))

    def _date_judge(self, name: str, undecided: dict[str, str]) -> Judge:
        """Return the judge of one column's dates, and ask what only a person can say about it.

        undecided: filled with the dates that wait or were rejected, and why.
        """
        place = self.check.reading.fields[name]
        heading = self.check.table.headers[place]
        words = words_of(self.check.gathered, name)
        order = column_order(
            self.check.table, self.check.gathered, name, place, self.check.rules.answers.get(ORDER, "")
        )
        rows = {word: cells_with(self.check.gathered, name, {word}) for word in words if dates.reads_two_ways(word)}
        if (order.unproved or order.ambiguous) and rows:
            shown = " ".join(heading.split())
            self.check.questions.append(order_question(words, shown, order, sum(rows.values())))
        real = half_converted(words)
        answer = self.check.rules.answers.get(HALF, "")
        if real and not answer:
            cells = cells_with(self.check.gathered, name, set(real))
            self.check.questions.append(half_question(real, " ".join(heading.split()), cells))
        exchanged = bool(real) and answer == EXCHANGE

        def judge(text: str) -> tuple[str, Status, str]:
            today = self.check.rules.today
            if decision := self.check.rules.dates.get(text.strip(), ""):
                return decided_date(decision, order, today)
            written = exchange(text) if exchanged else text
            out, standing, reason = judge_date(
                written, order, today, ethiopian=dates.says_ethiopian(heading), yes=self.check.rules.yes
            )
            asked = (order.unproved or order.ambiguous) and text in rows
            if standing > Status.CORRECTED and not asked:
                undecided[text] = reason
            return out, standing, reason

        return judge

    def _month_names(self) -> Ints:
        def judge(text: str) -> tuple[str, Status, str]:
            return str(month_of_name(text)), Status.ACCEPTED, ""

        verdict = self.check.verdict("month_name", judge, ("0",))
        levels = np.array([int(level) for level in verdict.levels], dtype=np.int32)
        return levels[verdict.values(self.check.gathered.codes["month_name"])]

    def _age(self, month: Ints) -> None:
        """Store the age group from an age, else a date of birth, else a stated group."""
        levels = list(schema.BY_NAME["age_group"].code_names())
        group = np.full(self.check.n_rows, levels.index(UNKNOWN), dtype=np.int32)
        for name in ("age", "birth_date", "age_group"):
            if name not in self.check.gathered.codes:
                continue
            if name == "birth_date":
                group_of_row = self._age_at(month, levels)
            else:
                judge = from_coded(coding.code_age, self.check.seen(name), name)
                verdict = self.check.verdict(name, judge)
                places = np.array([levels.index(level) for level in verdict.levels], dtype=np.int32)
                group_of_row = places[verdict.values(self.check.gathered.codes[name])]
            empty = group == levels.index(UNKNOWN)
            group[empty] = group_of_row[empty]
        self.check.store_levels("age_group", group, levels)

    def _age_at(self, month: Ints, levels: list[str]) -> Ints:
        """Return age groups at the month of the case; unknown where either date is."""
        words = words_of(self.check.gathered, "birth_date")
        order = replace(dates.order_of(words), unproved=False)  # a birth date only has to give an age group
        born_of = np.zeros(max(self.check.gathered.words) + 1, dtype=np.int32)
        for word in self.check.gathered.distinct("birth_date").tolist():
            born_of[word] = (
                dates.read_birth(self.check.gathered.words[word], order, self.check.rules.today) if word else 0
            )
        born = born_of[self.check.gathered.codes["birth_date"]]
        years = np.where((born > 0) & (month >= born), (month - born) // 12, -1)
        starts = np.array([first for first, _ in schema.AGE_BANDS])
        band = np.searchsorted(starts, years, side="right") - 1
        known = (years >= 0) & (years <= schema.AGE_BANDS[-1][1])
        return np.where(known, band, levels.index(UNKNOWN)).astype(np.int32)
