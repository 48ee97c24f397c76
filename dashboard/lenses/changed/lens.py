"""What changed? The difference between two windows of years as fill, and what may be concluded from it.

For the public record only: a caseload gives estimates, and has no exact comparison over time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, Response
from markupsafe import Markup

from dashboard.lenses.base import CountyFill, Fold, Lens, LensView, county_fill, lens_key, only
from dashboard.lenses.changed.parts import (
    change_fill,
    change_legend,
    conclusion,
    difference_scale,
    looking_parts,
    map_parts,
    name_of,
    reading,
    sentence,
    shown_changes,
    table_parts,
    trend_parts,
)
from dashboard.lenses.changed.query import (
    FORM,
    KEPT,
    ChangeQuery,
    answer_of,
    link_of,
    presets,
    read_query,
    span,
    view_query,
)
from dashboard.lenses.changed.table import CHANGE_COLUMNS, change_lines
from dashboard.lenses.joined import joined
from dashboard.lenses.tools import LensTools
from dashboard.view.answers import csv_answer
from dashboard.view.figure import filter_words
from dashboard.view.query_string import request_query
from dashboard.view.site import Site
from dashboard.view.state import ViewState, to_query
from geodata.query.changes import WindowChanges, provinces
from layers.theme import LAND


def changed(site: Site, asked: ViewState) -> LensView:
    """Return what changed."""
    query = view_query(site, asked)
    tools, answer = LensTools(site, query.state), answer_of(site, query)
    tr, world = tools.tr, site.world
    legend = change_legend(tr, answer, difference_scale(answer))
    empties = [(fill, tr.t(f"empty.{kind}")) for fill, kind in legend["empties"]]
    key = lens_key(
        tr.t("lens.changed.legend", unit=legend["title"]), legend["classes"], empties, tr.t("change.hatched")
    )
    return LensView(
        sentence=sentence(world, tr, answer) + filter_words(tr, query.state),
        leaves_out=tr.t("lens.changed.leaves_out"),
        fills=_fills(tools, answer),
        legend=tools.legend(key),
        table=tools.part(
            "changed/table.html",
            csv_link=link_of(query),
            **_window_years(tools, answer),
            **table_parts(world, tr, answer),
        ),
        panel=_panel(tools, answer),
        controls=_controls(tools, query),
        folds=_folds(tools, query, answer),
        notices=query.notices,
        key=key,
    )


def _window_years(tools: LensTools, answer: WindowChanges) -> dict[str, str]:
    windows = {"before_years": answer.before, "after_years": answer.after}
    return {key: tools.tr.years(window.first, window.last) for key, window in windows.items()}


def _fills(tools: LensTools, answer: WindowChanges) -> tuple[CountyFill, ...]:
    world, tr, scale = tools.site.world, tools.tr, difference_scale(answer)
    inside = {change.area for change in shown_changes(answer)}
    counties = []
    for change in answer.counties:
        fill = change_fill(world, tr, answer, change, scale)
        if change.area not in inside:
            fill = replace(fill, colour=LAND, pattern="")
        if change.value is None:
            text, sort = tr.t(f"empty.{change.empty}_short"), -1.0
        else:
            text, sort = tr.signed(change.value), abs(change.value)
        # More and fewer are told apart without colour too.
        sign = tr.signed(change.value)[0] if change.value and change.area in inside else ""
        empty = change.empty or None
        counties.append(county_fill(change.area, fill, text=text, sort=sort, empty=empty, mark=sign))
    return tuple(counties)


def _panel(tools: LensTools, answer: WindowChanges) -> Markup:
    """Return what may be concluded, and the chosen county's own change."""
    world, tr, state = tools.site.world, tools.tr, tools.state
    own = None
    if state.county:
        change = next(change for change in answer.counties if change.area == state.county)
        windows = zip((answer.before, answer.after), (change.before, change.after), strict=True)
        unit = tr.t(f"change.unit.{answer.measure}")
        told = [
            tr.t(
                "lens.changed.value",
                years=tr.years(window.first, window.last),
                value=f"{tr.number(totals.incidents if answer.measure == 'incidents' else totals.persons)} {unit}"
                if totals.incidents
                else tr.t(f"empty.{totals.empty}_short"),
            )
            for window, totals in windows
        ]
        own = {"name": world.names[state.county], "before": told[0], "after": told[1], "reading": reading(tr, change)}
    opened = replace(state, fold=tuple(dict.fromkeys((*state.fold, "conclude"))))
    return tools.part(
        "changed/panel.html",
        own=own,
        joined=joined(world, tr, state, state.county) if state.county else "",
        conclusion=conclusion(world, tr, answer),
        where=name_of(world, tr, answer.headline.area),
        to_fold=f"/?{to_query(opened, tools.site.choices)}#conclude",
    )


def _controls(tools: LensTools, query: ChangeQuery) -> Markup:
    world, tr = tools.site.world, tools.tr
    ready = [
        (
            tr.t(f"change.preset.{name}"),
            tools.own_link(before=span(before), after=span(after)),
            (before, after) == (query.before, query.after),
        )
        for name, before, after in presets(world.coverage)
    ]
    return tools.part(
        "changed/controls.html",
        asked=query,
        years=list(world.coverage.years()),
        regions=list(provinces(world)),
        presets=ready,
    )


def _folds(tools: LensTools, query: ChangeQuery, answer: WindowChanges) -> tuple[Fold, ...]:
    world, tr, window_words = tools.site.world, tools.tr, _window_years(tools, answer)

    def conclude() -> Markup:
        looked, told = looking_parts(world, tr, answer), conclusion(world, tr, answer)
        return tools.part("changed/conclude.html", asked=query, looking=looked, conclusion=told, **window_words)

    def maps() -> Markup:
        return tools.part("changed/maps.html", **map_parts(world, tr, answer))

    def trend() -> Markup:
        return tools.part("changed/trend.html", **trend_parts(world, tr, tools.state, answer))

    return (
        Fold("conclude", tr.t("change.conclude"), conclude),
        Fold("maps", tr.t("change.maps"), maps, maps=True),
        Fold("trend", tr.t("change.trend"), trend),
    )


def files(site: Site, state: ViewState) -> tuple[tuple[str, str], ...]:
    """Return the table of the lens as a file."""
    return ((LensTools(site, state).tr.t("change.table"), link_of(view_query(site, state))),)


def routes(site: Site) -> Blueprint:
    """Return the file's address."""
    room = Blueprint("changed", __name__)

    @room.route("/change.csv")
    def change_csv() -> Response:
        query = read_query(request_query(), site)
        return csv_answer("change", CHANGE_COLUMNS, change_lines(site.world, answer_of(site, query)), site, query.state)

    return room


def old_page(given: Mapping[str, str], site: Site) -> dict[str, str]:
    """Translate `/change`, and the lens's own form, whose four years become two windows."""
    if not any(given.get(key) for key in FORM):
        kept = only(given, (*KEPT, "dataset", "role", "rule", "before", "after", "region"))
        return {"lens": "changed", "nature": "trafficking", **kept}
    del site
    windows = {name: f"{given.get(f'{name}_from', '')}-{given.get(f'{name}_to', '')}" for name in ("before", "after")}
    rest = {key: value for key, value in given.items() if key not in FORM}
    return {"nature": "trafficking", **rest, **windows, "lens": "changed"}


LENS = Lens(
    key="changed", order=6, view=changed, files=files, styles=("css/compare.css", "css/lens.css"), routes=routes,
    old={"/change": old_page},
)  # fmt: skip
