"""Whom to call stands on every page and card, in every language, and each number says where it was read."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from lxml import html

from dashboard.i18n.catalogue import catalogue
from dashboard.lite.text import message
from dashboard.server.app import Njia
from geodata.query.county_card import card
from geodata.query.helplines import confirmed, diallable, first
from geodata.query.world import World

SAMPLES = {
    "asked": "KE011",
    "pcode": "KE011",
    "name": "kenya",
    "number": "1",
    "key": "events",
    "form": "pptx",
}
LANGS = ("en", "sw")
LEAVE = "about:blank"


def addresses(app: Njia) -> list[str]:
    """Return an address of every route that a reader can get, the parts of its path filled in."""
    rules = [rule for rule in app.server.url_map.iter_rules() if "GET" in (rule.methods or ())]
    filled = [
        re.sub(r"<(?:\w+:)?(\w+)>", lambda match: SAMPLES[match[1]], rule.rule)
        for rule in rules
        if rule.arguments <= set(SAMPLES) and not rule.rule.startswith(("/_", "/a/"))
    ]
    return [*filled, *(f"/briefing{part}story=kenya&step=1" for part in ("?", "/notes?", "/phone?")), "/no"]


def pages(app: Njia, client: FlaskClient, lang: str) -> dict[str, str]:
    """Return address → HTML of everything that is a whole page."""
    found = {}
    for path in addresses(app):
        answer = client.get(f"{path}{'&' if '?' in path else '?'}lang={lang}", follow_redirects=True)
        if answer.mimetype == "text/html" and "<html" in answer.text[:200]:
            found[path] = answer.text
    return found


@pytest.mark.parametrize("lang", LANGS)
def test_help_and_leave_are_on_every_page(app: Njia, client: FlaskClient, lang: str) -> None:
    found = pages(app, client, lang)
    assert {"/", "/lite", "/lite/KE011", "/county/KE011", "/sources", "/embed", "/help", "/no"} <= set(found)
    for path, text in found.items():
        strip = html.fromstring(text).xpath('//aside[contains(@class, "safety")]')
        assert len(strip) == 1, path
        targets = strip[0].xpath(".//a/@href")
        assert targets == ["tel:116", "tel:1195", f"/help?lang={lang}", LEAVE], path
        leave = strip[0].xpath('.//a[@class="leave"]')[0]
        assert leave.get("rel") == "noreferrer", path
        assert leave.text_content().strip() == catalogue(lang).t("help.leave"), path


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_gives_the_confirmed_numbers_and_their_sources(client: FlaskClient, world: World, lang: str) -> None:
    shown = html.fromstring(client.get(f"/help?lang={lang}").text)
    items = shown.xpath('//ul[@class="helplines"]/li')
    lines = confirmed(world)
    assert len(items) == len(lines) >= 5
    assert [line.number for line in lines[:2]] == list(first(world)) == ["116", "1195"]
    for item, line in zip(items, lines, strict=True):
        assert line.official or line.sources >= 2
        assert [a.get("href") for a in item.xpath('.//p[@class="numbers"]/a')] == [
            f"tel:{dialled}" for _, dialled in diallable(line.number)
        ]
        assert line.url in item.xpath(".//a/@href")
        assert line.publisher in item.text_content()


def test_a_number_of_one_page_is_not_shown(client: FlaskClient) -> None:
    text = client.get("/help?lang=en").text
    for unconfirmed in ("0733 721 566", "*483*306#", "1190<", "0800 223 344"):
        assert unconfirmed not in text


def test_every_shown_number_has_words_in_both_languages(world: World) -> None:
    for lang in LANGS:
        tr = catalogue(lang)
        for line in confirmed(world):
            assert tr.has(f"{tr.slug('help.line', line.number)}.name"), (lang, line.number)


@pytest.mark.parametrize(
    ("number", "dialled"),
    [("116", ["116"]), ("999 / 112 / 911", ["999", "112", "911"]), ("+254 114 757 002", ["+254114757002"])],
)
def test_a_number_is_dialled_without_its_spaces(number: str, dialled: list[str]) -> None:
    assert [each for _, each in diallable(number)] == dialled
    assert all(quote(each, safe="+") == each for each in dialled)


@pytest.mark.parametrize("lang", LANGS)
def test_every_text_message_says_whom_to_call(world: World, lang: str) -> None:
    tr = catalogue(lang)
    for pcode in world.names:
        assert tr.t("help.sms") in message(card(world, pcode), tr)
