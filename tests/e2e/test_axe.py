"""Everybody can read the map page: axe-core finds nothing, the phone never scrolls sideways, fingers hit."""

from __future__ import annotations

from typing import Any

import pytest

from tests.outside import axe_script, needs_axe
from tests.waiting import expect, idle, loads

SIZES = [(1280, 800), (390, 844)]
VIEWS = ["/", "/?county=KE011", "/?corridor=C01", "/?nature=both&from=2018"]

pytestmark = pytest.mark.browser


@needs_axe
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("path", VIEWS)
def test_axe_finds_nothing(browse: Any, path: str, size: tuple[int, int]):
    reader = browse(viewport={"width": size[0], "height": size[1]}, bypass_csp=True).open(path)
    reader.page.evaluate(axe_script())
    found = reader.page.evaluate("async () => (await axe.run(document)).violations")
    said = [(v["id"], v["impact"], [node["target"] for node in v["nodes"]][:3]) for v in found]
    assert said == []


@needs_axe
def test_the_years_of_a_phone_are_reached_by_the_ends_of_the_brush(browse: Any):
    """A bar is narrower than a finger there: it is no stop and no target, and the two ends are both."""
    reader = browse(viewport={"width": 390, "height": 844}, bypass_csp=True).open("/?lens=ways&lang=sw")
    page = reader.page
    expect(page.locator(".brush input")).to_have_count(2)
    expect(page.locator(".bars a:not([tabindex='-1'])")).to_have_count(0)
    page.evaluate(axe_script())
    found = page.evaluate("async () => (await axe.run(document, {runOnly: ['wcag22aa']})).violations")
    assert [(v["id"], [node["target"] for node in v["nodes"]][:3]) for v in found] == []
    reader.tab_to(".brush-from")
    page.keyboard.press("ArrowRight")
    reader.until("new URLSearchParams(location.search).get('from') === '2008'")
    expect(page.locator(".bars a:not([tabindex='-1'])"), "written anew, they are no stops either").to_have_count(0)
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.locator(".bars a[tabindex]"), "where there is room each bar is a stop").to_have_count(0)


CHOSEN = """() => [...document.querySelectorAll('#controls .choice input:checked + label')]
  .map((face) => [face.textContent, getComputedStyle(face).outlineStyle])"""


def test_forced_colours_show_what_is_chosen(browse: Any):
    reader = browse(forced_colors="active").open("/?nature=smuggling&lang=en")
    expect(reader.page.locator("#controls .choice input:checked")).to_have_count(3)
    assert reader.page.evaluate(CHOSEN) == [["Smuggling", "solid"], ["Events", "solid"], ["Counts", "solid"]]


@pytest.mark.parametrize("width", [390, 360, 320])
@pytest.mark.parametrize("path", ["/", "/?county=KE011", "/?corridor=C01"])
def test_the_page_never_scrolls_sideways_on_a_phone(browse: Any, path: str, width: int):
    reader = browse(viewport={"width": width, "height": 844}, has_touch=True).open(path)
    page = reader.page
    page.evaluate("() => document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    idle(page)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width


TARGETS = """() => [...document.querySelectorAll(
    'button, select, input:not([type=hidden]), summary, .top nav a, .button, .close')]
  .filter((one) => one.checkVisibility() && !one.closest('#shell, .table-cell table'))
  .map((one) => {
    const radio = one.matches('.choice input') && one.nextElementSibling;
    const face = radio || (one.matches('[type=checkbox]') && one.closest('label')) || one;
    const box = face.getBoundingClientRect();
    return [one.tagName + ' ' + (one.id || one.name || one.textContent.trim()).slice(0, 30), box.width, box.height];
  }).filter(([, width, height]) => width < 43.5 || height < 43.5)"""


def test_controls_on_a_phone_are_large_enough_for_a_finger(browse: Any):
    reader = browse(viewport={"width": 390, "height": 844}, has_touch=True).open("/?county=KE011")
    page = reader.page
    page.evaluate("() => document.querySelectorAll('.over details').forEach((one) => { one.open = true; })")
    idle(page)
    assert page.evaluate(TARGETS) == []
    close = page.locator("#panel .close").bounding_box()
    assert min(close["width"], close["height"]) >= 43.5


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("path", ["/", "/?county=KE011&nature=smuggling"])
def test_without_javascript_the_page_is_complete(browse: Any, served: str, path: str, size: tuple[int, int]):
    reader = browse(viewport={"width": size[0], "height": size[1]}, java_script_enabled=False)
    page = reader.page
    page.goto(served + path)
    assert "2007–2026" in reader.text("#sentence")
    shapes = page.locator("#shell [data-pcode]")
    assert shapes.count() == 47
    fills = [shapes.nth(i).get_attribute("style") or shapes.nth(i).get_attribute("fill") for i in range(47)]
    assert all(fills)
    assert len(set(fills)) >= 4
    assert page.locator("#shell svg").is_visible()
    assert page.locator("#table tbody tr").count() == 47
    numbers = [text for text in page.locator("#table td[data-value]").all_inner_texts() if text.strip().isdigit()]
    assert len(numbers) > 10
    heading = "Isiolo" if "KE011" in path else "Kenya"
    assert reader.text("#panel h2") == heading
    assert page.is_hidden("#slider")
    with loads(page):
        page.locator('#table a[data-county-link="KE039"]').click()
    assert reader.text("#panel h2") == "Bungoma"
    with loads(page):
        page.locator("#panel .close").click()
    assert reader.text("#panel h2") == "Kenya"
    page.locator(".period > summary").click()
    page.select_option("select[name=from]", "2018")
    with loads(page):
        page.locator(".period").get_by_role("button", name="Show").click()
    assert "2018–2026" in reader.text("#sentence")
    assert "from=2018" in page.url
