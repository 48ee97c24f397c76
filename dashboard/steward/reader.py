"""The public site as a reader will see it, started beside the desk in a process of its own.

It gets the same home and none of the vault's address or key, and ends with the desk.
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

from dashboard.settings import ROOT, reader_environment
from dashboard.steward.refusals import DeskRefusal
from geodata.settings import DataSettings

_PATIENCE_S = 60.0


class ReaderSite:
    """At most one public site, for this computer only."""

    def __init__(self, settings: DataSettings) -> None:
        """Start nothing yet."""
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()
        self._shown: tuple[tuple[str, int], ...] = ()
        self.address = ""

    def _stamp(self) -> tuple[tuple[str, int], ...]:
        """Return what changes when a release is published or withdrawn; the site reads releases once, at start."""
        pointers = sorted(self._settings.releases.glob("*/CURRENT"))
        return tuple((str(path), path.stat().st_mtime_ns) for path in pointers)

    def start(self) -> str:
        """Start the site, or find it running; returns its address. Raises `DataProblem` when it does not start."""
        with self._turn:
            stamp = self._stamp()
            if self._process is not None and self._process.poll() is None and stamp == self._shown:
                return self.address
            self._end()
            self._shown = stamp
            port = _free_port()
            self._process = subprocess.Popen(
                [sys.executable, str(ROOT / "app.py"), "serve"],
                env=reader_environment(port, self._settings.home), stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            self.address = f"http://127.0.0.1:{port}"
            if not self._answers():
                self._end()
                raise DeskRefusal("no_reader")
            return self.address

    def stop(self) -> None:
        """End the site."""
        with self._turn:
            self._end()

    def _end(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._process, self.address = None, ""

    def _answers(self) -> bool:
        end = time.monotonic() + _PATIENCE_S
        while self._process is not None and self._process.poll() is None and time.monotonic() < end:
            with (
                contextlib.suppress(urllib.error.URLError, OSError),
                urllib.request.urlopen(f"{self.address}/healthz", timeout=5) as answer,  # noqa: S310 - our own site
            ):
                return bool(answer.status == 200)
            time.sleep(0.1)
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
