"""The one door out of the vault: true counts in, noisy `Measurements` out. No other module sees a raw count.

The order is the guarantee: scales and cost follow from public parameters; the ledger line is durable before anything
is counted; then noise from OpenDP's integer Gaussian is added to every cell of every table, empty ones too. A crash
at any moment can only overstate what was spent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geodata.intake import schema
from geodata.raw_cells import RawCells
from geodata.release import accounting
from geodata.release.measurements import MeasuredTable, Measurements
from geodata.release.workload import (
    FORM,
    UNKNOWN,
    UNKNOWN_YEAR,
    VERSION,
    WORKLOAD,
    Domains,
    TableSpec,
    domains,
)
from geodata.values import Form, Nature, Period
from geodata.vault.batch import MULTIPLE
from geodata.vault.spending import MeasurementPlan, confirm, spent

if TYPE_CHECKING:
    from geodata.vault import Vault

_ELSEWHERE = {"year": UNKNOWN_YEAR, FORM: Form.UNSPECIFIED.value, "nature": Nature.UNCLEAR.value}
"""Where a value outside the domain counts; `UNKNOWN` for every other dimension."""


@dataclass(frozen=True, slots=True)
class MeasurementOrder:
    """What is asked of the vault: all of it public.

    kind: new cases only, or a restatement. years: the years told apart. rho: the whole cost. most_rho: the budget.
    at: ISO 8601 moment for the ledger.
    """

    dataset: str
    kind: str
    years: Period
    rho: float
    most_rho: float
    at: str
    workload: tuple[TableSpec, ...] = WORKLOAD


def code_lists() -> Domains:
    """Return the closed code list of every dimension but county and year."""
    lists = {
        "form": schema.FORM, "sex": schema.SEX, "age_group": schema.AGE_GROUP, "role": schema.ROLE,
        "nature": schema.NATURE,
    }  # fmt: skip
    named = {dim: tuple(code.code for code in codes) for dim, codes in lists.items()}
    return {**named, "nationality_group": (*schema.NATIONALITY_GROUPS, "other", UNKNOWN)}


def measure(vault: Vault, order: MeasurementOrder) -> Measurements:
    """Announce, count, add noise. Raises DataProblem, before anything is counted, when the budget is too small."""
    noise = accounting.scales(order.workload, order.rho)
    rho = accounting.cost(order.workload, noise)
    entry = vault.begin(order.dataset, MeasurementPlan(order.kind, rho, order.most_rho, order.at))
    told = vault.spending(order.dataset)
    known = domains(code_lists(), order.years)
    raw = vault.sums(order.dataset, [spec.dims for spec in order.workload], entry.attempt)
    tables = tuple(
        noisy(spec, dense(raw[spec.dims], spec.dims, known), scale)
        for spec, scale in zip(order.workload, noise, strict=True)
    )
    return Measurements(
        dataset=order.dataset,
        attempt=entry.attempt,
        statement=entry.statement,
        workload=VERSION,
        library=accounting.LIBRARY,
        rho=rho,
        spent=spent((*told, confirm(told, entry.attempt, ""))),
        seal=entry.seal,
        domains=known,
        tables=tables,
    )


def noisy(spec: TableSpec, counts: np.ndarray, scale: float) -> MeasuredTable:
    """Add OpenDP's integer Gaussian noise to every cell."""
    mechanism = accounting.gaussian(scale)
    drawn = np.array(mechanism(counts.ravel().tolist()), dtype=np.int64).reshape(counts.shape)
    return MeasuredTable(spec.dims, scale, spec.sensitivity, float(mechanism.map(spec.sensitivity)), drawn)


def dense(raw: RawCells, dims: Sequence[str], known: Mapping[str, Sequence[object]]) -> np.ndarray:
    """Return true counts over the whole domain, int64, one axis per dimension; a case counts under each of its forms.

    Nothing is left out: a value the domain does not hold counts as unknown.
    """
    counts = np.zeros(tuple(len(known[dim]) for dim in dims), dtype=np.int64)
    places = {dim: {value: place for place, value in enumerate(known[dim])} for dim in dims}
    rows = zip(*(raw.frame[dim].tolist() for dim in dims), raw.counts().tolist(), strict=True)
    for *values, count in rows:
        for cell in _cells(dict(zip(dims, values, strict=True)), places):
            counts[cell] += count
    return counts


def _cells(case: Mapping[str, object], places: Mapping[str, Mapping[object, int]]) -> list[tuple[int, ...]]:
    """Return the cells one combination of values counts in: one, or one per form."""
    forms = str(case[FORM]).split(MULTIPLE) if FORM in case else [""]
    variants = [{**case, FORM: form} if FORM in case else case for form in forms]
    cells = [tuple(_place(places[dim], dim, variant[dim]) for dim in places) for variant in variants]
    return list(dict.fromkeys(cells))


def _place(places: Mapping[object, int], dim: str, value: object) -> int:
    position = places.get(value)
    return places[_ELSEWHERE.get(dim, UNKNOWN)] if position is None else position
