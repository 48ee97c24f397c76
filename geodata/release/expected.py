"""How exact a release will be, before anything is measured: it follows from the workload and the cost alone."""

from __future__ import annotations

from functools import lru_cache

from geodata.release import accounting
from geodata.release.measure import code_lists
from geodata.release.uncertainty import uncertainties
from geodata.release.workload import WORKLOAD, domains
from geodata.values import Period

_ANY_TEN_YEARS = Period(2017, 2026)
"""The errors depend on how many years are told apart, hardly on how many exactly, and not on which."""


@lru_cache(maxsize=32)
def expected_errors(epsilon: float) -> tuple[tuple[tuple[str, ...], float], ...]:
    """Return (dimensions, standard error in persons) of each table after one measurement at this ε (δ = 10⁻⁶)."""
    noise = accounting.scales(WORKLOAD, accounting.rho_for(epsilon))
    known = domains(code_lists(), _ANY_TEN_YEARS)
    tables = [
        (spec.dims, tuple(len(known[dim]) for dim in spec.dims), scale**2)
        for spec, scale in zip(WORKLOAD, noise, strict=True)
    ]
    return tuple((error.dims, round(error.standard_error(), 2)) for error in uncertainties(tables))
