"""A form filled in, what may be said about a tiny county, and a queue of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.corrections import Correction, Legal, Queue, read

DAY = "2026-11-22"
LEGAL = Legal("KE010", {"event:INC-0001", "role:transit", "missing:event"}, {"KE010", "KE011"}, {"iom-2018"}, 2026)
FORM = {
    "id": "a" * 32, "item": "event:INC-0001", "wrong": "number", "number": "7", "reporter": "county_official",
    "source": "https://www.example.go.ke/report.pdf?page=2",
}  # fmt: skip


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    return Queue(tmp_path / "corrections")


def made(nth: int = 0, /, **fields: str) -> Correction:
    return read({**FORM, "id": f"{nth:032x}", **fields}, LEGAL, DAY)
