"""The one query that counts, and the one form its answer takes.

`grouping_query` writes a list of tables as one ``GROUPING SETS`` statement, the same on every engine; what comes back
are a few ten thousand sums, however many records there are. `gathered` turns them into words, in one order, so that
equal vaults give equal bytes (`digest`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import sqlglot
from sqlglot import exp

from geodata.raw_cells import RawCells
from geodata.vault.batch import COUNTED_FORMS

COUNT = "n"
Tables = Sequence[tuple[str, ...]]
Sums = Mapping[tuple[str, ...], RawCells]
"""Dimensions of a table → its true counts."""

_COLUMN = {"form": COUNTED_FORMS}
"""Dimension → column of the vault, where the names differ."""
_NUMBERS = ("year", "month")
"""Dimensions that are stored as they are, not as numbers of words."""


def grouping_query(  # noqa: PLR0913 - the parts of one statement; callers name them
    tables: Tables, *, cases: str, dataset: int, batches: Sequence[int] | None, dialect: str, weight: str = ""
) -> str:
    """Return the statement that counts the persons of every table.

    tables: dimensions of each. cases: name of the vault's table of cases. dataset: number of the dataset's word.
    batches: count only these, and of them only cases that have not paid; None for every case. weight: a column that
    says for how many persons a row stands, "" where it stands for one. The answer has a
    column per dimension, NULL where a table does not cross it (no stored value is NULL), and ``n``.
    """
    columns = [exp.column(_COLUMN.get(dim, dim)) for dim in dimensions(tables)]
    sets = ", ".join(f"({', '.join(_COLUMN.get(dim, dim) for dim in dims)})" for dims in tables)
    counted = exp.column("dataset").eq(dataset).and_(exp.column("counted"))
    if batches is not None:
        counted = counted.and_(exp.column("paid").eq(0), exp.column("batch_id").isin(*(batches or [-1])))
    persons = exp.Sum(this=exp.column(weight)) if weight else exp.Count(this=exp.Star())
    query = exp.select(*columns, exp.alias_(persons, COUNT)).from_(cases).where(counted)
    grouped = sqlglot.parse_one(f"SELECT 1 FROM cases GROUP BY GROUPING SETS ({sets})")  # noqa: S608 - our names
    query.set("group", grouped.args["group"])
    return query.sql(dialect=dialect)


def dimensions(tables: Tables) -> tuple[str, ...]:
    """Return every dimension of some tables, in the order of the query's columns."""
    return tuple(dict.fromkeys(dim for dims in tables for dim in dims))


def gathered(
    rows: Iterable[Sequence[Any]], tables: Tables, words: Mapping[str, int]
) -> dict[tuple[str, ...], RawCells]:
    """Return the answer of `grouping_query` as one frame per table, in words, sorted.

    words: word → number in that vault. Each frame has the table's dimensions (``year`` as a number, 0 where the date
    is unknown; ``form`` as the counted forms joined by ``;``) and ``n``.
    """
    order = dimensions(tables)
    word_of = {code: word for word, code in words.items()}
    lines: dict[frozenset[str], list[tuple[Any, ...]]] = {frozenset(dims): [] for dims in tables}
    for row in rows:
        named = {
            dim: int(value) if dim in _NUMBERS else word_of[value]
            for dim, value in zip(order, row[:-1], strict=True)
            if value is not None
        }
        lines[frozenset(named)].append((named, int(row[-1])))
    return {dims: _frame(dims, lines[frozenset(dims)]) for dims in tables}


def _frame(dims: tuple[str, ...], lines: list[tuple[Any, ...]]) -> RawCells:
    keyed = sorted((tuple(named[dim] for dim in dims), count) for named, count in lines)
    columns: dict[str, Any] = {
        dim: pd.array([key[place] for key, _ in keyed], dtype="int64" if dim in _NUMBERS else "str")
        for place, dim in enumerate(dims)
    }
    return RawCells(pd.DataFrame({**columns, COUNT: pd.array([count for _, count in keyed], dtype="int64")}))


def digest(sums: Sums) -> str:
    """Return the SHA-256 of every value in canonical order: equal sums, equal digest."""
    hashed = hashlib.sha256()
    for dims in sorted(sums):
        hashed.update(sums[dims].frame.to_csv(index=False, lineterminator="\n").encode())
    return hashed.hexdigest()
