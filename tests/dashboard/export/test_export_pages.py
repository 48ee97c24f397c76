"""The pages around an export: offer, wait, file; any input; and the verb on the command line."""

from __future__ import annotations

import html
import io
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from pptx import Presentation

from dashboard.export import FORMATS
from dashboard.export.jobs import ExportJobs, Full
from dashboard.lenses import lenses

ROOT = Path(__file__).resolve().parents[3]
OURS = {"Sec-Fetch-Site": "same-origin"}
"""What a browser says of a form that a page of this site sends."""


def waited(client: FlaskClient, where: str) -> str:
    """Follow a job's page until it is not busy; return the page."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        page = client.get(where).get_data(as_text=True)
        if 'http-equiv="refresh"' not in page:
            return page
        time.sleep(0.1)
    raise AssertionError("the export did not end")


def test_from_the_map_to_the_file_without_javascript(client: FlaskClient) -> None:
    page = client.get("/?county=KE011&nature=smuggling&lang=en").get_data(as_text=True)
    offer = re.search(r'href="(/export\?[^"]*)"[^>]*data-take', page)
    assert offer
    link = offer[1].replace("&amp;", "&") + "&format=pptx"
    assert re.search(r'value="pptx"\s+class="main"', client.get(link).get_data(as_text=True))
    begun = client.post(link, headers=OURS)
    assert begun.status_code == 303
    ready = waited(client, begun.location)
    file = re.search(r'href="(/export/[0-9a-f]{32}/[a-z0-9.-]+)"', ready)
    assert file, ready
    answer = client.get(file[1])
    assert answer.headers["Content-Disposition"] == "attachment; filename=njia-isiolo-2007-2026-en.pptx"
    assert answer.headers["Content-Type"] == FORMATS["pptx"].mime
    assert len(answer.headers["X-Njia-Release"]) == 64
    opened = Presentation(io.BytesIO(answer.data))
    assert opened.slides[0].shapes.title.text_frame.text.startswith("Isiolo")
    told = client.get(begun.location.split("?")[0] + ".json").get_json()
    assert told["state"] == "done"
    again = client.post(link, headers=OURS)
    assert again.location.split("?")[0] == begun.location.split("?")[0]


def chosen(page: str) -> str:
    """Return what the file is about, as the offer stands."""
    return str(re.findall(r'name="template"\s+value="([^"]+)"\s+checked', page)[0])


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_the_offer_lists_formats_and_purposes(client: FlaskClient, lang: str) -> None:
    page = client.get(f"/export?county=KE011&lang={lang}").get_data(as_text=True)
    assert f'<html lang="{lang}"' in page
    assert set(re.findall(r'name="format"\s+value="([^"]+)"', page)) == set(FORMATS)
    assert chosen(page) == "county"
    assert 'value="compare"' not in page
    assert '<input type="hidden" name="county" value="KE011">' in page
    compare = client.get(f"/export?counties=KE010,KE011&lang={lang}").get_data(as_text=True)
    assert chosen(compare) == "compare"


def test_every_lens_has_its_offer_with_its_own_files(client: FlaskClient) -> None:
    for lens in lenses():
        page = client.get(f"/?lens={lens}&nature=smuggling&county=KE011&lang=en").get_data(as_text=True)
        offer = re.search(r'href="(/export\?[^"]*)"[^>]*data-take', page)
        assert offer, lens
        answer = client.get(offer[1].replace("&amp;", "&") + "&part=1")
        assert answer.status_code == 200
        part = answer.get_data(as_text=True)
        assert "<html" not in part
        assert set(re.findall(r'name="format"\s+value="([^"]+)"', part)) == set(FORMATS)
        files = [html.unescape(file) for file in re.findall(r'<a href="([^"]+)" download', part)]
        assert "/api/v1/incidents.csv?nature=all&lang=en" in files
        for file in files:
            assert client.get(file).status_code == 200, file


def test_neighbours_compared_are_offered_together(client: FlaskClient) -> None:
    page = client.get("/export?lens=compare&counties=KE011&with=neighbours&lang=en").get_data(as_text=True)
    assert chosen(page) == "region"
    assert "Together: Isiolo, " in page


def test_any_set_of_counties_is_ticked_and_none_is_said(client: FlaskClient) -> None:
    begun = client.post(
        "/export?template=set&set=KE001&set=KE003&set=KE099&format=slide&nature=smuggling&lang=en", headers=OURS
    )
    assert begun.status_code == 303
    ready = waited(client, begun.location)
    assert "counties=KE001,KE003" in ready
    empty = client.post("/export?template=set&format=slide&lang=sw", headers=OURS)
    assert empty.status_code == 400
    assert "Hakuna kaunti iliyotiwa alama" in empty.get_data(as_text=True)


def test_a_province_wins_over_the_counties_of_the_link(client: FlaskClient) -> None:
    link = "/export?lens=compare&counties=KE010,KE011&template=region:Coast&format=csv&lang=en"
    ready = waited(client, client.post(link, headers=OURS).location)
    assert "/njia-coast-" in ready


@pytest.mark.parametrize(("query", "status"), [
    ("format=exe", 400), ("format=../../pptx", 400), ("format=pptx&template=county", 400),
    ("format=pptx&template=%00", 400),
    ("format=pptx&template=compare&counties=KE011", 400), ("format=" + "x" * 5000, 400), ("%ff%fe", 200), ("", 200),
    ("format=pptx&template=<script>alert(1)</script>", 400),
])  # fmt: skip
def test_any_request_is_answered_with_a_sentence(client: FlaskClient, query: str, status: int) -> None:
    answer = (
        client.post(f"/export?{query}", headers=OURS) if query.startswith("format") else client.get(f"/export?{query}")
    )
    assert answer.status_code == status
    assert "<script>alert" not in answer.get_data(as_text=True)
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize("path", [
    "/export/" + "0" * 32, "/export/" + "0" * 32 + "/njia.pptx", "/export/..%2f..%2fetc%2fpasswd", "/export/x.json",
    "/export/" + "0" * 32 + "/..%2f..%2fapp.py", "/export/%00", "/export/to/exe",
])  # fmt: skip
def test_what_is_not_kept_is_not_there(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code in (400, 404)


def test_another_name_does_not_open_the_file(client: FlaskClient) -> None:
    begun = client.post("/export/to/pptx?corridor=C02&lang=en", headers=OURS)
    waited(client, begun.location)
    job = begun.location.split("?")[0]
    assert client.get(f"{job}/other.pptx").status_code == 404
    assert client.get(f"{job}/njia-c02-2007-2026-en.pptx").status_code == 200


def test_when_too_many_are_made_it_says_so(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise Full

    monkeypatch.setattr(ExportJobs, "start", full)
    answer = client.post("/export/to/pptx?county=KE020&lang=en", headers=OURS)
    assert answer.status_code == 503
    assert "try again in a minute" in answer.get_data(as_text=True)


def test_a_strange_host_is_not_printed(client: FlaskClient) -> None:
    evil = {**OURS, "Host": 'evil"<b>.example'}
    begun = client.post("/export/to/pptx?county=KE021&lang=en", headers=evil)
    assert begun.status_code in (303, 400)


def verb(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "app.py"), "export", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


def test_the_verb_writes_the_same_deck(tmp_path: Path) -> None:
    out = tmp_path / "deck.pptx"
    done = verb("/?county=KE011&lang=sw", "--template", "county", "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert Presentation(str(out)).core_properties.language == "sw"
    assert not list(tmp_path.glob(".*"))


def test_the_verb_says_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "bad.pptx").write_text("no")
    bad = str(tmp_path / "bad.pptx")
    cases = (
        (("/?county=KE011", "--out", "/proc/nowhere/deck.pptx"), "cannot be written"),
        (
            ("/?county=KE011", "--template", bad, "--out", str(tmp_path / "o.pptx")),
            "not a PowerPoint",
        ),
        (("/?", "--format", "docx"), "no format"),
    )
    for words, said in cases:
        done = verb(*words)
        assert done.returncode == 1
        assert said in done.stderr
        assert "Traceback" not in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "o.pptx").exists()


def test_one_page_offers_regions_every_kind_and_the_words_to_embed(client: FlaskClient) -> None:
    page = client.get("/export?nature=smuggling&lang=en").get_data(as_text=True)
    assert re.search(r'value="region:Coast"', page)
    assert re.search(r'name="kinds"\s+value="all"', page)
    assert "&lt;iframe src=&#34;/embed?" in page
    assert "127.0.0.1" not in page
    begun = client.post("/export?format=csv&template=region:Coast&kinds=all&lang=en", headers=OURS)
    assert begun.status_code == 303


@pytest.mark.parametrize("said", [
    {}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"},
])  # fmt: skip
def test_a_link_or_a_foreign_page_begins_nothing(client: FlaskClient, said: dict[str, str]) -> None:
    jobs = client.application.extensions["njia-exports"]
    before = set(jobs.folder.glob("*.json"))
    assert client.get("/export/to/pptx?county=KE033&lang=en", headers=said).status_code == 200
    answer = client.post("/export/to/pptx?county=KE033&lang=en", headers=said)
    assert answer.status_code == 403
    assert "page of this site only" in answer.get_data(as_text=True)
    assert set(jobs.folder.glob("*.json")) == before


def test_only_who_began_it_has_what_stops_it(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = client.application.extensions["njia-exports"]
    monkeypatch.setattr(jobs._worker, "submit", lambda *_: None)  # it waits for ever
    begun = client.post("/export/to/pptx?county=KE034&lang=en", headers=OURS)
    job = begun.location.partition("?")[0]
    key = begun.location.partition("key=")[2].partition("&")[0]
    assert len(key) == 32
    assert f'name="key" value="{key}"' in client.get(begun.location).get_data(as_text=True)
    assert "/stop" not in client.get(f"{job}?lang=en").get_data(as_text=True)
    other = client.post("/export/to/pptx?county=KE034&lang=en", headers=OURS)
    assert other.location == f"{job}?lang=en"
    for headers, shown in ((OURS, ""), (OURS, "0" * 32), ({"Sec-Fetch-Site": "cross-site"}, key)):
        assert client.post(f"{job}/stop", headers=headers, data={"key": shown}).status_code == 403
    assert not list(jobs.folder.glob("*.stop"))
    assert client.post(f"{job}/stop", headers=OURS, data={"key": key}).status_code == 303
    assert list(jobs.folder.glob("*.stop"))
    for left in jobs.folder.glob(f"{job.rsplit('/')[-1]}*"):
        left.unlink()


def test_one_sender_never_holds_every_place(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = client.application.extensions["njia-exports"]
    monkeypatch.setattr(jobs._worker, "submit", lambda *_: None)
    answers = [
        client.post(f"/export/to/pptx?county=KE0{n}&lang=en", headers=OURS, environ_base={"REMOTE_ADDR": address})
        for n, address in ((40, "192.0.2.1"), (41, "192.0.2.1"), (42, "192.0.2.1"), (43, "192.0.2.2"))
    ]
    assert [answer.status_code for answer in answers] == [303, 303, 503, 303]
    held = "".join(path.read_text() for path in jobs.folder.glob("*.lock"))
    assert held
    assert "192.0.2" not in held
    for left in jobs.folder.glob("*"):
        left.unlink()
