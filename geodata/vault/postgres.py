"""The vault on a shared PostgreSQL server (15 or newer), in a schema of its own.

Every import and undo is one transaction under one advisory lock, so several stewards take turns;
counting reads one consistent snapshot and waits for nobody. Encryption at rest and who may
connect are the server's business. Passwords never appear in a sentence.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

import psycopg
import pyarrow as pa
from psycopg import sql as pg
from pyarrow import csv

from geodata.values import DataProblem
from geodata.vault import ledger
from geodata.vault import statements as sql
from geodata.vault.ledger_vault import LedgerVault
from geodata.vault.turns import being_measured

SCHEMA = "njia"
PATIENCE_S = 20.0
"""How long a command waits for another one to leave the vault."""

_TURN = 0x6E6A6961
"""Number of the advisory lock: "njia"."""

_MEASURING = 0x6D656173
"""First number of the advisory locks of datasets that are being measured: "meas"."""

_CREATE = (
    "CREATE SCHEMA IF NOT EXISTS {s}",
    *sql.CREATE,
    "CREATE INDEX IF NOT EXISTS cases_by_case ON {s}.cases (dataset, case_id)",
    "CREATE INDEX IF NOT EXISTS cases_by_batch ON {s}.cases (batch_id, entry)",
)


@dataclass(frozen=True, slots=True)
class _Session:
    connection: psycopg.Connection[tuple[Any, ...]]

    def run(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        query = pg.SQL(statement.replace("?", "%s")).format(s=pg.Identifier(SCHEMA))  # constants only
        with self.connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def append(self, table: str, rows: pa.Table) -> None:
        names = pg.SQL(", ").join(map(pg.Identifier, rows.column_names))
        into = pg.SQL("COPY {}.{} ({}) FROM STDIN (FORMAT csv)").format(
            pg.Identifier(SCHEMA), pg.Identifier(table), names
        )
        with self.connection.cursor() as cursor, cursor.copy(into) as copy:
            for batch in rows.to_batches():
                text = io.BytesIO()
                csv.write_csv(batch, text, csv.WriteOptions(include_header=False))
                copy.write(text.getbuffer())


@dataclass(frozen=True, slots=True)
class PostgresVault(LedgerVault):
    """`geodata.vault.Vault` on a PostgreSQL server; see there for what each verb promises."""

    dialect: ClassVar[str] = "postgres"
    cases: ClassVar[str] = f"{SCHEMA}.cases"

    address: str = field(repr=False)
    patience_s: float = PATIENCE_S

    @contextmanager
    def measuring(self, dataset: str) -> Iterator[None]:
        """Hold the place in which a dataset is measured, on every machine; the server frees it when one goes away."""
        with self._transaction() as connection:
            session = _Session(connection)
            session.run("SET LOCAL idle_in_transaction_session_timeout = 0")
            session.run(f"SET LOCAL lock_timeout = {int(self.patience_s * 1000)}")
            try:
                session.run("SELECT pg_advisory_xact_lock(?, hashtext(?))", _MEASURING, dataset)
            except psycopg.errors.LockNotAvailable as problem:
                raise being_measured(dataset) from problem
            yield

    def _rows(self, session: _Session, query: str) -> list[tuple[Any, ...]]:
        return session.connection.execute(query.encode()).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[_Session]:
        with self._transaction() as connection:
            session = _Session(connection)
            session.run(f"SET LOCAL lock_timeout = {int(self.patience_s * 1000)}")
            session.run("SELECT pg_advisory_xact_lock(?)", _TURN)
            for statement in (*_CREATE, sql.REPEATS_TABLE):
                session.run(statement)
            ledger.check_version(session)
            ledger.bring_up_to_date(session)
            yield session

    @contextmanager
    def _reading(self) -> Iterator[_Session | None]:
        with self._transaction() as connection:
            session = _Session(connection)
            session.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            if session.run("SELECT to_regclass(?)", f"{SCHEMA}.vault") == [(None,)]:
                yield None
            else:
                ledger.check_version(session)
                yield session

    @contextmanager
    def _transaction(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        try:
            with psycopg.connect(self.address, connect_timeout=10) as connection, connection.transaction():
                yield connection
        except psycopg.Error as problem:
            raise DataProblem(_sentence(problem)) from _without_secrets(problem)


def _sentence(problem: psycopg.Error) -> str:
    """Say what PostgreSQL says in one sentence for people."""
    if isinstance(problem, psycopg.errors.LockNotAvailable):
        return "The vault is in use by another import; wait until it has finished and try again."
    if isinstance(problem, psycopg.errors.DiskFull):
        return "The disk of the vault's server is full; nothing was changed: ask its administrator for space."
    if isinstance(problem, psycopg.errors.InsufficientPrivilege):
        return (
            f"This user may not write to the vault's server; ask its administrator for a schema '{SCHEMA}' "
            "or the right to create one."
        )
    if isinstance(problem, psycopg.ProgrammingError) and problem.sqlstate is None:
        return "The address in NJIA_VAULT is not understood; use postgres://user@host:5432/database."
    if isinstance(problem, psycopg.OperationalError):
        return (
            "The vault's PostgreSQL server cannot be reached, or does not let this user in, or went away; "
            "nothing was changed: check NJIA_VAULT and that the server runs."
        )
    first = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
    return f"The vault's server refused, nothing was changed: {first}"


def _without_secrets(problem: psycopg.Error) -> psycopg.Error | None:
    """Return the cause, unless its words may repeat the address with its password."""
    return problem if problem.sqlstate else None
