"""Compare: counties side by side as small multiples, with tables of figures and differences.

The large map shows the counts of the view with the compared counties outlined; each county has its own small map.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from flask import Blueprint, Response
from markupsafe import Markup

from dashboard.lenses.base import CountyFill, Fold, Lens, LensView, only
from dashboard.lenses.compare.parts import card_parts, context_parts, sentence, table_parts
from dashboard.lenses.compare.query import (
    COLUMNS,
    KEPT,
    MOST,
    CompareQuery,
    compare_lines,
    comparison_of,
    link_of,
    read_query,
    view_query,
)
from dashboard.lenses.detected.lens import county_fills
from dashboard.lenses.joined import joined
from dashboard.lenses.tools import PUBLIC, LensTools
from dashboard.view.answers import csv_answer
from dashboard.view.figure import filter_words, frames, state_filters
from dashboard.view.frame import ViewFrame
from dashboard.view.query_string import request_query
from dashboard.view.site import Site
from dashboard.view.state import ViewState
from geodata.query.comparison import PRESETS, TO, Comparison

FORM_ONLY = ("go", "was", "add")


def compare(site: Site, asked: ViewState) -> LensView:
    """Return counties side by side."""
    query = view_query(site, asked)
    state, comparison = query.state, comparison_of(site, query)
    tools, world = LensTools(site, state), site.world
    frame = ViewFrame(world, state, frames(world, state_filters(state, site.choices)))
    return LensView(
        sentence=sentence(world, tools.tr, comparison, state) + filter_words(tools.tr, state),
        leaves_out=tools.tr.t("lens.compare.leaves_out"),
        fills=_fills(frame, comparison),
        legend=tools.common_legend(frame),
        table=tools.part(
            "compare/figures.html",
            csv_link=link_of(site, query),
            **table_parts(world, tools.tr, state, comparison, query.to),
        ),
        panel=_panel(tools),
        controls=_controls(tools, query),
        folds=_folds(tools, query, comparison),
        notices=query.notices,
    )


def _fills(frame: ViewFrame, comparison: Comparison) -> tuple[CountyFill, ...]:
    own = {side.unit.key for side in comparison.sides if side.unit.kind == "county"}
    return tuple(replace(county, edged=county.pcode in own) for county in county_fills(frame))


def _panel(tools: LensTools) -> Markup:
    state, world = tools.state, tools.site.world
    if not state.county or state.dataset != PUBLIC:
        return Markup()
    return tools.part("joined.html", joined=joined(world, tools.tr, state, state.county))


def _controls(tools: LensTools, query: CompareQuery) -> Markup:
    names, tr = tools.site.world.names, tools.tr

    def without(pcode: str) -> str:
        rest = ",".join(other for other in query.counties if other != pcode)
        return tools.own_link(counties=rest) if rest and not query.preset else ""

    first = query.counties[0]
    ready = [
        (
            tr.t(f"compare.preset.{preset}", county=names[first]),
            tools.own_link(counties=first, **{"with": preset}),
            preset == query.preset,
        )
        for preset in PRESETS
    ]
    return tools.part(
        "compare/controls.html",
        asked=query,
        chosen=[(pcode, names[pcode], without(pcode)) for pcode in query.counties],
        most=MOST,
        everyone=sorted(names.items(), key=lambda item: item[1]),
        presets=ready,
        yardsticks=TO,
    )


def _folds(tools: LensTools, query: CompareQuery, comparison: Comparison) -> tuple[Fold, ...]:
    site, world, tr, state = tools.site, tools.site.world, tools.tr, query.state

    def multiples() -> Markup:
        return tools.part("compare/multiples.html", **card_parts(site, tr, state, comparison))

    def years() -> Markup:
        return tools.part("compare/years.html", **table_parts(world, tr, state, comparison, query.to))

    around = partial(context_parts, world, tr, comparison)
    return (
        Fold("multiples", tr.t("compare.multiples"), multiples, opened=True, maps=True),
        Fold("years", tr.t("compare.by_year"), years),
        Fold("context", tr.t("compare.context"), lambda: tools.part("compare/context.html", **around())),
        Fold("responses", tr.t("compare.responses"), lambda: tools.part("compare/responses.html", **around())),
    )


def files(site: Site, state: ViewState) -> tuple[tuple[str, str], ...]:
    """Return the tables of the lens as a file."""
    return ((LensTools(site, state).tr.t("compare.figures"), link_of(site, view_query(site, state))),)


def routes(site: Site) -> Blueprint:
    """Return the file's address."""
    room = Blueprint("compare", __name__)

    @room.route("/compare.csv")
    def compare_csv() -> Response:
        query = read_query(request_query(), site)
        lines = compare_lines(site, query, comparison_of(site, query))
        return csv_answer("compare", COLUMNS, lines, site, query.state)

    return room


def old_page(given: Mapping[str, str], site: Site) -> dict[str, str]:
    """Translate `/compare`, and the lens's own form, whose boxes and new county become one list."""
    if "go" not in given:
        kept = only(given, (*KEPT, "from", "to", "role", "with", "against"))
        counties = ",".join(given[key] for key in ("counties", "add") if given.get(key))
        return {"lens": "compare", "nature": "trafficking", **kept, "counties": counties}
    query = read_query(request_query(), site)
    rest = {key: value for key, value in given.items() if key not in FORM_ONLY}
    told = given.get("counties", "") if query.notices else ",".join(query.counties)
    if query.notices and given.get("add"):
        told = f"{told},{given['add']}"
    return {"nature": "trafficking", **rest, "counties": told.strip(","), "lens": "compare"}


LENS = Lens(
    key="compare", order=7, view=compare, files=files, styles=("css/compare.css", "css/lens.css"), routes=routes,
    old={"/compare": old_page},
)  # fmt: skip
