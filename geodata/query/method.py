"""What the rules give on the data at hand: figures the page on method states, so that it cannot go stale."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from geodata.facts import roles
from geodata.query.world import World
from geodata.values import Form, Role, nature_of


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One preset of the role rule and what it gives.

    needs: independent voices for grade A, B or better, C or better; 0 = never enough.
    counties: role → number of counties that hold it. any_role: counties with one role or more.
    """

    name: str
    words: str
    needs: tuple[int, int, int]
    counties: Mapping[str, int]
    any_role: int


@lru_cache(maxsize=4)
def rule_results(world: World) -> tuple[RuleResult, ...]:
    """Return the presets, strict first."""
    rows = []
    for name, rule in roles.presets(world.settings).items():
        held = [decision for decision in world.role_decisions[name] if decision.held]
        count = Counter(decision.role.value for decision in held)
        counties = {role.value: count[role.value] for role in Role}
        rows.append(RuleResult(name, rule.words, rule.needs, counties, len({decision.pcode for decision in held})))
    return tuple(rows)


@lru_cache(maxsize=4)
def rule_changes(world: World) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return P-code → preset → roles, for the counties whose roles are not the same under every preset."""
    held: dict[str, dict[str, tuple[str, ...]]] = {
        pcode: dict.fromkeys(roles.presets(world.settings), ()) for pcode in world.names
    }
    for name in roles.presets(world.settings):
        for decision in world.role_decisions[name]:
            if decision.held:
                held[str(decision.pcode)][name] = (*held[str(decision.pcode)][name], decision.role.value)
    return {pcode: mine for pcode, mine in held.items() if len(set(mine.values())) > 1}


def form_table(world: World) -> tuple[tuple[str, str, int], ...]:
    """Return (form, nature it means, events of it), most events first."""
    count = Counter(str(form) for form in world.events["form"])
    rows = [(form.value, nature_of(form).value, count[form.value]) for form in Form if count[form.value]]
    return tuple(sorted(rows, key=lambda row: -row[2]))


def mark_counts(world: World) -> dict[str, int]:
    """Return mark → number of events that carry it and are shown with it."""
    return dict(Counter(mark for text in world.events["marks"] for mark in text.split(";") if mark))


@lru_cache(maxsize=4)
def record_facts(world: World) -> dict[str, int]:
    """Return the counts the method page states about events, legs and sources.

    Keys: events, trafficking, smuggling, unclear, withheld, unstated, national, counties_reported,
    ethiopians (events that name them), nairobi, legs, legs_stated, legs_inferred, legs_undrawn,
    statements, grade_c_only (counties), sources, sources_undated.
    """
    events, legs = world.events, world.corridors.leg_rows
    natures = Counter(str(nature) for nature in events["nature"])
    answers = next(iter(world.role_decisions.values()))
    best: dict[str, set[str]] = {}
    for decision in answers:
        if decision.best_grade:
            best.setdefault(str(decision.pcode), set()).add(decision.best_grade.value)
    return {
        "events": len(events),
        **{nature: natures[nature] for nature in ("trafficking", "smuggling", "unclear")},
        "withheld": int(events["is_withheld"].sum()),
        "unstated": int(events["persons"].isna().sum()),
        "national": int((events["county"] == "KE").sum()),
        "counties_reported": int(events.loc[events["county"] != "KE", "county"].nunique()),
        "ethiopians": int(events["nationality"].str.contains("ETH").sum()),
        "nairobi": int((events["county"] == "KE047").sum()),
        "legs": len(legs),
        "legs_stated": sum(leg["basis"] == "stated" for leg in legs),
        "legs_inferred": sum(leg["basis"] == "inferred" for leg in legs),
        "legs_undrawn": sum(leg["geometry"] is None for leg in world.corridors.legs),
        "corridors": len(world.corridors.corridors),
        "statements": sum(decision.n_statements for decision in answers),
        "grade_c_only": sum(grades == {"C"} for grades in best.values()),
        "sources": len(world.sources),
        "sources_undated": int((world.sources["year"] == "").sum()),
    }
