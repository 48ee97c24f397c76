"""What is promised and what was measured: one line per figure, printed as a table and kept as files."""

from __future__ import annotations

import json
import os
import platform
import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PASS, MISS, INFO = "pass", "MISS", "–"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. `budget` None means it is told, not promised; `least` turns the promise around.

    typical: the same figure of the typical Dash app in the same run.
    """

    group: str
    name: str
    value: float | None
    unit: str
    budget: float | None = None
    least: bool = False
    typical: float | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """“pass”, “MISS”, or a dash where nothing is promised. A figure that could not be taken is a miss."""
        if self.budget is None:
            return INFO
        if self.value is None:
            return MISS
        return PASS if (self.value >= self.budget if self.least else self.value <= self.budget) else MISS

    @property
    def ratio(self) -> float | None:
        """How many times better than the typical app; None where there is nothing to compare or the base is zero."""
        if not self.value or not self.typical:
            return None
        return self.value / self.typical if self.least else self.typical / self.value


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share (0–1) of the values lies: nearest rank, never interpolated."""
    if not values:
        raise ValueError("no values to take a percentile of")
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, max(0, -(-int(len(ranked) * share * 1000) // 1000) - 1))]


def median(values: Sequence[float]) -> float:
    """Return the middle value."""
    return statistics.median(values)


def _number(value: float | None) -> str:
    if value is None:
        return "not taken"
    return f"{value:,.0f}".replace(",", "\u202f") if abs(value) >= 100 else f"{value:.2f}".rstrip("0").rstrip(".")


def rows(figures: Sequence[Figure]) -> list[tuple[str, ...]]:
    """Return the table's cells, heading first."""
    found: list[tuple[str, ...]] = [("what", "measured", "budget", "", "typical Dash app", "ratio", "note")]
    for one in figures:
        sign = "≥" if one.least else "≤"
        found.append(
            (
                f"{one.group}: {one.name}",
                f"{_number(one.value)} {one.unit}".strip(),
                f"{sign} {_number(one.budget)} {one.unit}".strip() if one.budget is not None else "",
                one.verdict,
                f"{_number(one.typical)} {one.unit}" if one.typical is not None else "",
                f"{one.ratio:.1f} ×" if one.ratio else "",
                one.note,
            )
        )
    return found


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as a plain text table."""
    cells = rows(figures)
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]) - 1)]
    lines = ["  ".join([*(t.ljust(w) for t, w in zip(row, widths, strict=False)), row[-1]]).rstrip() for row in cells]
    return "\n".join([lines[0], "─" * min(160, max(map(len, lines))), *lines[1:]])


def markdown(figures: Sequence[Figure], machine: dict[str, Any]) -> str:
    """Return the figures as a Markdown page."""
    cells = [[t.replace("|", "\\|") for t in row] for row in rows(figures)]
    body = [f"| {' | '.join(row)} |" for row in cells]
    rule = "|" + "---|" * len(cells[0])
    said = "; ".join(f"{key}: {value}" for key, value in machine.items())
    head = ["# Figures of `make bench`", "", f"Measured by `python -m tests.benchmarks`. {said}.", ""]
    return "\n".join([*head, body[0], rule, *body[1:], ""])


def machine() -> dict[str, Any]:
    """Return what the figures depend on: date, processors, load by others, versions."""
    return {
        "date": time.strftime("%Y-%m-%d"),
        "processors": os.cpu_count(),
        "load average before": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "scheduling": "real-time, before others on this machine"
        if hasattr(os, "sched_getscheduler") and os.sched_getscheduler(0)
        else "ordinary",
    }


def keep(figures: Sequence[Figure], about: dict[str, Any], folder: Path = HERE) -> None:
    """Write figures.json and figures.md."""
    held = {"machine": about, "figures": [asdict(one) | {"verdict": one.verdict} for one in figures]}
    for name, text in (
        ("figures.json", json.dumps(held, indent=1, ensure_ascii=False) + "\n"),
        ("figures.md", markdown(figures, about)),
    ):
        part = folder / f".{name}.part"
        part.write_text(text, encoding="utf-8")
        part.replace(folder / name)
