"""The vault as a folder of Parquet files: a national or regional archive, before anybody counts it.

``ledger.json`` names the folders that hold the batches; replacing it is the commit, so a killed
import leaves only folders nobody names, which the next import removes. Files are never changed:
a batch whose rows count differently after an import gets a new folder. One writer at a time holds
``.lock``; readers wait for nobody. The folder may be on any shared file system that renames
atomically. Encryption at rest is the file system's business.

Importing needs no cluster: DuckDB looks for repeated cases in the Parquet files. Counting is
`geodata.vault.spark`'s.
"""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
from pyarrow import parquet

from geodata.values import DataProblem
from geodata.vault import statements as sql
from geodata.vault.batch import DUPLICATES_SCHEMA, BatchInfo, BatchMeta, StoreResult, check_rows
from geodata.vault.ledger import find, predecessor
from geodata.vault.words import encode

PATIENCE_S = 20.0
"""How long a command waits for another one to leave the archive."""

_PAUSE_S = 0.1
_RANKED = """
    CREATE TEMPORARY TABLE ranked AS
    SELECT batch_id, entry, row_number, counted,
           row_number() OVER cases_rows AS place,
           first_value(batch_id) OVER cases_rows AS other_batch,
           first_value(row_number) OVER cases_rows AS other_row
    FROM read_parquet(?) WHERE case_id IN (SELECT case_id FROM read_parquet(?))
    WINDOW cases_rows AS (PARTITION BY case_id ORDER BY batch_id, entry)
"""
"""Rows of the cases an import touches, with their place; place 1 is the one that counts."""

_REWRITTEN = f"""
    SELECT {", ".join(f"stale.{name}" for name in sql.CASE_COLUMNS if name not in {"counted", "paid"})},
           coalesce(ranked.place = 1, stale.counted) AS counted,
           CASE WHEN stale.paid IN (SELECT unnest(?::INTEGER[])) THEN 0 ELSE stale.paid END AS paid
    FROM read_parquet(?) AS stale
    LEFT JOIN ranked ON ranked.batch_id = stale.batch_id AND ranked.entry = stale.entry
"""  # noqa: S608 - constants only
_GONE = (
    "SELECT DISTINCT case_id, CASE WHEN paid <> 0 THEN paid ELSE attempt END AS attempt "
    "FROM (SELECT case_id, paid, ?::INTEGER AS attempt FROM read_parquet(?)) WHERE paid <> 0 OR attempt <> 0"
)
"""Cases of a batch that were measured, with the attempt that did: (attempt that covered the batch, files)."""

_MARKED = (
    "SELECT fresh.* REPLACE (coalesce(seen.attempt, 0)::INTEGER AS paid) FROM fresh LEFT JOIN "
    "(SELECT case_id, min(attempt) AS attempt FROM covered GROUP BY case_id) AS seen USING (case_id) ORDER BY entry"
)
_DUPLICATES = (
    "SELECT row_number, other_batch, other_row FROM ranked WHERE batch_id = ? AND place > 1 ORDER BY row_number, entry"
)

_SCHEMA = pa.schema(
    [pa.field(name, {"case_id": pa.string(), "counted": pa.bool_()}.get(name, pa.int32())) for name in sql.CASE_COLUMNS]
)


@dataclass(frozen=True, slots=True)
class Ledger:
    """What ``ledger.json`` holds.

    folders: batch → its folder; words: batch → word → number. spending: dataset → lines of its privacy ledger.
    gone: dataset → files that remember which cases of batches that are gone were measured.
    """

    next_batch: int = 1
    words: dict[int, dict[str, int]] = dataclasses.field(default_factory=dict)
    batches: tuple[BatchInfo, ...] = ()
    folders: dict[int, str] = dataclasses.field(default_factory=dict)
    spending: dict[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    gone: dict[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)

    def known(self) -> dict[str, int]:
        """Return every word and its number."""
        return {word: number for used in self.words.values() for word, number in used.items()}


@dataclass(frozen=True, slots=True)
class Archive:
    """Everything of `geodata.vault.Vault` but counting; see there for what each verb promises."""

    root: Path
    patience_s: float = PATIENCE_S

    def store_batch(self, meta: BatchMeta, rows: pa.Table) -> StoreResult:
        """Add or replace a batch; visible once the ledger is replaced."""
        rows = check_rows(rows)
        with self._writing() as ledger:
            earlier = predecessor(list(ledger.batches), meta)
            batch_id = ledger.next_batch if earlier is None else earlier.batch_id
            cases, used = encode(meta.dataset, batch_id, rows, ledger.known())
            info = BatchInfo(
                batch_id=batch_id,
                revision=1 if earlier is None else earlier.revision + 1,
                meta=meta,
                rows=rows.num_rows,
                counted=rows.num_rows,
            )
            ledger_with_gone = self._remembering(ledger, earlier)
            folder = self._new_folder(batch_id)
            cases = self._marked(ledger_with_gone, meta.dataset, cases, batch_id)
            parquet.write_table(cases.cast(_SCHEMA), folder / "part-0.parquet")
            kept = tuple(line for line in ledger.batches if line.batch_id != batch_id)
            told = dataclasses.replace(
                ledger_with_gone,
                next_batch=max(ledger.next_batch, batch_id + 1),
                words=ledger.words | {batch_id: used},
                batches=tuple(sorted((*kept, info), key=lambda line: line.batch_id)),
                folders=ledger.folders | {batch_id: folder.name},
            )
            touching = [folder.name]
            if earlier is not None:
                touching.append(ledger.folders[batch_id])
            told, duplicates = self._recounted(told, meta.dataset, touching, batch_id)
            self._commit(ledger, told)
        return StoreResult(
            batch_id=batch_id,
            rows=rows.num_rows,
            counted=rows.num_rows - duplicates.num_rows,
            replaced=earlier is not None,
            duplicates=duplicates,
        )

    def batches(self, dataset: str | None = None) -> list[BatchInfo]:
        """Return the ledger, oldest batch first; empty when there is no archive yet."""
        return [line for line in self.ledger().batches if dataset in (None, line.meta.dataset)]

    def undo(self, batch_id: int) -> BatchInfo:
        """Take a batch out; gone once the ledger is replaced."""
        find(self.batches(), batch_id)
        with self._writing() as ledger:
            gone = find(list(ledger.batches), batch_id)
            told = dataclasses.replace(
                self._remembering(ledger, gone),
                batches=tuple(line for line in ledger.batches if line.batch_id != batch_id),
                folders={number: name for number, name in ledger.folders.items() if number != batch_id},
                words={number: used for number, used in ledger.words.items() if number != batch_id},
            )
            told, _ = self._recounted(told, gone.meta.dataset, [ledger.folders[batch_id]], batch_id)
            self._commit(ledger, told)
        return gone

    def _recounted(self, ledger: Ledger, dataset: str, touching: list[str], batch_id: int) -> tuple[Ledger, pa.Table]:
        """Restore the rule which rows count after the batches in the folders ``touching`` came or went.

        Returns the ledger with the new folders and the duplicates of one batch.
        """
        held = [ledger.folders[line.batch_id] for line in members(ledger, dataset)]
        if not held:
            return ledger, DUPLICATES_SCHEMA.empty_table()
        with duckdb.connect(config={"temp_directory": str(self.root / ".tmp")}) as connection:
            connection.execute(_RANKED, [self._files(*held), self._files(*touching)])
            changed = "SELECT DISTINCT batch_id FROM ranked WHERE counted <> (place = 1) ORDER BY batch_id"
            for (number,) in connection.execute(changed).fetchall():
                ledger = self._rewritten(connection, ledger, number)
            duplicates = connection.execute(_DUPLICATES, [batch_id]).to_arrow_table()
        return ledger, duplicates.cast(DUPLICATES_SCHEMA)

    def _rewritten(
        self, connection: duckdb.DuckDBPyConnection, ledger: Ledger, number: int, free: list[int] | None = None
    ) -> Ledger:
        """Write one batch into a new folder with its rows counted as the table ``ranked`` says.

        free: attempts whose marks on rows are taken off.
        """
        folder = self._new_folder(number)
        rows = connection.execute(_REWRITTEN, [free or [], self._files(ledger.folders[number])])
        counted = 0
        with parquet.ParquetWriter(folder / "part-0.parquet", _SCHEMA) as writer:
            for batch in rows.to_arrow_reader():
                counted += batch.column("counted").true_count
                writer.write_batch(batch.select(_SCHEMA.names).cast(_SCHEMA))
        lines = (
            dataclasses.replace(line, counted=counted) if line.batch_id == number else line for line in ledger.batches
        )
        return dataclasses.replace(ledger, batches=tuple(lines), folders=ledger.folders | {number: folder.name})

    def _files(self, *folders: str) -> list[str]:
        return [str(self.root / "batches" / folder / "part-0.parquet") for folder in folders]

    def _new_folder(self, batch_id: int) -> Path:
        folder = self.root / "batches" / f"{batch_id:06d}-{uuid.uuid4().hex[:12]}"
        folder.mkdir(parents=True)
        return folder

    def ledger(self) -> Ledger:
        """Return what the archive holds now."""
        try:
            told = json.loads((self.root / "ledger.json").read_text("utf-8"))
        except FileNotFoundError:
            return Ledger()
        except (OSError, ValueError) as problem:
            raise DataProblem(f"The ledger of the archive {self.root} cannot be read: {problem}") from problem
        if told.get("schema_version") != sql.SCHEMA_VERSION:
            raise DataProblem(
                f"The archive {self.root} has layout {told.get('schema_version')}, this Njia reads layout "
                f"{sql.SCHEMA_VERSION}; use the version of Njia that made it.",
            )
        return Ledger(
            next_batch=told["next_batch"],
            words={line["line"][0]: line["words"] for line in told["batches"]},
            batches=tuple(sql.ledger_line(line["line"]) for line in told["batches"]),
            folders={line["line"][0]: line["folder"] for line in told["batches"]},
            spending={name: tuple(lines) for name, lines in told["spending"].items()},
            gone={name: tuple(files) for name, files in told["gone"].items()},
        )

    def _commit(self, before: Ledger, ledger: Ledger) -> None:
        """Make every new folder durable, then replace the ledger."""
        for folder in _named(ledger) - _named(before):
            _sync(self.root / "batches" / folder)
        _sync(self.root / "batches")
        told = {
            "schema_version": sql.SCHEMA_VERSION,
            "next_batch": ledger.next_batch,
            "spending": ledger.spending,
            "gone": ledger.gone,
            "batches": [
                {
                    "line": sql.ledger_values(line),
                    "folder": ledger.folders[line.batch_id],
                    "words": ledger.words[line.batch_id],
                }
                for line in ledger.batches
            ],
        }
        draft = self.root / "ledger.json.new"
        with draft.open("w", encoding="utf-8") as stream:
            json.dump(told, stream, ensure_ascii=False)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(self.root / "ledger.json")
        _sync(self.root)

    @contextmanager
    def _writing(self) -> Iterator[Ledger]:
        with sentences(self.root):
            (self.root / "batches").mkdir(parents=True, exist_ok=True, mode=0o700)
            with _turn(self.root / ".lock", self.patience_s):
                ledger = self.ledger()
                self._collect(ledger)
                yield ledger

    def _remembering(self, ledger: Ledger, gone: BatchInfo | None) -> Ledger:
        """Return the ledger with a file that remembers which cases of a batch that goes were measured."""
        if gone is None or not ledger.spending.get(gone.meta.dataset):
            return ledger
        folder = self._new_folder(gone.batch_id)
        source = self._files(ledger.folders[gone.batch_id])
        with duckdb.connect() as connection:
            paid = connection.execute(_GONE, [gone.measured, source]).to_arrow_table()
        if not paid.num_rows:
            return ledger
        parquet.write_table(paid, folder / "part-0.parquet")
        dataset = gone.meta.dataset
        kept = {**ledger.gone, dataset: (*ledger.gone.get(dataset, ()), folder.name)}
        return dataclasses.replace(ledger, gone=kept)

    def _marked(self, ledger: Ledger, dataset: str, cases: pa.Table, batch_id: int) -> pa.Table:
        """Mark the rows of a new batch whose cases were measured before."""
        if not ledger.spending.get(dataset):
            return cases
        with duckdb.connect() as connection:
            connection.execute("CREATE TABLE covered (case_id VARCHAR, attempt INTEGER)")
            for line in members(ledger, dataset):
                if line.batch_id != batch_id:
                    connection.execute(
                        f"INSERT INTO covered {_GONE}",
                        [line.measured, self._files(ledger.folders[line.batch_id])],
                    )
            for name in ledger.gone.get(dataset, ()):
                connection.execute("INSERT INTO covered SELECT * FROM read_parquet(?)", [self._files(name)])
            connection.register("fresh", cases)
            return connection.execute(_MARKED).to_arrow_table().select(cases.column_names)

    def _collect(self, ledger: Ledger) -> None:
        """Remove folders the ledger does not name: what a killed import left, what was replaced."""
        named = _named(ledger)
        for folder in (self.root / "batches").iterdir():
            if folder.name not in named:
                shutil.rmtree(folder, ignore_errors=True)


def _named(ledger: Ledger) -> set[str]:
    """Return every folder a ledger names."""
    return {*ledger.folders.values(), *(name for files in ledger.gone.values() for name in files)}


def members(ledger: Ledger, dataset: str) -> list[BatchInfo]:
    """Return the batches of one dataset."""
    return [line for line in ledger.batches if line.meta.dataset == dataset]


def _sync(path: Path) -> None:
    """Make a folder and the files in it durable."""
    for place in [path, *(held for held in path.iterdir() if held.is_file())]:
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _turn(path: Path, patience_s: float) -> Iterator[None]:
    """Hold the archive's lock file; the operating system drops it when the process dies."""
    import fcntl  # noqa: PLC0415 - not on Windows, where only this vault does without

    until = time.monotonic() + patience_s
    with path.open("w") as handle:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as problem:
                if time.monotonic() > until:
                    raise DataProblem(
                        f"The archive {path.parent} is in use by another import; "
                        "wait until it has finished and try again.",
                    ) from problem
            time.sleep(_PAUSE_S)
        yield


@contextmanager
def sentences(root: Path) -> Iterator[None]:
    """Turn what the file system and DuckDB say into one sentence; the original stays as the cause."""
    try:
        yield
    except (OSError, duckdb.Error) as problem:
        full = isinstance(problem, OSError) and problem.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
        if full or "No space left" in str(problem):
            raise DataProblem(
                f"The disk of the archive {root} is full; nothing was changed: free some space and try again.",
            ) from problem
        first = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
        raise DataProblem(f"The archive {root} could not be used, nothing was changed: {first}") from problem
