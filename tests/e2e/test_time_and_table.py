"""Moving through time costs nothing on the wire; table, Escape, phone sheet and print do what they should."""

from __future__ import annotations

import itertools
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.waiting import expect, idle, says

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}


NOTE_YEARS = """() => {
  const label = document.getElementById('slider-label'), play = document.getElementById('play');
  window.years = [], window.played = [];
  new MutationObserver(() => { window.years.push(label.textContent); window.played.push(play.ariaPressed); })
    .observe(document.body, {subtree: true, childList: true, characterData: true, attributes: true});
}"""
"""The years on the label and the state of the button, kept by the page: no look from outside comes too late."""


def asked(reader: Any) -> list[str]:
    """Return what was fetched; Chromium takes the icon of the tab whenever it likes."""
    return [url for url in reader.requests if not url.endswith("njia.svg")]


@pytest.mark.parametrize("hand", ["mouse", "keyboard"])
def test_the_time_slider_asks_the_server_nothing(browse: Any, hand: str):
    reader = browse().open("/?nature=smuggling")
    page = reader.page
    before, pooled = asked(reader), reader.table()
    seen = set()
    if hand == "keyboard":
        reader.tab_to("#slider")
    box = page.locator("#slider").bounding_box()  # once: nothing may move while years pass
    if hand == "mouse":
        page.mouse.move(box["x"] + 8, box["y"] + box["height"] / 2)
        page.mouse.down()
    for step in range(1, 13):
        if hand == "mouse":
            page.mouse.move(box["x"] + 8 + (box["width"] - 16) * step / 20, box["y"] + box["height"] / 2)
        else:
            page.keyboard.press("ArrowRight")
        idle(page)
        year = page.evaluate("document.getElementById('view').elements.t.value")
        assert f" in {year}. " in reader.text("#sentence")
        assert reader.text("#slider-label") == year
        assert year in reader.text("#legend .legend-title")
        seen.add(tuple(reader.table().items()))
    page.mouse.up()
    assert year == "2018"
    assert len(seen) > 8
    assert reader.table() != pooled
    reader.until("new URLSearchParams(location.search).get('t') === '2018'")
    reader.settle()
    assert asked(reader) == before
    link = page.url
    other = browse().open(link.removeprefix(reader.address))
    assert other.table() == reader.table()
    assert other.fills() == reader.fills()


def test_play_runs_through_the_years_without_the_server(browse: Any):
    reader = browse().open("/?from=2022")
    page = reader.page
    before = asked(reader)
    page.evaluate(NOTE_YEARS)
    reader.tab_to("#play")
    page.keyboard.press("Enter")
    reader.until("window.played.includes('true')")
    expect(page.locator("#play")).to_have_attribute("aria-pressed", "false")
    assert {"2022", "2023", "2024", "2025", "2026"} <= set(page.evaluate("window.years"))
    reader.until("location.search.includes('t=2026')")
    assert asked(reader) == before


def test_the_table_sorts_by_keyboard_and_says_so(browse: Any):
    reader = browse().open("/?nature=smuggling")
    page = reader.page
    values = "() => [...document.querySelectorAll('#table tbody td[data-value]')].map((c) => Number(c.dataset.sort))"
    names = "() => [...document.querySelectorAll('#table tbody th')].map((c) => c.textContent)"
    reader.tab_to("#table thead th:nth-child(2) button")
    page.keyboard.press("Enter")
    expect(page.locator("#table thead th:nth-child(2)")).to_have_attribute("aria-sort", "descending")
    sorted_values = page.evaluate(values)
    assert sorted_values == sorted(sorted_values, reverse=True)
    assert sorted_values[0] > sorted_values[-1]
    page.keyboard.press("Enter")
    expect(page.locator("#table thead th:nth-child(2)")).to_have_attribute("aria-sort", "ascending")
    assert page.evaluate(values) == sorted(sorted_values)
    reader.tab_to("#table thead th:nth-child(1) button", back=True)
    page.keyboard.press("Space")
    expect(page.locator("#table thead th:nth-child(1)[aria-sort]")).to_have_count(1)
    expect(page.locator("#table th[aria-sort]")).to_have_count(1)
    assert page.evaluate(names) == sorted(page.evaluate(names))
    assert len(page.evaluate(names)) == 47


def test_arrow_keys_walk_the_map_and_escape_leads_back(browse: Any):
    reader = browse().open()
    page = reader.page
    reader.tab_to("#map-graph path[role=option]")
    page.keyboard.press("i")
    says(page, "#tip", "Isiolo")
    page.keyboard.press("Escape")
    expect(page.locator("#tip")).to_be_hidden()
    page.keyboard.press("ArrowUp")
    idle(page)
    first = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert first.split(":")[0] in ("Marsabit", "Wajir", "Samburu")
    assert reader.focus()["seen"]
    page.keyboard.press("Enter")
    reader.until(f"document.querySelector('#panel h2').textContent === '{first.split(':')[0]}'")
    reader.settle()
    reader.until("document.activeElement.matches('#panel h2')")
    expect(page.locator("#map-graph path[aria-selected=true]")).to_have_count(1)
    page.keyboard.press("Escape")
    reader.until("document.querySelector('#panel h2').textContent === 'Kenya'")
    reader.settle()
    assert "county=" not in page.url
    assert reader.focus()["name"].startswith("path")


def test_tab_passes_the_page_in_reading_order(browse: Any):
    reader = browse().open()
    order = []
    for _ in range(90):
        reader.page.keyboard.press("Tab")
        here = reader.focus()
        if here["name"] != "BODY":
            assert here["seen"], here
        order.append(reader.page.evaluate(
            """() => { const one = document.activeElement;
            const parts = ['.skip', '.top', '.head', '.questions', '#controls', '#map-graph', '#map', '#panel'];
            parts.push('.table-cell');
            for (const part of parts)
              if (one.closest(part)) return part; return one.tagName + '.' + one.className; }"""
        ))  # fmt: skip
    parts = list(dict.fromkeys(order))
    assert [part for part in parts if not part.startswith("A.")][:4] == [".skip", ".top", ".head", ".questions"]
    assert parts.index("#controls") < parts.index("#map-graph")
    assert parts.index("#map-graph") < parts.index("#panel")
    assert parts.index("#panel") < parts.index(".table-cell")


@pytest.mark.parametrize("path", ["/?county=KE011", "/?corridor=C01"])
def test_on_a_phone_the_details_never_cover_the_whole_map(browse: Any, path: str):
    reader = browse(viewport=PHONE, has_touch=True).open(path)
    free = """() => { const map = document.getElementById('map-graph').getBoundingClientRect();
      const sheet = document.getElementById('panel').getBoundingClientRect();
      return Math.min(map.bottom, sheet.top) - Math.max(map.top, 0); }"""
    reader.until("scrollY > 0")
    reader.until(f"({free})() > 300")
    reader.page.tap("#panel .close")
    reader.until("!document.body.classList.contains('has-choice')")


def test_a_county_chosen_on_a_phone_brings_the_map_into_view(browse: Any):
    reader = browse(viewport=PHONE, has_touch=True).open()
    page = reader.page
    page.fill("#find", "isiolo")
    page.press("#find", "Enter")
    reader.until("document.querySelector('#panel h2').textContent === 'Isiolo'")
    reader.settle()
    top = "document.getElementById('map-graph').getBoundingClientRect().top"
    reader.until(f"{top} >= -5 && {top} <= 60")


def test_print_on_a4_is_whole(browse: Any, tmp_path: Path):
    reader = browse(viewport={"width": 1600, "height": 900}).open("/?county=KE011")
    page = reader.page
    sheet = tmp_path / "print.pdf"
    page.pdf(path=str(sheet), format="A4")
    page.set_viewport_size({"width": 680, "height": 1000})
    page.emulate_media(media="print")
    graphs = "[...document.querySelectorAll('#map-graph, #trend-graph')]"
    reader.until(f"{graphs}.every((graph) => graph.getBoundingClientRect().right <= 681)")
    reader.settle()
    parts = ("#sentence", "#map-graph", "#legend", "#trend-graph", "#panel", "#table", ".foot")
    boxes = {part: page.locator(part).bounding_box() for part in parts}
    for part, box in boxes.items():
        assert box, part
        assert box["width"] > 0, part
        assert box["height"] > 0, part
        assert box["x"] >= 0, part
        assert box["x"] + box["width"] <= 681, part
    tops = [boxes[part]["y"] for part in parts]
    assert tops == sorted(tops)
    for one, other in itertools.pairwise(parts):
        assert boxes[one]["y"] + boxes[one]["height"] <= boxes[other]["y"] + 1, (one, other)
    for hidden in ("#controls", ".rail", ".map-tools", "#copy", ".skip"):
        assert page.is_hidden(hidden), hidden
    assert page.locator("#panel .role li").count() == page.locator("#panel .role li:visible").count() >= 9
    if shutil.which("pdftotext"):
        said = subprocess.run(
            ["pdftotext", "-layout", str(sheet), "-"], capture_output=True, text=True, check=True
        ).stdout
        words = " ".join(said.split())
        for part in (
            "do not imply official endorsement",
            "IOM, 2019",
            "Evidence as of",
            "ODbL-1.0",
            "Isiolo",
            "Nyamira",
        ):
            assert part in words, part
        assert reader.address in words
