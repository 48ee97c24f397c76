"""The analyst's pages in Chromium: readable by everybody, on a phone, on paper, and a walked question."""

from __future__ import annotations

from typing import Any

import pytest

from tests.outside import axe_script, needs_axe
from tests.waiting import expect, loads, says

PAGES = [
    "/compare?counties=KE011,KE010,KE047,KE009&lang=en",
    "/compare?counties=KE001&with=province&measure=rate&lang=sw",
    "/change?region=Coast&lang=en",
    "/change?nature=smuggling&measure=persons&lang=sw",
    "/country?lang=en",
]

pytestmark = pytest.mark.browser


@needs_axe
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_nothing_runs_off_the_side(browse: Any, served: str, path: str, width: int) -> None:
    page = browse(viewport={"width": width, "height": 844}, bypass_csp=True).page
    page.goto(served + path)
    page.evaluate("() => document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.evaluate(axe_script())
    found = page.evaluate("async () => (await axe.run(document)).violations")
    assert [(v["id"], v["impact"], [node["target"] for node in v["nodes"]][:3]) for v in found] == []
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    if width == 390:
        small = page.evaluate(
            """() => [...document.querySelectorAll('main button, select, summary, input:not([type=hidden])')]
            .filter((one) => one.checkVisibility())
            .map((one) => [one.outerHTML.slice(0, 60), (one.closest('label') || one).getBoundingClientRect().height])
            .filter(([, height]) => height < 43.5)"""
        )
        assert small == []


def test_more_cases_or_more_looking_on_the_coast(browse: Any, served: str) -> None:
    """An analyst, without scripts, from the map to a link that says what may be concluded of 2018 to 2024."""
    page = browse(viewport={"width": 1280, "height": 800}, java_script_enabled=False).page
    page.goto(f"{served}/?lang=en")
    with loads(page):
        page.get_by_role("link", name="compare two periods").first.click()
    with loads(page):
        page.locator(".chip-row").get_by_role("link", name="Trafficking", exact=True).click()
    page.select_option("select[name=before_from]", "2014")
    page.select_option("select[name=before_to]", "2018")
    page.select_option("select[name=after_from]", "2019")
    page.select_option("select[name=after_to]", "2024")
    page.select_option("select[name=region]", "Coast")
    with loads(page):
        page.get_by_role("button", name="Show").click()
    assert "before=2014-2018" in page.url
    assert "region=Coast" in page.url
    assert "before_from" not in page.url
    says(page, "h1", "2 events reported in 2014–2018, 11 in 2019–2024")
    with loads(page):
        page.get_by_role("button", name="More cases, or more people looking?").click()
    with loads(page):
        page.get_by_role("button", name="On the map").click()
    said = page.inner_text("#conclude")
    assert "this record cannot tell them apart" in said
    assert "Looking grew" in said
    assert page.locator(".multiples svg.minimap").count() == 3
    shared = page.url
    page.goto(shared.replace("lang=en", "lang=sw"))
    assert "bahati nasibu" in page.inner_text("#conclude")


def test_counties_are_added_and_taken_out_by_hand(browse: Any, served: str) -> None:
    page = browse(viewport={"width": 1280, "height": 800}, java_script_enabled=False).page
    page.goto(f"{served}/compare?counties=KE011,KE010&lang=en")
    page.get_by_label("Add a county").fill("wajir")
    with loads(page):
        page.get_by_role("button", name="Show").click()
    expect(page.locator(".chosen-counties li")).to_have_count(3)
    with loads(page):
        page.get_by_role("link", name="take Marsabit out").click()
    assert "counties=KE011,KE008" in page.url
    with loads(page):
        page.get_by_role("link", name="Isiolo with its neighbours").click()
    assert page.locator(".side-card").count() >= 8
    page.emulate_media(media="print")
    expect(page.locator(".ask-bench")).to_be_hidden()
    expect(page.locator(".side-card").first).to_be_visible()


def test_a_ready_made_period_changes_the_map_without_loading_it_anew(browse: Any) -> None:
    reader = browse(viewport={"width": 1280, "height": 800}).open("/?lang=en")
    page = reader.page
    page.evaluate("window.__same = true")
    reader.open_filters("mouse")
    page.locator(".windows a[data-choose]", has_text="3 years").click()
    page.locator("#sentence", has_text="2024–2026").wait_for()
    reader.until("location.search.includes('from=2024')")
    assert page.evaluate("window.__same") is True
    expect(page.locator(".windows a[aria-current]")).to_have_text("3 years")
