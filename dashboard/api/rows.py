"""JSON, page by page: figures by county, events, sources; the releases; a whole brief."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Response, request

from dashboard.api.csv import event_rows, indicator_lines, source_rows
from dashboard.export.brief import Purpose, make_brief
from dashboard.export.cited import citation
from dashboard.export.model import TEMPLATES
from dashboard.view.site import Site
from dashboard.view.state import MAX_QUERY, ViewState, from_query
from dashboard.web.links import reader_lang
from geodata.values import DataProblem

PER_PAGE, MOST = 100, 500
OWN_KEYS = ("page", "per_page", "template", "counties")


class Refused(ValueError):
    """A request that is answered with 400 and this sentence."""


def blueprint(site: Site) -> Blueprint:
    """Return the tables as JSON."""
    routes = Blueprint("rows", __name__)

    @routes.get("/api/v1/indicators.json")
    def indicators_json() -> Response:
        return _guarded(lambda: paged(site, indicator_lines(site, asked(site))))

    @routes.get("/api/v1/incidents.json")
    def incidents_json() -> Response:
        return _guarded(lambda: paged(site, event_rows(site, asked(site))))

    @routes.get("/api/v1/sources.json")
    def sources_json() -> Response:
        return _guarded(lambda: paged(site, source_rows(site, asked(site))))

    @routes.get("/api/v1/releases.json")
    def releases_json() -> Response:
        return answer({"releases": [_release(site, name) for name in site.world.releases]})

    @routes.get("/api/v1/brief.json")
    def brief_json() -> Response:
        return _guarded(lambda: _brief(site))

    return routes


def asked(site: Site) -> ViewState:
    """Return the view of the request; raise Refused for a value that is not understood."""
    query = request.query_string.decode("utf-8", "replace")
    state, notices = from_query(query, site.choices, reader_lang(site.choices.languages))
    if notices:
        said = "; ".join(f"{one.key}={one.given}" for one in notices)
        raise Refused(f"Not understood: {said}. The description at /api/v1/openapi.json lists what each key may be.")
    return state


def paged(site: Site, rows: Sequence[Mapping[str, Any]]) -> Response:
    """Return one page of rows with what a caller needs to go on and to cite."""
    page, per_page = _number("page", 1, 1_000_000), _number("per_page", PER_PAGE, MOST)
    state = asked(site)
    start = (page - 1) * per_page
    last = start + per_page >= len(rows)
    items = [{key: _plain(value) for key, value in row.items()} for row in rows[start : start + per_page]]
    return answer(
        {
            **_stamp(site, state),
            "page": page,
            "per_page": per_page,
            "total": len(rows),
            "next": None if last else _next(page + 1),
            "items": items,
        }
    )


def answer(body: object, status: int = 200) -> Response:
    """Return JSON; numbers that are not numbers never get here."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Response(text, status, mimetype="application/json")


def _guarded(make: Any) -> Response:
    try:
        made: Response = make()
    except (Refused, DataProblem) as problem:
        return answer({"error": str(problem)}, 400)
    return made


def _brief(site: Site) -> Response:
    given = _given()
    template = given.get("template", "")
    if template and template not in TEMPLATES:
        raise Refused(f"There is no template “{template[:40]}”; choose one of {', '.join(TEMPLATES)}.")
    counties = tuple(one for one in given.get("counties", "").split(",") if one)
    if unknown := [one for one in counties if one not in site.world.names]:
        raise Refused(f"Not a P-code: {', '.join(unknown)[:80]}. P-codes run from KE001 to KE047.")
    brief = make_brief(site.world, site.choices, asked(site), Purpose(template, counties))
    return Response(brief.to_json(), mimetype="application/json")


def _release(site: Site, name: str) -> dict[str, Any]:
    release = site.world.releases[name]
    card = release.manifest
    return {
        "dataset": name,
        "title": card.title or name,
        "id": release.id,
        "policy": str(card.policy),
        "published": card.published,
        "k": card.k,
        "period": list(card.period) if card.period else None,
        "synthetic": card.synthetic,
        "boundaries": site.world.edition.id,
        "licence": site.world.edition.licence,
    }


def _stamp(site: Site, state: ViewState) -> dict[str, Any]:
    release = site.world.releases[state.dataset]
    return {
        "dataset": state.dataset,
        "release": release.id,
        "as_of": site.world.as_of,
        "boundaries": site.world.edition.id,
        "licence": site.world.edition.licence,
        "synthetic": release.manifest.synthetic,
        "cite": citation(site.world, state),
    }


def _given() -> dict[str, str]:
    query = request.query_string.decode("utf-8", "replace")[:MAX_QUERY]
    found: dict[str, str] = {}
    for key, value in parse_qsl(query, max_num_fields=None):
        found.setdefault(key, value.strip())
    return found


def _number(key: str, default: int, most: int) -> int:
    text = _given().get(key, str(default))
    if not (text.isascii() and text.isdigit()) or len(text) > 7 or not 1 <= int(text) <= most:
        raise Refused(f"{key} is “{text[:20]}”; expected a whole number from 1 to {most}.")
    return int(text)


def _next(page: int) -> str:
    kept: Iterable[tuple[str, str]] = ((key, value) for key, value in _given().items() if key != "page")
    return f"{request.path}?{urlencode([*kept, ('page', str(page))], safe=',')}"


def _plain(value: Any) -> Any:
    if value is None or value != value:  # noqa: PLR0124 - NaN and pandas' NA
        return None
    return value.item() if hasattr(value, "item") else value
