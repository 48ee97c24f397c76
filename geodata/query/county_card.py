"""What a county card says: picked from the query profiles, in the order a commissioner asks; no words, no markup.

A card is one printed page, so lists are cut here, and each says how many it leaves out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from geodata.facts.responses import ResponseRow
from geodata.facts.rows import CountyRow
from geodata.query.cube import NATURES, Filters
from geodata.query.indicators import cube
from geodata.query.profiles import CountyProfile, Passing, county_profile, shared_total
from geodata.query.search import SourceFilter, find_sources
from geodata.query.world import LedgerSource, World
from geodata.values import NATIONAL, Period, Role

PUBLIC = "public"
RULE = "standard"
N_CORRIDORS, N_RESPONSES, N_SOURCES = 5, 4, 6
LOOKED_FOR = ("nrm_training", "workshop", "assessment", "coordination_committee", "child_protection_unit")
"""Kinds of response whose absence from the record is worth saying; shelters are never located, so never missed."""
POSTS = ("one_stop_border_post", "border_post")
"""Looked for only where a corridor crosses the border: either of them will do."""
NUMBER_TO_CALL = re.compile(r"\b\d{3,4}\b")


@dataclass(frozen=True, slots=True)
class Count:
    """One nature in one county over the whole record; `empty` is the code of the emptiness where no event is.

    persons and rate (per 100,000 residents): None where no event states a number. latest: year of the last event.
    """

    nature: str
    incidents: int
    persons: int | None
    unstated: int
    rate: float | None
    latest: int | None
    empty: str


@dataclass(frozen=True, slots=True)
class RoleFact:
    """One role with at least one statement, and the strongest of them (`text` is quoted in English).

    one_voice: it is held on the word of a single independent voice.
    """

    role: str
    held: bool
    grade: str
    n_statements: int
    text: str
    nature: str
    source_id: str
    smuggling_only: bool
    one_voice: bool


@dataclass(frozen=True, slots=True)
class CountyCard:
    """Everything on one card. `more_*` counts what a cut list leaves out.

    corridors: those with a stop in the county; drawn_across: ids of those whose line alone runs here.
    """

    county: CountyRow
    period: Period
    counts: tuple[Count, ...]
    unclear: int
    neighbours: tuple[tuple[str, str], ...]
    roles: tuple[RoleFact, ...]
    reasons: tuple[RoleFact, ...]
    silent_roles: tuple[str, ...]
    corridors: tuple[Passing, ...]
    n_corridors: int
    more_corridors: int
    drawn_across: tuple[str, ...]
    responses: tuple[ResponseRow, ...]
    n_responses: int
    more_responses: int
    shared: Mapping[str, tuple[str, ...]]
    present: tuple[str, ...]
    missing: tuple[str, ...]
    lines: tuple[ResponseRow, ...]
    sources: tuple[LedgerSource, ...]
    n_sources: int
    as_of: str
    release: str


@lru_cache(maxsize=64)
def card(world: World, pcode: str) -> CountyCard:
    """Return the card of one county; an unknown P-code raises StopIteration."""
    profile = county_profile(world, PUBLIC, Filters(world.coverage), pcode)
    roles, silent = _roles(world, pcode)
    corridors = sorted(profile.corridors, key=_first_the_surest)
    kinds = dict.fromkeys(row.kind for row in profile.responses)
    responses = sorted(profile.responses, key=lambda row: row.kind == "other")
    shown = tuple(responses[:N_RESPONSES])
    sources = find_sources(world, SourceFilter(county=pcode))
    picked = _sources(world, roles, corridors[:N_CORRIDORS], shown, profile)
    return CountyCard(
        county=profile.county,
        period=world.coverage,
        counts=tuple(_count(world, profile, nature, pcode) for nature in NATURES[:2]),
        unclear=next((figure.totals.incidents for figure in profile.figures if figure.nature == NATURES[2]), 0),
        neighbours=tuple((code, name) for code, name, _ in profile.neighbours),
        roles=roles,
        reasons=tuple({role.text: role for role in roles}.values()),
        silent_roles=silent,
        corridors=tuple(corridors[:N_CORRIDORS]),
        n_corridors=len(corridors),
        more_corridors=len(corridors[N_CORRIDORS:]),
        drawn_across=tuple(str(across.corridor["corridor_id"]) for across in profile.drawn_across),
        responses=shown,
        n_responses=len(responses),
        more_responses=len(responses[N_RESPONSES:]),
        shared={row.total_id: shared_total(world, row.total_id) for row in shown if row.total_id},
        present=tuple(kind for kind in kinds if kind != "other"),
        missing=_missing(world, pcode, kinds),
        lines=national_lines(world),
        sources=picked,
        n_sources=len(sources),
        as_of=world.as_of,
        release=world.releases[PUBLIC].id,
    )


def _count(world: World, profile: CountyProfile, nature: str, pcode: str) -> Count:
    figure = next((item for item in profile.figures if item.nature == nature), None)
    if figure is None:
        counted = cube(world, PUBLIC, Filters(world.coverage))
        empty = str(counted.empties[nature][0][counted.areas.index(pcode)])
        return Count(nature, 0, None, 0, None, None, empty)
    sums = figure.totals
    persons = sums.persons if sums.incidents > sums.unstated else None
    latest = max(profile.years[nature], default=None)
    return Count(nature, sums.incidents, persons, sums.unstated, figure.rate, latest, "")


def _roles(world: World, pcode: str) -> tuple[tuple[RoleFact, ...], tuple[str, ...]]:
    answers = [answer for answer in world.role_decisions[RULE] if answer.pcode == pcode]
    facts = []
    for answer in answers:
        statements = sorted((*answer.counted, *answer.others), key=lambda text: (text.grade, -(text.year or 0)))
        if statements and answer.best_grade is not None:
            best = statements[0]
            facts.append(
                RoleFact(
                    answer.role.value,
                    answer.held,
                    answer.best_grade.value,
                    answer.n_statements,
                    best.text,
                    best.nature.value,
                    best.source_id,
                    answer.smuggling_only,
                    answer.one_voice,
                )
            )
    spoken = {fact.role for fact in facts}
    return tuple(facts), tuple(role.value for role in Role if role.value not in spoken)


def _first_the_surest(passing: Passing) -> tuple[str, int]:
    """Sort the corridors that stop here by grade, then by the number of their stops."""
    return str(passing.corridor["confidence"]), -passing.passing["n_stops"]


def _missing(world: World, pcode: str, kinds: Iterable[str]) -> tuple[str, ...]:
    there = set(kinds)
    missing = [kind for kind in LOOKED_FOR if kind not in there]
    crossing = any(row["pcode"] == pcode and row["kind"] == "border_crossing" for row in world.corridors.places)
    if crossing and not there.intersection(POSTS):
        missing.append(POSTS[1])
    return tuple(missing)


@lru_cache(maxsize=4)
def national_lines(world: World) -> tuple[ResponseRow, ...]:
    """Return the national help lines whose name holds a number to call."""
    lines = (row for row in world.response_rows if row.county == NATIONAL and row.kind == "hotline")
    return tuple(row for row in lines if NUMBER_TO_CALL.search(row.name))


def _sources(
    world: World,
    roles: Sequence[RoleFact],
    corridors: Sequence[Passing],
    responses: Sequence[ResponseRow],
    profile: CountyProfile,
) -> tuple[LedgerSource, ...]:
    """Return the sources of what the card shows, one of each kind of statement in turn."""
    kinds = (
        [role.source_id for role in roles],
        [event["source_id"] for event in profile.events if not event["is_withheld"]],
        [str(source) for passing in corridors for source in passing.corridor["source_ids"][:1]],
        [row.source_id for row in responses],
    )
    longest = max(map(len, kinds))
    wanted = dict.fromkeys(ids[i] for i in range(longest) for ids in kinds if i < len(ids))
    rows = (world.source_rows[source_id] for source_id in wanted if source_id in world.source_rows)
    return tuple(row for row in rows if not row.withheld)[:N_SOURCES]
