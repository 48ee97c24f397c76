"""Sending a correction: who may, how often, what comes back, and that nothing waiting is ever shown."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.server.app import create_app
from dashboard.settings import AppSettings, from_environment
from dashboard.web.rate_limit import AddressLimit, SharedCounts
from geodata.corrections import CorrectionDesk
from geodata.corrections.contracts import FIELDS
from geodata.query.world import open_world
from geodata.settings import DataSettings
from geodata.values import DataProblem

SCRIPT = "\"><script>alert('x')</script>"
OWN = {"Origin": "http://localhost"}
FORM = {
    "id": "a" * 32, "item": "event:EV-X3RHS", "wrong": "number", "number": "7", "reporter": "county_official",
    "source": "https://www.example.go.ke/report.pdf", "lang": "en",
}  # fmt: skip
Start = Callable[..., FlaskClient]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    def made(**settings: int) -> FlaskClient:
        world = open_world(DataSettings(home=tmp_path, vault=""))
        return create_app(world, AppSettings(**settings)).server.test_client()  # type: ignore[arg-type]

    return made


@pytest.fixture
def desk(tmp_path: Path) -> CorrectionDesk:
    return CorrectionDesk(tmp_path / "corrections")


def form(nth: int = 0, **fields: str) -> dict[str, str]:
    return {**FORM, "item": "missing:event", "wrong": "missing", "id": f"{nth:032x}", **fields}


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_the_form_is_complete_without_scripts(start: Start, lang: str) -> None:
    page = start().get(f"/corrections/KE011?lang={lang}").get_data(as_text=True)
    for name in ("item", "wrong", "to_county", "year", "number", "nature", "role", "source", "reporter"):
        assert f'name="{name}"' in page
    for item in ("missing:event", "role:transit", "corridor:C01", "event:EV-", "response:RSP-", "boundary:line"):
        assert f'value="{item}' in page
    assert "<textarea" not in page
    assert 'type="email"' not in page
    assert 'type="tel"' not in page


def test_places_are_found_and_strangers_are_not(start: Start) -> None:
    client = start()
    assert client.get("/corrections").status_code == 200
    assert client.get("/corrections/isiolo").headers["Location"].startswith("/corrections/KE011")
    assert client.get("/corrections/KE099").status_code == 404
    assert client.post("/corrections/KE099", data=form(), headers=OWN).status_code == 404


def test_sent_stored_once_and_shown_to_nobody(start: Start, desk: CorrectionDesk) -> None:
    client = start()
    first = client.post("/corrections/KE010", data=form(), headers=OWN)
    assert first.status_code == 303
    assert "Thank you" in client.get(first.headers["Location"]).get_data(as_text=True)
    again = client.post("/corrections/KE010", data=form(), headers=OWN)
    assert "how=known" in again.headers["Location"]
    assert len(desk.queue.list()) == 1
    for path in ("/corrections/KE010", "/?county=KE010", "/sources?q=example.go.ke", "/api/v1/sources.csv"):
        assert "example.go.ke/report.pdf" not in client.get(path).get_data(as_text=True)


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_approved_ones_are_shown_where_they_belong(start: Start, desk: CorrectionDesk, lang: str) -> None:
    client = start()
    event = client.get("/corrections/KE011").get_data(as_text=True).split('value="event:', 1)[1].split('"', 1)[0]
    sent = client.post("/corrections/KE011", data=form(1, item=f"event:{event}", wrong="number"), headers=OWN)
    assert sent.status_code == 303
    row = desk.approve(desk.queue.list()[0].name, because="document_confirms", on=date(2026, 11, 23))
    page = start().get(f"/?county=KE011&lang={lang}").get_data(as_text=True)
    assert row.source_id in page
    words = {"en": "a county official, 2026-11", "sw": "afisa wa kaunti, 2026-11"}[lang]
    assert page.count(words) == 2  # at the event, and in the list of the county
    assert row.source_id in start().get(f"/sources?use=corrections&lang={lang}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Referer": "http://localhost/corrections/KE010"}, 303),
    ],
)
def test_only_pages_of_this_site_may_send(
    start: Start, desk: CorrectionDesk, headers: dict[str, str], status: int
) -> None:
    assert start().post("/corrections/KE010", data=form(), headers=headers).status_code == status
    assert len(desk.queue.list()) == (status == 303)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("lang", ["en", "sw"])
def test_scripts_pasted_into_every_field_come_back_escape_formula(
    start: Start, desk: CorrectionDesk, field: str, lang: str
) -> None:
    answer = start().post(f"/corrections/KE010?lang={lang}", data=form(2, **{field: SCRIPT}), headers=OWN)
    page = answer.get_data(as_text=True)
    assert "<script>alert" not in page
    assert answer.status_code == (303 if field == "county" else 400)
    assert len(desk.queue.list()) == (field == "county")


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        (b"x" * 9_000, "application/x-www-form-urlencoded", 413),
        (b"{}", "application/json", 415),
        (b"--x", "multipart/form-data; boundary=x", 415),
        (b"", "application/x-www-form-urlencoded", 400),
        (b"%ff%fe=%00&id=%00", "application/x-www-form-urlencoded", 400),
        (b"&".join(b"a%d=1" % n for n in range(900)), "application/x-www-form-urlencoded", 400),
    ],
)
def test_odd_bodies_are_refused_in_words(
    start: Start, desk: CorrectionDesk, data: bytes, kind: str, status: int
) -> None:
    answer = start().post("/corrections/KE010", data=data, content_type=kind, headers=OWN)
    assert answer.status_code == status
    assert desk.queue.list() == []


def test_a_thousand_a_minute_from_one_address(start: Start, desk: CorrectionDesk) -> None:
    client = start()
    answers = [client.post("/corrections/KE010", data=form(n), headers=OWN) for n in range(1_000)]
    codes = [answer.status_code for answer in answers]
    assert 5 <= codes.count(303) <= 10  # a minute may turn while the thousand are sent
    assert codes.count(303) + codes.count(429) == 1_000
    assert len(desk.queue.list()) == codes.count(303)
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    other = client.post("/corrections/KE010", data=form(2_000), headers=OWN, environ_base={"REMOTE_ADDR": "10.9.8.7"})
    assert other.status_code == 303


def test_an_address_leaves_no_trace(start: Start, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    client = start()
    for n in range(9):
        client.post("/corrections/KE010", data=form(n), headers=OWN, environ_base={"REMOTE_ADDR": "203.0.113.77"})
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"203.0.113" not in written
    assert "203.0.113" not in "".join(capfd.readouterr())


@pytest.mark.parametrize(("hops", "stored"), [(0, 5), (1, 8)])
def test_a_proxy_is_believed_only_where_told(start: Start, desk: CorrectionDesk, hops: int, stored: int) -> None:
    client = start(proxy_hops=hops)
    for n in range(8):
        headers = {**OWN, "X-Forwarded-For": f"198.51.100.{n}"}
        client.post("/corrections/KE010", data=form(n), headers=headers)
    assert len(desk.queue.list()) == stored


def test_a_forged_hop_does_not_help_behind_a_proxy(start: Start, desk: CorrectionDesk) -> None:
    client = start(proxy_hops=1)
    for n in range(8):
        headers = {**OWN, "X-Forwarded-For": f"198.51.100.{n}, 192.0.2.1"}
        client.post("/corrections/KE010", data=form(n), headers=headers)
    assert len(desk.queue.list()) == 5


def test_the_setting_of_hops() -> None:
    assert from_environment({}).proxy_hops == 0
    assert from_environment({"NJIA_PROXY_HOPS": "0"}).proxy_hops == 0
    assert from_environment({"NJIA_PROXY_HOPS": "2"}).proxy_hops == 2
    with pytest.raises(DataProblem):
        from_environment({"NJIA_PROXY_HOPS": "many"})


def test_limits_by_minute_and_day_and_subscriber() -> None:
    now = [600_000.0]
    limit = AddressLimit(5, 30, SharedCounts(clock=lambda: now[0]))
    assert [limit.take("192.0.2.1") for _ in range(6)][4:] == [0, 60]
    now[0] += 60
    assert limit.take("192.0.2.1") == 0
    assert limit.take("::ffff:192.0.2.1") == 0  # the same address, written otherwise
    for _ in range(20):
        now[0] += 60
        limit.take("192.0.2.1")
        limit.take("192.0.2.1")
    assert limit.take("192.0.2.1") > 60
    taken = [limit.take(f"2001:db8:1:2::{n:x}") for n in range(9)]
    assert taken.count(0) == 5  # one subscriber has a whole /64


def test_workers_share_one_count() -> None:
    limit = AddressLimit(5, 30)
    reads, writes = os.pipe()
    for _ in range(3):
        if (child := os.fork()) == 0:
            os.write(writes, bytes(limit.take("192.0.2.9") == 0 for _ in range(5)))
            os._exit(0)
        os.waitpid(child, 0)
    assert 5 <= sum(os.read(reads, 100)) <= 10


def test_a_full_file_goes_on_counting() -> None:
    limit = AddressLimit(1, 9, SharedCounts(most_pages=24))
    for n in range(1_000):
        limit.take(f"10.0.{n >> 8}.{n & 255}")
    assert limit.take("192.0.2.1") == 0
    assert limit.take("192.0.2.1") > 0


def test_no_address_stands_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.web.rate_limit.IN_MEMORY", tmp_path)
    limit = AddressLimit(5, 30)
    limit.take("192.0.2.77")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if b"192.0.2" in path.read_bytes()]


def test_the_script_gets_json(start: Start) -> None:
    client = start()
    plain = {**OWN, "Accept": "application/json"}
    assert client.post("/corrections/KE010", data=form(1), headers=plain).json["status"] == "thanks"
    assert client.post("/corrections/KE010", data=form(1), headers=plain).json["status"] == "known"
    refused = client.post("/corrections/KE010", data=form(2, year="12"), headers=plain)
    assert (refused.status_code, refused.json["fields"]) == (400, ["year"])
    for n in range(3, 9):
        last = client.post("/corrections/KE010", data=form(n), headers=plain)
    assert (last.status_code, last.json["status"]) == (429, "later")
