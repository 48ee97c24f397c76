"""The questions of the map: found by folder, reached by old links, kept through the tabs, unbroken by any link."""

from __future__ import annotations

import random
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient

from dashboard import lenses
from dashboard.i18n.catalogue import catalogue
from dashboard.server.app import create_app
from dashboard.settings import AppSettings
from dashboard.view.lens_keys import lens_keys
from geodata.query.world import World

SEVEN = ["detected", "ways", "roles", "looking", "responds", "changed", "compare"]
NEW_LENS = """
from markupsafe import Markup
from dashboard.lenses.base import Lens, LensView
from dashboard.lenses.detected.lens import detected

def weather(site, state):
    seen = detected(site, state)
    asked = dict(state.own).get("season", "none")
    return LensView(f"Season: {asked}", "", seen.fills, Markup("legend"), Markup("<table id='t'></table>"))

LENS = Lens(key="weather", order=8, view=weather)
"""
OLD = (
    ("/detection?nature=smuggling&measure=persons&from=2015&to=2020&region=Coast&sort=rate&clusters=1",
     {"lens": "looking", "nature": "smuggling", "measure": "persons", "from": "2015", "to": "2020", "region": "Coast",
      "sort": "rate", "fold": "clusters"}),
    ("/detection", {"lens": "looking", "nature": "trafficking"}),
    ("/response?by=roles&lang=sw", {"lens": "responds", "by": "roles", "lang": "sw"}),
    ("/change?before=2014-2018&after=2019-2024&region=Coast&form=child_trafficking&from=2001",
     {"lens": "changed", "nature": "trafficking", "before": "2014-2018", "after": "2019-2024", "region": "Coast",
      "form": "child_trafficking"}),
    ("/compare?counties=KE011&counties=KE010&with=neighbours&against=median&rule=strict",
     {"lens": "compare", "nature": "trafficking", "counties": "KE011,KE010", "with": "neighbours",
      "against": "median", "rule": "strict"}),
    ("/corridors?nature=mixed&origin=ETH&view=south&corridor=C01",
     {"lens": "ways", "nature": "smuggling", "way": "mixed", "origin": "ETH", "grade": "C", "view": "south",
      "extent": "corridor", "corridor": "C01", "fold": "network"}),
    ("/corridors?grade=A&nature=trafficking", {"lens": "ways", "nature": "trafficking", "way": "trafficking",
                                               "grade": "A"}),
)  # fmt: skip
VALUES = (
    "", "KE011", "KE010,KE011", "KE048", "2018", "2014-2018", "2019-2025", "2025-2014", "Coast", "all", "C01", "C99",
    "smuggling", "mixed", "trafficking", "unclear", "persons", "rate", "median", "neighbours", "roles", "legs", "1",
    "place:isiolo", "country:ETH", "ETH", "road", "A", "C", "south", "watchers", "transit", "strict", "gulf", "sw",
    "\x00", "٢٠١٨", "<script>alert(1)</script>", "a" * 900, "'; DROP TABLE cells; --", ",,,", "none",
    "network,plan",
)  # fmt: skip


def query_of(address: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}


def test_there_are_seven_questions_in_order() -> None:
    assert list(lenses.lenses()) == SEVEN
    for lang in ("en", "sw"):
        for key in SEVEN:
            assert catalogue(lang).t(f"question.{key}").strip()
            assert catalogue(lang).t(f"lens.{key}.leaves_out").strip()


@pytest.fixture
def with_weather(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    folder = tmp_path / "weather"
    folder.mkdir()
    (folder / "__init__.py").write_text('"""Weather."""\n', encoding="utf-8")
    (folder / "lens.py").write_text(NEW_LENS, encoding="utf-8")
    (folder / "keys.txt").write_text("season: long or short rains\n", encoding="utf-8")
    monkeypatch.setitem(catalogue("en").words, "question.weather", "What was the weather?")
    lenses.__path__.append(str(tmp_path))
    yield create_app(world, AppSettings()).server.test_client()
    lenses.__path__.remove(str(tmp_path))


def test_a_new_lens_is_one_folder_and_its_words(with_weather: FlaskClient) -> None:
    assert ("weather", ("season",)) in lens_keys()
    page = with_weather.get("/?lens=weather&season=long&nature=smuggling&county=KE011&lang=en").get_data(as_text=True)
    assert "Season: long" in page
    tabs = page.split('class="questions"')[1].split("</nav>")[0]
    assert "What was the weather?" in tabs
    assert "lens=weather" in tabs


@pytest.mark.parametrize(("old", "new"), OLD, ids=[old for old, _ in OLD])
def test_a_link_of_november_opens_the_same_view(client: FlaskClient, old: str, new: dict[str, str]) -> None:
    moved = client.get(old)
    assert moved.status_code == 301
    assert query_of(moved.headers["Location"]) == new
    assert client.get(moved.headers["Location"]).status_code == 200


def test_going_from_question_to_question_keeps_the_view(client: FlaskClient) -> None:
    asked = "nature=smuggling&from=2015&to=2020&county=KE011&form=smuggling_transit&rule=strict&lang=en"
    page = client.get(f"/?lens=looking&region=Eastern&sort=rate&{asked}").get_data(as_text=True)
    tabs = page.split('class="questions"')[1].split("</nav>")[0]
    links = [query_of(unescape(part.split('"')[0])) for part in tabs.split('href="')[1:]]
    assert len(links) == len(SEVEN)
    kept = dict(pair.split("=") for pair in asked.split("&"))
    assert all(kept.items() <= link.items() for link in links)
    assert [link.get("lens", "detected") for link in links] == SEVEN
    assert links[SEVEN.index("changed")]["region"] == "Eastern"  # the region means the same there
    assert "sort" not in links[SEVEN.index("changed")]


def test_the_plain_address_fills_with_what_more_counties_reported(client: FlaskClient) -> None:
    said = client.get("/?lang=en").get_data(as_text=True).split('id="sentence"')[1].split("</h1>")[0]
    assert "trafficking" in said
    assert "The map shows smuggling, which more counties reported" in said
    november = client.get("/?from=2007&lang=en").get_data(as_text=True).split('id="sentence"')[1].split("</h1>")[0]
    assert "The map shows trafficking" in november


def random_links(seed: int, count: int) -> Iterator[str]:
    """Yield links over all lenses, their own keys and their folds, legal and not."""
    draw = random.Random(seed)
    own = [key for _, keys in lens_keys() for key in keys]
    keys = [*own, "nature", "measure", "from", "to", "t", "county", "corridor", "grade", "rule", "role", "form",
            "extent", "layers", "dataset", "lang", "fold"]  # fmt: skip
    for _ in range(count):
        pairs = [("lens", draw.choice([*SEVEN, "gone"]))]
        pairs += [(draw.choice(keys), draw.choice(VALUES)) for _ in range(draw.randrange(7))]
        yield f"/?{urlencode(pairs)}"


def test_no_link_breaks_a_lens(client: FlaskClient) -> None:
    for link in random_links(11, 50):
        assert_unbroken(client, link)


@pytest.mark.soak
def test_no_link_of_ten_thousand_breaks_a_lens(client: FlaskClient) -> None:
    for link in random_links(12, 10_000):
        assert_unbroken(client, link)


def assert_unbroken(client: FlaskClient, link: str) -> None:
    """Check that a link is a page, or not found where it names a dataset that is not here."""
    answer = client.get(link)
    dataset = parse_qs(urlsplit(link).query).get("dataset", ["public"])[0]
    assert answer.status_code == (200 if dataset == "public" else 404), link
    assert b"<script>alert" not in answer.data, link
