"""One door for files: look at what a file is, not only at what it is called, and open it.

Refuses in one sentence what is empty, too large, of another kind than its name says, or unsafe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from geodata.intake.csv_file import open_csv
from geodata.intake.geo_file import open_geo
from geodata.intake.packed import open_packed, open_records, open_survey
from geodata.intake.table import CHUNK_ROWS, Table, check_width, column
from geodata.intake.workbook import OLE, open_document, open_workbook
from geodata.values import DataProblem

Known = Callable[[str], bool]

CSV, BOOK, PARQUET, GEO, SURVEY, WORD = "CSV", "workbook", "Parquet", "map file", "survey file", "Word document"
KINDS = {
    ".csv": CSV, ".tsv": CSV, ".txt": CSV, ".xlsx": BOOK, ".xlsm": BOOK, ".xlsb": BOOK, ".xls": BOOK, ".ods": BOOK,
    ".parquet": PARQUET, ".geojson": GEO, ".json": GEO, ".gpkg": GEO, ".shp": GEO, ".zip": GEO,
    ".dta": SURVEY, ".sav": SURVEY, ".zsav": SURVEY, ".por": SURVEY, ".docx": WORD,
}  # fmt: skip
_WAYS_OUT = {
    ".sas7bdat": ("a SAS file", "In SAS write ‘proc export … dbms=csv’"),
    ".xpt": ("a SAS file", "In SAS write ‘proc export … dbms=csv’"),
    ".rds": ("an R file", 'In R write ‘write.csv(cases, "cases.csv")’'),
    ".rdata": ("an R file", 'In R write ‘write.csv(cases, "cases.csv")’'),
    ".doc": ("an older Word document", "In Word choose File > Save As > DOCX"),
    ".odt": ("a text document", "Copy its table into a spreadsheet and save that as XLSX or CSV"),
    ".rtf": ("a text document", "Copy its table into a spreadsheet and save that as XLSX or CSV"),
    ".pdf": ("a PDF", "Ask for the spreadsheet it was made from, or copy its table into one and save that as CSV"),
    ".numbers": ("an Apple Numbers file", "In Numbers choose File > Export To > CSV or Excel"),
    ".pages": ("an Apple Pages file", "Copy its table into a spreadsheet and save that as CSV"),
    ".accdb": ("an Access database", "In Access open the table and choose External Data > Export > Excel"),
    ".mdb": ("an Access database", "In Access open the table and choose External Data > Export > Excel"),
    ".sqlite": ("a database", "Export the table of cases as CSV"),
    ".db": ("a database", "Export the table of cases as CSV"),
    ".xml": ("an XML file", "Export the data as CSV or XLSX"),
    ".html": ("a web page", "Copy its table into a spreadsheet and save that as CSV"),
    ".htm": ("a web page", "Copy its table into a spreadsheet and save that as CSV"),
    ".kml": ("a Google Earth file", "Save it as GeoJSON, or as a table with latitude and longitude"),
    ".kmz": ("a Google Earth file", "Save it as GeoJSON, or as a table with latitude and longitude"),
    ".jpg": ("a picture", "Type its table into a spreadsheet and save that as CSV"),
    ".jpeg": ("a picture", "Type its table into a spreadsheet and save that as CSV"),
    ".png": ("a picture", "Type its table into a spreadsheet and save that as CSV"),
    ".msg": ("an e-mail", "Save its attachment and import that"),
    ".eml": ("an e-mail", "Save its attachment and import that"),
    ".rar": ("a packed file", "Unpack it and import the table inside"),
    ".7z": ("a packed file", "Unpack it and import the table inside"),
    ".gz": ("a packed file", "Unpack it and import the table inside"),
    ".gsheet": ("a link to Google Sheets", "Open it and choose File > Download > CSV or Excel"),
}
"""Kinds that are not read → what they are, and how to make of them what is."""
MOST_BYTES = {CSV: 8 << 30, PARQUET: 4 << 30, BOOK: 256 << 20, GEO: 1 << 30, SURVEY: 256 << 20, WORD: 64 << 20}
"""Largest file of each kind. CSV and Parquet are streamed; the others are read whole."""


def open_table(path: Path, known: Known, sheet: str = "", answer: str = "") -> Table:
    """Return the table of a file; ``known`` says which headings we recognise.

    sheet, answer: which of several sheets is read, by a profile's word or as an answer to the question about them.
    """
    kind = _kind(path)
    opening: dict[str, Callable[[], Table]] = {
        CSV: lambda: open_csv(path, known),
        BOOK: lambda: open_workbook(path, known, sheet, answer),
        WORD: lambda: open_document(path, known, sheet, answer),
        SURVEY: lambda: open_survey(path, known),
        PARQUET: lambda: _open_parquet(path),
        GEO: lambda: _open_map(path, known, sheet, answer),
    }
    return opening[kind]()


def _open_map(path: Path, known: Known, sheet: str, answer: str) -> Table:
    """Return the table of a map file, or of a zip or JSON file that holds records instead."""
    suffix = path.suffix.lower()
    if suffix == ".zip" and (packed := open_packed(path, known, sheet, answer)):
        return packed
    if suffix == ".json" and (records := open_records(path, known, sheet, answer)):
        return records
    return open_geo(path)


def _kind(path: Path) -> str:
    """Return the kind of a file; refuse one we do not read or that is not what its name says."""
    if not path.is_file():
        raise DataProblem(f"There is no file ‘{path.name}’ at the place you gave; check the name and the folder.")
    kind = KINDS.get(path.suffix.lower())
    if kind is None and path.suffix.lower() in _WAYS_OUT:
        what, how = _WAYS_OUT[path.suffix.lower()]
        raise DataProblem(f"‘{path.name}’ is {what}, a kind Njia does not read. {how}, and import that.")
    if kind is None:
        raise DataProblem(
            f"‘{path.name}’ is of a kind Njia does not read; it reads CSV, XLSX, XLS, XLSB, ODS, DOCX, Stata, "
            "SPSS, Parquet, JSON, GeoJSON, GeoPackage and zipped Shapefiles.",
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
        SURVEY: True, WORD: is_ == "zip",
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
    table = Table(path, "", plain, 2, _batches(texts, path), texts.head(500).collect(), [], rows, notes)
    table.left_out = len(schema) - len(plain)
    return table


def _batches(texts: pl.LazyFrame, path: Path) -> Iterator[pl.DataFrame]:
    try:
        yield from texts.collect_batches(chunk_size=CHUNK_ROWS, engine="streaming")
    except pl.exceptions.PolarsError as problem:
        raise DataProblem(f"‘{path.name}’ is damaged inside; export it again.") from problem
