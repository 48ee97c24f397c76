"""What a case record holds: every variable, its codes, and what IC-TIP, HTCDS and CTDC call it."""

from __future__ import annotations

from flask import Flask

from dashboard.steward.page import Page
from geodata.intake.schema import VARIABLES


def serve(server: Flask, page: Page) -> None:
    """Add the page; it is generated from the schema, so the two cannot differ."""

    @server.get("/variables")
    def variables() -> str:
        return page.show("variables.html", "variables", variables=VARIABLES)
