"""What became of the people and of the suspects: two answers on every surface, and a filter that counts right."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html

from dashboard.i18n.catalogue import catalogue
from geodata.query.cube import NATURES, Filters
from geodata.query.indicators import _counted_by_outcome, _counted_in_cells, cube
from geodata.query.outcomes import outcomes_of
from geodata.query.profiles import events
from geodata.query.world import World


def summed(counted: tuple[Any, Any]) -> Counter[tuple[int, ...]]:
    """Return (nature, year, area, figure) → sum of what was counted there, zeros left out."""
    place, counts = counted
    total: Counter[tuple[int, ...]] = Counter()
    for row, figures in enumerate(counts.tolist()):
        for column, value in enumerate(figures):
            total[*(int(part[row]) for part in place), column] += value
    return Counter({where: value for where, value in total.items() if value})


def test_events_count_like_the_cells_where_nothing_is_filtered(world: World) -> None:
    for filters in (
        Filters(world.coverage),
        Filters(world.coverage, forms=("smuggling_transit",), confidences=("high",)),
        Filters(world.coverage, nationalities=("ETH", "BDI")),
    ):
        by_events = summed(_counted_by_outcome(world, filters))
        assert by_events
        assert by_events == summed(_counted_in_cells(world, world.releases["public"], filters))


@pytest.mark.parametrize("whose", ["people", "suspects"])
def test_the_filter_counts_the_events_it_lists(world: World, whose: str) -> None:
    seen = 0
    for value in outcomes_of(world, "people" if whose == "people" else "suspects"):
        filters = Filters(world.coverage, **{"outcomes" if whose == "people" else "suspects": (value,)})
        counted, listed = cube(world, "public", filters), events(world, filters)
        assert listed
        assert all(value in str(row[f"outcome_{whose}"]).split(";") for row in listed)
        assert int(counted.incidents[:, 0].sum()) == sum(row["nature"] in NATURES for row in listed)
        seen += len(listed)
    assert seen >= len(world.events)


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_the_profile_shows_both_answers_of_every_event(client: FlaskClient, world: World, lang: str) -> None:
    tr = catalogue(lang)
    page = html.fromstring(client.get(f"/county/KE011?lang={lang}").text)
    listed = [row for row in events(world, Filters(world.coverage), "KE011") if not row["is_withheld"]]
    said = [re.sub(r"\s+", " ", p.text_content()).strip() for p in page.xpath('//p[contains(@class, "became")]')]
    assert len(said) == len(listed) > 0
    for text, row in zip(said, listed, strict=True):
        assert f"{tr.t('outcome.people_label')}: {tr.outcomes('people', row['outcome_people'])}" in text
        assert f"{tr.t('outcome.suspects_label')}: {tr.outcomes('suspects', row['outcome_suspects'])}" in text
        held = row["nature"] == "smuggling" and "charged_or_arrested" in row["outcome_people"]
        assert (tr.t("outcome.held_short") in text) == held


def test_nobody_who_was_moved_is_called_an_offender() -> None:
    for lang, words in {"en": ("offender", "criminal", "culprit"), "sw": ("mhalifu", "wahalifu", "mkosaji")}.items():
        tr = catalogue(lang)
        people = [text for key, text in tr.words.items() if key.startswith("outcome.people.")]
        assert not [text for text in people for word in words if word in str(text)]


def test_the_filter_is_in_the_link_the_csv_and_the_api(client: FlaskClient, world: World) -> None:
    query = "nature=trafficking&outcome=repatriated&suspects=convicted,charged&lang=en"
    text = client.get(f"/api/v1/incidents.csv?{query}").text.removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    wanted = [
        row["id"]
        for row in world.events.to_dict("records")
        if row["nature"] == "trafficking"
        and "repatriated" in row["outcome_people"]
        and row["outcome_suspects"] in ("convicted", "charged")
    ]
    assert sorted(row["id"] for row in rows) == sorted(wanted)
    assert {"outcome_people", "outcome_suspects"} <= set(rows[0])
    answer = client.get(f"/api/v1/incidents.json?{query}").get_json()
    assert answer["total"] == len(wanted)
    page = client.get(f"/?{query}").text
    assert "brought home" in html.fromstring(page).xpath('string(//*[@id="sentence"])')


def test_an_unknown_outcome_is_refused_in_words(client: FlaskClient) -> None:
    assert "punished" in html.fromstring(client.get("/?outcome=punished&lang=en").text).xpath(
        'string(//*[@id="notices"])'
    )


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_the_countys_table_says_what_became_of_people_and_suspects(client: FlaskClient, world: World, lang: str):
    for pcode in ("KE011", "KE047", "KE001"):
        html = re.sub(r"\s+", " ", client.get(f"/county/{pcode}?lang={lang}").text)
        rows = world.events[(world.events["county"] == pcode) & ~world.events["is_withheld"]]
        for whose in ("people", "suspects"):
            table = html.partition(f'id="became-{whose}"')[2].partition("</table>")[0]
            told = [(row["nature"], code) for _, row in rows.iterrows() for code in row[f"outcome_{whose}"].split(";")]
            for code in dict.fromkeys(code for nature, code in told if nature != "unclear"):
                word = catalogue(lang).outcomes(whose, code)
                cells = re.search(
                    rf">{re.escape(word)}</a> </th> <td class=\"n\">(\d+)</td> <td class=\"n\">(\d+)</td>", table
                )
                assert cells, (pcode, whose, code)
                wanted = [told.count((nature, code)) for nature in ("trafficking", "smuggling")]
                assert [int(cells[1]), int(cells[2])] == wanted


@pytest.mark.parametrize("lens", ["compare", "changed"])
def test_an_outcome_is_carried_by_the_links_of_compare_and_change(client: FlaskClient, lens: str):
    page = client.get(f"/?lens={lens}&counties=KE011,KE010&nature=smuggling&outcome=deported&lang=en").text
    file = {"compare": "/compare.csv", "changed": "/change.csv"}[lens]
    taken = [href for href in re.findall(r'href="([^"]*)"', page) if href.startswith(file)]
    assert taken
    assert all("outcome=deported" in href for href in taken), taken
    whole = client.get(taken[0].replace("&amp;", "&").replace("outcome=deported", "outcome=")).text
    assert client.get(taken[0].replace("&amp;", "&")).text != whole
