"""Exports outside the request: instant when repeated, stopped, bounded, kept briefly, safe between workers."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dashboard.export import FORMATS, Format, jobs
from dashboard.export.brief import from_link
from dashboard.export.jobs import ExportJob, ExportJobs, Full, job_id
from dashboard.export.model import Brief
from dashboard.jobs import CANCELLED, DONE, FAILED, FORKS, WORKING
from dashboard.view.site import choices_of
from geodata.query.world import World
from geodata.values import DataProblem

MADE = SimpleNamespace(times=0)


def quick(brief: Brief, _world: World, out: Path, progress: Any) -> None:
    progress(0.5)
    out.write_text(brief.title, encoding="utf-8")


def slow(_brief: Brief, _world: World, out: Path, progress: Any) -> None:
    out.write_text("half", encoding="utf-8")
    for step in range(400):
        progress(step / 400)
        time.sleep(0.05)


@pytest.mark.skipif(not FORKS, reason="this system does not fork")
def test_the_folder_of_a_killed_server_goes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(jobs.tempfile, "gettempdir", lambda: str(tmp_path))
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    child.wait()
    killed, running = tmp_path / f"njia-exports-{child.pid}-ab12", tmp_path / f"njia-exports-{os.getpid()}-cd34"
    other = tmp_path / "njia-exports-notes"
    for folder in (killed, running, other):
        folder.mkdir()
        (folder / "x.out").write_text("x", encoding="utf-8")
    ExportJobs()
    assert (killed.exists(), running.exists(), other.exists()) == (False, True, True)


def refused(*_: Any) -> None:
    raise DataProblem("There is no ink.")


def broken(*_: Any) -> None:
    raise RuntimeError("a name that must not be shown")


def vanished(*_: Any) -> None:
    os._exit(1)


@pytest.fixture(scope="module")
def brief(world: World) -> Brief:
    return from_link(world, choices_of(world), "/?county=KE011&nature=smuggling")


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ExportJobs]:
    here = "tests.dashboard.export.test_jobs"
    for name in ("quick", "slow", "refused", "broken", "vanished"):
        monkeypatch.setitem(FORMATS, name, Format("export.format.pptx", "text/plain", "txt", f"{here}:{name}"))
    monkeypatch.setattr(Format, "load", lambda self: globals()[self.maker.split(":")[1]])
    made = ExportJobs(tmp_path / "exports", most=2)
    yield made
    made.remove()


def ended(room: ExportJobs, job: ExportJob) -> ExportJob:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        found = room.find(job.id)
        if found is not None and not found.busy and not room._path(job.id, ".lock").exists():
            return found
        time.sleep(0.02)
    raise AssertionError("the job did not end")


def test_a_file_is_made_once_and_then_at_hand(room: ExportJobs, world: World, brief: Brief) -> None:
    job = ended(room, room.start(world, brief, "quick"))
    assert (job.state, job.name) == (DONE, f"{brief.name}.txt")
    path = room.result(job.id)
    assert path is not None
    assert path.read_text(encoding="utf-8") == brief.title
    assert path.stat().st_mode & 0o077 == 0 or path.parent.stat().st_mode & 0o077 == 0
    before = path.stat().st_mtime_ns
    again = room.start(world, brief, "quick")
    assert again.state == DONE
    assert path.stat().st_mtime_ns == before
    assert not list(room.folder.glob("*.lock"))


def test_another_view_language_or_format_is_another_job(brief: Brief) -> None:
    other = (
        replace(brief, lang="sw"), replace(brief, template="national"),
        replace(brief, stamp=replace(brief.stamp, link="/?county=KE012")),
        replace(brief, stamp=replace(brief.stamp, release="0" * 64)),
    )  # fmt: skip
    names = {job_id(one, "quick") for one in (brief, *other)} | {job_id(brief, "slow")}
    assert len(names) == 6


def test_a_reader_stops_it(room: ExportJobs, world: World, brief: Brief) -> None:
    job = room.start(world, brief, "slow")
    end = time.monotonic() + 60
    while not (found := room.find(job.id)) or found.share == 0:
        assert time.monotonic() < end
        time.sleep(0.02)
    room.stop(job.id)
    assert ended(room, job).state == CANCELLED
    assert room.result(job.id) is None
    assert not list(room.folder.glob("*.part"))


@pytest.mark.parametrize(
    ("kind", "ending"),
    [("refused", ("said", "There is no ink.")), ("broken", ("broke", "")), ("vanished", ("broke", ""))],
)
def test_what_goes_wrong_is_said(
    room: ExportJobs, world: World, brief: Brief, kind: str, ending: tuple[str, str]
) -> None:
    if kind == "vanished" and not FORKS:
        pytest.skip("only a child process can vanish")
    job = ended(room, room.start(world, brief, kind))
    assert (job.state, job.problem, job.words) == (FAILED, *ending)
    assert [path.suffix for path in room.folder.iterdir()] == [".json"]
    assert room.start(world, brief, kind).busy


def test_no_more_than_there_is_room_for(room: ExportJobs, world: World, brief: Brief) -> None:
    views = [replace(brief, stamp=replace(brief.stamp, link=f"/?county=KE01{i}")) for i in range(3)]
    begun = [room.start(world, view, "slow") for view in views[:2]]
    with pytest.raises(Full):
        room.start(world, views[2], "slow")
    assert room.start(world, views[0], "slow").id == begun[0].id
    for job in begun:
        room.stop(job.id)
    assert {ended(room, job).state for job in begun} == {CANCELLED}


def test_two_workers_share_one_job(room: ExportJobs, world: World, brief: Brief) -> None:
    other = ExportJobs(room.folder, most=2)
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda r=r: found.append(r.start(world, brief, "slow").id)) for r in (room, other)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(set(found)) == 1
    assert len(list(room.folder.glob("*.lock"))) == 1
    other.stop(found[0])
    assert other.find(found[0]) is not None
    assert ended(other, room.find(found[0])).state == CANCELLED  # type: ignore[arg-type] # it was just begun


def test_a_worker_that_is_gone_leaves_no_job_hanging(room: ExportJobs, world: World, brief: Brief) -> None:
    job = room.start(world, brief, "quick")
    ended(room, job)
    room._write(replace(job, state=WORKING))
    lock = room.folder / f"{job.id}.lock"
    lock.touch()
    os.utime(lock, (1, 1))
    found = room.find(job.id)
    assert found is not None
    assert found.state == FAILED
    assert ended(room, room.start(world, brief, "quick")).state == DONE


def test_old_files_go(room: ExportJobs, world: World, brief: Brief) -> None:
    job = ended(room, room.start(world, brief, "quick"))
    for path in room.folder.iterdir():
        with suppress(FileNotFoundError):  # the lock of the job may go at this moment
            os.utime(path, (1, 1))
    room.clean()
    assert room.find(job.id) is None
    assert not list(room.folder.iterdir())


def test_the_oldest_go_when_there_is_no_room(room: ExportJobs, world: World, brief: Brief, monkeypatch: Any) -> None:
    first = ended(room, room.start(world, brief, "quick"))
    os.utime(room.folder / f"{first.id}.out", (time.time() - 60, time.time() - 60))
    second = ended(room, room.start(world, replace(brief, lang="sw"), "quick"))
    monkeypatch.setattr(jobs, "KEPT_BYTES", second.size)
    room.clean()
    assert room.result(first.id) is None
    assert room.result(second.id) is not None


@pytest.mark.parametrize(
    "name", ["", "..", "../../etc/passwd", "a" * 31, "A" * 32, "a" * 33, "a" * 32 + "/x", "\x00" * 32]
)
def test_a_name_is_never_a_path(room: ExportJobs, name: str) -> None:
    assert room.find(name) is None
    assert room.result(name) is None
    room.stop(name)


def test_a_release_withdrawn_meanwhile_is_not_handed_out(
    room: ExportJobs, world: World, brief: Brief, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "withdrawn", lambda *_: True)
    job = ended(room, room.start(world, brief, "quick"))
    assert (job.state, job.problem) == (FAILED, jobs.WITHDRAWN)
    assert room.result(job.id) is None
