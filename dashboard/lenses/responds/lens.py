"""Who responds? One measure of exposure beside what is done there, nine classes; the reasons of every county.

Exposure and response rest on the whole public record, whatever the years and filters of the view.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

from flask import Blueprint, Response
from markupsafe import Markup

from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.lenses.base import CountyFill, Fold, Lens, LensKey, LensView, county_fill, only
from dashboard.lenses.responds.rows import (
    COLUMNS,
    NOTES,
    GapView,
    by_name,
    cell_of,
    class_items,
    county_part,
    csv_rows,
    grid,
    read_view,
    value_words,
    view_of,
)
from dashboard.lenses.tools import LensTools, of_public_record
from dashboard.view.answers import csv_answer
from dashboard.view.query_string import request_query
from dashboard.view.site import Site
from dashboard.view.state import ViewState, defaults
from dashboard.web.links import address, reader_lang
from geodata.query.detection import EXPOSURES, Gap, Gaps, response_gap
from geodata.query.world import World
from layers.bivariate import class_fill

WORST = "C0"
"""Most exposed, and no response known."""


def responds(site: Site, asked: ViewState) -> LensView:
    """Return who responds."""
    state, notices = of_public_record(site, asked)
    view, more = view_of(dict(state.own).get("by", ""), state.lang)
    tools, gaps = LensTools(site, state), response_gap(site.world)
    tr = tools.tr
    measures = [(measure, tr.t(f"response.measure.{measure}")) for measure in EXPOSURES]
    rows = _table_rows(site.world, state.lang, view.by)
    return LensView(
        sentence=_sentence(site.world, tr, gaps),
        leaves_out=tr.t("lens.responds.leaves_out"),
        fills=tuple(_fill(site.world, tr, gap, view) for gap in gaps.counties.values()),
        legend=tools.part("responds/legend.html", view=view, grid=grid(tr, gaps, view)),
        table=tools.part("responds/table.html", rows=rows, measures=measures),
        panel=_panel(tools, gaps),
        controls=tools.part("responds/controls.html", view=view, measures=measures),
        folds=_folds(tools, gaps),
        notices=(*notices, *more),
        key=LensKey(tr.t("response.legend"), class_items(tr, gaps, view)),
    )


def _sentence(world: World, tr: Catalogue, gaps: Gaps) -> str:
    return tr.t(
        "response.sentence",
        n=sum(gap.unserved for gap in gaps.counties.values()),
        total=len(gaps.counties),
        none=sum(not gap.level for gap in gaps.counties.values()),
        years=tr.years(world.coverage.first, world.coverage.last),
    )


def _fill(world: World, tr: Catalogue, gap: Gap, view: GapView) -> CountyFill:
    cell = cell_of(gap, view.by)
    response = tr.t("response.level_n", n=gap.n_responses)
    words = tr.t(
        "response.county",
        county=world.names[gap.pcode],
        code=cell.code,
        exposure=value_words(tr, view.by, gap, world),
        response=response,
    )
    fill = class_fill(cell, words, marked=cell.code == WORST)
    mark = cell.code if cell.code == WORST else ""
    return county_fill(gap.pcode, fill, text=response, sort=gap.n_responses, mark=mark)


@lru_cache(maxsize=16)
def _table_rows(world: World, lang: str, by: str) -> list[dict[str, Any]]:
    """Return one row per county: its class, every measure of exposure, its responses by kind."""
    tr, gaps = catalogue(lang), response_gap(world)
    return [
        {
            "pcode": gap.pcode,
            "name": world.names[gap.pcode],
            "code": cell_of(gap, by).code,
            "cells": [
                ("–" if value is None else tr.number(value), -1 if value is None else value)
                for value in (gap.exposure[measure] for measure in EXPOSURES)
            ],
            "n": gap.n_responses,
            "kinds": ", ".join(tr.t(f"response.kind.{kind}") for kind, rows in gap.response.items() if rows),
        }
        for gap in by_name(world, gaps.counties.values())
    ]


def _panel(tools: LensTools, gaps: Gaps) -> Markup:
    if not tools.state.county:
        return Markup()
    row = county_part(tools.site.world, tools.tr, gaps, gaps.counties[tools.state.county])
    return tools.part("responds/panel.html", row=row)


def _folds(tools: LensTools, gaps: Gaps) -> tuple[Fold, ...]:
    world, tr = tools.site.world, tools.tr
    ordered = by_name(world, gaps.counties.values())
    served = sum(gap.unserved for gap in ordered)

    def unserved() -> Markup:
        rows = [county_part(world, tr, gaps, gap) for gap in ordered]
        listed = [row for row in rows if row["unserved"]]
        quiet = [row for row in rows if not row["level"] and not row["unserved"]]
        return tools.part("responds/unserved.html", unserved=listed, quiet=quiet)

    def everything() -> Markup:
        return tools.part("responds/all.html", rows=[county_part(world, tr, gaps, gap) for gap in ordered])

    return (
        Fold("unserved", tr.t("response.unserved", n=served), unserved),
        Fold("all", tr.t("lens.responds.folds.all"), everything),
        Fold("how", tr.t("lens.responds.folds.how"), partial(tools.part, "responds/how.html", note_keys=NOTES)),
    )


def files(site: Site, state: ViewState) -> tuple[tuple[str, str], ...]:
    """Return the table of the lens as a file."""
    tr, by = LensTools(site, state).tr, dict(state.own).get("by", "")
    return ((tr.t("response.title"), address("/response.csv", state.lang, by=by)),)


def routes(site: Site) -> Blueprint:
    """Return the file's address."""
    room = Blueprint("responds", __name__)

    @room.route("/response.csv")
    def response_csv() -> Response:
        view, _ = read_view(request_query(), reader_lang(site.choices.languages))
        state = replace(defaults(site.choices), lang=view.lang)
        return csv_answer("response", COLUMNS, csv_rows(site.world, view), site, state)

    return room


def old_page(given: Mapping[str, str], site: Site) -> dict[str, str]:
    """Translate `/response`, which had one choice."""
    del site
    return {"lens": "responds", **only(given, ("by",))}


LENS = Lens(
    key="responds", order=5, view=responds, files=files, styles=("css/lens.css",), routes=routes,
    old={"/response": old_page},
)  # fmt: skip
