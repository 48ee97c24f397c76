"""A workbook's sheets as they stand: every cell as text, nothing evaluated; runs in the child.

Formulas give their stored results, macros are never run. Merged ranges and the start of the workbook's calendar are
read from its XML, because they say what an empty cell and a bare day number mean.
"""

from __future__ import annotations

import re
import struct
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa

from geodata.untrusted.binary import records
from geodata.values import DataProblem

_SHEET = re.compile(r'<(?:x:)?sheet\b[^>]*?\bname="([^"]*)"[^>]*?\br:id="([^"]*)"')
_RELATION = re.compile(r"<Relationship\b[^>]*>")
_MERGED = re.compile(rb'<(?:x:)?mergeCell\b[^>]*?\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_BOOK_PROPERTIES, _SHEET_OF_BOOK, _MERGED_CELLS = 153, 156, 176
"""Numbers of the records of an XLSB that say the calendar, a sheet's name, and a merged range."""
_MOST_MERGED = 20_000
_FORMAT = re.compile(r"<(?:x:)?numFmt\b[^>]*>")
_USED_FORMAT = re.compile(r'\bnumFmtId="(\d+)"')
_COUNTRY = re.compile(r'<style:text-properties\b[^>]*?\bfo:country="(\w+)"')
_MONTH_FIRST = frozenset({"US", "FM", "MH", "PW"})
"""Countries that write the month before the day."""
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')


def read_sheets(path: Path) -> tuple[dict[str, Any], list[pa.Table]]:
    """Return facts (names, merged ranges, calendar) and one table of text per sheet. Raises `DataProblem`."""
    import fastexcel  # noqa: PLC0415 - heavy

    try:
        book = fastexcel.read_excel(str(path))
        names = list(book.sheet_names)
        tables = []
        for name in names:
            sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
            batch = sheet.to_arrow()
            tables.append(pa.Table.from_batches([batch]).rename_columns([f"c{n}" for n in range(batch.num_columns)]))
    except Exception as problem:  # calamine's errors have no common class worth naming
        if "password" in str(problem).lower() or "encrypt" in str(problem).lower():
            raise DataProblem(f"‘{path.name}’ is protected by a password; save a copy without one.") from None
        raise DataProblem(
            f"‘{path.name}’ cannot be read as a workbook; it is damaged, or not what its name says. "
            "Open it in a spreadsheet, save it as XLSX and import that.",
        ) from problem
    merged, from_1904 = _layout(path)
    return {
        "names": names, "merged": [merged.get(name, []) for name in names], "from_1904": from_1904,
        "date_order": date_order(path),
    }, tables  # fmt: skip


def _layout(path: Path) -> tuple[dict[str, list[list[int]]], bool]:
    """Return merged ranges by sheet (first row, last row, first column, last column; from 0) and the calendar."""
    if not zipfile.is_zipfile(path):
        return {}, False
    merged: dict[str, list[list[int]]] = {}
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if "xl/workbook.bin" in names:
            return _binary_layout(archive, names)
        if "xl/workbook.xml" not in names:
            return {}, False
        book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
        from_1904 = bool(re.search(r'date1904="(?:1|true)"', book))
        targets = _targets(archive, names, "xl/_rels/workbook.xml.rels")
        for name, relation in _SHEET.findall(book):
            part = targets.get(relation, "")
            if part in names:
                plain = name.replace("&amp;", "&").replace("&apos;", "'").replace("&quot;", '"')
                merged[plain] = _merged(archive.read(part))
    return merged, from_1904


def date_order(path: Path) -> str:
    """Return "day" or "month": which comes first in dates as the workbook shows or its country writes them; "" unknown.

    XLSX: the formats of dates that its cells use, where they agree. ODS: the country of its language; the United
    States prove nothing, because programs are installed with their language everywhere.
    """
    if not zipfile.is_zipfile(path):
        return ""
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if "xl/styles.xml" in names:
            return _order_of_formats(archive.read("xl/styles.xml").decode("utf-8", "replace"))
        if "styles.xml" in names and "content.xml" in names:
            countries = set(_COUNTRY.findall(archive.read("styles.xml").decode("utf-8", "replace"))) - {"none"}
            if len(countries) == 1:
                return "" if countries & _MONTH_FIRST else "day"
    return ""


def _order_of_formats(styles: str) -> str:
    """Return the order of day and month that all used formats of dates share; built-in format 14 says none."""
    used = set(_USED_FORMAT.findall(styles.partition("<cellXfs")[2].partition("</cellXfs")[0]))
    orders = set()
    for tag in _FORMAT.findall(styles):
        attributes = dict(_ATTRIBUTE.findall(tag))
        code = re.sub(r"&quot;.*?&quot;|\[[^\]]*\]|\\.", "", attributes.get("formatCode", "")).lower()
        day, month = code.find("d"), code.find("m")
        if attributes.get("numFmtId") in used and day >= 0 and month >= 0 and "y" in code and not code.startswith("y"):
            orders.add("day" if day < month else "month")
    return orders.pop() if len(orders) == 1 else ""


def _binary_layout(archive: zipfile.ZipFile, names: set[str]) -> tuple[dict[str, list[list[int]]], bool]:
    """Return merged ranges and calendar of an XLSB: the same, as numbered records."""
    merged: dict[str, list[list[int]]] = {}
    from_1904 = False
    targets = _targets(archive, names, "xl/_rels/workbook.bin.rels")
    with archive.open("xl/workbook.bin") as book:
        for kind, content in records(book):
            if kind == _BOOK_PROPERTIES and content:
                from_1904 = bool(content[0] & 1)
            elif kind == _SHEET_OF_BOOK:
                relation, rest = _wide(content[8:])
                name, _ = _wide(rest)
                if (part := targets.get(relation, "")) in names:
                    with archive.open(part) as sheet:
                        merged[name] = [
                            list(struct.unpack_from("<IIII", content))
                            for kind, content in records(sheet)
                            if kind == _MERGED_CELLS and len(content) >= 16
                        ][:_MOST_MERGED]
    return merged, from_1904


def _wide(content: bytes) -> tuple[str, bytes]:
    """Return a text with its length before it, and what follows."""
    if len(content) < 4:
        return "", b""
    end = 4 + 2 * int(struct.unpack_from("<I", content)[0])
    return content[4:end].decode("utf-16-le", "replace"), content[end:]


def _targets(archive: zipfile.ZipFile, names: set[str], relations: str) -> dict[str, str]:
    if relations not in names:
        return {}
    targets = {}
    for tag in _RELATION.findall(archive.read(relations).decode("utf-8", "replace")):
        attributes = dict(_ATTRIBUTE.findall(tag))
        target = attributes.get("Target", "").removeprefix("/xl/").removeprefix("./")
        targets[attributes.get("Id", "")] = f"xl/{target}"
    return targets


def _merged(content: bytes) -> list[list[int]]:
    ranges = []
    for left, top, right, bottom in _MERGED.findall(content)[:_MOST_MERGED]:
        ranges.append([int(top) - 1, int(bottom) - 1, _place(left), _place(right)])
    return ranges


def _place(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
