"""Seven questions on one page: each is answered without a reload, and says what the server writes for its link."""

from __future__ import annotations

from typing import Any

import pytest

from tests.waiting import expect

pytestmark = pytest.mark.browser

QUESTIONS = ("ways", "roles", "looking", "responds", "changed", "compare", "detected")
PARTS = ("#sentence", "#leaves-out", "#legend", "#table-part", "#lens-panel", "#lens-controls", "#folds")
SERVER = """async ([address, parts]) => {
  const page = new DOMParser().parseFromString(await (await fetch(address)).text(), 'text/html');
  const words = (selector) => page.querySelector(selector).textContent.replace(/\\s+/g, '');
  const fills = [...page.querySelectorAll('#shell [data-pcode]')].map((path) => path.style.fill.replace(/\\s|"/g, ''));
  const letters = [...page.querySelectorAll('#shell .wide .zero')].map((text) => text.textContent);
  return [Object.fromEntries(parts.map((part) => [part, words(part)])), fills, letters];
}"""
HERE = """(parts) => Object.fromEntries(parts.map((part) =>
  [part, document.querySelector(part).textContent.replace(/\\s+/g, '')]))"""


def as_the_server_writes(reader: Any) -> None:
    """Compare parts, fills and letters with those of the page that the server writes for the same link."""
    words, fills, letters = reader.page.evaluate(SERVER, [reader.page.url, list(PARTS)])
    assert reader.page.evaluate(HERE, list(PARTS)) == words
    assert reader.fills() == fills
    assert reader.page.locator("#map-graph .over-counties text").all_text_contents() == letters


@pytest.mark.parametrize("hand", ["mouse", "keyboard"])
def test_every_question_is_answered_without_a_reload(browse: Any, hand: str) -> None:
    reader = browse().open("/?lang=en&nature=smuggling&from=2014&county=KE011")
    page = reader.page
    page.evaluate("window.sameDocument = true")
    for question in QUESTIONS:
        tab = f".questions a:nth-child({1 + ('detected', *QUESTIONS).index(question) % len(QUESTIONS)})"
        if hand == "mouse":
            page.click(tab)
        else:
            page.focus(tab)
            page.keyboard.press("Enter")
        asked = f"new URLSearchParams(location.search).get('lens') === '{question}'"
        reader.until("!location.search.includes('lens=')" if question == "detected" else asked)
        reader.settle()
        assert page.evaluate("window.sameDocument"), f"{question}: the page was loaded anew"
        expect(page.locator(tab)).to_have_attribute("aria-current", "page")
        for kept in ("nature=smuggling", "from=2014", "county=KE011"):
            assert kept in page.url
        as_the_server_writes(reader)
    page.go_back()
    reader.until("location.search.includes('lens=compare')")
    reader.settle()
    as_the_server_writes(reader)


def test_choices_of_a_question_and_its_folds_need_no_reload(browse: Any) -> None:
    reader = browse().open("/?lang=en&nature=smuggling&lens=ways")
    page = reader.page
    page.evaluate("window.sameDocument = true")
    before = reader.text("#sentence")
    page.select_option("#lens-controls select[name=destination]", index=1)
    page.click("#lens-controls button[type=submit]")
    reader.until("location.search.includes('destination=')")
    reader.settle()
    assert reader.text("#sentence") != before
    as_the_server_writes(reader)
    page.click("#folds .lens-fold:first-child a")
    reader.until("location.search.includes('fold=')")
    reader.settle()
    expect(page.locator("#folds .lens-fold.is-open .fold-body")).to_have_count(1)
    page.click("#controls input[name=nature][value=trafficking]")
    reader.until("location.search.includes('nature=trafficking')")
    reader.settle()
    assert page.evaluate("window.sameDocument")
    as_the_server_writes(reader)


def test_a_page_opened_at_a_question_is_taken_over_as_it_stands(browse: Any) -> None:
    reader = browse().open("/?lang=sw&nature=trafficking&lens=looking&county=KE047")
    as_the_server_writes(reader)
    assert reader.page.is_hidden("#controls .measure")
    reader.page.click(".questions a:first-child")
    reader.until("!location.search.includes('lens=')")
    reader.settle()
    expect(reader.page.locator("#controls .measure")).to_be_visible()
    as_the_server_writes(reader)


def edge(page: Any, year: int, side: str) -> tuple[float, float]:
    """Return a point on an edge, or in the middle, of the bar of a year."""
    box = page.locator(".bars li", has_text=str(year)).bounding_box()
    share = {"left": 0.0, "middle": 0.5, "right": 1.0}[side]
    return box["x"] + share * box["width"], box["y"] + 20


def drag(page: Any, start: tuple[float, float], stop: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*stop, steps=8)
    page.mouse.up()


@pytest.mark.parametrize("hand", ["mouse", "keyboard"])
def test_the_brush_on_the_years_is_the_period_of_everything(browse: Any, hand: str) -> None:
    reader = browse().open("/?lang=en&nature=smuggling")
    page = reader.page
    if hand == "mouse":
        drag(page, edge(page, 2012, "middle"), edge(page, 2018, "middle"))
        reader.until("location.search.includes('from=2012&to=2018')")
        reader.settle()
        drag(page, edge(page, 2018, "right"), edge(page, 2020, "right"))
    else:
        reader.tab_to(".brush-from")
        for _ in range(5):
            page.keyboard.press("ArrowRight")
        reader.tab_to(".brush-to")
        for _ in range(6):
            page.keyboard.press("ArrowLeft")
    reader.until("location.search.includes('from=2012&to=2020')")
    reader.settle()
    assert "in 2012–2020. " in reader.text("#sentence")
    assert "2012–2020" in reader.text("#legend .legend-title")
    assert "2012–2020" in reader.text("#panel")
    assert page.input_value("#controls select[name=from]") == "2012"
    assert page.input_value(".brush-to") == "2020"
    years = page.eval_on_selector_all(".bars .in", "(all) => all.map((bar) => bar.textContent.trim())")
    assert years == [str(year) for year in range(2012, 2021)]
    as_the_server_writes(reader)
    page.mouse.click(*edge(page, 2015, "middle"))  # a click without a drag is still the link of its year
    reader.until("location.search.includes('t=2015')")
    page.go_back()
    reader.until("!location.search.includes('t=2015')")
    reader.settle()
    assert page.input_value(".brush-from") == "2012"


def test_the_forms_of_changed_and_compare_need_no_reload(browse: Any) -> None:
    reader = browse().open("/?lang=en&nature=smuggling&lens=changed")
    page = reader.page
    page.evaluate("window.sameDocument = true")
    page.select_option("#lens-controls select[name=region]", "Coast")
    page.select_option("#lens-controls select[name=before_from]", "2014")
    page.click("#lens-controls button[type=submit]")
    reader.until("location.search.includes('region=Coast')")
    reader.settle()
    assert "lens=changed" in page.url
    assert "nature=smuggling" in page.url
    as_the_server_writes(reader)
    page.click(".questions a:nth-child(7)")
    reader.until("location.search.includes('lens=compare') && document.querySelector('#lens-controls [name=add]')")
    reader.settle()
    page.fill("#lens-controls [name=add]", "Garisa")  # as it is often written
    page.press("#lens-controls [name=add]", "Enter")
    reader.until("location.search.includes('KE007') || location.search.includes('Garisa')")
    reader.settle()
    assert "Garissa" in reader.text("#table-part")
    as_the_server_writes(reader)
    assert page.evaluate("window.sameDocument"), "the page was loaded anew"


@pytest.mark.parametrize("hand", ["mouse", "keyboard"])
def test_a_corridor_is_chosen_in_the_row_above_the_map(browse: Any, hand: str) -> None:
    reader = browse().open("/?lang=en&nature=smuggling&lens=ways")
    choice = reader.page.locator("#controls select[name=corridor]")
    assert choice.evaluate("(list) => list.selectedOptions[0].textContent").startswith("The trunk")
    if hand == "mouse":
        choice.select_option("C07")
    else:
        reader.tab_to("#controls select[name=corridor]")
        reader.page.keyboard.type("C07")
    reader.until("document.querySelector('#panel h2').textContent.startsWith('C07')")
    assert "corridor=C07" in reader.page.url
