"""`/event/EV-…`: an event's id leads to where the event is told; so do old ids, where nothing is betrayed.

An old id of a year in which an event with fewer than five children stands is answered like one that never was.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect

from dashboard.view.site import Site
from dashboard.web.links import address, reader_lang
from geodata.query.event_ids import event_of
from geodata.values import NATIONAL

LONGEST = 20


def blueprint(site: Site) -> Blueprint:
    """Return the route."""
    routes = Blueprint("events", __name__)

    @routes.route("/event/<asked>")
    def event(asked: str) -> Response:
        known = event_of(site.world, asked[:LONGEST].upper())
        if known is None:
            abort(404)
        event_id, county = known
        path = "/" if county == NATIONAL else f"/county/{county}"
        there = f"{address(path, reader_lang(site.choices.languages))}#{event_id}"
        return redirect(there, code=302)  # type: ignore[return-value] # werkzeug's own Response

    return routes
