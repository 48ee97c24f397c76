"""`open_vault`: from an address to a vault, and what every vault promises."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from geodata.settings import DataSettings
from geodata.values import DataProblem

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    import pyarrow as pa

    from geodata.vault.batch import BatchInfo, BatchMeta, StoreResult
    from geodata.vault.counting import Sums, Tables
    from geodata.vault.spending import MeasurementPlan, SpendingLine


class Vault(Protocol):
    """Case records of one steward or one shared server. Every failure is a `DataProblem`."""

    def store_batch(self, meta: BatchMeta, rows: pa.Table) -> StoreResult:
        """Store one file's rows together with their ledger line, wholly or not at all.

        rows: columns of `geodata.vault.batch.ROW_SCHEMA`. A batch with the same dataset and file
        key is replaced and keeps its number. Of several rows with one ``case_id`` in a dataset,
        only the first of the oldest batch counts; the others are stored and reported.
        """

    def batches(self, dataset: str | None = None) -> list[BatchInfo]:
        """Return the ledger (of one dataset), oldest batch first."""

    def undo(self, batch_id: int) -> BatchInfo:
        """Take a batch out, wholly or not at all, and return what it was."""

    def state_terms(self, batch_id: int, terms: str) -> None:
        """Write the terms of a batch that came without; of one that has them nothing changes."""

    def spending(self, dataset: str) -> tuple[SpendingLine, ...]:
        """Return the privacy ledger of a dataset, checked; empty before its first measurement."""

    def waiting(self, dataset: str) -> int:
        """Return how many cases no measurement of the present statement has covered. Sensitive."""

    def measuring(self, dataset: str) -> AbstractContextManager[None]:
        """Hold the one place in which a dataset is measured, whichever machines share the vault.

        An attempt that is neither confirmed nor given up was left by a crash if one holds it. Raises `DataProblem`
        when somebody else holds it for longer than a command waits.
        """

    def begin(self, dataset: str, plan: MeasurementPlan) -> SpendingLine:
        """Announce a measurement: ledger line and the cases it covers, wholly or not at all, durable on return.

        Raises `DataProblem` when the budget does not allow it, or the ledger is edited, missing or old.
        """

    def finish(self, dataset: str, attempt: int, measured: str, at: str) -> None:
        """Confirm that an attempt's measurement (SHA-256 ``measured``) is safe on disk."""

    def sums(self, dataset: str, tables: Tables, attempt: int | None = None) -> Sums:
        """Return the true counts of the cases an attempt covers, or of all, by tables of `COUNTABLE`. Sensitive."""


def open_vault(settings: DataSettings) -> Vault:
    """Return the vault at ``settings.vault``.

    Addresses: ``duckdb:///absolute/path``, ``postgres://…`` (a libpq address), ``spark:///absolute/path``
    (on this machine; with ``?master=…`` on a cluster).
    Nothing is opened or created before the first verb. Raises `DataProblem` for any other address.
    """
    scheme, _, rest = settings.vault.partition("://")
    if scheme == "duckdb" and rest.strip("/"):
        from geodata.vault.duck import DuckVault  # noqa: PLC0415 - one engine is loaded, not three

        return DuckVault(_path(rest), settings.vault_key)
    if scheme in {"postgres", "postgresql"}:
        from geodata.vault.postgres import PostgresVault  # noqa: PLC0415

        return PostgresVault(settings.vault)
    if scheme == "spark" and rest.strip("/"):
        from geodata.vault.spark import LOCAL, SparkVault  # noqa: PLC0415

        path, _, master = rest.partition("?master=")
        return SparkVault(_path(path), master=master or LOCAL)
    raise DataProblem(
        f"The vault's address '{_without_password(settings.vault)}' is not understood; "
        "use duckdb:///path, postgres://user@host/database or spark:///path in NJIA_VAULT.",
    )


def _path(rest: str) -> Path:
    """Return the path of ``scheme:///path``; ``/C:/…`` is a Windows path."""
    if re.match(r"/+[A-Za-z]:", rest):
        return Path(rest.lstrip("/"))
    return Path("/" + rest.lstrip("/")) if rest.startswith("/") else Path(rest)


def _without_password(address: str) -> str:
    return re.sub(r"(?<=://)([^:/@]*):[^@]*@", r"\1:…@", address)
