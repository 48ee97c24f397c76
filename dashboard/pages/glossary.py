"""`/glossary`: every word of the field in both languages, with its meaning and the reason for its translation."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from urllib.parse import urlencode

from flask import Blueprint
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from dashboard.i18n.glossary import LANGUAGES, glossary
from dashboard.view.query_string import request_query
from dashboard.view.site import Site, common
from dashboard.view.state import defaults
from dashboard.web.links import address, kept_view, reader_lang
from dashboard.web.templates import ENVIRONMENT, render


def blueprint(site: Site) -> Blueprint:
    """Return the route; a glossary that cannot be read is refused here, at start."""
    routes = Blueprint("glossary", __name__)
    glossary()

    @routes.route("/glossary")
    def words() -> str:
        return glossary_page(site, reader_lang(site.choices.languages), urlencode(kept_view(request_query())))

    return routes


@lru_cache(maxsize=64)
def glossary_page(site: Site, lang: str, view: str = "") -> str:
    """Return the page in one language, sorted by its terms. view: what the header's links keep, as a query."""
    mine = lang if lang in LANGUAGES else LANGUAGES[0]
    entries = sorted(glossary().values(), key=lambda entry: entry.term[mine].lower())
    return render(
        "glossary.html",
        here="glossary",
        mine=mine,
        others=[other for other in LANGUAGES if other != mine],
        entries=[(entry, site.world.source_rows.get(entry.source)) for entry in entries],
        **common(site, replace(defaults(site.choices), lang=lang), ("/glossary", view)),
    )


@pass_context
def term(context: Context, key: str, place: str, words: str = "") -> Markup:
    """Return a word that explains itself on hover and on focus, and leads to the glossary.

    key: id in the glossary. place: a name that makes the explanation's id unique on its page. words: those
    shown, the glossary's own without them.
    """
    tr, entry = context["c"], glossary()[key]
    lang = tr.lang if tr.lang in LANGUAGES else LANGUAGES[0]
    return Markup(
        '<span class="term"><a href="{0}#{1}" aria-describedby="means-{2}-{1}">{3}</a>'
        '<span class="means" role="tooltip" id="means-{2}-{1}">{4}</span></span>'
    ).format(address("/glossary", tr.lang), key, place, words or entry.term[lang], entry.means[lang])


ENVIRONMENT.globals["term"] = term
