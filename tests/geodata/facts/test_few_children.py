"""Events with fewer than five children: whatever is written, the loader lets county, year and nature through only."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geodata.facts import evidence, few_children, incidents, outcomes, public_record, redirects, sources
from geodata.settings import DataSettings, from_environment
from geodata.values import DataProblem, Form, Nature

SETTINGS = from_environment({"NJIA_HOME": "/nonexistent"})
COLUMNS = tuple(pd.read_csv(SETTINGS.shipped / "evidence" / "incidents.csv", dtype=str, nrows=1).columns)
MORE = tuple(column for column in COLUMNS if column not in few_children.KEPT)
ROW = 7
FEW = st.integers(min_value=1, max_value=few_children.FEW_CHILDREN - 1)
MANY = st.integers(min_value=few_children.FEW_CHILDREN, max_value=500)
AT_LEISURE = settings(max_examples=60, deadline=None)
WORDS = st.text(alphabet="abcdefghijklm nopqrstuvw-0123456789", min_size=1).filter(lambda text: bool(text.strip()))


def line(**told: str) -> pd.DataFrame:
    """Return incidents.csv as it is read, with one row that holds only what is told."""
    row: dict[str, object] = {**dict.fromkeys(COLUMNS, ""), "id": "EV-23456", "county": "Busia", "row": ROW}
    return pd.DataFrame([{**row, "date": "2020", "date_precision": "year", **told}])


def hidden(**more: str) -> pd.DataFrame:
    return line(**{"nature": "trafficking", "withheld": few_children.FEW, **more})


@AT_LEISURE
@given(st.sampled_from([each.value for each in Nature]), st.integers(min_value=1990, max_value=2026))
def test_county_year_and_nature_pass(nature: str, year: int) -> None:
    few_children.check_events(hidden(nature=nature, date=str(year)))


@AT_LEISURE
@given(st.dictionaries(st.sampled_from(MORE), WORDS, min_size=1))
def test_anything_more_is_refused_and_the_row_is_named(more: dict[str, str]) -> None:
    with pytest.raises(DataProblem, match=rf"row {ROW}\b.*{re.escape(min(more))}"):
        few_children.check_events(hidden(**more))


@AT_LEISURE
@given(st.dates(), st.sampled_from(["%Y-%m", "%Y-%m-%d"]))
def test_a_date_finer_than_a_year_is_refused(date: object, form: str) -> None:
    with pytest.raises(DataProblem, match=rf"row {ROW}\b.*year"):
        few_children.check_events(hidden(date=f"{date:{form}}"))
    with pytest.raises(DataProblem, match=rf"row {ROW}\b"):
        few_children.check_events(hidden(date_precision="day"))


@AT_LEISURE
@given(
    FEW,
    st.sampled_from(["{} children", "{} female children", "{} male children; 3 female", "9 female; {} children"]),
    st.sampled_from([each.value for each in Form]),
    st.integers(min_value=1, max_value=40),
)
def test_an_event_with_few_children_must_be_hidden(few: int, people: str, form: str, persons: int) -> None:
    told = line(sex_age=people.format(few), form=form, persons=str(persons))
    assert few_children.must_withhold(people.format(few), form, persons)
    with pytest.raises(DataProblem, match=rf"row {ROW}\b.*fewer than five children"):
        few_children.check_events(told)


@AT_LEISURE
@given(MANY, st.sampled_from(["{} children", "{} female children", "2 female; {} children"]))
def test_five_children_or_more_may_be_told(many: int, people: str) -> None:
    told = people.format(many)
    few_children.check_events(line(sex_age=told, form=Form.CHILD_TRAFFICKING.value, persons=str(many + 2)))


@AT_LEISURE
@given(
    FEW.map(lambda n: ("", "one", "two", "three", "four")[n]), st.sampled_from(["children", "girls", "boys", "pupils"])
)
def test_a_summary_may_not_tell_what_the_columns_do_not(number: str, whom: str) -> None:
    summary = f"Police found {number} {whom} in a house and took them to the chief."
    assume(few_children.tells_of_few_children(summary))
    with pytest.raises(DataProblem, match=rf"row {ROW}\b"):
        few_children.check_events(line(form=Form.SMUGGLING_TRANSIT.value, persons="9", summary=summary))
    for name, column in (("classifications", "statement"), ("responses", "statement")):
        with pytest.raises(DataProblem, match=rf"{name}.*row {ROW}\b"):
            few_children.check_sentences(name, pd.DataFrame([{column: summary, "row": ROW}]), column)


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("Two girls from a village were taken to town.", True),
        ("A 14-year-old schoolgirl was promised work.", True),
        ("An infant was bought.", True),
        ("A children's home took part.", False),
        ("A rise in child labour is reported.", False),
        ("Officials counted 14 girls.", False),
    ],
)
def test_what_tells_of_few_children(text: str, tells: bool) -> None:
    assert few_children.tells_of_few_children(text) is tells


@pytest.fixture
def spoilt(tmp_path: Path) -> DataSettings:
    shipped = tmp_path / "data"
    for room in ("evidence", "rules"):
        shutil.copytree(SETTINGS.shipped / room, shipped / room)
    return replace(SETTINGS, shipped=shipped, home=tmp_path / "home")


def add(settings: DataSettings, name: str, **row: str) -> None:
    """Write one more row into an evidence file, and its new sum into the edition."""
    path = evidence.folder(settings) / f"{name}.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    pd.concat([table, pd.DataFrame([{**dict.fromkeys(table.columns, ""), **row}])]).to_csv(path, index=False)
    listed = evidence.folder(settings) / evidence.EDITION
    card = json.loads(listed.read_text(encoding="utf-8"))
    card["files"][path.name] = evidence.sha256_of(path)
    listed.write_text(json.dumps(card), encoding="utf-8")


def test_no_other_table_may_speak_of_such_an_event(spoilt: DataSettings) -> None:
    secret = min(incidents.hidden_ids(incidents.load(SETTINGS)))
    add(spoilt, "incident_marks", id=secret, mark="convicted", note="A sentence.")
    with pytest.raises(DataProblem, match=f"incident_marks.*{secret}"):
        incidents.load(spoilt)


@pytest.mark.parametrize(
    ("name", "load", "more"),
    [
        ("outcomes", outcomes.load, {"people": "sheltered", "suspects": "not_said", "basis": "text"}),
        ("second_sources", sources.further, {"url": "https://example.org/a", "publisher": "Example"}),
    ],
)
def test_nor_may_an_outcome_or_a_second_report(
    spoilt: DataSettings, name: str, load: object, more: dict[str, str]
) -> None:
    secret = min(incidents.hidden_ids(incidents.load(SETTINGS)))
    add(spoilt, name, incident_id=secret, **more)
    assert callable(load)
    with pytest.raises(DataProblem, match=f"{name}.*{secret}"):
        load(spoilt)


def test_nothing_of_such_an_event_reaches_the_release() -> None:
    table = public_record.for_release(SETTINGS)
    secret = table.loc[table["is_withheld"]]
    assert len(secret) >= 50
    told = {"id", "date", "date_precision", "year", "county", "county_reported", "nature", "is_withheld"}
    for column in secret.columns.difference(list(told)):
        assert len(secret[column].unique()) == 1, column  # the same empty word in each
    assert (secret["date"] == secret["year"].astype(str)).all()
    rows = evidence.read(SETTINGS, "incidents")
    for name, column in (("incident_marks", "id"), ("outcomes", "incident_id"), ("second_sources", "incident_id")):
        assert not set(evidence.read(SETTINGS, name)[column]) & set(secret["id"])
    assert set(rows.loc[rows["withheld"] == few_children.FEW, "id"]) == set(secret["id"])


def test_ids_carry_no_order_in_time() -> None:
    rows = evidence.read(SETTINGS, "incidents")
    assert rows["id"].is_monotonic_increasing  # the place in the file says no more than the id
    in_time = rows["id"].rank().corr(rows["date"].str[:4].astype(int).rank())
    assert abs(in_time) <= 0.1
    told = rows.loc[rows["withheld"] == ""]
    assert abs(told["id"].rank().corr(told["date"].rank())) <= 0.1


def test_old_ids_lead_on_only_where_no_gap_betrays_a_child(spoilt: DataSettings) -> None:
    known = redirects.load(SETTINGS)
    events = incidents.load(SETTINGS).set_index("id")
    silent = set(events.loc[events["is_withheld"], "year"])
    assert known
    assert not set(events.loc[list(known.values()), "year"]) & silent
    path = spoilt.shipped / "rules" / "event_redirects.csv"
    told = events.loc[~events["is_withheld"] & events["year"].isin(silent)].index[0]
    path.write_text(f"old,new,reason\nINC-0001,{told},A trial\n", encoding="utf-8")
    with pytest.raises(DataProblem, match="betray"):
        redirects.load(spoilt)
