"""Odd addresses: both code systems, names in any spelling, nonsense; and what the service worker may keep."""

from __future__ import annotations

import json
import re
import threading
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import Client

from dashboard.server.app import Njia
from dashboard.web.page_cache import MARK, PageCache, coding_of, is_unchanged
from geodata.query.world import World
from tests.markup import flat


@pytest.mark.parametrize(
    ("asked", "pcode"),
    [("Isiolo", "KE011"), ("isiolo county", "KE011"), ("ke011", "KE011"), ("tharaka nithi", "KE013"),
     ("Kaunti ya Marsabit", "KE010"), ("Murang’a", "KE021"), ("MARSABIT", "KE010"), (" Isiolo ", "KE011")],
)  # fmt: skip
@pytest.mark.parametrize("room", ["lite", "county"])
def test_a_name_leads_to_its_county(client: FlaskClient, asked: str, pcode: str, room: str) -> None:
    answer = client.get(f"/{room}/{asked}?lang=sw")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/{room}/{pcode}?lang=sw"
    if room == "lite":
        assert client.get(f"/lite/{asked}.txt?lang=sw").headers["Location"] == f"/lite/{pcode}.txt?lang=sw"
        form = client.get("/lite", query_string={"county": asked, "lang": "sw"})
        assert form.headers["Location"] == f"/lite/{pcode}?lang=sw"


@pytest.mark.parametrize("room", ["lite", "county"])
def test_a_number_is_never_guessed(client: FlaskClient, world: World, room: str) -> None:
    iso = {int(code[3:]): pcode for pcode, code in zip(world.counties["pcode"], world.counties["iso"], strict=True)}
    for number in range(1, 48):
        pair = {f"KE{number:03d}", iso[number]}
        for asked in (str(number), f"{number:02d}", f"KE-{number:02d}", f"ke-{number:02d}"):
            answer = client.get(f"/{room}/{asked}?lang=en")
            if len(pair) == 1:
                assert answer.headers["Location"] == f"/{room}/KE{number:03d}?lang=en"
                continue
            assert answer.status_code == 300
            assert MARK not in answer.headers
            page = answer.get_data(as_text=True)
            offers = page.split('<ul class="offers">', 1)[1].split("</ul>", 1)[0]
            assert set(re.findall(rf'href="/{room}/(KE\d+)\?lang=en"', offers)) == pair
            for pcode in pair:
                assert world.names[pcode].replace("'", "&#39;") in offers


@pytest.mark.parametrize("room", ["lite", "county"])
@pytest.mark.parametrize("asked", ["KE000", "KE048", "KE-48", "99", "Kampala", "x" * 500, "<script>alert(1)</script>",
                                   "%00", "KE0100", "..", "%2e%2e%2fapp.py", "𝕏", "'; DROP TABLE"])  # fmt: skip
def test_what_is_no_county_is_answered_with_suggestions(client: FlaskClient, room: str, asked: str) -> None:
    answer = client.get(f"/{room}/{asked}?lang=sw")
    elsewhere = asked in ("%2e%2e%2fapp.py", "<script>alert(1)</script>")  # an address of another shape
    code = re.fullmatch(r"(KE-?)?\d+", asked) or elsewhere
    assert answer.status_code == (404 if code else 200)  # a name is offered the counties it may mean
    page = answer.get_data(as_text=True)
    assert "<script>alert" not in page
    if asked not in ("..", "%2e%2e%2fapp.py", "<script>alert(1)</script>"):
        assert page.count('data-pcode="KE0') >= 47
        assert "Hakuna kaunti" in page


def test_a_likeness_is_offered_not_assumed(client: FlaskClient) -> None:
    answer = client.get("/lite/Nairob?lang=en")
    assert answer.status_code == 200
    offers = answer.get_data(as_text=True).split('<ul class="offers">', 1)[1].split("</ul>", 1)[0]
    assert "/lite/KE047?lang=en" in offers


def test_bytes_that_are_no_text_give_a_page(client: FlaskClient) -> None:
    for query in ("%ff%fe", "lang=%ff", "county=%ff", "lang=sw&lang=en", "a=" + "x" * 5_000, "lang=" + "s" * 50):
        assert client.get(f"/lite/KE010?{query}").status_code == 200, query
        assert client.get(f"/lite?{query}").status_code in (200, 404), query
    long = client.get("/lite/KE010", headers={"Accept-Language": "x" * 5_000})
    assert (long.status_code, long.location) == (302, "/lite/KE010?lang=en")
    assert client.post("/lite/KE010").status_code == 405
    assert client.head("/lite/KE010").status_code == 200


def test_the_choice_works_without_scripts(client: FlaskClient, world: World) -> None:
    page = client.get("/lite?lang=sw").get_data(as_text=True)
    for pcode in world.names:
        assert page.count(f'href="/lite/{pcode}?lang=sw"') == 2  # on the map and in the list
    assert '<form method="get" action="/lite">' in page
    assert re.search(r'<section id="place" hidden data-outlines="/geo/counties-mid\.[0-9a-f]+\.json"', flat(page))


def test_worker_and_manifest(client: FlaskClient, world: World) -> None:
    worker = client.get("/lite/sw.js")
    assert worker.mimetype == "text/javascript"
    assert worker.headers["Service-Worker-Allowed"] == "/lite"
    assert worker.headers["Cache-Control"] == "no-cache"
    fixed = json.loads(re.match(r"const FIXED = (\{.*\});", worker.get_data(as_text=True))[1])  # type: ignore[index]
    assert fixed["release"] == world.key
    for file in fixed["files"]:
        assert client.get(file).status_code == 200
    manifest = client.get("/lite/manifest.webmanifest?lang=sw").get_json(force=True)
    assert manifest["lang"] == "sw"
    assert manifest["scope"] == "/lite"
    assert manifest["start_url"] == "/lite?lang=sw"
    for icon in manifest["icons"]:
        assert client.get(icon["src"]).status_code == 200
    assert {icon["sizes"] for icon in manifest["icons"]} >= {"192x192", "512x512"}


def test_only_light_pages_carry_the_mark(client: FlaskClient) -> None:
    for path in ("/lite", "/lite/KE010", "/lite/KE010.txt"):
        assert client.get(path).headers[MARK] == "1"
    others = ("/", "/sources", "/about", "/county/KE010", "/lite/sw.js", "/lite/manifest.webmanifest", "/lite/Kampala",
              "/api/v1/incidents.csv", "/healthz", "/literature")  # fmt: skip
    for path in others:
        assert MARK not in client.get(path).headers, path


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("br, gzip", "br"), ("gzip, deflate", "gzip"), ("", ""), ("identity", ""), ("br;q=0, gzip", "gzip"),
     ("gzip;q=0.5,br;q=1.0", "br"), ("*", ""), ("BR", "br"), ("brx", "")],
)  # fmt: skip
def test_codings(accepted: str, coding: str) -> None:
    assert coding_of(accepted) == coding


def test_tags() -> None:
    assert is_unchanged('"a-br"', '"a-br"')
    assert is_unchanged('W/"a-br", "b"', '"a-br"')
    assert is_unchanged("*", '"a"')
    assert not is_unchanged("", '"a"')
    assert not is_unchanged('"b"', '"a"')


def stub(made: list[str], version: list[str]) -> Any:
    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        made.append(environ["PATH_INFO"])
        asked = environ["wsgi.input"].read()
        start_response("200 OK", [(MARK, "1"), ("ETag", f'"{version[0]}"'), ("Content-Length", "9")])
        return [version[0].encode(), asked]

    return application


def test_a_new_version_empties_the_cache() -> None:
    version, made = ["one"], []  # type: tuple[list[str], list[str]]
    client = Client(PageCache(stub(made, version), "/lite", lambda: version[0]))
    assert [client.get("/lite/KE010?lang=sw").text for _ in range(3)] == ["one"] * 3
    assert client.get("/lite/KE010?lang=sw", headers={"If-None-Match": '"one"'}).status_code == 304
    version[0] = "two"
    assert [client.get("/lite/KE010?lang=sw").text for _ in range(3)] == ["two"] * 3
    assert client.get("/lite/KE010?lang=sw", headers={"If-None-Match": '"one"'}).status_code == 200
    assert len(made) == 2


def test_what_is_kept_is_the_question_whole_and_the_room_is_bounded() -> None:
    version, made = ["one"], []  # type: tuple[list[str], list[str]]
    client = Client(PageCache(stub(made, version), "/lite", lambda: version[0], most_bytes=5_000))
    for _ in range(2):
        for question in ("a", "b"):
            assert client.post("/_dash-update-component", data=question).text == f"one{question}"
    assert len(made) == 2
    for other in ({"path": "/lite/KE010?q=1"}, {"path": "/sources"}, {"path": "/lite", "method": "POST"}):
        for _ in range(2):
            client.open(**other)
    assert len(made) == 8
    for number in range(20):
        client.post("/_dash-update-component", data=str(number))
    client.post("/_dash-update-component", data="a")
    assert len(made) == 29


def test_many_readers_at_once_get_their_own_page(app: Njia, world: World) -> None:
    wrong: list[str] = []

    def reader(start: int) -> None:
        client = app.server.test_client()
        for n in range(60):
            pcode = list(world.names)[(start * 7 + n) % 47]
            lang = ("en", "sw")[(start + n) % 2]
            page = client.get(f"/lite/{pcode}?lang={lang}", headers={"Accept-Encoding": "identity"}).get_data(True)
            if f'<html lang="{lang}">' not in page or f"{pcode} · ISO" not in page:
                wrong.append(f"{pcode} {lang}")

    threads = [threading.Thread(target=reader, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
