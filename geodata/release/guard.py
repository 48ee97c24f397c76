"""Whole tens with a fixpoint guard (DESIGN §5.2, §5.3): what of a lattice may be shown.

Counts are handled in *units* of k: a cell with true count x starts at ⌊x / k⌋. Then, until nothing
changes, for every line (r children that add up to a parent; gap = parent − Σ children):

(a) gap ≤ ⌊(k−1)(r−1)/k⌋. Every child hides a remainder of at most k−1; with this cap r−1 of them can
    hold the whole gap, so any single one may still be 0 and no reader can prove somebody is there.
    A line whose members are all large (`LARGE` groups or more) has nobody small in it; there the cap is
    what r remainders can hold, ⌊(k−1)r/k⌋. Without this the short lines (two sexes, minor / adult)
    drive each other down: see the folder's docstring for figures. Caseloads that have not settled
    after `LIFTING` sweeps start again with one group as large; the audit attacks either way.
(b) gap ≥ 0, so "not shown" is never negative.

Repairs prefer a cell whose change breaks no other line, may give a lowered cell its unit back during
the first `LIFTING` sweeps, and else lower the parent (a) or the largest child (b), the first in reading
order among equals.

The iteration ends: after `LIFTING` sweeps cells only go down, by whole units, never below their floor (0,
or what a frozen child already shows), so at most Σ ⌊x / k⌋ further steps happen. A line is looked at
again whenever one of its two tables changed, so at the end every line obeys both rules, except where
frozen cells forbid it, which the audit finds. No chance, no secret: the same counts give the same
cells. True counts are read, never written, and no cell ever exceeds ⌊x / k⌋.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from geodata.release.lattice import Key, Lattice, Line, roll_up

LARGE = 2
"""Units from which every member of a line counts as large; 1 when the lines do not settle otherwise."""

LIFTING = 40
"""Sweeps in which a lowered cell may get a unit back."""

_PREFERRED = 2**40

Units = Mapping[Key, np.ndarray]


@dataclass(frozen=True, slots=True)
class Frozen:
    """Cells carried over from the release before, in units: table → values, and which of them."""

    units: Units = field(default_factory=dict, repr=False)
    locked: Units = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Guarded:
    """units: table → int64 array, shown count divided by k. sweeps: rounds until nothing changed.

    large: groups from which a member counted as large, for `caps_of`.
    """

    units: Units = field(repr=False)
    sweeps: int
    large: int


def guard(lattice: Lattice, k: int, ceiling: Units, frozen: Frozen | None = None) -> Guarded:
    """Return the shown units of every table.

    ceiling: units no cell may exceed, ⌊x / k⌋ where a cell may be shown and 0 where not.
    """
    large = LARGE
    tables = _Settling(lattice, k, ceiling, frozen or Frozen(), large)
    sweeps, settled = tables.run(at_most=LIFTING)
    if not settled:
        large = 1
        tables = _Settling(lattice, k, ceiling, frozen or Frozen(), large)
        sweeps, _ = tables.run()
    return Guarded({key: flat.reshape(tables.shape[key]) for key, flat in tables.units.items()}, sweeps, large)


def floors_of(lattice: Lattice, frozen: Frozen) -> dict[Key, np.ndarray]:
    """Least units of a cell: what frozen cells below it, or it itself, already show."""
    floors = {key: np.zeros(np.shape(array), dtype=np.int64) for key, array in lattice.counts.items()}
    if not frozen.locked:
        return floors
    for key, locked in frozen.locked.items():
        floors[key][locked] = frozen.units[key][locked]
    for line in lattice.lines:
        parent = floors[line.parent]
        rolled = np.asarray(roll_up(floors[line.child], line))
        here = frozen.locked.get(line.parent)
        np.maximum(parent, rolled if here is None else np.where(here, 0, rolled), out=parent)
    return floors


def caps_of(lattice: Lattice, k: int, ceiling: Units, large: int) -> list[np.ndarray]:
    """Largest gap of every line, in its parent's shape."""
    caps = []
    for line in lattice.lines:
        members = np.bincount(line.groups, minlength=line.size)
        if line.whole:
            length = np.asarray(members[0])
        else:
            length = members.reshape([line.size if axis == line.axis else 1 for axis in range(len(line.parent))])
        small = np.asarray(roll_up((ceiling[line.child] < large).astype(np.int64), line))
        nobody = (small == 0) & (ceiling[line.parent] >= large)
        caps.append(np.where(nobody, (k - 1) * length // k, (k - 1) * (length - 1) // k))
    return caps


class _Settling:
    """The tables while they settle, each as one flat array; `run` changes them until every line holds."""

    def __init__(self, lattice: Lattice, k: int, ceiling: Units, frozen: Frozen, large: int) -> None:
        floors = floors_of(lattice, frozen)
        highest = {key: np.maximum(array, floors[key]) for key, array in ceiling.items()}
        for key, locked in frozen.locked.items():
            highest[key][locked] = frozen.units[key][locked]
        self.shape = {key: np.shape(array) for key, array in highest.items()}
        self.floor = {key: array.reshape(-1) for key, array in floors.items()}
        self.ceiling = {key: np.asarray(array, dtype=np.int64).reshape(-1) for key, array in highest.items()}
        self.units = {key: array.copy() for key, array in self.ceiling.items()}
        self.lines = lattice.lines
        self.cap, self.up, self.down, self.total = [], [], [], []
        for line, cap in zip(self.lines, caps_of(lattice, k, highest, large), strict=True):
            up, down = _family(line, self.shape[line.child], self.shape[line.parent])
            self.up.append(up)
            self.down.append(down)
            self.cap.append(np.broadcast_to(cap, self.shape[line.parent]).reshape(-1))
            self.total.append(np.asarray(roll_up(highest[line.child], line)).reshape(-1).astype(np.int64))
        self.version = dict.fromkeys(self.units, 0)
        self.above: dict[Key, list[int]] = {key: [] for key in self.units}
        self.below: dict[Key, list[int]] = {key: [] for key in self.units}
        for place, line in enumerate(self.lines):
            self.above[line.child].append(place)
            self.below[line.parent].append(place)

    def run(self, at_most: int | None = None) -> tuple[int, bool]:
        """Sweep over the lines until a whole sweep changes nothing; returns sweeps, and whether it came to that."""
        seen: list[tuple[int, int] | None] = [None] * len(self.lines)
        sweep, before = 0, -1
        while before != sum(self.version.values()):
            if sweep == at_most:
                return sweep, False
            before = sum(self.version.values())
            sweep += 1
            for place, line in enumerate(self.lines):
                if seen[place] != (self.version[line.child], self.version[line.parent]):
                    self._settle(place, lifting=sweep <= LIFTING)
                    seen[place] = (self.version[line.child], self.version[line.parent])
        return sweep, True

    def _settle(self, place: int, *, lifting: bool) -> None:
        """Repair one line, a unit at a time, until its parents hold or nothing can move."""
        parent, floor = self.units[self.lines[place].parent], self.floor[self.lines[place].parent]
        gap = parent - self.total[place]
        cells = np.flatnonzero((gap < 0) | ((gap > self.cap[place]) & (parent > floor)))
        while len(cells):
            gap = parent[cells] - self.total[place][cells]
            over = cells[(gap > self.cap[place][cells]) & (parent[cells] > floor[cells])]
            if len(over):
                self._close(place, over, lifting=lifting)
                continue
            under = cells[gap < 0]
            if not len(under) or not self._open(place, under, lifting=lifting):
                return

    def _close(self, place: int, over: np.ndarray, *, lifting: bool) -> None:
        """Rule (a): bring the parent down, or a child back up where the parent is needed elsewhere."""
        line = self.lines[place]
        free = self._may(line.parent, over, -1)
        self._move(line.parent, over[free], -1)
        rest = over[~free]
        if len(rest) and lifting:
            self._pick(place, rest, 1)
            rest = rest[self.units[line.parent][rest] - self.total[place][rest] > self.cap[place][rest]]
        self._move(line.parent, rest, -1)

    def _open(self, place: int, under: np.ndarray, *, lifting: bool) -> bool:
        """Rule (b): give the parent a unit back where it can have one, else take one from a child."""
        line = self.lines[place]
        lifted = self._may(line.parent, under, 1) if lifting else np.zeros(len(under), dtype=bool)
        self._move(line.parent, under[lifted], 1)
        taken = self._pick(place, under[~lifted], -1)
        return taken or bool(lifted.any())

    def _may(self, key: Key, cells: np.ndarray, step: int) -> np.ndarray:
        """Where cells can change by one unit without breaking any line."""
        here = self.units[key][cells]
        fine: np.ndarray = here > self.floor[key][cells] if step < 0 else here < self.ceiling[key][cells]
        for place in self.below[key]:
            gap = here - self.total[place][cells]
            fine = fine & (gap >= 1 if step < 0 else gap + 1 <= self.cap[place][cells])
        for place in self.above[key]:
            parents = self.up[place][cells]
            gap = self.units[self.lines[place].parent][parents] - self.total[place][parents]
            fine = fine & (gap + 1 <= self.cap[place][parents] if step < 0 else gap >= 1)
        return fine

    def _move(self, key: Key, cells: np.ndarray, step: int) -> None:
        """Change cells by one unit and keep the sums of the lines above in step."""
        if len(cells):
            self.units[key][cells] += step
            self.version[key] += 1
            for place in self.above[key]:
                np.add.at(self.total[place], self.up[place][cells], step)

    def _pick(self, place: int, parents: np.ndarray, step: int) -> bool:
        """Change one child per parent by one unit; returns whether any changed.

        Down: children that break nothing and stay shown come first, then the largest; up: only
        children that break nothing.
        """
        key = self.lines[place].child
        children = self.down[place][parents]
        real = children >= 0
        here = np.where(real, self.units[key][children], -1)
        fine = self._may(key, children.reshape(-1), step).reshape(children.shape)
        if step < 0:
            able = real & (here > self.floor[key][children])
            score = np.where(able, here + _PREFERRED * (fine & (here > 1)), -1)
        else:
            score = np.where(real & fine, here, -1)
        who = score.argmax(axis=1)
        rows = np.arange(len(parents))
        ready = score[rows, who] >= 0
        self._move(key, children[rows, who][ready], step)
        return bool(ready.any())


def _family(line: Line, child: tuple[int, ...], parent: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Flat positions: each child's parent, and each parent's children (padded with −1)."""
    numbers = np.arange(int(np.prod(child, dtype=np.int64))).reshape(child)
    owners = np.arange(int(np.prod(parent, dtype=np.int64))).reshape(parent)
    owner = np.expand_dims(owners, line.axis) if line.whole else np.take(owners, line.groups, axis=line.axis)
    up = np.broadcast_to(owner, child).reshape(-1)
    members = [np.flatnonzero(line.groups == group) for group in range(line.size)]
    longest = max((len(group) for group in members), default=0)
    moved = np.moveaxis(numbers, line.axis, 0)
    down = np.full((line.size, longest, *moved.shape[1:]), -1, dtype=np.int64)
    for group, found in enumerate(members):
        down[group, : len(found)] = moved[found]
    down = np.moveaxis(down, 1, -1)
    if line.whole:
        return up, down[0].reshape(-1, longest)
    return up, np.moveaxis(down, 0, line.axis).reshape(-1, longest)
