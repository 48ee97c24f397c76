"""The corridor desk in Chromium: axe-core finds nothing, no sideways scroll, it prints, and it needs no script."""

from __future__ import annotations

from typing import Any

import pytest

from tests.outside import axe_script, needs_axe

SIZES = [(1280, 800), (390, 844)]

pytestmark = pytest.mark.browser


@needs_axe
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    "path", ["/corridors?corridor=C01&start=country:ETH&end=country:ZAF&lang=en", "/corridors?lang=sw"]
)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(browse: Any, served: str, path: str, size: tuple[int, int]):
    reader = browse(viewport={"width": size[0], "height": size[1]}, bypass_csp=True)
    reader.page.goto(served + path)
    assert reader.page.evaluate("document.scrollingElement.scrollWidth") <= size[0]
    reader.page.evaluate(axe_script())
    found = reader.page.evaluate("async () => (await axe.run(document)).violations")
    assert [(v["id"], [node["target"] for node in v["nodes"]][:3]) for v in found] == []


def test_without_javascript_a_corridor_is_chosen_by_keyboard(browse: Any, served: str):
    reader = browse(java_script_enabled=False)
    page = reader.page
    page.goto(served + "/corridors?lang=en")
    question = page.get_by_role("form", name="Filters of the corridor desk")
    choice = question.locator("select[name=corridor]")
    choice.focus()
    choice.select_option("C01")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('button[type=submit]')")
    page.keyboard.press("Enter")
    page.wait_for_url("**corridor=C01**")
    assert "Southern Route" in reader.text("#panel")
