"""What every reader hands on: one table of text cells, in chunks, with its place in the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from geodata.values import DataProblem

if TYPE_CHECKING:
    from geodata.intake.questions import Question

CHUNK_ROWS = 1 << 15
"""Rows handed on at a time: large enough for speed, small enough to stay within memory."""
HEADER_SEARCH = 15
"""How many rows from the top the heading row is looked for."""
MOST_COLUMNS = 4096
OVERFLOW = "overflow"
"""Name of the column that catches a cell beyond the last heading."""
ROW, PART = "row", "part"
"""Columns a chunk may carry besides its cells: the row's number, and which sheet or column of it the row is from."""
SHEET_STEP = 10_000_000
"""Rows of the n-th of several sheets are numbered from n times this, so that no two are alike."""


def row_name(number: int, sheets: list[str]) -> str:
    """Return how a row is named to people: its number, and its sheet where several are read together."""
    sheet, row = divmod(number, SHEET_STEP)
    return f"{sheets[sheet]}, {row}" if sheets and sheet < len(sheets) else str(row)


def column(place: int) -> str:
    """Return the internal name of the column at a zero-based place."""
    return f"c{place}"


def cell_name(place: int) -> str:
    """Return a column's letters as a spreadsheet shows them: A, B, …, AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(slots=True)
class Table:
    """One table on its way in.

    headers:   headings as written, one per column; "" where there is none.
    tags:      HXL tags in the same order, empty when the file has none.
    first_row: spreadsheet row number of the first data row (the heading of a plain file is row 1).
    chunks:    frames of text columns c0, c1, … (+ overflow); a missing cell is null.
    samples:   the first rows, for finding out what the columns hold.
    size:      rows in all, 0 if not known; for the progress bar.
    notes:     what the reader had to say, one sentence each.
    points:    chunks also carry columns ``lon`` and ``lat`` (degrees, WGS 84) from a geometry.
    title:     what stands above the headings, and the names of the sheets read.
    from_1904: bare day numbers count from 1904, as old Macs did.
    questions: what has to be asked about the table's shape.
    sheet_names, many_sheets: all sheets of the file; those that are read together.
    date_order: "day" or "month" where the workbook's formats or language say which comes first, "" where nothing does.
    left_out:  how many sheets, columns or cases hold something and were not read.
    part_counts: rows of one case number in different parts are different rows (a table that was turned).
    row_log:   what was set aside as no case of its own (totals, footnotes), filled while chunks are read.
    """

    path: Path
    sheet: str
    headers: list[str]
    first_row: int
    chunks: Iterator[pl.DataFrame]
    samples: pl.DataFrame
    tags: list[str] = field(default_factory=list)
    size: int = 0
    notes: list[str] = field(default_factory=list)
    points: bool = False
    title: str = ""
    from_1904: bool = False
    questions: list[Question] = field(default_factory=list)
    sheet_names: list[str] = field(default_factory=list)
    many_sheets: list[str] = field(default_factory=list)
    date_order: str = ""
    left_out: int = 0
    part_counts: bool = False
    row_log: dict[str, list[int]] = field(default_factory=dict)

    @property
    def where(self) -> str:
        """Return how sentences name this table."""
        return f"‘{self.path.name}’" + (f", sheet ‘{self.sheet}’" if self.sheet else "")


def is_tag_row(cells: list[str]) -> bool:
    """Whether a row is a row of HXL tags: at least two, and every filled cell is one."""
    filled = [cell for cell in cells if cell.strip()]
    return len(filled) > 1 and all(cell.strip().startswith("#") and cell.strip()[1:2].isalpha() for cell in filled)


def find_heading(rows: list[list[str]], known: Any, where: str) -> tuple[list[str], list[str], int]:
    """Return (headings, HXL tags, zero-based place of the first data row) from a table's first rows.

    ``known(text) -> bool`` says whether a heading is one we recognise. The heading row is the one with
    most recognised cells; a row of HXL tags settles it. Merged heading cells are filled from above.
    Raises `DataProblem` when there is nothing in the rows.
    """
    filled = [place for place, row in enumerate(rows) if any(cell.strip() for cell in row)]
    if not filled:
        raise DataProblem(f"{where} holds no table; expected headings and at least one row below them.")
    tag_rows = [place for place in filled if is_tag_row(rows[place])]
    if tag_rows:
        place, tags = tag_rows[0] - 1, rows[tag_rows[0]]
        heading = rows[place] if place >= 0 else ["" for _ in tags]
        return _same_length(heading, tags), [tag.strip() for tag in tags], tag_rows[0] + 1
    scores = [(recognised(rows[place], known), -place) for place in filled]
    best = -max(scores)[1] if max(scores)[0] else _widest(rows, filled)
    heading = list(rows[best])
    if best > 0:
        above = _same_length(rows[best - 1], heading)
        heading = _with_groups(above, heading)
        heading = [cell if cell.strip() else over for cell, over in zip(heading, above, strict=False)]
    below = rows[best + 1] if best + 1 < len(rows) else []
    if recognised(below, known) and all(known(cell) for cell in below if cell.strip()):
        heading = [cell if cell.strip() else over for cell, over in zip(below, heading, strict=False)]
        return heading, [], best + 2  # headings on two levels under merged cells
    return heading, [], best + 1


def _widest(rows: list[list[str]], filled: list[int]) -> int:
    """Return the first row that is as wide as most below it: a title above an unknown heading is one cell."""
    widths = [sum(bool(cell.strip()) for cell in rows[place]) for place in filled]
    usual = max(set(widths), key=lambda width: (widths.count(width), width))
    return next(place for place, width in zip(filled, widths, strict=True) if width >= min(usual, max(widths)))


def _with_groups(above: list[str], heading: list[str]) -> list[str]:
    """Tell headings that stand twice apart by the group above them ("Victim", "Incident")."""
    named = [cell.strip() for cell in above]
    plain = [cell.strip().casefold() for cell in heading]
    if sum(bool(cell) for cell in named) < 2:
        return heading
    group, groups = "", []
    for cell in [*named, *[""] * len(heading)][: len(heading)]:
        group = cell or group
        groups.append(group)
    return [
        f"{over}/{cell}" if cell.strip() and plain.count(cell.strip().casefold()) > 1 and over else cell
        for cell, over in zip(heading, groups, strict=True)
    ]


def recognised(row: list[str], known: Any) -> int:
    """Return how many different headings of a row we recognise; a lone letter is a tick, not a heading."""
    return len({cell.strip().casefold() for cell in row if len(cell.strip()) > 1 and known(cell)})


def _same_length(row: list[str], other: list[str]) -> list[str]:
    return [*row, *[""] * (len(other) - len(row))][: max(len(row), len(other))]


def check_width(n_columns: int, where: str) -> None:
    """Refuse a table too wide to be a list of cases."""
    if n_columns > MOST_COLUMNS:
        raise DataProblem(
            f"{where} has {n_columns:,} columns, more than the {MOST_COLUMNS:,} Njia reads; "
            "export only the case list and import that.",
        )
