"""A real Chromium: networks and processors as DevTools slows them, bytes as they crossed the wire."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
WINDOW = {"width": 1280, "height": 800}


@dataclass(frozen=True, slots=True)
class Network:
    """A network as DevTools defines it: bytes per second down and up, milliseconds of latency per request."""

    name: str
    down: float
    up: float
    latency_ms: float


FAST_3G = Network("Fast 3G", 1.6 * 1024 * 1024 / 8 * 0.9, 750 * 1024 / 8 * 0.9, 150 * 3.75)
BAD = Network("400 kbit/s, 400 ms", 50_000, 50_000, 400)
SLOW_3G = Network("Slow 3G", 500 * 1024 / 8 * 0.8, 500 * 1024 / 8 * 0.8, 400 * 5)


@dataclass
class Wire:
    """What crossed the wire since the last `clear`: compressed bodies with their headers, both ways."""

    requests: list[dict[str, Any]] = field(default_factory=list)
    bodies: dict[str, dict[str, Any]] = field(default_factory=dict)

    def clear(self) -> None:
        """Forget what was seen."""
        self.requests.clear()
        self.bodies.clear()

    def watch(self, cdp: Any) -> None:
        """Listen on a CDP session with the network domain enabled."""
        cdp.on("Network.requestWillBeSent", self._sent)
        cdp.on("Network.responseReceived", self._answered)
        cdp.on("Network.loadingFinished", self._finished)

    def _sent(self, event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("data:"):
            return
        request = event["request"]
        one = {"id": event["requestId"], "url": request["url"], "post": request.get("postData", ""), "bytes": 0}
        self.bodies[event["requestId"]] = one
        self.requests.append(one)

    def _answered(self, event: dict[str, Any]) -> None:
        if one := self.bodies.get(event["requestId"]):
            one["status"] = event["response"]["status"]
            one["cached"] = bool(event["response"].get("fromDiskCache"))

    def _finished(self, event: dict[str, Any]) -> None:
        if one := self.bodies.get(event["requestId"]):
            one["bytes"] = int(event["encodedDataLength"])

    @property
    def received(self) -> int:
        """Bytes received, headers included."""
        return sum(one["bytes"] for one in self.requests)


class Page:
    """A page with its CDP session and its wire."""

    def __init__(self, context: Any, *, network: Network | None = None, slower: float = 1) -> None:
        """Open a tab; `slower` divides the processor's speed."""
        self.tab = context.new_page()
        self.cdp = context.new_cdp_session(self.tab)
        self.wire = Wire()
        self.errors: list[str] = []
        self.tab.on("pageerror", lambda error: self.errors.append(str(error)))
        self.cdp.send("Network.enable")
        self.wire.watch(self.cdp)
        if network:
            rates = {"downloadThroughput": network.down, "uploadThroughput": network.up, "latency": network.latency_ms}
            self.cdp.send("Network.emulateNetworkConditions", {"offline": False, **rates})
        if slower > 1:
            self.slow_down(slower)

    def slow_down(self, factor: float) -> None:
        """Throttle the processor."""
        self.cdp.send("Emulation.setCPUThrottlingRate", {"rate": factor})

    def call(self, script: str, argument: Any = None) -> Any:
        """Run a function in the page."""
        return self.tab.evaluate(script, argument)

    def rest(self, low: int = 40, high: int = 120) -> None:
        """Wait a random moment, so that inputs fall anywhere between two frames."""
        self.tab.wait_for_timeout(random.uniform(low, high))

    def quiet(self, ms: int = 700) -> None:
        """Wait until no request was sent for a while."""
        seen = -1
        while seen != len(self.wire.requests):
            seen = len(self.wire.requests)
            self.tab.wait_for_timeout(ms)


@contextmanager
def chromium() -> Iterator[Any]:
    """Launch Chromium."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only this module drives a browser

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(FLAGS), ignore_default_args=["--headless"]
        )
        yield found
        found.close()


@contextmanager
def visitor(browser: Any) -> Iterator[Any]:
    """Open a fresh profile: nothing cached."""
    context = browser.new_context(viewport=WINDOW)
    yield context
    context.close()
