"""One step of a story as it is shown: the view behind its link, with words and figures from the data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit

from markupsafe import Markup

from dashboard.briefing.story import FIGURE, Step, Story, say
from dashboard.export.brief_figures import country_figures, county_figures
from dashboard.export.view import View
from dashboard.lenses import lenses
from dashboard.lenses.old_links import translated
from dashboard.lenses.picture import lens_picture
from dashboard.view.site import Site
from dashboard.view.state import Notice, ViewState, from_query
from dashboard.view.svg import SvgMapSpec
from geodata.query.changes import provinces
from geodata.query.world import LedgerSource, World
from geodata.values import DataProblem, Pcode
from layers.projection import window_of
from layers.specs import Extent

PAGES = ("/country", "/sources", "/changes")
"""Pages without a map that a step may lead to; it shows its words, and the page's address."""
COUNTY_PAGE = re.compile(r"/county/(KE0\d\d)")
SHEET = (660, 610)
"""Pixels of the map on a projector: small, so that its words are large when it fills the screen."""
PHONE = (380, 430)
NEAR_MARGIN = 0.04
"""Share of a step's window left free around a county and its neighbours."""


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step in one language: its words, and the map of its link as its lens draws it; no map for another page."""

    number: int
    of: int
    title: tuple[str, str]
    caption: tuple[str, str]
    notes: tuple[str, str]
    link: str
    svg: Markup
    sentence: str
    legend: Markup
    sources: tuple[LedgerSource, ...]
    state: ViewState


def map_state(site: Site, step: Step, lang: str) -> tuple[ViewState, tuple[Notice, ...]] | None:
    """Return the view of a step's link, with what was not understood; None for a page without a map.

    Addresses that a lens took over are read as the page does; a county's profile is the map with that county.
    """
    parts = urlsplit(step.link)
    query, county = spoken(parts.query, lang), COUNTY_PAGE.fullmatch(parts.path)
    old = {path: translate for lens in lenses().values() for path, translate in lens.old.items()}
    if county:
        query = f"{query}&county={county[1]}"
    elif parts.path in old:
        query = urlencode(translated(query, site, old[parts.path]), safe=",:")
    elif parts.path != "/":
        return None
    return from_query(query, site.choices)


def zoom(world: World, state: ViewState) -> Extent | None:
    """Return a step's window: a county with its neighbours, the counties or region of its lens, or all of a corridor.

    None for the view's own.
    """
    if state.extent != "kenya":
        return None
    anchors = world.edition.anchors()
    told = _counties_of(world, state)
    if told:
        boxes = [anchors[pcode].bbox for pcode in told]
        return window_of([(box[k], box[k + 1]) for box in boxes for k in (0, 2)], margin=NEAR_MARGIN)
    legs = [leg["geometry"] for leg in world.corridors.legs if leg["properties"]["corridor_id"] == state.corridor]
    points = [(float(at[0]), float(at[1])) for geometry in legs if geometry for at in geometry["coordinates"]]
    return window_of(points) if points else None


def _counties_of(world: World, state: ViewState) -> list[Pcode]:
    own = dict(state.own)
    if state.county:
        near = world.edition.neighbours().get(Pcode(state.county), ())
        return [Pcode(state.county), *(neighbour.pcode for neighbour in near)]
    named = provinces(world).get(own.get("region", ""), ()) or own.get("counties", "").split(",")
    return [Pcode(pcode) for pcode in named if pcode in world.names]


def spoken(query: str, lang: str) -> str:
    """Return a query string in another language."""
    pairs = [(key, value) for key, value in parse_qsl(query) if key != "lang"]
    return urlencode([*pairs, ("lang", lang)], safe=",")


def show(site: Site, story: Story, number: int, lang: str, *, phone: bool = False) -> ShownStep:
    """Return a step (numbered from 1); for a phone its map is smaller and lighter.

    Raises DataProblem for a figure its view does not have.
    """
    return _show_cached(site, site.world.key, story, number, lang, phone)


@lru_cache(maxsize=256)
def _show_cached(site: Site, _world: str, story: Story, number: int, lang: str, phone: bool) -> ShownStep:
    step = story.steps[number - 1]
    view_on_map = map_state(site, step, lang)
    caption, notes = say(step.caption, lang), say(step.notes, lang)
    rows = tuple(site.world.source_rows[source_id] for source_id in step.sources if source_id in site.world.source_rows)
    parts = urlsplit(step.link)
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    words = ShownStep(
        number=number,
        of=len(story.steps),
        title=say(step.title, lang),
        caption=caption,
        notes=notes,
        link=f"{parts.path}?{spoken(parts.query, lang)}{fragment}",
        svg=Markup(),
        sentence="",
        legend=Markup(),
        sources=rows,
        state=from_query(f"lang={lang}", site.choices)[0],
    )
    if view_on_map is None:
        return words
    state = view_on_map[0]
    view = View(site.world, site.choices, state)
    paper = SvgMapSpec(PHONE if phone else SHEET, f"s{number}", phone, extent=zoom(site.world, state))
    picture = lens_picture(site, state, paper, lines=not phone)
    return replace(
        words,
        caption=(filled(view, caption[0]), caption[1]),
        notes=(filled(view, notes[0]), notes[1]),
        svg=picture.svg,
        sentence=picture.sentence,
        legend=picture.legend,
        state=state,
    )


def filled(view: View, text: str) -> str:
    """Return a text with its figures in place; raise DataProblem for one this view does not have."""
    return FIGURE.sub(lambda match: figure_text(view, match[1]), text)


def figure_text(view: View, figure: str) -> str:
    """Return a figure of the view's whole period as a reader sees it."""
    area = figure.partition(".")[0]
    listed = county_figures(view, area) if area in view.world.names else country_figures(view)
    known = {item.id: item.text for item in listed}
    if figure not in known:
        some = ", ".join(list(known)[:3])
        raise DataProblem(f"the figure “{figure}” is not part of this step's view, which has for example {some}")
    return known[figure]


def problems(site: Site, story: Story) -> Iterator[str]:
    """Yield what the data at hand says against a story, one sentence each."""
    for number, step in enumerate(story.steps, 1):
        where = f"{story.name}.yaml, step {number}"
        path = urlsplit(step.link).path
        view_on_map = map_state(site, step, "en")
        if view_on_map is None and path not in PAGES:
            yield f"{where}: “{path}” is not a page a story can show; use the map (/) or {', '.join(PAGES)}."
            continue
        for notice in view_on_map[1] if view_on_map else ():
            yield f"{where}: the link says {notice.key}={notice.given}, not understood; {notice.used} is shown."
        for source in step.sources:
            if source not in site.world.source_rows:
                yield f"{where}: the source “{source}” is not on the Sources page."
        if view_on_map is not None:
            view = View(site.world, site.choices, view_on_map[0])
            for lang, text in (*step.caption.items(), *step.notes.items()):
                try:
                    filled(view, text)
                except DataProblem as problem:
                    yield f"{where} ({lang}): {problem}."
