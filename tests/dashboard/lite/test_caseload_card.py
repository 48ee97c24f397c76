"""The card of a county with a caseload: its estimates stand first and apart, in the panel's own words."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from dashboard.server.app import create_app
from dashboard.settings import AppSettings
from dashboard.web.page_cache import MARK
from geodata.query.world import open_world
from geodata.settings import DataSettings
from tests.caseloads import publish_rows, skewed

NAIROBI = "KE047"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    settings = DataSettings(home=tmp_path_factory.mktemp("card"), vault="")
    publish_rows(settings, skewed(5_000))
    return create_app(open_world(settings), AppSettings()).server.test_client()


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.mark.parametrize(("lang", "about"), [("en", "About"), ("sw", "Takriban")])
def test_the_card_says_what_the_panel_says(client: FlaskClient, lang: str, about: str) -> None:
    answer = client.get(f"/lite/{NAIROBI}?dataset=partners&lang={lang}")
    card = re.search(r'<section class="caseload".*?</section>', answer.text, re.DOTALL)
    assert card
    said = re.findall(rf"{about} [\d\s]+\([\d\s]+–[\d\s]+\)", plain(card[0]), re.IGNORECASE)
    panel = plain(client.get(f"/?dataset=partners&county={NAIROBI}&lang={lang}").text)
    assert said
    assert all(estimate.lower() in panel.lower() for estimate in said)
    assert MARK not in answer.headers, "a caseload is never kept on a telephone"


def test_the_panel_leads_to_it_and_a_plain_card_knows_nothing_of_it(client: FlaskClient) -> None:
    panel = client.get(f"/?dataset=partners&county={NAIROBI}&lang=en").text
    assert f"/lite/{NAIROBI}?dataset=partners&amp;lang=en" in panel
    plain_card = client.get(f"/lite/{NAIROBI}?lang=en")
    assert 'class="caseload"' not in plain_card.text
    assert MARK in plain_card.headers
    for other in ("public", ""):
        assert client.get(f"/lite/{NAIROBI}?dataset={other}&lang=en").data == plain_card.data
    assert client.get(f"/lite/{NAIROBI}?dataset=unknown&lang=en").status_code == 404
