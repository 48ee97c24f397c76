"""Released counts: the only cells a reader can reach, in a compact form with one canonical hash.

A release holds several tables, each a cross of a few dimensions. A cell that is not in a table
has either no reports (policy public-record) or is not shown (policy protected); the two are told
apart by the policy, never by a stored zero.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.values import DataProblem

Value = str | int
"""A dimension's value; years are integers, everything else is text."""

_CODE = "<i4"
_COUNT = "<i8"


@dataclass(frozen=True, slots=True)
class CellTable:
    """One published cross.

    dims: names, in the release's order of dimensions; empty for the grand total.
    codes: int32 array (rows, dims), positions in the release's domains, sorted row by row.
    counts: int64 array (rows, measures).
    """

    dims: tuple[str, ...]
    codes: np.ndarray = field(repr=False)
    counts: np.ndarray = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReleasedCells:
    """Every table of a release.

    domains: dimension → its values in reading order; codes point into them.
    measures: names of the count columns of every table.
    tables: sorted by number of dimensions, then by name.
    """

    domains: Mapping[str, tuple[Value, ...]]
    measures: tuple[str, ...]
    tables: tuple[CellTable, ...] = field(repr=False)

    def table(self, dims: frozenset[str]) -> CellTable | None:
        """Return the table over exactly these dimensions, or None."""
        return next((table for table in self.tables if frozenset(table.dims) == dims), None)

    def size(self) -> int:
        """Return the number of stored cells over all tables."""
        return sum(len(table.codes) for table in self.tables)


def make_table(dims: tuple[str, ...], codes: np.ndarray, counts: np.ndarray) -> CellTable:
    """Sort rows by their codes and fix the types; the form every stored table has."""
    codes = np.ascontiguousarray(codes, dtype=_CODE).reshape(len(counts), len(dims))
    counts = np.ascontiguousarray(counts, dtype=_COUNT)
    if dims and len(codes):
        order = np.lexsort(codes.T[::-1])
        codes, counts = codes[order], counts[order]
    return CellTable(dims, np.ascontiguousarray(codes), np.ascontiguousarray(counts))


def canonical_json(value: object) -> bytes:
    """Serialise so that the same value gives the same bytes everywhere."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def content_hash(cells: ReleasedCells, attachments: Mapping[str, bytes], core: Mapping[str, object]) -> str:
    """SHA-256 (hex) over cells, attachments and the manifest's core.

    Independent of library versions: integers are hashed as little-endian bytes and everything
    else as canonical JSON; how Parquet lays the same numbers out plays no part.
    """
    digest = hashlib.sha256()

    def add(part: bytes) -> None:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)

    add(canonical_json(core))
    add(canonical_json({dim: list(values) for dim, values in cells.domains.items()}))
    add(canonical_json(list(cells.measures)))
    for table in cells.tables:
        add(canonical_json(list(table.dims)))
        add(np.ascontiguousarray(table.codes, dtype=_CODE).tobytes())
        add(np.ascontiguousarray(table.counts, dtype=_COUNT).tobytes())
    for name in sorted(attachments):
        add(name.encode("utf-8"))
        add(attachments[name])
    return digest.hexdigest()


def table_name(dims: tuple[str, ...]) -> str:
    """Name a table for people and for the Parquet file's first column."""
    return "*".join(dims) or "total"


def to_parquet(cells: ReleasedCells) -> bytes:
    """Write the long format: `table`, one column per dimension (empty where not crossed), measures."""
    sizes = [len(table.codes) for table in cells.tables]
    names = pa.array([table_name(table.dims) for table in cells.tables], pa.string())
    columns: dict[str, pa.Array] = {
        "table": pa.DictionaryArray.from_arrays(
            pa.array(np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)), names
        )
    }
    for dim, values in sorted(cells.domains.items()):
        codes = np.full(sum(sizes), -1, dtype=np.int32)
        start = 0
        for table, size in zip(cells.tables, sizes, strict=True):
            if dim in table.dims:
                codes[start : start + size] = table.codes[:, table.dims.index(dim)]
            start += size
        array = pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), pa.array(list(values)))
        columns[dim] = array if array.type.value_type == pa.string() else array.dictionary_decode()
    counts = np.concatenate([table.counts for table in cells.tables])
    for position, measure in enumerate(cells.measures):
        columns[measure] = pa.array(counts[:, position])
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink, compression="zstd", compression_level=9)
    return bytes(sink.getvalue())


def from_parquet(
    content: bytes,
    domains: Mapping[str, tuple[Value, ...]],
    measures: tuple[str, ...],
    tables: tuple[tuple[str, ...], ...],
) -> ReleasedCells:
    """Read `to_parquet`'s bytes back; raises DataProblem when they do not fit the manifest."""
    try:
        frame = pq.read_table(pa.BufferReader(content), read_dictionary=["table"], use_threads=False)
        owner = _codes(frame["table"], tuple(table_name(dims) for dims in tables))
        codes = {dim: _codes(frame[dim], values) for dim, values in domains.items()}
        counts = np.column_stack([frame[name].to_numpy() for name in measures])
    except (pa.ArrowException, KeyError, ValueError, OSError) as problem:
        raise DataProblem(
            "The release's cells cannot be read; the file cells.parquet is damaged or does not belong to "
            "its manifest; copy the release again from where it was published."
        ) from problem
    bounds = np.searchsorted(owner, np.arange(len(tables) + 1))
    cell_tables = []
    for position, dims in enumerate(tables):
        part = slice(bounds[position], bounds[position + 1])
        rows = int(bounds[position + 1] - bounds[position])
        keys = np.column_stack([codes[dim][part] for dim in dims]) if dims else np.empty((rows, 0), np.int32)
        cell_tables.append(CellTable(dims, np.ascontiguousarray(keys, dtype=_CODE), counts[part].astype(_COUNT)))
    return ReleasedCells(domains, measures, tuple(cell_tables))


def _codes(column: pa.ChunkedArray, values: tuple[Value, ...]) -> np.ndarray:
    """Positions of a column's values in `values`, −1 where empty; ValueError for a stranger."""
    array = column.combine_chunks()
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    place = {value: code for code, value in enumerate(values)}
    known = np.array([place.get(value, -2) for value in array.dictionary.to_pylist()] + [-1], dtype=np.int32)
    if (known == -2).any():
        raise ValueError("a value outside the manifest's domain")
    positions = array.indices.fill_null(len(known) - 1).to_numpy(zero_copy_only=False)
    recoded: np.ndarray = known[positions]
    return recoded
