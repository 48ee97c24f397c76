"""What can be done with a release on the desk: see it, verify it, show an earlier one again, withdraw it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dashboard.steward.publishing import preview
from geodata.demo import cases as demo
from geodata.release.reader import Release
from geodata.release.store import Store
from geodata.settings import DataSettings
from geodata.vault.batch import BatchMeta
from tests.caseloads import publish_rows, skewed, vault_of
from tests.markup import flat

NAMES = {f"KE{number:03d}": f"County {number}" for number in range(1, 48)}


def published(settings: DataSettings, *, records: int = 900) -> Release:
    """Put a protected release of invented cases into the home; a second one has more."""
    held = sum(batch.rows for batch in vault_of(settings.home).batches("caseload"))
    rows = skewed(records, start=held)
    return publish_rows(settings, rows, dataset="caseload", file=f"from-{held}")


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).replace("\u202f", "")


def test_the_preview_shows_estimates_of_one_nature(settings: DataSettings) -> None:
    release = published(settings)
    seen = preview(release, NAMES, None, None)
    assert (seen.nature, seen.by, seen.columns) == ("trafficking", "", ("",))
    assert seen.rows[0][0] == "County 1"
    assert re.fullmatch(r"\d+ \(\d+–\d+\)", str(seen.rows[0][1][0]))
    assert {"County 6", "County 7"} <= set(seen.hidden)
    yearly = preview(release, NAMES, "smuggling", "year")
    assert yearly.columns[-1] == "0"
    assert any(cell is None for _, cells in yearly.rows for cell in cells)
    assert preview(release, NAMES, "both", "nonsense").nature == "trafficking"
    assert [nature for nature, _ in seen.totals][:2] == ["trafficking", "smuggling"]


def test_what_readers_see(sitting: Any) -> None:
    release = published(sitting.desk.settings)
    page = plain(sitting.get(f"/release/{release.id}?by=year&nature=trafficking").text)
    assert re.search(r"Trafficking: about \d+ \(\d+–\d+\) persons", page)
    assert "stands for fewer than ten persons" in page
    assert "Nothing is shown for" in page
    report = sitting.get(f"/release/{release.id}/signed")
    assert "A few people are added to or taken from every figure" in report.text
    assert "sandbox" in report.headers["Content-Security-Policy"]


def test_cost_and_expected_error_are_told_before_anything_is_measured(sitting: Any) -> None:
    sitting.desk.vault.store_batch(BatchMeta("caseload", "a.csv", "a.csv"), next(demo.caseload(500)))
    page = plain(sitting.get("/releases").text)
    assert "Privacy budget: ε 0.0 of 8 is spent." in page
    assert "All cases can be measured again 3 times." in page
    assert "county × year × nature 2.4" in page
    assert sitting.desk.vault.spending("caseload") == ()


def test_one_prepares_and_another_approves(sitting: Any) -> None:
    sitting.desk.vault.store_batch(BatchMeta("caseload", "a.csv", "a.csv"), next(demo.caseload(500)))
    assert "Say who prepares" in sitting.post("/prepare/caseload").text
    sitting.post("/prepare/caseload", {"by": "Amina"})
    sitting.wait()
    page = sitting.get("/publish/caseload").text
    assert "Prepared by Amina" in page
    assert "I have read these sentences" in page
    store = Store(sitting.desk.settings.releases)
    assert store.datasets() == ()
    assert "waits for a second person" in sitting.get("/releases").text
    draft = re.findall(r'name="draft" value="([0-9a-f]{64})"', page)[0]
    for form in (
        {"draft": draft, "by": "Otieno"},
        {"draft": "older", "by": "Otieno", "read": "yes"},
        {"draft": draft, "by": "amina", "read": "yes"},
        {"draft": draft, "by": "", "read": "yes", "alone": "yes"},
    ):
        assert sitting.post("/publish/caseload", form).status_code == 409
    assert store.datasets() == ()
    sitting.post("/publish/caseload", {"draft": draft, "by": "Otieno", "read": "yes"})
    sitting.wait()
    assert "The release is published" in sitting.get("/publish/caseload", follow_redirects=True).text
    assert store.open_current("caseload").manifest.approval["two_people"] is True


def test_an_organisation_of_one_says_so(sitting: Any) -> None:
    sitting.desk.vault.store_batch(BatchMeta("caseload", "a.csv", "a.csv"), next(demo.caseload(50)))
    sitting.post("/prepare/caseload", {"by": "Amina"})
    sitting.wait()
    draft = re.findall(r'name="draft" value="([0-9a-f]{64})"', sitting.get("/publish/caseload").text)[0]
    sitting.post("/publish/caseload", {"draft": draft, "by": "Amina", "read": "yes", "alone": "yes"})
    sitting.wait()
    release = Store(sitting.desk.settings.releases).open_current("caseload")
    assert b"published alone" in release.attachment("report.html")


def test_verify_rollback_withdraw(sitting: Any) -> None:
    first, second = published(sitting.desk.settings), published(sitting.desk.settings, records=400)
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
    refused = sitting.post("/prepare/caseload", {"by": "A", "title": "Call +254 712 345 678"})
    assert refused.status_code == 409
    assert "phone numbers" in refused.text
    assert sitting.post("/prepare/caseload", {"by": "A", "title": "x" * 81}).status_code == 409
    asked: list[str] = []
    monkeypatch.setattr("dashboard.steward.desk.prepare_release", lambda *args: asked.append(args[-1]))
    sitting.post("/prepare/caseload", {"by": "A", "title": "Shelter  network 2026"})
    sitting.wait()
    assert asked == ["Shelter network 2026"]


def test_nothing_new_and_what_undone_and_corrected_cases_wait_for(sitting: Any) -> None:
    first = published(sitting.desk.settings)
    sitting.post("/prepare/caseload", {"by": "Amina"})
    sitting.wait()
    page = plain(sitting.get("/publish/caseload", follow_redirects=True).text)
    assert "Nothing is new since this release" in page
    assert "The release is published" not in page
    waits = "These change when every case is measured again"
    assert waits in plain(sitting.post("/undo/1", follow_redirects=True).text)
    sitting.desk.vault.store_batch(BatchMeta("caseload", "unmeasured", "u.csv", synthetic=True), skewed(20, 9))
    assert waits not in plain(sitting.post("/undo/2", follow_redirects=True).text)
    sitting.post("/prepare/caseload", {"by": "Amina"})
    sitting.wait()
    sitting.get("/publish/caseload")
    assert Store(sitting.desk.settings.releases).ledger("caseload").current == first.id


def test_a_corrected_file_says_what_it_waits_for(settings: DataSettings) -> None:
    published(settings)
    vault = vault_of(settings.home)
    stored = vault.store_batch(BatchMeta("caseload", "from-0", "from-0.csv", synthetic=True), skewed(880))
    assert (stored.replaced, stored.replaced_measured) == (True, True)
    again = vault.store_batch(BatchMeta("caseload", "from-0", "from-0.csv", synthetic=True), skewed(870))
    assert (again.replaced, again.replaced_measured) == (True, True)
    first = vault.store_batch(BatchMeta("other", "a", "a.csv", synthetic=True), skewed(10))
    second = vault.store_batch(BatchMeta("other", "a", "a.csv", synthetic=True), skewed(12))
    assert (first.replaced_measured, second.replaced_measured) == (False, False)
