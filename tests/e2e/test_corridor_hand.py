"""A hand on the corridors of the map: every one says what it is, opens on a click, and the window follows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from geodata.query.world import World, open_world
from geodata.settings import DataSettings
from tests.waiting import says

pytestmark = pytest.mark.browser

MIDDLES = """(id) => {
  const gd = document.querySelector('#map-graph .js-plotly-plot'), view = gd._fullLayout.geo._subplot;
  const hit = gd.data.find((trace) => trace.name === 'corridor-hit'), box = gd.getBoundingClientRect();
  const found = [];
  let part = 0, line = [];
  hit.lon.forEach((lon, i) => {
    if (lon !== null) return line.push(view.projection([lon, hit.lat[i]]));
    if (hit.meta.legs[part].some((leg) => leg.startsWith(id + '.')))
      for (let k = 1; k < line.length; k++)
        found.push([box.left + (line[k - 1][0] + line[k][0]) / 2, box.top + (line[k - 1][1] + line[k][1]) / 2]);
    part += 1;
    line = [];
  });
  const inside = ([x, y]) => x > box.left + 3 && x < box.right - 3 && y > box.top + 3 && y < box.bottom - 3;
  const bare = ([x, y]) => y > 0 && y < innerHeight && gd.contains(document.elementFromPoint(x, y));
  return found.filter(inside).filter(bare);
}"""
CHOOSE = "(id) => window.njia.pick('corridor', id)"
ANSWERED = "(id) => window.njia.view.corridor === id && !document.body.classList.contains('asking')"
TIP = "document.getElementById('tip').hidden ? '' : document.getElementById('tip').textContent"


@pytest.fixture(scope="module")
def world() -> World:
    return open_world(DataSettings(home=Path("/nonexistent"), vault=""))


def drawn(world: World) -> list[str]:
    return sorted({leg["properties"]["corridor_id"] for leg in world.corridors.legs if leg["geometry"]})


def middles(page: Any, corridor: str) -> list[list[float]]:
    """Return pixels on a corridor once its window is shown; the extent has to follow the choice by itself."""
    page.evaluate(CHOOSE, corridor)
    page.wait_for_function(ANSWERED, arg=corridor)
    found: list[list[float]] = []
    for _ in range(60):  # until the window has come to rest on it
        before, found = found, page.evaluate(MIDDLES, corridor)
        if found and found == before:
            return found
        page.wait_for_timeout(250)
    pytest.fail(f"{corridor} is not on the map")


HOVER = """([x, y]) => new Promise((answer) => {
  const target = document.elementFromPoint(x, y);
  const start = performance.now();
  target.dispatchEvent(new PointerEvent('pointermove',
    { bubbles: true, clientX: x, clientY: y, pointerType: 'mouse', view: window }));
  const tip = document.getElementById('tip');
  requestAnimationFrame(() => answer([performance.now() - start, tip.hidden ? '' : tip.textContent]));
})"""
FRAME_MS = 34
"""Two frames of a screen of 60 Hz: the one in which the hand moved and the one that shows the answer."""
LISTEN = """() => {
  window.njiaPick = window.njiaPick || njia.pick;
  njia.pick = (key, chosen) => { window.opened.push(key + "=" + chosen); njia.view = {...njia.view, [key]: chosen}; };
}"""


def test_every_corridor_is_met_at_three_points_and_opens_on_a_click(browse: Any, world: World) -> None:
    page = browse(viewport={"width": 1440, "height": 1000}).open("/?lang=en&nature=smuggling").page
    for corridor in drawn(world):
        places = middles(page, corridor)
        chosen = (places[0], places[len(places) // 2], places[-1])
        for x, y in chosen:
            page.mouse.move(x - 60, y - 60)
            page.mouse.move(x, y)
            page.wait_for_function(f"(id) => ({TIP}).includes(id + ' ')", arg=corridor)
        assert "undefined" not in page.evaluate(TIP)
        assert "independent source" in page.evaluate(TIP)
        assert page.evaluate("document.getElementById('view').elements.corridor.value") == corridor
        page.evaluate(LISTEN)
        for x, y in chosen:
            page.evaluate("() => { njia.view = {...njia.view, corridor: ''}; window.opened = []; }")
            page.mouse.move(x - 60, y - 60)
            page.mouse.move(x, y)
            for _ in range(40):  # a stretch that others share opens one after the other
                page.mouse.down()
                page.mouse.up()
                if f"corridor={corridor}" in page.evaluate("window.opened"):
                    break
            assert f"corridor={corridor}" in page.evaluate("window.opened")
        page.evaluate("() => { njia.pick = window.njiaPick; }")


def test_the_tip_answers_within_a_frame(browse: Any, world: World) -> None:
    page = browse(viewport={"width": 1440, "height": 1000}).open("/?lang=en&nature=smuggling").page
    waits = []
    for corridor in drawn(world)[:8]:
        for x, y in middles(page, corridor)[:3]:
            answers = [page.evaluate(HOVER, [x, y]) for _ in range(3)]
            assert all(corridor in words for _, words in answers)
            waits.append(min(wait for wait, _ in answers))  # what else runs on this computer is not the page's
    assert sorted(waits)[len(waits) // 2] < FRAME_MS


def test_a_click_opens_the_corridor_and_writes_the_link(browse: Any) -> None:
    page = browse(viewport={"width": 1440, "height": 1000}).open("/?lang=en&nature=smuggling").page
    points = page.evaluate(MIDDLES, "C01")
    x, y = points[len(points) // 2]
    page.mouse.move(x - 60, y - 60)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.up()
    page.wait_for_url("**corridor=C**")


def test_by_keyboard_the_list_of_corridors_brings_one_forward(browse: Any) -> None:
    page = browse(viewport={"width": 1440, "height": 1000}).open("/?lang=en").page
    choice = page.locator("select[name=corridor]")
    choice.focus()
    choice.press("End")
    page.wait_for_url("**corridor=**")
    chosen = page.evaluate("new URLSearchParams(location.search).get('corridor')")
    page.wait_for_function(f"(id) => ({MIDDLES})(id).length > 0", arg=chosen)
    page.wait_for_function("(id) => document.getElementById('panel').textContent.includes(id)", arg=chosen)
    says(page, "#panel h2", chosen)
