"""Files put down on the desk: streamed into a private folder under the home, deleted when done.

The folder belongs to one run of the desk and is locked while it runs; what a desk that was killed left behind is
removed by the next one. A file keeps the name it came with, because a corrected file replaces its predecessor
by name, but nothing of a path in it.
"""

from __future__ import annotations

import re
import secrets
import shutil
import tempfile
import unicodedata
from pathlib import Path
from typing import IO

from flask import Request, g

from geodata.values import DataProblem

MOST_BYTES = 2 << 30
"""Largest upload; larger files are imported by the command, which streams them from where they are."""
_LONGEST = 120
_SPARE = 64 << 20
"""What must stay free on the disk beside an upload."""


class Shelf:
    """One run's private folder."""

    def __init__(self, home: Path) -> None:
        """Make the folder, readable by its owner only, and remove what earlier desks left."""
        self._parent = home / "steward"
        try:
            self._parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._parent.chmod(0o700)
            _sweep(self._parent)
            new = Path(tempfile.mkdtemp(prefix="new-", dir=self._parent))
            self._lock = (new / ".lock").open("wb")
            _hold(self._lock)
            self.folder = new.rename(self._parent / new.name.replace("new-", "desk-", 1))  # locked before it is seen
        except OSError as problem:
            raise DataProblem(
                f"The desk needs a private folder in {self._parent}, and it could not be made "
                f"({problem.strerror or problem}); give write permission or set NJIA_HOME."
            ) from problem

    def room_for(self, n_bytes: int) -> bool:
        """Say whether an upload fits on the disk."""
        return shutil.disk_usage(self.folder).free > n_bytes + _SPARE

    def draft(self) -> IO[bytes]:
        """Open a nameless place for an upload on its way in."""
        return tempfile.NamedTemporaryFile(prefix="draft-", dir=self.folder, delete=False)

    def put(self, draft: Path, name: str) -> Path:
        """Give a finished upload its name, in a folder of its own; returns its path."""
        place = self.folder / secrets.token_hex(8)
        place.mkdir(mode=0o700)
        path = place / safe_name(name)
        draft.replace(path)
        path.chmod(0o600)
        return path

    def remove(self, path: Path) -> None:
        """Delete a file and its folder."""
        if path.parent.parent == self.folder:
            shutil.rmtree(path.parent, ignore_errors=True)

    def clear(self) -> None:
        """Delete everything; the desk is closed."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._lock.close()


def safe_name(name: str) -> str:
    """Return the last part of a file's name without anything a path or a terminal would act on."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(letter for letter in last if letter.isprintable() and letter not in '<>:"|?*').strip(" .")
    if not kept:
        return "file"
    stem, dot, ending = kept.rpartition(".")
    if not dot or len(ending) > 10:
        stem, ending = kept, ""
    room = _LONGEST - len(ending.encode()) - 1
    short = stem.encode("utf-8")[:room].decode("utf-8", "ignore").rstrip() or "file"
    return f"{short}.{ending}" if ending else short


def request_class(shelf: Shelf) -> type[Request]:
    """Return a request that streams uploads into the shelf instead of the system's temporary folder."""

    class DeskRequest(Request):
        max_form_memory_size = 4_000_000
        max_form_parts = 20_000

        def _get_file_stream(
            self,
            total_content_length: int | None,
            content_type: str | None,
            filename: str | None = None,
            content_length: int | None = None,
        ) -> IO[bytes]:
            del total_content_length, content_type, filename, content_length
            draft = shelf.draft()
            g.setdefault("drafts", []).append(draft)
            return draft

    return DeskRequest


def drop_drafts(_fault: BaseException | None = None) -> None:
    """Delete what of this request's uploads nobody took: a broken connection, a refused file."""
    for draft in g.get("drafts", []):
        draft.close()
        Path(draft.name).unlink(missing_ok=True)


def _hold(lock: IO[bytes]) -> bool:
    """Take a folder's lock; false when its desk still runs. The system frees it when a process dies."""
    try:
        import fcntl  # noqa: PLC0415 - absent on Windows, where an open file cannot be deleted anyway
    except ImportError:
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _sweep(parent: Path) -> None:
    """Remove folders of desks that no longer run."""
    for folder in parent.glob("desk-*"):
        try:
            with (folder / ".lock").open("ab") as lock:
                free = _hold(lock)
        except OSError:
            free = True
        if free:
            shutil.rmtree(folder, ignore_errors=True)
