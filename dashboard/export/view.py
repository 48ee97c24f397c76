"""One view, opened once for a brief: the same cube, frames and shot that the screen is filled from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dashboard.export.model import Number, figure_id
from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.view.figure import filters_of, frames, state_filters
from dashboard.view.frame import ViewFrame
from dashboard.view.question_map import AskQuestion, QuestionMap
from dashboard.view.state import Choices, ViewState
from geodata.query.cube import NATURES, Cube, Filters
from geodata.query.indicators import cube
from geodata.query.profiles import events
from geodata.query.rows import EventRow
from geodata.query.world import World
from geodata.values import Empty, Period
from layers import theme
from layers.theme import LOOKS

PUBLIC = "public"
FILTERED = theme.FILTERED.kind
UNSTATED = LOOKS["u"].kind
"""Events were reported, and none says how many people: neither zero nor “no report”."""


@dataclass(frozen=True, eq=False)
class View:
    """A world and a view of it; everything is read once and shared by the parts of a brief."""

    world: World
    choices: Choices
    state: ViewState
    all_natures: bool = False
    """Whether events of every nature are listed, and not only those of the view's."""
    ask: AskQuestion | None = None
    """Gives the map of another question than the counts; None where nobody asks one."""

    @cached_property
    def tr(self) -> Catalogue:
        """The reader's words."""
        return catalogue(self.state.lang)

    @cached_property
    def filters(self) -> Filters:
        """What is counted."""
        return filters_of(self.world, self.state)

    @cached_property
    def counted(self) -> Cube:
        """The counts."""
        return cube(self.world, self.state.dataset, self.filters)

    @cached_property
    def shot(self) -> ViewFrame:
        """The frame on the map, as the page writes it."""
        return ViewFrame(self.world, self.state, frames(self.world, state_filters(self.state, self.choices)))

    @cached_property
    def question(self) -> QuestionMap | None:
        """The map of the view's question, None where the counts are on the map."""
        return self.ask(self.world, self.choices, self.state) if self.ask else None

    @property
    def public(self) -> bool:
        """Say whether this is the public record, which has events and exact counts."""
        return self.state.dataset == PUBLIC

    @property
    def protected(self) -> bool:
        """Say whether counts are estimates."""
        return self.counted.hidden is not None

    @property
    def frame(self) -> int:
        """Frame of the map: 0 for all years together."""
        return self.shot.index

    def period(self, frame: int = 0) -> Period:
        """Return the years of a frame."""
        if frame == 0:
            return self.counted.period
        return Period(self.counted.years[frame - 1], self.counted.years[frame - 1])

    def years(self, frame: int = 0) -> str:
        """Return the years of a frame in words."""
        period = self.period(frame)
        return self.tr.years(period.first, period.last)

    def id(self, area: str, nature: str, measure: str, frame: int = 0) -> str:
        """Return the id of a figure of a frame."""
        period = self.period(frame)
        return figure_id(area, nature, measure, period.first, period.last)

    def reading(self, pcode: str, nature: str, measure: str, frame: int = 0) -> tuple[Number | None, str]:
        """Return a county's value, or None and its kind of empty; where nobody was missed the value is 0.

        An estimate of persons is a whole number, as files give it; `value_text` rounds it as the map does.
        """
        if self.left_out(pcode):
            return None, FILTERED
        at = self.counted.areas.index(pcode)
        value = float(self.counted.values[nature, measure][frame, at])
        if self.protected and measure == "persons" and not np.isnan(value):
            value = float(self.counted.persons[NATURES.index(nature), frame, at])
        if not np.isnan(value) and value > 0:
            return (int(value) if measure != "rate" else value), ""
        if self.unstated(pcode, nature, frame):
            return None, UNSTATED
        empty = LOOKS[str(self.counted.empties[nature][frame, at])].kind
        return (0, empty) if empty == Empty.ZERO.value else (None, empty)

    def unstated(self, pcode: str, nature: str, frame: int = 0) -> bool:
        """Say whether there are events, and none of them says how many people; "" asks for all counties together."""
        totals = None if self.protected else self.counted.totals(nature, frame, of=pcode or None)
        return totals is not None and totals.incidents == totals.unstated

    def left_out(self, pcode: str) -> bool:
        """Say whether the role filter leaves a county out."""
        return self.filters.counties is not None and pcode not in self.filters.counties

    def value_text(self, value: Number | None, empty: str, measure: str, error: float | None = None) -> str:
        """Return a value as a reader sees it; error: standard error of an estimate of persons, with its interval."""
        if empty == UNSTATED:
            return self.tr.t("export.unstated")
        if value is None:
            return self.tr.t(f"empty.{empty}_short") if self.tr.has(f"empty.{empty}_short") else "–"
        text = self.tr.rate(value) if measure == "rate" else self.tr.number(value)
        if not self.protected or empty:
            return text
        return (
            self.tr.estimate(value, error).capitalize()
            if error is not None
            else self.tr.t("estimate.plain", value=text)
        )

    def error(self, frame: int = 0) -> float | None:
        """Return the standard error of a county's estimate of persons, None for exact counts."""
        return None if self.counted.errors is None else float(self.counted.errors[frame])

    @cached_property
    def events_by_area(self) -> dict[str, list[EventRow]]:
        """Area → events the filters count, newest first; a caseload has none."""
        by_area: dict[str, list[EventRow]] = {}
        for row in events(self.world, self.filters) if self.public else ():
            by_area.setdefault(row["county"], []).append(row)
        return by_area

    def event_sources(self, area: str, nature: str) -> tuple[str, ...]:
        """Return the sources of the events of a nature in one area, each once; "" takes every county."""
        areas = [area] if area else [pcode for pcode in self.events_by_area if pcode in self.world.names]
        ids = [
            source
            for pcode in areas
            for row in self.events_by_area.get(pcode, ())
            if row["nature"] == nature
            for source in (str(row["source_id"]), str(row["source_id_2"]))
            if source
        ]
        return tuple(dict.fromkeys(ids))
