"""kill −9 anywhere between the ledger and the visible release: nothing half-visible, nothing understated."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from geodata.release.approve import measurements_of
from geodata.release.manifest import About
from geodata.release.store import Store
from geodata.release.verify import verify_release
from geodata.vault import spending
from tests.caseloads import WISH, publish_alone, skewed, vault_of

ROOT = Path(__file__).resolve().parents[3]
ABOUT = About("crash", synthetic=True)
WRITER = """
import os, sys
from dataclasses import replace
from pathlib import Path
from geodata.release.approve import approve, prepare
from geodata.release import accounting, build, measure
from geodata.release.store import Store
from geodata.vault.batch import BatchMeta
from tests.caseloads import DAY, WISH, skewed, vault_of
from tests.geodata.release.test_publish_crash import ABOUT
home = Path(sys.argv[1])
accounting.rho_for(4.0), accounting.rho_for(accounting.LARGEST_EPSILON)
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        vault, store = vault_of(home), Store(home / "releases")
        print(os.getpid(), flush=True)
        for turn in range(1000):
            number = int(line) * 1000 + turn
            vault.store_batch(BatchMeta("crash", f"f{number}", "f", synthetic=True), skewed(40, start=number * 100))
            info = prepare(vault, store, ABOUT, replace(WISH, restate=turn % 3 == 2))
            print("prepared", flush=True)
            if not info.published:
                approve(store, "crash", info.id, by="B", on=DAY)
        os._exit(0)
    os.waitpid(child, 0)
    print("gone", flush=True)
"""


class Reader(threading.Thread):
    """Opens and reads the current release again and again; keeps every failure."""

    def __init__(self, store: Store) -> None:
        """Read from `store`."""
        super().__init__(daemon=True)
        self.store, self.stop, self.reads = store, False, 0
        self.failures: list[str] = []

    def run(self) -> None:
        """Read until told to stop."""
        while not self.stop:
            try:
                release = self.store.open_current("crash")
                if len(release.lookup(("county", "nature"))) != 49 * 4:
                    self.failures.append(release.id)
            except Exception as problem:  # noqa: BLE001 - whatever it is, it is what this test is about
                self.failures.append(repr(problem))
            self.reads += 1
            time.sleep(0.02)


def kill_while_publishing(home: Path, kills: int) -> None:
    from geodata.vault.batch import BatchMeta  # noqa: PLC0415 - beside the writer's own import

    vault, store = vault_of(home), Store(home / "releases")
    vault.store_batch(BatchMeta("crash", "first", "f", synthetic=True), skewed(100, seed=2))
    publish_alone(vault, store, ABOUT, WISH)
    reader = Reader(store)
    reader.start()
    chance = random.Random(4)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", WRITER, str(home)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        for kill in range(kills):
            writer.stdin.write(f"{kill + 1}\n")
            writer.stdin.flush()
            child = int(writer.stdout.readline())
            if kill % 2:  # every other one gets a release prepared first, however busy the machine is
                assert writer.stdout.readline() == "prepared\n"
            time.sleep(chance.uniform(0.0, 1.2))
            os.kill(child, signal.SIGKILL)
            while writer.stdout.readline() == "prepared\n":
                pass
            nothing_is_understated(home)
        writer.stdin.close()
    while reader.reads <= kills and reader.is_alive():
        time.sleep(0.02)
    reader.stop = True
    reader.join()
    assert reader.failures == []
    release = publish_alone(vault, store, ABOUT, WISH)
    assert verify_release(store, release.id).id == release.id
    assert vault.waiting("crash") == 0


def nothing_is_understated(home: Path) -> None:
    """Check that every measurement that exists was announced with its cost, and that what is current is whole."""
    vault, store = vault_of(home), Store(home / "releases")
    entries = vault.spending("crash")
    announced = {entry.attempt: entry for entry in spending.announced(entries)}
    drawn = store.measurements("crash")
    for one in drawn:
        assert announced[one.attempt].seal == one.seal
        assert announced[one.attempt].rho == one.rho
    statements = {one.statement for one in drawn}
    least = sum(max(one.rho for one in drawn if one.statement == statement) for statement in statements)
    assert spending.spent(entries) >= least - 1e-9
    current = store.ledger("crash").current
    assert current is not None
    store.verify(current)


def test_killed_publishes_leave_whole_releases(tmp_path: Path) -> None:
    kill_while_publishing(tmp_path, 6)
    entries = vault_of(tmp_path).spending("crash")
    assert len(measurements_of(vault_of(tmp_path), Store(tmp_path / "releases"), "crash")) >= 1
    assert len(spending.announced(entries)) > 1


@pytest.mark.soak
def test_a_hundred_killed_publishes(tmp_path: Path) -> None:
    kill_while_publishing(tmp_path, 120)
