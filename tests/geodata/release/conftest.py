"""A small world of events, made in code."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from geodata.release.store import Store

DAY = date(2026, 11, 22)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "releases")


@pytest.fixture
def events() -> pd.DataFrame:
    rows = [
        ("E1", "KE011", 2019, "smuggling_transit", "ERI;ETH", "smuggling", "high", 40),
        ("E2", "KE011", 2019, "smuggling_transit", "ERI;ETH", "smuggling", "high", 12),
        ("E3", "KE011", 2021, "forced_labour", "KEN", "trafficking", "medium", None),
        ("E4", "KE010", 2021, "forced_labour", "unknown", "trafficking", "low", 3),
        ("E5", "KE", 2024, "online_scam", "KEN", "trafficking", "high", 81),
    ]
    columns = ["id", "county", "year", "form", "nationality", "nature", "confidence", "persons"]
    return pd.DataFrame(rows, columns=columns).astype({"persons": "Int64"})
