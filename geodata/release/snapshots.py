"""Frozen views on disk: one small file each, named by the hash of what it says.

A snapshot holds a view (every choice spelled out), the releases it was made of, the facts beside releases its figures
depend on (who was looking, which roles were held, residents), and the figures themselves. The name is the SHA-256 of
all that, so a file that was changed no longer fits its name and is refused. Nothing about a reader is in it; when it
was first made stands outside the hash. The corridors of that day lie beside them, once for all views that show them.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geodata import files as disk
from geodata.release.released_cells import canonical_json
from geodata.settings import DataSettings
from geodata.values import DataProblem

SCHEMA = 1
MOST = 5_000
UNUSED_DAYS = 30
"""A view that nobody looked at for so long makes room for a new one, where there are as many as are kept."""
DAY_S = 86_400.0
MOST_BYTES = 400_000
NAME = re.compile(r"[0-9a-f]{24}")
"""Names in addresses: the first 24 hex digits."""
PARTS = frozenset({"schema", "link", "view", "releases", "boundaries", "software", "inputs", "figures"})


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One frozen view. content: the hashed part, plain JSON values. made: the day it was first made."""

    content: dict[str, Any]
    made: str

    @classmethod
    def of(cls, parts: dict[str, Any], made: str) -> Snapshot:
        """Return the snapshot of these parts (`PARTS` without the schema)."""
        return cls({"schema": SCHEMA, **parts}, made)

    @property
    def sha256(self) -> str:
        """Return the hash of everything it says, 64 hex digits."""
        return hashlib.sha256(canonical_json(self.content)).hexdigest()

    @property
    def name(self) -> str:
        """Return its name in addresses."""
        return self.sha256[:24]

    @property
    def figures_sha256(self) -> str:
        """Return the hash of the figures alone."""
        return hashlib.sha256(canonical_json(self.content["figures"])).hexdigest()


@dataclass(frozen=True, slots=True)
class Snapshots:
    """The snapshots under one folder."""

    home: Path
    most: int = MOST

    def _path(self, name: str) -> Path:
        return self.home / f"{name}.json"

    def put(self, snapshot: Snapshot) -> bool:
        """Store a snapshot; False when it was there already. Raises DataProblem when full or not writable."""
        path = self._path(snapshot.name)
        if path.exists():
            return False
        content = canonical_json({"made": snapshot.made, "snapshot": snapshot.content}) + b"\n"
        if len(content) > MOST_BYTES:
            raise DataProblem(
                "This view has more figures than a snapshot holds; choose fewer years, and freeze it again."
            )
        try:
            with disk.writer_lock(self.home):
                disk.collect(self.home)
                if path.exists():
                    return False
                if not self._make_room():
                    raise DataProblem(
                        f"{self.most} views are frozen already, as many as are kept, and all of them were looked at in "
                        f"the last {UNUSED_DAYS} days; the operator can remove old ones from {self.home.name}/."
                    )
                disk.replace_file(path, content)
        except OSError as problem:
            raise DataProblem(
                f"The view could not be frozen: {self.home} cannot be written ({problem.strerror or problem}); make "
                "room or give write permission, then freeze it again."
            ) from problem
        return True

    def keep_corridors(self, prepared: Path, name: str) -> None:
        """Keep a copy of a folder of prepared corridors under its name, where there is none yet."""
        target = self.corridors(name)
        if target.exists():
            return
        with disk.fresh_folder(target) as fresh:
            for path in sorted(prepared.iterdir()):
                disk.write_file(fresh / path.name, path.read_bytes())
            with suppress(FileExistsError, OSError):  # another process kept the same
                fresh.rename(target)

    def corridors(self, name: str) -> Path:
        """Return where the corridors of that name are kept."""
        return self.home / "corridors" / name

    def _make_room(self) -> bool:
        """Where there are as many as are kept, remove those not looked at for longest; say whether one more fits."""
        used = sorted((path.stat().st_mtime, path) for path in self.home.glob("*.json"))
        too_many = len(used) - self.most + 1
        if too_many <= 0:
            return True
        unused = [path for when, path in used if when < time.time() - UNUSED_DAYS * DAY_S]
        if len(unused) < too_many:
            return False
        for path in unused[: max(too_many, self.most // 100)]:
            path.unlink(missing_ok=True)
        return True

    def _mark_used(self, name: str) -> None:
        """Remember, to the day, that somebody looked at it: the file's own time, nothing about who."""
        with suppress(OSError):  # a home that cannot be written is read all the same
            path = self._path(name)
            if path.stat().st_mtime < time.time() - DAY_S:
                path.touch()

    def has(self, name: str) -> bool:
        """Say whether a snapshot of this name is kept."""
        return bool(NAME.fullmatch(name)) and self._path(name).exists()

    def get(self, name: str) -> Snapshot:
        """Return a snapshot by its name (longer hashes are cut to it); raise DataProblem when absent or damaged."""
        name = name[:24]
        if not self.has(name):
            raise DataProblem(
                f"There is no frozen view '{name}' here; expected the {24} hexadecimal digits after /s/; it may have "
                "been frozen on another installation."
            )
        try:
            plain = json.loads(self._path(name).read_bytes())
            snapshot = Snapshot(plain["snapshot"], str(plain["made"]))
            whole = set(snapshot.content) == PARTS and snapshot.content["schema"] == SCHEMA and snapshot.name == name
        except (OSError, ValueError, KeyError, TypeError):
            whole = False
        if not whole:
            raise DataProblem(
                f"The frozen view '{name}' was changed after it was made, or is of another version; its figures are "
                "not shown; freeze the view again, or restore the file from a copy."
            )
        self._mark_used(name)
        return snapshot


def snapshots_of(settings: DataSettings) -> Snapshots:
    """Return the snapshots under the user's home; those of partners lie apart, where the public site finds none."""
    return Snapshots(settings.home / ("snapshots-partners" if settings.partners else "snapshots"))
