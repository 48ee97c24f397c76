"""Measurements: noisy whole numbers and public parameters, the only thing that leaves the vault.

A `Measurements` is one draw over the workload. It has its own canonical bytes, so it can be kept, hashed, copied to a
machine without the vault and built into a release there. It shares no type with raw counts or with a release.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from geodata.release.released_cells import Value, canonical_json
from geodata.values import DataProblem

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class MeasuredTable:
    """One noisy table.

    counts: int64, one axis per dimension, in the order of the domains; may be negative. scale: standard deviation of
    the noise. sensitivity: what one case can change (Euclidean). rho: what the table cost.
    """

    dims: tuple[str, ...]
    scale: float
    sensitivity: float
    rho: float
    counts: np.ndarray = field(repr=False)


@dataclass(frozen=True, slots=True)
class Measurements:
    """One draw.

    attempt, statement: as in the privacy ledger, whose line has the hash `seal`. years are in the domains.
    workload: version of the workload. library: what drew the noise. spent: ρ of the whole dataset, this one included.
    """

    dataset: str
    attempt: int
    statement: int
    workload: int
    library: str
    rho: float
    spent: float
    seal: str
    domains: Mapping[str, tuple[Value, ...]]
    tables: tuple[MeasuredTable, ...]

    def to_json(self) -> bytes:
        """Return the canonical bytes: equal measurements, equal bytes on every machine."""
        tables = [
            {
                "dims": list(table.dims), "scale": table.scale, "sensitivity": table.sensitivity, "rho": table.rho,
                "counts": table.counts.ravel().tolist(),
            }
            for table in self.tables
        ]  # fmt: skip
        names = ("dataset", "attempt", "statement", "workload", "library", "rho", "spent", "seal")
        plain = {name: getattr(self, name) for name in names}
        domains = {dim: list(values) for dim, values in self.domains.items()}
        return canonical_json({**plain, "schema_version": SCHEMA_VERSION, "domains": domains, "tables": tables})

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes."""
        return hashlib.sha256(self.to_json()).hexdigest()


def from_json(content: bytes, where: str) -> Measurements:
    """Read `Measurements.to_json`'s bytes; raises DataProblem when they are damaged or of another layout."""
    try:
        plain = json.loads(content)
        _check_layout(plain)
        domains = {dim: tuple(values) for dim, values in plain["domains"].items()}
        tables = tuple(_table(line, domains) for line in plain["tables"])
        names = ("dataset", "attempt", "statement", "workload", "library", "rho", "spent", "seal")
        return Measurements(**{name: plain[name] for name in names}, domains=domains, tables=tables)
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise DataProblem(
            f"The measurements in {where} are damaged or of another version; copy them again from where they were "
            "made; without them the release cannot be built."
        ) from problem


def _check_layout(plain: Mapping[str, Any]) -> None:
    if plain["schema_version"] != SCHEMA_VERSION:
        raise ValueError("another layout")


def _table(line: Mapping[str, Any], domains: Mapping[str, tuple[Value, ...]]) -> MeasuredTable:
    dims = tuple(line["dims"])
    shape = tuple(len(domains[dim]) for dim in dims)
    counts = np.array(line["counts"], dtype=np.int64).reshape(shape)
    return MeasuredTable(dims, line["scale"], line["sensitivity"], line["rho"], counts)
