"""A role that rests on a single voice says so, in the panel and in the profile."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from dashboard.i18n.catalogue import catalogue
from geodata.query.world import World


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_a_role_of_one_voice_says_so(client: FlaskClient, world: World, lang: str) -> None:
    words, seen = catalogue(lang).t("outcome.one_voice"), 0
    for pcode in list(world.names)[::6]:
        alone = sum(answer.one_voice for answer in world.role_decisions["standard"] if answer.pcode == pcode)
        for path in (f"/county/{pcode}?lang={lang}", f"/?county={pcode}&lang={lang}"):
            text = re.sub(r"\s+", " ", client.get(path).text)
            assert text.count(words) == alone, path
        seen += alone
    assert seen > 0
