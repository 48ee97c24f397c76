"""`/embed`: any view of the map as a light frame for another site, with its words, legend, disclaimer and link inside.

Who may frame it is a setting (``NJIA_FRAME_ANCESTORS``; cards under `/lite` follow it too). No script, no
third party; the same link as the map's, so what is embedded can be opened in full.
"""

from __future__ import annotations

from flask import Blueprint, request
from markupsafe import Markup

from dashboard.lenses.picture import lens_picture
from dashboard.view.site import Site, common
from dashboard.view.state import from_query
from dashboard.view.svg import SvgMapSpec
from dashboard.view.template_tools import TemplateTools
from dashboard.web.links import reader_lang
from dashboard.web.templates import render
from layers.minimap import overlay_defs
from layers.patterns import pattern_defs

SIZE = (560, 560)
LARGER = 1.75
"""On 390 px the map is drawn at 358 of its 560 px: its smallest names (10 px) are 11 px there."""


def blueprint(site: Site) -> Blueprint:
    """Return the route."""
    routes = Blueprint("embed", __name__)

    @routes.route("/embed")
    def embed() -> str:
        query = request.query_string.decode("utf-8", "replace")
        return embed_page(site, query, reader_lang(site.choices.languages))

    return routes


def embed_page(site: Site, query: str, lang: str) -> str:
    """Return the frame of a view."""
    state, _ = from_query(query, site.choices, lang)
    picture = lens_picture(site, state, SvgMapSpec(SIZE, "e", light=True, larger=LARGER))
    tools = TemplateTools(site.world, site.choices, state).names()
    overlays = overlay_defs() if "url(#m-" in picture.legend else ""
    return render(
        "embed.html",
        **{**tools, **common(site, state)},
        title=picture.title,
        sentence=picture.sentence,
        svg=picture.svg,
        legend=picture.legend,
        defs=Markup(pattern_defs() + overlays),  # noqa: S704 - our own constant markup
        here=tools["link"](),
    )
