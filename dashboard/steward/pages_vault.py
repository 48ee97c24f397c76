"""What has been stored: the batches, and taking one out again."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from dashboard.steward.desk import Desk
from dashboard.steward.page import SEE_OTHER, DeskPage
from geodata.intake.attached.card import cards


def blueprint(desk: Desk, page: DeskPage) -> Blueprint:
    """Return the routes of the vault."""
    routes = Blueprint("vault", __name__)

    @routes.get("/vault")
    def batches() -> str:
        gone = request.args.get("gone", type=int)
        newest_first = sorted(desk.vault.batches(), key=lambda batch: -batch.batch_id)
        was_measured = "measured" in request.args
        detached = request.args.get("detached", "")
        return page.show(
            "vault.html", "vault", batches=newest_first, gone=gone, was_measured=was_measured,
            archives=cards(desk.settings), detached=detached,
        )  # fmt: skip

    @routes.post("/undo/<int:batch>")
    def undo(batch: int) -> Response:
        measured = "yes" if desk.vault.undo(batch).measured else None
        return redirect(url_for(".batches", gone=batch, measured=measured), code=SEE_OTHER)

    return routes
