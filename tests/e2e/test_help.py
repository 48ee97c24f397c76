"""On a phone, help is one tap away on every page, and “leave this page” leaves nothing to come back to."""

from __future__ import annotations

from typing import Any

import pytest

PHONE = {"width": 390, "height": 844}
ROUTES = (
    "/", "/?county=KE011&nature=smuggling", "/?corridor=C01", "/county", "/county/KE011", "/lite", "/lite/KE011",
    "/lite/nowhere", "/country", "/compare?counties=KE011,KE047", "/change", "/detection", "/response", "/corridors",
    "/sources", "/changes", "/about", "/glossary", "/corrections", "/corrections/KE011", "/briefing",
    "/briefing?story=kenya", "/briefing/notes?story=kenya", "/briefing/phone?story=kenya&step=1", "/export", "/embed",
    "/api", "/numbers-you-may-hear", "/new", "/help", "/no-such-page",
)  # fmt: skip
IN_REACH = """(href) => {
  const link = document.querySelector(`.safety a[href="${href}"]`);
  const box = link.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const inside = box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth;
  return inside && box.width >= 43.5 && box.height >= 43.5 && link.contains(top);
}"""

pytestmark = pytest.mark.browser


def at(reader: Any, path: str) -> Any:
    """Open an address that need not be the map and return its page."""
    reader.page.goto(reader.address + path, wait_until="load")
    return reader.page


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_help_is_within_one_tap_on_every_page(browse: Any, lang: str) -> None:
    reader = browse(viewport=PHONE, has_touch=True)
    far = []
    for path in ROUTES:
        reader.page.goto(f"{reader.address}{path}{'&' if '?' in path else '?'}lang={lang}", wait_until="load")
        reader.page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        out = [href for href in ("tel:116", "tel:1195", "about:blank") if not reader.page.evaluate(IN_REACH, href)]
        far += [(path, out)] if out else []
    assert far == []
    reader.troubles.clear()  # two of the pages are asked for because they do not exist


@pytest.mark.parametrize("way", ["tap", "key"])
@pytest.mark.parametrize("path", ["/about", "/lite/KE011"])
def test_leaving_takes_the_place_of_the_page_in_the_history(browse: Any, path: str, way: str) -> None:
    reader = browse(viewport=PHONE, has_touch=True)
    at(reader, "/help")
    page = at(reader, path)
    if way == "tap":
        page.tap(".leave")
    else:
        for _ in range(3):
            page.keyboard.press("Shift")
    page.wait_for_url("about:blank")
    assert page.title() == ""
    page.go_back()
    assert path not in page.url


def test_two_presses_and_capitals_do_not_leave(browse: Any) -> None:
    page = at(browse(viewport=PHONE), "/about")
    for key in ("Shift", "Shift", "a", "Shift", "Shift", "Tab"):
        page.keyboard.press(key)
    page.wait_for_timeout(200)
    assert "/about" in page.url


def test_the_button_leaves_without_scripts(browse: Any) -> None:
    page = at(browse(viewport=PHONE, java_script_enabled=False), "/about")
    page.click(".leave")
    page.wait_for_url("about:blank")
