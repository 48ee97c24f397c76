"""Tools for the intake tests: a home folder, a vault that only remembers, and files written in a line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from geodata.intake.outcome import Outcome
from geodata.intake.run import Options, check_file
from geodata.settings import DataSettings
from geodata.vault.batch import DUPLICATES_SCHEMA, BatchMeta, StoreResult, check_rows

TODAY = date(2026, 11, 22)


class RememberingVault:
    """Stores in a dictionary; enough of the vault for an import."""

    def __init__(self) -> None:
        """Start empty."""
        self.held: dict[tuple[str, str], tuple[BatchMeta, pa.Table]] = {}

    def store_batch(self, meta: BatchMeta, rows: pa.Table) -> StoreResult:
        """Keep the rows under their dataset and file."""
        rows = check_rows(rows)
        key = (meta.dataset, meta.file_key)
        replaced = key in self.held
        self.held[key] = (meta, rows)
        return StoreResult(1, rows.num_rows, rows.num_rows, replaced, DUPLICATES_SCHEMA.empty_table())


@pytest.fixture
def vault() -> RememberingVault:
    return RememberingVault()


@pytest.fixture
def settings(tmp_path: Path) -> DataSettings:
    home = tmp_path / "home"
    return DataSettings(home=home, vault=f"duckdb:///{home / 'vault.duckdb'}")


@pytest.fixture
def check(tmp_path: Path, settings: DataSettings) -> Callable[..., Outcome]:
    """Return a function that checks a file given as a path or as CSV text."""

    def run(source: str | bytes | Path, name: str = "cases.csv", **options: Any) -> Outcome:
        if isinstance(source, Path):
            path = source
        else:
            path = tmp_path / name
            path.write_bytes(source.encode() if isinstance(source, str) else source)
        return check_file(path, settings, Options(today=TODAY, **options))

    return run


@pytest.fixture
def rows_of() -> Callable[[Outcome], list[dict[str, Any]]]:
    """Return a function giving the stored rows as plain objects."""
    return lambda outcome: outcome.table.to_pylist()
