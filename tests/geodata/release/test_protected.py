"""What a protected release promises, over random caseloads: whole groups, lines that add up, no chance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.raw_cells import RawCells
from geodata.release.evaluate import as_dict, evaluate
from geodata.release.guard import caps_of
from geodata.release.lattice import roll_up
from geodata.release.manifest import About
from geodata.release.protected import Rules, protect, released
from geodata.release.publish import prepare_protected, publish_protected
from geodata.release.reader import NotAnswerable, Release
from geodata.release.released_cells import content_hash
from geodata.release.store import Store
from geodata.values import DataProblem, Period

DAY = date(2026, 11, 22)
ABOUT = About("caseload")
QUICK = Rules(attacked=10, unknowns=100)
Caseload = Callable[[int, int, dict[str, int]], RawCells]
NINE = {
    "county": 20, "month": 10, "form": 8, "sex": 3, "age_group": 8, "nationality_group": 10, "role": 3,
    "reporting_source": 12, "nature": 3,
}  # fmt: skip


def raw_of(rows: list[tuple[Any, ...]], dims: list[str]) -> RawCells:
    return RawCells(pd.DataFrame(rows, columns=[*dims, "n"]))


random_cells = st.lists(
    st.tuples(
        st.sampled_from(["KE001", "KE011", "KE047"]),
        st.sampled_from([0, 2015 * 12, 2016 * 12 + 5, 2019 * 12 + 11, 2021 * 12]),
        st.sampled_from(["0-8", "9-17", "24-26", "unknown"]),
        st.sampled_from(["female", "male"]),
        st.integers(0, 60),
    ),
    min_size=1,
    max_size=60,
).filter(lambda rows: any(row[-1] for row in rows))
DIMS = ["county", "month", "age_group", "sex"]


@settings(max_examples=80, deadline=None)
@given(rows=random_cells, k=st.sampled_from([10, 11, 25]))
def test_groups_lines_determinism_and_untouched_input(rows: list[tuple[Any, ...]], k: int) -> None:
    raw = raw_of(rows, DIMS)
    before = raw.frame.copy(deep=True)
    working = protect(raw, Rules(k=k))
    cells = released(working)
    pd.testing.assert_frame_equal(raw.frame, before)
    for table in cells.tables:
        assert (table.counts % k == 0).all()
        assert (table.counts >= k).all()
    for key, true in working.lattice.counts.items():
        assert (working.units[key] * k <= true).all()
    for line, cap in zip(
        working.lattice.lines, caps_of(working.lattice, k, working.ceiling, working.guarded.large), strict=True
    ):
        gap = working.units[line.parent] - np.asarray(roll_up(working.units[line.child], line))
        assert (gap >= 0).all()
        assert (gap <= cap).all()
    shuffled = RawCells(raw.frame.sample(frac=1, random_state=1))
    assert content_hash(released(protect(shuffled, Rules(k=k))), {}, {}) == content_hash(cells, {}, {})
    assert evaluate(working, cells, []).problems == ()


@settings(max_examples=40, deadline=None)
@given(rows=random_cells, more=random_cells)
def test_a_release_moves_by_whole_groups_and_only_with_its_records(
    rows: list[tuple[Any, ...]], more: list[tuple[Any, ...]]
) -> None:
    """A cell whose count did not change differs only where the guard had to act in one of the two."""
    every = [(*cell, 0) for cell in {row[:-1] for row in rows + more}]
    old, new = protect(raw_of(rows + every, DIMS), Rules()), protect(raw_of(rows + more + every, DIMS), Rules())
    for key, before in old.units.items():
        after = new.units[key]
        same = old.lattice.counts[key] == new.lattice.counts[key]
        untouched = (before == old.ceiling[key]) & (after == new.ceiling[key])
        assert (np.asarray(before == after)[np.asarray(same & untouched)]).all()
    first, second = released(old), released(new)
    for table in second.tables:
        other = first.table(frozenset(table.dims))
        assert other is not None
        a, b = as_dict(other, first), as_dict(table, second)
        assert all((b.get(cell, 0) - a.get(cell, 0)) % 10 == 0 for cell in a.keys() | b.keys())


def test_the_true_count_decides_and_not_how_rows_are_split() -> None:
    together = raw_of([("KE001", 2016 * 12, "24-26", "female", 40)], DIMS)
    split = raw_of([("KE001", 2016 * 12 + m, "24-26", "female", 10) for m in range(4)], DIMS)
    assert content_hash(released(protect(together, QUICK)), {}, {}) == content_hash(
        released(protect(split, QUICK)), {}, {}
    )


@pytest.mark.parametrize("records", [3_000, 30_000])
def test_nearly_every_publishable_cell_is_kept_where_lines_are_long(caseload: Caseload, records: int) -> None:
    """999 in 1000 on skewed data; short lines (two groups of minors) are reported apart in the docstring."""
    sizes = {"county": 20, "form": 8, "nationality_group": 10, "reporting_source": 12, "role": 4, "sex": 4}
    working = protect(caseload(records, 1, sizes), Rules())
    publishable = sum(int((np.asarray(true) >= 10).sum()) for true in working.lattice.counts.values())
    kept = sum(int((np.asarray(units) > 0).sum()) for units in working.units.values())
    assert kept / publishable >= 0.999


def test_all_nine_dimensions_settle_and_keep_most(caseload: Caseload) -> None:
    working = protect(caseload(20_000, 2, NINE), Rules())
    publishable = sum(int((np.asarray(true) >= 10).sum()) for true in working.lattice.counts.values())
    kept = sum(int((np.asarray(units) > 0).sum()) for units in working.units.values())
    assert kept / publishable >= 0.98
    assert evaluate(working, released(working), []).problems == ()


def test_two_sources_hide_what_one_organisation_reports() -> None:
    rows = [("KE001", "A", 40), ("KE001", "B", 15), ("KE002", "A", 90), ("KE003", "B", 30), ("KE003", "C", 0)]
    raw = raw_of(rows, ["county", "reporting_source"])
    release = released(protect(raw, replace(QUICK, two_sources=True)))
    shown = as_dict(release.table(frozenset({"county"})) or release.tables[0], release)
    assert shown == {("KE001",): 50}
    assert "reporting_source" not in release.domains
    assert ("KE002",) in as_dict(released(protect(raw, QUICK)).tables[1], released(protect(raw, QUICK)))


def test_lookup_reads_one_table_and_says_what_can_be_asked(store: Store, caseload: Caseload) -> None:
    sizes = {"county": 6, "month": 9, "form": 5, "sex": 3, "age_group": 5}
    release = publish_protected(caseload(4_000, 3, sizes), store=store, about=ABOUT, published=DAY, rules=QUICK)
    by_county = release.lookup(("county",))
    assert len(by_county) == 47
    assert by_county[by_county.status == "not_shown"].persons.isna().all()
    assert by_county["incidents"].isna().all()
    assert release.total() == int(release.lookup(()).persons.iloc[0])
    pooled = release.lookup(("county",), {"year": Period(2016, 2020)})
    same = release.lookup(("county",), {"window_5": "2016–2020"})
    pd.testing.assert_frame_equal(pooled, same)
    one = release.lookup(("county", "sex"), {"form": "form-0"})
    assert int(one.persons.sum()) <= int(release.lookup((), {"form": "form-0"}).persons.iloc[0])
    filtered = release.lookup(("county",), {"county": ["KE001", "KE002"]})
    assert filtered.county.tolist() == ["KE001", "KE002"]
    assert release.lookup((), {"form": "never"}).status.tolist() == ["not_shown"]
    assert release.answerable(("county", "year", "form"))
    assert not release.answerable(("county", "year", "form", "sex"))
    for dims, where, words in (
        (("county", "year", "form", "sex"), {}, "at most 3"),
        (("year", "window_5"), {}, "no table"),
        (("county", "form", "age_group"), {}, "age_broad"),
        (("county",), {"form": ["form-0", "form-1"]}, "not added up"),
        (("county",), {"year": Period(2017, 2021)}, "no pooled period"),
    ):
        with pytest.raises(NotAnswerable, match=words):
            release.lookup(dims, where)  # type: ignore[arg-type]


def test_closed_periods_are_carried_over_byte_for_byte(store: Store) -> None:
    dims = ["county", "month", "form"]
    rows = [("KE001", y * 12 + m, f, 7 + y % 5 + m) for y in range(2014, 2022) for m in range(4) for f in ("a", "b")]
    rules = replace(QUICK, closed_through=2020)
    first = publish_protected(raw_of(rows, dims), store=store, about=ABOUT, published=DAY, rules=rules)
    late = [(*row[:-1], row[-1] * 3) if row[1] // 12 == 2016 else row for row in rows if row[1] // 12 != 2015]
    late += [("KE002", 2018 * 12, "c", 500), ("KE002", 2021 * 12, "c", 500)]
    second = publish_protected(raw_of(late, dims), store=store, about=ABOUT, published=DAY, rules=QUICK)
    assert second.id != first.id
    assert second.manifest.closed_through == 2020
    assert second.manifest.predecessor == first.id
    carried = 0
    for table in second.cells.tables:
        old = first.cells.table(frozenset(table.dims))
        assert old is not None
        frozen = as_dict(table, second.cells, closed_through=2020)
        assert frozen == as_dict(old, first.cells, closed_through=2020)
        carried += len(frozen)
    assert carried > 50
    assert second.lookup((), {"county": "KE002", "year": 2021}).persons.iloc[0] == 500
    assert second.lookup((), {"county": "KE002", "year": 2018}).status.iloc[0] == "not_shown"
    assert second.manifest.audit["leakage"] == 0


def test_k_stays_what_it_was_and_is_never_small(store: Store, caseload: Caseload) -> None:
    raw = caseload(500, 4, {"county": 4, "form": 4})
    with pytest.raises(DataProblem, match="smaller than 10"):
        Rules(k=9)
    publish_protected(raw, store=store, about=ABOUT, published=DAY, rules=QUICK)
    with pytest.raises(DataProblem, match="publish with k = 10"):
        publish_protected(raw, store=store, about=ABOUT, published=DAY, rules=replace(QUICK, k=12))
    only = store.ledger("caseload").history[0]
    store.withdraw(only, on=DAY)
    with pytest.raises(DataProblem, match="used groups of 10"):
        publish_protected(raw, store=store, about=ABOUT, published=DAY, rules=replace(QUICK, k=12))


def test_a_dry_run_changes_nothing_and_tells_the_id(store: Store, caseload: Caseload) -> None:
    raw = caseload(500, 5, {"county": 4, "form": 4})
    prepared = prepare_protected(raw, store=store, about=ABOUT, rules=QUICK)
    assert store.datasets() == ()
    assert prepared.publish(store, DAY).id == prepared.id


def test_a_caseload_too_small_to_show_is_a_release_that_shows_nothing(store: Store) -> None:
    raw = raw_of([("KE001", 2016 * 12, "24-26", "female", 4)], DIMS)
    made = publish_protected(raw, store=store, about=ABOUT, published=DAY, rules=QUICK)
    release = store.open(made.id)
    assert store.verify(made.id).id == made.id
    assert release.total() is None
    assert release.manifest.period is None
    assert release.values("sex") == ()
    assert set(release.lookup(("county",)).status) == {"not_shown"}
    assert release.lookup(("sex", "county")).empty


def test_an_empty_caseload_is_refused(store: Store) -> None:
    with pytest.raises(DataProblem, match="no cases"):
        prepare_protected(raw_of([("KE001", 0)], ["county"]), store=store, about=ABOUT)


@pytest.mark.parametrize("harm", ["small", "above", "negative"])
def test_the_evaluation_finds_a_release_that_leaks(caseload: Caseload, harm: str) -> None:
    """The check is not the guard again: spoil guarded units and it must say so."""
    working = protect(caseload(2_000, 6, {"county": 5, "form": 5, "sex": 3}), QUICK)
    spoilt = {key: np.array(array) for key, array in working.units.items()}
    key = ("county", "form", "sex")
    if harm == "small":
        spoilt[key][tuple(np.argwhere(working.lattice.counts[key] < 10)[0])] = 1
    elif harm == "above":
        spoilt[()][()] = working.lattice.counts[()] // 10 + 1
    else:
        spoilt[("county",)][0] = 0
    broken = replace(working, guarded=replace(working.guarded, units=spoilt))
    assert evaluate(broken, released(broken), []).problems


def test_figures_tell_no_true_count(store: Store) -> None:
    """With few cells an average would be a count; then it is not stated."""
    release: Release = publish_protected(
        raw_of([("KE001", 2016 * 12, 17), ("KE002", 2016 * 12, 38)], ["county", "month"]),
        store=store, about=ABOUT, published=DAY, rules=QUICK,
    )  # fmt: skip
    told = (release.folder / "manifest.json").read_text("utf-8") + (release.folder / "report.html").read_text("utf-8")
    assert "not stated" in told
    assert all(number not in told for number in (" 17", " 38", " 55", '"17"', "7.5"))
