"""A desk for tests: its own home, in this process or as people start it, and files like those people have."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook

from dashboard.steward.desk import Desk
from dashboard.steward.factory import create_desk
from geodata.demo import cases as demo
from geodata.demo import files as demo_files
from geodata.facts import counties
from geodata.settings import DataSettings, from_environment

ROOT = Path(__file__).resolve().parents[3]
PORT = 5999
HOST = f"127.0.0.1:{PORT}"
ORIGIN = f"http://{HOST}"
TERMS = {"legal_basis": "consent", "agreement": "Form 7", "purpose": "policy", "keep_until": "2036"}
"""On what terms the cases of the tests are given."""


@dataclass
class Sitting:
    """A desk in this process and a browser that is signed in."""

    desk: Desk
    server: Flask
    client: FlaskClient

    def get(self, path: str, **options: Any) -> Any:
        """Open a page."""
        return self.client.get(path, base_url=ORIGIN, **options)

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> Any:
        """Post a form as a page of the desk does."""
        form = {"desk": self.desk.gate.form_secret, **(data or {})}
        return self.client.post(path, base_url=ORIGIN, data=form, headers={"Origin": ORIGIN}, **options)

    def upload(self, path: Path, name: str | None = None) -> Any:
        """Put a file on the desk as its form does."""
        with path.open("rb") as stream:
            return self.client.post(
                f"/upload?desk={self.desk.gate.form_secret}", base_url=ORIGIN, headers={"Origin": ORIGIN},
                data={"files": (stream, name or path.name)}, content_type="multipart/form-data",
            )  # fmt: skip

    def store(self, file: Any) -> Any:
        """Store a file as its form does, on terms."""
        return self.post(f"/file/{file.name}/store", TERMS)

    def wait(self) -> None:
        """Wait until the desk has finished its work."""
        end = time.monotonic() + 60
        while any(file.busy for file in self.desk.files.values()) or any(j.busy for j in self.desk.publishing.values()):
            assert time.monotonic() < end, "the desk still works after a minute"
            time.sleep(0.02)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def settings(home: Path) -> DataSettings:
    return from_environment({"NJIA_HOME": str(home)})


@pytest.fixture
def outside(settings: DataSettings) -> Iterator[Sitting]:
    """Return a desk and a browser that has not signed in."""
    desk = Desk(settings)
    desk.gate.port = PORT
    server = create_desk(desk)
    try:
        yield Sitting(desk, server, server.test_client())
    finally:
        desk.close()


@pytest.fixture
def sitting(outside: Sitting) -> Sitting:
    """Return a desk and a browser that has signed in."""
    answer = outside.get(f"/enter?token={outside.desk.gate.token}")
    assert answer.status_code == 200
    return outside


Kobo = Callable[..., Path]


@pytest.fixture(scope="session")
def kobo(tmp_path_factory: pytest.TempPathFactory) -> Kobo:
    """Write a KoboToolbox export: synthetic cases with the disorder of real files; the same every time."""
    folder = tmp_path_factory.mktemp("kobo")
    table = counties.load(from_environment({"NJIA_HOME": str(folder)}))
    names = dict(zip(table["pcode"], table["name"], strict=True))

    def write(rows: int, *, doubtful: bool = True) -> Path:
        path = folder / f"kobo-{rows}-{'messy' if doubtful else 'tidy'}.xlsx"
        if path.exists():
            return path
        frame = demo_files.messy(next(demo.caseload(rows, 7)), names, 7)
        book = Workbook(write_only=True)
        sheet = book.create_sheet("Trafficking case form v3")
        sheet.append(frame.columns)
        place = frame.columns.index("place/county")
        for number, cells in enumerate(frame.iter_rows()):
            row = list(cells)
            if doubtful and number % 97 == 0:
                row[place] = "Kajado N"
            if doubtful and number % 101 == 5:
                row[place] = "Elgeyo"
            if doubtful and number % 503 == 9:
                row[place] = "Atlantis"
            sheet.append(row)
        book.save(path)
        return path

    return write


@dataclass
class Started:
    """A desk as people start it: a process of its own."""

    process: subprocess.Popen[str]
    url: str
    home: Path
    log: Path

    @property
    def address(self) -> str:
        """Return the desk's address without its token."""
        return self.url.split("/enter")[0]

    def stop(self) -> int:
        """End it as Ctrl-C does; returns its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(20)


def start_desk(folder: Path, **environment: str) -> Started:
    home, log = folder / "home", folder / "desk.log"
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith("NJIA_") and key not in ("HOST", "PORT")
    }
    with log.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "app.py"), "steward"], cwd=folder, stdout=stream, stderr=stream, text=True,
            env={**kept, "NJIA_HOME": str(home), **environment}, start_new_session=True,
        )  # fmt: skip
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        if found := re.search(r"http://\S+", log.read_text()):
            return Started(process, found[0], home, log)
        time.sleep(0.05)
    if process.poll() is None:
        process.kill()
    return Started(process, "", home, log)


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    desk = start_desk(tmp_path)
    assert desk.url, desk.log.read_text()
    try:
        yield desk
    finally:
        desk.stop()
