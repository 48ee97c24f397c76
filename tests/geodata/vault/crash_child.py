"""Import the same file again and again, until somebody kills the process that does it.

Revision r of the file has ``SIZE + r`` rows, all in county ``KE(r mod 47 + 1)``: whoever finds
another number of rows, or two counties, has found half an import.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import duckdb  # noqa: F401 - loaded once, before forking
import psycopg  # noqa: F401
import pyarrow as pa

from geodata.settings import DataSettings
from geodata.vault import duck, open_vault, postgres, spark  # noqa: F401
from geodata.vault.batch import ROW_SCHEMA, BatchMeta

SIZE = 20_000


def county_of(revision: int) -> str:
    """Return the one county of a revision."""
    return f"KE{revision % 47 + 1:03d}"


def revision_rows(revision: int) -> pa.Table:
    """Return the rows of a revision."""
    size = SIZE + revision
    columns = {}
    for column in ROW_SCHEMA:
        if column.name == "case_id":
            columns[column.name] = pa.array([f"{number:016x}" for number in range(size)])
        elif column.name == "county":
            columns[column.name] = pa.array([county_of(revision)] * size)
        elif pa.types.is_string(column.type):
            columns[column.name] = pa.array(["unknown"] * size)
        else:
            columns[column.name] = pa.array(range(size), pa.int32())
    return pa.table(columns)


def imports(home: str, address: str, first: int) -> None:
    """Store revisions ``first`` … ``first + 4`` in turn, many times."""
    vault = open_vault(DataSettings(home=Path(home), vault=address))
    tables = [revision_rows(revision) for revision in range(first, first + 5)]
    say(f"{os.getpid()}")
    for _ in range(200):
        for rows in tables:
            vault.store_batch(BatchMeta("crash", "file", "file.csv"), rows)
            say("stored")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(home: str, address: str) -> None:
    """Fork a process that imports for every number on the standard input; say its process id.

    Libraries are loaded once, so a test can kill a hundred imports in a minute.
    """
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            imports(home, address, int(line))
            os._exit(0)
        os.waitpid(process, 0)
        say("gone")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
