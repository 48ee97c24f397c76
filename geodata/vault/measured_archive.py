"""The archive's part in measuring: its privacy ledger, and which batches a measurement covers.

The ledger lies in ``ledger.json``, so announcing a measurement and marking what it covers is one replacement of one
file. Rows are written anew only where a mark has to be taken off.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
from pyarrow import parquet

from geodata.vault import spending
from geodata.vault.archive import Archive, sentences
from geodata.vault.archive_ledger import Ledger
from geodata.vault.ledger import check_dataset, check_not_behind
from geodata.vault.spending import MeasurementPlan, SpendingLine
from geodata.vault.turns import measuring_turn


@dataclass(frozen=True, slots=True)
class MeasuredArchive(Archive):
    """Everything of `geodata.vault.Vault` but the sums; see there for what each verb promises."""

    def spending(self, dataset: str) -> tuple[SpendingLine, ...]:
        """Return the privacy ledger of a dataset."""
        return _entries(self.ledger(), dataset)

    def waiting(self, dataset: str) -> int:
        """Count the cases that no measurement has covered."""
        ledger = self.ledger()
        folders = [ledger.folders[line.batch_id] for line in ledger.members(dataset) if line.measured == 0]
        if not folders:
            return 0
        with sentences(self.root), duckdb.connect() as connection:
            counted = "SELECT count(*) FROM read_parquet(?) WHERE counted AND paid = 0"
            return int(connection.execute(counted, [self._files(*folders)]).fetchall()[0][0])

    @contextmanager
    def measuring(self, dataset: str) -> Iterator[None]:
        """Hold the place in which a dataset is measured."""
        with measuring_turn(self.root, dataset, self.patience_s):
            yield

    def begin(self, dataset: str, plan: MeasurementPlan) -> SpendingLine:
        """Announce a measurement; visible and durable once the ledger is replaced."""
        with self._writing() as ledger:
            check_dataset(list(ledger.batches), dataset)
            told, entry = self._announced(ledger, dataset, plan)
            self._commit(ledger, told)
        return entry

    def finish(self, dataset: str, attempt: int, measured: str, at: str) -> None:
        """Confirm a measurement."""
        with self._writing() as ledger:
            entries = _entries(ledger, dataset)
            self._commit(ledger, _spent(ledger, spending.confirm(entries, attempt, measured, at)))

    def _announced(self, ledger: Ledger, dataset: str, plan: MeasurementPlan) -> tuple[Ledger, SpendingLine]:
        """Return the ledger with a new measurement, after measurements that never arrived were taken back."""
        restate = plan.kind == spending.RESTATE
        lost = spending.unresolved(_entries(ledger, dataset))
        told = ledger
        for attempt in lost:
            told = _spent(told, spending.give_up(_entries(told, dataset), attempt, plan.at))
        told = self._freed(told, dataset, lost, everything=restate)
        entry = spending.announce(_entries(told, dataset), dataset, plan)
        covered = {line.batch_id for line in told.members(dataset) if restate or line.measured == 0}
        lines = (
            dataclasses.replace(line, measured=entry.attempt) if line.batch_id in covered else line
            for line in told.batches
        )
        return _spent(dataclasses.replace(told, batches=tuple(lines)), entry), entry

    def _freed(self, ledger: Ledger, dataset: str, lost: tuple[int, ...], *, everything: bool) -> Ledger:
        """Return the ledger as if some attempts had covered nothing; with `everything`, as if none had."""
        told = dataclasses.replace(
            ledger,
            batches=tuple(
                dataclasses.replace(line, measured=0)
                if line.meta.dataset == dataset and line.measured in lost
                else line
                for line in ledger.batches
            ),
        )
        gone = told.departed.get(dataset, {})
        kept = {} if everything else {serial: attempt for serial, attempt in gone.items() if attempt not in lost}
        told = dataclasses.replace(told, departed=told.departed | {dataset: kept})
        if not (lost or everything):
            return told
        for line in told.members(dataset):
            column = parquet.read_table(self._file(told.folders[line.batch_id]), columns=["paid"])["paid"]
            paid = set(column.unique().to_pylist()) - {0}
            free = paid if everything else paid & set(lost)
            if free:
                told = self._rewritten(told, line.batch_id, free=free)
        return told


def _entries(ledger: Ledger, dataset: str) -> tuple[SpendingLine, ...]:
    """Return the privacy ledger of a dataset, checked."""
    entries = spending.read_lines(ledger.spending.get(dataset, ()), dataset)
    check_not_behind(entries, ledger.members(dataset), dataset)
    return entries


def _spent(ledger: Ledger, entry: SpendingLine) -> Ledger:
    """Return the ledger with one more line of spending."""
    lines = (*ledger.spending.get(entry.dataset, ()), entry.to_line())
    return dataclasses.replace(ledger, spending={**ledger.spending, entry.dataset: lines})
