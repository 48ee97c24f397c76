"""The archive counted by Spark, on this machine or on a cluster.

`geodata.vault.archive` keeps the files; here is the one expression over them, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geodata.raw_cells import RawCells
from geodata.values import DataProblem
from geodata.vault import counting
from geodata.vault import statements as sql
from geodata.vault.archive import Archive, members
from geodata.vault.ledger import check_dataset

LOCAL = "local[*]"
"""Spark's master unless the address names another: this machine, reachable from nowhere else."""

_ATTEMPTS = 3
_TYPES = {"case_id": "STRING", "counted": "BOOLEAN"}
_COLUMNS = ", ".join(f"{name} {_TYPES.get(name, 'INT')}" for name in sql.CASE_COLUMNS)


@dataclass(frozen=True, slots=True)
class SparkVault(Archive):
    """`geodata.vault.Vault` in a folder; see there for what each verb promises."""

    master: str = LOCAL

    def base_cells(self, dataset: str) -> RawCells:
        """Count the persons of a dataset."""
        for attempt in range(1, _ATTEMPTS + 1):
            ledger = self.ledger()
            check_dataset(list(ledger.batches), dataset)
            folders = [ledger.folders[line.batch_id] for line in members(ledger, dataset)]
            words = ledger.known()
            try:
                return self._counted(folders, words[dataset], words)
            except DataProblem:
                # An import may have removed a folder of the ledger read above: read it again.
                if attempt == _ATTEMPTS or self.ledger() == ledger:
                    raise
        raise DataProblem(f"The archive {self.root} changes too often to be read; try again.")

    def _counted(self, folders: list[str], dataset: int, words: dict[str, int]) -> RawCells:
        import ibis  # noqa: PLC0415 - a second of start-up that only counting needs

        with _sentences(self.root):
            session = _session(self.master)
            files = session.read.schema(_COLUMNS).parquet(*self._files(*folders))
            files.createOrReplaceTempView("cases")
            cases = ibis.pyspark.from_connection(session).table("cases")
            counted = ibis.to_sql(counting.base_cells(cases, dataset), dialect="pyspark")
            return counting.gathered(session.sql(counted).toArrow().to_batches(), words)


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
    except Exception as problem:
        # Spark has no common base class: its own errors, Java's through py4j, a gateway that did not start.
        if type(problem).__module__.split(".")[0] not in ("pyspark", "py4j"):
            raise
        first = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
        raise DataProblem(f"Spark could not work on the archive {root}, nothing was changed: {first}") from problem
