"""OGC API - Features (Part 1: Core, GeoJSON, OpenAPI 3.0) at `/ogc`, so that QGIS, R and notebooks take one address.

The public record only: a caseload is read through `/api/v1`, where its protection is told with every figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort

from dashboard.api.json import first_values, json_answer
from dashboard.api.ogc_features import (
    COLLECTIONS,
    INTERVAL,
    LIMIT,
    MOST,
    VALUE,
    Collection,
    read_items_query,
    select,
)
from dashboard.view.site import Site
from dashboard.web.links import site_root
from geodata.values import DataProblem

ROOT = "/ogc"
GEOJSON = "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CLASSES = tuple(
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" for name in ("core", "oas30", "geojson")
)
STYLED = "/api/v1/corridors.gpkg"
"""The same corridors as a GeoPackage that brings its style for QGIS along."""
Link = dict[str, str]


def blueprint(site: Site) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("ogc", __name__, url_prefix=ROOT)

    @routes.get("/")
    def landing() -> Response:
        _refuse_unknown()
        links = [
            _link("", "self", "this document"),
            _link("/api", "service-desc", "what may be asked (OpenAPI)", OPENAPI),
            _link("/conformance", "conformance", "classes of the standard that are kept"),
            _link("/collections", "data", "the collections"),
        ]
        return json_answer({"title": "Njia", "description": _description(site), "links": links})

    @routes.get("/conformance")
    def conformance() -> Response:
        _refuse_unknown()
        return json_answer({"conformsTo": CLASSES})

    @routes.get("/collections")
    def collections() -> Response:
        _refuse_unknown()
        documents = [collection_document(site, collection) for collection in COLLECTIONS.values()]
        return json_answer({"links": [_link("/collections", "self", "this document")], "collections": documents})

    @routes.get("/collections/<name>")
    def collection(name: str) -> Response:
        _refuse_unknown()
        return json_answer(collection_document(site, _collection(name)))

    @routes.get("/collections/<name>/items")
    def items(name: str) -> Response:
        return _items(site, _collection(name))

    @routes.get("/collections/<name>/items/<path:item>")
    def feature(name: str, item: str) -> Response:
        _refuse_unknown()
        asked = _collection(name)
        path = f"/collections/{asked.id}"
        wanted = next((candidate for candidate in asked.features(site) if candidate["id"] == item), None)
        if wanted is None:
            abort(404)
        links = [_link(f"{path}/items/{item}", "self", "this feature", GEOJSON)]
        return _geojson({**wanted, "links": [*links, _link(path, "collection", asked.title)]})

    _add_documents(routes, site)
    return routes


def _add_documents(routes: Blueprint, site: Site) -> None:
    """Add the description of what may be asked, and the answers to what may not."""

    @routes.get("/api")
    def api() -> Response:
        answer = json_answer(description(site))
        answer.headers["Content-Type"] = OPENAPI
        return answer

    @routes.errorhandler(DataProblem)
    def refuse(problem: Exception) -> Response:
        return json_answer({"code": "InvalidParameterValue", "description": str(problem)}, 400)

    @routes.errorhandler(404)
    def absent(error: Exception) -> Response:
        del error
        return json_answer({"code": "NotFound", "description": "There is no such collection or feature."}, 404)


def collection_document(site: Site, collection: Collection) -> dict[str, Any]:
    """Return what the standard wants to be said about a collection."""
    path = f"/collections/{collection.id}"
    links = [_link(path, "self", "this document"), _link(f"{path}/items", "items", collection.title, GEOJSON)]
    if collection.id == "corridors":
        href = site_root() + STYLED[1:]
        links.append(
            {"href": href, "rel": "enclosure", "type": "application/geopackage+sqlite3", "title": "styled for QGIS"}
        )
    about = f"{site_root()}about?lang=en"
    links.append({"href": about, "rel": "license", "type": "text/html", "title": site.world.edition.licence})
    years = site.choices.period
    extent: dict[str, Any] = {
        "temporal": {"interval": [[f"{years.first}-01-01T00:00:00Z", f"{years.last}-12-31T23:59:59Z"]]}
    }
    if collection.has_geometry:
        bounds = [_bounds(feature["geometry"]) for feature in collection.features(site) if feature["geometry"]]
        west, south, east, north = zip(*bounds, strict=True)
        extent["spatial"] = {"bbox": [[min(west), min(south), max(east), max(north)]], "crs": CRS84}
    return {
        "id": collection.id,
        "title": collection.title,
        "description": collection.description,
        "itemType": "feature",
        "crs": [CRS84],
        "extent": extent,
        "links": links,
    }


def _items(site: Site, collection: Collection) -> Response:
    given = first_values(blank=True)
    query, named = read_items_query(collection, given)
    features = select(site, collection, query, named)
    shown = features[query.offset : query.offset + query.limit]
    path = f"/collections/{collection.id}"
    links = [
        _link(_with(f"{path}/items", given), "self", "this page", GEOJSON),
        _link(path, "collection", collection.title),
    ]
    for relation, offset in (("next", query.offset + query.limit), ("prev", query.offset - query.limit)):
        if 0 <= offset < len(features) or (relation == "prev" and -query.limit < offset < 0):
            page = {**given, "offset": str(max(offset, 0)), "limit": str(query.limit)}
            links.append(_link(_with(f"{path}/items", page), relation, f"{relation} page", GEOJSON))
    return _geojson(
        {
            "type": "FeatureCollection",
            "numberMatched": len(features),
            "numberReturned": len(shown),
            "release": site.world.releases["public"].id,
            "features": shown,
            "links": links,
        }
    )


def description(site: Site) -> dict[str, Any]:
    """Return the OpenAPI 3.0 document of `/ogc`."""
    json_object = {"content": {"application/json": {"schema": {"type": "object"}}}}
    document = {"200": {"description": "The document.", **json_object}}
    features = {"200": {"description": "Features.", "content": {GEOJSON: {"schema": {"type": "object"}}}}}
    refused: dict[str, Any] = {
        "400": {"description": "The query is not understood; the sentence says what.", **json_object}
    }
    refused |= {"414": {"description": "The address is too long.", "content": {"text/html": {}}}}
    absent = {"404": {"description": "There is no such feature.", **json_object}}
    paths: dict[str, Any] = {
        path: {"get": {"operationId": f"get{name}", "parameters": [], "responses": {**document, **refused}}}
        for path, name in (("/", "Landing"), ("/conformance", "Conformance"), ("/collections", "Collections"))
    }
    for collection in COLLECTIONS.values():
        path, name = f"/collections/{collection.id}", collection.id.title()
        paths[path] = {"get": {"operationId": f"get{name}", "responses": {**document, **refused}}}
        asked = {"operationId": f"get{name}Items", "parameters": _parameters(collection)}
        paths[f"{path}/items"] = {"get": {**asked, "responses": {**features, **refused}}}
        item = {
            "name": "featureId",
            "in": "path",
            "required": True,
            "schema": {"type": "string", "minLength": 1, "maxLength": 100},
            "example": collection.features(site)[0]["id"],
        }
        item_read = {"operationId": f"get{name}Item", "parameters": [item]}
        paths[f"{path}/items/{{featureId}}"] = {"get": {**item_read, "responses": {**features, **refused, **absent}}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Njia", "version": "1", "description": _description(site)},
        "servers": [{"url": _href("")}],
        "paths": paths,
    }


def _parameters(collection: Collection) -> list[dict[str, Any]]:
    counts = [{"minItems": count, "maxItems": count} for count in (4, 6)]
    shapes: dict[str, dict[str, Any]] = {
        # The standard wants a larger number to be read as the most of one answer, so it is no error.
        "limit": {"type": "integer", "minimum": 1, "maximum": 999_999_999, "default": LIMIT},
        "offset": {"type": "integer", "minimum": 0, "maximum": 999_999_999, "default": 0},
        "bbox": {"type": "array", "items": {"type": "number"}, "oneOf": counts},
        "datetime": {"type": "string", "pattern": f"^({INTERVAL})$", "example": "2018-01-01/2020-12-31"},
        **{name: {"type": "string", "pattern": f"^{VALUE}$"} for name in collection.filters},
    }
    told = {
        "limit": f"Features of one answer; more than {MOST} are read as {MOST}.",
        "bbox": "West, south, east, north in degrees; with six numbers heights are passed over.",
        "datetime": "A moment or an interval, to the year, month, day or second; `..` or nothing is an open end.",
    }
    return [
        {"name": name, "in": "query", "required": False, "style": "form", "explode": False, "schema": schema}
        | ({"description": told[name]} if name in told else {})
        for name, schema in shapes.items()
    ]


def _collection(name: str) -> Collection:
    if name not in COLLECTIONS:
        abort(404)
    return COLLECTIONS[name]


def _refuse_unknown() -> None:
    """Refuse a query where the standard knows none but the format."""
    given = first_values()
    if unknown := next((name for name, value in given.items() if (name, value) != ("f", "json")), ""):
        raise DataProblem(f"“{unknown[:40]}” cannot be asked here.")


def _description(site: Site) -> str:
    return (
        f"Counter-trafficking evidence for Kenya's 47 counties, public record as of {site.world.as_of}. Counts "
        "are what was detected and reported, never prevalence; trafficking and smuggling are never added up."
    )


def _geojson(body: Mapping[str, Any]) -> Response:
    answer = json_answer(body)
    answer.headers["Content-Type"] = GEOJSON
    return answer


def _with(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _href(path: str) -> str:
    return site_root() + ROOT[1:] + (path or "/")


def _link(path: str, relation: str, title: str, kind: str = "application/json") -> Link:
    return {"href": _href(path), "rel": relation, "type": kind, "title": title}


def _bounds(geometry: Mapping[str, Any]) -> tuple[float, float, float, float]:
    """Return west, south, east, north of a GeoJSON geometry."""
    pending, positions = [geometry["coordinates"]], []
    while pending:
        part = pending.pop()
        if isinstance(part[0], (int, float)):
            positions.append(part)
        else:
            pending.extend(part)
    lons, lats = [position[0] for position in positions], [position[1] for position in positions]
    return min(lons), min(lats), max(lons), max(lats)
