"""What changed between two releases, for programs: `/api/v1/changes.csv` and `/api/v1/changes.json`."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from dashboard.api.json import json_answer, read_query, refuse_in_words
from dashboard.api.schemas import ChangesQuery, Error
from dashboard.pages.release_diff import changes_file, chosen, plain_rows
from dashboard.pages.release_diff import read_query as read_diff_query
from dashboard.view.site import Site
from geodata.values import DataProblem


def blueprint(site: Site) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("api_changes", __name__)

    @routes.get("/api/v1/changes.csv")
    def table() -> Response:
        read_query(ChangesQuery)
        return changes_file(site)

    @routes.get("/api/v1/changes.json")
    def answer() -> Response:
        read_query(ChangesQuery)
        try:
            body = json_answer(_body(site))
        except DataProblem as problem:
            body = json_answer(Error(error=str(problem)).model_dump(), 404)
        body.headers["Cache-Control"] = "no-cache"
        return body

    refuse_in_words(routes)
    return routes


def _body(site: Site) -> dict[str, Any]:
    query = read_diff_query(site)
    pair, changes = chosen(site, query)
    body: dict[str, Any] = {"from": pair[0], "to": pair[1], "changes": list(plain_rows(site, query))}
    if changes is None:
        return body
    return body | {
        "policy": changes.policy,
        "rows": [
            {"file": row.file, "id": row.key, "kind": row.kind, "columns": sorted(row.fields)} for row in changes.rows
        ],
        "manifest": [field.name for field in changes.card],
        "tables_added": ["*".join(dims) for dims in changes.tables_added],
        "tables_removed": ["*".join(dims) for dims in changes.tables_removed],
    }
