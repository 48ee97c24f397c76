"""What programs look for first: every address of the sitemap answers, and robots are sent to it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from dashboard.server.app import create_app
from dashboard.settings import AppSettings, from_environment
from geodata.query.world import World
from geodata.values import DataProblem

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
OUTSIDE = "https://njia.example/"


@pytest.fixture(scope="module")
def outside(world: World) -> FlaskClient:
    """Return a site that knows how readers reach it."""
    settings = AppSettings(public_url=OUTSIDE, security_contact="mailto:security@njia.example")
    return create_app(world, settings).server.test_client()


def test_every_address_of_the_sitemap_answers(outside: FlaskClient) -> None:
    tree = ET.fromstring(outside.get("/sitemap.xml").text)  # noqa: S314 - our own answer
    listed = [str(loc.text) for loc in tree.iterfind("s:url/s:loc", NAMES)]
    assert len(listed) == len(set(listed)) > 47 * 4
    assert all(address.startswith(OUTSIDE) for address in listed)
    some = [address for address in listed if not re.search(r"/KE0(?!11)", address)]
    for address in some:
        split = urlsplit(address)
        assert outside.get(f"{split.path}?{split.query}").status_code == 200, address


def test_robots_find_the_sitemap_and_leave_work_for_one_reader_alone(outside: FlaskClient) -> None:
    lines = outside.get("/robots.txt").text.splitlines()
    assert f"Sitemap: {OUTSIDE}sitemap.xml" in lines
    assert "Disallow: /export" in lines


def test_a_weakness_is_told_to_whom_the_operator_names(outside: FlaskClient, client: FlaskClient) -> None:
    assert "Contact: mailto:security@njia.example" in outside.get("/.well-known/security.txt").text
    assert client.get("/.well-known/security.txt").status_code == 404, "nobody is named, so nobody is invented"


def test_links_that_leave_the_site_carry_its_public_address(outside: FlaskClient) -> None:
    document = outside.get("/ogc/").json
    assert document is not None
    assert all(link["href"].startswith(OUTSIDE) for link in document["links"])


def test_an_address_that_is_none_is_refused_at_start() -> None:
    with pytest.raises(DataProblem, match=r"NJIA_PUBLIC_URL is “njia\.example”"):
        from_environment({"NJIA_PUBLIC_URL": "njia.example"})
