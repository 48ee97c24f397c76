"""The vault as one DuckDB file: the default, for one steward on one machine.

Encrypted at rest (AES-256-GCM) when a key is set. The file is opened for one operation at a time
and closed again, so that commands, the steward's desk and a second user take turns; who finds it
busy waits a little and then gets one sentence. Killed in the middle of an import, DuckDB's
write-ahead log leaves the vault as it was before.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, cast

import duckdb
import pyarrow as pa

from geodata.values import DataProblem
from geodata.vault import ledger
from geodata.vault import statements as sql
from geodata.vault.ledger_vault import LedgerVault
from geodata.vault.turns import measuring_turn

PATIENCE_S = 20.0
"""How long a command waits for another one to leave the vault."""

_PAUSE_S = 0.1
_SCHEMA = "held.main"

# DuckDB drops its lock on a file when any other handle of the same process closes: one at a time.
_turns: dict[Path, threading.Lock] = {}
_turns_guard = threading.Lock()


@dataclass(frozen=True, slots=True)
class _Session:
    connection: duckdb.DuckDBPyConnection

    def run(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        return self.connection.execute(statement.format(s=_SCHEMA), list(values)).fetchall()

    def append(self, table: str, rows: pa.Table) -> None:
        self.connection.register("incoming", rows)
        columns = ", ".join(rows.column_names)
        self.run(f"INSERT INTO {{s}}.{table} ({columns}) SELECT {columns} FROM incoming")  # noqa: S608 - our names
        self.connection.unregister("incoming")


@dataclass(frozen=True, slots=True)
class DuckVault(LedgerVault):
    """`geodata.vault.Vault` in a DuckDB file; see there for what each verb promises."""

    dialect: ClassVar[str] = "duckdb"
    cases: ClassVar[str] = f"{_SCHEMA}.cases"

    path: Path
    key: str | None = field(default=None, repr=False)
    patience_s: float = PATIENCE_S

    @contextmanager
    def measuring(self, dataset: str) -> Iterator[None]:
        """Hold the place in which a dataset is measured."""
        with measuring_turn(self.path, dataset, self.patience_s):
            yield

    def _rows(self, session: _Session, query: str) -> list[tuple[Any, ...]]:
        return session.connection.execute(query).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[_Session]:
        with _sentences(self.path):
            if not self.path.exists():
                self._create()
            with self._connection(read_only=False) as connection:
                session = _Session(connection)
                ledger.check_version(session)
                session.run(sql.REPEATS_TABLE)
                session.run("BEGIN TRANSACTION")
                try:
                    ledger.bring_up_to_date(session)
                    yield session
                    session.run("COMMIT")
                except BaseException:
                    # After a full disk DuckDB may refuse even this; closing rolls back as well.
                    with suppress(duckdb.Error):
                        session.run("ROLLBACK")
                    raise

    def _create(self) -> None:
        """Make an empty vault beside its place and move it there whole: no crash leaves half a file."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self.path.with_name(f".{self.path.name}.{os.getpid()}.{threading.get_ident()}")
        try:
            with duckdb.connect() as connection:
                self._attach(connection, draft, read_only=False, until=0.0)
                for statement in sql.CREATE:
                    _Session(connection).run(statement)
                connection.execute("DETACH held")
            draft.chmod(0o600)
            _move_if_absent(draft, self.path)
        finally:
            draft.unlink(missing_ok=True)

    @contextmanager
    def _reading(self) -> Iterator[_Session | None]:
        if not self.path.exists():
            yield None
            return
        with _sentences(self.path), self._connection(read_only=True) as connection:
            session = _Session(connection)
            ledger.check_version(session)
            yield session

    @contextmanager
    def _connection(self, *, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
        with _turns_guard:
            turn = _turns.setdefault(self.path.resolve(), threading.Lock())
        until = time.monotonic() + self.patience_s
        if not turn.acquire(timeout=self.patience_s):
            raise DataProblem(_busy(self.path, ""))
        try:
            connection = duckdb.connect()
            try:
                self._attach(connection, self.path, read_only=read_only, until=until)
                yield connection
            finally:
                connection.close()
        finally:
            turn.release()

    def _attach(self, connection: duckdb.DuckDBPyConnection, path: Path, *, read_only: bool, until: float) -> None:
        connection.execute("SET autoinstall_known_extensions = false")
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("SET enable_progress_bar = false")  # it would be written into `--json`
        connection.execute(f"SET temp_directory = {quoted(str(self.path.parent / 'vault.tmp'))}")
        options = ["READ_ONLY"] if read_only else []
        if self.key is not None:
            # DuckDB keeps the OpenSSL ciphers in httpfs.
            otherwise = "keep the vault on an encrypted disk and unset the key"
            load_extension(connection, "httpfs", "NJIA_VAULT_KEY is set", otherwise)
            connection.execute("SET temp_file_encryption = true")
            options.append(f"ENCRYPTION_KEY {quoted(self.key)}")
        target = f"ATTACH {quoted(str(path))} AS held"
        statement = f"{target} ({', '.join(options)})" if options else target
        while True:
            try:
                connection.execute(statement)
                break
            except duckdb.IOException as problem:
                if "Could not set lock" not in str(problem) or time.monotonic() > until:
                    raise
                time.sleep(_PAUSE_S)


def _move_if_absent(draft: Path, path: Path) -> None:
    """Put a file in its place unless another import founded the vault meanwhile."""
    try:
        os.link(draft, path)  # unlike renaming, replaces nothing
    except FileExistsError:
        return
    except OSError:  # a file system without links, such as a USB stick's
        if not path.exists():
            draft.rename(path)


def load_extension(connection: duckdb.DuckDBPyConnection, name: str, when: str, otherwise: str) -> None:
    """Load one of DuckDB's signed extensions from its wheel; nothing is fetched.

    when, otherwise: why it is needed and what to do without it, for the sentence where it is not installed.
    """
    try:
        folder = Path(str(_wheel(name).__path__[0]))
    except ImportError as problem:
        raise DataProblem(
            f"{when[:1].upper()}{when[1:]}, but the Python package 'duckdb-extension-{name}' is not installed; install "
            f"it, or {otherwise}.",
        ) from problem
    file = folder / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
    connection.execute(f"LOAD {quoted(str(file))}")


def _wheel(name: str) -> ModuleType:
    """Return the package that carries an extension; raises ImportError where it is not installed."""
    if name == "httpfs":
        import duckdb_extension_httpfs as wheel  # noqa: PLC0415 - only encrypted vaults and buckets need it
    elif name == "avro":
        import duckdb_extension_avro as wheel  # noqa: PLC0415
    else:
        import duckdb_extension_iceberg as wheel  # noqa: PLC0415
    return cast("ModuleType", wheel)


def quoted(text: str) -> str:
    """Return text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def _busy(path: Path, told: str) -> str:
    holder = re.search(r"\(PID (\d+)\)", told)
    who = f"another program (process {holder[1]})" if holder else "another command"
    return f"The vault {path} is in use by {who}; wait until it has finished and try again."


_SENTENCES = (
    ("Wrong encryption key", "The vault {path} does not open with this NJIA_VAULT_KEY; set the key it was made with."),
    ("without a key", "The vault {path} is encrypted; set NJIA_VAULT_KEY to the key it was made with."),
    ("is not encrypted", "The vault {path} was made without a key, but NJIA_VAULT_KEY is set; unset it."),
    ("No space left", "The disk of the vault {path} is full; nothing was changed: free some space and try again."),
    ("File too large", "The vault {path} may not grow further here; nothing was changed: make room and try again."),
    ("not a valid DuckDB", "The file {path} is not a Njia vault; give another address in NJIA_VAULT."),
    ("Permission denied", "The vault {path} may not be opened by this user; ask who owns the file."),
    ("does not exist", "The file {path} is not a Njia vault; give another address in NJIA_VAULT."),
)


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    """Turn what DuckDB says into one sentence for people; the original stays as the cause."""
    try:
        yield
    except (duckdb.Error, OSError) as problem:
        told = str(problem)
        if "Could not set lock" in told:
            raise DataProblem(_busy(path, told)) from problem
        for sign, sentence in _SENTENCES:
            if sign in told:
                raise DataProblem(sentence.format(path=path)) from problem
        first = told.splitlines()[0] if told else type(problem).__name__
        raise DataProblem(f"The vault {path} could not be used, nothing was changed: {first}") from problem
