"""Corrections that wait for a steward: one small file each, in a folder of their own, outside every release.

A file appears whole or not at all, whatever dies in between, and its name is the correction's, so the same
correction is stored once however often it arrives and however many processes take it. Bounded: a day, and the
folder, take so many and no more. The public site writes here and reads nothing back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from geodata import files as disk
from geodata.corrections.contracts import Correction
from geodata.settings import DataSettings
from geodata.values import DataProblem

MOST_A_DAY = 500
MOST_WAITING = 5_000
MOST_BYTES = 4_096
_FILE = re.compile(r"[0-9a-f]{32}\.json")


class QueueFull(DataProblem):
    """The queue takes no more today, or none at all until some are decided."""


def folder_of(settings: DataSettings) -> Path:
    """Return the folder of corrections under the user's home."""
    return settings.home / "corrections"


@dataclass(frozen=True, slots=True)
class Queue:
    """The waiting corrections under one folder."""

    home: Path
    most_a_day: int = MOST_A_DAY
    most_waiting: int = MOST_WAITING

    @property
    def waiting(self) -> Path:
        """Folder of what waits."""
        return self.home / "waiting"

    @property
    def done(self) -> Path:
        """Folder of empty marks, one for each correction that was decided."""
        return self.home / "done"

    def has(self, name: str) -> bool:
        """Say whether a correction of this name waits or was decided."""
        return (self.waiting / f"{name}.json").exists() or (self.done / name).exists()

    def put(self, correction: Correction) -> bool:
        """Store a correction; False when it was there already. Raises QueueFull, or DataProblem when the disk fails."""
        if self.has(correction.name):
            return False
        content = json.dumps(correction.plain(), ensure_ascii=False, sort_keys=True).encode("utf-8") + b"\n"
        if len(content) > MOST_BYTES:
            raise DataProblem("A correction is longer than any that can be made with the form; it was not stored.")
        try:
            with disk.writer_lock(self.home):
                self.waiting.mkdir(exist_ok=True)
                for folder in (self.home, self.waiting):
                    disk.collect(folder)
                if self.has(correction.name):
                    return False
                self._room(correction.received)
                disk.replace_file(self.waiting / f"{correction.name}.json", content)
        except OSError as problem:
            raise DataProblem(
                f"The correction could not be stored in {self.waiting} ({problem.strerror or problem}); nothing "
                "changed; make room or give write permission, then send it again."
            ) from problem
        return True

    def _room(self, today: str) -> None:
        """Refuse when today's, or all, places are taken; the lock must be held."""
        day = self.home / "day.json"
        try:
            plain = json.loads(day.read_bytes())
            taken = int(plain["taken"]) if plain["day"] == today else 0
        except (OSError, ValueError, KeyError, TypeError):
            taken = 0
        if taken >= self.most_a_day:
            raise QueueFull(
                f"The queue takes {self.most_a_day} corrections a day and has them; send it again tomorrow."
            )
        if sum(1 for _ in self._files()) >= self.most_waiting:
            raise QueueFull(f"{self.most_waiting} corrections wait already; decide some of them before more are taken.")
        disk.replace_file(day, json.dumps({"day": today, "taken": taken + 1}).encode())

    def _files(self) -> Iterator[Path]:
        if self.waiting.is_dir():
            yield from (path for path in self.waiting.iterdir() if _FILE.fullmatch(path.name))

    def list(self) -> list[Correction]:
        """Return what waits, oldest first; a damaged file is left out and counted by `damaged`."""
        waiting = [correction for path in self._files() if (correction := _read(path)) and not self._decided(path.stem)]
        return sorted(waiting, key=lambda correction: (correction.received, correction.name))

    def damaged(self) -> int:
        """Return how many files in the folder are not corrections."""
        return sum(_read(path) is None for path in self._files())

    def get(self, start: str) -> Correction:
        """Return the one waiting correction whose name starts so (six characters or more)."""
        hits = (
            [correction for correction in self.list() if correction.name.startswith(start)] if len(start) >= 6 else []
        )
        if len(hits) != 1:
            raise DataProblem(
                f"'{start[:40]}' names {'several' if hits else 'no'} waiting correction{'s' if hits else ''}; expected "
                "the first six or more characters of one; `corrections list` shows them."
            )
        return hits[0]

    def _decided(self, name: str) -> bool:
        return (self.done / name).exists()


def _read(path: Path) -> Correction | None:
    """Return a stored correction; None when the file is not one."""
    try:
        if path.stat().st_size > MOST_BYTES:
            return None
        plain = json.loads(path.read_bytes())
        if set(plain) != {field.name for field in fields(Correction)} or plain["name"] != path.stem:
            return None
        return Correction(**plain)
    except (OSError, ValueError, TypeError):
        return None
