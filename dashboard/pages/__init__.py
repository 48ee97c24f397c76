"""Pages beside the map: each file (or folder) gives its routes as `blueprint(site)`; `server.app` registers them."""

from __future__ import annotations

from dashboard import api, lite
from dashboard.briefing import pages as briefing
from dashboard.lenses import routes as lenses
from dashboard.pages import (
    about,
    claims,
    corrections,
    county,
    discovery,
    embed,
    events,
    feeds,
    glossary,
    link_cards,
    national_figures,
    newest,
    picture,
    release_diff,
    release_diff_files,
    safety,
    snapshots,
)
from dashboard.pages.export import page as export
from dashboard.pages.sources import page as sources
from dashboard.workspace import routes as workspace

PAGES = (
    about,
    api,
    briefing,
    claims,
    corrections,
    national_figures,
    county,
    discovery,
    embed,
    events,
    export,
    feeds,
    glossary,
    lenses,
    lite,
    newest,
    link_cards,
    picture,
    release_diff,
    release_diff_files,
    safety,
    snapshots,
    sources,
    workspace,
)
"""Modules (or packages) with ``blueprint(site: Site) -> Blueprint``."""
