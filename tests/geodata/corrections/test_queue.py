"""The queue: once, whole, bounded, and the same under many hands and sudden death."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from geodata.corrections import Queue, QueueFull
from geodata.values import DataProblem
from tests.geodata.corrections.conftest import made

ROOT = Path(__file__).resolve().parents[3]


def test_the_same_correction_is_stored_once(queue: Queue) -> None:
    assert queue.put(made(1))
    assert not queue.put(made(1))
    assert [one.name for one in queue.list()] == [made(1).name]


def put_many(home: str, first: int) -> int:
    return sum(Queue(Path(home)).put(made(number)) for number in range(first, first + 30))


def test_many_writers_in_many_processes_lose_and_double_nothing(queue: Queue) -> None:
    with ProcessPoolExecutor(4) as pool:
        stored = sum(pool.map(put_many, [str(queue.home)] * 4, [0, 0, 15, 30]))
    assert stored == 60
    assert {one.name for one in queue.list()} == {made(number).name for number in range(60)}


def test_threads_of_one_process(queue: Queue) -> None:
    threads = [threading.Thread(target=put_many, args=(str(queue.home), 0)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(queue.list()) == 30


def test_a_day_and_the_folder_are_bounded(tmp_path: Path) -> None:
    queue = Queue(tmp_path / "q", most_a_day=3, most_waiting=4)
    for number in range(3):
        queue.put(made(number))
    with pytest.raises(QueueFull, match="tomorrow"):
        queue.put(made(9))
    assert not queue.put(made(1))  # known ones are no burden
    tomorrow = Queue(tmp_path / "q", most_a_day=3, most_waiting=3)
    (tmp_path / "q" / "day.json").write_text('{"day": "2026-11-21", "taken": 3}')
    with pytest.raises(QueueFull, match="wait already"):
        tomorrow.put(made(9))
    assert len(queue.list()) == 3


def test_a_damaged_file_is_left_out_and_counted(queue: Queue) -> None:
    queue.put(made(1))
    (queue.waiting / f"{'b' * 32}.json").write_text("{not json")
    (queue.waiting / f"{'c' * 32}.json").write_text(json.dumps({"name": "c" * 32, "county": "<b>"}))
    (queue.waiting / f"{'d' * 32}.json").write_bytes(b"x" * 10_000)
    assert len(queue.list()) == 1
    assert queue.damaged() == 3


def test_an_unwritable_home_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataProblem, match="could not be stored"):
        Queue(tmp_path / "file" / "corrections").put(made(1))


WRITER = """
import sys; from pathlib import Path; from geodata.corrections import Queue
from tests.geodata.corrections.conftest import made
queue = Queue(Path(sys.argv[1]), most_a_day=100000, most_waiting=100000)
for number in range(100000):
    queue.put(made(number)); print(number, flush=True)
"""


def test_a_writer_killed_at_any_moment_leaves_whole_corrections(queue: Queue) -> None:
    said = 0
    for turn in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(queue.home)], cwd=ROOT, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.03 + 0.021 * turn)
        process.send_signal(signal.SIGKILL)
        said = max([said, *(int(line) for line in process.stdout.read().split())])
        process.wait(20)
        assert queue.damaged() == 0
    names = {one.name for one in queue.list()}
    assert {made(number).name for number in range(said + 1)} <= names
    queue.put(made(10**6))
    assert not list(queue.waiting.glob(".tmp-*"))
