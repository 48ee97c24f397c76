"""`/changes?from=…&to=…`: every figure that differs between two releases, and why; as a page, CSV and JSON.

Without a choice: the current release of the dataset, of the public record if none is named, against the one before it.
A release that was withdrawn is refused with
a sentence. The query string is the whole view, of the page and its files alike.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, request

from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.view.answers import csv_answer
from dashboard.view.site import Site, common
from dashboard.view.state import ViewState, defaults
from dashboard.web.links import address, reader_lang
from dashboard.web.templates import render
from geodata.query.releases import (
    Archived,
    ReleaseChanges,
    open_release,
    release_before,
    release_changes,
    shown_releases,
)
from geodata.values import NATIONAL, DataProblem

PUBLIC = "public"
PER_PAGE = 100
PREFIX = {
    "form": "form",
    "nature": "nature",
    "nationality": "country",
    "nationality_group": "group",
    "sex": "sex",
    "age_group": "age",
    "confidence": "confidence",
    "role": "role",
}
"""Dimension → where the catalogue has the words of its values."""
FIRST = ("nature", "form", "nationality")
"""The dimensions named first."""
COLUMNS = (
    "from_release",
    "to_release",
    "dimensions",
    "county",
    "year",
    "cell",
    "measure",
    "before",
    "after",
    "causes",
    "certain",
    "events",
)


@dataclass(frozen=True, slots=True)
class ReleaseDiffQuery:
    """A question about two releases; empty ids mean the current one of the dataset and the one before it."""

    before: str
    after: str
    county: str
    page: int
    state: ViewState


def blueprint(site: Site) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("release_diff", __name__)

    @routes.get("/changes")
    def changes() -> str | tuple[str, int]:
        return changes_page(site, read_query(site))

    @routes.get("/changes.csv")
    def changes_csv() -> Response:
        return changes_file(site)

    return routes


def changes_file(site: Site) -> Response:
    """Return the figures that differ as CSV; 404 with a sentence where there is no such release."""
    query = read_query(site)
    try:
        rows = list(plain_rows(site, query))
    except DataProblem as problem:
        return Response(f"{problem}\n", 404, mimetype="text/plain")
    return csv_answer("changes", COLUMNS, rows, site, query.state)


def read_query(site: Site) -> ReleaseDiffQuery:
    """Read the query string; what is not an id, a P-code or a number is left out."""
    dataset = request.args.get("dataset", "")
    state = replace(
        defaults(site.choices.of(dataset)), lang=reader_lang(site.choices.languages),
        dataset=dataset if dataset in site.world.releases else PUBLIC,
    )  # fmt: skip
    ids = [
        release_id if re.fullmatch(r"[0-9a-f]{6,64}", release_id := request.args.get(key, "").strip()) else ""
        for key in ("from", "to")
    ]
    county = request.args.get("county", "")
    page = request.args.get("page", "")
    number = int(page) if re.fullmatch(r"[1-9][0-9]{0,4}", page) else 1
    return ReleaseDiffQuery(ids[0], ids[1], county if county in (*site.world.names, NATIONAL) else "", number, state)


def chosen(site: Site, query: ReleaseDiffQuery) -> tuple[tuple[str, str], ReleaseChanges | None]:
    """Return the two ids, and what changed between them; None where there is no release before."""
    after = open_release(site.world, query.after) if query.after else site.world.releases[query.state.dataset]
    before = query.before
    if not before:
        current = site.world.releases.get(after.manifest.dataset)
        if current is not None and current.id == after.id:
            before = release_before(site.world, after.manifest.dataset)
        else:
            before = after.manifest.predecessor or ""
    if not before:
        return ("", after.id), None
    changes = release_changes(site.world, before, after.id)
    return (changes.before, changes.after), changes


def plain_rows(site: Site, query: ReleaseDiffQuery) -> Iterator[dict[str, Any]]:
    """Yield one row per figure that differs, for files; codes, not words."""
    _, changes = chosen(site, query)
    for figure in changes.figures if changes else ():
        if query.county and figure.value("county") != query.county:
            continue
        yield {
            "from_release": changes.before if changes else "",
            "to_release": changes.after if changes else "",
            "dimensions": "*".join(figure.dims) or "total",
            "county": figure.value("county"),
            "year": figure.value("year"),
            "cell": ";".join(f"{dim}={value}" for dim, value in zip(figure.dims, figure.cell, strict=True)),
            "measure": figure.measure,
            "before": figure.before,
            "after": figure.after,
            "causes": ";".join(figure.causes),
            "certain": figure.certain,
            "events": ";".join(figure.events),
        }


def changes_page(site: Site, query: ReleaseDiffQuery) -> str | tuple[str, int]:
    """Return the page; a sentence and 404 where a release cannot be shown."""
    tr, problem, status = catalogue(query.state.lang), "", 200
    pair: tuple[str, str] = ("", "")
    changes: ReleaseChanges | None = None
    try:
        pair, changes = chosen(site, query)
    except DataProblem as error:
        problem, status = str(error), 404
    figures = [
        figure for figure in (changes.figures if changes else ()) if query.county in ("", figure.value("county"))
    ]
    events = [
        row for row in (changes.rows if changes else ()) if row.file == "incidents.csv" and _of(row, query.county)
    ]
    pages = max(1, -(-len(figures) // PER_PAGE))
    page = min(query.page, pages)
    listed = {archived.id: archived for archived in shown_releases(site.world)}
    told_of = listed[pair[1]].dataset if pair[1] in listed else query.state.dataset
    state = replace(query.state, dataset=told_of if told_of in site.world.releases else PUBLIC)
    protected = changes is not None and changes.policy == "protected"
    html = render(
        "changes.html",
        here="",
        problem=problem,
        pair=pair,
        changes=changes,
        protected=protected,
        releases=[(archived.id, _release(tr, archived)) for archived in listed.values()],
        named={archived.id: _release(tr, archived) for archived in listed.values()},
        county=query.county,
        counties=[*sorted(site.world.names.items(), key=lambda item: item[1]), (NATIONAL, tr.t("sources.country"))],
        n=len(figures),
        causes=Counter(cause for figure in figures for cause in figure.causes),
        rows=[
            figure_words(site, tr, figure, protected=protected)
            for figure in figures[(page - 1) * PER_PAGE :][:PER_PAGE]
        ],
        events=[(row.key, tr.t(f"changes.kind.{row.kind}"), ", ".join(sorted(row.fields))) for row in events],
        sources=Counter(row.kind for row in (changes.rows if changes else ()) if row.file == "sources.csv"),
        page=page,
        pages=pages,
        link=lambda number, path="/changes": address(
            path,
            tr.lang,
            **{"from": pair[0], "to": pair[1], "county": query.county},
            page=str(number) if number > 1 else "",
        ),
        **common(site, state),
    )
    return (html, status) if problem else html


def _of(row: Any, county: str) -> bool:
    return not county or county in (row.row.get("county"), *row.fields.get("county", ()))


def _release(tr: Catalogue, archived: Archived) -> str:
    name = tr.t("dataset.public") if archived.dataset == PUBLIC else archived.title
    return tr.t(f"changes.state_{archived.state}", name=name, id=archived.id[:12], date=archived.published)


def figure_words(site: Site, tr: Catalogue, figure: Any, *, protected: bool) -> Mapping[str, Any]:
    """Return one changed figure in words, for a table: where, when, what, measure, before, after, cause."""
    nothing = tr.t("empty.suppressed_short" if protected else "empty.no_report_short")
    cell = dict(zip(figure.dims, figure.cell, strict=True))
    order = (*FIRST, *(dim for dim in cell if dim not in (*FIRST, "county", "year")))
    other = [_value(tr, dim, cell[dim]) for dim in order if dim in cell]
    county = figure.value("county")
    year = figure.value("year")
    return {
        "county": tr.t("panel.kenya") if county in (None, NATIONAL) else site.world.names.get(str(county), str(county)),
        "year": tr.t("changes.all_years") if year is None else tr.t("changes.unknown_year") if year == 0 else str(year),
        "what": ", ".join(other) or tr.t("changes.everything"),
        "measure": tr.t(f"changes.measure.{figure.measure}"),
        "before": nothing if figure.before is None else tr.number(figure.before),
        "after": nothing if figure.after is None else tr.number(figure.after),
        "causes": ", ".join(tr.t(f"changes.cause.{cause}") for cause in figure.causes),
        "certain": figure.certain,
        "events": figure.events,
    }


def _value(tr: Catalogue, dim: str, value: Any) -> str:
    if dim == "nationality":
        parts = str(value).split(";")
        return ", ".join(tr.code("country", part) for part in parts)
    if dim == "confidence":
        return f"{tr.t('filters.confidence').lower()}: {tr.code(dim, str(value)).lower()}"
    return tr.code(PREFIX[dim], str(value)) if dim in PREFIX else str(value)
