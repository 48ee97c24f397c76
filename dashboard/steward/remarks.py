"""What there is to say about the rows of a file, line by line, in pages.

A file can have millions of remarks; a page shows a few. Lines are kept as two numbers each and put into words
when they are shown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.intake.outcome import Outcome, Status

PAGE = 50


@dataclass(frozen=True, slots=True)
class RemarkLine:
    """One thing to say about one row."""

    row: int
    column: str
    standing: str
    reason: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of lines: which of how many pages, and how many lines there are in all."""

    lines: list[RemarkLine]
    at: int
    last: int
    n_lines: int


class RemarkLines:
    """All lines of an outcome, by row."""

    def __init__(self, outcome: Outcome) -> None:
        """Sort what was remarked by row, once."""
        self._outcome = outcome
        parts = [
            np.column_stack([outcome.rows[remark.rows], np.full(len(remark.rows), number, dtype=np.int32)])
            for number, remark in enumerate(outcome.remarks)
        ]
        table = np.concatenate(parts) if parts else np.empty((0, 2), dtype=np.int32)
        self._table = table[np.lexsort((table[:, 1], table[:, 0]))]
        self._standing = np.array([remark.status for remark in outcome.remarks], dtype=np.uint8)

    def page(self, number: int, standing: Status | None = None) -> Leaf:
        """Return one page of the lines of a standing; a number outside the list gives its first or last page."""
        table = self._table
        if standing is not None and len(table):
            table = table[self._standing[table[:, 1]] == standing]
        last = max(1, -(-len(table) // PAGE))
        at = min(max(number, 1), last)
        lines = [self._line(row, place) for row, place in table[(at - 1) * PAGE : at * PAGE].tolist()]
        return Leaf(lines, at, last, len(table))

    def _line(self, row: int, place: int) -> RemarkLine:
        remark = self._outcome.remarks[place]
        names = self._outcome
        return RemarkLine(row, names.heading(remark.column), remark.status.word, remark.text, remark.suggestion)
