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
from layers.svg_charts import ChartMark


def marks_on(world: World, areas: Iterable[str], period: Period) -> tuple[ChartMark, ...]:
    """Return the numbered marks of a drawing of these counties; the numbers are the same on every page."""
    return _marks(world, frozenset(areas), period)


@lru_cache(maxsize=256)
def _marks(world: World, areas: frozenset[str], period: Period) -> tuple[ChartMark, ...]:
    return tuple(
        ChartMark(mark.year, str(number))
        for number, mark in enumerate(year_marks(world), 1)
        if mark.concerns(areas) and period.first <= mark.year <= period.last
    )


def all_marks(world: World, tr: Catalogue) -> list[dict[str, Any]]:
    """Return every year mark in words: the key to the numbers on any drawing."""
    return mark_list(world, tr, marks_on(world, world.names, Period(1900, 2100)))


FEWER_LOOKING = frozenset({"covid_restrictions", "us_aid_pause", "us_tip_office_cut"})
"""Marks of years in which fewer people were in a position to detect and report."""


def looking_fell(world: World, tr: Catalogue, period: Period) -> str:
    """Return in words which years of a period had fewer people looking, and why; empty when none had."""
    by_year: dict[int, list[str]] = {}
    for mark in year_marks(world):
        if mark.key in FEWER_LOOKING and period.first <= mark.year <= period.last:
            by_year.setdefault(mark.year, []).append(tr.t(f"mark_year.{mark.key}"))
    told = [f"{year} ({'; '.join(words)})" for year, words in by_year.items()]
    return tr.t("detection.looking_fell", years=", ".join(told)) if told else ""


def mark_list(world: World, tr: Catalogue, shown: Iterable[ChartMark]) -> list[dict[str, Any]]:
    """Return number, year, words and source of the marks of a drawing, in order."""
    numbers = {mark.label for mark in shown}
    return [
        {
            "number": str(number),
            "year": mark.year,
            "words": tr.t(f"mark_year.{mark.key}"),
            "href": f"{address('/sources', tr.lang, id=mark.source_id)}#{mark.source_id}",
            "source": world.source_rows[mark.source_id].publisher,
        }
        for number, mark in enumerate(year_marks(world), 1)
        if str(number) in numbers
    ]
