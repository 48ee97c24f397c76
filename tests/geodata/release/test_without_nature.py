"""A release that does not tell trafficking from smuggling shows no figure, and its pages stay readable."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from dashboard.server.app import create_app
from dashboard.settings import AppSettings
from geodata.query.world import open_world
from geodata.raw_cells import RawCells
from geodata.release.manifest import About
from geodata.release.publish import publish_protected
from geodata.release.store import Store
from geodata.settings import DataSettings


def test_pages_and_files_of_a_release_without_nature(tmp_path: Path) -> None:
    settings = DataSettings(home=tmp_path, vault="")
    counties = [f"KE{number:03d}" for number in range(1, 48)]
    frame = pd.DataFrame({"county": np.repeat(counties, 3), "month": np.tile([2020, 2021, 2022], 47) * 12, "n": 57})
    about = About("plain", title="Plain", synthetic=True)
    publish_protected(RawCells(frame), store=Store(settings.releases), about=about, published=date(2026, 11, 22))
    client = create_app(open_world(settings), AppSettings()).server.test_client()
    for address in ("/?dataset=plain", "/?dataset=plain&county=KE011", "/?beside=plain"):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "Synthetic – for training" in answer.get_data(as_text=True)
    told = client.get("/api/v1/counties.geojson?dataset=plain").get_json()
    assert told["synthetic"] is True
    assert {feature["properties"]["persons_trafficking"] for feature in told["features"]} == {None}
    table = client.get("/api/v1/indicators.csv?dataset=plain").get_data(as_text=True)
    assert "Synthetic – for training" in table
