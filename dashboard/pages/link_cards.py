"""`/oembed?url=…`: a link of this site as other sites show it (oEmbed 1.0, JSON): title, picture, and the frame.

The frame is offered where the operator lets other sites frame (``NJIA_FRAME_ANCESTORS``); else the answer is a link
with its picture. Only addresses of views, profiles and cards are answered; nothing is ever fetched.
"""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from typing import Any

from flask import Blueprint, Response, abort, current_app, jsonify, request

from dashboard.i18n.catalogue import catalogue
from dashboard.lenses import lens_of
from dashboard.pages.picture import HEIGHT, WIDTH
from dashboard.view.site import Site
from dashboard.view.state import MAX_QUERY, ViewState, from_query, to_query
from dashboard.web.links import site_root

FRAME = (560, 760)
"""Width and height of the frame, in px, that its words and legend fit in."""
LEAST = 320
SECONDS = 3_600
NOBODY = "'self'"
_PAGES = re.compile(r"/|/embed|/(?:county|lite)/(KE\d{3})")


def blueprint(site: Site) -> Blueprint:
    """Return the route."""
    routes = Blueprint("link_cards", __name__)

    @routes.get("/oembed")
    def oembed() -> Response:
        if request.args.get("format", "json") != "json":
            abort(501)
        state = asked_view(site, request.args.get("url", ""))
        if state is None:
            abort(404)
        return jsonify(card(site, state, (_at_most("maxwidth", FRAME[0]), _at_most("maxheight", FRAME[1]))))

    return routes


def asked_view(site: Site, url: str) -> ViewState | None:
    """Return the view of an address of this site, None for any other."""
    path, _, query = url[:MAX_QUERY].removeprefix(site_root().rstrip("/")).partition("#")[0].partition("?")
    page = _PAGES.fullmatch(path or "/") if url else None
    if page is None:
        return None
    state, _ = from_query(query, site.choices, site.choices.languages[0])
    county = page[1] or ""
    if county and county not in site.world.names:
        return None
    return replace(state, county=county, corridor="") if county else state


def card(site: Site, state: ViewState, size: tuple[int, int]) -> dict[str, Any]:
    """Return the oEmbed answer of a view. size: of its frame, in px."""
    tr, root = catalogue(state.lang), site_root()
    query = to_query(state, site.choices)
    sentence = lens_of(state).view(site, state).sentence
    told = {
        "version": "1.0",
        "type": "link",
        "title": sentence,
        "provider_name": tr.t("site.name"),
        "provider_url": root,
        "cache_age": SECONDS,
        "thumbnail_url": f"{root}picture.png?{query}",
        "thumbnail_width": WIDTH,
        "thumbnail_height": HEIGHT,
    }
    if current_app.config["NJIA_SETTINGS"].frame_ancestors == NOBODY:
        return told
    return told | {
        "type": "rich",
        "html": frame_html(f"{root}embed?{query}", size),
        "width": size[0],
        "height": size[1],
    }


def frame_html(address: str, size: tuple[int, int] = FRAME) -> str:
    """Return the words that embed a view in another page."""
    return f'<iframe src="{escape(address)}" width="{size[0]}" height="{size[1]}" title="Njia" loading="lazy"></iframe>'


def _at_most(name: str, usual: int) -> int:
    text = request.args.get(name, "")
    return max(min(int(text), usual), LEAST) if text.isascii() and text.isdigit() and len(text) < 6 else usual
