"""Addresses of the lenses: their files, the pages that they replace, and one part under the map by itself.

`/fold/<name>` is for a browser that opens a part without loading the page again.
"""

from __future__ import annotations

from flask import Blueprint, abort, request

from dashboard.lenses import lens_of, lenses
from dashboard.lenses.folds import fold_html
from dashboard.lenses.old_links import add_redirects
from dashboard.view.site import Site
from dashboard.view.state import from_query
from dashboard.web.links import reader_lang


def blueprint(site: Site) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("lenses", __name__)

    @routes.route("/fold/<name>")
    def fold(name: str) -> str:
        query = request.query_string.decode("utf-8", "replace")
        state, _ = from_query(query, site.choices, reader_lang(site.choices.languages))
        html = fold_html(lens_of(state).view(site, state), site, name)
        if html is None:
            abort(404)
        return html

    for lens in lenses().values():
        if lens.routes:
            routes.register_blueprint(lens.routes(site))
        add_redirects(routes, site, lens)
    return routes
