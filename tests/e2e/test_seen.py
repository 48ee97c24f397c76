"""“New since your last visit”: kept in the browser on request, marked there, forgotten on request, never sent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.waiting import expect, says, until

pytestmark = pytest.mark.browser
KEPT = "localStorage.getItem('njia-seen')"


def visits(reader: Any) -> Any:
    """Return what the browser keeps."""
    return json.loads(reader.page.evaluate(KEPT) or "null")


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_new_since_the_last_visit(browse: Any, lang: str) -> None:
    reader = browse()
    page = reader.page
    page.goto(f"{reader.address}/new?lang={lang}")
    assert page.locator(".seen .said").inner_text()
    assert visits(reader) is None, "nothing is kept unless the reader asks for it"
    page.focus(".seen .remember")
    page.keyboard.press("Enter")
    until(page, KEPT)
    kept = visits(reader)["all"]
    shown = page.eval_on_selector_all("[data-event]", "(all) => all.map((line) => line.dataset.event)")
    assert kept["last"]["ids"] == shown
    assert kept["before"] is None
    assert page.locator(".is-new").count() == 0
    # A visit of a week ago knew all but two of them.
    earlier = {"day": "2026-11-01", "ids": shown[2:], "newest": kept["last"]["newest"]}
    page.evaluate("(kept) => localStorage.setItem('njia-seen', kept)", json.dumps({"all": {"last": earlier}}))
    asked = len(reader.requests)
    page.reload()
    expect(page.locator(".is-new")).to_have_count(2)
    assert page.eval_on_selector_all("li:has(.is-new)", "(all) => all.map((line) => line.id)") == shown[:2]
    says(page, ".seen .said", "2", "2026-11-01")
    page.reload()
    expect(page.locator(".is-new"), "on the same day it stays marked").to_have_count(2)
    page.click(".seen .forget")
    until(page, f"{KEPT} === null")
    expect(page.locator(".is-new")).to_have_count(0)
    assert page.context.cookies() == []
    assert not any(event in url for url in reader.requests[asked:] for event in shown)


def test_leaving_the_page_forgets_it(browse: Any) -> None:
    reader = browse()
    page = reader.page
    page.goto(f"{reader.address}/new?lang=en")
    page.click(".seen .remember")
    until(page, KEPT)
    page.click("a.leave")
    page.wait_for_url("about:blank")
    page.goto(f"{reader.address}/new?lang=en")
    assert visits(reader) is None
