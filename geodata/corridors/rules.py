"""How ordered stops become legs, and how sure a leg is: the written rules, on plain values.

**Branches.** A stop without `alt_to` is a *main* stop; a stop with `alt_to` stands in for that stop
(through others, if they are alternatives themselves). A main stop and all that can replace it form one
*step*. Steps follow the order of their main stops, and every stop of a step leads to every stop of the
next: the main stops make the trunk, the others real branches beside it. Where the evidence means
something else, leg_rules.csv says so, with its reason: `exit` (the stop ends its branch), `drop` (this
leg is not meant), `add` (this one is), `stated` (this source states the leg), `mode` (this leg's means), `via` (the
towns its road passes, where a source names the road), `straight` (no road is drawn, because a source contradicts it).

**Doubts.** POINT: an end stands for a whole country or area. ORDER: an end's note says that the stop, its
order or the crossing is inferred, planned or only listed. JOIN: no single source gives both ends.
`stated` removes ORDER and JOIN. A leg is *stated* without doubts, otherwise *inferred*.

**Grade.** The corridor's grade; with JOIN one lower; with ORDER the lowest, C, because C is the
grade of inference. POINT lowers nothing: the statement is as good, only its dot is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from geodata.values import DataProblem, Grade


class Doubt(StrEnum):
    """Why a leg is inferred and not stated."""

    POINT = "point"
    ORDER = "order"
    JOIN = "join"


POINT_WORDS = re.compile(
    r"used as point|country level|country named|country point|destination country|point illustrative|indicative point",
    re.IGNORECASE,
)
ORDER_WORDS = re.compile(
    r"\binferred\b|\bnot stated\b|\border as printed\b|\bplanned\b|\blisted\b|\balso hired here\b", re.IGNORECASE
)
RULES = ("exit", "drop", "add", "stated", "mode", "via", "straight")
OF_A_LEG = frozenset({"stated", "mode", "via", "straight"})
"""Rules about a leg that is there."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One row of corridor_stops.csv; `row` is its line, `country_level` as in `geodata.facts.places`."""

    corridor_id: str
    seq: int
    place_id: str
    name: str
    alt_to: int | None = None
    note: str = ""
    source_id: str = ""
    country_level: bool = False
    row: int = 0


@dataclass(frozen=True, slots=True)
class LegRule:
    """One row of leg_rules.csv; `to_seq` is None for `exit`."""

    corridor_id: str
    rule: str
    from_seq: int
    to_seq: int | None
    value: str
    reason: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """A leg before it has a line: two stops, and what leg_rules.csv adds."""

    start: Stop
    end: Stop
    stated_by: tuple[str, ...] = ()
    mode: str = ""
    reasons: tuple[str, ...] = ()
    via: tuple[str, ...] = ()
    straight: bool = False

    @property
    def is_alternative(self) -> bool:
        """True off the trunk: an end replaces another stop."""
        return self.start.alt_to is not None or self.end.alt_to is not None


def _problem(stop: Stop, what: str) -> DataProblem:
    return DataProblem(f"corridor_stops.csv, row {stop.row}: corridor {stop.corridor_id}, stop {stop.seq}: {what}")


def steps(stops: Sequence[Stop]) -> tuple[tuple[Stop, ...], ...]:
    """Return the steps of one corridor in order, each main stop first, then its alternatives by seq."""
    by_seq = {stop.seq: stop for stop in stops}
    groups: dict[int, list[Stop]] = {}
    for stop in sorted(stops, key=lambda each: each.seq):
        seen, root = {stop.seq}, stop
        while root.alt_to is not None:
            if root.alt_to not in by_seq:
                raise _problem(stop, f"alt_to {root.alt_to} is not a stop of this corridor.")
            if root.alt_to in seen:
                raise _problem(stop, "alt_to runs in a circle; one stop must have none.")
            seen.add(root.alt_to)
            root = by_seq[root.alt_to]
        groups.setdefault(root.seq, []).append(stop)
    ordered = [sorted(groups[seq], key=lambda each: (each.alt_to is not None, each.seq)) for seq in sorted(groups)]
    return tuple(tuple(group) for group in ordered)


def links(stops: Sequence[Stop], rules: Iterable[LegRule] = ()) -> tuple[Link, ...]:
    """Return the legs of one corridor, by (from seq, to seq); a rule that changes nothing raises."""
    by_seq = {stop.seq: stop for stop in stops}
    ordered = steps(stops)
    pairs = {(a.seq, b.seq) for earlier, later in pairwise(ordered) for a in earlier for b in later}
    mine = list(rules)
    reasons: dict[tuple[int, int], list[str]] = {}
    for rule in mine:
        _apply(rule, pairs, by_seq, reasons)
    by_leg: dict[tuple[int, int], list[LegRule]] = {}
    for rule in mine:
        if rule.rule in OF_A_LEG:
            key = (rule.from_seq, rule.to_seq or 0)
            if key not in pairs:
                leg = f"{key[0]} → {key[1]}"
                raise DataProblem(f"leg_rules.csv, row {rule.row}: {rule.corridor_id} has no leg {leg}.")
            reasons.setdefault(key, []).append(rule.reason)
            by_leg.setdefault(key, []).append(rule)
    return tuple(
        _link(by_seq[a], by_seq[b], by_leg.get((a, b), ()), tuple(reasons.get((a, b), ()))) for a, b in sorted(pairs)
    )


def _link(start: Stop, end: Stop, own: Sequence[LegRule], reasons: tuple[str, ...]) -> Link:
    def values(name: str) -> tuple[str, ...]:
        return tuple(rule.value for rule in own if rule.rule == name)

    via = tuple(town for value in values("via") for town in value.split(";"))
    mode = values("mode")
    return Link(start, end, values("stated"), mode[-1] if mode else "", reasons, via, bool(values("straight")))


def _apply(
    rule: LegRule,
    pairs: set[tuple[int, int]],
    by_seq: dict[int, Stop],
    reasons: dict[tuple[int, int], list[str]],
) -> None:
    """Change `pairs` as an `exit`, `drop` or `add` says."""
    where = f"leg_rules.csv, row {rule.row}: {rule.corridor_id}"
    if rule.rule not in RULES:
        raise DataProblem(f"{where}: “{rule.rule}” is not one of {', '.join(RULES)}.")
    if rule.rule == "exit":
        gone = {pair for pair in pairs if pair[0] == rule.from_seq}
        if not gone:
            raise DataProblem(f"{where}: stop {rule.from_seq} already leads nowhere; delete the line.")
        pairs -= gone
        return
    if rule.rule not in {"drop", "add"}:
        return
    key = (rule.from_seq, rule.to_seq or 0)
    if rule.rule == "drop":
        if key not in pairs:
            raise DataProblem(f"{where}: there is no leg {key[0]} → {key[1]} to drop; delete the line.")
        pairs.remove(key)
        return
    if key in pairs or not set(key) <= set(by_seq) or key[0] == key[1]:
        raise DataProblem(f"{where}: leg {key[0]} → {key[1]} is there already or names no stop; correct the line.")
    pairs.add(key)
    reasons.setdefault(key, []).append(rule.reason)


def trunk(stops: Sequence[Stop]) -> tuple[Stop, ...]:
    """Return the main stops in order: the path when no alternative is taken."""
    return tuple(group[0] for group in steps(stops))


def doubts(link: Link) -> tuple[Doubt, ...]:
    """Return why a leg is inferred; empty when it is stated."""
    ends = (link.start, link.end)
    texts = [f"{stop.name}; {stop.note}" for stop in ends]
    reasons = []
    if any(stop.country_level for stop in ends) or any(POINT_WORDS.search(text) for text in texts):
        reasons.append(Doubt.POINT)
    if not link.stated_by:
        if any(ORDER_WORDS.search(text) for text in texts):
            reasons.append(Doubt.ORDER)
        if link.start.source_id != link.end.source_id:
            reasons.append(Doubt.JOIN)
    return tuple(reasons)


def grade(corridor: Grade, doubts: Sequence[Doubt]) -> Grade:
    """Return a leg's grade from its corridor's and its doubts."""
    if Doubt.ORDER in doubts:
        return Grade.C
    if Doubt.JOIN in doubts:
        return Grade.B if corridor is Grade.A else Grade.C
    return corridor
