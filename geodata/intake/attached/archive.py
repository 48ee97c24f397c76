"""An archive elsewhere as a vault: measured where it lies, by the same steps and with the same proof.

What a measurement covers are parts: files, or the state of a table. New parts are measured by themselves, without the
cases that measured parts hold already; a part that was measured and has changed or is gone can only be measured again
together with everything (``publish --restate``), because nobody can tell which of its cases have paid.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from geodata.intake.attached import card as cards
from geodata.intake.attached.address import read_address
from geodata.intake.attached.card import ArchiveCard, AttachedLedger
from geodata.intake.attached.mapping import Mapped, mapped, wanted_of
from geodata.intake.attached.source import COUNT, Part, Source
from geodata.intake.profile import Profile
from geodata.intake.run import Options
from geodata.settings import DataSettings, s3_access
from geodata.values import DataProblem
from geodata.vault import spending
from geodata.vault.batch import BatchInfo, BatchMeta, StoreResult
from geodata.vault.counting import Sums, Tables, gathered, grouping_query
from geodata.vault.spending import MeasurementPlan, SpendingLine
from geodata.vault.turns import measuring_turn
from geodata.vault.words import encode

PATIENCE_S = 20.0
_READ_ONLY = "it is an archive elsewhere, read where it lies and never written; change it at its owner's."
Parts = Sequence[Part]


def source_of(card: ArchiveCard, settings: DataSettings) -> Source:
    """Return the engine that reads an archive."""
    address = read_address(card.address)
    if card.engine == "spark":
        from geodata.intake.attached.spark_source import SparkSource  # noqa: PLC0415 - one engine is loaded, not two

        master = settings.vault.partition("?master=")[2] if settings.vault.startswith("spark://") else ""
        return SparkSource(address, master) if master else SparkSource(address)
    from geodata.intake.attached.duck_source import DuckSource  # noqa: PLC0415

    return DuckSource(address, settings.home / "vault.tmp", s3_access())


@dataclass(frozen=True, slots=True)
class AttachedArchive:
    """`geodata.vault.Vault` over an archive elsewhere; see there for what each verb promises."""

    card: ArchiveCard
    profile: Profile
    source: Source
    settings: DataSettings
    today: date = field(default_factory=lambda: datetime.now(UTC).date())
    _judged: dict[tuple[Part, ...], Mapped] = field(default_factory=dict, repr=False)

    @property
    def folder(self) -> Path:
        """Where its card and ledger lie."""
        return cards.folder_of(self.settings, self.card.name)

    def store_batch(self, meta: BatchMeta, rows: pa.Table) -> StoreResult:
        """Refuse: nothing is written."""
        raise DataProblem(f"{rows.num_rows:,} rows were not stored in '{meta.dataset}': {_READ_ONLY}")

    def undo(self, batch_id: int) -> BatchInfo:
        """Refuse: nothing is written."""
        raise DataProblem(f"Batch {batch_id} cannot be taken out of '{self.card.name}': {_READ_ONLY}")

    def state_terms(self, batch_id: int, terms: str) -> None:
        """Write the terms of the archive on its card."""
        if batch_id != 1:
            raise DataProblem(f"'{self.card.name}' has no batch {batch_id}: an archive is one.")
        cards.write_card(self.settings, replace(self.card, terms=terms), self.profile)

    def batches(self, dataset: str | None = None) -> list[BatchInfo]:
        """Return the archive as one line, so that its terms can be told."""
        return [BatchInfo(1, 1, meta_of(self.card), 0, 0)] if dataset in (None, self.card.name) else []

    def spending(self, dataset: str) -> tuple[SpendingLine, ...]:
        """Return the privacy ledger."""
        return cards.read_ledger(self.folder).entries(dataset)

    def waiting(self, dataset: str) -> int:
        """Count the cases of parts that are new, or that have changed since they were measured."""
        ledger, parts = cards.read_ledger(self.folder), self.source.parts()
        covered = _covered(ledger, dataset)
        fresh = [part for part in parts if covered.get(part.name) != part.stamp]
        gone = set(covered) - {part.name for part in parts}
        held = [part for part in parts if part not in fresh]
        return (self.look(fresh, held).measured if fresh else 0) or len(gone)

    @contextmanager
    def measuring(self, dataset: str) -> Iterator[None]:
        """Hold the place in which the dataset is measured, on this computer."""
        with measuring_turn(self.folder, dataset, PATIENCE_S):
            yield

    def begin(self, dataset: str, plan: MeasurementPlan) -> SpendingLine:
        """Announce a measurement and the parts it covers; durable on return."""
        ledger, parts = cards.read_ledger(self.folder), self.source.parts()
        for attempt in spending.unresolved(ledger.entries(dataset)):
            ledger = _with_line(ledger, spending.give_up(ledger.entries(dataset), attempt, plan.at))
        covered = {} if plan.kind == spending.RESTATE else _covered(ledger, dataset)
        now = {part.name: part.stamp for part in parts}
        changed = sorted(name for name, stamp in covered.items() if now.get(name) != stamp)
        if changed:
            raise DataProblem(
                f"{len(changed)} of the measured parts of archive '{dataset}' changed or are gone "
                f"({Path(changed[0]).name}{', …' if len(changed) > 1 else ''}), and which of their cases have paid "
                "cannot be told; nothing was measured: measure everything again (publish --restate)."
            )
        entry = spending.announce(ledger.entries(dataset), dataset, plan)
        fresh = {name: stamp for name, stamp in now.items() if name not in covered}
        told = _with_line(ledger, entry)
        cards.write_ledger(self.folder, replace(told, covered={**told.covered, entry.attempt: fresh}))
        return entry

    def finish(self, dataset: str, attempt: int, measured: str, at: str) -> None:
        """Confirm a measurement."""
        ledger = cards.read_ledger(self.folder)
        line = spending.confirm(ledger.entries(dataset), attempt, measured, at)
        cards.write_ledger(self.folder, _with_line(ledger, line))

    def sums(self, dataset: str, tables: Tables, attempt: int | None = None) -> Sums:
        """Count the persons of every table."""
        parts = self.source.parts()
        held: list[Part] = []
        if attempt is not None:
            ledger = cards.read_ledger(self.folder)
            mine, known = ledger.covered[attempt], _covered(ledger, dataset)
            chosen = [part for part in parts if mine.get(part.name) == part.stamp]
            if len(chosen) != len(mine):
                raise DataProblem(
                    f"The archive '{dataset}' changed while it was being measured; what this attempt cost stays spent: "
                    "publish again when nobody writes to it."
                )
            held = [part for part in parts if part.name in known and part.name not in mine]
            parts = tuple(chosen)
        return summed(self.look(parts, held), tables, dataset)

    def look(self, parts: Parts, earlier: Parts = ()) -> Mapped:
        """Return what the cases of some parts are mapped to, without those of earlier ones. Sensitive."""
        key = (*parts, *earlier)
        if key not in self._judged:
            wanted = wanted_of(self.profile, self.card.address)
            cells = self.source.combinations(wanted, parts, earlier, self.today)
            options = Options(dataset=self.card.name, profile=self.profile, today=self.today)
            self._judged[key] = mapped(cells, wanted, self.settings, options)
        return self._judged[key]


def open_attached(settings: DataSettings, name: str) -> AttachedArchive:
    """Return an attached archive; raises DataProblem when there is none of that name."""
    card = cards.read_card(settings, name)
    return AttachedArchive(card, cards.profile_of(settings, name), source_of(card, settings), settings)


def summed(held: Mapped, tables: Tables, dataset: str) -> Sums:
    """Return the sums of combinations, by the statement that counts every vault."""
    cases, used = encode(dataset, 1, held.rows, {})
    weighted = cases.append_column(COUNT, pa.array(held.persons, pa.int64()))
    numbers = {**used, dataset: used.get(dataset, len(used) + 1)}
    query = grouping_query(
        tables, cases="weighted", dataset=numbers[dataset], batches=None, dialect="duckdb", weight=COUNT
    )
    with duckdb.connect() as connection:
        connection.register("weighted", weighted)
        return gathered(connection.execute(query).fetchall(), tables, numbers)


def meta_of(card: ArchiveCard) -> BatchMeta:
    """Return an archive as the batch its terms are kept by."""
    where = hashlib.sha256(card.address.encode()).hexdigest()
    moment = datetime.fromisoformat(card.attached_at)
    return BatchMeta(card.name, card.name, card.name, where, moment, terms=card.terms)


def _covered(ledger: AttachedLedger, dataset: str) -> dict[str, str]:
    """Return part → stamp of what the confirmed measurements of the present statement covered.

    A restatement that never arrived has begun a statement all the same: in it, nothing is covered yet.
    """
    entries = ledger.entries(dataset)
    safe = spending.confirmed(entries)
    statement = max((entry.statement for entry in entries), default=0)
    mine = {entry.attempt for entry in spending.announced(entries) if entry.statement == statement} & set(safe)
    return {name: stamp for attempt in sorted(mine) for name, stamp in ledger.covered.get(attempt, {}).items()}


def _with_line(ledger: AttachedLedger, line: SpendingLine) -> AttachedLedger:
    return replace(ledger, lines=(*ledger.lines, line.to_line()))
