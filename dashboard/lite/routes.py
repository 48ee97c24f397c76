"""`/lite`: addresses of the light pages, their text messages, manifest and service worker.

A P-code is a card; a county's name in any spelling leads there. A bare number or an ISO code may mean
two counties, so the reader is asked. A name that is no county's is answered with the counties it may mean, never
with 404; only a code that nobody has is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import parse_qsl

from flask import Blueprint, Response, redirect, request

from dashboard.i18n.catalogue import catalogue
from dashboard.lite.page import SCOPE, card_page, choose_page, iso_codes, text_of, two_page, unknown_page
from dashboard.settings import ASSETS
from dashboard.view.site import Site
from dashboard.view.state import MAX_QUERY
from dashboard.web.base_path import outward
from dashboard.web.links import address, reader_lang
from dashboard.web.page_cache import MARK, REVALIDATE, Page, coding_of, is_unchanged, pack, tag_of
from dashboard.web.static import service_worker
from geodata.query.county_card import PUBLIC
from geodata.query.find import Standing, find_county, offers
from layers.theme import INK, PAPER

LONGEST = 80
CODE = re.compile(r"(?:KE-?)?\d+", re.IGNORECASE)
"""What is a code and not a name: an unknown one is an address that does not exist."""
NUMBER = re.compile(r"(?:KE-)?0{0,2}(\d{1,2})", re.IGNORECASE)
HTML, TEXT = "text/html; charset=utf-8", "text/plain; charset=utf-8"
MOST_PAGES = 400
"""Pages kept: 47 cards, 47 messages and the choice, in two languages, and a few of the release before."""
ICONS = ((192, "icon-192.png"), (512, "icon-512.png"))


def blueprint(site: Site) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("lite", __name__)

    def lang() -> str:
        return reader_lang(site.choices.languages)

    def finished(pcode: str, kind: str) -> Response:
        language, dataset = lang(), _asked("dataset")
        if pcode and kind == HTML and dataset in site.world.releases and dataset != PUBLIC:
            # Never kept on a telephone: a caseload is looked at where it is served.
            page = _packed(card_page(site, pcode, language, dataset), kind)
            return answer(page, language, keep=False)
        return answer(_finished_page(site, site.world.key, pcode, language, kind), language)

    @routes.route("/lite")
    @routes.route("/lite/")
    def lite() -> Response:
        if asked := _asked("county"):
            return asked_county(site, asked, lang())
        return finished("", HTML)

    @routes.route("/lite/<asked>")
    def lite_card(asked: str) -> Response:
        if asked in site.world.names:
            return finished(asked, HTML)
        return asked_county(site, asked, lang())

    @routes.route("/lite/<asked>.txt")
    def lite_text(asked: str) -> Response:
        if asked in site.world.names:
            return finished(asked, TEXT)
        return asked_county(site, asked, lang(), ending=".txt")

    _telephone_routes(routes, site, lang)
    return routes


@lru_cache(maxsize=MOST_PAGES)
def _finished_page(site: Site, version: str, pcode: str, language: str, kind: str) -> Page:
    """Return a page, made once for a version of the world; without a P-code, the choice of a county."""
    del version
    if kind == TEXT:
        return pack(text_of(site, pcode, language), kind)
    return _packed(card_page(site, pcode, language) if pcode else choose_page(site, language), kind)


def _packed(text: str, kind: str) -> Page:
    """Return a page with its compressed twins, its addresses as they are seen from outside."""
    return pack(outward(text, kind), kind)


def _telephone_routes(routes: Blueprint, site: Site, lang: Callable[[], str]) -> None:
    """Add what makes the pages an application on a telephone."""

    @routes.route("/lite/manifest.webmanifest")
    def manifest() -> Response:
        language = lang()
        tr = catalogue(language)
        body = {
            "name": f"{tr.t('site.name')}: {tr.t('lite.kind')}",
            "short_name": tr.t("site.name"),
            "description": tr.t("lite.choose.intro"),
            "lang": language,
            "start_url": address(SCOPE, language),
            "scope": SCOPE,
            "id": SCOPE,
            "display": "minimal-ui",
            "background_color": PAPER,
            "theme_color": INK,
            "icons": [
                *({"src": site.asset(name), "sizes": f"{px}x{px}", "type": "image/png"} for px, name in ICONS),
                {"src": site.asset("njia.svg"), "sizes": "any", "type": "image/svg+xml"},
            ],
        }
        return answer(_packed(json.dumps(body, ensure_ascii=False), "application/manifest+json"), language, keep=False)

    @routes.route("/lite/sw.js")
    def worker() -> Response:
        fixed = {
            "release": site.world.key,
            "root": "..",
            "pages": r"lite(/KE\d{3})?",
            "query": r"(\?lang=[a-z]{2})?",
            "choice": f"{SCOPE[1:]}?lang=LANG",
            "files": [site.asset("js/lite.js"), site.asset("js/leave.js"), site.asset("njia.svg")],
            "languages": list(site.choices.languages),
            "mark": MARK,
        }
        text = service_worker(ASSETS, "lite-worker", fixed)
        response = answer(pack(text, "text/javascript; charset=utf-8"), "", keep=False)
        response.headers["Service-Worker-Allowed"] = request.script_root + SCOPE
        return response


def answer(page: Page, lang: str, *, status: int = 200, keep: bool = True) -> Response:
    """Return a finished page in the coding the reader takes, or 304 when the reader has it."""
    coding = coding_of(request.headers.get("Accept-Encoding", ""))
    tag = tag_of(page.tag, coding)
    same = status == 200 and is_unchanged(request.headers.get("If-None-Match", ""), tag)
    response = Response(b"" if same else page.packed[coding], 304 if same else status, content_type=page.kind)
    if coding and not same:
        response.headers["Content-Encoding"] = coding
    if status == 200:
        response.headers["ETag"] = tag
    response.headers["Cache-Control"] = REVALIDATE
    response.headers["Vary"] = "Accept-Encoding"
    if lang:
        response.headers["Content-Language"] = lang
    if keep and status == 200:
        response.headers[MARK] = "1"
    return response


def asked_county(site: Site, asked: str, lang: str, path: str = SCOPE, ending: str = "") -> Response:
    """Answer an address that is not a P-code as written: lead to its county, ask which, or say that there is none."""
    names, asked = site.world.names, asked.strip()[:LONGEST]
    if (code := asked.upper()) in names:
        return _lead(f"{path}/{code}{ending}", lang)
    if number := NUMBER.fullmatch(asked):
        iebc = f"KE{int(number[1]):03d}"
        by_iso = {int(iso[3:]): pcode for pcode, iso in iso_codes(site).items()}
        mine, other = iebc if iebc in names else "", by_iso.get(int(number[1]), "")
        if mine and mine == other:
            return _lead(f"{path}/{mine}{ending}", lang)
        if mine or other:
            return answer(_packed(two_page(site, lang, path, asked, (mine, other)), HTML), lang, status=300)
        return answer(_packed(unknown_page(site, lang, path, asked), HTML), lang, status=404)
    match = find_county(site.world, asked)
    if match.standing is Standing.SURE and match.pcode:
        return _lead(f"{path}/{match.pcode}{ending}", lang)
    page = unknown_page(site, lang, path, asked, offers(site.world, asked))
    return answer(_packed(page, HTML), lang, status=404 if CODE.fullmatch(asked) else 200, keep=False)


def _asked(key: str) -> str:
    """Return what a key of the address says, "" for nothing; bytes that are no UTF-8 are replaced."""
    query = request.query_string.decode("utf-8", "replace")[:MAX_QUERY]
    return dict(parse_qsl(query, max_num_fields=None)).get(key, "").strip()


def _lead(there: str, lang: str) -> Response:
    return redirect(address(there, lang), code=302)  # type: ignore[return-value] # a Flask response in all but its hint
