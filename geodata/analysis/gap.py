"""The response gap: how exposed a county is beside what is done there, in nine classes that can be checked.

Exposure is never one score: each measure is classed by itself into thirds, ties kept together, and a
county is *exposed* where any one measure lies in the upper third. Response is a count with its parts:
trainings held, border posts, child-protection units, committees, and safe houses (a count, never a
place). No response is a class of its own; the rest is halved at its median. Totals shared by several
counties are neither summed nor split: rows are counted, not people trained. Pure.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from geodata.facts.responses import ResponseRow
from geodata.values import NATIONAL

MEASURES = ("corridors", "trafficking", "smuggling", "roles", "legs")
"""Corridors with a named stop, persons detected (two natures, never added), roles held, well-sourced legs."""
RESPONSES = ("training", "post", "unit", "committee", "safe_house")
RESPONSE_OF = {
    "nrm_training": "training", "workshop": "training", "border_post": "post", "one_stop_border_post": "post",
    "child_protection_unit": "unit", "coordination_committee": "committee", "shelter": "safe_house",
    "safe_house": "safe_house",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Thirds:
    """Breaks of one measure: up to `low` is the lower third, above `high` the upper; `top` is the largest value."""

    low: float
    high: float
    top: float

    def of(self, value: float | None) -> int:
        """Return 0, 1 or 2; nothing known is in the lower third."""
        if value is None:
            return 0
        return int(value > self.low) + int(value > self.high)


@dataclass(frozen=True, slots=True)
class Gap:
    """One county. exposure: measure → value, None where nothing was reported. thirds: measure → 0, 1, 2.

    response: kind → the rows counted. besides: rows that do not count, with why (their reading, or their
    kind). level: 0 no response, 1 up to the median of those with one, 2 above.
    """

    pcode: str
    exposure: Mapping[str, float | None]
    thirds: Mapping[str, int]
    response: Mapping[str, tuple[ResponseRow, ...]]
    besides: tuple[ResponseRow, ...]
    level: int

    @property
    def n_responses(self) -> int:
        """Rows of response counted."""
        return sum(len(rows) for rows in self.response.values())

    @property
    def exposed_on(self) -> tuple[str, ...]:
        """The measures on which the county is in the upper third."""
        return tuple(measure for measure in MEASURES if self.thirds[measure] == 2)

    @property
    def unserved(self) -> bool:
        """Exposed on some measure, and no response known."""
        return not self.level and bool(self.exposed_on)


@dataclass(frozen=True, slots=True)
class Gaps:
    """All counties with the breaks they were classed by; `half` splits the counties that have a response."""

    counties: Mapping[str, Gap]
    breaks: Mapping[str, Thirds]
    half: int
    top: int


def thirds(values: Iterable[float]) -> Thirds:
    """Return the breaks that split positive values into thirds, equal values kept together.

    A break is the value, below the largest, at or under which the share of the positive values comes nearest
    to a third (two thirds); of two as near, the smaller. A single distinct value is all in the middle.
    """
    known = sorted(value for value in values if value > 0)
    if not known:
        return Thirds(0, 0, 0)
    distinct = sorted(set(known))
    if len(distinct) == 1:
        return Thirds(0, distinct[0], distinct[0])
    share = {value: bisect_right(known, value) / len(known) for value in distinct[:-1]}
    low, high = (min(share, key=lambda value: (abs(share[value] - k / 3), value)) for k in (1, 2))
    return Thirds(low, high, known[-1])


def response_rows(
    pcode: str, rows: Iterable[ResponseRow]
) -> tuple[dict[str, tuple[ResponseRow, ...]], tuple[ResponseRow, ...]]:
    """Return a county's rows that count, by kind, and the rows besides."""
    mine = [row for row in rows if row.county == pcode]
    counted = [row for row in mine if row.kind in RESPONSE_OF and not row.reading]
    by_kind = {kind: tuple(row for row in counted if RESPONSE_OF[row.kind] == kind) for kind in RESPONSES}
    return by_kind, tuple(row for row in mine if row not in counted)


def gaps(exposure: Mapping[str, Mapping[str, float | None]], rows: Iterable[ResponseRow]) -> Gaps:
    """Class every county. exposure: P-code → measure → value. rows: those of `geodata.facts.responses`."""
    located = [row for row in rows if row.county != NATIONAL]
    breaks = {
        measure: thirds(value for values in exposure.values() if (value := values[measure]) is not None)
        for measure in MEASURES
    }
    responses = {pcode: response_rows(pcode, located) for pcode in exposure}
    numbers = {pcode: sum(map(len, by_kind.values())) for pcode, (by_kind, _) in responses.items()}
    some = sorted(number for number in numbers.values() if number)
    half = some[math.ceil(len(some) / 2) - 1] if some else 0
    counties = {
        pcode: Gap(
            pcode,
            dict(values),
            {measure: breaks[measure].of(values[measure]) for measure in MEASURES},
            *responses[pcode],
            int(numbers[pcode] > 0) + int(numbers[pcode] > half),
        )
        for pcode, values in exposure.items()
    }
    return Gaps(counties, breaks, half, max(some, default=0))
