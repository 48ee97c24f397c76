"""How a question becomes an answer, without files and without state.

`summed` adds up the one full cross of a public-record release; `estimated` takes a protected release's best table for
the question, adds up what is not asked for, and says how far each figure may be off.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from geodata.release.estimates import NotAnswerable, best_source, errors_of, floor_of, grid_of, interval
from geodata.release.manifest import PROTECTED, Manifest
from geodata.release.released_cells import CellTable, ReleasedCells, Value
from geodata.release.workload import FORM
from geodata.values import Period

COUNTS = ("persons", "incidents", "incidents_unstated")
Wanted = Value | Period | Collection[Value]


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
        return "nature" in dims and any(
            dims <= set(table) and (FORM in table) == (FORM in dims) for table in manifest.tables
        )
    return dims <= set(manifest.dims)


def normalise(manifest: Manifest, dims: tuple[str, ...], where: Mapping[str, Wanted]) -> dict[str, np.ndarray]:
    """Turn filters into positions in the domains; a value the release does not know matches nothing.

    In a protected release a Period that covers all of its years is no filter: the whole is better known than its sum.
    """
    if len(set(dims)) != len(dims):
        raise NotAnswerable(f"A dimension was asked for twice: {', '.join(dims)}; name each one once.")
    check_dims(manifest, (*dims, *where))
    chosen: dict[str, np.ndarray] = {}
    for dim, asked in where.items():
        wanted = list(asked.years()) if isinstance(asked, Period) else asked
        if isinstance(asked, Period) and dim not in dims and _whole(manifest, asked):
            continue
        values: Collection[Value] = (wanted,) if isinstance(wanted, str | int) else wanted
        domain = manifest.domains[dim]
        place = {value: code for code, value in enumerate(domain)}
        chosen[dim] = np.array(sorted({place.get(value, len(domain)) for value in values}), dtype=np.int64)
    return chosen


def _whole(manifest: Manifest, asked: Period) -> bool:
    """Say whether a period leaves no year of a protected release out; one year is never the whole."""
    if manifest.policy != PROTECTED or manifest.period is None:
        return False
    first, last = manifest.period
    return asked.first <= first < last <= asked.last


def summed(
    cells: ReleasedCells, manifest: Manifest, dims: tuple[str, ...], chosen: Mapping[str, np.ndarray]
) -> pd.DataFrame:
    """Add exact cells up over everything that is neither asked nor filtered."""
    codes, counts = exact_cells(cells, manifest, dims, chosen)
    shape = tuple(len(manifest.domains[dim]) for dim in dims)
    key = np.zeros(len(codes), dtype=np.int64)
    for of_dim, size in zip(codes.T, shape, strict=True):
        key = key * size + of_dim
    if dims:
        groups, inverse = np.unique(key, return_inverse=True)
    else:
        groups, inverse = np.zeros(1, dtype=np.int64), key
    sums = np.zeros((len(groups), counts.shape[1]), dtype=np.int64)
    np.add.at(sums, inverse, counts)
    place = np.column_stack(np.unravel_index(groups, shape)) if dims else np.empty((1, 0), dtype=np.int64)
    return _frame(manifest, dims, place, sums, np.ones(len(groups), dtype=bool))


def exact_cells(
    cells: ReleasedCells, manifest: Manifest, dims: tuple[str, ...], chosen: Mapping[str, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the cells that pass every filter: codes of `dims`, rows × dims, and counts, rows × measures."""
    table = cells.tables[0]
    rows = _matching(table, chosen, manifest)
    return table.codes[rows][:, [table.dims.index(dim) for dim in dims]], table.counts[rows]


def estimated(
    cells: ReleasedCells, manifest: Manifest, dims: tuple[str, ...], chosen: Mapping[str, np.ndarray]
) -> pd.DataFrame:
    """Return estimates, standard errors and intervals; every value of `dims` gets a row, shown or not."""
    known = {dim: codes[codes < len(manifest.domains[dim])] for dim, codes in chosen.items()}
    asked = {**{dim: len(codes) for dim, codes in known.items()}, **dict.fromkeys(dims, 1)}
    _check_estimable(dims, asked)
    source = best_source(cells, errors_of(manifest.protection), asked)
    if source is None:
        raise NotAnswerable(_why_not(manifest, frozenset(asked)))
    grid = grid_of(source.table, cells)
    axes = {dim: _axis(manifest, dim, known) for dim in source.table.dims}
    taken = grid[np.ix_(*(axes[dim] for dim in source.table.dims))]
    summed_over = tuple(place for place, dim in enumerate(source.table.dims) if dim not in dims)
    kept = [dim for dim in source.table.dims if dim in dims]
    figures = np.transpose(taken.sum(axis=summed_over), [kept.index(dim) for dim in dims]).ravel()
    rows = np.array(np.meshgrid(*(axes[dim] for dim in dims), indexing="ij")).reshape(len(dims), -1).T
    return _estimates(manifest, dims, rows if dims else np.empty((1, 0), int), figures, source.standard_error)


def _check_estimable(dims: tuple[str, ...], asked: Mapping[str, int]) -> None:
    """Refuse one number for both natures, and forms added up (a case may count under two)."""
    if "nature" not in asked or ("nature" not in dims and asked["nature"] > 1):
        raise NotAnswerable(
            "Trafficking and smuggling are never added up; ask for 'nature' as rows, or for one nature at a time."
        )
    if FORM not in dims and asked.get(FORM, 1) > 1:
        raise NotAnswerable(
            "A person may count under two forms, so forms are not added up; choose one form, or ask for forms as rows."
        )


def _estimates(
    manifest: Manifest, dims: tuple[str, ...], codes: np.ndarray, figures: np.ndarray, error: float
) -> pd.DataFrame:
    """Name the codes again and put figures and errors beside them; below the floor there is no figure at all."""
    shown = figures >= floor_of(error)
    frame = _named(manifest, dims, codes)
    whole = np.rint(figures).astype(np.int64)
    ends = [interval(float(figure), error) for figure in figures]
    frame["persons"] = pd.arrays.IntegerArray(whole, ~shown)
    for name in COUNTS[1:]:
        frame[name] = pd.arrays.IntegerArray(np.zeros(len(codes), dtype=np.int64), np.ones(len(codes), dtype=bool))
    frame["standard_error"] = np.where(shown, round(error, 2), np.nan)
    frame["low"] = pd.arrays.IntegerArray(np.array([low for low, _ in ends], dtype=np.int64), ~shown)
    frame["high"] = pd.arrays.IntegerArray(np.array([high for _, high in ends], dtype=np.int64), ~shown)
    frame["status"] = np.where(shown, "shown", "not_shown")
    return frame


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
    for name in COUNTS:
        if name in manifest.measures:
            numbers = counts[:, manifest.measures.index(name)]
            columns[name] = pd.arrays.IntegerArray(numbers.copy(), ~shown)
        else:
            empty = np.zeros(len(codes), dtype=np.int64)
            columns[name] = pd.arrays.IntegerArray(empty, np.ones(len(codes), dtype=bool))
    columns["status"] = np.where(shown, "shown", "not_shown")
    named = _named(manifest, dims, codes)
    return pd.concat([named, pd.DataFrame(columns, index=named.index)], axis=1)


def _named(manifest: Manifest, dims: tuple[str, ...], codes: np.ndarray) -> pd.DataFrame:
    """Return the values that codes stand for, a column per dimension."""
    columns: dict[str, object] = {}
    for position, dim in enumerate(dims):
        domain = manifest.domains[dim]
        kind = np.int64 if domain and isinstance(domain[0], int) else object
        columns[dim] = np.array(domain, dtype=kind)[codes[:, position]]
    return pd.DataFrame(columns, index=range(len(codes)))


def _why_not(manifest: Manifest, asked: frozenset[str]) -> str:
    """Say why there is no such table and what there is instead."""
    names = ", ".join(sorted(asked))
    offered = "; ".join(" × ".join(table) for table in manifest.tables)
    return (
        f"This release has no table of {names} together: every further table makes all of them less exact, so it "
        f"answers only these: {offered}."
    )
