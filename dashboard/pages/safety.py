"""`/help`: whom to call, how to report, how to leave this page; every number with where and when it was read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint

from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.view.site import Site, common
from dashboard.view.state import defaults
from dashboard.web.links import reader_lang
from dashboard.web.templates import render
from geodata.query.helplines import Helpline, confirmed, diallable

REPORTS = ("now", "child", "violence", "tell", "names", "pictures", "charged")
"""The points on reporting: words under `help.reports.`, in their order."""


def blueprint(site: Site) -> Blueprint:
    """Return the route."""
    routes = Blueprint("help", __name__)

    @routes.route("/help")
    def page() -> str:
        return help_page(site, reader_lang(site.choices.languages))

    return routes


def help_page(site: Site, lang: str) -> str:
    """Return the page in one language."""
    tr = catalogue(lang)
    return render(
        "help.html",
        here="help",
        lines=[_line(line, tr) for line in confirmed(site.world)],
        reports=REPORTS,
        **common(site, replace(defaults(site.choices), lang=lang)),
    )


def _line(line: Helpline, tr: Catalogue) -> dict[str, Any]:
    """Return one number with its words; a number added to the evidence is shown in the evidence's own words."""
    own = {"name": line.name, "whom": line.for_whom, "hours": line.hours}
    keys = {part: f"{tr.slug('help.line', line.number)}.{part}" for part in own}
    return {
        **{part: tr.t(key) if tr.has(key) else own[part] for part, key in keys.items()},
        "numbers": diallable(line.number),
        "languages": line.languages,
        "publisher": line.publisher,
        "title": line.title,
        "url": line.url,
        "read": tr.t("help.undated") if line.read == "n.d." else line.read,
    }
