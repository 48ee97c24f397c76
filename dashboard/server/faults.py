"""What is written down when something of ours breaks: where, never what a reader sent.

A traceback's last line and a log's path may carry a reader's words, so a fault is told by its kind and the places in
our own files it passed. The same fault is told once a minute, with how often it came.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

from dash.exceptions import DashException
from flask import Flask, request
from werkzeug.exceptions import BadRequest, HTTPException, NotFound

OURS = Path(__file__).resolve().parents[2]
PAUSE = 60.0
"""Seconds in which the same fault is told once."""
MOST_KINDS = 200
"""Kinds of faults remembered; beyond that all are forgotten, and told again."""
DASH = ("/_dash-component-suites/", "/_dash-update-component")


class FaultLog:
    """Tells faults to the error output, each kind once a minute; safe between threads."""

    def __init__(self, *, as_json: bool) -> None:
        """Begin with nothing told. as_json: one JSON object a line, for a collector."""
        self._as_json = as_json
        self._told: dict[str, tuple[float, int]] = {}
        self._lock = threading.Lock()

    def tell(self, error: BaseException, endpoint: str) -> None:
        """Write down one fault of a route."""
        kind, places = type(error).__qualname__, own_places(error.__traceback__)
        key, now = f"{kind} {endpoint} {places}", time.monotonic()
        with self._lock:
            last, more = self._told.get(key, (-PAUSE, 0))
            if now - last < PAUSE:
                self._told[key] = (last, more + 1)
                return
            if len(self._told) >= MOST_KINDS:
                self._told.clear()
            self._told[key] = (now, 0)
        entry: dict[str, str | int] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "fault": kind,
            "route": endpoint,
        }
        entry |= {"at": places, "before": more}
        line = json.dumps(entry) if self._as_json else " ".join(f"{name}={value}" for name, value in entry.items())
        print(line, file=sys.stderr, flush=True)  # noqa: T201 - the operator reads this


def own_places(trace: TracebackType | None) -> str:
    """Return where in our own files a fault passed, innermost last: ``dashboard/x.py:12 in name``, at most four."""
    frames = [frame for frame in traceback.extract_tb(trace) if _is_ours(frame.filename)]
    return ", ".join(
        f"{Path(frame.filename).relative_to(OURS).as_posix()}:{frame.lineno} in {frame.name}" for frame in frames[-4:]
    )


def _is_ours(path: str) -> bool:
    parts = Path(path).parts
    return Path(path).is_relative_to(OURS) and "site-packages" not in parts[len(OURS.parts) :]


def keep(server: Flask, *, as_json: bool) -> None:
    """Let the server write faults down in this way, and answer calls that Dash cannot read as what they are."""
    log = FaultLog(as_json=as_json)

    def log_exception(info: Any) -> None:
        log.tell(info[1], request.endpoint or "")

    server.log_exception = log_exception  # type: ignore[method-assign,assignment] # Flask's own way
    logging.getLogger("werkzeug").setLevel(logging.ERROR)

    @server.errorhandler(Exception)
    def misread(error: Exception) -> Any:
        """Dash raises errors of its own for names and bodies that no page of ours sends: that is the asker's fault."""
        if isinstance(error, HTTPException):
            return error
        if request.path.startswith(DASH) and (isinstance(error, DashException) or not _in_a_room(error)):
            return server.handle_http_exception(NotFound() if request.method in ("GET", "HEAD") else BadRequest())
        raise error


def _in_a_room(error: Exception) -> bool:
    """Say whether code of ours ran into the error, beside this file."""
    here = Path(__file__).name
    return any(
        _is_ours(frame.filename) and Path(frame.filename).name != here
        for frame in traceback.extract_tb(error.__traceback__)
    )
