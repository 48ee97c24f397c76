"""Addresses of the pages that became lenses: every link to them still opens the same view.

Keys that the page and the map share go along as they are; a key that meant something else there is translated, and
what the page took for granted is said, because the map takes other things for granted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from dashboard.view.query_string import request_query
from dashboard.view.site import Site
from dashboard.view.state import MAX_QUERY

Pairs = Mapping[str, str]
ALWAYS = ("lang", "bare")
SEVERAL = ("form", "nationality", "confidence", "counties", "add")
"""Keys that a form sends once for every box."""
MOVED = 301


def redirects(routes: Blueprint, site: Site) -> None:
    """Add the old addresses to the routes."""
    del site
    for path, translate in PAGES.items():
        routes.add_url_rule(path, path.strip("/"), _redirect(translate))


def _redirect(translate: Callable[[Pairs], dict[str, str]]) -> Callable[[], Response]:
    def moved() -> Response:
        return redirect(f"/?{urlencode(translated(request_query(), translate), safe=',:')}", MOVED)

    return moved


def translated(query: str, translate: Callable[[Pairs], dict[str, str]]) -> dict[str, str]:
    """Return the keys of the map for the query string of an old page."""
    given: dict[str, str] = {}
    for key, value in parse_qsl(query[:MAX_QUERY].removeprefix("?"), max_num_fields=None):
        if key in SEVERAL and given.get(key):
            given[key] += f",{value.strip()}"
        else:
            given.setdefault(key, value.strip())
    pairs = {**translate(given), **_only(given, ALWAYS)}
    return {key: value for key, value in pairs.items() if value}


def _only(given: Pairs, keys: Iterable[str]) -> dict[str, str]:
    return {key: given[key] for key in keys if given.get(key)}


def looking(given: Pairs) -> dict[str, str]:
    """Translate `/detection`: its clusters and its two windows are parts under the map now."""
    folds = [
        key
        for key, there in (
            ("between", bool(given.get("before") and given.get("after"))),
            ("clusters", given.get("clusters") == "1"),
        )
        if there
    ]
    kept = _only(given, ("nature", "measure", "from", "to", "region", "sort", "before", "after"))
    return {"lens": "looking", "nature": "trafficking", "measure": "", **kept, "fold": ",".join(folds)}


def responds(given: Pairs) -> dict[str, str]:
    """Translate `/response`, which had one choice."""
    return {"lens": "responds", **_only(given, ("by",))}


PAGES: dict[str, Callable[[Pairs], dict[str, str]]] = {
    "/detection": looking,
    "/response": responds,
}
"""Old address → what its keys are called on the map."""
