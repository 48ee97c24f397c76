"""What a release costs is what OpenDP says it costs, for exactly the noise that was drawn."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import opendp.prelude as dp
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.raw_cells import RawCells
from geodata.release import accounting
from geodata.release.expected import expected_errors
from geodata.release.measure import code_lists, dense, noisy
from geodata.release.workload import FORMS_PER_CASE, WORKLOAD, TableSpec, domains
from geodata.values import DataProblem, Period
from geodata.vault import spending
from geodata.vault.batch import FORMS_PER_CASE as KEPT_FORMS
from geodata.vault.batch import counted_forms

RHO = accounting.rho_for(accounting.EPSILON)
NOISE = accounting.scales(WORKLOAD, RHO)


def test_the_default_release_and_budget() -> None:
    cost = accounting.cost(WORKLOAD, NOISE)
    assert cost <= RHO
    assert 3.99 < accounting.epsilon(cost, 1e-6) <= 4.0
    assert 4.9 < accounting.epsilon(cost, 1e-9) < 5.0
    assert (accounting.EPSILON, accounting.BUDGET) == (4.0, 8.0)
    assert accounting.epsilon(accounting.rho_for(8.0), 1e-6) <= 8.0


def test_it_equals_opendp_composed_over_the_mechanisms_that_draw() -> None:
    """The scales as they are drawn with, each at its own distance, and OpenDP's own composition of them."""
    space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l2_distance(T=float)
    drawn = [dp.m.make_gaussian(*space, scale=scale) for scale in NOISE]
    each = [float(one.map(spec.sensitivity)) for one, spec in zip(drawn, WORKLOAD, strict=True)]
    assert accounting.cost(WORKLOAD, NOISE) == pytest.approx(sum(each), rel=1e-9)
    at_distance_one = [
        dp.m.make_gaussian(*space, scale=scale / spec.sensitivity) for scale, spec in zip(NOISE, WORKLOAD, strict=True)
    ]
    together = dp.c.make_composition(at_distance_one)
    assert accounting.cost(WORKLOAD, NOISE) == pytest.approx(float(together.map(1.0)), rel=1e-9)
    profile = dp.c.make_zCDP_to_approxDP(together).map(1.0)
    assert accounting.epsilon(accounting.cost(WORKLOAD, NOISE), 1e-6) == pytest.approx(profile.epsilon(1e-6), rel=1e-9)


@given(st.lists(st.floats(0.001, 2), min_size=1, max_size=8))
def test_costs_of_measurements_add_up(costs: list[float]) -> None:
    assert accounting.composed(costs) == pytest.approx(sum(costs), rel=1e-9)
    assert accounting.composed(costs) >= sum(costs) * (1 - 1e-12)


def test_half_the_epsilon_is_about_twice_the_error() -> None:
    wide = dict(expected_errors(2.0))
    for dims, error in expected_errors(4.0):
        assert 1.7 < wide[dims] / error < 2.1


@pytest.mark.parametrize("useless", [0.0, -1.0, 0.01, 51.0, math.nan, math.inf])
def test_a_useless_epsilon_is_refused(useless: float) -> None:
    with pytest.raises(DataProblem, match="is not useful"):
        accounting.rho_for(useless)


# ---- sensitivity ------------------------------------------------------------------------------

Case = dict[str, Any]
KNOWN = domains(code_lists(), Period(2018, 2026))
VALUES = {dim: st.sampled_from([*values, "strange", 1999]) for dim, values in KNOWN.items() if dim != "form"}
FORMS = st.lists(st.sampled_from([str(v) for v in KNOWN["form"]] + ["strange"]), min_size=1, max_size=5, unique=True)
CASES = st.fixed_dictionaries({**VALUES, "forms": FORMS})


def table_of(spec: TableSpec, cases: list[Case]) -> np.ndarray:
    rows = [
        {dim: counted_forms(";".join(sorted(case["forms"]))) if dim == "form" else case[dim] for dim in spec.dims}
        for case in cases
    ]
    frame = pd.DataFrame(rows, columns=list(spec.dims)).assign(n=1)
    return dense(RawCells(frame), spec.dims, KNOWN)


@settings(deadline=None)
@given(st.lists(CASES, max_size=4), CASES)
def test_one_case_more_is_never_further_than_the_sensitivity(
    cases: list[dict[str, object]], one: dict[str, object]
) -> None:
    """Over every table of the workload, values outside the domain included; and nothing gets lost."""
    for spec in WORKLOAD:
        without, with_one = table_of(spec, cases), table_of(spec, [*cases, one])
        assert np.linalg.norm(with_one - without) <= spec.sensitivity
        if "form" not in spec.dims:
            assert with_one.sum() == len(cases) + 1


def test_the_bound_is_reached_and_shared_with_the_vault() -> None:
    assert FORMS_PER_CASE == KEPT_FORMS
    assert counted_forms("a;b;c") == "a;b"
    assert counted_forms("forced_labour;unspecified") == "forced_labour"
    assert counted_forms("unspecified") == "unspecified"
    assert {round(spec.sensitivity, 9) for spec in WORKLOAD} == {1.0, round(math.sqrt(2), 9)}
    assert all("nature" in spec.dims for spec in WORKLOAD)


def test_the_noise_has_the_distribution_it_is_accounted_for() -> None:
    """Whole numbers, mean 0, the stated spread, and the right share within one and two scales."""
    spec = TableSpec(("county",), 1.0)
    drawn = noisy(spec, np.zeros(40_000, dtype=np.int64), 3.0).counts
    assert drawn.dtype == np.int64
    assert abs(drawn.mean()) < 4 * 3 / 200
    assert drawn.std() == pytest.approx(3.0, rel=0.02)
    shares = [float((np.abs(drawn) <= reach).mean()) for reach in (3, 6)]
    exact = [sum(math.exp(-k * k / 18) for k in range(-reach, reach + 1)) for reach in (3, 6)]
    whole = sum(math.exp(-k * k / 18) for k in range(-60, 61))
    assert shares == pytest.approx([part / whole for part in exact], abs=0.01)


# ---- the ledger -------------------------------------------------------------------------------


def ledger_after(steps: list[tuple[str, bool]]) -> tuple[spending.SpendingLine, ...]:
    entries: tuple[spending.SpendingLine, ...] = ()
    for kind, arrives in steps:
        entry = spending.announce(entries, "d", spending.MeasurementPlan(kind, 1.0, 1e9, "then"))
        entries = (*entries, entry)
        close = (
            spending.confirm(entries, entry.attempt, "f" * 64) if arrives else spending.give_up(entries, entry.attempt)
        )
        entries = (*entries, close)
    return entries


@given(st.lists(st.tuples(st.sampled_from([spending.NEW, spending.RESTATE]), st.booleans()), max_size=8))
def test_what_is_spent_is_never_understated(steps: list[tuple[str, bool]]) -> None:
    """A case may be in every attempt that never arrived, and in one that did, of every statement."""
    entries = ledger_after(steps)
    worst, statement = 0.0, 0
    arrived: set[int] = set()
    for kind, arrives in steps:
        statement += kind == spending.RESTATE or statement == 0
        if arrives and statement not in arrived:
            arrived.add(statement)
            worst += 1
        worst += not arrives
    assert spending.spent(entries) == worst
    assert spending.read_lines([entry.to_line() for entry in entries], "d") == entries


@pytest.mark.parametrize("harm", ["edit", "remove", "swap", "cut", "other"])
def test_an_edited_ledger_is_found_out(harm: str) -> None:
    lines = [entry.to_line() for entry in ledger_after([(spending.NEW, True), (spending.RESTATE, True)])]
    if harm == "edit":
        lines[0] = lines[0].replace('"rho":1.0', '"rho":0.1')
    elif harm == "remove":
        del lines[1]
    elif harm == "swap":
        lines[1], lines[2] = lines[2], lines[1]
    elif harm == "cut":
        lines[3] = lines[3][:40]
    with pytest.raises(DataProblem, match="changed by hand or is damaged"):
        spending.read_lines(lines, "e" if harm == "other" else "d")
