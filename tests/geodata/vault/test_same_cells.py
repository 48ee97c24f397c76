"""The same caseload gives byte-identical cells on every engine, and the cells are right."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pyarrow as pa
import pytest

from geodata.demo import cases as demo
from geodata.raw_cells import RawCells
from geodata.settings import DataSettings
from geodata.vault import open_vault
from geodata.vault.batch import DIMS, BatchMeta
from geodata.vault.counting import canonical, digest, gathered, reporting_sources

N_ROWS = 100_000


@pytest.fixture(scope="module")
def caseload() -> pa.Table:
    return next(demo.caseload(N_ROWS, seed=20))


@pytest.fixture(scope="module")
def expected(caseload: pa.Table) -> pd.DataFrame:
    """Count with pandas alone: every engine is held against it, so they are held against each other."""
    dims = list(DIMS)
    plain = caseload.select(dims).to_pandas()
    for name in dims:
        if name != "month":
            plain[name] = plain[name].astype(str)
    counted = plain.groupby(dims, sort=True).size().rename("n").reset_index()
    for name in dims:
        if name != "month":
            counted[name] = pd.Categorical(counted[name], categories=sorted(counted[name].unique()))
    return counted


@pytest.mark.parametrize(
    "engine",
    [
        "duckdb",
        pytest.param("postgres", marks=pytest.mark.postgres),
        pytest.param("spark", marks=pytest.mark.spark),
    ],
)
def test_cells_are_byte_identical(
    engine: str, settings_for: Callable[[str], DataSettings], caseload: pa.Table, expected: pd.DataFrame
) -> None:
    vault = open_vault(settings_for(engine))
    # Two files that overlap, and words met in another order than their alphabet.
    vault.store_batch(BatchMeta("demo", "late", "late", synthetic=True), caseload.slice(60_000))
    vault.store_batch(BatchMeta("demo", "early", "early", synthetic=True), caseload.slice(0, 61_000))
    cells = vault.base_cells("demo")
    assert int(cells.counts().sum()) == N_ROWS
    assert digest(cells) == digest(RawCells(expected))
    pd.testing.assert_frame_equal(canonical(cells).frame, expected, check_categorical=False)


def test_canonical_does_not_depend_on_numbers_order_or_batches() -> None:
    def answer(lines: list[tuple[str, str, int]], words: dict[str, int]) -> pa.RecordBatch:
        columns = {name: [words["unknown"]] * len(lines) for name in DIMS}
        columns["county"] = [words[line[0]] for line in lines]
        columns["sex"] = [words[line[1]] for line in lines]
        columns["n"] = [line[2] for line in lines]
        return pa.RecordBatch.from_pydict(columns)

    one = {"unknown": 1, "KE001": 2, "KE047": 3, "female": 4, "male": 5}
    other = {"male": 9, "KE047": 4, "female": 2, "unknown": 7, "KE001": 1, "elsewhere": 3}
    lines = [("KE047", "male", 3), ("KE001", "male", 5), ("KE047", "female", 2)]
    whole = canonical(gathered([answer(lines, one)], one))
    parts = canonical(gathered([answer(lines[2:], other), answer(lines[:2], other)], other))
    assert whole.frame["county"].tolist() == ["KE001", "KE047", "KE047"]
    # Months stand in for numbers of words here and differ, so only words and counts are compared.
    same = ["county", "sex", "n"]
    pd.testing.assert_frame_equal(whole.frame[same], parts.frame[same])


def test_digest_sees_a_single_count_and_a_single_word() -> None:
    words = {"unknown": 1, "KE001": 2, "KE002": 3}

    def cells(county: str, n: int) -> str:
        columns = {name: [1] for name in DIMS} | {"county": [words[county]], "n": [n]}
        return digest(gathered([pa.RecordBatch.from_pydict(columns)], words))

    assert len({cells("KE001", 1), cells("KE001", 2), cells("KE002", 1)}) == 3


def test_reporting_sources_are_counted_once_per_cell(settings_for: Callable[[str], DataSettings]) -> None:
    vault = open_vault(settings_for("duckdb"))
    caseload = next(demo.caseload(5_000, seed=4))
    vault.store_batch(BatchMeta("demo", "all", "all", synthetic=True), caseload)
    found = reporting_sources(vault.base_cells("demo"), ["county"]).set_index("county")["reporting_sources"]
    plain = caseload.select(["county", "reporting_source"]).to_pandas().astype(str)
    expected = plain.groupby("county")["reporting_source"].nunique()
    assert found.to_dict() == expected.to_dict()
    assert found.max() > found.min()
