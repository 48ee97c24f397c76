"""Running a parser in a process of its own and taking its tables, whatever becomes of it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from geodata.settings import parser_environment
from geodata.values import DataProblem

REFUSED = 3
"""Exit status of a child that says in one sentence why it does not open the file."""
PATIENCE_S = 900
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a child read: facts about the file, and its tables in order."""

    facts: dict[str, Any]
    tables: list[pa.Table]


def parse(task: str, path: Path) -> Parsed:
    """Run one task of `geodata.untrusted.child` on a file. Raises `DataProblem`."""
    command = [sys.executable, "-m", "geodata.untrusted.child", task, str(path.resolve())]
    environment = parser_environment({"POLARS_MAX_THREADS": "2"})
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, stdin=subprocess.DEVNULL, timeout=PATIENCE_S, check=False,
            cwd=_ROOT,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise DataProblem(
            f"‘{path.name}’ takes longer to read than is sensible; save it as CSV and use that."
        ) from None
    if done.returncode == REFUSED:
        raise DataProblem(done.stderr.decode("utf-8", "replace").strip())
    if done.returncode != 0:
        raise DataProblem(
            f"‘{path.name}’ could not be read: the program that reads such files stopped in the middle of it. Open "
            "it in the program it comes from, save it as CSV and import that.",
        )
    return _unpacked(done.stdout)


def _unpacked(content: bytes) -> Parsed:
    """Take the answer apart: one line of JSON, then the tables one after another as Arrow streams."""
    end = content.index(b"\n")
    facts = json.loads(content[:end])
    buffer = pa.py_buffer(content).slice(end + 1)
    tables, at = [], 0
    for size in facts.pop("sizes"):
        tables.append(pa.ipc.open_stream(buffer.slice(at, size)).read_all())
        at += size
    return Parsed(facts, tables)
