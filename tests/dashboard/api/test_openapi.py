"""The open API keeps its word: no 500, nothing undocumented, every answer valid, pages that follow one another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode, checks

from dashboard.api.openapi import description
from dashboard.server.app import Njia

PROMISES = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
    "response_headers_conformance", "positive_data_acceptance", "negative_data_rejection",
)  # fmt: skip
"""What every answer is held to. That a download falls back where a value is unknown is documented, so not an error.

`schemathesis.toml` beside this file is for the command, which asks more and takes minutes.
"""
DESCRIBED = ("/api/v1/openapi.json", "/ogc/api")

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="session", params=DESCRIBED)
def api(app: Njia, request: pytest.FixtureRequest) -> Any:
    checks.load_all_checks()
    schema = schemathesis.openapi.from_dict(app.server.test_client().get(request.param).json)
    schema.app = app.server
    return schema


def keeps_its_promises(operation: Any, mode: GenerationMode, draws: int) -> None:
    """Ask an operation what its description allows, or does not, and hold every answer to the promises."""
    promises = [checks.CHECKS.get_one(name) for name in PROMISES]
    asked = 0

    @settings(max_examples=draws, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(case=operation.as_strategy(generation_mode=mode))
    def holds(case: Any) -> None:
        nonlocal asked
        asked += 1
        case.call_and_validate(checks=promises, headers={"Accept-Encoding": "identity"})

    holds()
    assert asked > (0 if operation.query else -1), operation.label


def test_every_answer_is_documented_and_valid(api: Any):
    operations = [found.ok() for found in api.get_all_operations()]
    assert len(operations) > 12
    for operation in operations:
        keeps_its_promises(operation, GenerationMode.POSITIVE, 6)


@pytest.mark.soak
def test_what_the_description_does_not_allow_is_refused(api: Any):
    operations = [found.ok() for found in api.get_all_operations()]
    asked = [operation for operation in operations if operation.query]
    assert len(asked) >= 4
    for operation in asked:
        keeps_its_promises(operation, GenerationMode.NEGATIVE, 12)


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
        ("/api/v1/changes.json?from=2014", "no id of a release"),
        ("/api/v1/changes.csv?county=Isiolo", "no P-code"),
        (f"/api/v1/find?q={'x' * 201}", "q is longer than 200"),
        ("/api/v1/find?q=Isiolo&lang=xx", "lang=xx"),
        ("/api/v1/indicators.json?nature=&t=", "Without a value: nature, t"),
        ("/api/v1/brief.json?counties=,", "counties names none"),
        ("/api/v1/brief.json?region=", "There is no region"),
    ],
)
def test_what_is_not_understood_is_a_sentence(client: FlaskClient, link: str, said: str):
    answer = client.get(link)
    assert answer.status_code == 400
    assert said in json.loads(answer.text)["error"]


@pytest.mark.parametrize("query", ["from=2020&to=2010", "from=2007&to=2008&t=2025"])
def test_values_at_odds_are_told_from_values_not_understood(client: FlaskClient, query: str):
    answer = client.get(f"/api/v1/indicators.json?{query}")
    assert answer.status_code == 409
    assert "cannot be asked together" in json.loads(answer.text)["error"]
    both = client.get(f"/api/v1/indicators.json?{query}&nature=nonsense")
    assert both.status_code == 400


def test_ids_of_releases_are_not_taken_for_years(client: FlaskClient, app: Njia):
    release = app.site.world.releases["public"].id
    answer = client.get(f"/api/v1/changes.csv?from={release}&to={release[:12]}")
    assert answer.status_code == 200
    assert "X-Njia-Not-Understood" not in answer.headers


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


@pytest.mark.parametrize("path", DESCRIBED)
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
