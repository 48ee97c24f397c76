"""The privacy ledger: what every measurement of a dataset has spent, in lines that cannot be edited unseen.

A measurement is announced (``new`` or ``restate``) before anything is drawn and confirmed (``done``) once its
result is safe on disk; one that was announced and never confirmed counts as spent all the same. Each line
carries a seal over itself and the line before (SHA-256), so that a changed, a removed or a swapped line shows.
ρ is the currency (zero-concentrated differential privacy: it adds up).

A statement begins with a dataset's first measurement and with every restatement. Within one, each case is measured
once, so its costs do not add up over measurements that were confirmed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace

from geodata.values import DataProblem

WAITS = (
    "Its cases are in figures that readers see; these change when every case is measured again (publish --restate), "
    "which costs as much as a first release."
)
"""Said when measured cases are taken out or corrected: what they wait for."""

NEW, RESTATE, DONE, LOST = "new", "restate", "done", "lost"
START = "0" * 64
"""What the first line of a dataset is sealed to."""


@dataclass(frozen=True, slots=True)
class SpendingLine:
    """One line of the ledger.

    attempt: number of the measurement in its dataset, 1 and up. statement: number of the statement it belongs to.
    kind: of the four above. rho: what it spends (0 for ``done`` and ``lost``). at: ISO 8601 moment, for people only;
    order follows from the lines, never from the clock. measured: SHA-256 of the measurement, with ``done``.
    """

    dataset: str
    attempt: int
    statement: int
    kind: str
    rho: float
    at: str
    measured: str = ""
    previous: str = START
    seal: str = ""

    def sealed(self, previous: str) -> SpendingLine:
        """Return the line bound to the one before."""
        bare = replace(self, previous=previous, seal="")
        return replace(bare, seal=hashlib.sha256(bare.to_line().encode()).hexdigest())

    def to_line(self) -> str:
        """Return the line as JSON, keys sorted."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def read_lines(lines: Iterable[str], dataset: str) -> tuple[SpendingLine, ...]:
    """Return a dataset's entries; raises DataProblem when a line was changed, removed or added by hand."""
    entries: list[SpendingLine] = []
    seal = START
    for number, line in enumerate(lines, start=1):
        try:
            entry = SpendingLine(**json.loads(line))
        except (ValueError, TypeError) as problem:
            raise DataProblem(_edited(dataset, number)) from problem
        if entry.dataset != dataset or entry.sealed(seal) != entry:
            raise DataProblem(_edited(dataset, number))
        seal = entry.seal
        entries.append(entry)
    return tuple(entries)


def _edited(dataset: str, number: int) -> str:
    return (
        f"The privacy ledger of dataset '{dataset}' was changed by hand or is damaged (line {number}); nothing was "
        "measured: restore the vault from a copy that is whole."
    )


def confirmed(entries: Sequence[SpendingLine]) -> dict[int, str]:
    """Return attempt → digest of the measurements that are safe on disk."""
    given_up = {entry.attempt for entry in entries if entry.kind == LOST}
    return {entry.attempt: entry.measured for entry in entries if entry.kind == DONE and entry.attempt not in given_up}


def announced(entries: Sequence[SpendingLine]) -> tuple[SpendingLine, ...]:
    """Return the lines that announce a measurement."""
    return tuple(entry for entry in entries if entry.kind in (NEW, RESTATE))


def unresolved(entries: Sequence[SpendingLine]) -> tuple[int, ...]:
    """Return the attempts that were announced and neither confirmed nor given up."""
    closed = {entry.attempt for entry in entries if entry.kind in (DONE, LOST)}
    return tuple(entry.attempt for entry in announced(entries) if entry.attempt not in closed)


def spent(entries: Sequence[SpendingLine]) -> float:
    """Return the ρ that a case of the dataset has paid at most.

    Per statement: everything announced and not confirmed, and the dearest of what was confirmed.
    """
    safe = confirmed(entries)
    total = 0.0
    for statement in {entry.statement for entry in entries}:
        mine = [entry for entry in announced(entries) if entry.statement == statement]
        total += sum(entry.rho for entry in mine if entry.attempt not in safe)
        total += max((entry.rho for entry in mine if entry.attempt in safe), default=0.0)
    return total


@dataclass(frozen=True, slots=True)
class MeasurementPlan:
    """What a measurement wants: kind (`NEW` or `RESTATE`), its cost ρ, the budget, the moment."""

    kind: str
    rho: float
    most_rho: float
    at: str


def announce(entries: Sequence[SpendingLine], dataset: str, plan: MeasurementPlan) -> SpendingLine:
    """Return the line of a new measurement; raises DataProblem when the budget does not allow it.

    The new attempt is reckoned as if it will be confirmed.
    """
    attempts = announced(entries)
    statement = max((entry.statement for entry in attempts), default=0)
    if plan.kind == RESTATE or statement == 0:
        statement += 1
    attempt = max((entry.attempt for entry in attempts), default=0) + 1
    last = entries[-1].seal if entries else START
    entry = SpendingLine(dataset, attempt, statement, plan.kind, plan.rho, plan.at).sealed(last)
    if spent((*entries, entry, confirm((*entries, entry), attempt, ""))) > plan.most_rho:
        raise DataProblem(
            f"The privacy budget of dataset '{dataset}' does not allow this measurement: {spent(entries):.4f} of "
            f"{plan.most_rho:.4f} (ρ) is spent, and it would cost {plan.rho:.4f}; nothing was measured. Publish with "
            "a smaller --epsilon, or let two people decide on a larger --budget and say why."
        )
    return entry


def confirm(entries: Sequence[SpendingLine], attempt: int, measured: str, at: str = "") -> SpendingLine:
    """Return the line that says a measurement is safe on disk.

    Raises `DataProblem` when it was given up meanwhile: its cases may have been measured again, so its cost stays.
    """
    if attempt not in unresolved(entries):
        raise DataProblem(
            f"Measurement {attempt} was given up while it was being made: somebody else measured the same cases. What "
            "it cost stays spent and it is not used; publish again."
        )
    return _closing(entries, attempt, DONE, measured, at)


def give_up(entries: Sequence[SpendingLine], attempt: int, at: str = "") -> SpendingLine:
    """Return the line that says a measurement never arrived; what it spent stays spent."""
    return _closing(entries, attempt, LOST, "", at)


def _closing(entries: Sequence[SpendingLine], attempt: int, kind: str, measured: str, at: str) -> SpendingLine:
    mine = next(entry for entry in announced(entries) if entry.attempt == attempt)
    entry = SpendingLine(mine.dataset, attempt, mine.statement, kind, 0.0, at, measured)
    return entry.sealed(entries[-1].seal)
