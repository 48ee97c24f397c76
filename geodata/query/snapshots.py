"""The figures of a view as plain values, and a world as it was: what snapshots are made of and checked against.

Figures depend on releases and on three things beside them: who was looking (zero or no report), which counties held
which role (the role filter), and residents (rates). A snapshot keeps those three, so that the same release gives the
same figures, byte for byte, whatever was found out since. For the map beside them it also keeps the marks of the roles
and the name of that day's corridors.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, NotRequired, TypedDict

import numpy as np

from geodata.build.locations import PUBLIC, corridor_folder
from geodata.corridors import Prepared, load_prepared
from geodata.facts.roles import RoleDecision, RoleStatus
from geodata.query.cube import NATURES, Cube, Filters, Totals
from geodata.query.indicators import cube, watched_since
from geodata.query.profiles import AreaFigures, country_profile, county_profile
from geodata.query.releases import open_release
from geodata.query.world import World, attached
from geodata.release.released_cells import canonical_json
from geodata.release.snapshots import Snapshot, snapshots_of
from geodata.values import NATIONAL, Grade

__all__ = [
    "DECIMALS",
    "Snapshot",
    "figures_of",
    "inputs_of",
    "keep",
    "kept_corridors",
    "snapshots_of",
    "world_at",
]

DECIMALS = 4


class SnapshotInputs(TypedDict):
    """What figures and map of a frozen view depend on beside releases; the first snapshots kept fewer."""

    rule: str
    """Role rule: standard, strict or loose."""
    held: list[str]
    """``P-code:role`` of the roles held under it."""
    marks: NotRequired[list[str]]
    """``P-code:role:grade``, with ``:s`` where all is about smuggling."""
    corridors: NotRequired[str]
    """Name of the prepared corridors."""
    watched: dict[str, int]
    """P-code → first year in which somebody was looking."""
    residents: dict[str, int]
    """P-code → residents."""


class FrozenFigures(TypedDict):
    """Every figure of a view, as plain JSON values; in a caseload events are 0 and persons estimates."""

    dataset: str
    nature: str
    period: list[int]
    """First and last year."""
    frames: list[str]
    """``all``, then each year."""
    columns: list[str]
    """Of `counts`."""
    counts: list[list[Any]]
    """One row per frame and area with something in it."""
    empties: list[str]
    """Per frame, the code of the emptiness of each county."""
    whole: list[int]
    """Of a caseload: persons of the nature per frame, which the counties need not add up to; else empty."""
    totals: dict[str, list[int] | None]
    """Nature → events, persons, events without a number, counties."""
    national: dict[str, list[int] | None]
    """The same of no county."""
    profile: dict[str, Any]
    """What stands beside the map (`_profile`)."""


def inputs_of(world: World, rule: str) -> SnapshotInputs:
    """Return what figures and map depend on beside releases."""
    held = sorted(f"{d.pcode}:{d.role.value}" for d in world.role_decisions[rule] if d.held)
    marks = sorted(
        f"{d.pcode}:{d.role.value}:{d.best_grade.value}{':s' if d.smuggling_only else ''}"
        for d in world.role_decisions[rule]
        if d.best_grade
    )
    return {
        "rule": rule,
        "held": held,
        "marks": marks,
        "corridors": corridors_name(world),
        "watched": dict(watched_since(world)),
        "residents": dict(world.population),
    }


def corridors_name(world: World) -> str:
    """Return the name of a world's corridors: the hash of what was prepared."""
    legs = [{**leg, "geometry": leg["geometry"]} for leg in world.corridors.legs]
    told = canonical_json({"legs": legs, "places": world.corridors.places, "corridors": world.corridors.corridors})
    return hashlib.sha256(told).hexdigest()[:24]


def keep(world: World, snapshot: Snapshot) -> bool:
    """Store a snapshot and the corridors of its map; False when it was there already."""
    kept = snapshots_of(world.settings)
    new = kept.put(snapshot)
    prepared = corridor_folder(world.settings, world.edition)
    if load_prepared(prepared) == world.corridors:
        kept.keep_corridors(prepared, str(snapshot.content["inputs"]["corridors"]))
    return new


def kept_corridors(world: World, inputs: SnapshotInputs) -> Prepared | None:
    """Return the corridors of a snapshot's day, None where they were not kept; raise DataProblem when damaged."""
    name = inputs.get("corridors", "")
    if name == corridors_name(world):
        return world.corridors
    folder = snapshots_of(world.settings).corridors(name)
    return load_prepared(folder) if name and folder.exists() else None


def world_at(world: World, releases: Mapping[str, str], inputs: SnapshotInputs) -> World:
    """Return the world with these releases and inputs; raise DataProblem when a release is withdrawn or not kept."""
    opened = {name: open_release(world, release_id) for name, release_id in releases.items()}
    changed: dict[str, Any] = {"releases": {**world.releases, **opened}}
    if PUBLIC in opened:
        changed["events"], changed["sources"] = attached(opened[PUBLIC])
    rule, held = inputs["rule"], set(inputs["held"])
    decisions = tuple(
        _mark_as_frozen(replace(decision, status=_status_as_frozen(decision, held)), inputs.get("marks"))
        for decision in world.role_decisions[rule]
    )
    return replace(
        world,
        key="/".join(("frozen", *sorted(releases.values()), world.key)),
        role_decisions={**world.role_decisions, rule: decisions},
        corridors=kept_corridors(world, inputs) or world.corridors,
        watched={str(pcode): int(year) for pcode, year in inputs["watched"].items()},
        population={pcode: int(inputs["residents"][pcode]) for pcode in world.population},
        **changed,
    )


def _status_as_frozen(decision: RoleDecision, held: Collection[str]) -> RoleStatus:
    """Return what a decision was when its view was frozen; `held` lists ``P-code:role``."""
    if f"{decision.pcode}:{decision.role.value}" in held:
        return RoleStatus.HELD
    return RoleStatus.BELOW if decision.held else decision.status


def _mark_as_frozen(decision: RoleDecision, marks: list[str] | None) -> RoleDecision:
    """Return a decision with the grade and kind of that day; as it is now for a snapshot that kept none."""
    if marks is None:
        return decision
    name = f"{decision.pcode}:{decision.role.value}:"
    mark = next((mark.removeprefix(name) for mark in marks if mark.startswith(name)), "")
    grade, _, only = mark.partition(":")
    return replace(decision, best_grade=Grade(grade) if grade else None, smuggling_only=only == "s")


def figures_of(world: World, dataset: str, filters: Filters, nature: str, county: str = "") -> FrozenFigures:
    """Return every figure of a view: cells, empties, totals, and the profile beside the map."""
    counted = cube(world, dataset, filters)
    n = NATURES.index(nature)
    return {
        "dataset": dataset,
        "nature": nature,
        "period": [counted.period.first, counted.period.last],
        "frames": counted.frames,
        "columns": ["frame", "area", "events", "persons", "events_without_number", "rate_per_100k"],
        "counts": list(_rows(counted, n, nature)),
        "empties": ["".join(row) for row in counted.empties[nature]],
        "whole": [] if counted.whole is None else [int(v) for v in counted.whole[n]],
        "totals": {name: _totals(counted.totals(name)) for name in NATURES},
        "national": {name: _totals(counted.totals(name, of=NATIONAL)) for name in NATURES},
        "profile": _profile(world, dataset, filters, county),
    }


def _rows(counted: Cube, n: int, nature: str) -> Iterable[list[Any]]:
    rates = counted.values[nature, "rate"]
    for frame, name in enumerate(counted.frames):
        some = (counted.incidents[n, frame] > 0) | (counted.persons[n, frame] > 0)
        for area in np.flatnonzero(some):
            rate = float(rates[frame, area]) if area < rates.shape[1] else float("nan")
            yield [
                name,
                counted.areas[area],
                int(counted.incidents[n, frame, area]),
                int(counted.persons[n, frame, area]),
                int(counted.unstated[n, frame, area]),
                None if rate != rate else round(rate, DECIMALS),  # noqa: PLR0124 - NaN
            ]


def _totals(sums: Totals | None) -> list[int] | None:
    return None if sums is None else [sums.incidents, sums.persons, sums.unstated, sums.counties]


def _profile(world: World, dataset: str, filters: Filters, county: str) -> dict[str, Any]:
    profile = county_profile(world, dataset, filters, county) if county else country_profile(world, dataset, filters)
    listed = profile.events if county else profile.national_events  # type: ignore[union-attr] # each kind its own
    return {
        "county": county,
        "figures": [_figure(figure) for figure in profile.figures],
        "years": {name: {str(y): _totals(sums) for y, sums in years.items()} for name, years in profile.years.items()},
        "events": [str(row["id"]) for row in listed] if dataset == PUBLIC else [],
    }


def _figure(figure: AreaFigures) -> list[Any]:
    rates = [None if value is None else round(value, DECIMALS) for value in (figure.rate, figure.low, figure.high)]
    return [figure.nature, *(_totals(figure.totals) or []), *rates]
