"""Import speed and weight: rows per second from CSV to judged rows, memory over file size, points per second.

Each figure is taken in a process of its own, after its libraries are loaded; `figures()` returns them for
`make bench`, `python -m tests.benchmarks.intake [rows]` prints them alone.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from geodata.intake.run import Options, check_file, point_matcher
from geodata.settings import SHIPPED, DataSettings
from tests.benchmarks.figures import Figure

ROWS = 1_000_000
N_POINTS = 2_000_000


def write_caseload(path: Path, n_rows: int) -> None:
    """Write a caseload of made-up rows with 14 columns, two of them private."""
    rng = np.random.default_rng(3)
    with (SHIPPED / "evidence" / "counties.csv").open(encoding="utf-8", newline="") as lines:
        names = [row["name"] for row in csv.DictReader(lines)]
    places = np.array([*names, *(name.upper() for name in names), *(f"{name} County" for name in names)])

    def pick(*words: str) -> list[str]:
        return np.array(words)[rng.integers(0, len(words), n_rows)].tolist()

    frame = pl.DataFrame(
        {
            "Case ID": [f"HT/2024/{number:07d}" for number in range(n_rows)],
            "Victim name": pick("Jane Wanjiku", "John Otieno", "Amina Hassan"),
            "Phone": [f"07{number:08d}" for number in rng.integers(0, 10**8, n_rows).tolist()],
            "County of exploitation": places[rng.integers(0, len(places), n_rows)].tolist(),
            "County of origin": places[rng.integers(0, len(places), n_rows)].tolist(),
            "Date": (np.datetime64("2015-01-01") + rng.integers(0, 4000, n_rows)).astype(str).tolist(),
            "Nationality": pick("Kenyan", "Ethiopian", "ETH", "Uganda", "Somali"),
            "Gender": pick("Female", "Male", "F", "M", ""),
            "Age": rng.integers(1, 60, n_rows).astype(str).tolist(),
            "Form of exploitation": pick("Forced labour", "Sexual exploitation", "Begging;Forced labour", "smuggling"),
            "Means of control": pick("Threats", "False promises;Threats", "Debt bondage", ""),
            "Recruiter relationship": pick("Family", "Friend", "Agent"),
            "Transport": pick("Bus", "Lorry", "Air"),
            "Reporting organisation": pick("HAART", "IOM", "DCI"),
        },
    )
    frame.write_csv(path)


def take(path: Path) -> dict[str, float]:
    """Judge a file in this process; return seconds (wall and processor), rows and megabytes (before, peak)."""
    import pandas as pd  # noqa: F401, PLC0415 - pyarrow loads it on first use; that is no part of the import

    with tempfile.TemporaryDirectory() as home:
        settings = DataSettings(home=Path(home), vault="")
        before = peak_mb()
        wall, processor = time.perf_counter(), time.process_time()
        outcome = check_file(path, settings, Options())
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return {"wall": wall, "processor": processor, "rows": len(outcome.rows), "before": before, "peak": peak_mb()}


def peak_mb() -> float:
    """Return this process's peak resident megabytes; ru_maxrss would count the parent's, too."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this system does not tell a process's peak memory")


def bare_read(path: Path) -> float:
    """Return the seconds polars needs to read the file as text and do nothing with it."""
    started = time.perf_counter()
    pl.read_csv(path, infer_schema=False)
    return time.perf_counter() - started


def points_per_second() -> float:
    """Return how many random points over Kenya are given their county per second."""
    matcher = point_matcher(DataSettings(home=Path("nowhere"), vault=""))
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(34, 41.9, N_POINTS), rng.uniform(-4.6, 5, N_POINTS)
    seconds = []
    for _ in range(2):
        started = time.perf_counter()
        matcher.match(lon, lat)
        seconds.append(time.perf_counter() - started)
    return N_POINTS / min(seconds)


def figures(n_rows: int = ROWS) -> list[Figure]:
    """Return the figures of the import."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cases.csv"
        write_caseload(path, n_rows)
        command = [sys.executable, "-m", "tests.benchmarks.intake", "--take", str(path)]
        runs = [json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout) for _ in "ab"]
        found = min(runs, key=lambda run: run["wall"])  # the run least disturbed by other work on the machine
        size = path.stat().st_size / 2**20
        bare = bare_read(path)
    grown = found["peak"] - found["before"]
    return [
        Figure("import", "CSV rows judged", found["rows"] / found["wall"], "rows/s", 300_000, least=True,
               note=f"{n_rows:,} rows, {size:.0f} MB; {found['processor']:.1f} processor seconds"),
        Figure("import", "memory over file size", grown / size, "times", 3.0, note=f"{grown:.0f} MB grown"),
        Figure("import", "time over a bare read", found["wall"] / bare, "times", note="polars, all columns as text"),
    ]  # fmt: skip


def points() -> list[Figure]:
    """Return how fast coordinates find their county on the shipped boundaries."""
    note = f"{N_POINTS:,} points, half of them in Kenya"
    return [Figure("points", "given a county", points_per_second(), "points/s", 1_500_000, least=True, note=note)]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--take"]:
        print(json.dumps(take(Path(sys.argv[2]))))  # noqa: T201 - the figure travels on standard output
    else:
        for figure in [*figures(int(sys.argv[1]) if sys.argv[1:] else ROWS), *points()]:
            print(f"{figure.name}: {figure.value:,.2f} {figure.unit} {figure.verdict} ({figure.note})")  # noqa: T201
