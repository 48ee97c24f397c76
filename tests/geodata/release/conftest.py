"""A small world of events and cases, made in code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geodata.raw_cells import RawCells
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


def skewed(records: int, seed: int, sizes: dict[str, int]) -> RawCells:
    """Make records whose values are Zipf-like and depend on each other, as real caseloads do."""
    rng = np.random.default_rng(seed)
    columns: dict[str, object] = {}
    before = np.zeros(records, dtype=np.int64)
    for name, size in sizes.items():
        weights = 1 / np.arange(1, size + 1) ** rng.uniform(0.8, 1.6)
        codes = rng.choice(size, records, p=weights / weights.sum())
        codes = np.where(rng.random(records) < 0.25, (before + codes) % size, codes)
        before = codes
        columns[name] = _words(name, size)[codes]
    frame = pd.DataFrame(columns).groupby(list(sizes), as_index=False).size()
    return RawCells(frame.rename(columns={"size": "n"}))


def _words(name: str, size: int) -> np.ndarray:
    if name == "month":
        return np.arange(2016, 2016 + size) * 12
    if name == "age_group":
        return np.array(["0-8", "9-17", "18-20", "21-23", "24-26", "27-29", "48+", "unknown"][:size])
    if name == "county":
        return np.array([f"KE{code + 1:03d}" for code in range(size)])
    return np.array([f"{name}-{code}" for code in range(size)])


@pytest.fixture
def caseload() -> Callable[[int, int, dict[str, int]], RawCells]:
    return skewed
