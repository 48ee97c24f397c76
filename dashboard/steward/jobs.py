"""Long work, one piece at a time, in a thread of its own, so that pages answer while it runs.

A job says how far it is and how it ended. A refusal is its sentence; anything else is our own fault and is told
by kind and place in the code, never with its text, because that may quote a cell.
"""

from __future__ import annotations

import secrets
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geodata.values import DataProblem

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
_KEPT = 50


@dataclass
class Job:
    """One piece of work. rows, size: read so far and in all (0: not known)."""

    kind: str
    then: str
    name: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    state: str = WAITING
    rows: int = 0
    size: int = 0
    problem: str = ""
    fault: bool = False
    started: float = field(default_factory=time.monotonic)
    seconds: float = 0.0

    def tick(self, rows: int) -> None:
        """Count rows read."""
        self.rows += rows

    @property
    def busy(self) -> bool:
        """Whether it has not ended."""
        return self.state in (WAITING, RUNNING)

    def told(self) -> dict[str, Any]:
        """Return what the page polls."""
        seconds = self.seconds or time.monotonic() - self.started
        return {
            "state": self.state, "kind": self.kind, "rows": self.rows, "size": self.size, "then": self.then,
            "seconds": round(seconds, 1),
        }  # fmt: skip


class Jobs:
    """The one worker."""

    def __init__(self) -> None:
        """Start without work."""
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="desk")
        self._turn = threading.Lock()
        self._jobs: dict[str, Job] = {}

    def start(self, kind: str, then: str, work: Callable[[Job], None]) -> Job:
        """Queue a piece of work; ``then`` is the page to show when it has ended."""
        job = Job(kind, then)
        with self._turn:
            ended = [name for name, old in self._jobs.items() if not old.busy]
            for name in ended[: max(0, len(ended) - _KEPT)]:
                del self._jobs[name]
            self._jobs[job.name] = job
        self._pool.submit(_run, job, work)
        return job

    def find(self, name: str) -> Job | None:
        """Return a job by name."""
        with self._turn:
            return self._jobs.get(name)

    def close(self) -> None:
        """Take no more work and drop what waits; a running piece ends by itself, whole or not at all."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _run(job: Job, work: Callable[[Job], None]) -> None:
    job.state = RUNNING
    try:
        work(job)
    except DataProblem as problem:
        job.problem = str(problem)
    except BaseException as fault:  # noqa: BLE001 - the worker must live on; the person is told
        job.problem, job.fault = place_of(fault), True
    job.seconds = time.monotonic() - job.started
    job.state = FAILED if job.problem else DONE


def place_of(fault: BaseException) -> str:
    """Return kind and place of a fault, without its text."""
    steps = traceback.extract_tb(fault.__traceback__)
    where = f"{Path(steps[-1].filename).name}:{steps[-1].lineno}" if steps else "?"
    return f"{type(fault).__name__}, {where}"
