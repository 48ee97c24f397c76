"""Counts as arrays, nature × frame × area: what every picture, panel and file is filled from.

Arrays, not frames, because every filter change of every reader passes here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

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
    """What is counted: whole years, and codes; empty tuples mean no filter.

    counties limits the counties that are counted (the role filter); None means all. sexes and ages
    exist in caseloads only, confidences in the public record only.
    """

    period: Period
    forms: tuple[str, ...] = ()
    nationalities: tuple[str, ...] = ()
    confidences: tuple[str, ...] = ()
    sexes: tuple[str, ...] = ()
    ages: tuple[str, ...] = ()
    counties: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of one nature: events, persons stated, events without a number, counties with a report.

    In a protected caseload: no events; persons are complete groups of k, so “at least”.
    """

    incidents: int
    persons: int
    unstated: int
    counties: int


@dataclass(frozen=True, eq=False)
class Cube:
    """Counts by nature × frame × area; frame 0 is all years together, then one frame per year.

    areas: 47 P-codes in order, then KE (what belongs to no county). Arrays have the shape
    (3, 1 + years, 48). `watched` holds, per frame, where somebody was looking. A protected caseload
    has no events; `hidden` says which areas are not shown (fewer than k persons, maybe none), and
    `whole` (3 × frames) the persons of all areas together, known or unknown. Without `years` the
    release can answer the pooled question only.
    """

    period: Period
    years: tuple[int, ...]
    areas: tuple[str, ...]
    residents: NDArray[np.float64]
    incidents: Counts
    persons: Counts
    unstated: Counts
    watched: NDArray[np.bool_]
    hidden: NDArray[np.bool_] | None = None
    whole: Counts | None = None

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
        found = {}
        for n, nature in enumerate(NATURES):
            events = self.incidents[n, :, :-1].astype(float)
            people = np.where(self.stated[n, :, :-1], self.persons[n, :, :-1].astype(float), np.nan)
            if self.hidden is None:
                found[nature, "incidents"] = np.where(events > 0, events, np.nan)
            found[nature, "persons"] = people
            found[nature, "rate"] = np.round(people / self.residents * PER, 2)
        return found

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
        at = slice(None, -1) if of is None else slice(self.areas.index(of), self.areas.index(of) + 1)
        events = self.incidents[n, frame, at] if self.hidden is None else (self.persons[n, frame, at] > 0).astype(int)
        if not events.any():
            return None
        people, silent = self.persons[n, frame, at], self.unstated[n, frame, at]
        reported = int(events.sum()) if self.hidden is None else 0
        return Totals(reported, int(people.sum()), int(silent.sum()), int((events > 0).sum()))

    def by_year(self, nature: str, *, of: str | None = None) -> dict[int, Totals]:
        """Return year → sums, only years with a report."""
        found = {year: self.totals(nature, 1 + i, of=of) for i, year in enumerate(self.years)}
        return {year: sums for year, sums in found.items() if sums is not None}
