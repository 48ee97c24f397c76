"""Exact figures for those who hold the cases anyway: a release of its own kind, in a folder no site reads.

`InternalRelease` is no `Release`: it shares no type with what readers open, and it lies beside the vault, not among
the releases. Only the steward's desk shows it, on loopback, with "internal, not for sharing" on every screen and file.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from geodata import files
from geodata.release.measure import code_lists, dense
from geodata.release.workload import WORKLOAD, Domains, domains
from geodata.settings import DataSettings
from geodata.values import DataProblem, Period

if TYPE_CHECKING:
    from geodata.vault import Vault

MARK = "internal, not for sharing"
POLICY = "internal"
CARD = "internal.json"


@dataclass(frozen=True, slots=True)
class InternalRelease:
    """Exact counts of the workload's tables. Sensitive.

    tables: dimensions → int64 counts, one axis per dimension, in the order of `domains`.
    """

    dataset: str
    made: str
    domains: Domains
    tables: Mapping[tuple[str, ...], np.ndarray] = field(repr=False)

    def rows(self, dims: tuple[str, ...]) -> list[tuple[object, ...]]:
        """Return (values…, persons) of the cells of a table that hold somebody."""
        counts = self.tables[dims]
        return [
            (*(self.domains[dim][place] for dim, place in zip(dims, cell, strict=True)), int(counts[tuple(cell)]))
            for cell in np.argwhere(counts).tolist()
        ]


def folder_of(settings: DataSettings, dataset: str) -> Path:
    """Return where the exact figures of a dataset lie: never under the releases."""
    return settings.home / "internal" / dataset


def publish_internal(vault: Vault, settings: DataSettings, dataset: str, on: date, years: Period | None = None) -> Path:
    """Write exact figures of every case of a dataset; returns the folder. Costs no budget: nobody new sees anything."""
    known = domains(code_lists(), years or Period(on.year - 9, on.year))
    raw = vault.sums(dataset, [spec.dims for spec in WORKLOAD])
    tables = {spec.dims: dense(raw[spec.dims], spec.dims, known) for spec in WORKLOAD}
    release = InternalRelease(dataset, on.isoformat(), known, tables)
    target = folder_of(settings, dataset)
    with files.fresh_folder(target) as fresh:
        card = {
            "policy": POLICY, "mark": MARK, "dataset": dataset, "made": on.isoformat(),
            "domains": {dim: list(values) for dim, values in known.items()},
        }  # fmt: skip
        files.write_file(fresh / CARD, json.dumps(card, ensure_ascii=False, indent=1).encode())
        for dims in tables:
            files.write_file(fresh / table_file(dims), table_csv(release, dims).encode())
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        files.swap(fresh, target)
    return target


def table_file(dims: tuple[str, ...]) -> str:
    """Return the file name of a table; it says what it is wherever it is copied to."""
    return f"INTERNAL-NOT-FOR-SHARING-{'-'.join(dims)}.csv"


def table_csv(release: InternalRelease, dims: tuple[str, ...]) -> str:
    """Return a table as CSV whose first line says that it is not for sharing."""
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow([MARK.upper(), release.dataset, release.made])
    writer.writerow([*dims, "persons"])
    writer.writerows(release.rows(dims))
    return sink.getvalue()


def open_internal(settings: DataSettings, dataset: str) -> InternalRelease:
    """Read exact figures back; raises DataProblem when there are none or they are damaged."""
    folder = folder_of(settings, dataset)
    try:
        card = json.loads((folder / CARD).read_bytes())
        known = {dim: tuple(values) for dim, values in card["domains"].items()}
        tables = {spec.dims: _table(folder / table_file(spec.dims), spec.dims, known) for spec in WORKLOAD}
        return InternalRelease(card["dataset"], card["made"], known, tables)
    except (OSError, ValueError, KeyError) as problem:
        raise DataProblem(
            f"There are no exact figures of '{dataset}' here, or they are damaged; make them with "
            f"`python app.py publish --internal --dataset {dataset}`."
        ) from problem


def _table(path: Path, dims: tuple[str, ...], known: Domains) -> np.ndarray:
    places = {dim: {str(value): place for place, value in enumerate(known[dim])} for dim in dims}
    counts = np.zeros(tuple(len(known[dim]) for dim in dims), dtype=np.int64)
    rows = csv.reader(path.read_text("utf-8").splitlines())
    for row in list(rows)[2:]:
        counts[tuple(places[dim][value] for dim, value in zip(dims, row, strict=False))] = int(row[-1])
    return counts
