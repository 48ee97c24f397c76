"""The pages around an export: offer, wait, file; any input; and the verb on the command line."""

from __future__ import annotations

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
from dashboard.pages import export

ROOT = Path(__file__).resolve().parents[3]


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
    link = re.search(r'href="(/export/to/pptx\?[^"]*)"', page)
    assert link
    begun = client.get(link[1].replace("&amp;", "&"))
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
    assert client.get(link[1].replace("&amp;", "&")).location == begun.location


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_the_offer_lists_formats_and_purposes(client: FlaskClient, lang: str) -> None:
    page = client.get(f"/export?county=KE011&lang={lang}").get_data(as_text=True)
    assert f'<html lang="{lang}"' in page
    assert set(re.findall(r'name="format" value="([^"]+)"', page)) == set(FORMATS)
    assert '<option value="county" selected>' in page
    assert 'value="compare"' not in page
    assert '<input type="hidden" name="county" value="KE011">' in page
    compare = client.get(f"/export?counties=KE010,KE011&lang={lang}").get_data(as_text=True)
    assert '<option value="compare" selected>' in compare


@pytest.mark.parametrize(("query", "status"), [
    ("format=exe", 400), ("format=../../pptx", 400), ("format=pptx&template=county", 400),
    ("format=pptx&template=%00", 400),
    ("format=pptx&template=compare&counties=KE011", 400), ("format=" + "x" * 5000, 400), ("%ff%fe", 200), ("", 200),
    ("format=pptx&template=<script>alert(1)</script>", 400),
])  # fmt: skip
def test_any_request_is_answered_with_a_sentence(client: FlaskClient, query: str, status: int) -> None:
    answer = client.get(f"/export?{query}")
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
    begun = client.get("/export/to/pptx?corridor=C02&lang=en")
    waited(client, begun.location)
    job = begun.location.split("?")[0]
    assert client.get(f"{job}/other.pptx").status_code == 404
    assert client.get(f"{job}/njia-c02-2007-2026-en.pptx").status_code == 200


def test_when_too_many_are_made_it_says_so(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise export.Full

    monkeypatch.setattr(export.ExportJobs, "start", full)
    answer = client.get("/export/to/pptx?county=KE020&lang=en")
    assert answer.status_code == 503
    assert "try again in a minute" in answer.get_data(as_text=True)


def test_a_strange_host_is_not_printed(client: FlaskClient) -> None:
    begun = client.get("/export/to/pptx?county=KE021&lang=en", headers={"Host": 'evil"<b>.example'})
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
    assert '<option value="region:Coast">' in page
    assert 'name="kinds" value="all"' in page
    assert "&lt;iframe src=&#34;/embed?" in page
    assert "127.0.0.1" not in page
    begun = client.get("/export?format=csv&template=region:Coast&kinds=all&lang=en")
    assert begun.status_code == 303
