"""Addresses of the pages that became lenses: every link to them still opens the same view.

Each lens translates its own (`Lens.old`): keys that the page and the map share go along as they are, a key that meant
something else is renamed, and what the page took for granted is said, because the map takes other things for granted.
With ``as=link`` the link is told instead of followed: the map's own forms go that way and load no page.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, jsonify, redirect, request
from werkzeug.wrappers import Response

from dashboard.lenses.base import Lens, OldLink, only
from dashboard.view.query_string import request_query
from dashboard.view.site import Site
from dashboard.view.state import MAX_QUERY

ALWAYS = ("lang", "bare")
SEVERAL = ("form", "nationality", "confidence", "outcome", "suspects", "counties", "add")
"""Keys that a form sends once for every box."""
MOVED = 301


def add_redirects(routes: Blueprint, site: Site, lens: Lens) -> None:
    """Add the addresses that a lens took over to the routes."""
    for path, translate in lens.old.items():
        routes.add_url_rule(path, f"old_{path.strip('/')}", _redirect(site, translate))


def _redirect(site: Site, translate: OldLink) -> Callable[[], Response]:
    def moved() -> Response:
        query = urlencode(translated(request_query(), site, translate), safe=",:")
        return jsonify(search=f"?{query}") if request.args.get("as") == "link" else redirect(f"/?{query}", MOVED)

    return moved


def translated(query: str, site: Site, translate: OldLink) -> dict[str, str]:
    """Return the keys of the map for the query string of an old page."""
    given: dict[str, str] = {}
    for key, value in parse_qsl(query[:MAX_QUERY].removeprefix("?"), max_num_fields=None):
        if key in SEVERAL and given.get(key):
            given[key] += f",{value.strip()}"
        else:
            given.setdefault(key, value.strip())
    pairs = {**translate(given, site), **only(given, ALWAYS)}
    return {key: value for key, value in pairs.items() if value}
