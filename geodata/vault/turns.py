"""Whose turn it is to measure a dataset: one at a time, on every machine that shares the vault."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from geodata import files
from geodata.values import DataProblem


@contextmanager
def measuring_turn(beside: Path, dataset: str, patience_s: float) -> Iterator[None]:
    """Hold the lock file of a dataset beside a vault that is a file or a folder. Raises `DataProblem` when it is held.

    The names of datasets may hold anything, so the file is named by a hash.
    """
    name = hashlib.sha256(dataset.encode()).hexdigest()[:16]
    beside.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with ExitStack() as turn:
        try:
            turn.enter_context(files.patient_lock(beside.with_name(f".{beside.name}.measuring-{name}"), patience_s))
        except TimeoutError as problem:
            raise being_measured(dataset) from problem
        yield


def being_measured(dataset: str) -> DataProblem:
    """Return the refusal of who comes second."""
    return DataProblem(
        f"Dataset '{dataset}' is being measured by somebody else now; nothing was measured here: wait until that "
        "release is prepared, then copy its folder or approve it there."
    )
