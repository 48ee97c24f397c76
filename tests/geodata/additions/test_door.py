"""What an addition may say: tolerant of spelling, strict about persons, links and places; children protected first."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.additions.door import CUT_DOWN, NO_LINK, AdditionRefused, read_addition, reader_of
from geodata.additions.models import Reader
from geodata.facts import evidence
from geodata.intake.named_people import person_in
from geodata.intake.rights import read_rights
from geodata.settings import from_environment
from geodata.values import DataProblem
from tests.geodata.additions.conftest import CORRIDOR, DAY, EVENT, GIVEN, STATEMENT


@pytest.fixture(scope="module")
def reader() -> Reader:
    return reader_of(from_environment({}), DAY)


def problems(kind: str, told: dict[str, Any], reader: Reader) -> dict[str, str]:
    with pytest.raises(AdditionRefused) as refusal:
        read_addition(kind, told, reader)
    return refusal.value.problems


@pytest.mark.parametrize("kind", GIVEN)
def test_each_kind_is_read(kind: str, reader: Reader) -> None:
    assert read_addition(kind, GIVEN[kind], reader).notes == ()


def test_words_are_read_as_people_write_them(reader: Reader) -> None:
    told = read_addition("event", EVENT, reader).told
    assert (told["date"], told["county"], told["form"], told["nationality"], told["outcome_people"]) == (
        "2026-03-14", "Isiolo", "smuggling_transit", "ETH", "charged_or_arrested",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("field", "text", "part"),
    [
        ("county", "Uganda", "another country"),
        ("county", "Isolo", "is it Isiolo?"),
        ("source_url", "javascript:alert(1)", "address of a public page"),
        ("source_url", "http://127.0.0.1/x", "address of a public page"),
        ("source_url", "https://user@example.org/", "address of a public page"),
        ("summary", "Police freed Mary Wanjiku from a house.", "a person’s name"),
        ("summary", "Call 0722 123 456 about twelve people.", "a telephone number"),
        ("summary", "Mzee Placeholder kept twelve people.", "a person’s name"),
        ("persons", "many", "whole number"),
        ("persons", "-3", "whole number"),
        ("date", "2027", "between 1990 and today"),
        ("date", "soon", "a year, a month or a day"),
        ("date", "31/02/2026", "a year, a month or a day"),
        ("form", "kidnapping by aliens", "it must be one of"),
        ("nationality", "Atlantis", "must name countries"),
        ("summary", "", "is missing"),
        ("colour", "red", "not asked for"),
    ],
)
def test_what_is_not_in_order_is_refused_in_a_sentence(field: str, text: str, part: str, reader: Reader) -> None:
    assert part in " ".join(problems("event", {**EVENT, field: text}, reader).values())


def test_half_a_corridor_is_refused(reader: Reader) -> None:
    assert "half" in problems("corridor", {**CORRIDOR, "stops": CORRIDOR["stops"][:1]}, reader)[""]
    wrong = [{**CORRIDOR["stops"][0], "country": "Atlantis"}, *CORRIDOR["stops"][1:]]
    assert problems("corridor", {**CORRIDOR, "stops": wrong}, reader)["stops-0-country"].startswith("Stop 1:")


def test_an_unknown_source_is_refused(reader: Reader) -> None:
    assert (
        "no source of the record" in problems("statement", {**STATEMENT, "source_id": "hearsay"}, reader)["source_id"]
    )


@pytest.mark.parametrize(
    "more",
    [
        {"persons": "3", "children": "3"},
        {"children": "4"},
        {"form": "child trafficking", "persons": "2"},
        {"who": "children", "persons": ""},
        {"persons": "", "summary": "Two girls were freed from a house."},
    ],
)
def test_few_children_leave_county_year_and_nature_only(more: dict[str, str], reader: Reader) -> None:
    read = read_addition("event", {**EVENT, **more}, reader)
    assert set(read.told) == {"date", "county", "nature", "few"}
    assert (read.told["date"], read.notes) == ("2026", (CUT_DOWN,))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    persons=st.integers(1, 200), children=st.integers(0, 40), who=st.sampled_from(["", "adult", "children", "female"])
)
def test_no_event_with_one_to_four_children_keeps_more(reader: Reader, persons: int, children: int, who: str) -> None:
    told = {**EVENT, "persons": str(max(persons, children)), "children": str(children), "who": who}
    read = read_addition("event", told, reader)
    if 0 < children < 5:
        assert set(read.told) == {"date", "county", "nature", "few"}
    else:
        assert "few" not in read.told or who == "children"


def test_a_statement_that_tells_of_one_child_is_refused(reader: Reader) -> None:
    assert "fewer than five children" in str(
        problems("statement", {**STATEMENT, "statement": "A girl was sold."}, reader)
    )


def test_the_link_of_a_page_with_names_is_not_kept(reader: Reader) -> None:
    read = read_addition("event", {**EVENT, "names_on_page": "yes"}, reader)
    assert read.notes == (NO_LINK,)
    assert not {"source_url", "source_title"} & set(read.told)


def test_the_record_itself_holds_hardly_anything_the_finder_takes_for_a_person() -> None:
    told = [text for name, column in (("incidents", "summary"), ("classifications", "statement"),
            ("responses", "statement")) for text in evidence.read(from_environment({}), name)[column]]  # fmt: skip
    assert len(told) > 800
    assert [text for text in told if person_in(text)] == []


@pytest.mark.parametrize(
    "given",
    [
        {"legal_basis": "because", "purpose": "policy", "keep_until": 2030},
        {"legal_basis": "consent", "purpose": "policy", "keep_until": 2030},
        {"legal_basis": "published", "purpose": "policy", "keep_until": "always"},
        {"legal_basis": "published", "purpose": "policy"},
        {"legal_basis": "consent", "agreement": "signed by Mary Wanjiku", "purpose": "policy", "keep_until": 2030},
    ],
)
def test_terms_are_asked_for(given: dict[str, object]) -> None:
    with pytest.raises(DataProblem):
        read_rights(given)
