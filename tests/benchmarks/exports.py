"""Slides of every purpose, each in a process of its own: seconds from the brief to the file, and peak memory.

`python -m tests.benchmarks.exports LINK FOLDER` makes one deck and prints its figures as JSON.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.figures import Figure
from tests.benchmarks.intake import peak_mb

ROOT = Path(__file__).resolve().parents[2]
LINKS = {
    "county": "/?county=KE047&lang=sw",
    "corridor": "/?corridor=C01&nature=smuggling",
    "national": "/?measure=rate",
    "compare": "/?counties=KE010,KE011,KE019,KE030,KE044,KE047&measure=persons&nature=smuggling",
}
DECK_S, MOST_MB = 5.0, 400.0


def take(link: str, folder: Path) -> dict[str, float]:
    """Make one deck here; return seconds and peak memory of this process."""
    from dashboard.export.brief import from_link  # noqa: PLC0415 - measured: the imports belong to the deck
    from dashboard.live import choices_of  # noqa: PLC0415
    from geodata.query import open_world  # noqa: PLC0415
    from geodata.settings import from_environment  # noqa: PLC0415

    world = open_world(from_environment({"NJIA_HOME": str(folder / "home")}))
    choices = choices_of(world)
    began, worked = time.perf_counter(), time.process_time()
    brief = from_link(world, choices, link)
    from dashboard.export.pptx import make  # noqa: PLC0415 - a forked export imports it anew

    out = folder / "deck.pptx"
    make(brief, world, out, lambda _share: None)
    return {
        "s": time.perf_counter() - began,
        "cpu": time.process_time() - worked,
        "mb": peak_mb(),
        "kb": out.stat().st_size / 1000,
    }


def figures(quick: bool) -> list[Figure]:
    """Return seconds and memory of a deck of each purpose."""
    found = []
    for name, link in LINKS.items():
        runs = [_run(link) for _ in range(1 if quick else 3)]
        seconds = statistics.median(run["s"] for run in runs)
        worked = statistics.median(run["cpu"] for run in runs)
        note = f"{runs[0]['kb']:.0f} kB, imports included; {worked:.1f} s of processor"
        found.append(Figure("export", f"PPTX, {name}", seconds, "s", DECK_S, note=note))
        found.append(Figure("export", f"PPTX, {name}, peak memory", max(run["mb"] for run in runs), "MB", MOST_MB))
    return found


def _run(link: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.benchmarks.exports", link, folder]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=300)
    told: dict[str, float] = json.loads(done.stdout)
    return told


if __name__ == "__main__":
    sys.stdout.write(json.dumps(take(sys.argv[1], Path(sys.argv[2]))))
