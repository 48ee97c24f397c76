"""The description of the API in OpenAPI 3.1, generated from the models and tables the code reads; a page for people."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, request
from markupsafe import Markup
from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from dashboard.api import schemas
from dashboard.api.json import json_answer
from dashboard.api.package import dataset_card
from dashboard.export.model import Brief
from dashboard.i18n.catalogue import catalogue
from dashboard.view.site import Site, common
from dashboard.view.state import POOLED, from_query, several_values, single_values
from dashboard.web.links import reader_lang
from dashboard.web.templates import render
from geodata.query.changes import provinces

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
INTRODUCTION = (
    "Counter-trafficking evidence for Kenya's 47 counties, from releases only. Counts are detections as "
    "reported, never prevalence; trafficking and smuggling are never added up. A caseload shows "
    "estimates with their standard errors. Downloads repeat the figures of the page with the same query string."
)
REFERENCE = "#/components/schemas/{model}"
ONE_COUNTY, SMUGGLING = "?county=KE011", "?county=KE011&nature=smuggling"
VIEW = "view"
"""Stands for the keys of a link among the parameters of an operation."""
EVENTS, EVERY = "events", "nature_or_all"
"""The same where events are listed: there ``nature=all`` lists those of every nature."""
CHANGES = (schemas.ChangesQuery, "dataset")
JSON: dict[str, tuple[str, Any, tuple[Any, ...], str]] = {
    "/api/v1/indicators.json": ("indicators", schemas.Indicators, (VIEW, schemas.PageQuery), SMUGGLING),
    "/api/v1/incidents.json": ("incidents", schemas.Incidents, (EVENTS, schemas.PageQuery), SMUGGLING),
    "/api/v1/sources.json": ("sources", schemas.Sources, (VIEW, schemas.PageQuery), ONE_COUNTY),
    "/api/v1/releases.json": ("releases", schemas.Releases, (), ""),
    "/api/v1/brief.json": ("brief", Brief, (EVENTS, schemas.BriefQuery, "region"), ONE_COUNTY),
    "/api/v1/changes.json": ("changes", schemas.ReleaseChangesAnswer, CHANGES, ""),
    "/api/v1/openapi.json": ("openapi", schemas.Description, (), ""),
    "/api/v1/find": ("find", schemas.Found, (schemas.FindQuery, "lang"), "?q=Isiolo"),
}
"""Path → name of the operation, model of its answer, models of its query, and a query to try."""
FILES: dict[str, tuple[str, str]] = {
    "/api/v1/indicators.csv": ("indicators_csv", "text/csv"),
    "/api/v1/incidents.csv": ("incidents_csv", "text/csv"),
    "/api/v1/sources.csv": ("sources_csv", "text/csv"),
    "/api/v1/counties.geojson": ("counties_geojson", "application/geo+json"),
    "/api/v1/corridors.geojson": ("corridors_geojson", "application/geo+json"),
    "/api/v1/corridors.gpkg": ("corridors_gpkg", "application/geopackage+sqlite3"),
    "/api/v1/corridors.graphml": ("corridors_graphml", "application/graphml+xml"),
}
"""Path → name of the operation and kind of file; each takes the keys of a link, and reads them as a page does."""
FALLS_BACK = "file_"
"""How the names of parameters begin whose values fall back to the default where they are not understood."""
WHOLE: dict[str, tuple[str, str]] = {
    "/api/v1/everything.zip": ("everything", "application/zip"),
    "/api/v1/datapackage.json": ("datapackage", "application/json"),
    "/api/v1/catalog.jsonld": ("catalog", "application/ld+json"),
}
"""Path → name of the operation and kind of file; each is about the whole record and takes nothing."""


class Untitled(GenerateJsonSchema):
    """Schemas without a title per field, which would only repeat its name."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Leave titles out."""
        del schema
        return False


def blueprint(site: Site) -> Blueprint:
    """Return the description and its page."""
    routes = Blueprint("openapi", __name__)

    @routes.get("/api/v1/openapi.json")
    def openapi_json() -> Response:
        return json_answer(description(site, f"{request.script_root}/"))

    @routes.get("/api")
    def api_page() -> str:
        lang = reader_lang(site.choices.languages)
        state = from_query(f"lang={lang}", site.choices)[0]
        listed = [
            {
                "path": path,
                "purpose": catalogue(lang).t(f"api.what.{operation['get']['operationId']}"),
                "kinds": ", ".join(operation["get"]["responses"]["200"]["content"]),
                "example": path + operation["get"]["x-example"],
            }
            for path, operation in description(site)["paths"].items()
        ]
        limits = {"per_page": schemas.PER_PAGE, "most": schemas.MOST}
        card = json.dumps(dataset_card(site), ensure_ascii=False).replace("<", "\\u003c")
        named = {"here": "", "listed": listed, "card": Markup(card)}  # noqa: S704 - our own JSON, no tag in it
        return render("api.html", **named, **limits, **common(site, state))

    return routes


def description(site: Site, root: str = "/") -> Shape:
    """Return the whole description; legal values are those of the data on show."""
    view = view_parameters(site)
    models = [schemas.Error, schemas.Features, *(model for _, model, _, _ in JSON.values())]
    adapters = [(model.__name__, "serialization", TypeAdapter(model)) for model in models]
    shapes = TypeAdapter.json_schemas(
        adapters,  # type: ignore[arg-type] # its modes are literals
        ref_template=REFERENCE,
        schema_generator=Untitled,
    )[1]
    paths = {path: _json_operation(*operation, view) for path, operation in JSON.items()}
    paths |= {path: _file_operation(*operation, view) for path, operation in FILES.items()}
    paths["/api/v1/changes.csv"] = _operation(
        "changes_csv", _parameters(CHANGES, view), "text/csv", {"type": "string"}, ""
    )
    for path, (name, kind) in WHOLE.items():
        paths[path] = _operation(name, [], kind, {"type": "object" if "json" in kind else "string"}, "")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Njia",
            "version": "1",
            "description": INTRODUCTION,
            "license": {"name": site.world.edition.licence},
        },
        "servers": [{"url": root}],
        "paths": paths,
        "components": {"parameters": _all_parameters(site, view), "schemas": shapes["$defs"]},
    }


def view_parameters(site: Site) -> Shape:
    """Return the keys of a link with their legal values."""
    legal = site.choices
    parameters: Shape = {}
    for name, values in single_values(legal).items():
        parameters[name] = _parameter(name, {"type": "string", "enum": list(values)})
    for name, values in several_values(legal).items():
        if values:
            items = {"type": "string", "enum": list(values)}
            shape = {"type": "array", "items": items, "minItems": 1}
            parameters[name] = _parameter(name, shape, "Several, comma-separated.")
    year = {"type": "integer", "minimum": legal.period.first, "maximum": legal.period.last}
    pcodes = {"type": "string", "enum": list(site.world.names)}
    parameters["county"] = _parameter("county", pcodes, "P-code (COD-AB); never the ISO number.")
    parameters["from"] = _parameter("from", year, "First year counted.")
    parameters["to"] = _parameter("to", year, "Last year counted.")
    years = {"anyOf": [{"const": POOLED}, year]}
    parameters["t"] = _parameter("t", years, "One year of the period, or all years together.")
    return parameters


def _all_parameters(site: Site, view: Shape) -> Shape:
    """Return every parameter that operations refer to, those of files beside those that refuse."""
    strict = {**view, **_further_parameters(site)}
    return strict | {f"{FALLS_BACK}{name}": _falls_back(strict[name]) for name in (*view, EVERY)}


def _falls_back(parameter: Shape) -> Shape:
    """Return a parameter that takes any text, as a link does; which values are understood stays told."""
    shape = parameter["schema"]
    words = [parameter.get("description", ""), "What is not understood falls back to the default."]
    if shape.get("type") == "array":
        words.insert(1, f"Understood are {', '.join(shape['items']['enum'])}.")
        schema: Shape = {"type": "string"}
    else:
        schema = {"anyOf": [shape, {"type": "string"}]}
    return {**parameter, "schema": schema, "description": " ".join(words).strip()}


def _further_parameters(site: Site) -> Shape:
    """Return parameters that only some operations take."""
    natures = {"type": "string", "enum": [*single_values(site.choices)["nature"], "all"]}
    return {
        EVERY: _parameter("nature", natures, "One nature, or all: the events of every nature in one list."),
        "region": _parameter(
            "region", {"type": "string", "enum": list(provinces(site.world))}, "A former province: its counties."
        ),
    }


def _parameters(queries: tuple[Any, ...], view: Shape) -> list[Shape]:
    parameters: list[Shape] = []
    for query in queries:
        if isinstance(query, str):
            of_events = [EVERY if name == "nature" else name for name in view]
            names = {VIEW: list(view), EVENTS: of_events}.get(query, [query])
            parameters += [{"$ref": f"#/components/parameters/{name}"} for name in names]
        else:
            parameters += _model_parameters(query)
    return parameters


def _model_parameters(model: type[BaseModel]) -> list[Shape]:
    fields = model.model_json_schema(schema_generator=Untitled)["properties"]
    return [_parameter(name, dict(shape), shape.pop("description", "")) for name, shape in fields.items()]


def _parameter(name: str, schema: Shape, description: str = "") -> Shape:
    schema = {key: value for key, value in schema.items() if key != "description" and value != []}
    shape = {"name": name, "in": "query", "required": False, "schema": schema}
    if schema.get("type") == "array":
        shape |= {"style": "form", "explode": False}
    return {**shape, "description": description} if description else shape


def _json_operation(name: str, model: type, queries: tuple[Any, ...], example: str, view: Shape) -> Shape:
    return _operation(name, _parameters(queries, view), "application/json", _reference(model), example)


def _file_operation(name: str, kind: str, view: Shape) -> Shape:
    schema = _reference(schemas.Features) if kind.endswith("geo+json") else {"type": "string"}
    strict = _parameters((EVENTS if name == "incidents_csv" else VIEW,), view)
    kept = [{"$ref": parameter["$ref"].replace("parameters/", f"parameters/{FALLS_BACK}")} for parameter in strict]
    return _operation(name, kept, kind, schema, ONE_COUNTY)


def _operation(name: str, parameters: list[Shape], kind: str, schema: Shape, example: str) -> Shape:
    error = {"application/json": {"schema": _reference(schemas.Error)}}
    responses: Shape = {
        "200": {"description": "The answer.", "headers": HEADERS, "content": {kind: {"schema": schema}}},
        "304": {"description": "Unchanged since the ETag that was sent."},
        "400": {"description": "Something in the query is not understood; the sentence says what.", "content": error},
        "404": {"description": "There is no such dataset here.", "content": error},
        "409": {"description": "Values that are understood but at odds, such as years backwards.", "content": error},
        "414": {"description": "The address is too long.", "content": {"text/html": {"schema": {"type": "string"}}}},
    }
    if name.startswith("changes"):
        responses["404"] = {
            "description": "There is no such dataset or release, or no earlier one.",
            "content": {**error, "text/plain": {"schema": {"type": "string"}}},
        }
    return {
        "get": {
            "operationId": name,
            "summary": catalogue("en").t(f"api.what.{name}"),
            "parameters": parameters,
            "responses": responses,
            "x-example": example,
        }
    }


def _reference(model: type) -> Shape:
    return {"$ref": REFERENCE.format(model=model.__name__)}
