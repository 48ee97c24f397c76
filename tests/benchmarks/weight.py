"""First and second visit: bytes over the wire, moments until Kenya is seen and until the map answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.benchmarks.browser import Network, Page, visitor

MOMENTS = """(() => {
  const seen = window.__moments = {shell: null, ready: null};
  const frame = (name) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => { seen[name] = performance.now(); };
    channel.port2.postMessage(0);
  });
  const look = () => {
    const shapes = document.querySelectorAll('#shell svg [data-pcode]').length;
    if (!seen.asked && shapes >= 47) { seen.asked = true; frame('shell'); }
    if (document.body && document.body.classList.contains('map-ready')) { frame('ready'); return; }
    const start = document.getElementById('workspace-start');
    if (seen.shell !== null && start && !start.hidden && !seen.pressed) { seen.pressed = true; start.click(); }
    setTimeout(look, 15);
  };
  look();
})()"""
"""An animation frame is not given while a stylesheet still blocks rendering, so `shell` is a painted Kenya.

On a link as slow as 2G the workspace comes only when asked for: the reader presses its button once Kenya is seen."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit: bytes received with headers, requests, seconds to the painted outline and to the interactive map."""

    received: int
    requests: int
    kenya_s: float | None
    map_s: float | None
    heaviest: tuple[tuple[str, int], ...]


def visit(context: Any, url: str, *, network: Network | None = None, slower: float = 1, patience: float = 90) -> Visit:
    """Open an address in a new tab of a profile and wait until it is quiet."""
    page = Page(context, network=network, slower=slower)
    page.tab.add_init_script(MOMENTS)
    page.tab.goto(url, wait_until="commit", timeout=patience * 1000)
    ready = "() => window.__moments && window.__moments.ready !== null"
    page.tab.wait_for_function(ready, timeout=patience * 1000, polling=100)
    page.quiet(3 * int(network.latency_ms) if network else 700)
    seen = page.call("() => window.__moments")
    ranked = sorted(page.wire.requests, key=lambda one: -one["bytes"])
    heaviest = tuple((one["url"].split("/", 3)[-1][:60], one["bytes"]) for one in ranked[:40])
    result = Visit(
        page.wire.received,
        len(page.wire.requests),
        seen["shell"] / 1000 if seen["shell"] else None,
        seen["ready"] / 1000,
        heaviest,
    )
    page.tab.close()
    return result


def first_and_second(browser: Any, url: str) -> tuple[Visit, Visit]:
    """Visit twice with one fresh profile on an unhindered network."""
    with visitor(browser) as context:
        return visit(context, url), visit(context, url)


def first(browser: Any, url: str, network: Network, slower: float) -> Visit:
    """Visit once with a fresh profile."""
    with visitor(browser) as context:
        return visit(context, url, network=network, slower=slower)


def first_paint(browser: Any, url: str, network: Network | None = None, slower: float = 1) -> Visit:
    """Visit once with data saving on, so that Dash is not asked for: what the server's own page takes."""
    with visitor(browser) as context:
        page = Page(context, network=network, slower=slower)
        page.tab.add_init_script("Object.defineProperty(navigator, 'connection', {value: {saveData: true}})")
        page.tab.goto(url, wait_until="load", timeout=60_000)
        loaded = page.call("() => performance.getEntriesByType('navigation')[0].loadEventStart") / 1000
        page.quiet()
        page_only = Visit(page.wire.received, len(page.wire.requests), loaded, loaded, ())
        page.tab.close()
        return page_only


TYPICAL = """(() => {
  window.__moments = {shell: null, ready: null};
  const look = () => {
    if (!document.querySelector('#map .choroplethlocation')) { setTimeout(look, 15); return; }
    requestAnimationFrame(() => { const channel = new MessageChannel();
      channel.port1.onmessage = () => { window.__moments.shell = window.__moments.ready = performance.now(); };
      channel.port2.postMessage(0); });
  };
  look();
})()"""


def typical(browser: Any, url: str, network: Network | None, slower: float, patience: float) -> Visit | None:
    """Visit the typical app once; None when its map did not appear within the patience."""
    from playwright.sync_api import Error  # noqa: PLC0415 - only here

    with visitor(browser) as context:
        page = Page(context, network=network, slower=slower)
        page.tab.add_init_script(TYPICAL)
        try:
            page.tab.goto(url, wait_until="commit", timeout=patience * 1000)
            ready = "() => window.__moments && window.__moments.ready !== null"
            page.tab.wait_for_function(ready, timeout=patience * 1000, polling=100)
        except Error:
            return None
        page.quiet(3 * int(network.latency_ms) if network else 700)
        at = page.call("() => window.__moments.ready") / 1000
        return Visit(page.wire.received, len(page.wire.requests), at, at, ())
