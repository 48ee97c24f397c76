"""`/picture.png?<view>`: the map of a view with its sentence, 1200 × 630, for messengers and pages that show a link.

The map is that of the exports, drawn by the view's lens. A picture is made once for a view and a
release; one at a time is drawn, and who comes while others wait is asked to come again.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from html import escape

from flask import Blueprint, Response, abort, request

from dashboard.export.poster import wrapped
from dashboard.export.text_fitting import clean
from dashboard.export.typeset import png
from dashboard.i18n.catalogue import catalogue
from dashboard.lenses.picture import lens_picture
from dashboard.view.site import Site
from dashboard.view.state import MAX_QUERY, ViewState, from_query, to_query
from dashboard.view.svg import SvgMapSpec
from dashboard.web.links import reader_lang
from layers.theme import FONT, INK, INK_SECOND, PAPER

WIDTH, HEIGHT = 1_200, 630
MAP_WIDTH = 660
MARGIN = 40
MOST_KEPT = 64
"""Pictures kept by each worker, about 150 kB each."""
MOST_WAITING = 2
DPI = 96
TOP = 110
SIZES = (34, 30, 26, 22, 18, 16)
"""Sizes of the sentence in px: the largest that fits is taken."""


class Pictures:
    """The pictures of one worker; safe between threads."""

    def __init__(self) -> None:
        """Begin without pictures."""
        self._kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._drawing = threading.Lock()
        self._waiting = threading.BoundedSemaphore(MOST_WAITING)

    def get(self, site: Site, state: ViewState) -> bytes | None:
        """Return the picture of a view; None where too many wait already."""
        key = (site.world.key, to_query(state, site.choices))
        if (made := self._kept.get(key)) is not None:
            return made
        if not self._waiting.acquire(blocking=False):
            return None
        try:
            with self._drawing:
                made = self._kept.get(key) or png(picture_svg(site, state), WIDTH, HEIGHT, DPI)
                self._kept[key] = made
                while len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
        finally:
            self._waiting.release()
        return made


def blueprint(site: Site) -> Blueprint:
    """Return the route."""
    routes, pictures = Blueprint("picture", __name__), Pictures()

    @routes.get("/picture.png")
    def picture() -> Response:
        query = request.query_string.decode("utf-8", "replace")[:MAX_QUERY]
        state, _ = from_query(query, site.choices, reader_lang(site.choices.languages))
        made = pictures.get(site, state)
        if made is None:
            abort(Response("", 503, {"Retry-After": "5"}))
        answer = Response(made, mimetype="image/png")
        answer.headers["Cache-Control"] = "public, max-age=3600"
        answer.set_etag(hashlib.sha256(made).hexdigest()[:20])
        answer.make_conditional(request)
        return answer

    return routes


def picture_svg(site: Site, state: ViewState) -> str:
    """Return the picture of a view as SVG: its sentence and legend on the left, its map on the right."""
    from dashboard.pages.picture_legend import legend_svg  # noqa: PLC0415 - lxml, and only a shared picture asks

    tr = catalogue(state.lang)
    picture = lens_picture(site, state, SvgMapSpec((MAP_WIDTH, HEIGHT), light=True), lines=False)
    drawn = str(picture.svg)
    drawn = drawn.replace("<svg ", f'<svg x="{WIDTH - MAP_WIDTH}" y="0" ', 1)
    legend, legend_height = legend_svg(str(picture.legend), MARGIN, _room())
    manifest = site.world.releases[state.dataset].manifest
    banner = tr.t("site.synthetic") if manifest.synthetic else ""
    foot = [banner, tr.t("foot.disclaimer"), tr.t("foot.as_of", date=site.world.as_of)]
    small = [line for text in foot if text for line in wrapped(clean(text), 13, _room())]
    top = HEIGHT - MARGIN - 17 * len(small)
    words = _lines(clean(picture.sentence), top - legend_height - 16)
    key = f'<g transform="translate(0 {top - legend_height - 6:.0f})">{legend}</g>'
    below = "".join(_text(line, top + 17 * (place + 1), 13, INK_SECOND) for place, line in enumerate(small))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="{escape(FONT)}"><rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>'
        f"{drawn}{_text(tr.t('site.name'), 66, 30, INK, weight=600)}{words}{key}{below}</svg>"
    )


def _room() -> float:
    return WIDTH - MAP_WIDTH - 2 * MARGIN


def _lines(sentence: str, bottom: float) -> str:
    """Return the sentence in the largest size that ends above the legend."""
    for size in SIZES:
        lines = wrapped(sentence, size, _room())
        if TOP + size * 1.3 * (len(lines) - 1) < bottom:
            break
    return "".join(_text(line, TOP + size * 1.3 * place, size, INK) for place, line in enumerate(lines))


def _text(words: str, y: float, size: float, colour: str, weight: int = 400) -> str:
    return (
        f'<text x="{MARGIN}" y="{y:.0f}" font-size="{size:g}" font-weight="{weight}" fill="{colour}">'
        f"{escape(words)}</text>"
    )
