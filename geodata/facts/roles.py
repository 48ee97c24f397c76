"""Roles: which counties are source, transit or destination, by a written rule over cited statements.

Source: classifications.csv (grades A, B, C) and roles.toml (the rule's presets, with
words). A county holds a *set* of roles. Refuses an unknown county, role, form or grade, naming the row.

**The rule.** For each grade it says how many independent voices are needed among the statements of
that grade or better (0 = never enough). One grade's need satisfied and the role is held. A voice is a
publisher behind reposts and press accounts (voices.csv). Statements that rest on an incident listed in
incidents.csv count as statements and carry its id: they must not be read as a second confirmation of it.

**What is not held** is said in words: `below` (statements exist, too weak for this rule) or
`no_evidence` (no statement found; never "none", never safe). A county whose every statement is grade C is
`inferred_only`: exploitation reported, trafficking inferred. A role whose counted statements are all
smuggling says so (`smuggling_only`): smuggling is not trafficking.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

import pandas as pd

from geodata.facts import counties, evidence
from geodata.facts import decisions as rulebook
from geodata.settings import DataSettings
from geodata.values import DataProblem, Form, Grade, Nature, Pcode, Role, nature_of

GRADES = (Grade.A, Grade.B, Grade.C)
PRESETS = ("strict", "standard", "loose")
"""From the most demanding to the least; each holds at least the roles of the one before."""


class Held(StrEnum):
    """The answer for one county and one role."""

    HELD = "held"
    BELOW = "below"
    NO_EVIDENCE = "no_evidence"


@dataclass(frozen=True, slots=True)
class Statement:
    """One row of classifications.csv: someone says that a county has a role.

    nature: smuggling, trafficking, mixed (both among its forms) or unclear (no form given).
    voice: the independent voice behind the source. year: None when undated. incident_id: the incident
    of incidents.csv it rests on, else "". row: its line in the file.
    """

    pcode: Pcode
    role: Role
    grade: Grade
    forms: tuple[Form, ...]
    nature: Nature
    text: str
    year: int | None
    source_id: str
    voice: str
    locator: str
    incident_id: str
    row: int


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
            need and len({each.voice for each in known if each.grade <= grade}) >= need
            for grade, need in zip(GRADES, self.needs, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """One county × role under one rule, with everything it rests on.

    best_grade: None without statements. n_statements, n_sources (independent voices), years (sorted,
    distinct), n_undated: over all statements. counted: those of a grade the rule lets count; others:
    the rest. smuggling_only: all counted statements (all, if none counts) are smuggling. holds_under:
    the presets under which the role is held; steady: the same answer under every preset.
    """

    pcode: Pcode
    role: Role
    state: Held
    best_grade: Grade | None
    n_statements: int
    n_sources: int
    years: tuple[int, ...]
    n_undated: int
    smuggling_only: bool
    holds_under: tuple[str, ...]
    steady: bool
    counted: tuple[Statement, ...]
    others: tuple[Statement, ...]

    @property
    def one_voice(self) -> bool:
        """Whether the role is held and everything that counts for it comes from a single independent voice."""
        return self.state is Held.HELD and len({each.voice for each in self.counted}) == 1


@lru_cache(maxsize=4)
def statements(settings: DataSettings) -> tuple[Statement, ...]:
    """Return every statement in file order, checked."""
    table = evidence.read(settings, "classifications")
    table["pcode"] = counties.pcodes(settings, "classifications", table)
    voices = rulebook.voices(settings, evidence.read(settings, "sources"))
    overlap = rulebook.read(settings, "incident_overlap")
    rests_on = {
        (str(line.county), str(line.role), str(line.source_id)): str(line.incident_id) for line in overlap.itertuples()
    }
    keys = table["source_id"] + "/" + table["county"] + "/" + table["role"]
    own = rulebook.statement_voices(settings, set(keys))
    found = tuple(
        replace(_statement(line, voices, rests_on), voice=own[key])
        if key in own
        else _statement(line, voices, rests_on)
        for line, key in zip(table.to_dict("records"), keys, strict=True)
    )
    _check_overlap(settings, table, overlap)
    return found


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
    said = set(zip(table["county"], table["role"], table["source_id"], strict=True))
    for line in overlap.itertuples():
        if line.incident_id not in incidents or (line.county, line.role, line.source_id) not in said:
            raise DataProblem(f"incident_overlap.csv, row {line.row}: no such statement, or no such incident.")


@lru_cache(maxsize=4)
def presets(settings: DataSettings) -> dict[str, RoleRule]:
    """Return the named rules of roles.toml, strict first; each must ask no less than the next."""
    table = rulebook.role_rules(settings)
    try:
        found = {
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
        if not at_least_as_strict(found[stricter], found[looser]):
            raise DataProblem(f"roles.toml: “{stricter}” asks for less than “{looser}”; set its numbers higher.")
    return found


def standard(settings: DataSettings) -> RoleRule:
    """Return the preset that roles.toml names as the default."""
    name = str(rulebook.role_rules(settings).get("default", ""))
    if name not in presets(settings):
        raise DataProblem(f"roles.toml: default “{name}” is not one of {', '.join(PRESETS)}.")
    return presets(settings)[name]


def at_least_as_strict(one: RoleRule, two: RoleRule) -> bool:
    """Return whether `one` asks at every grade for at least as many voices as `two` (0 = never enough)."""
    endless = 10**9
    return all((a or endless) >= (b or endless) for a, b in zip(one.needs, two.needs, strict=True))


def decide(
    known: Sequence[Statement], rule: RoleRule, compare: Sequence[RoleRule], pcodes: Iterable[Pcode]
) -> tuple[Answer, ...]:
    """Return one answer per county and role, by P-code and role, under `rule`.

    compare: the presets to test the answer's stability against.
    """
    about: dict[tuple[Pcode, Role], list[Statement]] = {}
    for each in known:
        about.setdefault((each.pcode, each.role), []).append(each)
    return tuple(
        _answer(pcode, role, about.get((pcode, role), []), rule, compare) for pcode in sorted(pcodes) for role in Role
    )


def _answer(pcode: Pcode, role: Role, mine: list[Statement], rule: RoleRule, compare: Sequence[RoleRule]) -> Answer:
    held = rule.holds(mine)
    counted = tuple(each for each in mine if each.grade <= rule.lowest)
    under = tuple(each.name for each in compare if each.holds(mine))
    return Answer(
        pcode=pcode,
        role=role,
        state=Held.HELD if held else Held.BELOW if mine else Held.NO_EVIDENCE,
        best_grade=min((each.grade for each in mine), default=None),
        n_statements=len(mine),
        n_sources=len({each.voice for each in mine}),
        years=tuple(sorted({each.year for each in mine if each.year})),
        n_undated=sum(each.year is None for each in mine),
        smuggling_only=bool(mine) and all(each.nature is Nature.SMUGGLING for each in counted or mine),
        holds_under=under,
        steady=len(under) in {0, len(compare)},
        counted=counted,
        others=tuple(each for each in mine if each not in counted),
    )


def by_county(answers: Iterable[Answer]) -> pd.DataFrame:
    """Return one row per county, in P-code order.

    Columns: pcode; roles (held, `;`-joined in the order source, transit, destination); n_roles; state
    (held, below, no_evidence); inferred_only (statements exist and all are grade C: exploitation
    reported, trafficking inferred); smuggling_only_roles (held, resting on smuggling alone);
    one_voice_roles (held, resting on a single independent voice); n_statements; n_sources (independent
    voices over all roles); steady (every role the same under all presets); gained_when_looser,
    lost_when_stricter (roles, `;`-joined, against the presets).
    """
    rows: dict[Pcode, list[Answer]] = {}
    for answer in answers:
        rows.setdefault(answer.pcode, []).append(answer)
    return pd.DataFrame([_county(pcode, mine) for pcode, mine in sorted(rows.items())])


def _county(pcode: Pcode, mine: list[Answer]) -> dict[str, object]:
    held = [each for each in mine if each.state is Held.HELD]
    said = [each for each in mine if each.n_statements]
    texts = [statement for each in mine for statement in (*each.counted, *each.others)]
    return {
        "pcode": pcode,
        "roles": _names(held),
        "n_roles": len(held),
        "state": (Held.HELD if held else Held.BELOW if said else Held.NO_EVIDENCE).value,
        "inferred_only": bool(said) and all(each.best_grade is Grade.C for each in said),
        "smuggling_only_roles": _names([each for each in held if each.smuggling_only]),
        "one_voice_roles": _names([each for each in held if each.one_voice]),
        "n_statements": len(texts),
        "n_sources": len({statement.voice for statement in texts}),
        "steady": all(each.steady for each in mine),
        "gained_when_looser": _names([each for each in mine if each not in held and each.holds_under]),
        "lost_when_stricter": _names([each for each in held if not each.steady]),
    }


def _names(answers: Iterable[Answer]) -> str:
    return ";".join(answer.role.value for answer in answers)


def to_frame(answers: Iterable[Answer]) -> pd.DataFrame:
    """Return the answers as a table, one row per county × role; lists `;`-joined, rows as line numbers.

    grade: the best grade, "" without statements; other columns as in `Answer`.
    """
    return pd.DataFrame(
        [
            {
                "pcode": each.pcode,
                "role": each.role.value,
                "state": each.state.value,
                "grade": each.best_grade.value if each.best_grade else "",
                "n_statements": each.n_statements,
                "n_sources": each.n_sources,
                "years": ";".join(map(str, each.years)),
                "n_undated": each.n_undated,
                "smuggling_only": each.smuggling_only,
                "holds_under": ";".join(each.holds_under),
                "steady": each.steady,
                "one_voice": each.one_voice,
                "counted_rows": ";".join(str(statement.row) for statement in each.counted),
                "other_rows": ";".join(str(statement.row) for statement in each.others),
                "source_ids": ";".join(dict.fromkeys(s.source_id for s in (*each.counted, *each.others))),
            }
            for each in answers
        ]
    )
