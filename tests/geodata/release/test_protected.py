"""A protected release is a function of its measurements, from the thinnest caseload to a restatement."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from geodata.release import measure
from geodata.release.approve import Wish, approve, prepare
from geodata.release.estimates import NotAnswerable
from geodata.release.manifest import About
from geodata.release.prepared import folder_of, waiting_for_approval
from geodata.release.publish import rebuilt
from geodata.release.reader import Release
from geodata.release.sealed import RESERVED
from geodata.release.store import Store
from geodata.release.verify import verify_release
from geodata.values import DataProblem, Period
from geodata.vault.batch import BatchMeta
from geodata.vault.duck import DuckVault
from tests.caseloads import DAY, WISH, publish_alone, skewed, vault_of

ABOUT = About("shelters", title="Shelters")


@pytest.fixture
def vault(tmp_path: Path) -> DuckVault:
    return vault_of(tmp_path)


def bring(vault: DuckVault, rows: Any, file: str = "a") -> int:
    return vault.store_batch(BatchMeta("shelters", file, f"{file}.csv"), rows).batch_id


def files_of(release: Release) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in release.folder.iterdir()}


@pytest.mark.parametrize("records", [0, 1, 9, 30, 160])
def test_thin_caseloads_publish_verify_and_grow(vault: DuckVault, store: Store, records: int) -> None:
    bring(vault, skewed(records))
    first = publish_alone(vault, store, ABOUT, WISH)
    assert verify_release(store, first.id).id == first.id
    frame = first.lookup(("county", "nature"))
    assert len(frame) == 49 * 4
    assert (frame["status"] == "not_shown").sum() >= 150
    bring(vault, skewed(3000, start=records), "late")
    second = publish_alone(vault, store, ABOUT, WISH)
    assert second.id != first.id
    assert verify_release(store, second.id).predecessor == first.id
    assert abs(int(second.lookup(("nature",))["persons"].fillna(0).sum()) - 3000 - records) < 250
    assert len(second.manifest.protection["measurements"]) == 2


def test_no_dataset_is_refused(vault: DuckVault, store: Store) -> None:
    with pytest.raises(DataProblem, match="no dataset 'shelters'"):
        publish_alone(vault, store, ABOUT, WISH)


def test_it_is_rebuilt_byte_for_byte_without_the_vault(vault: DuckVault, store: Store, tmp_path: Path) -> None:
    bring(vault, skewed(500))
    release = publish_alone(vault, store, ABOUT, WISH)
    before = files_of(release)
    vault.path.unlink()
    elsewhere = Store(tmp_path / "elsewhere")
    kept = {name: content for name, content in before.items() if name not in RESERVED}
    assert list(kept) == ["measurements-0001.json"]
    again = rebuilt(release.manifest, kept).publish(elsewhere, DAY, release.manifest.approval)
    assert again.id == release.id
    assert files_of(again) == before


def test_two_vaults_with_the_same_measurements_give_the_same_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other cases, another number of them, other batches: with equal measurements not a byte differs."""
    same: dict[str, Any] = {}

    def drawn_once(spec: Any, counts: Any, scale: float) -> Any:
        return same.setdefault(spec.name, noisy(spec, counts, scale))

    noisy = measure.noisy
    monkeypatch.setattr(measure, "noisy", drawn_once)
    found = []
    for number, records in enumerate((400, 2_000)):
        vault, store = vault_of(tmp_path / str(number)), Store(tmp_path / str(number) / "releases")
        bring(vault, skewed(records, seed=number + 1))
        found.append(files_of(publish_alone(vault, store, ABOUT, WISH)))
    assert found[0] == found[1]


def test_each_record_pays_once(vault: DuckVault, store: Store) -> None:
    bring(vault, skewed(600))
    first = publish_alone(vault, store, ABOUT, WISH)
    assert publish_alone(vault, store, ABOUT, WISH).id == first.id
    assert len(vault.spending("shelters")) == 2
    bring(vault, skewed(200, start=600), "late")
    assert vault.waiting("shelters") == 200
    second = publish_alone(vault, store, ABOUT, WISH)
    assert second.manifest.protection["dataset_rho"] == first.manifest.protection["dataset_rho"]
    bring(vault, skewed(300), "again")  # the same persons in another file
    assert vault.waiting("shelters") == 0
    assert publish_alone(vault, store, ABOUT, WISH).id == second.id


def test_undone_and_corrected_records_never_pay_twice(vault: DuckVault, store: Store) -> None:
    number = bring(vault, skewed(600))
    release = publish_alone(vault, store, ABOUT, WISH)
    vault.undo(number)
    bring(vault, skewed(600), "the same persons")
    assert vault.waiting("shelters") == 0
    bring(vault, skewed(650), "the same persons")  # a corrected file with fifty more
    assert vault.waiting("shelters") == 50
    second = publish_alone(vault, store, ABOUT, WISH)
    assert len(second.manifest.protection["measurements"]) == 2
    third = publish_alone(vault, store, ABOUT, replace(WISH, restate=True))
    assert len(third.manifest.protection["measurements"]) == 1
    assert third.manifest.protection["statement"] == 2
    assert third.manifest.protection["dataset_rho"] == pytest.approx(2 * release.manifest.protection["dataset_rho"])
    assert vault.waiting("shelters") == 0


def test_few_cases_wait_for_company_or_for_a_reason(vault: DuckVault, store: Store) -> None:
    bring(vault, skewed(600))
    calm = replace(WISH, why="")
    publish_alone(vault, store, ABOUT, calm)
    bring(vault, skewed(9, start=600), "late")
    with pytest.raises(DataProblem, match="Fewer than 10 cases are new"):
        publish_alone(vault, store, ABOUT, calm)
    assert len(vault.spending("shelters")) == 2
    month_later = replace(calm, on=date(2026, 12, 29))
    assert len(publish_alone(vault, store, ABOUT, month_later).manifest.protection["measurements"]) == 2


def test_a_clock_that_goes_backwards_changes_no_order(vault: DuckVault, store: Store) -> None:
    bring(vault, skewed(100))
    first = publish_alone(vault, store, ABOUT, WISH)
    bring(vault, skewed(100, start=100), "late")
    past = replace(WISH, on=date(2020, 1, 1), at="2020-01-01T00:00:00+00:00", years=Period(2017, 2026))
    second = publish_alone(vault, store, ABOUT, past)
    assert second.manifest.predecessor == first.id
    assert [entry.attempt for entry in vault.spending("shelters")] == [1, 1, 2, 2]


def test_two_people(vault: DuckVault, store: Store) -> None:
    bring(vault, skewed(100))
    info = prepare(vault, store, ABOUT, replace(WISH, by="Amina"))
    assert store.datasets() == ()
    assert store.releases() == []
    for nobody in ("Amina", " amina", ""):
        with pytest.raises(DataProblem, match=r"another person|who approves"):
            approve(store, "shelters", info.id, by=nobody, on=DAY)
    release = approve(store, "shelters", info.id[:8], by="Otieno", on=DAY)
    assert release.manifest.approval["two_people"] is True
    assert waiting_for_approval(store, "shelters") == ()
    assert "Amina" in (store.root / "shelters" / "approvals.jsonl").read_text()
    assert b"Amina" not in b"".join(files_of(release).values())
    with pytest.raises(DataProblem, match="waits for approval"):
        approve(store, "shelters", info.id, by="Otieno", on=DAY)


@pytest.mark.parametrize("name", ["cells.parquet", "manifest.json", "measurements-0001.json"])
def test_what_was_changed_while_it_waited_is_not_approved(vault: DuckVault, store: Store, name: str) -> None:
    bring(vault, skewed(100))
    info = prepare(vault, store, ABOUT, WISH)
    path = folder_of(store, info) / name
    content = path.read_bytes()
    path.write_bytes(content.replace(b"Shelters", b"Sheltars") if name == "manifest.json" else content[:-9] + b"x" * 9)
    with pytest.raises(DataProblem):
        approve(store, "shelters", info.id, by="Otieno", on=DAY)
    assert store.datasets() == ()


def test_a_vault_older_than_its_releases_is_refused(vault: DuckVault, store: Store) -> None:
    bring(vault, skewed(100))
    shutil.copy(vault.path, vault.path.with_suffix(".backup"))
    publish_alone(vault, store, ABOUT, WISH)
    vault.path.write_bytes(vault.path.with_suffix(".backup").read_bytes())
    with pytest.raises(DataProblem, match="not in this vault's privacy ledger"):
        publish_alone(vault, store, ABOUT, WISH)


@pytest.mark.parametrize(
    "harm", ["DELETE FROM {s}.spending", "UPDATE {s}.spending SET line = replace(line, '0.3', '0.1')"]
)
def test_a_missing_or_edited_ledger_is_refused(vault: DuckVault, store: Store, harm: str) -> None:
    bring(vault, skewed(100))
    publish_alone(vault, store, ABOUT, WISH)
    with vault._writing() as session:
        session.run(harm)
    with pytest.raises(DataProblem, match=r"missing or older|changed by hand"):
        publish_alone(vault, store, ABOUT, replace(WISH, restate=True))


def test_measurements_that_are_gone_are_asked_for(vault: DuckVault, store: Store) -> None:
    bring(vault, skewed(100))
    publish_alone(vault, store, ABOUT, WISH)
    shutil.rmtree(store.root / "shelters" / "measured")
    with pytest.raises(DataProblem, match="copy the folder of its releases here"):
        publish_alone(vault, store, ABOUT, WISH)


def test_questions_it_cannot_answer_say_what_can_be_asked(vault: DuckVault, store: Store) -> None:
    bring(vault, skewed(500))
    release = publish_alone(vault, store, ABOUT, WISH)
    with pytest.raises(NotAnswerable, match="never added up"):
        release.lookup(("county",))
    with pytest.raises(NotAnswerable, match="answers only these"):
        release.lookup(("county", "nature", "sex", "year"))
    with pytest.raises(NotAnswerable, match="under two forms"):
        release.lookup(("nature",), {"form": ["forced_labour", "slavery"]})
    assert release.answerable(("nature", "county", "form"))
    assert not release.answerable(("county", "form"))
    whole = release.lookup(("nature",), {"year": Period(*(release.manifest.period or (0, 0)))})
    assert whole.equals(release.lookup(("nature",)))
    some = release.lookup(("nature",), {"year": Period(2023, 2024), "county": "KE001"})
    one = release.lookup(("nature",), {"year": 2024, "county": "KE001"})
    both = some["standard_error"].notna() & one["standard_error"].notna()
    assert (some.loc[both, "standard_error"] > one.loc[both, "standard_error"]).all()


def test_a_wish_is_plain() -> None:
    assert (Wish("a", DAY, "x").epsilon, Wish("a", DAY, "x").budget) == (4.0, 8.0)
