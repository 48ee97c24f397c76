"""The hand on the map: wheel, drag, pinch, tap, card, sorting, and the way of the keyboard to it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.waiting import expect, idle, says, until

pytestmark = pytest.mark.browser

SCALE = "document.querySelector('#map-graph .js-plotly-plot')._fullLayout.geo._subplot.projection.scale()"
AT = """(name) => { const i = njia.fixed.names.indexOf(name), gd = document.querySelector('#map-graph .js-plotly-plot');
  const [x, y] = gd._fullLayout.geo._subplot.projection(njia.fixed.anchors[i]), box = gd.getBoundingClientRect();
  return [box.left + x, box.top + y]; }"""
LOOKS = "JSON.stringify(document.querySelector('#map-graph .js-plotly-plot')._fullLayout.geo.center)"


def test_the_wheel_scrolls_the_page_and_zooms_with_ctrl(browse: Any) -> None:
    page = browse(viewport={"width": 1440, "height": 700}).open("/?lang=en").page
    x, y = page.evaluate(AT, "Garissa")
    page.mouse.move(x, y)
    before = page.evaluate(SCALE)
    page.mouse.wheel(0, 200)
    until(page, "scrollY > 0")
    idle(page)
    assert page.evaluate(SCALE) == before
    page.evaluate("scrollTo(0, 0)")
    until(page, "scrollY === 0")
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    until(page, f"{SCALE} > {before * 1.2}")
    assert page.evaluate("scrollY") == 0


def test_dragging_pans_and_never_selects_and_a_new_figure_keeps_the_window(browse: Any) -> None:
    reader = browse(viewport={"width": 1440, "height": 900}).open("/?lang=en")
    page = reader.page
    x, y = page.evaluate(AT, "Garissa")
    looks = page.evaluate(LOOKS)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y + 40, steps=6)
    page.mouse.up()
    reader.settle()
    assert page.evaluate(LOOKS) != looks, "the map did not move"
    assert "county=" not in page.url
    moved = page.evaluate(AT, "Garissa")
    assert abs(moved[0] - (x - 60)) < 8
    page.mouse.click(*moved)
    reader.until("location.search.includes('county=KE007')")
    reader.settle()
    kept = page.evaluate(AT, "Garissa")
    assert max(abs(kept[0] - moved[0]), abs(kept[1] - moved[1])) < 3, "another choice moved the reader's window"


def test_the_card_tells_both_natures_roles_and_who_was_looking(browse: Any) -> None:
    page = browse(viewport={"width": 1440, "height": 900}).open("/?lang=en").page
    x, y = page.evaluate(AT, "Garissa")
    page.mouse.move(x - 5, y)
    page.mouse.move(x, y)
    says(page, "#tip", "Trafficking:")
    card = page.inner_text("#tip")
    assert card.startswith("Garissa")
    for part in ("Trafficking:", "Smuggling:", "Looking there:", "2007–2026"):
        assert part in card, (part, card)
    assert page.locator("#tip svg.card-bars rect").count() > 3
    assert page.locator("#tip svg.card-bars").count() == 2


def test_on_a_phone_a_tap_selects_and_two_fingers_zoom(browse: Any) -> None:
    reader = browse(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True).open("/?lang=en")
    page = reader.page
    page.locator("#map-graph").scroll_into_view_if_needed()
    before = page.evaluate(SCALE)
    x, y = page.evaluate(AT, "Turkana")
    cdp = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        listed = [{"x": px, "y": py, "id": i} for i, (px, py) in enumerate(points)]
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": listed})

    touch("touchStart", (x - 20, y), (x + 20, y))
    for step in range(1, 6):
        touch("touchMove", (x - 20 - 8 * step, y), (x + 20 + 8 * step, y))
    touch("touchEnd")
    until(page, f"{SCALE} > {before * 1.2}")
    reader.settle()
    assert "county=" not in page.url
    page.touchscreen.tap(*page.evaluate(AT, "Turkana"))
    reader.until("location.search.includes('county=KE023')")
    reader.settle()
    # Plotly's d3 listens to touches on the window, where Chromium lets nobody prevent scrolling; `touch-action` does.
    reader.troubles[:] = [trouble for trouble in reader.troubles if "passive event listener" not in trouble]


def test_the_whole_heading_sorts_and_zero_stands_above_no_report(browse: Any) -> None:
    page = browse().open("/?lang=en&nature=smuggling").page
    head = page.locator("#table thead th").nth(1)
    box = head.bounding_box()
    assert box is not None
    head.scroll_into_view_if_needed()
    head.click(position={"x": 3, "y": box["height"] - 3})
    expect(head).to_have_attribute("aria-sort", "descending")
    arrow = (
        "getComputedStyle(document.querySelectorAll('#table thead th')[1].querySelector('button'), '::after').content"
    )
    assert "▼" in page.evaluate(arrow)
    words = [cell.strip() for cell in page.locator("#table tbody td[data-value]").all_inner_texts()]
    assert words.index("0") < words.index("no report")
    assert "0" not in words[words.index("no report") :]


def test_the_keyboard_is_on_the_map_within_eight_steps(browse: Any) -> None:
    page = browse().open("/?lang=en").page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    idle(page)
    for _ in range(7):
        if page.evaluate("Boolean(document.activeElement.closest('#map-graph path[role=option]'))"):
            break
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "option"
