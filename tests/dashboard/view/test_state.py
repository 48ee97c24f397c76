"""The link is the view: every view survives its link, every link gives a view, and says what it did not take."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.view.state import (
    EXTENTS,
    KEYS,
    LAYERS,
    MEASURES,
    NATURES,
    POOLED,
    RULES,
    Choices,
    Notice,
    ViewState,
    defaults,
    from_query,
    is_plain,
    to_query,
)
from geodata.query.outcomes import PeopleOutcome, SuspectOutcome
from geodata.values import Confidence, Form, Grade, Period, Role

CASELOAD = Choices(
    Period(2016, 2025),
    nationalities=("EAC", "SADC"),
    corridors=("C01", "C02", "C12"),
    datasets=("public", "caseload"),
    languages=("en", "sw"),
    forms=("child_trafficking", "forced_labour"),
    sexes=("female", "male"),
    ages=("minor", "adult"),
    periods=((2016, 2025), (2021, 2025), (2024, 2024)),
    protected=True,
)
CHOICES = Choices(
    Period(2009, 2026),
    nationalities=("ERI", "ETH", "KEN", "SOM", "unknown"),
    corridors=("C01", "C02", "C12"),
    datasets=("public", "caseload"),
    languages=("en", "sw"),
    outcomes=tuple(PeopleOutcome),
    suspects=tuple(SuspectOutcome),
    caseloads=(("caseload", CASELOAD),),
)
START = defaults(CHOICES)


def subset(values: Any) -> st.SearchStrategy[tuple[str, ...]]:
    legal = [str(value) for value in values]
    return st.sets(st.sampled_from(legal)).map(lambda chosen: tuple(value for value in legal if value in chosen))


@st.composite
def views(draw: st.DrawFn) -> ViewState:
    """Draw any legal view of the public record."""
    first = draw(st.integers(2009, 2026))
    last = draw(st.integers(first, 2026))
    return ViewState(
        lang=draw(st.sampled_from(CHOICES.languages)),
        beside=draw(st.sampled_from(["", "caseload"])),
        nature=draw(st.sampled_from(NATURES)),
        measure=draw(st.sampled_from(MEASURES)),
        first=first,
        last=last,
        t=draw(st.sampled_from([POOLED, *map(str, range(first, last + 1))])),
        form=draw(subset(Form)),
        nationality=draw(subset(CHOICES.nationalities)),
        confidence=draw(subset(Confidence)),
        outcome=draw(subset(PeopleOutcome)),
        suspects=draw(subset(SuspectOutcome)),
        role=draw(subset(Role)),
        rule=draw(st.sampled_from(RULES)),
        grade=draw(st.sampled_from([grade.value for grade in Grade])),
        layers=draw(subset(LAYERS)),
        extent=draw(st.sampled_from(EXTENTS)),
        county=draw(st.sampled_from(["", "KE001", "KE011", "KE047"])),
        corridor=draw(st.sampled_from(["", "all", *CHOICES.corridors])),
    )


@given(views())
def test_a_view_survives_its_link(view: ViewState):
    assert from_query(to_query(view, CHOICES), CHOICES) == (view, ())


@given(views())
def test_the_order_of_keys_does_not_matter(view: ViewState):
    backwards = "&".join(reversed(to_query(view, CHOICES).split("&")))
    assert from_query("?" + backwards, CHOICES) == (view, ())


KEYS_OF_LINK = [KEYS.get(field.name, field.name) for field in fields(ViewState)]


@settings(max_examples=300)
@given(st.lists(st.tuples(st.sampled_from([*KEYS_OF_LINK, "x", ""]), st.text(max_size=30)), max_size=12))
def test_any_link_gives_a_legal_view_and_its_canonical_link_is_a_fixpoint(pairs: list[tuple[str, str]]):
    view, _ = from_query("&".join(f"{key}={value}" for key, value in pairs), CHOICES)
    canonical = to_query(view, CHOICES)
    assert from_query(canonical, CHOICES) == (view, ())
    assert to_query(from_query(canonical, CHOICES)[0], CHOICES) == canonical
    period = CHOICES.of(view.dataset).period
    assert period.first <= view.first <= view.last <= period.last


@pytest.mark.parametrize(
    ("query", "canonical", "keys"),
    [
        ("dataset=caseload&sex=female", "lang=en&dataset=caseload&nature=trafficking&sex=female", []),
        ("dataset=caseload&from=2021&to=2025", "lang=en&dataset=caseload&nature=trafficking&from=2021", []),
        ("dataset=caseload&sex=female&age=minor", "lang=en&dataset=caseload&nature=trafficking&sex=female", ["age"]),
        ("dataset=caseload&sex=female,male", "lang=en&dataset=caseload&nature=trafficking&sex=female", ["sex"]),
        ("dataset=caseload&from=2018&to=2020", "lang=en&dataset=caseload&nature=trafficking", ["from"]),
        ("dataset=caseload&measure=incidents", "lang=en&dataset=caseload&nature=trafficking", ["measure"]),
        ("sex=female&nature=smuggling", "lang=en&nature=smuggling", ["sex"]),
    ],
)
def test_a_caseload_is_asked_only_what_it_can_answer(query: str, canonical: str, keys: list[str]):
    view, notices = from_query(query, CHOICES)
    assert to_query(view, CHOICES) == canonical
    assert [notice.key for notice in notices] == keys


def test_the_plain_address_is_the_default_view():
    assert from_query("", CHOICES) == (START, ())
    assert to_query(START, CHOICES) == "lang=en&nature=trafficking"
    assert is_plain("")
    assert is_plain("lang=sw")
    assert not is_plain("lang=sw&from=2018")


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("nature=both", "nature"),
        ("measure=prevalence", "measure"),
        ("lang=xx", "lang"),
        ("dataset=vault", "dataset"),
        ("from=1963", "from"),
        ("to=20250", "to"),
        ("to=2o25", "to"),
        ("from=%D9%A2%D9%A0%D9%A2%D9%A0", "from"),
        ("t=2031", "t"),
        ("form=debt_bondage,gossip", "form"),
        ("nationality=XXX", "nationality"),
        ("confidence=certain", "confidence"),
        ("role=origin", "role"),
        ("rule=lenient", "rule"),
        ("grade=D", "grade"),
        ("layers=corridors,tracks", "layers"),
        ("extent=world", "extent"),
        ("county=KE048", "county"),
        ("county=KE000", "county"),
        ("county=ke011", "county"),
        ("county=KE011%00", "county"),
        ("corridor=C99", "corridor"),
        ("nature=smuggling&nature=trafficking", "nature"),
    ],
)
def test_an_illegal_value_falls_back_and_is_named(query: str, key: str):
    view, notices = from_query(query, CHOICES)
    assert view == START
    assert [notice.key for notice in notices] == [key]
    assert notices[0].given


def test_years_the_wrong_way_round_fall_back_together():
    view, notices = from_query("from=2025&to=2018", CHOICES)
    assert (view.first, view.last) == (2009, 2026)
    assert notices == (Notice("from", "2025–2018", "2009–2026", "years"),)


def test_a_year_outside_the_chosen_period_becomes_the_pooled_view():
    view, notices = from_query("from=2018&to=2020&t=2024", CHOICES)
    assert view == replace(START, first=2018, last=2020)
    assert [notice.key for notice in notices] == ["t"]


def test_one_bad_value_leaves_the_rest_of_the_link_alone():
    view, notices = from_query("nature=smuggling&county=Isiolo&from=2018", CHOICES)
    assert view == replace(START, nature="smuggling", first=2018)
    assert len(notices) == 1


def test_repeated_keys_of_a_list_add_up():
    """A form without JavaScript sends each ticked box on its own."""
    view, notices = from_query("role=destination&role=source", CHOICES)
    assert view.role == ("source", "destination")
    assert notices == ()


def test_no_layers_is_a_view_of_its_own():
    assert from_query("layers=none", CHOICES)[0].layers == ()
    assert to_query(replace(START, layers=()), CHOICES) == "lang=en&nature=trafficking&layers=none"


def test_a_shown_year_is_the_period_of_the_map():
    view, _ = from_query("from=2018&to=2025&t=2020", CHOICES)
    assert view.shown_period == Period(2020, 2020)
    assert view.period == Period(2018, 2025)


@pytest.mark.parametrize(
    ("query", "browser", "lang"),
    [("", "sw", "sw"), ("", "", "en"), ("lang=en", "sw", "en"), ("lang=sw", "en", "sw"), ("lang=xx", "sw", "sw"),
     ("", "fr", "en"), ("nature=smuggling", "sw", "sw"), ("dataset=caseload&sex=female", "sw", "sw")],
)  # fmt: skip
def test_the_link_says_the_language_else_the_browser_does(query: str, browser: str, lang: str):
    view, _ = from_query(query, CHOICES, browser)
    assert view.lang == lang
    assert f"lang={lang}" in to_query(view, CHOICES)
