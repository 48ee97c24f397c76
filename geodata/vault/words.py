"""Words as numbers: the vault stores every coded text column as integers beside one list of words.

A caseload has few different words and many rows. Integers are stored six times faster, grouped
several times faster and sent over the wire smaller than text, by all three engines; only
``case_id`` stays text. Numbers are given in order of first use, so they differ between vaults:
`geodata.vault.counting` turns them back into words before anything is compared. A word is kept
once per batch that uses it and goes with the last of them.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geodata.vault.batch import COUNTED_FORMS, ROW_SCHEMA, counted_forms

CODED = tuple(column.name for column in ROW_SCHEMA if column.name != "case_id" and pa.types.is_string(column.type))
"""Columns of `ROW_SCHEMA` that are stored as numbers of words."""

NO_WORD = 0
"""A number no word ever gets."""

_CHUNK = 122_880
"""Rows per chunk: DuckDB's row group."""


def encode(dataset: str, batch_id: int, rows: pa.Table, known: dict[str, int]) -> tuple[pa.Table, dict[str, int]]:
    """Return rows as the vault stores them, and the words they use with their numbers.

    rows: columns of `ROW_SCHEMA`, text plain or dictionary-encoded. known: word → number so far.
    The result has the columns of `geodata.vault.statements.CASE_COLUMNS`, every row counted, in
    chunks small enough for an engine to read them in parallel.
    """
    used: dict[str, int] = {}
    fresh = count(max(known.values(), default=NO_WORD) + 1)

    def number(word: str) -> int:
        if word not in used:
            used[word] = known[word] if word in known else next(fresh)
        return used[word]

    n = rows.num_rows
    columns: dict[str, pa.Array | pa.ChunkedArray] = {
        "dataset": pa.array(np.full(n, number(dataset), dtype=np.int32)),
        "batch_id": pa.array(np.full(n, batch_id, dtype=np.int32)),
        "entry": pa.array(np.arange(n, dtype=np.int32)),
        "counted": pa.repeat(pa.scalar(value=True), n),
        "paid": pa.array(np.zeros(n, dtype=np.int32)),
        "year": pa.array(rows["month"].to_numpy().astype(np.int32) // 12),
        COUNTED_FORMS: pa.array(np.empty(0, dtype=np.int32)),
    }
    for name in rows.column_names:
        columns[name] = rows[name]
        if name in CODED:
            codes = [_codes(chunk, number) for chunk in rows[name].chunks]
            columns[name] = pa.chunked_array([pa.array(part) for part in codes], pa.int32())
    forms = [_codes(chunk, lambda word: number(counted_forms(word))) for chunk in rows["forms"].chunks]
    columns[COUNTED_FORMS] = pa.chunked_array([pa.array(part) for part in forms], pa.int32())
    table = pa.table(columns)
    return pa.Table.from_batches(table.to_batches(max_chunksize=_CHUNK), table.schema), used


def _codes(chunk: pa.Array, number: Callable[[str], int]) -> NDArray[np.int32]:
    encoded = chunk if pa.types.is_dictionary(chunk.type) else chunk.dictionary_encode()
    local = encoded.indices.to_numpy(zero_copy_only=False)
    # A dictionary may list words no row uses; those get no number.
    present = np.flatnonzero(np.bincount(local, minlength=len(encoded.dictionary)))
    places = np.zeros(len(encoded.dictionary) or 1, dtype=np.int32)
    places[present] = [number(word) for word in encoded.dictionary.take(pa.array(present)).to_pylist()]
    numbers: NDArray[np.int32] = places[local]
    return numbers
