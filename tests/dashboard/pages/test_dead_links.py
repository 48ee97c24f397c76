"""A link found dead is marked on the page of sources, with its archived copy where one is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from lxml import html

from dashboard.server.app import create_app
from dashboard.settings import AppSettings
from geodata.links import ledger
from geodata.links.ledger import LinkRow, LinkState
from geodata.query.world import World, open_world
from geodata.settings import DataSettings

DAY = date(2026, 11, 20)
COPY = "https://archive.example/copy"


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> tuple[FlaskClient, list[str]]:
    """Return a site whose links were visited: gone with a copy, gone without, failing for a day, alive."""
    settings = DataSettings(home=tmp_path_factory.mktemp("home"), vault="")
    world: World = open_world(settings)
    rows = world.sources[~world.sources["withheld"].astype(bool) & world.sources["url"].str.startswith("https://")]
    ids, urls = list(rows["source_id"][:5]), list(rows["url"][:5])
    gone = LinkRow(ids[0], urls[0], LinkState.GONE, 404, DAY, archive_url=COPY)
    links = [
        gone,
        replace(gone, source_id=ids[1], url=urls[1], archive_url=""),
        replace(gone, source_id=ids[2], url=urls[2], state=LinkState.UNREACHABLE, failing_since=DAY - timedelta(1)),
        replace(gone, source_id=ids[3], url=urls[3], state=LinkState.ALIVE, status=200, last_alive=DAY),
        replace(gone, source_id=ids[4], url=urls[4], archive_url="javascript:alert(1)"),
    ]
    ledger.write(settings, {link.source_id: link for link in links})
    return create_app(open_world(settings), AppSettings()).server.test_client(), ids


def marks(client: FlaskClient, source_id: str, lang: str = "en") -> tuple[str, list[str]]:
    """Return what the page says of a dead link, and the addresses it offers instead."""
    page = html.fromstring(client.get(f"/sources?id={source_id}&lang={lang}").data)
    told = page.xpath("//li[@id=$id]//p[contains(@class, 'gone')]", id=source_id)
    return ("", []) if not told else (" ".join(told[0].text_content().split()), told[0].xpath(".//a/@href"))


@pytest.mark.parametrize(("lang", "words"), [("en", "not there any more"), ("sw", "haukuwepo tena")])
def test_a_dead_link_is_marked_with_its_copy(checked: tuple[FlaskClient, list[str]], lang: str, words: str) -> None:
    client, ids = checked
    told, links = marks(client, ids[0], lang)
    assert words in told
    assert "2026-11-20" in told
    assert links == [COPY]


def test_where_no_copy_is_known_that_is_said(checked: tuple[FlaskClient, list[str]]) -> None:
    client, ids = checked
    for source_id in (ids[1], ids[4]):
        told, links = marks(client, source_id)
        assert "no archived copy is known" in told
        assert links == []


def test_what_failed_for_a_day_and_what_answers_is_not_marked(checked: tuple[FlaskClient, list[str]]) -> None:
    client, ids = checked
    assert marks(client, ids[2]) == marks(client, ids[3]) == ("", [])
