"""Kept drawings and what a change does to one: normalised text, its compressed file, the difference in words.

A drawing is text with one element a line and numbers rounded to `DECIMALS`; it is kept gzipped, without a clock
in the file, so that the same drawing is the same bytes.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

KEPT = Path(__file__).parent / "kept"
DECIMALS = 2
NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
LONG = re.compile(r"-?\d*\.\d{3,}")
ASSET = re.compile(r"/a/[0-9a-f]{6,}/")
TAG = re.compile(r"\s*(<[^>]*>)\s*")
EXCERPT = 160


def normalised(markup: str) -> str:
    """Return SVG with one element a line, numbers rounded, and addresses of assets without their digest."""
    plain = re.sub(r"\s*/>", "/>", re.sub(r"\s+", " ", markup))  # how a template is indented draws nothing
    text = ASSET.sub("/a/-/", TAG.sub(r"\1", plain).replace("><", ">\n<"))
    return LONG.sub(lambda match: f"{float(match[0]):.{DECIMALS}f}".rstrip("0").rstrip("."), text) + "\n"


def kept_names() -> list[str]:
    """Return the names of all kept drawings."""
    return sorted(path.relative_to(KEPT).as_posix().removesuffix(".gz") for path in KEPT.rglob("*.gz"))


def read(name: str) -> str:
    """Return a kept drawing, "" for one that is new."""
    path = KEPT / f"{name}.gz"
    return gzip.decompress(path.read_bytes()).decode() if path.exists() else ""


def keep(name: str, drawing: str) -> None:
    """Write a drawing."""
    path = KEPT / f"{name}.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(drawing.encode(), compresslevel=9, mtime=0))


def forget(name: str) -> None:
    """Remove a drawing that is no longer made."""
    (KEPT / f"{name}.gz").unlink()


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed in one drawing.

    changed, total: lines. moved: the most that a number of an otherwise equal line moved, in the drawing's unit.
    before, after: the first line that differs, shortened around the difference.
    """

    name: str
    changed: int
    total: int
    moved: float
    before: str
    after: str

    def __str__(self) -> str:
        """Return one paragraph for a person: which drawing, by how much, and where first."""
        moved = f", numbers move by up to {self.moved:g}" if self.moved else ""
        return (
            f"{self.name}: {self.changed} of {self.total} lines differ{moved}\n"
            f"  - {self.before or '(no such line)'}\n  + {self.after or '(no such line)'}"
        )


def difference(name: str, before: str, after: str) -> Difference | None:
    """Return what changed in a drawing, None where nothing did."""
    if before == after:
        return None
    old, new = before.splitlines(), after.splitlines()
    pairs = list(_changed(old, new))
    first = _around(*pairs[0]) if pairs else ("(line ends)", "(line ends)")
    return Difference(name, len(pairs), max(len(old), len(new)), max(map(_moved, pairs), default=0.0), *first)


def _changed(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """Yield lines that differ side by side; "" beside a line that came or went."""
    for kind, a0, a1, b0, b1 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for i in range(max(a1 - a0, b1 - b0)):
            yield old[a0 + i] if a0 + i < a1 else "", new[b0 + i] if b0 + i < b1 else ""


def _moved(pair: tuple[str, str]) -> float:
    before, after = pair
    if NUMBER.sub("#", before) != NUMBER.sub("#", after):
        return 0.0
    numbers = zip(NUMBER.findall(before), NUMBER.findall(after), strict=True)
    return round(max((abs(float(a) - float(b)) for a, b in numbers), default=0.0), DECIMALS)


def _around(before: str, after: str) -> tuple[str, str]:
    """Cut two long lines to the neighbourhood of their first difference."""
    same = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
    start = max(0, same - EXCERPT // 3)
    return before[start : start + EXCERPT], after[start : start + EXCERPT]
