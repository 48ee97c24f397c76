"""The key that turns case numbers into marks nobody else can undo, and how it does so.

The key file (32 random bytes, owner-only) is made once in the home folder and never leaves it. The mark is
HMAC-SHA256, first 128 bits. Losing the key means that re-imported cases are no longer recognised as the same.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from geodata.settings import DataSettings
from geodata.values import DataProblem

KEY_FILE = "case-ids.key"
KEY_BYTES = 32
MARK_DIGITS = 32
_BLOCK = 64


class CaseKey:
    """A key ready for use; `repr` does not show it."""

    def __init__(self, key: bytes) -> None:
        """Prepare the two halves of HMAC once: they are the same for every case."""
        padded = key.ljust(_BLOCK, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))

    def mark(self, text: str) -> str:
        """Return the mark of one text, 32 hexadecimal digits."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(text.encode())
        outer.update(inner.digest())
        return outer.hexdigest()[:MARK_DIGITS]

    def marks(self, prefix: str, texts: Iterable[str]) -> list[str]:
        """Return the marks of many texts, each prefixed with what keeps datasets apart."""
        start = self._inner.copy()
        start.update(prefix.encode())
        copy_inner, copy_outer = start.copy, self._outer.copy
        marks = []
        for text in texts:
            inner, outer = copy_inner(), copy_outer()
            inner.update(text.encode())
            outer.update(inner.digest())
            marks.append(outer.hexdigest()[:MARK_DIGITS])
        return marks


def case_key(settings: DataSettings) -> CaseKey:
    """Return this machine's key, made on first use. Raises `DataProblem` when it is damaged."""
    path = settings.home / KEY_FILE
    settings.home.mkdir(parents=True, exist_ok=True)
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        key = _make(path)
    if len(key) != KEY_BYTES:
        raise DataProblem(
            f"The key for case numbers, {KEY_FILE} in the Njia folder, is damaged ({len(key)} bytes, expected "
            f"{KEY_BYTES}); put back the copy you keep, because a new key would count every case anew.",
        )
    return CaseKey(key)


def _make(path: Path) -> bytes:
    """Write a new key atomically; when two imports race, both use the one that was first."""
    key = secrets.token_bytes(KEY_BYTES)
    temporary = path.with_name(f"{KEY_FILE}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links
        temporary.replace(path)
    temporary.unlink(missing_ok=True)
    return path.read_bytes()
