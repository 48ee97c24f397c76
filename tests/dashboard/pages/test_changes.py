"""`/changes`: the first release, two public ones, a withdrawn one; page, CSV and JSON say the same."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.server.app import create_app
from dashboard.settings import AppSettings
from geodata.build.locations import public_store
from geodata.query.releases import changes_for_county, release_changes, shown_releases
from geodata.query.world import World, open_world
from geodata.values import DataProblem
from tests.releasing import LATER, copy_of_shipped, publish_caseload, publish_newer, three_edits


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, str]:
    """Return a world with two public releases, and the id of the older one."""
    settings = copy_of_shipped(tmp_path_factory.mktemp("changes"))
    before = open_world(settings).releases["public"].id
    publish_newer(settings, three_edits)
    return open_world(settings), before


@pytest.fixture(scope="module")
def two(pair: tuple[World, str]) -> FlaskClient:
    return create_app(pair[0], AppSettings()).server.test_client()


def rows(client: FlaskClient, path: str) -> list[dict[str, str]]:
    text = client.get(path).get_data(as_text=True)
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_the_first_release_says_so(client: FlaskClient, lang: str) -> None:
    page = client.get(f"/changes?lang={lang}").get_data(as_text=True)
    assert {"en": "is the first release", "sw": "ni toleo la kwanza"}[lang] in page


def test_the_county_knows_its_own_changes(pair: tuple[World, str]) -> None:
    world, before = pair
    isiolo, marsabit = changes_for_county(world, "KE011"), changes_for_county(world, "KE010")
    assert isiolo.before == before
    assert isiolo.published == LATER.isoformat()
    assert {(one.causes, one.events) for one in isiolo.figures} == {(("new_data",), ("INC-9001",))}
    assert [(row.key, row.kind) for row in isiolo.events] == [("INC-9001", "added")]
    (one,) = marsabit.figures
    assert (one.measure, one.causes) == ("persons", ("correction",))
    assert one.after - one.before == 7  # type: ignore[operator]
    assert {one.causes for one in changes_for_county(world, "KE047").figures} == {("correction",)}
    assert changes_for_county(world, "KE013").figures == ()


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_page_file_and_api_say_the_same(two: FlaskClient, pair: tuple[World, str], lang: str) -> None:
    world, before = pair
    found = release_changes(world, before, world.releases["public"].id)
    page = two.get(f"/changes?lang={lang}").get_data(as_text=True)
    assert page.count("<tr>") == len(found.figures) + 1
    table = rows(two, "/changes.csv")
    assert len(table) == len(found.figures)
    answer = two.get("/api/v1/changes.json").get_json()
    assert [row["after"] for row in answer["changes"]] == [int(r["after"]) if r["after"] else None for r in table]
    assert (answer["from"], answer["to"]) == (before, world.releases["public"].id)
    assert {row["id"] for row in answer["rows"]} == {row.key for row in found.rows}
    assert "INC-9001" in page


def test_backwards_and_by_county(two: FlaskClient, pair: tuple[World, str]) -> None:
    world, before = pair
    now = world.releases["public"].id
    there = rows(two, f"/changes.csv?from={before}&to={now}&county=KE011")
    back = rows(two, f"/changes.csv?from={now[:12]}&to={before[:12]}&county=KE011")
    assert [(r["before"], r["after"]) for r in there] == [(r["after"], r["before"]) for r in back]
    assert {row["county"] for row in there} == {"KE011"}
    assert len(rows(two, f"/changes.csv?from={now}&to={now}")) == 0


@pytest.mark.parametrize("query", ["from=ffffffff", "to=ffffffff", "from=474dc&to=<script>", "page=99999&county=KE99"])
def test_odd_questions_are_answered_in_words(two: FlaskClient, query: str) -> None:
    answer = two.get(f"/changes?{query}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == (404 if "ffffffff" in query else 200)
    assert ("There is no release" in page) == ("ffffffff" in query)
    assert "<script>" not in page.replace("<script src", "")
    assert two.get(f"/changes.csv?{query}").status_code == answer.status_code
    for kind in ("json", "csv"):
        told = two.get(f"/api/v1/changes.{kind}?{query}")
        assert told.status_code == (404 if "ffffffff" in query else 400), "programs are told what a page leaves out"


def test_a_withdrawn_release_is_refused_with_a_sentence(tmp_path: Path) -> None:
    settings = copy_of_shipped(tmp_path)
    before = open_world(settings).releases["public"].id
    publish_newer(settings, three_edits)
    public_store(settings).withdraw(before, on=LATER, reason="a name was in it")
    world = open_world(settings)
    with pytest.raises(DataProblem, match="withdrawn on 2026-12-01"):
        release_changes(world, before, world.releases["public"].id)
    assert before not in {one.id for one in shown_releases(world)}
    assert changes_for_county(world, "KE011").before == ""
    client = create_app(world, AppSettings()).server.test_client()
    answer = client.get(f"/changes?from={before}")
    assert answer.status_code == 404
    assert "a name was in it" in answer.get_data(as_text=True)


def test_a_protected_dataset_says_what_can_be_chance(tmp_path: Path) -> None:
    settings = copy_of_shipped(tmp_path)
    before = publish_caseload(settings, 900)
    after = publish_caseload(settings, 1_400)
    world = open_world(settings)
    found = changes_for_county(world, "KE047", "partners")
    assert found.before == before.id
    assert found.figures
    assert all(one.error is not None for one in found.figures)
    assert found.events == ()
    client = create_app(world, AppSettings()).server.test_client()
    page = client.get(f"/changes?to={after.id}").get_data(as_text=True)
    assert "can be chance" in page
    assert "likely" in page
    assert {row["certain"] for row in rows(client, f"/changes.csv?to={after.id[:12]}")} == {"False", "True"}
    named = client.get("/changes?dataset=partners").get_data(as_text=True)
    assert "can be chance" in named
    assert f'<option value="{after.id}" selected>' in named
    assert f'<option value="{before.id}" selected>' in named
    assert client.get("/api/v1/changes.json?dataset=partners").get_json()["to"] == after.id
    assert client.get("/api/v1/changes.json?dataset=nonsense").status_code == 404
    mixed = client.get(f"/changes?from={world.releases['public'].id}&to={after.id}")
    assert mixed.status_code == 404
    assert "do not compare" in mixed.get_data(as_text=True)
