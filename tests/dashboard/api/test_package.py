"""Everything in one download: the figures of the open API, described column by column, read by other libraries."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections import Counter
from typing import Any

import geopandas as gpd
import pytest
from flask.testing import FlaskClient

from dashboard.api.package import MAPS
from geodata.query.world import World

READERS: dict[str, Any] = {
    "integer": int,
    "number": float,
    "string": str,
    "boolean": lambda text: {"True": 1, "False": 0}[text],
}


@pytest.fixture(scope="module")
def archive(app: Any) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(app.server.test_client().get("/api/v1/everything.zip").data))


def rows(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read(f"{name}.csv").decode("utf-8-sig"))))


def test_every_table_stands_beside_its_description_and_keeps_to_it(archive: zipfile.ZipFile) -> None:
    package = json.loads(archive.read("datapackage.json"))
    assert {resource["name"] for resource in package["resources"]} == {"indicators", "events", "sources"}
    for resource in package["resources"]:
        table = rows(archive, resource["name"])
        assert table
        columns = resource["schema"]["fields"]
        assert list(table[0]) == [column["name"] for column in columns]
        for row in table:
            for column in columns:
                if row[column["name"]]:
                    READERS[column["type"]](row[column["name"]])


def test_all_natures_are_in_one_file_and_told_apart(
    archive: zipfile.ZipFile, client: FlaskClient, world: World
) -> None:
    counted = Counter(row["nature"] for row in rows(archive, "events"))
    assert sum(counted.values()) == len(world.events)
    for nature, number in counted.items():
        answer = client.get(f"/api/v1/incidents.json?nature={nature}&per_page=1").json
        assert answer is not None
        assert answer["total"] == number


@pytest.mark.parametrize("name", MAPS)
def test_maps_are_read_by_geopandas(archive: zipfile.ZipFile, name: str) -> None:
    parquet = gpd.read_parquet(io.BytesIO(archive.read(f"{name}.parquet")))
    geojson = gpd.read_file(io.BytesIO(archive.read(f"{name}.geojson")))
    assert len(parquet) == len(geojson)
    assert parquet.crs.name == "WGS 84 (CRS84)"
    assert parquet.total_bounds == pytest.approx(geojson.total_bounds)


def test_the_same_record_is_the_same_download(app: Any) -> None:
    from dashboard.api import package  # noqa: PLC0415

    first = app.server.test_client().get("/api/v1/everything.zip").data
    package.packed.cache_clear()
    again = app.server.test_client().get("/api/v1/everything.zip").data
    names = zipfile.ZipFile(io.BytesIO(first)).namelist()
    for name in names:
        if not name.endswith(".gpkg"):  # GDAL writes the hour into it
            assert zipfile.ZipFile(io.BytesIO(first)).read(name) == zipfile.ZipFile(io.BytesIO(again)).read(name), name


def test_search_engines_and_catalogues_are_told_where_the_files_are(client: FlaskClient) -> None:
    page = client.get("/api?lang=en").text
    card = json.loads(page.partition('<script type="application/ld+json" lang="en">')[2].partition("</script>")[0])
    assert card["@type"] == "Dataset"
    assert 50 <= len(card["description"]) <= 5_000
    catalog = client.get("/api/v1/catalog.jsonld")
    assert catalog.mimetype == "application/ld+json"
    assert catalog.json is not None
    dataset = catalog.json["dcat:dataset"]
    for thing in (catalog.json, dataset):
        assert {"dct:title", "dct:description", "dct:publisher"} <= set(thing), "mandatory or expected in DCAT-AP"
    for part in dataset["dcat:distribution"]:
        assert {"dcat:accessURL", "dcat:mediaType", "dct:license"} <= set(part)
    assert {"dct:title", "dcat:endpointURL"} <= set(catalog.json["dcat:service"])
    for address in [card["distribution"][0]["contentUrl"]] + [
        part["dcat:downloadURL"]["@id"] for part in catalog.json["dcat:dataset"]["dcat:distribution"]
    ]:
        assert client.get(address.replace("http://localhost", "")).status_code == 200
