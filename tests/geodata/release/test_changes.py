"""Between two releases: every difference is named, with its cause, and nothing else is."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.release.changes import compare
from geodata.release.estimates import errors_of
from geodata.release.events import DIMS
from geodata.release.manifest import About
from geodata.release.publish import publish_public
from geodata.release.reader import Release
from geodata.release.store import Store
from geodata.settings import DataSettings
from geodata.values import DataProblem
from tests.caseloads import WISH, publish_alone, publish_rows, skewed, vault_of

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


# ---- protected: estimates, no events ----------------------------------------------------------


@pytest.fixture
def later(tmp_path: Path) -> tuple[Release, Release, Release]:
    """Return a release of 3,000 cases, one with 1,500 more, and one that measures all of them again."""
    there = DataSettings(home=tmp_path, vault="")
    first = publish_rows(there, skewed(3000))
    second = publish_rows(there, skewed(1500, start=3000), file="late")
    about = About("partners", title="Partners", synthetic=True)
    third = publish_alone(vault_of(tmp_path), Store(there.releases), about, replace(WISH, restate=True))
    return first, second, third


def test_a_difference_is_held_against_its_own_error(later: tuple[Release, Release, Release]) -> None:
    first, second, third = later
    found = compare(first, second)
    national = {change.cell: change for change in found.figures if change.dims == ("nature",)}
    trafficking = national["trafficking",]
    assert trafficking.certain
    assert trafficking.causes == ("new_data",)
    # Both rest on the first measurement, so only the second adds to the difference.
    assert trafficking.error == pytest.approx(national["smuggling",].error)
    assert trafficking.error < errors_of(second.manifest.protection)["nature",].standard_error()
    for change in found.figures:
        assert change.error is not None
        if change.certain:
            assert abs((change.after or 0) - (change.before or 0)) > 1.95 * change.error
        else:
            assert "chance" in change.causes
    # A restatement of the same cases is another draw: what differs is chance, up to one in twenty.
    again = [
        change for change in compare(second, third).figures if change.before is not None and change.after is not None
    ]
    assert len(again) > 100
    assert sum(change.certain for change in again) < 0.1 * len(again)


def test_only_what_is_shown_is_compared(later: tuple[Release, Release, Release]) -> None:
    first, second, _ = later
    for change in compare(first, second).figures:
        for value in (change.before, change.after):
            assert value is None or value >= 10


def test_other_datasets_do_not_compare(store: Store, later: tuple[Release, Release, Release]) -> None:
    with pytest.raises(DataProblem, match="do not compare"):
        compare(publish(store, {"E1": BASE}), later[0])
