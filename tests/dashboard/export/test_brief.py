"""The brief: pure, in both languages the same figures, the same as the API's for the same view, never two things."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from html import unescape
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from dashboard.export.brief import Purpose, counties_of, from_link, make_brief, query_of
from dashboard.export.model import Brief, figures_of
from dashboard.view.site import choices_of
from dashboard.view.state import Choices, from_query
from geodata.query.world import World
from geodata.values import DataProblem

LINKS = {
    "county": "/?county=KE011&nature=smuggling",
    "corridor": "/?corridor=C02&nature=smuggling&measure=persons",
    "national": "/?measure=rate",
    "compare": "/?counties=KE010,KE011,KE047&measure=persons",
}


@pytest.fixture(scope="module")
def choices(world: World) -> Choices:
    return choices_of(world)


def made(world: World, choices: Choices, link: str) -> Brief:
    return from_link(world, choices, link)


@pytest.mark.parametrize("template", LINKS)
def test_the_same_view_gives_the_same_bytes(world: World, choices: Choices, template: str) -> None:
    one, other = (made(world, choices, LINKS[template]) for _ in range(2))
    assert one.template == template
    assert one.to_json() == other.to_json()
    assert json.loads(one.to_json())["stamp"]["release"] == world.releases["public"].id


@pytest.mark.parametrize("template", LINKS)
def test_figures_do_not_depend_on_the_language(world: World, choices: Choices, template: str) -> None:
    english = made(world, choices, f"{LINKS[template]}&lang=en")
    swahili = made(world, choices, f"{LINKS[template]}&lang=sw")
    assert figures_of(english) == figures_of(swahili)
    assert english.headline != swahili.headline
    assert english.words.keys() == swahili.words.keys()


@pytest.mark.parametrize("view", [
    "nature=smuggling", "nature=trafficking&t=2019", "nature=smuggling&from=2018&to=2023", "role=transit",
    "form=child_trafficking", "nationality=ETH&nature=smuggling&confidence=high", "nature=unclear",
])  # fmt: skip
@pytest.mark.parametrize("measure", ["incidents", "persons", "rate"])
def test_the_table_says_what_the_api_says(
    world: World, choices: Choices, client: FlaskClient, view: str, measure: str
) -> None:
    query = f"{view}&measure={measure}"
    brief = made(world, choices, f"/?{query}")
    text = client.get(f"/api/v1/indicators.csv?{query}").get_data(as_text=True).lstrip("\ufeff")
    api = {row["pcode"]: row for row in csv.DictReader(io.StringIO(text))}
    table = brief.table("counties")
    assert table is not None
    at = {column.id: i for i, column in enumerate(table.columns)}
    columns = {"incidents": "incidents", "persons": "persons", "rate": "rate_per_100k"}
    compared = 0
    for row in table.rows:
        for mine, theirs in columns.items():
            cell = row.cells[at[mine]]
            if cell.value is None or cell.empty:
                assert api[row.id][theirs] in ("", "0"), (row.id, mine)
            else:
                assert float(api[row.id][theirs]) == pytest.approx(float(cell.value), abs=0.005)
                compared += 1
    assert compared or "unclear" in view


def test_the_map_is_coloured_like_the_screen(world: World, choices: Choices, client: FlaskClient) -> None:
    brief = made(world, choices, "/?nature=smuggling&measure=persons")
    page = unescape(client.get("/?nature=smuggling&measure=persons&lang=en").get_data(as_text=True))
    for one in brief.map.counties:
        if one.mark == "fill":
            assert one.colour in page
        assert one.words in page or one.empty == "unstated", one.pcode
    assert [item.label for item in brief.map.legend if item.code.isdigit()]
    assert len(brief.map.counties) == 47


def test_every_source_is_used_and_every_use_is_numbered(world: World, choices: Choices) -> None:
    for link in LINKS.values():
        brief = made(world, choices, link)
        used = {one for figure in brief.figures for one in figure.sources}
        used |= {one for table in brief.tables for row in table.rows for one in row.sources}
        assert {source.id for source in brief.sources} == {one for one in used if one in world.source_rows}
        assert [source.number for source in brief.sources] == list(range(1, len(brief.sources) + 1))
        rated = [figure for figure in brief.figures if figure.measure == "rate" and figure.value]
        assert all(figure.denominator and figure.interval and figure.period for figure in rated)


def test_withheld_events_show_county_and_year_only(world: World, choices: Choices) -> None:
    hidden = world.events.loc[world.events["is_withheld"]]
    assert len(hidden)
    row = hidden.iloc[0]
    brief = made(world, choices, f"/?county={row['county']}")
    table = brief.table("events")
    assert table is not None
    line = next(one for one in table.rows if one.id == row["id"])
    assert line.cells[0].text == str(row["year"])
    assert line.cells[1].text == world.names[row["county"]]
    assert line.cells[5].lang == ""
    assert not line.sources  # not even who published it


def test_natures_are_never_added(world: World, choices: Choices) -> None:
    brief = made(world, choices, "/?")
    totals = {figure.nature: figure.value for figure in brief.figures if figure.measure == "incidents"}
    whole = {figure.value for figure in brief.figures}
    assert sum(value for value in totals.values() if value) not in whole


def test_two_things_under_one_id_are_refused(world: World, choices: Choices) -> None:
    brief = made(world, choices, "/?county=KE011&nature=smuggling")
    changed = replace(brief.figures[3], value=999)
    with pytest.raises(ValueError, match="is both"):
        figures_of(replace(brief, figures=(*brief.figures, changed)))


@pytest.mark.parametrize(("link", "template", "said"), [
    ("/?", "county", "needs a county"), ("/?", "compare", "2 to 6 counties"),
    ("/?counties=KE011", "compare", "names 1"),
    ("/?counties=KE011,KE099", "compare", "KE099"), ("/?", "poster", "no template"),
])  # fmt: skip
def test_what_a_purpose_lacks_is_said(world: World, choices: Choices, link: str, template: str, said: str) -> None:
    with pytest.raises(DataProblem, match=said):
        from_link(world, choices, link, Purpose(template))


def test_a_link_is_read_whole_or_in_part(world: World, choices: Choices) -> None:
    for link in ("https://njia.example/?county=KE011", "/?county=KE011#map", "?county=KE011", "county=KE011"):
        assert made(world, choices, link).subject == ("KE011",)
    assert query_of("/") == ""
    state, _ = from_query("", choices)
    assert counties_of(urlencode({"counties": "KE011,KE010,KE011,evil"}, safe=","), state) in (
        ("KE011", "KE010"), ("KE010", "KE011"),
    )  # fmt: skip


def test_events_without_a_number_are_neither_zero_nor_nothing(world: World, choices: Choices) -> None:
    silent = world.events.loc[world.events["persons"].isna() & (world.events["county"] != "KE")]
    row = silent.iloc[0]
    state, _ = from_query(
        f"measure=persons&nature={row['nature']}&from={row['year']}&to={row['year']}&form={row['form']}", choices
    )
    brief = make_brief(world, choices, state, Purpose("national"))
    one = next(county for county in brief.map.counties if county.pcode == row["county"])
    found = world.events.query("county == @row.county and year == @row.year and form == @row.form")
    if found["persons"].isna().all():
        assert one.empty == "unstated"
        assert one.value is None
