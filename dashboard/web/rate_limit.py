"""How often one address may send something: counted in memory that all workers of this process share.

An address is held only as a keyed hash, with a key drawn at start and never written; counts live in an anonymous
memory map made before the workers fork, so two workers do not allow twice as much. Nothing of it reaches a file or a
log. When the table is full the slot used longest ago is taken.
"""

from __future__ import annotations

import fcntl
import hashlib
import ipaddress
import mmap
import os
import secrets
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from flask import request

_SLOT = struct.Struct("<QIHIH")
"""Hash of the address, minute and count in it, day and count in it."""
SLOTS = 8_192
NEAR = 16
"""Slots looked at for one address."""
MINUTE_S, DAY_S = 60, 86_400
_TOP = 0xFFFF


class Limit:
    """So many a minute and so many a day from one address; fixed minutes and days of the clock."""

    def __init__(self, a_minute: int, a_day: int, clock: Callable[[], float] = time.time) -> None:
        """Make an empty table; call it before the workers fork."""
        self.a_minute, self.a_day, self._clock = a_minute, a_day, clock
        self._table = mmap.mmap(-1, SLOTS * _SLOT.size)
        self._key = secrets.token_bytes(32)
        self._turn = threading.Lock()
        self._handle = os.memfd_create("njia-limit") if hasattr(os, "memfd_create") else None

    def take(self, address: str) -> int:
        """Count one more from an address; return 0 when it may, else the seconds until it may again."""
        now = int(self._clock())
        minute, day = now // MINUTE_S, now // DAY_S
        mark = self._mark(address)
        with self._alone():
            at = self._slot(mark)
            held, its_minute, in_minute, its_day, in_day = _SLOT.unpack_from(self._table, at)
            if held != mark:
                its_minute, its_day = 0, 0
            in_minute = in_minute if its_minute == minute else 0
            in_day = in_day if its_day == day else 0
            if in_day >= self.a_day:
                return DAY_S - now % DAY_S
            if in_minute >= self.a_minute:
                return MINUTE_S - now % MINUTE_S
            _SLOT.pack_into(self._table, at, mark, minute, min(in_minute + 1, _TOP), day, min(in_day + 1, _TOP))
        return 0

    def _mark(self, address: str) -> int:
        plain = _network(address).encode("utf-8", "replace")
        return int.from_bytes(hashlib.blake2b(plain, digest_size=8, key=self._key).digest(), "little") or 1

    def _slot(self, mark: int) -> int:
        """Return where this address is counted: its own slot, a free one near its place, or the one idle longest."""
        best, idle = 0, -1
        for step in range(NEAR):
            at = (mark + step) % SLOTS * _SLOT.size
            held, minute, _, _, _ = _SLOT.unpack_from(self._table, at)
            if held == mark:
                return at
            if idle < 0 or minute < idle:
                best, idle = at, minute
        return best

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other threads and other workers out; the kernel frees the place of a worker that dies."""
        with self._turn:
            if self._handle is not None:
                fcntl.lockf(self._handle, fcntl.LOCK_EX)
            try:
                yield
            finally:
                if self._handle is not None:
                    fcntl.lockf(self._handle, fcntl.LOCK_UN)


def _network(address: str) -> str:
    """Return what counts as one sender: an IPv4 address, or the /64 that one IPv6 subscriber has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)


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
    said = request.headers.get("Origin") or request.headers.get("Referer")
    return bool(said) and urlsplit(said).netloc == request.host
