"""A brief of a region: a former province, or any set of counties; its figures together, then county by county."""

from __future__ import annotations

import re
from dataclasses import replace

from dashboard.export import brief_figures, tables
from dashboard.export.model import BriefFigure, BriefTable, Trend
from dashboard.export.view import View
from dashboard.view.state import MAX_QUERY
from geodata.query.changes import provinces
from geodata.query.cube import NATURES
from geodata.query.profiles import region_figures, responses_of
from geodata.query.world import World

AREA = "region"
"""First part of the ids of a region's own figures."""
NAMED = 5
"""A set of counties without a name is called by this many of them, and how many more there are."""
_GIVEN = re.compile(r"(?:^|[?&])region=([^&#]*)")

RegionParts = tuple[list[BriefFigure], list[Trend], list[BriefTable], list[str]]


def region_of(world: World, query: str) -> str:
    """Return the former province that a link names (``region=Coast``), "" for none or an unknown one."""
    given = _GIVEN.search(query[:MAX_QUERY])
    name = re.sub(r"[+_]|%20", " ", given[1]).strip().lower() if given else ""
    return next((known for known in provinces(world) if known.lower() == name), "")


def province_of(world: World, pcodes: tuple[str, ...]) -> str:
    """Return the former province that is exactly these counties, "" for any other set."""
    return next((name for name, members in provinces(world).items() if set(members) == set(pcodes)), "")


def region_name(view: View, pcodes: tuple[str, ...]) -> str:
    """Return what a reader calls the region: its province, else the first of its counties."""
    province = province_of(view.world, pcodes)
    if province:
        return str(view.tr.given("province", province))
    names = [view.world.names[pcode] for pcode in pcodes]
    more = view.tr.t("export.region_more", n=len(names) - NAMED) if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def region_parts(view: View, subject: tuple[str, ...]) -> RegionParts:
    """Return figures, trends, tables and texts (title, headline, sentences) of a region."""
    tr, name = view.tr, region_name(view, subject)
    figures = _together(view, subject, name)
    apart = [figure for pcode in subject for figure in brief_figures.county_figures(view, pcode)]
    regions = [
        replace(tables.compared(view, subject, apart), title=tr.t("export.region_counties")),
        tables.events(view, subject),
        tables.roles(view, subject),
        tables.responses(view, [row for pcode in subject for row in responses_of(view.world, pcode)]),
        tables.counties(view),
    ]
    title = tr.t("export.title.county", area=name, years=view.years())
    parts = brief_figures.nature_parts(view, AREA, figures)
    headline = tr.t("export.headline.area", area=name, years=view.years(), parts=parts)
    which = tr.t("export.region_which", names=", ".join(view.world.names[pcode] for pcode in subject))
    return [*figures, *apart], [], regions, [title, headline, which, tr.t("export.compare_note")]


def _together(view: View, subject: tuple[str, ...], name: str) -> list[BriefFigure]:
    """Return the figures of all its counties together, natures apart."""
    residents = sum(view.world.population[pcode] for pcode in subject)
    known = {
        figures.nature: figures for figures in region_figures(view.world, view.state.dataset, view.filters, subject)
    }
    made: list[BriefFigure] = []
    for nature in NATURES:
        if nature in known or nature in brief_figures.MAIN:
            sources = tuple(dict.fromkeys(s for pcode in subject for s in view.event_sources(pcode, nature)))
            place = brief_figures.Place(AREA, residents, sources)
            made += brief_figures.nature_figures(view, place, nature, known.get(nature))
    return [replace(figure, area_name=name) for figure in made]
