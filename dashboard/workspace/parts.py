"""The parts of the map page, each written by one function: page and Dash callbacks call the same.

A part is HTML for the element of the same id (`dashboard.workspace.ids`); it is complete and answers by links, so that
it needs no script where it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast

from markupsafe import Markup, escape

from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.lenses import lens_of, lenses
from dashboard.lenses.base import Fold, LensView
from dashboard.lenses.picture import drawn_state
from dashboard.view.reducer import FRAMED
from dashboard.view.site import Site
from dashboard.view.state import (
    ALL_CORRIDORS,
    EXTENTS,
    MEASURES,
    NATURES,
    ViewState,
    through_lens,
    to_queries,
    to_query,
)
from dashboard.view.template_tools import TemplateTools
from dashboard.view.window import KENYA, view_window
from dashboard.view.year_bars import YearBar, year_bars
from dashboard.web.links import public_root
from dashboard.web.templates import render
from dashboard.workspace.first_paint import first_map_svg, inset_svg
from dashboard.workspace.panel import NATION, nation_html
from dashboard.workspace.panel import panel_html as panel_of
from layers.figure import EXTENTS as WINDOWS
from layers.figure import Window

COMPARE = "compare"
SHOWN = (("detected", "counts"), ("roles", "roles"))
"""Questions that “Show” goes between, with their words, in chips and controls alike."""


@dataclass(frozen=True)
class PageView:
    """One view as every part sees it. seen: what its lens makes of it, worked out once."""

    site: Site
    state: ViewState

    @cached_property
    def seen(self) -> LensView:
        """What the lens of the view makes of it, and below it what belongs to no county."""
        seen = lens_of(self.state).view(self.site, self.state)
        world, choices = self.site.world, self.site.choices
        nation = Fold(NATION, self.tr.t("panel.national_incidents"), lambda: nation_html(world, choices, self.state))
        return replace(seen, folds=(*seen.folds, nation))

    @property
    def drawn(self) -> ViewState:
        """The view as the map draws it: with all corridors where its lens wants them and none is chosen."""
        return drawn_state(self.state)

    @property
    def tr(self) -> Catalogue:
        """The reader's words."""
        return catalogue(self.state.lang)

    def link(self, **changes: object) -> str:
        """Return the address of this view with another choice."""
        return f"/?{to_query(replace(self.state, **changes), self.site.choices)}"  # type: ignore[arg-type] # own fields

    @cached_property
    def names(self) -> dict[str, Any]:
        """What every template of a part may ask for."""
        return dict(TemplateTools(self.site.world, self.site.choices, self.state).names())


def sentence_html(view: PageView) -> Markup:
    """Return what is seen, in one or two lines."""
    return escape(view.seen.sentence)


def legend_html(view: PageView) -> Markup:
    """Return classes and kinds of empty."""
    return view.seen.legend


def panel_html(view: PageView) -> Markup:
    """Return what is known of the chosen county or corridor, or of Kenya."""
    whole = panel_of(view.site.world, view.site.choices, view.state, public_root())
    return Markup(whole) + Markup('<div id="lens-panel">{}</div>').format(view.seen.panel)  # noqa: S704 - escaped


def framed_panel(view: PageView) -> Markup | None:
    """Return what a lens whose figures are in the frames adds to the panel; None: its `question` brings it."""
    alone = lens_of(view.state).panel
    if view.state.lens not in FRAMED:
        return None
    return alone(view.site, view.state) if alone else view.seen.panel


def strip_html(view: PageView) -> Markup:
    """Return the years as bars, each a link to its year."""
    legal = view.site.choices.of(view.state.dataset)
    bars = year_bars(view.site, view.state)
    html = render(
        "parts/strip.html",
        bars=bars,
        pooled=view.link(t="all"),
        period=legal.period,
        brushed=not legal.periods,
        hrefs=_year_links(view, bars),
        **view.names,
    )
    return Markup(html)  # noqa: S704 - the template escapes every value


def _year_links(view: PageView, bars: Sequence[YearBar]) -> dict[int, str]:
    """Return year → what its bar leads to: the year on the map, all years again, or an outside year alone."""
    inside = [str(bar.year) for bar in bars if bar.inside and not bar.chosen]
    queries = to_queries(view.state, view.site.choices, "t", inside)
    hrefs = {int(year): f"/?{query}" for year, query in queries.items()}
    for bar in bars:
        if bar.chosen:
            hrefs[bar.year] = view.link(t="all")
        elif not bar.inside:
            hrefs[bar.year] = view.link(first=bar.year, last=bar.year, t="all")
    return hrefs


def table_html(view: PageView) -> Markup:
    """Return the table of the lens."""
    return view.seen.table


def chips_html(view: PageView) -> Markup:
    """Return kind, measure, corridor and what is shown, each value a link."""
    state, tr, choices = view.state, view.tr, view.site.choices
    measures = MEASURES[1:] if choices.of(state.dataset).protected else MEASURES
    corridors = [("", tr.t("filters.corridor_trunk")), (ALL_CORRIDORS, tr.t("filters.corridor_all"))]
    corridors += [
        (str(row["corridor_id"]), f"{row['corridor_id']} {tr.corridor(str(row['corridor_id']), str(row['name']))}")
        for row in view.site.world.corridors.corridors
    ]
    shown = [
        (tr.t(f"screen.show_{words}"), f"/?{to_query(through_lens(state, key, choices), choices)}", key == state.lens)
        for key, words in SHOWN
        if key in lenses()
    ]
    counted = view.seen.frames is not None
    html = render(
        "parts/chips.html",
        natures=[(value, tr.t(f"screen.nature_{value}"), view.link(nature=value)) for value in NATURES],
        measures=[(value, tr.t(f"screen.measure_{value}"), view.link(measure=value)) for value in measures if counted],
        # Who compares counties has them side by side: a corridor would take the chosen one's place.
        corridors=[(key, name, view.link(corridor=key, county="")) for key, name in corridors if state.lens != COMPARE],
        shown=shown if len(shown) > 1 and state.lens in {"detected", "roles"} else [],
        **view.names,
    )
    return Markup(html)  # noqa: S704 - the template escapes every value


def extents_html(view: PageView) -> Markup:
    """Return the windows of the map, each a link."""
    # A chosen corridor is shown whole: without scripts Kenya is seen again when it is closed.
    shown = view_window(view.site.world, view.drawn)
    closed = {"corridor": ""} if view.state.corridor not in {"", ALL_CORRIDORS} else {}
    links = [
        (value, view.tr.t(f"extent.{value}"), view.link(extent=value, **(closed if value == "kenya" else {})))
        for value in EXTENTS
    ]
    pressed = next((value for value in EXTENTS if WINDOWS[cast("Window", value)] == shown), "")
    html = render("parts/extents.html", extents=links, pressed=pressed, **view.names)
    return Markup(html)  # noqa: S704 - the template escapes every value


def map_svg(view: PageView) -> Markup:
    """Return the whole map as one SVG."""
    return first_map_svg(view.site, view.drawn, view.seen)


def inset_map(view: PageView) -> Markup:
    """Return the magnified centre, empty where another window than Kenya is shown."""
    whole = view_window(view.site.world, view.drawn) == KENYA
    return inset_svg(view.site, view.drawn, view.seen) if whole else Markup("")
