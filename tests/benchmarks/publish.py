"""Publishing a caseload of 10⁴ … 10⁷ records, beside DuckDB's bare GROUP BY; and what a filter change costs then.

Every size runs in a process of its own, so that its peak memory is its own. Two kinds of caseload: `skewed`, as
`geodata.demo.cases` draws it, and `distinct`, the same rows with every dimension shuffled by itself, so that
almost every record is a cell of its own: the hardest there is. Both sides of the promise read the same vault file,
the bare query once warm. The linear programme that attacks a release before it is seen is timed apart.
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
TIMES, PLUS_S, MOST_MB = 1.6, 2.0, 2000.0
FILTERS = (
    "",
    "form=forced_labour",
    "form=sexual_exploitation",
    "sex=female",
    "sex=male",
    "nationality=ETH",
    "age=adult",
)
ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of a publish without and of the attack alone, of the bare query; cells; peak resident megabytes."""

    rows: int
    kind: str
    publish_s: float
    attack_s: float
    bare_s: float
    base_cells: int
    published_cells: int
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

    from geodata.vault.batch import DIMS  # noqa: PLC0415

    rng = np.random.default_rng(seed)
    for name in DIMS:
        order = pa.array(rng.permutation(chunk.num_rows))
        chunk = chunk.set_column(chunk.schema.get_field_index(name), name, chunk[name].take(order))
    return chunk


def measure(rows: int, kind: str, home: Path) -> Measured:
    """Publish what `fill` stored, then let DuckDB group the same table bare."""
    import ibis  # noqa: F401, PLC0415 - loading libraries is not publishing

    from geodata.demo import cases as demo  # noqa: PLC0415
    from geodata.release import publish as room  # noqa: PLC0415
    from geodata.release.manifest import About  # noqa: PLC0415
    from geodata.release.store import Store  # noqa: PLC0415
    from geodata.settings import DataSettings  # noqa: PLC0415
    from geodata.vault import open_vault  # noqa: PLC0415

    settings = DataSettings(home=home, vault=_address(home))
    attacked: list[float] = []
    harden = room.harden

    def timed(working: Any) -> Any:
        started = time.perf_counter()
        try:
            return harden(working)
        finally:
            attacked.append(time.perf_counter() - started)

    room.harden = timed  # the audit's linear programme is timed apart
    bare_s = _bare(home)
    started = time.perf_counter()
    raw = open_vault(settings).base_cells(demo.DATASET)
    about = About(demo.DATASET, title="Synthetic", synthetic=True)
    prepared = room.prepare_protected(raw, store=Store(settings.releases), about=about)
    prepared.publish(Store(settings.releases), date(2026, 11, 22))
    whole = time.perf_counter() - started
    peak = peak_mb()
    attack_s = sum(attacked)
    return Measured(rows, kind, whole - attack_s, attack_s, bare_s, len(raw.frame), prepared.cells.size(), peak)


def _bare(home: Path) -> float:
    """Return the better of two bare GROUP BYs over eight dimensions, the answer fetched as Arrow.

    In a process of its own: the memory it needs is not the publish's.
    """
    from geodata.vault.batch import DIMS  # noqa: PLC0415

    dims = ", ".join(name for name in DIMS if name != "nature")
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
    said = f"bare GROUP BY {one.bare_s:.2f} s; {one.base_cells:,} base cells, {one.published_cells:,} shown"
    report: Callable[[float], float | None] = lambda limit: limit if promised else None  # noqa: E731
    return [
        Figure("publish", name, one.publish_s, "s", report(budget), note=said),
        Figure("publish", f"{name}: audit by linear programme", one.attack_s, "s"),
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
