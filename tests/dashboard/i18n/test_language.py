"""The language of an answer: the link's, else the browser's; every link says it, and no cache mixes two."""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from dashboard.server.app import Njia
from dashboard.workspace import ids
from tests.markup import flat

SWAHILI = {"Accept-Language": "sw-KE,sw;q=0.9,en;q=0.5"}
PAGES = ["/", "/about", "/sources", "/nope", "/?county=KE011", "/?dataset=demo"]


def lang_of(page: str) -> str:
    return re.findall(r'<html lang="(\w+)"', page)[0]


@pytest.mark.parametrize("path", PAGES)
def test_the_browser_decides_where_the_link_does_not(client: FlaskClient, path: str):
    answer = client.get(path, headers=SWAHILI)
    assert answer.status_code == 404 if path == "/nope" else 302
    assert "Accept-Language" in answer.headers["Vary"]
    for accepted, lang in ((SWAHILI, "sw"), ({"Accept-Language": "fr"}, "en"), ({}, "en")):
        page = client.get(path, headers=accepted, follow_redirects=True)
        assert lang_of(page.get_data(as_text=True)) == lang


@pytest.mark.parametrize("path", ["/lite/%0a1", "/county/%0d%0aX:%20y", "/lite/KE011%0a"])
def test_a_line_break_in_a_path_ends_no_header(client: FlaskClient, path: str):
    """Found by damaged requests: it was a fault of the site."""
    answer = client.get(f"{path}?from=2010", headers=SWAHILI)
    assert answer.status_code in (302, 404)
    assert "X" not in answer.headers


def test_the_bare_address_keeps_what_else_it_says(client: FlaskClient):
    answer = client.get("/?county=KE011&from=2018", headers=SWAHILI)
    assert answer.headers["Location"] == "/?county=KE011&from=2018&lang=sw"
    assert client.post("/s", headers=SWAHILI).status_code == 403


@pytest.mark.parametrize("path", ["/api/v1/indicators.json", "/sources.csv", "/feed.xml", "/lite/KE011.txt", "/ogc/"])
def test_files_and_data_do_not_ask_the_browser(client: FlaskClient, path: str):
    answer, other = client.get(path, headers=SWAHILI), client.get(path)
    assert answer.status_code == 200
    assert answer.data == other.data
    assert "Accept-Language" not in answer.headers.get("Vary", "")


@pytest.mark.parametrize("lang", ["en", "sw"])
@pytest.mark.parametrize("path", PAGES)
def test_the_link_decides_before_the_browser(client: FlaskClient, path: str, lang: str):
    address = f"{path}{'&' if '?' in path else '?'}lang={lang}"
    answer = client.get(address, headers=SWAHILI)
    assert lang_of(answer.get_data(as_text=True)) == lang
    assert "Accept-Language" not in answer.headers.get("Vary", "")


def links(page: str) -> list[str]:
    return [unescape(href) for href in re.findall(r'<(?:a|form)\b[^>]*?\b(?:href|action)="(/[^"]*)"', page)]


@pytest.mark.parametrize("lang", ["en", "sw"])
@pytest.mark.parametrize("path", ["/", "/about", "/sources", "/?county=KE011", "/?corridor=C01", "/nope"])
def test_every_link_inside_says_the_language(client: FlaskClient, path: str, lang: str):
    page = client.get(f"{path}{'&' if '?' in path else '?'}lang={lang}").get_data(as_text=True)
    body, other = page.split('<nav class="languages"', 1)
    switch, rest = other.split("</nav>", 1)
    inside = [href for href in links(body + rest) if not href.startswith(("/a/", "/geo/"))]
    forms = set(re.findall(r'<form[^>]*action="([^"]*)"', page))
    assert len(inside) > 3 or path == "/nope"
    wrong = [href for href in inside if href not in forms and parse_qs(urlsplit(href).query).get("lang") != [lang]]
    assert wrong == []
    for form in re.findall(r"<form\b.*?</form>", page, re.DOTALL):
        assert f'name="lang" value="{lang}"' in form
    assert [parse_qs(urlsplit(href).query)["lang"] for href in links(switch)] == [["en"], ["sw"]]


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/?county=KE011&nature=smuggling&from=2018", {"county": ["KE011"], "nature": ["smuggling"], "from": ["2018"]}),
        ("/sources?q=isiolo+%22x%22&county=KE011&page=1", {"q": ['isiolo "x"'], "county": ["KE011"]}),
        ("/about", {}),
        ("/about?x=1", {}),
    ],
)
def test_the_other_language_keeps_the_view(client: FlaskClient, path: str, kept: dict[str, list[str]]):
    page = client.get(f"{path}{'&' if '?' in path else '?'}lang=en").get_data(as_text=True)
    switch = page.split('<nav class="languages"', 1)[1].split("</nav>", 1)[0]
    there = urlsplit(links(switch)[1])
    assert (there.path, parse_qs(there.query)) == (urlsplit(path).path, {**kept, "lang": ["sw"]})
    assert 'lang="sw" hreflang="sw"' in flat(switch)
    assert lang_of(client.get(links(switch)[1]).get_data(as_text=True)) == "sw"


def test_a_hostile_query_does_not_leave_the_switch(client: FlaskClient):
    page = client.get('/nope?a="><script>alert(1)</script>&lang=sw').get_data(as_text=True)
    assert "<script>alert" not in page


def ask(app: Njia, query: str) -> str:
    call = {
        "output": f"{ids.PANEL}.data",
        "outputs": {"id": ids.PANEL, "property": "data"},
        "inputs": [{"id": ids.ask("panel"), "property": "data", "value": query}],
        "state": [{"id": ids.HELD, "property": "data", "value": ""}],
        "changedPropIds": [f"{ids.ask('panel')}.data"],
    }
    answer = app.server.test_client().post("/_dash-update-component", json=call)
    assert answer.status_code == 200
    return json.dumps(answer.get_json(), ensure_ascii=False)


def test_remembered_answers_do_not_mix_languages(app: Njia):
    english, swahili = ask(app, "lang=en&county=KE011"), ask(app, "lang=sw&county=KE011")
    assert english != swahili
    assert (ask(app, "lang=en&county=KE011"), ask(app, "lang=sw&county=KE011")) == (english, swahili)
    assert "lang=sw" in swahili
    assert "lang=sw" not in english
