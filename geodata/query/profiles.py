"""Everything about one county, one corridor, or the country, for one set of filters.

Plain rows for whoever shows them; no words of ours, no layout.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from geodata.corridors.rows import CorridorRow, CountyCorridors, LegRow, PassingRow, PlaceRow
from geodata.facts.responses import ResponseRow
from geodata.facts.rows import CountyFact, CountyRow, EventRow, ProgrammeRow, SeriesValue
from geodata.query.cube import NATURES, Cube, Filters, Totals
from geodata.query.indicators import cube, rates_of
from geodata.query.world import World
from geodata.values import NATIONAL


@dataclass(frozen=True, slots=True)
class AreaFigures:
    """One nature in one area: its sums and its rate with the exact interval."""

    nature: str
    """``trafficking``, ``smuggling`` or ``unclear``."""
    totals: Totals
    """Events, persons, events without a number."""
    rate: float | None
    """Persons per 100,000 residents (2019); None where there is none."""
    low: float | None
    """Lower limit of the rate, 95 %; None in a caseload."""
    high: float | None
    """Upper limit of the rate, 95 %; None in a caseload."""


@dataclass(frozen=True, slots=True)
class Passing:
    """One corridor and one county: its row of `corridor_counties`, and the names of its stops there."""

    corridor: CorridorRow
    """The corridor: id, name, nature, grade."""
    passing: PassingRow
    """What the county has to do with it: how it passes, kilometres inside (None: not drawn)."""
    stops: tuple[str, ...]
    """Names of the places where it stops in the county."""


@dataclass(frozen=True, slots=True)
class CountyProfile:
    """What the panel, the card and the brief say about one county.

    corridors: those with a stop here, which is stated; drawn_across: those whose line alone runs here, which is not.
    """

    county: CountyRow
    """Its row of the census table (`facts.counties.load`)."""
    figures: tuple[AreaFigures, ...]
    """One per nature with a report."""
    years: Mapping[str, Mapping[int, Totals]]
    """Nature → year → sums, years with a report only."""
    events: tuple[EventRow, ...]
    """Events of the public record that the filters count, newest first."""
    neighbours: tuple[tuple[str, str, float], ...]
    """P-code, name, length of the shared border in km."""
    corridors: tuple[Passing, ...]
    """Corridors with a stop here, which is stated."""
    drawn_across: tuple[Passing, ...]
    """Corridors whose line alone runs here, which is not."""
    corridor_summary: CountyCorridors | None
    """Corridors and kilometres inside together; None when none touches it."""
    responses: tuple[ResponseRow, ...]
    """Who does what there."""
    facts: tuple[CountyFact, ...]
    """Other cited facts."""


@dataclass(frozen=True, slots=True)
class CorridorProfile:
    """One corridor with its legs in order, its stops, and the counties it stops in."""

    corridor: CorridorRow
    """The corridor: id, name, nature, grade, sources."""
    legs: tuple[LegRow, ...]
    """In order of stops; length in km, None where not drawn."""
    places: Mapping[str, PlaceRow]
    """Place id → place (lon and lat in WGS 84, None: not located)."""
    counties: tuple[PassingRow, ...]
    """Counties it stops in."""
    drawn_across: tuple[PassingRow, ...]
    """Counties its line alone runs through; kilometres inside, about."""


@dataclass(frozen=True, slots=True)
class CountryProfile:
    """Kenya as a whole: figures over counties, and what belongs to no county."""

    figures: tuple[AreaFigures, ...]
    """The 47 counties together, one per nature with a report."""
    national: tuple[AreaFigures, ...]
    """What is counted for the country and for no county."""
    years: Mapping[str, Mapping[int, Totals]]
    """Nature → year → sums of the 47 counties."""
    national_events: tuple[EventRow, ...]
    """Events of no county."""
    responses: tuple[ResponseRow, ...]
    """Responses of the whole country."""
    programmes: tuple[ProgrammeRow, ...]
    """Regional programmes."""
    series: tuple[SeriesValue, ...]
    """Published yearly figures, each with its own unit."""


def county_profile(world: World, dataset: str, filters: Filters, pcode: str) -> CountyProfile:
    """Return the profile of one county; an unknown P-code raises StopIteration."""
    row = next(row for row in world.county_rows if row["pcode"] == pcode)
    counted = cube(world, dataset, filters)
    neighbours = tuple(
        (str(n.pcode), world.names[n.pcode], n.edge_km)
        for n in world.edition.neighbours().get(pcode, ())  # type: ignore[call-overload]
    )
    return CountyProfile(
        county=row,
        figures=_figures(counted, pcode, world.population[pcode]),
        years={nature: counted.by_year(nature, of=pcode) for nature in NATURES},
        events=events(world, filters, pcode),
        neighbours=neighbours,
        corridors=_passing(world, pcode, "stop"),
        drawn_across=_passing(world, pcode, "line"),
        corridor_summary=next((r for r in world.corridors.county_corridors if r["pcode"] == pcode), None),
        responses=responses_of(world, pcode),
        facts=tuple(row for row in world.fact_rows if row["county"] == pcode),
    )


def corridor_profile(world: World, corridor_id: str) -> CorridorProfile:
    """Return one corridor; an unknown id raises KeyError."""
    corridor = next((row for row in world.corridors.corridors if row["corridor_id"] == corridor_id), None)
    if corridor is None:
        raise KeyError(corridor_id)
    legs = tuple(leg for leg in world.corridors.leg_rows if leg["corridor_id"] == corridor_id)
    used = {leg["from_place"] for leg in legs} | {leg["to_place"] for leg in legs}
    counties = [row for row in world.corridors.corridor_counties if row["corridor_id"] == corridor_id]
    return CorridorProfile(
        corridor=corridor,
        legs=legs,
        places={row["place_id"]: row for row in world.corridors.places if row["place_id"] in used},
        counties=tuple(row for row in counties if row["passes"] == "stop"),
        drawn_across=tuple(row for row in counties if row["passes"] == "line"),
    )


def country_profile(world: World, dataset: str, filters: Filters) -> CountryProfile:
    """Return what the map shows for the whole country and what is counted for no county."""
    counted = cube(world, dataset, filters)
    population = sum(world.population.values())
    return CountryProfile(
        figures=_figures(counted, None, population),
        national=_figures(counted, NATIONAL, population),
        years={nature: counted.by_year(nature) for nature in NATURES},
        national_events=events(world, filters, NATIONAL),
        responses=responses_of(world, NATIONAL),
        programmes=world.programme_rows,
        series=world.series_rows,
    )


def region_figures(world: World, dataset: str, filters: Filters, pcodes: tuple[str, ...]) -> tuple[AreaFigures, ...]:
    """Return the figures of some counties together, natures apart; of those, only what the filters count."""
    counted = frozenset(pcodes) if filters.counties is None else filters.counties & frozenset(pcodes)
    residents = sum(world.population[pcode] for pcode in pcodes)
    return _figures(cube(world, dataset, replace(filters, counties=counted)), None, residents)


def events(world: World, filters: Filters, county: str | None = None) -> tuple[EventRow, ...]:
    """Return the events that the filters count, newest first, as a reader may see them."""
    wanted = set(filters.nationalities)
    return tuple(
        row
        for row in world.event_rows
        if filters.period.first <= row["year"] <= filters.period.last
        and (county is None or row["county"] == county)
        and (filters.counties is None or row["county"] in filters.counties)
        and (not filters.forms or row["form"] in filters.forms)
        and (not filters.confidences or row["confidence"] in filters.confidences)
        and (not wanted or wanted.intersection(str(row["nationality"]).split(";")))
        and filters.lets_through(str(row["outcome_people"]), str(row["outcome_suspects"]))
    )


def shared_total(world: World, total_id: str) -> tuple[str, ...]:
    """Return the names of the counties that share one total."""
    rows = world.responses.loc[world.responses["total_id"] == total_id, "county"]
    return tuple(world.names[pcode] for pcode in rows if pcode in world.names)


def _figures(counted: Cube, area: str | None, residents: int) -> tuple[AreaFigures, ...]:
    figures = []
    for nature in NATURES:
        sums = counted.totals(nature, of=area)
        if sums is None:
            continue
        rates: tuple[float | None, ...] = (None, None, None)
        if counted.hidden is not None or sums.incidents > sums.unstated:
            rates = rates_of(sums, residents)
        figures.append(AreaFigures(nature, sums, *rates))
    return tuple(figures)


def _passing(world: World, pcode: str, passes: str) -> tuple[Passing, ...]:
    by_id = {row["corridor_id"]: row for row in world.corridors.corridors}
    names = {row["place_id"]: str(row["name"]) for row in world.corridors.places}
    return tuple(
        Passing(by_id[row["corridor_id"]], row, tuple(names[stop] for stop in row["stops"]))
        for row in world.corridors.corridor_counties
        if row["pcode"] == pcode and row["passes"] == passes
    )


def responses_of(world: World, county: str) -> tuple[ResponseRow, ...]:
    """Return who responds in a county, or nationally, newest first."""
    there = (row for row in world.response_rows if row.county == county)
    return tuple(sorted(there, key=lambda row: row.start_date, reverse=True))
