"""The public record is exact: its one lattice answers like a group-by over the events."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.raw_cells import RawCells
from geodata.release.events import DIMS
from geodata.release.manifest import About
from geodata.release.publish import publish_public
from geodata.release.reader import NotAnswerable, Release
from geodata.release.store import Store
from geodata.values import DataProblem, Period

DAY = date(2026, 11, 22)


def publish(store: Store, events: pd.DataFrame) -> Release:
    return publish_public(events, {}, store=store, about=About("public-record"), published=DAY)


def test_sums_and_unstated(store: Store, events: pd.DataFrame) -> None:
    release = publish(store, events)
    isiolo = release.lookup((), {"county": "KE011", "year": Period(2014, 2025)}).iloc[0]
    assert (isiolo.persons, isiolo.incidents, isiolo.incidents_unstated) == (52, 3, 1)
    by_nature = release.lookup(("nature",), {"county": ["KE011", "KE010"]}).set_index("nature")
    assert by_nature.loc["smuggling", "persons"] == 52
    assert by_nature.loc["trafficking", ["persons", "incidents", "incidents_unstated"]].tolist() == [3, 2, 1]
    assert set(by_nature.status) == {"shown"}
    assert release.lookup()["persons"].tolist() == [136]
    assert release.lookup(("county",), {"form": "never_seen"}).empty
    assert release.answerable(DIMS)
    assert not release.answerable(("sex",))
    with pytest.raises(NotAnswerable, match="no dimension 'sex'"):
        release.lookup(("sex",))


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [("county", None, "no county"), ("form", "", "no form"), ("persons", -1, "negative"), ("id", "E2", "twice")],
)
def test_events_that_cannot_be_counted_are_refused(
    store: Store, events: pd.DataFrame, column: str, value: Any, words: str
) -> None:
    events.loc[0, column] = value
    with pytest.raises(DataProblem, match=words):
        publish(store, events)
    assert store.datasets() == ()


def test_missing_columns_and_no_events_are_refused(store: Store, events: pd.DataFrame) -> None:
    with pytest.raises(DataProblem, match="no column nature"):
        publish(store, events.drop(columns="nature"))
    with pytest.raises(DataProblem, match="no events"):
        publish(store, events.iloc[:0])


rows = st.lists(
    st.tuples(
        st.sampled_from(["KE001", "KE011", "KE"]), st.integers(2015, 2018), st.sampled_from(["slavery", "unspecified"]),
        st.sampled_from(["ERI;ETH", "unknown"]), st.sampled_from(["trafficking", "smuggling"]),
        st.sampled_from(["high", "low"]), st.one_of(st.none(), st.integers(0, 500)),
    ),
    min_size=1, max_size=40,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rows, dims=st.lists(st.sampled_from(DIMS), unique=True, max_size=3), wanted=st.booleans())
def test_lookup_is_a_group_by(tmp_path: Path, rows: list[tuple[Any, ...]], dims: list[str], wanted: bool) -> None:
    events = pd.DataFrame(rows, columns=[*DIMS, "persons"]).astype({"persons": "Int64"})
    events.insert(0, "id", [f"E{number}" for number in range(len(events))])
    before = events.copy()
    release = publish(Store(tmp_path / "store"), events)
    pd.testing.assert_frame_equal(events, before)
    where = {"county": "KE011"} if wanted else {}
    kept = events[events.county == "KE011"] if wanted else events
    found = release.lookup(dims, where)
    assert int(found["incidents"].sum()) == len(kept)
    for row in found.to_dict("records"):
        mine = kept
        for dim in dims:
            mine = mine[mine[dim] == row[dim]]
        assert row["incidents"] == len(mine)
        assert row["persons"] == mine["persons"].fillna(0).sum()
        assert row["incidents_unstated"] == mine["persons"].isna().sum()


def test_raw_cells_refuse_what_is_no_count() -> None:
    with pytest.raises(DataProblem, match="no column n"):
        RawCells(pd.DataFrame({"county": ["KE001"]}))
    with pytest.raises(DataProblem, match="negative"):
        RawCells(pd.DataFrame({"county": ["KE001"], "n": [-1]}))
    with pytest.raises(DataProblem, match="whole numbers"):
        RawCells(pd.DataFrame({"county": ["KE001"], "n": [1.5]}))
    with pytest.raises(DataProblem, match="without a value in 'county'"):
        RawCells(pd.DataFrame({"county": ["KE001", None], "n": [1, 2]}))
