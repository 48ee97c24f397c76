"""How many persons a row reports, and which rows of one case number are different persons."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geodata.intake import coding
from geodata.intake.keys import MARK_DIGITS, CaseKey
from geodata.intake.outcome import Status
from geodata.intake.questions import CASES, LARGE, Choice, Question, yes_or_no

MOST_PERSONS = 500
"""A row that reports more persons at once waits for confirmation."""
MOST_IN_A_ROW = 1_000_000
PERSONS, ONE = "persons", "one"
_FEWER = re.compile(r"^(?:[<≤]|less than|fewer than|under|below|chini ya|moins de)\s*=?\s*\d+$", re.IGNORECASE)
_NUMBER = re.compile(r"^\d{1,3}(?:[, \u00a0\u202f']\d{3})+(?:\.0+)?$|^-?\d+(?:\.\d+)?$")
_DISTINGUISHING = ("sex", "age_group", "nationality")

Ints = NDArray[np.int32]


def number_of(text: str) -> float | None:
    """Return a written number, None when the text is none; thousands may be set apart."""
    plain = text.strip()
    return float(re.sub(r"[, \u00a0\u202f']", "", plain)) if _NUMBER.match(plain) else None


def is_withheld(text: str) -> bool:
    """Whether a cell says that a number is small and not given, such as ``<5``."""
    return bool(_FEWER.match(text.strip()))


def judge_persons(text: str, *, counts: bool, large: bool) -> tuple[str, Status, str]:
    """Return number, standing and remark of one cell.

    counts: the table is one of counts, so that an empty cell reports nobody.  large: large numbers are confirmed.
    """
    if is_withheld(text):
        return "1", Status.REJECTED, "the number of persons is not given, only that it is small; left out as unknown"
    if coding.is_unknown(text) and text.strip() != "-":
        if counts:
            return "1", Status.REJECTED, "the row gives no number of persons; left out as unknown"
        return "1", Status.ACCEPTED, ""
    number = number_of(text)
    if number is None or number < 1 or number != int(number):
        return "1", Status.REJECTED, f"the number of persons is {_wrong_with(number)}"
    if number > MOST_PERSONS and not large:
        return "1", Status.TO_CONFIRM, f"more than {MOST_PERSONS} persons in one row; confirm the number"
    return str(int(min(number, MOST_IN_A_ROW))), Status.ACCEPTED, ""


def _wrong_with(number: float | None) -> str:
    if number is None:
        return "not a number"
    return "negative" if number < 0 else "zero" if number == 0 else "not a whole number"


def large_question(rows: int, most: int) -> Question:
    """Return the question about rows that report very many persons."""
    return Question(
        LARGE, f"{rows:,} row{'s' * (rows != 1)} with more than {MOST_PERSONS} persons at once, up to {most:,}. "
        "Are these numbers of persons right?",
        yes_or_no("Yes, take them as written", "No, leave these rows waiting"), blocks=False, n_rows=rows,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SharedNumbers:
    """Rows under one case number. differing: of cases whose rows differ.  order: place of each row in its case."""

    differing: NDArray[np.bool_]
    order: Ints
    n_cases: int


def count_marks(marks: pa.ChunkedArray) -> int:
    """Return how many different marks there are, from their first 16 digits: far less room than the texts take."""
    chunks = marks.chunks if isinstance(marks, pa.ChunkedArray) else [marks]
    halves = []
    for chunk in chunks:
        if len(chunk):
            ends = np.frombuffer(chunk.buffers()[1], np.int32)[chunk.offset : chunk.offset + len(chunk)]
            digits = np.frombuffer(chunk.buffers()[2], np.uint8)[int(ends[0]) :][: len(chunk) * MARK_DIGITS]
            pair = np.ascontiguousarray(digits.reshape(-1, MARK_DIGITS)[:, :16]).view(np.uint64)
            halves.append(pair[:, 0] * np.uint64(0x9E3779B97F4A7C15) ^ pair[:, 1])
    return len(np.unique(np.concatenate(halves))) if halves else 0


def shared_numbers(marks: pa.ChunkedArray, columns: dict[str, pa.Array]) -> SharedNumbers | None:
    """Return which rows share a case number but differ in sex, age or nationality; None when none do."""
    if count_marks(marks) == len(marks):
        return None
    encoded = pc.dictionary_encode(marks.combine_chunks() if isinstance(marks, pa.ChunkedArray) else marks)
    encoded = encoded.combine_chunks() if isinstance(encoded, pa.ChunkedArray) else encoded
    case = encoded.indices.to_numpy(zero_copy_only=False)
    n_cases = len(encoded.dictionary)
    if n_cases == len(case):
        return None
    differs = np.zeros(n_cases, bool)
    for name in _DISTINGUISHING:
        words = columns[name].dictionary.to_pylist()
        values = columns[name].indices.to_numpy(zero_copy_only=False).astype(np.int64)
        unknown = words.index("unknown") if "unknown" in words else -1
        known = values != unknown
        low, high = np.full(n_cases, np.iinfo(np.int64).max), np.full(n_cases, -1, np.int64)
        np.minimum.at(low, case[known], values[known])
        np.maximum.at(high, case[known], values[known])
        differs |= high > low
    if not differs.any():
        return None
    by_case = np.argsort(case, kind="stable")
    starts = np.searchsorted(case[by_case], np.arange(n_cases))
    order = np.empty(len(case), np.int32)
    order[by_case] = np.arange(len(case)) - starts[case[by_case]] + 1
    return SharedNumbers(differs[case], order, int(differs.sum()))


def cases_question(shared: SharedNumbers) -> Question:
    """Return the question whether rows of one case are several persons."""
    rows = int(shared.differing.sum())
    return Question(
        CASES,
        f"{shared.n_cases:,} case number{'s' * (shared.n_cases != 1)} stand on several rows that differ in sex, age or "
        f"nationality ({rows:,} rows). What are these {rows:,} rows?",
        (
            Choice(PERSONS, f"{rows:,} persons: several persons of one case"),
            Choice(ONE, f"{shared.n_cases:,} person{'s' * (shared.n_cases != 1)}, each told several times"),
        ),
        PERSONS, n_rows=rows,
    )  # fmt: skip


def one_mark_each(marks: pa.ChunkedArray, shared: SharedNumbers, key: CaseKey) -> pa.Array:
    """Return the marks with one of its own for each further person of a case."""
    texts = marks.to_pylist()
    for place in np.flatnonzero(shared.differing & (shared.order > 1)).tolist():
        texts[place] = key.mark(f"{texts[place]}\x1fperson\x1f{shared.order[place]}")
    return pa.array(texts, pa.string())
