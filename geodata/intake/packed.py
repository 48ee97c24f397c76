"""Zip files of CSV, JSON of records, Stata and SPSS files → a table.

A zip with one CSV is that CSV; with several they are treated as the sheets of a workbook, so that ODK's repeats are
joined to their parents. JSON that is a list of records (KoboToolbox, ODK, DHIS2) is read as its rows.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import polars as pl

from geodata.intake.csv_file import frame_of
from geodata.intake.sheets import Book, make_sheet, one_table
from geodata.intake.table import CHUNK_ROWS, Table, check_width, column
from geodata.intake.workbook import refuse_bomb
from geodata.untrusted.run import parse
from geodata.values import DataProblem

MOST_BYTES = 512 << 20
"""Bytes of the CSV files of one zip, unpacked."""
_TABLES = (".csv", ".tsv")
_MAPS = (".shp", ".gpkg", ".geojson")


def open_packed(path: Path, known: Any, sheet: str, answer: str) -> Table | None:
    """Return the table of a zip that holds CSV files, None when it holds a map file. Raises `DataProblem`."""
    names = [name for name in refuse_bomb(path) if not _hidden(name)]
    if any(name.lower().endswith(_MAPS) for name in names):
        return None
    tables = [name for name in names if name.lower().endswith(_TABLES)]
    if not tables:
        books = [name for name in names if name.lower().endswith((".xlsx", ".xls", ".xlsm", ".ods", ".xlsb"))]
        inside = "a workbook; unpack it and import that" if books else "neither a CSV nor a map file (no Shapefile)"
        raise DataProblem(f"‘{path.name}’ holds {inside}.")
    sheets, total = [], 0
    with zipfile.ZipFile(path) as archive:
        for name in tables:
            total += archive.getinfo(name).file_size
            if total > MOST_BYTES:
                raise DataProblem(
                    f"‘{path.name}’ holds more than {MOST_BYTES >> 20} MB of CSV; unpack it and import each."
                )
            content = archive.read(name)
            if not content.strip():
                continue
            frame = frame_of(content, f"‘{name}’ in ‘{path.name}’")
            if made := make_sheet(Path(name).stem, frame, known):
                sheets.append(made)
    return one_table(Book(path, sheets), sheet, answer)


def _hidden(name: str) -> bool:
    return name.startswith("__MACOSX") or Path(name).name.startswith(".") or name.endswith("/")


def open_records(path: Path, known: Any, sheet: str, answer: str) -> Table | None:
    """Return the table of a JSON file of records, None when it is GeoJSON. Raises `DataProblem`."""
    with path.open("rb") as file:
        if b'"FeatureCollection"' in file.read(1 << 16):
            return None
    parsed = parse("json", path)
    if parsed.facts.get("geojson"):
        return None
    frames = [pl.DataFrame(pl.from_arrow(table)) for table in parsed.tables]
    if len(frames) == 1:
        check_width(frames[0].width, f"‘{path.name}’")
        return _whole(path, parsed.facts["headings"][0], frames[0])
    sheets = [
        made
        for name, headings, frame in zip(parsed.facts["names"], parsed.facts["headings"], frames, strict=True)
        if (made := make_sheet(name or path.stem, _under(headings, frame), known))
    ]
    return one_table(Book(path, sheets), sheet, answer)


def _under(headings: list[str], frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with its headings as first row, as a sheet has them."""
    first = pl.DataFrame({name: [heading] for name, heading in zip(frame.columns, headings, strict=True)})
    return pl.concat([first, frame.cast(pl.String)])


def open_survey(path: Path, known: Any) -> Table:
    """Return the table of a Stata or SPSS file; a heading is a variable's name, or its label where only that is known.

    Raises `DataProblem`.
    """
    parsed = parse("survey", path)
    names, labels = parsed.facts["names"], parsed.facts["labels"]
    headings = [label if label and not known(name) else name for name, label in zip(names, labels, strict=True)]
    check_width(len(headings), f"‘{path.name}’")
    table = _whole(path, headings, pl.DataFrame(pl.from_arrow(parsed.tables[0])))
    table.title = parsed.facts["title"]
    return table


def _whole(path: Path, headings: list[str], frame: pl.DataFrame) -> Table:
    """Return a table that is in memory already."""
    frame.columns = [column(place) for place in range(frame.width)]
    return Table(path, "", headings, 2, iter(frame.iter_slices(CHUNK_ROWS)), frame.head(500), [], frame.height, [])
