"""Years in which fewer people were looking are named, with the reason, wherever looking is read."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from dashboard.i18n.catalogue import catalogue
from dashboard.view.year_marks import FEWER_LOOKING, looking_fell
from geodata.query.changes import year_marks
from geodata.query.world import World
from geodata.values import Period


def test_the_marks_of_less_looking_exist(world: World) -> None:
    assert {mark.key for mark in year_marks(world)} >= FEWER_LOOKING


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_the_words_follow_the_period(world: World, lang: str) -> None:
    tr = catalogue(lang)
    whole = looking_fell(world, tr, world.coverage)
    assert "2020" in whole
    assert "2025" in whole
    assert tr.t("mark_year.covid_restrictions") in whole
    assert "2025" not in looking_fell(world, tr, Period(2019, 2021))
    assert looking_fell(world, tr, Period(2014, 2018)) == ""


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_the_question_of_who_looked_says_it(client: FlaskClient, world: World, lang: str) -> None:
    page = client.get(f"/?lens=looking&lang={lang}").text
    assert looking_fell(world, catalogue(lang), world.coverage) in page
