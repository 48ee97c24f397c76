"""The open API: tables as CSV and JSON, maps as GeoJSON, and their description in OpenAPI 3.1.

`schemas` holds the models of every answer and query · `rows` makes the rows of a view · `csv`, `geojson` and `json`
are the routes · `openapi` generates the description from the models and from the legal values of a link ·
`conditional` gives every answer an ETag and 304. What the API can tell is what a release holds: it reads releases
only, as every page does.

A CSV or GeoJSON download follows the page's rule (a value that is not understood falls back, and the header
``X-Njia-Not-Understood`` names it). JSON is for programs, so there such a value is refused with 400 and a sentence,
and values that are at odds with each other with 409.
"""

from __future__ import annotations

from flask import Blueprint

from dashboard.api import conditional, csv, geojson, json, ogc, openapi, package
from dashboard.view.site import Site


def blueprint(site: Site) -> Blueprint:
    """Return the routes of the API, and what watches their answers."""
    routes = Blueprint("api", __name__)
    for room in (csv, geojson, json, ogc, openapi, package, conditional):
        routes.register_blueprint(room.blueprint(site))
    return routes
