"""How tests in Chromium wait: for what they expect to see, never for a time, and all with one patience.

A page that is loading has no rows to count yet, so nothing is read straight after an action that loads or re-renders:
`expect` of Playwright, `loads`, `says` and `until` wait as long as a computer with other work needs.
"""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from typing import Any

import pytest
from playwright.sync_api import expect

PATIENCE_MS = 60_000
"""Milliseconds after which what is waited for will not come."""
expect.set_options(timeout=PATIENCE_MS)

IDLE = "() => new Promise((done) => requestIdleCallback(() => requestAnimationFrame(() => done()), {timeout: 5000}))"


def loads(page: Any) -> AbstractContextManager[Any]:
    """Wait, after what is done inside, until the page that it leads to is there to its last line."""
    waiting: AbstractContextManager[Any] = page.expect_navigation(timeout=PATIENCE_MS)
    return waiting


def says(page: Any, selector: str, *words: str) -> None:
    """Wait until the first such element shows all the words, whatever spaces stand in them."""
    for text in words:
        expect(page.locator(selector).first).to_contain_text(text, use_inner_text=True)


def until(page: Any, condition: str, seconds: float = PATIENCE_MS / 1000) -> None:
    """Wait until an expression holds; not `wait_for_function`, whose eval the content policy forbids."""
    end = time.monotonic() + seconds
    while not page.evaluate(f"() => Boolean({condition})"):
        if time.monotonic() > end:
            pytest.fail(f"never true: {condition}")
        page.wait_for_timeout(50)


def idle(page: Any) -> None:
    """Wait until a page with scripts has done what it had to do and painted it; one without would never answer."""
    page.evaluate(IDLE)
