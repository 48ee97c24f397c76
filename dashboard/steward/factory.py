"""`create_desk(desk)` → the desk's Flask application: its gate, its pages, its refusals."""

from __future__ import annotations

import logging
import sys

from flask import Blueprint, Flask, current_app, g, make_response, redirect, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from dashboard.i18n.catalogue import languages
from dashboard.jobs import place_of
from dashboard.server import security
from dashboard.settings import ASSETS
from dashboard.steward import (
    gate,
    pages_archives,
    pages_corrections,
    pages_dpia,
    pages_files,
    pages_internal,
    pages_releases,
    pages_report,
    pages_review,
    pages_variables,
    pages_vault,
)
from dashboard.steward import uploads as shelf
from dashboard.steward.desk import Desk
from dashboard.steward.evidence import pages as evidence_pages
from dashboard.steward.page import DeskPage, own_path
from dashboard.steward.refusals import DeskRefusal
from dashboard.web import static
from geodata.values import DataProblem

_CHUNK = 1 << 20
PAGES = (
    pages_files, pages_review, pages_report, pages_vault, pages_archives, pages_releases, pages_internal,
    pages_variables,    pages_corrections, pages_dpia, evidence_pages,
)  # fmt: skip
"""The rooms of the desk: each has a function ``blueprint(desk, page) -> Blueprint``."""


def create_desk(desk: Desk) -> Flask:
    """Build the application around a desk."""
    server = Flask("njia-steward", static_folder=None)
    server.request_class = shelf.request_class(desk.shelf)
    server.teardown_request(shelf.drop_drafts)
    server.config["MAX_CONTENT_LENGTH"] = shelf.MOST_BYTES + _CHUNK
    server.logger.disabled = True
    logging.getLogger("werkzeug").disabled = True
    gate.guard(server, desk.gate)
    files = static.Assets(ASSETS)
    server.register_blueprint(static.blueprint(files))
    page = DeskPage(desk, files)
    server.register_blueprint(_entrance(desk, page))
    for pages in PAGES:
        server.register_blueprint(pages.blueprint(desk, page))
    _refusals(server, page)
    security.harden(server, [], "'none'", elsewhere="'none'")
    return server


def _entrance(desk: Desk, page: DeskPage) -> Blueprint:
    routes = Blueprint("entrance", __name__)

    @routes.get("/enter")
    def enter() -> Response | tuple[str, int]:
        """Trade the token for a session; by a page, since a redirect from elsewhere would come without the cookie."""
        if request.method == "HEAD":
            return make_response("")  # a look at the address, by a program that prepares links, spends nothing
        if desk.gate.knows():
            return redirect(url_for("files.shelf"), code=303)
        if not desk.gate.spend(request.args.get("token", "")):
            g.refused = "token"
            return page.refusal("token"), 403
        answer = make_response(page.plain("enter.html"))
        desk.gate.admit(answer)
        return answer

    @routes.post("/close")
    def close() -> str:
        desk.closing.set()
        return page.plain("closed.html")

    @routes.post("/language")
    def language() -> Response:
        """Show the desk in another language from now on, and go back to where the person was."""
        wanted = request.form.get("lang", "")
        if wanted in languages():
            desk.lang = wanted
        return redirect(_readable(own_path(request.referrer)), code=303)

    @routes.get("/favicon.ico")
    def favicon() -> Response:
        return redirect(page.files.url("njia.svg"), code=302)

    return routes


def _readable(path: str) -> str:
    """Return the path of a page, the first page where the path only takes what a form sends."""
    try:
        current_app.url_map.bind("").match(path, "GET")
    except HTTPException:
        return "/"
    return path


def _refusals(server: Flask, page: DeskPage) -> None:
    @server.errorhandler(403)
    def forbidden(_error: Exception) -> tuple[str, int]:
        return page.refusal(gate.refused_why()), 403

    @server.errorhandler(404)
    @server.errorhandler(405)
    def missing(_error: Exception) -> tuple[str, int]:
        return page.refusal("missing"), 404

    @server.errorhandler(413)
    def too_large(_error: Exception) -> tuple[str, int]:
        return page.refusal("large"), 413

    @server.errorhandler(DataProblem)
    def refused(problem: DataProblem) -> tuple[str, int]:
        words = problem.sentence(page.cat.lang) if isinstance(problem, DeskRefusal) else str(problem)
        return page.say(words), 409

    @server.errorhandler(Exception)
    def fault(problem: Exception) -> HTTPException | tuple[str, int]:
        """Tell kind and place of a fault, never its text: that may quote a cell."""
        if isinstance(problem, HTTPException):
            return problem
        place = place_of(problem)
        sys.stderr.write(f"njia: a fault in the desk: {place}\n")  # the operator reads this
        sys.stderr.flush()
        return page.say(page.words("fault", place=place)), 500
