"""Pages beside the map, each one file that adds its routes with `serve(server, site)`."""

from __future__ import annotations

from flask import Flask

from dashboard import lite, openapi
from dashboard.briefing import pages as briefing
from dashboard.page import Site
from dashboard.pages import (
    about,
    change,
    changes,
    compare,
    corrections,
    corridors,
    country,
    county,
    detection,
    embed,
    export,
    glossary,
    response,
    snapshots,
    sources,
)

PAGES = (
    sources, about, lite, county, corrections, briefing, change, compare, detection, response,
    glossary, country, corridors, changes, embed, export, snapshots, openapi)  # fmt: skip
"""Modules (or packages) with `serve(server: Flask, site: Site) -> None`."""


def serve(server: Flask, site: Site) -> None:
    """Add the routes of every page."""
    for page in PAGES:
        page.serve(server, site)
