"""Addresses inside the site, and the header's list of pages.

Every address says its language, so that a shared link shows the same words to everybody; only an address
typed by hand is answered in the browser's language.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import has_request_context, request

NAV: tuple[tuple[str, str], ...] = (
    ("map", "/"),
    ("sources", "/sources"),
    ("about", "/about"),
)
"""Word of the catalogue under `nav.` → path, in the order of the header."""


def address(path: str, lang: str, /, **query: str) -> str:
    """Return a path with its query; empty values are left out, the language is always said."""
    pairs = [(key, value) for key, value in query.items() if value]
    return f"{path}?{urlencode([*pairs, ('lang', lang)], safe=',')}"


def reader_lang(languages: Sequence[str]) -> str:
    """Return the language of this request: the link's, else the browser's preference, else the first."""
    if not has_request_context():
        return languages[0]
    said = request.args.get("lang", "")
    if said in languages:
        return said
    return request.accept_languages.best_match(languages) or languages[0]
