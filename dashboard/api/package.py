"""Everything in one download, and what search engines and catalogues read about it.

`/api/v1/everything.zip`: the public record as CSV, GeoJSON and GeoParquet, the corridors as a styled GeoPackage, and a
`datapackage.json` (Data Package 1) that says what every column is. `/api/v1/datapackage.json` is the same description
with the addresses of the tables; `/api/v1/catalog.jsonld` is DCAT; `dataset_card` is schema.org's Dataset.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response
from pydantic import BaseModel

from dashboard.api.json import json_answer
from dashboard.api.ogc_features import COLLECTIONS
from dashboard.api.rows import incident_rows, indicator_rows, source_rows
from dashboard.api.schemas import IncidentRow, IndicatorRow, SourceRow
from dashboard.view.answers import csv_text
from dashboard.view.site import Site
from dashboard.view.state import NATURES, defaults
from dashboard.web.links import site_root
from geodata.query.network import NetworkFilter, network_file
from geodata.values import Nature
from layers.qgis import network_styles

Rows = Sequence[Mapping[str, Any]]
MAPS = ("counties", "corridors", "places")
DESCRIPTION = (
    "What was detected of trafficking in persons and of migrant smuggling in Kenya's 47 counties, from press, police "
    "and reports, each with its source. Counts are what was detected and reported, never prevalence; the two are never "
    "added up; what is missing was not reported, or is not shown to protect people."
)
_KINDS = {"integer": "integer", "number": "number", "boolean": "boolean", "string": "string"}
_EPOCH = (1980, 1, 1, 0, 0, 0)
PUBLISHER = {"@type": "foaf:Agent", "foaf:name": "The Njia contributors"}


def blueprint(site: Site) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("package", __name__)

    @routes.get("/api/v1/everything.zip")
    def everything() -> Response:
        answer = Response(packed(site, site.world.key), mimetype="application/zip")
        answer.headers["Content-Disposition"] = f'attachment; filename="njia-{site.world.as_of}.zip"'
        answer.headers["X-Njia-Release"] = site.world.releases["public"].id
        return answer

    @routes.get("/api/v1/datapackage.json")
    def datapackage() -> Response:
        addresses = {
            "indicators": f"{site_root()}api/v1/indicators.csv",
            "events": f"{site_root()}api/v1/incidents.csv",
            "sources": f"{site_root()}api/v1/sources.csv",
        }
        return json_answer(descriptor(site, addresses))

    @routes.get("/api/v1/catalog.jsonld")
    def catalog() -> Response:
        answer = json_answer(dcat(site))
        answer.mimetype = "application/ld+json"
        return answer

    return routes


def tables(site: Site) -> dict[str, tuple[type[BaseModel], Rows]]:
    """Return the public record's tables: all natures in one file, told apart by their column; whole period."""
    view = defaults(site.choices)
    views = [replace(view, nature=nature) for nature in NATURES]
    return {
        "indicators": (IndicatorRow, [row.model_dump() for state in views for row in indicator_rows(site, state)]),
        "events": (IncidentRow, [row.model_dump() for state in views for row in incident_rows(site, state)]),
        "sources": (SourceRow, [row.model_dump() for row in source_rows(site, view)]),
    }


def descriptor(site: Site, addresses: Mapping[str, str]) -> dict[str, Any]:
    """Return the Data Package; addresses: where each table stands, beside the descriptor or on the web."""
    release, edition = site.world.releases["public"], site.world.edition
    models: dict[str, type[BaseModel]] = {"indicators": IndicatorRow, "events": IncidentRow, "sources": SourceRow}
    return {
        "profile": "tabular-data-package",
        "name": "njia-kenya",
        "id": release.id,
        "title": "Njia: counter-trafficking evidence for Kenya's 47 counties",
        "description": DESCRIPTION,
        "version": site.world.as_of,
        "homepage": site_root(),
        "licenses": [{"name": edition.licence, "title": edition.licence, "path": f"{site_root()}about?lang=en"}],
        "sources": [{"title": "The ledger of sources", "path": f"{site_root()}sources?lang=en"}],
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": name,
                "path": addresses[name],
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": {"fields": fields(model), "missingValues": [""]},
            }
            for name, model in models.items()
        ],
    }


def fields(model: type[BaseModel]) -> list[dict[str, str]]:
    """Return a table's columns with their kinds and, where there is one, what they mean."""
    shapes = model.model_json_schema(by_alias=True, mode="serialization")["properties"]
    columns = []
    for name, shape in shapes.items():
        kinds = [part.get("type", "") for part in shape.get("anyOf", [shape])]
        kind = next((_KINDS[kind] for kind in kinds if kind in _KINDS), "string")
        column = {"name": name, "type": kind}
        columns.append(column | ({"description": shape["description"]} if "description" in shape else {}))
    return columns


@lru_cache(maxsize=1)
def packed(site: Site, version: str) -> bytes:
    """Return the download; the same bytes for the same world. version: `World.key`, so a new one is packed anew."""
    del version
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:

        def put(name: str, content: bytes) -> None:
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)

        listed = tables(site)
        put("datapackage.json", _document(descriptor(site, {name: f"{name}.csv" for name in listed})))
        for name, (model, rows) in listed.items():
            columns = [column["name"] for column in fields(model)]
            put(f"{name}.csv", csv_text(columns, rows).encode())
        for name in MAPS:
            features = {"type": "FeatureCollection", "features": list(COLLECTIONS[name].features(site))}
            put(f"{name}.geojson", _document(features))
            put(f"{name}.parquet", geoparquet(features["features"]))
        styles = network_styles([(nature, nature.value) for nature in Nature], int(site.world.as_of[:4]))
        put("corridors.gpkg", network_file(site.world, NetworkFilter(), "gpkg", styles))
        put("README.txt", f"{DESCRIPTION}\nPublic record as of {site.world.as_of}, {site_root()}\n".encode())
    return stream.getvalue()


def geoparquet(features: Any) -> bytes:
    """Return features (GeoJSON, WGS 84) as GeoParquet; lists of names become text with semicolons."""
    import geopandas as gpd  # noqa: PLC0415 - heavy, and asked for seldom

    flat = [{**feature, "properties": {k: _flat(v) for k, v in feature["properties"].items()}} for feature in features]
    stream = io.BytesIO()
    gpd.GeoDataFrame.from_features(flat, crs="OGC:CRS84").to_parquet(stream, index=False)
    return stream.getvalue()


def _flat(value: Any) -> Any:
    return ";".join(map(str, value)) if isinstance(value, (list, tuple)) else value


def dcat(site: Site) -> dict[str, Any]:
    """Return the catalogue in W3C's vocabulary: one dataset, its files and its services.

    What the European profile (DCAT-AP) makes mandatory is there, so that harvesters take it.
    """
    root = site_root()
    files = {
        "everything.zip": "application/zip", "indicators.csv": "text/csv", "incidents.csv": "text/csv",
        "counties.geojson": "application/geo+json", "corridors.geojson": "application/geo+json",
    }  # fmt: skip
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
        },
        "@id": f"{root}api/v1/catalog.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": "Njia",
        "dct:description": DESCRIPTION,
        "dct:publisher": PUBLISHER,
        "dcat:dataset": {
            "@id": f"{root}#record",
            "@type": "dcat:Dataset",
            "dct:title": "Njia: counter-trafficking evidence for Kenya's 47 counties",
            "dct:description": DESCRIPTION,
            "dct:identifier": site.world.releases["public"].id,
            "dct:modified": site.world.as_of,
            "dct:license": site.world.edition.licence,
            "dct:language": list(site.choices.languages),
            "dct:publisher": PUBLISHER,
            "dct:spatial": {"@type": "dct:Location", "dct:title": "Kenya"},
            "dcat:keyword": ["human trafficking", "migrant smuggling", "Kenya", "counties"],
            "dcat:distribution": [
                {
                    "@type": "dcat:Distribution",
                    "dcat:accessURL": {"@id": f"{root}api/v1/{name}"},
                    "dcat:downloadURL": {"@id": f"{root}api/v1/{name}"},
                    "dcat:mediaType": kind,
                    "dct:license": site.world.edition.licence,
                }
                for name, kind in files.items()
            ],
        },
        "dcat:service": {
            "@type": "dcat:DataService",
            "dct:title": "Njia: OGC API - Features",
            "dcat:endpointURL": {"@id": f"{root}ogc/"},
        },
    }


def dataset_card(site: Site) -> dict[str, Any]:
    """Return schema.org's Dataset, for the head of a page."""
    root, years = site_root(), site.choices.period
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": "Njia: counter-trafficking evidence for Kenya's 47 counties",
        "description": DESCRIPTION,
        "url": root,
        "identifier": site.world.releases["public"].id,
        "license": f"{root}about?lang=en",
        "isAccessibleForFree": True,
        "dateModified": site.world.as_of,
        "temporalCoverage": f"{years.first}/{years.last}",
        "spatialCoverage": {"@type": "Place", "name": "Kenya"},
        "creator": {"@type": "Organization", "name": "The Njia contributors"},
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": "application/zip", "contentUrl": f"{root}api/v1/everything.zip"}
        ],
    }


def _document(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, indent=1).encode()
