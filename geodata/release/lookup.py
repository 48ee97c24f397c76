"""How a question becomes an answer, without files and without state.

`summed` adds up the one full cross of a public-record release; `published` reads off the one table
a protected release has for the question and never adds protected cells up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from geodata.release.manifest import PROTECTED, Manifest
from geodata.release.released_cells import CellTable, ReleasedCells, Value
from geodata.values import DataProblem, Period

COUNTS = ("persons", "incidents", "incidents_unstated")
Wanted = Value | Period | Collection[Value]


class NotAnswerable(DataProblem):
    """The release holds no table for this question; the sentence says what can be asked."""


def check_dims(manifest: Manifest, dims: Collection[str]) -> None:
    """Refuse a dimension the release does not have."""
    strange = [dim for dim in dims if dim not in manifest.dims]
    if strange:
        raise NotAnswerable(
            f"This release has no dimension '{strange[0]}'; it can be asked by {', '.join(manifest.dims)}."
        )


def answerable(manifest: Manifest, dims: frozenset[str]) -> bool:
    """Say whether a question over exactly these dimensions has an answer."""
    if manifest.policy == PROTECTED:
        return any(frozenset(table) == dims for table in manifest.tables)
    return dims <= set(manifest.dims)


def normalise(manifest: Manifest, dims: tuple[str, ...], where: Mapping[str, Wanted]) -> dict[str, np.ndarray]:
    """Turn filters into positions in the domains; a value the release does not know matches nothing.

    A Period of years that is a published window is asked as that window.
    """
    if len(set(dims)) != len(dims):
        raise NotAnswerable(f"A dimension was asked for twice: {', '.join(dims)}; name each one once.")
    chosen: dict[str, np.ndarray] = {}
    for key, asked in where.items():
        dim, wanted = key, asked
        if isinstance(asked, Period):
            dim, wanted = _period(manifest, dims, key, asked)
            if dim == "":
                continue
        check_dims(manifest, (dim,))
        values: Collection[Value] = (wanted,) if isinstance(wanted, str | int) else wanted  # type: ignore[assignment]
        domain = manifest.domains[dim]
        place = {value: code for code, value in enumerate(domain)}
        chosen[dim] = np.array(sorted({place.get(value, len(domain)) for value in values}), dtype=np.int64)
    check_dims(manifest, dims)
    return chosen


def _period(manifest: Manifest, dims: tuple[str, ...], key: str, asked: Period) -> tuple[str, Wanted]:
    """Find the dimension that holds a period as one value; ("", …) when it is the whole release."""
    if manifest.policy != PROTECTED or key in dims:
        return key, list(asked.years())
    if asked.first == asked.last:
        return key, asked.first
    label = f"{asked.first}–{asked.last}"
    for dim in manifest.dims:
        if dim.startswith("window") and label in manifest.domains[dim]:
            return dim, label
    if manifest.period is not None and asked.first <= manifest.period[0] and asked.last >= manifest.period[1]:
        return "", asked.first
    offered = [str(v) for dim in manifest.dims if dim.startswith("window") for v in manifest.domains[dim]]
    raise NotAnswerable(
        f"This release holds no pooled period {label}, and protected cells are not added up; ask for one year, "
        f"the whole period, or one of {', '.join(offered) or 'the years as rows'}."
    )


def summed(
    cells: ReleasedCells, manifest: Manifest, dims: tuple[str, ...], chosen: Mapping[str, np.ndarray]
) -> pd.DataFrame:
    """Add exact cells up over everything that is neither asked nor filtered."""
    table = cells.tables[0]
    rows = _matching(table, chosen, manifest)
    codes, counts = table.codes[rows], table.counts[rows]
    shape = tuple(len(manifest.domains[dim]) for dim in dims)
    key = np.zeros(len(codes), dtype=np.int64)
    for dim, size in zip(dims, shape, strict=True):
        key = key * size + codes[:, table.dims.index(dim)]
    if dims:
        groups, inverse = np.unique(key, return_inverse=True)
    else:
        groups, inverse = np.zeros(1, dtype=np.int64), key
    sums = np.zeros((len(groups), counts.shape[1]), dtype=np.int64)
    np.add.at(sums, inverse, counts)
    place = np.column_stack(np.unravel_index(groups, shape)) if dims else np.empty((1, 0), dtype=np.int64)
    return _frame(manifest, dims, place, sums, np.ones(len(groups), dtype=bool))


def published(
    cells: ReleasedCells, manifest: Manifest, dims: tuple[str, ...], chosen: Mapping[str, np.ndarray]
) -> pd.DataFrame:
    """Read the one table for the question; every value of `dims` gets a row, shown or not."""
    asked = frozenset(dims) | frozenset(chosen)
    table = cells.table(asked)
    if table is None:
        raise NotAnswerable(_why_not(manifest, asked))
    for dim, codes in chosen.items():
        if dim not in dims and len(codes) != 1:
            raise NotAnswerable(
                f"Several values of '{dim}' were chosen, and protected cells are not added up; choose one, or ask "
                f"for '{dim}' as rows of its own."
            )
    rows = _matching(table, chosen, manifest)
    axes = [_axis(manifest, dim, chosen) for dim in dims]
    shape = tuple(len(axis) for axis in axes)
    grid = np.array(np.meshgrid(*axes, indexing="ij")).reshape(len(dims), -1).T if dims else np.empty((1, 0), int)
    counts = np.zeros((len(grid), len(manifest.measures)), dtype=np.int64)
    shown = np.zeros(len(grid), dtype=bool)
    if len(rows):
        found = table.codes[rows]
        places = [np.searchsorted(axis, found[:, table.dims.index(d)]) for d, axis in zip(dims, axes, strict=True)]
        at = np.ravel_multi_index(tuple(places), shape) if dims else np.zeros(len(rows), dtype=np.int64)
        counts[at], shown[at] = table.counts[rows], True
    return _frame(manifest, dims, grid, counts, shown)


def _axis(manifest: Manifest, dim: str, chosen: Mapping[str, np.ndarray]) -> np.ndarray:
    """Positions of a dimension that get rows; values outside the domain get none."""
    size = len(manifest.domains[dim])
    if dim not in chosen:
        return np.arange(size)
    codes = chosen[dim]
    return codes[codes < size]


def _matching(table: CellTable, chosen: Mapping[str, np.ndarray], manifest: Manifest) -> np.ndarray:
    """Positions of the table's rows that pass every filter."""
    keep = np.ones(len(table.codes), dtype=bool)
    for dim, codes in chosen.items():
        allowed = np.zeros(len(manifest.domains[dim]) + 1, dtype=bool)
        allowed[codes] = True
        keep &= allowed[table.codes[:, table.dims.index(dim)]]
    return np.flatnonzero(keep)


def _frame(
    manifest: Manifest, dims: tuple[str, ...], codes: np.ndarray, counts: np.ndarray, shown: np.ndarray
) -> pd.DataFrame:
    """Name the codes again and put the counts beside them."""
    columns: dict[str, object] = {}
    for position, dim in enumerate(dims):
        domain = manifest.domains[dim]
        kind = np.int64 if domain and isinstance(domain[0], int) else object
        columns[dim] = np.array(domain, dtype=kind)[codes[:, position]]
    for name in COUNTS:
        if name in manifest.measures:
            numbers = counts[:, manifest.measures.index(name)]
            columns[name] = pd.arrays.IntegerArray(numbers.copy(), ~shown)
        else:
            empty = np.zeros(len(codes), dtype=np.int64)
            columns[name] = pd.arrays.IntegerArray(empty, np.ones(len(codes), dtype=bool))
    columns["status"] = np.where(shown, "shown", "not_shown")
    return pd.DataFrame(columns)


def _why_not(manifest: Manifest, asked: frozenset[str]) -> str:
    """Say why there is no such table and what there is instead."""
    names = ", ".join(sorted(asked))
    most = max(len(table) for table in manifest.tables)
    if len(asked) > most:
        return (
            f"This question crosses {len(asked)} dimensions ({names}), and the release answers at most {most} at "
            "once, to protect people; take one away."
        )
    fine = sorted(asked & {"age_group", "window_3"})
    if fine:
        instead = {"age_group": "age_broad (minor or adult)", "window_3": "window_5 or year"}[fine[0]]
        return (
            f"This release crosses {fine[0]} with one other dimension at most, because its groups are short; ask with "
            f"{instead} instead, or take one of {names} away."
        )
    partners = sorted({dim for table in manifest.tables for dim in table if asked & set(table)} - asked)
    return (
        f"This release has no table of {names} together (two of them cut the same thing, or the data is too thin); "
        f"ask for one of them alone, or with {', '.join(partners[:6]) or 'another dimension'}."
    )
