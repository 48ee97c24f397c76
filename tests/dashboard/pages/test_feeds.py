"""Feeds say what is new, are valid Atom, and tell of withheld events no more than any page."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from lxml import etree, html

from dashboard.i18n.catalogue import catalogue
from geodata.query.newest import MOST, new_events
from geodata.query.releases import shown_releases
from geodata.query.world import World

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = ("/feed.xml", "/feed/KE047.xml", "/feed/KE011.xml", "/feed/releases.xml")


def read(client: FlaskClient, path: str, lang: str = "en") -> etree._Element:
    answer = client.get(f"{path}?lang={lang}")
    assert answer.mimetype == "application/atom+xml"
    return etree.fromstring(answer.data)


@pytest.mark.parametrize("lang", ["en", "sw"])
@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_has_what_atom_asks_for(client: FlaskClient, path: str, lang: str) -> None:
    feed = read(client, path, lang)
    assert feed.tag == f"{ATOM}feed"
    for part in ("id", "title", "updated", "author"):
        assert len(feed.findall(f"{ATOM}{part}")) == 1, part
    own = feed.find(f"{ATOM}link[@rel='self']")
    assert own is not None
    assert own.get("href", "").endswith(f"{path}?lang={lang}")
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
    assert ids
    assert len(ids) == len(set(ids)) <= MOST
    for entry in feed.findall(f"{ATOM}entry"):
        assert entry.findtext(f"{ATOM}title")
        assert len(entry.findtext(f"{ATOM}updated", "")) == len("2026-11-22T00:00:00Z")
        link = entry.find(f"{ATOM}link")
        assert link is not None
        assert link.get("href", "").startswith("http://localhost/")


def test_every_entry_leads_to_its_event(client: FlaskClient) -> None:
    for entry in read(client, "/feed/KE011.xml").findall(f"{ATOM}entry"):
        link = entry.find(f"{ATOM}link")
        assert link is not None
        answer = client.get(link.get("href", ""))
        assert answer.status_code == 302
        path, _, anchor = answer.location.partition("#")
        assert html.fromstring(client.get(path).text).xpath(f'//li[@id="{anchor}"]'), anchor


def test_a_withheld_event_has_county_year_and_nature(client: FlaskClient, world: World) -> None:
    hidden = {f"urn:njia:event:{row['id']}": row for row in world.events.to_dict("records") if row["is_withheld"]}
    seen, tr = 0, catalogue("en")
    for pcode, name in world.names.items():
        for entry in read(client, f"/feed/{pcode}.xml").findall(f"{ATOM}entry"):
            row = hidden.get(entry.findtext(f"{ATOM}id", ""))
            if row:
                seen += 1
                assert entry.findtext(f"{ATOM}title") == f"{tr.t('nature.' + row['nature'])}: {name}, {row['year']}"
                assert entry.findtext(f"{ATOM}summary") == tr.t("panel.withheld")
    assert seen >= 30


def test_the_order_of_a_feed_is_no_finer_than_the_year(world: World) -> None:
    listed = new_events(world)
    assert [(new.since, new.row["year"], new.row["id"]) for new in listed] == sorted(
        ((new.since, new.row["year"], new.row["id"]) for new in listed), reverse=True
    )


def test_every_release_is_in_the_feed_of_releases(client: FlaskClient, world: World) -> None:
    ids = {entry.findtext(f"{ATOM}id") for entry in read(client, "/feed/releases.xml").findall(f"{ATOM}entry")}
    assert ids == {f"urn:njia:release:{release.id}" for release in shown_releases(world)}


def test_pages_name_their_feeds_in_the_head(client: FlaskClient) -> None:
    def linked(path: str) -> list[str]:
        head = html.fromstring(client.get(path).text).xpath('//head/link[@type="application/atom+xml"]/@href')
        return [str(href) for href in head]

    assert linked("/about?lang=sw") == ["/feed.xml?lang=sw", "/feed/releases.xml?lang=sw"]
    assert "/feed/KE011.xml?lang=en" in linked("/?county=KE011&lang=en")
    assert "/feed/KE011.xml?lang=en" in linked("/county/KE011?lang=en")


def test_no_feed_of_a_county_that_is_none(client: FlaskClient) -> None:
    assert client.get("/feed/KE048.xml").status_code == 404
