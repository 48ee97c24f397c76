"""A fault of ours is told once, by kind and place; a call that Dash cannot read is no fault of ours."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from dashboard.server import faults

SENT = "name of a reader"


def broken() -> Flask:
    """Return a server with a route that breaks on what it was sent."""
    server = Flask("broken")
    faults.keep(server, as_json=True)

    @server.get("/break")
    def breaks() -> str:
        raise ValueError(SENT)

    return server


def test_a_fault_is_told_once_without_what_was_sent(capsys: pytest.CaptureFixture[str]) -> None:
    asked = broken().test_client()
    assert [asked.get(f"/break?q={SENT}").status_code for _ in range(50)] == [500] * 50
    written = capsys.readouterr().err
    assert SENT not in written
    entry = json.loads(written)
    assert entry["fault"] == "ValueError"
    assert entry["route"] == "breaks"
    assert "tests/dashboard/server/test_faults.py" in entry["at"]


def test_errors_with_an_answer_of_their_own_are_not_told(capsys: pytest.CaptureFixture[str]) -> None:
    asked = broken().test_client()
    assert asked.get("/nothing-here").status_code == 404
    assert asked.post("/break").status_code == 405
    assert capsys.readouterr().err == ""
