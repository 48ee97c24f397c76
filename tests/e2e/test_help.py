"""On a phone, help is one tap away on every page, and “leave this page” leaves nothing to come back to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from dashboard.lenses import lenses
from dashboard.server.app import create_app
from dashboard.settings import AppSettings
from geodata.query.world import open_world
from geodata.settings import DataSettings
from tests.waiting import expect, idle

PHONE = {"width": 390, "height": 844}
FILLED = {
    "asked": "KE011", "place": "KE011", "pcode": "KE011", "path": "no-such-page", "table": "legs", "kind": "pptx",
    "number": "1", "name": "kenya", "file": "nothing.pptx", "item": "KE011",
}  # fmt: skip
"""What stands in a route's place: a county, a story, or something that is not there (its page says so)."""
VIEWS = (
    "/?county=KE011&nature=smuggling", "/?corridor=C01", *(f"/?lens={lens}" for lens in lenses()), "/lite/nowhere",
    "/?lens=compare&counties=KE011,KE047", "/briefing?story=kenya", "/briefing/notes?story=kenya",
    "/briefing/phone?story=kenya&step=1", "/sources?id=iom-isiolo-2019", "/export?county=KE011", "/event/EV-00000",
)  # fmt: skip
"""Pages that a route shows only with a choice in the link."""
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


@pytest.fixture(scope="module")
def addresses() -> list[str]:
    """Return one address of every route that answers with a page, and the views: what is added is looked at too."""
    world = open_world(DataSettings(home=Path("/nonexistent"), vault=""))
    server = create_app(world, AppSettings()).server
    client, pages = server.test_client(), set[str]()
    for rule in server.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.rule.startswith("/_"):
            continue
        path = re.sub(r"<(?:[^:>]+:)?(\w+)>", lambda place: FILLED.get(place[1], "none"), rule.rule)
        answer = client.get(f"{path}?lang=en", headers={"Accept": "text/html"})
        if answer.mimetype == "text/html" and b"</html>" in answer.data and answer.status_code not in (301, 302, 303):
            pages.add(path)
    assert {"/", "/help", "/new", "/lite/KE011", "/county/KE011", "/embed", "/no-such-page"} <= pages
    return [*sorted(pages), *VIEWS]


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_help_is_within_one_tap_on_every_page(browse: Any, addresses: list[str], lang: str) -> None:
    reader = browse(viewport=PHONE, has_touch=True)
    reader.page.route("**/_dash-component-suites/**", lambda route: route.abort())  # the links are the server's own
    far = []
    for path in addresses:
        reader.page.goto(f"{reader.address}{path}{'&' if '?' in path else '?'}lang={lang}", wait_until="load")
        reader.page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        out = [href for href in ("tel:116", "tel:1195", "about:blank") if not reader.page.evaluate(IN_REACH, href)]
        far += [(path, out)] if out else []
    assert far == []
    reader.troubles.clear()  # some of the pages are asked for because they do not exist


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
    expect(page).not_to_have_url(re.compile(re.escape(path)))


def test_two_presses_and_capitals_do_not_leave(browse: Any) -> None:
    page = at(browse(viewport=PHONE), "/about")
    for key in ("Shift", "Shift", "a", "Shift", "Shift", "Tab"):
        page.keyboard.press(key)
    idle(page)
    assert "/about" in page.url


def test_the_button_leaves_without_scripts(browse: Any) -> None:
    page = at(browse(viewport=PHONE, java_script_enabled=False), "/about")
    page.click(".leave")
    page.wait_for_url("about:blank")
