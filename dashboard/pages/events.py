"""`/event/EV-…`: an event's id leads to where the event is told; so do old ids, where nothing is betrayed.

An old id of a year in which an event with fewer than five children stands is answered like one that never was.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect

from dashboard.view.site import Site
from dashboard.web.links import address, reader_lang
from dashboard.workspace.panel import NATION
from geodata.query.event_ids import event_of
from geodata.values import NATIONAL, Nature

LONGEST = 20


def blueprint(site: Site) -> Blueprint:
    """Return the route."""
    routes = Blueprint("events", __name__)

    @routes.route("/event/<asked>")
    def event(asked: str) -> Response:
        there = place_of_event(site, asked[:LONGEST].upper(), reader_lang(site.choices.languages))
        if there is None:
            abort(404)
        return redirect(there, code=302)  # type: ignore[return-value] # werkzeug's own Response

    return routes


def place_of_event(site: Site, asked: str, lang: str) -> str | None:
    """Return the address of the place where an event is told, None for an id that leads nowhere.

    One that belongs to no county stands under the map, in the part for the country, which the link opens.
    """
    known = event_of(site.world, asked)
    if known is None:
        return None
    event_id, county = known
    if county == NATIONAL:
        return f"{address('/', lang, nature=Nature.TRAFFICKING.value, fold=NATION)}#{event_id}"
    return f"{address(f'/county/{county}', lang)}#{event_id}"
