"""Files that are whole or not there: flush, rename, flush the folder.

Every file that must last is written here and nowhere else. A crash, a kill or a full disk at any moment leaves
either the old file or the new one, and temporary names that the next writer collects.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PAUSE_S = 0.1
TEMPORARY = ".tmp-"
"""Names that start so are leftovers unless the writer's lock is held."""


def sync_folder(folder: Path) -> None:
    """Flush a folder's entries to disk, so a rename inside it survives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_file(path: Path, content: bytes) -> None:
    """Write and flush a new file (not atomic: use inside a temporary folder)."""
    with path.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())


def replace_file(path: Path, content: bytes) -> None:
    """Put `content` at `path` in one step: readers see the old file or the new one; its folder is made if needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{TEMPORARY}{path.name}-{secrets.token_hex(6)}")
    try:
        write_file(temporary, content)
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def temporary_folder(parent: Path) -> Path:
    """Create an empty folder beside the releases that no reader looks at."""
    folder = parent / f"{TEMPORARY}{secrets.token_hex(8)}"
    folder.mkdir()
    return folder


def collect(parent: Path) -> int:
    """Remove temporary files and folders left by a writer that died; the lock must be held."""
    size = 0
    for entry in sorted(parent.glob(f"{TEMPORARY}*")):
        size += 1
        if entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)
    return size


@contextmanager
def patient_lock(path: Path, patience_s: float) -> Iterator[None]:
    """Hold a lock file, on a disk that may be shared; the kernel frees it when the process dies.

    Raises TimeoutError when somebody else holds it for longer than one is willing to wait.
    """
    until = time.monotonic() + patience_s
    with path.open("wb") as handle:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as problem:
                if time.monotonic() > until:
                    raise TimeoutError(f"{path} is held") from problem
            time.sleep(_PAUSE_S)
        yield


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Hold the one writer's place of a dataset; the kernel frees it when the process dies."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("wb") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def fresh_folder(beside: Path) -> Iterator[Path]:
    """Yield a new empty folder on the same disk as `beside`; remove what is left of it at the end."""
    beside.parent.mkdir(parents=True, exist_ok=True)
    folder = beside.parent / f".{beside.name}.{secrets.token_hex(4)}"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def swap(fresh: Path, target: Path) -> None:
    """Put `fresh` where `target` is; the old folder is moved aside first, then removed."""
    old = target.with_name(f".{target.name}.old-{secrets.token_hex(4)}")
    if target.exists():
        target.rename(old)
    try:
        fresh.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
