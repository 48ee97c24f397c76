"""Exports outside the request: started once, looked at by anybody who has the address, kept briefly.

Files in one folder are the truth, so that several workers agree: ``<job>.json`` how it stands, ``<job>.lock`` that it
is being made (its time of change is a heartbeat; it holds the keyed hash of the sender who waits for it),
``<job>.key`` what the one who started it must show to stop it, ``<job>.share`` how far it is, ``<job>.stop`` the wish
to stop it, ``<job>.out`` the file. A job is named by what it makes (link, release, boundaries, format, language), so
asking again is answered at once. Nothing about a reader is kept: lock and key go when the job ends.

Where the system can fork, a file is made in a child process: it begins with the world of its request whatever is
published meanwhile, leaves the pages their processor and memory, and can be stopped at any moment.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from dashboard.export import FORMATS, Format
from dashboard.export.model import Brief
from dashboard.jobs import (
    BREATH_S,
    BUSY,
    CANCELLED,
    DONE,
    FAILED,
    FORKS,
    WAITING,
    WORKING,
    Cancelled,
    OneWorker,
    place_of,
    run_in_child,
)
from geodata.query.withdrawn import withdrawn
from geodata.query.world import World
from geodata.values import DataProblem

MOST_BUSY = 8
"""Jobs waiting or being made, over all workers; one more is told to come again."""
MOST_EACH = 2
"""Of these, how many for one sender: the others' exports are never all in one hand."""
KEPT_S = 1800.0
KEPT_BYTES = 300_000_000
STALE_S = 60.0
"""A lock older than this belongs to a worker that is gone."""
FOLDER = "njia-exports-"
"""How the folder of a server begins; its process id follows."""
VERSION = 1
"""Part of every job's name: raise it when a format changes what it writes."""
_NAME = re.compile(r"[0-9a-f]{32}")
REFUSED, BROKE, WITHDRAWN = "said", "broke", "withdrawn"


class Full(Exception):
    """Too many exports are being made, by all or by this sender; come again in a minute."""


@dataclass(frozen=True, slots=True)
class ExportJob:
    """How one export stands. share: 0 to 1. problem: ``said`` (a sentence in `words`), ``broke`` or ``withdrawn``."""

    id: str
    state: str
    format: str
    name: str
    lang: str
    link: str
    template: str
    release: str
    dataset: str
    share: float = 0.0
    size: int = 0
    problem: str = ""
    words: str = ""

    @property
    def busy(self) -> bool:
        """Whether it has not ended."""
        return self.state in BUSY


def _own_folder(parent: Path) -> Path:
    """Name a folder of this process, and remove those of processes of ours that were killed."""
    for left in parent.glob(f"{FOLDER}*") if FORKS else ():
        pid = left.name.removeprefix(FOLDER).partition("-")[0]
        with suppress(OSError):
            if pid.isdigit() and left.stat().st_uid == os.getuid() and not is_running(int(pid)):
                shutil.rmtree(left, ignore_errors=True)
    return parent / f"{FOLDER}{os.getpid()}-{os.urandom(6).hex()}"


def is_running(pid: int) -> bool:
    """Say whether a process of this computer is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class ExportJobs:
    """The exports of one site; every worker has its own `ExportJobs` over the same folder."""

    def __init__(
        self, folder: Path | None = None, *, most: int = MOST_BUSY, most_each: int = MOST_EACH, kept_s: float = KEPT_S
    ) -> None:
        """Use a folder of its own; `None` names one that the workers forked from this process share."""
        self.folder = folder or _own_folder(Path(tempfile.gettempdir()))
        self._most, self._most_each, self._kept_s = most, most_each, kept_s
        self._worker = OneWorker("export")
        self._mine: set[str] = set()
        self._guard = threading.Lock()

    def start(self, world: World, brief: Brief, kind: str, sender: str = "") -> ExportJob:
        """Return the job that makes a brief in a format, begun now unless it is there already.

        sender: the keyed hash of who asks; without one, nobody is counted apart. Raises KeyError for a format that
        is not offered, and Full.
        """
        chosen = FORMATS[kind]
        name = job_id(brief, kind)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.clean()
        known = self.find(name)
        if known is not None and (known.state == DONE or (known.busy and self._fresh(name))):
            return known
        senders = [self._text(busy, ".lock") for busy in self._fresh_locks()]
        if len(senders) >= self._most or (sender and senders.count(sender) >= self._most_each):
            raise Full
        for _ in range(20):  # a job that has just ended gives up its lock a moment later
            if self._lock(name, sender):
                break
            known = self.find(name)
            if known is None or known.busy or known.state == DONE:
                return known or self._new(name, brief, kind, chosen)
            time.sleep(BREATH_S)
        for left in (".stop", ".share", ".out", ".key"):
            self._path(name, left).unlink(missing_ok=True)
        job = self._write(self._new(name, brief, kind, chosen))
        with self._guard:
            self._mine.add(name)
        self._worker.submit(self._run, job, world, brief, chosen)
        return job

    def find(self, name: str) -> ExportJob | None:
        """Return how a job stands; None for one that is not kept (any more)."""
        job = self._read(name) if _NAME.fullmatch(name) else None
        if job is None:
            return None
        if job.busy and not self._fresh(name):
            job = self._read(name) or job  # it may have ended between the two looks
            return replace(job, state=FAILED, problem=BROKE) if job.busy else job
        with suppress(OSError, ValueError):
            return replace(job, share=float(self._path(name, ".share").read_text())) if job.busy else job
        return job

    def _read(self, name: str) -> ExportJob | None:
        try:
            return ExportJob(**json.loads(self._path(name, ".json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def result(self, name: str) -> Path | None:
        """Return the finished file of a job."""
        job = self.find(name)
        path = self._path(name, ".out")
        return path if job is not None and job.state == DONE and path.is_file() else None

    def new_key(self, name: str) -> str:
        """Return what its starter must show to stop a job; "" when somebody has that key already, or it has ended."""
        job = self.find(name)
        if job is None or not job.busy:
            return ""
        key = secrets.token_hex(16)
        try:
            file = os.open(self._path(name, ".key"), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            return ""
        with os.fdopen(file, "w", encoding="ascii") as out:
            out.write(key)
        return key

    def may_stop(self, name: str, key: str) -> bool:
        """Say whether this key is the one that was given to who started the job."""
        known = self._text(name, ".key") if _NAME.fullmatch(name) else ""
        return bool(known) and secrets.compare_digest(known.encode(), key.encode("utf-8", "replace"))

    def stop(self, name: str) -> None:
        """Ask for a job to be stopped; one that has ended stays as it is."""
        job = self.find(name)
        if job is not None and job.busy:
            self._path(name, ".stop").touch()

    def clean(self) -> None:
        """Remove what is older than a while, and the oldest files beyond the room there is."""
        now = time.time()
        kept: list[tuple[float, int, str]] = []
        for path in self.folder.glob("*"):
            with suppress(OSError):
                stat = path.stat()
                if now - stat.st_mtime > self._kept_s and not self._fresh(path.stem):
                    path.unlink(missing_ok=True)
                elif path.suffix == ".out":
                    kept.append((stat.st_mtime, stat.st_size, path.stem))
        total = sum(size for _, size, _ in kept)
        for _, size, name in sorted(kept):
            if total <= KEPT_BYTES:
                break
            total -= size
            for end in (".json", ".out", ".share", ".stop", ".key"):
                self._path(name, end).unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove the folder and everything in it."""
        for path in self.folder.glob("*"):
            path.unlink(missing_ok=True)
        with suppress(OSError):
            self.folder.rmdir()

    def _path(self, name: str, end: str) -> Path:
        return self.folder / f"{name}{end}"

    def _new(self, name: str, brief: Brief, kind: str, chosen: Format) -> ExportJob:
        stamp = brief.stamp
        return ExportJob(
            name, WAITING, kind, f"{brief.name}.{chosen.extension}", brief.lang, stamp.link, brief.template,
            stamp.release, stamp.dataset,
        )  # fmt: skip

    def _write(self, job: ExportJob) -> ExportJob:
        part = self._path(job.id, f".{os.getpid()}.part")
        part.write_text(json.dumps(asdict(job)), encoding="utf-8")
        part.replace(self._path(job.id, ".json"))
        return job

    def _text(self, name: str, end: str) -> str:
        try:
            return self._path(name, end).read_text(encoding="ascii")
        except (OSError, ValueError):
            return ""

    def _lock(self, name: str, sender: str) -> bool:
        """Take a job for this process; a lock of a worker that is gone is taken over."""
        path = self._path(name, ".lock")
        if path.exists() and not self._fresh(name):
            path.unlink(missing_ok=True)
        try:
            file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            return False
        with os.fdopen(file, "w", encoding="ascii") as out:
            out.write(sender)
        return True

    def _fresh(self, name: str) -> bool:
        try:
            return time.time() - self._path(name, ".lock").stat().st_mtime < STALE_S
        except OSError:
            return False

    def _fresh_locks(self) -> Iterator[str]:
        return (path.stem for path in self.folder.glob("*.lock") if self._fresh(path.stem))

    def _beat(self) -> None:
        with self._guard:
            mine = list(self._mine)
        for name in mine:
            with suppress(OSError):
                os.utime(self._path(name, ".lock"))

    def _run(self, job: ExportJob, world: World, brief: Brief, chosen: Format) -> None:
        ended = self._made(job, world, brief, chosen)
        for end in (".part", ".stop", ".share", ".said", ".key"):
            self._path(job.id, end).unlink(missing_ok=True)
        self._write(ended)
        with self._guard:
            self._mine.discard(job.id)
        self._path(job.id, ".lock").unlink(missing_ok=True)

    def _made(self, job: ExportJob, world: World, brief: Brief, chosen: Format) -> ExportJob:
        """Make the file; return how the job ended."""
        part, out = self._path(job.id, ".part"), self._path(job.id, ".out")
        try:
            self._ticker(job.id)(0.0)
            self._write(replace(job, state=WORKING))
            (self._in_child if FORKS else self._here)(job.id, lambda tick: chosen.load()(brief, world, part, tick))
            if withdrawn(world, job.dataset, job.release):
                return replace(job, state=FAILED, problem=WITHDRAWN)
            part.replace(out)
            return replace(job, state=DONE, share=1.0, size=out.stat().st_size)
        except Cancelled:
            return replace(job, state=CANCELLED)
        except DataProblem as problem:
            return replace(job, state=FAILED, problem=REFUSED, words=str(problem))
        except Exception as error:  # noqa: BLE001 - a job must end, whatever went wrong; told by kind and place only
            _log(job.format, error)
            return replace(job, state=FAILED, problem=BROKE)

    def _ticker(self, name: str) -> Callable[[float], None]:
        def tick(share: float) -> None:
            if self._path(name, ".stop").exists():
                raise Cancelled
            self._path(name, ".share").write_text(f"{min(1.0, max(0.0, share)):.3f}", encoding="ascii")

        return tick

    def _here(self, name: str, work: Callable[[Callable[[float], None]], None]) -> None:
        tick = self._ticker(name)

        def beating(share: float) -> None:
            self._beat()
            tick(share)

        work(beating)

    def _in_child(self, name: str, work: Callable[[Callable[[float], None]], None]) -> None:
        refusal, stop = self._path(name, ".said"), self._path(name, ".stop")
        run_in_child(lambda: work(self._ticker(name)), refusal, stop, self._beat)


def job_id(brief: Brief, kind: str) -> str:
    """Return the name of a job: the fingerprint of everything that decides what the file holds."""
    stamp = brief.stamp
    parts = (VERSION, kind, brief.template, brief.lang, stamp.link, stamp.address, stamp.release, stamp.boundaries)
    text = json.dumps([*parts, brief.subject, stamp.as_of], ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _log(kind: str, error: Exception) -> None:
    logging.getLogger("njia").error("Export %s: %s", kind, place_of(error))
