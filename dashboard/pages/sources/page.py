"""`/sources`: every citation, what rests on it, and the way back to the map.

The query string is the whole view, of the page and of `/sources.csv` alike; an illegal value is left
out with a notice. Shown in portions, so that the page stays light on a slow link.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response

from dashboard.i18n.catalogue import Catalogue, catalogue
from dashboard.pages.sources.uses import use_groups
from dashboard.view.answers import csv_answer
from dashboard.view.query_string import first_values, request_query
from dashboard.view.site import Site, common
from dashboard.view.state import Notice, ViewState, defaults
from dashboard.web.links import address, reader_lang
from dashboard.web.templates import render
from geodata.query.ledger import USES
from geodata.query.search import SORTS, Entry, SourceFilter, find_sources
from geodata.query.world import World
from geodata.values import NATIONAL, Nature

PER_PAGE = 20
MAX_TEXT = 200
FEW_LINKS = 6
KEYS = {
    "q": "text",
    "county": "county",
    "type": "kind",
    "use": "use",
    "nature": "nature",
    "from": "first",
    "to": "last",
    "id": "source_id",
    "sort": "sort",
}
"""Key in the link → field of `SourceFilter`."""
COLUMNS = ("source_id", "title", "publisher", "date", "url", "type", "background", "withheld", "uses")


@dataclass(frozen=True, slots=True)
class SourcesQuery:
    """A parsed query string: filter, page number, language, and what was not understood."""

    wanted: SourceFilter
    page: int
    state: ViewState
    notices: tuple[Notice, ...]


def blueprint(site: Site) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("sources", __name__)

    @routes.route("/sources")
    def ledger() -> str:
        return sources_page(site, read_query(request_query(), site))

    @routes.route("/sources.csv")
    def ledger_csv() -> Response:
        query = read_query(request_query(), site)
        rows = [{**asdict(entry.row), "uses": len(entry.uses)} for entry in find_sources(site.world, query.wanted)]
        return csv_answer("sources", COLUMNS, rows, site, query.state)

    return routes


def read_query(text: str, site: Site) -> SourcesQuery:
    """Parse a query string of the page; never raises."""
    given = first_values(text)
    state = replace(defaults(site.choices), lang=reader_lang(site.choices.languages))
    legal = _legal(site)
    values: dict[str, str | int] = {}
    notices: list[Notice] = []
    for key, name in KEYS.items():
        text = given.get(key, "")
        if name == "text":
            values[name] = text[:MAX_TEXT]
        elif text and text not in legal[name]:
            notices.append(Notice(key, text[:60], catalogue(state.lang).t("sources.everything")))
        elif text:
            values[name] = int(text) if name in ("first", "last") else text
    wanted = SourceFilter(**values)  # type: ignore[arg-type] # each value was read for its own field
    if wanted.first and wanted.last and wanted.first > wanted.last:
        wanted = replace(wanted, first=wanted.last, last=wanted.first)
    coverage = site.world.coverage
    if wanted.first == coverage.first and wanted.last == coverage.last:
        wanted = replace(wanted, first=0, last=0)  # the whole record: undated sources belong to it
    page = int(given["page"]) if re.fullmatch(r"[1-9][0-9]{0,3}", given.get("page", "")) else 1
    return SourcesQuery(wanted, page, state, tuple(notices))


def _legal(site: Site) -> Mapping[str, Iterable[str]]:
    years = {str(year) for year in site.world.coverage.years()}
    return {
        "county": {*site.world.names, NATIONAL},
        "kind": set(site.world.sources["type"]),
        "use": set(USES),
        "nature": {nature.value for nature in Nature},
        "first": years,
        "last": years,
        "source_id": site.world.source_rows,
        "sort": set(SORTS),
    }


def link_of(query: SourcesQuery, page: int = 1, path: str = "/sources") -> str:
    """Return the address of a view of the ledger; empty values and defaults are left out."""
    plain = SourceFilter()
    names = {name: key for key, name in KEYS.items()}
    pairs = [
        (names[field.name], str(getattr(query.wanted, field.name)))
        for field in fields(SourceFilter)
        if getattr(query.wanted, field.name) != getattr(plain, field.name)
    ]
    if page > 1:
        pairs.append(("page", str(page)))
    return address(path, query.state.lang, **dict(pairs))


def sources_page(site: Site, query: SourcesQuery) -> str:
    """Return the page."""
    tr, wanted = catalogue(query.state.lang), query.wanted
    entries = find_sources(site.world, wanted)
    pages = max(1, -(-len(entries) // PER_PAGE))
    page = min(query.page, pages)
    shown = entries[(page - 1) * PER_PAGE : page * PER_PAGE]
    return render(
        "sources.html",
        here="sources",
        wanted=wanted,
        options=_options(site, tr.lang),
        notices=query.notices,
        more_open=any((wanted.kind, wanted.nature, wanted.first, wanted.last, wanted.sort != SORTS[0])),
        total=len(site.world.sources),
        n=len(entries),
        first=(page - 1) * PER_PAGE + 1,
        entries=[_entry(site, tr, entry, wanted) for entry in shown],
        page=page,
        pages=pages,
        link=lambda number: link_of(query, number),
        csv_link=link_of(query, path="/sources.csv"),
        filtered=_filters_in_words(site.world, tr, wanted),
        **common(site, query.state, ("/sources", link_of(query, page).partition("?")[2])),
    )


@lru_cache(maxsize=8)
def _options(site: Site, lang: str) -> dict[str, list[tuple[str, str]]]:
    """Return the choices of the form: (value, label), the empty one first."""
    tr = catalogue(lang)
    kinds = sorted(set(site.world.sources["type"]))
    years = [(str(year), str(year)) for year in site.world.coverage.years()]
    return {
        "county": [
            ("", tr.t("sources.any_county")),
            *sorted(site.world.names.items(), key=lambda item: item[1]),
            (NATIONAL, tr.t("sources.country")),
        ],
        "type": [("", tr.t("sources.any_type")), *((kind, tr.t(f"sources.source_type.{kind}")) for kind in kinds)],
        "use": [("", tr.t("sources.any_use")), *((use, tr.t(f"sources.use_name.{use}")) for use in USES)],
        "nature": [("", tr.t("sources.any_nature")), *((n.value, tr.t(f"nature.{n.value}")) for n in Nature)],
        "from": [("", tr.t("sources.any_year")), *years],
        "to": [("", tr.t("sources.any_year")), *years],
        "sort": [(sort, tr.t(f"sources.sort_name.{sort}")) for sort in SORTS],
    }


def _entry(site: Site, tr: Catalogue, entry: Entry, wanted: SourceFilter) -> dict[str, Any]:
    row, alone = entry.row, bool(wanted.source_id)
    groups = use_groups(site, tr.lang, entry.uses, wanted.county)
    n_links = sum(len(group.links) for group in groups)
    hidden = row.withheld
    url = row.url if row.url.startswith(("https://", "http://")) and not hidden else ""
    return {
        "id": row.source_id,
        "title": "" if hidden else row.title or row.url,
        "url": url,
        "publisher": row.publisher,
        "date": row.date if row.year else tr.t("sources.undated"),
        "kind": tr.t(f"sources.source_type.{row.type}"),
        "background": row.background,
        "withheld": tr.t("sources.withheld_names") if hidden else "",
        "gone": _gone(site.world, tr, row.source_id) if url else None,
        "groups": groups,
        "folded": n_links > FEW_LINKS and not alone,
        "alone": alone,
    }


def _gone(world: World, tr: Catalogue, source_id: str) -> dict[str, str] | None:
    """Return what is to be said of a link that is dead, and where an archived copy is; None for any other link."""
    link = world.links.get(source_id)
    if link is None or not link.dead:
        return None
    archived = link.archive_url if link.archive_url.startswith(("https://", "http://")) else ""
    day = link.last_checked.isoformat()
    return {"words": tr.t("sources.gone" if archived else "sources.gone_no_copy", day=day), "archived": archived}


def _filters_in_words(world: World, tr: Catalogue, wanted: SourceFilter) -> str:
    """Return what was query for, for the sentence above the list; empty when nothing was."""
    parts: list[tuple[object, Callable[[], str]]] = [
        (wanted.text, lambda: f"“{wanted.text}”"),
        (wanted.county, lambda: world.names.get(wanted.county, tr.t("sources.country"))),
        (wanted.kind, lambda: tr.t(f"sources.source_type.{wanted.kind}")),
        (wanted.use, lambda: tr.t(f"sources.use_name.{wanted.use}")),
        (wanted.nature, lambda: tr.t(f"nature.{wanted.nature}")),
        (wanted.first or wanted.last, lambda: _years(world, tr, wanted)),
    ]
    return ", ".join(words() for value, words in parts if value)


def _years(world: World, tr: Catalogue, wanted: SourceFilter) -> str:
    return tr.years(wanted.first or world.coverage.first, wanted.last or world.coverage.last)
