"""Heavy statistics in a process of their own: it starts, answers one question and is gone.

esda and what it loads need 100 MB and two seconds; a web process has neither to spare. One question at a
time: who waits too long is told to try again, so that many readers cannot occupy the machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, TypedDict

from geodata.values import DataProblem

SECONDS = 60
PATIENCE = 20
_ROOT = Path(__file__).resolve().parents[2]
_CHILD = "import sys; sys.path.insert(0, sys.argv[1]); from geodata.analysis.apart import answer; answer()"
_one = threading.Lock()


class ClusterArea(TypedDict):
    """The local statistic of one area."""

    smoothed: float
    """Its smoothed rate, per resident."""
    beside: float | None
    """Smoothed towards the neighbourhood (`Spatial_Empirical_Bayes`); None where all of it is zero."""
    i: float
    """Local Moran's I."""
    p: float
    """Two-sided."""
    kind: str
    """One of `clusters.KINDS`."""
    clear: bool
    """It holds against the false-discovery rate."""


class Clusters(TypedDict):
    """Every area that could be tested, and what the test was."""

    areas: dict[str, ClusterArea]
    """By P-code."""
    cut: float
    """The p needed to hold against the false-discovery rate."""
    alone: list[str]
    """Areas left out because no neighbour has a count."""
    seed: int
    permutations: int


def ask(**question: Any) -> Clusters | None:
    """Return `clusters.local_clusters(**question)`, computed in a process of its own; raise DataProblem if it fails."""
    if not _one.acquire(timeout=PATIENCE):
        raise DataProblem("Local clusters are being computed for other readers; open the page again in a minute.")
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", _CHILD, str(_ROOT)], input=json.dumps(question), capture_output=True,
            text=True, timeout=SECONDS, check=True,
        )  # fmt: skip
        answer: Clusters | None = json.loads(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        raise DataProblem(
            "Local clusters could not be computed (the packages esda and libpysal must be installed and memory "
            "free); leave clusters out of the link, or try again."
        ) from error
    finally:
        _one.release()
    return answer


def answer() -> None:
    """Answer the question on stdin; the child's whole life."""
    from geodata.analysis.clusters import local_clusters  # noqa: PLC0415 - only the child loads it

    json.dump(local_clusters(**json.load(sys.stdin)), sys.stdout)
