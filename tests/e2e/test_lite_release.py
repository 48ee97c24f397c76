"""A new release reaches telephones: the worker is replaced, and what was kept is fetched again."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from werkzeug.serving import make_server

from dashboard.server.app import create_app
from dashboard.settings import AppSettings
from geodata.query.world import open_world
from tests.releasing import copy_of_shipped, publish_newer, three_edits
from tests.waiting import PATIENCE_MS, expect, says

pytestmark = pytest.mark.browser


def test_a_new_release_replaces_what_was_kept(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings = copy_of_shipped(tmp_path_factory.mktemp("lite-release"))
    world = open_world(settings)
    before = world.releases["public"].id[:12]
    server = make_server(
        "127.0.0.1", 0, create_app(world, AppSettings(), lambda: open_world(settings)).server, threaded=True
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    try:
        page = context.new_page()
        page.goto(f"{address}/lite/KE011?lang=sw")
        page.wait_for_selector("html[data-kept=yes]", state="attached")
        says(page, "footer", before)
        after = publish_newer(settings, three_edits).id[:12]
        assert after != before
        end = time.monotonic() + PATIENCE_MS / 1000
        while after not in page.request.get(f"{address}/lite/KE010?lang=en").text():  # the site looks once a second
            assert time.monotonic() < end, "the site does not see the new release"
            page.wait_for_timeout(200)
        page.goto(f"{address}/lite/KE010?lang=sw")
        says(page, "footer", after)
        kept = "async () => (await (await (await caches.open('njia-lite')).match('/lite/KE011?lang=sw')).text())"
        end = time.monotonic() + PATIENCE_MS / 1000
        while after not in page.evaluate(kept) and time.monotonic() < end:
            page.wait_for_timeout(200)
        context.set_offline(True)
        page.goto(f"{address}/lite/KE011?lang=sw")  # not opened since the new release
        says(page, "footer", after)
        expect(page.locator("#saved")).to_be_visible()
    finally:
        context.close()
        server.shutdown()
        thread.join(5)
