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
        page.wait_for_selector("html[data-kept=yes]", timeout=20_000, state="attached")
        assert before in page.locator("footer").inner_text()
        after = publish_newer(settings, three_edits).id[:12]
        assert after != before
        time.sleep(1.2)  # the site looks for a new release once a second
        page.goto(f"{address}/lite/KE010?lang=sw")
        assert after in page.locator("footer").inner_text()
        kept = "async () => (await (await (await caches.open('njia-lite')).match('/lite/KE011?lang=sw')).text())"
        end = time.monotonic() + 20
        while after not in page.evaluate(kept) and time.monotonic() < end:
            page.wait_for_timeout(200)
        context.set_offline(True)
        page.goto(f"{address}/lite/KE011?lang=sw")  # not opened since the new release
        assert after in page.locator("footer").inner_text()
        assert page.is_visible("#saved")
    finally:
        context.close()
        server.shutdown()
        thread.join(5)
