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
from geodata.intake.table import cell_name


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


def shown_heading(heading: str) -> str:
    """Return a heading fit for a report: a file without headings has a person's data in that place."""
    return "not shown" if privacy.kind_of_value(heading) else heading.strip()[:40]


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
class Doubt:
    """One spelling a person is asked about; ``pcode`` and ``county`` are "" where nothing can be proposed.

    ``spelling`` is a cell's content: it is shown on the importer's own screen and never written anywhere.
    """

    spelling: str = field(repr=False)
    pcode: str
    county: str
    n_rows: int


@dataclass(slots=True)
class Outcome:
    """The result of reading one table.

    rows: spreadsheet row numbers.  status: per row.  county: per row the index into pcodes, −1 none.
    headers: headings, to name a column.  table: rows to store, columns of `ROW_SCHEMA`, code columns
    dictionary-encoded.  dropped: kind → (cells, columns), "" for columns not needed.
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
    doubts: list[Doubt] = field(default_factory=list)
    unsure: dict[int, str] = field(default_factory=dict)

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
            row = {
                "row": number,
                "status": Status(status).word,
                "pcode": self.pcodes[county] if county >= 0 and status <= Status.CORRECTED else "",
                "changes": changes.get(place, []),
                "reason": "; ".join(reasons.get(place, [])),
            }
            if place in suggestions:
                row["suggestion"] = suggestions[place]
            yield row
