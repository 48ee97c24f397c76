"""The full profile at /county: figures, legs, neighbours and events as the queries give them; what changed."""

from __future__ import annotations

import html
import re
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from dashboard.i18n.catalogue import catalogue
from dashboard.server.app import create_app
from dashboard.settings import AppSettings
from geodata.query.cube import Filters
from geodata.query.indicators import cube
from geodata.query.profiles import county_profile
from geodata.query.segments import county_segments
from geodata.query.world import World, open_world
from tests.markup import flat
from tests.releasing import copy_of_shipped, publish_newer, three_edits

PCODES = [f"KE{n:03d}" for n in range(1, 48)]


def part(page: str, name: str) -> str:
    return flat(page).split(f'<section id="{name}"', 1)[1].split("</section>", 1)[0]


def words(markup: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", markup)))


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_every_profile_holds_what_the_queries_give(client: FlaskClient, world: World, lang: str) -> None:
    counted = cube(world, "public", Filters(world.coverage))
    for pcode in PCODES:
        answer = client.get(f"/county/{pcode}?lang={lang}")
        assert answer.status_code == 200
        page = answer.get_data(as_text=True)
        profile = county_profile(world, "public", Filters(world.coverage), pcode)
        assert page.count('<li class="event" id="EV-') == len(profile.events)
        for nature in ("trafficking", "smuggling"):
            sums = counted.totals(nature, of=pcode)
            if sums:
                assert f'<p class="big">{sums.incidents:,}'.replace(",", "\u202f") in part(page, "figures")
        segments = county_segments(world, pcode)
        assert len(re.findall(r"<tr[ >]", part(page, "segments"))) == (len(segments) + 1 if segments else 0)
        across = sum(not segment.stops for segment in segments)
        assert part(page, "segments").count('<tr class="across">') == across
        assert part(page, "beside").count('<tr class="own">') == 1
        assert len(re.findall(r"<tr", part(page, "beside"))) == len(profile.neighbours) + 2
        assert part(page, "trend").count("<svg") == 2
        assert 'id="changed"' not in page  # the first release has nothing before it


def test_the_legs_through_marsabit(client: FlaskClient, world: World) -> None:
    table = words(part(client.get("/county/KE010?lang=en").get_data(as_text=True), "segments"))
    for one in county_segments(world, "KE010"):
        assert f"{one.start} → {one.end}" in table
    assert "Moyale → Marsabit" in table


def test_the_years_add_up_to_the_figures(client: FlaskClient, world: World) -> None:
    page = client.get("/county/KE047?lang=en").get_data(as_text=True)
    rows = re.findall(r'<tr><th scope="row">\d{4}</th>(.*?)</tr>', part(page, "trend"))
    cells = [re.findall(r'<td class="n">([^<]*)</td>', row) for row in rows]
    counted = cube(world, "public", Filters(world.coverage))
    for column, nature in ((0, "trafficking"), (2, "smuggling")):
        sums = counted.totals(nature, of="KE047")
        assert sums
        assert sum(int(row[column]) for row in cells if row[column].isdigit()) == sums.incidents
        persons = [row[column + 1].replace("\u202f", "") for row in cells]
        assert sum(int(number) for number in persons if number.isdigit()) == sums.persons


def test_withheld_events_say_nothing_more(client: FlaskClient, world: World) -> None:
    hidden = world.events.loc[world.events["is_withheld"]]
    assert len(hidden)
    cat = catalogue("sw")
    for pcode, rows in hidden.groupby("county"):
        page = client.get(f"/county/{pcode}?lang=sw").get_data(as_text=True)
        assert words(part(page, "events")).count(cat.t("panel.withheld")) == len(rows)


def test_the_panel_of_the_map_leads_here(client: FlaskClient) -> None:
    page = client.get("/?county=KE010&lang=sw").get_data(as_text=True)
    assert 'href="/county/KE010?lang=sw"' in page
    assert 'href="/lite/KE010?lang=sw"' in page


def test_every_way_out_leads_somewhere(client: FlaskClient) -> None:
    for start in ("/county/KE010?lang=sw", "/lite/KE010?lang=sw"):
        page = client.get(start).get_data(as_text=True)
        ways = {html.unescape(way).split("#")[0] for way in re.findall(r'href="(/[^"]+)"', page)}
        assert len(ways) > 20
        for way in sorted(ways):
            assert client.get(way).status_code == 200, way
            if not way.startswith(("/a/", "/lite/manifest")):
                assert "lang=" in unquote(way), way


def test_what_changed_since_the_release_before(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings = copy_of_shipped(tmp_path_factory.mktemp("profile"))
    publish_newer(settings, three_edits)
    later = create_app(open_world(settings), AppSettings()).server.test_client()
    for lang in ("en", "sw"):
        isiolo = part(later.get(f"/county/KE011?lang={lang}").get_data(as_text=True), "changed")
        assert "INC-9001" in isiolo
        assert isiolo.count("<tr>") > 1
        quiet = words(part(later.get(f"/county/KE013?lang={lang}").get_data(as_text=True), "changed"))
        assert catalogue(lang).t("profile.changed_nothing") in quiet
    marsabit = part(later.get("/county/KE010?lang=en").get_data(as_text=True), "changed")
    assert re.search(r'<td class="n">\d+</td><td class="n">\d+</td>', marsabit)
