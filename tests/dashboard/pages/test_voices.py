"""A role that rests on a single voice says so: panel, profile, card, message, slides, workbook, table of roles, API."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pptx import Presentation

from dashboard.export.brief import from_link
from dashboard.export.data.rows import sheets
from dashboard.export.pptx import make as make_deck
from dashboard.i18n.catalogue import catalogue
from dashboard.lite.text import message
from dashboard.view.site import choices_of
from geodata.query.county_card import card
from geodata.query.world import World

LANGUAGES = pytest.mark.parametrize("lang", ["en", "sw"])


def alone(world: World, pcode: str) -> list[str]:
    """Return the roles of a county that one voice holds."""
    return [str(own.role) for own in world.role_decisions["standard"] if own.pcode == pcode and own.one_voice]


@LANGUAGES
def test_pages_and_cards_say_so(client: FlaskClient, world: World, lang: str) -> None:
    whole, short = (catalogue(lang).t(f"outcome.{key}") for key in ("one_voice", "one_voice_short"))
    seen = 0
    for pcode in list(world.names)[::4]:
        n = len(alone(world, pcode))
        for path, words in ((f"/county/{pcode}", whole), (f"/?county={pcode}", short), (f"/lite/{pcode}", short)):
            text = re.sub(r"\s+", " ", client.get(f"{path}{'&' if '?' in path else '?'}lang={lang}").text)
            assert text.count(words) == n, path
        seen += n
    assert seen > 3


@LANGUAGES
def test_the_message_says_so(world: World, lang: str) -> None:
    tr, seen = catalogue(lang), 0
    for pcode in world.names:
        words = message(card(world, pcode), tr)
        if tr.t("lite.sms.roles", roles="").strip(" .") in words:  # a message that is too long leaves its roles out
            assert words.count(f"({tr.t('lite.sms.one_voice')})") == len(alone(world, pcode)), words
            seen += len(alone(world, pcode))
    assert seen > 5


@LANGUAGES
def test_slides_and_workbook_say_so_beside_every_statement(world: World, lang: str, tmp_path: Path) -> None:
    words, choices = catalogue(lang).t("outcome.one_voice_short"), choices_of(world)
    for pcode in world.names:
        brief = from_link(world, choices, f"/?county={pcode}&lang={lang}")
        book = next(sheet for sheet in sheets(brief) if sheet.name == "roles")
        roles = brief.table("roles")
        assert roles
        marked = {row.id.split(".")[1] for row in roles.rows if words in row.cells[2].text}
        assert sorted(marked) == sorted(alone(world, pcode)), pcode
        assert sum(words in str(row["state"]) for row in book.rows) == sum(
            words in row.cells[2].text for row in roles.rows
        )
    deck = tmp_path / "isiolo.pptx"
    make_deck(from_link(world, choices, f"/?county=KE011&lang={lang}"), world, deck, lambda _share: None)
    cells = [
        cell.text
        for slide in Presentation(str(deck)).slides
        for shape in slide.shapes
        if shape.has_table
        for row in shape.table.rows
        for cell in row.cells
    ]
    assert any(words in text for text in cells) == bool(alone(world, "KE011"))


@LANGUAGES
def test_table_of_roles_and_api_say_so(client: FlaskClient, world: World, lang: str) -> None:
    words = catalogue(lang).t("outcome.one_voice_short")
    table = client.get(f"/?lens=roles&lang={lang}").text
    every = {pcode: alone(world, pcode) for pcode in world.names}
    total = sum(map(len, every.values()))
    assert table.partition("roles-table")[2].partition("</table>")[0].count(words) == total
    features = client.get(f"/api/v1/counties.geojson?lang={lang}").get_json()["features"]
    assert {each["id"]: each["properties"]["roles_one_voice"] for each in features} == every
    items = client.get(f"/api/v1/indicators.json?lang={lang}").get_json()["items"]
    told = {row["pcode"]: [role for role in row["roles_one_voice"].split(";") if role] for row in items}
    assert {pcode: told[pcode] for pcode in every} == every
