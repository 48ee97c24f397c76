"""The attacker: a linear programme that tries to narrow a small cell with everything that is published.

The attacker knows every published table over (at most) four axes, the rule of whole groups, and, more
than any real reader, which cells the guard lowered: such a cell is at least what is shown, every
other lies in [shown, shown + k − 1]. A small cell (true count 1…k−1) is *narrowed* when the smallest
value the constraints allow is above 0 or the largest below k−1. A second, simpler attacker does not
know of the guard and believes every cell lies in [shown, shown + k − 1]; often that belief contradicts itself.

What counts as a leak is a bound that is *true*. The first attacker's beliefs hold, so every bound he finds does.
The second one's do not where the guard lowered a cell, and then he may "prove" what is not so: that at least four
are in a cell of two. Such a bound is checked against the true count: one that excludes it misleads him and tells
nobody anything, one that holds is a leak like any other, however he came by it.

Sensitive: works on true counts, hands out only numbers of cells and which cells to lower.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
import scipy.sparse as sp

from geodata.release.axes import Axis
from geodata.release.lattice import Key
from geodata.release.protected import Working

AXES_AT_ONCE = 4
_NO_BOUND = 1e15
_EPSILON = 1e-6
_TOGETHER = 50


@dataclass(frozen=True, slots=True)
class Outcome:
    """attacked: small cells tried. narrowed: of these, by a bound that is true. misled: only by bounds that are not.

    culprits: published cells whose lowering stops the true bounds. contradictory: the attacker's beliefs have
    no solution at all.
    """

    attacked: int
    narrowed: int
    culprits: dict[Key, list[tuple[int, ...]]] = field(default_factory=dict)
    contradictory: bool = False
    misled: int = 0

    @property
    def cells_to_lower(self) -> int:
        """Number of culprits found."""
        return sum(len(cells) for cells in self.culprits.values())


@dataclass(frozen=True, slots=True)
class _Row:
    """One published cell of a sub-lattice. cell is None for a pool of cells."""

    key: Key
    cell: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class _Problem:
    matrix: sp.csr_matrix
    low: np.ndarray
    high: np.ndarray
    rows: list[_Row]
    targets: list[int]
    truth: dict[int, int]


def sub_lattices(working: Working, count: int = 3) -> list[tuple[Axis, ...]]:
    """Choose which axes to attack together: all of them if few, else an even spread of foursomes."""
    axes = working.encoded.axes
    if len(axes) <= AXES_AT_ONCE:
        return [axes]
    every = list(combinations(axes, AXES_AT_ONCE))
    return [every[place * len(every) // count] for place in range(count)]


def attack(working: Working, axes: tuple[Axis, ...], *, knows_guard: bool = True, blamed: int = 1) -> Outcome:
    """Attack one sub-lattice with up to `Rules.attacked` small cells as targets.

    blamed: how many of the cells a proof leans on are named as culprits, the largest first.
    """
    problem = _problem(working, axes, knows_guard=knows_guard)
    if not problem.targets:
        return Outcome(0, 0)
    return _Attacker(problem, working, blamed).run()


def _problem(working: Working, axes: tuple[Axis, ...], *, knows_guard: bool) -> _Problem:
    """State what the attacker knows as low ≤ matrix · base cells ≤ high."""
    codes = _reduced(working, axes)
    sizes = [int(codes[axis.name].max()) + 1 for axis in axes]
    index = np.indices(sizes).reshape(len(sizes), -1)
    k = working.rules.k
    parts, low, high, targets = [], [], [], []
    truth: dict[int, int] = {}
    rows: list[_Row] = []
    for key, maps in _tables(working, axes, codes):
        shape = tuple(int(reduced.max()) + 1 for _, _, reduced in maps)
        true, units = np.asarray(working.lattice.counts[key]), np.asarray(working.units[key])
        shown = units * k
        above = np.where(true > shown + k - 1, _NO_BOUND, shown + k - 1.0) if knows_guard else shown + k - 1.0
        at = tuple(np.meshgrid(*[reduced for _, _, reduced in maps], indexing="ij")) if maps else ()
        cell_at = np.ravel_multi_index(at, shape).reshape(-1) if maps else np.zeros(1, dtype=np.int64)
        size = int(np.prod(shape, dtype=np.int64))
        members = np.bincount(cell_at, minlength=size)
        single = np.full(size, -1, dtype=np.int64)
        single[cell_at] = np.arange(len(cell_at))
        column = np.zeros(index.shape[1], dtype=np.int64)
        for (position, of_base, _), length in zip(maps, shape, strict=True):
            column = column * length + of_base[index[position]]
        parts.append(sp.csr_matrix((np.ones(len(column)), (column, np.arange(len(column)))), shape=(size, len(column))))
        low.append(np.bincount(cell_at, weights=shown.reshape(-1), minlength=size))
        high.append(np.bincount(cell_at, weights=np.asarray(above).reshape(-1), minlength=size))
        for cell in range(size):
            if members[cell] == 1:
                place = tuple(int(i) for i in np.unravel_index(single[cell], np.shape(true)))
                if 0 < true[place] < k:
                    targets.append(len(rows))
                    truth[len(rows)] = int(true[place])
                rows.append(_Row(key, place))
            else:
                rows.append(_Row(key, None))
    limit = working.rules.attacked
    if len(targets) > limit:
        targets = [targets[place * len(targets) // limit] for place in range(limit)]
    return _Problem(sp.vstack(parts).tocsr(), np.concatenate(low), np.concatenate(high), rows, targets, truth)


def _reduced(working: Working, axes: tuple[Axis, ...]) -> dict[str, np.ndarray]:
    """Pool values of long axes until the base cells fit; a pool is one value, "the rest"."""
    sizes = {axis.name: len(working.encoded.domains[axis.name]) for axis in axes}
    while np.prod(list(sizes.values())) > working.rules.unknowns:
        longest = max((axis.name for axis in axes if len(axis.levels) == 1), key=lambda name: sizes[name], default="")
        if not longest or sizes[longest] <= 3:
            break
        sizes[longest] -= 1
    return {axis.name: _pooled(np.asarray(working.lattice.counts[axis.name,]), sizes[axis.name]) for axis in axes}


def _pooled(total: np.ndarray, size: int) -> np.ndarray:
    """Code of each value when only `size` codes are left: values from the commonest to the rarest, and the rest."""
    if size >= len(total):
        return np.arange(len(total))
    kept = np.unique(np.linspace(0, len(total) - 1, size - 1).round().astype(np.int64))
    codes = np.full(len(total), len(kept), dtype=np.int64)
    codes[np.argsort(-total, kind="stable")[kept]] = np.arange(len(kept))
    return codes


def _tables(
    working: Working, axes: tuple[Axis, ...], codes: dict[str, np.ndarray]
) -> Iterator[tuple[Key, list[tuple[int, np.ndarray, np.ndarray]]]]:
    """Yield published tables over these axes; per level: axis position, base code → code, value → code."""
    home = {level.name: (place, axis) for place, axis in enumerate(axes) for level in axis.levels}
    for key in working.lattice.counts:
        if not set(key) <= set(home):
            continue
        maps = []
        for name in key:
            place, axis = home[name]
            if len(axis.levels) == 1:
                maps.append((place, np.arange(int(codes[name].max()) + 1), codes[name]))
                continue
            level = next(level for level in axis.levels if level.name == name)
            order = {value: code for code, value in enumerate(working.lattice.domains[name])}
            fine = np.array([order[level.group(v)] for v in working.encoded.domains[axis.name]], dtype=np.int64)
            maps.append((place, fine, np.arange(len(order))))
        yield key, maps


class _Attacker:
    """HiGHS, warm from one question to the next."""

    def __init__(self, problem: _Problem, working: Working, blamed: int) -> None:
        import highspy  # noqa: PLC0415 - the solver is loaded only when a release is evaluated

        self.problem, self.working, self.blamed = problem, working, blamed
        self.minimise, self.maximise = highspy.ObjSense.kMinimize, highspy.ObjSense.kMaximize
        self.optimal = highspy.HighsModelStatus.kOptimal
        self.top = working.rules.k - 1
        rows, columns = problem.matrix.shape
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = columns, rows
        program.col_cost_ = np.zeros(columns)
        program.col_lower_, program.col_upper_ = np.zeros(columns), np.full(columns, highspy.kHighsInf)
        program.row_lower_ = problem.low
        program.row_upper_ = np.where(problem.high >= _NO_BOUND, highspy.kHighsInf, problem.high)
        program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        program.a_matrix_.start_, program.a_matrix_.index_ = problem.matrix.indptr, problem.matrix.indices
        program.a_matrix_.value_ = problem.matrix.data
        self.solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self.solver.setOptionValue("output_flag", False)
        self.solver.setOptionValue("threads", 1)
        self.solver.passModel(program)
        self.columns = np.arange(columns, dtype=np.int32)

    def run(self) -> Outcome:
        """Bound every target from below and above."""
        self.solver.run()
        if self.solver.getModelStatus() != self.optimal:
            return Outcome(len(self.problem.targets), 0, contradictory=True)
        narrowed: set[int] = set()
        misled: set[int] = set()
        culprits: dict[Key, set[tuple[int, ...]]] = {}
        for sense in (self.minimise, self.maximise):
            left = set(self.problem.targets)
            self._harvest(left, sense)
            while left:
                for row in self._bound(left, sense):
                    if not self._holds(row, sense):
                        misled.add(row)
                        continue
                    narrowed.add(row)
                    for key, cell in self._culprits(row):
                        culprits.setdefault(key, set()).add(cell)
        ordered = {key: sorted(cells) for key, cells in sorted(culprits.items())}
        return Outcome(len(self.problem.targets), len(narrowed), ordered, misled=len(misled - narrowed))

    def _holds(self, row: int, sense: object) -> bool:
        """Whether the bound just found for one target is true of it."""
        bound = float(self.solver.getInfo().objective_function_value)
        true = self.problem.truth[row]
        return bound <= true + _EPSILON if sense == self.minimise else bound >= true - _EPSILON

    def _bound(self, left: set[int], sense: object) -> list[int]:
        """Push many targets at once; when none gives way, ask for one alone and judge it."""
        before = len(left)
        self._solve(sorted(left)[:_TOGETHER], sense)
        self._harvest(left, sense)
        if len(left) < before:
            return []
        row = min(left)
        self._solve([row], sense)
        self._harvest(left, sense)
        if row not in left:
            return []
        left.discard(row)
        return [row]

    def _solve(self, rows: list[int], sense: object) -> None:
        cost = np.asarray(self.problem.matrix[rows].sum(axis=0)).ravel()
        self.solver.changeObjectiveSense(sense)
        self.solver.changeColsCost(len(cost), self.columns, cost)
        self.solver.run()

    def _harvest(self, left: set[int], sense: object) -> None:
        """Strike off every target that this solution already puts at its limit."""
        values = self.problem.matrix @ np.array(self.solver.getSolution().col_value)
        if sense == self.minimise:
            done = {row for row in left if values[row] < _EPSILON}
        else:
            done = {row for row in left if values[row] > self.top - _EPSILON}
        left -= done

    def _culprits(self, target: int) -> list[tuple[Key, tuple[int, ...]]]:
        """Return the largest published cells that the proof of the last answer leans on."""
        duals = np.abs(np.array(self.solver.getSolution().row_dual))
        found = []
        for row in np.flatnonzero(duals > _EPSILON).tolist():
            entry = self.problem.rows[row]
            if row == target or entry.cell is None:
                continue
            locked = self.working.frozen.locked.get(entry.key)
            units = int(self.working.units[entry.key][entry.cell])
            if units and not (locked is not None and locked[entry.cell]):
                found.append((-units, row, (entry.key, entry.cell)))
        return [cell for _, _, cell in sorted(found)[: self.blamed]]
