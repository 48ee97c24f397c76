"""The detection-effort lens and the response gap: what was found beside who was looking, and beside what is done.

For the public record only: a caseload says nothing about who was looking, and its estimates have errors of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from geodata.analysis.apart import ClusterArea, Clusters, ask
from geodata.analysis.change import CountChange, change_of
from geodata.analysis.effort import KINDS as WATCHER_KINDS
from geodata.analysis.effort import Effort, Mention, Watcher, effort, mentioned, watchers
from geodata.analysis.gap import MEASURES as EXPOSURES
from geodata.analysis.gap import RESPONSES, Gap, Gaps, gaps
from geodata.analysis.smoothing import empirical_bayes
from geodata.build.locations import PUBLIC
from geodata.corridors.rows import LegRow
from geodata.facts import decisions
from geodata.query.cube import NATURES, PER, Cube, Filters, Totals
from geodata.query.indicators import cube, poisson_interval
from geodata.query.world import World
from geodata.values import Empty, Nature, Period, Role

__all__ = [
    "APART",
    "EXPOSURES",
    "RATE_MEASURES",
    "RESPONSES",
    "WATCHER_KINDS",
    "Between",
    "ClusterArea",
    "CountyDetection",
    "Detection",
    "Effort",
    "Gap",
    "Gaps",
    "Rate",
    "Span",
    "Watcher",
    "clusters",
    "counts_of",
    "county_legs",
    "detection",
    "effort_between",
    "held_roles",
    "response_gap",
]

RATE_MEASURES = ("persons", "incidents")
APART = (Nature.TRAFFICKING.value, Nature.SMUGGLING.value)


@dataclass(frozen=True, slots=True)
class Rate:
    """A count and its rate; all None where there is no count, and `empty` says why."""

    count: int | None
    """Events or persons."""
    rate: float | None
    """Per 100,000 residents (2019)."""
    low: float | None
    """Lower exact Poisson limit of the rate, 95 %."""
    high: float | None
    """Upper exact Poisson limit of the rate, 95 %."""
    smoothed: float | None
    """Empirical-Bayes rate per 100,000; None where counties are too few to smooth."""
    weight: float | None
    """0 … 1: how much of its own rate the smoothed one keeps."""
    empty: str
    """Kind of empty, ``unstated`` for events without a number of people; empty text where there is a count."""


@dataclass(frozen=True, slots=True)
class CountyDetection:
    """One county: what was found, by nature; the rate asked for; who was looking."""

    pcode: str
    """KE001 … KE047."""
    province: str
    """Former province."""
    totals: Mapping[str, Totals | None]
    """Nature → sums; None where nothing was reported."""
    rate: Rate
    """Of the nature and measure asked for."""
    effort: Effort
    """Watchers and outlets on record."""

    @property
    def silent(self) -> bool:
        """No event of any nature reported."""
        return not any(self.totals.values())

    @property
    def unwatched(self) -> bool:
        """No watcher of any kind known."""
        return not self.effort.watchers


@dataclass(frozen=True, slots=True)
class Detection:
    """The lens over one period: 47 lines in P-code order; mean: the rate all counties with a count have together."""

    period: Period
    nature: str
    measure: str
    lines: tuple[CountyDetection, ...]
    mean: float | None


@dataclass(frozen=True, slots=True)
class Span:
    """One window: who began or was held in it, who was there by its end, and what was found."""

    period: Period
    """The window."""
    began: tuple[Watcher, ...]
    """Watchers known to have begun, or been held, in it."""
    there: int
    """Watchers there by its end."""
    outlets: tuple[str, ...]
    """Outlets that published about these counties."""
    incidents: int
    """Events reported."""
    persons: int
    """Persons detected, as stated."""
    unstated: int
    """Events without a number."""

    @property
    def per_year(self) -> float:
        """Events per year."""
        return self.incidents / len(self.period.years())

    @property
    def began_per_year(self) -> float:
        """Watchers known to have begun, or been held, per year."""
        return len(self.began) / len(self.period.years())


@dataclass(frozen=True, slots=True)
class Between:
    """Two windows of the same counties; undated: watchers without any date, which belong to neither.

    change: the events compared exactly.
    """

    nature: str
    before: Span
    after: Span
    undated: tuple[Watcher, ...]
    change: CountChange

    @property
    def effort(self) -> str:
        """``up``, ``down`` or ``same``: whether more watchers per year began in the later window.

        Outlets do not decide it: they are known only by what they reported, and rise with it.
        """
        before, after = self.before.began_per_year, self.after.began_per_year
        return "up" if after > before else "down" if after < before else "same"


@lru_cache(maxsize=128)
def detection(world: World, period: Period, nature: str, measure: str) -> Detection:
    """Return the lens of the public record; rates of one nature, found figures of every nature."""
    counted = cube(world, PUBLIC, Filters(period))
    efforts = effort(world.names, _watchers(world), _mentions(world), period, world.coverage)
    provinces = dict(zip(world.counties["pcode"], world.counties["former_province"], strict=True))
    rates, mean = _rates(counted, nature, measure)
    lines = tuple(
        CountyDetection(
            pcode,
            provinces[pcode],
            {name: counted.totals(name, of=pcode) for name in NATURES},
            rates[pcode],
            efforts[pcode],
        )
        for pcode in world.names
    )
    return Detection(period, nature, measure, lines, mean)


def counts_of(counted: Cube, nature: str, measure: str) -> dict[str, int]:
    """Return P-code → count, only where one is known: reported, or zero although somebody was looking."""
    n = NATURES.index(nature)
    events, people = counted.incidents[n, 0, :-1], counted.persons[n, 0, :-1]
    zero = (events == 0) & counted.watched[0]
    known = zero | (events > 0 if measure == "incidents" else counted.stated[n, 0, :-1])
    values = events if measure == "incidents" else people
    return {pcode: int(values[i]) for i, pcode in enumerate(counted.areas[:-1]) if known[i]}


def _rates(counted: Cube, nature: str, measure: str) -> tuple[dict[str, Rate], float | None]:
    counts = counts_of(counted, nature, measure)
    residents = dict(zip(counted.areas[:-1], counted.residents, strict=True))
    codes = list(counts)
    smooth = empirical_bayes([counts[code] for code in codes], [residents[code] for code in codes])
    rates = {}
    for i, pcode in enumerate(counted.areas[:-1]):
        if pcode not in counts:
            events = counted.incidents[NATURES.index(nature), 0, i]
            rates[pcode] = Rate(None, None, None, None, None, None, "unstated" if events else Empty.NO_REPORT.value)
            continue
        per = PER / residents[pcode]
        low, high = poisson_interval(counts[pcode])
        at = codes.index(pcode)
        smoothed = float(smooth.rate[at]) * PER if smooth else None
        weight = float(smooth.weight[at]) if smooth else None
        empty = "" if counts[pcode] else Empty.ZERO.value
        rates[pcode] = Rate(counts[pcode], counts[pcode] * per, low * per, high * per, smoothed, weight, empty)
    return rates, smooth.mean * PER if smooth else None


@lru_cache(maxsize=64)
def clusters(world: World, period: Period, nature: str, measure: str) -> Clusters | None:
    """Return `geodata.analysis.clusters.local_clusters`, rates per 100,000; None where it cannot be said.

    Takes seconds, once per question. Raises DataProblem when the computation fails or is busy.
    """
    counts = counts_of(cube(world, PUBLIC, Filters(period)), nature, measure)
    near = {str(p): [str(n.pcode) for n in neighbours] for p, neighbours in world.edition.neighbours().items()}
    answer = ask(counts=counts, residents={code: world.population[code] for code in counts}, neighbours=near)
    if answer is None:
        return None
    scaled: dict[str, ClusterArea] = {
        code: {**area, "smoothed": area["smoothed"] * PER, "beside": _per(area["beside"])}
        for code, area in answer["areas"].items()
    }
    return {**answer, "areas": scaled}


def _per(rate: float | None) -> float | None:
    return None if rate is None else rate * PER


@lru_cache(maxsize=64)
def effort_between(
    world: World, pcodes: tuple[str, ...], first_window: Period, second_window: Period, nature: str
) -> Between:
    """Return who looked and what was found in two windows, over the counties given together."""
    known = [watcher for watcher in _watchers(world) if watcher.county in pcodes]
    mentions = [mention for mention in _mentions(world) if mention.county in pcodes]
    spans = []
    for window in (first_window, second_window):
        counted = cube(world, PUBLIC, Filters(window))
        at = [counted.areas.index(pcode) for pcode in pcodes]
        n = NATURES.index(nature)
        sums = (int(array[n, 0, at].sum()) for array in (counted.incidents, counted.persons, counted.unstated))
        outlets = sorted(
            {mention.outlet for mention in mentions if mention.year and mentioned(mention, window, world.coverage)}
        )
        beginning = (watcher for watcher in known if watcher.began(window))
        began = tuple(sorted(beginning, key=lambda watcher: (watcher.first, watcher.name)))
        there = sum(watcher.first is not None and watcher.there(window, world.coverage.last) for watcher in known)
        spans.append(Span(window, began, there, tuple(outlets), *sums))
    undated = tuple(watcher for watcher in known if watcher.first is None)
    change = change_of(spans[0].incidents, spans[1].incidents, len(first_window.years()), len(second_window.years()))
    return Between(nature, spans[0], spans[1], undated, change)


@lru_cache(maxsize=4)
def response_gap(world: World) -> Gaps:
    """Return exposure beside response for the 47 counties, over the whole public record."""
    counted = cube(world, PUBLIC, Filters(world.coverage))
    stops = {row["pcode"]: row["n_stopping"] for row in world.corridors.county_corridors}
    legs = county_legs(world)
    held = held_roles(world)
    exposure: dict[str, dict[str, float | None]] = {}
    for pcode in world.names:
        sums = {nature: counted.totals(nature, of=pcode) for nature in APART}
        people = {
            nature: float(totals.persons) if totals and totals.incidents > totals.unstated else None
            for nature, totals in sums.items()
        }
        sourced = sum(leg["n_sources"] > 1 for leg in legs.get(pcode, ()))
        exposure[pcode] = {
            "corridors": float(stops.get(pcode, 0)),
            **people,
            "roles": float(len(held.get(pcode, ()))),
            "legs": float(sourced),
        }
    return gaps(exposure, world.response_rows)


@lru_cache(maxsize=4)
def county_legs(world: World) -> Mapping[str, tuple[LegRow, ...]]:
    """Return P-code → legs that begin or end in the county."""
    county = {row["place_id"]: row["pcode"] for row in world.corridors.places}
    by_county: dict[str, list[LegRow]] = defaultdict(list)
    for leg in world.corridors.leg_rows:
        for pcode in {county.get(leg["from_place"]), county.get(leg["to_place"])} - {"", None}:
            by_county[str(pcode)].append(leg)
    return {pcode: tuple(legs) for pcode, legs in by_county.items()}


@lru_cache(maxsize=4)
def held_roles(world: World) -> Mapping[str, tuple[Role, ...]]:
    """Return P-code → roles held under the standard rule, in the order of `Role`."""
    by_county: dict[str, list[Role]] = defaultdict(list)
    for decision in world.role_decisions["standard"]:
        if decision.held:
            by_county[str(decision.pcode)].append(decision.role)
    return {pcode: tuple(role for role in Role if role in roles) for pcode, roles in by_county.items()}


@lru_cache(maxsize=4)
def _watchers(world: World) -> tuple[Watcher, ...]:
    return watchers(world.response_rows)


@lru_cache(maxsize=4)
def _mentions(world: World) -> tuple[Mention, ...]:
    voice = decisions.voices(world.settings, world.sources)
    table = decisions.read(world.settings, "outlets")
    outlet = dict(zip(table["publisher"], table["outlet"], strict=True))
    ids = (*world.sources["source_id"], "")
    named = {source: outlet.get(voice.get(source, ""), voice.get(source, "")) for source in ids}
    by_county = {
        Mention(row["county"], row["year"], named[source], "event")
        for row in world.event_rows
        for source in (row["source_id"], row["source_id_2"])
        if named.get(source)
    }
    for decision in world.role_decisions["standard"]:
        for text in (*decision.counted, *decision.others):
            by_county.add(Mention(str(text.pcode), text.year, outlet.get(text.voice, text.voice), "statement"))
    return tuple(
        sorted(by_county, key=lambda mention: (mention.county, mention.year or 0, mention.outlet, mention.use))
    )
