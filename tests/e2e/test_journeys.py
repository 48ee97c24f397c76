"""Five journeys on the real site in Chromium, each by mouse and by keyboard alone."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
import pytest

from tests.waiting import expect, until

ROOT = Path(__file__).resolve().parents[2]
EVIDENCE = ROOT / "geodata" / "data" / "evidence"
COAST = {"KE001": "Mombasa", "KE002": "Kwale", "KE003": "Kilifi"}
ISIOLO = "Deputy County Commissioner: Isiolo is source, transit and destination"
HANDS = ["mouse", "keyboard"]

pytestmark = pytest.mark.browser


def read_csv(name: str) -> pd.DataFrame:
    return pd.read_csv(EVIDENCE / name, dtype=str, keep_default_na=False)


def written_rules() -> pd.DataFrame:
    """Return the raw events with the rules applied here once more, independently of the product's code."""
    marks = read_csv("incident_marks.csv")
    abroad = set(marks.loc[marks["counted_in"] == "national", "id"])
    events = read_csv("incidents.csv")
    events = events.loc[~events["id"].isin(abroad)].copy()
    special = {"smuggling_transit": "smuggling", "unspecified": "unclear"}
    by_form = events["form"].map(lambda form: special.get(form, "trafficking"))
    events["nature"] = events["nature"].where(events["nature"] != "", by_form)  # the few: a nature, and no form
    events["year"] = events["date"].str[:4].astype(int)
    events["people"] = pd.to_numeric(events["persons"])
    return events


def expected(nature: str, measure: str, first: int, last: int) -> dict[str, float]:
    """P-code → value, only counties with one."""
    events = written_rules()
    mine = events.loc[(events["nature"] == nature) & events["year"].between(first, last)]
    by_county = mine.groupby("county")["people"]
    values = by_county.size() if measure == "incidents" else by_county.sum(min_count=1).dropna()
    codes = dict(zip(read_csv("counties.csv")["name"], read_csv("counties.csv")["pcode"], strict=True))
    return {codes[county]: float(value) for county, value in values.items()}


def number(text: str) -> float | None:
    plain = re.sub(r"\s", "", text)
    return float(plain) if re.fullmatch(r"\d+(\.\d+)?", plain) else None


def test_the_first_view_has_47_counties_and_fetches_nothing_from_elsewhere(browse: Any):
    reader = browse().open()
    shapes = reader.page.eval_on_selector_all(
        "#map-graph path[role=option]",
        """(all) => all.map((p) => [p.getAttribute('d').length, p.style.fill, p.getAttribute('aria-label')])""",
    )
    assert len(shapes) == 47
    assert all(length > 60 and fill for length, fill, _ in shapes)
    assert [label for *_, label in shapes] == list(read_csv("counties.csv").sort_values("pcode")["name"])
    assert len(reader.requests) > 10


# ---- 1: Isiolo --------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["isiollo", "Isiolo County"])
@pytest.mark.parametrize("hand", HANDS)
def test_find_isiolo_and_read_why_it_is_all_three(browse: Any, hand: str, typed: str):
    reader = browse().open()
    page = reader.page
    if hand == "mouse":
        page.click("#find")
        page.fill("#find", typed)
        page.press("#find", "Enter")
    else:
        reader.tab_to("#find")
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
    reader.until("document.querySelector('#panel h2').textContent === 'Isiolo'")
    reader.settle()
    assert urlsplit(page.url).query == "lang=en&nature=smuggling&county=KE011"
    roles = page.locator("#panel details.role")
    assert [line.split("–")[0].strip()[2:] for line in roles.locator("summary").all_inner_texts()] == [
        "Source", "Transit", "Destination",
    ]  # fmt: skip
    for i in range(3):
        summary = roles.nth(i).locator("summary")
        assert "grade A" in summary.inner_text()
        if roles.nth(i).get_attribute("open") is None:
            if hand == "mouse":
                summary.click()
            else:
                reader.tab_to(f"#panel details.role:nth-of-type({i + 1}) > summary")
                page.keyboard.press("Enter")
        statement = roles.nth(i).locator("li").first
        expect(statement).to_be_visible()
        assert ISIOLO in statement.inner_text()
        assert statement.locator(".grade").inner_text() == "A"
        link = statement.locator("a.src")
        assert link.inner_text() == "IOM, 2019"
        assert link.get_attribute("href") == "/sources?id=iom-isiolo-2019&lang=en#iom-isiolo-2019"
    if hand == "mouse":
        roles.nth(0).locator("a.src").first.click()
    else:
        reader.tab_to("#panel details.role:nth-of-type(3) a.src")
        page.keyboard.press("Enter")
    page.wait_for_url("**/sources?id=iom-isiolo-2019*")
    assert "Using A Multi-Agency Approach to Combat Trafficking in Persons in Isiolo County" in reader.text("main")


# ---- 2: the trunk corridor --------------------------------------------------------------------


ON_THE_MAP = """(points) => { const gd = document.querySelector('#map-graph .js-plotly-plot');
  const box = document.getElementById('map-graph').getBoundingClientRect();
  return points.map((p) => gd._fullLayout.geo._subplot.projection(p))
  .every(([x, y]) => x > 0 && y > 0 && x < box.width && y < box.height); }"""


@pytest.mark.parametrize("hand", HANDS)
def test_follow_the_trunk_corridor_and_read_the_grades_of_its_legs(browse: Any, hand: str):
    reader = browse().open()
    page = reader.page
    if hand == "mouse":
        page.click('#panel summary:has-text("All corridors")')
        page.click('#panel [data-corridor-link="C01"]')
    else:
        reader.tab_to("select[name=corridor]")
        page.keyboard.type("C01")
    reader.until("document.querySelector('#panel h2').textContent.startsWith('C01')")
    reader.settle()
    if hand == "mouse":
        page.click('[data-extent="corridor"]')
    else:
        reader.tab_to('[data-extent="corridor"]')
        page.keyboard.press("Enter")
    reader.until("document.querySelector('[data-extent=corridor]').getAttribute('aria-pressed') === 'true'")
    reader.until("location.search.includes('extent=corridor')")
    reader.settle()
    assert urlsplit(page.url).query == "lang=en&nature=smuggling&extent=corridor&corridor=C01"
    stops = read_csv("corridor_stops.csv")
    trunk = stops.loc[stops["corridor_id"] == "C01"].sort_values("seq", key=lambda s: s.astype(int))
    assert {"ERI", "ZAF"} <= set(trunk["iso3"])
    points = [[float(lon), float(lat)] for lon, lat in zip(trunk["lon"], trunk["lat"], strict=True) if lon]
    until(page, f"({ON_THE_MAP})({points})")  # no part of the way lies outside the map
    legs = page.locator("#panel .legs > li")
    grades = page.locator("#panel .legs > li .grade").all_inner_texts()
    assert legs.count() == len(grades) >= len(trunk) - 1 - (trunk["alt_to"] != "").sum()
    assert set(grades) <= {"A", "B", "C"}
    ways = page.locator("#panel .legs > li > b").all_inner_texts()
    assert ways[0].startswith(trunk["place"].iloc[0])
    assert any("Isiolo" in way for way in ways)
    assert (
        trunk["place"].iloc[-1].split(" (")[0] in ways[-1] or "South Africa" in ways[-1] or "Johannesburg" in ways[-1]
    )
    for i in range(legs.count()):
        assert legs.nth(i).locator("a.src").count() >= 1


# ---- 3: trafficking and smuggling on the coast ------------------------------------------------


def choose_year(reader: Any, hand: str, name: str, year: str) -> None:
    if hand == "mouse":
        reader.page.select_option(f"select[name={name}]", year)
    else:
        reader.tab_to(f"select[name={name}]")
        reader.page.keyboard.type(year)
    until_chosen(reader, name, year)


def choose_radio(reader: Any, hand: str, name: str, value: str) -> None:
    if hand == "mouse":
        reader.page.click(f"#controls input[name={name}][value={value}]")
    else:
        reader.tab_to(f"#controls input[name={name}]", back=True)
        for _ in range(5):
            if reader.page.evaluate("document.activeElement.value") == value:
                break
            reader.page.keyboard.press("ArrowRight")
        assert reader.focus()["seen"]
    until_chosen(reader, name, value)


def until_chosen(reader: Any, name: str, value: str) -> None:
    """Wait until the link says what was chosen and every part of the page has followed."""
    reader.until(f"new URLSearchParams(location.search).get('{name}') === '{value}'")
    reader.settle()


@pytest.mark.parametrize("hand", HANDS)
def test_compare_trafficking_and_smuggling_on_the_coast(browse: Any, hand: str):
    reader = browse().open()
    choose_year(reader, hand, "from", "2018")
    choose_year(reader, hand, "to", "2025")
    for measure in ("incidents", "persons"):
        if measure == "persons":
            choose_radio(reader, hand, "measure", "persons")
        for nature in ("trafficking", "smuggling"):
            choose_radio(reader, hand, "nature", nature)
            wanted = expected(nature, measure, 2018, 2025)
            shown = reader.table()
            for pcode in COAST:
                assert number(shown[pcode]) == wanted.get(pcode) or (
                    pcode not in wanted and shown[pcode] in ("0", "no report", "not stated")
                ), (nature, measure, pcode, shown[pcode])
            # And not only the coast: the whole table, whatever a county shows.
            assert {p: number(v) for p, v in shown.items() if number(v)} == wanted
            assert "2018–2025" in reader.text("#sentence")
            assert f"the map shows {nature}" in reader.text("#sentence").lower()
    assert urlsplit(reader.page.url).query == "lang=en&nature=smuggling&measure=persons&from=2018&to=2025"


# ---- 4: the link ------------------------------------------------------------------------------


VIEW = """() => ({
  controls: [...new FormData(document.getElementById('view'))].map((pair) => pair.join('=')),
  pressed: [...document.querySelectorAll('[data-extent][aria-pressed=true]')].map((b) => b.dataset.extent),
  selected: [...document.querySelectorAll('#map-graph [aria-selected=true]')].map((p) => p.dataset.i),
  title: document.title,
  slider: document.getElementById('slider').value,
  link: location.href,
})"""


def view_of(reader: Any) -> dict[str, Any]:
    """Everything a reader sees that the link must bring back."""
    words = {part: reader.text(part) for part in ("#sentence", "#panel", "#legend", "#trend-title", "#slider-label")}
    return {**reader.page.evaluate(VIEW), **words, "table": reader.table(), "fills": reader.fills()}


def make_a_view(reader: Any, hand: str) -> None:
    page = reader.page
    choose_year(reader, hand, "from", "2014")
    reader.open_filters(hand)
    if hand == "mouse":
        page.check("input[value=transit]")
        page.uncheck("input[value=places]")
    else:
        reader.tab_to("input[value=transit]")
        page.keyboard.press("Space")
        reader.tab_to("input[value=places]")
        page.keyboard.press("Space")
    reader.settle()
    reader.close_filters()
    choose_radio(reader, hand, "nature", "smuggling")
    if hand == "mouse":
        page.click('#table a[data-county-link="KE011"]')
    else:
        reader.tab_to("#find")
        page.keyboard.type("KE011")
        page.keyboard.press("Enter")
    reader.until("document.querySelector('#panel h2').textContent === 'Isiolo'")
    reader.settle()


@pytest.mark.parametrize("hand", HANDS)
def test_a_copied_link_opens_the_same_view_in_another_browser(browse: Any, served: str, hand: str):
    reader = browse(permissions=["clipboard-read", "clipboard-write"]).open()
    make_a_view(reader, hand)
    if hand == "mouse":
        reader.page.click("#copy")
    else:
        reader.tab_to("#copy")
        reader.page.keyboard.press("Enter")
    reader.until("document.getElementById('copied').textContent !== ''")
    link = reader.page.evaluate("navigator.clipboard.readText()")
    assert link == reader.page.url
    other = browse().open(link.removeprefix(served))
    mine, theirs = view_of(reader), view_of(other)
    for part, seen in mine.items():
        assert theirs[part] == seen, part
    assert "nature=smuggling" in mine["controls"]
    assert "role=transit" in mine["controls"]


@pytest.mark.parametrize("hand", HANDS)
def test_back_and_forward_restore_view_and_controls(browse: Any, hand: str):
    reader = browse().open()
    page = reader.page
    seen = [view_of(reader)]
    steps = [
        lambda: choose_year(reader, hand, "from", "2018"),
        lambda: choose_radio(reader, hand, "nature", "trafficking"),
    ]
    for step in steps:
        step()
        seen.append(view_of(reader))
    if hand == "mouse":
        page.click('#table a[data-county-link="KE039"]')
    else:
        reader.tab_to("#find")
        page.keyboard.type("bungoma")
        page.keyboard.press("Enter")
    reader.until("document.querySelector('#panel').dataset.county === 'KE039'")
    reader.settle()
    seen.append(view_of(reader))
    assert len({str(view) for view in seen}) == len(seen), "every step is another view"
    places = page.evaluate("history.length")
    for then in (2, 1, 0, 1, 2, 3):
        now = view_of(reader)
        page.go_back() if seen.index(now) > then else page.go_forward()
        reader.until(f"location.href === '{seen[then]['link']}'")
        reader.settle()
        got = view_of(reader)
        for part, was in seen[then].items():
            assert got[part] == was, (then, part)
    assert page.evaluate("history.length") == places


# ---- 5: the data ------------------------------------------------------------------------------


@pytest.mark.parametrize("hand", HANDS)
def test_the_downloaded_csv_has_the_numbers_on_the_screen(browse: Any, hand: str):
    reader = browse().open("/?nature=smuggling&measure=persons&from=2014&to=2025")
    page = reader.page
    with page.expect_download() as waiting:
        if hand == "mouse":
            page.click('a[data-path="/api/v1/indicators.csv"]')
        else:
            reader.tab_to('a[data-path="/api/v1/indicators.csv"]')
            page.keyboard.press("Enter")
    content = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    rows = {row["pcode"]: row for row in csv.DictReader(io.StringIO(content))}
    shown = reader.table()
    assert len(shown) == 47
    assert set(rows) == {*shown, "KE"}
    for pcode, text in shown.items():
        row = rows[pcode]
        assert (row["nature"], row["from"], row["to"]) == ("smuggling", "2014", "2025")
        if number(text):
            assert float(row["persons"]) == number(text)
        else:
            assert row["persons"] == {"0": "0", "no report": "", "not stated": ""}[text]
    wanted = expected("smuggling", "persons", 2014, 2025)
    assert {p: float(r["persons"]) for p, r in rows.items() if r["persons"] not in ("", "0") and p != "KE"} == wanted
