"""Pages beside the map, each one file that gives its routes as `blueprint(site)`; `server.app` registers them."""

from __future__ import annotations

from dashboard import api as openapi
from dashboard import lite
from dashboard.briefing import pages as briefing
from dashboard.pages import about, corrections, corridors, country, county, embed, export, glossary, response, snapshots
from dashboard.pages import release_diff as changes
from dashboard.pages.change import page as change
from dashboard.pages.compare import page as compare
from dashboard.pages.detection import page as detection
from dashboard.pages.sources import page as sources

PAGES = (
    sources, about, lite, county, corrections, briefing, change, compare, detection, response,
    glossary, country, corridors, changes, embed, export, snapshots, openapi)  # fmt: skip
"""Modules (or packages) with ``blueprint(site: Site) -> Blueprint``, in the order of registration."""
