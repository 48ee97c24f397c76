"""XLSX, XLSM, XLS and ODS → text. Formulas are never evaluated (stored results only), macros never run.

Refuses what is protected by a password, damaged, or unpacks to far more than it weighs. Of several
sheets the one with most headings we recognise is read; the others are named in a note.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from geodata.intake.table import CHUNK_ROWS, HEADER_SEARCH, Table, check_width, column, find_heading, recognised
from geodata.values import DataProblem

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MOST_UNPACKED = 2 << 30
MOST_RATIO = 150
"""Unpacked over packed size; workbooks of case lists stay far below."""
SMALL = 64 << 20
_DAMAGED = "‘{}’ is damaged or cut off; copy or export it again."


def refuse_bomb(path: Path) -> list[str]:
    """Return the names inside a zip file; refuse one that is damaged or unpacks to far too much."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, NotImplementedError):
        raise DataProblem(_DAMAGED.format(path.name)) from None
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(path.stat().st_size, 1)
    if unpacked > MOST_UNPACKED or (unpacked > SMALL and unpacked / packed > MOST_RATIO):
        raise DataProblem(
            f"‘{path.name}’ would unpack to {unpacked >> 20:,} MB from {packed >> 10:,} kB; such a file is not a case "
            "list and is not opened.",
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise DataProblem(f"‘{path.name}’ is protected by a password; save a copy without one and import that.")
    _refuse_false_sizes(path)
    return [entry.filename for entry in entries]


def _refuse_false_sizes(path: Path) -> None:
    """Unpack every part as far as it says it goes: one that says less than it holds fails its checksum."""
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                with archive.open(entry) as part:
                    while part.read(1 << 20):
                        pass
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError):
        raise DataProblem(_DAMAGED.format(path.name)) from None


def open_workbook(path: Path, known: Any, sheet: str = "") -> Table:
    """Return the table of a workbook; ``sheet`` names the one to read, else the most telling one."""
    import fastexcel  # noqa: PLC0415 - only workbooks need it

    notes = _look_inside(path)
    try:
        book = fastexcel.read_excel(str(path))
        chosen, top = _choose(book, sheet, known, path)
        frame = book.load_sheet(chosen, header_row=None, skip_rows=0, dtypes="string").to_polars()
    except DataProblem:
        raise
    except Exception as problem:  # calamine's errors have no common class worth naming
        if "password" in str(problem).lower() or "encrypt" in str(problem).lower():
            raise DataProblem(f"‘{path.name}’ is protected by a password; save a copy without one.") from None
        raise DataProblem(
            f"‘{path.name}’ cannot be read as a workbook; it is damaged, or not what its name says. "
            "Open it in a spreadsheet, save it as XLSX and import that.",
        ) from problem
    where = f"‘{path.name}’, sheet ‘{chosen}’"
    headers, tags, place = find_heading(top, known, where)
    check_width(len(headers), where)
    frame.columns = [column(number) for number in range(frame.width)]
    headers = [*headers, *[""] * frame.width][: frame.width]
    rest = [name for name in book.sheet_names if name != chosen]
    if rest:
        notes.append(f"sheet ‘{chosen}’ was read; not read: {', '.join(rest)}")
    body = frame.slice(place)
    return Table(path, chosen, headers, place + 1, _slices(body), body.head(500), tags, body.height, notes)


def _look_inside(path: Path) -> list[str]:
    """Refuse protected and unsafe workbooks; return notes."""
    with path.open("rb") as file:
        magic = file.read(8)
        if magic == OLE:
            rest = file.read()
            if _ENCRYPTED in rest:
                raise DataProblem(f"‘{path.name}’ is protected by a password; save a copy without one and import that.")
            if b"_VBA_PROJECT" in rest or "_VBA_PROJECT".encode("utf-16-le") in rest:
                return ["the workbook holds macros; they were not run"]
            return []
    inside = refuse_bomb(path)
    if "xl/vbaProject.bin" in inside:
        if path.suffix.lower() not in (".xlsm", ".xlsb"):
            raise DataProblem(
                f"‘{path.name}’ holds macros although its name says it has none; it is not opened. "
                "Save it as XLSX from a program you trust and import that.",
            )
        return ["the workbook holds macros; they were not run"]
    return []


def _choose(book: Any, sheet: str, known: Any, path: Path) -> tuple[str, list[list[str]]]:
    """Return the named sheet, else the one with most recognised headings, and its first rows as text."""
    if sheet and sheet not in book.sheet_names:
        raise DataProblem(f"‘{path.name}’ has no sheet ‘{sheet}’; it has {', '.join(book.sheet_names)}.")
    names = [sheet] if sheet else list(book.sheet_names)
    best: tuple[int, str, list[list[str]]] | None = None
    for name in names:
        top = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string", n_rows=HEADER_SEARCH).to_polars()
        rows = [[cell or "" for cell in row] for row in top.iter_rows()]
        score = max((recognised(row, known) for row in rows), default=-1)
        if rows and (best is None or score > best[0]):
            best = (score, name, rows)
    if best is None:
        raise DataProblem(f"‘{path.name}’ holds no table; expected headings and at least one row below them.")
    return best[1], best[2]


def _slices(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    yield from frame.iter_slices(CHUNK_ROWS)
