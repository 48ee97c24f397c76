"""The HTTP surface without a browser: any query string, the API's figures, headers, static files."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import subprocess
import sys
import threading
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import brotli
import pytest
from flask.testing import FlaskClient

from dashboard.server.app import Njia, create_app
from dashboard.settings import AppSettings
from geodata.query.world import World
from geodata.values import escape_formula

ROOT = Path(__file__).resolve().parents[3]
API = ("indicators.csv", "counties.geojson", "corridors.geojson", "incidents.csv", "sources.csv")


def rows_of(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


def shown(page: str) -> dict[str, str]:
    """P-code → value in the table of a page, without thin spaces."""
    cells = re.findall(r'<td class="n" data-value="(KE\d+)"[^>]*>(.*?)</td>', page)
    return {pcode: re.sub(r"\s", "", unescape(text)) for pcode, text in cells}


def test_an_illegal_value_is_shown_in_a_notice_and_escaped(client: FlaskClient):
    page = client.get("/?nature=%3Cb%3Eboth%3C/b%3E&from=2018").get_data(as_text=True)
    notices = page.split('id="notices"', 1)[1].split("</section>", 1)[0]
    assert "“nature” was “&lt;b&gt;both&lt;/b&gt;”; showing trafficking instead." in notices
    assert "2018–2026" in page
    assert '<div id="notices" class="notices" role="status"></div>' in client.get("/").get_data(as_text=True)


def test_readers_do_not_mix(app: Njia):
    asked = [f"/?nature={nature}&from={year}&county=KE0{n}" for n, (nature, year) in enumerate(
        [(nature, year) for nature in ("trafficking", "smuggling") for year in range(2014, 2020)], 10
    )]  # fmt: skip

    def page(client: FlaskClient, path: str) -> str:
        return re.sub(r'"end_id":"[^"]*"', "", client.get(path).get_data(as_text=True))  # Dash draws it for each page

    alone = {path: page(app.server.test_client(), path) for path in asked}
    wrong: list[str] = []

    def read(paths: list[str]) -> None:
        client = app.server.test_client()
        wrong.extend(path for path in paths if page(client, path) != alone[path])

    threads = [threading.Thread(target=read, args=(asked[k:] + asked[:k],)) for k in range(0, 12, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(set(alone.values())) == len(asked)


def test_healthz(client: FlaskClient, world: World):
    answer = client.get("/healthz")
    assert (told := answer.get_json()).pop("release_age_days") >= 0
    assert told == {
        "status": "ok",
        "ready": True,
        "release": world.releases["public"].id,
        "boundaries": world.edition.id,
        "counties": 47,
        "incidents": len(world.events),
        "sources": len(world.sources),
    }
    assert answer.headers["Cache-Control"] == "no-store"


PROPERTIES = [
    "pcode", "code", "iso", "name", "roles", "roles_one_voice", "neighbours", "corridors", "corridors_drawn",
    "drawn_km", "incidents_trafficking", "incidents_smuggling", "persons_trafficking", "persons_smuggling",
    "population_2019", "area_km2",
]  # fmt: skip


def test_a_county_feature_has_exactly_the_promised_properties(client: FlaskClient):
    body = client.get("/api/v1/counties.geojson").get_json()
    assert (body["type"], bool(body["boundaries"] and body["licence"])) == ("FeatureCollection", True)
    assert [feature["properties"]["pcode"] for feature in body["features"]] == [f"KE{n:03d}" for n in range(1, 48)]
    for feature in body["features"]:
        assert list(feature["properties"]) == PROPERTIES
        assert feature["geometry"]["type"] in ("Polygon", "MultiPolygon")
    isiolo = body["features"][10]["properties"]
    assert isiolo["name"] == "Isiolo"
    assert set(isiolo["roles"]) == {"source", "transit", "destination"}
    names = {f["properties"]["pcode"]: f["properties"]["name"] for f in body["features"]}
    assert {names[p] for p in isiolo["neighbours"]} == {
        "Marsabit", "Wajir", "Garissa", "Tana River", "Meru", "Laikipia", "Samburu",
    }  # fmt: skip
    counts = [isiolo[f"{measure}_{n}"] for n in ("trafficking", "smuggling") for measure in ("incidents", "persons")]
    assert counts == [0, 0, 14, 405]  # 0: someone was looking


VIEWS = (
    "nature=trafficking",
    "measure=persons",
    "nature=smuggling&measure=rate&from=2014&to=2025",
    "nature=smuggling&measure=persons&from=2018&to=2025&t=2019",
    "from=2020&to=2020",
    "nature=unclear&measure=persons",
    "nature=smuggling&nationality=ETH&confidence=high",
    "role=transit&nature=smuggling&rule=strict",
    "form=child_trafficking,forced_begging&measure=persons",
)


@pytest.mark.parametrize("query", VIEWS)
def test_the_file_has_the_numbers_of_the_page(client: FlaskClient, query: str):
    page, answer = shown(client.get(f"/?{query}").get_data(as_text=True)), client.get(f"/api/v1/indicators.csv?{query}")
    rows = {row["pcode"]: row for row in rows_of(answer)}
    measure = dict(part.split("=") for part in query.split("&") if part).get("measure", "incidents")
    column = {"incidents": "incidents", "persons": "persons", "rate": "rate_per_100k"}[measure]
    assert set(rows) == {*page, "KE"}
    numbers = 0
    for pcode, text in page.items():
        if re.fullmatch(r"\d+(\.\d+)?", text) and text != "0":
            rounding = 0.051 if measure == "rate" and float(text) >= 10 else 1e-9  # what a rate can bear
            assert float(rows[pcode][column]) == pytest.approx(float(text), abs=rounding), pcode
            numbers += 1
        else:
            assert rows[pcode][column] in ("", "0"), (pcode, text)
    assert numbers or "nothing" in query


@pytest.mark.parametrize("query", VIEWS)
def test_the_events_of_a_view_add_up_to_its_counts(client: FlaskClient, query: str):
    events = rows_of(client.get(f"/api/v1/incidents.csv?{query}"))
    counts = rows_of(client.get(f"/api/v1/indicators.csv?{query}"))
    assert len(events) == sum(int(row["incidents"] or 0) for row in counts)
    assert sum(int(row["persons"] or 0) for row in events) == sum(int(row["persons"] or 0) for row in counts)


def test_withheld_events_give_county_and_year_only(client: FlaskClient):
    answers = [client.get(f"/api/v1/incidents.csv?nature={n}") for n in ("trafficking", "smuggling", "unclear")]
    events = [row for answer in answers for row in rows_of(answer)]
    hidden = [row for row in events if row["is_withheld"] == "True"]
    assert len(events) == 323
    assert len(hidden) == 61
    for row in hidden:
        assert (row["place"], row["sex_age"], row["suspects"], row["intended_destination"]) == ("", "", "", "")
        assert re.fullmatch(r"\d{4}", row["date"])


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_a_cell_that_a_spreadsheet_would_run_is_made_escape_formula(text: str):
    assert escape_formula(text) == "'" + text


def test_numbers_stay_numbers_and_gaps_stay_empty():
    assert [escape_formula(value) for value in (-1, 2.5, None, float("nan"), "Isiolo")] == [-1, 2.5, "", "", "Isiolo"]


def test_formulas_in_the_evidence_leave_as_text(world: World):
    events, sources = world.events.copy(), world.sources.copy()
    events.loc[:, "summary"] = "=HYPERLINK(1)"
    sources.loc[:, "title"] = "@evil"
    client = create_app(replace(world, events=events, sources=sources), AppSettings()).server.test_client()
    assert {row["summary"] for row in rows_of(client.get("/api/v1/incidents.csv"))} == {"'=HYPERLINK(1)"}
    assert {row["title"] for row in rows_of(client.get("/api/v1/sources.csv"))} == {"'@evil"}


@pytest.mark.parametrize("name", API)
def test_files_say_which_release_and_boundaries_they_rest_on(client: FlaskClient, world: World, name: str):
    answer = client.get(f"/api/v1/{name}")
    assert answer.headers["X-Njia-Release"] == world.releases["public"].id
    assert answer.headers["X-Njia-Boundaries"] == world.edition.id
    if name.endswith(".csv"):
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.data.startswith(b"\xef\xbb\xbf")


# ---- headers and static files -----------------------------------------------------------------


def addresses(client: FlaskClient) -> list[str]:
    """Every kind of answer this site gives."""
    page = client.get("/").get_data(as_text=True)
    own = re.findall(r'(?:src|href)="(/(?:a|_dash-component-suites)/[^"]+)"', page)
    geo = re.findall(r'"(/geo/[^"]+)"', client.get("/workspace/start").get_data(as_text=True))
    assert own
    assert geo
    fixed = ["/", "/sources", "/about", "/healthz", "/nope", "/api/v1/find?q=x", "/api/v1/nope", "/_dash-layout"]
    return [*fixed, *(f"/api/v1/{name}" for name in API), *own, geo[0], "/a/000000000000/css/njia.css", "/favicon.ico"]


def test_every_answer_carries_the_security_headers(client: FlaskClient):
    for address in addresses(client):
        answer = client.get(address)
        assert answer.status_code < 500, address
        policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == "'none'"
        for source in policy["script-src"].split():
            assert source == "'self'" or source.startswith("'sha256-"), address
        assert policy["frame-ancestors"] == "'self'"
        assert policy["object-src"] == "'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff", address
        assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer"), address


def test_no_page_names_a_third_party(client: FlaskClient):
    for path in ("/", "/?county=KE011", "/sources", "/about"):
        page = client.get(path).get_data(as_text=True)
        loaded = re.findall(r'<(?:script|link|img|iframe|source)[^>]+(?:src|href)="([^"]+)"', page)
        assert loaded
        assert [address for address in loaded if not address.startswith(("/", "data:"))] == []


@pytest.mark.parametrize("path", ["/nope", "/about/x", "/map", "/index.html", "/.env", "/wp-admin/"])
def test_an_unknown_address_is_a_404_with_a_way_back(client: FlaskClient, path: str):
    answer = client.get(path)
    assert answer.status_code == 404
    assert 'href="/?lang=en"' in answer.get_data(as_text=True)


def stylesheet(client: FlaskClient) -> str:
    return re.findall(r'href="(/a/[^"]+/css/njia\.css)"', client.get("/").get_data(as_text=True))[0]


def test_a_static_file_is_immutable_and_comes_in_three_codings(client: FlaskClient):
    geo = re.findall(r'"(/geo/[^"]+)"', client.get("/workspace/start").get_data(as_text=True))[0]
    for address in (stylesheet(client), geo):
        plain = client.get(address)
        assert plain.status_code == 200
        assert "Content-Encoding" not in plain.headers
        for asked, coding, unpack in (("gzip, br", "br", brotli.decompress), ("gzip", "gzip", gzip.decompress)):
            answer = client.get(address, headers={"Accept-Encoding": asked})
            assert answer.headers["Content-Encoding"] == coding
            assert unpack(answer.data) == plain.data
            assert "immutable" in answer.headers["Cache-Control"]
            assert answer.headers["Vary"] == "Accept-Encoding"
        refused = client.get(address, headers={"Accept-Encoding": "br;q=0, gzip"})
        assert refused.headers["Content-Encoding"] == "gzip"


def test_nothing_but_the_open_files_is_served(client: FlaskClient):
    address = stylesheet(client)
    digest = address.split("/")[2]
    for wrong in (
        address.replace(digest, "0" * 12),
        address.replace(digest, digest[:-1] + ("0" if digest[-1] != "0" else "1")),
        f"/a/{digest}/css/../../pyproject.toml",
        f"/a/{digest}/css/..%2f..%2fpyproject.toml",
        f"/a/{digest}/../pyproject.toml",
        f"/a/{digest}//etc/passwd",
        f"/a/{digest}/css/njia.css%00",
        f"/a/{digest}/css/",
        f"/a/{digest}/package.json",
        f"/a/{digest}/node_modules/axe-core/axe.min.js",
        "/geo/../edition.json",
        "/geo/%2e%2e%2fedition.json",
        "/geo/nothing.json",
        "/assets/css/njia.css",
    ):
        assert client.get(wrong).status_code == 404, wrong


def test_post_and_odd_methods_are_refused_without_a_500(client: FlaskClient):
    for path in ("/", "/api/v1/indicators.csv", "/healthz"):
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            assert client.open(path, method=method, data=b"x").status_code in (404, 405)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"output":"x"}', b"{" * 500])
def test_a_broken_call_of_a_callback_is_no_500(client: FlaskClient, body: bytes):
    answer = client.post("/_dash-update-component", data=body, content_type="application/json")
    assert 400 <= answer.status_code < 500, answer.get_data(as_text=True)[:300]


def test_the_web_process_never_loads_the_vault():
    """Not even after it answered every kind of question."""
    code = """
import json, sys
from pathlib import Path
from dashboard.server.app import create_app
from dashboard.settings import AppSettings
from geodata.query.world import open_world
from geodata.settings import DataSettings
client = create_app(open_world(DataSettings(home=Path("/nonexistent"), vault="")), AppSettings()).server.test_client()
for path in json.loads(sys.argv[1]):
    assert client.get(path).status_code == 200, path
heavy = ("duckdb", "ibis", "polars", "pyspark", "geopandas", "opendp", "psycopg", "playwright")
rooms = ("geodata.vault", "geodata.intake")
print([name for name in sys.modules if name.split(".")[0] in heavy or name.startswith(rooms)])
"""
    paths = ["/", "/?county=KE011", "/?corridor=C01", "/sources", "/about", "/healthz", "/api/v1/find?q=isiollo"]
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps([*paths, *(f"/api/v1/{name}" for name in API)])],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_a_second_visit_asks_only_whether_the_layout_is_the_same(client: FlaskClient):
    for path in ("/_dash-layout", "/_dash-dependencies"):
        for _ in range(2):  # made, then remembered
            first = client.get(path, headers={"Accept-Encoding": "br"})
            assert first.status_code == 200
            assert first.data
        held = {"Accept-Encoding": "br", "If-None-Match": first.headers["ETag"]}
        again = client.get(path, headers=held)
        assert (again.status_code, again.data) == (304, b"")
        assert client.get(path, headers={**held, "If-None-Match": '"another"'}).status_code == 200
