"""Every table a protected release may hold, as dense arrays of true counts, and how they hang together.

A table crosses at most `MOST` axes, one level each. Its array has one axis per level, in reading
order; tables one roll-up apart are joined by a `Line`: children that add up to their parent.
Sensitive: a `Lattice` holds true counts and never leaves `publish`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import Any

import numpy as np
import pandas as pd

from geodata.raw_cells import RawCells
from geodata.release.axes import Axis, Level, axes_for, year_of
from geodata.release.released_cells import Value
from geodata.values import DataProblem

MOST = 3
"""Dimensions crossed at most (DESIGN §5.1)."""

FINE_AT_MOST = 2
"""Tables with a level that has a coarser or competing one (`FINE`) cross at most this many axes."""

FINE = frozenset({"age_group", "window_3"})
"""Age groups and three-year windows: their lines are so short (two groups of minors) that three-way
tables of them would cost more cells than they show; minor / adult, years and five-year windows have
all their three-way tables."""

_LARGEST_TABLE = 40_000_000
"""Cells of one dense table; beyond it memory would pass 2 GB."""

_LARGEST_BLOCK = 4_000_000
"""Cells of a block of four or five axes that is counted in one pass."""

_AT_ONCE, _TURNS = 1 << 16, 32
"""Base cells handled at once, few enough to stay in the processor's cache; and how often before they are added up."""

Key = tuple[str, ...]
"""A table: its level names in reading order."""


@dataclass(frozen=True, slots=True)
class Line:
    """One roll-up: table `child` summed along position `axis` gives table `parent`.

    groups: for each of the child's values along the axis, the parent's value (all 0 when the parent
    has no such axis). `whole`: the parent has no such axis.
    """

    child: Key
    parent: Key
    axis: int
    groups: np.ndarray = field(repr=False)
    size: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Lattice:
    """domains: level → values. counts: table → int64 array of true counts. lines: children before parents."""

    domains: Mapping[str, tuple[Value, ...]]
    counts: Mapping[Key, np.ndarray] = field(repr=False)
    lines: tuple[Line, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Encoded:
    """Base cells as positions: one array of small integers per axis at its finest level, and the counts."""

    axes: tuple[Axis, ...]
    domains: Mapping[str, tuple[Value, ...]]
    codes: Mapping[str, np.ndarray] = field(repr=False)
    n: np.ndarray = field(repr=False)


def encode(raw: RawCells, extra: Mapping[str, tuple[Value, ...]] | None = None) -> Encoded:
    """Turn raw cells into positions; `extra` adds values an earlier release has and these cells do not."""
    axes = axes_for(raw.dims)
    column_of = {("year" if dim == "month" else dim): dim for dim in raw.dims}
    domains: dict[str, tuple[Value, ...]] = {}
    codes: dict[str, np.ndarray] = {}
    for axis in axes:
        column = raw.frame[column_of[axis.name]]
        held, place, present = _years(column) if column_of[axis.name] == "month" else _words(column)
        values = sorted({*present, *(extra or {}).get(axis.name, ())})
        where = {value: code for code, value in enumerate(values)}
        moved = np.array([where[value] for value in present] or [0], dtype=np.min_scalar_type(max(len(values), 1)))
        codes[axis.name] = _looked_up(moved[place], held)
        domains[axis.name] = tuple(values)
        for level in axis.levels[1:]:
            domains[level.name] = tuple(sorted({level.group(value) for value in values}, key=str))
    return Encoded(axes, domains, codes, raw.counts())


def _years(column: pd.Series[Any]) -> tuple[np.ndarray, np.ndarray, list[Value]]:
    """Numbers of a column of months; number → position of its year; the years."""
    months = column.to_numpy()
    first = int(months.min(initial=0))
    held = months - first if first else months
    years = year_of(np.arange(first, int(months.max(initial=0)) + 1))
    there = np.unique(years[_seen(held, len(years))])
    return held, np.searchsorted(there, years).clip(max=max(len(there) - 1, 0)), there.tolist()


def _words(column: pd.Series[Any]) -> tuple[np.ndarray, np.ndarray, list[Value]]:
    """Numbers of any other column; number → position; the values that occur."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        found, values = column.factorize()
        return np.asarray(found), np.arange(max(len(values), 1)), list(values)
    held, words = column.cat.codes.to_numpy(), column.cat.categories.tolist()
    there = np.flatnonzero(_seen(held, len(words)))
    place = np.zeros(max(len(words), 1), dtype=np.int64)
    place[there] = np.arange(len(there))
    return held, place, [words[code] for code in there.tolist()]


def _seen(held: np.ndarray, size: int) -> np.ndarray:
    """Return which of the numbers 0 … size − 1 occur; looks no further once all have."""
    seen = np.zeros(size, dtype=bool)
    for start in range(0, len(held), _AT_ONCE):
        seen[held[start : start + _AT_ONCE]] = True
        if seen.all():
            break
    return seen


def _looked_up(table: np.ndarray, held: np.ndarray) -> np.ndarray:
    """Return ``table[held]``, some at a time: numpy makes eight bytes of every index it uses."""
    if (table == np.arange(len(table))).all():
        return held
    found = np.empty(len(held), dtype=table.dtype)
    for start in range(0, len(held), _AT_ONCE):
        np.take(table, held[start : start + _AT_ONCE], out=found[start : start + _AT_ONCE], mode="clip")
    return found


def build(encoded: Encoded) -> Lattice:
    """Count every table and join them; one pass over the base cells per three axes."""
    counts: dict[Key, np.ndarray] = {}
    for block in _blocks(encoded):
        names = [axis.name for axis in block]
        together = _count(encoded, block)
        for triple in combinations(range(len(block)), min(MOST, len(block))):
            key = tuple(names[place] for place in triple)
            if key not in counts:
                rest = tuple(place for place in range(len(block)) if place not in triple)
                counts[key] = together.sum(axis=rest)
    lines = sorted(_lines(encoded), key=lambda line: _order(line, encoded.axes))
    for line in lines:
        if line.parent not in counts:
            counts[line.parent] = np.asarray(roll_up(counts[line.child], line))
    wanted = set(tables(encoded.axes))
    kept = {key: array for key, array in counts.items() if key in wanted}
    return Lattice(encoded.domains, kept, tuple(x for x in lines if x.child in wanted and x.parent in wanted))


def roll_up(array: np.ndarray, line: Line) -> np.ndarray:
    """Sum a child table's array to its parent's shape."""
    if line.whole:
        return np.asarray(array.sum(axis=line.axis))
    shape = list(array.shape)
    shape[line.axis] = line.size
    out = np.zeros(shape, dtype=array.dtype)
    target = np.moveaxis(out, line.axis, 0)
    for position, part in enumerate(np.moveaxis(array, line.axis, 0)):
        target[line.groups[position]] += part
    return out


def tables(axes: tuple[Axis, ...]) -> Iterator[Key]:
    """Yield every published table."""
    for key in every(axes):
        if len(key) <= FINE_AT_MOST or not FINE & set(key):
            yield key


def every(axes: tuple[Axis, ...]) -> Iterator[Key]:
    """Yield every cross of at most `MOST` axes, one level each; the grand total is the empty key."""
    for width in range(min(MOST, len(axes)) + 1):
        for chosen in combinations(axes, width):
            for levels in product(*(axis.levels for axis in chosen)):
                yield tuple(level.name for level in levels)


def _blocks(encoded: Encoded) -> list[tuple[Axis, ...]]:
    """Cover every three axes by few counting passes: wider blocks where they cost less than a pass does.

    A block is counted once over the base cells and summed down to its triples, so it should not have
    many more cells than there are base cells.
    """
    width = min(MOST, len(encoded.axes))
    left = set(combinations(range(len(encoded.axes)), width))
    limit = min(max(len(encoded.n), _LARGEST_BLOCK // 50), _LARGEST_BLOCK)
    lengths = [len(encoded.domains[axis.name]) for axis in encoded.axes]
    wide = [
        block
        for size in (width + 2, width + 1)
        for block in combinations(range(len(encoded.axes)), size)
        if int(np.prod([lengths[place] for place in block], dtype=np.int64)) <= limit
    ]
    blocks = []
    while left:
        best = max(wide, key=lambda block: len(left & set(combinations(block, width))), default=())
        if len(left & set(combinations(best, width))) < 2:
            best = min(left)
        left -= set(combinations(best, width))
        blocks.append(tuple(encoded.axes[place] for place in best))
    return blocks


def _count(encoded: Encoded, chosen: tuple[Axis, ...]) -> np.ndarray:
    """Dense table over the finest levels of some axes."""
    shape = tuple(len(encoded.domains[axis.name]) for axis in chosen)
    size = int(np.prod(shape, dtype=np.int64))
    if size > _LARGEST_TABLE:
        names = " × ".join(f"{axis.name} ({n})" for axis, n in zip(chosen, shape, strict=True))
        raise DataProblem(
            f"The table {names} would have {size} cells, more than {_LARGEST_TABLE}; expected grouped values; "
            "group the values of the longest of these columns, then publish again."
        )
    counted = np.zeros(size)
    keys = np.empty(min(len(encoded.n), _AT_ONCE * _TURNS), dtype=np.int64)
    for start in range(0, len(encoded.n), len(keys)):
        held = encoded.n[start : start + len(keys)]
        for turn in range(0, len(held), _AT_ONCE):
            key = keys[turn : min(turn + _AT_ONCE, len(held))]
            key[:] = 0
            for axis, length in zip(chosen, shape, strict=True):
                key *= length
                key += encoded.codes[axis.name][start + turn : start + turn + len(key)]
        counted += np.bincount(keys[: len(held)], weights=held, minlength=size)
    return counted.astype(np.int64).reshape(shape)


def _lines(encoded: Encoded) -> Iterator[Line]:
    """Every roll-up between two tables."""
    home: dict[str, tuple[Axis, Level]] = {level.name: (axis, level) for axis in encoded.axes for level in axis.levels}
    groupings = {pair: _groups(encoded, *pair) for pair in _pairs(encoded.axes)}
    for child in every(encoded.axes):
        for position, name in enumerate(child):
            for up in home[name][1].parents:
                parent = child[:position] + ((up,) if up else ()) + child[position + 1 :]
                groups = groupings[name, up]
                size = len(encoded.domains[up]) if up else 1
                yield Line(child, parent, position, groups, size, up == "")


def _pairs(axes: tuple[Axis, ...]) -> Iterator[tuple[str, str]]:
    for axis in axes:
        for level in axis.levels:
            for up in level.parents:
                yield level.name, up


def _groups(encoded: Encoded, name: str, up: str) -> np.ndarray:
    """Position of each of a level's values in the next coarser level."""
    values = encoded.domains[name]
    if up == "":
        return np.zeros(len(values), dtype=np.int64)
    levels = {level.name: level for axis in encoded.axes for level in axis.levels}
    finest = next(axis for axis in encoded.axes if name in {level.name for level in axis.levels})
    coarser = {levels[name].group(v): levels[up].group(v) for v in encoded.domains[finest.name]}
    place = {value: code for code, value in enumerate(encoded.domains[up])}
    return np.array([place[coarser[value]] for value in values], dtype=np.int64)


def _order(line: Line, axes: tuple[Axis, ...]) -> tuple[int, int, Key, Key]:
    """Sort lines so that a table is complete before it is rolled up further: wide and fine first."""
    fineness = {level.name: len(axis.levels) - place for axis in axes for place, level in enumerate(axis.levels)}
    return (-len(line.child), -sum(fineness[name] for name in line.child), line.child, line.parent)
