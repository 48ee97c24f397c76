"""`/api/v1` and `/healthz`: the same query string as the page, the same figures as files.

Text that a spreadsheet would run as a formula is made harmless on the way out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, Response, request

from dashboard.i18n.catalogue import catalogue
from dashboard.view.answers import csv_answer, stamp_release, synthetic_note
from dashboard.view.figure import filters_of
from dashboard.view.site import Site
from dashboard.view.state import ALL_CORRIDORS, MAX_QUERY, ViewState, from_query
from dashboard.web.links import reader_lang
from geodata.query.cube import Cube
from geodata.query.find import Standing, find_county
from geodata.query.indicators import cube, indicator_rows
from geodata.query.ledger import uses
from geodata.query.profiles import events
from geodata.values import NATIONAL, Grade

EVENT_COLUMNS = (
    "id", "date", "date_precision", "year", "county", "county_name", "place", "persons", "suspects", "nationality",
    "sex_age", "form", "nature", "role_of_county", "intended_destination", "summary", "confidence", "marks", "notes",
    "source_id", "source_id_2", "is_withheld",
)  # fmt: skip
SOURCE_COLUMNS = ("source_id", "title", "publisher", "date", "url", "type", "background", "withheld", "uses")


def blueprint(site: Site) -> Blueprint:
    """Return the figures as files."""
    routes = Blueprint("csv", __name__)

    def view() -> ViewState:
        query = request.query_string.decode("utf-8", "replace")
        return from_query(query, site.choices, reader_lang(site.choices.languages))[0]

    @routes.route("/api/v1/indicators.csv")
    def indicators() -> Response:
        state = view()
        lines = indicator_lines(site, state)
        return csv_answer("indicators", list(lines[0]), lines, site, state)

    @routes.route("/api/v1/incidents.csv")
    def incidents() -> Response:
        state = view()
        return csv_answer("incidents", EVENT_COLUMNS, event_rows(site, state), site, state)

    @routes.route("/api/v1/sources.csv")
    def sources() -> Response:
        state = view()
        rows = source_rows(site, state)
        return csv_answer("sources", SOURCE_COLUMNS, rows, site, state)

    _more(routes, site)
    return routes


def indicator_lines(site: Site, state: ViewState) -> list[dict[str, Any]]:
    """Return one row per county (and one for what belongs to none) with the figures of a view."""
    counted = cube(site.world, state.dataset, filters_of(site.world, state))
    roles = _roles(site, state)
    rows = indicator_rows(site.world, counted, state.nature, _frame(counted, state))
    return [{**row, "roles": ";".join(roles.get(str(row["pcode"]), ()))} for row in rows]


def event_rows(site: Site, state: ViewState) -> list[dict[str, Any]]:
    """Return the events of a view, columns `EVENT_COLUMNS`; withheld details stay withheld."""
    rows = [row for row in events(site.world, filters_of(site.world, state)) if _wanted(row, state)]
    named = [{**row, "county_name": site.world.names.get(row["county"], "Kenya (no county)")} for row in rows]
    return [{column: row.get(column) for column in EVENT_COLUMNS} for row in named]


def source_rows(site: Site, state: ViewState) -> list[dict[str, Any]]:
    """Return the sources of a view's county, else all, with how often each is used."""
    counted: dict[str, int] = {}
    for use in uses(site.world):
        if not state.county or use.county in (state.county, NATIONAL):
            counted[use.source_id] = counted.get(use.source_id, 0) + 1
    return [
        {**row, "uses": counted.get(source_id, 0)}
        for source_id, row in site.world.source_rows.items()
        if source_id in counted or (not state.county and row["background"])
    ]


def _more(routes: Blueprint, site: Site) -> None:
    """Add the maps, the finder and the health check."""

    def view() -> ViewState:
        query = request.query_string.decode("utf-8", "replace")
        return from_query(query, site.choices, reader_lang(site.choices.languages))[0]

    @routes.route("/api/v1/counties.geojson")
    def counties() -> Response:
        return _geojson(county_features(site, view()), site, view())

    @routes.route("/api/v1/corridors.geojson")
    def corridors() -> Response:
        state = view()
        grades = [grade.value for grade in Grade]
        allowed = grades[: grades.index(state.grade) + 1]
        legs = [
            leg
            for leg in site.world.corridors.legs
            if leg["properties"]["grade"] in allowed
            and (state.corridor in ("", ALL_CORRIDORS) or leg["properties"]["corridor_id"] == state.corridor)
        ]
        return _geojson(legs, site, state, note="Schematic: the shortest way between two stops, not a track.")

    @routes.route("/api/v1/find")
    def find() -> Response:
        query = request.query_string.decode("utf-8", "replace")[:MAX_QUERY]
        text = dict(parse_qsl(query, max_num_fields=None)).get("q", "")
        found, tr = find_county(site.world, text), catalogue(reader_lang(site.choices.languages))
        county = site.world.names.get(str(found.suggestion), "") if found.suggestion else ""
        said = ""
        if found.standing is not Standing.SURE:
            key = "filters.maybe" if county else "filters.not_found"
            said = tr.t(key, text=text[:60], county=county)
        return _json({"pcode": found.pcode or "", "said": said})

    @routes.route("/healthz")
    def healthz() -> Response:
        release = site.world.releases["public"]
        return _json(
            {
                "status": "ok",
                "release": release.id,
                "boundaries": site.world.edition.id,
                "counties": len(site.world.counties),
                "incidents": len(site.world.events),
                "sources": len(site.world.sources),
            }
        )


def county_features(site: Site, state: ViewState) -> list[dict[str, Any]]:
    """Return 47 features with the figures of a view; counts are numbers, missing where no report was found."""
    world = site.world
    counted = cube(world, state.dataset, filters_of(world, state))
    frame = _frame(counted, state)
    roles = _roles(site, state)
    passing = {row["pcode"]: row for row in world.corridors.county_corridors}
    features = []
    for line in world.counties.to_dict("records"):
        pcode = str(line["pcode"])
        by_nature = {n: counted.totals(n, frame, of=pcode) for n in ("trafficking", "smuggling", "unclear")}
        events_of = [sums.incidents for sums in by_nature.values() if sums]
        persons = {
            n: sums.persons if sums and sums.incidents > sums.unstated else None for n, sums in by_nature.items()
        }
        properties = {
            "pcode": pcode,
            "code": int(line["code"]),
            "iso": line["iso"],
            "name": line["name"],
            "roles": list(roles.get(pcode, ())),
            "neighbours": [str(n.pcode) for n in world.edition.neighbours().get(line["pcode"], ())],
            "corridor_km": passing[pcode]["corridor_km"],
            "corridors": list(passing[pcode]["corridors"]),
            "incidents": sum(events_of) if events_of and counted.hidden is None else None,
            "persons_trafficking": persons["trafficking"],
            "persons_smuggling": persons["smuggling"],
            "population_2019": int(line["population_2019"]),
            "area_km2": float(line["area_km2"]),
        }
        geometry = world.shapes[pcode]
        features.append({"type": "Feature", "id": pcode, "properties": properties, "geometry": geometry})
    return features


def _frame(counted: Cube, state: ViewState) -> int:
    return counted.frame_of(state.shown_period) or 0


def _roles(site: Site, state: ViewState) -> dict[str, tuple[str, ...]]:
    held: dict[str, tuple[str, ...]] = {}
    for answer in site.world.role_decisions[state.rule]:
        if answer.held:
            held[str(answer.pcode)] = (*held.get(str(answer.pcode), ()), answer.role.value)
    return held


def _wanted(row: Mapping[str, Any], state: ViewState) -> bool:
    period = state.shown_period
    inside = period.first <= row["year"] <= period.last
    return inside and row["nature"] == state.nature and (not state.county or row["county"] == state.county)


def _geojson(features: Iterable[Mapping[str, Any]], site: Site, state: ViewState, note: str = "") -> Response:
    edition = site.world.edition
    body = {
        "type": "FeatureCollection",
        "release": site.world.releases[state.dataset].id,
        "as_of": site.world.as_of,
        "boundaries": edition.citation,
        "licence": edition.licence,
        "note": note,
        "synthetic": bool(synthetic_note(site, state)),
        "features": list(features),
    }
    answer = Response(json.dumps(body, ensure_ascii=False, separators=(",", ":")), mimetype="application/geo+json")
    stamp_release(answer, site, state)
    return answer


def _json(body: object) -> Response:
    answer = Response(json.dumps(body, ensure_ascii=False), mimetype="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer
