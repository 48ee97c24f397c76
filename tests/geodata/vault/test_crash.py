"""Killed with −9 at any moment of an import, the vault holds a batch wholly or not at all."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import util
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from geodata.settings import DataSettings
from geodata.vault import open_vault
from geodata.vault.batch import BatchMeta
from geodata.vault.spark import SparkVault

CHILD = Path(__file__).with_name("crash_child.py")
ROOT = Path(__file__).resolve().parents[3]
_spec = util.spec_from_file_location("crash_child", CHILD)
assert _spec is not None
assert _spec.loader is not None
child = util.module_from_spec(_spec)
_spec.loader.exec_module(child)


@contextmanager
def nursery(settings: DataSettings) -> Iterator[Callable[[int, int, float], None]]:
    """Give a function that starts imports in another process and kills it so many imports and seconds later."""
    command = [sys.executable, str(CHILD), str(settings.home), settings.vault]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, bufsize=1
    )
    assert parent.stdin is not None
    assert parent.stdout is not None
    told = (parent.stdin, parent.stdout)

    def killed_import(first: int, imports: int, delay_s: float) -> None:
        told[0].write(f"{first}\n")
        process = int(told[1].readline())
        assert [told[1].readline() for _ in range(imports)] == ["stored\n"] * imports
        time.sleep(delay_s)
        os.kill(process, signal.SIGKILL)
        while told[1].readline() == "stored\n":
            pass

    try:
        yield killed_import
    finally:
        parent.stdin.close()
        parent.wait(60)


def what_is_there(settings: DataSettings) -> tuple[int, set[str]]:
    """Count rows and counties without trusting the ledger."""
    vault = open_vault(settings)
    if isinstance(vault, SparkVault):  # its files, read without a Java machine
        ledger = vault.ledger()
        table = pq.read_table(vault.root / "batches" / ledger.folders[1], columns=["county", "counted"])
        words = {number: word for word, number in ledger.known().items()}
        assert all(table["counted"].to_pylist())
        return table.num_rows, {words[number] for number in set(table["county"].to_pylist())}
    frame = vault.sums("crash", [("county",)])["county",].frame
    return int(frame["n"].sum()), set(frame["county"].astype(str))


def kill_and_look(settings: DataSettings, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    seen = set()
    with nursery(settings) as killed_import:
        for number in range(kills):
            # Every other one gets an import through first, however busy the machine is.
            killed_import(10 * number, number % 2, chance.uniform(0.0, 0.8))
            batches = open_vault(settings).batches("crash")
            if not batches:
                continue
            rows, counties = what_is_there(settings)
            revision = rows - child.SIZE
            assert counties == {child.county_of(revision)}
            assert [(line.batch_id, line.rows, line.counted) for line in batches] == [(1, rows, rows)]
            seen.add(revision)
    assert len(seen) >= kills // 2
    # And the vault still works.
    result = open_vault(settings).store_batch(BatchMeta("crash", "file", "f"), child.revision_rows(3))
    assert result.replaced
    assert what_is_there(settings) == (child.SIZE + 3, {child.county_of(3)})


@pytest.mark.parametrize(
    ("engine", "kills"),
    [
        ("duckdb", 15),
        pytest.param("postgres", 6, marks=pytest.mark.postgres),
        ("spark-files", 6),
    ],
)
def test_killed_imports_leave_whole_batches(
    engine: str, kills: int, settings_for: Callable[[str], DataSettings], tmp_path: Path
) -> None:
    if engine == "spark-files":
        settings = DataSettings(home=tmp_path, vault=f"spark:///{tmp_path}/archive")
    else:
        settings = settings_for(engine)
    kill_and_look(settings, kills, seed=5)


@pytest.mark.soak
def test_a_hundred_kills(settings_for: Callable[[str], DataSettings]) -> None:
    kill_and_look(settings_for("duckdb"), 120, seed=6)
