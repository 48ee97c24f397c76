"""What a measurement costs, by OpenDP: noise scales from ρ, ρ from scales, ε at a δ from ρ.

Nothing here is computed by hand: a scale's cost, the cost of several measurements of one caseload and the turn from ρ
(zero-concentrated differential privacy) into (ε, δ) are OpenDP's. Needed on the publishing side only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import opendp.prelude as dp

from geodata.release.workload import TableSpec
from geodata.values import DataProblem

dp.enable_features("contrib")

LIBRARY = f"opendp {dp.__version__}"
DELTAS = (1e-6, 1e-9)
"""ε is told at these δ; the first is the one limits are set at."""
EPSILON = 4.0
"""Default cost of a release at the first δ."""
BUDGET = 8.0
"""Default budget of a dataset at the first δ."""
SMALLEST_EPSILON, LARGEST_EPSILON = 0.1, 50.0
_SCALE_STEPS = 1000
"""Scales are rounded up to thousandths, so that a manifest can carry them exactly."""


def gaussian(scale: float) -> Any:
    """Return OpenDP's integer Gaussian noise for a table of counts, at a scale (standard deviation)."""
    space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l2_distance(T=float)
    return dp.m.make_gaussian(*space, scale=scale)


def rho_of_table(scale: float, sensitivity: float) -> float:
    """Return what one measured table costs."""
    mechanism: Any = gaussian(scale)
    return float(mechanism.map(sensitivity))


def composed(costs: Sequence[float]) -> float:
    """Return what several measurements of the same cases cost together, by OpenDP's composition."""
    positive = [_unit(cost) for cost in costs if cost > 0]
    if not positive:
        return 0.0
    together: Any = dp.c.make_composition(positive)
    return float(together.map(1.0))


@lru_cache(maxsize=1024)
def epsilon(rho: float, delta: float) -> float:
    """Return ε at δ for a cost ρ."""
    if rho <= 0:
        return 0.0
    approximate: Any = dp.c.make_zCDP_to_approxDP(_unit(rho))
    return float(approximate.map(1.0).epsilon(delta))


@lru_cache(maxsize=256)
def rho_for(at_most: float, delta: float = DELTAS[0]) -> float:
    """Return the largest ρ whose ε at δ is not above a limit; raises DataProblem for a limit nobody should want."""
    if not SMALLEST_EPSILON <= at_most <= LARGEST_EPSILON:
        raise DataProblem(
            f"An ε of {at_most:g} is not useful; expected {SMALLEST_EPSILON:g} to {LARGEST_EPSILON:g} "
            f"(a release costs {EPSILON:g} by default, and a smaller one protects more)."
        )

    def measurement(scale: float) -> Any:
        return dp.c.make_fix_delta(dp.c.make_zCDP_to_approxDP(gaussian(scale)), delta)

    scale = dp.binary_search_param(measurement, d_in=1.0, d_out=(at_most, delta), T=float)
    return float(gaussian(scale).map(1.0))


def scales(workload: Sequence[TableSpec], rho: float) -> tuple[float, ...]:
    """Return the noise scale of every table, so that all together cost ρ at most."""
    whole = sum(spec.share for spec in workload)
    exact = (spec.sensitivity / math.sqrt(2 * rho * spec.share / whole) for spec in workload)
    return tuple(math.ceil(scale * _SCALE_STEPS) / _SCALE_STEPS for scale in exact)


def cost(workload: Sequence[TableSpec], noise: Sequence[float]) -> float:
    """Return the ρ of one measurement of the workload at these scales."""
    pairs = zip(workload, noise, strict=True)
    return composed([rho_of_table(scale, spec.sensitivity) for spec, scale in pairs])


def _unit(rho: float) -> Any:
    """Return a measurement that costs ρ for a distance of one, to compose with others."""
    return gaussian(1 / math.sqrt(2 * rho))
