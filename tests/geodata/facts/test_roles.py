"""The role rule: monotone, traceable, and right about the counties we read by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata import settings
from geodata.facts import counties, roles
from geodata.facts.roles import RoleRule, RoleStatus, Statement
from geodata.values import DataProblem, Form, Grade, Nature, Pcode, Role

SETTINGS = settings.from_environment({})
C_ONLY = {
    "Baringo", "Elgeyo-Marakwet", "Embu", "Kericho", "Kirinyaga", "Makueni", "Nandi", "Siaya", "Tharaka-Nithi",
    "Vihiga",
}  # fmt: skip
"""The ten counties that NOTES.md lists as resting on grade C alone."""


def said(grade: str = "B", voice: str = "one", role: Role = Role.SOURCE, **more: object) -> Statement:
    plain = {
        "pcode": Pcode("KE001"),
        "role": role,
        "grade": Grade(grade),
        "forms": (Form.FORCED_LABOUR,),
        "nature": Nature.TRAFFICKING,
        "text": "said",
        "year": 2020,
        "source_id": voice,
        "voice": voice,
        "locator": "",
        "incident_id": "",
        "row": 2,
    }
    return Statement(**(plain | more))  # type: ignore[arg-type]


def answers(rule: str) -> dict[tuple[str, Role], roles.RoleDecision]:
    table = counties.load(SETTINGS)
    names = dict(zip(table["pcode"], table["name"], strict=True))
    presets = roles.presets(SETTINGS)
    decided = roles.decide(
        roles.statements(SETTINGS), presets[rule], list(presets.values()), [Pcode(p) for p in table["pcode"]]
    )
    return {(names[each.pcode], each.role): each for each in decided}


def test_grades_and_voices_decide() -> None:
    rule = RoleRule("test", a=1, b=2, c=0)
    assert rule.holds([said("A")])
    assert rule.holds([said("B", "one"), said("B", "two")])
    assert not rule.holds([said("B", "one"), said("B", "one")])
    assert not rule.holds([said("B", "one"), said("C", "two")])
    assert not rule.holds([])
    assert RoleRule("test", 0, 2, 0).holds([said("A", "one"), said("B", "two")])


@pytest.mark.parametrize("needs", [(0, 0, 0), (-1, 1, 1)])
def test_a_rule_nothing_can_satisfy_is_refused(needs: tuple[int, int, int]) -> None:
    with pytest.raises(DataProblem, match="role rule “test”"):
        RoleRule("test", *needs)


NEEDS = st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)).filter(any)
STATEMENTS = st.lists(st.builds(said, st.sampled_from("ABC"), st.sampled_from(["one", "two", "three"])), max_size=6)


@given(STATEMENTS, NEEDS, NEEDS)
def test_a_stricter_rule_never_holds_more(mine: list[Statement], one: tuple[int, ...], two: tuple[int, ...]) -> None:
    a, b = RoleRule("a", *one), RoleRule("b", *two)
    if roles.at_least_as_strict(a, b) and a.holds(mine):
        assert b.holds(mine)


@given(STATEMENTS)
def test_presets_are_nested(mine: list[Statement]) -> None:
    held = [rule.holds(mine) for rule in roles.presets(SETTINGS).values()]
    assert held == sorted(held)


@given(STATEMENTS, st.builds(said, st.sampled_from("ABC"), st.sampled_from(["one", "four"])), NEEDS)
def test_one_more_statement_never_takes_a_role_away(
    mine: list[Statement], more: Statement, needs: tuple[int, ...]
) -> None:
    rule = RoleRule("any", *needs)
    assert rule.holds([*mine, more]) or not rule.holds(mine)


def test_an_answer_says_what_it_rests_on() -> None:
    known = [
        said("C", "one", year=None, row=2),
        said("B", "two", nature=Nature.SMUGGLING, row=3),
        said("B", "two", nature=Nature.SMUGGLING, year=2008, row=4),
    ]
    presets = list(roles.presets(SETTINGS).values())
    source, transit, _ = roles.decide(known, roles.presets(SETTINGS)["standard"], presets, [Pcode("KE001")])
    assert (source.status, source.best_grade, source.n_statements, source.n_sources) == (RoleStatus.HELD, Grade.B, 3, 2)
    assert (source.years, source.n_undated) == ((2008, 2020), 1)
    assert [each.row for each in source.counted] == [3, 4]
    assert [each.row for each in source.others] == [2]
    assert source.smuggling_only
    assert (source.holds_under, source.steady) == (("standard", "loose"), False)
    assert (transit.status, transit.best_grade, transit.steady) == (RoleStatus.NO_EVIDENCE, None, True)


def test_isiolo_is_all_three_at_grade_a_under_every_preset() -> None:
    for preset in roles.PRESETS:
        found = answers(preset)
        for role in Role:
            answer = found["Isiolo", role]
            assert (answer.status, answer.best_grade, answer.steady) == (RoleStatus.HELD, Grade.A, True)
            assert "iom-isiolo-2019" in {each.source_id for each in answer.counted}
            assert not answer.smuggling_only


def test_counties_on_inference_alone_are_never_held_by_the_standard_rule() -> None:
    best: dict[str, set[Grade]] = {}
    status: dict[str, set[RoleStatus]] = {}
    for (county, _), decision in answers("standard").items():
        status.setdefault(county, set()).add(decision.status)
        if decision.best_grade:
            best.setdefault(county, set()).add(decision.best_grade)
    assert {county for county, grades in best.items() if grades == {Grade.C}} == C_ONLY
    below = {county for county, seen in status.items() if RoleStatus.BELOW in seen and RoleStatus.HELD not in seen}
    assert below == C_ONLY


def test_no_statement_is_no_evidence() -> None:
    vihiga = answers("loose")["Vihiga", Role.TRANSIT]
    assert (vihiga.status, vihiga.best_grade) == (RoleStatus.NO_EVIDENCE, None)
    assert (vihiga.counted, vihiga.others, vihiga.steady) == ((), (), True)
    nobody = roles.decide([], roles.presets(SETTINGS)["standard"], [], [Pcode("KE001")])
    assert {decision.status for decision in nobody} == {RoleStatus.NO_EVIDENCE}


def test_presets_only_ever_add_from_strict_to_loose() -> None:
    held = [{key for key, answer in answers(preset).items() if answer.held} for preset in roles.PRESETS]
    assert held[0] < held[1] < held[2]


def test_smuggling_is_told_apart_from_trafficking() -> None:
    found = answers("standard")
    assert found["Samburu", Role.TRANSIT].smuggling_only
    assert found["Laikipia", Role.TRANSIT].smuggling_only
    assert not found["Busia", Role.TRANSIT].smuggling_only
    assert roles.nature_of_forms([Form.SMUGGLING_TRANSIT, Form.DEBT_BONDAGE]) is Nature.MIXED
    assert roles.nature_of_forms([]) is Nature.UNCLEAR


def test_statements_resting_on_listed_incidents_carry_the_incident() -> None:
    resting = {each.incident_id for each in roles.statements(SETTINGS)} - {""}
    assert resting == {"EV-QSBZV", "EV-KNVJH", "EV-7TXXT", "EV-SDWM5"}


def test_a_press_account_of_a_report_is_not_a_second_voice() -> None:
    voice = {each.source_id: each.voice for each in roles.statements(SETTINGS)}
    assert voice["star-iom-coast-2018"] == voice["iom-coast-launch-2018"] == "IOM"
    assert voice["bd-tip-2020"] == voice["tip-2020"]
    assert voice["sttk-routes-2020"] == voice["sttk-fc-2019"]


def test_every_statement_is_counted_once() -> None:
    known = roles.statements(SETTINGS)
    assert len(known) == 381
    used = [each.row for answer in answers("standard").values() for each in (*answer.counted, *answer.others)]
    assert sorted(used) == [each.row for each in known]
