"""Between two releases: every difference is named, with its cause, and nothing else is."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.release.changes import compare
from geodata.release.events import DIMS
from geodata.release.manifest import PROTECTED, About, Manifest
from geodata.release.publish import publish_public
from geodata.release.reader import Release
from geodata.release.released_cells import ReleasedCells, make_table
from geodata.release.store import Store
from geodata.values import DataProblem

DAY = date(2026, 11, 22)
FORMS = {"smuggling_transit": "smuggling", "forced_labour": "trafficking", "online_scam": "trafficking"}
MEASURES = ("persons", "incidents", "incidents_unstated")
Events = dict[str, dict[str, Any]]

event = st.fixed_dictionaries(
    {
        "county": st.sampled_from(["KE010", "KE011", "KE"]),
        "year": st.integers(2019, 2021),
        "form": st.sampled_from(sorted(FORMS)),
        "nationality": st.sampled_from(["ETH", "unknown"]),
        "confidence": st.sampled_from(["high", "low"]),
        "persons": st.none() | st.integers(1, 40),
        "summary": st.sampled_from(["a", "b"]),
    }
)
record = st.dictionaries(st.sampled_from([f"E{n}" for n in range(9)]), event, min_size=1)


def frame(record: Events) -> pd.DataFrame:
    rows = [{"id": key, **row, "nature": row.get("nature") or FORMS[row["form"]]} for key, row in record.items()]
    return pd.DataFrame(rows).astype({"persons": "Int64"})


def publish(store: Store, record: Events, *, files: bool = True, **about: Any) -> Release:
    table = frame(record)
    attached = {"incidents.csv": table.to_csv(index=False).encode()} if files else {}
    return publish_public(table, attached, store=store, about=About("public", **about), published=DAY)


def counted(record: Events) -> dict[tuple[Any, ...], int]:
    """Count by another road: pandas' own groupby over the events."""
    table = frame(record)
    table["incidents"], table["incidents_unstated"] = 1, table["persons"].isna().astype(int)
    table["persons"] = table["persons"].fillna(0).astype(int)
    sums = table.groupby(list(DIMS))[list(MEASURES)].sum()
    return {(*map(str, key), m): int(row[m]) for key, row in sums.iterrows() for m in MEASURES}  # type: ignore[misc]


def expected(before: Events, after: Events) -> set[tuple[Any, ...]]:
    old, new = counted(before), counted(after)
    return {(key, old.get(key), new.get(key)) for key in old.keys() | new.keys() if old.get(key) != new.get(key)}


def said(before: Release, after: Release) -> set[tuple[Any, ...]]:
    figures = compare(before, after).figures
    found = {((*map(str, (one.value(d) for d in DIMS)), one.measure), one.before, one.after) for one in figures}
    assert len(found) == len(figures)
    return found


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(before=record, after=record)
def test_every_difference_and_nothing_else(before: Events, after: Events) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        one, two = publish(store, before), publish(store, after)
        assert said(one, two) == expected(before, after)
        assert said(two, one) == {(key, b, a) for key, a, b in expected(before, after)}
        assert compare(one, one) == replace(compare(one, one), figures=(), rows=(), card=())
        rows = {(row.key, row.kind) for row in compare(one, two).rows}
        assert rows == (
            {(key, "added") for key in after.keys() - before.keys()}
            | {(key, "removed") for key in before.keys() - after.keys()}
            | {(key, "changed") for key in before.keys() & after.keys() if before[key] != after[key]}
        )


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(before=record, new=event, touched=st.data())
def test_the_cause_is_the_one_that_was_made(before: Events, new: dict[str, Any], touched: Any) -> None:
    """Do exactly one thing to the record; every figure that differs names it as its cause, and the event."""
    key = touched.draw(st.sampled_from(sorted(before)))
    deed = touched.draw(st.sampled_from(["add", "remove", "persons", "county", "nature", "withheld", "summary"]))
    with_flag = {k: {**row, "is_withheld": False} for k, row in before.items()}
    after, cause = dict(with_flag), "correction"
    if deed == "add":
        key, cause = "NEW", "new_data"
        after[key] = {**new, "is_withheld": False}
    elif deed == "remove":
        if len(after) == 1:
            return
        after = {k: row for k, row in after.items() if k != key}
    elif deed == "persons":
        after[key] = {**after[key], "persons": (after[key]["persons"] or 0) + 3}
    elif deed == "county":
        after[key] = {**after[key], "county": "KE012"}
    elif deed == "nature":
        after[key], cause = {**after[key], "nature": "unclear"}, "rule"
    elif deed == "withheld":
        after[key], cause = {**after[key], "is_withheld": True, "nationality": "withheld"}, "rule"
    else:
        after[key] = {**after[key], "summary": "another text"}
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        found = compare(publish(store, with_flag), publish(store, after))
        assert {(one.causes, one.events, one.certain) for one in found.figures} <= {((cause,), (key,), True)}
        assert bool(found.figures) == (deed != "summary")
        assert [row.key for row in found.rows] == [key]


def test_a_boundary_moves_an_event(store: Store) -> None:
    before: Events = {"E1": {**BASE, "county": "KE010", "place": "Kambi"}}
    one = publish(store, before, boundary_edition="a")
    two = publish(store, {"E1": {**before["E1"], "county": "KE011"}}, boundary_edition="b")
    found = compare(one, two)
    assert {change.causes for change in found.figures} == {("boundary",)}
    assert [(card.name, card.before, card.after, card.cause) for card in found.card] == [
        ("boundary_edition", "a", "b", "boundary")
    ]


BASE = {"county": "KE010", "year": 2020, "form": "online_scam", "nationality": "ETH", "confidence": "high",
        "persons": 4}  # fmt: skip


def test_without_events_the_cause_is_only_likely(store: Store) -> None:
    one = publish(store, {"E1": BASE}, files=False)
    two = publish(store, {"E1": {**BASE, "persons": 9}}, files=False)
    (change,) = compare(one, two).figures
    assert (change.before, change.after, change.causes, change.certain) == (4, 9, ("new_data",), False)


# ---- protected: whole groups, no events -------------------------------------------------------

Tens = Mapping[tuple[str, int], int]
tens = st.dictionaries(
    st.tuples(st.sampled_from(["KE010", "KE011", "KE012"]), st.integers(2020, 2022)),
    st.integers(1, 9).map(lambda n: n * 10), min_size=1,
)  # fmt: skip


def protected(store: Store, cells: Tens, **card: Any) -> Release:
    domains = {"county": ("KE010", "KE011", "KE012"), "year": (2020, 2021, 2022)}
    codes = np.array([[domains["county"].index(c), domains["year"].index(y)] for c, y in cells])
    table = make_table(("county", "year"), codes, np.array([[n] for n in cells.values()]))
    total = make_table((), np.zeros((1, 0)), np.array([[sum(cells.values())]]))
    made = ReleasedCells(domains, ("persons",), (total, table))
    manifest = Manifest(
        dataset="partners", policy=PROTECTED, k=10, dims=("county", "year"), measures=("persons",),
        tables=((), ("county", "year")), domains=domains, period=(2020, 2022), suppressed_share=0.0,
    )  # fmt: skip
    return store.publish(made, replace(manifest, **card), {}, b"report", DAY)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(before=tens, after=tens)
def test_protected_releases_differ_by_whole_tens(before: Tens, after: Tens) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        found = compare(protected(store, before), protected(store, after))
        cells = {one.cell: (one.before, one.after) for one in found.figures if one.dims}
        keys = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
        assert cells == {key: (before.get(key), after.get(key)) for key in keys}
        assert all(((one.after or 0) - (one.before or 0)) % 10 == 0 for one in found.figures)
        whole = [one for one in found.figures if not one.dims]
        assert bool(whole) == (sum(before.values()) != sum(after.values()))
        assert not any(one.certain for one in found.figures)


def test_a_changed_rule_is_said_first(store: Store) -> None:
    one, two = protected(store, {("KE010", 2020): 20}), protected(store, {("KE010", 2020): 10}, two_sources=True)
    found = compare(one, two)
    assert {change.causes for change in found.figures} == {("rule", "correction")}
    assert [card.name for card in found.card] == ["two_sources"]


def test_other_datasets_do_not_compare(store: Store) -> None:
    with pytest.raises(DataProblem, match="do not compare"):
        compare(publish(store, {"E1": BASE}), protected(store, {("KE010", 2020): 20}))
