"""The open API keeps its word: no 500, nothing undocumented, every answer valid, pages that follow one another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from schemathesis import checks

from dashboard.api.openapi import description
from dashboard.server.app import Njia

PROMISES = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
    "response_headers_conformance",
)  # fmt: skip
"""What every answer is held to. That a download falls back where a value is unknown is documented, so not an error."""

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="session")
def api(app: Njia) -> Any:
    schema = schemathesis.openapi.from_dict(description(app.site))
    schema.app = app.server
    return schema


def test_every_answer_is_documented_and_valid(api: Any):
    checks.load_all_checks()
    promises = [checks.CHECKS.get_one(name) for name in PROMISES]
    operations = [found.ok() for found in api.get_all_operations()]
    assert len(operations) > 12
    for operation in operations:
        asked = 0

        @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
        @given(case=operation.as_strategy())
        def holds(case: Any) -> None:
            nonlocal asked
            asked += 1
            case.call_and_validate(checks=promises, headers={"Accept-Encoding": "identity"})

        holds()
        assert asked > (0 if operation.query else -1), operation.label


def test_the_description_names_every_route(app: Njia):
    described = set(description(app.site)["paths"])
    served = {rule.rule for rule in app.server.url_map.iter_rules() if rule.rule.startswith("/api/v1/")}
    whole = {path for path in served if "<" not in path}
    assert whole <= described
    assert len(described - whole) == 2, "the two files of the graph share one route"


def test_pages_follow_one_another(client: FlaskClient):
    whole = client.get("/api/v1/incidents.json?nature=smuggling&per_page=500").json
    assert whole is not None
    found: list[Any] = []
    link: str | None = "/api/v1/incidents.json?nature=smuggling&per_page=20"
    while link:
        page = client.get(link).json
        assert page is not None
        assert page["total"] == whole["total"] > 100
        assert len(page["items"]) <= 20
        found += page["items"]
        link = page["next"]
    assert found == whole["items"]


def test_an_unchanged_answer_is_not_sent_again(client: FlaskClient):
    for path in ("/api/v1/indicators.json", "/api/v1/counties.geojson", "/api/v1/sources.csv"):
        for coding in ("br", "gzip", "identity"):
            first = client.get(path, headers={"Accept-Encoding": coding})
            assert first.headers.get("Content-Encoding", "identity") == coding
            again = client.get(path, headers={"Accept-Encoding": coding, "If-None-Match": first.headers["ETag"]})
            assert again.status_code == 304
            assert again.data == b""
        other = client.get(f"{path}?county=KE010", headers={"If-None-Match": first.headers["ETag"]})
        assert path.startswith(("/api/v1/counties", "/api/v1/indicators")) or other.status_code == 200


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("/api/v1/indicators.json?county=KE999", "county=KE999"),
        ("/api/v1/incidents.json?page=0", "page is “0”"),
        ("/api/v1/sources.json?per_page=100000", "per_page is “100000”"),
        ("/api/v1/brief.json?template=poem", "There is no template “poem”"),
        ("/api/v1/brief.json?counties=KE001,11", "Not a P-code: 11"),
        ("/api/v1/incidents.json?page=%00%ff", "page is"),
    ],
)
def test_what_is_not_understood_is_a_sentence(client: FlaskClient, link: str, said: str):
    answer = client.get(link)
    assert answer.status_code == 400
    assert said in json.loads(answer.text)["error"]


def test_downloads_say_what_fell_back(client: FlaskClient):
    answer = client.get("/api/v1/indicators.csv?county=KE999&nature=nonsense")
    assert answer.status_code == 200
    assert answer.headers["X-Njia-Not-Understood"] == "county,nature"
    assert "X-Njia-Not-Understood" not in client.get("/api/v1/indicators.csv?county=KE011").headers


def test_errors_of_the_api_are_json(client: FlaskClient):
    assert client.get("/api/v1/nothing").json is not None
    refused = client.post("/api/v1/indicators.json")
    assert refused.status_code == 405
    assert "GET" in refused.headers["Allow"]
    assert refused.json is not None


def test_people_find_the_api_too(client: FlaskClient):
    for lang in ("en", "sw"):
        page = client.get(f"/api?lang={lang}").text
        assert "/api/v1/openapi.json" in page
        assert "/api/v1/incidents.json" in page


@pytest.mark.parametrize("path", ["/api/v1/openapi.json", "/ogc/api"])
def test_every_default_is_one_of_the_choices(client: FlaskClient, path: str):
    """What openapi-spec-validator found once: a default outside its own list."""

    def schemas(part: object) -> Iterator[dict[str, Any]]:
        if isinstance(part, dict):
            yield part
            part = list(part.values())
        for inner in part if isinstance(part, list) else ():
            yield from schemas(inner)

    told = [schema for schema in schemas(client.get(path).json) if "enum" in schema and "default" in schema]
    assert [schema for schema in told if schema["default"] not in schema["enum"]] == []
