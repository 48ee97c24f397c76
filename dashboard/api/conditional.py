"""An ETag for every answer under /api/v1, and 304 where the caller holds it already; errors there are JSON."""

from __future__ import annotations

import json

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from dashboard.view.site import Site
from dashboard.view.state import from_query
from dashboard.web.links import reader_lang

ROOT = "/api/v1/"


def blueprint(site: Site) -> Blueprint:
    """Return what watches the answers of the API."""
    routes = Blueprint("conditional", __name__)

    @routes.after_app_request
    def tag(response: Response) -> Response:
        if not request.path.startswith(ROOT) or request.method not in ("GET", "HEAD") or response.is_streamed:
            return response
        if response.status_code == 200:
            query = request.query_string.decode("utf-8", "replace")
            notices = from_query(query, site.choices, reader_lang(site.choices.languages))[1]
            if notices:
                response.headers["X-Njia-Not-Understood"] = ",".join(sorted({one.key for one in notices}))
            response.add_etag(weak=True)
            response.make_conditional(request)
        return response

    return routes


def problem(error: Exception) -> Response | None:
    """Return an error of the API as JSON, None where the address is a page's."""
    if not request.path.startswith(ROOT):
        return None
    status = error.code or 500 if isinstance(error, HTTPException) else 400
    said = (error.description if isinstance(error, HTTPException) else str(error)) or "The request was not understood."
    answer = Response(json.dumps({"error": said}, ensure_ascii=False), status, mimetype="application/json")
    if isinstance(error, HTTPException) and (allowed := getattr(error, "valid_methods", None)):
        answer.headers["Allow"] = ", ".join(sorted(allowed))
    return answer
