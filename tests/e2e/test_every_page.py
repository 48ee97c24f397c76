"""Every page in Chromium, in two languages: axe-core finds nothing, nothing runs off the side, a long page has folds.

One browser, one server and one window for all of them. Dash is left out here: the pages are looked at as the server
writes them; what Dash makes of the map page has its own tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from dashboard.lenses import lenses
from dashboard.server.app import create_app
from dashboard.settings import AppSettings
from geodata.query.world import open_world
from geodata.settings import DataSettings
from tests.outside import axe_script, needs_axe

pytestmark = pytest.mark.browser
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FIND = """async (tags) =>
  (await axe.run(document, {runOnly: tags, resultTypes: ['violations'], iframes: false})).violations
  .map((v) => [v.id, v.nodes.slice(0, 3).map((node) => node.target.join(' '))])"""
OPEN = "() => document.querySelectorAll('details').forEach((part) => { part.open = true; })"
SIZES = ((1440, 900), (1280, 800), (390, 844))
PHONES = (390, 360, 320)
LONGEST = 5_000
"""Pixels of a lens, a profile or a list on a phone of 390 px, folds closed."""
LENSES: dict[str, str] = {
    "detected": "/?nature=trafficking",
    "compare": "/?lens=compare&counties=KE011,KE010",
    "ways": "/?lens=ways&corridor=C01",
    **{key: f"/?lens={key}" for key in ("changed", "looking", "responds", "roles")},
}
COUNTY = ("/?county=KE011", "/county/KE011")
DOCUMENTS = (
    "/about", "/api", "/b/isiolo/2", "/briefing", "/briefing?story=kenya", "/briefing/notes?story=kenya",
    "/briefing/phone?story=coast&step=1", "/changes", "/corrections", "/country", "/county", "/embed", "/export",
    "/export?county=KE011", "/glossary", "/help", "/lite", "/lite/KE011", "/lite/isiollo", "/new", "/nothing-of-ours",
    "/numbers-you-may-hear", "/s", "/sources", "/?corridor=C01",
)  # fmt: skip
PAGES = (*LENSES.values(), *COUNTY, *DOCUMENTS)
LONG = (*LENSES.values(), *COUNTY, "/new", "/sources")
ELSEWHERE = {
    "/lite/": "the choice of a county under its other address",
    "/event/<asked>": "leads to the map, at the event",
    "/<path:path>": "Dash's own way to the map page",
    "/corridors/what-if": "answers a question of the lens of ways",
    "/fold/<name>": "a part of a lens, not a page",
    "/corrections/<place>": "an answer to a form",
    "/export/<name>": "an export that was begun",
    "/export/to/<kind>": "begins an export",
    "/s/<name>": "a view that a reader has frozen",
    **dict.fromkeys(("/workspace/tour", "/workspace/marks", "/workspace/panel/<part>"), "a part of the map page"),
}
"""Routes that are no page at an address of their own, with the reason."""


@pytest.fixture(scope="module")
def server() -> Flask:
    made: Flask = create_app(open_world(DataSettings(home=Path("/nonexistent"), vault="")), AppSettings()).server
    return made


@pytest.fixture(scope="module")
def window(chromium: Any) -> Iterator[Any]:
    """One window for all pages."""
    context = chromium.new_context(bypass_csp=True, service_workers="block")
    page = context.new_page()
    page.route("**/_dash-component-suites/**", lambda route: route.abort())
    yield page
    context.close()


def test_every_route_that_is_a_page_is_looked_at(server: Flask) -> None:
    """A route that answers HTML and is not opened below is a page that nobody looks at."""
    client, adapter = server.test_client(), server.url_map.bind("localhost")
    looked_at = {adapter.match(path.partition("?")[0], return_rule=True)[0].rule for path in PAGES}
    routes = {rule.rule for rule in server.url_map.iter_rules() if "GET" in (rule.methods or ())}
    plain = {rule for rule in routes if "<" not in rule and not rule.startswith("/_")}
    pages = {rule for rule in plain if _is_page(client.get(f"{rule}?lang=en"))}
    assert pages - looked_at - set(ELSEWHERE) == set()
    with_parts = {rule for rule in routes if "<" in rule and not rule.startswith(("/a/", "/assets/", "/geo/", "/_"))}
    files = {rule for rule in with_parts if rule.startswith(("/api/", "/ogc/", "/feed/")) or re.search(r"\.\w+$", rule)}
    assert with_parts - files - looked_at - set(ELSEWHERE) == {"/export/<name>/<file>"}
    assert set(lenses()) == set(LENSES)


def _is_page(answer: Any) -> bool:
    return bool(answer.status_code == 200 and answer.mimetype == "text/html")


@needs_axe
@pytest.mark.parametrize("lang", ["en", "sw"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_right_for_everybody(window: Any, served: str, path: str, lang: str) -> None:
    window.set_viewport_size({"width": 1440, "height": 900})
    window.goto(f"{served}{path}{'&' if '?' in path else '?'}lang={lang}", wait_until="load")
    assert window.get_attribute("html", "lang") == lang
    window.evaluate(axe_script())
    found = {}
    for width, height in SIZES:
        window.set_viewport_size({"width": width, "height": height})
        found[width] = window.evaluate(FIND, TAGS)
    assert {width: wrong for width, wrong in found.items() if wrong} == {}
    if path in LONG:
        assert window.evaluate("document.scrollingElement.scrollHeight") <= LONGEST
    window.evaluate(OPEN)
    for width in PHONES:
        window.set_viewport_size({"width": width, "height": 844})
        assert window.evaluate("document.scrollingElement.scrollWidth") <= width, f"{width} px"


@needs_axe
@pytest.mark.parametrize("path", LENSES.values(), ids=LENSES)
def test_a_lens_with_every_part_open_is_right_on_a_phone(window: Any, served: str, path: str) -> None:
    window.set_viewport_size({"width": 390, "height": 844})
    window.goto(f"{served}{path}&lang=sw")
    keys = window.eval_on_selector_all(".lens-fold", "(all) => all.map((part) => part.dataset.fold)")
    window.goto(f"{served}{path}&lang=sw&fold={','.join(keys)}")
    assert window.locator(".lens-fold.is-open").count() == len(keys) > 0
    window.evaluate(axe_script())
    assert window.evaluate(FIND, TAGS) == []
    window.evaluate(OPEN)
    assert window.evaluate("document.scrollingElement.scrollWidth") <= 390


NAMES = """() => [...document.querySelectorAll('.picture text')]
  .filter((name) => !name.closest('defs') && name.getBoundingClientRect().width > 0)
  .map((name) => {
    const box = name.getBoundingClientRect(), ground = name.closest('svg').getBoundingClientRect();
    const inside = box.left >= ground.left - 1 && box.right <= ground.right + 1;
    return [name.textContent, parseFloat(getComputedStyle(name).fontSize) * name.getScreenCTM().a, inside];
  })"""
SMALLEST = 11
"""Pixels of the smallest letters of a map in a frame on a phone."""


@pytest.mark.parametrize("query", ["lang=sw", "lang=en&lens=looking", "lang=sw&lens=ways", "lang=en&extent=gulf"])
def test_names_of_a_frame_can_be_read_on_a_phone(window: Any, served: str, query: str) -> None:
    window.set_viewport_size({"width": 390, "height": 844})
    window.goto(f"{served}/embed?{query}")
    names = window.evaluate(NAMES)
    assert len(names) > 3
    assert [name for name in names if name[1] < SMALLEST or not name[2]] == []
    window.set_viewport_size({"width": 700, "height": 800})
    more = window.evaluate(NAMES)
    assert len(more) > len(names), "where there is room every name stands"
    assert [name for name in more if name[1] < SMALLEST] == []
