"""Two languages and the first-visit tour in a real browser, by mouse and by keyboard."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from dashboard.i18n.catalogue import catalogue
from tests.outside import axe_script, needs_axe
from tests.waiting import expect, idle, says

HANDS = ["mouse", "keyboard"]

pytestmark = pytest.mark.browser


def query(reader: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(reader.page.url).query)


@pytest.mark.parametrize("hand", HANDS)
def test_the_other_language_keeps_what_the_reader_chose(browse: Any, hand: str):
    reader = browse(locale="en-GB").open("/?county=KE011")
    page = reader.page
    page.check("#controls input[name=nature][value=smuggling]", force=True)
    reader.until("location.search.includes('nature=smuggling')")
    if hand == "mouse":
        page.click(".languages a[lang=sw]")
    else:
        page.focus(".languages a[lang=sw]")
        page.keyboard.press("Enter")
    page.wait_for_url("**lang=sw**")
    page.wait_for_selector("html[lang=sw] body.map-ready")
    reader.settle()
    assert query(reader) == {"lang": ["sw"], "county": ["KE011"], "nature": ["smuggling"]}
    assert reader.text("#sentence").startswith("Isiolo, 2007–2026:")
    tr = catalogue("sw")
    heading = f"{tr.t('nature.smuggling')}: {tr.unit('incidents', 'public')}, 2007–2026"
    assert reader.text("#legend .legend-title").startswith(heading)
    assert page.is_checked("#controls input[name=nature][value=smuggling]")
    page.check("#controls input[name=measure][value=persons]", force=True)
    reader.until("location.search.includes('measure=persons')")
    reader.settle()
    assert query(reader)["lang"] == ["sw"]
    assert tr.unit("persons", "public") in reader.text("#legend .legend-title")


def test_the_browsers_language_answers_a_typed_address_and_the_link_then_says_it(browse: Any):
    reader = browse(locale="sw-KE").open("/")
    assert reader.page.evaluate("document.documentElement.lang") == "sw"
    reader.page.click('#table a[data-county-link="KE011"]')
    reader.until("document.querySelector('#panel h2').textContent === 'Isiolo'")
    assert query(reader) == {"lang": ["sw"], "nature": ["smuggling"], "county": ["KE011"]}
    reader.page.fill("#find", "Kaunti ya Marsabit")
    reader.page.press("#find", "Enter")
    reader.until("document.querySelector('#panel h2').textContent === 'Marsabit'")
    reader.page.fill("#find", "Atlantis")
    reader.page.press("#find", "Enter")
    reader.until("document.getElementById('find-said').textContent.includes('Hakuna kaunti')")


@pytest.mark.parametrize(("hand", "width"), [("mouse", 390), ("keyboard", 1280)])
def test_the_tour_can_be_walked_left_and_is_not_offered_again(browse: Any, hand: str, width: int):
    reader = browse(viewport={"width": width, "height": 800}, locale="sw-KE").open("/")
    page = reader.page
    page.wait_for_selector("#tour-chip:visible")
    if hand == "mouse":
        page.click("#tour-chip")
    else:
        reader.tab_to("#tour-chip")
        page.keyboard.press("Enter")
    titles = []
    for step in range(1, 5):
        expect(page.locator("#tour [data-tour=count]")).to_have_text(f"Hatua ya {step} kati ya 4")
        titles.append(reader.text("#tour h2"))
        expect(page.locator(".tour-here")).to_have_count(1)
        if hand == "mouse":
            page.click("#tour [data-tour=next]")
        else:
            reader.tab_to("#tour [data-tour=next]")
            page.keyboard.press("Enter")
    assert len(set(titles)) == 4
    expect(page.locator("#tour")).to_be_hidden()
    expect(page.locator(".tour-here")).to_have_count(0)
    reader.open("/?lang=en")
    idle(page)
    assert page.is_hidden("#tour-chip")
    reader.open("/?lang=en&tour=1&county=KE011")
    page.wait_for_selector("#tour:visible")
    page.keyboard.press("Escape")
    expect(page.locator("#tour")).to_be_hidden()
    assert reader.text("#panel h2") == "Isiolo"  # Escape ended the tour and left the choice alone
    assert page.context.cookies() == []


def test_the_tour_blocks_nothing_and_is_no_part_of_print_or_of_a_page_without_scripts(browse: Any, served: str):
    reader = browse().open("/?lang=en&tour=1")
    page = reader.page
    page.wait_for_selector("#tour:visible")
    page.click('#table a[data-county-link="KE011"]')
    reader.until("document.querySelector('#panel h2').textContent === 'Isiolo'")
    page.emulate_media(media="print")
    expect(page.locator("#tour")).to_be_hidden()
    plain = browse(java_script_enabled=False)
    plain.page.goto(served + "/?lang=sw&tour=1")
    assert plain.page.is_hidden("#tour")
    assert plain.page.is_hidden("#tour-chip")


@needs_axe
@pytest.mark.parametrize(
    ("path", "width"),
    [("/?lang=sw", 1280), ("/?lang=sw&county=KE011", 390), ("/?lang=sw&tour=1", 390), ("/glossary?lang=sw", 390)],
)
def test_axe_finds_nothing_in_kiswahili(browse: Any, served: str, path: str, width: int):
    reader = browse(viewport={"width": width, "height": 844}, bypass_csp=True)
    page = reader.page
    if path.startswith("/glossary"):
        page.goto(served + path)
    else:
        reader.open(path)
        page.wait_for_selector("#tour:visible" if "tour" in path else "#tour-chip:visible")
    page.evaluate(axe_script())
    found = page.evaluate("async () => (await axe.run(document)).violations")
    assert [(v["id"], v["impact"], [node["target"] for node in v["nodes"]][:3]) for v in found] == []
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width


def test_a_term_is_explained_to_the_keyboard(browse: Any):
    reader = browse().open("/?lang=sw")
    page = reader.page
    page.focus("#panel .term a")
    means = page.locator("#panel .term:focus-within .means")
    expect(means).to_be_visible()
    says(page, "#panel .term:focus-within .means", "Kuandikisha")
    page.keyboard.press("Enter")
    page.wait_for_selector("details:has(#trafficking) h2")
    assert urlsplit(page.url).path == "/glossary"
