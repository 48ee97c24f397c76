"""One polite visit to one address: who answered, with what, where it led.

Says who it is, waits between two visits to one host, asks the host's robots.txt, reads so many bytes and no more, and
follows few redirects, each of them checked: an address that leads to a machine inside the house (loopback, private
network) is never visited, whatever name it goes by. Nothing is sent but the address.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import requests

from geodata.links.ledger import LinkState

AGENT = "Njia-link-check/1 (reads each cited page once; no crawling)"
MOST_BYTES = 20 << 20
MOST_REDIRECTS = 5
TIMEOUT_S = (10.0, 20.0)
"""Seconds to wait for a connection, and for the next bytes."""
MOST_SECONDS = 60.0
"""Seconds after which a page that trickles is given up."""
PAUSE_S = 2.0
"""Seconds between two visits to one host."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})
_REFUSED = frozenset({401, 402, 403, 405, 406, 429, 451})


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visit found. body: the bytes of the page, empty when there is none; media_type: as the host names it."""

    state: LinkState
    status: int | None = None
    body: bytes = field(default=b"", repr=False)
    media_type: str = ""
    final_url: str = ""


def is_public_host(host: str) -> bool:
    """Say whether every machine a name stands for lies outside this house; a name without a machine is not public."""
    try:
        addresses = {entry[4][0] for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        return False
    return bool(addresses) and all(ipaddress.ip_address(str(number).split("%")[0]).is_global for number in addresses)


@dataclass
class Visitor:
    """Visits addresses one after another.

    allowed: says whether a host may be visited; tests put a loopback server here. pause_s: seconds between two visits
    to one host. clock, sleep: replaced in tests.
    """

    allowed: Callable[[str], bool] = is_public_host
    pause_s: float = PAUSE_S
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _last: dict[str, float] = field(default_factory=dict)
    _robots: dict[str, RobotFileParser] = field(default_factory=dict)
    _session: requests.Session = field(default_factory=requests.Session)

    def visit(self, url: str) -> Visit:
        """Visit one address; never raises for what a host does."""
        here = url
        for _hop in range(MOST_REDIRECTS + 1):
            parts = urlsplit(here)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                return Visit(LinkState.NOT_A_PAGE)
            if not self.allowed(parts.hostname):
                return Visit(LinkState.UNREACHABLE if here == url else LinkState.REFUSED)
            if not self._welcome(here):
                return Visit(LinkState.REFUSED, final_url=here if here != url else "")
            try:
                answer = self._get(here)
            except requests.RequestException:
                return Visit(LinkState.UNREACHABLE)
            if answer.status in _REDIRECTS and answer.to:
                here = urljoin(here, answer.to)
                continue
            return _judge(url, here, answer)
        return Visit(LinkState.FAILING)

    def _get(self, url: str) -> _Answer:
        """Ask for one address without following anything; at most `MOST_BYTES`, at most `MOST_SECONDS`."""
        self._wait(urlsplit(url).netloc)
        headers = {"User-Agent": AGENT, "Accept": "*/*"}
        started = self.clock()
        with self._session.get(url, headers=headers, timeout=TIMEOUT_S, allow_redirects=False, stream=True) as got:
            self._session.cookies.clear()
            parts, size = [], 0
            for part in _parts(got):
                size += len(part)
                if size > MOST_BYTES or self.clock() - started > MOST_SECONDS:
                    break
                parts.append(part)
            kind = got.headers.get("Content-Type", "").split(";")[0].strip().lower()
            return _Answer(got.status_code, b"".join(parts), kind[:100], got.headers.get("Location", ""))

    def _wait(self, host: str) -> None:
        before = self._last.get(host)
        if before is not None and (left := self.pause_s - (self.clock() - before)) > 0:
            self.sleep(left)
        self._last[host] = self.clock()

    def _welcome(self, url: str) -> bool:
        """Say whether the host's robots.txt lets us in; a host without one does."""
        parts = urlsplit(url)
        root = f"{parts.scheme}://{parts.netloc}"
        if root not in self._robots:
            rules = RobotFileParser()
            try:
                answer = self._get(f"{root}/robots.txt")
                lines = answer.body.decode("utf-8", "replace").splitlines() if answer.status == 200 else []
            except requests.RequestException:
                lines = []
            rules.parse(lines)
            self._robots[root] = rules
        return self._robots[root].can_fetch(AGENT, url)


@dataclass(frozen=True, slots=True)
class _Answer:
    """One answer of a host. to: where it sends us, empty when nowhere."""

    status: int
    body: bytes = field(repr=False)
    kind: str
    to: str


def _parts(got: requests.Response) -> Iterator[bytes]:
    for part in got.iter_content(1 << 16):
        yield bytes(part)


def _judge(url: str, here: str, answer: _Answer) -> Visit:
    final = here if here != url else ""
    if answer.status in _GONE:
        return Visit(LinkState.GONE, answer.status, final_url=final)
    if answer.status in _REFUSED:
        return Visit(LinkState.REFUSED, answer.status, final_url=final)
    if answer.status != 200 or not answer.body:
        return Visit(LinkState.FAILING, answer.status, final_url=final)
    moved = _host(url) != _host(here)
    state = LinkState.MOVED if moved else LinkState.ALIVE
    return Visit(state, answer.status, answer.body, answer.kind, final)


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
