"""One import or one undo in SQL: rows, ledger and the rule which row of a case counts, together.

`store` and `undo` run inside a transaction their caller opened and will commit; whatever they
raise, the caller rolls back. DuckDB and PostgreSQL share them.
"""

from __future__ import annotations

from typing import Any, Protocol

import pyarrow as pa

from geodata.values import DataProblem
from geodata.vault import spending
from geodata.vault import statements as sql
from geodata.vault.batch import DUPLICATES_SCHEMA, BatchInfo, BatchMeta, StoreResult, check_rows
from geodata.vault.words import encode

Lines = tuple[spending.SpendingLine, ...]
_VERSION = "SELECT schema_version FROM {s}.vault"


class Session(Protocol):
    """An open transaction on one engine."""

    def run(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Execute one statement of `geodata.vault.statements`; rows of a query, else nothing of use."""

    def append(self, table: str, rows: pa.Table) -> None:
        """Add many rows to the table ``words`` or ``cases``; columns as there."""


def check_version(session: Session) -> None:
    """Raise `DataProblem` when another version of Njia made this vault, unless it only lacks the terms of batches."""
    versions = session.run(_VERSION)
    if versions not in ([(sql.SCHEMA_VERSION,)], [(sql.BEFORE_TERMS,)]):
        told = versions[0][0] if versions else "none"
        raise DataProblem(
            f"The vault has layout {told}, this Njia reads layout {sql.SCHEMA_VERSION}; "
            "use the version of Njia that made it, or import the files into a new vault.",
        )


def bring_up_to_date(session: Session) -> None:
    """Give the batches of a vault of the layout before a place for their terms; does nothing to any other."""
    if session.run(_VERSION) == [(sql.BEFORE_TERMS,)]:
        for statement in sql.TAKE_TERMS:
            session.run(statement)


def batches(session: Session, dataset: str | None = None) -> list[BatchInfo]:
    """Return the ledger, oldest batch first."""
    has_terms = session.run(_VERSION) == [(sql.SCHEMA_VERSION,)]
    lines = [sql.ledger_line(line) for line in session.run(sql.LEDGER if has_terms else sql.LEDGER_BEFORE_TERMS)]
    return [line for line in lines if dataset in (None, line.meta.dataset)]


def store(session: Session, meta: BatchMeta, rows: pa.Table) -> StoreResult:
    """Add a batch, or put it in the place of the earlier import of the same file."""
    rows = check_rows(rows)
    earlier = predecessor(batches(session), meta)
    if earlier is None:
        batch_id = int(session.run(sql.NEXT_BATCH)[0][0])
        session.run(sql.TAKE_NEXT_BATCH)
    else:
        batch_id = earlier.batch_id
    session.run(sql.EMPTY_REPEATS)
    known = words(session)
    if earlier is not None:
        _drop(session, earlier, known)
    cases, used = encode(meta.dataset, batch_id, rows, known)
    session.append("words", _as_table(batch_id, used))
    session.append("cases", cases)
    dataset = used[meta.dataset]
    session.run(sql.REPEATS_WITHIN, batch_id)
    session.run(sql.REPEATS_ELSEWHERE, dataset, batch_id, batch_id)
    info = BatchInfo(
        batch_id=batch_id,
        revision=1 if earlier is None else earlier.revision + 1,
        meta=meta,
        rows=rows.num_rows,
        counted=rows.num_rows,
    )
    session.run(sql.LEDGER_ADD, *sql.ledger_values(info))
    if session.run(sql.ANY_MEASURED, meta.dataset)[0][0]:
        session.run(sql.MARK_PAID, dataset, batch_id, meta.dataset, batch_id, batch_id)
    duplicates = DUPLICATES_SCHEMA.empty_table()
    counted = rows.num_rows
    if _recount(session, dataset, meta.dataset):
        repeated = session.run(sql.DUPLICATES, batch_id, dataset)
        columns = list(zip(*repeated, strict=True)) or [(), (), ()]
        arrays = [pa.array(column, pa.int32()) for column in columns]
        duplicates = pa.Table.from_arrays(arrays, schema=DUPLICATES_SCHEMA)
        counted -= duplicates.num_rows
    return StoreResult(
        batch_id=batch_id,
        rows=rows.num_rows,
        counted=counted,
        replaced=earlier is not None,
        duplicates=duplicates,
        replaced_measured=bool(earlier and (earlier.measured or session.run(sql.ANY_PAID, batch_id)[0][0])),
    )


def undo(session: Session, batch_id: int) -> BatchInfo:
    """Take a batch out; rows of other batches that repeat its cases count from now on."""
    gone = find(batches(session), batch_id)
    session.run(sql.EMPTY_REPEATS)
    known = words(session)
    _drop(session, gone, known)
    _recount(session, known[gone.meta.dataset], gone.meta.dataset)
    return gone


def predecessor(ledger: list[BatchInfo], meta: BatchMeta) -> BatchInfo | None:
    """Return the earlier import of the same file.

    Raises `DataProblem` when synthetic and real cases would meet in one dataset.
    """
    same = [line for line in ledger if line.meta.dataset == meta.dataset]
    if any(line.meta.synthetic != meta.synthetic for line in same):
        held, new = ("real", "synthetic") if meta.synthetic else ("synthetic", "real")
        raise DataProblem(
            f"Dataset '{meta.dataset}' holds {held} cases, '{meta.file_name}' holds {new} ones; "
            "they are never mixed: import it into another dataset.",
        )
    return next((line for line in same if line.meta.file_key == meta.file_key), None)


def find(ledger: list[BatchInfo], batch_id: int) -> BatchInfo:
    """Return one batch; raises `DataProblem` when it is not in the ledger."""
    for line in ledger:
        if line.batch_id == batch_id:
            return line
    known = ", ".join(str(line.batch_id) for line in ledger) or "none"
    raise DataProblem(f"There is no batch {batch_id} in the vault (it holds: {known}); see 'batches'.")


def check_dataset(ledger: list[BatchInfo], dataset: str) -> None:
    """Raise `DataProblem` when the vault holds nothing of a dataset."""
    names = sorted({line.meta.dataset for line in ledger})
    if dataset not in names:
        raise DataProblem(
            f"There is no dataset '{dataset}' in the vault (it holds: {', '.join(names) or 'nothing yet'}); "
            "import a file into it first.",
        )


def words(session: Session) -> dict[str, int]:
    """Return the vault's words and their numbers."""
    return dict(session.run(sql.WORDS))


def _as_table(batch_id: int, used: dict[str, int]) -> pa.Table:
    return pa.table(
        {
            "batch_id": pa.array([batch_id] * len(used), pa.int32()),
            "code": pa.array(used.values(), pa.int32()),
            "word": pa.array(used, pa.string()),
        }
    )


def _drop(session: Session, gone: BatchInfo, known: dict[str, int]) -> None:
    session.run(sql.REPEATS_LEFT_BEHIND, known[gone.meta.dataset], gone.batch_id, gone.batch_id)
    session.run(sql.REMEMBER_PAID, gone.meta.dataset, gone.batch_id)
    session.run(sql.DROP_ROWS, gone.batch_id)
    session.run(sql.DROP_WORDS, gone.batch_id)
    session.run(sql.DROP_LEDGER_LINE, gone.batch_id)


def _recount(session: Session, code: int, dataset: str) -> bool:
    """Restore the rule which rows count; False when no case of the change is held twice."""
    if not session.run(sql.ANY_REPEATS)[0][0]:
        return False
    session.run(sql.RECOUNT, code)
    session.run(sql.RECOUNT_LEDGER, dataset)
    return True


def entries(session: Session, dataset: str) -> tuple[spending.SpendingLine, ...]:
    """Return the privacy ledger of a dataset; raises `DataProblem` when it was edited, or is behind the batches."""
    told = spending.read_lines((str(line[0]) for line in session.run(sql.SPENDING, dataset)), dataset)
    check_not_behind(told, batches(session, dataset), dataset)
    return told


def check_not_behind(told: tuple[spending.SpendingLine, ...], lines: list[BatchInfo], dataset: str) -> None:
    """Raise `DataProblem` when batches were measured by an attempt the ledger does not know."""
    known = max((entry.attempt for entry in told), default=0)
    if any(line.measured > known for line in lines):
        raise DataProblem(
            f"The privacy ledger of dataset '{dataset}' is missing or older than its cases; nothing was measured: "
            "restore the vault from one whole copy.",
        )


def begin(session: Session, dataset: str, plan: spending.MeasurementPlan) -> spending.SpendingLine:
    """Write a measurement into the ledger and mark what it covers, before anything is counted.

    Measurements that never arrived are closed first. Raises `DataProblem` when the budget does not allow it.
    """
    check_dataset(batches(session), dataset)
    code = words(session)[dataset]
    told = entries(session, dataset)
    for attempt in spending.unresolved(told):
        told = _write(session, told, spending.give_up(told, attempt, plan.at))
        session.run(sql.FREE_BATCHES, dataset, attempt)
        session.run(sql.FREE_CASES, code, attempt)
        session.run(sql.FREE_GONE, dataset, attempt)
    entry = spending.announce(told, dataset, plan)
    _write(session, told, entry)
    if plan.kind == spending.RESTATE:
        session.run(sql.FORGET_PAID_CASES, code)
        session.run(sql.FORGET_PAID, dataset)
        session.run(sql.COVER_ALL, entry.attempt, dataset)
    else:
        session.run(sql.COVER_NEW, entry.attempt, dataset)
    return entry


def finish(session: Session, dataset: str, attempt: int, measured: str, at: str) -> None:
    """Write that a measurement is safe on disk."""
    told = entries(session, dataset)
    _write(session, told, spending.confirm(told, attempt, measured, at))


def _write(
    session: Session, told: tuple[spending.SpendingLine, ...], entry: spending.SpendingLine
) -> tuple[spending.SpendingLine, ...]:
    session.run(sql.SPEND, entry.dataset, len(told) + 1, entry.to_line())
    return (*told, entry)


def waiting(session: Session, dataset: str) -> int:
    """Return how many cases no measurement of the present statement has covered."""
    return int(session.run(sql.WAITING, dataset)[0][0])


def covered(session: Session, dataset: str, attempt: int | None) -> list[int] | None:
    """Return the batches an attempt covers; None, which is every case, for no attempt."""
    if attempt is None:
        return None
    return [line.batch_id for line in batches(session, dataset) if line.measured == attempt]
