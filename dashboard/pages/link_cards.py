"""`/oembed?url=…`: a link of this site as other sites show it (oEmbed 1.0, JSON): title, picture, and the frame.

The frame is offered where the operator lets other sites frame (``NJIA_FRAME_ANCESTORS``); else the answer is a link
with its picture, as it is for a briefing, which is opened in full. Only addresses of views, profiles, cards and
briefings are answered; nothing is ever fetched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from flask import Blueprint, Response, abort, current_app, jsonify, request

from dashboard.briefing.pages import story_of
from dashboard.briefing.steps import show
from dashboard.briefing.story import say
from dashboard.i18n.catalogue import catalogue
from dashboard.lenses import lens_of
from dashboard.pages.picture import HEIGHT, WIDTH
from dashboard.view.query_string import first_values
from dashboard.view.site import Site
from dashboard.view.state import MAX_QUERY, ViewState, defaults, from_query, to_query
from dashboard.web.links import address, site_root
from geodata.values import DataProblem

FRAME = (560, 760)
"""Width and height of the frame, in px, that its words and legend fit in."""
LEAST = 320
SECONDS = 3_600
NOBODY = "'self'"
_VIEW = re.compile(r"/|/embed|/county/(KE\d{3})")
_CARD = re.compile(r"/lite/(KE\d{3})")
_BRIEFING = "/briefing"


@dataclass(frozen=True)
class LinkCard:
    """What is told of a link.

    title: in the words of its page.
    state: the view on the picture.
    frame: path and query of what may be framed; "" for what is only opened in full, as a briefing is.
    """

    title: str
    state: ViewState
    frame: str


def blueprint(site: Site) -> Blueprint:
    """Return the route."""
    routes = Blueprint("link_cards", __name__)

    @routes.get("/oembed")
    def oembed() -> Response:
        if request.args.get("format", "json") != "json":
            abort(501)
        asked = card_of(site, request.args.get("url", ""))
        if asked is None:
            abort(404)
        return jsonify(answer(site, asked, (_at_most("maxwidth", FRAME[0]), _at_most("maxheight", FRAME[1]))))

    return routes


def card_of(site: Site, url: str) -> LinkCard | None:
    """Return what is told of an address of this site, None for any other."""
    path, _, query = url[:MAX_QUERY].removeprefix(site_root().rstrip("/")).partition("#")[0].partition("?")
    state, _ = from_query(query, site.choices, site.choices.languages[0])
    if not url:
        return None
    if page := _CARD.fullmatch(path):
        return _county_card(site, state.lang, page[1]) if page[1] in site.world.names else None
    if path == _BRIEFING:
        return _briefing(site, state.lang, first_values(query).get("story", ""))
    page = _VIEW.fullmatch(path or "/")
    county = (page[1] or "") if page else ""
    if page is None or (county and county not in site.world.names):
        return None
    state = replace(state, county=county, corridor="") if county else state
    return LinkCard(lens_of(state).view(site, state).sentence, state, f"embed?{to_query(state, site.choices)}")


def _county_card(site: Site, lang: str, pcode: str) -> LinkCard:
    state = replace(defaults(site.choices), lang=lang, county=pcode)
    title = catalogue(lang).t("lite.title", county=site.world.names[pcode])
    return LinkCard(title, state, address(f"lite/{pcode}", lang))


def _briefing(site: Site, lang: str, name: str) -> LinkCard | None:
    """Return the card of a story, or of the list of them; None for a story that is not there or not in order."""
    if not name:
        return LinkCard(catalogue(lang).t("briefing.title"), replace(defaults(site.choices), lang=lang), "")
    try:
        story = story_of(site, name)
    except DataProblem:
        return None
    return LinkCard(say(story.title, lang)[0], show(site, story, 1, lang).state, "")


def answer(site: Site, told: LinkCard, size: tuple[int, int]) -> dict[str, Any]:
    """Return the oEmbed answer of a link. size: of its frame, in px."""
    root = site_root()
    body = {
        "version": "1.0",
        "type": "link",
        "title": told.title,
        "provider_name": catalogue(told.state.lang).t("site.name"),
        "provider_url": root,
        "cache_age": SECONDS,
        "thumbnail_url": f"{root}picture.png?{to_query(told.state, site.choices)}",
        "thumbnail_width": WIDTH,
        "thumbnail_height": HEIGHT,
    }
    if not told.frame or current_app.config["NJIA_SETTINGS"].frame_ancestors == NOBODY:
        return body
    return body | {
        "type": "rich",
        "html": frame_html(f"{root}{told.frame}", size),
        "width": size[0],
        "height": size[1],
    }


def frame_html(address: str, size: tuple[int, int] = FRAME) -> str:
    """Return the words that embed a view in another page."""
    return f'<iframe src="{escape(address)}" width="{size[0]}" height="{size[1]}" title="Njia" loading="lazy"></iframe>'


def _at_most(name: str, usual: int) -> int:
    text = request.args.get(name, "")
    return max(min(int(text), usual), LEAST) if text.isascii() and text.isdigit() and len(text) < 6 else usual
