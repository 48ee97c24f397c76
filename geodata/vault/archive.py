"""The vault as a folder of Parquet files: a national or regional archive, before anybody counts it.

``ledger.json`` (`archive_ledger`) names the folders that hold the batches; replacing it is the commit, so a killed
import leaves only folders nobody names, which the next import removes. Files are never changed: a batch whose rows
count differently after an import gets a new folder. One writer at a time holds ``.lock``; readers wait for nobody.
The folder may be on any shared file system that renames atomically. Encryption at rest is the file system's business.

Importing needs no cluster and reads no other batch: `case_index` knows which cases are here already. Counting is
`geodata.vault.spark`'s.
"""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import parquet

from geodata import files
from geodata.values import DataProblem
from geodata.vault import case_index
from geodata.vault import statements as sql
from geodata.vault.archive_ledger import Ledger, read_ledger, write_ledger
from geodata.vault.batch import DUPLICATES_SCHEMA, BatchInfo, BatchMeta, StoreResult, check_rows
from geodata.vault.case_index import IndexRows, Ranking, Run
from geodata.vault.ledger import find, predecessor
from geodata.vault.words import encode

PATIENCE_S = 20.0
"""How long a command waits for another one to leave the archive."""

_PART = "part-0.parquet"
_SCHEMA = pa.schema(
    [pa.field(name, {"case_id": pa.string(), "counted": pa.bool_()}.get(name, pa.int32())) for name in sql.CASE_COLUMNS]
)


@dataclass(frozen=True, slots=True)
class Archive:
    """Everything of `geodata.vault.Vault` but counting; see there for what each verb promises."""

    root: Path
    patience_s: float = PATIENCE_S

    def store_batch(self, meta: BatchMeta, rows: pa.Table) -> StoreResult:
        """Add or replace a batch; visible once the ledger is replaced."""
        rows = check_rows(rows)
        with self._writing() as before:
            earlier = predecessor(list(before.batches), meta)
            left = before if earlier is None else _without(before, earlier)
            batch_id = before.next_batch if earlier is None else earlier.batch_id
            revision = 1 if earlier is None else earlier.revision + 1
            cases, used = encode(meta.dataset, batch_id, rows, before.known())
            fresh = case_index.rows_of(cases, before.next_serial)
            touched = fresh if earlier is None else case_index.joined([fresh, self._rows_of(before, earlier)])
            told = self._with(left, BatchInfo(batch_id, revision, meta, rows.num_rows, rows.num_rows), used, fresh)
            same = case_index.same_cases(self._runs(told, meta.dataset), touched)
            after = case_index.ranked(same, told.batch_of(meta.dataset))
            mine = after.of_batch(batch_id)
            paid = case_index.earliest_attempt(same, left.attempt_of(meta.dataset), before.next_serial)
            parquet.write_table(_marked(cases, after.counts[mine], paid), self._file(told.folders[batch_id]))
            told = _with_counted(told, batch_id, int(after.counts[mine].sum()))
            told = self._recounted(told, case_index.ranked(same, before.batch_of(meta.dataset)), after)
            self._commit(before, self._merged(told, meta.dataset))
        duplicates = _duplicates(after, mine)
        counted = rows.num_rows - duplicates.num_rows
        return StoreResult(
            batch_id,
            rows.num_rows,
            counted,
            replaced=earlier is not None,
            duplicates=duplicates,
            replaced_measured=bool(earlier and (earlier.measured or paid.any())),
        )

    def batches(self, dataset: str | None = None) -> list[BatchInfo]:
        """Return the ledger, oldest batch first; empty when there is no archive yet."""
        return [line for line in self.ledger().batches if dataset in (None, line.meta.dataset)]

    def undo(self, batch_id: int) -> BatchInfo:
        """Take a batch out; gone once the ledger is replaced."""
        find(self.batches(), batch_id)
        with self._writing() as before:
            gone = find(list(before.batches), batch_id)
            dataset = gone.meta.dataset
            told = _without(before, gone)
            same = case_index.same_cases(self._runs(before, dataset), self._rows_of(before, gone))
            rankings = (case_index.ranked(same, ledger.batch_of(dataset)) for ledger in (before, told))
            self._commit(before, self._recounted(told, *rankings))
        return gone

    def state_terms(self, batch_id: int, terms: str) -> None:
        """Write the terms of a batch that has none; there once the ledger is replaced."""
        find(self.batches(), batch_id)
        with self._writing() as before:
            stated = tuple(
                replace(line, meta=replace(line.meta, terms=terms))
                if line.batch_id == batch_id and not line.meta.terms
                else line
                for line in before.batches
            )
            self._commit(before, replace(before, batches=stated))

    def ledger(self) -> Ledger:
        """Return what the archive holds now."""
        return read_ledger(self.root)

    def _with(self, ledger: Ledger, info: BatchInfo, used: dict[str, int], fresh: IndexRows) -> Ledger:
        """Return the ledger with a new batch, its folder made, and its cases in the index."""
        number, dataset = info.batch_id, info.meta.dataset
        index = self._new_folder("index")
        run = Run(index.name, case_index.write_run(index, [fresh]))
        return replace(
            ledger,
            next_batch=max(ledger.next_batch, number + 1),
            next_serial=ledger.next_serial + 1,
            words=ledger.words | {number: used},
            batches=tuple(sorted((*ledger.batches, info), key=lambda line: line.batch_id)),
            folders=ledger.folders | {number: self._new_folder(f"{number:06d}").name},
            serials=ledger.serials | {number: ledger.next_serial},
            runs=ledger.runs | {dataset: (*ledger.runs.get(dataset, ()), run)},
        )

    def _recounted(self, ledger: Ledger, before: Ranking, after: Ranking) -> Ledger:
        """Write anew the batches of which rows count differently now; both rankings are of the same cases."""
        common = np.intersect1d(before.rows.serial, after.rows.serial)
        was, now = (np.isin(ranking.rows.serial, common) for ranking in (before, after))
        changed = before.counts[was] != after.counts[now]
        batches, entries = after.batch[now][changed], after.rows.entry[now][changed]
        for number in np.unique(batches).tolist():
            ledger = self._rewritten(ledger, number, turned=entries[batches == number])
        return ledger

    def _rewritten(
        self, ledger: Ledger, number: int, *, turned: NDArray[np.int32] | None = None, free: Collection[int] = ()
    ) -> Ledger:
        """Write one batch into a new folder.

        turned: entries that count now if they did not, and the other way round. free: attempts whose marks are off.
        """
        folder = self._new_folder(f"{number:06d}")
        counted = 0
        with (
            parquet.ParquetFile(self._file(ledger.folders[number])) as old,
            parquet.ParquetWriter(self._file(folder.name), _SCHEMA) as new,
        ):
            for rows in old.iter_batches():
                cases = pa.Table.from_batches([rows])
                turn = np.isin(cases["entry"].to_numpy(), turned if turned is not None else [])
                counts = cases["counted"].to_numpy() ^ turn
                paid = cases["paid"].to_numpy()
                new.write_table(_marked(cases, counts, np.where(np.isin(paid, list(free)), 0, paid)))
                counted += int(counts.sum())
        return _with_counted(replace(ledger, folders=ledger.folders | {number: folder.name}), number, counted)

    def _merged(self, ledger: Ledger, dataset: str) -> Ledger:
        """Merge the newest runs of the index where they have grown alike."""
        runs = ledger.runs[dataset]
        number = case_index.due(runs)
        if number == 1:
            return ledger
        folder = self._new_folder("index")
        standing = {*ledger.batch_of(dataset), *ledger.departed.get(dataset, {})}
        parts = case_index.merged(lambda: self._runs(ledger, dataset)[-number:], standing)
        run = Run(folder.name, case_index.write_run(folder, parts))
        return replace(ledger, runs=ledger.runs | {dataset: (*runs[:-number], run)})

    def _runs(self, ledger: Ledger, dataset: str) -> list[IndexRows]:
        return [case_index.open_run(self._folder(run.folder), run.rows) for run in ledger.runs[dataset]]

    def _rows_of(self, ledger: Ledger, info: BatchInfo) -> IndexRows:
        """Return the rows of the index of a batch that is here, from its own file."""
        path = self._file(ledger.folders[info.batch_id])
        cases = parquet.read_table(path, columns=["case_id", "entry", "row_number"])
        return case_index.rows_of(cases, ledger.serials[info.batch_id])

    def _folder(self, name: str) -> Path:
        return self.root / "batches" / name

    def _file(self, folder: str) -> str:
        return str(self._folder(folder) / _PART)

    def _files(self, *folders: str) -> list[str]:
        return [self._file(folder) for folder in folders]

    def _new_folder(self, kind: str) -> Path:
        folder = self._folder(f"{kind}-{uuid.uuid4().hex[:12]}")
        folder.mkdir(parents=True)
        return folder

    def _commit(self, before: Ledger, ledger: Ledger) -> None:
        """Make every new folder durable, then replace the ledger."""
        for name in ledger.named() - before.named():
            _sync(self._folder(name))
        _sync(self.root / "batches")
        write_ledger(self.root, ledger)

    @contextmanager
    def _writing(self) -> Iterator[Ledger]:
        with sentences(self.root):
            (self.root / "batches").mkdir(parents=True, exist_ok=True, mode=0o700)
            with files.patient_lock(self.root / ".lock", self.patience_s):
                ledger = self.ledger()
                self._collect(ledger)
                yield ledger

    def _collect(self, ledger: Ledger) -> None:
        """Remove folders the ledger does not name: what a killed import left, what was replaced."""
        named = ledger.named()
        for folder in (self.root / "batches").iterdir():
            if folder.name not in named:
                shutil.rmtree(folder, ignore_errors=True)
        files.collect(self.root)


def _without(ledger: Ledger, gone: BatchInfo) -> Ledger:
    """Return the ledger without a batch; that its cases were measured is not forgotten."""
    number, dataset = gone.batch_id, gone.meta.dataset
    departed = ledger.departed.get(dataset, {})
    if gone.measured:
        departed = departed | {ledger.serials[number]: gone.measured}
    return replace(
        ledger,
        batches=tuple(line for line in ledger.batches if line.batch_id != number),
        folders={batch: name for batch, name in ledger.folders.items() if batch != number},
        serials={batch: serial for batch, serial in ledger.serials.items() if batch != number},
        words={batch: used for batch, used in ledger.words.items() if batch != number},
        departed=ledger.departed | {dataset: departed},
    )


def _with_counted(ledger: Ledger, number: int, counted: int) -> Ledger:
    """Return the ledger with the number of rows of a batch that count."""
    lines = (replace(line, counted=counted) if line.batch_id == number else line for line in ledger.batches)
    return replace(ledger, batches=tuple(lines))


def _marked(cases: pa.Table, counted: NDArray[np.bool_], paid: NDArray[np.int32]) -> pa.Table:
    """Return a batch's rows, as they lie in its file, with these marks."""
    marks = {"counted": pa.array(counted), "paid": pa.array(paid, pa.int32())}
    columns = [marks[name] if name in marks else cases[name] for name in _SCHEMA.names]
    return pa.table(columns, names=_SCHEMA.names).cast(_SCHEMA)


def _duplicates(ranking: Ranking, mine: NDArray[np.int64]) -> pa.Table:
    """Return the rows of a batch that do not count, with the row that does."""
    again = mine[~ranking.counts[mine]]
    kept = ranking.leader[again]
    columns = (ranking.rows.row_number[again], ranking.batch[kept], ranking.rows.row_number[kept])
    arrays = [pa.array(column, pa.int32()) for column in columns]
    return pa.Table.from_arrays(arrays, schema=DUPLICATES_SCHEMA).sort_by("row_number")


def _sync(path: Path) -> None:
    """Make a folder and the files in it durable."""
    for place in [path, *(held for held in path.iterdir() if held.is_file())]:
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def sentences(root: Path) -> Iterator[None]:
    """Turn what the file system and DuckDB say into one sentence; the original stays as the cause."""
    try:
        yield
    except TimeoutError as problem:
        raise DataProblem(
            f"The archive {root} is in use by another import; wait until it has finished and try again.",
        ) from problem
    except (OSError, duckdb.Error) as problem:
        full = isinstance(problem, OSError) and problem.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
        if full or "No space left" in str(problem):
            raise DataProblem(
                f"The disk of the archive {root} is full; nothing was changed: free some space and try again.",
            ) from problem
        first = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
        raise DataProblem(f"The archive {root} could not be used, nothing was changed: {first}") from problem
