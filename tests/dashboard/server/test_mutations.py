"""Thousands of damaged requests over every route of a running server: no fault, nothing slow, nothing written down."""

from __future__ import annotations

import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from dashboard.server.app import Njia

ROOT = Path(__file__).resolve().parents[3]
REQUESTS, SEED = 30_000, 20261128
"""How many requests, and of which draw; `NJIA_MUTATIONS` and `NJIA_MUTATIONS_SEED` say otherwise."""
SLOWEST = 3.0
MORE_LOG, MORE_MEMORY = 100_000, 120_000_000
MARK = "MUTATED-BY-A-READER"
PARTS = {
    "county": ("KE011", "KE047"), "lang": ("en", "sw"), "nature": ("smuggling", "trafficking"), "from": ("2010",),
    "to": ("2020",), "lens": ("ways", "looking", "responds", "changed", "compare", "roles"), "q": ("isolo",),
    "counties": ("KE011,KE001",), "measure": ("rate",), "corridor": ("C01",), "fold": ("1",), "limit": ("5",),
}  # fmt: skip
DAMAGE = ("%00", "%ff", "%0a", "..%2f", "'", '"', "<script>", "%F0%9F%98%80", "9" * 40, "-1", "", "[", "http://[", "%")
HEADERS = ("Referer", "Origin", "Accept-Language", "Accept-Encoding", "If-None-Match", "Host", "Cookie", "Range")


def addresses(app: Njia) -> list[tuple[str, str]]:
    """Return method and path of every route, with a value for each of its parts."""
    values = {"pcode": "KE011", "county": "KE011", "name": "counties", "path": "x", "digest": "0" * 12}
    listed = []
    for rule in app.server.url_map.iter_rules():
        path = rule.rule
        for argument in rule.arguments:
            for written in (f"<{argument}>", f"<path:{argument}>", f"<string:{argument}>", f"<int:{argument}>"):
                path = path.replace(written, values.get(argument, "1"))
        listed += [(method, path) for method in (rule.methods or set()) & {"GET", "POST", "HEAD"}]
    return sorted(set(listed))


def mutated(draw: random.Random, listed: list[tuple[str, str]]) -> tuple[str, str, dict[str, str], bytes]:
    """Return one damaged request: method, path with query, headers, body."""
    method, path = draw.choice(listed)
    if draw.random() < 0.3:
        cut = draw.randrange(1, len(path) + 1)
        path = path[:cut] + draw.choice(DAMAGE) + path[cut:]
    pairs = []
    for _ in range(draw.randrange(4)):
        key = draw.choice(tuple(PARTS))
        value = draw.choice(PARTS[key])
        pairs.append(f"{key}={value + draw.choice(DAMAGE) if draw.random() < 0.6 else value}")
    pairs.append(f"x={MARK}")
    headers = {draw.choice(HEADERS): draw.choice((*DAMAGE, MARK, "x" * 300)) for _ in range(draw.randrange(3))}
    headers = {name: value.encode("ascii", "replace").decode() for name, value in headers.items()}
    body = b""
    if method == "POST":
        whole = b'{"output": "a.b", "inputs": [{"id": "a", "property": "b", "value": "' + MARK.encode() + b'"}]}'
        body = whole[: draw.randrange(len(whole) + 1)]
        headers["Content-Type"] = draw.choice(("application/json", "application/x-www-form-urlencoded", "text/plain"))
    return method, f"{path.replace(' ', '%20')}?{'&'.join(pairs)}", headers, body


def send(port: int, request: tuple[str, str, dict[str, str], bytes]) -> tuple[int, float]:
    """Return status (0: the connection was closed) and seconds."""
    method, target, headers, body = request
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, target, body or None, headers)
        answer = connection.getresponse()
        answer.read()
    except (http.client.HTTPException, ConnectionError):
        return 0, time.monotonic() - began
    else:
        return answer.status, time.monotonic() - began
    finally:
        connection.close()


@pytest.mark.soak
def test_damaged_requests_do_no_harm(app: Njia, tmp_path: Path) -> None:
    count = int(os.environ.get("NJIA_MUTATIONS", REQUESTS))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    written = tmp_path / "written"
    environment = os.environ | {"PORT": str(port), "NJIA_HOME": str(tmp_path / "home")}
    seed = int(os.environ.get("NJIA_MUTATIONS_SEED", SEED))
    draw, listed = random.Random(seed), addresses(app)
    with (
        written.open("wb") as out,
        subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=out, stderr=out) as server,
    ):
        try:
            until = time.monotonic() + 60
            while b"Njia is on" not in written.read_bytes() and time.monotonic() < until:
                time.sleep(0.2)
            time.sleep(1)
            statuses: Counter[int] = Counter()
            failed, slow, memory = [], [], 0
            for number in range(count):
                request = mutated(draw, listed)
                status, seconds = send(port, request)
                statuses[status] += 1
                if status >= 500:
                    failed.append((status, *request[:3]))
                if seconds > SLOWEST:
                    slow.append((round(seconds, 1), *request[:2]))
                if number == count // 3:
                    memory = used(server.pid)
            grown = used(server.pid) - memory
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(20)
    told = f"memory +{grown / 1e6:.0f} MB, log {written.stat().st_size} B"
    print(dict(statuses), told)  # noqa: T201 - read by people
    assert failed == []
    assert slow == []
    assert grown < MORE_MEMORY
    assert written.stat().st_size < MORE_LOG
    assert MARK not in written.read_text(errors="replace")


def used(pid: int) -> int:
    """Return the memory of a process and its children, in bytes, what they share counted once."""
    whole, total = psutil.Process(pid), 0
    for process in (whole, *whole.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):  # the maker of an export has just ended
            total += process.memory_full_info().uss
    return total
