"""Which rows of an archive are of one case: an index that an import asks instead of reading other batches.

A *run* is a folder with a file per column, sorted by the fingerprint of the case. Every import adds a run, and runs of
like size are merged: a row is written anew a few times in all, and a question looks into a few runs by binary search
(a log-structured merge tree). So an import costs what it brings, hardly what lies there.

The fingerprint is the MD5 of the case id in two halves: 128 bits, so two cases never share one. Rows name the
*serial* of the import they came with; whether that import still stands is the ledger's business, and rows of one that
does not are left out at the next merge.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

COLUMNS = {"low": "<u8", "high": "<u8", "serial": "<i4", "entry": "<i4", "row_number": "<i4"}
"""File of a run → type of its numbers."""

GROWTH = 2
"""A run is merged with the one before it unless that one is so many times larger."""

_PIECE = 1 << 20
"""Rows that are merged at a time: what bounds the memory of a merge."""

_FINGERPRINTS = """
    SELECT md5_number_lower(case_id) AS low, md5_number_upper(case_id) AS high, entry, row_number
    FROM cases ORDER BY low, high, entry
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One sorted part of the index, as the ledger names it: its folder and how many rows it holds."""

    folder: str
    rows: int


@dataclass(frozen=True, slots=True)
class IndexRows:
    """Rows of the index: arrays of one length, sorted by ``low``.

    low, high: uint64 halves of the fingerprint. serial: import of the row. entry: its place in its batch.
    row_number: its row in the file, for people.
    """

    low: NDArray[np.uint64]
    high: NDArray[np.uint64]
    serial: NDArray[np.int32]
    entry: NDArray[np.int32]
    row_number: NDArray[np.int32]

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.low)

    def take(self, places: NDArray[np.int64] | NDArray[np.bool_] | slice) -> IndexRows:
        """Return some rows."""
        return IndexRows(*(np.asarray(getattr(self, name)[places]) for name in COLUMNS))


def rows_of(cases: pa.Table, serial: int) -> IndexRows:
    """Return the index rows of one import. cases: columns ``case_id``, ``entry``, ``row_number``."""
    with duckdb.connect() as connection:
        connection.register("cases", cases.select(["case_id", "entry", "row_number"]))
        columns = connection.execute(_FINGERPRINTS).fetchnumpy()
    serials = np.full(len(columns["low"]), serial, dtype=np.int32)
    plain = {name: np.asarray(columns[name]) for name in ("low", "high", "entry", "row_number")}
    return IndexRows(serial=serials, **plain)


def joined(parts: Sequence[IndexRows]) -> IndexRows:
    """Return the rows of several parts, sorted."""
    whole = IndexRows(
        *(np.concatenate([getattr(part, name) for part in parts]).astype(kind) for name, kind in COLUMNS.items())
    )
    return whole.take(np.argsort(whole.low, kind="stable"))


def write_run(folder: Path, parts: Iterable[IndexRows]) -> int:
    """Write sorted parts, one after the other, as one run; returns its rows."""
    rows = 0
    files = {name: (folder / f"{name}.bin").open("wb") for name in COLUMNS}
    try:
        for part in parts:
            rows += len(part)
            for name, kind in COLUMNS.items():
                np.ascontiguousarray(getattr(part, name), dtype=kind).tofile(files[name])
    finally:
        for file in files.values():
            file.close()
    return rows


def open_run(folder: Path, rows: int) -> IndexRows:
    """Return a run as it lies on disk; only what is looked at is read."""
    if not rows:
        return IndexRows(*(np.empty(0, dtype=kind) for kind in COLUMNS.values()))
    return IndexRows(
        *(np.memmap(folder / f"{name}.bin", dtype=kind, mode="r", shape=(rows,)) for name, kind in COLUMNS.items())
    )


def same_cases(runs: Sequence[IndexRows], wanted: IndexRows) -> IndexRows:
    """Return every row in the runs whose case is among the wanted ones."""
    keys = wanted.low[_changes(wanted.low)]
    hits = []
    for run in runs:
        first = np.searchsorted(run.low, keys, side="left")
        counts = np.searchsorted(run.low, keys, side="right") - first
        # Places first[i], first[i] + 1, … for every key, without a loop.
        steps = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        hits.append(run.take(np.repeat(first, counts) + steps))
    return joined(hits)


def due(runs: Sequence[Run]) -> int:
    """Return how many of the last runs have to become one; 1 when none has."""
    number, rows = 1, runs[-1].rows
    while number < len(runs) and runs[-number - 1].rows < GROWTH * rows:
        number += 1
        rows += runs[-number].rows
    return number


def merged(opened: Callable[[], Sequence[IndexRows]], standing: Collection[int]) -> Iterator[IndexRows]:
    """Merge runs piece by piece, leaving out rows whose import does not stand.

    opened: gives the runs; asked anew for every piece, so that what was read of the last one leaves the memory.
    standing: serials.
    """
    runs = opened()
    largest = max(runs, key=len)
    bounds = np.unique(largest.low[_PIECE::_PIECE])
    ends = [[0, *np.searchsorted(run.low, bounds, side="left").tolist(), len(run)] for run in runs]
    kept = np.array(sorted(standing), dtype=np.int32)
    for piece in range(len(bounds) + 1):
        parts = [run.take(slice(places[piece], places[piece + 1])) for run, places in zip(opened(), ends, strict=True)]
        rows = joined(parts)
        yield rows.take(np.isin(rows.serial, kept))


@dataclass(frozen=True, slots=True)
class Ranking:
    """Rows of some cases in order; of every case the first one counts.

    rows: sorted by case, batch, entry. batch: number of each row's batch. leader: place of the row that counts.
    """

    rows: IndexRows
    batch: NDArray[np.int64]
    leader: NDArray[np.int64]

    @property
    def counts(self) -> NDArray[np.bool_]:
        """Whether a row is the one that counts."""
        return np.equal(self.leader, np.arange(len(self.leader)))

    def of_batch(self, batch_id: int) -> NDArray[np.int64]:
        """Return the places of a batch's rows, by entry."""
        places = np.flatnonzero(self.batch == batch_id)
        return places[np.argsort(self.rows.entry[places], kind="stable")]


def ranked(rows: IndexRows, batch_of: dict[int, int]) -> Ranking:
    """Return which rows count. batch_of: serial → batch, of the imports that stand; other rows are left out."""
    numbers = np.full(max([*batch_of, int(rows.serial.max(initial=0))]) + 1, -1, dtype=np.int64)
    numbers[list(batch_of)] = list(batch_of.values())
    standing = rows.take(numbers[rows.serial] >= 0)
    batch = numbers[standing.serial]
    if _changes(standing.low).all():  # no case twice: nothing to put in order
        return Ranking(standing, batch, np.arange(len(standing)))
    order = np.lexsort((standing.entry, batch, standing.high, standing.low))
    ordered, batch = standing.take(order), batch[order]
    return Ranking(ordered, batch, _first_of_case(ordered))


def earliest_attempt(rows: IndexRows, attempt_of: dict[int, int], serial: int) -> NDArray[np.int32]:
    """Return, by entry of one import, the first attempt that measured the row's case, 0 for none.

    attempt_of: serial → attempt that covered it, of other imports; those that are gone but were measured too.
    """
    if not attempt_of:
        return np.zeros(int((rows.serial == serial).sum()), dtype=np.int32)
    never = np.iinfo(np.int32).max
    attempts = np.full(max([*attempt_of, serial, int(rows.serial.max(initial=0))]) + 1, never, dtype=np.int32)
    attempts[list(attempt_of)] = list(attempt_of.values())
    ordered = rows.take(np.lexsort((rows.high, rows.low)))
    first = _first_of_case(ordered)
    earliest = np.full(len(ordered), never, dtype=np.int32)
    np.minimum.at(earliest, first, attempts[ordered.serial])
    mine = np.flatnonzero(ordered.serial == serial)
    by_entry = mine[np.argsort(ordered.entry[mine], kind="stable")]
    attempt = earliest[first[by_entry]]
    return np.where(attempt == never, 0, attempt).astype(np.int32)


def _first_of_case(rows: IndexRows) -> NDArray[np.int64]:
    """Return for every row the place of the first row of its case; rows sorted by fingerprint."""
    fresh = _changes(rows.low) | _changes(rows.high)
    return np.maximum.accumulate(np.where(fresh, np.arange(len(rows)), 0))


def _changes(values: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Tell where a value differs from the one before it; the first one does."""
    fresh = np.ones(len(values), dtype=bool)
    fresh[1:] = values[1:] != values[:-1]
    return fresh
