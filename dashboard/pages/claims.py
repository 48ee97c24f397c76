"""`/numbers-you-may-hear`: figures that circulate, who said them, what they are, why they are not used here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint

from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.view.site import Site, common
from dashboard.view.state import defaults
from dashboard.web.links import address, reader_lang
from dashboard.web.templates import render
from geodata.query.claims import Claim, circulating
from geodata.query.world import LedgerSource

PATH = "/numbers-you-may-hear"


def blueprint(site: Site) -> Blueprint:
    """Return the route."""
    routes = Blueprint("claims", __name__)

    @routes.route(PATH)
    def page() -> str:
        return claims_page(site, reader_lang(site.choices.languages))

    return routes


def claims_page(site: Site, lang: str) -> str:
    """Return the page in one language, the newest figure first."""
    tr = catalogue(lang)
    ledger = site.world.source_rows
    by_url = {row.url: row for row in ledger.values() if row.url} | dict(ledger)
    return render(
        "claims.html",
        here="numbers",
        claims=[_claim(claim, tr, by_url) for claim in circulating(site.world)],
        **common(site, replace(defaults(site.choices), lang=lang)),
    )


def _claim(claim: Claim, tr: Catalogue, by_url: Mapping[str, LedgerSource]) -> dict[str, Any]:
    """Return one figure in the reader's language, or in the evidence's own where it has no words yet."""
    key = tr.slug("claim_of", claim.claim)
    own = {"claim": claim.claim, "by": claim.said_by, "what": claim.what_it_is, "why": claim.why_careful}
    words = {part: tr.t(f"{key}.{part}") if tr.has(f"{key}.{part}") else text for part, text in own.items()}
    return {
        **words,
        "id": key.partition(".")[2],
        "lang": tr.lang if tr.has(f"{key}.claim") else "en",
        "year": claim.year,
        "sources": [_source(url, tr, by_url.get(url)) for url in claim.urls],
    }


def _source(url: str, tr: Catalogue, row: LedgerSource | None) -> dict[str, str]:
    """Return where a figure was read: its entry in the ledger, else the address itself."""
    if row is None:
        return {"href": url, "words": urlsplit(url).netloc.removeprefix("www."), "outside": "yes"}
    source_id = row.source_id
    return {
        "href": f"{address('/sources', tr.lang, id=source_id)}#{source_id}",
        "words": row.publisher or source_id,
        "outside": "",
    }
