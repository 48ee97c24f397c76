"""Whole tens with a fixpoint guard (DESIGN §5.2, §5.3): what of a lattice may be shown.

Counts are handled in *units* of k: a cell with true count x starts at ⌊x / k⌋. Then, until nothing
changes, for every line (r children that add up to a parent; gap = parent − Σ children):

(a) gap ≤ ⌊(k−1)(r−1)/k⌋. Every child hides a remainder of at most k−1; with this cap r−1 of them can
    hold the whole gap, so any single one may still be 0 and no reader can prove somebody is there.
    A line whose members are all large (`LARGE` groups or more) has nobody small in it; there the cap is
    what r remainders can hold, ⌊(k−1)r/k⌋. Without this the short lines (two sexes, minor / adult)
    drive each other down for ever: see the folder's docstring for figures.
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

LARGE = 10
"""Units from which every member of a line counts as large."""

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
    """units: table → int64 array, shown count divided by k. sweeps: rounds until nothing changed."""

    units: Units = field(repr=False)
    sweeps: int


def guard(lattice: Lattice, k: int, ceiling: Units, frozen: Frozen | None = None) -> Guarded:
    """Return the shown units of every table.

    ceiling: units no cell may exceed, ⌊x / k⌋ where a cell may be shown and 0 where not.
    """
    table = _Settling(lattice, k, ceiling, frozen or Frozen())
    return Guarded(table.units, table.run())


def spread(array: np.ndarray, line: Line) -> np.ndarray:
    """Lay a parent's values over its children."""
    if line.whole:
        return np.expand_dims(array, line.axis)
    return np.take(array, line.groups, axis=line.axis)


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


def caps_of(lattice: Lattice, k: int, ceiling: Units) -> list[np.ndarray]:
    """Largest gap of every line, in its parent's shape."""
    caps = []
    for line in lattice.lines:
        members = np.bincount(line.groups, minlength=line.size)
        if line.whole:
            length = np.asarray(members[0])
        else:
            length = members.reshape([line.size if axis == line.axis else 1 for axis in range(len(line.parent))])
        small = np.asarray(roll_up((ceiling[line.child] < LARGE).astype(np.int64), line))
        large = (small == 0) & (ceiling[line.parent] >= LARGE)
        caps.append(np.where(large, (k - 1) * length // k, (k - 1) * (length - 1) // k))
    return caps


class _Settling:
    """The tables while they settle; `run` lowers them in place until every line holds."""

    def __init__(self, lattice: Lattice, k: int, ceiling: Units, frozen: Frozen) -> None:
        self.lines = lattice.lines
        self.floor = floors_of(lattice, frozen)
        self.ceiling = {key: np.maximum(array, self.floor[key]) for key, array in ceiling.items()}
        for key, locked in frozen.locked.items():
            self.ceiling[key][locked] = frozen.units[key][locked]
        self.units = {key: np.array(array, dtype=np.int64) for key, array in self.ceiling.items()}
        self.cap = caps_of(lattice, k, self.ceiling)
        self.total = [np.asarray(roll_up(self.units[line.child], line)) for line in self.lines]
        self.version = dict.fromkeys(self.units, 0)
        self.above: dict[Key, list[int]] = {key: [] for key in self.units}
        self.below: dict[Key, list[int]] = {key: [] for key in self.units}
        for place, line in enumerate(self.lines):
            self.above[line.child].append(place)
            self.below[line.parent].append(place)

    def run(self) -> int:
        """Sweep over the lines until a whole sweep changes nothing; returns the number of sweeps."""
        seen: list[tuple[int, int] | None] = [None] * len(self.lines)
        sweep, before = 0, -1
        while before != sum(self.version.values()):
            before = sum(self.version.values())
            sweep += 1
            for place, line in enumerate(self.lines):
                if seen[place] != (self.version[line.child], self.version[line.parent]):
                    while self._step(place, lifting=sweep <= LIFTING):
                        pass
                    seen[place] = (self.version[line.child], self.version[line.parent])
        return sweep

    def _step(self, place: int, *, lifting: bool) -> bool:
        """Repair a line by at most one unit per parent; False when nothing is left to do here."""
        line = self.lines[place]
        parent = self.units[line.parent]
        gap = parent - self.total[place]
        over = (gap > self.cap[place]) & (parent > self.floor[line.parent])
        if over.any():
            return self._close(place, over, lifting=lifting)
        under = gap < 0
        return bool(under.any()) and self._open(place, under, lifting=lifting)

    def _close(self, place: int, over: np.ndarray, *, lifting: bool) -> bool:
        """Rule (a): bring the parent down, or a child back up where the parent is needed elsewhere."""
        line = self.lines[place]
        free = over & self._may(line.parent, -1)
        if free.any():
            self._move(line.parent, free, -1)
        rest = over & ~free
        if rest.any() and lifting:
            self._pick(place, rest, self._may(line.child, 1), 1)
            rest = rest & (self.units[line.parent] - self.total[place] > self.cap[place])
        if rest.any():
            self._move(line.parent, rest, -1)
        return True

    def _open(self, place: int, under: np.ndarray, *, lifting: bool) -> bool:
        """Rule (b): give the parent a unit back where it can have one, else take one from a child."""
        line = self.lines[place]
        moved = False
        if lifting:
            free = under & self._may(line.parent, 1)
            if free.any():
                self._move(line.parent, free, 1)
                under = under & ~free
                moved = True
        if under.any():
            moved = self._pick(place, under, self._may(line.child, -1), -1) or moved
        return moved

    def _may(self, key: Key, step: int) -> np.ndarray:
        """Where a table's cells can change by one unit without breaking any line."""
        here = self.units[key]
        fine: np.ndarray = here > self.floor[key] if step < 0 else here < self.ceiling[key]
        for place in self.below[key]:
            gap = here - self.total[place]
            fine = fine & (gap >= 1 if step < 0 else gap + 1 <= self.cap[place])
        for place in self.above[key]:
            line = self.lines[place]
            gap = self.units[line.parent] - self.total[place]
            fine = fine & spread(np.asarray(gap + 1 <= self.cap[place] if step < 0 else gap >= 1), line)
        return fine

    def _move(self, key: Key, where: np.ndarray, step: int) -> None:
        """Change cells by one unit and keep the sums of the lines above in step."""
        self.units[key][where] += step
        self._changed(key)

    def _changed(self, key: Key) -> None:
        self.version[key] += 1
        for place in self.above[key]:
            self.total[place] = np.asarray(roll_up(self.units[key], self.lines[place]))

    def _pick(self, place: int, needed: np.ndarray, fine: np.ndarray, step: int) -> bool:
        """Change one child per needing parent by one unit; returns whether any changed.

        Down: children that break nothing and stay shown come first, then the largest; up: only
        children that break nothing.
        """
        line = self.lines[place]
        child = np.moveaxis(self.units[line.child], line.axis, 0)
        fine = np.moveaxis(fine, line.axis, 0)
        floor = np.moveaxis(self.floor[line.child], line.axis, 0)
        wanting = needed[np.newaxis, ...] if line.whole else np.moveaxis(needed, line.axis, 0)
        moved = False
        for group in range(line.size):
            columns = np.flatnonzero(np.asarray(wanting[group, ...]).reshape(-1))
            if not len(columns):
                continue
            members = np.flatnonzero(line.groups == group)
            part = child[members].reshape(len(members), -1)
            here, good = part[:, columns], fine[members].reshape(len(members), -1)[:, columns]
            if step < 0:
                able = here > floor[members].reshape(len(members), -1)[:, columns]
                score = np.where(able, here + _PREFERRED * (good & (here > 1)), -1)
            else:
                score = np.where(good, here, -1)
            who = score.argmax(axis=0)
            ready = score[who, np.arange(len(columns))] >= 0
            part[who[ready], columns[ready]] += step
            child[members] = part.reshape((len(members), *child.shape[1:]))
            moved = moved or bool(ready.any())
        if moved:
            self._changed(line.child)
        return moved
