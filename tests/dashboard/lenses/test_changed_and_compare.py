"""Lenses that compare: what a link means, what is told when it means nothing, and the same figures as files."""

from __future__ import annotations

import csv
import io
import random
import re
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient

from dashboard.i18n.catalogue import words_of
from dashboard.lenses.changed import query as change
from dashboard.lenses.compare import query as compare
from dashboard.server.app import Njia
from geodata.query.changes import changes, national_series, provinces
from geodata.query.cube import Filters
from geodata.query.world import World
from geodata.values import Period

ROOMS = ("change.", "compare.", "nation.", "mark_year.", "time.window.")
PAGES = (
    "/?lens=compare&fold=multiples,years,context,responses",
    "/?lens=changed&fold=conclude,maps,trend",
    "/country",
    "/?lens=compare&counties=KE001&with=neighbours",
    "/?lens=changed&region=Coast",
)
KEYS = ("counties", "add", "with", "against", "before", "after", "region", "nature", "measure", "from", "to", "lang",
        "before_from", "before_to", "after_from", "after_to", "form", "dataset", "go")  # fmt: skip
VALUES = (
    "", "KE011", "KE010,KE011", "KE-09", "9", "ke011", "KE048", "isiollo", "Busia", "neighbours", "country", "2018",
    "2014-2018", "2019-2025", "1999-2040", "2025-2014", "Coast", "Pwani", "rate", "sw", "smuggling", "median",
    "٢٠١٨", "\x00", "<script>alert(1)</script>", "a" * 3000, "=1+1", "'; DROP TABLE cells; --", ",,,,",
)  # fmt: skip


def text_of(page: str) -> str:
    page = re.sub(r"(?s)<(style|script)\b.*?</\1>", " ", page)
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def table(client: FlaskClient, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))


@pytest.mark.parametrize("lang", ["en", "sw"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_are_whole_in_both_languages(client: FlaskClient, path: str, lang: str) -> None:
    answer = client.get(f"{path}{'&' if '?' in path else '?'}lang={lang}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert f'<html lang="{lang}"' in page
    assert "Set-Cookie" not in answer.headers
    assert "{" not in text_of(page)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    referred = {one for said in re.findall(r'aria-(?:labelledby|describedby)="([^"]+)"', page) for one in said.split()}
    assert referred <= set(ids)
    assert all("lang=" in href for href in re.findall(r'href="(/(?:\?|country)[^"]*)"', page))


def test_the_rooms_words_are_there_in_both_languages() -> None:
    own = {lang: {k for k in words_of(lang) if k.startswith(ROOMS)} for lang in ("en", "sw")}
    assert own["en"] == own["sw"]
    for key in own["en"]:
        texts = [words_of(lang)[key] for lang in ("en", "sw")]
        holes = [set(re.findall(r"{(\w+)}", str(text))) for text in texts]
        assert holes[0] == holes[1], key


def test_a_link_says_what_it_read(app: Njia, client: FlaskClient) -> None:
    seven = "KE001,KE002,KE003,KE004,KE005,KE006,KE007"
    with app.server.test_request_context("/compare?lang=en"):
        asked = compare.read_query(f"counties={seven}", app.site)
        assert len(asked.counties) == 6
        assert [one.why for one in asked.notices] == ["six"]
        mixed = compare.read_query("counties=KE-09,KE048,KE011&add=Marsabit&from=2018", app.site)
        assert mixed.counties == ("KE011", "KE010")  # the ISO code is Isiolo, said once
        assert [(one.given, one.why) for one in mixed.notices] == [("KE-09", "read_as"), ("KE048", "no_county")]
        assert mixed.state.first == 2018
        lone = compare.read_query("counties=KE011", app.site)
        assert (lone.counties, lone.preset) == (("KE011",), "country")
        again = compare.read_query(urlsplit(compare.link_of(app.site, mixed)).query, app.site)
        assert (again.counties, again.state.first, again.notices) == (mixed.counties, 2018, ())
    said = text_of(client.get(f"/compare?counties={seven}&lang=en", follow_redirects=True).get_data(as_text=True))
    assert "At most six counties" in said
    assert "Garissa" in said


@pytest.mark.parametrize(
    ("query", "before", "after", "keys"),
    [
        ("before=2014-2018&after=2019-2024", (2014, 2018), (2019, 2024), []),
        ("before=2018&after=2024", (2018, 2018), (2024, 2024), []),
        ("before=2020-2024&after=2015-2018", (2015, 2018), (2020, 2024), []),
        ("before=1990-2012&after=2020-2050", (2007, 2012), (2020, 2026), []),
        ("before=2014-2019&after=2018-2024", (2014, 2018), (2019, 2025), ["after"]),
        ("before=x&after=2019-2024&region=Pwani", (2014, 2018), (2019, 2024), ["before", "region"]),
        ("before_from=2015&before_to=2016&after_from=2018&after_to=2017", (2015, 2016), (2017, 2018), []),
    ],
)
def test_windows_are_read_or_told(
    app: Njia, query: str, before: tuple[int, int], after: tuple[int, int], keys: list[str]
) -> None:
    with app.server.test_request_context("/change?lang=en"):
        asked = change.read_query(query, app.site)
    assert (asked.before, asked.after) == (Period(*before), Period(*after))
    assert [one.key for one in asked.notices] == keys


def test_a_form_ends_in_one_clean_link(client: FlaskClient) -> None:
    sent = client.get("/compare?go=1&counties=KE011&counties=KE010&add=Wajir&nature=smuggling&lang=sw")
    assert sent.status_code == 301
    there = parse_qs(urlsplit(sent.headers["Location"]).query)
    assert there == {"lens": ["compare"], "counties": ["KE011,KE010,KE008"], "nature": ["smuggling"], "lang": ["sw"]}
    sent = client.get("/compare?go=1&was=KE047,KE010&counties=KE010&counties=KE047&add=Wajir&lang=en")
    assert "counties=KE047,KE010,KE008" in sent.headers["Location"]
    sent = client.get("/change?before_from=2014&before_to=2018&after_from=2019&after_to=2025&region=Coast&lang=en")
    assert sent.status_code == 301
    assert "before=2014-2018" in sent.headers["Location"]
    assert client.get(sent.headers["Location"]).status_code == 200


def test_the_files_hold_the_figures_of_the_pages(client: FlaskClient, world: World) -> None:
    rows = {
        row["area"]: row for row in table(client, "/change.csv?before=2014-2018&after=2019-2025&region=Coast&lang=en")
    }
    assert len(rows) == 47 + 2
    found = changes(
        world, Filters(world.coverage), Period(2014, 2018), Period(2019, 2025), "trafficking", "incidents", "Coast"
    )
    assert found.region
    assert int(rows["Coast"]["incidents_after"]) == found.region.after.incidents
    assert float(rows["Coast"]["incidents_ratio_low"]) == pytest.approx(found.region.events.low, abs=1e-4)
    silent = next(one for one in found.counties if one.after.empty == "no_report" == one.before.empty)
    assert rows[silent.area]["incidents_before"] == rows[silent.area]["incidents_ratio"] == ""
    assert rows[silent.area]["status_after"] == "no_report"
    sides = table(client, "/compare.csv?counties=KE001,KE011&lang=en")
    assert [(row["unit"], row["nature"]) for row in sides][:3] == [(u, "trafficking") for u in ("KE001", "KE011", "KE")]
    assert {row["status"] for row in sides} >= {"reported", "zero"}
    nation = table(client, "/country.csv?lang=en")
    assert len(nation) == sum(len(points) for points in national_series(world).values())
    assert all(row["source_title"] for row in nation)


def test_the_coast_is_answered_honestly(client: FlaskClient, world: World) -> None:
    link = "/change?before=2014-2018&after=2019-2024&region=Coast&lang=en"
    page = text_of(client.get(link, follow_redirects=True).get_data(as_text=True))
    page += text_of(client.get(f"/fold/conclude?lens=changed&{link.partition('?')[2]}").get_data(as_text=True))
    assert "95 % interval" in page
    assert "more detection, more cases, or both: this record cannot tell them apart" in page
    assert "Looking grew" in page
    for pcode in provinces(world)["Coast"]:
        assert world.names[pcode] in page


@pytest.mark.parametrize("draws", [30, pytest.param(120, marks=pytest.mark.soak)])
def test_no_query_breaks_a_page(client: FlaskClient, draws: int) -> None:
    draw = random.Random(7)
    for _ in range(draws):
        pairs = [(draw.choice(KEYS), draw.choice(VALUES)) for _ in range(draw.randrange(1, 7))]
        named = dict(reversed(pairs)).get("dataset") or "public"
        for path in ("/compare", "/change", "/compare.csv", "/change.csv", "/country"):
            answer = client.get(f"{path}?{urlencode(pairs)}", follow_redirects=True)
            assert answer.status_code == (200 if named == "public" else 404), (path, pairs)
            assert b"<script>alert" not in answer.data
