"""An archive elsewhere at the desk: listed, looked at, measured into a release, detached; never written."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geodata.intake.attached.card import ArchiveCard, is_attached, write_card
from geodata.intake.profile import Profile
from geodata.intake.rights import read_rights
from geodata.release.store import Store
from tests.geodata.intake.attached.conftest import COLUMNS, records
from tests.markup import flat

MOMENT = "2026-11-28T08:00:00+00:00"
TERMS = read_rights({"legal_basis": "agreement", "agreement": "MoU 7/2026", "purpose": "policy", "keep_until": 2036})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "agency"
    place.mkdir()
    records(1200, 2024).to_parquet(place / "part.parquet", index=False)
    return place


@pytest.fixture
def attached(sitting: Any, folder: Path) -> Any:
    write_card(
        sitting.desk.settings,
        ArchiveCard("agency", str(folder), "duckdb", MOMENT, TERMS.model_dump_json()),
        Profile(dict(COLUMNS)),
    )
    return sitting


def until(ready: Callable[[], bool]) -> None:
    """Wait for the desk's worker."""
    end = time.monotonic() + 60
    while not ready():
        assert time.monotonic() < end, "the desk still works after a minute"
        time.sleep(0.05)


def looked(sitting: Any) -> str:
    assert sitting.post("/archive/agency/look").status_code == 303
    until(lambda: 'class="busy"' not in sitting.get("/archive/agency").text)
    return flat(sitting.get("/archive/agency").text)


@pytest.mark.parametrize(("lang", "heading"), [("en", "Archives elsewhere"), ("sw", "Kumbukumbu zilizo kwingine")])
def test_it_stands_beside_what_was_imported_and_says_how_to_attach(attached: Any, lang: str, heading: str) -> None:
    attached.desk.lang = lang
    page = flat(attached.get("/vault").text)
    assert heading in page
    assert "njia vault attach NAME ADDRESS --profile FILE" in page
    assert 'href="/archive/agency"' in page
    assert "2026-11-28" in page


def test_a_look_says_what_can_be_measured_and_what_is_in_the_way(attached: Any) -> None:
    page = looked(attached)
    assert "1 parts with 1\u202f200 rows" in page or "1 200 rows" in page.replace("\u202f", " ")
    assert "Which county is meant?" in page
    assert "Kwalee" in page
    assert "counts once" in page
    assert "told on day" not in page, "a cell that is not mapped"


def test_from_the_archive_to_a_release_that_a_second_person_approves(attached: Any, folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert "An archive elsewhere, measured where it lies." in flat(attached.get("/releases").text)
    assert attached.post("/prepare/agency", {"by": "First Person"}).status_code == 303
    attached.wait()
    page = attached.get("/publish/agency").text
    draft = re.findall(r'name="draft" value="([0-9a-f]{64})"', page)
    assert draft, flat(page.partition("<main")[2])
    attached.post("/publish/agency", {"draft": draft[0], "by": "Second Person", "read": "yes"})
    attached.wait()
    assert Store(attached.desk.settings.releases).datasets() == ("agency",)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert (
        "MoU 7/2026" in Store(attached.desk.settings.releases).open_current("agency").attachment("report.html").decode()
    )
    again = flat(attached.get("/releases").text)
    assert "ε 4.0 of 8 is spent" in again
    assert 'action="/internal/agency"' not in again, "exact figures are made from imported cases only"


def test_what_cannot_be_read_is_told_and_detaching_touches_nothing(attached: Any, folder: Path) -> None:
    (folder / "part.parquet").rename(folder / "kept.elsewhere")
    assert "agency" in looked(attached)
    assert attached.get("/archive/agency").status_code == 200
    answer = attached.post("/archive/agency/detach", follow_redirects=True)
    assert "Archive agency is detached." in answer.text
    assert not is_attached(attached.desk.settings, "agency")
    assert (folder / "kept.elsewhere").is_file()
    for path in ("/archive/agency", "/archive/agency/look"):
        assert (attached.get(path) if path.endswith("agency") else attached.post(path)).status_code == 404


def test_a_stranger_neither_sees_nor_detaches_it(attached: Any) -> None:
    stranger = attached.server.test_client()
    assert stranger.get("/archive/agency", base_url="http://127.0.0.1:5999").status_code == 403
    data = {"desk": attached.desk.gate.form_secret}
    answer = attached.client.post("/archive/agency/detach", base_url="http://127.0.0.1:5999", data=data)
    assert answer.status_code == 403
    assert is_attached(attached.desk.settings, "agency")
