"""Serving: gunicorn with threads where it exists, Werkzeug's server elsewhere (Windows)."""

from __future__ import annotations

import gc
import logging
import sys
from dataclasses import replace
from typing import Any

from flask import Flask

from dashboard.server import partners
from dashboard.server.app import create_app
from dashboard.settings import ASSETS, AppSettings
from dashboard.settings import from_environment as app_settings
from dashboard.web.static import Assets
from geodata.query.world import open_world
from geodata.settings import from_environment as data_settings


def application() -> Flask:
    """Open the world and return the WSGI application; raises DataProblem when a file is not in order."""
    settings, served = data_settings(), app_settings()
    app = create_app(open_world(settings), served, lambda: open_world(settings))
    server: Flask = app.server
    if served.partner_header:
        theirs = replace(settings, partners=True)
        behind = create_app(open_world(theirs), served, lambda: open_world(theirs))
        partners.add(server, behind.server, served.partner_header)
        _warm(behind.server)
    _warm(server)
    return server


def _warm(server: Flask) -> None:
    """Ask for the first page once, before any reader and before the workers fork.

    Dash learns which scripts it may serve while it writes the first page, so each worker must have
    written one; words, templates and label places are then shared by all workers. What lives until the
    end is hidden from the garbage collector, which would otherwise unshare its memory page by page.
    """
    client = server.test_client()
    for path in ("/", "/_dash-layout", "/_dash-dependencies"):
        client.get(path, headers={"Accept-Encoding": "br"})
    gc.collect()
    gc.freeze()
    gc.enable()


def serve() -> int:
    """Serve until stopped; the world is opened before the workers fork, so they share its memory."""
    settings = app_settings()
    server = application()
    if warning := Assets(ASSETS).missing():
        print(warning, file=sys.stderr)  # noqa: T201 - the operator reads this
    home = f"http://{settings.host}:{settings.port}{settings.base_path}/"
    print(f"Njia is on {home}", file=sys.stderr, flush=True)  # noqa: T201
    try:
        _gunicorn(server, settings)
    except ImportError:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it would write readers' addresses and questions
        server.run(host=settings.host, port=settings.port, threaded=True)
    return 0


def _gunicorn(server: Flask, settings: AppSettings) -> None:
    from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # noqa: PLC0415 - not on Windows

    from dashboard.server.worker import NamelessLogger, WholeRequestWorker  # noqa: PLC0415

    class Served(BaseApplication):  # type: ignore[misc] # gunicorn has no types
        def load_config(self) -> None:
            options: dict[str, Any] = {
                "bind": f"{settings.host}:{settings.port}",
                "workers": settings.workers,
                "threads": settings.threads,
                "worker_class": WholeRequestWorker,
                "logger_class": NamelessLogger,
                "preload_app": True,
                "accesslog": None,
                "errorlog": "-",
                "loglevel": "warning",
                "limit_request_line": 8_190,  # a long query in many scripts is answered in words
                "worker_tmp_dir": "/dev/shm" if sys.platform == "linux" else None,  # noqa: S108 - gunicorn's heartbeat
                "graceful_timeout": 5,
                "keepalive": 15,  # a reader on a slow link pays a round trip for every new connection
            }
            for key, value in options.items():
                self.cfg.set(key, value)

        def load(self) -> Flask:
            return server

    Served().run()
