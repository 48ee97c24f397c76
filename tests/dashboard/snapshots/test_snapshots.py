"""A frozen view: the same bytes after a restart, a newer release, another evidence edition; refused when withdrawn."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.server.app import create_app
from dashboard.settings import ROOT, AppSettings
from dashboard.snapshots.freeze import freeze, frozen_world, verify, view_of
from dashboard.view.site import choices_of
from geodata.build.locations import public_store
from geodata.facts.roles import RoleStatus
from geodata.query.snapshots import figures_of, keep, snapshots_of
from geodata.query.world import World, open_world
from geodata.release.released_cells import canonical_json
from geodata.release.snapshots import Snapshots
from geodata.settings import DataSettings
from geodata.values import DataProblem, Grade
from layers.theme import LAND
from tests.releasing import LATER, copy_of_shipped, publish_caseload, publish_newer, three_edits

DAY = date(2026, 11, 22)
OWN = {"Origin": "http://localhost"}
LINKS = (
    "/?county=KE011&nature=smuggling",
    "/?nature=trafficking&measure=rate&t=2021&lang=sw",
    "/?county=KE047&from=2015&to=2020&form=forced_labour",
    "/?role=transit&rule=loose&nature=smuggling&measure=persons",
    "/lite/KE010?lang=sw",
    "https://njia.example/county/KE013?lang=en",
    "?corridor=C01",
)


@pytest.fixture
def settings_(tmp_path: Path) -> DataSettings:
    return copy_of_shipped(tmp_path)


def frozen(world: World, link: str) -> str:
    choices = choices_of(world)
    snapshot = freeze(world, choices, view_of(link, choices)[0], DAY)
    keep(world, snapshot)
    return snapshot.name


def site(world: World) -> FlaskClient:
    return create_app(world, AppSettings()).server.test_client()


@pytest.mark.parametrize("link", LINKS)
def test_the_same_link_freezes_to_the_same_name(settings_: DataSettings, link: str) -> None:
    one, two = open_world(settings_), open_world(settings_)
    name = frozen(one, link)
    assert frozen(two, link) == name
    assert verify(two, name).same
    assert len(list(snapshots_of(settings_).home.glob("*.json"))) == 1


def test_frozen_views_hold_after_a_newer_release(settings_: DataSettings) -> None:
    before = open_world(settings_)
    names = [frozen(before, link) for link in LINKS]
    bytes_before = [canonical_json(snapshots_of(settings_).get(name).content["figures"]) for name in names]
    publish_newer(settings_, three_edits)
    after = open_world(settings_)
    assert after.releases["public"].id != before.releases["public"].id
    for name, told in zip(names, bytes_before, strict=True):
        assert verify(after, name).same
        assert canonical_json(snapshots_of(settings_).get(name).content["figures"]) == told
    assert frozen(after, LINKS[0]) != names[0]  # the newer release has other figures
    client = site(after)
    page = client.get(f"/s/{names[0]}").get_data(as_text=True)
    assert "A newer release has been published since" in page
    assert "byte for byte" in page
    was, now = before.releases["public"].id, after.releases["public"].id
    assert f"from={was}&amp;to={now}" in page
    assert was[:12] in page.split("<footer", 1)[1]
    assert "A newer release" not in client.get(f"/s/{frozen(after, LINKS[0])}").get_data(as_text=True)


def test_what_was_found_out_since_does_not_move_frozen_figures(settings_: DataSettings) -> None:
    world = open_world(settings_)
    name = frozen(world, LINKS[3])
    turned = {
        rule: tuple(replace(a, status=RoleStatus.NO_EVIDENCE if a.held else RoleStatus.HELD) for a in answers)
        for rule, answers in world.role_decisions.items()
    }
    other = replace(
        world, role_decisions=turned, responses=world.responses.iloc[:3],
        population={pcode: n + 1 for pcode, n in world.population.items()},
    )  # fmt: skip
    assert frozen(other, LINKS[3]) != name
    assert verify(other, name).same


@pytest.mark.parametrize("link", ["/?corridor=all", "/?lens=ways", "/?lens=roles", "/?corridor=C14&county=KE039"])
def test_a_frozen_map_keeps_its_corridors_roles_and_neighbours(settings_: DataSettings, link: str) -> None:
    world = open_world(settings_)
    name = frozen(world, link)
    before = site(world).get(f"/s/{name}").get_data(as_text=True)
    drawn = before.split('class="frozen-map"', 1)[1].split("</svg>", 1)[0]
    assert "Isiolo" in drawn
    assert f'fill="{LAND}"' in drawn
    assert drawn.count("<path") > 70  # counties, neighbours, lakes, ribbons
    weaker = {
        rule: tuple(replace(a, best_grade=Grade.C, smuggling_only=True) if a.best_grade else a for a in answers)
        for rule, answers in world.role_decisions.items()
    }
    legs = tuple(leg for leg in world.corridors.legs if leg["properties"]["corridor_id"] == "C02")
    other = replace(world, role_decisions=weaker, corridors=replace(world.corridors, legs=legs))
    frozen_world.cache_clear()
    after = site(other).get(f"/s/{name}").get_data(as_text=True)
    assert drawn == after.split('class="frozen-map"', 1)[1].split("</svg>", 1)[0]
    assert verify(other, name).same


def test_a_frozen_map_without_its_corridors_says_so(settings_: DataSettings) -> None:
    world = open_world(settings_)
    name = frozen(world, LINKS[0])
    said = "The corridors of that day were not kept"
    assert said not in site(world).get(f"/s/{name}").get_data(as_text=True)
    shutil.rmtree(snapshots_of(settings_).home / "corridors")
    fewer = replace(world, corridors=replace(world.corridors, legs=world.corridors.legs[:9]))
    frozen_world.cache_clear()
    assert said in site(fewer).get(f"/s/{name}").get_data(as_text=True)


def run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {**{k: v for k, v in os.environ.items() if not k.startswith("NJIA_")}, "NJIA_HOME": str(home)}
    command = [sys.executable, str(ROOT / "app.py"), "snapshot", *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def test_the_command_freezes_and_verifies_in_another_process(tmp_path: Path) -> None:
    made = run(tmp_path, "/?county=KE011&nature=smuggling&lang=en&nonsense=1")
    name = made.stdout.split()[0].removeprefix("/s/")
    assert made.returncode == 0
    world = open_world(DataSettings(home=tmp_path, vault=""))
    assert frozen(world, "/?county=KE011&nature=smuggling&lang=en") == name
    again = run(tmp_path, "verify", f"/s/{name}")
    assert (again.returncode, "byte for byte the same" in again.stdout) == (0, True)
    with pytest.raises(DataProblem, match="no frozen view"):
        verify(world, "0" * 24)


def test_a_withdrawn_release_is_refused_with_a_sentence(settings_: DataSettings) -> None:
    world = open_world(settings_)
    name = frozen(world, LINKS[0])
    assert site(world).get(f"/s/{name}").status_code == 200
    publish_newer(settings_, three_edits)
    public_store(settings_).withdraw(world.releases["public"].id, on=LATER, reason="a name was in it")
    for now in (open_world(settings_), world):  # the one that still remembers it, too
        with pytest.raises(DataProblem, match="withdrawn on 2026-12-01"):
            verify(now, name)
    client = site(open_world(settings_))
    answer = client.get(f"/s/{name}?lang=sw")
    assert answer.status_code == 410
    assert "a name was in it" in answer.get_data(as_text=True)
    data = client.get(f"/s/{name}.json")
    assert data.status_code == 404
    assert "counts" not in data.get_data(as_text=True)


def test_a_changed_file_is_refused(settings_: DataSettings) -> None:
    world = open_world(settings_)
    name = frozen(world, LINKS[0])
    path = snapshots_of(settings_).home / f"{name}.json"
    plain = json.loads(path.read_bytes())
    plain["snapshot"]["figures"]["counts"][0][2] += 1
    for content in (json.dumps(plain), "{", "[]", ""):
        path.write_text(content)
        with pytest.raises(DataProblem, match="was changed after it was made"):
            snapshots_of(settings_).get(name)
        assert site(world).get(f"/s/{name}").status_code == 410


def test_figures_that_no_longer_follow_are_said(settings_: DataSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    world = open_world(settings_)
    name = frozen(world, LINKS[0])
    frozen_world.cache_clear()

    def other(*args: object) -> dict[str, object]:
        return {**figures_of(*args), "whole": [1]}  # type: ignore[arg-type]

    monkeypatch.setattr("dashboard.snapshots.freeze.figures_of", other)
    assert (verify(world, name).same, verify(world, name).difference) == (False, "whole")
    assert 'role="alert"' in site(world).get(f"/s/{name}").get_data(as_text=True)


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_the_form_of_the_map_freezes_what_it_shows(settings_: DataSettings, lang: str) -> None:
    world = open_world(settings_)
    client = site(world)
    page = client.get(f"/?lang={lang}").get_data(as_text=True)
    assert 'form="view" formmethod="post" formaction="/s"' in page
    form = {"lang": lang, "nature": "smuggling", "county": "KE011", "from": "2015", "to": "2024", "layers": ["roles"]}
    answer = client.post("/s", data=form, headers=OWN)
    assert answer.status_code == 303
    shown = client.get(answer.headers["Location"])
    assert f'<html lang="{lang}"' in shown.get_data(as_text=True)
    content = client.get(answer.headers["Location"].replace("?", ".json?")).get_json()
    assert content["view"]["county"] == "KE011"
    assert content["figures"]["period"] == [2015, 2024]
    live = client.get(f"/?nature=smuggling&county=KE011&from=2015&to=2024&lang={lang}").get_data(as_text=True)
    sentence = live.split('<h1 id="sentence"', 1)[1].split(">", 1)[1].split("</h1>", 1)[0]
    assert f"<h1>{sentence}</h1>" in shown.get_data(as_text=True)


def test_freezing_is_bounded_and_only_for_our_own_pages(settings_: DataSettings) -> None:
    client = site(open_world(settings_))
    assert client.post("/s", data={"link": "/"}).status_code == 403
    assert client.post("/s", data={"link": "/"}, headers={"Origin": "https://elsewhere.example"}).status_code == 403
    for link in ("/about", "javascript:alert(1)", "//evil.example/x", "/lite/KE099", "http://[::1"):
        answer = client.post("/s", data={"link": link}, headers=OWN)
        assert (answer.status_code, "<script>alert" in answer.get_data(as_text=True)) == (400, False)
    codes = [client.post("/s", data={"link": f"/?county=KE0{n:02d}"}, headers=OWN).status_code for n in range(1, 30)]
    assert 10 <= codes.count(303) <= 20
    assert codes.count(303) + codes.count(429) == 29
    assert client.post("/s", data={"link": "/?county=KE001"}, headers=OWN).status_code == 303  # known: no burden
    assert client.post("/s", data={"link": "/?q=" + "x" * 20_000}, headers=OWN).status_code == 413


def test_the_folder_is_bounded(settings_: DataSettings, tmp_path: Path) -> None:
    world = open_world(settings_)
    choices = choices_of(world)
    kept = Snapshots(tmp_path / "few", most=2)
    views = [freeze(world, choices, view_of(f"/?county=KE00{n}", choices)[0], DAY) for n in (1, 2, 3)]
    assert kept.put(views[0])
    assert kept.put(views[1])
    assert not kept.put(views[0])
    with pytest.raises(DataProblem, match="as many as are kept"):
        kept.put(views[2])


def test_what_nobody_looks_at_makes_room(settings_: DataSettings, tmp_path: Path) -> None:
    world = open_world(settings_)
    choices = choices_of(world)
    kept = Snapshots(tmp_path / "few", most=2)
    used, unused, new = (freeze(world, choices, view_of(f"/?county=KE00{n}", choices)[0], DAY) for n in (1, 2, 3))
    long_ago = time.time() - 40 * 86_400
    for snapshot in (used, unused):
        assert kept.put(snapshot)
        os.utime(tmp_path / "few" / f"{snapshot.name}.json", (long_ago, long_ago))
    assert kept.get(used.name).content == used.content
    assert kept.put(new)
    assert [kept.has(snapshot.name) for snapshot in (used, unused, new)] == [True, False, True]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> World:
    return open_world(DataSettings(home=tmp_path_factory.mktemp("frozen"), vault=""))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    county=st.integers(0, 47), nature=st.sampled_from(["trafficking", "smuggling", "unclear"]),
    years=st.tuples(st.integers(2007, 2026), st.integers(2007, 2026)), role=st.sampled_from(["", "source", "transit"]),
    lang=st.sampled_from(["en", "sw"]), measure=st.sampled_from(["incidents", "persons", "rate"]),
)  # fmt: skip
def test_any_view_is_reproduced(
    shared: World, *, county: int, nature: str, years: tuple[int, int], role: str, lang: str, measure: str
) -> None:
    place = f"&county=KE{county:03d}" if county else ""
    roles = f"&role={role}" if role else ""
    link = f"/?nature={nature}&from={min(years)}&to={max(years)}&lang={lang}&measure={measure}{place}{roles}"
    assert verify(shared, frozen(shared, link)).same


def test_a_protected_view_is_frozen_and_holds(settings_: DataSettings) -> None:
    publish_caseload(settings_, 900)
    world = open_world(settings_)
    names = [frozen(world, f"/?dataset=partners&county=KE047&nature={n}") for n in ("trafficking", "smuggling")]
    assert snapshots_of(settings_).get(names[0]).content["figures"]["counts"]
    publish_caseload(settings_, 1_400)
    after = open_world(settings_)
    assert all(verify(after, name).same for name in names)
    page = site(after).get(f"/s/{names[0]}").get_data(as_text=True)
    assert "A newer release has been published since" in page
    assert "Synthetic" in page
