"""In a real browser: the view on the map is frozen with one button, and everybody can read it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.conftest import Browse
from tests.outside import axe_script
from tests.waiting import PATIENCE_MS

pytestmark = pytest.mark.browser


def test_freeze_what_the_map_shows(browse: Browse) -> None:
    reader = browse().open("/?lang=en&county=KE011")
    page = reader.page
    page.check("#controls input[name=nature][value=smuggling]", force=True)
    reader.settle()
    sentence = reader.text("#sentence")
    page.click("button[formaction='/s']")
    page.wait_for_url("**/s/*")
    assert reader.text("h1") == sentence
    assert "byte for byte" in reader.text("main")
    assert page.locator(".frozen-view svg path").count() >= 47


@pytest.mark.parametrize("viewport", [{"width": 1280, "height": 800}, {"width": 390, "height": 844}])
@pytest.mark.parametrize("lang", ["en", "sw"])
def test_frozen_and_changed_pages_are_for_everybody(browse: Browse, viewport: dict[str, int], lang: str) -> None:
    reader = browse(viewport=viewport, bypass_csp=True)
    page: Any = reader.page
    page.goto(f"{reader.address}/?lang={lang}&county=KE010")
    page.wait_for_selector("body.map-ready", timeout=PATIENCE_MS)
    reader.settle()
    page.click("button[formaction='/s']")
    page.wait_for_url("**/s/*")
    for address in (page.url, f"{reader.address}/changes?lang={lang}", f"{reader.address}/corrections?lang={lang}"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        page.evaluate(axe_script())
        found = page.evaluate("axe.run().then((r) => r.violations.map((v) => v.id + ' ' + v.nodes[0].html))")
        assert found == [], address
