"""The archive's part in measuring: its privacy ledger, and which batches a measurement covers.

The ledger lies in ``ledger.json``, so announcing a measurement and marking what it covers is one replacement of one
file. Rows are written anew only where a mark has to be taken off.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import duckdb

from geodata.vault import spending
from geodata.vault.archive import Archive, Ledger, members, sentences
from geodata.vault.ledger import check_dataset, check_not_behind
from geodata.vault.spending import MeasurementPlan, SpendingLine

_NO_RANKS = "CREATE TEMPORARY TABLE ranked (batch_id INTEGER, entry INTEGER, place INTEGER)"


@dataclass(frozen=True, slots=True)
class MeasuredArchive(Archive):
    """Everything of `geodata.vault.Vault` but the sums; see there for what each verb promises."""

    def spending(self, dataset: str) -> tuple[SpendingLine, ...]:
        """Return the privacy ledger of a dataset."""
        return _entries(self.ledger(), dataset)

    def waiting(self, dataset: str) -> int:
        """Count the cases that no measurement has covered."""
        ledger = self.ledger()
        folders = [ledger.folders[line.batch_id] for line in members(ledger, dataset) if line.measured == 0]
        if not folders:
            return 0
        with sentences(self.root), duckdb.connect() as connection:
            counted = "SELECT count(*) FROM read_parquet(?) WHERE counted AND paid = 0"
            return int(connection.execute(counted, [self._files(*folders)]).fetchall()[0][0])

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
        covered = {line.batch_id for line in members(told, dataset) if restate or line.measured == 0}
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
        held = members(told, dataset)
        if everything:
            told = dataclasses.replace(told, gone={name: kept for name, kept in told.gone.items() if name != dataset})
        if not held or not (lost or everything):
            return told
        with duckdb.connect() as connection:
            connection.execute(_NO_RANKS)
            for line in held:
                files = self._files(told.folders[line.batch_id])
                found = connection.execute("SELECT DISTINCT paid FROM read_parquet(?) WHERE paid <> 0", [files])
                paid = [row[0] for row in found.fetchall()]
                free = paid if everything else [attempt for attempt in paid if attempt in lost]
                if free:
                    told = self._rewritten(connection, told, line.batch_id, free)
        return told


def _entries(ledger: Ledger, dataset: str) -> tuple[SpendingLine, ...]:
    """Return the privacy ledger of a dataset, checked."""
    entries = spending.read_lines(ledger.spending.get(dataset, ()), dataset)
    check_not_behind(entries, members(ledger, dataset), dataset)
    return entries


def _spent(ledger: Ledger, entry: SpendingLine) -> Ledger:
    """Return the ledger with one more line of spending."""
    lines = (*ledger.spending.get(entry.dataset, ()), entry.to_line())
    return dataclasses.replace(ledger, spending={**ledger.spending, entry.dataset: lines})
