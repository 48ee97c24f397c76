"""The shipped evidence: whole, consistent in both directions, and what the two IOM notes say is all there."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from geodata.facts import (
    claims,
    counties,
    decisions,
    evidence,
    few_children,
    incidents,
    national,
    public_record,
    responses,
    sources,
)
from geodata.settings import DataSettings, from_environment
from geodata.values import CENSUS_2019_TOTAL, NATIONAL, DataProblem

SETTINGS = from_environment({"NJIA_HOME": "/nonexistent"})
FEWER = "fewer than five children"


@pytest.fixture
def copied(tmp_path: Path) -> DataSettings:
    """Return settings over a copy of the evidence that a test may spoil."""
    shipped = tmp_path / "data"
    shutil.copytree(SETTINGS.shipped / "evidence", shipped / "evidence")
    shutil.copytree(SETTINGS.shipped / "rules", shipped / "rules")
    return replace(SETTINGS, shipped=shipped, home=tmp_path / "home")


def spoil(settings: DataSettings, name: str, old: str, new: str) -> None:
    path = evidence.folder(settings) / f"{name}.csv"
    text = path.read_text(encoding="utf-8-sig")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    listed = evidence.folder(settings) / evidence.EDITION
    card = json.loads(listed.read_text(encoding="utf-8"))
    card["files"][path.name] = evidence.sha256_of(path)
    listed.write_text(json.dumps(card), encoding="utf-8")


def load_all(settings: DataSettings) -> None:
    for load in (counties.load, incidents.load, sources.load, responses.load):
        load(settings)


def test_the_47_counties_and_the_census() -> None:
    table = counties.load(SETTINGS)
    assert len(table) == 47
    assert table["population_2019"].sum() == CENSUS_2019_TOTAL == 47_564_296
    assert table.loc[table["pcode"] == "KE011", ["name", "iso", "former_province"]].values.tolist() == [
        ["Isiolo", "KE-09", "Eastern"]
    ]


def test_ledger_resolves_both_ways() -> None:
    ledger = sources.load(SETTINGS)
    assert ledger["source_id"].is_unique
    known = set(ledger["source_id"])
    events = public_record.for_release(SETTINGS)
    assert (set(events["source_id"]) | set(events["source_id_2"])) - {""} <= known
    assert (events.loc[~events["is_withheld"], "source_id"] != "").all()
    claimed = {url for claim in claims.load(SETTINGS) for url in claim.urls}
    context = set(ledger.loc[ledger["url"].isin(claimed), "source_id"])
    context |= set(decisions.read(SETTINGS, "year_marks")["source_id"])
    assert set(ledger.loc[ledger["background"], "source_id"]) <= sources.BACKGROUND | context


def test_the_105_trainees_are_one_total() -> None:
    table = responses.load(SETTINGS)
    shared = table.loc[table["quantity"] == 105]
    names = dict(zip(counties.load(SETTINGS)["pcode"], counties.load(SETTINGS)["name"], strict=True))
    assert sorted(names[p] for p in shared["county"]) == ["Bomet", "Kakamega", "Turkana", "Uasin Gishu"]
    assert shared["total_id"].nunique() == 1
    assert shared["total_id"].iloc[0]


@pytest.mark.parametrize("kind", ["shelter", "safe_house"])
def test_shelters_are_never_located(kind: str) -> None:
    rows = evidence.read(SETTINGS, "responses")
    assert (rows.loc[rows["kind"] == kind, "lat"] == "").all()
    assert not {"lat", "lon"} & set(responses.load(SETTINGS).columns)


def test_the_two_iom_notes_are_all_there() -> None:
    table = responses.load(SETTINGS)
    coast = table.loc[table["source_id"] == "iom-coast-launch-2018"]
    assessed = coast.loc[coast["kind"] == "assessment"]
    assert sorted(assessed["county"]) == ["KE001", "KE002", "KE003"]
    assert set(assessed["start_date"]) == {"2017-11"}
    assert set(assessed["end_date"]) == {"2018-02"}
    assert coast["statement"].str.startswith("Recommendation:").sum() == 7
    assert coast["statement"].str.contains("Secretariat committed").sum() == 1
    facts = national.county_facts(SETTINGS)
    assert set(facts.loc[facts["value"] == "40–60 %", "county"]) == {"KE001", "KE002", "KE003"}
    shares = facts.loc[facts["fact"] == "share_of_participants", "meaning"]
    assert shares.str.contains("It is not how common these are").all()
    early = facts.loc[facts["fact"] == "front_line_officers"]
    assert set(early["county"]) == {"KE001", "KE002", "KE003"}
    noted = facts.loc[facts["fact"] == "participants_noted"].iloc[0]
    assert (noted["county"], noted["value"]) == ("KE011", "on the increase")
    assert "disappearing without a trace" in noted["meaning"]
    national_rows = coast.loc[coast["county"] == NATIONAL]
    assert len(national_rows) == 8
    assert set(national_rows["concerns"]) == {"KE001;KE002;KE003"}
    isiolo = table.loc[(table["county"] == "KE011") & (table["kind"] == "workshop")].iloc[0]
    assert (isiolo["start_date"], isiolo["end_date"], isiolo["quantity"]) == ("2019-03-12", "2019-03-13", 28)
    assert "18 m, 10 f" in isiolo["unit"]
    bmm = national.programmes(SETTINGS)
    row = bmm.loc[bmm["source_id"] == "iom-isiolo-2019"].iloc[0]
    assert "European" in row["donors"] or "EU" in row["donors"]
    assert "ERI" in row["countries"]


@pytest.mark.parametrize(
    ("sex_age", "form", "persons", "withheld"),
    [
        ("child", "forced_marriage", 1, True),
        ("children", "child_trafficking", 4, True),
        ("children", "child_trafficking", 5, False),
        ("2 male children; 3 female children", "child_trafficking", 5, False),
        ("12 male; 6 female; 1 child", "smuggling_transit", 19, True),
        ("includes children", "smuggling_transit", 63, False),
        ("children with disabilities", "forced_begging", None, True),
        ("", "child_trafficking", 3, True),
        ("", "smuggling_transit", 3, False),
        ("female adult", "recruitment_abroad", 2, False),
        ("men, women and 13 children", "smuggling_transit", 108, False),
    ],
)
def test_fewer_than_five_children_are_withheld(sex_age: str, form: str, persons: int | None, *, withheld: bool) -> None:
    assert few_children.must_withhold(sex_age, form, persons) is withheld


def test_an_event_with_few_children_has_county_year_and_nature_and_nothing_else() -> None:
    stored = evidence.read(SETTINGS, "incidents").set_index("id")
    hidden = stored.loc[stored["withheld"] == few_children.FEW]
    assert len(hidden) == 61
    for column in set(stored.columns) - few_children.KEPT:
        assert (hidden[column] == "").all(), column
    assert hidden["date"].str.fullmatch(r"\d{4}").all()
    shown = public_record.for_release(SETTINGS).set_index("id")
    assert set(shown.index[shown["is_withheld"]]) == set(hidden.index)
    released = shown.loc[hidden.index]
    for column in ("place", "suspects", "sex_age", "role_of_county", "intended_destination", "marks", "notes"):
        assert (released[column] == "").all(), column
    assert (released[["source_id", "source_id_2"]] == "").all().all()
    assert released["persons"].isna().all()
    assert (released["date"] == released["year"].astype(str)).all()
    for column, value in (("form", "withheld"), ("confidence", "withheld"), ("nationality", "unknown")):
        assert set(released[column]) == {value}
    assert set(released["summary"]) == {public_record.WITHHELD_SUMMARY}
    assert (
        not sources.load(SETTINGS)["source_id"]
        .str.lower()
        .isin({f"withheld-{key.lower()}" for key in hidden.index})
        .any()
    )


def test_returns_from_abroad_and_what_was_found_abroad_belong_to_the_country() -> None:
    table = incidents.load(SETTINGS).set_index("id")
    back = table.loc[table["marks"].str.contains("return_from_abroad|detected_abroad")]
    assert len(back) == 26
    assert set(back["county"]) == {NATIONAL}
    found_abroad = back.loc[back["marks"].str.contains("detected_abroad")]
    assert set(found_abroad["county_reported"]) == {NATIONAL}


def test_nature_follows_from_the_form() -> None:
    table = incidents.load(SETTINGS)
    assert set(table.loc[table["form"] == "smuggling_transit", "nature"]) == {"smuggling"}
    assert set(table.loc[table["form"] == "unspecified", "nature"]) == {"unclear"}
    rest = table.loc[~table["form"].isin(["smuggling_transit", "unspecified", "withheld"])]
    assert set(rest["nature"]) == {"trafficking"}


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("incidents", "EV-X3RHS,2010,year,Garissa", "EV-X3RHS,2010,year,Garisa", "“Garisa” is not one"),
        ("incidents", "EV-X3RHS,2010,year", "EV-X3RHS,2010-13,day", "is not a day"),
        ("incidents", "EV-X3RHS,", "EV-KWQSN,", "the id EV-KWQSN appears twice"),
        ("incidents", "EV-X3RHS,", "INC-0002,", "is not EV- and five letters or digits"),
        ("incident_marks", "EV-8NC23,", "EV-ZZZZZ,", "no incident has the id EV-ZZZZZ"),
        ("responses", "iom-isiolo-2019", "iom-isiolo-1919", "is not in sources.csv"),
        ("sources", "iom-bomet-nrm-2018,", "nobody-cites-this,", "sources.csv"),
        ("counties", "1208333", "1208334", "the 2019 census counted 47,564,296"),
        ("counties", "KE-28", "KE-19", "an ISO code appears twice"),
    ],
)
def test_a_fault_in_a_file_is_named_with_its_row(
    copied: DataSettings, name: str, old: str, new: str, said: str
) -> None:
    spoil(copied, name, old, new)
    with pytest.raises(DataProblem) as raised:
        load_all(copied)
    assert said in str(raised.value)


def test_a_changed_file_is_noticed(copied: DataSettings) -> None:
    path = evidence.folder(copied) / "responses.csv"
    path.write_bytes(path.read_bytes().replace(b"28", b"29", 1))
    with pytest.raises(DataProblem, match="its contents changed"):
        evidence.read(copied, "responses")
    path.unlink()
    with pytest.raises(DataProblem, match=r"responses\.csv is missing"):
        evidence.read(copied, "responses")


def test_an_outlet_without_a_link_still_tells_of_its_event() -> None:
    """Where a page names people, publisher and year stay, the title and the address are in no row of the ledger."""
    table = sources.further(SETTINGS)
    silent = table.loc[table["url"] == ""]
    assert len(silent)
    assert set(silent["title"]) == {"withheld"}
    ledger = sources.load(SETTINGS).set_index("source_id")
    hidden = ledger.loc[ledger["withheld"]]
    assert not hidden["url"].any()
    assert hidden["publisher"].all()
    assert hidden["date"].str.fullmatch(r"\d{4}(-\d\d)?(-\d\d)?|n\.d\.").all()
    first, second = sources.of_incidents(SETTINGS)
    assert {f"withheld-{key.lower()}-2" for key in silent["incident_id"]} >= {
        source_id for source_id in second.values() if source_id.startswith("withheld-")
    }
    assert len(sources.told_by_two(SETTINGS)) >= 120
    assert set(first) >= set(second)


def test_a_source_whose_link_is_withheld_has_no_address() -> None:
    cited = sources.cited(SETTINGS)
    assert not cited.loc[cited["title"].str.contains("link withheld"), "url"].any()
