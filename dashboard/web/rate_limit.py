"""How often one address may send something: counted by `limits`, in one place that all workers of this process share.

None of the storages that come with `limits` (the engine of Flask-Limiter) is honest over several processes without a
server of its own: in memory, each worker counts for itself. So the counts stand in an SQLite file, made before the
workers fork, in memory where the system has such a folder, and removed at the end. An address is written only as a
keyed hash; the key is drawn at start and never leaves the processes. When the file is full, the counts that end first
are dropped.
"""

from __future__ import annotations

import atexit
import hashlib
import ipaddress
import math
import os
import secrets
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import request
from limits import RateLimitItemPerDay, RateLimitItemPerMinute
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

MOST_PAGES = 4_096
"""Pages of 4 kB the file may grow to."""
DROPPED = 4_096
"""Counts dropped at once from a full file."""
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a private folder is made in it


class SharedCounts(Storage):
    """Counters that end by themselves, in a file that forked processes share."""

    STORAGE_SCHEME = None

    def __init__(self, clock: Callable[[], float] = time.time, most_pages: int = MOST_PAGES) -> None:
        """Make an empty file; call it before the workers fork. Nothing is open between two questions."""
        super().__init__()
        self._clock, self._most_pages = clock, most_pages
        folder = tempfile.mkdtemp(prefix="njia-limit-", dir=IN_MEMORY if IN_MEMORY.is_dir() else None)
        self._path = Path(folder) / "counts"
        self._ask("CREATE TABLE counts (key TEXT PRIMARY KEY, count INTEGER, expires REAL) WITHOUT ROWID")
        self._ask("CREATE INDEX ending ON counts (expires)")
        atexit.register(_remove, folder, os.getpid())

    @property
    def base_exceptions(self) -> type[Exception]:
        """What may go wrong in the file."""
        return sqlite3.Error

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count `amount` more; return the count. expiry: seconds until a new counter ends."""
        now = self._clock()
        self._ask("DELETE FROM counts WHERE expires <= ?", now)
        count = (
            "INSERT INTO counts VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET count = count + excluded.count "
            "RETURNING count"
        )
        try:
            return int(self._ask(count, key, amount, now + expiry)[0])
        except sqlite3.OperationalError:
            ending = "SELECT key FROM counts ORDER BY expires LIMIT ?"
            self._ask(f"DELETE FROM counts WHERE key IN ({ending})", DROPPED)  # noqa: S608 - our own constant words
            return int(self._ask(count, key, amount, now + expiry)[0])

    def get(self, key: str) -> int:
        """Return a count, 0 for none."""
        row = self._ask("SELECT count FROM counts WHERE key = ? AND expires > ?", key, self._clock())
        return int(row[0]) if row else 0

    def get_expiry(self, key: str) -> float:
        """Return when a counter ends, in seconds of the epoch."""
        row = self._ask("SELECT expires FROM counts WHERE key = ?", key)
        return float(row[0]) if row else self._clock()

    def now(self) -> float:
        """Return the time, in seconds of the epoch."""
        return self._clock()

    def check(self) -> bool:
        """Say whether the file is there."""
        return self._path.is_file()

    def reset(self) -> None:
        """Forget every count."""
        self._ask("DELETE FROM counts")

    def clear(self, key: str) -> None:
        """Forget one count."""
        self._ask("DELETE FROM counts WHERE key = ?", key)

    def _ask(self, statement: str, *values: object) -> tuple[Any, ...]:
        with closing(sqlite3.connect(self._path, timeout=5.0, isolation_level=None)) as file:
            file.execute("PRAGMA synchronous = OFF")
            file.execute(f"PRAGMA max_page_count = {self._most_pages:d}")
            rows = file.execute(statement, values).fetchall()
        return rows[0] if rows else ()


def _remove(folder: str, owner: int) -> None:
    """Remove the file at the end of the process that made it, not at the end of its workers."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


class Senders:
    """Names for addresses that only the processes of one start understand: keyed hashes, written nowhere else."""

    def __init__(self) -> None:
        """Draw the key; call it before the workers fork."""
        self._key = secrets.token_bytes(32)

    def name(self, address: str) -> str:
        """Return 32 hexadecimal digits for one subscriber."""
        told = _subscriber(address).encode("utf-8", "replace")
        return hashlib.blake2b(told, digest_size=16, key=self._key).hexdigest()


class AddressLimit:
    """So many a minute and so many a day from one address; each window begins with its first request."""

    def __init__(self, a_minute: int, a_day: int, counts: SharedCounts | None = None) -> None:
        """Begin without counts; call it before the workers fork."""
        self._windows = (RateLimitItemPerMinute(a_minute), RateLimitItemPerDay(a_day))
        self._counts = counts or SharedCounts()
        self._limiter = FixedWindowRateLimiter(self._counts)
        self._senders = Senders()

    def take(self, address: str) -> int:
        """Count one more from an address; return 0 when it may, else the seconds until it may again."""
        name = self._senders.name(address)
        for window in self._windows:
            if not self._limiter.hit(window, name):
                ends = self._limiter.get_window_stats(window, name).reset_time
                return max(1, math.ceil(ends - self._counts.now()))
        return 0


def _subscriber(address: str) -> str:
    """Return what counts as one sender: an IPv4 address, or the /64 that one IPv6 subscriber has."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ip.ipv4_mapped or ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


def sender() -> str:
    """Return the address a request came from (behind trusted proxies: what they say, see `AppSettings.proxy_hops`)."""
    return request.remote_addr or ""


def is_same_origin() -> bool:
    """Say whether a page of this site sent the request; without cookies that is all there is to forge.

    A browser says so by Sec-Fetch-Site, older ones by Origin or Referer. A request that says nothing is refused.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin") or request.headers.get("Referer")
    try:
        return bool(origin) and urlsplit(origin).netloc == request.host
    except ValueError:  # half an IPv6 address, say
        return False
