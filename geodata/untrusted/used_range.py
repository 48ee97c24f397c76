"""The range of cells a workbook really fills, found by streaming its XML: nothing of that size is allocated.

One cell in the last corner of a sheet makes a parser allocate every cell before it, seventeen thousand million of
them. Such a sheet is refused before any parser sees it.
"""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from geodata.untrusted.binary import records
from geodata.values import DataProblem

MOST_CELLS = 60_000_000
"""Rows times columns of the largest sheet that is opened."""
SPARE_CELLS = 2_000_000
"""Up to this size a sheet may be as empty as it likes."""
LEAST_FILLED = 0.01
_BLOCK = 1 << 18
_CELL = re.compile(rb'<(?:x:)?c [^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
_ODS = re.compile(
    rb"<table:table[ >/]|<table:table-row\b[^>]*>|<table:(?:covered-)?table-cell\b[^>]*>|</table:table-row>"
)
_ROWS = re.compile(rb'number-rows-repeated="(\d+)"')
_COLUMNS = re.compile(rb'number-columns-repeated="(\d+)"')
_FILLED = re.compile(rb"office:value|office:date-value|office:time-value|office:boolean-value|office:string-value")
_XLS_CELLS = frozenset({0x0201, 0x0203, 0x0204, 0x0205, 0x0006, 0x027E, 0x00FD, 0x00BD, 0x00BE, 0x00D6})
_XLS_BLANK = frozenset({0x0201, 0x00BE})


def refuse_far_cells(path: Path) -> None:
    """Refuse a workbook with a sheet that would take far more room than it has cells. Raises `DataProblem`."""
    with path.open("rb") as file:
        start = file.read(8)
    for rows, columns, filled in _ranges(path, zipped=start.startswith(b"PK")):
        room = rows * columns
        if room > MOST_CELLS or (room > SPARE_CELLS and filled < LEAST_FILLED * room):
            raise DataProblem(
                f"‘{path.name}’ has a sheet that reaches to row {rows:,} and column {columns:,} but fills only "
                f"{filled:,} cells: something stands far outside the table. Delete the empty rows and columns around "
                "the table, or save the sheet as CSV, and import it again.",
            )


def _ranges(path: Path, *, zipped: bool) -> Iterator[tuple[int, int, int]]:
    """Yield (last row, last column, filled cells) of each sheet."""
    if not zipped:
        yield from _old_workbook(path)
        return
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                lower = name.casefold()
                if lower.startswith("xl/worksheets/") and lower.endswith(".xml"):
                    with archive.open(name) as part:
                        yield _xlsx(part)
                elif lower.startswith("xl/worksheets/") and lower.endswith(".bin"):
                    with archive.open(name) as part:
                        yield _xlsb(part)
                elif lower == "content.xml":
                    with archive.open(name) as part:
                        yield from _ods(part)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as problem:
        raise DataProblem(f"‘{path.name}’ is damaged or cut off; copy or export it again.") from problem


def _blocks(part: IO[bytes]) -> Iterator[bytes]:
    """Yield a stream in blocks that never cut a tag in two."""
    rest = b""
    while block := part.read(_BLOCK):
        whole, cut, rest = (rest + block).rpartition(b"<")
        if cut and len(rest) < _BLOCK:
            rest = b"<" + rest
            yield whole
        else:
            yield whole + cut + rest
            rest = b""
    yield rest


def _xlsx(part: IO[bytes]) -> tuple[int, int, int]:
    rows = columns = filled = 0
    letters: dict[bytes, int] = {}
    for block in _blocks(part):
        cells = _CELL.findall(block)
        filled += len(cells)
        for name, row in cells:
            if name not in letters:
                letters[name] = _column(name)
            columns, rows = max(columns, letters[name]), max(rows, int(row))
    return rows, columns, filled


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _ods(part: IO[bytes]) -> Iterator[tuple[int, int, int]]:
    """Yield the ranges of an OpenDocument sheet, which writes runs of cells and rows as one with a count."""
    row = column = rows = columns = filled = times = 0
    here = False
    for block in _blocks(part):
        for tag_match in _ODS.finditer(block):
            tag = tag_match[0]
            if tag.startswith(b"<table:table-row"):
                times = int(count[1]) if (count := _ROWS.search(tag)) else 1
                column, here = 0, False
            elif tag.startswith(b"</table:table-row"):
                row += times
                rows = row if here else rows
            elif b"table-cell" in tag:
                run = int(count[1]) if (count := _COLUMNS.search(tag)) else 1
                column += run
                if _FILLED.search(tag) or (not tag.endswith(b"/>") and b"calcext" in tag):
                    here, columns, filled = True, max(columns, column), filled + run * times
            elif rows or columns or row:
                yield rows, columns, filled
                row = column = rows = columns = filled = 0
    yield rows, columns, filled


def _xlsb(part: IO[bytes]) -> tuple[int, int, int]:
    rows = columns = filled = 0
    for kind, content in records(part):
        if kind == 0 and len(content) >= 4:
            rows = max(rows, struct.unpack_from("<I", content)[0] + 1)
        elif 1 <= kind <= 11 and len(content) >= 4:
            columns, filled = max(columns, struct.unpack_from("<I", content)[0] + 1), filled + 1
    return rows, columns, filled


def _old_workbook(path: Path) -> Iterator[tuple[int, int, int]]:
    """Walk the records of a .xls file; its sheets follow one another in the stream called Workbook."""
    stream = _workbook_stream(path)
    at = rows = columns = filled = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        at += 4
        if kind == 0x0809:  # a sheet begins
            if rows:
                yield rows, columns, filled
            rows = columns = filled = 0
        elif kind in _XLS_CELLS and size >= 4 and at + 4 <= len(stream):
            row, column = struct.unpack_from("<HH", stream, at)
            rows, columns = max(rows, row + 1), max(columns, column + 1)
            filled += kind not in _XLS_BLANK
        at += size
    yield rows, columns, filled


def _workbook_stream(path: Path) -> bytes:
    """Return the stream called Workbook (or Book) of an OLE file; empty when its directory cannot be followed."""
    content = path.read_bytes()
    if len(content) < 512:
        return b""
    sector = 1 << struct.unpack_from("<H", content, 30)[0]
    heads = [number for number in struct.unpack_from("<109I", content, 76) if number < 0xFFFFFFFC]
    table: list[int] = []
    for head in heads:
        start = (head + 1) * sector
        table += [number for (number,) in struct.iter_unpack("<I", content[start : start + sector][: sector // 4 * 4])]

    def chain(first: int) -> bytes:
        parts, seen = [], 0
        while first < len(table) and seen <= len(table):
            parts.append(content[(first + 1) * sector : (first + 2) * sector])
            first, seen = table[first], seen + 1
        return b"".join(parts)

    directory = chain(struct.unpack_from("<I", content, 48)[0])
    for at in range(0, len(directory) - 127, 128):
        length = struct.unpack_from("<H", directory, at + 64)[0]
        name = directory[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        if name in ("Workbook", "Book"):
            first, size = struct.unpack_from("<II", directory, at + 116)
            return chain(first)[:size]
    return b""
