"""Which views of the map are written as files: a bounded set, of those that the pages' own links offer.

Written, for every nature: what was detected, in every measure over all years and over the windows offered beside the
years, and events of each single year; every other question over all years; the other extents of counts and ways. For
trafficking and smuggling also persons of each single year, every question with all its parts open, and its picture.
Each corridor, once. A chosen county leads to its profile. Not written: filters, layers, other rules and grades, rates
of single years, other questions of some years only, two periods or sets of counties of a reader's own.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import lru_cache

from dashboard.briefing.pages import folders
from dashboard.briefing.story import folder_stories
from dashboard.lenses import lens_of
from dashboard.lenses.folds import ALL_CLOSED
from dashboard.view.site import Site
from dashboard.view.state import ALL_CORRIDORS, FIRST_LENS, NATURES, POOLED, ViewState, defaults, from_query, is_plain
from dashboard.workspace.panel import NATION
from geodata.query.changes import windows
from geodata.query.indicators import leading_nature

WITH_EXTENTS = (FIRST_LENS, "ways")
"""Questions of which the other extents of the map are written."""
IN_FULL = NATURES[:2]
"""Natures for which more is written: all parts open, persons of single years, pictures."""
OF_A_YEAR = ("incidents", "persons")
"""Measures that are written for single years; of other natures the first only."""
READ = frozenset(
    {"lang", "dataset", "nature", "measure", "first", "last", "t", "extent", "county", "corridor", "lens", "fold"}
)
"""Fields of a view that may differ from the plain one in a view that is written."""


@dataclass(frozen=True)
class Scope:
    """What is written of the site.

    languages: languages of the pages. counties: P-codes with a profile, a card and a feed. lenses, natures, corridors,
    years (single ones): of the views. stories: of the briefing. Fewer than all are for trying and tests.
    """

    languages: tuple[str, ...]
    counties: tuple[str, ...]
    lenses: tuple[str, ...]
    corridors: tuple[str, ...]
    years: tuple[int, ...]
    stories: tuple[str, ...]
    natures: tuple[str, ...] = NATURES


def whole(site: Site, languages: tuple[str, ...]) -> Scope:
    """Return the scope of the whole public site in some languages."""
    choices = site.choices
    corridors, years = (ALL_CORRIDORS, *choices.corridors), tuple(choices.period.years())
    lenses, stories = tuple(key for key, _ in choices.lenses), tuple(folder_stories(*folders(site.world)))
    return Scope(languages, tuple(site.world.names), lenses, corridors, years, stories)


def nearest(site: Site, scope: Scope, query: str, lang: str) -> ViewState | None:
    """Return the view that is written for a link of the map, or the nearest to it; None where that would mislead.

    Only what the page says itself again (its period, its measure) may differ from what the link asked.
    """
    state, notices = from_query(query, site.choices, lang)
    plain = plain_view(site, state)
    state = replace(state, nature=plain.nature) if is_plain(query) else state
    others = [field.name for field in fields(ViewState) if field.name not in READ]
    if notices or state.lens not in scope.lenses or any(getattr(state, key) != getattr(plain, key) for key in others):
        return None
    if state.lens != FIRST_LENS:
        state = replace(state, corridor=plain.corridor)  # the question is answered, for the whole map
    elif state.corridor in scope.corridors:
        return replace(plain, corridor=state.corridor, nature=_some_nature(site, scope))
    if state.nature not in scope.natures or state.corridor:
        return None
    base = replace(plain, lens=state.lens, nature=state.nature)
    if state.fold and state.fold != (ALL_CLOSED,):
        parts = folds_of(site, state.lens)
        return replace(base, fold=parts) if set(state.fold) <= set(parts) and state.nature in IN_FULL else None
    if state.lens in WITH_EXTENTS and state.extent != plain.extent:
        return replace(base, extent=state.extent)
    return base if state.lens != FIRST_LENS else _counts(site, scope, state, base)


def _counts(site: Site, scope: Scope, state: ViewState, base: ViewState) -> ViewState | None:
    """Return the written view of what was detected: a single year, a window that is offered, or all years."""
    if state.t != POOLED:
        measures = OF_A_YEAR if state.nature in IN_FULL else OF_A_YEAR[:1]
        return (
            replace(base, t=state.t, measure=state.measure)
            if state.measure in measures and int(state.t) in scope.years
            else None
        )
    first, last = state.first, state.last
    offered = (first, last) in periods(site, state)
    return replace(base, first=first, last=last, measure=state.measure) if offered else None


def periods(site: Site, state: ViewState) -> tuple[tuple[int, int], ...]:
    """Return first and last year of all years and of the windows that a page of the map offers."""
    period = site.choices.of(state.dataset).period
    offered = windows(period, period.last).values()
    return ((period.first, period.last), *((window.first, window.last) for window in offered))


@lru_cache(maxsize=32)
def folds_of(site: Site, lens: str) -> tuple[str, ...]:
    """Return the keys of the parts that a question has under its map."""
    state = replace(defaults(site.choices), lens=lens)
    return (*(fold.key for fold in lens_of(state).view(site, state).folds), NATION)


def plain_view(site: Site, state: ViewState) -> ViewState:
    """Return the view of a dataset and language with nothing chosen."""
    start = replace(defaults(site.choices.of(state.dataset)), dataset=state.dataset, lang=state.lang)
    return replace(start, nature=leading_nature(site.world))


def _some_nature(site: Site, scope: Scope) -> str:
    """Return the nature of views that are written for one only: that of the plain address."""
    leading = leading_nature(site.world)
    return leading if leading in scope.natures else scope.natures[0]
