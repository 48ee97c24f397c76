"""OGC API - Features: what the standard asks for, what the product promises, and refusals in a sentence."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from shapely.geometry import box, shape

from dashboard.api.ogc_features import COLLECTIONS, MOST, VALUE

NEEDED = {
    "/ogc/": {"self", "service-desc", "conformance", "data"},
    "/ogc/collections": {"self"},
    "/ogc/collections/counties": {"self", "items", "license"},
    "/ogc/collections/counties/items": {"self", "collection", "next"},
    "/ogc/collections/counties/items/KE011": {"self", "collection"},
}


def ask(client: FlaskClient, path: str) -> Any:
    """Return the JSON of an address that must answer."""
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.text)
    return answer.json


def pages(client: FlaskClient, path: str) -> list[Any]:
    """Return all features, page by page along the links."""
    features: list[Any] = []
    while path:
        page = ask(client, path)
        assert page["numberReturned"] == len(page["features"])
        features += page["features"]
        following = next((link["href"] for link in page["links"] if link["rel"] == "next"), "")
        path = "?".join(part for part in urlsplit(following)[2:4] if part)
    return features


@pytest.mark.parametrize(("path", "relations"), list(NEEDED.items()))
def test_documents_link_to_each_other(client: FlaskClient, path: str, relations: set[str]) -> None:
    links = ask(client, f"{path}?limit=10" if path.endswith("items") else path)["links"]
    assert relations <= {link["rel"] for link in links}
    for link in links:
        split = urlsplit(link["href"])
        assert client.get(f"{split.path}?{split.query}").status_code == 200, link


def test_it_says_which_classes_it_keeps_and_describes_itself(client: FlaskClient) -> None:
    kept = ask(client, "/ogc/conformance")["conformsTo"]
    assert [name.rpartition("/")[2] for name in kept] == ["core", "oas30", "geojson"]
    api = client.get("/ogc/api")
    assert api.headers["Content-Type"] == "application/vnd.oai.openapi+json;version=3.0"
    assert api.json is not None
    for name in COLLECTIONS:
        assert f"/collections/{name}/items" in api.json["paths"]


@pytest.mark.parametrize("name", list(COLLECTIONS))
def test_pages_together_are_the_whole_collection(client: FlaskClient, name: str) -> None:
    features = pages(client, f"/ogc/collections/{name}/items?limit=40")
    assert len(features) == ask(client, f"/ogc/collections/{name}/items?limit=1")["numberMatched"]
    assert len({feature["id"] for feature in features}) == len(features)
    assert all(feature["type"] == "Feature" for feature in features)


def test_the_same_counties_and_events_as_the_open_api(client: FlaskClient) -> None:
    mine = {county["id"]: county["properties"] for county in pages(client, "/ogc/collections/counties/items")}
    theirs = {county["id"]: county["properties"] for county in ask(client, "/api/v1/counties.geojson")["features"]}
    assert mine == theirs
    events = pages(client, "/ogc/collections/events/items?nature=smuggling&limit=500")
    first = ask(client, "/api/v1/incidents.json?nature=smuggling&per_page=500")["items"]
    assert [event["properties"] for event in events] == first


def test_an_event_has_no_point(client: FlaskClient) -> None:
    assert {str(event["geometry"]) for event in pages(client, "/ogc/collections/events/items?limit=500")} == {"None"}


def test_a_box_keeps_what_it_meets_and_nothing_else(client: FlaskClient) -> None:
    window = (36.0, -2.0, 38.0, 1.0)
    asked = "bbox=" + ",".join(map(str, window))
    for name in ("counties", "corridors", "places"):
        everything = pages(client, f"/ogc/collections/{name}/items?limit=500")
        inside = {
            feature["id"]
            for feature in everything
            if feature["geometry"] and shape(feature["geometry"]).intersects(box(*window))
        }
        assert 0 < len(inside) < len(everything)
        assert {f["id"] for f in pages(client, f"/ogc/collections/{name}/items?limit=500&{asked}")} == inside


@pytest.mark.parametrize(
    ("interval", "first", "last"),
    [
        ("2019-03-01T00:00:00Z", 2019, 2019),
        ("2018/2020", 2018, 2020),
        ("../2012", 0, 2012),
        ("2024-01-01/..", 2024, 9999),
    ],
)
def test_an_interval_keeps_the_events_that_may_lie_in_it(
    client: FlaskClient, interval: str, first: int, last: int
) -> None:
    years = {
        event["properties"]["year"]
        for event in pages(client, f"/ogc/collections/events/items?limit=500&datetime={interval}")
    }
    assert years
    assert all(first <= year <= last for year in years)


def test_properties_filter_also_where_a_feature_has_several_values(client: FlaskClient) -> None:
    stops = pages(client, "/ogc/collections/places/items?corridors=C01&iso3=KEN")
    assert {"Isiolo", "Moyale", "Nairobi"} <= {stop["properties"]["name"] for stop in stops}
    assert all("C01" in stop["properties"]["corridors"] for stop in stops)


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=ten", "limit=-1", "bbox=1,2,3", "bbox=a,b,c,d", "bbox=", "datetime=yesterday",
        "datetime=2020/2021/2022",
        "datetime=/", "datetime=", "colour=red", "f=xml", "offset=%00", f"county={'K' * 101}", "form=%3Cb%3E",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_in_a_sentence(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/ogc/collections/events/items?{query}")
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["description"].endswith(".")


def test_ends_and_corners_may_be_given_in_either_order(client: FlaskClient) -> None:
    for path, other in (
        ("events/items?limit=500&datetime=2018/2020", "events/items?limit=500&datetime=2020/2018"),
        ("counties/items?bbox=36,-2,38,1", "counties/items?bbox=36,1,38,-2"),
    ):
        kept = [feature["id"] for feature in ask(client, f"/ogc/collections/{path}")["features"]]
        assert kept
        assert [feature["id"] for feature in ask(client, f"/ogc/collections/{other}")["features"]] == kept


def test_every_value_of_a_property_may_be_asked_for(client: FlaskClient) -> None:
    for name, collection in COLLECTIONS.items():
        features = pages(client, f"/ogc/collections/{name}/items?limit=500")
        for column in collection.filters:
            values = [feature["properties"][column] for feature in features]
            every = {str(part) for value in values for part in (value if isinstance(value, list) else [value])}
            assert [value for value in every if not re.fullmatch(VALUE, value)] == [], (name, column)


def test_more_than_the_most_is_the_most_and_nothing_is_not_there(client: FlaskClient) -> None:
    assert ask(client, "/ogc/collections/events/items?limit=99999")["numberReturned"] <= MOST
    assert client.get("/ogc/collections/nothing").status_code == 404
    assert client.get("/ogc/collections/counties/items/KE099").status_code == 404
    assert client.get("/ogc/collections?colour=red").status_code == 400
