"""What readers say is wrong: approve or reject, each with a reason of the list, or take an approval back."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from dashboard.i18n.corrections import item_label, right_words
from dashboard.steward.desk import Desk as Sitting
from dashboard.steward.page import SEE_OTHER, DeskPage
from geodata.corrections import (
    APPROVE_BECAUSE,
    REJECT_BECAUSE,
    Approved,
    Correction,
    CorrectionDesk,
    approved,
    folder_of,
)
from geodata.query.corrections import correctable
from geodata.query.world import World, open_world
from geodata.release.publication import today

DONE = ("approved", "rejected", "taken_back")


def blueprint(desk: Sitting, page: DeskPage) -> Blueprint:
    """Return the routes of corrections and their decisions."""
    routes = Blueprint("corrections", __name__)
    home = folder_of(desk.settings)
    worlds: list[World] = []

    def world() -> World:
        """Open the public world once a sitting, for the names of things only."""
        if not worlds:
            worlds.append(open_world(desk.settings))
        return worlds[0]

    @routes.get("/corrections")
    def queue() -> str:
        decisions = CorrectionDesk(home)
        done = request.args.get("done", "")
        return page.show(
            "corrections.html", "corrections",
            waiting=[_in_words(world(), page, correction) for correction in decisions.queue.list()],
            accepted=[_in_words(world(), page, correction) for correction in reversed(approved(home))],
            rejected=len(decisions.rejected()), damaged=decisions.queue.damaged(),
            approve=APPROVE_BECAUSE, reject=REJECT_BECAUSE, done=done if done in DONE else "",
        )  # fmt: skip

    @routes.post("/corrections/<name>/approve")
    def approve(name: str) -> Response:
        CorrectionDesk(home).approve(name, because=request.form.get("because", ""), on=today())
        return redirect(url_for(".queue", done="approved"), code=SEE_OTHER)

    @routes.post("/corrections/<name>/reject")
    def reject(name: str) -> Response:
        CorrectionDesk(home).reject(name, because=request.form.get("because", ""), on=today())
        return redirect(url_for(".queue", done="rejected"), code=SEE_OTHER)

    @routes.post("/corrections/<source_id>/take-back")
    def take_back(source_id: str) -> Response:
        CorrectionDesk(home).take_back(source_id)
        return redirect(url_for(".queue", done="taken_back"), code=SEE_OTHER)

    return routes


def _in_words(world: World, page: DeskPage, correction: Correction | Approved) -> dict[str, object]:
    """Return one correction in words; the source is text here, never a link: a stranger typed it."""
    named = (
        {item.name: item for item in correctable(world, correction.county)} if correction.county in world.names else {}
    )
    item = named.get(correction.item)
    cat = page.cat
    name = correction.source_id if isinstance(correction, Approved) else correction.name
    return {
        "name": name,
        "short": name if isinstance(correction, Approved) else name[:12],
        "county": world.names.get(correction.county, correction.county),
        "item": item_label(cat, item) if item else correction.item,
        "wrong": cat.t(f"corrections.wrong.{correction.wrong}"),
        "right": right_words(world, cat, correction),
        "source": correction.source,
        "by": cat.t(f"corrections.reporter.{correction.reporter}"),
        "received": correction.received,
        "decided": correction.decided if isinstance(correction, Approved) else "",
        "because": cat.t(f"corrections.because.{correction.because}") if isinstance(correction, Approved) else "",
    }
