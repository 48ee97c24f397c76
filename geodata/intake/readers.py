"""One door for files: look at what a file is, not only at what it is called, and open it.

Refuses in one sentence what is empty, too large, of another kind than its name says, or unsafe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from geodata.intake.csv_file import open_csv
from geodata.intake.geo_file import open_geo
from geodata.intake.table import CHUNK_ROWS, Table, check_width, column
from geodata.intake.workbook import OLE, open_workbook
from geodata.values import DataProblem

Known = Callable[[str], bool]

CSV, BOOK, PARQUET, GEO = "CSV", "workbook", "Parquet", "map file"
KINDS = {
    ".csv": CSV, ".tsv": CSV, ".txt": CSV, ".xlsx": BOOK, ".xlsm": BOOK, ".xls": BOOK, ".ods": BOOK,
    ".parquet": PARQUET, ".geojson": GEO, ".json": GEO, ".gpkg": GEO, ".shp": GEO, ".zip": GEO,
}  # fmt: skip
MOST_BYTES = {CSV: 8 << 30, PARQUET: 4 << 30, BOOK: 256 << 20, GEO: 1 << 30}
"""Largest file of each kind. CSV and Parquet are streamed; the others are read whole."""


def open_table(path: Path, known: Known, sheet: str = "") -> Table:
    """Return the table of a file; ``known`` says which headings we recognise."""
    kind = _kind(path)
    if kind == CSV:
        return open_csv(path, known)
    if kind == BOOK:
        return open_workbook(path, known, sheet)
    if kind == PARQUET:
        return _open_parquet(path)
    return open_geo(path)


def _kind(path: Path) -> str:
    """Return the kind of a file; refuse one we do not read or that is not what its name says."""
    if not path.is_file():
        raise DataProblem(f"There is no file ‘{path.name}’ at the place you gave; check the name and the folder.")
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise DataProblem(
            f"‘{path.name}’ is of a kind Njia does not read; it reads CSV, XLSX, XLS, ODS, Parquet, GeoJSON, "
            "GeoPackage and zipped Shapefiles.",
        )
    size = path.stat().st_size
    if size == 0:
        raise DataProblem(f"‘{path.name}’ is empty; expected headings and at least one row below them.")
    if size > MOST_BYTES[kind]:
        raise DataProblem(
            f"‘{path.name}’ has {size >> 20:,} MB; the limit for a {kind} is {MOST_BYTES[kind] >> 20:,} MB. "
            "Split it, or save it as CSV or Parquet, which are streamed.",
        )
    with path.open("rb") as file:
        magic = file.read(16)
    is_ = _content(magic)
    fits = {
        CSV: is_ == "text", BOOK: is_ in ("zip", "ole"), PARQUET: is_ == "parquet",
        GEO: is_ in ("zip", "sqlite", "text") or path.suffix.lower() == ".shp",
    }  # fmt: skip
    if not fits[kind]:
        seems = {
            "zip": "a workbook or zip file", "ole": "an older workbook", "parquet": "a Parquet file", "sqlite":
            "a GeoPackage", "html": "a web page", "text": "a text file, perhaps CSV", "pdf": "a PDF",
            "other": "something else",
        }  # fmt: skip
        raise DataProblem(
            f"‘{path.name}’ is called a {kind} but holds {seems[is_]}; rename it to what it is, or save it again "
            f"as {kind}.",
        )
    return kind


def _content(magic: bytes) -> str:
    starts = {b"PK": "zip", OLE: "ole", b"PAR1": "parquet", b"SQLite format 3": "sqlite", b"%PDF": "pdf"}
    for start, what in starts.items():
        if magic.startswith(start):
            return what
    if magic.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<!doc", b"<html", b"<?xml")):
        return "html"
    return "text" if b"\x00\x00\x00\x00" not in magic else "other"


def _open_parquet(path: Path) -> Table:
    try:
        lazy = pl.scan_parquet(path, glob=False)
        schema = lazy.collect_schema()
        plain = [name for name, kind in schema.items() if not kind.is_nested() and kind != pl.Binary]
        rows = int(lazy.select(pl.len()).collect().item())
    except pl.exceptions.PolarsError as problem:
        raise DataProblem(f"‘{path.name}’ cannot be read; it is damaged or cut off. Export it again.") from problem
    check_width(len(plain), f"‘{path.name}’")
    texts = lazy.select(pl.col(name).cast(pl.String, strict=False).alias(column(at)) for at, name in enumerate(plain))
    notes = [] if len(plain) == len(schema) else [f"not read, because nested: {len(schema) - len(plain)} columns"]
    return Table(path, "", plain, 2, _batches(texts, path), texts.head(500).collect(), [], rows, notes)


def _batches(texts: pl.LazyFrame, path: Path) -> Iterator[pl.DataFrame]:
    try:
        yield from texts.collect_batches(chunk_size=CHUNK_ROWS, engine="streaming")
    except pl.exceptions.PolarsError as problem:
        raise DataProblem(f"‘{path.name}’ is damaged inside; export it again.") from problem
