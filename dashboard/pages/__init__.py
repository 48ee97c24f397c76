"""Pages beside the map: each file (or folder) makes its routes with `blueprint(site)`."""

from __future__ import annotations

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
from dashboard.view.site import Site

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
ROUTES_TO_THE_SERVER = (corridors, api)
"""Modules that still add their routes to the server itself, with `serve(server, site)`."""


def blueprint(site: Site) -> Blueprint:
    """Return the routes of every page."""
    pages = Blueprint("pages", __name__)
    for page in PAGES:
        pages.register_blueprint(page.blueprint(site))
    for room in ROUTES_TO_THE_SERVER:
        if hasattr(room, "blueprint"):
            pages.register_blueprint(room.blueprint(site))
        else:
            pages.record_once(lambda setup, room=room: room.serve(setup.app, site))
    return pages
