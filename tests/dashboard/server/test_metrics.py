"""What Prometheus is told: counts that grow, and nothing about a reader."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from dashboard.server.app import create_app
from dashboard.settings import AppSettings
from geodata.query.world import World


def value(text: str, labels: str) -> float:
    match = re.search(rf"^njia_answers_total{{{labels}}} (\S+)$", text, re.MULTILINE)
    return float(match[1]) if match else 0.0


def test_answers_are_counted_by_kind_and_nothing_of_a_reader_is_told(world: World, client: FlaskClient) -> None:
    asked = create_app(world, AppSettings(metrics=True)).server.test_client()
    for _ in range(3):
        asked.get("/lite/KE011?lang=sw&county=KE011", headers={"User-Agent": "a-reader", "X-Forwarded-For": "10.1.2.3"})
    asked.get("/api/v1/indicators.json?nature=smuggling")
    asked.get("/not-here-KE047")
    text = asked.get("/metrics").text
    assert value(text, 'kind="page",status="2xx"') == 3
    assert value(text, 'kind="page",status="4xx"') == 1
    assert value(text, 'kind="api",status="2xx"') == 1
    assert "njia_answer_seconds_bucket" in text
    for told in ("KE011", "KE047", "smuggling", "a-reader", "10.1.2.3", "lite"):
        assert told not in text
    assert client.get("/metrics").status_code == 404, "only where the operator asks for it"
