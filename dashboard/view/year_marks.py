"""Year marks in a reader's words: numbers on a drawing, the list that explains them, their sources."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from dashboard.i18n.catalogue import Catalogue
from dashboard.web.links import address
from geodata.query.changes import year_marks
from geodata.query.world import World
from geodata.values import Period
from layers.svg_charts import NumberedMark


def marks_on(world: World, areas: Iterable[str], period: Period) -> tuple[NumberedMark, ...]:
    """Return the numbered marks of a drawing of these counties; the numbers are the same on every page."""
    return _marks(world, frozenset(areas), period)


@lru_cache(maxsize=256)
def _marks(world: World, areas: frozenset[str], period: Period) -> tuple[NumberedMark, ...]:
    return tuple(
        NumberedMark(mark.year, str(number))
        for number, mark in enumerate(year_marks(world), 1)
        if mark.concerns(areas) and period.first <= mark.year <= period.last
    )


def all_marks(world: World, tr: Catalogue) -> list[dict[str, Any]]:
    """Return every year mark in words: the key to the numbers on any drawing."""
    return mark_list(world, tr, marks_on(world, world.names, Period(1900, 2100)))


def mark_list(world: World, tr: Catalogue, shown: Iterable[NumberedMark]) -> list[dict[str, Any]]:
    """Return number, year, words and source of the marks of a drawing, in order."""
    numbers = {mark.label for mark in shown}
    return [
        {
            "number": str(number),
            "year": mark.year,
            "words": tr.t(f"mark_year.{mark.key}"),
            "href": f"{address('/sources', tr.lang, id=mark.source_id)}#{mark.source_id}",
            "source": world.source_rows[mark.source_id]["publisher"],
        }
        for number, mark in enumerate(year_marks(world), 1)
        if str(number) in numbers
    ]
