"""What a caseload can be cut by: nine axes, some with coarser levels, as fixed forever as possible.

Time has years and pooled windows of three and five years, aligned to the calendar and not to the
data, so a window never slides from one release to the next. Age has groups and minor / adult. A
table crosses at most one level of an axis.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from geodata.release.released_cells import Value
from geodata.values import DataProblem

UNKNOWN = "unknown"
UNKNOWN_YEAR = 0
"""The year of records whose date is not known (the vault's month 0)."""
ADULT_FROM = 18


@dataclass(frozen=True, slots=True)
class Level:
    """One way to cut an axis.

    parents: names of the next coarser levels; "" is the whole axis.
    group: the finest level's value → this level's value.
    """

    name: str
    parents: tuple[str, ...]
    group: Callable[[Value], Value]


@dataclass(frozen=True, slots=True)
class Axis:
    """One dimension of the records; `levels[0]` is the finest."""

    name: str
    levels: tuple[Level, ...]


def window_of(year: Value, span: int) -> Value:
    """Label of the window of `span` years that holds a year, ``2021–2025``; windows end in fixed years."""
    if year == UNKNOWN_YEAR:
        return UNKNOWN
    first = int(year) - (int(year) - 1) % span
    return f"{first}–{first + span - 1}"


def window_end(value: Value) -> int | None:
    """Last year a year or a window covers, None when it is unknown."""
    if isinstance(value, int):
        return value if value != UNKNOWN_YEAR else None
    return None if value == UNKNOWN else int(value.rsplit("–", 1)[-1])


def broad_age(group: Value) -> Value:
    """Return minor, adult or unknown for an age group such as ``0-8``, ``18-24``, ``48+``.

    Raises DataProblem for a group on both sides of 18.
    """
    text = str(group)
    if text in {UNKNOWN, "minor", "adult"}:
        return text
    span = re.fullmatch(r"(\d+)(?:-(\d+)|\+)", text)
    if span and int(span[1]) >= ADULT_FROM:
        return "adult"
    if span and span[2] and int(span[2]) < ADULT_FROM:
        return "minor"
    raise DataProblem(
        f"The age group '{text}' is neither under nor over {ADULT_FROM}; expected groups such as 9-17 or 18-24; "
        "import the file with a profile that names its age groups."
    )


def _same(value: Value) -> Value:
    return value


def _plain(name: str) -> Axis:
    return Axis(name, (Level(name, ("",), _same),))


TIME = Axis(
    "year",
    (
        Level("year", ("window_3", "window_5"), _same),
        Level("window_3", ("",), lambda year: window_of(year, 3)),
        Level("window_5", ("",), lambda year: window_of(year, 5)),
    ),
)
AGE = Axis("age_group", (Level("age_group", ("age_broad",), _same), Level("age_broad", ("",), broad_age)))

AXES: tuple[Axis, ...] = (
    _plain("county"),
    TIME,
    _plain("form"),
    _plain("sex"),
    AGE,
    _plain("nationality_group"),
    _plain("role"),
    _plain("reporting_source"),
    _plain("nature"),
)
"""Every axis of a caseload, in reading order."""


def axes_for(dims: tuple[str, ...]) -> tuple[Axis, ...]:
    """Axes for the raw cells' columns (``month`` gives years); an unknown column is an axis of its own."""
    known = {axis.name: axis for axis in AXES}
    order = {axis.name: place for place, axis in enumerate(AXES)}
    names = ["year" if dim == "month" else dim for dim in dims]
    names.sort(key=lambda name: (order.get(name, len(order)), name))
    return tuple(known.get(name) or _plain(name) for name in names)


def year_of(month: np.ndarray) -> np.ndarray:
    """Year of the vault's months, ``year * 12 + (month - 1)``; 0 stays 0, unknown."""
    return np.asarray(month) // 12
