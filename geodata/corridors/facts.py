"""The corridor tables as they ship, checked in both directions before anything is built from them.

`read` gives `Facts`; every complaint names the file and the row. Checked: corridors and stops name
each other; stops are numbered 1, 2, 3 …; `alt_to` resolves; every source resolves; kinds, modes,
natures, grades and country codes come from closed lists; no corridor visits a place twice; every stop
can be reached from the start and leads to an end; leg_rules.csv fits.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geodata.corridors import rules
from geodata.corridors.geometry import Position
from geodata.facts import counties, evidence
from geodata.facts import decisions as rulebook
from geodata.facts.places import KINDS, slug
from geodata.settings import DataSettings
from geodata.values import DataProblem, Grade, Nature

MODES = frozenset({"road", "sea", "lake", "air", "land", "mixed"})
"""Means of travel; `land` = over land, vehicle not said. Only road, sea, air, mixed occur for whole corridors."""

COORD_SOURCES = frozenset({"GeoNames", "approximate", ""})


@dataclass(frozen=True, slots=True)
class Facts:
    """The checked text tables (with `row`), the countries, the voice behind each source, and points off the coast."""

    corridors: pd.DataFrame
    stops: pd.DataFrame
    sources: pd.DataFrame
    leg_rules: pd.DataFrame
    place_counties: pd.DataFrame
    countries: dict[str, str]
    voices: dict[str, str]
    sea_lane: tuple[Position, ...] = ()


def read(settings: DataSettings) -> Facts:
    """Return the shipped tables, checked; `place_counties` carries P-codes."""
    sources = evidence.read(settings, "sources")
    stated = rulebook.read(settings, "place_counties")
    stated["pcode"] = counties.pcodes(settings, "place_counties", stated)
    facts = Facts(
        corridors=evidence.read(settings, "corridors"),
        stops=evidence.read(settings, "corridor_stops"),
        sources=sources,
        leg_rules=rulebook.read(settings, "leg_rules"),
        place_counties=stated,
        countries=rulebook.countries(settings),
        voices=rulebook.voices(settings, sources),
        sea_lane=_sea_lane(rulebook.read(settings, "sea_lane")),
    )
    check(facts)
    return facts


def _sea_lane(table: pd.DataFrame) -> tuple[Position, ...]:
    """Return the points off the coast in order, from north to south."""
    lane = []
    for number, line in enumerate(table.to_dict("records"), start=1):
        try:
            position = (float(line["lon"]), float(line["lat"]))
        except ValueError as error:
            raise DataProblem(f"sea_lane.csv, row {line['row']}: a point needs degrees of lat and lon.") from error
        if line["seq"] != str(number):
            raise DataProblem(f"sea_lane.csv, row {line['row']}: seq “{line['seq']}”; expected {number}.")
        lane.append(position)
    return tuple(lane)


def check(facts: Facts) -> None:
    """Raise the first problem found, as one sentence with file and row."""
    known = set(facts.sources["source_id"])
    _check_corridors(facts, known)
    _check_stops(facts, known)
    for line in facts.leg_rules.itertuples():
        where = f"leg_rules.csv, row {line.row}:"
        if line.rule == "stated" and line.value not in known:
            raise DataProblem(f"{where} source “{line.value}” is not in sources.csv.")
        if line.rule == "mode" and line.value not in MODES:
            raise DataProblem(f"{where} “{line.value}” is not one of {', '.join(sorted(MODES))}.")
        if line.corridor_id not in set(facts.corridors["corridor_id"]):
            raise DataProblem(f"{where} there is no corridor {line.corridor_id} in corridors.csv.")
    for corridor_id in facts.corridors["corridor_id"]:
        _check_reach(stops_of(facts, corridor_id), rules_of(facts, corridor_id))


def _closed(name: str, line: object, column: str, allowed: frozenset[str]) -> None:
    value, row = str(getattr(line, column)), int(str(getattr(line, "row")))  # noqa: B009 - rows of a frame are untyped
    if value not in allowed:
        raise evidence.complain(name, row, f"{column} “{value}” is not one of {', '.join(sorted(allowed))}.")


def _check_corridors(facts: Facts, known: set[str]) -> None:
    codes = frozenset(facts.countries)
    stopped = set(facts.stops["corridor_id"])
    seen: set[str] = set()
    for line in facts.corridors.itertuples():
        row, corridor_id = int(str(line.row)), str(line.corridor_id)
        if corridor_id in seen:
            raise evidence.complain("corridors", row, f"corridor {corridor_id} appears twice.")
        seen.add(corridor_id)
        for column in ("origin_iso3", "destination_iso3"):
            _closed("corridors", line, column, codes)
        _closed("corridors", line, "mode", MODES)
        _closed("corridors", line, "nature", frozenset(Nature))
        _closed("corridors", line, "confidence", frozenset(Grade))
        for source_id in str(line.source_ids).split(";"):
            if source_id not in known:
                raise evidence.complain("corridors", row, f"source “{source_id}” is not in sources.csv.")
        if corridor_id not in stopped:
            raise evidence.complain("corridors", row, f"{corridor_id} has no stop in corridor_stops.csv.")
    for line in facts.stops.itertuples():
        if line.corridor_id not in seen:
            row = int(str(line.row))
            raise evidence.complain("corridor_stops", row, f"there is no corridor {line.corridor_id} in corridors.csv.")


def _check_stops(facts: Facts, known: set[str]) -> None:
    codes = frozenset(facts.countries)
    next_seq: dict[str, int] = {}
    seen: set[tuple[str, str]] = set()
    for line in facts.stops.itertuples():
        row, corridor_id = int(str(line.row)), str(line.corridor_id)
        expected = next_seq.get(corridor_id, 1)
        if str(line.seq) != str(expected):
            problem = f"seq “{line.seq}” of {corridor_id}; expected {expected}, in order without gaps."
            raise evidence.complain("corridor_stops", row, problem)
        next_seq[corridor_id] = expected + 1
        alt_to = str(line.alt_to)
        if alt_to and not alt_to.isdecimal():
            raise evidence.complain("corridor_stops", row, f"alt_to “{alt_to}” is not the number of a stop.")
        _closed("corridor_stops", line, "iso3", codes)
        _closed("corridor_stops", line, "kind", frozenset(KINDS))
        _closed("corridor_stops", line, "coord_source", COORD_SOURCES)
        if line.source_id not in known:
            raise evidence.complain("corridor_stops", row, f"source “{line.source_id}” is not in sources.csv.")
        if (corridor_id, str(line.place)) in seen:
            raise evidence.complain("corridor_stops", row, f"{corridor_id} stops at {line.place} twice.")
        seen.add((corridor_id, str(line.place)))


def _check_reach(stops: tuple[rules.Stop, ...], mine: tuple[rules.LegRule, ...]) -> None:
    """Every stop outside the first step is led to; every stop outside the last leads on, or is an exit."""
    made = rules.links(stops, mine)
    ordered = rules.steps(stops)
    starts, ends = {s.seq for s in ordered[0]}, {s.seq for s in ordered[-1]}
    exits = {rule.from_seq for rule in mine if rule.rule == "exit"}
    led_to, leading = {link.end.seq for link in made}, {link.start.seq for link in made}
    for stop in stops:
        lost = stop.seq not in led_to | starts or stop.seq not in leading | ends | exits
        if lost:
            raise evidence.complain(
                "corridor_stops", stop.row, f"{stop.name} hangs loose in {stop.corridor_id}; see leg_rules.csv."
            )


def stops_of(facts: Facts, corridor_id: str, country_level: frozenset[str] = frozenset()) -> tuple[rules.Stop, ...]:
    """Return one corridor's stops as values; `country_level` holds the place ids that stand for a country."""
    return tuple(
        rules.Stop(
            corridor_id=corridor_id,
            seq=int(str(line.seq)),
            place_id=slug(str(line.place)),
            name=str(line.place),
            alt_to=int(str(line.alt_to)) if line.alt_to else None,
            note=str(line.note),
            source_id=str(line.source_id),
            country_level=slug(str(line.place)) in country_level,
            row=int(str(line.row)),
        )
        for line in facts.stops.loc[facts.stops["corridor_id"] == corridor_id].itertuples()
    )


def rules_of(facts: Facts, corridor_id: str) -> tuple[rules.LegRule, ...]:
    """Return one corridor's lines of leg_rules.csv as values."""
    table = facts.leg_rules.loc[facts.leg_rules["corridor_id"] == corridor_id]
    return tuple(
        rules.LegRule(
            corridor_id, str(line.rule), int(str(line.from_seq)), int(str(line.to_seq)) if line.to_seq else None,
            str(line.value), str(line.reason), int(str(line.row)),
        )
        for line in table.itertuples()
    )  # fmt: skip
