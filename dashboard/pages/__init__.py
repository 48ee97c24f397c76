"""Pages beside the map: each file (or folder) makes its routes with `blueprint(site)`."""

from __future__ import annotations

from types import ModuleType

from flask import Blueprint

from dashboard import api, lite
from dashboard.briefing import pages as briefing
from dashboard.pages import (
    about,
    corrections,
    corridors,
    country,
    county,
    embed,
    export,
    glossary,
    release_diff,
    response,
    snapshots,
)
from dashboard.pages.change import page as change
from dashboard.pages.compare import page as compare
from dashboard.pages.detection import page as detection
from dashboard.pages.sources import page as sources

PAGES = (
    about,
    briefing,
    change,
    compare,
    corrections,
    country,
    county,
    detection,
    embed,
    export,
    glossary,
    lite,
    release_diff,
    response,
    snapshots,
    sources,
)
"""Modules (or packages) with `blueprint(site: Site) -> Blueprint`."""


def blueprint(site: Site) -> Blueprint:
    """Return the routes of every page."""
    pages = Blueprint("pages", __name__)
    for page in PAGES:
        pages.register_blueprint(page.blueprint(site))
    for room in (corridors, api):
        pages.register_blueprint(_routes_of(room, site))
    return pages


def _routes_of(room: ModuleType, site: Site) -> Blueprint:
    """Return the routes of a room, also of one that still adds them to the server with `serve(server, site)`."""
    if hasattr(room, "blueprint"):
        routes: Blueprint = room.blueprint(site)
        return routes
    routes = Blueprint(room.__name__.replace(".", "_"), room.__name__)
    routes.record_once(lambda setup: room.serve(setup.app, site))
    return routes
