"""`/response`: how exposed a county is beside what is done there, with the reasons and sources of every county.

One measure of exposure is on the map at a time; the list of counties exposed and unserved asks each
measure by itself. Nothing is added up over measures, and no shared total is summed or split.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, Response, request
from markupsafe import Markup

from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.view.answers import csv_answer
from dashboard.view.basemap import small_basemap
from dashboard.view.site import Site, common
from dashboard.view.small_maps import FRAME_WIDTH, shared_outlines
from dashboard.view.state import MAX_QUERY, Notice, defaults
from dashboard.view.template_tools import TemplateTools
from dashboard.web.links import address, reader_lang
from dashboard.web.templates import render
from geodata.query.cube import Totals
from geodata.query.detection import EXPOSURES, RESPONSES, Gap, Gaps, county_legs, detection, held_roles, response_gap
from geodata.query.profiles import shared_total
from geodata.query.world import World
from geodata.values import Nature
from layers.bivariate import BivariateClass, class_fill, swatch
from layers.minimap import Mark, minimap

NOTES = ("thirds", "response", "shared", "homes", "absence", "detected")
COLUMNS = (
    "pcode",
    "county",
    "class",
    "by",
    "corridors_stopping",
    "persons_trafficking",
    "persons_smuggling",
    "roles",
    "roles_held",
    "legs_with_two_sources",
    *(f"third_{measure}" for measure in EXPOSURES),
    *RESPONSES,
    "responses",
    "exposed_on",
    "exposed_and_unserved",
    "sources",
    "notes",
)


@dataclass(frozen=True, slots=True)
class GapView:
    """What the page shows: the measure of exposure on the map."""

    lang: str
    by: str = EXPOSURES[0]


def blueprint(site: Site) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("response", __name__)

    def asked() -> tuple[GapView, tuple[Notice, ...]]:
        return read_view(request.query_string.decode("utf-8", "replace"), reader_lang(site.choices.languages))

    @routes.route("/response")
    def gap() -> str:
        return response_page(site, *asked())

    @routes.route("/response.csv")
    def gap_csv() -> Response:
        view, _ = asked()
        state = replace(defaults(site.choices), lang=view.lang)
        return csv_answer("response", COLUMNS, csv_rows(site.world, view), site, state)

    return routes


def read_view(query: str, lang: str) -> tuple[GapView, tuple[Notice, ...]]:
    """Parse a query string; an illegal measure falls back with a notice. Never raises."""
    given = dict(reversed(parse_qsl(query[:MAX_QUERY].removeprefix("?"), max_num_fields=None)))
    text = given.get("by", "").strip()
    if text and text not in EXPOSURES:
        return GapView(lang), (Notice("by", text[:60], EXPOSURES[0]),)
    return GapView(lang, text or EXPOSURES[0]), ()


@lru_cache(maxsize=16)
def response_page(site: Site, view: GapView, notices: tuple[Notice, ...]) -> str:
    """Return the page, remembered: it changes with the data, the measure and the language only."""
    world, tr = site.world, catalogue(view.lang)
    state = replace(defaults(site.choices), lang=view.lang)
    gaps = response_gap(world)
    rows = [county_part(world, tr, gaps, gap) for gap in _by_name(world, gaps.counties.values())]
    parts = {
        "here": "responds",
        "view": view,
        "notices": notices,
        "sentence": tr.t(
            "response.sentence",
            n=sum(row["unserved"] for row in rows),
            total=len(rows),
            none=sum(not row["level"] for row in rows),
            years=tr.years(world.coverage.first, world.coverage.last),
        ),
        "measures": [(measure, tr.t(f"response.measure.{measure}")) for measure in EXPOSURES],
        "outlines": shared_outlines(world),
        "map": gap_map(world, tr, gaps, view),
        "grid": grid(tr, gaps, view),
        "rows": rows,
        "unserved": [row for row in rows if row["unserved"]],
        "quiet": [row for row in rows if not row["level"] and not row["unserved"]],
        "note_keys": NOTES,
        "half": gaps.half,
        "csv_link": address("/response.csv", view.lang, by=view.by if view.by != EXPOSURES[0] else ""),
    }
    tools = TemplateTools(world, site.choices, state).names()
    query = f"by={view.by}" if view.by != EXPOSURES[0] else ""
    return render("response.html", **{**tools, **common(site, state, ("/response", query)), **parts})


def cell_of(gap: Gap, by: str) -> BivariateClass:
    """Return the class of a county for one measure."""
    return BivariateClass(gap.thirds[by], gap.level)


def gap_map(world: World, tr: Catalogue, gaps: Gaps, view: GapView) -> Markup:
    """Return the map: a link per county to its reasons, letters on counties most exposed with no response."""
    ground = small_basemap(world, FRAME_WIDTH)
    fills, marks, links = {}, [], {}
    for pcode, gap in gaps.counties.items():
        cell = cell_of(gap, view.by)
        words = tr.t(
            "response.county",
            county=world.names[pcode],
            code=cell.code,
            exposure=_value(tr, view.by, gap),
            response=tr.t("response.level_n", n=gap.n_responses),
        )
        gapped = cell.code == "C0"
        fills[pcode], links[pcode] = class_fill(cell, words, marked=gapped), f"#{pcode}"
        if gapped:
            marks.append(Mark(*ground.points[pcode], cell.code, cell.dark, 14))
    title = tr.t("response.map_title", measure=tr.t(f"response.measure.{view.by}"))
    lines = {"border": "", "ilemi": ""}
    drawn = minimap(
        tuple(fills),
        fills,
        ground.width,
        ground.height,
        title,
        tr.t("response.map_desc"),
        links,
        marks,
        lines=lines,
        ident="gap",
    )
    return Markup(drawn)  # noqa: S704 - escaped inside


def grid(tr: Catalogue, gaps: Gaps, view: GapView) -> dict[str, Any]:
    """Return the legend: three rows of exposure, the most exposed on top, and three columns of response."""
    breaks = gaps.breaks[view.by]
    low, high, top = (_number(tr, value) for value in (breaks.low, breaks.high, breaks.top))
    ranges = (
        tr.t("response.up_to", high=low),
        tr.t("response.over_to", low=low, high=high),
        tr.t("response.over", low=high, top=top),
    )
    cells = [cell_of(gap, view.by) for gap in gaps.counties.values()]
    columns = [tr.t("response.level.none"), tr.t("response.level.some", n=gaps.half)]
    return {
        "columns": [*columns, tr.t("response.level.more", low=gaps.half + 1, top=gaps.top)],
        "rows": [
            (
                tr.t(f"response.third.{third}"),
                ranges[third],
                [(_swatch(third, level), cells.count(BivariateClass(third, level))) for level in range(3)],
            )
            for third in (2, 1, 0)
        ],
    }


def _swatch(third: int, level: int) -> Markup:
    return Markup(swatch(BivariateClass(third, level)))  # noqa: S704 - drawn by us, no words in it


def county_part(world: World, tr: Catalogue, gaps: Gaps, gap: Gap) -> dict[str, Any]:
    """Return one county's reasons in words: exposure measure by measure, response row by row, what does not count."""
    return {
        "pcode": gap.pcode,
        "name": world.names[gap.pcode],
        "codes": [(measure, cell_of(gap, measure).code) for measure in EXPOSURES],
        "level": gap.level,
        "n": gap.n_responses,
        "unserved": gap.unserved,
        "exposed_on": gap.exposed_on,
        "exposure": [_reason(world, tr, gaps, gap, measure) for measure in EXPOSURES],
        "response": [
            (kind, [_row(world, row) for row in gap.response[kind]]) for kind in RESPONSES if gap.response[kind]
        ],
        "besides": [_row(world, row) for row in gap.besides],
    }


def _reason(world: World, tr: Catalogue, gaps: Gaps, gap: Gap, measure: str) -> dict[str, Any]:
    uses = {"corridors": "corridors", "legs": "corridors", "roles": "roles"}
    query = {"use": uses.get(measure, "incidents"), "county": gap.pcode}
    if measure in (Nature.TRAFFICKING.value, Nature.SMUGGLING.value):
        query["nature"] = measure
    third = gap.thirds[measure]
    return {
        "measure": measure,
        "said": _value(tr, measure, gap, world),
        "third": tr.t(f"response.third.{third}"),
        "up": third == 2,
        "from": tr.t("response.upper_from", high=_number(tr, gaps.breaks[measure].high)),
        "sources": address("/sources", tr.lang, **query) if gap.exposure[measure] else "",
    }


def _number(tr: Catalogue, value: float) -> str:
    return tr.number(value, 0 if value == int(value) else 1)


def _value(tr: Catalogue, measure: str, gap: Gap, world: World | None = None) -> str:
    """Return the value of a measure in words, with its parts where the world is given."""
    value = gap.exposure[measure]
    if measure == "roles":
        roles = ", ".join(tr.t(f"role.{role.value}") for role in held_roles(world).get(gap.pcode, ())) if world else ""
        words = tr.t("response.value.roles", n=int(value or 0))
        return f"{words}: {roles}" if roles else words
    if value is None:
        events = _events(world, gap.pcode, measure) if world else None
        return tr.t(f"response.value.{measure}_{'unstated' if events else 'none'}", n=events.incidents if events else 0)
    if measure == "corridors":
        return tr.t("response.value.corridors", n=int(value))
    if measure == "legs":
        legs = len(county_legs(world).get(gap.pcode, ())) if world else 0
        parts = tr.t("response.value.of_legs", n=legs) if world else ""
        return f"{tr.t('response.value.legs', n=int(value))}{parts}"
    events = _events(world, gap.pcode, measure) if world else None
    parts = tr.t("response.value.in_events", n=events.incidents) if events else ""
    return f"{tr.t(f'response.value.{measure}', n=int(value))}{parts}"


def _events(world: World, pcode: str, nature: str) -> Totals | None:
    lines = detection(world, world.coverage, nature, "incidents").lines
    return next(line.found[nature] for line in lines if line.pcode == pcode)


def _row(world: World, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a response with the year it is known from; a shared total names its counties."""
    shared = shared_total(world, row["total_id"]) if row["total_id"] else ()
    return {
        "kind": row["kind"],
        "name": row["name"],
        "date": (row["start_date"] or row["end_date"])[:4],
        "quantity": row["quantity"],
        "unit": row["unit"],
        "source": row["source_id"],
        "shared": shared,
        "reading": row["reading"],
        "reason": row["reason"],
    }


def _by_name(world: World, gaps: Iterable[Gap]) -> list[Gap]:
    return sorted(gaps, key=lambda gap: world.names[gap.pcode])


def csv_rows(world: World, view: GapView) -> list[dict[str, Any]]:
    """Return the rows of the download, one per county, with the page's notes."""
    tr = catalogue(view.lang)
    notes = " ".join(tr.t(f"response.note.{key}") for key in NOTES)
    rows = []
    for gap in _by_name(world, response_gap(world).counties.values()):
        counted = [row for rows in gap.response.values() for row in rows]
        rows.append(
            {
                "pcode": gap.pcode,
                "county": world.names[gap.pcode],
                "class": cell_of(gap, view.by).code,
                "by": view.by,
                "corridors_stopping": gap.exposure["corridors"],
                "persons_trafficking": gap.exposure["trafficking"],
                "persons_smuggling": gap.exposure["smuggling"],
                "roles": gap.exposure["roles"],
                "roles_held": ";".join(role.value for role in held_roles(world).get(gap.pcode, ())),
                "legs_with_two_sources": gap.exposure["legs"],
                **{f"third_{measure}": gap.thirds[measure] + 1 for measure in EXPOSURES},
                **{kind: len(gap.response[kind]) for kind in RESPONSES},
                "responses": gap.n_responses,
                "exposed_on": ";".join(gap.exposed_on),
                "exposed_and_unserved": gap.unserved,
                "sources": ";".join(dict.fromkeys(row["source_id"] for row in counted)),
                "notes": notes,
            }
        )
    return rows
