"""The open API: JSON with paging beside the CSV and GeoJSON of `dashboard.api.csv`, and its description in OpenAPI 3.1.

`rows` answers page by page · `describe` writes the description from the same tables that the code reads (legal
values from `Choices`, keys from `ViewState`) · `conditional` gives every answer an ETag and 304. What the API can
tell is what a release holds: it reads releases only, as every page does.

A CSV or GeoJSON download follows the page's rule (a value that is not understood falls back, and the header
``X-Njia-Not-Understood`` names it). JSON is for programs, so there such a value is refused with 400 and a sentence.
"""

from __future__ import annotations

from flask import Blueprint

from dashboard.api import conditional, csv, rows
from dashboard.api import openapi as describe
from dashboard.view.site import Site


def blueprint(site: Site) -> Blueprint:
    """Return the routes of the API, and what watches their answers."""
    routes = Blueprint("api", __name__)
    for room in (csv, rows, describe, conditional):
        routes.register_blueprint(room.blueprint(site))
    return routes
