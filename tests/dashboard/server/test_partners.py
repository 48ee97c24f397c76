"""Datasets for partners: as if they did not exist without the header, on every route; never kept by a cache with it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.server import partners
from dashboard.server.app import create_app
from dashboard.settings import AppSettings, from_environment
from geodata.query.releases import shown_releases
from geodata.query.world import open_world, stamp
from geodata.release.audience import EVERYBODY, FILE, INTERNAL, PARTNERS, readers_of, set_readers
from geodata.settings import DataSettings
from geodata.values import DataProblem
from tests.caseloads import publish_rows, skewed
from tests.dashboard.server.test_two_vaults import MOST_PER_ROUTE, links_of, rule_of, starts, whole

DATASET = "partners"
HEADER = "X-Forwarded-Email"
NAMED = {HEADER: "someone@partner.example"}


@dataclass
class Door:
    """A site with a dataset for partners behind the door, and one that has never heard of it."""

    settings: DataSettings
    release: str
    server: Flask
    client: FlaskClient
    without: FlaskClient


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Door:
    settings = DataSettings(home=tmp_path_factory.mktemp("door"), vault="")
    set_readers(settings.releases, DATASET, PARTNERS)
    publish_rows(settings, skewed(900), dataset=DATASET)
    release = publish_rows(settings, skewed(900, start=900), dataset=DATASET, file="b")
    app = create_app(open_world(settings), AppSettings())
    behind = create_app(open_world(DataSettings(home=settings.home, vault="", partners=True)), AppSettings())
    partners.add(app.server, behind.server, HEADER)
    empty = DataSettings(home=tmp_path_factory.mktemp("never"), vault="")
    other = create_app(open_world(empty), AppSettings())
    partners.add(other.server, behind.server, HEADER)
    return Door(settings, release.id, app.server, app.server.test_client(), other.server.test_client())


@MOST_PER_ROUTE
def test_without_the_header_no_route_knows_the_dataset(door: Door, most: int) -> None:
    """From every route through every link: 404 where the dataset is named, elsewhere the answers of a site without."""
    compared: Counter[str] = Counter()
    waiting, seen = [*starts(door.server)], set[str]()
    waiting += [path.replace(f"dataset={DATASET}&", "") for path in waiting]
    waiting += [f"/changes?to={door.release}", f"/api/v1/changes.json?to={door.release}", f"/?beside={DATASET}"]
    adapter = door.server.url_map.bind("localhost")
    while waiting:
        path = waiting.pop(0)
        rule = rule_of(adapter, path)
        if path in seen or compared[rule] >= most:
            continue
        seen.add(path)
        compared[rule] += 1
        mine, plain = door.client.get(path), door.without.get(path)
        assert whole(mine) == whole(plain), path
        if mine.mimetype.startswith("text/") and door.release not in path:  # an id that was asked for is said again
            assert door.release[:12] not in mine.text, path
        if f"={DATASET}" in path:
            assert mine.status_code == 404, path
        waiting += links_of(mine)
    assert sum(compared.values()) > 12 * most, compared


def test_with_the_header_every_answer_is_private(door: Door) -> None:
    shown = 0
    for path in starts(door.server):
        answer = door.client.get(path, headers={**NAMED, "If-None-Match": "*"})
        assert answer.headers.getlist("Cache-Control") == ["private, no-store"], path
        assert "Access-Control-Allow-Origin" not in answer.headers, path
        assert "ETag" not in answer.headers, path
        shown += "About" in answer.text and "persons in the caseload" in answer.text if "html" in answer.mimetype else 0
    figures = door.client.get(f"/api/v1/indicators.json?dataset={DATASET}", headers=NAMED).get_json()
    assert DATASET in str(figures)
    page = door.client.get(f"/?dataset={DATASET}&lang=en", headers=NAMED).text
    assert "persons in the caseload" in page
    assert door.client.get(f"/changes?to={door.release}", headers=NAMED).status_code == 200


def test_without_a_door_the_dataset_is_not_found_either(door: Door) -> None:
    """`NJIA_PARTNER_HEADER` is not set: no header opens anything, on any route that is named the dataset."""
    closed = create_app(open_world(door.settings), AppSettings()).server.test_client()
    for path in starts(door.server):
        assert closed.get(path, headers=NAMED).status_code == 404, path
    assert closed.get(f"/?beside={DATASET}&lang=en", headers=NAMED).status_code == 404
    assert closed.get("/?dataset=public&lang=en").status_code == 200


@pytest.mark.parametrize("value", ["", "   "])
def test_an_empty_header_names_nobody(door: Door, value: str) -> None:
    assert door.client.get(f"/?dataset={DATASET}", headers={HEADER: value}).status_code == 404


def test_a_file_or_a_frozen_view_of_partners_is_not_found_by_others(door: Door) -> None:
    own = {"Origin": "http://localhost"}
    frozen = door.client.post("/s", data={"link": f"/?dataset={DATASET}&county=KE001"}, headers={**NAMED, **own})
    places = [link for link in links_of(frozen) if link.startswith("/s/")]
    place = (frozen.headers.get("Location") or places[0]).split("?")[0]
    assert door.client.get(place, headers=NAMED).status_code == 200
    assert door.client.get(place).status_code == 404
    assert door.client.get(f"/export/to/csv?dataset={DATASET}").status_code == 404
    begun = door.client.post(f"/export/to/csv?dataset={DATASET}&nature=trafficking", headers={**NAMED, **own})
    job = begun.headers["Location"].split("?")[0]
    assert door.client.get(job, headers=NAMED).status_code == 200
    assert door.client.get(job).status_code == 404
    assert door.client.get(f"{job}.json").status_code == 404


def test_what_the_public_world_opens(door: Door) -> None:
    """Files written for readers without a server (`njia site`, the folder for a stick) are made from this world."""
    world = open_world(door.settings)
    assert DATASET not in world.releases
    assert DATASET not in {release.dataset for release in shown_releases(world)}
    before = stamp(door.settings)
    set_readers(door.settings.releases, "another", EVERYBODY)
    assert stamp(door.settings) == before


def test_readers_are_kept_and_a_damaged_word_opens_nothing(tmp_path: Path) -> None:
    assert readers_of(tmp_path, "d") == EVERYBODY
    set_readers(tmp_path, "d", PARTNERS)
    assert readers_of(tmp_path, "d") == PARTNERS
    set_readers(tmp_path, "d", EVERYBODY)
    assert readers_of(tmp_path, "d") == EVERYBODY
    for damaged in (b"", b"every", b"\xff\xfe"):
        (tmp_path / "d" / FILE).write_bytes(damaged)
        assert readers_of(tmp_path, "d") == INTERNAL
    with pytest.raises(DataProblem, match="expected one of everybody, partners, internal"):
        set_readers(tmp_path, "d", "friends")


def test_a_header_that_any_reader_could_write_is_refused() -> None:
    with pytest.raises(DataProblem, match="any reader could write that header"):
        from_environment({"NJIA_PARTNER_HEADER": HEADER})
    with pytest.raises(DataProblem, match="expected the name of a header"):
        from_environment({"NJIA_PARTNER_HEADER": "a b", "NJIA_PROXY_HOPS": "1"})
    told = from_environment({"NJIA_PARTNER_HEADER": HEADER, "NJIA_PROXY_HOPS": "1"})
    assert told.partner_header == HEADER
