"""Forms and nature of every row: what its words say, what the forms imply, what a person has answered.

A word in no list is put to the steward once, with how many rows hang on it; those rows wait when nothing else in them
says trafficking or smuggling. A row that says something was ruled out, attempted, suspected, or about goods always
waits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geodata.facts.countries import fold
from geodata.intake import coding, privacy, schema
from geodata.intake.outcome import Remark, Status, WordDoubt
from geodata.intake.phrases import CaseWords, nature_of_forms, read_case_words, speaks_of_exploitation
from geodata.values import Nature

if TYPE_CHECKING:
    from geodata.intake.validate import Validation

TRAFFICKING, SMUGGLING, CASES, ONLY, NONE = "trafficking", "smuggling", "cases", "only", "none"
"""What a person may answer about a list as a whole."""
_UNSPECIFIED = "unspecified"
_LONGEST_WORD, _MOST_PIECES = 60, 7

Ints = NDArray[np.int32]


@dataclass(slots=True)
class ColumnWords:
    """What the distinct words of one column say, looked up by word number."""

    forms: list[str] = field(default_factory=lambda: [_UNSPECIFIED])
    form: Ints = field(default_factory=lambda: np.zeros(0, np.int32))
    nature: Ints = field(default_factory=lambda: np.zeros(0, np.int32))
    open: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))
    leave_out: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    words: dict[int, CaseWords] = field(default_factory=dict)


_CLOSED, _OPEN, _MARKED = 0, 1, 2
_NATURES = ("", Nature.TRAFFICKING.value, Nature.SMUGGLING.value, Nature.MIXED.value)


class NatureJudge:
    """Judges forms and nature of one table."""

    def __init__(self, validation: Validation) -> None:
        """Take the table under validation."""
        self.validation, self.gathered = validation, validation.gathered
        self.answers = validation.rules.words
        self.list_answer = validation.rules.answers.get("list", "")
        self.doubts: list[WordDoubt] = []
        self.hidden = 0

    def judge(self) -> NDArray[np.bool_]:
        """Store ``forms``, ``form`` and ``nature``; return the rows whose nature is known."""
        validation, n_rows = self.validation, self.validation.n_rows
        columns: dict[str, ColumnWords] = {
            name: self._column(name) for name in ("forms", "nature") if name in self.gathered.codes
        }
        values, levels = self._merged_forms(columns)
        values, levels = validation.with_flags("forms", values, levels)
        validation.store_levels("forms", values, levels)
        single = [level if ";" not in level else schema.SEVERAL for level in levels]
        names = sorted(set(single))
        validation.store_levels("form", np.array([names.index(form) for form in single], dtype=np.int32)[values], names)
        implied = np.array([_NATURES.index(nature_of_forms(tuple(level.split(";")))) for level in levels], np.int32)
        nature = implied[values]
        for name in ("forms", "nature"):
            if name in columns:
                stated = columns[name].nature[self.gathered.codes[name]]
                nature = np.where((stated > 0) & ((name == "nature") | (nature == 0)), stated, nature)
                if name == "forms":
                    nature = np.where((stated > 0) & (implied[values] > 0) & (stated != implied[values]), 3, nature)
        opened = np.zeros(n_rows, np.uint8)
        left_out = np.zeros(n_rows, bool)
        for name, words in columns.items():
            opened = np.maximum(opened, words.open[self.gathered.codes[name]])
            left_out |= words.leave_out[self.gathered.codes[name]]
        nature = self._by_list(nature, opened)
        self._speak(columns, nature, left_out)
        natures = [Nature.UNCLEAR.value, *_NATURES[1:]]
        validation.store_levels("nature", nature, natures)
        return np.asarray(nature > 0)

    def _column(self, name: str) -> ColumnWords:
        """Read the distinct words of one column."""
        size = max(self.gathered.words) + 1
        column_words = ColumnWords(
            form=np.zeros(size, np.int32), nature=np.zeros(size, np.int32), open=np.zeros(size, np.uint8),
            leave_out=np.zeros(size, bool),
        )  # fmt: skip
        heading = self.validation.table.headers[self.validation.reading.fields[name]]
        exploitation = name == "forms" and speaks_of_exploitation(heading)
        listed = coding.words_of_field("nature")
        for word in self.gathered.distinct(name).tolist():
            text = self.gathered.words[word]
            case_words = read_case_words(text, exploitation=exploitation, answers=self.answers)
            if (
                name == "nature"
                and case_words.open
                and not case_words.open.startswith("it says")
                and (code := listed.get(fold(text)))
            ):
                case_words = CaseWords(nature="" if code == Nature.UNCLEAR else code)
            forms = [form for form in case_words.forms if not (name == "nature" and form == "smuggling_transit")]
            level = ";".join(sorted(forms)) or _UNSPECIFIED
            if level not in column_words.forms:
                column_words.forms.append(level)
            column_words.form[word] = column_words.forms.index(level)
            column_words.nature[word] = _NATURES.index(case_words.implied if case_words.nature else "")
            column_words.open[word] = (
                (_MARKED if case_words.open.startswith("it says") else _OPEN) if case_words.open else _CLOSED
            )
            column_words.leave_out[word] = case_words.leave_out
            column_words.words[word] = case_words
        return column_words

    def _merged_forms(self, columns: dict[str, ColumnWords]) -> tuple[Ints, list[str]]:
        """Return the forms of each row from one or both columns."""
        if not columns:
            return np.zeros(self.validation.n_rows, np.int32), [_UNSPECIFIED]
        if len(columns) == 1:
            ((name, words),) = columns.items()
            return words.form[self.gathered.codes[name]], words.forms
        first, second = columns["forms"], columns["nature"]
        pair = first.form[self.gathered.codes["forms"]] * len(second.forms) + second.form[self.gathered.codes["nature"]]
        kinds, values = np.unique(pair, return_inverse=True)
        merged = [
            coding.merge_codes(
                "forms", [first.forms[kind // len(second.forms)], second.forms[kind % len(second.forms)]]
            )
            for kind in kinds.tolist()
        ]
        levels = list(dict.fromkeys([_UNSPECIFIED, *merged]))
        return np.array([levels.index(level) for level in merged], np.int32)[values.reshape(-1)], levels

    def _by_list(self, nature: Ints, opened: NDArray[np.uint8]) -> Ints:
        """Give rows that do not say it the nature a person gave the whole list."""
        if self.list_answer in (TRAFFICKING, SMUGGLING):
            nature = np.where((nature == 0) & (opened < _MARKED), _NATURES.index(self.list_answer), nature)
        return np.asarray(nature, dtype=np.int32)

    def _speak(self, columns: dict[str, ColumnWords], nature: Ints, left_out: NDArray[np.bool_]) -> None:
        """Say of every row what its words left open, and let it wait where nothing else says its nature."""
        only = self.list_answer in (ONLY, NONE)
        out = left_out | ((nature == 0) & only) | (self.list_answer == NONE)
        text = "its words say neither trafficking nor smuggling; left out, as you said"
        self._remark(out, -1, Status.REJECTED, text)
        for name, words in columns.items():
            codes = self.gathered.codes[name]
            for word, case_words in words.words.items():
                if not case_words.open and not case_words.left_out:
                    continue
                rows = (codes == word) & ~out
                self._one_word(name, word, case_words, rows, nature)

    def _one_word(self, name: str, word: int, case_words: CaseWords, rows: NDArray[np.bool_], nature: Ints) -> None:
        place = self.validation.reading.fields[name]
        text = self.gathered.words[word]
        kind = privacy.kind_of_value(text)
        if kind:
            self.validation.count_private(name, kind, text)
        held = f"; the cell held {privacy.LABELS[kind]}" if kind else ""
        if not case_words.open:
            self._remark(rows, place, Status.CORRECTED, f"some of its words are in no list and were left out{held}")
            return
        marked = case_words.open.startswith("it says")
        waiting = rows & ((nature == 0) | marked)
        settled = rows & ~waiting
        self._remark(waiting, place, Status.TO_CONFIRM, f"{case_words.open}; say what it means{held}")
        self._remark(settled, place, Status.CORRECTED, f"{case_words.open}; the form is kept as not stated{held}")
        if not rows.any():
            return
        if kind or len(text) > _LONGEST_WORD or len(text.split()) > _MOST_PIECES:
            self.hidden += int(waiting.any())
        else:
            self.doubts.append(
                WordDoubt(text, place, case_words.open, case_words.suggestion, int(rows.sum()), bool(waiting.any())),
            )

    def _remark(self, rows: NDArray[np.bool_], place: int, status: Status, text: str) -> None:
        if rows.any():
            self.validation.remarks.append(Remark(np.flatnonzero(rows), place, status, text))
            self.validation.worse(np.where(rows, status, 0).astype(np.uint8))
