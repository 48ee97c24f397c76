"""The records of a binary workbook (XLSB), one after another: nothing larger than a record is in memory."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import IO, cast

LARGEST_RECORD = 16 << 20
"""A cell's text has 32,767 letters; a record beyond this is skipped, its content not kept."""
_BLOCK = 1 << 18


def records(part: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield (kind, content) of every record; ends quietly where the part does."""
    stream = cast("IO[bytes]", io.BufferedReader(cast("io.RawIOBase", part), _BLOCK))
    while True:
        kind, size = _number(stream), _number(stream)
        if kind is None or size is None:
            return
        left = size
        content = stream.read(min(size, LARGEST_RECORD))
        left -= len(content)
        while left > 0 and (rest := stream.read(min(left, _BLOCK))):
            left -= len(rest)
        yield kind, content


def _number(stream: IO[bytes]) -> int | None:
    """Return a number of variable size, seven bits a byte and at most four bytes; None at the end."""
    value = 0
    for place in range(4):
        byte = stream.read(1)
        if not byte:
            return None
        value |= (byte[0] & 0x7F) << (7 * place)
        if not byte[0] & 0x80:
            break
    return value
