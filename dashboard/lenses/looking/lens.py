"""Who was looking? The kinds of watchers known as fill, what was found as figures, and both in one table.

For the public record only: a caseload says nothing about who was looking.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from flask import Blueprint, Response
from markupsafe import Markup

from dashboard.lenses.base import CountyFill, Fold, Lens, LensView, county_fill, lens_key, only
from dashboard.lenses.joined import joined
from dashboard.lenses.looking.maps import found_map, looked_fills, looked_legend, looked_map
from dashboard.lenses.looking.parts import between_part, clusters_part
from dashboard.lenses.looking.query import SORTS, DetectionQuery, link_of, read_query, view_query
from dashboard.lenses.looking.rows import COLUMNS, NOTES, csv_rows, groups, ordered, row, sentence, shown_lines
from dashboard.lenses.tools import LensTools, of_public_record, unfiltered
from dashboard.view.answers import csv_answer
from dashboard.view.query_string import request_query
from dashboard.view.site import Site
from dashboard.view.state import ViewState, defaults
from dashboard.view.year_marks import looking_fell
from dashboard.web.links import reader_lang
from geodata.query.changes import provinces
from geodata.query.detection import WATCHER_KINDS, CountyDetection, Detection, detection
from geodata.values import Nature

EMPTY = "no_report"


def looking(site: Site, asked: ViewState) -> LensView:
    """Return who was looking."""
    state, notices = of_public_record(site, asked)
    query, more = view_query(state, site.world)
    answer = detection(site.world, query.period, query.nature, query.measure)
    lines = shown_lines(site, query, answer)
    tools = LensTools(site, state)
    tr = tools.tr
    key = lens_key(**looked_legend(tr, answer), note=tr.t("detection.kinds_note"))
    return LensView(
        sentence=sentence(tr, query, answer, lines),
        leaves_out=tr.t("lens.looking.leaves_out"),
        fills=_fills(tools, lines),
        legend=tools.legend(key),
        table=tools.part("looking/rows.html", **_table(tools, query, answer, lines)),
        panel=_panel(tools, answer),
        controls=tools.part("looking/controls.html", view=query, options=_options(tools)),
        folds=_folds(tools, query, answer, lines),
        notices=(*notices, *more),
        key=key,
    )


def _fills(tools: LensTools, lines: tuple[CountyDetection, ...]) -> tuple[CountyFill, ...]:
    world, tr = tools.site.world, tools.tr
    fills, shown = looked_fills(world, tr, lines), {line.pcode: line for line in lines}
    counties = []
    for pcode, fill in fills.items():
        line = shown.get(pcode)
        kinds = len(line.effort.kinds) if line else 0
        text = tr.t("lens.looking.text", n=kinds, total=len(WATCHER_KINDS)) if kinds else tr.t("detection.no_watcher")
        events = line.rate.count if line else None
        words = fill.words if line is None else joined(world, tr, unfiltered(tools.state), pcode)
        counties.append(
            county_fill(
                pcode, replace(fill, words=words), text=text, sort=kinds or -1, empty=None if kinds else EMPTY,
                mark=tr.number(events) if events else "",
            )
        )  # fmt: skip
    return tuple(counties)


def _table(
    tools: LensTools, query: DetectionQuery, answer: Detection, lines: tuple[CountyDetection, ...]
) -> dict[str, Any]:
    world, tr = tools.site.world, tools.tr
    return {
        "view": query,
        "rows": [row(tools.site, tr, line) for line in ordered(world.names, lines, query.sort)],
        "kinds": WATCHER_KINDS,
        "fell_note": looking_fell(world, tr, query.period),
        "total_note": tr.t("detection.mean", rate=tr.rate(answer.mean)) if answer.mean is not None else "",
        "unclear": [
            (world.names[line.pcode], sums.incidents)
            for line in lines
            if (sums := line.totals[Nature.UNCLEAR.value]) is not None
        ],
        "csv_link": link_of(query, world),
        "years": tr.years(query.first, query.last),
    }


def _panel(tools: LensTools, answer: Detection) -> Markup:
    """Return the watchers of the chosen county by name, after the sentence that joins them with what was found."""
    world, pcode = tools.site.world, tools.state.county
    if not pcode:
        return Markup()
    line = next(line for line in answer.lines if line.pcode == pcode)
    sentence = joined(world, tools.tr, unfiltered(tools.state), pcode)
    return tools.part("looking/panel.html", joined=sentence, r=row(tools.site, tools.tr, line))


def _folds(
    tools: LensTools, query: DetectionQuery, answer: Detection, lines: tuple[CountyDetection, ...]
) -> tuple[Fold, ...]:
    site, world, tr = tools.site, tools.site.world, tools.tr
    years = tr.years(query.first, query.last)

    def pair() -> Markup:
        both = {"found_map": found_map(world, tr, answer, lines), "looked_map": looked_map(world, tr, answer, lines)}
        return tools.part("looking/pair.html", **both)

    def between() -> Markup:
        both = query.before and query.after
        return tools.part("looking/between.html", view=query, between=between_part(world, tr, query) if both else None)

    def who() -> Markup:
        rows = [row(site, tr, line) for line in ordered(world.names, lines, query.sort)]
        return tools.part("looking/who.html", rows=rows)

    def local_clusters() -> Markup:
        return tools.part("looking/clusters.html", clusters=clusters_part(world, tr, query, lines))

    named = groups(site, lines)
    return (
        Fold("pair", tr.t("lens.looking.folds.pair"), pair, maps=True),
        Fold(
            "dark",
            tr.t("detection.dark.title", n=len(named["dark"])),
            partial(tools.part, "looking/dark.html", groups=named, years=years),
        ),
        Fold("between", tr.t("lens.looking.folds.between"), between),
        Fold("who", tr.t("lens.looking.folds.who"), who),
        Fold("clusters", tr.t("detection.clusters.title"), local_clusters, maps=True),
        Fold("how", tr.t("lens.looking.folds.how"), partial(tools.part, "looking/how.html", note_keys=NOTES)),
    )


def _options(tools: LensTools) -> dict[str, list[tuple[str, str]]]:
    tr = tools.tr
    regions = [(name, tr.given("province", name)) for name in sorted(provinces(tools.site.world))]
    return {
        "region": [("", tr.t("detection.region_all")), *regions],
        "sort": [(key, tr.t(f"detection.sort.{key}")) for key in SORTS],
    }


def files(site: Site, state: ViewState) -> tuple[tuple[str, str], ...]:
    """Return the table of the lens as a file."""
    query, _ = view_query(of_public_record(site, state)[0], site.world)
    tr = LensTools(site, state).tr
    return ((tr.t("detection.table"), link_of(query, site.world)),)


def routes(site: Site) -> Blueprint:
    """Return the file's address."""
    room = Blueprint("looking", __name__)

    @room.route("/detection.csv")
    def detection_csv() -> Response:
        query, _ = read_query(request_query(), site.world, reader_lang(site.choices.languages))
        state = replace(defaults(site.choices), lang=query.lang)
        return csv_answer("detection", COLUMNS, csv_rows(site, query), site, state)

    return room


def old_page(given: Mapping[str, str], site: Site) -> dict[str, str]:
    """Translate `/detection`: its clusters and its two windows are parts under the map now."""
    del site
    asked = {
        "between": bool(given.get("before") and given.get("after")),
        "clusters": given.get("clusters") == "1",
    }
    kept = only(given, ("nature", "measure", "from", "to", "region", "sort", "before", "after"))
    return {"lens": "looking", "nature": "trafficking", **kept, "fold": ",".join(key for key in asked if asked[key])}


LENS = Lens(
    key="looking", order=4, view=looking, files=files, styles=("css/lens.css",), routes=routes,
    old={"/detection": old_page},
)  # fmt: skip
