"""CSV of any common kind → chunks of text: UTF-8 with or without BOM, UTF-16, Windows-1252; , ; tab |.

Refuses an empty file, one that ends inside a row or inside quotation marks, one that is no text.
UTF-8 is streamed from disk; other encodings are recoded in memory first, hence their smaller limit.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import polars as pl

from geodata.intake.table import CHUNK_ROWS, HEADER_SEARCH, OVERFLOW, Table, check_width, column, find_heading
from geodata.values import DataProblem

SEPARATORS = ",;\t|"
_BLOCK = 1 << 23
_SAMPLE = 1 << 18
MOST_RECODED = 1 << 29
"""Bytes of a file that is not UTF-8; such files are recoded in memory."""


def open_csv(path: Path, known: Any) -> Table:
    """Return the table of a CSV file; ``known`` says which headings we recognise."""
    where = f"‘{path.name}’"
    encoding = _encoding(path, where)
    with path.open("rb") as file:
        start = file.read(_SAMPLE)
    source: Path | io.BytesIO = path
    if encoding != "utf-8" or (b"\r" in start and b"\n" not in start):  # another encoding, or an old Mac's lines
        source = io.BytesIO(_recoded(path, encoding, where))
        start = source.getvalue()[:_SAMPLE]
    text = start.decode("utf-8", errors="ignore").removeprefix("\ufeff")
    if len(start) == _SAMPLE:
        text = text[: text.rfind("\n") + 1] or text
    separator = _separator(text)
    rows, lines = _first_rows(text, separator)
    headers, tags, place = find_heading(rows, known, where)
    headers = _trim(headers)
    check_width(len(headers), where)
    _refuse_truncated(source, separator, len(headers), where)
    chunks = _chunks(source, separator, len(headers), lines[place - 1], where)
    samples = _sample_frame(rows[place:], len(headers))
    notes = [] if encoding == "utf-8" else [f"read as {encoding}"]
    size = _count_rows(text, separator, place) if len(start) < _SAMPLE else 0
    table = Table(path, "", headers, place + 1, chunks, samples, tags, size, notes)
    above = [cell for row in rows[: max(place - 1, 0)] for cell in row if cell.strip() and cell not in headers]
    table.title = " ".join(above)[:2000]
    return table


def frame_of(content: bytes, where: str) -> pl.DataFrame:
    """Return a CSV that is in memory as one frame of text, headings and all. Raises `DataProblem`."""
    encoding = _encoding_of(io.BytesIO(content), where)
    if encoding != "utf-8":
        content = content.decode(encoding, errors="replace").encode("utf-8")
    text = content.decode("utf-8", errors="replace").removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text)))
    width = max((len(row) for row in rows), default=0)
    check_width(width, where)
    return _sample_frame(rows, width)


def _encoding(path: Path, where: str) -> str:
    """Return utf-8, utf-16 or cp1252 after looking at the whole file."""
    with path.open("rb") as file:
        return _encoding_of(file, where)


def _encoding_of(file: IO[bytes], where: str) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    encoding = "utf-8"
    with file:
        block = file.read(_BLOCK)
        if not block.strip():
            raise DataProblem(f"{where} is empty; expected headings and at least one row below them.")
        if block[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
        zeros = block[:4096].count(0)
        if zeros > len(block[:4096]) // 4:
            return "utf-16-le" if block[1] == 0 else "utf-16-be"
        if zeros:
            raise DataProblem(f"{where} is not a text file, whatever its name says; export it again as CSV or XLSX.")
        while block:
            try:
                decoder.decode(block, final=len(block) < _BLOCK)
            except UnicodeDecodeError:
                encoding = "cp1252"
                break
            block = file.read(_BLOCK)
    return encoding


def _recoded(path: Path, encoding: str, where: str) -> bytes:
    if path.stat().st_size > MOST_RECODED:
        raise DataProblem(
            f"{where} is larger than {MOST_RECODED >> 20} MB and not UTF-8; save it as CSV UTF-8 and import it again.",
        )
    try:
        text = path.read_bytes().decode(encoding)
    except UnicodeDecodeError:
        if encoding != "cp1252":
            raise DataProblem(f"{where} ends inside a character; it may be cut off. Export it again.") from None
        text = path.read_bytes().decode("cp1252", errors="replace")
    if "\n" not in text:
        text = text.replace("\r", "\n")
    return text.removeprefix("\ufeff").encode("utf-8")


def _separator(text: str) -> str:
    """Return the separator that splits the first lines most evenly."""
    best, best_score = ",", (0, 0.0)
    for candidate in SEPARATORS:
        widths = [len(row) for row in csv.reader(io.StringIO(text[:65536]), delimiter=candidate) if row][:40]
        if not widths:
            continue
        usual = max(set(widths), key=lambda width: (widths.count(width), width))
        score = (int(usual > 1), widths.count(usual) / len(widths) * min(usual, 8))
        if score > best_score:
            best, best_score = candidate, score
    return best


def _first_rows(text: str, separator: str) -> tuple[list[list[str]], list[int]]:
    """Return the first rows and, for each, how many lines of the file end with it."""
    rows, lines = [], []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for row in reader:
            rows.append(row)
            lines.append(reader.line_num)
            if len(rows) >= HEADER_SEARCH + 500:
                break
    except csv.Error:
        pass  # a sample may end inside quotation marks; polars judges the whole file
    return rows, lines


def _trim(headers: list[str]) -> list[str]:
    while headers and not headers[-1].strip():
        headers.pop()
    return headers


def _sample_frame(rows: list[list[str]], width: int) -> pl.DataFrame:
    cells = [[*row, *[""] * width][:width] for row in rows]
    data = {column(place): [row[place] or None for row in cells] for place in range(width)}
    return pl.DataFrame(data, schema={column(place): pl.String for place in range(width)})


def _count_rows(text: str, separator: str, first: int) -> int:
    """Return how many rows from a zero-based place on hold anything, of a whole file's text; 0 where it is damaged."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error:
        return 0  # polars judges the whole file
    return sum(any(cell.strip() for cell in row) for row in rows[first:])


def _tail(source: Path | io.BytesIO) -> bytes:
    if isinstance(source, io.BytesIO):
        return source.getvalue()[-4096:]
    with source.open("rb") as file:
        file.seek(max(0, source.stat().st_size - 4096))
        return file.read()


def _refuse_truncated(source: Path | io.BytesIO, separator: str, width: int, where: str) -> None:
    """Refuse a file whose last line has no end and fewer cells than the headings: it was cut off."""
    tail = _tail(source)
    if tail.endswith((b"\n", b"\r", b"\x1a")) or b"\n" not in tail or width < 2:
        return
    last = tail[tail.rfind(b"\n") + 1 :].decode("utf-8", errors="replace")
    if '"' in last:
        return  # may close a cell opened on an earlier line; the parser will tell
    if last.count(separator) < width - 1:
        raise DataProblem(
            f"{where} ends in the middle of its last row ({last.count(separator) + 1} of {width} columns); "
            "the file seems cut off. Export or copy it again.",
        )


def _chunks(
    source: Path | io.BytesIO, separator: str, width: int, skip_lines: int, where: str
) -> Iterator[pl.DataFrame]:
    """Yield the data rows as text, with one extra column that catches cells beyond the headings."""
    schema = {**{column(place): pl.String for place in range(width)}, OVERFLOW: pl.String}
    try:
        lazy = pl.scan_csv(
            source,
            has_header=False,
            separator=separator,
            skip_lines=skip_lines,
            schema=schema,
            truncate_ragged_lines=True,
            missing_columns="insert",
            glob=False,
            raise_if_empty=False,
        )
        yield from lazy.collect_batches(chunk_size=CHUNK_ROWS, engine="streaming")
    except pl.exceptions.PolarsError as problem:
        raise DataProblem(
            f"{where} cannot be read to its end: a quotation mark is opened and never closed, or a row is damaged. "
            "Open it in a spreadsheet, save it as CSV UTF-8 and import it again.",
        ) from problem
