"""The same caseload gives identical sums on every engine, the sums are right, and a release comes of each."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pyarrow as pa
import pytest

from geodata.demo import cases as demo
from geodata.raw_cells import RawCells
from geodata.release.manifest import About
from geodata.release.store import Store
from geodata.release.verify import verify_release
from geodata.release.workload import WORKLOAD
from geodata.settings import DataSettings
from geodata.vault import open_vault
from geodata.vault.batch import BatchMeta, counted_forms
from geodata.vault.counting import digest, gathered, grouping_query
from tests.caseloads import WISH, publish_alone

N_ROWS = 100_000
TABLES = [spec.dims for spec in WORKLOAD]
ENGINES = (
    "duckdb",
    pytest.param("postgres", marks=pytest.mark.postgres),
    pytest.param("spark", marks=pytest.mark.spark),
)


@pytest.fixture(scope="module")
def caseload() -> pa.Table:
    return next(demo.caseload(N_ROWS, seed=20))


@pytest.fixture(scope="module")
def expected(caseload: pa.Table) -> dict[tuple[str, ...], RawCells]:
    """Count with pandas alone: every engine is held against it, so they are held against each other."""
    dims = ["county", "sex", "age_group", "nationality_group", "role", "nature", "forms", "month"]
    plain = caseload.select(dims).to_pandas()
    plain = plain.assign(year=(plain.pop("month") // 12).astype("int64"))
    plain = plain.assign(form=[counted_forms(forms) for forms in plain.pop("forms")])
    return {table: RawCells(_counted(plain, list(table))) for table in TABLES}


def _counted(plain: pd.DataFrame, dims: list[str]) -> pd.DataFrame:
    frame = plain[dims].astype({dim: str for dim in dims if dim != "year"})
    return frame.groupby(dims, sort=True).size().rename("n").reset_index()


@pytest.mark.parametrize("engine", ENGINES)
def test_sums_are_identical_and_a_release_comes_of_them(
    engine: str,
    settings_for: Callable[[str], DataSettings],
    caseload: pa.Table,
    expected: dict[tuple[str, ...], RawCells],
) -> None:
    settings = settings_for(engine)
    vault = open_vault(settings)
    # Two files that overlap, and words met in another order than their alphabet.
    vault.store_batch(BatchMeta("demo", "late", "late", synthetic=True), caseload.slice(60_000))
    vault.store_batch(BatchMeta("demo", "early", "early", synthetic=True), caseload.slice(0, 61_000))
    sums = vault.sums("demo", TABLES)
    assert {int(sums[dims].counts().sum()) for dims in TABLES} == {N_ROWS}
    assert digest(sums) == digest(expected)
    assert sum(len(cells.frame) for cells in sums.values()) < 30_000
    assert vault.waiting("demo") == N_ROWS
    store = Store(settings.releases)
    release = publish_alone(vault, store, About("demo", synthetic=True), WISH)
    assert verify_release(store, release.id).id == release.id
    assert vault.waiting("demo") == 0
    shown = int(release.lookup(("nature",))["persons"].fillna(0).sum())
    assert abs(shown - N_ROWS) < 100


def test_the_answer_does_not_depend_on_numbers_or_order() -> None:
    tables = [("county", "sex"), ("year",)]
    one = {"unknown": 1, "KE001": 2, "KE047": 3, "female": 4, "male": 5}
    other = {"male": 9, "KE047": 4, "female": 2, "unknown": 7, "KE001": 1, "elsewhere": 3}
    lines = [("KE047", "male", None, 3), ("KE001", "male", None, 5), (None, None, 2021, 8)]

    def rows(
        words: dict[str, int], order: list[tuple[str | None, str | None, int | None, int]]
    ) -> list[tuple[object, ...]]:
        return [(words.get(c or ""), words.get(s or ""), year, n) for c, s, year, n in order]

    first, second = gathered(rows(one, lines), tables, one), gathered(rows(other, lines[::-1]), tables, other)
    assert first["county", "sex"].frame["county"].tolist() == ["KE001", "KE047"]
    assert digest(first) == digest(second)
    changed = gathered(rows(one, [*lines[1:], ("KE047", "male", None, 4)]), tables, one)
    assert digest(changed) != digest(first)


def test_one_definition_gives_every_dialect() -> None:
    for dialect in ("duckdb", "postgres", "spark"):
        query = grouping_query(TABLES, cases="cases", dataset=3, batches=[1, 2], dialect=dialect)
        assert query.count("GROUPING SETS") == 1
        assert query.count("FROM cases") == 1
    assert "batch_id" not in grouping_query(TABLES, cases="cases", dataset=3, batches=None, dialect="duckdb")
