"""A Kobo-style workbook from file to published map: through the desk, and in two commands. The same release."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from geodata.intake.keys import KEY_FILE
from geodata.query.world import open_world
from geodata.settings import DataSettings, from_environment

ROOT = Path(__file__).resolve().parents[3]


def by_desk(sitting: Any, path: Path) -> str:
    """Go the whole way on the desk's pages; returns the release's id."""
    sitting.upload(path)
    sitting.wait()
    (file,) = sitting.desk.files.values()
    sitting.post(f"/file/{file.name}/columns")
    sitting.wait()
    asked = sitting.get(f"/file/{file.name}/counties").text
    answers = {"version": str(file.version)}
    places = {"Kajado N": "KE034", "Elgeyo": "KE028"}
    for number, spelling in enumerate(sorted(places, key=asked.index)):
        answers[f"spelling-{number}"] = places[spelling]
    sitting.post(f"/file/{file.name}/counties", answers)
    sitting.wait()
    sitting.post(f"/file/{file.name}/store")
    sitting.wait()
    sitting.post("/prepare/caseload")
    sitting.wait()
    draft = sitting.desk.drafts["caseload"]
    page = sitting.get("/publish/caseload").text
    assert len(draft.sentences) >= 3
    assert not sitting.desk.settings.releases.exists() or not list(sitting.desk.settings.releases.glob("*/CURRENT"))
    assert "I have read these sentences" in page
    assert sitting.post("/publish/caseload", {"draft": draft.made.isoformat()}).status_code == 409
    assert sitting.post("/publish/caseload", {"draft": "older", "read": "yes"}).status_code == 409
    sitting.post("/publish/caseload", {"draft": draft.made.isoformat(), "read": "yes"})
    sitting.wait()
    shown = sitting.get("/publish/caseload", follow_redirects=True)
    assert "The release is published" in shown.text
    return str(shown.request.path.rsplit("/", 1)[1])


def by_commands(home: Path, path: Path, profile: Path) -> str:
    """Import and publish on the command line; returns the release's id."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("NJIA_")}
    env = {**kept, "NJIA_HOME": str(home)}
    said = []
    for words in (
        ["import", str(path), "--map", str(profile), "--json"],
        ["publish", "--dataset", "caseload", "--json"],
    ):
        done = subprocess.run(
            [sys.executable, str(ROOT / "app.py"), *words], env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode in (0, 2), done.stderr[-2000:]
        said.append(json.loads(done.stdout))
    assert said[1]["visible"]
    return str(said[1]["id"])


def both_ways(sitting: Any, tmp_path: Path, path: Path, *, least_total: int) -> None:
    """Go both ways with a file and compare."""
    started = time.monotonic()
    desk_id = by_desk(sitting, path)
    by_hand = time.monotonic() - started
    profile = tmp_path / "profile.yaml"
    profile.write_text("counties:\n  Kajado N: KE034\n  Elgeyo: KE028\n", encoding="utf-8")
    home = tmp_path / "commands"
    home.mkdir(mode=0o700)
    # Organisations on no list are keyed marks; with the same key the two ways must give the same release.
    shutil.copy(sitting.desk.settings.home / KEY_FILE, home / KEY_FILE)
    started = time.monotonic()
    command_id = by_commands(home, path, profile)
    print(f"{path.name}: desk {by_hand:.1f} s, two commands {time.monotonic() - started:.1f} s")  # noqa: T201 - a figure
    for settings in (sitting.desk.settings, from_environment({"NJIA_HOME": str(home)})):
        check_world(settings, least_total)
    assert desk_id == command_id, "the desk and the commands publish different releases of the same file"


def check_world(settings: DataSettings, least_total: int) -> None:
    """Check that the public site's world opens the release, and that every figure in it is whole tens."""
    release = open_world(settings).releases["caseload"]
    total = release.total()
    assert total is not None
    assert total >= least_total
    for table in release.cells.tables:
        assert (table.counts % 10 == 0).all()
    frame = release.lookup(("county",))
    assert frame["persons"].sum() <= total


def test_50000_rows_both_ways(sitting: Any, kobo: Any, tmp_path: Path) -> None:
    both_ways(sitting, tmp_path, kobo(50_000), least_total=49_000)
