"""The archive's index of cases: an import costs what it brings, whatever lies there, and the marks stay right."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.vault import case_index, spending
from geodata.vault.batch import BatchMeta
from geodata.vault.case_index import IndexRows, Run
from geodata.vault.duck import DuckVault
from geodata.vault.measured_archive import MeasuredArchive
from geodata.vault.spending import MeasurementPlan

Rows = Callable[..., pa.Table]
SIZE = 500


def import_many(archive: MeasuredArchive, rows: Rows, number: int, first: int = 0) -> None:
    """Import files of `SIZE` cases, each with one case of the file before."""
    for batch in range(first, first + number):
        names = [f"case-{place}" for place in range(batch * SIZE - 1, (batch + 1) * SIZE - 1)]
        result = archive.store_batch(BatchMeta("d", f"file-{batch}", f"{batch}.csv"), rows(names))
        assert result.counted == SIZE


def test_an_import_reads_no_other_batch(tmp_path: Path, rows: Rows) -> None:
    """Every file of rows is made unreadable: repeated cases are found all the same, with the row that counts."""
    archive = MeasuredArchive(tmp_path)
    import_many(archive, rows, 5)
    for path in tmp_path.glob("batches/0*/*.parquet"):
        path.write_bytes(b"no rows here")
    result = archive.store_batch(BatchMeta("d", "late", "late.csv"), rows(["case-3", "new", "case-1200"]))
    assert result.counted == 1
    assert result.duplicates.to_pylist() == [
        {"row_number": 2, "other_batch": 1, "other_row": 6},
        {"row_number": 4, "other_batch": 3, "other_row": 203},
    ]


def test_what_imports_write_grows_like_what_they_bring(
    tmp_path: Path, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows written to the index, merges included: n log n at most. A quadratic import writes n²/2 and fails."""
    written: list[int] = []
    write_run = case_index.write_run

    def counting(folder: Path, parts: Iterable[IndexRows]) -> int:
        written.append(write_run(folder, parts))
        return written[-1]

    monkeypatch.setattr(case_index, "write_run", counting)
    archive = MeasuredArchive(tmp_path)
    seen = {}
    for target in (8, 64):
        import_many(archive, rows, target - len(archive.batches()), first=len(archive.batches()))
        seen[target] = sum(written) / (target * SIZE)
        runs = archive.ledger().runs["d"]
        assert len(runs) <= 1 + math.log2(target)
        assert sum(run.rows for run in runs) == target * SIZE
    assert seen[64] <= 1 + math.log2(64)
    assert seen[64] <= seen[8] + 3.5


def test_runs_are_merged_when_alike() -> None:
    def due(*rows: int) -> int:
        return case_index.due([Run("", number) for number in rows])

    assert [due(5), due(20, 5), due(9, 5), due(40, 9, 5), due(27, 9, 5), due(0, 0)] == [1, 1, 2, 2, 3, 1]


def test_a_merge_in_pieces_is_a_merge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_index, "_PIECE", 7)
    chance = np.random.default_rng(1)

    def run(serial: int, rows: int) -> IndexRows:
        low = np.sort(chance.integers(0, 30, rows).astype("<u8"))
        plain = np.arange(rows, dtype="<i4")
        return IndexRows(low, low.copy(), np.full(rows, serial, "<i4"), plain, plain)

    runs = [run(1, 50), run(2, 20), run(3, 11)]
    pieces = list(case_index.merged(lambda: runs, {1, 3}))
    assert len(pieces) > 3
    low = np.concatenate([piece.low for piece in pieces])
    serial = np.concatenate([piece.serial for piece in pieces])
    assert (np.diff(low.astype(int)) >= 0).all()
    assert np.bincount(serial).tolist() == [0, 50, 0, 11]


STEPS: st.SearchStrategy[tuple[str, list[str]]] = st.one_of(
    st.tuples(st.sampled_from("abc"), st.lists(st.sampled_from("12345"), max_size=4)),
    st.tuples(st.sampled_from(["measure", "lose", "restate"]), st.just([])),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=st.lists(STEPS, min_size=2, max_size=9))
def test_what_waits_is_the_same_in_file_and_archive(
    story: list[tuple[str, list[str]]], rows: Rows, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Files come, are replaced and go, measurements are made, lost and made again: each case pays once."""
    home = tmp_path_factory.mktemp("story")
    vaults: list[DuckVault | MeasuredArchive] = [DuckVault(home / "v.duckdb"), MeasuredArchive(home / "archive")]
    held: dict[str, list[str]] = {}
    numbers: dict[str, int] = {}
    paid: set[str] = set()
    lost: set[str] = set()
    for step, cases in story:
        if step in ("measure", "lose", "restate"):
            if not held:
                continue
            paid -= lost
            everything = {case for names in held.values() for case in names}
            lost = everything if step == "restate" else everything - paid
            paid = everything if step == "restate" else paid | everything
            plan = MeasurementPlan(spending.RESTATE if step == "restate" else spending.NEW, 0.1, 99.0, "")
            for vault in vaults:
                entry = vault.begin("d", plan)
                if step != "lose":
                    vault.finish("d", entry.attempt, "0" * 64, "")
            lost = lost if step == "lose" else set()
        elif cases or step not in held:
            for vault in vaults:
                numbers[step] = vault.store_batch(BatchMeta("d", step, step), rows(cases)).batch_id
            held[step] = cases
        else:
            del held[step]
            for vault in vaults:
                vault.undo(numbers[step])
        waiting = len({case for names in held.values() for case in names} - paid)
        assert [vault.waiting("d") for vault in vaults] == [waiting, waiting]
