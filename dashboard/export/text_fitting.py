"""Making any text fit a box: cleaned, measured, wrapped, made smaller, and only then shortened with “…”.

Widths are an estimate for a sans-serif typeface (Arial, Helvetica, Liberation Sans), rather too wide than too
narrow, because a file is opened with fonts nobody knows here. Points throughout.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

LINE = 1.2
"""Height of a line per point of type."""
SAFETY = 1.05
BOLD = 1.07
_TENS = {
    19: "'", 22: "ijl’‘", 28: "ftI .,:;/\\[]!|·\u202f\u2009\u00a0", 33: "r-()“”", 50: "ckvsxyzJ",
    56: "abdeghnopquL0123456789–_?$#",
    61: "FTZ", 67: "ABEKPSVXY&", 72: "wCDHNRU", 78: "GOQ", 83: "mM", 89: "%", 94: "W", 100: "—→@",
}  # fmt: skip
_EM = {letter: share / 100 for share, letters in _TENS.items() for letter in letters}
"""Advance widths of Arial, Helvetica and Liberation Sans, which are the same, in hundredths of the size."""
_MARKS = ("Mn", "Me", "Cf")
_LONGEST = 20_000
"""Characters that are looked at: nothing that fits a slide is longer."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text as it goes into a box: its size in points, and whether something was left out."""

    text: str
    size: float
    shortened: bool


def clean(text: str) -> str:
    """Return text that any XML document can hold: no control characters, no lone surrogates; line breaks stay."""
    kept = (c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Cn", "Co"))
    return "".join(kept).replace("\ufffe", "").replace("\uffff", "")


def right_to_left(text: str) -> bool:
    """Say whether the first letter with a direction runs from right to left."""
    for letter in text[:_LONGEST]:
        direction = unicodedata.bidirectional(letter)
        if direction in ("R", "AL"):
            return True
        if direction == "L":
            return False
    return False


def width(text: str, size: float) -> float:
    """Return the width of one line of text."""
    return sum(_em(letter) for letter in text) * size * SAFETY


@lru_cache(maxsize=4096)
def _em(letter: str) -> float:
    if unicodedata.category(letter) in _MARKS:
        return 0.0
    if unicodedata.east_asian_width(letter) in ("W", "F"):
        return 1.0
    return _EM.get(letter, 0.75 if letter.isupper() else 0.6)


def lines(text: str, size: float, room: float) -> int:
    """Return how many lines a text takes in a box `room` points wide; words longer than a line are broken."""
    count = 0
    for paragraph in text[:_LONGEST].split("\n"):
        count += 1
        used = 0.0
        for word in re.findall(r"\S+\s*", paragraph):
            own = width(word.rstrip(), size)
            if used and used + own > room:
                count, used = count + 1, 0.0
            whole = width(word, size)
            if own > room:
                count += int(own / room)
                whole = own % room
            used += whole
    return count


def height(text: str, size: float, room: float) -> float:
    """Return the height a text takes."""
    return lines(text, size, room) * size * LINE


def fitted(text: str, room: tuple[float, float], sizes: tuple[float, ...]) -> Fitted:
    """Return a text for a box (width, height): at the largest of `sizes` (descending) that holds it, else shortened."""
    cleaned = clean(text)
    for size in sizes:
        if len(cleaned) < _LONGEST and height(cleaned, size, room[0]) <= room[1] and _whole(cleaned, size, room[0]):
            return Fitted(cleaned, size, shortened=False)
    return Fitted(shortened(cleaned, room, sizes[-1]), sizes[-1], shortened=True)


def _whole(text: str, size: float, room: float) -> bool:
    """Say whether every word has room on a line; addresses and the like, longer than 24 letters, may be broken."""
    return all(width(word, size) <= room for word in text.split() if len(word) <= 24)


def shortened(text: str, room: tuple[float, float], size: float) -> str:
    """Return the longest start of a text that fits, ending with “…”, cut at a word where there is one."""
    low, high = 0, min(len(text), _LONGEST)
    while low < high:
        middle = (low + high + 1) // 2
        if height(_cut(text, middle), size, room[0]) <= room[1]:
            low = middle
        else:
            high = middle - 1
    return _cut(text, low)


def _cut(text: str, length: int) -> str:
    """Return the first characters and “…”; never between a letter and its marks, nor inside a joined emoji."""
    while 0 < length < len(text) and (
        unicodedata.category(text[length]) in _MARKS or text[length - 1] == "\u200d" or _is_modifier(text[length])
    ):
        length -= 1
    head = text[:length]
    space = head.rfind(" ")
    if len(head) - space < 25 and space > 0:
        head = head[:space]
    return head.rstrip(" ,;:–") + "…"


def _is_modifier(letter: str) -> bool:
    return "\U0001f3fb" <= letter <= "\U0001f3ff"
