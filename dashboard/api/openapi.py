"""The description of the API in OpenAPI 3.1, written from the tables the code reads; and a page for people."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from dashboard.api.csv import EVENT_COLUMNS, SOURCE_COLUMNS
from dashboard.api.rows import MOST, PER_PAGE, answer
from dashboard.api.schemas import SCHEMAS
from dashboard.export.model import TEMPLATES
from dashboard.i18n.catalogue import catalogue
from dashboard.view.site import Site, common
from dashboard.view.state import EXTENTS, LAYERS, MEASURES, NATURES, RULES, from_query
from dashboard.web.links import reader_lang
from dashboard.web.templates import render
from geodata.values import Confidence, Grade, Role

Shape = dict[str, Any]
HEADERS: Shape = {
    "ETag": {"schema": {"type": "string"}, "description": "Send it back as If-None-Match to be answered 304."},
    "X-Njia-Release": {"schema": {"type": "string"}, "description": "Content hash of the release."},
    "X-Njia-Boundaries": {"schema": {"type": "string"}, "description": "Boundary edition."},
    "X-Njia-Not-Understood": {
        "schema": {"type": "string"},
        "description": "Keys of the query whose values fell back to the default.",
    },
}


def blueprint(site: Site) -> Blueprint:
    """Return the description and its page."""
    routes = Blueprint("openapi", __name__)

    @routes.get("/api/v1/openapi.json")
    def openapi_json() -> Response:
        return answer(description(site))

    @routes.get("/api")
    def api_page() -> str:
        lang = reader_lang(site.choices.languages)
        state = from_query(f"lang={lang}", site.choices)[0]
        listed = [
            {
                "path": path,
                "said": catalogue(lang).t(f"api.what.{one['get']['operationId']}"),
                "kinds": ", ".join(one["get"]["responses"]["200"]["content"]),
                "example": path + one["get"]["x-example"],
            }
            for path, one in description(site)["paths"].items()
        ]
        return render("api.html", here="", listed=listed, per_page=PER_PAGE, most=MOST, **common(site, state))

    return routes


def description(site: Site) -> Shape:
    """Return the whole description; legal values are those of the data on show."""
    keys = parameters(site)
    view = [{"$ref": f"#/components/parameters/{name}"} for name in keys if name not in ("page", "per_page", "q")]
    pages = [{"$ref": "#/components/parameters/page"}, {"$ref": "#/components/parameters/per_page"}]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Njia",
            "version": "1",
            "description": (
                "Counter-trafficking evidence for Kenya's 47 counties, from releases only. Counts are detections as "
                "reported, never prevalence; trafficking and smuggling are never added up. A caseload shows complete "
                "groups of ten. Downloads repeat the figures of the page with the same query string."
            ),
            "license": {"name": site.world.edition.licence},
        },
        "servers": [{"url": "/"}],
        "paths": {**_json_paths(view, pages), **_file_paths(view)},
        "components": {"parameters": keys, "schemas": SCHEMAS},
    }


def _json_paths(view: list[Shape], pages: list[Shape]) -> Shape:
    extra = [
        _query("template", {"type": "string", "enum": list(TEMPLATES)}, "Purpose; by default what suits the view."),
        _query("counties", _list(["KE010", "KE011"], pattern="KE0(0[1-9]|[1-3][0-9]|4[0-7])"), "Counties to compare."),
    ]  # fmt: skip
    return {
        "/api/v1/indicators.json": _get("indicators", [*view, *pages], "Indicators", "?county=KE011&nature=smuggling"),
        "/api/v1/incidents.json": _get("incidents", [*view, *pages], "Incidents", "?county=KE011&nature=smuggling"),
        "/api/v1/sources.json": _get("sources", [*view, *pages], "Sources", "?county=KE011"),
        "/api/v1/releases.json": _get("releases", [], "Releases", ""),
        "/api/v1/brief.json": _get("brief", [*view, *extra], "Brief", "?county=KE011"),
        "/api/v1/changes.json": _get("changes", [*view], "Changes", "", missing=True),
        "/api/v1/openapi.json": _get("openapi", [], "Description", ""),
        "/api/v1/find": _get("find", [{"$ref": "#/components/parameters/q"}, view[0]], "Found", "?q=Isiolo"),
    }


def _file_paths(view: list[Shape]) -> Shape:
    files = {
        "/api/v1/indicators.csv": ("indicators_csv", "text/csv"),
        "/api/v1/incidents.csv": ("incidents_csv", "text/csv"),
        "/api/v1/sources.csv": ("sources_csv", "text/csv"),
        "/api/v1/counties.geojson": ("counties_geojson", "application/geo+json"),
        "/api/v1/corridors.geojson": ("corridors_geojson", "application/geo+json"),
        "/api/v1/corridors.gpkg": ("corridors_gpkg", "application/geopackage+sqlite3"),
        "/api/v1/corridors.graphml": ("corridors_graphml", "application/graphml+xml"),
        "/api/v1/changes.csv": ("changes_csv", "text/csv"),
    }
    found = {}
    for path, (name, kind) in files.items():
        schema = {"$ref": "#/components/schemas/Features"} if kind.endswith("geo+json") else {"type": "string"}
        found[path] = _get(name, view, schema, "?county=KE011", kind=kind, missing="changes" in name)
    return found


def _get(  # noqa: PLR0913, PLR0917 - one line per operation
    name: str,
    given: list[Shape],
    schema: str | Shape,
    example: str,
    kind: str = "application/json",
    missing: bool = False,
) -> Shape:
    shape = {"$ref": f"#/components/schemas/{schema}"} if isinstance(schema, str) else schema
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    responses: Shape = {
        "200": {"description": "The answer.", "headers": HEADERS, "content": {kind: {"schema": shape}}},
        "304": {"description": "Unchanged since the ETag that was sent."},
        "400": {"description": "Something in the query is not understood; the sentence says what.", "content": error},
    }
    if missing:
        other = {"text/plain": {"schema": {"type": "string"}}}
        responses["404"] = {
            "description": "There is no such release, or no earlier one.",
            "content": {**error, **other},
        }
    said = catalogue("en").t(f"api.what.{name}")
    return {
        "get": {
            "operationId": name, "summary": said, "parameters": given, "responses": responses, "x-example": example,
        }
    }  # fmt: skip


def parameters(site: Site) -> Shape:
    """Return the query parameters: the keys of a link with their legal values."""
    legal = site.choices
    year = {"type": "integer", "minimum": legal.period.first, "maximum": legal.period.last}
    one_of = {
        "lang": legal.languages, "dataset": legal.datasets, "nature": NATURES, "measure": MEASURES, "rule": RULES,
        "grade": [grade.value for grade in Grade], "extent": EXTENTS, "corridor": ("all", *legal.corridors),
    }  # fmt: skip
    several = {
        "form": legal.forms, "nationality": legal.nationalities, "confidence": [one.value for one in Confidence],
        "role": [one.value for one in Role], "layers": LAYERS,
    }  # fmt: skip
    found = {name: _query(name, {"type": "string", "enum": list(values)}, "") for name, values in one_of.items()}
    found |= {name: _query(name, _list(list(values)), "Several, comma-separated.") for name, values in several.items()}
    found["county"] = _query(
        "county", {"type": "string", "enum": list(site.world.names)}, "P-code (COD-AB); never the ISO number."
    )
    found["from"] = _query("from", year, "First year counted.")
    found["to"] = _query("to", year, "Last year counted.")
    found["t"] = _query("t", {"anyOf": [{"const": "all"}, year]}, "One year of the period, or all years together.")
    found["page"] = _query("page", {"type": "integer", "minimum": 1, "maximum": 1_000_000, "default": 1}, "Page.")
    found["per_page"] = _query(
        "per_page", {"type": "integer", "minimum": 1, "maximum": MOST, "default": PER_PAGE}, "Rows on a page."
    )
    found["q"] = _query("q", {"type": "string", "maxLength": 200}, "Any spelling of a county, or its code.")
    return found


def _query(name: str, schema: Shape, said: str) -> Shape:
    shape = {"name": name, "in": "query", "required": False, "schema": schema}
    if schema.get("type") == "array":
        shape |= {"style": "form", "explode": False}
    return {**shape, "description": said} if said else shape


def _list(values: list[str], pattern: str = "") -> Shape:
    items: Shape = {"type": "string", "pattern": f"^{pattern}$"} if pattern else {"type": "string", "enum": values}
    return {"type": "array", "items": items, "minItems": 1, "uniqueItems": True}


COLUMNS = {"incidents": EVENT_COLUMNS, "sources": SOURCE_COLUMNS}
"""Columns of the tables, as the CSV files name them."""
