"""The one expression that counts, and the one form its answer takes.

`base_cells` is the same Ibis expression on every engine; `canonical` puts what comes back into
one order and one set of types, so that equal vaults give equal bytes (`digest`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from geodata.cells import RawCells
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


def canonical(batches: Iterable[pa.RecordBatch], words: dict[str, int]) -> RawCells:
    """Return the answer of `base_cells`, whatever engine gave it, in canonical form.

    words: word → number in that vault. Text dimensions become categoricals whose categories are
    the words present, in code-point order; lines are sorted by the dimensions in their order;
    ``month`` is int32 and ``n`` int64.
    """
    parts: dict[str, list[NDArray[Any]]] = {name: [] for name in (*DIMS, COUNT)}
    for batch in batches:
        for name, held in parts.items():
            held.append(batch.column(name).to_numpy(zero_copy_only=False))
    columns: dict[str, NDArray[Any]] = {
        name: np.concatenate([np.empty(0, np.int32), *held]).astype(np.int64 if name == COUNT else np.int32)
        for name, held in parts.items()
    }
    del parts
    word_of = {code: word for word, code in words.items()}
    categories: dict[str, list[str]] = {}
    for name in DIMS:
        if name not in _INTEGER_DIMS:
            columns[name], categories[name] = _ranked(columns[name], word_of)
    order = _order([columns[name] for name in DIMS])
    frame = pd.DataFrame(
        {name: _column(columns.pop(name)[order], categories.get(name)) for name in (*DIMS, COUNT)},
        copy=False,
    )
    return RawCells(frame=frame)


def digest(cells: RawCells) -> str:
    """Return the SHA-256 of every value of ``cells`` in order: equal cells, equal digest."""
    told = hashlib.sha256()
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


def _ranked(codes: NDArray[np.int32], word_of: dict[int, str]) -> tuple[NDArray[np.int32], list[str]]:
    """Replace numbers of words by the words' places in code-point order."""
    used = np.flatnonzero(np.bincount(codes))
    present = sorted((word_of[int(code)], int(code)) for code in used)
    places = np.zeros(int(used.max()) + 1 if used.size else 1, dtype=np.int32)
    for place, (_, code) in enumerate(present):
        places[code] = place
    return places[codes], [word for word, _ in present]


def _order(columns: list[NDArray[np.int32]]) -> NDArray[np.intp]:
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


def _column(codes: NDArray[np.int32], categories: list[str] | None) -> Any:
    return (
        codes if categories is None else pd.Categorical.from_codes(codes, categories=pd.Index(categories, dtype="str"))
    )
