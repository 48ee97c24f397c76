"""A reader in Chromium: pages that watch what they fetch, and hands that use mouse or keyboard.

Every page opened here fails its test when a request leaves this machine, when the console shows an
error, or when the content policy is violated.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.waiting import PATIENCE_MS, expect, idle, until

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
WATCH = """window.__violations = [];
document.addEventListener('securitypolicyviolation',
  (e) => window.__violations.push(e.violatedDirective + ' ' + e.blockedURI));
"""
# Focus is seen on the element itself, on the face of a radio button, or as the thick outline of a county.
FOCUS = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return {name: 'BODY', seen: false};
  const name = one.tagName + '#' + one.id + ' ' + one.getAttribute('class') + ' ' + one.textContent.trim().slice(0, 30);
  const box = one.getBoundingClientRect();
  const outlined = (node) => {
    const style = node && getComputedStyle(node);
    return style && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  };
  const face = one.matches('.choice input, .form-check-input') ? one.nextElementSibling : null;
  const county = one.matches('path[role=option].county-focus') && parseFloat(getComputedStyle(one).strokeWidth) >= 3;
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth && box.width > 0;
  return {name, seen: inside && (outlined(one) || outlined(face) || county)};
}"""


@dataclass
class Reader:
    """One page and what it fetched."""

    page: Any
    address: str
    requests: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    scriptless: bool = False
    open_calls: int = 0

    def __post_init__(self) -> None:
        """Start watching."""
        page = self.page
        page.add_init_script(WATCH)
        page.on("request", self._asked)
        page.on("requestfinished", self._answered)
        page.on("requestfailed", self._failed)
        page.on("console", lambda m: self.troubles.append(f"console: {m.text}") if m.type == "error" else None)
        page.on("pageerror", lambda e: self.troubles.append(f"page error: {e}"))

    def _asked(self, request: Any) -> None:
        self.requests.append(request.url)
        self.open_calls += "/_dash-update-component" in request.url

    def _answered(self, request: Any) -> None:
        self.open_calls -= "/_dash-update-component" in request.url
        answer = request.response()
        if answer and answer.status >= 400:
            self.troubles.append(f"{answer.status} {request.url}")

    def _failed(self, request: Any) -> None:
        self.open_calls -= "/_dash-update-component" in request.url
        left = "net::ERR_ABORTED" in (request.failure or "")  # downloads and pages left behind
        # Where scripts are turned off, Chromium refuses to preload them: that is no failure of the page.
        refused = self.scriptless and request.failure == "csp" and request.resource_type == "script"
        if not left and not refused:
            self.troubles.append(f"failed: {request.url} {request.failure}")

    def open(self, path: str = "/") -> Reader:
        """Open an address and wait until the map answers."""
        self.page.goto(self.address + path)
        self.page.wait_for_selector("body.map-ready", timeout=PATIENCE_MS)
        self.settle()
        return self

    def _idle(self) -> None:
        if not self.scriptless:
            idle(self.page)

    def settle(self) -> None:
        """Wait until nothing is asked of the server any more and what came is painted."""
        quiet, end = 0, time.monotonic() + PATIENCE_MS / 1000
        while quiet < 3:
            assert time.monotonic() < end, "the server still owes an answer"
            self.page.wait_for_timeout(40)
            self._idle()  # a computer with other work comes to the question later than a clock says
            quiet = quiet + 1 if self.open_calls == 0 else 0

    def until(self, condition: str) -> None:
        """Wait until an expression holds."""
        until(self.page, condition)

    def text(self, selector: str) -> str:
        """Visible text of one element, thin spaces as plain ones."""
        return re.sub(r"\s+", " ", self.page.inner_text(selector)).strip()

    def table(self) -> dict[str, str]:
        """P-code → value shown in the table."""
        self._idle()
        cells: dict[str, str] = self.page.eval_on_selector_all(
            "#table td[data-value]",
            "(all) => Object.fromEntries(all.map((c) => [c.dataset.value, c.textContent.trim()]))",
        )
        return cells

    def fills(self) -> list[str]:
        """Fill of the 47 counties of the Plotly map, in order."""
        found: list[str] = self.page.eval_on_selector_all(
            "#map-graph path[role=option]", "(all) => all.map((p) => p.style.fill.replace(/\\s|\"/g, ''))"
        )
        return found

    def focus(self) -> dict[str, Any]:
        """Name of the element with the focus, and whether a reader sees that it has it."""
        found: dict[str, Any] = self.page.evaluate(FOCUS)
        return found

    def tab_to(self, selector: str, *, back: bool = False, most: int = 220) -> None:
        """Press Tab until the element has the focus; every stop on the way must be visible."""
        for _ in range(most):
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            here = self.focus()
            if here["name"] != "BODY":
                assert here["seen"], f"the focus cannot be seen on {here['name']}"
            if self.page.evaluate(
                "(s) => Boolean(document.activeElement && document.activeElement.matches(s))", selector
            ):
                return
        pytest.fail(f"Tab does not reach {selector}")

    def close_filters(self) -> None:
        """Close the drawer with Escape; the focus goes back to the button that opened it."""
        self.page.keyboard.press("Escape")
        expect(self.page.locator(".offcanvas")).to_have_count(0)

    def open_filters(self, hand: str) -> None:
        """Open the drawer of filters, by mouse or by keyboard."""
        if hand == "mouse":
            self.page.click("#drawer-button")
        else:
            self.tab_to("#drawer-button")
            self.page.keyboard.press("Enter")
        self.until("document.querySelector('.offcanvas.show') && !document.querySelector('.offcanvas.showing')")
        idle(self.page)

    def check(self) -> None:
        """Fail on anything that left this machine or went wrong."""
        parts = [(urlsplit(url), url) for url in self.requests]
        own = ("data", "blob", "about")
        assert [url for part, url in parts if part.scheme not in own and part.hostname != "127.0.0.1"] == []
        assert self.troubles == []
        assert self.page.evaluate("() => window.__violations || []") == []


Browse = Callable[..., Reader]


@pytest.fixture
def browse(chromium: Any, served: str) -> Iterator[Browse]:
    """Open a reader in a context of its own: `browse(viewport=…, java_script_enabled=…)`."""
    contexts: list[Any] = []
    readers: list[Reader] = []

    def start(**options: Any) -> Reader:
        context = chromium.new_context(**{"viewport": DESKTOP, "accept_downloads": True, **options})
        contexts.append(context)
        reader = Reader(context.new_page(), served)
        reader.scriptless = options.get("java_script_enabled") is False
        readers.append(reader)
        return reader

    try:
        yield start
        for reader in readers:
            reader.check()
    finally:
        for context in contexts:
            context.close()
