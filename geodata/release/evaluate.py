"""The evaluation of a protected release, from what would be written and not from what was meant.

Five parts: leakage, lines, differencing against every earlier release, utility, attack. Figures are
public: they are derived from released numbers, or coarse enough that no count follows from them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from geodata.release.attack import Outcome, attack, sub_lattices
from geodata.release.audit import Findings
from geodata.release.guard import caps_of, floors_of
from geodata.release.lattice import Key, roll_up
from geodata.release.manifest import PROTECTED
from geodata.release.protected import Working, closed_values, dense
from geodata.release.reader import Release
from geodata.release.released_cells import CellTable, ReleasedCells, Value

REPAIRS = 40
"""Times an attack that worked is answered by showing less, before publishing is refused."""

_PATIENCE = 3
"""After so many repairs one more of the cells that a proof leans on is lowered with each."""

_HALVES_PER_GROUP = 4
"""An average over n cells is published in halves only when n ≥ this many times k (see `_shortfall`)."""


def harden(working: Working) -> tuple[Working, dict[str, Any], tuple[str, ...]]:
    """Attack sampled sub-lattices and show less until no attack finds a bound that is true.

    Both attackers must end with nothing: the one who knows the guard, and the one who does not. What the second
    one believes may be false, and so may be what he concludes; only bounds that hold are leaks (`attack`).
    Returns the working release, figures, and problems (an attack that could not be stopped).
    """
    chosen = sub_lattices(working)
    attacks = [(place, knows) for knows in (True, False) for place in range(len(chosen))]
    found: dict[tuple[int, bool], Outcome] = {}
    clean: set[tuple[int, bool]] = set()
    pending, repairs = attacks, 0
    while pending:
        for place, knows in pending:
            blamed = 1 + repairs // _PATIENCE
            found[place, knows] = attack(working, chosen[place], knows_guard=knows, blamed=blamed)
        worked = [one for one in pending if found[one].culprits]
        if worked and repairs < REPAIRS:
            # Only what worked is tried again at once; the others when it works no more.
            working, repairs = working.lowered(_culprits([found[one] for one in worked])), repairs + 1
            clean, pending = set(), worked
        else:
            clean |= set(pending)
            pending = [] if worked else [one for one in attacks if one not in clean]
    return working, *_attacked(found, len(chosen), repairs)


def _culprits(outcomes: Sequence[Outcome]) -> dict[Key, list[tuple[int, ...]]]:
    """Join the cells to lower."""
    joined: dict[Key, set[tuple[int, ...]]] = {}
    for one in outcomes:
        for key, cells in one.culprits.items():
            joined.setdefault(key, set()).update(cells)
    return {key: sorted(cells) for key, cells in sorted(joined.items())}


def _attacked(
    found: dict[tuple[int, bool], Outcome], sub_lattices: int, repairs: int
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the figures of the attack, and a problem where it could not be stopped."""
    aware = [one for (_, knows), one in found.items() if knows]
    unaware = [one for (_, knows), one in found.items() if not knows]
    attacked = sum(one.attacked for one in aware)
    narrowed, otherwise = sum(one.narrowed for one in aware), sum(one.narrowed for one in unaware)
    figures = {
        "attack_sub_lattices": sub_lattices,
        "attack_small_cells_at_least": attacked - attacked % 10,
        "attack_narrowed": narrowed,
        "attack_narrowed_unaware_of_guard": otherwise,
        "attack_gave_up_unaware_of_guard": sum(one.contradictory for one in unaware),
        "attack_repairs": repairs,
    }
    problem = "an attack by linear programme narrows a small cell and could not be stopped"
    return figures, ((problem,) if narrowed or otherwise else ())


def evaluate(working: Working, cells: ReleasedCells, earlier: Sequence[Release]) -> Findings:
    """Check a release that is about to become visible. earlier: every release of the dataset, oldest first."""
    units = dense(cells, working.lattice, working.rules.k)
    parts = [_leakage(working, cells, units), _lines(working, units), _differencing(working, cells, earlier)]
    figures: dict[str, Any] = {}
    for part in parts:
        figures |= part.figures
    figures |= _utility(working, units)
    return Findings(figures, tuple(problem for part in parts for problem in part.problems))


def _leakage(working: Working, cells: ReleasedCells, units: dict[Key, np.ndarray]) -> Findings:
    """Check that no cell is in 1…k−1, off the grid of k, or above the truth (frozen cells and their sums aside)."""
    k = working.rules.k
    counts = np.concatenate([table.counts[:, 0] for table in cells.tables])
    partial = int(((counts < k) | (counts % k != 0)).sum())
    floors = floors_of(working.lattice, working.frozen)
    over = small = 0
    for key, true in working.lattice.counts.items():
        carried = floors[key] >= np.maximum(units[key], 1)
        over += int(((units[key] * k > true) & ~carried).sum())
        small += int(((units[key] > 0) & (true < k) & ~carried).sum())
    lost = sum(int(array.sum()) for array in units.values()) * k != int(counts.sum())
    problems = [
        text
        for wrong, text in (
            (partial, f"{partial} cells are not whole groups of {k}"),
            (over, f"{over} cells are above their true count"),
            (small, f"{small} cells with fewer than {k} persons are shown"),
            (lost, "the cells to be written are not the cells that were checked"),
        )
        if wrong
    ]
    return Findings({"leakage": partial + over + small, "cells_shown": len(counts)}, tuple(problems))


def _lines(working: Working, units: dict[Key, np.ndarray]) -> Findings:
    """Check that "not shown" is never negative, and that it can always hide any single member."""
    negative = exposed = 0
    caps = caps_of(working.lattice, working.rules.k, working.ceiling, working.guarded.large)
    for line, cap in zip(working.lattice.lines, caps, strict=True):
        gap = units[line.parent] - np.asarray(roll_up(units[line.child], line))
        locked = working.frozen.locked.get(line.parent, np.zeros(gap.shape, dtype=bool))
        negative += int((gap < 0).sum())
        exposed += int(((gap > cap) & ~locked).sum())
    problems = []
    if negative:
        problems.append(f"{negative} lines show more in their parts than in their whole")
    if exposed:
        problems.append(
            f"{exposed} lines would prove that somebody is in a cell that is not shown, because closed periods cannot "
            "change; withdraw the release before and publish again"
        )
    return Findings({"lines_checked": len(caps), "lines_negative": negative, "lines_exposed": exposed}, tuple(problems))


def _differencing(working: Working, cells: ReleasedCells, earlier: Sequence[Release]) -> Findings:
    """Compare with every earlier release: same grid, and closed periods byte for byte as the last one had them."""
    problems = []
    changed = 0
    k = working.rules.k
    for before in earlier:
        card = before.manifest
        if card.policy != PROTECTED or card.k != k:
            used = f"groups of {card.k}" if card.k else "exact counts"
            problems.append(
                f"release {card.id[:12]} of this dataset used {used}; compared with groups of {k} it would narrow what "
                "is not shown"
            )
            continue
        for table in cells.tables:
            other = before.cells.table(frozenset(table.dims))
            if other is not None:
                new, old = as_dict(table, cells), as_dict(other, before.cells)
                steps = [new.get(cell, 0) - old.get(cell, 0) for cell in new.keys() | old.keys()]
                changed += sum(step != 0 for step in steps)
                if any(step % k for step in steps):
                    problems.append(f"cells differ from release {card.id[:12]} by less than {k}")
    problems += _frozen_problems(working, cells)
    return Findings(
        {"earlier_releases_compared": len(earlier), "cells_changed_by_whole_groups": changed}, tuple(problems)
    )


def _frozen_problems(working: Working, cells: ReleasedCells) -> list[str]:
    """Check that frozen cells are what they were."""
    units = dense(cells, working.lattice, working.rules.k)
    for key, locked in working.frozen.locked.items():
        if (units[key][locked] != working.frozen.units[key][locked]).any():
            return ["a closed period differs from the release before"]
    return []


def as_dict(table: CellTable, cells: ReleasedCells, closed_through: int | None = None) -> dict[tuple[Value, ...], int]:
    """One table as values → count; with `closed_through`, only cells of closed periods."""
    keep = np.full(len(table.codes), closed_through is None)
    for axis, name in enumerate(table.dims):
        closed = closed_values(name, cells.domains[name], closed_through)
        keep |= closed[table.codes[:, axis]] if len(closed) else False
    columns = [[cells.domains[name][code] for code in table.codes[keep, axis]] for axis, name in enumerate(table.dims)]
    cell = zip(*columns, strict=True) if columns else iter([()] * int(keep.sum()))
    return dict(zip(cell, table.counts[keep, 0].tolist(), strict=True))


def _utility(working: Working, units: dict[Key, np.ndarray]) -> dict[str, Any]:
    """Share of publishable cells kept, and the average shortfall where enough cells make it harmless."""
    k = working.rules.k
    publishable = sum(int((np.asarray(true) >= k).sum()) for true in working.lattice.counts.values())
    kept = sum(int(((units[key] > 0) & (true >= k)).sum()) for key, true in working.lattice.counts.items())
    share = math.floor(1000 * kept / publishable) / 1000 if publishable else 0.0
    figures: dict[str, Any] = {"publishable_cells_kept_at_least": share, "largest_error_of_an_unguarded_cell": k - 1}
    for key in (("county",), ("county", "year")):
        if key in units:
            figures["mean_error_" + "_by_".join(key)] = _shortfall(working.lattice.counts[key], units[key], k)
    return figures


def _shortfall(true: np.ndarray, units: np.ndarray, k: int) -> float | str:
    """Mean of true − shown over cells with anybody, to the next half.

    The mean of n cells in halves leaves their sum open by n/2, so below 4k cells it is not stated: the sum
    would be known to less than two groups.
    """
    some = true > 0
    count = int(some.sum())
    if count < _HALVES_PER_GROUP * k:
        return f"not stated below {_HALVES_PER_GROUP * k} cells"
    return round(2 * float((true - units * k)[some].mean())) / 2


def suppressed_share(cells: ReleasedCells) -> float:
    """Part of the shown total that county × year does not show; from released numbers only."""
    total, table = cells.table(frozenset()), cells.table(frozenset({"county", "year"}))
    whole = int(total.counts.sum()) if total is not None else 0
    if whole == 0:
        return 1.0
    return round(1 - (int(table.counts.sum()) if table is not None else 0) / whole, 4)
