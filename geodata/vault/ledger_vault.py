"""What every vault with a ledger in SQL does alike: one transaction for each verb of `geodata.vault.Vault`.

A vault on one engine says how a transaction is opened for reading and for writing, where its cases stand, and how a
query is run; the verbs are the same for all.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from typing import Any, ClassVar

import pyarrow as pa

from geodata.values import DataProblem
from geodata.vault import counting, ledger
from geodata.vault import statements as sql
from geodata.vault.batch import BatchInfo, BatchMeta, StoreResult
from geodata.vault.spending import MeasurementPlan, SpendingLine


class LedgerVault(ABC):
    """`geodata.vault.Vault` over sessions of an engine; see there for what each verb promises."""

    __slots__ = ()
    dialect: ClassVar[str]
    cases: ClassVar[str]
    """The engine's name for sqlglot, and its name of the table of cases."""

    @abstractmethod
    def _writing(self) -> AbstractContextManager[ledger.Session]:
        """Open a transaction that writes; a vault that is not there yet is made."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[ledger.Session | None]:
        """Open a transaction that sees one state; None when there is no vault yet."""

    @abstractmethod
    def _rows(self, session: Any, query: str) -> list[tuple[Any, ...]]:
        """Run a query of the engine's own dialect in a session of this vault."""

    def store_batch(self, meta: BatchMeta, rows: pa.Table) -> StoreResult:
        """Add or replace a batch in one transaction."""
        with self._writing() as session:
            return ledger.store(session, meta, rows)

    def batches(self, dataset: str | None = None) -> list[BatchInfo]:
        """Return the ledger, oldest batch first; empty when there is no vault yet."""
        with self._reading() as session:
            return ledger.batches(session, dataset) if session else []

    def undo(self, batch_id: int) -> BatchInfo:
        """Take a batch out in one transaction."""
        ledger.find(self.batches(), batch_id)
        with self._writing() as session:
            return ledger.undo(session, batch_id)

    def state_terms(self, batch_id: int, terms: str) -> None:
        """Write the terms of a batch that has none, in one transaction."""
        ledger.find(self.batches(), batch_id)
        with self._writing() as session:
            session.run(sql.STATE_TERMS, terms, batch_id)

    def spending(self, dataset: str) -> tuple[SpendingLine, ...]:
        """Return the privacy ledger of a dataset."""
        with self._reading() as session:
            return ledger.entries(session, dataset) if session else ()

    def waiting(self, dataset: str) -> int:
        """Count the cases that no measurement has covered."""
        with self._reading() as session:
            return ledger.waiting(session, dataset) if session else 0

    def begin(self, dataset: str, plan: MeasurementPlan) -> SpendingLine:
        """Announce a measurement in one transaction."""
        with self._writing() as session:
            return ledger.begin(session, dataset, plan)

    def finish(self, dataset: str, attempt: int, measured: str, at: str) -> None:
        """Confirm a measurement."""
        with self._writing() as session:
            ledger.finish(session, dataset, attempt, measured, at)

    def sums(self, dataset: str, tables: counting.Tables, attempt: int | None = None) -> counting.Sums:
        """Count the persons of every table."""
        with self._reading() as session:
            ledger.check_dataset(ledger.batches(session) if session else [], dataset)
            if session is None:  # check_dataset has refused already
                raise DataProblem("The vault is empty.")
            words = ledger.words(session)
            query = counting.grouping_query(
                tables,
                cases=self.cases,
                dataset=words[dataset],
                batches=ledger.covered(session, dataset, attempt),
                dialect=self.dialect,
            )
            return counting.gathered(self._rows(session, query), tables, words)
