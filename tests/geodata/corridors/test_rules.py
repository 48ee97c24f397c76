"""The branch rule, the doubts and the grades, on plain values."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.corridors.rules import Doubt, LegRule, Link, Stop, doubts, grade, links, steps, trunk
from geodata.values import DataProblem, Grade


def stop(seq: int, alt_to: int | None = None, **more: str) -> Stop:
    return Stop("X", seq, f"p{seq}", f"P{seq}", alt_to, row=seq + 1, **more)


def rule(kind: str, a: int, b: int | None = None, value: str = "") -> LegRule:
    return LegRule("X", kind, a, b, value, "because", 2)


def pairs(made: tuple[Link, ...]) -> list[tuple[int, int]]:
    return [(link.start.seq, link.end.seq) for link in made]


FORK = [stop(1), stop(2), stop(3, 2), stop(4)]


def test_an_alternative_goes_from_the_predecessor_to_the_successor() -> None:
    assert pairs(links(FORK)) == [(1, 2), (1, 3), (2, 4), (3, 4)]


def test_origin_alternatives_lead_to_the_first_common_stop_and_ends_start_from_the_last() -> None:
    assert pairs(links([stop(1), stop(2, 1), stop(3), stop(4), stop(5, 4)])) == [(1, 3), (2, 3), (3, 4), (3, 5)]


def test_a_chain_of_alternatives_belongs_to_one_step() -> None:
    chain = [stop(1), stop(2), stop(3, 2), stop(4, 3), stop(5)]
    assert [[s.seq for s in step] for step in steps(chain)] == [[1], [2, 3, 4], [5]]


def test_an_alternative_printed_before_its_main_stop_counts_all_the_same() -> None:
    assert pairs(links([stop(1, 2), stop(2), stop(3)])) == [(1, 3), (2, 3)]


def test_exit_drop_and_add_change_legs() -> None:
    assert pairs(links(FORK, [rule("exit", 3)])) == [(1, 2), (1, 3), (2, 4)]
    assert pairs(links(FORK, [rule("drop", 1, 3), rule("add", 1, 4)])) == [(1, 2), (1, 4), (2, 4), (3, 4)]


def test_mode_and_stated_are_carried() -> None:
    link = links(FORK, [rule("mode", 1, 2, "air"), rule("stated", 1, 2, "src")])[0]
    assert (link.mode, link.stated_by, link.reasons) == ("air", ("src",), ("because", "because"))


@pytest.mark.parametrize(
    "bad",
    [
        rule("drop", 1, 4),
        rule("add", 1, 2),
        rule("add", 1, 9),
        rule("exit", 4),
        rule("mode", 3, 2, "air"),
        rule("if", 1),
    ],
)
def test_a_rule_that_fits_nothing_is_refused_with_its_row(bad: LegRule) -> None:
    with pytest.raises(DataProblem, match=r"leg_rules.csv, row 2"):
        links(FORK, [bad])


@pytest.mark.parametrize("stops", [[stop(1), stop(2, 7)], [stop(1), stop(2, 3), stop(3, 2)], [stop(1, 1)]])
def test_alt_to_that_leads_nowhere_or_in_a_circle_is_refused(stops: list[Stop]) -> None:
    with pytest.raises(DataProblem, match=r"corridor_stops.csv, row \d"):
        links(stops)


def test_doubts_and_grades() -> None:
    def of(a: Stop, b: Stop, *stated: str) -> tuple[Doubt, ...]:
        return doubts(Link(a, b, stated))

    plain, other = stop(1, source_id="a"), stop(2, source_id="b")
    assert of(plain, stop(2, source_id="a")) == ()
    assert of(plain, other) == (Doubt.JOIN,)
    assert of(plain, other, "c") == ()
    assert of(plain, stop(2, source_id="a", note="capital used as point"), "c") == (Doubt.POINT,)
    assert of(plain, stop(2, source_id="a", note="Airport inferred from flights")) == (Doubt.ORDER,)
    assert of(plain, stop(2, source_id="a", note="Stated destination")) == ()
    assert grade(Grade.A, (Doubt.POINT,)) is Grade.A
    assert grade(Grade.A, (Doubt.JOIN,)) is Grade.B
    assert grade(Grade.B, (Doubt.JOIN,)) is Grade.C
    assert grade(Grade.A, (Doubt.ORDER,)) is Grade.C


@st.composite
def corridors(draw: st.DrawFn) -> list[Stop]:
    """Any corridor: each stop after the first may replace any earlier one, alternatives included."""
    n = draw(st.integers(2, 9))
    stops = [stop(1)] + [stop(seq, draw(st.one_of(st.none(), st.integers(1, seq - 1)))) for seq in range(2, n + 1)]
    return [*stops, stop(n + 1)]


@given(corridors())
def test_every_leg_joins_neighbouring_steps_and_every_stop_is_used(stops: list[Stop]) -> None:
    step_of = {s.seq: i for i, step in enumerate(steps(stops)) for s in step}
    made = links(stops)
    assert all(step_of[link.end.seq] == step_of[link.start.seq] + 1 for link in made)
    assert {seq for pair in pairs(made) for seq in pair} == {s.seq for s in stops}


@given(corridors())
def test_without_alternatives_the_trunk_still_leads_from_origin_to_destination(stops: list[Stop]) -> None:
    onward = defaultdict(list)
    for link in links(stops):
        if not link.is_alternative:
            onward[link.start.seq].append(link.end.seq)
    way = [trunk(stops)[0].seq]
    while onward[way[-1]]:
        assert len(onward[way[-1]]) == 1
        way.append(onward[way[-1]][0])
    assert way == [s.seq for s in stops if s.alt_to is None]
