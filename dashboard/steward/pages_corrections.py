"""What readers say is wrong: approve or reject, each with a reason of the list, or take an approval back."""

from __future__ import annotations

from flask import Flask, redirect, request, url_for
from werkzeug.wrappers import Response

from dashboard.i18n.corrections import item_label, right_words
from dashboard.steward.desk import Desk as Sitting
from dashboard.steward.page import Page
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
from geodata.release.cli import today

SEE_OTHER = 303
DONE = ("approved", "rejected", "taken_back")


def serve(server: Flask, desk: Sitting, page: Page) -> None:
    """Add the page of corrections and its decisions."""
    home = folder_of(desk.settings)
    worlds: list[World] = []

    def world() -> World:
        """Open the public world once a sitting, for the names of things only."""
        if not worlds:
            worlds.append(open_world(desk.settings))
        return worlds[0]

    @server.get("/corrections")
    def corrections() -> str:
        decisions = CorrectionDesk(home)
        done = request.args.get("done", "")
        return page.show(
            "corrections.html", "corrections",
            waiting=[_line(world(), page, one) for one in decisions.queue.list()],
            accepted=[_line(world(), page, row) for row in reversed(approved(home))],
            rejected=len(decisions.rejected()), damaged=decisions.queue.damaged(),
            approve=APPROVE_BECAUSE, reject=REJECT_BECAUSE, done=done if done in DONE else "",
        )  # fmt: skip

    @server.post("/corrections/<name>/approve")
    def approve_correction(name: str) -> Response:
        CorrectionDesk(home).approve(name, because=request.form.get("because", ""), on=today())
        return redirect(url_for("corrections", done="approved"), code=SEE_OTHER)

    @server.post("/corrections/<name>/reject")
    def reject_correction(name: str) -> Response:
        CorrectionDesk(home).reject(name, because=request.form.get("because", ""), on=today())
        return redirect(url_for("corrections", done="rejected"), code=SEE_OTHER)

    @server.post("/corrections/<source_id>/take-back")
    def take_back_correction(source_id: str) -> Response:
        CorrectionDesk(home).take_back(source_id)
        return redirect(url_for("corrections", done="taken_back"), code=SEE_OTHER)


def _line(world: World, page: Page, one: Correction | Approved) -> dict[str, object]:
    """Return one correction in words; the source is text here, never a link: a stranger typed it."""
    named = {item.name: item for item in correctable(world, one.county)} if one.county in world.names else {}
    item = named.get(one.item)
    cat = page.cat
    name = one.source_id if isinstance(one, Approved) else one.name
    return {
        "name": name,
        "short": name if isinstance(one, Approved) else name[:12],
        "county": world.names.get(one.county, one.county),
        "item": item_label(cat, item) if item else one.item,
        "wrong": cat.t(f"corrections.wrong.{one.wrong}"),
        "right": right_words(world, cat, one),
        "source": one.source,
        "by": cat.t(f"corrections.reporter.{one.reporter}"),
        "received": one.received,
        "decided": one.decided if isinstance(one, Approved) else "",
        "because": cat.t(f"corrections.because.{one.because}") if isinstance(one, Approved) else "",
    }
