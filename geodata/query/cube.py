"""Counts as arrays, nature × frame × area: what every picture, panel and file is filled from.

Arrays, not frames, because every filter change of every reader passes here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geodata.query.estimates import STEP, about
from geodata.values import Empty, Nature, Period

PER = 100_000
MEASURES = ("incidents", "persons", "rate")
NATURES = (Nature.TRAFFICKING.value, Nature.SMUGGLING.value, Nature.UNCLEAR.value)
POOLED = "all"
UNSTATED = "u"
"""Code of a county with events that do not say how many people: reported, so neither zero nor “no report”."""
EMPTY_OF = {
    "z": Empty.ZERO.value,
    "n": Empty.NO_REPORT.value,
    "s": Empty.SUPPRESSED.value,
    "o": Empty.OUTSIDE.value,
    UNSTATED: "unstated",
}
"""Class code of a county without a value → kind of empty."""
_CODE = {kind: code for code, kind in EMPTY_OF.items()}
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Filters:
    """What is counted: whole years, and codes; empty tuples mean no filter."""

    period: Period
    """Years counted, both ends included."""
    forms: tuple[str, ...] = ()
    """Forms of exploitation (`values.Form`)."""
    nationalities: tuple[str, ...] = ()
    """ISO 3166-1 alpha-3 codes."""
    confidences: tuple[str, ...] = ()
    """How surely an event was read; the public record only."""
    sexes: tuple[str, ...] = ()
    """Caseloads only."""
    ages: tuple[str, ...] = ()
    """Age groups; caseloads only."""
    counties: frozenset[str] | None = None
    """P-codes that are counted (the role filter); None means all."""
    outcomes: tuple[str, ...] = ()
    """What became of the people (`facts.outcomes.PeopleOutcome`): one of them is reported; the public record only."""
    suspects: tuple[str, ...] = ()
    """What became of the suspects (`facts.outcomes.SuspectOutcome`); the public record only."""

    def lets_through(self, people: str, suspects: str) -> bool:
        """Say whether an event with these outcomes is counted; `people` may hold several, ``;``-joined."""
        wanted = set(self.outcomes)
        return (not wanted or bool(wanted & set(people.split(";")))) and (
            not self.suspects or suspects in self.suspects
        )


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of one nature. In a protected caseload there are no events, and persons are an estimate."""

    incidents: int
    """Events reported."""
    persons: int
    """Persons detected, as far as stated."""
    unstated: int
    """Events that do not say how many people."""
    counties: int
    """Counties with a report."""
    error: float | None = None
    """Standard error of an estimate of persons; None where counts are exact."""

    @property
    def about(self) -> tuple[int, int, int]:
        """Return an estimate in fives and the ends of its 95 % interval: about 40, 35 to 45."""
        return about(self.persons, self.error or 0.0)


@dataclass(frozen=True, slots=True)
class YearCount:
    """One year of one nature: `value` in the measure's unit, NaN with the kind of `empty` where there is none."""

    year: int
    nature: str
    value: float
    empty: str


@dataclass(frozen=True, eq=False)
class Cube:
    """Counts by nature × frame × area; frame 0 is all years together, then one frame per year.

    Arrays of counts have the shape (3, 1 + years, 48); a protected caseload has no events.
    """

    period: Period
    """Years of frame 0."""
    years: tuple[int, ...]
    """One frame each; empty where the release can answer the pooled question only."""
    areas: tuple[str, ...]
    """47 P-codes in order, then KE (what belongs to no county)."""
    residents: NDArray[np.float64]
    """Residents of the 47 counties, census of 2019."""
    incidents: Counts
    """Events reported."""
    persons: Counts
    """Persons detected, as stated; whole estimates in a caseload, 0 where not shown."""
    unstated: Counts
    """Events that do not say how many people."""
    watched: NDArray[np.bool_]
    """Frames × 47: where somebody was looking."""
    hidden: NDArray[np.bool_] | None = None
    """Where an estimate lies below the floor and is not shown; None in the public record."""
    whole: Counts | None = None
    """3 × frames: persons of all areas together, known or unknown, 0 where not shown; None in the public record."""
    errors: NDArray[np.float64] | None = None
    """Frames: standard error of one area's estimate; None in the public record."""
    whole_errors: NDArray[np.float64] | None = None
    """Frames: standard error of `whole`."""

    @property
    def frames(self) -> list[str]:
        """Ids of the frames: ``all``, then the years."""
        return [POOLED, *map(str, self.years)]

    def frame_of(self, period: Period) -> int | None:
        """Return the frame of a period: a single year, or the whole; None for any other."""
        if period.first == period.last and len(self.years) > 1:
            return 1 + self.years.index(period.first)
        return 0 if period == self.period else None

    @cached_property
    def values(self) -> dict[tuple[str, str], NDArray[np.float64]]:
        """(nature, measure) → frames × 47 counties; NaN where no value was reported."""
        totals = {}
        for n, nature in enumerate(NATURES):
            events = self.incidents[n, :, :-1].astype(float)
            people = np.where(self.stated[n, :, :-1], self.persons[n, :, :-1].astype(float), np.nan)
            if self.hidden is None:
                totals[nature, "incidents"] = np.where(events > 0, events, np.nan)
            totals[nature, "persons"] = people if self.hidden is None else np.floor(people / STEP + 0.5) * STEP
            totals[nature, "rate"] = np.round(people / self.residents * PER, 2)
        return totals

    @property
    def stated(self) -> NDArray[np.bool_]:
        """Where at least one event says how many people; in a caseload, where anything is shown."""
        return self.incidents > self.unstated if self.hidden is None else self.persons > 0

    @cached_property
    def empties(self) -> dict[str, NDArray[np.str_]]:
        """Nature → frames × counties: the code of the emptiness, where there is no value."""
        if self.hidden is not None:
            return {nature: np.where(self.hidden[n, :, :-1], "s", "n") for n, nature in enumerate(NATURES)}
        blank = np.where(self.watched, _CODE[Empty.ZERO], _CODE[Empty.NO_REPORT])
        return {nature: np.where(self.incidents[n, :, :-1] > 0, UNSTATED, blank) for n, nature in enumerate(NATURES)}

    def totals(self, nature: str, frame: int = 0, *, of: str | None = None) -> Totals | None:
        """Return the sums over the 47 counties, or of one area; None when nothing was reported."""
        n = NATURES.index(nature)
        if self.hidden is not None:
            return self._estimated(n, frame, of)
        if of is None:
            events, people, silent, counties = (sums[n][frame] for sums in self._together)
        else:
            at = n, frame, self.areas.index(of)
            events, people, silent = int(self.incidents[at]), int(self.persons[at]), int(self.unstated[at])
            counties = 1
        return Totals(events, people, silent, counties) if events else None

    @cached_property
    def _together(self) -> tuple[list[list[int]], ...]:
        """Events, persons, events without a number, counties with a report: by nature and frame, the 47 together."""
        arrays = [array[:, :, :-1] for array in (self.incidents, self.persons, self.unstated)]
        return (*(array.sum(axis=2).tolist() for array in arrays), (arrays[0] > 0).sum(axis=2).tolist())

    def _estimated(self, n: int, frame: int, of: str | None) -> Totals | None:
        """Return the estimate of one area, or of the whole with the number of counties shown; None if not shown."""
        if self.whole is None or self.errors is None or self.whole_errors is None:
            return None
        if of is not None:
            people = int(self.persons[n, frame, self.areas.index(of)])
            return Totals(0, people, 0, 1, float(self.errors[frame])) if people else None
        people, shown = int(self.whole[n, frame]), int((self.persons[n, frame, :-1] > 0).sum())
        return Totals(0, people, 0, shown, float(self.whole_errors[frame])) if people else None

    def by_year(self, nature: str, *, of: str | None = None) -> dict[int, Totals]:
        """Return year → sums, only years with a report."""
        totals_by_year = {year: self.totals(nature, 1 + i, of=of) for i, year in enumerate(self.years)}
        return {year: sums for year, sums in totals_by_year.items() if sums is not None}
