"""Figures that circulate stand on a page of their own, with who said them and why they are counted nowhere."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from lxml import html

from dashboard.i18n.catalogue import catalogue, words_of
from geodata.query.claims import circulating
from geodata.query.world import World

PATH = "/numbers-you-may-hear"


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_every_claim_is_shown_with_its_sources(client: FlaskClient, world: World, lang: str) -> None:
    shown = html.fromstring(client.get(f"{PATH}?lang={lang}").text).xpath("//main//dl/div")
    claims = circulating(world)
    assert len(shown) == len(claims) == 18
    for entry, claim in zip(shown, claims, strict=True):
        links = entry.xpath(".//dd[last()]//a/@href")
        assert len(links) == len(claim.urls)
        assert all(link in claim.urls or link.startswith("/sources?id=") for link in links)
        assert catalogue(lang).t("claim.not_used") in entry.text_content()
        if lang == "en":
            assert claim.claim in entry.text_content()
            assert claim.why_careful in entry.text_content()


def test_every_claim_has_words_in_kiswahili(world: World) -> None:
    words, tr = words_of("sw"), catalogue("sw")
    for claim in circulating(world):
        for part in ("claim", "by", "what", "why"):
            assert f"{tr.slug('claim_of', claim.claim)}.{part}" in words, claim.claim


def test_the_page_is_in_the_foot_of_every_page(client: FlaskClient) -> None:
    foot = html.fromstring(client.get("/about?lang=sw").text).xpath('//p[@class="more"]/a/@href')
    assert f"{PATH}?lang=sw" in foot
