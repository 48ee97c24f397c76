"""Binary workbooks written by hand, because no package of ours writes them: XLSB and XLS, as small as they can be.

Only what a reader needs: one sheet, texts and numbers, one style for dates.
"""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

DATE = 1
"""Number of the style that shows a number as a date."""
Cell = tuple[int, int, str | float, int]
"""Row, column (from 0), value, style."""
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.bin" ContentType="application/vnd.ms-excel.worksheet"/>'
    '<Override PartName="/xl/styles.bin" ContentType="application/vnd.ms-excel.styles"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships '
    'xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _number(value: int) -> bytes:
    """Write a number of variable size, seven bits a byte."""
    out = b""
    while True:
        value, low = value >> 7, value & 0x7F
        out += bytes([low | (0x80 if value else 0)])
        if not value:
            return out


def _record(kind: int, content: bytes = b"") -> bytes:
    kinds = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return kinds + _number(len(content)) + content


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _sheet(cells: list[Cell]) -> bytes:
    last_row, last_column = max(cell[0] for cell in cells), max(cell[1] for cell in cells)
    out = _record(129) + _record(148, struct.pack("<IIII", 0, last_row, 0, last_column)) + _record(145)
    row_now = -1
    for row, column, value, style in sorted(cells, key=lambda cell: cell[:2]):
        if row != row_now:
            out += _record(0, struct.pack("<IIHHBI", row, 0, 300, 0, 0, 0))
            row_now = row
        head = struct.pack("<II", column, style)
        out += (
            _record(6, head + _wide(value)) if isinstance(value, str) else _record(5, head + struct.pack("<d", value))
        )
    return out + _record(146) + _record(130)


def _styles() -> bytes:
    formats = b"".join(
        _record(47, struct.pack("<HHHHHBBHB", 0xFFFF, number, 0, 0, 0, 0, 0, 0, 0)) for number in (0, 14)
    )
    return _record(278) + _record(617, struct.pack("<I", 2)) + formats + _record(618) + _record(279)


def write_xlsb(path: Path, cells: list[Cell], *, from_1904: bool = False) -> Path:
    """Write a binary workbook with one sheet called Cases."""
    book = (
        _record(131)
        + _record(153, struct.pack("<III", int(from_1904), 0, 0))
        + _record(143)
        + _record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Cases"))
        + _record(144)
        + _record(132)
    )
    parts = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, kind, target in ((1, "worksheet", "worksheets/sheet1.bin"), (2, "styles", "styles.bin"))
    )
    door = f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.bin"/>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELATIONS.format(door))
        archive.writestr("xl/workbook.bin", book)
        archive.writestr("xl/_rels/workbook.bin.rels", _RELATIONS.format(parts))
        archive.writestr("xl/worksheets/sheet1.bin", _sheet(cells))
        archive.writestr("xl/styles.bin", _styles())
    return path


_SECTOR = 512
_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def write_xls(path: Path, cells: list[Cell]) -> Path:
    """Write a workbook of the nineties (BIFF8 in an OLE file) with one sheet called Cases."""

    def record(kind: int, content: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    start = struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)
    name = b"Cases"
    globals_ = record(0x0809, start)
    bound = record(0x0085, struct.pack("<IBBBB", 0, 0, 0, len(name), 0) + name)
    end = record(0x000A)
    place = len(globals_) + len(bound) + len(end)
    bound = record(0x0085, struct.pack("<IBBBB", place, 0, 0, len(name), 0) + name)
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    for row, column, value, style in sorted(cells, key=lambda cell: cell[:2]):
        head = struct.pack("<HHH", row, column, style)
        if isinstance(value, str):
            sheet += record(0x0204, head + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
        else:
            sheet += record(0x0203, head + struct.pack("<d", value))
    stream = globals_ + bound + end + sheet + record(0x000A)
    stream += b"\x00" * max(0, 4096 - len(stream))
    path.write_bytes(_ole(stream))
    return path


def _ole(stream: bytes) -> bytes:
    """Put one stream called Workbook into an OLE file: header, one table of sectors, a directory, the stream."""
    n_sectors = -(-len(stream) // _SECTOR)
    table = [_TABLE, _END, *range(3, n_sectors + 2), _END]
    n_tables = 1
    assert len(table) <= _SECTOR // 4, "the stream is too long for one table of sectors"
    table += [_FREE] * (_SECTOR // 4 - len(table))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, n_tables, 1, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<I", 0) + struct.pack("<I", _FREE) * 108

    def entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
        text = (name + "\0").encode("utf-16-le") if name else b""
        links = struct.pack("<III", _FREE, _FREE, child)
        return (
            text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1) + links + bytes(36)
            + struct.pack("<IQ", first, size)
        )  # fmt: skip

    directory = entry("Root Entry", 5, 1, _END, 0) + entry("Workbook", 2, _FREE, 2, len(stream))
    directory += entry("", 0, _FREE, 0, 0) * 2
    return header + struct.pack(f"<{len(table)}I", *table) + directory + stream.ljust(n_sectors * _SECTOR, b"\0")
