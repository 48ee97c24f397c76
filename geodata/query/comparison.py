"""Counties side by side: the same figures for each, with a former province or the country as a yardstick.

Counts and rates both, natures apart, every kind of empty told. A protected caseload is never added up,
so a former province has no figure there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from geodata.query.changes import provinces
from geodata.query.cube import NATURES, PER, Cube, Filters
from geodata.query.indicators import cube, rate_interval, rates_of
from geodata.query.world import World
from geodata.values import NATIONAL, Empty

COUNTY, PROVINCE, COUNTRY = "county", "province", "country"
PRESETS = ("neighbours", "province", "country")
TO = ("first", "median", "country")
"""What differences are taken to: the first county, the median of the counties shown, the 47 counties together."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A county, a former province, or the 47 counties together (`key` is a P-code, a name, or KE)."""

    key: str
    kind: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Values:
    """One nature in one unit over the period. empty: why there is no figure, "" where there is one.

    incidents, persons: None where not counted or not stated. rate: persons per 100,000 residents (2019), low and high
    its 95 % limits. error: standard error of persons in a caseload, None where counts are exact.
    """

    incidents: int | None
    persons: int | None
    unstated: int
    rate: float | None
    low: float | None
    high: float | None
    empty: str
    error: float | None = None

    def value(self, measure: str) -> float | None:
        """Return the figure of a measure; zero where someone was looking and nothing was reported."""
        if self.empty:
            return 0.0 if self.empty == Empty.ZERO else None
        estimate = {"incidents": self.incidents, "persons": self.persons, "rate": self.rate}[measure]
        return None if estimate is None else float(estimate)


@dataclass(frozen=True, slots=True)
class Side:
    """Everything compared of one unit.

    values: nature → figures. years: nature → (value, kind of empty) per year, in the asked measure.
    roles: those held under the rule (counties only). corridors: those with a named stop in the unit.
    drawn_km: kilometres of corridor drawn inside, about. kinds: kind of response → counties of the unit where one is
    recorded.
    """

    unit: Unit
    residents: int
    values: Mapping[str, Values]
    years: Mapping[str, tuple[tuple[float | None, str], ...]]
    roles: tuple[str, ...]
    corridors: tuple[str, ...]
    drawn_km: int
    kinds: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The sides in the order asked for: counties first, then the yardsticks."""

    sides: tuple[Side, ...]
    years: tuple[int, ...]

    def differences(self, nature: str, measure: str, to: str) -> tuple[float | None, ...]:
        """Return each side's value minus the yardstick's; None where one of the two has no figure."""
        values = [side.values[nature].value(measure) for side in self.sides]
        own = [v for v, side in zip(values, self.sides, strict=True) if v is not None and side.unit.kind == COUNTY]
        against: float | None
        if to == "median":
            against = float(np.median(own)) if own else None
        elif to == "country":
            against = next((v for v, side in zip(values, self.sides, strict=True) if side.unit.kind == COUNTRY), None)
        else:
            against = values[0] if values else None
        return tuple(None if v is None or against is None else v - against for v in values)


def units(world: World, counties: Sequence[str], preset: str = "") -> tuple[Unit, ...]:
    """Return what stands side by side: the counties; with a preset, the first county's company; the country last."""
    chosen = list(dict.fromkeys(counties))
    side_by_side: list[Unit] = []
    if preset and chosen:
        chosen = chosen[:1]
        around = {pcode: name for name, members in provinces(world).items() for pcode in members}
        mine = around[chosen[0]]
        if preset == "neighbours":
            near = world.edition.neighbours().get(chosen[0], ())  # type: ignore[call-overload] # a P-code
            chosen += [str(neighbour.pcode) for neighbour in sorted(near, key=lambda neighbour: -neighbour.edge_km)]
        elif preset == "province":
            chosen += [pcode for pcode in provinces(world)[mine] if pcode != chosen[0]]
        if len(provinces(world)[mine]) > 1:
            side_by_side.append(Unit(mine, PROVINCE, provinces(world)[mine]))
    own = [Unit(pcode, COUNTY, (pcode,)) for pcode in chosen]
    return (*own, *side_by_side, Unit(NATIONAL, COUNTRY, tuple(world.names)))


@lru_cache(maxsize=128)
def compared(  # noqa: PLR0913, PLR0917 - the parts of one question; callers name them
    world: World, dataset: str, filters: Filters, asked: tuple[Unit, ...], measure: str, rule: str
) -> Comparison:
    """Return the figures of every unit; units of a caseload that would need adding up are left out."""
    counted = cube(world, dataset, filters)
    shown = [unit for unit in asked if counted.hidden is None or unit.kind != PROVINCE]
    return Comparison(tuple(_side(world, counted, unit, measure, rule) for unit in shown), counted.years)


def _side(world: World, counted: Cube, unit: Unit, measure: str, rule: str) -> Side:
    at = [counted.areas.index(pcode) for pcode in unit.members]
    residents = sum(world.population[pcode] for pcode in unit.members)
    passing = [row for row in world.corridors.county_corridors if row["pcode"] in unit.members]
    recorded = _kinds(world)
    kinds = Counter(kind for pcode in unit.members for kind in recorded.get(pcode, ()))
    return Side(
        unit=unit,
        residents=residents,
        values={nature: _values(counted, nature, unit, at, residents) for nature in NATURES},
        years={nature: _by_year(counted, nature, unit, at, (measure, residents)) for nature in NATURES},
        roles=_roles(world, unit, rule),
        corridors=tuple(sorted({key for row in passing for key in row["corridors_stopping"]})),
        drawn_km=sum(row["drawn_km"] for row in passing),
        kinds=kinds,
    )


@lru_cache(maxsize=4)
def _kinds(world: World) -> dict[str, frozenset[str]]:
    """Return P-code → kinds of response on record there."""
    by_area: dict[str, set[str]] = {}
    for pcode, kind in zip(world.responses["county"], world.responses["kind"], strict=True):
        by_area.setdefault(str(pcode), set()).add(str(kind))
    return {pcode: frozenset(kinds) for pcode, kinds in by_area.items()}


def _values(counted: Cube, nature: str, unit: Unit, at: list[int], residents: int) -> Values:
    n = NATURES.index(nature)
    if counted.hidden is not None:
        return _estimated(counted, nature, unit, residents)
    incidents = int(counted.incidents[n, 0, at].sum())
    persons = int(counted.persons[n, 0, at].sum())
    unstated = int(counted.unstated[n, 0, at].sum())
    if not incidents:
        watched = bool(np.all(counted.watched[0, at]))
        return Values(None, None, 0, None, None, None, (Empty.ZERO if watched else Empty.NO_REPORT).value)
    if incidents == unstated:
        return Values(incidents, None, unstated, None, None, None, "")
    rate, low, high = rate_interval(persons, residents)
    return Values(incidents, persons, unstated, rate, low, high, "")


def _estimated(counted: Cube, nature: str, unit: Unit, residents: int) -> Values:
    sums = counted.totals(nature, of=None if unit.kind == COUNTRY else unit.members[0])
    if sums is None:
        return Values(None, None, 0, None, None, None, Empty.SUPPRESSED.value)
    rate, low, high = rates_of(sums, residents)
    return Values(None, sums.persons, 0, rate, low, high, "", sums.error)


def _by_year(
    counted: Cube, nature: str, unit: Unit, at: list[int], asked: tuple[str, int]
) -> tuple[tuple[float | None, str], ...]:
    measure, residents = asked
    n = NATURES.index(nature)
    scale = PER / residents if measure == "rate" else 1.0
    persons = counted.persons[n, 1:, at].sum(axis=0)
    if counted.hidden is not None:
        if counted.whole is not None and unit.kind == COUNTRY:
            persons = counted.whole[n, 1:]
        return tuple((float(p) * scale, "") if p else (None, Empty.SUPPRESSED.value) for p in persons)
    events, unstated = counted.incidents[n, 1:, at].sum(axis=0), counted.unstated[n, 1:, at].sum(axis=0)
    watched = np.all(counted.watched[1:, at], axis=1)
    values: list[tuple[float | None, str]] = []
    for e, p, u, w in zip(events.tolist(), persons.tolist(), unstated.tolist(), watched.tolist(), strict=True):
        if not e:
            values.append((None, (Empty.ZERO if w else Empty.NO_REPORT).value))
        elif measure == "incidents":
            values.append((float(e), ""))
        else:  # events without a number of persons give no bar
            values.append((p * scale, "") if e > u else (None, Empty.NO_REPORT.value))
    return tuple(values)


def _roles(world: World, unit: Unit, rule: str) -> tuple[str, ...]:
    if unit.kind != COUNTY:
        return ()
    return tuple(
        decision.role.value
        for decision in world.role_decisions[rule]
        if str(decision.pcode) == unit.key and decision.held
    )
