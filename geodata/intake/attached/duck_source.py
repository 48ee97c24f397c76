"""An archive read in place by DuckDB: files of a folder or a bucket, or an Iceberg table. Nothing is written to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from geodata.intake.attached.address import FOLDER, S3, Address
from geodata.intake.attached.folder import parts_of_folder, under
from geodata.intake.attached.source import Part, Wanted, absent, check_types, combinations_query, refuse_too_many
from geodata.settings import S3Access
from geodata.values import DataProblem
from geodata.vault.duck import load_extension, quoted

_SIGNS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("403", "forbidden", "accessdenied", "invalidaccesskey", "signaturedoesnotmatch"),
     "{where} may not be read with these credentials; check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."),
    (("404", "nosuchbucket"), "There is nothing at {where}; check the bucket and the folder."),
    (("connect", "resolve host", "timeout", "timed out"),
     "{where} did not answer; check AWS_ENDPOINT_URL and the network, then try again."),
    (("iceberg", "metadata.json"),
     "{where} is no Iceberg table that can be read; give the folder that holds ‘metadata’."),
    (("magic bytes", "not a parquet", "too small", "footer"),
     "A file of {where} is not Parquet or is cut off; ask its owner to write it again."),
    (("permission denied",), "{where} may not be read by this user; ask its owner for the right to read it."),
    (("no space left",), "The disk that DuckDB spills to is full; make room under NJIA_HOME and try again."),
    (("out of memory",), "{where} needs more memory than this computer has; attach it with --engine spark."),
    (("conversion error", "cannot be cast", "type mismatch", "unnest", "combine types"),
     "The files of {where} hold different kinds of values under one heading; ask its owner to write them alike."),
)  # fmt: skip
"""What DuckDB says, in small letters → the sentence for people."""


@dataclass(frozen=True, slots=True)
class DuckSource:
    """`geodata.intake.attached.source.Source` through DuckDB.

    spill: where a large sort may put what memory does not hold.
    """

    address: Address
    spill: Path
    s3: S3Access | None = field(default=None, repr=False)

    @property
    def where(self) -> str:
        """Return how sentences name the archive."""
        return f"The archive {self.address.text}"

    def parts(self) -> tuple[Part, ...]:
        """Return the files with size and time of change; of an Iceberg table, its snapshot."""
        if self.address.kind == FOLDER and not self.address.iceberg:
            return parts_of_folder(Path(self.address.place))
        with self._connection() as connection:
            if self.address.iceberg:
                table = f"iceberg_snapshots({quoted(self.address.place)})"
                snapshots = connection.sql(table_query(table, "snapshot_id", order="sequence_number")).fetchall()
                listed = [Part("snapshot", str(snapshots[-1][0]))] if snapshots else []
            else:
                files = f"read_blob({quoted(f'{self.address.place}/**/*.parquet')})"
                lines = connection.sql(table_query(files, "filename, size, CAST(last_modified AS VARCHAR)")).fetchall()
                listed = [Part(name, f"{size} {moment}") for name, size, moment in lines]
        if not listed:
            raise DataProblem(f"{self.where} holds no Parquet file; check the address.")
        return tuple(sorted(listed, key=lambda part: part.name))

    def columns(self, headings: Sequence[str]) -> dict[str, str]:
        """Return the type of each heading."""
        parts = self.parts()
        with self._connection() as connection:
            self._view(connection, "archive", parts)
            lines = connection.execute("DESCRIBE SELECT * FROM archive").fetchall()
            told = {str(name).casefold(): str(kind) for name, kind, *_ in lines}
            if missing := [heading for heading in headings if heading.casefold() not in told]:
                raise absent(missing, self.where, [str(line[0]) for line in lines])
            types = {heading: told[heading.casefold()] for heading in headings}
            check_types(types, self.where)
            if not self.address.iceberg:
                self._check_every_file(connection, headings, parts)
        return types

    def combinations(self, wanted: Wanted, parts: Sequence[Part], earlier: Sequence[Part], today: date) -> pa.Table:
        """Return the combinations of the cases of some parts that no earlier part holds."""
        types = self.columns(wanted.headings)
        with self._connection() as connection:
            self._view(connection, "archive", parts)
            if earlier:
                self._view(connection, "covered", earlier)
            query = combinations_query(wanted, types, today, earlier=bool(earlier))
            return refuse_too_many(connection.execute(query).to_arrow_table(), self.where)

    def rows(self, parts: Sequence[Part]) -> int:
        """Return the number of rows."""
        with self._connection() as connection:
            self._view(connection, "archive", parts)
            return int(connection.execute("SELECT count(*) FROM archive").fetchall()[0][0])

    def _view(self, connection: duckdb.DuckDBPyConnection, name: str, parts: Sequence[Part]) -> None:
        if self.address.iceberg:
            moved = "allow_moved_paths = true, snapshot_from_id = "
            scan = f"iceberg_scan({quoted(self.address.place)}, {moved}{int(parts[0].stamp)})"
        else:
            files = ", ".join(quoted(self._file(part)) for part in parts)
            keys = {partition_keys(part.name) for part in parts}
            by_folder = str(len(keys) == 1 and keys != {()}).lower()  # DuckDB wants the same folders everywhere
            scan = f"read_parquet([{files}], union_by_name = true, hive_partitioning = {by_folder})"
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM {scan}")  # noqa: S608 - quoted

    def _file(self, part: Part) -> str:
        return part.name if self.address.kind == S3 else under(Path(self.address.place), part)

    def _check_every_file(
        self, connection: duckdb.DuckDBPyConnection, headings: Sequence[str], parts: Sequence[Part]
    ) -> None:
        """Refuse a heading that only some files have: elsewhere its cells would silently be unknown."""
        files = ", ".join(quoted(self._file(part)) for part in parts)
        lines = connection.sql(table_query(f"parquet_schema([{files}])", "file_name, name")).fetchall()
        held: dict[str, set[str]] = {}
        for file, name in lines:
            held.setdefault(str(file), set()).add(str(name).casefold())
        for file, names in held.items():
            known = names | set(partition_keys(file))
            if missing := [heading for heading in headings if heading.casefold() not in known]:
                raise absent(missing, f"‘{Path(file).name}’ of {self.address.text}", sorted(names))

    @contextmanager
    def _connection(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with sentences(self.where):
            connection = duckdb.connect()
            try:
                self._prepare(connection)
                yield connection
            finally:
                connection.close()

    def _prepare(self, connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute("SET autoinstall_known_extensions = false")
        connection.execute("SET enable_progress_bar = false")
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"SET temp_directory = {quoted(str(self.spill))}")
        if self.address.iceberg:
            for name in ("avro", "iceberg"):
                load_extension(connection, name, "an Iceberg table is given", "attach the folder of its data files")
            # A table kept by a catalogue has no hint which state is the newest: the last by name is taken, and its
            # snapshot is what a measurement covers.
            connection.execute("SET unsafe_enable_version_guessing = true")
        if self.address.kind == S3:
            load_extension(connection, "httpfs", "an S3 address is given", "attach a copy in a folder")
            self._credentials(connection)

    def _credentials(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Hand over what opens the bucket, for this connection only; it is in no sentence and no file."""
        if self.s3 is None:
            raise DataProblem(
                f"{self.where} needs credentials; put AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and "
                "AWS_ENDPOINT_URL for a server that is not Amazon's) into the environment or .env."
            )
        options = {
            "KEY_ID": self.s3.key_id, "SECRET": self.s3.secret, "SESSION_TOKEN": self.s3.token,
            "REGION": self.s3.region, "ENDPOINT": self.s3.endpoint.partition("://")[2],
        }  # fmt: skip
        told = [f"{name} {quoted(value)}" for name, value in options.items() if value]
        if self.s3.endpoint:
            told += [f"USE_SSL {str(self.s3.endpoint.startswith('https')).lower()}", "URL_STYLE 'path'"]
        try:
            connection.execute(f"CREATE SECRET (TYPE s3, {', '.join(told)})")
        except duckdb.Error:
            raise DataProblem("The credentials in AWS_… were not understood; check them.") from None
        connection.execute("SET http_retries = 1")
        connection.execute("SET http_timeout = 20")


@contextmanager
def sentences(where: str) -> Iterator[None]:
    """Turn what DuckDB says into one sentence; nothing that it quotes is repeated."""
    try:
        yield
    except DataProblem:
        raise
    except (duckdb.Error, OSError) as problem:
        told = str(problem).casefold()
        for signs, sentence in _SIGNS:
            if any(sign in told for sign in signs):
                raise DataProblem(sentence.format(where=where)) from None
        kind = type(problem).__name__
        raise DataProblem(f"{where} could not be read ({kind}); nothing was measured or changed.") from None


def partition_keys(name: str) -> tuple[str, ...]:
    """Return the columns that folders of a file name, as in ``year=2024/part.parquet``, in small letters."""
    return tuple(folder.partition("=")[0].casefold() for folder in name.split("/")[:-1] if "=" in folder)


def table_query(table: str, columns: str, order: str = "") -> str:
    """Return a statement over one of DuckDB's table functions, whose arguments are quoted already."""
    return f"SELECT {columns} FROM {table}{f' ORDER BY {order}' if order else ''}"  # noqa: S608 - our own words
