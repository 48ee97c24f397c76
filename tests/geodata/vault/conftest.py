"""A throw-away PostgreSQL server, a Spark session, small batches of rows."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pyarrow as pa
import pytest

from geodata.settings import DataSettings
from geodata.vault import Vault, open_vault
from geodata.vault.batch import ROW_SCHEMA, BatchMeta, month_number
from tests.conftest import free_port
from tests.outside import ask_for_java

Rows = Callable[..., pa.Table]
ENGINES = (
    "duckdb",
    pytest.param("postgres", marks=pytest.mark.postgres),
    pytest.param("spark", marks=pytest.mark.spark),
)


@pytest.fixture
def rows() -> Rows:
    """Rows of chosen cases, everything else the same."""

    def make(cases: list[str], **columns: str | int) -> pa.Table:
        told = {"month": month_number(2020, 5), "county": "KE010", "reporting_source": "A"} | columns
        arrays = {}
        for column in ROW_SCHEMA:
            if column.name == "case_id":
                arrays[column.name] = pa.array(cases, pa.string())
            elif column.name == "row_number":
                arrays[column.name] = pa.array(range(2, 2 + len(cases)), pa.int32())
            else:
                arrays[column.name] = pa.array([told.get(column.name, "unknown")] * len(cases), column.type)
        return pa.table(arrays)

    return make


@pytest.fixture
def meta() -> Callable[..., BatchMeta]:
    def make(file: str, dataset: str = "shelters", *, synthetic: bool = False) -> BatchMeta:
        return BatchMeta(dataset=dataset, file_key=file, file_name=f"{file}.csv", synthetic=synthetic)

    return make


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Address of a fresh PostgreSQL server on the loopback interface, without a database name."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin")) or [
        Path(place).parent for place in [shutil.which("initdb")] if place
    ]
    if not found:
        pytest.skip("PostgreSQL server binaries are missing: install Debian's package 'postgresql'")
    home = Path(tempfile.mkdtemp(prefix="njia-pg-"))
    who = {}
    if os.getuid() == 0:  # the server refuses to run as root
        shutil.chown(home, "postgres", "postgres")
        who = {"user": "postgres", "group": "postgres", "extra_groups": []}
    port = free_port()

    def run(tool: str, *arguments: str) -> None:
        command = [str(found[-1] / tool), "-D", str(home / "data"), *arguments]
        subprocess.run(command, check=True, cwd=home, stdout=subprocess.DEVNULL, timeout=120, **who)

    run("initdb", "-U", "njia", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c fsync=off"
    run("pg_ctl", "-w", "-l", str(home / "log"), "-o", options, "start")
    try:
        yield f"postgres://njia@127.0.0.1:{port}"
    finally:
        run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def postgres_address(postgres_server: str, request: pytest.FixtureRequest) -> str:
    """Address of an empty database."""
    name = f"t{abs(hash(request.node.nodeid))}"
    with psycopg.connect(f"{postgres_server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return f"{postgres_server}/{name}"


@pytest.fixture(scope="session")
def java() -> None:
    """Skip when Spark cannot run."""
    ask_for_java()


@pytest.fixture
def settings_for(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[str], DataSettings]:
    """Make settings with an empty vault on the named engine."""

    def make(engine: str) -> DataSettings:
        if engine == "postgres":
            address = request.getfixturevalue("postgres_address")
        elif engine == "spark":
            request.getfixturevalue("java")
            address = f"spark:///{tmp_path}/archive"
        else:
            address = f"duckdb:///{tmp_path}/vault.duckdb"
        return DataSettings(home=tmp_path, vault=address)

    return make


@pytest.fixture(params=ENGINES)
def vault(request: pytest.FixtureRequest, settings_for: Callable[[str], DataSettings]) -> Vault:
    """Open an empty vault, once per engine."""
    return open_vault(settings_for(request.param))
