"""XLSX, XLSM, XLSB, XLS, ODS and tables of DOCX → text. Formulas are never evaluated, macros never run.

Refuses what is protected by a password, damaged, unpacks to far more than it weighs, or has a cell far outside its
table. The parser runs in a process of its own (`geodata.untrusted`); `geodata.intake.sheets` chooses among the sheets.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import Any

import polars as pl

from geodata.intake.sheets import Book, make_sheet, one_table
from geodata.intake.table import Table
from geodata.untrusted.run import Parsed, parse
from geodata.untrusted.used_range import refuse_far_cells
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
            f"‘{path.name}’ would unpack to {unpacked >> 20:,} MB from {packed >> 10:,} kB; such a file is not a "
            "case list and is not opened.",
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


def open_workbook(path: Path, known: Any, sheet: str = "", answer: str = "") -> Table:
    """Return the table of a workbook.

    sheet: the one to read, as a profile names it.  answer: to the question about several sheets.
    """
    notes = _look_inside(path)
    refuse_far_cells(path)
    return _read_table(path, parse("workbook", path), known, (sheet, answer), notes)


def open_document(path: Path, known: Any, sheet: str = "", answer: str = "") -> Table:
    """Return the table of a Word document, whose tables are taken for sheets."""
    refuse_bomb(path)
    return _read_table(path, parse("document", path), known, (sheet, answer), [])


def _read_table(path: Path, parsed: Parsed, known: Any, choice: tuple[str, str], notes: list[str]) -> Table:
    """Choose among the sheets a child read. choice: the sheet a profile names, and the answer about sheets."""
    sheet, answer = choice
    sheets = []
    for name, table, merged in zip(parsed.facts["names"], parsed.tables, parsed.facts["merged"], strict=True):
        frame = pl.DataFrame(pl.from_arrow(table))
        if frame.width and (made := make_sheet(name, frame, known, merged)):
            sheets.append(made)
    if sheet and sheet not in parsed.facts["names"]:
        raise DataProblem(f"‘{path.name}’ has no sheet ‘{sheet}’; it has {', '.join(parsed.facts['names'])}.")
    table = one_table(Book(path, sheets, bool(parsed.facts.get("from_1904"))), sheet, answer)
    table.date_order = str(parsed.facts.get("date_order", ""))
    table.notes[:0] = notes
    return table


def _look_inside(path: Path) -> list[str]:
    """Refuse protected and unsafe workbooks; return notes."""
    with path.open("rb") as file:
        magic = file.read(8)
        if magic == OLE:
            rest = file.read()
            if _ENCRYPTED in rest:
                name = path.name
                raise DataProblem(f"‘{name}’ is protected by a password; save a copy without one and import that.")
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
