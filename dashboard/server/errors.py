"""What a reader is told when an address leads nowhere or asks what the data cannot say; of the API, as JSON."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Flask, Response

from dashboard.api.conditional import problem
from dashboard.view.site import Site, common
from dashboard.view.state import defaults
from dashboard.web.links import reader_lang
from dashboard.web.templates import render
from geodata.query.releases import NotAnswerable


def add_pages(server: Flask, site: Site) -> None:
    """Answer errors of the whole site in the reader's language."""

    def page(status: int, **words: str) -> tuple[str, int]:
        state = replace(defaults(site.choices), lang=reader_lang(site.choices.languages))
        return render("error.html", here="", **words, **common(site, state)), status

    def not_found(error: Exception) -> tuple[str, int] | Response:
        return problem(error) or page(404)

    def not_answerable(error: Exception) -> tuple[str, int] | Response:
        """Say what a protected release can be asked; the page offers only that, a link may ask more."""
        return problem(error) or page(400, sentence=str(error))

    def wrong_method(error: Exception) -> Any:
        return problem(error) or error

    server.register_error_handler(404, not_found)
    server.register_error_handler(405, wrong_method)
    server.register_error_handler(NotAnswerable, not_answerable)
