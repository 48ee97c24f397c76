"""By which ways, as a reader gets it: one link, one view; nothing a link says breaks it."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask.testing import FlaskClient

from dashboard.server.app import create_app
from dashboard.settings import AppSettings, from_environment
from geodata.query.world import World


@pytest.fixture(scope="module")
def analyst(world: World) -> FlaskClient:
    return create_app(world, AppSettings(analyst=True)).server.test_client()


def text(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path, follow_redirects=True)
    assert answer.status_code == status, path
    return answer.get_data(as_text=True)


def rows(client: FlaskClient, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text(client, path).lstrip("\ufeff"))))


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_the_page_shows_the_whole_network(client: FlaskClient, world: World, lang: str):
    page = text(client, f"/?lens=ways&grade=C&fold=network,ledger,take&lang={lang}")
    assert f'lang="{lang}"' in page
    assert page.split('id="network"')[1].count('role="img"') == 2  # the map, and its drawing for phones
    ledger = page.split('id="ledger"')[1]
    assert ledger.count("<tr") - 1 == len(world.corridors.legs)
    assert 'aria-current="page"' in page.split('<nav class="questions"')[1].split("</nav>")[0]
    assert "/corridors/what-if" not in page


def test_natures_are_counted_apart(client: FlaskClient, world: World):
    lead = re.search(r'id="sentence"[^>]*>(.*?)</h1>', text(client, "/corridors?lang=en"), re.DOTALL)
    assert lead
    for nature in ("trafficking", "smuggling", "mixed", "unclear"):
        n = sum(row["nature"] == nature for row in world.corridors.corridors)
        assert f"{n} {nature}" in lead[1]
    page = text(client, "/corridors?lang=en&nature=smuggling")
    n = sum(row["nature"] == "smuggling" for row in world.corridors.corridors)
    assert f"{n} documented corridors" in page
    assert 'class="tag trafficking"' not in text(client, "/fold/ledger?lens=ways&way=smuggling&grade=C&lang=en")


def test_weaker_evidence_fades_and_does_not_vanish(client: FlaskClient):
    all_legs = rows(client, "/corridors/legs.csv?lang=en")
    best = rows(client, "/corridors/legs.csv?grade=A&lang=en")
    assert len(best) == len(all_legs)
    assert {row["grade"] for row in best if row["counts"] == "True"} == {"A"}
    page = text(client, "/fold/ledger?lens=ways&grade=A&lang=en")
    assert 'class="weak"' in page


@pytest.mark.parametrize("corridor", ["C03", "C09", "C18", "C25"])
def test_branches_told_in_words_only_are_said(client: FlaskClient, corridor: str):
    assert "told in words only" in text(client, f"/corridors?corridor={corridor}&lang=en")
    assert "told in words only" not in text(client, "/corridors?corridor=C01&lang=en")


def test_a_corridor_leads_to_the_map_and_back(client: FlaskClient):
    assert "Southern Route" in text(client, "/corridors?corridor=C01&lang=en").split('id="panel"')[1]
    assert re.search(r'href="/\?[^"]*corridor=C01&amp;lens=ways', text(client, "/?corridor=C01&lang=en"))


def test_chokepoints_and_cuts_exist_for_analysts_only(client: FlaskClient, analyst: FlaskClient):
    page = text(client, "/corridors?start=country:ETH&end=country:ZAF&lang=en")
    assert 'id="chokepoints"' not in page
    assert "chokepoints.csv" not in page
    assert client.get("/corridors/chokepoints.csv").status_code == 404
    assert "closing a route can push people" in text(analyst, "/fold/chokepoints?lens=ways&lang=en")


def test_cuts_between_two_ends(analyst: FlaskClient):
    client = analyst
    page = text(client, "/corridors?start=country:ETH&end=country:ZAF&lang=en")
    assert "at least 3 places would have to be closed" in page
    assert "There is no documented way from South Africa to Ethiopia" in text(
        client, "/corridors?start=country:ZAF&end=country:ETH&lang=en"
    )
    assert "the two overlap" in text(client, "/corridors?start=place:isiolo&end=country:KEN&lang=en")


BAD = [
    "nature=both", "origin=XXX", "grade=Z", "view=moon", "corridor=C99", "start=place:atlantis", "mode=rocket",
    "start=place:isiolo&end=place:isiolo", "nature=" + "x" * 10_000, "corridor=%00%ff<script>", "close=place:atlantis",
    "coarse=maybe",
]  # fmt: skip


@pytest.mark.parametrize("query", BAD, ids=[query[:24] for query in BAD])
@pytest.mark.parametrize("path", ["/corridors", "/corridors/what-if"])
def test_bad_input_is_said_and_never_breaks(analyst: FlaskClient, path: str, query: str):
    if query.startswith("close") and path == "/corridors":
        path = "/corridors/what-if"  # only there something can be closed
    page = text(analyst, f"{path}?lang=en&{query}")
    assert "Part of the link was not understood" in page
    assert "<script>alert" not in page
    assert "x" * 2_000 not in page
    for kind in ("gpkg", "graphml"):
        if path == "/corridors" and len(query) < 30:
            assert analyst.get(f"/api/v1/corridors.{kind}?{query}").status_code == 200


def test_a_combination_nothing_fits_says_what_to_do(client: FlaskClient):
    page = text(client, "/corridors?nature=unclear&mode=lake&lang=en")
    assert "No documented leg fits all of these choices" in page


def test_the_what_if_exists_for_analysts_only(client: FlaskClient, analyst: FlaskClient):
    assert client.get("/corridors/what-if?close=place:isiolo").status_code == 404
    assert "/corridors/what-if" in text(analyst, "/fold/chokepoints?lens=ways&lang=en")
    assert from_environment({"NJIA_ANALYST": "1"}).analyst
    assert not from_environment({}).analyst
    assert not from_environment({"NJIA_ANALYST": "0"}).analyst


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_closing_isiolo(analyst: FlaskClient, lang: str):
    page = text(analyst, f"/corridors/what-if?close=place:isiolo&lang={lang}")
    assert {"en": "closing a route can push people", "sw": "kufunga njia kunaweza kuwasukuma watu"}[lang] in page
    assert "Garissa" in page
    if lang == "en":
        assert "6 of 17 smuggling corridors; 1 of 4 mixed corridors" in page
        assert "names no stop between" in page


def test_closing_what_the_filters_left_out_is_said(analyst: FlaskClient):
    page = text(analyst, "/corridors/what-if?close=place:isiolo&nature=unclear&lang=en")
    assert "not on the network shown with these filters" in page
    assert "What if something were closed: Isiolo" in text(analyst, "/corridors/what-if?close=county:KE011&lang=en")


def test_files_carry_the_release(client: FlaskClient, analyst: FlaskClient, world: World):
    for kind in ("gpkg", "graphml"):
        answer = client.get(f"/api/v1/corridors.{kind}?nature=trafficking")
        assert answer.headers["X-Njia-Release"] == world.releases["public"].id
        assert "attachment" in answer.headers["Content-Disposition"]
    exposure = rows(client, "/corridors/exposure.csv?lang=en")
    assert len(exposure) == 47
    chokes = rows(analyst, "/corridors/chokepoints.csv?lang=en")
    assert {"place", "county"} == {row["kind"] for row in chokes}
    assert all(float(row["low_90"]) <= float(row["high_90"]) for row in chokes)
