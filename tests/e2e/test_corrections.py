"""A correction on a phone: without JavaScript, and with the network cut in the middle of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from geodata.corrections import Queue
from tests.conftest import ROOT, _wait, free_port
from tests.outside import axe_script
from tests.waiting import loads, says, until

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
STORED = "JSON.parse(localStorage.getItem('njia-corrections') || '[]').length"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Queue]]:
    """Serve the product with two workers and a home of its own, so that no other test takes its places."""
    folder = tmp_path_factory.mktemp("corrections")
    port, log = free_port(), folder / "log"
    kept = {key: value for key, value in os.environ.items() if not key.startswith("NJIA_")}
    env = {**kept, "HOST": "127.0.0.1", "PORT": str(port), "NJIA_HOME": str(folder / "home"), "NJIA_WORKERS": "2"}
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "app.py")], cwd=folder, env=env, stdout=stream, stderr=stream
        )
        address = f"http://127.0.0.1:{port}"
        try:
            _wait(address, process, log)
            yield address, Queue(folder / "home" / "corrections")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def fill(page: Any, item: str = "missing:event") -> None:
    page.select_option("#f-item", item)
    if not item.startswith("missing:"):
        page.select_option("#f-wrong", index=1)
    page.select_option("#f-reporter", "county_official")
    page.fill("#f-source", "https://www.example.go.ke/gazette.pdf")


def test_without_javascript(chromium: Any, site: tuple[str, Queue]) -> None:
    address, queue = site
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/corrections/KE010?lang=sw")
    fill(page)
    page.select_option("#f-wrong", "missing")
    page.fill("#f-year", "2025")
    before = len(queue.list())
    with loads(page):
        page.click("button.main")
    says(page, ".outcome.good", "Asante")
    assert len(queue.list()) == before + 1
    page.reload()
    assert len(queue.list()) == before + 1
    context.close()


def test_the_network_is_cut_and_nothing_is_lost(chromium: Any, site: tuple[str, Queue]) -> None:
    address, queue = site
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(f"{address}/corrections/KE011?lang=en")
    before = {one.name for one in queue.list()}
    context.set_offline(True)
    fill(page)
    page.fill("#f-number", "12")
    page.click("button.main")
    says(page, "main", "1 correction is kept on this device")
    fill(page, "role:transit")
    page.click("button.main")
    says(page, "main", "2 corrections are kept on this device")
    until(page, f"{STORED} === 2")
    assert {one.name for one in queue.list()} == before
    context.set_offline(False)  # the browser says so itself
    says(page, "main", "Sent.")
    until(page, f"{STORED} === 0")
    new = [one for one in queue.list() if one.name not in before]
    assert sorted((one.item, one.wrong, one.number) for one in new) == [
        ("missing:event", "missing", 12), ("role:transit", "gone", None),
    ]  # fmt: skip
    context.close()


def test_in_airplane_mode_the_form_opens_again(chromium: Any, site: tuple[str, Queue]) -> None:
    address, queue = site
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(f"{address}/corrections/KE013?lang=sw")
    page.wait_for_selector("html[data-kept=yes]", state="attached")
    before = len(queue.list())
    context.set_offline(True)
    page.goto(f"{address}/corrections/KE013?lang=sw&item=role:source")  # opened anew, from another page's link
    assert page.evaluate("getComputedStyle(document.querySelector('button.main')).color") == "rgb(255, 255, 255)"
    fill(page)
    page.click("button.main")
    says(page, "main", "limehifadhiwa kwenye kifaa hiki")
    context.set_offline(False)
    says(page, "main", "Imetumwa")
    assert len(queue.list()) == before + 1
    context.close()


def test_an_answer_lost_on_the_way_is_asked_for_again_and_stored_once(chromium: Any, site: tuple[str, Queue]) -> None:
    address, queue = site
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(f"{address}/corrections/KE012?lang=en")
    before = len(queue.list())

    def lose(route: Any) -> None:
        route.fetch()  # it reaches the server …
        route.abort()  # … and its answer never comes back

    page.route("**/corrections/KE012*", lose)
    fill(page)
    page.click("button.main")
    says(page, "main", "1 correction is kept on this device")
    assert len(queue.list()) == before + 1
    page.unroute("**/corrections/KE012*")
    page.reload()  # the page is opened another day
    says(page, "main", "Sent.")
    until(page, f"{STORED} === 0")
    assert len(queue.list()) == before + 1
    context.close()


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_everybody_can_use_it(chromium: Any, site: tuple[str, Queue], lang: str) -> None:
    context = chromium.new_context(viewport=PHONE, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{site[0]}/corrections/KE011?lang={lang}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for box in page.query_selector_all("main select, main input:not([type=hidden]), main button"):
        size = box.bounding_box()
        assert size is None or size["height"] >= 44
    page.evaluate(axe_script())
    found = page.evaluate("axe.run().then((r) => r.violations.map((v) => v.id + ' ' + v.nodes[0].html))")
    assert found == []
    context.close()
