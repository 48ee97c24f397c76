"""What can be done with a release on the desk: see it, verify it, show an earlier one again, withdraw it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import numpy as np
import pytest

from dashboard.steward.publishing import preview
from geodata.demo import cases as demo
from geodata.release.manifest import PROTECTED, Manifest
from geodata.release.reader import Release
from geodata.release.released_cells import CellTable, ReleasedCells, make_table
from geodata.release.store import Store
from geodata.settings import DataSettings
from geodata.vault.batch import BatchMeta
from tests.markup import flat

COUNTIES = ("KE010", "KE011", "KE047")
YEARS, WINDOWS = (2023, 2024), ("2021–2025",)
NAMES = {"KE010": "Marsabit", "KE011": "Isiolo", "KE047": "Nairobi"}


def table(dims: tuple[str, ...], cells: dict[tuple[int, ...], int]) -> CellTable:
    return make_table(
        dims, np.array(list(cells) or [()], dtype=np.int32)[: len(cells)], np.array([[n] for n in cells.values()])
    )


def published(settings: DataSettings, *, total: int = 100, yearly: bool = True) -> Release:
    """Put a small protected release into the home: Nairobi shown, Isiolo shown when pooled, Marsabit never."""
    by_year = {(2, 0): total - 50, (2, 1): 20} if yearly else {(2, 1): 10}
    tables = (
        table((), {(): total}),
        table(("county",), {(1,): 10, (2,): total - 20}),
        table(("county", "window_5"), {(1, 0): 10, (2, 0): total - 20}),
        table(("county", "year"), by_year),
    )
    domains: dict[str, tuple[Any, ...]] = {"county": COUNTIES, "year": YEARS, "window_5": WINDOWS}
    cells = ReleasedCells(domains, ("persons",), tables)
    manifest = Manifest(
        "caseload", PROTECTED, 10, tuple(domains), ("persons",), tuple(one.dims for one in tables), domains,
        (2023, 2024), 0.2,
    )  # fmt: skip
    report = b"<!doctype html><html lang=en><title>Release report</title><p>Whole tens.</p>"
    return Store(settings.releases).publish(cells, manifest, {}, report, date(2026, 11, 22))


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).replace("\u202f", "")


def test_the_preview_shows_years_where_they_hold_half(settings: DataSettings) -> None:
    seen = preview(published(settings), NAMES, None)
    assert seen.by == "year"
    assert seen.columns == ("2023", "2024")
    assert seen.rows == (("Nairobi", (50, 20)),)
    assert seen.hidden == ("Isiolo", "Marsabit")
    assert seen.total == 100


def test_the_preview_pools_where_years_hold_little(settings: DataSettings) -> None:
    release = published(settings, yearly=False)
    seen = preview(release, NAMES, None)
    assert seen.by == "window_5"
    assert seen.rows == (("Nairobi", (80,)), ("Isiolo", (10,)))
    assert preview(release, NAMES, "year").rows == (("Nairobi", (None, 10)),)
    assert preview(release, NAMES, "").columns == ("",)
    assert preview(release, NAMES, "nonsense").by == "window_5"


def test_what_readers_see(sitting: Any) -> None:
    release = published(sitting.desk.settings)
    page = plain(sitting.get(f"/release/{release.id}?by=year").text)
    assert "100 persons detected are shown in all, in complete groups of 10" in page
    assert "Nairobi 50 20" in page
    assert "Nothing is shown for 45" not in page
    assert "Nothing is shown for 2 counties: Isiolo, Marsabit." in page
    report = sitting.get(f"/release/{release.id}/signed")
    assert "Whole tens." in report.text
    assert "sandbox" in report.headers["Content-Security-Policy"]


def test_verify_rollback_withdraw(sitting: Any) -> None:
    first, second = published(sitting.desk.settings), published(sitting.desk.settings, total=200)
    store = Store(sitting.desk.settings.releases)
    assert store.ledger("caseload").current == second.id
    assert "is whole" in sitting.post(f"/release/{second.id}/verify", follow_redirects=True).text
    page = sitting.post(f"/release/{first.id}/rollback", follow_redirects=True).text
    assert f"Release {first.id[:12]} is shown to readers again." in page
    assert store.ledger("caseload").current == first.id
    page = sitting.post(f"/release/{first.id}/withdraw", {"reason": "wrong file"}, follow_redirects=True).text
    assert f"Release {first.id[:12]} is withdrawn." in page
    ledger = store.ledger("caseload")
    assert ledger.withdrawn[first.id]["reason"] == "wrong file"
    gone = sitting.get(f"/release/{first.id}")
    assert gone.status_code == 409
    assert "was withdrawn" in gone.text
    assert sitting.post(f"/release/{first.id}/rollback").status_code == 409


def test_a_damaged_release_is_told(sitting: Any) -> None:
    release = published(sitting.desk.settings)
    (release.folder / "cells.parquet").write_bytes(b"PAR1 not any more PAR1")
    answer = sitting.post(f"/release/{release.id}/verify")
    assert answer.status_code == 409
    assert "is damaged" in answer.text


@pytest.mark.parametrize("path", ["/release/zzzzzz", "/release/x", "/release/..%2f..%2fetc", "/release/zzzzzz/signed"])
def test_no_such_release(sitting: Any, path: str) -> None:
    published(sitting.desk.settings)
    assert sitting.get(path).status_code in (404, 409)


def test_nothing_to_publish(sitting: Any) -> None:
    assert "There is no dataset yet" in flat(sitting.get("/releases").text)
    assert sitting.post("/prepare/nothing").status_code == 404
    assert sitting.get("/publish/nothing").status_code == 303
    assert sitting.post("/publish/nothing", {"read": "yes"}).status_code == 303


def test_the_title_readers_see_is_chosen_and_checked(sitting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = next(demo.caseload(20))
    sitting.desk.vault.store_batch(BatchMeta("caseload", "a.csv", "a.csv"), rows)
    assert 'name="title" value="Reported cases"' in flat(sitting.get("/releases").text)
    refused = sitting.post("/prepare/caseload", {"title": "Call +254 712 345 678"})
    assert refused.status_code == 409
    assert "phone numbers" in refused.text
    assert sitting.post("/prepare/caseload", {"title": "x" * 81}).status_code == 409
    asked: list[str] = []
    monkeypatch.setattr("dashboard.steward.desk.draft_release", lambda *args: asked.append(args[-1]))
    sitting.post("/prepare/caseload", {"title": "Shelter  network 2026"})
    sitting.wait()
    assert asked == ["Shelter network 2026"]
