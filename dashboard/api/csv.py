"""The tables of `/api/v1` as CSV files: the same query string as the page, the same figures."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response
from pydantic import BaseModel

from dashboard.api.rows import asked_incident_rows, columns, indicator_rows, requested_view, source_rows
from dashboard.api.schemas import IncidentRow, IndicatorRow, SourceRow
from dashboard.view.answers import csv_answer
from dashboard.view.site import Site
from dashboard.view.state import ViewState


def blueprint(site: Site) -> Blueprint:
    """Return the routes of the tables."""
    routes = Blueprint("csv", __name__)

    def table(name: str, names: Sequence[str], rows: Sequence[BaseModel], state: ViewState) -> Response:
        return csv_answer(name, names, (row.model_dump() for row in rows), site, state)

    @routes.get("/api/v1/indicators.csv")
    def indicators() -> Response:
        state, _ = requested_view(site)
        return table("indicators", columns(IndicatorRow), indicator_rows(site, state), state)

    @routes.get("/api/v1/incidents.csv")
    def incidents() -> Response:
        state, _ = requested_view(site)
        return table("incidents", columns(IncidentRow), asked_incident_rows(site, state), state)

    @routes.get("/api/v1/sources.csv")
    def sources() -> Response:
        state, _ = requested_view(site)
        return table("sources", columns(SourceRow, without=["year"]), source_rows(site, state), state)

    return routes
