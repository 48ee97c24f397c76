"""Prepare and approve: a release becomes visible only when a second person has looked at it.

`measure_new` is the steward's first step and the only one that needs the vault. What it leaves, measurements and a
prepared release, lies beside the releases where no reader looks. `approve` needs neither vault nor cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from geodata.release.manifest import PROTECTED, About
from geodata.release.measurements import Measurements
from geodata.release.prepared import PreparedInfo, forget, keep, pending, read
from geodata.release.publish import Prepared, check_rebuilt, prepare_protected
from geodata.release.reader import Release
from geodata.release.released_cells import content_hash
from geodata.release.store import Store
from geodata.values import DataProblem, Period
from geodata.vault import spending

if TYPE_CHECKING:
    from geodata.release.measure import MeasurementOrder
    from geodata.vault import Vault

FEWEST_CASES = 10
FEWEST_DAYS = 30
YEARS_TOLD_APART = 10
"""Unless the publisher names years: this one and the nine before."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person who prepares a release asks for.

    restate: measure every case again. epsilon, budget: at δ = 10⁻⁶. years: told apart; None for the last ten.
    why: reason for a release of few cases, or for a larger budget.
    """

    by: str
    on: date
    at: str
    restate: bool = False
    epsilon: float = 4.0
    budget: float = 8.0
    years: Period | None = None
    why: str = ""


def prepare(vault: Vault, store: Store, about: About, wish: Wish) -> PreparedInfo:
    """Measure what is new, build, and lay the release down for approval; nothing becomes visible.

    Without new cases nothing is measured, and the release is the one that is there already. Raises DataProblem when
    the budget is too small, the ledger is not in order, or too little is new.
    """
    dataset = about.dataset
    with store.turn(dataset), vault.measuring(dataset):
        measured = measurements_of(vault, store, dataset)
        order = _order(vault, store, about, wish, measured)
        if order is not None:
            from geodata.release.measure import measure  # noqa: PLC0415 - loads OpenDP and the code lists

            new = measure(vault, order)
            store.keep_measurements(new)
            vault.finish(dataset, new.attempt, new.digest, wish.at)
            measured = measurements_of(vault, store, dataset)
        made = prepare_protected(measured, about)
        return keep(store, made, by=wish.by, on=wish.on, why=wish.why)


def measurements_of(vault: Vault, store: Store, dataset: str) -> list[Measurements]:
    """Return the measurements of the present statement; one that was kept and not confirmed is confirmed now.

    Raises DataProblem when the ledger confirms one that is not here, or when the store knows more than the ledger.
    """
    entries = vault.spending(dataset)
    kept = {measurement.attempt: measurement for measurement in store.measurements(dataset)}
    seals = {entry.attempt: entry.seal for entry in spending.announced(entries)}
    strangers = [measurement for measurement in kept.values() if seals.get(measurement.attempt) != measurement.seal]
    if strangers:
        raise DataProblem(
            f"Measurement {strangers[0].attempt} of dataset '{dataset}' is not in this vault's privacy ledger: "
            "the vault is older than its releases, or another one. Nothing was measured; restore its newest copy."
        )
    for attempt in spending.unresolved(entries):
        if attempt in kept:
            vault.finish(dataset, attempt, kept[attempt].digest, "")
    confirmed = spending.confirmed(vault.spending(dataset))
    absent = [attempt for attempt, digest in confirmed.items() if attempt not in kept or kept[attempt].digest != digest]
    if absent:
        raise DataProblem(
            f"The ledger says that dataset '{dataset}' was measured (attempt {absent[0]}), but that measurement is not "
            f"under {store.root}: copy the folder of its releases here, then publish again."
        )
    statement = max((kept[attempt].statement for attempt in confirmed), default=0)
    return [kept[attempt] for attempt in sorted(confirmed) if kept[attempt].statement == statement]


def _order(
    vault: Vault, store: Store, about: About, wish: Wish, measured: list[Measurements]
) -> MeasurementOrder | None:
    """Return what has to be measured, None when there is nothing new."""
    from geodata.release import accounting  # noqa: PLC0415 - loads OpenDP
    from geodata.release.measure import MeasurementOrder  # noqa: PLC0415

    fresh = vault.waiting(about.dataset)
    if measured and not wish.restate:
        if fresh == 0:
            return None
        _check_enough(fresh, store, about.dataset, wish)
    years = wish.years or _years(measured, wish)
    return MeasurementOrder(
        dataset=about.dataset,
        kind=spending.RESTATE if wish.restate and measured else spending.NEW,
        years=years,
        rho=accounting.rho_for(wish.epsilon),
        most_rho=accounting.rho_for(accounting.LARGEST_EPSILON) * 1000
        if about.synthetic
        else accounting.rho_for(wish.budget),
        at=wish.at,
    )


def _years(measured: list[Measurements], wish: Wish) -> Period:
    last = wish.on.year
    known = [int(year) for measurement in measured for year in measurement.domains["year"] if year]
    first = min(known, default=last - YEARS_TOLD_APART + 1)
    return Period(first, max([last, *known]))


def _check_enough(fresh: int, store: Store, dataset: str, wish: Wish) -> None:
    """Refuse a release of few cases soon after the last one, unless a reason is given."""
    current = store.ledger(dataset).current
    if fresh >= FEWEST_CASES or wish.why.strip() or current is None:
        return
    last = date.fromisoformat(store.open(current).manifest.published)
    if (wish.on - last).days < FEWEST_DAYS:
        raise DataProblem(
            f"Fewer than {FEWEST_CASES} cases are new and the last release is less than {FEWEST_DAYS} days old; wait, "
            "or say why it cannot wait (--why). Every release costs a little of what protects people."
        )


def approve(  # noqa: PLR0913 - the parts of one decision; callers name them
    store: Store, dataset: str, release_id: str, *, by: str, on: date, alone: bool = False, why: str = ""
) -> Release:
    """Make a prepared release visible. Reads it back, and builds it again from its measurements, first.

    alone: an organisation of one says so, and the report carries it. Raises DataProblem, and changes nothing, when
    the person who prepared it approves it, or when it does not come out the same.
    """
    info = pending(store, dataset, release_id)
    if not by.strip():
        raise DataProblem("Say who approves the release (--by NAME).")
    same = by.strip().casefold() == info.by.strip().casefold()
    if same and not alone:
        raise DataProblem(
            f"{by} prepared this release; expected another person to approve it. An organisation of one person "
            "publishes with --alone, and the report says so."
        )
    made = read(store, info)
    checked(made, info.id)
    approval = {"two_people": not same, "reason_given": bool(why.strip() or info.why.strip())}
    release = made.publish(store, on, approval)
    store.log(dataset, {"release": release.id, "prepared_by": info.by, "prepared_on": info.on, "approved_by": by,
                        "approved_on": on.isoformat(), "alone": same, "why": why or info.why})  # fmt: skip
    forget(store, info)
    return release


def checked(made: Prepared, release_id: str) -> None:
    """Raise DataProblem unless a prepared release is whole and is what its measurements give."""
    if content_hash(made.cells, made.attachments, made.manifest.core()) != release_id:
        raise DataProblem(f"The prepared release {release_id[:12]} was changed on disk; prepare it again.")
    if made.manifest.policy == PROTECTED:
        check_rebuilt(made.manifest, made.attachments, release_id)


def budget_of(vault: Vault, dataset: str, budget: float, epsilon: float) -> Mapping[str, float]:
    """Return what a dataset has spent, its budget and what a measurement would cost: ρ and ε at δ = 10⁻⁶.

    Public parameters and the ledger only; no case is looked at.
    """
    from geodata.release import accounting  # noqa: PLC0415 - loads OpenDP

    entries = vault.spending(dataset)
    rho, most, cost = spending.spent(entries), accounting.rho_for(budget), accounting.rho_for(epsilon)
    delta = accounting.DELTAS[0]
    return {
        "spent_rho": rho, "spent_epsilon": accounting.epsilon(rho, delta), "budget_rho": most, "budget_epsilon": budget,
        "left_rho": max(0.0, most - rho), "cost_rho": cost, "cost_epsilon": epsilon,
        "restatements_left": float(int(max(0.0, most - rho) / cost + 1e-9)),
    }  # fmt: skip
