"""How exposed a county is beside what is done there, with the reasons and sources of every county.

One measure of exposure is on the map at a time; the list of counties exposed and unserved asks each
measure by itself. Nothing is added up over measures, and no shared total is summed or split.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.view.query_string import first_values
from dashboard.view.state import Notice
from dashboard.web.links import address
from geodata.query.detection import (
    APART,
    EXPOSURES,
    RESPONSES,
    CountyDetection,
    Gap,
    Gaps,
    county_legs,
    detection,
    held_roles,
    response_gap,
)
from geodata.query.profiles import shared_total
from geodata.query.world import ResponseRow, World
from geodata.values import Empty, Nature
from layers.bivariate import BivariateClass, swatch
from layers.legend import LegendItem

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


def read_view(query: str, lang: str) -> tuple[GapView, tuple[Notice, ...]]:
    """Parse a query string; an illegal measure falls back with a notice. Never raises."""
    return view_of(first_values(query).get("by", ""), lang)


def view_of(by: str, lang: str) -> tuple[GapView, tuple[Notice, ...]]:
    """Return what is shown by a measure of exposure, as `read_view` does."""
    if by and by not in EXPOSURES:
        return GapView(lang), (Notice("by", by[:60], EXPOSURES[0]),)
    return GapView(lang, by or EXPOSURES[0]), ()


def cell_of(gap: Gap, by: str) -> BivariateClass:
    """Return the class of a county for one measure."""
    return BivariateClass(gap.thirds[by], gap.level)


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
    return {
        "columns": _levels(tr, gaps),
        "rows": [
            (
                tr.t(f"response.third.{third}"),
                ranges[third],
                [(_swatch(third, level), cells.count(BivariateClass(third, level))) for level in range(3)],
            )
            for third in (2, 1, 0)
        ],
    }


def class_items(tr: Catalogue, gaps: Gaps, view: GapView) -> tuple[LegendItem, ...]:
    """Return the nine classes as rows of a legend, the most exposed first."""
    measure, levels = tr.t(f"response.measure.{view.by}"), _levels(tr, gaps)
    classes = [(third, BivariateClass(third, level)) for third in (2, 1, 0) for level in range(3)]
    return tuple(
        LegendItem(
            str(i),
            f"{cell.code} {measure}: {tr.t(f'response.third.{third}')}; {levels[cell.response]}",
            cell.colour,
            cell.pattern or "fill",
        )
        for i, (third, cell) in enumerate(classes)
    )


def _levels(tr: Catalogue, gaps: Gaps) -> list[str]:
    return [
        tr.t("response.level.none"),
        tr.t("response.level.some", n=gaps.half),
        tr.t("response.level.more", low=gaps.half + 1, top=gaps.top),
    ]


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
        "value": value_words(tr, measure, gap, world, parts=True),
        "third": tr.t(f"response.third.{third}"),
        "up": third == 2,
        "from": tr.t("response.upper_from", high=_number(tr, gaps.breaks[measure].high)),
        "sources": address("/sources", tr.lang, **query) if gap.exposure[measure] else "",
    }


def _number(tr: Catalogue, value: float) -> str:
    return tr.number(value, 0 if value == int(value) else 1)


def value_words(tr: Catalogue, measure: str, gap: Gap, world: World, *, parts: bool = False) -> str:
    """Return the value of a measure in words, with what it is made of where `parts` is wished."""
    value = gap.exposure[measure]
    if measure == "roles":
        words = tr.t("response.value.roles", n=int(value or 0))
        roles = ", ".join(tr.t(f"role.{role.value}") for role in held_roles(world).get(gap.pcode, ()))
        return f"{words}: {roles}" if roles and parts else words
    if value is None:
        line = _detection_of(world, gap.pcode, measure)
        events = line.totals[measure]
        empty = "unstated" if events else "zero" if line.rate.empty == Empty.ZERO else "none"
        return tr.t(f"response.value.{measure}_{empty}", n=events.incidents if events else 0)
    more = ""
    if parts and measure == "legs":
        more = tr.t("response.value.of_legs", n=len(county_legs(world).get(gap.pcode, ())))
    elif parts and measure in APART:
        events = _detection_of(world, gap.pcode, measure).totals[measure]
        more = tr.t("response.value.in_events", n=events.incidents) if events else ""
    return f"{tr.t(f'response.value.{measure}', n=int(value))}{more}"


def _detection_of(world: World, pcode: str, nature: str) -> CountyDetection:
    lines = detection(world, world.coverage, nature, "incidents").lines
    return next(line for line in lines if line.pcode == pcode)


def _row(world: World, row: ResponseRow) -> dict[str, Any]:
    """Return a response with the year it is known from; a shared total names its counties."""
    shared = shared_total(world, row.total_id) if row.total_id else ()
    return {
        "kind": row.kind,
        "name": row.name,
        "date": (row.start_date or row.end_date)[:4],
        "quantity": row.quantity,
        "unit": row.unit,
        "source": row.source_id,
        "shared": shared,
        "reading": row.reading,
        "reason": row.reason,
    }


def by_name(world: World, gaps: Iterable[Gap]) -> list[Gap]:
    """Return the counties by name."""
    return sorted(gaps, key=lambda gap: world.names[gap.pcode])


def csv_rows(world: World, view: GapView) -> list[dict[str, Any]]:
    """Return the rows of the download, one per county, with the page's notes."""
    tr = catalogue(view.lang)
    notes = " ".join(tr.t(f"response.note.{key}") for key in NOTES)
    rows = []
    for gap in by_name(world, response_gap(world).counties.values()):
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
                "sources": ";".join(dict.fromkeys(row.source_id for row in counted)),
                "notes": notes,
            }
        )
    return rows
