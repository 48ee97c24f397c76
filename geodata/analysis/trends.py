"""Windows of years, marks in time, and which published figures may be joined into one line. Pure but for
the two small rule files, year_marks.csv and series_breaks.csv (one line, one decision, its source or reason).
"""  # noqa: D205 - two sentences over three lines read better than a stub title

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from geodata.facts import decisions
from geodata.facts.rows import SeriesValue
from geodata.settings import DataSettings
from geodata.values import NATIONAL, DataProblem, Period

WINDOWS = (1, 3, 5)
"""Lengths, in years, of the pooled windows a reader is offered besides the whole record."""
_PCODE = re.compile(r"KE0(?:0[1-9]|[1-3][0-9]|4[0-7])")


@dataclass(frozen=True, slots=True)
class YearMark:
    """An event that may have changed who looks or what is counted: its year, key of its words, places, source.

    counties: P-codes it concerns; empty for the whole country.
    """

    year: int
    key: str
    counties: tuple[str, ...]
    source_id: str

    def concerns(self, areas: Iterable[str]) -> bool:
        """Say whether the mark belongs on a drawing of these counties; the country's marks belong on all."""
        return not self.counties or bool(set(self.counties) & set(areas))


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """One published figure of a national series."""

    row: SeriesValue
    joined: bool
    """It may be compared with the point before it."""
    why: tuple[str, ...]
    """Keys of the reasons where it may not: ``gap`` (years without a figure), ``unit``, ``producer``, or a key of
    series_breaks.csv."""


def windows(coverage: Period, last: int) -> dict[str, Period]:
    """Return ``1``, ``3``, ``5``, ``all`` → the window that ends with `last`, cut to the record's years."""
    recent = {str(n): Period(max(coverage.first, last - n + 1), last) for n in WINDOWS}
    return {**recent, "all": coverage}


@lru_cache(maxsize=4)
def read_marks(settings: DataSettings) -> tuple[YearMark, ...]:
    """Return the year marks, oldest first; refuses a bad year, an unknown county, a key used twice, no source."""
    marks: list[YearMark] = []
    for line in decisions.read(settings, "year_marks").to_dict("records"):
        counties = tuple(part for part in str(line["counties"]).split(";") if part and part != NATIONAL)
        where = f"year_marks.csv, row {line['row']}"
        if not re.fullmatch(r"(19|20)\d\d", str(line["year"])):
            raise DataProblem(f"{where}: the year is “{line['year']}”; write four digits.")
        for code in counties:
            if not _PCODE.fullmatch(code):
                expected = "KE001 to KE047, or KE for the country"
                raise DataProblem(f"{where}: “{code}” is not a P-code; write {expected}.")
        if not line["source_id"] or any(mark.key == line["key"] for mark in marks):
            raise DataProblem(f"{where}: every mark needs a source and a key of its own.")
        marks.append(YearMark(int(line["year"]), str(line["key"]), counties, str(line["source_id"])))
    return tuple(sorted(marks, key=lambda mark: (mark.year, mark.key)))


def checked_marks(marks: Sequence[YearMark], known: Collection[str]) -> tuple[YearMark, ...]:
    """Return the marks after checking that every source is in the ledger; else raise DataProblem."""
    for source_id in (mark.source_id for mark in marks):
        if source_id not in known:
            raise DataProblem(
                f"year_marks.csv: the source “{source_id}” is not in sources.csv; add it there or correct the id."
            )
    return tuple(marks)


@lru_cache(maxsize=4)
def read_breaks(settings: DataSettings) -> dict[tuple[str, int], str]:
    """Return (indicator, first year of the new series) → key of the reason."""
    table = decisions.read(settings, "series_breaks")
    return {(str(r["indicator"]), int(r["year"])): str(r["key"]) for r in table.to_dict("records")}


def series_points(
    rows: Sequence[SeriesValue], breaks: Mapping[tuple[str, int], str], voices: Mapping[str, str]
) -> tuple[SeriesPoint, ...]:
    """Return one indicator's rows (keys indicator, year, unit, source_id) in order, joined only where comparable.

    Joined: the year after, the same unit, the same voice behind the figure, and no break written down.
    """
    points: list[SeriesPoint] = []
    ordered = sorted(rows, key=lambda row: row["year"])
    for i, row in enumerate(ordered):
        reason = breaks.get((str(row["indicator"]), int(row["year"])))
        why = [reason] if reason else []
        if i:
            before = ordered[i - 1]
            tests = (
                ("gap", row["year"] - before["year"] > 1),
                ("unit", row["unit"] != before["unit"]),
                ("producer", voices.get(row["source_id"]) != voices.get(before["source_id"])),
                ("twice", row["year"] == before["year"]),
            )
            why += [key for key, true in tests if true]
        points.append(SeriesPoint(row, joined=bool(i) and not why, why=tuple(why)))
    return tuple(points)
