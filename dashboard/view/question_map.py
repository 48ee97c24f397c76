"""What another question than the counts puts on a map, in plain values: for slides, paper and files.

`dashboard.lenses.on_paper` makes it; makers of files take it from whoever asks them (`AskQuestion`), for the lenses
stand beside them in the house and not under them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.view.figure import LegChoice
from dashboard.view.state import Choices, ViewState
from geodata.query.world import World
from layers.legend import LegendItem


@dataclass(frozen=True, slots=True)
class QuestionFill:
    """One county. code, colour, mark: as in `QuestionMap.items`. letters: what is written under its name."""

    code: str
    colour: str
    mark: str
    words: str
    letters: str


@dataclass(frozen=True, slots=True)
class QuestionMap:
    """The map of a question.

    question: its name in the reader's words. sentence: what is seen. title, items, note: its legend. fills: P-code →
    county. legs: the corridor legs drawn; every: all corridors where none is chosen. filled: counties are coloured; not
    where the ways are the picture.
    """

    question: str
    sentence: str
    title: str
    items: tuple[LegendItem, ...]
    note: str
    fills: dict[str, QuestionFill]
    legs: LegChoice
    every: bool
    filled: bool


AskQuestion = Callable[[World, Choices, ViewState], QuestionMap | None]
"""Gives the map of a view's question, None for counts and for what the dataset cannot answer."""
