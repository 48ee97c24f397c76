"""Publishing a caseload of 10⁴ … 10⁷ records, beside DuckDB's bare GROUP BY; and what a filter change costs then.

Every size runs in a process of its own, so that its peak memory is its own. Two kinds of caseload: `skewed`, as
`geodata.demo.cases` draws it, and `distinct`, the same rows with every dimension shuffled by itself, so that
almost every record is a cell of its own: the hardest there is. Both sides of the promise read the same vault file,
the bare query once warm. Publishing is measuring, building and approving; building alone is timed as well.
`python -m tests.benchmarks.publish 1e6 skewed FOLDER` takes one size and prints it as JSON.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tests.benchmarks.figures import Figure
from tests.benchmarks.intake import peak_mb

ROOT = Path(__file__).resolve().parents[2]
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
PROMISED = 10_000_000
TIMES, PLUS_S, MOST_MB, BUILD_S = 1.6, 2.0, 1500.0, 1.0
BARE = ("county", "month", "form", "sex", "age_group", "nationality_group", "role", "reporting_source")
"""The eight dimensions of the bare query."""
FILTERS = (
    "",
    "form=forced_labour",
    "form=sexual_exploitation",
    "sex=female",
    "sex=male",
    "nationality=ethiopia",
    "age=24-26",
)
ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of measure + build, of the build alone, of the bare query; rows that left the vault; peak megabytes."""

    rows: int
    kind: str
    publish_s: float
    build_s: float
    bare_s: float
    sums: int
    cells: int
    peak_mb: float


def fill(home: Path, rows: int, kind: str) -> None:
    """Store a synthetic caseload in a vault under ``home``."""
    from geodata.demo import cases as demo  # noqa: PLC0415 - only the child process needs the engines
    from geodata.settings import DataSettings  # noqa: PLC0415
    from geodata.vault import open_vault  # noqa: PLC0415
    from geodata.vault.batch import BatchMeta  # noqa: PLC0415

    vault = open_vault(DataSettings(home=home, vault=_address(home)))
    for number, chunk in enumerate(demo.caseload(rows)):
        drawn = _shuffled(chunk, number) if kind == "distinct" else chunk
        vault.store_batch(BatchMeta(demo.DATASET, f"{number}", f"{number}", synthetic=True), drawn)


def _shuffled(chunk: Any, seed: int) -> Any:
    """Shuffle every dimension by itself: all correlations gone, nearly all combinations different."""
    import numpy as np  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415

    rng = np.random.default_rng(seed)
    for name in (*BARE, "nature"):
        order = pa.array(rng.permutation(chunk.num_rows))
        chunk = chunk.set_column(chunk.schema.get_field_index(name), name, chunk[name].take(order))
    return chunk


def measure(rows: int, kind: str, home: Path) -> Measured:
    """Publish what `fill` stored, then let DuckDB group the same table bare."""
    from geodata.demo import cases as demo  # noqa: PLC0415
    from geodata.release.approve import Wish, prepare  # noqa: PLC0415
    from geodata.release.build import build  # noqa: PLC0415
    from geodata.release.manifest import About  # noqa: PLC0415
    from geodata.release.store import Store  # noqa: PLC0415
    from geodata.release.workload import WORKLOAD  # noqa: PLC0415
    from geodata.settings import DataSettings  # noqa: PLC0415
    from geodata.vault import open_vault  # noqa: PLC0415
    from tests.caseloads import publish_alone  # noqa: PLC0415

    settings = DataSettings(home=home, vault=_address(home))
    vault, store = open_vault(settings), Store(settings.releases)
    about = About(demo.DATASET, title="Synthetic", synthetic=True)
    wish = Wish(by="benchmark", on=date(2026, 11, 28), at="", why="benchmark")
    bare_s = _bare(home)
    started = time.perf_counter()
    prepare(vault, store, about, wish)
    whole = time.perf_counter() - started
    peak = peak_mb()
    publish_alone(vault, store, about, wish)
    started = time.perf_counter()
    cells, _ = build(store.measurements(demo.DATASET), about)
    build_s = time.perf_counter() - started
    sums = sum(len(found.frame) for found in vault.sums(demo.DATASET, [spec.dims for spec in WORKLOAD]).values())
    return Measured(rows, kind, whole, build_s, bare_s, sums, cells.size(), peak)


def _bare(home: Path) -> float:
    """Return the better of two bare GROUP BYs over eight dimensions, the answer fetched as Arrow.

    In a process of its own: the memory it needs is not the publish's.
    """
    dims = ", ".join(BARE)
    query = f"SELECT {dims}, count(*) AS n FROM held.main.cases GROUP BY ALL"  # noqa: S608 - names of columns
    code = (
        "import duckdb, time\n"
        f"c = duckdb.connect(); c.execute(\"ATTACH '{home / 'vault.duckdb'}' AS held (READ_ONLY)\")\n"
        "c.execute('SET enable_progress_bar = false'); best = []\n"
        "for _ in 'ab':\n"
        "    t = time.perf_counter()\n"
        f"    c.execute('{query}').to_arrow_table()\n"
        "    best.append(time.perf_counter() - t)\n"
        "print(min(best))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=3600)
    return float(done.stdout)


def _address(home: Path) -> str:
    return f"duckdb:///{home / 'vault.duckdb'}"


def take(rows: int, kind: str, home: Path) -> Measured:
    """Fill and publish in two processes; the vault goes, the release stays under ``home``."""
    home.mkdir(parents=True, exist_ok=True)
    for step in ("fill", "measure"):
        command = [sys.executable, "-m", "tests.benchmarks.publish", step, str(rows), kind, str(home)]
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=7200)
        if done.returncode:
            raise RuntimeError(f"{step} of {rows:,} records ended with {done.returncode}: {done.stderr[-2000:]}")
    (home / "vault.duckdb").unlink()
    return Measured(**json.loads(done.stdout))


def filter_costs(homes: dict[int, Path]) -> dict[int, float]:
    """Return the median milliseconds of a page after a filter change, by records behind the release.

    The applications take turns, so that what else the machine does meets both.
    """
    from dashboard.server.app import create_app  # noqa: PLC0415
    from dashboard.settings import AppSettings  # noqa: PLC0415
    from geodata.query.world import open_world  # noqa: PLC0415
    from geodata.settings import DataSettings  # noqa: PLC0415

    clients = {
        rows: create_app(open_world(DataSettings(home=home, vault="")), AppSettings()).server.test_client()
        for rows, home in homes.items()
    }
    taken: dict[int, list[float]] = {rows: [] for rows in homes}
    for number in range(ROUNDS):
        for query in FILTERS:
            for rows, client in clients.items():
                # Another county in focus each round: no answer is one given before.
                address = f"/?dataset=demo&{query}&county=KE{number + 1:03d}"
                started = time.perf_counter()
                answer = client.get(address)
                spent = time.perf_counter() - started
                if answer.status_code != 200:
                    raise RuntimeError(f"{address} answered {answer.status_code}")
                if number:
                    taken[rows].append(spent * 1000)
    return {rows: statistics.median(times) for rows, times in taken.items()}


def figures(sizes: tuple[int, ...] = SIZES, least: int = SIZES[0]) -> list[Figure]:
    """Return the lines of publishing; the promise is made for 10⁷ records, of both kinds."""
    lines: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        homes = {rows: Path(folder) / f"skewed-{rows}" for rows in sizes}
        seen = [take(rows, "skewed", home) for rows, home in homes.items()]
        seen.append(take(max(sizes), "distinct", Path(folder) / "distinct"))
        for one in seen:
            lines += lines_of(one)
        costs = filter_costs({rows: homes[rows] for rows in (least, max(sizes))})
    ratio = costs[max(sizes)] / costs[least]
    note = (
        f"{costs[least]:.1f} ms at {least:.0e}, {costs[max(sizes)]:.1f} ms at {max(sizes):.0e}: whole page, new filter"
    )
    return [*lines, Figure("publish", "a filter change, most records over fewest", ratio, "times", 1.1, note=note)]


def lines_of(one: Measured) -> list[Figure]:
    """Return the figures of one size."""
    name = f"{one.rows:.0e} records, {one.kind}"
    promised = one.rows >= PROMISED
    budget = TIMES * one.bare_s + PLUS_S
    said = f"bare GROUP BY {one.bare_s:.2f} s; {one.sums:,} sums leave the vault, {one.cells:,} cells"
    report: Callable[[float], float | None] = lambda limit: limit if promised else None  # noqa: E731
    return [
        Figure("publish", name, one.publish_s, "s", report(budget), note=said),
        Figure("publish", f"{name}: build alone", one.build_s, "s", report(BUILD_S)),
        Figure("publish", f"{name}: peak memory", one.peak_mb, "MB", report(MOST_MB)),
    ]


if __name__ == "__main__":
    step, n_rows, which, place = sys.argv[1:5]
    if step == "fill":
        fill(Path(place), int(float(n_rows)), which)
    elif step == "measure":
        sys.stdout.write(json.dumps(asdict(measure(int(float(n_rows)), which, Path(place)))) + "\n")
    else:
        sys.stdout.write(json.dumps(asdict(take(int(float(n_rows)), which, Path(place)))) + "\n")
