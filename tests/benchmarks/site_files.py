"""The public site of one language as files: seconds on two processors, and megabytes.

`python -m tests.benchmarks.site_files FOLDER` writes it once and prints its figures as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.figures import Figure

ROOT = Path(__file__).resolve().parents[2]
MOST_S, MOST_MB, PROCESSES = 120.0, 60.0, 2


def write_once(folder: Path) -> dict[str, float]:
    """Write the English site into a new folder; return seconds, megabytes and the number of files."""
    from dashboard.server.app import create_app  # noqa: PLC0415 - measured: the imports belong to the files
    from dashboard.settings import AppSettings  # noqa: PLC0415
    from dashboard.static_site.pages import Voice  # noqa: PLC0415
    from dashboard.static_site.scope import whole  # noqa: PLC0415
    from dashboard.static_site.write import write_site  # noqa: PLC0415
    from geodata.query.world import open_world  # noqa: PLC0415
    from geodata.settings import DataSettings  # noqa: PLC0415

    began = time.perf_counter()
    app = create_app(open_world(DataSettings(home=folder / "home", vault="")), AppSettings())
    sizes = write_site(app, whole(app.site, ("en",)), Voice(), folder / "site", PROCESSES)
    return {"s": time.perf_counter() - began, "mb": sum(sizes.values()) / 1e6, "n": float(len(sizes))}


def figures(quick: bool) -> list[Figure]:
    """Return the figures; nothing where the run is a quick one."""
    if quick:
        return []
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.benchmarks.site_files", folder]
        told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    measured = json.loads(told)
    note = f"{measured['n']:.0f} files, two processors"
    return [
        Figure("site", "all pages of one language as files", measured["s"], "s", MOST_S, note=note),
        Figure("site", "size of one language", measured["mb"], "MB", MOST_MB),
    ]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(write_once(Path(sys.argv[1]))))
