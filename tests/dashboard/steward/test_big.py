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

from dashboard.steward.publishing import waiting
from geodata.intake.keys import KEY_FILE
from geodata.query.world import open_world
from geodata.release.workload import WORKLOAD
from geodata.settings import DataSettings, from_environment
from geodata.vault import open_vault
from geodata.vault.counting import digest

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
    sitting.store(file)
    sitting.wait()
    sitting.post("/prepare/caseload", {"by": "Amina"})
    sitting.wait()
    draft = waiting(sitting.desk.settings, "caseload")
    assert draft is not None
    page = sitting.get("/publish/caseload").text
    assert not sitting.desk.settings.releases.exists() or not list(sitting.desk.settings.releases.glob("*/CURRENT"))
    assert "I have read these sentences" in page
    sitting.post("/publish/caseload", {"draft": draft.id, "read": "yes", "by": "Otieno"})
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
        ["import", str(path), "--map", str(profile), "--json", "--legal-basis", "public_task"],
        ["publish", "--dataset", "caseload", "--alone", "--json"],
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
    by_verbs = time.monotonic() - started
    print(f"{path.name}: desk {by_hand:.1f} s, two commands {by_verbs:.1f} s")  # noqa: T201 - a figure
    for settings in (sitting.desk.settings, from_environment({"NJIA_HOME": str(home)})):
        check_world(settings, least_total)
    assert desk_id != command_id, "two measurements of the same file are two draws"
    there = from_environment({"NJIA_HOME": str(home)})
    tables = [spec.dims for spec in WORKLOAD]
    sums = [open_vault(settings).sums("caseload", tables) for settings in (sitting.desk.settings, there)]
    assert digest(sums[0]) == digest(sums[1]), "the desk and the commands store different cases of the same file"


def check_world(settings: DataSettings, least_total: int) -> None:
    """Check that the public site's world opens the release and that its figures add up, but for the noise."""
    release = open_world(settings).releases["caseload"]
    total = int(release.lookup(("nature",))["persons"].fillna(0).sum())
    assert total >= least_total - 50
    counties = release.lookup(("county", "nature"))
    assert abs(int(counties["persons"].fillna(0).sum()) - total) < 1_000


def test_50000_rows_both_ways(sitting: Any, kobo: Any, tmp_path: Path) -> None:
    both_ways(sitting, tmp_path, kobo(50_000), least_total=49_000)
