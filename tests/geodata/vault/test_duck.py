"""What only a file can go wrong in: keys, locks, full disks, files that are something else."""

from __future__ import annotations

import os
import resource
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pytest

from geodata.demo import cases as demo
from geodata.settings import DataSettings
from geodata.values import DataProblem
from geodata.vault import open_vault
from geodata.vault.batch import BatchMeta
from geodata.vault.duck import DuckVault

Rows = Callable[..., pa.Table]
Meta = Callable[..., BatchMeta]
ROOT = Path(__file__).resolve().parents[3]


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


@pytest.mark.parametrize("key", [None, "it's a secret"])
def test_only_a_key_hides_what_is_inside(tmp_path: Path, rows: Rows, meta: Meta, key: str | None) -> None:
    """The unencrypted vault shows that the search can find something."""
    vault = DuckVault(tmp_path / "vault.duckdb", key)
    vault.store_batch(meta("file-of-cases"), rows(["caseid-0001"] * 3000, reporting_source="Organisation Z"))
    found = [word in everything_in(tmp_path) for word in (b"caseid-0001", b"Organisation Z", b"file-of-cases")]
    assert found == [key is None] * 3
    assert vault.sums("shelters", [("county",)])["county",].counts().tolist() == [1]


def test_the_log_of_an_unfinished_import_is_encrypted_too(tmp_path: Path, rows: Rows, meta: Meta) -> None:
    """Committed rows wait in the write-ahead log until the file is closed: die before."""
    script = (
        "import os, sys; from pathlib import Path; from geodata.vault import duck, ledger\n"
        "from geodata.vault.batch import BatchMeta\n"
        "vault = duck.DuckVault(Path(sys.argv[1]), 'secret')\n"
        "with vault._connection(read_only=False) as held:\n"
        "    held.execute(\"INSERT INTO held.main.words VALUES (9, 99, 'Organisation Z')\")\n"
        "    os._exit(0)\n"
    )
    vault = DuckVault(tmp_path / "vault.duckdb", "secret")
    vault.store_batch(meta("a"), rows(["1"]))
    subprocess.run(
        [sys.executable, "-c", script, str(vault.path)], check=True, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    assert (tmp_path / "vault.duckdb.wal").stat().st_size > 0
    assert b"Organisation Z" not in everything_in(tmp_path)
    assert len(vault.batches()) == 1


@pytest.mark.parametrize(
    ("made_with", "opened_with", "sentence"),
    [
        ("right", "wrong", "does not open with this NJIA_VAULT_KEY"),
        ("right", None, "is encrypted; set NJIA_VAULT_KEY"),
        (None, "right", "made without a key"),
    ],
)
def test_a_wrong_key_is_one_sentence(  # noqa: PLR0917 - pytest hands them over by name
    tmp_path: Path, rows: Rows, meta: Meta, made_with: str | None, opened_with: str | None, sentence: str
) -> None:
    path = tmp_path / "vault.duckdb"
    DuckVault(path, made_with).store_batch(meta("a"), rows(["1"]))
    before = path.read_bytes()
    for verb in (DuckVault.batches, lambda vault: vault.store_batch(meta("b"), rows(["2"]))):
        with pytest.raises(DataProblem, match=sentence) as told:
            verb(DuckVault(path, opened_with))
        assert "\n" not in str(told.value)
        assert "right" not in str(told.value)
    assert path.read_bytes() == before


def test_only_its_owner_may_read_the_file(tmp_path: Path, rows: Rows, meta: Meta) -> None:
    vault = DuckVault(tmp_path / "home" / "vault.duckdb")
    vault.store_batch(meta("a"), rows(["1"]))
    assert stat.S_IMODE(vault.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(vault.path.parent.stat().st_mode) == 0o700
    assert list(vault.path.parent.iterdir()) == [vault.path]


def test_a_file_that_is_something_else(tmp_path: Path, rows: Rows, meta: Meta) -> None:
    path = tmp_path / "vault.duckdb"
    path.write_text("name,county\n" * 1000, encoding="utf-8")
    for verb in (DuckVault.batches, lambda vault: vault.store_batch(meta("b"), rows(["2"]))):
        with pytest.raises(DataProblem, match="is not a Njia vault") as told:
            verb(DuckVault(path))
        assert "\n" not in str(told.value)
    assert path.read_text(encoding="utf-8").startswith("name,county")


@contextmanager
def somebody_else_in(path: Path) -> Iterator[subprocess.Popen[str]]:
    script = (
        "import duckdb, sys\ncon = duckdb.connect(sys.argv[1])\n"
        "sys.stdout.write('in\\n'); sys.stdout.flush(); sys.stdin.readline(); con.close()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "in\n"
    try:
        yield other
    finally:
        other.communicate("\n", timeout=30)


def test_a_busy_vault_is_waited_for_then_named(tmp_path: Path, rows: Rows, meta: Meta) -> None:
    path = tmp_path / "vault.duckdb"
    DuckVault(path).store_batch(meta("a"), rows(["1"]))
    with somebody_else_in(path) as other:
        with pytest.raises(DataProblem, match=rf"in use by another program \(process {other.pid}\)"):
            DuckVault(path, patience_s=0.3).batches()
        waiting = threading.Timer(0.5, lambda: other.stdin and (other.stdin.write("\n"), other.stdin.flush()))
        waiting.start()
        assert DuckVault(path, patience_s=30).store_batch(meta("b"), rows(["2"])).batch_id == 2
        waiting.join()


def test_the_same_file_twice_at_once_is_one_batch(tmp_path: Path) -> None:
    """Two processes that are ready begin in the same moment, however long a busy machine took to start them."""
    script = (
        "import sys; from pathlib import Path; from geodata.demo import cases as demo\n"
        "from geodata.vault.duck import DuckVault\n"
        "from geodata.vault.batch import BatchMeta\nrows = next(demo.caseload(3000, seed=int(sys.argv[2])))\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "vault = DuckVault(Path(sys.argv[1]), patience_s=300)\n"
        "vault.store_batch(BatchMeta('demo', 'same', 'same.csv', synthetic=True), rows)"
    )
    path = tmp_path / "vault.duckdb"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    imports = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(path), seed],
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            **pipes,
        )
        for seed in "12"
    ]
    assert [process.stdout.readline() for process in imports if process.stdout] == ["ready\n"] * 2
    for process in imports:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.communicate(timeout=400)[1] for process in imports] == ["", ""]
    assert [process.returncode for process in imports] == [0, 0]
    assert [(line.batch_id, line.revision, line.counted) for line in DuckVault(path).batches()] == [(1, 2, 3000)]
    assert list(tmp_path.iterdir()) == [path]


def test_threads_of_one_process_take_turns(tmp_path: Path, rows: Rows, meta: Meta) -> None:
    vault = DuckVault(tmp_path / "vault.duckdb")
    problems: list[BaseException] = []

    def work(number: int) -> None:
        try:
            vault.store_batch(meta(f"file{number}"), rows([f"case{number}"]))
            vault.sums("shelters", [("county",)])
        except Exception as problem:  # noqa: BLE001 - whatever goes wrong in a thread
            problems.append(problem)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert vault.sums("shelters", [("county",)])["county",].counts().sum() == 6


def test_a_full_disk_changes_nothing(tmp_path: Path, rows: Rows, meta: Meta) -> None:
    vault = DuckVault(tmp_path / "vault.duckdb")
    vault.store_batch(meta("a"), rows(["1"]))
    big = next(demo.caseload(200_000, seed=3))
    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.getsignal(signal.SIGXFSZ)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (vault.path.stat().st_size + 100_000, before[1]))
    try:
        with pytest.raises(DataProblem, match="nothing was changed") as told:
            vault.store_batch(BatchMeta("demo", "big", "big", synthetic=True), big)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert "\n" not in str(told.value)
    assert [line.meta.dataset for line in vault.batches()] == ["shelters"]
    assert vault.store_batch(BatchMeta("demo", "big", "big", synthetic=True), big).counted == 200_000


@pytest.mark.parametrize(
    "address", ["duckdb://", "mysql://me:hunter2@host/db", "vault.duckdb", "spark:///", "", "duckdb:///"]
)
def test_an_address_that_is_none(tmp_path: Path, address: str) -> None:
    with pytest.raises(DataProblem, match="NJIA_VAULT") as told:
        open_vault(DataSettings(home=tmp_path, vault=address))
    assert "hunter2" not in str(told.value)


def test_addresses_name_absolute_paths(tmp_path: Path) -> None:
    for address in (f"duckdb:///{tmp_path}/v.duckdb", f"duckdb://{tmp_path}/v.duckdb"):
        assert open_vault(DataSettings(home=tmp_path, vault=address)) == DuckVault(tmp_path / "v.duckdb")


def test_an_undone_file_leaves_no_word(tmp_path: Path, rows: Rows, meta: Meta) -> None:
    vault = DuckVault(tmp_path / "vault.duckdb")
    vault.store_batch(meta("a"), rows(["1"], reporting_source="Slipped Through"))
    vault.store_batch(meta("b"), rows(["2"], reporting_source="B"))
    vault.undo(1)
    with vault._reading() as session:
        words = {word for (word,) in session.run("SELECT word FROM {s}.words")}
    assert words == {"shelters", "KE010", "B", "unknown"}


def test_another_layout_is_refused(tmp_path: Path, rows: Rows, meta: Meta) -> None:
    vault = DuckVault(tmp_path / "vault.duckdb")
    vault.store_batch(meta("a"), rows(["1"]))
    with vault._connection(read_only=False) as held:
        held.execute("UPDATE held.main.vault SET schema_version = 99")
    with pytest.raises(DataProblem, match="layout 99"):
        vault.batches()


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    settings = DataSettings(home=tmp_path, vault="postgres://me:hunter2@127.0.0.1:1/db")
    with pytest.raises(DataProblem, match="cannot be reached") as told:
        open_vault(settings).batches()
    assert "hunter2" not in str(told.value)
    assert "hunter2" not in repr(open_vault(settings))
    assert told.value.__cause__ is None
