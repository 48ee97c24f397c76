"""`/about`: how the figures come about, in plain words, with figures taken from the data at hand.

Words live in the catalogue as `about.<section>.p1 …` (paragraphs) and `about.<section>.list.<name>`
(points), so that another language may have more or fewer. `[[source-id]]` in them becomes a link into
the ledger.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import dash
from flask import Blueprint
from markupsafe import Markup, escape

from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.settings import ASSETS
from dashboard.view.query_string import request_query
from dashboard.view.site import Site, common, edition_words
from dashboard.view.state import defaults
from dashboard.web.links import address, kept_view, reader_lang
from dashboard.web.templates import render
from geodata.query.method import form_table, mark_counts, record_facts, rule_changes, rule_results
from geodata.values import Empty, Role
from layers.legend import corridor_legend
from layers.patterns import pattern_defs
from layers.ribbons import FORWARD_WIDTHS, SOURCE_CLASSES
from layers.theme import LOOK_OF

SECTIONS = (
    "purpose",
    "counts",
    "crimes",
    "nature",
    "empties",
    "roles",
    "corridors",
    "withheld",
    "marks",
    "cautions",
    "scope",
    "series",
    "rates",
    "release",
    "boundaries",
    "caseload",
    "privacy",
    "licences",
)
EXPLAINED = {
    "counts": ("event", "detected", "reported", "evidence", "victim"),
    "crimes": ("trafficking", "smuggling", "exploitation", "means-of-control", "palermo", "nrm"),
    "nature": (
        "forced-labour",
        "domestic-servitude",
        "debt-bondage",
        "sexual-exploitation",
        "forced-marriage",
        "organ-removal",
        "slavery",
        "recruitment-abroad",
    ),
    "empties": ("no-report", "suppression"),
    "roles": ("role", "source-county", "transit-county", "destination-county", "statement", "grade"),
    "corridors": ("corridor", "leg", "stop", "border-crossing"),
    "withheld": ("withheld", "safe-house"),
    "series": ("tip-tier",),
    "rates": ("rate", "population", "confidence-interval"),
    "release": ("release",),
    "boundaries": ("boundary", "p-code", "cod-ab", "neighbour"),
    "caseload": ("caseload", "case", "differential-privacy", "estimate", "suppression"),
}
"""Section → terms of the glossary that it uses."""
_CITATION = re.compile(r"\[\[([a-z0-9-]+)\]\]")


def blueprint(site: Site) -> Blueprint:
    """Return the route."""
    routes = Blueprint("about", __name__)

    @routes.route("/about")
    def about() -> str:
        return about_page(site, reader_lang(site.choices.languages), urlencode(kept_view(request_query())))

    return routes


@lru_cache(maxsize=64)
def about_page(site: Site, lang: str, view: str = "") -> str:
    """Return the page in one language; it changes with the data only. view: what its header keeps, as a query."""
    tr = catalogue(lang)
    facts = _facts(site, tr)
    edition = site.world.edition
    yardstick = tr.slug("about.boundaries.yardsticks", edition.document.get("quality", {}).get("yardstick", ""))
    return render(
        "about.html",
        here="about",
        sections=SECTIONS,
        explained=EXPLAINED,
        words=_writer(site, tr, facts),
        many=lambda prefix: _keys(tr, prefix),
        forms=form_table(site.world),
        patterns=Markup(pattern_defs()),  # noqa: S704 - our own constant markup
        empties=[(kind.value, LOOK_OF[kind].fill) for kind in Empty],
        rules=rule_results(site.world),
        changes=sorted((site.world.names[pcode], pcode, mine) for pcode, mine in rule_changes(site.world).items()),
        role_names=[role.value for role in Role],
        lines=[item.as_dict() for item in corridor_legend(tr.labels)],
        widths=_widths(),
        marks=sorted(mark_counts(site.world).items(), key=lambda item: -item[1]),
        manifest=site.world.releases["public"].manifest,
        edition=edition,
        own=lambda part: edition_words(tr, edition, part),
        yardstick=tr.t(yardstick) if tr.has(yardstick) else edition.document.get("quality", {}).get("yardstick", ""),
        document=edition.document,
        quality=edition.document.get("quality", {}),
        lowest=site.world.names.get(edition.document.get("quality", {}).get("lowest", ""), ""),
        facts=facts,
        **common(site, replace(defaults(site.choices), lang=lang), ("/about", view)),
    )


def _keys(tr: Catalogue, prefix: str) -> list[str]:
    """Return the keys right below a prefix, in the order of the catalogue."""
    return [key for key in tr.words if key.startswith(f"{prefix}.") and "." not in key[len(prefix) + 1 :]]


def _writer(site: Site, tr: Catalogue, facts: dict[str, Any]) -> Callable[[str], Markup]:
    def words(key: str) -> Markup:
        text = str(escape(tr.t(key, **facts)))
        return Markup(_CITATION.sub(lambda match: _citation(site, tr, match[1]), text))  # noqa: S704 - escaped above

    return words


def _citation(site: Site, tr: Catalogue, source_id: str) -> str:
    """Return a link into the ledger, nothing for a source that other evidence files may not have."""
    row = site.world.source_rows.get(source_id)
    if row is None:
        return ""
    link = Markup('<a class="cite-link" href="{0}#{1}"><span lang="en">{2}</span>, {3}</a>').format(
        address("/sources", tr.lang, id=source_id),
        source_id,
        row.publisher,
        row.year or tr.t("sources.undated"),
    )
    return str(link)


def _widths() -> list[tuple[str, float]]:
    """Return (number of independent sources, width of the line in pixels) of the four classes."""
    lows = [1, *(top + 1 for top in SOURCE_CLASSES)]
    tops = [*SOURCE_CLASSES, 0]
    lines = [
        f"{low}" if low == top else f"{low}–{top}" if top else f"{low}+" for low, top in zip(lows, tops, strict=True)
    ]
    return list(zip(lines, FORWARD_WIDTHS, strict=True))


def _facts(site: Site, tr: Catalogue) -> dict[str, Any]:
    world = site.world
    packages = json.loads((ASSETS / "package.json").read_text(encoding="utf-8"))["dependencies"]
    facts = record_facts(world)
    return {
        **facts,
        "as_of": world.as_of,
        "cells": int(world.releases["public"].manifest.audit.get("cells", 0)),
        "years": tr.years(world.coverage.first, world.coverage.last),
        "ethiopians_of_ten": str(round(10 * facts["ethiopians"] / facts["events"])) if facts["events"] else "0",
        "dash_version": dash.__version__,
        "plotly_js_version": packages["plotly.js-geo-dist-min"],
        "font_version": packages["@fontsource-variable/source-sans-3"],
    }
