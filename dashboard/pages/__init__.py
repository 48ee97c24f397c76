"""Pages beside the map, each one file that adds its routes with `serve(server, site)`."""

from __future__ import annotations

from flask import Flask

from dashboard import api as openapi
from dashboard import lite
from dashboard.briefing import pages as briefing
from dashboard.pages import about, corrections, corridors, country, county, embed, export, glossary, response, snapshots
from dashboard.pages import release_diff as changes
from dashboard.pages.change import page as change
from dashboard.pages.compare import page as compare
from dashboard.pages.detection import page as detection
from dashboard.pages.sources import page as sources
from dashboard.view.site import Site

PAGES = (
    sources, about, lite, county, corrections, briefing, change, compare, detection, response,
    glossary, country, corridors, changes, embed, export, snapshots, openapi)  # fmt: skip
"""Modules (or packages) with `serve(server: Flask, site: Site) -> None`."""


def serve(server: Flask, site: Site) -> None:
    """Add the routes of every page."""
    for page in PAGES:
        page.serve(server, site)
