"""An event's id leads to a page that tells it, at its very place, whether it belongs to a county or to none."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from dashboard.server.app import Njia
from geodata.values import NATIONAL


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_every_place_that_an_event_leads_to_has_its_anchor(app: Njia, client: FlaskClient, lang: str) -> None:
    events = app.site.world.events
    nowhere = events.loc[events["county"] == NATIONAL, "id"]
    somewhere = events.loc[events["county"] == "KE011", "id"]
    assert len(nowhere) > 10
    pages: dict[str, set[str]] = {}
    for event_id in (*nowhere, *somewhere):
        path, _, fragment = str(client.get(f"/event/{event_id}?lang={lang}").location).partition("#")
        if path not in pages:
            pages[path] = set(re.findall(r'\sid="([^"]+)"', client.get(path).get_data(as_text=True)))
        assert fragment == event_id
        assert event_id in pages[path], (path, event_id)
    assert len(pages) == 2
