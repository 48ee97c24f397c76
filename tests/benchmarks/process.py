"""Servers in processes of their own, started the way a user starts them, on a free local port."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers: where, how long it took from process start to its first 200, its process id."""

    port: int
    ready_s: float
    pid: int

    @property
    def url(self) -> str:
        """Address without a final slash."""
        return f"http://127.0.0.1:{self.port}"

    def workers_mb(self) -> list[float]:
        """Return the resident megabytes (RSS, shared pages counted in full) of each worker process."""
        parent = psutil.Process(self.pid)
        workers = parent.children(recursive=True) or [parent]
        return [worker.memory_info().rss / 1e6 for worker in workers]

    def private_mb(self) -> list[float]:
        """Return each worker's proportional share (PSS): pages shared by forked workers are split between them."""
        parent = psutil.Process(self.pid)
        return [worker.memory_full_info().pss / 1e6 for worker in parent.children(recursive=True) or [parent]]


def free_port() -> int:
    """Return a local port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int, path: str) -> bool:
    """Tell whether a GET is answered with 200."""
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False


@contextmanager
def server(command: Sequence[str], health: str, env: dict[str, str] | None = None) -> Iterator[Running]:
    """Start a server (PORT in its environment), wait for the first 200 on `health`, stop it afterwards."""
    port = free_port()
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    surroundings = {**kept, "PORT": str(port), "HOST": "127.0.0.1", **(env or {})}
    start = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, cwd=ROOT, env=surroundings, stdout=subprocess.DEVNULL, stderr=said)
        try:
            while not answers(port, health):
                if process.poll() is not None or time.perf_counter() - start > PATIENCE:
                    why = _end(said) or "no answer in time"
                    raise RuntimeError(f"the server did not come up: {why}")  # noqa: TRY301
                time.sleep(0.02)
            yield Running(port, time.perf_counter() - start, process.pid)
        except Exception as error:
            if words := _end(said):
                error.add_note(f"the server said: {words}")
            raise
        finally:
            process.terminate()
            try:
                process.wait(8)
            except subprocess.TimeoutExpired:
                process.kill()


def _end(said: IO[bytes]) -> str:
    said.seek(0)
    return said.read().decode("utf-8", "replace")[-1500:]


def product() -> list[str]:
    """Return the command that serves Njia."""
    return [sys.executable, "app.py", "serve"]


def typical() -> list[str]:
    """Return the command that serves the typical app."""
    return [sys.executable, "-m", "tests.benchmarks.typical"]
