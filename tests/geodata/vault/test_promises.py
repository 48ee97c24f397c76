"""What every vault promises, on every engine."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pytest

from geodata.values import DataProblem
from geodata.vault import Vault
from geodata.vault.batch import BatchMeta, StoreResult

Rows = Callable[..., pa.Table]
Meta = Callable[..., BatchMeta]


def persons(vault: Vault, dataset: str = "shelters") -> dict[tuple[str, str], int]:
    frame = vault.sums(dataset, [("county", "reporting_source")])["county", "reporting_source"].frame
    return {(str(line.county), str(line.reporting_source)): line.n for line in frame.itertuples()}


def duplicates(result: StoreResult) -> list[tuple[int, ...]]:
    return [tuple(line.values()) for line in result.duplicates.to_pylist()]


def test_a_life_of_batches(vault: Vault, rows: Rows, meta: Meta) -> None:
    """One test for the whole story: Spark needs seconds for every step."""
    assert vault.batches() == []
    with pytest.raises(DataProblem, match=r"no dataset 'shelters'.*nothing yet"):
        vault.sums("shelters", [("county",)])

    first = vault.store_batch(meta("a"), rows(["1", "2", "3", "2"]))
    assert (first.batch_id, first.rows, first.counted, first.replaced) == (1, 4, 3, False)
    assert duplicates(first) == [(5, 1, 3)]

    second = vault.store_batch(meta("b"), rows(["3", "4"], reporting_source="B"))
    assert (second.batch_id, second.counted) == (2, 1)
    assert duplicates(second) == [(2, 1, 4)]
    assert persons(vault) == {("KE010", "A"): 3, ("KE010", "B"): 1}

    vault.store_batch(meta("a", "borders"), rows(["1", "9"], county="KE047"))
    assert persons(vault, "borders") == {("KE047", "A"): 2}

    corrected = vault.store_batch(meta("a"), rows(["1", "4"], county="KE001"))
    assert (corrected.batch_id, corrected.replaced, corrected.counted) == (1, True, 2)
    assert persons(vault) == {("KE001", "A"): 2, ("KE010", "B"): 1}
    assert [(b.batch_id, b.revision, b.rows, b.counted) for b in vault.batches("shelters")] == [
        (1, 2, 2, 2),
        (2, 1, 2, 1),
    ]

    assert vault.undo(1).meta.file_name == "a.csv"
    assert persons(vault) == {("KE010", "B"): 2}
    assert [b.batch_id for b in vault.batches()] == [2, 3]
    with pytest.raises(DataProblem, match="no batch 1"):
        vault.undo(1)
    assert vault.store_batch(meta("c"), rows(["7"])).batch_id == 4

    with pytest.raises(DataProblem, match="never mixed"):
        vault.store_batch(meta("d", synthetic=True), rows(["8"]))
    assert [b.batch_id for b in vault.batches()] == [2, 3, 4]
    assert persons(vault) == {("KE010", "A"): 1, ("KE010", "B"): 2}


def test_awkward_words_and_an_empty_file(vault: Vault, rows: Rows, meta: Meta) -> None:
    odd = 'Bureau "Été", 1;2\nÑandú \\N %s {s} ?'
    vault.store_batch(meta("a", dataset="l'été"), rows(["1"], reporting_source=odd))
    assert persons(vault, "l'été") == {("KE010", odd): 1}
    assert vault.store_batch(meta("z", dataset="nothing"), rows([])).counted == 0
    assert persons(vault, "nothing") == {}
    assert vault.store_batch(meta("b", dataset="l'été"), rows([])).counted == 0
    assert persons(vault, "l'été") == {("KE010", odd): 1}
