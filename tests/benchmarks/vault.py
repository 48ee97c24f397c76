"""The vault: rows stored per second, and counting beside DuckDB's bare GROUP BY of the same table.

Every size runs in a process of its own, so that its peak memory is its own. The bare query reads
the vault's own file with the vault's own numbers for words, which is the harder comparison: over a
table of plain text it takes longer. `python -m tests.benchmarks.vault 1e6` prints one size as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.benchmarks.figures import Figure
from tests.benchmarks.intake import peak_mb

ROOT = Path(__file__).resolve().parents[2]
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
DIMS = ("county", "month", "form", "sex", "age_group", "nationality_group", "role", "reporting_source", "nature")
REPEATS = 3
LOAD_BUDGET = 1.6
"""Promised for a whole publish at 10⁷ records, plus two seconds; counting alone has to stay below it."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds (the best of `REPEATS` for the last three), sums, peak resident megabytes."""

    rows: int
    store_s: float
    count_s: float
    bare_s: float
    bare_text_s: float
    cells: int
    file_mb: float
    peak_mb: float


def measure(rows: int) -> Measured:
    """Store ``rows`` synthetic cases, count them, and let DuckDB group the same table bare."""
    import duckdb  # noqa: PLC0415 - only the child process needs the engines

    from geodata.demo import cases as demo  # noqa: PLC0415
    from geodata.release.workload import WORKLOAD  # noqa: PLC0415
    from geodata.settings import DataSettings  # noqa: PLC0415
    from geodata.vault import open_vault  # noqa: PLC0415
    from geodata.vault.batch import BatchMeta  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vault.duckdb"
        vault = open_vault(DataSettings(home=Path(folder), vault=f"duckdb:///{path}"))
        store_s = 0.0
        for number, chunk in enumerate(demo.caseload(rows)):
            start = time.perf_counter()
            vault.store_batch(BatchMeta(demo.DATASET, f"{number}", f"{number}", synthetic=True), chunk)
            store_s += time.perf_counter() - start
        count_s, cells = [], 0
        for _ in range(REPEATS):
            start = time.perf_counter()
            sums = vault.sums(demo.DATASET, [spec.dims for spec in WORKLOAD])
            cells = sum(len(found.frame) for found in sums.values())
            count_s.append(time.perf_counter() - start)
        peak = peak_mb()
        with duckdb.connect() as connection:
            connection.execute(f"ATTACH '{path}' AS held (READ_ONLY)")
            bare_s = _bare(connection, "held.main.cases", DIMS)
            named = ", ".join(name if name == "month" else f"w_{name}.word AS {name}" for name in DIMS)
            joins = " ".join(
                f"JOIN (SELECT DISTINCT code, word FROM held.main.words) AS w_{name} "  # noqa: S608 - names of columns
                f"ON w_{name}.code = {name}"
                for name in DIMS
                if name != "month"
            )
            connection.execute(f"CREATE TABLE plain AS SELECT {named} FROM held.main.cases {joins}")  # noqa: S608
            bare_text_s = _bare(connection, "plain", DIMS)
        return Measured(rows, store_s, min(count_s), bare_s, bare_text_s, cells, path.stat().st_size / 1e6, peak)


def _bare(connection: object, table: str, dims: tuple[str, ...]) -> float:
    """Return the best time of a bare GROUP BY whose answer is fetched as Arrow."""
    query = f"SELECT {', '.join(dims)}, count(*) AS n FROM {table} GROUP BY ALL"  # noqa: S608 - names of columns
    taken = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        connection.execute(query).to_arrow_table()  # type: ignore[attr-defined]
        taken.append(time.perf_counter() - start)
    return min(taken)


def in_a_process(rows: int) -> Measured:
    """Measure one size in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.vault", str(rows)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=3600)
    return Measured(**json.loads(done.stdout))


def figures(sizes: tuple[int, ...] = SIZES) -> list[Figure]:
    """Return the vault's lines of the benchmark table."""
    lines = []
    for rows in sizes:
        seen = in_a_process(rows)
        size = f"{rows:.0e} records"
        lines += [
            Figure("vault", f"stored, {size}", rows / seen.store_s, "rows/s", note=f"{seen.file_mb:.0f} MB file"),
            Figure(
                "vault",
                f"sums of the workload, {size}",
                seen.count_s,
                "s",
                budget=LOAD_BUDGET * seen.bare_s + 2,
                note=f"{seen.cells:,} sums; bare GROUP BY {seen.bare_s:.2f} s, of plain text {seen.bare_text_s:.2f} s",
            ),
            Figure("vault", f"peak memory, {size}", seen.peak_mb, "MB", budget=2000),
        ]
    return lines


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(measure(int(float(sys.argv[1]))))) + "\n")
