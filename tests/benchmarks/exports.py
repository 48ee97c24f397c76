"""Files of every purpose, each in a process of its own: seconds from the brief to the file, and peak memory.

`python -m tests.benchmarks.exports FORMAT LINK FOLDER` makes one file and prints its figures as JSON;
FORMAT ``briefs`` makes the paper of all counties in both languages, ``story`` shows the steps of a story.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.figures import Figure
from tests.benchmarks.intake import peak_mb

ROOT = Path(__file__).resolve().parents[2]
LINKS = {
    "county": "/?county=KE047&lang=sw",
    "corridor": "/?corridor=C01&nature=smuggling",
    "national": "/?measure=rate",
    "compare": "/?counties=KE010,KE011,KE019,KE030,KE044,KE047&measure=persons&nature=smuggling",
}
DECK_S, PAPER_S, ALL_S, STEP_MS, MOST_MB = 5.0, 2.0, 90.0, 300.0, 400.0


def take(kind: str, link: str, folder: Path) -> dict[str, float]:
    """Make one file here; return seconds and peak memory of this process."""
    from dashboard.export import FORMATS  # noqa: PLC0415 - measured: the imports belong to the file
    from dashboard.export.brief import from_link  # noqa: PLC0415
    from dashboard.view.site import choices_of  # noqa: PLC0415

    world = _world(folder)
    choices = choices_of(world)
    began, worked = time.perf_counter(), time.process_time()
    brief = from_link(world, choices, link)
    out = folder / "file"
    FORMATS[kind].load()(brief, world, out, lambda _share: None)
    return {
        "s": time.perf_counter() - began,
        "cpu": time.process_time() - worked,
        "mb": peak_mb(),
        "kb": out.stat().st_size / 1000,
    }


def take_all(link: str, folder: Path) -> dict[str, float]:
    """Make the paper of all counties in both languages, on two processors."""
    from dashboard.export.all_counties import every_county  # noqa: PLC0415 - measured: the imports belong to the files

    world = _world(folder)
    began = time.perf_counter()
    made = list(every_county(world, link, "pdf", folder / "briefs", 2))
    return {"s": time.perf_counter() - began, "cpu": 0.0, "mb": peak_mb(), "kb": float(len(made))}


def take_story(folder: Path) -> dict[str, float]:
    """Show every step of the shipped stories for the first time; return the slowest."""
    from dashboard.briefing.steps import show  # noqa: PLC0415
    from dashboard.briefing.story import STORIES, load  # noqa: PLC0415
    from dashboard.settings import ASSETS  # noqa: PLC0415
    from dashboard.view.site import make_site  # noqa: PLC0415
    from dashboard.web.static import Assets  # noqa: PLC0415

    site = make_site(_world(folder), Assets(ASSETS))
    stories = [load(path) for path in sorted(STORIES.glob("*.yaml"))]
    show(site, stories[0], 1, "en")  # the first map of a process also reads the shapes
    times = []
    for story in stories:
        for number in range(1, len(story.steps) + 1):
            began = time.perf_counter()
            show(site, story, number, "sw")
            times.append(time.perf_counter() - began)
    return {"s": max(times), "cpu": statistics.median(times), "mb": peak_mb(), "kb": float(len(times))}


def _world(folder: Path) -> Any:
    from geodata.query.world import open_world  # noqa: PLC0415 - only the measured process needs it
    from geodata.settings import from_environment  # noqa: PLC0415

    return open_world(from_environment({"NJIA_HOME": str(folder / "home")}))


def figures(quick: bool) -> list[Figure]:
    """Return seconds and memory of slides and paper of each purpose, of all county briefs, of a story's steps."""
    found = []
    for kind, budget in (("pptx", DECK_S), ("pdf", PAPER_S)):
        for name, link in LINKS.items():
            runs = [_run(kind, link) for _ in range(1 if quick else 3)]
            seconds = statistics.median(run["s"] for run in runs)
            worked = statistics.median(run["cpu"] for run in runs)
            note = f"{runs[0]['kb']:.0f} kB, imports included; {worked:.1f} s of processor"
            said = kind.upper()
            found.append(Figure("export", f"{said}, {name}", seconds, "s", budget, note=note))
            most = max(run["mb"] for run in runs)
            found.append(Figure("export", f"{said}, {name}, peak memory", most, "MB", MOST_MB))
    every = _run("briefs", "/")
    note = f"{every['kb']:.0f} files, two processes"
    found.append(Figure("export", "PDF, all counties, both languages", every["s"], "s", ALL_S, note=note))
    steps = _run("story", "/")
    note = f"the slowest of {steps['kb']:.0f}, drawn for the first time; median {steps['cpu'] * 1000:.0f} ms"
    found.append(Figure("briefing", "a step of a story", steps["s"] * 1000, "ms", STEP_MS, note=note))
    return found


def _run(kind: str, link: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.benchmarks.exports", kind, link, folder]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=600)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def main(kind: str, link: str, folder: Path) -> dict[str, float]:
    """Take what the command line asks for."""
    if kind == "briefs":
        return take_all(link, folder)
    return take_story(folder) if kind == "story" else take(kind, link, folder)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))))
