"""`/new`: the newest events in the order of the feed, those with fewer than five children told by year and nature."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from lxml import etree, html

from dashboard.i18n.catalogue import catalogue
from geodata.query.world import World

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.mark.parametrize("lang", ["en", "sw"])
@pytest.mark.parametrize(("county", "feed"), [("", "/feed.xml"), ("KE011", "/feed/KE011.xml")])
def test_the_page_lists_what_the_feed_lists(client: FlaskClient, county: str, feed: str, lang: str) -> None:
    page = html.fromstring(client.get(f"/new?lang={lang}&county={county}").data)
    shown = [line.get("data-event") for line in page.xpath("//li[@data-event]")]
    entries = etree.fromstring(client.get(f"{feed}?lang={lang}").data).findall(f"{ATOM}entry")
    assert shown
    assert [entry.findtext(f"{ATOM}id").removeprefix("urn:njia:event:") for entry in entries] == shown
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == page.xpath("//li[@data-event]/p/a/text()")
    assert page.xpath("//main//a[@type='application/atom+xml']/@href") == [f"{feed}?lang={lang}"]


def test_twelve_events_are_open_and_the_others_are_folds_that_need_no_script(client: FlaskClient) -> None:
    page = html.fromstring(client.get("/new?lang=en").data)
    parts = page.xpath("//ol[contains(@class, 'new-events')]")
    assert [int(part.get("start")) for part in parts] == [1, 13, 25, 37, 49]
    assert [len(part.xpath("li")) for part in parts] == [12, 12, 12, 12, 2]
    assert [len(part.xpath("ancestor::details")) for part in parts] == [0, 1, 1, 1, 1]
    heads = [" ".join(head.text_content().split()) for head in page.xpath("//details[@class='unfold']/summary/h2")]
    assert heads[0].startswith("Events 13 to 24, of 20")


def test_what_a_reader_has_seen_is_asked_of_nobody(client: FlaskClient) -> None:
    answer = client.get("/new?lang=en")
    assert "Set-Cookie" not in answer.headers
    box = html.fromstring(answer.data).xpath("//section[contains(@class, 'seen')]")[0]
    assert box.get("hidden") is not None, "without scripts nothing is offered that does not work"
    assert not box.xpath(".//form | .//a")


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_events_under_the_rule_say_no_more(client: FlaskClient, world: World, lang: str) -> None:
    hidden = world.events[world.events["is_withheld"]]
    seen = 0
    for county in sorted(set(hidden["county"])):
        page = html.fromstring(client.get(f"/new?lang={lang}&county={county}").data)
        for line in page.xpath("//li[@data-event]"):
            row = hidden[hidden["id"] == line.get("data-event")]
            if len(row):
                seen += 1
                title = line.xpath("p/a/text()")[0]
                assert re.search(r"[:,] (\d{4})$", title), title
                assert line.xpath("p[last()]/text()") == [catalogue(lang).t("panel.withheld")]
    assert seen > 20


def test_an_unknown_county_is_everything(client: FlaskClient) -> None:
    assert client.get("/new?county=KE999&lang=en").text == client.get("/new?lang=en").text


def test_a_county_without_events_is_not_called_safe(client: FlaskClient, world: World) -> None:
    without = min(set(world.names) - set(world.events["county"]))
    assert "does not mean that there was none" in client.get(f"/new?county={without}&lang=en").text
