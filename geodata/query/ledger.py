"""Which figures rest on which source: the ledger behind every number on the site."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache

from geodata.query.cube import Filters
from geodata.query.profiles import events
from geodata.query.world import World
from geodata.values import NATIONAL, Nature

USES = ("incidents", "roles", "corridors", "responses", "series", "programmes", "facts", "corrections")


@dataclass(frozen=True, slots=True)
class Use:
    """One figure or statement that cites a source: what kind, which county (KE: the country), and its own name."""

    source_id: str
    use: str
    county: str
    key: str
    nature: str = ""
    year: int | None = None


@lru_cache(maxsize=4)
def uses(world: World) -> tuple[Use, ...]:
    """Return every use of every source."""
    all_uses: list[Use] = []
    for line in events(world, Filters(world.coverage)):
        all_uses += [
            Use(source_id, "incidents", line["county"], line["id"], line["nature"], line["year"])
            for source_id in (line["source_id"], line["source_id_2"])
            if source_id
        ]
    for answer in next(iter(world.role_decisions.values())):
        all_uses += [
            Use(text.source_id, "roles", str(text.pcode), text.role.value, text.nature.value, text.year)
            for text in (*answer.counted, *answer.others)
        ]
    all_uses += _corridor_uses(world)
    all_uses += [Use(row.source_id, "responses", row.county, row.name) for row in world.response_rows]
    all_uses += [Use(fact["source_id"], "facts", fact["county"], fact["fact"]) for fact in world.fact_rows]
    all_uses += [
        Use(value["source_id"], "series", NATIONAL, value["indicator"], year=value["year"])
        for value in world.series_rows
    ]
    all_uses += [Use(row["source_id"], "programmes", NATIONAL, row["name"]) for row in world.programme_rows]
    all_uses += [Use(row.cites, "corrections", row.county, row.item) for row in world.corrections if row.cites]
    return tuple(all_uses)


def use_counts(world: World, county: str = "") -> dict[str, int]:
    """Return source → how many figures and statements rest on it: of one county and the country, else of all."""
    return Counter(use.source_id for use in uses(world) if not county or use.county in (county, NATIONAL))


def _corridor_uses(world: World) -> list[Use]:
    touched: dict[str, list[str]] = defaultdict(list)
    for row in world.corridors.corridor_counties:
        if row["passes"] == "line":  # drawn across, not stated: its sources say nothing about the county
            continue
        touched[row["corridor_id"]].append(row["pcode"])
    cited: dict[str, set[str]] = defaultdict(set)
    for corridor in world.corridors.corridors:
        cited[corridor["corridor_id"]] |= set(corridor["source_ids"])
    for leg in world.corridors.leg_rows:
        cited[leg["corridor_id"]] |= set(leg["sources"])
    natures = {row["corridor_id"]: str(Nature(row["nature"])) for row in world.corridors.corridors}
    return [
        Use(source_id, "corridors", county, corridor_id, natures[corridor_id])
        for corridor_id, ids in cited.items()
        for source_id in sorted(ids)
        for county in touched[corridor_id] or [NATIONAL]
    ]
