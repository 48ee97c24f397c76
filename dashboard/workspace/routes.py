"""What the map page fetches beside Dash: how the workspace starts, the tour, long parts of the panel when opened."""

from __future__ import annotations

import json

from flask import Blueprint, Response, abort, request

from dashboard.i18n.catalogue import catalogue
from dashboard.view.query_string import request_query
from dashboard.view.site import Site
from dashboard.view.state import from_query
from dashboard.view.year_marks import all_marks
from dashboard.web.caching import REVALIDATE
from dashboard.web.templates import render
from dashboard.workspace.page import tour, workspace_parts
from dashboard.workspace.panel import PARTS, panel_part


def blueprint(site: Site) -> Blueprint:
    """Return the routes; each is read for the view, or the language and dataset, of its query string."""
    routes = Blueprint("workspace", __name__, url_prefix="/workspace")

    @routes.route("/start")
    def start() -> Response:
        # In the order of the tables, which the browser follows: Flask's own JSON would sort the keys.
        told = json.dumps(workspace_parts(site, from_query(request_query(), site.choices)[0]), ensure_ascii=False)
        answer = Response(told, mimetype="application/json")
        answer.headers["Cache-Control"] = REVALIDATE
        answer.add_etag()
        answer.make_conditional(request)
        return answer

    @routes.route("/tour")
    def first_visit() -> str:
        tr = catalogue(from_query(request_query(), site.choices)[0].lang)
        return render("parts/tour.html", c=tr, steps=json.dumps(tour(tr), ensure_ascii=False), asset=site.asset)

    @routes.route("/marks")
    def marks() -> str:
        tr = catalogue(from_query(request_query(), site.choices)[0].lang)
        return render("parts/year_marks.html", c=tr, marks=all_marks(site.world, tr))

    @routes.route("/panel/<part>")
    def panel(part: str) -> str:
        state, _ = from_query(request_query(), site.choices)
        if part not in PARTS or not state.county:
            abort(404)
        return panel_part(site.world, site.choices, state, part)

    return routes
