"""Half requests hold nobody up: the running server, asked by real sockets."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from dashboard.server.worker import LONGEST, MOST_UNFINISHED, is_whole
from tests.conftest import free_port

ROOT = Path(__file__).resolve().parents[3]
HALF = b"GET /lite/KE011 HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
HALF_BODY = b"POST /corrections/send HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500\r\n\r\nkind=missing"


@pytest.mark.parametrize(
    ("begun", "whole"),
    [
        (b"", False),
        (HALF, False),
        (HALF + b"no\r\n\r\n", True),
        (HALF_BODY, False),
        (HALF_BODY + b"x" * 500, True),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", None),
        (b"GET / HTTP/1.1\r\nX: " + b"y" * LONGEST, None),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n" + b"z" * LONGEST, True),
    ],
)
def test_a_request_is_served_when_it_is_whole(begun: bytes, whole: bool | None) -> None:
    assert is_whole(begun) is whole


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """Yield the port of a server of one process with two threads, and the file of what it wrote."""
    port = free_port()
    written = tmp_path_factory.mktemp("log") / "written"
    settings = {"PORT": str(port), "NJIA_WORKERS": "1", "NJIA_THREADS": "2", "NJIA_HOME": str(written.parent)}
    with written.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=ROOT, env=os.environ | settings, stdout=out, stderr=out
        )
        try:
            until = time.monotonic() + 60
            while b"Njia is on" not in written.read_bytes() or not answers(port):
                assert time.monotonic() < until, written.read_text()
                time.sleep(0.1)
            yield port, written
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def answers(port: int, path: str = "/lite/KE011?lang=en") -> int:
    """Return the status of an address, 0 for no answer."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=15) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return 0


def test_hundreds_of_half_requests_leave_everybody_else_served(site: tuple[int, Path]) -> None:
    port, _ = site
    with ExitStack() as held:
        for number in range(MOST_UNFINISHED + 100):
            begun = held.enter_context(socket.create_connection(("127.0.0.1", port)))
            begun.sendall(HALF if number % 2 else HALF_BODY)
        assert [answers(port) for _ in range(5)] == [200] * 5


def test_a_slow_request_is_answered_once_it_is_whole(site: tuple[int, Path]) -> None:
    port, _ = site
    with socket.create_connection(("127.0.0.1", port)) as slow:
        slow.settimeout(30)
        slow.sendall(HALF)
        time.sleep(0.5)
        slow.sendall(b"yes\r\n")
        time.sleep(0.5)
        slow.sendall(b"\r\n")
        assert slow.recv(100).startswith(b"HTTP/1.1 200")


def test_what_readers_send_is_not_written_down(site: tuple[int, Path]) -> None:
    port, written = site
    secret = "NAME-OF-A-READER"  # noqa: S105 - a word to look for
    assert answers(port, f"/_dash-component-suites/dash/{secret}.js") == 404
    assert answers(port, f"/lite/{secret}?county={secret}") == 200, "it offers counties"
    for raw in (f"GET /{secret} HTTP/9.9\r\n\r\n", f"{secret}\r\n\r\n", f"GET / HTTP/1.1\r\n{secret}\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", port)) as sent:
            sent.settimeout(30)
            sent.sendall(raw.encode())
            sent.recv(200)
    text = written.read_text()
    assert secret not in text
    assert "Traceback" not in text
    assert text.count("127.0.0.1") == 1, "the line that says where the site is"
