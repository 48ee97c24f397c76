"""Distinct words of a field → output, standing and remark, once per word however often it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from geodata.intake import coding, privacy
from geodata.intake.outcome import Remark, Status
from geodata.intake.read_columns import Gathered

Judged = tuple[str, Status, str]
"""Output, standing, remark ("" for none) of one word."""
Judge = Callable[[str], Judged]


@dataclass(slots=True)
class Verdict:
    """What a field's words became. ``out`` and ``status`` are looked up by word number."""

    column: int
    levels: list[str]
    out: NDArray[np.int32]
    status: NDArray[np.uint8]
    remarks: dict[int, str] = field(default_factory=dict)

    def values(self, codes: NDArray[np.uint32]) -> NDArray[np.int32]:
        """Return the place in ``levels`` per row."""
        return self.out[codes]

    def say(self, codes: NDArray[np.uint32]) -> list[Remark]:
        """Return the remarks with the rows they are about."""
        if not self.remarks:
            return []
        spoken = np.zeros(len(self.out), dtype=bool)
        spoken[list(self.remarks)] = True
        rows = np.flatnonzero(spoken[codes])
        words = codes[rows]
        grouped: dict[tuple[str, int], list[int]] = {}
        for word, text in self.remarks.items():
            grouped.setdefault((text, int(self.status[word])), []).append(word)
        return [
            Remark(rows[np.isin(words, some)], self.column, Status(status), text)
            for (text, status), some in grouped.items()
        ]


def judge_words(gathered: Gathered, name: str, column: int, judge: Judge, first: tuple[str, ...] = ()) -> Verdict:
    """Judge every distinct word of a field; ``first`` are levels that come first in the output list."""
    size = max(gathered.words) + 1
    levels = list(first)
    places = {level: place for place, level in enumerate(levels)}
    out, status = np.zeros(size, dtype=np.int32), np.zeros(size, dtype=np.uint8)
    remarks = {}
    for word in gathered.distinct(name).tolist():
        code, standing, remark = judge(gathered.words[word])
        if code not in places:
            places[code] = len(levels)
            levels.append(code)
        out[word], status[word] = places[code], standing
        if remark:
            remarks[word] = remark
    return Verdict(column, levels, out, status, remarks)


def from_coded(coder: Callable[[str], coding.Coded], quarantine: Callable[[str, str], None], name: str) -> Judge:
    """Return a judge from a coder; a word that could not be coded is looked at for private data."""

    def judge(text: str) -> Judged:
        coded = coder(text)
        if coded.problem:
            return coded.code, Status.REJECTED, coded.problem
        if coded.change:
            if kind := privacy.kind_of_value(text):
                quarantine(kind, text)
                return coded.code, Status.CORRECTED, f"{coded.change}; the cell held {privacy.LABELS[kind]}"
            return coded.code, Status.CORRECTED, coded.change
        return coded.code, Status.ACCEPTED, ""

    judge.__name__ = f"judge_{name}"
    return judge


def words_of(gathered: Gathered, name: str) -> list[str]:
    """Return the distinct words of a field, without the empty cell."""
    return [gathered.words[word] for word in gathered.distinct(name).tolist() if word]


def cells_with(gathered: Gathered, name: str, words: set[str]) -> int:
    """Return how many cells of a field hold one of some words."""
    numbers = [word for word in gathered.distinct(name).tolist() if gathered.words[word] in words]
    return int(np.isin(gathered.codes[name], numbers).sum()) if numbers else 0
