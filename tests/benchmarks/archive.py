"""An archive of 10⁶ … 10⁸ records: what importing costs as it grows, and a release that Spark measures here.

Importing and measuring run in processes of their own, so that their peak memory is their own; Java's is told apart.
`python -m tests.benchmarks.archive fill 1e7 FOLDER`, then `measure`, takes one size and prints it as JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tests.benchmarks.figures import Figure
from tests.benchmarks.intake import peak_mb

ROOT = Path(__file__).resolve().parents[2]
SIZES = (1_000_000, 10_000_000)
MOST_MB = 2000.0


@dataclass(frozen=True, slots=True)
class Imported:
    """One archive filled. first_s, last_s: median seconds per million records, of the first and the last fifth."""

    rows: int
    import_s: float
    first_s: float
    last_s: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Counted:
    """One release measured by Spark: seconds, persons too many or too few, peak megabytes of Python and of Java."""

    rows: int
    publish_s: float
    off: int
    peak_mb: float
    java_mb: float


def fill(rows: int, home: Path) -> Imported:
    """Import a synthetic caseload in files of up to a million records."""
    from geodata.demo import cases as demo  # noqa: PLC0415 - only the child process needs the engines
    from geodata.vault.batch import BatchMeta  # noqa: PLC0415

    vault = _vault(home)
    taken = []
    for number, chunk in enumerate(demo.caseload(rows)):
        started = time.perf_counter()
        vault.store_batch(BatchMeta(demo.DATASET, f"{number}", f"{number}", synthetic=True), chunk)
        taken.append((time.perf_counter() - started) * 1e6 / chunk.num_rows)
    fifth = max(1, len(taken) // 5)
    first, last = (sum(part) / fifth for part in (taken[:fifth], taken[-fifth:]))
    return Imported(rows, sum(taken), first, last, peak_mb())


def measure(rows: int, home: Path) -> Counted:
    """Prepare a release of what `fill` stored."""
    from geodata.demo import cases as demo  # noqa: PLC0415
    from geodata.release.approve import Wish, prepare  # noqa: PLC0415
    from geodata.release.manifest import About  # noqa: PLC0415
    from geodata.release.store import Store  # noqa: PLC0415

    vault, store = _vault(home), Store(home / "releases")
    wish = Wish(by="benchmark", on=date(2026, 11, 28), at="", why="benchmark")
    started = time.perf_counter()
    prepare(vault, store, About(demo.DATASET, title="Synthetic", synthetic=True), wish)
    publish_s = time.perf_counter() - started
    tables = {table.dims: table.counts for table in store.measurements(demo.DATASET)[0].tables}
    return Counted(rows, publish_s, int(tables["county", "nature"].sum()) - rows, peak_mb(), _java_mb())


def _vault(home: Path) -> Any:
    from geodata.settings import DataSettings  # noqa: PLC0415
    from geodata.vault import open_vault  # noqa: PLC0415

    return open_vault(DataSettings(home=home, vault=f"spark:///{home / 'archive'}"))


def _java_mb() -> float:
    """Return the peak resident megabytes of the Java machine that this process started."""
    peaks = []
    for process in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError):  # it ended meanwhile
            told = dict(line.split(":", 1) for line in process.read_text("utf-8").splitlines())
            if told["Name"].strip() == "java" and int(told["NSpgid"]) == os.getpgid(0):
                peaks.append(int(told["VmHWM"].split()[0]) / 1000)
    return max(peaks)


def take(rows: int, home: Path) -> tuple[Imported, Counted]:
    """Fill and measure in two processes."""
    home.mkdir(parents=True, exist_ok=True)
    answers = []
    for step in ("fill", "measure"):
        command = [sys.executable, "-m", "tests.benchmarks.archive", step, str(rows), str(home)]
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=7200)
        if done.returncode:
            raise RuntimeError(f"{step} of {rows:,} records ended with {done.returncode}: {done.stderr[-2000:]}")
        answers.append(json.loads(done.stdout.splitlines()[-1]))
    return Imported(**answers[0]), Counted(**answers[1])


def figures(sizes: tuple[int, ...] = SIZES) -> list[Figure]:
    """Return the archive's lines of the benchmark table."""
    lines: list[Figure] = []
    for rows in sizes:
        with tempfile.TemporaryDirectory() as folder:
            imported, counted = take(rows, Path(folder))
        size = f"{rows:.0e} records"
        note = f"{imported.first_s:.2f} s for a million at first, {imported.last_s:.2f} s at last"
        lines += [
            Figure("archive", f"imported, {size}", rows / imported.import_s, "rows/s", note=note),
            Figure("archive", f"published by Spark, {size}", counted.publish_s, "s", note=f"{counted.off:+d} persons"),
            Figure("archive", f"peak memory of Python, {size}", max(imported.peak_mb, counted.peak_mb), "MB", MOST_MB),
            Figure("archive", f"peak memory of Java, {size}", counted.java_mb, "MB", MOST_MB),
        ]
    return lines


STEPS: dict[str, Callable[[int, Path], Imported | Counted]] = {"fill": fill, "measure": measure}

if __name__ == "__main__":
    step, n_rows, place = sys.argv[1:4]
    sys.stdout.write(json.dumps(asdict(STEPS[step](int(float(n_rows)), Path(place)))) + "\n")
