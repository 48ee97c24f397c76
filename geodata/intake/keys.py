"""The key that turns case numbers into marks nobody else can undo, and how it does so.

The key file (32 random bytes, owner-only) is made once in the home folder and never leaves it. The mark is
keyed BLAKE2b (RFC 7693) of 128 bits: as strong here as HMAC-SHA256 and twice as fast. Losing the key means
that re-imported cases are no longer recognised as the same.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa

from geodata.settings import DataSettings
from geodata.values import DataProblem

KEY_FILE = "case-ids.key"
KEY_BYTES = 32
MARK_DIGITS = 32


class CaseKey:
    """A key ready for use; `repr` does not show it."""

    def __init__(self, key: bytes) -> None:
        """Take the key's 32 bytes."""
        self._start = hashlib.blake2b(key=key, digest_size=MARK_DIGITS // 2)

    def mark(self, text: str) -> str:
        """Return the mark of one text, 32 hexadecimal digits."""
        return str(self.marks("", [text])[0])

    def marks(self, prefix: str, texts: Iterable[str]) -> pa.StringArray:
        """Return the marks of many texts, each prefixed with what keeps datasets apart."""
        start = self._start.copy()
        start.update(prefix.encode())
        fresh = start.copy
        digests: list[bytes] = []
        add = digests.append
        for text in texts:
            fresh_key = fresh()
            fresh_key.update(text.encode())
            add(fresh_key.digest())
        # One conversion for all of them: a text object per mark would take as long as the hashing itself.
        digits = pa.py_buffer(b"".join(digests).hex().encode())
        ends = np.arange(0, MARK_DIGITS * (len(digests) + 1), MARK_DIGITS, dtype=np.int32)
        return pa.StringArray.from_buffers(len(digests), pa.py_buffer(ends), digits)


def case_key(settings: DataSettings) -> CaseKey:
    """Return this machine's key, made on first use. Raises `DataProblem` when it is damaged."""
    path = settings.home / KEY_FILE
    try:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = path.read_bytes() if path.exists() else _make(path)
    except OSError as problem:
        raise DataProblem(
            f"The Njia folder {settings.home} cannot be used ({problem.strerror}); make room, make it writable, or "
            "name another in NJIA_HOME.",
        ) from problem
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
