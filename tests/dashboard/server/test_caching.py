"""A page that a reader holds already costs a few hundred bytes; open data may be read by pages of other sites."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import Client

from dashboard.web.page_cache import PageCache

PAGES = ("/?lang=en", "/?lang=sw", "/county/KE011?lang=en", "/sources?lang=en", "/about?lang=sw", "/glossary?lang=en")
OPEN = ("/api/v1/indicators.json", "/api/v1/incidents.csv", "/api/v1/counties.geojson", "/healthz")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_sent_once(client: FlaskClient, path: str) -> None:
    first = client.get(path, headers={"Accept-Encoding": "br"})
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get(path, headers={"Accept-Encoding": "br", "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_another_view_and_another_language_have_other_tags(client: FlaskClient) -> None:
    asked = [
        client.get(path).headers["ETag"] for path in (*PAGES, "/?nature=trafficking&lang=en", "/?from=2020&lang=en")
    ]
    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize("path", OPEN)
def test_open_data_may_be_read_from_another_site(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Origin": "https://newsroom.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("path", ["/?lang=en", "/lite/KE011?lang=en", "/corrections?lang=en", "/export?lang=en"])
def test_pages_may_not(client: FlaskClient, path: str) -> None:
    assert "Access-Control-Allow-Origin" not in client.get(path, headers={"Origin": "https://foreign.example"}).headers


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        "null",
        '{"output": "x.y", "inputs": [], "changedPropIds": []}',
        '{"output": "answer.data", "inputs": [1], "changedPropIds": []}',
        '{"output": "answer.data", "outputs": 3, "inputs": [{"id": "q", "property": "p"}], "changedPropIds": ["q.p"]}',
    ],
)
def test_a_call_that_dash_cannot_read_is_refused(client: FlaskClient, body: str) -> None:
    assert client.post("/_dash-update-component", data=body, content_type="application/json").status_code == 400


def test_addresses_made_up_are_not_there(client: FlaskClient) -> None:
    assert client.get("/_dash-component-suites/dash/x.js").status_code == 404
    assert client.get("/_dash-component-suites/x/y.js").status_code == 404
    assert client.post("/s", headers={"Referer": "http://["}).status_code == 403


def test_a_form_with_an_id_of_its_own_carries_no_tag(client: FlaskClient) -> None:
    first, second = (client.get("/corrections/KE011?lang=en") for _ in range(2))
    assert first.data != second.data
    assert "ETag" not in first.headers
    assert first.headers["Cache-Control"] == "private, no-cache"


def test_a_page_that_was_made_is_not_made_again_until_a_release_comes() -> None:
    made: list[str] = []
    version = ["one"]

    def behind(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        made.append(environ["PATH_INFO"])
        status = "302 Found" if "KE" not in environ["QUERY_STRING"] else "200 OK"
        start_response(status, [("Content-Type", "text/html"), ("ETag", f'W/"{version[0]}"')])
        return [f"{version[0]} at {environ['HTTP_HOST']}".encode()]

    client = Client(PageCache(behind, "/lite", lambda: version[0]))
    page = "/?county=KE011&lang=en"
    assert [client.get(page).text for _ in range(3)] == ["one at localhost"] * 3
    assert client.get(page, headers={"If-None-Match": 'W/"one"'}).status_code == 304
    assert len(made) == 1
    assert client.get(page, headers={"Host": "other.example"}).text == "one at other.example"
    version[0] = "two"
    assert client.get(page, headers={"If-None-Match": 'W/"one"'}).text == "two at localhost"
    assert len(made) == 3
    other_words = ("/?county=KE011&lang=zz", "/?county=KE011&lang=zz&lang=en", "/?county=KE011&slang=en")
    for never_kept in (
        *other_words,
        "/?county=KE011",
        "/?lang=en",
        f"/?county=KE011&lang=en&q={'x' * 500}",
        "/corrections?lang=en",
    ):
        before = len(made)
        client.get(never_kept)
        client.get(never_kept)
        assert len(made) == before + 2, never_kept
