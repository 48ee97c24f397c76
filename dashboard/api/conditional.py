"""An ETag for every answer under /api/v1, and 304 where the caller holds it already; errors there are JSON."""

from __future__ import annotations

import json

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from dashboard.api.rows import requested_view
from dashboard.view.site import Site

ROOT = "/api/v1/"
CHANGES = "/api/v1/changes."
"""Its ``from`` and ``to`` are releases, not years; what is not understood there is refused."""
OGC = "/ogc/"
"""The same data as OGC features (`ogc`); an address there that leads nowhere is told as JSON too."""


def blueprint(site: Site) -> Blueprint:
    """Watch the answers of the API. Runs before compression, so that one tag serves every coding."""
    routes = Blueprint("conditional", __name__)

    @routes.after_app_request
    def tag(response: Response) -> Response:
        if not request.path.startswith((ROOT, OGC)) or request.method not in ("GET", "HEAD") or response.is_streamed:
            return response
        if response.status_code == 200:
            is_view = request.path.startswith(ROOT) and not request.path.startswith(CHANGES)
            notices = requested_view(site)[1] if is_view else ()
            if notices:
                response.headers["X-Njia-Not-Understood"] = ",".join(sorted({notice.key for notice in notices}))
            response.add_etag(weak=True)
            response.make_conditional(request)
        return response

    return routes


def problem(error: Exception) -> Response | None:
    """Return an error of the API as JSON, None where the address is a page's."""
    if not request.path.startswith((ROOT, OGC)):
        return None
    status = error.code or 500 if isinstance(error, HTTPException) else 400
    words = (error.description if isinstance(error, HTTPException) else str(error)) or "The request was not understood."
    answer = Response(json.dumps({"error": words}, ensure_ascii=False), status, mimetype="application/json")
    if isinstance(error, HTTPException) and (allowed := getattr(error, "valid_methods", None)):
        answer.headers["Allow"] = ", ".join(sorted(allowed))
    return answer
