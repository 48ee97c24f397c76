"""The site under a path: addresses go in without it and come out with it, once."""

from __future__ import annotations

import json
import re

import pytest
from flask.testing import FlaskClient

from dashboard.server.app import create_app
from dashboard.settings import AppSettings, from_environment
from dashboard.web.base_path import outward
from geodata.query.world import World
from geodata.values import DataProblem

BASE = "/njia"
PAGES = (
    "/",
    "/lite",
    "/lite/KE011",
    "/county/KE011",
    "/sources",
    "/briefing",
    "/corrections/KE011",
    "/export",
    "/embed",
)


@pytest.fixture(scope="module")
def under(world: World) -> FlaskClient:
    return create_app(world, AppSettings(base_path=BASE)).server.test_client()


@pytest.mark.parametrize("path", PAGES)
def test_every_address_of_a_page_has_the_path_once(under: FlaskClient, path: str) -> None:
    answer = under.get(f"{BASE}{path}?lang=en")
    assert answer.status_code == 200
    text = answer.get_data(as_text=True)
    addresses = re.findall(r'(?:href|src|action|formaction|data-path|data-notes)="(/[^"]*)"', text)
    assert addresses
    assert [address for address in addresses if not address.startswith(f"{BASE}/")] == []
    assert f"{BASE}{BASE}" not in text


def test_a_page_is_the_page_of_the_root_but_for_its_addresses(under: FlaskClient, client: FlaskClient) -> None:
    def page(of: FlaskClient, path: str) -> str:
        text = of.get(path).get_data(as_text=True).replace(f"{BASE}/", "/")
        return text.replace(r"\u002fnjia\u002f", r"\u002f").replace(rf"{BASE}\u002f", r"\u002f")

    for path in ("/?lang=sw", "/county/KE011?lang=en", "/lite/KE011?lang=en", "/sources?lang=en"):
        assert page(under, BASE + path) == page(client, path)


def test_a_proxy_may_keep_the_path_or_strip_it(under: FlaskClient) -> None:
    kept, stripped = under.get(f"{BASE}/about?lang=en"), under.get("/about?lang=en")
    assert kept.data == stripped.data
    assert kept.headers["ETag"] == stripped.headers["ETag"]
    again = under.get(f"{BASE}/about?lang=en", headers={"If-None-Match": kept.headers["ETag"]})
    assert again.status_code == 304
    bare = under.get(f"{BASE}?lang=sw")
    assert (bare.status_code, bare.headers["Location"]) == (308, f"{BASE}/?lang=sw")


def test_redirects_stay_under_the_path(under: FlaskClient) -> None:
    for path in ("/lite/isiolo?lang=en", "/detection?lang=en", "/favicon.ico", "/event/EV-0?lang=en"):
        place = under.get(BASE + path).headers.get("Location", f"{BASE}/")
        assert re.match(rf"(http://localhost)?{BASE}/(?!njia)", place), (path, place)


def test_programs_find_whole_addresses(under: FlaskClient) -> None:
    landing = json.loads(under.get(f"{BASE}/ogc/").data)
    assert {re.match(r"http://localhost/njia/(ogc|api)", link["href"]) is not None for link in landing["links"]} == {
        True
    }
    assert json.loads(under.get(f"{BASE}/api/v1/openapi.json").data)["servers"] == [{"url": f"{BASE}/"}]
    assert f"Disallow: {BASE}/s\n" in under.get(f"{BASE}/robots.txt").get_data(as_text=True)
    assert "<loc>http://localhost/njia/lite?lang=en</loc>" in under.get(f"{BASE}/sitemap.xml").get_data(as_text=True)
    manifest = json.loads(under.get(f"{BASE}/lite/manifest.webmanifest?lang=sw").data)
    assert manifest["start_url"] == f"{BASE}/lite?lang=sw"
    assert manifest["scope"] == manifest["id"] == f"{BASE}/lite"
    assert all(icon["src"].startswith(f"{BASE}/a/") for icon in manifest["icons"])
    assert under.get(f"{BASE}/lite/sw.js").headers["Service-Worker-Allowed"] == f"{BASE}/lite"


def test_dash_is_told_where_it_stands(under: FlaskClient) -> None:
    page = under.get(f"{BASE}/?lang=en").get_data(as_text=True)
    assert r'"requests_pathname_prefix":"\u002fnjia\u002f"' in page
    layout = under.get(f"{BASE}/_dash-layout").get_data(as_text=True)
    assert json.loads(layout)
    assert rf'"{BASE}\u002fgeo\u002f' in layout
    assert r'"\u002fgeo' not in layout
    start = json.loads(under.get(f"{BASE}/workspace/start?lang=en").data)
    fetched = [*start["scripts"], *start["soon"], *start["data"]]
    assert len(fetched) > 10
    assert all(re.match(f"{BASE}/(a|geo|_dash)", address) for address in fetched)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<a href="/x">', '<a href="/njia/x">'),
        ('<a href="//other/x">', '<a href="//other/x">'),
        ('<a href="/njia/x">', '<a href="/njia/x">'),
        ('<a href="/njiani">', '<a href="/njia/njiani">'),
        ('<p class="x">a="/b" or 5 /100</p>', '<p class="x">a="/b" or 5 /100</p>'),
        ('<style>@font-face{src:url("/a/f")}</style>', '<style>@font-face{src:url("/njia/a/f")}</style>'),
        ('<script>{"a":["/x","no /y"]}</script>', '<script>{"a":["/njia/x","no /y"]}</script>'),
    ],
)
def test_what_is_an_address_and_what_is_not(before: str, after: str) -> None:
    assert outward(before, "text/html; charset=utf-8", BASE) == after


def test_the_setting_is_a_path() -> None:
    assert from_environment({}).base_path == ""
    assert from_environment({"NJIA_BASE_PATH": "/"}).base_path == ""
    assert from_environment({"NJIA_BASE_PATH": "maps/njia/"}).base_path == "/maps/njia"
    with pytest.raises(DataProblem, match="NJIA_BASE_PATH"):
        from_environment({"NJIA_BASE_PATH": "/a b"})
