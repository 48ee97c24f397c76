"""County cards under load: 100 readers on keep-alive connections, as gunicorn serves them, on two processors.

Two questions are asked of the same server. *Reading*: each of 100 readers opens a card, reads, and opens
another (a pause of 1 to 3 s): what does a reader wait for? That is the promise, measured at the reader's end
of the connection, so it holds the server's time and more. *Flat out*: all 100 ask again the moment they are answered:
how many cards a second? Readers are plain sockets in one process of their own; loopback only, bounded in time.
"""

from __future__ import annotations

import multiprocessing
import random
import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.benchmarks import process
from tests.benchmarks.figures import Figure, percentile

READERS = 100
PAUSE_S = (1.0, 3.0)
BUDGET_MS = 30.0
PATHS = tuple(f"/lite/KE{n:03d}?lang={lang}" for n in range(1, 48) for lang in ("en", "sw"))


def question(path: str, coding: str = "br", tag: str = "") -> bytes:
    """Return one request as a telephone's browser sends it."""
    known = f"If-None-Match: {tag}\r\n" if tag else ""
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\nAccept-Language: sw-KE,sw;q=0.9\r\n"
        f"Accept-Encoding: gzip, deflate, {coding}\r\n{known}\r\n"
    ).encode()


@dataclass
class Reader:
    """One connection: when it asked, what it got so far, when it asks again."""

    stream: socket.socket | None
    dice: random.Random
    asked: float = 0.0
    got: bytes = b""
    due: float = 0.0

    def ask(self, now: float) -> None:
        """Open a card."""
        assert self.stream is not None
        self.asked, self.got = now, b""
        self.stream.sendall(question(self.dice.choice(PATHS)))

    def whole(self) -> bool:
        """Say whether the answer is all there."""
        head, found, body = self.got.partition(b"\r\n\r\n")
        if not found:
            return False
        if head.startswith(b"HTTP/1.1 304"):
            return True
        at = head.lower().find(b"content-length:")
        return len(body) >= int(head[at + 15 :].split(b"\r\n", 1)[0])


def _connect(port: int) -> socket.socket:
    stream = socket.create_connection(("127.0.0.1", port), timeout=20)
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return stream


def card_readers() -> list[Reader]:
    """Return readers of cards, each with dice of their own."""
    return [Reader(None, random.Random(20_261_122 + number)) for number in range(READERS)]


def _read(port: int, seconds: float, pause: tuple[float, float], readers: Sequence[Reader], out: Any) -> None:
    """Be all the readers, in one thread, until the time is up; put (milliseconds, errors, seconds)."""
    chooser = selectors.DefaultSelector()
    for reader in readers:
        reader.due = time.perf_counter() + reader.dice.uniform(0, pause[1])
    ms: list[float] = []
    errors = 0
    start = time.perf_counter()
    until = start + seconds
    waiting = set(range(len(readers)))
    while (now := time.perf_counter()) < until:
        for i in [i for i in waiting if readers[i].due <= now]:
            waiting.discard(i)
            if readers[i].stream is None:
                readers[i].stream = _connect(port)
                chooser.register(readers[i].stream, selectors.EVENT_READ, readers[i])
            readers[i].ask(time.perf_counter())
        soon = min((readers[i].due for i in waiting), default=until)
        for key, _ in chooser.select(max(0.0, min(soon, until) - time.perf_counter())):
            reader = key.data
            part = reader.stream.recv(262_144)
            reader.got += part
            if not part:  # idle for too long: browsers connect anew, and the reader waits for it
                chooser.unregister(reader.stream)
                reader.stream.close()
                reader.stream = None
                if reader.got or reader.asked > reader.due:
                    errors += 1
                    waiting.add(readers.index(reader))
            elif reader.whole():
                ms.append((time.perf_counter() - reader.asked) * 1000)
                errors += not reader.got.startswith((b"HTTP/1.1 200", b"HTTP/1.1 304"))
                reader.due = time.perf_counter() + (reader.dice.uniform(*pause) if pause[1] else 0)
                waiting.add(readers.index(reader))
    out.put((ms, errors, time.perf_counter() - start))


def readers(
    port: int, seconds: float, pause: tuple[float, float], people: Sequence[Reader]
) -> tuple[list[float], int, float]:
    """Let readers read for some seconds; return latencies in ms, errors, and the seconds it took."""
    context = multiprocessing.get_context("fork")
    out = context.Queue()
    child = context.Process(target=_read, args=(port, seconds, pause, people, out))
    child.start()
    found: tuple[list[float], int, float] = out.get(timeout=seconds + 60)
    child.join()
    return found


def warm(port: int, workers: int, paths: Sequence[str] = PATHS) -> list[float]:
    """Open cards until each worker has made them; return the ms of the first openings."""
    first = []
    for turn in range(4 * workers):
        stream = socket.create_connection(("127.0.0.1", port), timeout=30)
        for path in paths:
            start = time.perf_counter()
            one = Reader(stream, random.Random(turn))
            stream.sendall(question(path))
            while not one.whole():
                one.got += stream.recv(262_144)
            if turn == 0:
                first.append((time.perf_counter() - start) * 1000)
        stream.close()
    return first


def figures(quick: bool = False) -> list[Figure]:
    """Take the figures of the county cards from a server of their own."""
    with process.server(process.product(), "/healthz") as running:
        return _taken(running, quick)


def _taken(running: process.Running, quick: bool) -> list[Figure]:
    workers = len(running.workers_mb())
    warm(running.port, workers, ("/lite?lang=sw", "/sources?lang=sw", "/?lang=sw"))
    before = sum(running.private_mb())
    first = warm(running.port, workers)
    grown = sum(running.private_mb()) - before
    reading, wrong, _ = readers(running.port, 6 if quick else 20, PAUSE_S, card_readers())
    flat, wrong_flat, took = readers(running.port, 3 if quick else 8, (0.0, 0.0), card_readers())
    said = f"{READERS} keep-alive readers, {len(reading)} cards opened, at the reader's end"
    return [
        Figure("county card", "answered, p95", percentile(reading, 0.95), "ms", BUDGET_MS, note=said),
        Figure("county card", "answered, p50", percentile(reading, 0.5), "ms"),
        Figure("county card", "errors", wrong + wrong_flat, "", 0),
        Figure("county card", "flat out, cards per second", len(flat) / took, "/s", 1_000, least=True,
               note=f"{READERS} readers that never pause; p95 {percentile(flat, 0.95):.0f} ms"),
        Figure("county card", "made for the first reader, slowest", max(first), "ms", 600),
        Figure("county card", "memory of all cards, all workers", grown, "MB", 40),
    ]  # fmt: skip
