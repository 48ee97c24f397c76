"""What every engine gives of an archive elsewhere: its parts, its columns, and the combinations its rows hold.

`combinations_query` is the one statement that reads records. It groups rows by the columns a profile maps, so that
what leaves the engine is each different combination once, with the number of persons that have it. Of several rows
of one case the first in the order of their values counts, the same on every engine. A full date is narrowed before
it is grouped where the profile needs no more than its month.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import pyarrow as pa
import sqlglot

from geodata.values import DataProblem

COUNT = "n"
MOST_COMBINATIONS = 5_000_000
"""More than this is not a list of codes: a column with free text or a number of its own is mapped."""
_NOT_PLAIN = ("STRUCT", "LIST", "ARRAY", "MAP", "UNION", "BLOB", "BINARY", "[]")
_MOMENTS = ("DATE", "TIMESTAMP")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of an archive, or one state of a table. stamp: differs when its content does."""

    name: str
    stamp: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is read: columns of the archive, of which one may number the cases.

    columns: heading → field. case: heading of the case number, "" where none is mapped.
    """

    columns: Mapping[str, str]
    case: str = ""

    @property
    def headings(self) -> tuple[str, ...]:
        """Every column that is touched."""
        return (*self.columns, *([self.case] if self.case else []))


class Source(Protocol):
    """An archive elsewhere, read and never written. Every failure is a `DataProblem` of one sentence."""

    def parts(self) -> tuple[Part, ...]:
        """Return what the archive consists of now, sorted by name; refuses an empty one."""

    def columns(self, headings: Sequence[str]) -> Mapping[str, str]:
        """Return the type of each heading; refuses one that is absent, in a part or everywhere."""

    def combinations(self, wanted: Wanted, parts: Sequence[Part], earlier: Sequence[Part], today: date) -> pa.Table:
        """Return text columns c0, c1, … as in `wanted.columns`, and ``n``: persons of cases not in earlier parts."""

    def rows(self, parts: Sequence[Part]) -> int:
        """Return the number of rows of some parts."""


def check_types(types: Mapping[str, str], where: str) -> None:
    """Refuse columns that hold more than one value a row."""
    for heading, kind in types.items():
        if any(word in kind.upper() for word in _NOT_PLAIN):
            raise DataProblem(
                f"Column ‘{heading}’ of {where} holds {kind.split('(')[0].lower()}s; expected one word, number or "
                "date a row: map another column, or leave it out of the profile."
            )


def absent(headings: Sequence[str], where: str, known: Sequence[str]) -> DataProblem:
    """Return the refusal of a profile that names columns the archive has not."""
    named = ", ".join(f"‘{heading}’" for heading in headings)
    others = ", ".join(sorted(known)[:12])
    return DataProblem(f"The profile names {named}, which {where} has not; its columns are {others or 'none'}.")


def combinations_query(
    wanted: Wanted, types: Mapping[str, str], today: date, *, earlier: bool, dialect: str = "duckdb"
) -> str:
    """Return the statement over ``archive`` (and ``covered``, with `earlier`) in an engine's dialect."""
    cells = [
        f"{_cell(heading, field, types[heading], wanted, today)} AS c{place}"
        for place, (heading, field) in enumerate(wanted.columns.items())
    ]
    names = ", ".join(f"c{place}" for place in range(len(cells)))
    order = ", ".join(f"c{place} NULLS FIRST" for place in range(len(cells)))
    number = _number(wanted.case) if wanted.case else "CAST(NULL AS VARCHAR)"
    # Names are quoted, everything else is ours.
    unseen = f" WHERE id IS NULL OR id NOT IN (SELECT {number} FROM covered WHERE {number} IS NOT NULL)"  # noqa: S608
    kept = "placed WHERE id IS NULL OR place = 1" if wanted.case else "fresh"
    cells_of = f"SELECT {number} AS id, {', '.join(cells)} FROM archive"  # noqa: S608
    text = (
        f"WITH cells AS ({cells_of}), "  # noqa: S608
        f"fresh AS (SELECT * FROM cells{unseen if earlier and wanted.case else ''}), "
        f"placed AS (SELECT *, row_number() OVER (PARTITION BY id ORDER BY {order}) AS place FROM fresh) "
        f"SELECT {names}, count(*) AS {COUNT} FROM {kept} "
        f"GROUP BY {names} ORDER BY {order} LIMIT {MOST_COMBINATIONS + 1}"
    )
    return sqlglot.transpile(text, read="duckdb", write=dialect)[0]


def refuse_too_many(table: pa.Table, where: str) -> pa.Table:
    """Return the combinations unless there are so many that a column is no code."""
    if table.num_rows > MOST_COMBINATIONS:
        raise DataProblem(
            f"{where} holds more than {MOST_COMBINATIONS:,} different combinations of the mapped columns; leave out "
            "the column with free text, exact positions or dates of birth, or map a coarser one."
        )
    return table


def _cell(heading: str, field: str, kind: str, wanted: Wanted, today: date) -> str:
    """Return a cell as text. A date before this month becomes the first or the fifteenth of its month.

    The first stays the first, because files write it where only the month, or nothing, is known.
    """
    name = _quoted(heading)
    if field != "date" or not kind.upper().startswith(_MOMENTS) or "birth_date" in wanted.columns.values():
        return f"CAST({name} AS VARCHAR)"
    day = f"CAST({name} AS DATE)"
    return (
        f"CASE WHEN day({day}) = 1 OR {day} >= DATE '{today:%Y-%m-01}' THEN CAST({day} AS VARCHAR) "
        f"ELSE substr(CAST({day} AS VARCHAR), 1, 8) || '15' END"
    )


def _number(heading: str) -> str:
    return f"NULLIF(TRIM(CAST({_quoted(heading)} AS VARCHAR)), '')"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
