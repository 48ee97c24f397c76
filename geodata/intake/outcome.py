"""What became of a file: one standing per row, every remark with its cell, and the rows to store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geodata.intake import privacy
from geodata.intake.questions import Question
from geodata.intake.table import SHEET_STEP, cell_name, row_name


class Status(IntEnum):
    """Standing of a row; the worst of its cells decides."""

    ACCEPTED = 0
    CORRECTED = 1
    TO_CONFIRM = 2
    REJECTED = 3

    @property
    def word(self) -> str:
        """Return the word used in JSON and reports."""
        return self.name.lower()


LONGEST_HEADING = 160
"""Letters of a heading that are shown: a question of a survey is one."""
_NEVER_SHOWN = (privacy.NAME, privacy.PHONE, privacy.EMAIL, privacy.ID_NUMBER, privacy.GPS)


def shown_heading(heading: str) -> str:
    """Return a heading fit for a report: a file without headings has a person's data in that place."""
    return (
        "not shown" if privacy.kind_of_value(heading) in _NEVER_SHOWN else " ".join(heading.split())[:LONGEST_HEADING]
    )


@dataclass(frozen=True, slots=True)
class Remark:
    """The same thing to say about some rows of one column.

    rows: places in `Outcome.rows`.   column: zero-based, −1 for the whole row.
    status: what it makes of the row.  text: in words, never with the cell's content.
    suggestion: what to write instead, "" if nothing can be proposed.
    """

    rows: NDArray[np.int64]
    column: int
    status: Status
    text: str
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class CountyDoubt:
    """One spelling a person is asked about; ``pcode`` and ``county`` are "" where nothing can be proposed.

    candidates: P-codes of every county it may mean, likeliest first.  reason: why it is asked.
    ``spelling`` is a cell's content: it is shown on the importer's own screen and never written anywhere.
    """

    spelling: str = field(repr=False)
    pcode: str
    county: str
    n_rows: int
    candidates: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WordDoubt:
    """One word about the case that is in no list; shown on the importer's own screen and never written anywhere.

    column: zero-based.  reason: why it is asked.  suggestion: a nature, a form or "".  waiting: rows wait for it.
    """

    word: str = field(repr=False)
    column: int
    reason: str
    suggestion: str
    n_rows: int
    waiting: bool


@dataclass(frozen=True, slots=True)
class DateDoubt:
    """One date that cannot be, or that says too little; shown on the importer's own screen and never written anywhere.

    column: zero-based.  reason: why the rows wait or were rejected.
    """

    text: str = field(repr=False)
    column: int
    reason: str
    n_rows: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """From which column something is taken, and of how many rows it is known.

    field: county, date, nature, sex or age.  column: as people see it, "" when no column gives it.
    """

    field: str
    column: str
    known: int
    of: int


@dataclass(slots=True)
class Outcome:
    """The result of reading one table.

    rows: spreadsheet row numbers.  status: per row.  county: per row the index into pcodes, −1 none.
    headers: headings, to name a column.  table: rows to store, columns of `ROW_SCHEMA`, code columns
    dictionary-encoded.  dropped: kind → (cells, columns), "" for columns not needed.
    words: words about the case in no list.  dates: those a person has to decide.  questions: those without an answer.
    coverage: what is known of how many.
    persons: how many would be counted.  row_is: what a row is taken to be.  sheets: names, where several were read.
    left_out: columns and sheets that hold something and were not read, which a clean import has none of.
    """

    file_name: str
    sheet: str
    rows: NDArray[np.int32]
    status: NDArray[np.uint8]
    county: NDArray[np.int16]
    pcodes: tuple[str, ...]
    headers: list[str]
    remarks: list[Remark]
    table: pa.Table
    dropped: dict[str, tuple[int, int]]
    notes: list[str]
    doubts: list[CountyDoubt] = field(default_factory=list)
    unsure: dict[int, str] = field(default_factory=dict)
    words: list[WordDoubt] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    coverage: list[Coverage] = field(default_factory=list)
    persons: int = 0
    row_is: str = ""
    sheets: list[str] = field(default_factory=list)
    left_out: int = 0
    dates: list[DateDoubt] = field(default_factory=list)

    @property
    def blocked(self) -> bool:
        """Whether a question must be answered before anything is stored."""
        return any(question.blocks for question in self.questions)

    def row_name(self, number: int) -> str:
        """Return how a row is named to people."""
        return row_name(number, self.sheets)

    def paragraph(self, *, stored: bool = False) -> str:
        """Return in one paragraph what the file is taken for and how much of it is known.

        stored: it is in the vault; how many are counted is said there.
        """
        rows = f"{len(self.rows):,} row{'s' * (len(self.rows) != 1)}"
        persons = "" if stored else f"; {self.persons:,} person{'s' * (self.persons != 1)} would be counted"
        parts = [
            f"{cover.field} from {cover.column} ({cover.known:,} of {cover.of:,} rows)"
            if cover.column
            else f"no {cover.field} ({cover.known:,} of {cover.of:,} rows)"
            for cover in self.coverage
        ]
        return f"{self.row_is} {rows}{persons}. Taken: {'; '.join(parts)}."

    def count(self, status: Status) -> int:
        """Return the number of rows of one standing."""
        return int((self.status == status).sum())

    def counts(self) -> dict[str, int]:
        """Return the number of rows by standing."""
        return {status.word: self.count(status) for status in Status}

    def heading(self, place: int) -> str:
        """Return how a column is named to people: letter and heading."""
        if place < 0:
            return "row"
        heading = self.headers[place] if place < len(self.headers) else ""
        return f"column {cell_name(place)}" + (f" ‘{shown_heading(heading)}’" if heading.strip() else "")

    def row_objects(self) -> Iterator[dict[str, Any]]:
        """Yield one object per row, as `import --json` prints it."""
        changes: dict[int, list[str]] = {}
        reasons: dict[int, list[str]] = {}
        suggestions: dict[int, str] = {}
        for remark in self.remarks:
            words = f"{self.heading(remark.column)}: {remark.text}"
            target = changes if remark.status <= Status.CORRECTED else reasons
            for place in remark.rows.tolist():
                target.setdefault(place, []).append(words)
                if remark.suggestion:
                    suggestions[place] = remark.suggestion
        for place, (number, status, county) in enumerate(
            zip(self.rows.tolist(), self.status.tolist(), self.county.tolist(), strict=True),
        ):
            row: dict[str, Any] = {
                "row": number % SHEET_STEP,
                "status": Status(status).word,
                "pcode": self.pcodes[county] if county >= 0 and status <= Status.CORRECTED else "",
                "changes": changes.get(place, []),
                "reason": "; ".join(reasons.get(place, [])),
            }
            if self.sheets:
                row["sheet"] = self.sheets[number // SHEET_STEP]
            if place in suggestions:
                row["suggestion"] = suggestions[place]
            yield row
