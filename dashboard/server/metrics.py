"""`/metrics` for Prometheus, where the operator asks for it: how many answers of which kind, and how long they took.

No label says anything of a reader: not the path (it may hold a county), not the query, language or address. All
workers count into files of one private folder in memory, which goes when the site ends.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import time

from flask import Flask, Response, g, request

from dashboard.settings import share_counters
from dashboard.web.rate_limit import IN_MEMORY

KINDS = (("/api/", "api"), ("/ogc/", "api"), ("/_dash", "callback"), ("/a/", "file"), ("/geo/", "file"))
"""How an address begins → what kind of answer it is; everything else is a page."""
SECONDS = (0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 3.0)


def add(server: Flask) -> None:
    """Count every answer of the server, and answer `/metrics`; call it before the workers fork."""
    folder = tempfile.mkdtemp(prefix="njia-metrics-", dir=IN_MEMORY if IN_MEMORY.is_dir() else None)
    atexit.register(_remove, folder, os.getpid())
    share_counters(folder)
    # The folder must be named before the library is imported.
    from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest  # noqa: PLC0415
    from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415

    answers = Counter("njia_answers", "Answers by kind and class of status.", ("kind", "status"), registry=None)
    seconds = Histogram("njia_answer_seconds", "Time to an answer.", ("kind",), buckets=SECONDS, registry=None)

    @server.before_request
    def begin() -> None:
        g.njia_began = time.perf_counter()

    @server.after_request
    def count(response: Response) -> Response:
        kind = next((kind for begins, kind in KINDS if request.path.startswith(begins)), "page")
        answers.labels(kind, f"{response.status_code // 100}xx").inc()
        seconds.labels(kind).observe(time.perf_counter() - g.get("njia_began", time.perf_counter()))
        return response

    @server.get("/metrics")
    def metrics() -> Response:
        registry = CollectorRegistry()
        MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call] # the library has no types here
        answer = Response(generate_latest(registry), content_type="text/plain; version=0.0.4; charset=utf-8")
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _remove(folder: str, owner: int) -> None:
    """Remove the files at the end of the process that made the folder, not at the end of its workers."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)
