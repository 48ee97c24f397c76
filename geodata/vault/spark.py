"""The vault as a folder of Parquet files counted by Spark: a national or regional archive.

``ledger.json`` names the folders that hold the batches; replacing it is the commit, so a killed
import leaves only folders nobody names, which the next import removes. Files are never changed:
a batch whose rows count differently after an import gets a new folder. One writer at a time holds
``.lock``; readers wait for nobody. The folder may be on any shared file system that renames
atomically. Encryption at rest is the file system's business.
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
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from geodata.cells import RawCells
from geodata.values import DataProblem
from geodata.vault import counting
from geodata.vault import statements as sql
from geodata.vault.batch import DUPLICATES_SCHEMA, BatchInfo, BatchMeta, StoreResult, check_rows
from geodata.vault.ledger import check_dataset, find, predecessor
from geodata.vault.words import encode

PATIENCE_S = 20.0
"""How long a command waits for another one to leave the archive."""

LOCAL = "local[*]"
"""Spark's master unless the address names another: this machine, reachable from nowhere else."""

_PAUSE_S = 0.1
_ATTEMPTS = 3
_RANKED = """
    SELECT batch_id, entry, row_number, counted,
           row_number() OVER (PARTITION BY case_id ORDER BY batch_id, entry) AS place,
           first_value(batch_id) OVER (PARTITION BY case_id ORDER BY batch_id, entry) AS other_batch,
           first_value(row_number) OVER (PARTITION BY case_id ORDER BY batch_id, entry) AS other_row
    FROM held WHERE case_id IN (SELECT case_id FROM touched)
"""
"""Rows of the cases an import touches, with their place; place 1 is the one that counts."""

_TYPES = {"case_id": "STRING", "counted": "BOOLEAN"}
_COLUMNS = ", ".join(f"{name} {_TYPES.get(name, 'INT')}" for name in sql.CASE_COLUMNS)


@dataclass(frozen=True, slots=True)
class _Ledger:
    """What ``ledger.json`` holds. folders: batch → its folder."""

    next_batch: int = 1
    words: dict[str, int] = dataclasses.field(default_factory=dict)
    batches: tuple[BatchInfo, ...] = ()
    folders: dict[int, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SparkVault:
    """`geodata.vault.Vault` in a folder; see there for what each verb promises."""

    root: Path
    master: str = LOCAL
    patience_s: float = PATIENCE_S

    def store_batch(self, meta: BatchMeta, rows: pa.Table) -> StoreResult:
        """Add or replace a batch; visible once the ledger is replaced."""
        rows = check_rows(rows)
        with self._writing() as ledger:
            earlier = predecessor(list(ledger.batches), meta)
            batch_id = ledger.next_batch if earlier is None else earlier.batch_id
            cases, fresh = encode(meta.dataset, batch_id, rows, ledger.words)
            info = BatchInfo(
                batch_id=batch_id,
                revision=1 if earlier is None else earlier.revision + 1,
                meta=meta,
                rows=rows.num_rows,
                counted=rows.num_rows,
            )
            folder = self._new_folder(batch_id)
            parquet.write_table(cases, folder / "part-0.parquet")
            kept = tuple(line for line in ledger.batches if line.batch_id != batch_id)
            told = _Ledger(
                next_batch=max(ledger.next_batch, batch_id + 1),
                words=ledger.words | fresh,
                batches=tuple(sorted((*kept, info), key=lambda line: line.batch_id)),
                folders=ledger.folders | {batch_id: folder.name},
            )
            touching = [folder.name]
            if earlier is not None:
                touching.append(ledger.folders[batch_id])
            duplicates = DUPLICATES_SCHEMA.empty_table()
            alone = len(_of(told, meta.dataset)) == 1
            if not (alone and pc.count_distinct(rows["case_id"]).as_py() == rows.num_rows):
                told, duplicates = self._recounted(told, meta.dataset, touching, batch_id)
            self._commit(told)
        return StoreResult(
            batch_id=batch_id,
            rows=rows.num_rows,
            counted=rows.num_rows - duplicates.num_rows,
            replaced=earlier is not None,
            duplicates=duplicates,
        )

    def batches(self, dataset: str | None = None) -> list[BatchInfo]:
        """Return the ledger, oldest batch first; empty when there is no archive yet."""
        return [line for line in self._ledger().batches if dataset in (None, line.meta.dataset)]

    def undo(self, batch_id: int) -> BatchInfo:
        """Take a batch out; gone once the ledger is replaced."""
        find(self.batches(), batch_id)
        with self._writing() as ledger:
            gone = find(list(ledger.batches), batch_id)
            told = dataclasses.replace(
                ledger,
                batches=tuple(line for line in ledger.batches if line.batch_id != batch_id),
                folders={number: name for number, name in ledger.folders.items() if number != batch_id},
            )
            told, _ = self._recounted(told, gone.meta.dataset, [ledger.folders[batch_id]], batch_id)
            self._commit(told)
        return gone

    def base_cells(self, dataset: str) -> RawCells:
        """Count the persons of a dataset."""
        import ibis  # noqa: PLC0415 - a second of start-up that only counting needs

        for attempt in range(1, _ATTEMPTS + 1):
            ledger = self._ledger()
            check_dataset(list(ledger.batches), dataset)
            try:
                with _sentences(self.root):
                    session = _session(self.master)
                    self._view(session, "cases", [ledger.folders[line.batch_id] for line in _of(ledger, dataset)])
                    cases = ibis.pyspark.from_connection(session).table("cases")
                    counted = counting.base_cells(cases, ledger.words[dataset])
                    found = session.sql(ibis.to_sql(counted, dialect="pyspark")).toArrow()
                    return counting.canonical(found.to_batches(), ledger.words)
            except DataProblem:
                # An import may have removed a folder of the ledger read above: read it again.
                if attempt == _ATTEMPTS or self._ledger() == ledger:
                    raise
        raise DataProblem(f"The archive {self.root} changes too often to be read; try again.")

    def _recounted(self, ledger: _Ledger, dataset: str, touching: list[str], batch_id: int) -> tuple[_Ledger, pa.Table]:
        """Restore the rule which rows count after the batches in the folders ``touching`` came or went.

        Returns the ledger with the new folders and the duplicates of one batch.
        """
        members = _of(ledger, dataset)
        nothing = DUPLICATES_SCHEMA.empty_table()
        if not members:
            return ledger, nothing
        session = _session(self.master)
        self._view(session, "held", [ledger.folders[line.batch_id] for line in members])
        self._view(session, "touched", touching)
        kept = session.sql(_RANKED).cache()
        try:
            kept.createOrReplaceTempView("ranked")
            changed = "SELECT batch_id, entry, place = 1 AS counts FROM ranked WHERE counted <> (place = 1)"
            session.sql(changed).createOrReplaceTempView("changed")
            again = {line.batch_id for line in session.sql("SELECT DISTINCT batch_id FROM changed").collect()}
            for number in sorted(again):
                ledger = self._rewritten(session, ledger, number)
            mine = kept.where((kept.batch_id == batch_id) & (kept.place > 1))
            found = mine.orderBy("row_number", "entry").select(*DUPLICATES_SCHEMA.names).toArrow()
        finally:
            kept.unpersist()
        return ledger, found.cast(DUPLICATES_SCHEMA)

    def _rewritten(self, session: Any, ledger: _Ledger, number: int) -> _Ledger:
        """Write one batch into a new folder with its rows counted as the view ``changed`` says."""
        self._view(session, "stale", [ledger.folders[number]])
        columns = ", ".join(f"stale.{name}" for name in sql.CASE_COLUMNS if name != "counted")
        rows = session.sql(
            f"SELECT {columns}, coalesce(changed.counts, stale.counted) AS counted FROM stale "  # noqa: S608
            "LEFT JOIN changed ON changed.batch_id = stale.batch_id AND changed.entry = stale.entry"
        ).select(*sql.CASE_COLUMNS)
        folder = self._new_folder(number)
        rows.write.mode("append").parquet(str(folder))
        counted = session.read.parquet(str(folder)).where("counted").count()
        lines = (
            dataclasses.replace(line, counted=counted) if line.batch_id == number else line for line in ledger.batches
        )
        return dataclasses.replace(ledger, batches=tuple(lines), folders=ledger.folders | {number: folder.name})

    def _view(self, session: Any, name: str, folders: list[str]) -> None:
        paths = [str(self.root / "batches" / folder) for folder in folders]
        session.read.schema(_COLUMNS).parquet(*paths).createOrReplaceTempView(name)

    def _new_folder(self, batch_id: int) -> Path:
        folder = self.root / "batches" / f"{batch_id:06d}-{uuid.uuid4().hex[:12]}"
        folder.mkdir(parents=True)
        return folder

    def _ledger(self) -> _Ledger:
        try:
            told = json.loads((self.root / "ledger.json").read_text("utf-8"))
        except FileNotFoundError:
            return _Ledger()
        except (OSError, ValueError) as problem:
            raise DataProblem(f"The ledger of the archive {self.root} cannot be read: {problem}") from problem
        if told.get("schema_version") != sql.SCHEMA_VERSION:
            raise DataProblem(
                f"The archive {self.root} has layout {told.get('schema_version')}, this Njia reads layout "
                f"{sql.SCHEMA_VERSION}; use the version of Njia that made it.",
            )
        return _Ledger(
            next_batch=told["next_batch"],
            words=told["words"],
            batches=tuple(sql.ledger_line(line["line"]) for line in told["batches"]),
            folders={line["line"][0]: line["folder"] for line in told["batches"]},
        )

    def _commit(self, ledger: _Ledger) -> None:
        """Make every named folder durable, then replace the ledger."""
        for folder in ledger.folders.values():
            _sync(self.root / "batches" / folder)
        _sync(self.root / "batches")
        told = {
            "schema_version": sql.SCHEMA_VERSION,
            "next_batch": ledger.next_batch,
            "words": ledger.words,
            "batches": [
                {"line": sql.ledger_values(line), "folder": ledger.folders[line.batch_id]} for line in ledger.batches
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
    def _writing(self) -> Iterator[_Ledger]:
        with _sentences(self.root):
            (self.root / "batches").mkdir(parents=True, exist_ok=True, mode=0o700)
            with _turn(self.root / ".lock", self.patience_s):
                ledger = self._ledger()
                self._collect(ledger)
                yield ledger

    def _collect(self, ledger: _Ledger) -> None:
        """Remove folders the ledger does not name: what a killed import left, what was replaced."""
        named = set(ledger.folders.values())
        for folder in (self.root / "batches").iterdir():
            if folder.name not in named:
                shutil.rmtree(folder, ignore_errors=True)


def _of(ledger: _Ledger, dataset: str) -> list[BatchInfo]:
    return [line for line in ledger.batches if line.meta.dataset == dataset]


def _session(master: str) -> Any:
    """Return the running Spark session, or start one."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 - a Java machine that only this vault needs

    running = SparkSession.getActiveSession()
    if running is not None:
        return running
    builder = SparkSession.builder.appName("njia").master(master)
    options = {
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "1000000",
        "spark.driver.memory": "2g",
    }
    if master.startswith("local"):
        options |= {
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.sql.shuffle.partitions": "8",  # the default of 200 is for clusters: minutes for a small import
        }
    for name, value in options.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return session


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
def _sentences(root: Path) -> Iterator[None]:
    """Turn what Spark, Java and the file system say into one sentence; the original stays as the cause."""
    try:
        yield
    except DataProblem:
        raise
    except ImportError as problem:
        raise DataProblem(
            "A Spark archive needs PySpark 4.0 and Java 17 or 21; install both, or keep the vault in DuckDB.",
        ) from problem
    except OSError as problem:
        if problem.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
            raise DataProblem(
                f"The disk of the archive {root} is full; nothing was changed: free some space and try again.",
            ) from problem
        raise DataProblem(f"The archive {root} could not be used, nothing was changed: {problem}") from problem
    except Exception as problem:
        # Spark has no common base class: its own errors, Java's through py4j, a gateway that did not start.
        if type(problem).__module__.split(".")[0] not in ("pyspark", "py4j"):
            raise
        first = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
        raise DataProblem(f"Spark could not work on the archive {root}, nothing was changed: {first}") from problem
