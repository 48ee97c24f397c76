"""Exact figures for those who hold the cases anyway: shown here, on loopback, and nowhere else."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from dashboard.steward.desk import Desk
from dashboard.steward.page import SEE_OTHER, DeskPage
from geodata.facts import counties
from geodata.release.internal import folder_of, open_internal, publish_internal, table_csv, table_file
from geodata.release.publication import today
from geodata.release.workload import WORKLOAD

MOST_ROWS = 500


def blueprint(desk: Desk, page: DeskPage) -> Blueprint:
    """Return the routes of exact figures."""
    routes = Blueprint("internal", __name__)

    @routes.post("/internal/<dataset>")
    def make(dataset: str) -> Response:
        if dataset not in {line.meta.dataset for line in desk.vault.batches()}:
            abort(404)
        publish_internal(desk.vault, desk.settings, dataset, today())
        return redirect(url_for(".figures", dataset=dataset), code=SEE_OTHER)

    @routes.get("/internal/<dataset>")
    def figures(dataset: str) -> str | Response:
        exact = open_internal(desk.settings, _known(desk, dataset))
        tables = {"-".join(spec.dims): spec.dims for spec in WORKLOAD}
        dims = tables.get(request.args.get("table", ""), ("county", "nature"))
        if request.args.get("file") == "csv":
            answer = Response(table_csv(exact, dims), mimetype="text/csv; charset=utf-8")
            answer.headers["Content-Disposition"] = f'attachment; filename="{table_file(dims)}"'
            return answer
        table = counties.load(desk.settings)
        names = dict(zip(table["pcode"], table["name"], strict=True))
        rows = exact.rows(dims)
        shown = [([names.get(str(value), str(value)) for value in values], persons) for *values, persons in rows]
        return page.show(
            "internal.html", "releases", exact=exact, dims=dims, rows=shown[:MOST_ROWS], more=len(shown) - MOST_ROWS,
            tables=[(key, page.table_name(crossed)) for key, crossed in tables.items()], chosen="-".join(dims),
        )  # fmt: skip

    return routes


def _known(desk: Desk, dataset: str) -> str:
    """Return a dataset's name if it has a folder of exact figures; 404 for anything else a link may say."""
    if dataset not in {line.meta.dataset for line in desk.vault.batches()}:
        abort(404)
    if not folder_of(desk.settings, dataset).is_dir():
        abort(404)
    return dataset
