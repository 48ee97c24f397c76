"""`/changes?from=…&to=…`: every figure that differs between two releases, and why; as a page, CSV and JSON.

Without a choice: the current public record against the release before it. A release that was withdrawn is refused with
a sentence. The query string is the whole view, of the page and its files alike.
"""

from __future__ import annotations

import json
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
from geodata.query.releases import Archived, ReleaseChanges, archive, open_release, release_before, release_changes
from geodata.values import NATIONAL, DataProblem

PUBLIC = "public"
PER_PAGE = 100
PREFIX = {
    "form": "form", "nature": "nature", "nationality": "country", "nationality_group": "group", "sex": "sex",
    "age_group": "age", "age_broad": "age", "confidence": "confidence", "role": "role",
}  # fmt: skip
"""Dimension → where the catalogue has the words of its values."""
FIRST = ("nature", "form", "nationality")
"""The dimensions named first."""
COLUMNS = ("from_release", "to_release", "dimensions", "county", "year", "cell", "measure", "before", "after", "causes",
           "certain", "events")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about two releases; empty ids mean “the current one” and “the one before it”."""

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
        return changes_page(site, read(site))

    @routes.get("/changes.csv", endpoint="changes_csv")
    @routes.get("/api/v1/changes.csv", endpoint="api_changes_csv")
    def table() -> Response:
        asked = read(site)
        try:
            rows = list(plain_rows(site, asked))
        except DataProblem as problem:
            return Response(f"{problem}\n", 404, mimetype="text/plain")
        return csv_answer("changes", COLUMNS, rows, site, asked.state)

    @routes.get("/api/v1/changes.json")
    def answer() -> Response:
        asked = read(site)
        try:
            pair, found = chosen(site, asked)
            body: dict[str, Any] = {"from": pair[0], "to": pair[1], "changes": list(plain_rows(site, asked))}
        except DataProblem as problem:
            return _json({"error": str(problem)}, 404)
        if found is not None:
            body |= {
                "policy": found.policy,
                "rows": [
                    {"file": r.file, "id": r.key, "kind": r.kind, "columns": sorted(r.fields)} for r in found.rows
                ],
                "manifest": [c.name for c in found.card],
                "tables_added": ["*".join(dims) for dims in found.tables_added],
                "tables_removed": ["*".join(dims) for dims in found.tables_removed],
            }
        return _json(body)

    return routes


def _json(body: object, status: int = 200) -> Response:
    answer = Response(json.dumps(body, ensure_ascii=False), status, mimetype="application/json")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def read(site: Site) -> Asked:
    """Read the query string; what is not an id, a P-code or a number is left out."""
    state = replace(defaults(site.choices), lang=reader_lang(site.choices.languages))
    ids = [
        one if re.fullmatch(r"[0-9a-f]{6,64}", one := request.args.get(key, "").strip()) else ""
        for key in ("from", "to")
    ]
    county = request.args.get("county", "")
    page = request.args.get("page", "")
    number = int(page) if re.fullmatch(r"[1-9][0-9]{0,4}", page) else 1
    return Asked(ids[0], ids[1], county if county in (*site.world.names, NATIONAL) else "", number, state)


def chosen(site: Site, asked: Asked) -> tuple[tuple[str, str], ReleaseChanges | None]:
    """Return the two ids, and what changed between them; None where there is no release before."""
    after = open_release(site.world, asked.after) if asked.after else site.world.releases[PUBLIC]
    before = asked.before
    if not before:
        current = site.world.releases.get(after.manifest.dataset)
        if current is not None and current.id == after.id:
            before = release_before(site.world, after.manifest.dataset)
        else:
            before = after.manifest.predecessor or ""
    if not before:
        return ("", after.id), None
    found = release_changes(site.world, before, after.id)
    return (found.before, found.after), found


def plain_rows(site: Site, asked: Asked) -> Iterator[dict[str, Any]]:
    """Yield one row per figure that differs, for files; codes, not words."""
    _, found = chosen(site, asked)
    for one in found.figures if found else ():
        if asked.county and one.value("county") != asked.county:
            continue
        yield {
            "from_release": found.before if found else "",
            "to_release": found.after if found else "",
            "dimensions": "*".join(one.dims) or "total",
            "county": one.value("county"),
            "year": one.value("year"),
            "cell": ";".join(f"{dim}={value}" for dim, value in zip(one.dims, one.cell, strict=True)),
            "measure": one.measure,
            "before": one.before,
            "after": one.after,
            "causes": ";".join(one.causes),
            "certain": one.certain,
            "events": ";".join(one.events),
        }


def changes_page(site: Site, asked: Asked) -> str | tuple[str, int]:
    """Return the page; a sentence and 404 where a release cannot be shown."""
    tr, problem, status = catalogue(asked.state.lang), "", 200
    pair: tuple[str, str] = ("", "")
    found: ReleaseChanges | None = None
    try:
        pair, found = chosen(site, asked)
    except DataProblem as said:
        problem, status = str(said), 404
    figures = [one for one in (found.figures if found else ()) if asked.county in ("", one.value("county"))]
    events = [row for row in (found.rows if found else ()) if row.file == "incidents.csv" and _of(row, asked.county)]
    pages = max(1, -(-len(figures) // PER_PAGE))
    page = min(asked.page, pages)
    listed = {one.id: one for one in archive(site.world)}
    protected = found is not None and found.policy == "protected"
    html = render(
        "changes.html",
        here="",
        problem=problem,
        pair=pair,
        found=found,
        protected=protected,
        releases=[(one.id, _release(tr, one)) for one in listed.values()],
        named={one.id: _release(tr, one) for one in listed.values()},
        county=asked.county,
        counties=[*sorted(site.world.names.items(), key=lambda one: one[1]), (NATIONAL, tr.t("sources.country"))],
        n=len(figures),
        causes=Counter(cause for one in figures for cause in one.causes),
        rows=[figure_words(site, tr, one, protected=protected) for one in figures[(page - 1) * PER_PAGE :][:PER_PAGE]],
        events=[(row.key, tr.t(f"changes.kind.{row.kind}"), ", ".join(sorted(row.fields))) for row in events],
        sources=Counter(row.kind for row in (found.rows if found else ()) if row.file == "sources.csv"),
        page=page,
        pages=pages,
        link=lambda number, path="/changes": address(
            path, tr.lang, **{"from": pair[0], "to": pair[1], "county": asked.county},
            page=str(number) if number > 1 else "",
        ),
        **common(site, asked.state),
    )  # fmt: skip
    return (html, status) if problem else html


def _of(row: Any, county: str) -> bool:
    return not county or county in (row.row.get("county"), *row.fields.get("county", ()))


def _release(tr: Catalogue, one: Archived) -> str:
    name = tr.t("dataset.public") if one.dataset == PUBLIC else one.title
    return tr.t(f"changes.state_{one.state}", name=name, id=one.id[:12], date=one.published)


def figure_words(site: Site, tr: Catalogue, one: Any, *, protected: bool) -> Mapping[str, Any]:
    """Return one changed figure in words, for a table: where, when, what, measure, before, after, cause."""
    nothing = tr.t("empty.suppressed_short" if protected else "empty.no_report_short")
    said = dict(zip(one.dims, one.cell, strict=True))
    order = (*FIRST, *(dim for dim in said if dim not in (*FIRST, "county", "year")))
    other = [_value(tr, dim, said[dim]) for dim in order if dim in said]
    county = one.value("county")
    year = one.value("year")
    return {
        "county": tr.t("panel.kenya") if county in (None, NATIONAL) else site.world.names.get(str(county), str(county)),
        "year": tr.t("changes.all_years") if year is None else tr.t("changes.unknown_year") if year == 0 else str(year),
        "what": ", ".join(other) or tr.t("changes.everything"),
        "measure": tr.t(f"changes.measure.{one.measure}"),
        "before": nothing if one.before is None else tr.number(one.before),
        "after": nothing if one.after is None else tr.number(one.after),
        "causes": ", ".join(tr.t(f"changes.cause.{cause}") for cause in one.causes),
        "certain": one.certain,
        "events": one.events,
    }


def _value(tr: Catalogue, dim: str, value: Any) -> str:
    if dim == "nationality":
        parts = str(value).split(";")
        return ", ".join(tr.code("country", part) for part in parts)
    if dim == "confidence":
        return f"{tr.t('filters.confidence').lower()}: {tr.code(dim, str(value)).lower()}"
    return tr.code(PREFIX[dim], str(value)) if dim in PREFIX else str(value)
