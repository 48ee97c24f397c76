"""What a lens is, and what it makes of a view: one shape for seven questions and for any further one.

A lens is a folder ``dashboard/lenses/<key>/`` with a file ``lens.py`` that holds ``LENS``; its words stand in
``dashboard/i18n/<language>/``, under ``lens.<key>``. Everything a surface shows of a view comes from its
`LensView`: the page, its callbacks, the map without scripts. Nothing is counted here; `geodata.query` counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from flask import Blueprint
from markupsafe import Markup

from dashboard.view.figure import BY_GRADE, LegChoice
from dashboard.view.site import Site
from dashboard.view.state import Notice, ViewState
from layers.legend import LegendItem
from layers.minimap import OVERLAYS, Fill
from layers.theme import LOOK_OF, LOOKS


@dataclass(frozen=True, slots=True)
class CountyFill:
    """How one county stands on the map and in words.

    pcode: KE001 … KE047.
    colour: a hex colour, or ``url(#id)`` of a pattern of `layers.patterns` for a county without a value.
    empty: kind of empty, None where there is a value.
    text: the value, or the short word of the empty.
    sort: what the table sorts by; -1 below every value where there is none.
    words: the whole of it, for a tooltip and who does not see the map.
    over: name of an overlay of `layers.minimap` that lies over the colour (``rise``, ``dot``), "" for none.
    mark: a few letters on the county, "" for none.
    edged: outlined in ink, for what must not be missed.
    code: class code of the animation frames (`layers.theme.CODES`), "" where the lens has no frames.
    """

    pcode: str
    colour: str
    empty: str | None
    text: str
    sort: float
    words: str
    over: str = ""
    mark: str = ""
    edged: bool = False
    code: str = ""


@dataclass(frozen=True, slots=True)
class Fold:
    """A part under the map: made only when a link opens it (key ``fold``) or a browser asks for it.

    opened: it stands open where the link says nothing of folds.
    maps: it draws small maps, which need the outlines of `view.small_maps.shared_outlines` once on the page.
    """

    key: str
    title: str
    make: Callable[[], Markup]
    opened: bool = False
    maps: bool = False


@dataclass(frozen=True, slots=True)
class LensKey:
    """The legend of a lens in plain values: title, rows and note; pages, slides and paper write the same."""

    title: str
    items: tuple[LegendItem, ...]
    note: str = ""


def lens_key(
    title: str, classes: Iterable[tuple[str, str]], empties: Iterable[tuple[str, str]] = (), note: str = ""
) -> LensKey:
    """Return a legend; classes: colour and words. empties: what an SVG is filled with ("" for zero) and words."""
    by_fill = {look.fill: look for look in LOOKS.values()} | {"": LOOK_OF["zero"]}
    looks = [(by_fill[fill], label) for fill, label in empties]
    return LensKey(
        title,
        (
            *(LegendItem(str(i), label, colour, "fill") for i, (colour, label) in enumerate(classes)),
            *(LegendItem(look.code, label, look.colour, look.mark) for look, label in looks),
        ),
        note,
    )


@dataclass(frozen=True, slots=True)
class LensView:
    """What one lens makes of one view: everything a surface needs.

    sentence: one or two lines: what is seen, denominator, period, kind of evidence.
    leaves_out: what stands behind “what this leaves out”.
    fills: the 47 counties, by P-code.
    legend: title, classes and kinds of empty, as HTML.
    table: the table of the lens, as HTML.
    panel: what the lens adds to the panel of the chosen county (or of Kenya).
    controls: what this lens alone lets a reader choose: forms and links.
    folds: parts under the map.
    frames: period × county × measure (`layers.animation_frames`) where time is answered in the browser, else None.
    legs: the corridor legs on the map.
    notices: values of the lens's own keys that were not understood.
    key: the legend in plain values, for slides and paper; None where the map shows the counts.
    """

    sentence: str
    leaves_out: str
    fills: tuple[CountyFill, ...]
    legend: Markup
    table: Markup
    panel: Markup = field(default_factory=Markup)
    controls: Markup = field(default_factory=Markup)
    folds: tuple[Fold, ...] = ()
    frames: Mapping[str, Any] | None = None
    legs: LegChoice = BY_GRADE
    notices: tuple[Notice, ...] = ()
    key: LensKey | None = None


def county_fill(  # noqa: PLR0913 - the parts of one county
    pcode: str, fill: Fill, *, text: str, sort: float, empty: str | None = None, mark: str = ""
) -> CountyFill:
    """Return the fill of a small map as a county of the large one."""
    over = fill.pattern if fill.pattern.removesuffix("-l") in OVERLAYS else ""
    colour = f"url(#{fill.pattern})" if fill.pattern and not over else fill.colour
    return CountyFill(pcode, colour, empty, text, sort, fill.words, over=over, mark=mark, edged=bool(fill.edge))


OldLink = Callable[[Mapping[str, str], Site], dict[str, str]]
"""From the keys of an address of November to those of the map."""


def only(given: Mapping[str, str], keys: Iterable[str]) -> dict[str, str]:
    """Return the pairs of some keys, without empty ones."""
    return {key: given[key] for key in keys if given.get(key)}


def no_files(site: Site, state: ViewState) -> tuple[tuple[str, str], ...]:
    """Return no files beyond those that every view has."""
    del site, state
    return ()


@dataclass(frozen=True, slots=True)
class Lens:
    """One question.

    key: its name in the link, its folder, its words. order: where it stands among the questions.
    view: what it makes of a view. panel: the panel of that view alone, where it is cheaper than all of it.
    roles: draws the roles of all counties; else only those of grade A.
    corridors: which are drawn where none is chosen: the trunk, all, or none.
    styles: style sheets that its parts need.
    routes: its files, as a Blueprint; None where it has none.
    old: addresses that the lens took over, each with how its keys are translated.
    files: words and address of what can be taken away beside what every view gives.
    """

    key: str
    order: int
    view: Callable[[Site, ViewState], LensView]
    panel: Callable[[Site, ViewState], Markup] | None = None
    roles: bool = False
    corridors: Literal["trunk", "all", "none"] = "trunk"
    files: Callable[[Site, ViewState], tuple[tuple[str, str], ...]] = no_files
    styles: tuple[str, ...] = ()
    routes: Callable[[Site], Blueprint] | None = None
    old: Mapping[str, OldLink] = field(default_factory=dict)
