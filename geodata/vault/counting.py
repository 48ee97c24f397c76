"""The one expression that counts, and the one form its answer takes.

`base_cells` is the same Ibis expression on every engine; `gathered` gives what comes back one set of
types, `canonical` one order, so that equal vaults give equal bytes (`digest`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from geodata.raw_cells import RawCells
from geodata.vault.batch import DIMS

COUNT = "n"
_INTEGER_DIMS = ("month",)
_LARGEST_KEY = 2**62


def base_cells(cases: Any, dataset: int) -> Any:
    """Return the Ibis expression: persons counted per combination of `DIMS` in one dataset.

    cases: Ibis table with the columns of `geodata.vault.statements.CASE_COLUMNS`; dataset: number
    of its name. The answer holds numbers of words, in no particular order.
    """
    counted = cases.filter((cases.dataset == dataset) & cases.counted)
    return counted.group_by(list(DIMS)).agg(n=counted.count())


def gathered(batches: Iterable[pa.RecordBatch], words: dict[str, int]) -> RawCells:
    """Return the answer of `base_cells` in words, lines in the order they came.

    words: word → number in that vault. Text dimensions become categoricals whose categories are
    the words present, in code-point order; ``month`` is int32 and ``n`` int64. Nothing is sorted: a release
    adds cells up, whatever their order, and sorting ten million lines takes longer than counting them.
    """
    number = np.dtype(np.uint16 if max(words.values(), default=0) < 2**16 else np.int32)
    parts: dict[str, list[NDArray[Any]]] = {name: [] for name in (*DIMS, COUNT)}
    for batch in batches:
        for name, held in parts.items():
            kind = np.int64 if name == COUNT else np.int32 if name in _INTEGER_DIMS else number
            held.append(batch.column(name).to_numpy(zero_copy_only=False).astype(kind))
    word_of = {code: word for word, code in words.items()}
    columns: dict[str, Any] = {}
    for name in DIMS:
        held = parts.pop(name)
        columns[name] = np.concatenate([np.empty(0, "i4"), *held]) if name in _INTEGER_DIMS else _words(held, word_of)
    columns[COUNT] = np.concatenate([np.empty(0, "i8"), *parts.pop(COUNT)])
    return RawCells(frame=pd.DataFrame(columns, copy=False))


def canonical(cells: RawCells) -> RawCells:
    """Return the same cells sorted by the dimensions in their order: equal vaults, equal frames."""
    columns = [_numbers(cells.frame[name]) for name in cells.dims]
    return RawCells(cells.frame.take(_order(columns)).reset_index(drop=True), cells.measures)


def digest(cells: RawCells) -> str:
    """Return the SHA-256 of every value of ``cells`` in canonical order: equal cells, equal digest."""
    told = hashlib.sha256()
    cells = canonical(cells)
    for name in (*cells.dims, COUNT):
        column = cells.frame[name]
        told.update(name.encode())
        if isinstance(column.dtype, pd.CategoricalDtype):
            told.update("\x1f".join(map(str, column.cat.categories)).encode())
            told.update(column.cat.codes.to_numpy().astype("<i4").tobytes())
        else:
            told.update(column.to_numpy().astype("<i8").tobytes())
    return told.hexdigest()


def reporting_sources(cells: RawCells, by: list[str]) -> pd.DataFrame:
    """Return how many different organisations report each combination of ``by``.

    Columns ``by`` and ``reporting_sources`` (int64); ``unknown`` counts as one organisation.
    """
    pairs = cells.frame[[*by, "reporting_source"]].drop_duplicates()
    counted = pairs.groupby(by, observed=True, sort=True).size()
    return counted.rename("reporting_sources").reset_index()


def _words(parts: list[NDArray[Any]], word_of: dict[int, str]) -> pd.Categorical:
    """Turn numbers of words into a categorical over the words present, in code-point order."""
    seen = np.zeros(max(word_of, default=0) + 1, dtype=bool)
    for codes in parts:
        seen[codes] = True
    present = sorted((word_of[code], code) for code in np.flatnonzero(seen).tolist())
    places = np.zeros(len(seen), dtype=np.int8 if len(present) < 2**7 else np.int16 if len(present) < 2**15 else "i4")
    places[[code for _, code in present]] = np.arange(len(present))
    found = np.concatenate([np.empty(0, places.dtype), *(places[codes] for codes in parts)])
    return pd.Categorical.from_codes(found, categories=pd.Index([word for word, _ in present], dtype="str"))


def _numbers(column: pd.Series[Any]) -> NDArray[Any]:
    """Return a column as integers that sort as its values do."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy()
    return column.to_numpy()


def _order(columns: list[NDArray[Any]]) -> NDArray[np.intp]:
    """Sort by several columns; one packed integer key is ten times faster than a sort per column."""
    if not columns[0].size:
        return np.empty(0, dtype=np.intp)
    spans = [int(column.max()) - int(column.min()) + 1 for column in columns]
    if float(np.prod([float(span) for span in spans])) > _LARGEST_KEY:
        return np.lexsort(columns[::-1])
    key = np.zeros(columns[0].size, dtype=np.int64)
    for column, span in zip(columns, spans, strict=True):
        key *= span
        key += column - int(column.min())
    return np.argsort(key, kind="stable")
