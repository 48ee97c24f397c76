"""What has been stored: the batches, and taking one out again."""

from __future__ import annotations

from flask import Flask, redirect, request, url_for
from werkzeug.wrappers import Response

from dashboard.steward.desk import Desk
from dashboard.steward.page import Page


def serve(server: Flask, desk: Desk, page: Page) -> None:
    """Add the pages of the vault."""

    @server.get("/vault")
    def vault() -> str:
        gone = request.args.get("gone", type=int)
        batches = sorted(desk.vault.batches(), key=lambda line: -line.batch_id)
        return page.show("vault.html", "vault", batches=batches, gone=gone)

    @server.post("/undo/<int:batch>")
    def undo(batch: int) -> Response:
        desk.vault.undo(batch)
        return redirect(url_for("vault", gone=batch), code=303)
