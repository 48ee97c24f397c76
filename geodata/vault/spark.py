"""The archive counted by Spark, on this machine or on a cluster.

`geodata.vault.archive` keeps the files; here is the one expression over them, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geodata.values import DataProblem
from geodata.vault import counting
from geodata.vault import statements as sql
from geodata.vault.archive_ledger import Ledger
from geodata.vault.ledger import check_dataset
from geodata.vault.measured_archive import MeasuredArchive

LOCAL = "local[*]"
"""Spark's master unless the address names another: this machine, reachable from nowhere else."""

_ATTEMPTS = 3
_VIEW = "cases"
_TYPES = {"case_id": "STRING", "counted": "BOOLEAN"}
_COLUMNS = ", ".join(f"{name} {_TYPES.get(name, 'INT')}" for name in sql.CASE_COLUMNS)


@dataclass(frozen=True, slots=True)
class SparkVault(MeasuredArchive):
    """`geodata.vault.Vault` in a folder; see there for what each verb promises."""

    master: str = LOCAL

    def sums(self, dataset: str, tables: counting.Tables, attempt: int | None = None) -> counting.Sums:
        """Count the persons of every table."""
        for tried in range(1, _ATTEMPTS + 1):
            ledger = self.ledger()
            check_dataset(list(ledger.batches), dataset)
            try:
                return self._counted(ledger, dataset, tables, attempt)
            except DataProblem:
                # An import may have removed a folder of the ledger read above: read it again.
                if tried == _ATTEMPTS or self.ledger() == ledger:
                    raise
        raise DataProblem(f"The archive {self.root} changes too often to be read; try again.")

    def _counted(self, ledger: Ledger, dataset: str, tables: counting.Tables, attempt: int | None) -> counting.Sums:
        held = [line.batch_id for line in ledger.members(dataset) if attempt in (None, line.measured)]
        words = ledger.known()
        query = counting.grouping_query(
            tables,
            cases=_VIEW,
            dataset=words[dataset],
            batches=None if attempt is None else held,
            dialect="spark",
        )
        if not held:
            return counting.gathered((), tables, words)
        with sentences(self.root):
            session = spark_session(self.master)
            files = session.read.schema(_COLUMNS).parquet(*self._files(*(ledger.folders[number] for number in held)))
            files.createOrReplaceTempView(_VIEW)
            return counting.gathered((tuple(row) for row in session.sql(query).collect()), tables, words)


def spark_session(master: str) -> Any:
    """Return the running Spark session, or start one."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 - a Java machine that only this vault needs

    running = SparkSession.getActiveSession()
    if running is not None:
        return running
    builder = SparkSession.builder.appName("njia")
    if master.startswith("sc://"):
        return builder.remote(master).getOrCreate()
    builder = builder.master(master)
    options = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}
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


@contextmanager
def sentences(root: Path) -> Iterator[None]:
    """Turn what Spark, Java and the file system say into one sentence; the original stays as the cause."""
    try:
        yield
    except DataProblem:
        raise
    except ImportError as problem:
        raise DataProblem(
            "A Spark archive needs PySpark 4.0 and Java 17 or 21; install both, or keep the vault in DuckDB.",
        ) from problem
    except Exception as problem:
        # Spark has no common base class: its own errors, Java's through py4j, a gateway that did not start.
        if type(problem).__module__.split(".")[0] not in ("pyspark", "py4j"):
            raise
        first = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
        raise DataProblem(
            f"Spark could not work on the archive {root}, nothing was changed: {first}. If it ran out of memory, give "
            "it more (for example PYSPARK_SUBMIT_ARGS='--driver-memory 2g pyspark-shell'); if a cluster did not "
            "answer, check ?master= in NJIA_VAULT; every machine of the cluster must be able to read the folder."
        ) from problem
