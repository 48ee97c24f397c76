"""What a case record holds: every variable, its codes, and what IC-TIP, HTCDS and CTDC call it."""

from __future__ import annotations

from flask import Blueprint

from dashboard.steward.desk import Desk
from dashboard.steward.page import DeskPage
from geodata.intake.schema import VARIABLES


def blueprint(_desk: Desk, page: DeskPage) -> Blueprint:
    """Return the route; its page is generated from the schema, so the two cannot differ."""
    routes = Blueprint("variables", __name__)

    @routes.get("/variables")
    def variables() -> str:
        return page.show("variables.html", "variables", variables=VARIABLES)

    return routes
