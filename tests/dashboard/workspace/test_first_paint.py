"""The first paint is whole without a script: 47 links, 47 names that do not touch, years and choices as links."""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from dashboard.i18n.catalogue import catalogue
from dashboard.lite.text import short_message
from dashboard.server.app import Njia
from dashboard.view.figure import leg_table
from dashboard.view.state import ViewState, defaults, from_query
from dashboard.view.window import view_window
from dashboard.workspace.parts import PageView, chips_html, inset_map, map_svg, panel_html, strip_html
from geodata.query.county_card import card
from layers.figure import EXTENTS
from layers.first_map import CENTRE, GRID, PHONE_SHARE, relative_line
from layers.labels import CHAR_WIDTH

SVG = "{http://www.w3.org/2000/svg}"
Box = tuple[float, float, float, float]


def view_of(app: Njia, query: str = "lang=en&nature=smuggling") -> PageView:
    state, _ = from_query(query, app.site.choices)
    return PageView(app.site, state)


def drawn(markup: str) -> ET.Element:
    return ET.fromstring(markup.replace("<svg ", f'<svg xmlns="{SVG[1:-1]}" ', 1))  # noqa: S314 - our own text


def texts(group: ET.Element) -> list[tuple[str, Box]]:
    """Return every text of a group with the box it takes, in the group's own units."""
    found = []
    for text in group.iter(f"{SVG}text"):
        rows = list(text.iter(f"{SVG}tspan"))
        if not rows:
            continue
        size, side = float(text.get("font-size", "11")), text.get("text-anchor")
        wide = max(len(row.text or "") for row in rows) * CHAR_WIDTH * size * 0.92
        x, last = float(rows[0].get("x", "0")), float(rows[-1].get("y", "0"))
        left = x - wide * {"start": 0.0, "middle": 0.5, "end": 1.0}[str(side)]
        top = float(rows[0].get("y", "0")) - 0.75 * size
        found.append((joined(rows), (left, top, left + wide, last + 0.1 * size)))
    return found


def joined(rows: list[ET.Element]) -> str:
    words = [row.text or "" for row in rows]
    return "".join(word if word.endswith("-") else f"{word} " for word in words).strip()


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def group_of(svg: ET.Element, name: str) -> ET.Element:
    return next(group for group in svg.iter(f"{SVG}g") if group.get("class") == name)


def test_all_47_names_can_be_read_on_a_wide_screen(app: Njia):
    view = view_of(app)
    seen = [words for words, _ in texts(group_of(drawn(str(map_svg(view))), "wide"))]
    seen += [words for words, _ in texts(drawn(str(inset_map(view))))]
    said = " | ".join(seen)
    assert [name for name in app.site.world.names.values() if name not in said] == []


@pytest.mark.parametrize("group", ["wide", "narrow"])
@pytest.mark.parametrize(
    "query", ["lang=en&nature=smuggling", "lang=sw", "lang=en&corridor=all", "lang=en&extent=corridor"]
)
def test_no_two_names_touch(app: Njia, group: str, query: str):
    boxes = texts(group_of(drawn(str(map_svg(view_of(app, query)))), group))
    touching = [(one[0], other[0]) for one, other in itertools.combinations(boxes, 2) if overlap(one[1], other[1])]
    assert len(boxes) > 5
    assert touching == []


def test_every_county_is_a_link_that_keeps_the_view(app: Njia):
    svg = drawn(str(map_svg(view_of(app, "lang=sw&nature=smuggling&from=2015"))))
    links = {link.get("data-county-link"): str(link.get("href")) for link in svg.iter(f"{SVG}a")}
    assert len(links) == 47
    assert all(f"county={pcode}" in href and "from=2015" in href and "lang=sw" in href for pcode, href in links.items())
    assert all(link.get("aria-label") for link in svg.iter(f"{SVG}a"))


def test_the_inset_uses_the_shapes_of_the_map(app: Njia):
    shapes = {path.get("id") for path in drawn(str(map_svg(view_of(app)))).iter(f"{SVG}path")}
    uses = [str(use.get("href"))[1:] for use in drawn(str(inset_map(view_of(app)))).iter(f"{SVG}use")]
    assert set(uses) <= shapes
    inside = {
        f"c-{pcode}"
        for pcode, anchor in app.site.world.edition.anchors().items()
        if anchor.bbox[0] < CENTRE.east and anchor.bbox[2] > CENTRE.west
        if anchor.bbox[1] < CENTRE.north and anchor.bbox[3] > CENTRE.south
    }
    assert set(uses) == inside, "the counties that reach into the centre, and no other"
    assert inset_map(view_of(app, "lang=en&extent=gulf")) == ""


def path_ends(d: str) -> list[tuple[float, float]]:
    """Return where each line of a path of relative moves ends, in units: it is written in steps of `GRID`."""
    ends = []
    for line in filter(None, d.split("M")):
        start, _, moves = line.partition("l")
        numbers = [float(number) for number in re.findall(r"-?(?:\d+\.\d+|\.\d+|\d+)", moves)]
        x, y = map(float, start.split())
        ends.append(((x + sum(numbers[::2])) * GRID, (y + sum(numbers[1::2])) * GRID))
    return ends


def test_a_line_of_the_first_paint_ends_where_it_ends_on_the_ground():
    points = [(10.0, 10.0), (20.5, 10.5), (30.0, 31.0), (29.5, 51.5), (129.0, 52.0)]
    assert path_ends(relative_line(points)) == [points[-1]]


def test_corridors_of_all_kinds_have_the_trunks_stops_in_pills(app: Njia):
    svg = str(map_svg(view_of(app, "lang=en&lens=ways")))
    for stop in ("Moyale", "Marsabit", "Isiolo", "Nairobi"):
        assert re.search(rf'rx="[\d.]+" fill="(?:#FFFFFF|#1F2933)"[^>]*/><text[^>]*><tspan[^>]*>{stop}', svg), stop


def test_every_stretch_of_the_ways_is_a_link_that_names_its_corridors(app: Njia):
    svg = str(map_svg(view_of(app, "lang=en&lens=ways&extent=gulf&grade=C")))
    hits = re.findall(r'<a href="([^"]+)" tabindex="-1"><title>([^<]+)</title>', svg)
    assert {line[:3] for _, words in hits for line in words.splitlines()} >= {f"C{n:02d}" for n in range(1, 36)}
    assert all("lens=ways" in href and re.search(r"corridor=C\d\d", href) for href, _ in hits)
    assert all(re.fullmatch(r"C\d\d \S.{5,}", line) for _, words in hits for line in words.splitlines())
    assert "hits" not in str(map_svg(view_of(app, "lang=en&lens=responds")))


@pytest.mark.parametrize("corridor", ["C01", "C07", "C14", "C35"])
def test_a_chosen_corridor_is_shown_whole(app: Njia, corridor: str):
    view = view_of(app, f"lang=en&lens=ways&corridor={corridor}")
    window = view_window(app.site.world, view.state)
    legs = leg_table(app.site.world)
    points = [p for line in legs.loc[legs["corridor_id"] == corridor, "geometry"] for p in line]
    assert all(window.west < lon < window.east and window.south < lat < window.north for lon, lat in points)
    assert view_window(app.site.world, replace(view.state, extent="gulf")) == EXTENTS["gulf"]
    assert view_window(app.site.world, replace(view.state, corridor="all")) == EXTENTS["kenya"]


@pytest.mark.parametrize("query", ["lang=en", "lang=en&extent=gulf", "lang=en&lens=ways&corridor=C14"])
def test_a_phones_names_have_one_size_in_every_window(app: Njia, query: str):
    narrow = group_of(drawn(str(map_svg(view_of(app, query)))), "narrow")
    times = re.match(r"scale\(([\d.]+)\)", str(narrow.get("transform")))
    assert times
    assert float(times[1]) == pytest.approx(1 / PHONE_SHARE, abs=0.01)


def test_years_are_links_and_the_chosen_one_leads_back_to_all(app: Njia):
    html = str(strip_html(view_of(app, "lang=en&t=2019")))
    bars = re.findall(r'<a href="([^"]+)"\s+title="(\d{4}): ', html)
    assert len(bars) == len(list(app.site.choices.period.years()))
    assert {year: "t=" in href for href, year in bars}["2018"]
    assert {year: "t=" in href for href, year in bars}["2019"] is False


def test_a_year_outside_the_period_moves_the_period(app: Njia):
    html = str(strip_html(view_of(app, "lang=en&from=2018&to=2020")))
    outside = re.search(r'<a href="([^"]+)"\s+title="2012', html)
    assert outside
    state, _ = from_query(outside[1].partition("?")[2].replace("&amp;", "&"), app.site.choices)
    assert (state.first, state.last) == (2012, 2012)


def test_chips_keep_county_and_period(app: Njia):
    view = view_of(app, "lang=en&county=KE011&from=2015")
    html = str(chips_html(view)).replace("&amp;", "&")
    assert f'href="{view.link(nature="smuggling")}"' in html
    start: ViewState = replace(defaults(app.site.choices), county="KE011", first=2015, measure="persons")
    assert f'href="{PageView(app.site, start).link()}"' in html


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_every_countys_message_fits_two_and_holds_helpline_and_address(app: Njia, lang: str):
    root = "https://njia.example.org/"
    for pcode in app.site.world.names:
        text = short_message(card(app.site.world, pcode), catalogue(lang), root)
        assert len(text) <= 306, (pcode, len(text))
        assert "116" in text
        assert text.endswith(f"https://njia.example.org/lite/{pcode}?lang={lang}")


def test_the_panel_names_both_natures_and_calls(app: Njia):
    with app.server.test_request_context():
        html = str(panel_html(view_of(app, "lang=en&nature=smuggling&county=KE011")))
    assert re.findall(r'<div class="figure (\w+)">', html)[:2] == ["trafficking", "smuggling"]
    assert 'href="tel:116"' in html
    assert 'href="sms:?body=' in html


def test_a_zero_is_plain_paper_with_one_small_0(app: Njia):
    view = view_of(app, "lang=en&nature=trafficking&from=2014")
    zeros = [county for county in view.seen.fills if county.empty == "zero"]
    assert len(zeros) > 3
    svg = drawn(str(map_svg(view)))
    fills = {path.get("data-pcode"): path.get("style") for path in svg.iter(f"{SVG}path") if path.get("data-pcode")}
    assert {fills[county.pcode] for county in zeros} == {"fill:#FFFFFF"}
    for size in ("wide", "narrow"):
        letters = [text for text in group_of(svg, size).iter(f"{SVG}text") if text.get("class") == "zero"]
        assert [text.text for text in letters] == ["0"] * len(zeros)
