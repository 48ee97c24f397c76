"""Long work outside the request: how it stands, the one worker, a child process that can be stopped.

The desk keeps its jobs in memory (`DeskJobs`), because nothing of a caseload may reach a disk; exports keep theirs as
files that several workers of the site share (`dashboard.export.jobs`). A refusal is its sentence; anything else is our
own fault and is told by kind and place in the code, never with its text, because that may quote a cell.
"""

from __future__ import annotations

import os
import secrets
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geodata.values import DataProblem

WAITING, WORKING, DONE, FAILED, CANCELLED = "waiting", "working", "done", "failed", "cancelled"
BUSY = (WAITING, WORKING)
FORKS = hasattr(os, "fork") and sys.platform.startswith("linux")
LONGEST_S = 300.0
BREATH_S = 0.05
_KEPT = 50


class Cancelled(Exception):
    """A reader stopped the work."""


class ChildFailed(Exception):
    """Work in a child process ended by a fault of ours; the text is its kind and place, or how the child ended."""


def place_of(fault: BaseException) -> str:
    """Return kind and place of a fault, without its text."""
    if isinstance(fault, ChildFailed):
        return str(fault)
    steps = traceback.extract_tb(fault.__traceback__)
    where = f"{Path(steps[-1].filename).name}:{steps[-1].lineno}" if steps else "?"
    return f"{type(fault).__name__}, {where}"


class OneWorker:
    """One thread for long work. Threads do not survive a fork, so a forked process starts its own."""

    def __init__(self, name: str) -> None:
        """Start without a thread."""
        self._name, self._pid = name, 0
        self._pool: ThreadPoolExecutor | None = None
        self._guard = threading.Lock()

    def submit(self, work: Callable[..., None], *values: object) -> None:
        """Queue a piece of work."""
        with self._guard:
            if self._pool is None or self._pid != os.getpid():
                self._pool, self._pid = ThreadPoolExecutor(1, thread_name_prefix=self._name), os.getpid()
            self._pool.submit(work, *values)

    def close(self, *, wait: bool = False) -> None:
        """Take no more work and drop what waits; a running piece ends by itself, whole or not at all."""
        with self._guard:
            if self._pool is not None:
                self._pool.shutdown(wait=wait, cancel_futures=not wait)


def run_in_child(work: Callable[[], None], refusal: Path, stop: Path, beat: Callable[[], None]) -> None:
    """Do work in a forked process, watched: stopped when `stop` appears, or when it takes too long.

    refusal: where the child writes the sentence of a DataProblem. beat: called every second meanwhile. Raises
    DataProblem, Cancelled or ChildFailed.
    """
    child = os.fork()
    if child == 0:
        code = 4
        try:
            os.nice(5)
            work()
            code = 0
        except DataProblem as problem:
            refusal.write_text(str(problem), encoding="utf-8")
            code = 3
        except Cancelled:
            code = 5
        except BaseException as fault:  # noqa: BLE001 - the child ends here, whatever happened
            refusal.write_text(place_of(fault), encoding="utf-8")
        finally:
            os._exit(code)
    ended = _watch(child, stop, beat)
    if ended == 3:
        raise DataProblem(refusal.read_text(encoding="utf-8"))
    if ended == 5:
        raise Cancelled
    if ended != 0:
        raise ChildFailed(refusal.read_text(encoding="utf-8") if ended == 4 else f"the child ended with {ended}")


def _watch(child: int, stop: Path, beat: Callable[[], None]) -> int:
    """Wait for a child; return its exit status, 5 when it was stopped, 9 when it took too long."""
    began = last = time.monotonic()
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        now = time.monotonic()
        if stop.exists() or now - began > LONGEST_S:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return 5 if stop.exists() else 9
        if now - last > 1.0:
            beat()
            last = now
        time.sleep(BREATH_S)


@dataclass
class DeskJob:
    """One piece of the steward's work. rows, size: read so far and in all (0: not known). step: what it does now."""

    kind: str
    then: str
    name: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    state: str = WAITING
    rows: int = 0
    size: int = 0
    step: str = ""
    problem: str = ""
    fault: bool = False
    started: float = field(default_factory=time.monotonic)
    seconds: float = 0.0

    def tick(self, rows: int) -> None:
        """Count rows read."""
        self.rows += rows

    def enter(self, step: str) -> None:
        """Begin a step of the work."""
        self.step = step

    @property
    def busy(self) -> bool:
        """Whether it has not ended."""
        return self.state in BUSY

    def told(self) -> dict[str, Any]:
        """Return what the page polls."""
        seconds = self.seconds or time.monotonic() - self.started
        return {
            "state": self.state,
            "kind": self.kind,
            "rows": self.rows,
            "size": self.size,
            "then": self.then,
            "seconds": round(seconds, 1),
        }


class DeskJobs:
    """The steward's work: in memory only, one piece at a time."""

    def __init__(self) -> None:
        """Start without work."""
        self.worker = OneWorker("desk")
        self._turn = threading.Lock()
        self._jobs: dict[str, DeskJob] = {}

    def start(self, kind: str, then: str, work: Callable[[DeskJob], None]) -> DeskJob:
        """Queue a piece of work; ``then`` is the page to show when it has ended."""
        job = DeskJob(kind, then)
        with self._turn:
            ended = [name for name, old in self._jobs.items() if not old.busy]
            for name in ended[: max(0, len(ended) - _KEPT)]:
                del self._jobs[name]
            self._jobs[job.name] = job
        self.worker.submit(_run, job, work)
        return job

    def find(self, name: str) -> DeskJob | None:
        """Return a job by name."""
        with self._turn:
            return self._jobs.get(name)

    def close(self) -> None:
        """Take no more work."""
        self.worker.close()


def _run(job: DeskJob, work: Callable[[DeskJob], None]) -> None:
    job.state = WORKING
    try:
        work(job)
    except DataProblem as problem:
        job.problem = str(problem)
    except BaseException as fault:  # noqa: BLE001 - the worker must live on; the person is told
        job.problem, job.fault = place_of(fault), True
    job.seconds = time.monotonic() - job.started
    job.state = FAILED if job.problem else DONE
