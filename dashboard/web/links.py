"""Addresses inside the site, and the header's list of pages.

Every address says its language, so that a shared link shows the same words to everybody and no cache mixes two; a
page's address typed by hand leads to the one in the browser's language. Files and data are English where none is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from flask import Flask, Response, current_app, g, has_app_context, has_request_context, redirect, request

NAV: tuple[tuple[str, str], ...] = (
    ("map", "/"),
    ("lite", "/lite"),
    ("briefing", "/briefing"),
    ("sources", "/sources"),
    ("about", "/about"),
)
"""Word of the catalogue under `nav.` → path, in the order of the header."""

FOOT: tuple[tuple[str, str], ...] = (
    ("help", "/help"),
    ("glossary", "/glossary"),
    ("country", "/country"),
    ("numbers", "/numbers-you-may-hear"),
    ("new", "/new"),
    ("changes", "/changes"),
    ("corrections", "/corrections"),
    ("api", "/api"),
)
"""Word of the catalogue under `more.` → path, in the order of the footer."""

KEPT: dict[str, re.Pattern[str]] = {
    "nature": re.compile("trafficking|smuggling|unclear"),
    "from": re.compile("[0-9]{4}"),
    "to": re.compile("[0-9]{4}"),
    "county": re.compile("KE0[0-4][0-9]"),
}
"""Keys of a view that the header's links take along, with how they are written: what was looked at stays in view."""

NAMES = {"en": "English", "sw": "Kiswahili"}
"""Language → its own name for itself."""

ANY_ADDRESS = "/<path:path>"
"""Dash's own route, which would answer every address with the map."""
DATA = ("/api/v1/", "/geo/", "/ogc", "/oembed", "/healthz", "/metrics", "/_dash")
"""How addresses of data begin."""

MAX_KEPT = 1_000
"""Characters of a query that another language keeps."""


def address(path: str, lang: str, /, **query: str) -> str:
    """Return a path with its query; empty values are left out, the language is always said."""
    pairs = [(key, value) for key, value in query.items() if value]
    return f"{path}?{urlencode([*pairs, ('lang', lang)], safe=',')}"


def kept_view(query: str) -> dict[str, str]:
    """Return what the header's links keep of a query string."""
    given = dict(parse_qsl(query[:MAX_KEPT].removeprefix("?")))
    return {key: given[key] for key, written in KEPT.items() if written.fullmatch(given.get(key, ""))}


def public_root() -> str:
    """Return the site's address as its operator says it, without a slash at the end; "" where nobody said.

    For pages that are kept for several readers: what one browser calls the site must not be told to another.
    """
    settings = current_app.config.get("NJIA_SETTINGS") if has_app_context() else None
    return str(getattr(settings, "public_url", "")).rstrip("/")


def oembed_address(page: str) -> str:
    """Return where programs ask how a page is shown elsewhere. page: its path and query."""
    return f"/oembed?{urlencode({'url': public_root() + page})}"


def site_root() -> str:
    """Return how the site is reached from outside, with a slash at the end: for links that leave it."""
    public: str = current_app.config["NJIA_SETTINGS"].public_url
    return f"{(public or request.url_root).rstrip('/')}/"


def reader_lang(languages: Sequence[str]) -> str:
    """Return the language of this request: the link's, of a page also the browser's preference, else the first."""
    if not has_request_context():
        return languages[0]
    named = request.args.get("lang", "").strip()
    if named in languages:
        return named
    return languages[0] if _is_file(request.path) else _preferred(languages)


def _is_file(path: str) -> bool:
    """Say whether an address is a file's or data's, which programs ask for."""
    return "." in path.rpartition("/")[2] or path.startswith(DATA)


def _preferred(languages: Sequence[str]) -> str:
    g.njia_asked_browser = True
    # Not `best_match`: of “sw-KE, en;q=0.5” it takes English, because only that is written alike.
    wanted = (tag.partition("-")[0].lower() for tag, quality in request.accept_languages if quality > 0)
    return next((lang for lang in wanted if lang in languages), languages[0])


def say_language(server: Flask, languages: Callable[[], Sequence[str]]) -> None:
    """Lead the address of a page that says no language to the one that does; a program without one gets English.

    Only that answer depends on what the browser prefers, and says so to caches.
    """

    @server.before_request
    def lead() -> Any:
        known = languages()
        asked = request.method in ("GET", "HEAD") and bool(request.accept_languages) and not _is_file(request.path)
        if not asked or request.endpoint in (None, ANY_ADDRESS) or request.args.get("lang", "").strip() in known:
            return None
        query = request.query_string.decode("utf-8", "replace")
        path = quote(request.path)  # it may hold a line break, which ends a header
        return redirect(in_language(path, query, _preferred(known)), code=302)

    @server.after_request
    def vary(response: Response) -> Response:
        if g.get("njia_asked_browser"):
            response.vary.add("Accept-Language")
        return response


def in_language(path: str, query: str, lang: str) -> str:
    """Return an address in another language, everything else of its query kept."""
    pairs = [(key, value) for key, value in parse_qsl(query[:MAX_KEPT].removeprefix("?")) if key != "lang"]
    return f"{path}?{urlencode([*pairs, ('lang', lang)], safe=',')}"


def languages_of(languages: Sequence[str], lang: str, view: tuple[str, str] | None = None) -> list[tuple[str, str]]:
    """Return (language, address of this page in it), for the header.

    view: path and query of the page, for pages whose view is not the request's own text.
    """
    if view is None:
        here = has_request_context()
        view = (request.path, request.query_string.decode("utf-8", "replace")) if here else ("/", "")
    return [(code, in_language(*view, code)) for code in dict.fromkeys((*languages, lang))]
