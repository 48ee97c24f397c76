"""Case counts → protected cells: whole groups of k with the guard, closed periods carried over.

Refuses k below ten, a k other than the release before used (two roundings of the same people
intersect), and an empty caseload. Sensitive until `released`: `Working` holds true counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from geodata.raw_cells import RawCells
from geodata.release.axes import UNKNOWN, UNKNOWN_YEAR, window_end
from geodata.release.guard import Frozen, Guarded, guard
from geodata.release.lattice import Encoded, Key, Lattice, build, encode, roll_up
from geodata.release.reader import Release
from geodata.release.released_cells import ReleasedCells, Value, make_table
from geodata.values import N_COUNTIES, DataProblem

LEAST_K = 10
SOURCE = "reporting_source"
PERSONS = ("persons",)


@dataclass(frozen=True, slots=True)
class Rules:
    """The publisher's choices.

    k: size of a published group, 10 or more. two_sources: a cell needs two reporting organisations.
    closed_through: last year whose cells are frozen from the next release on. attacked: small cells
    the audit's linear programme attacks per sampled sub-lattice; unknowns: its size.
    """

    k: int = LEAST_K
    two_sources: bool = False
    closed_through: int | None = None
    attacked: int = 40
    unknowns: int = 400

    def __post_init__(self) -> None:
        """Refuse a k that protects nobody."""
        if self.k < LEAST_K:
            raise DataProblem(f"k is {self.k}; groups smaller than {LEAST_K} do not protect people; choose 10 or more.")


@dataclass(frozen=True, slots=True)
class Working:
    """Everything between raw and released. Sensitive: it holds the lattice of true counts."""

    rules: Rules
    encoded: Encoded = field(repr=False)
    lattice: Lattice = field(repr=False)
    ceiling: Mapping[Key, np.ndarray] = field(repr=False)
    frozen: Frozen = field(repr=False)
    guarded: Guarded = field(repr=False)

    @property
    def units(self) -> Mapping[Key, np.ndarray]:
        """Shown groups of every table."""
        return self.guarded.units

    def lowered(self, where: Mapping[Key, list[tuple[int, ...]]]) -> Working:
        """Show one group less in some cells and settle again; the audit's answer to an attack that worked."""
        ceiling = {key: np.array(array) for key, array in self.ceiling.items()}
        for key, cells in where.items():
            for cell in cells:
                ceiling[key][cell] = max(int(self.units[key][cell]) - 1, 0)
        guarded = guard(self.lattice, self.rules.k, ceiling, self.frozen)
        return replace(self, ceiling=ceiling, guarded=guarded)


def protect(raw: RawCells, rules: Rules, predecessor: Release | None = None) -> Working:
    """Group, guard and carry over; `raw` is not changed.

    raw: columns of `geodata.vault.batch.DIMS` (any subset works) and n. predecessor: the current
    release of the dataset; its closed periods are frozen.

    Raises DataProblem for an empty caseload or a k that differs from the predecessor's.
    """
    if raw.frame.empty or int(raw.counts().sum()) == 0:
        raise DataProblem("The dataset holds no cases to publish; import a file first, or name another dataset.")
    if predecessor is not None and predecessor.manifest.k != rules.k:
        raise DataProblem(
            f"The release before was published in groups of {predecessor.manifest.k}, this one asks for {rules.k}; two "
            f"roundings of the same people can be compared; publish with k = {predecessor.manifest.k}."
        )
    sources = _with_sources(raw) if rules.two_sources and SOURCE in raw.dims else None
    counted = RawCells(_without(raw, SOURCE)) if sources is not None else raw
    encoded = encode(counted, _shown_values(predecessor))
    lattice = build(encoded)
    ceiling = {key: np.asarray(array // rules.k) for key, array in lattice.counts.items()}
    if sources is not None:
        for key, organisations in _organisations(encoded, lattice, sources).items():
            ceiling[key] = np.where(organisations >= 2, ceiling[key], 0)
    frozen = _frozen(lattice, predecessor, rules.k)
    return Working(rules, encoded, lattice, ceiling, frozen, guard(lattice, rules.k, ceiling, frozen))


def released(working: Working) -> ReleasedCells:
    """Turn guarded units into cells a reader may have; a value nobody can be shown for is not named."""
    domains = _domains(working)
    k = working.rules.k
    tables = []
    for key in sorted(working.units, key=lambda key: (len(key), key)):
        units = np.asarray(working.units[key])
        places = np.argwhere(units > 0) if key else np.zeros((int(units > 0), 0), dtype=np.int64)
        codes = np.empty(places.shape, dtype=np.int32)
        for axis, name in enumerate(key):
            order = {value: code for code, value in enumerate(domains[name])}
            moved = np.array([order.get(value, -1) for value in working.lattice.domains[name]], dtype=np.int32)
            codes[:, axis] = moved[places[:, axis]]
        tables.append(make_table(key, codes, (units[units > 0] * k).reshape(-1, 1)))
    return ReleasedCells(domains, PERSONS, tuple(tables))


def dense(cells: ReleasedCells, lattice: Lattice, k: int) -> dict[Key, np.ndarray]:
    """Read released cells back into the lattice's arrays, in units; what the audit looks at."""
    units = {key: np.zeros(np.shape(array), dtype=np.int64) for key, array in lattice.counts.items()}
    for table in cells.tables:
        if table.dims in units:
            place_units(units[table.dims], table.dims, cells, lattice, k)
    return units


def place_units(array: np.ndarray, key: Key, cells: ReleasedCells, lattice: Lattice, k: int) -> None:
    """Put one released table into an array of a lattice's shape; values the lattice lacks are left out."""
    table = cells.table(frozenset(key))
    if table is None or not len(table.counts):
        return
    if not key:
        array[()] = int(table.counts[0, 0]) // k
        return
    columns = []
    for name in key:
        order = {value: code for code, value in enumerate(lattice.domains[name])}
        moved = np.array([order.get(value, -1) for value in cells.domains[name]], dtype=np.int64)
        columns.append(moved[table.codes[:, table.dims.index(name)]])
    known = np.all([column >= 0 for column in columns], axis=0)
    array[tuple(column[known] for column in columns)] = table.counts[known, 0] // k


def closed_values(name: str, values: tuple[Value, ...], closed_through: int | None) -> np.ndarray:
    """Which values of a time level end in a closed year; none for other levels."""
    if closed_through is None or not (name == "year" or name.startswith("window_")):
        return np.zeros(len(values), dtype=bool)
    ends = [window_end(value) for value in values]
    return np.array([end is not None and end <= closed_through for end in ends], dtype=bool)


def _frozen(lattice: Lattice, predecessor: Release | None, k: int) -> Frozen:
    """Cells of periods that were closed when the release before came out."""
    if predecessor is None or predecessor.manifest.closed_through is None:
        return Frozen()
    locked: dict[Key, np.ndarray] = {}
    units: dict[Key, np.ndarray] = {}
    for key, array in lattice.counts.items():
        for axis, name in enumerate(key):
            closed = closed_values(name, lattice.domains[name], predecessor.manifest.closed_through)
            if not closed.any():
                continue
            shape = [-1 if place == axis else 1 for place in range(len(key))]
            locked[key] = np.broadcast_to(closed.reshape(shape), np.shape(array)).copy()
            units[key] = np.zeros(np.shape(array), dtype=np.int64)
            place_units(units[key], key, predecessor.cells, lattice, k)
    return Frozen(units, locked)


def _shown_values(predecessor: Release | None) -> dict[str, tuple[Value, ...]]:
    """Values an earlier release shows in a closed period, so its frozen cells have a place."""
    if predecessor is None or predecessor.manifest.closed_through is None:
        return {}
    shown: dict[str, tuple[Value, ...]] = {}
    for dim in predecessor.manifest.dims:
        table = predecessor.cells.table(frozenset({dim}))
        if table is not None and len(table.codes):
            shown[dim] = tuple(predecessor.manifest.domains[dim][code] for code in table.codes[:, 0].tolist())
    return shown


def _without(raw: RawCells, dim: str) -> pd.DataFrame:
    """Raw cells without a dimension; rows are not merged, counting adds them up."""
    return raw.frame.drop(columns=[dim])


def _with_sources(raw: RawCells) -> np.ndarray:
    """Position of each row's reporting organisation; −1 where the row counts nobody."""
    codes, _ = raw.frame[SOURCE].factorize()
    return np.where(raw.counts() > 0, codes, -1)


def _organisations(encoded: Encoded, lattice: Lattice, sources: np.ndarray) -> dict[Key, np.ndarray]:
    """Return how many reporting organisations stand behind every cell."""
    present = sources >= 0
    size = int(sources.max()) + 1
    finest = {axis.name for axis in encoded.axes}
    seen: dict[Key, np.ndarray] = {}
    for key, array in lattice.counts.items():
        if set(key) <= finest:
            at = [encoded.codes[name][present] for name in key]
            seen[key] = np.zeros((*np.shape(array), size), dtype=np.int32)
            seen[key][(*at, sources[present])] = 1
    for line in lattice.lines:
        if line.parent not in seen and line.child in seen:
            seen[line.parent] = np.minimum(roll_up(seen[line.child], line), 1)
    missing = set(lattice.counts) - set(seen)
    for key in missing:
        seen[key] = _coarse_sources(encoded, lattice, key, sources, size)
    return {key: array.sum(axis=-1) for key, array in seen.items()}


def _coarse_sources(encoded: Encoded, lattice: Lattice, key: Key, sources: np.ndarray, size: int) -> np.ndarray:
    """Presence of organisations in a table whose finer table is not published."""
    present = sources >= 0
    at = []
    for name in key:
        axis = next(axis for axis in encoded.axes if name in {level.name for level in axis.levels})
        level = next(level for level in axis.levels if level.name == name)
        order = {value: code for code, value in enumerate(lattice.domains[name])}
        moved = np.array([order[level.group(value)] for value in encoded.domains[axis.name]], dtype=np.int64)
        at.append(moved[encoded.codes[axis.name][present]])
    seen = np.zeros((*np.shape(lattice.counts[key]), size), dtype=np.int32)
    seen[(*at, sources[present])] = 1
    return seen


def _domains(working: Working) -> dict[str, tuple[Value, ...]]:
    """Values a release names: those shown on their own, all counties, all years between the shown ones."""
    domains: dict[str, tuple[Value, ...]] = {}
    for axis in working.encoded.axes:
        for level in axis.levels:
            values = working.lattice.domains[level.name]
            shown = {value for value, units in zip(values, working.units[level.name,].tolist(), strict=True) if units}
            if level.name == "county":
                shown |= {f"KE{number:03d}" for number in range(1, N_COUNTIES + 1)}
            if level.name == "year" and shown - {UNKNOWN_YEAR}:
                years = [int(year) for year in shown if year != UNKNOWN_YEAR]
                shown |= set(range(min(years), max(years) + 1))
            domains[level.name] = tuple(sorted(shown, key=_reading_order))
    return domains


def _reading_order(value: Value) -> tuple[bool, int, str]:
    """Numbers and age groups by their first number, then words, 'unknown' last."""
    number = re.match(r"\d+", str(value))
    return (value in (UNKNOWN, UNKNOWN_YEAR), int(number[0]) if number else 10**9, str(value))
