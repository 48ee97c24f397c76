"""Exact figures stay inside: a type of their own, a folder no site reads, and marked on every file."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from dashboard.server.app import create_app
from dashboard.settings import AppSettings
from geodata.query.world import open_world
from geodata.release.internal import InternalRelease, folder_of, open_internal, publish_internal
from geodata.release.reader import Release
from geodata.release.store import Store
from geodata.settings import DataSettings
from geodata.values import DataProblem
from geodata.vault.batch import BatchMeta
from tests.caseloads import DAY, SMALL, skewed, vault_of

MARK = "INTERNAL, NOT FOR SHARING"


@pytest.fixture
def settings(tmp_path: Path) -> DataSettings:
    vault = vault_of(tmp_path)
    vault.store_batch(BatchMeta("shelters", "a", "a.csv"), skewed(800))
    there = DataSettings(home=tmp_path, vault=f"duckdb:///{tmp_path}/vault.duckdb")
    publish_internal(vault, there, "shelters", DAY)
    return there


def test_it_is_exact_and_marked(settings: DataSettings) -> None:
    exact = open_internal(settings, "shelters")
    assert int(exact.tables["county", "nature"].sum()) == 800
    by_county = dict(zip(exact.domains["county"], exact.tables["county", "nature"].sum(axis=1).tolist(), strict=True))
    assert [by_county[county] for county in SMALL] == [1, 2, 3, 4, 5, 6, 7, 9]
    for path in folder_of(settings, "shelters").glob("*.csv"):
        assert path.name.startswith("INTERNAL-NOT-FOR-SHARING")
        assert path.read_text("utf-8").startswith(f'"{MARK}"')
    again = open_internal(settings, "shelters")
    assert all(np.array_equal(again.tables[dims], counts) for dims, counts in exact.tables.items())


def test_it_costs_nothing_and_is_no_release(settings: DataSettings) -> None:
    assert vault_of(settings.home).spending("shelters") == ()
    assert not issubclass(InternalRelease, Release)
    assert Store(settings.releases).datasets() == ()
    assert settings.releases not in folder_of(settings, "shelters").parents
    with pytest.raises(DataProblem, match="no exact figures"):
        open_internal(settings, "elsewhere")


def test_no_route_of_the_public_site_shows_it(settings: DataSettings) -> None:
    """Every route is walked, with the dataset named; a copy laid among the releases is refused as well."""
    site = create_app(open_world(settings), AppSettings()).server
    client = site.test_client()
    walked = 0
    for rule in site.url_map.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        path = re.sub(r"<[^>]+>", "KE002", str(rule))
        answer = client.get(f"{path}?dataset=shelters&county=KE002")
        assert MARK.encode() not in answer.data.upper(), path
        walked += 1
    assert walked > 20
    copied = settings.releases / "shelters"
    copied.parent.mkdir(parents=True, exist_ok=True)
    folder_of(settings, "shelters").rename(copied)
    assert "shelters" not in open_world(settings).releases
