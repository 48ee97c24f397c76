"""From a reader's hand to the painted frame.

Input is real: keys pressed through the browser's input pipeline. The clock starts at the time stamp of
the `keydown` (or `click`) the browser gave the event, before any of our code has run. It stops after the
frame that shows the answer was produced: a task queued inside that frame's animation callback, which
runs when style, layout and paint of the frame are done. Where the typical app has no native control to
press, its clock starts when its value is set, which favours it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import brotli

from tests.benchmarks.browser import Page
from tests.benchmarks.figures import median, percentile

WATCH = """() => {
  const seen = window.__seen = {times: [], start: 0};
  const stamp = (event) => { seen.start = event.timeStamp; };
  addEventListener('keydown', stamp, true);
  seen.frame = () => new Promise((resolve) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => resolve(performance.now());
    channel.port2.postMessage(0);
  }));
  addEventListener('input', async () => {
    const start = seen.start, end = await seen.frame();
    seen.times.push(end - start);
  }, true);
}"""
"""Our listeners run in the capture phase: the frame is requested before the page's own code, and comes after it."""

FILTER = """() => {
  const seen = window.__seen, njia = window.njia;
  const parts = ['painted', 'panelPainted', 'trend'];
  const done = async (name) => {
    if (!seen.wanted || !seen.wanted.delete(name) || seen.wanted.size) return;
    const end = await seen.frame();
    seen.wanted = null;
    seen.filter(end);
  };
  for (const name of parts.slice(0, 2)) {
    const own = njia[name];
    njia[name] = () => { if (own) own(); done(name); };
  }
  document.querySelector('#trend-graph .js-plotly-plot').on('plotly_afterplot', () => done('trend'));
  seen.change = (box) => new Promise((resolve) => {
    seen.wanted = new Set(parts);
    const start = performance.now();
    seen.filter = (end) => resolve(end - start);
    box.click();
  });
}"""
"""A filter change is done in the frame in which map, sentence, table, panel and trend all show it."""


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds from input to painted frame, and what crossed the wire meanwhile."""

    ms: list[float]
    received: list[int]
    sent: int = 0

    @property
    def p50(self) -> float:
        """Median."""
        return median(self.ms)

    @property
    def p95(self) -> float:
        """Nearest-rank 95th percentile."""
        return percentile(self.ms, 0.95)


def open_njia(page: Page, url: str) -> None:
    """Open the map and wait until it is interactive and silent."""
    page.tab.goto(url)
    page.tab.wait_for_selector("body.map-ready", timeout=60_000)
    page.quiet()
    page.call(WATCH)


def keys(page: Page, selector: str, names: list[str]) -> Times:
    """Press keys on a control, one at a time, each answered by one painted frame."""
    page.tab.focus(selector)
    page.tab.keyboard.press("Home")
    page.quiet()
    page.wire.clear()
    page.call("() => { window.__seen.times.length = 0; }")
    for name in names:
        page.tab.keyboard.press(name)
        page.rest(60, 400)
    page.rest(1000, 1000)
    return Times(page.call("() => window.__seen.times"), [page.wire.received], len(page.wire.requests))


def slider(page: Page, steps: int) -> Times:
    """Move the time slider through all its years, forth and back."""
    last = int(page.tab.get_attribute("#slider", "max") or 0)
    there = ["ArrowRight"] * last + ["ArrowLeft"] * last
    return keys(page, "#slider", (there * (steps // len(there) + 1))[:steps])


def measure_switch(page: Page, steps: int) -> Times:
    """Go round the measures with the arrow key."""
    checked = '#controls input[name="measure"]:checked'
    return keys(page, checked, ["ArrowRight"] * steps)


def filter_changes(page: Page, rounds: int) -> Times:
    """Tick and untick every checkbox of the filters; each change is done when map, table and panel are painted."""
    page.call(FILTER)
    open_drawer(page)
    boxes = [f"{name}={value}" for name in ("form", "confidence", "nationality") for value in choices(page, name)]
    ms, received = [], []
    for box in (boxes * rounds)[:rounds]:
        name, value = box.split("=", 1)
        for _ in range(2):
            page.wire.clear()
            script = """([n, v]) => window.__seen.change([...document.querySelectorAll(`.offcanvas input[name="${n}"]`)]
              .find((box) => box.value === v))"""
            ms.append(page.call(script, [name, value]))
            page.rest(150, 250)
            received.append(page.wire.received)
    return Times(ms, received)


def open_drawer(page: Page) -> None:
    """Open the drawer of filters, whose boxes are not on the page before."""
    page.tab.click("#drawer-button")
    page.tab.wait_for_selector(".offcanvas.show:not(.showing) input[name=form]")
    page.quiet()


def choices(page: Page, name: str) -> list[str]:
    """Return the values of a group of checkboxes."""
    found: list[str] = page.call(
        '(n) => [...document.querySelectorAll(`.offcanvas input[name="${n}"]`)].map((box) => box.value)', name
    )
    return found


def years(page: Page) -> tuple[int, int]:
    """Return the first and last year on offer."""
    options = "() => [...document.querySelectorAll('#controls select[name=from] option')]"
    listed = page.call(f"{options}.map((option) => Number(option.textContent))")
    return min(listed), max(listed)


MAP_PARTS = ("v", "frames", "groups", "scales", "cells", "mask")


def map_share(page: Page) -> list[int]:
    """Return, for some filters, the bytes of the answer that are the map's: its parts alone, brotli as served."""
    found = []
    for name in ("form", "confidence", "nationality"):
        for value in choices(page, name)[:6]:
            answer = page.call(
                """async ([q]) => (await (await fetch('/_dash-update-component', {method: 'POST',
                headers: {'Content-Type': 'application/json'}, body: JSON.stringify({output: 'frames.data',
                outputs: {id: 'frames', property: 'data'},
                inputs: [{id: 'ask-frames', property: 'data', value: q}],
                changedPropIds: ['ask-frames.data']})})).json()).response.frames.data""",
                [f"{name}={value}"],
            )
            parts = {key: answer[key] for key in MAP_PARTS if key in answer}
            found.append(len(brotli.compress(json.dumps(parts, separators=(",", ":")).encode(), quality=5)))
    return found


def recorded(page: Page, box: str = "confidence=high") -> list[dict[str, Any]]:
    """Return the requests one filter change sends, to be sent again by the load test."""
    name, value = box.split("=", 1)
    page.wire.clear()
    page.call(
        '([n, v]) => document.querySelector(`.offcanvas input[name="${n}"][value="${v}"]`).click()', [name, value]
    )
    page.quiet()
    return [dict(one) for one in page.wire.requests if one["post"] and re.search("_dash-update", one["url"])]


TYPICAL = """([id, value]) => new Promise((resolve) => {
  const graph = document.querySelector('#map .js-plotly-plot');
  const start = performance.now();
  const done = () => { graph.removeListener('plotly_afterplot', done); requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => resolve(performance.now() - start);
    channel.port2.postMessage(0); }); };
  graph.on('plotly_afterplot', done);
  window.dash_clientside.set_props(id, {value});
})"""


def open_typical(page: Page, url: str) -> None:
    """Open the typical app and wait for its first map."""
    page.tab.goto(url)
    page.tab.wait_for_selector("#map .choroplethlocation", timeout=30_000, state="attached")
    page.quiet()


def typical_changes(page: Page, changes: list[tuple[str, Any]]) -> Times:
    """Change values of the typical app; each change is done when its new figure is painted."""
    ms, received = [], []
    for name, value in changes:
        page.wire.clear()
        ms.append(page.call(TYPICAL, [name, value]))
        page.rest()
        received.append(page.wire.received)
    return Times(ms, received)
