"""kill −9 at any moment and a full disk leave the release before or the one after, and no failed read."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from geodata.release.manifest import About
from geodata.release.publish import publish_public
from geodata.release.store import Store
from geodata.values import DataProblem

ROOT = Path(__file__).resolve().parents[3]
DAY = date(2026, 11, 22)

WRITER = """
import os, sys
from datetime import date
from itertools import count
from pathlib import Path
import pandas as pd
from geodata.release.manifest import About
from geodata.release.publish import publish_public
from geodata.release.store import Store
events = pd.read_pickle(sys.argv[2])
store = Store(Path(sys.argv[1]))

def work(first):
    print(os.getpid(), flush=True)
    for turn in count(first):
        attachments = {"incidents.csv": (b"%d\\n" % turn) * 20_000}
        publish_public(events, attachments, store=store, about=About("public-record"), published=date(2026, 11, 22))
        print("published", flush=True)

for line in sys.stdin:
    if os.fork() == 0:
        work(int(line))
    os.wait()
    print("gone", flush=True)
"""
"""A writer for every number it is given, each a fork of its own: Python's imports are paid once."""


class Readers(threading.Thread):
    """Opens and reads the current release again and again; keeps every failure."""

    def __init__(self, store: Store, persons: int) -> None:
        """Read from `store`; every release there counts `persons`."""
        super().__init__(daemon=True)
        self.store, self.persons = store, persons
        self.failures: list[str] = []
        self.reads, self.stop = 0, False

    def run(self) -> None:
        """Read until told to stop."""
        while not self.stop:
            try:
                release = self.store.open_current("public-record")
                lines = set(release.attachment("incidents.csv").split())
                if len(lines) != 1 or release.lookup()["persons"].tolist() != [self.persons]:
                    self.failures.append(f"{release.id[:12]} is not whole")
            except Exception as problem:  # noqa: BLE001 - whatever it is, it is what this test is about
                self.failures.append(repr(problem))
            self.reads += 1


def kill_while_publishing(root: Path, events: pd.DataFrame, kills: int) -> None:
    store = Store(root / "store")
    frame = root / "events.pkl"
    events.to_pickle(frame)
    publish_public(events, {"incidents.csv": b"-1\n"}, store=store, about=About("public-record"), published=DAY)
    readers = Readers(store, int(events.persons.sum()))
    readers.start()
    rng = random.Random(7)
    published = 1
    command = [sys.executable, "-c", WRITER, str(store.root), str(frame)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writers:
        assert writers.stdin is not None
        assert writers.stdout is not None
        for turn in range(kills):
            print(turn * 100_000, file=writers.stdin, flush=True)
            writer = int(writers.stdout.readline())
            if turn % 2:  # every other writer gets through once, however busy the machine is
                assert writers.stdout.readline() == "published\n"
            time.sleep(rng.uniform(0.0, 0.3))
            os.kill(writer, signal.SIGKILL)
            assert set(iter(writers.stdout.readline, "gone\n")) <= {"published\n"}
            ledger = store.ledger("public-record")
            assert ledger.current == ledger.history[-1]
            assert len(ledger.history) >= published
            published = len(ledger.history)
            store.verify(ledger.history[-1])
        writers.stdin.close()
    readers.stop = True
    readers.join()
    assert readers.failures == []
    assert readers.reads > 0
    assert published > kills // 2
    store.collect("public-record")
    home = store.root / "public-record"
    assert {path.name for path in home.iterdir()} == {".lock", "CURRENT", *store.ledger("public-record").history}
    for release_id in store.ledger("public-record").history[:: max(1, published // 20)]:
        store.verify(release_id)


def test_kill_while_publishing(tmp_path: Path, events: pd.DataFrame) -> None:
    kill_while_publishing(tmp_path, events, 8)


@pytest.mark.soak
def test_kill_while_publishing_soak(tmp_path: Path, events: pd.DataFrame) -> None:
    kill_while_publishing(tmp_path, events, 120)


@pytest.mark.parametrize("room", [0, 100, 3_000, 30_000])
def test_a_full_disk_changes_nothing(tmp_path: Path, events: pd.DataFrame, room: int) -> None:
    """Files may not grow beyond `room` bytes, as on a disk with that much left."""
    store = Store(tmp_path / "store")
    before = publish_public(events, {"incidents.csv": b"old"}, store=store, about=About("public-record"), published=DAY)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
        with pytest.raises(DataProblem, match="nothing changed; make room"):
            publish_public(
                events, {"incidents.csv": b"x" * 100_000}, store=store, about=About("public-record"), published=DAY
            )
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert store.open_current("public-record").id == before.id
    assert store.verify(before.id).id == before.id
    names = {path.name for path in (store.root / "public-record").iterdir()}
    assert names == {".lock", "CURRENT", before.id}
    after = publish_public(
        events, {"incidents.csv": b"x" * 100_000}, store=store, about=About("public-record"), published=DAY
    )
    assert store.open_current("public-record").id == after.id


def test_two_publishers_at_once_both_arrive(tmp_path: Path, events: pd.DataFrame) -> None:
    store = Store(tmp_path / "store")
    failures: list[BaseException] = []

    def publish(number: int) -> None:
        try:
            publish_public(
                events, {"incidents.csv": b"%d" % number}, store=store, about=About("public-record"), published=DAY
            )
        except BaseException as problem:  # noqa: BLE001 - a thread's failure must reach the test
            failures.append(problem)

    threads = [threading.Thread(target=publish, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    ledger = store.ledger("public-record")
    assert len(ledger.history) == 6
    predecessors = [card.predecessor for card, _ in store.releases("public-record")]
    assert predecessors == [None, *ledger.history[:-1]]
