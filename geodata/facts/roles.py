"""Roles: which counties are source, transit or destination, by a written rule over cited statements.

Source: classifications.csv (grades A, B, C) and roles.toml (the rule's presets, with
words). A county holds a *set* of roles. Refuses an unknown county, role, form or grade, naming the row.

**The rule.** For each grade it says how many independent voices are needed among the statements of
that grade or better (0 = never enough). One grade's need satisfied and the role is held. A voice is a
publisher behind reposts and press accounts (voices.csv). Statements that rest on an incident listed in
incidents.csv count as statements and carry its id: they must not be read as a second confirmation of it.

**What is not held** is said in words: `below` (statements exist, too weak for this rule) or
`no_evidence` (no statement found; never "none", never safe). A role whose counted statements are all
smuggling says so (`smuggling_only`): smuggling is not trafficking.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

import pandas as pd

from geodata.facts import counties, decisions, evidence, few_children
from geodata.settings import DataSettings
from geodata.values import DataProblem, Form, Grade, Nature, Pcode, Role, nature_of

GRADES = (Grade.A, Grade.B, Grade.C)
PRESETS = ("strict", "standard", "loose")
"""From the most demanding to the least; each holds at least the roles of the one before."""


class RoleStatus(StrEnum):
    """Whether a county holds a role: held, below what the rule asks, or without any statement."""

    HELD = "held"
    BELOW = "below"
    NO_EVIDENCE = "no_evidence"


@dataclass(frozen=True, slots=True)
class Statement:
    """One row of classifications.csv: someone says that a county has a role."""

    pcode: Pcode
    role: Role
    grade: Grade
    forms: tuple[Form, ...]
    nature: Nature
    """Smuggling or trafficking; mixed when both are among its forms; unclear when no form is given."""
    text: str
    """What the source says, in our words."""
    year: int | None
    """Year the statement is about; None when undated."""
    source_id: str
    voice: str
    """The independent voice behind the source (`decisions.voices`)."""
    locator: str
    """Page or section in the source; "" when the whole of it."""
    incident_id: str
    """The incident of incidents.csv it rests on; "" when none."""
    row: int
    """Line in the file, header = 1."""


@dataclass(frozen=True, slots=True)
class RoleRule:
    """How many independent voices make a role, at each grade or better; 0 = never enough."""

    name: str
    a: int
    b: int
    c: int
    words: str = ""

    def __post_init__(self) -> None:
        """Refuse numbers of voices below zero, and a rule that nothing can satisfy."""
        if min(self.needs) < 0 or max(self.needs) == 0:
            raise DataProblem(
                f"The role rule “{self.name}” needs a number of voices of 0 or more for A, B and C, not all 0."
            )

    @property
    def needs(self) -> tuple[int, int, int]:
        """Voices needed for A, for B or better, for C or better."""
        return (self.a, self.b, self.c)

    @property
    def lowest(self) -> Grade:
        """The lowest grade that can count."""
        return max(grade for grade, need in zip(GRADES, self.needs, strict=True) if need)

    def holds(self, statements: Iterable[Statement]) -> bool:
        """Return whether these statements about one county and one role make it hold the role."""
        known = list(statements)
        return any(
            need and len({statement.voice for statement in known if statement.grade <= grade}) >= need
            for grade, need in zip(GRADES, self.needs, strict=True)
        )


@dataclass(frozen=True, slots=True)
class RoleDecision:
    """Whether one county holds one role under one rule, with everything that rests on."""

    pcode: Pcode
    role: Role
    status: RoleStatus
    best_grade: Grade | None
    """Strongest grade among all statements; None without statements."""
    n_statements: int
    n_sources: int
    """Independent voices over all statements."""
    years: tuple[int, ...]
    """Distinct years of the statements, oldest first; undated ones are not among them."""
    n_undated: int
    """Statements without a year."""
    smuggling_only: bool
    """Every counted statement (every statement, if none counts) is about smuggling."""
    holds_under: tuple[str, ...]
    """Presets under which the role is held."""
    steady: bool
    """The status is the same under every preset."""
    counted: tuple[Statement, ...]
    """Statements of a grade that the rule lets count."""
    others: tuple[Statement, ...]
    """The rest of the statements."""

    @property
    def held(self) -> bool:
        """Whether the county holds the role."""
        return self.status is RoleStatus.HELD

    @property
    def one_voice(self) -> bool:
        """Whether the role is held and everything that counts for it comes from a single independent voice."""
        return self.held and len({statement.voice for statement in self.counted}) == 1


@lru_cache(maxsize=4)
def statements(settings: DataSettings) -> tuple[Statement, ...]:
    """Return every statement in file order, checked."""
    table = evidence.read(settings, "classifications")
    table["pcode"] = counties.pcodes(settings, "classifications", table)
    few_children.check_sentences("classifications", table, "statement")
    voices = decisions.voices(settings, evidence.read(settings, "sources"))
    overlap = decisions.read(settings, "incident_overlap")
    rests_on = {
        (str(line.county), str(line.role), str(line.source_id)): str(line.incident_id) for line in overlap.itertuples()
    }
    keys = table["source_id"] + "/" + table["county"] + "/" + table["role"]
    own = decisions.statement_voices(settings, set(keys))
    all_statements = tuple(
        replace(_statement(line, voices, rests_on), voice=own[key])
        if key in own
        else _statement(line, voices, rests_on)
        for line, key in zip(table.to_dict("records"), keys, strict=True)
    )
    _check_overlap(settings, table, overlap)
    return all_statements


def _statement(
    line: Mapping[Hashable, object], voices: dict[str, str], rests_on: dict[tuple[str, str, str], str]
) -> Statement:
    row, year, source_id = int(str(line["row"])), str(line["year"]), str(line["source_id"])
    if source_id not in voices:
        raise evidence.complain("classifications", row, f"source “{source_id}” is not in sources.csv.")
    if year and not (year.isdecimal() and len(year) == 4):
        raise evidence.complain("classifications", row, f"year “{year}” is not a year in four digits, nor blank.")
    try:
        forms = tuple(Form(form) for form in str(line["forms"]).split(";") if form)
        role, grade = Role(str(line["role"])), Grade(str(line["confidence"]))
    except ValueError as error:
        raise evidence.complain(
            "classifications", row, f"{error}; expected a role, a grade (A, B, C) and forms as in geodata/values.py."
        ) from error
    key = (str(line["county"]), str(role), source_id)
    return Statement(
        pcode=Pcode(str(line["pcode"])),
        role=role,
        grade=grade,
        forms=forms,
        nature=nature_of_forms(forms),
        text=str(line["statement"]),
        year=int(year) if year else None,
        source_id=source_id,
        voice=voices[source_id],
        locator=str(line["locator"]),
        incident_id=rests_on.get(key, ""),
        row=row,
    )


def nature_of_forms(forms: Iterable[Form]) -> Nature:
    """Return one nature for several forms: the one they share, mixed when they differ, unclear for none."""
    natures = {nature_of(form) for form in forms} - {Nature.UNCLEAR}
    if not natures:
        return Nature.UNCLEAR
    return natures.pop() if len(natures) == 1 else Nature.MIXED


def _check_overlap(settings: DataSettings, table: pd.DataFrame, overlap: pd.DataFrame) -> None:
    incidents = set(evidence.read(settings, "incidents")["id"])
    stated = set(zip(table["county"], table["role"], table["source_id"], strict=True))
    for line in overlap.itertuples():
        if line.incident_id not in incidents or (line.county, line.role, line.source_id) not in stated:
            raise DataProblem(f"incident_overlap.csv, row {line.row}: no such statement, or no such incident.")


@lru_cache(maxsize=4)
def presets(settings: DataSettings) -> dict[str, RoleRule]:
    """Return the named rules of roles.toml, strict first; each must ask no less than the next."""
    table = decisions.role_rules(settings)
    try:
        rules = {
            name: RoleRule(
                name, int(table[name]["A"]), int(table[name]["B"]), int(table[name]["C"]), str(table[name]["words"])
            )
            for name in PRESETS
        }
    except (KeyError, TypeError, ValueError) as error:
        raise DataProblem(
            f"roles.toml: each of {', '.join(PRESETS)} needs whole numbers A, B, C and words ({error})."
        ) from error
    for stricter, looser in pairwise(PRESETS):
        if not at_least_as_strict(rules[stricter], rules[looser]):
            pair = f"“{stricter}” asks for less than “{looser}”"
            raise DataProblem(f"roles.toml: {pair}; set its numbers higher.")
    return rules


def at_least_as_strict(stricter: RoleRule, looser: RoleRule) -> bool:
    """Return whether `stricter` asks at every grade for at least as many voices as `looser` (0 = never enough)."""
    endless = 10**9
    return all((a or endless) >= (b or endless) for a, b in zip(stricter.needs, looser.needs, strict=True))


def decide(
    known: Sequence[Statement], rule: RoleRule, compare: Sequence[RoleRule], pcodes: Iterable[Pcode]
) -> tuple[RoleDecision, ...]:
    """Return one decision per county and role, by P-code and role, under `rule`.

    compare: the presets to test the decision's stability against.
    """
    about: dict[tuple[Pcode, Role], list[Statement]] = {}
    for statement in known:
        about.setdefault((statement.pcode, statement.role), []).append(statement)
    return tuple(
        _decide_role(pcode, role, about.get((pcode, role), []), rule, compare)
        for pcode in sorted(pcodes)
        for role in Role
    )


def _decide_role(
    pcode: Pcode, role: Role, mine: list[Statement], rule: RoleRule, compare: Sequence[RoleRule]
) -> RoleDecision:
    held = rule.holds(mine)
    counted = tuple(statement for statement in mine if statement.grade <= rule.lowest)
    under = tuple(preset.name for preset in compare if preset.holds(mine))
    smuggling = [statement.nature is Nature.SMUGGLING for statement in counted or mine]
    return RoleDecision(
        pcode=pcode,
        role=role,
        status=RoleStatus.HELD if held else RoleStatus.BELOW if mine else RoleStatus.NO_EVIDENCE,
        best_grade=min((statement.grade for statement in mine), default=None),
        n_statements=len(mine),
        n_sources=len({statement.voice for statement in mine}),
        years=tuple(sorted({statement.year for statement in mine if statement.year})),
        n_undated=sum(statement.year is None for statement in mine),
        smuggling_only=bool(smuggling) and all(smuggling),
        holds_under=under,
        steady=len(under) in {0, len(compare)},
        counted=counted,
        others=tuple(statement for statement in mine if statement not in counted),
    )
