"""What a reader wants to know, with the clicks counted: by mouse, by touch and by keyboard alone.

A click is one press: a link, a button, a county, an option of a list (its opening counts too). Typing a name and
pressing Enter is one. Scrolling, and the keys that lead to a place, are none.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation

from tests.e2e.test_journeys import expected, number, read_csv
from tests.outside import axe_script, needs_axe
from tests.waiting import says, until

HANDS = ["mouse", "touch", "keyboard"]
TABLET = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}
INSIDE = """(selector) => { const shape = document.querySelector(selector), box = shape.getBoundingClientRect();
  for (let i = 1; i < 20; i++) for (let j = 1; j < 20; j++) {
    const x = box.left + (box.width * i) / 20, y = box.top + (box.height * j) / 20;
    const at = new DOMPoint(x, y).matrixTransform(shape.getScreenCTM().inverse());
    if (shape.isPointInFill(at) && document.elementFromPoint(x, y).closest("#map-graph")) return [x, y]; } }"""
"""A point of the screen at which a pointer meets a county."""

pytestmark = pytest.mark.browser


@dataclass
class Hand:
    """A reader and one way to press; `clicks` counts."""

    reader: Any
    kind: str
    clicks: int = 0

    @property
    def page(self) -> Any:
        """The page."""
        return self.reader.page

    def press(self, selector: str) -> None:
        """Press what a selector names."""
        self.clicks += 1
        if self.kind == "keyboard":
            self.reader.tab_to(selector, most=400)
            radio = self.page.evaluate("document.activeElement.type === 'radio'")
            self.page.keyboard.press("Space" if radio else "Enter")
        elif self.kind == "touch":
            self.page.locator(selector).first.tap()
        else:
            self.page.locator(selector).first.click()

    def choose(self, selector: str, value: str) -> None:
        """Open a list and take an option of it: two."""
        self.clicks += 2
        if self.kind == "keyboard":
            self.reader.tab_to(selector)
            self.page.keyboard.type(value)
        else:
            self.page.select_option(selector, value)
        self.reader.until(f"location.search.includes('={value}')")
        self.reader.settle()

    def county(self, name: str, pcode: str) -> None:
        """Choose a county: on the map, or by its name where there is no pointer."""
        if self.kind == "keyboard":
            self.clicks += 1
            self.reader.tab_to("#find")
            self.page.keyboard.type(name)
            self.page.keyboard.press("Enter")
        else:
            self.clicks += 1
            shape = f'#map-graph path[role=option][aria-label="{name}"]'
            self.page.locator(shape).scroll_into_view_if_needed()
            x, y = self.page.evaluate(INSIDE, shape)
            self.page.touchscreen.tap(x, y) if self.kind == "touch" else self.page.mouse.click(x, y)
        self.reader.until(f"document.querySelector('#panel').dataset.county === '{pcode}'")
        self.reader.settle()


@pytest.fixture
def start(browse: Callable[..., Any]) -> Callable[..., Hand]:
    """Open a view with one hand."""
    return beginner(browse)


def beginner(browse: Callable[..., Any]) -> Callable[..., Hand]:
    """Return the function that opens a view with one hand."""

    def begin(kind: str, path: str = "/?lang=en", **options: Any) -> Hand:
        touch = {"has_touch": True} if kind == "touch" else {}
        reader = browse(**{"viewport": TABLET, **touch, **options}).open(path)
        return Hand(reader, kind)

    return begin


@pytest.mark.parametrize("kind", HANDS)
def test_most_smuggling_since_2018_and_whether_more_look_there(start: Callable[..., Hand], kind: str):
    hand = start(kind)
    hand.choose("#controls select[name=from]", "2018")
    hand.press("#table th:nth-child(2) button")
    shown = {pcode: number(text) or 0 for pcode, text in hand.reader.table().items()}
    wanted = expected("smuggling", "incidents", 2018, 2026)
    most = max(wanted, key=lambda pcode: wanted[pcode])
    assert max(shown, key=lambda pcode: shown[pcode]) == most
    assert next(iter(shown)) == most, "the county with most stands first"
    hand.press('.questions a[href*="lens=looking"]')
    hand.reader.until("document.querySelector('#table-part .bench-table')")
    name = dict(zip(read_csv("counties.csv")["pcode"], read_csv("counties.csv")["name"], strict=True))[most]
    row = hand.page.locator("#table-part .bench-table tr", has=hand.page.locator(f'th:has-text("{name}")')).first
    assert re.search(r"training|post|unit|programme|study|hotline|committee", row.inner_text())
    assert hand.clicks <= 4


@pytest.mark.parametrize("kind", HANDS)
def test_from_eritrea_over_isiolo_to_south_africa_and_what_is_well_documented(start: Callable[..., Hand], kind: str):
    hand = start(kind)
    summary = "#panel details:has([data-corridor-link]) > summary"
    hand.press(summary)
    hand.press('#panel [data-corridor-link="C01"]')
    hand.reader.until("document.querySelector('#panel h2').textContent.startsWith('C01')")
    hand.reader.settle()
    legs = hand.page.locator("#panel .legs > li")
    said = legs.all_inner_texts()
    assert any("Isiolo" in leg for leg in said)
    grades = hand.page.locator("#panel .legs > li .grade").all_inner_texts()
    assert len(grades) == len(said)
    assert "A" in grades
    assert set(grades) <= {"A", "B", "C"}
    assert hand.clicks <= 3


@pytest.mark.parametrize("kind", HANDS)
def test_one_slide_about_the_coast(start: Callable[..., Hand], kind: str):
    hand = start(kind)
    hand.press("a.take-link[data-take]:visible" if kind != "keyboard" else "a.take-link[data-take]")
    hand.reader.until("document.querySelector('#take-dialog[open]')")
    if kind == "keyboard":
        hand.reader.tab_to('#take-dialog input[name="template"]')
        for _ in range(20):
            if hand.page.evaluate("document.activeElement.value") == "region:Coast":
                break
            hand.page.keyboard.press("ArrowRight")
        hand.clicks += 1
    else:
        hand.press('#take-dialog .pills label:has-text("Coast")')
    with hand.page.expect_download() as waiting:
        hand.press('#take-dialog button[value="slide"]')
    slides = list(Presentation(str(waiting.value.path())).slides)
    assert len(slides) == 1
    assert slides[0].shapes.title.text_frame.text.startswith("Coast")
    assert "1. " in slides[0].notes_slide.notes_text_frame.text, "its sources stand in its notes"
    assert hand.clicks <= 4


def test_one_slide_about_the_coast_without_a_script(browse: Callable[..., Any]):
    reader = browse(java_script_enabled=False)
    page = reader.page
    page.goto(f"{reader.address}/?lang=en")
    clicks = 0
    for selector in ("a.take-link", '.pills label:has-text("Coast")', 'button[value="slide"]'):
        page.locator(selector).first.click()
        clicks += 1
    page.wait_for_selector("#file")
    with page.expect_download() as waiting:
        page.click("#file")
    assert len(list(Presentation(str(waiting.value.path())).slides)) == 1
    assert clicks + 1 <= 4


@pytest.mark.parametrize("kind", HANDS)
def test_all_events_as_csv(start: Callable[..., Hand], kind: str):
    hand = start(kind)
    hand.press("a.take-link[data-take]:visible" if kind != "keyboard" else "a.take-link[data-take]")
    hand.reader.until("document.querySelector('#take-dialog[open]')")
    with hand.page.expect_download() as waiting:
        hand.press('#take-dialog a[href*="incidents.csv?nature=all"]')
    rows = list(csv.DictReader(io.StringIO(Path(waiting.value.path()).read_text(encoding="utf-8-sig"))))
    assert {row["id"] for row in rows} == set(read_csv("incidents.csv")["id"])
    assert {row["nature"] for row in rows} >= {"trafficking", "smuggling"}
    assert hand.clicks <= 2


@pytest.mark.parametrize("kind", HANDS)
def test_isiolo_and_its_neighbours(start: Callable[..., Hand], kind: str):
    hand = start(kind)
    hand.county("Isiolo", "KE011")
    hand.press('#panel a[href*="with=neighbours"]')
    hand.reader.until("location.search.includes('lens=compare')")
    says(hand.page, "#table-part", "Isiolo", "Marsabit", "Samburu", "Laikipia", "Meru", "Garissa", "Wajir")
    assert hand.clicks <= 2


@pytest.mark.parametrize("kind", ["touch", "keyboard"])
def test_my_county_who_helps_and_the_call_in_kiswahili_on_a_phone(start: Callable[..., Hand], kind: str):
    hand = start(kind, "/?lang=sw", viewport=PHONE, has_touch=True, is_mobile=True)
    hand.county("Isiolo", "KE011")
    panel = hand.page.inner_text("#panel")
    assert "Nani anashughulikia" in panel
    assert "IOM" in panel, "who responds in the county stands in the same panel"
    call = hand.page.locator('#panel a[href="tel:116"]').first
    call.scroll_into_view_if_needed()
    box = call.bounding_box()
    assert box["height"] >= 44
    assert 0 <= box["x"] <= PHONE["width"] - box["width"]
    hand.clicks += 1  # the call itself, which no browser of a test makes
    assert hand.clicks <= 3


@needs_axe
@pytest.mark.parametrize("lang", ["en", "sw"])
@pytest.mark.parametrize("viewport", [TABLET, {"width": 390, "height": 844}], ids=["1280", "390"])
def test_axe_finds_nothing_in_what_is_offered_as_page_and_as_dialog(
    browse: Callable[..., Any], lang: str, viewport: dict[str, int]
):
    reader = browse(viewport=viewport, bypass_csp=True)
    page = reader.page
    for path in (f"/export?lang={lang}&county=KE011", f"/?lang={lang}&nature=smuggling"):
        page.goto(reader.address + path)
        if not path.startswith("/export"):
            page.evaluate("document.querySelector('.actions [data-take]').click()")
            page.wait_for_selector("#take-dialog[open] #take-form")
            until(page, "document.activeElement.id === 'take-title'")
        page.evaluate(axe_script())
        place = "'.export'" if path.startswith("/export") else "'#take-dialog'"
        found = page.evaluate(f"async () => (await axe.run({place})).violations")
        assert [(v["id"], [node["target"] for node in v["nodes"]][:3]) for v in found] == [], path
        assert page.evaluate("document.scrollingElement.scrollWidth") <= viewport["width"], path
