"""The map page as it is sent: light enough for a bad link, and its header keeps the view."""

from __future__ import annotations

import re

import brotli
import pytest
from flask.testing import FlaskClient

from dashboard.server.app import Njia

HTML_BYTES = 32_768
"""DESIGN §8: what the plain address may weigh on the wire, at the level the server compresses at."""


@pytest.fixture
def client(app: Njia) -> FlaskClient:
    return app.server.test_client()


def header_links(client: FlaskClient, path: str) -> dict[str, str]:
    """Return path → query of the header's links to pages."""
    page = client.get(path).get_data(as_text=True)
    nav = re.search(r'<nav class="site-pages".*?</nav>', page, re.DOTALL)
    assert nav is not None
    return dict(re.findall(r'href="(/[^?"]*)\?([^"]*)"', nav[0].replace("&amp;", "&")))


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_the_plain_address_weighs_at_most_32_kb(client: FlaskClient, lang: str) -> None:
    answer = client.get(f"/?lang={lang}", headers={"Accept-Encoding": "br"})
    assert answer.headers["Content-Encoding"] == "br"
    assert len(answer.get_data()) <= HTML_BYTES
    assert len(re.findall("data-pcode=", brotli.decompress(answer.get_data()).decode())) == 47


def test_no_page_carries_what_dash_checks_ids_against(client: FlaskClient) -> None:
    page = client.get("/?lang=en").get_data(as_text=True)
    assert "validation_layout" not in page
    assert re.search(r'"Offcanvas":\["', page), "where children may stand is told for what is mounted"


@pytest.mark.parametrize("path", ["/", "/sources", "/about", "/briefing"])
def test_the_header_keeps_nature_period_and_county(client: FlaskClient, path: str) -> None:
    links = header_links(client, f"{path}?lang=en&nature=smuggling&from=2018&to=2024&county=KE011&measure=persons")
    kept = "nature=smuggling&from=2018&to=2024&county=KE011&lang=en"
    assert links == dict.fromkeys(("/", "/lite", "/briefing", "/sources", "/about"), kept)


def test_the_header_of_a_plain_page_is_plain_and_repeats_no_nonsense(client: FlaskClient) -> None:
    assert set(header_links(client, "/?lang=sw").values()) == {"lang=sw"}
    nonsense = "/about?lang=en&nature=%22%3E&from=20x8&county=KE999&to="
    assert set(header_links(client, nonsense).values()) == {"lang=en"}
