"""Many readers at once: keep-alive connections that change filters as fast as they are answered.

The requests are those a real browser sent for one filter change (recorded by `paint.recorded`), with
other filters put in. Plain sockets, so that measuring takes as little as possible of the two processors
the server also runs on. Loopback only, and bounded in time.
"""

from __future__ import annotations

import itertools
import json
import multiprocessing
import random
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.figures import percentile

HEAD = (
    "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: application/json\r\n"
    "Accept-Encoding: gzip, deflate, br\r\nContent-Length: {length}\r\n\r\n"
)


@dataclass(frozen=True, slots=True)
class Load:
    """What a run of load saw: changes answered, errors, seconds, latency of each change in milliseconds.

    each: answers that one change needs, one for each part of the page that depends on it.
    """

    changes: int
    errors: int
    seconds: float
    ms: list[float]
    each: int = 1

    @property
    def answers(self) -> float:
        """Answers per second."""
        return self.rate * self.each

    @property
    def rate(self) -> float:
        """Filter changes per second."""
        return self.changes / self.seconds

    @property
    def p95(self) -> float:
        """Nearest-rank 95th percentile of the latency."""
        return percentile(self.ms, 0.95)


def queries(values: dict[str, list[str]], years: tuple[int, int], seed: int) -> Iterator[str]:
    """Yield filters as readers choose them: one or two groups, one or two values, sometimes a period."""
    dice = random.Random(seed)
    while True:
        parts = []
        for name in dice.sample(sorted(values), dice.choice((1, 1, 2))):
            chosen = set(dice.sample(values[name], min(len(values[name]), dice.choice((1, 1, 2)))))
            parts.append(f"{name}={','.join(value for value in values[name] if value in chosen)}")
        if dice.random() < 0.4:
            first = dice.randint(years[0], years[1] - 1)
            parts += [f"from={first}", f"to={dice.randint(first + 1, years[1])}"]
        yield "&".join(parts)


def distinct(values: dict[str, list[str]], years: tuple[int, int], n: int, seed: int) -> list[str]:
    """Return n different filters."""
    seen = dict.fromkeys(itertools.islice(queries(values, years, seed), n * 6))
    return list(seen)[:n]


def messages(recorded: Sequence[dict[str, Any]], marker: str, query: str) -> list[bytes]:
    """Return the recorded requests of one filter change with another filter in place of the marker."""
    made = []
    for one in recorded:
        path = "/" + one["url"].split("/", 3)[3]
        body = one["post"].replace(marker, query).encode()
        json.loads(body)
        made.append(HEAD.format(path=path, length=len(body)).encode() + body)
    return made


def popular(pool: Sequence[str], n: int, seed: int) -> list[str]:
    """Return n filters drawn the way choices are: the k-th most wanted in proportion to 1/k."""
    weights = [1 / (k + 1) for k in range(len(pool))]
    return random.Random(seed).choices(pool, weights, k=n)


def exchange(stream: socket.socket, message: bytes) -> tuple[int, int]:
    """Send one request; return the status and the length of the answer."""
    stream.sendall(message)
    buffer = b""
    while b"\r\n\r\n" not in buffer:
        got = stream.recv(65536)
        if not got:
            raise ConnectionError("closed")
        buffer += got
    head, _, body = buffer.partition(b"\r\n\r\n")
    lower = head.lower()
    at = lower.find(b"content-length:")
    length = int(lower[at + 15 :].split(b"\r\n", 1)[0])
    left = length - len(body)
    while left > 0:
        left -= len(stream.recv(65536))
    return int(head[9:12]), length


def reader(port: int, changes: Sequence[Sequence[bytes]], until: float) -> tuple[int, int, list[float]]:
    """Change filters over one connection until the time is up or all changes are made."""
    done, errors, ms = 0, 0, []
    stream = socket.create_connection(("127.0.0.1", port), timeout=10)
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for change in changes:
        start = time.perf_counter()
        if start > until:
            break
        try:
            good = {exchange(stream, message)[0] for message in change} == {200}
        except (OSError, ValueError):
            good = False
            stream.close()
            stream = socket.create_connection(("127.0.0.1", port), timeout=10)
        errors += not good
        done += good
        ms.append((time.perf_counter() - start) * 1000)
    stream.close()
    return done, errors, ms


def _readers(port: int, share: Sequence[Sequence[Sequence[bytes]]], seconds: float, out: Any) -> None:
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - in the child only

    until = time.perf_counter() + seconds
    with ThreadPoolExecutor(len(share)) as pool:
        out.put(list(pool.map(lambda changes: reader(port, changes, until), share)))


def run(port: int, changes: Sequence[Sequence[bytes]], *, connections: int = 16, seconds: float = 8.0) -> Load:
    """Make the changes over so many connections at once, from one process of its own."""
    share = [changes[i::connections] for i in range(connections)]
    context = multiprocessing.get_context("fork")
    out = context.Queue()
    start = time.perf_counter()
    process = context.Process(target=_readers, args=(port, share, seconds, out))
    process.start()
    found = out.get(timeout=seconds + 30)
    took = time.perf_counter() - start
    process.join()
    ms = [value for _, _, times in found for value in times]
    return Load(sum(done for done, _, _ in found), sum(errors for _, errors, _ in found), took, ms, len(changes[0]))
