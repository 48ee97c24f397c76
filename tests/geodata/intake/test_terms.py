"""The terms of a batch of cases: asked for at import, kept in its line of the vault's ledger, told in both reports."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from dashboard.cli import main
from geodata.intake import terms
from geodata.intake.rights import read_rights
from geodata.release.publication import about_of
from geodata.settings import DataSettings, from_environment
from geodata.values import DataProblem
from geodata.vault import open_vault
from geodata.vault.batch import ROW_SCHEMA, BatchMeta, month_number

ENGINES = ("duckdb", "spark")
"""A vault in one file and an archive of files; neither starts Spark for its ledger."""
CASES = "county,date,nature\nKitui,2024-04-01,trafficking\nLamu,2024-05-01,trafficking\n"
STATED = ("--legal-basis", "consent", "--agreement", "Form 7 of 2025", "--keep-until", "2031")


@pytest.fixture
def rows() -> pa.Table:
    """One case, everything about it unknown."""
    told = {"case_id": "c1", "row_number": 2, "month": month_number(2020, 5), "county": "KE010"}
    return pa.table({column.name: pa.array([told.get(column.name, "unknown")], column.type) for column in ROW_SCHEMA})


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataSettings:
    monkeypatch.setenv("NJIA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("NJIA_VAULT", raising=False)
    return from_environment()


def bring(folder: Path, name: str, *more: str) -> int:
    path = folder / name
    path.write_text(CASES, encoding="utf-8")
    return main(["import", "--as", "cases,undated=undated", str(path), "--yes", *more])


def test_stated_terms_are_kept_and_told_in_both_reports(settings: DataSettings, tmp_path: Path) -> None:
    assert bring(tmp_path, "a.csv", *STATED) == 0
    (batch,) = open_vault(settings).batches()
    rights = terms.terms_of(settings, batch.meta)
    assert rights == read_rights(
        {"legal_basis": "consent", "agreement": "Form 7 of 2025", "purpose": "policy", "keep_until": 2031}
    )
    (report,) = (settings.home / "reports").glob("*.html")
    told = "consent of the persons (Form 7 of 2025); purpose: policy; kept until the end of 2031"
    assert told in report.read_text()
    assert about_of(settings, "caseload").notes == (f"Legal basis of the cases: {told}.",)
    assert not (settings.home / "terms").exists()


def test_an_import_that_nobody_can_be_asked_for_is_refused_without_terms(
    settings: DataSettings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bring(tmp_path, "a.csv") == 1
    told = capsys.readouterr().err
    assert "Nothing was stored" in told
    assert "--legal-basis" in told
    assert "--terms FILE" in told
    assert open_vault(settings).batches() == []
    stated = tmp_path / "terms.json"
    stated.write_text(
        '{"legal_basis": "agreement", "agreement": "MoU 12/2026", "purpose": "policy", "keep_until": 2036}'
    )
    assert bring(tmp_path, "a.csv", "--terms", str(stated)) == 0
    assert "agreement between organisations (MoU 12/2026)" in about_of(settings, "caseload").notes[0]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("{", "cannot be read"), ("[1]", "must be one object"), ('{"purpose": "policy"}', "legal_basis")],
)
def test_a_file_of_terms_that_is_none_is_refused(
    settings: DataSettings, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, sentence: str
) -> None:
    stated = tmp_path / "terms.json"
    stated.write_text(text)
    assert bring(tmp_path, "a.csv", "--terms", str(stated)) == 1
    assert sentence in capsys.readouterr().err
    assert open_vault(settings).batches() == []


def test_batches_of_before_are_said_to_have_no_terms(settings: DataSettings, rows: pa.Table) -> None:
    open_vault(settings).store_batch(BatchMeta("caseload", "old.csv", "old.csv"), rows)
    assert about_of(settings, "caseload").notes == (terms.NOT_STATED,)


@pytest.mark.parametrize("engine", ENGINES)
def test_who_shares_the_vault_sees_the_terms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: pa.Table, engine: str
) -> None:
    """Two stewards, two homes, one vault: what the first stated stands on the second's computer."""
    monkeypatch.setenv("NJIA_VAULT", f"{engine}://{tmp_path}/shared/vault")
    rights = read_rights({"legal_basis": "research", "purpose": "policy", "keep_until": 2031})
    monkeypatch.setenv("NJIA_HOME", str(tmp_path / "first"))
    stated = BatchMeta("caseload", "a.csv", "a.csv", terms=rights.model_dump_json())
    open_vault(from_environment()).store_batch(stated, rows)
    monkeypatch.setenv("NJIA_HOME", str(tmp_path / "second"))
    second = from_environment()
    (batch,) = open_vault(second).batches()
    assert terms.terms_of(second, batch.meta) == rights


@pytest.mark.parametrize("engine", ENGINES)
def test_terms_in_files_of_before_are_carried_into_the_vault(
    settings: DataSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: pa.Table, engine: str
) -> None:
    monkeypatch.setenv("NJIA_VAULT", f"{engine}://{tmp_path}/shared/vault")
    vault = open_vault(from_environment())
    meta = BatchMeta("caseload", "old.csv", "old.csv", content_hash="0" * 64)
    vault.store_batch(meta, rows)
    seed = hashlib.sha256(b"caseload\0old.csv\0" + b"0" * 64).hexdigest()
    path = settings.home / "terms" / f"{seed}.json"
    path.parent.mkdir(parents=True)
    rights = read_rights({"legal_basis": "research", "purpose": "policy", "keep_until": 2031})
    path.write_text(rights.model_dump_json())
    assert terms.terms_of(settings, meta) == rights
    assert terms.carry_over(settings, vault) == 1
    assert not path.exists()
    (batch,) = vault.batches()
    assert terms.terms_of(settings, batch.meta) == rights
    vault.state_terms(batch.batch_id, "{}")
    assert vault.batches() == [batch]
    assert terms.carry_over(settings, vault) == 0


def test_a_vault_of_the_layout_before_is_read_and_takes_terms_with_the_next_import(
    settings: DataSettings, tmp_path: Path
) -> None:
    assert bring(tmp_path, "a.csv", *STATED) == 0
    with duckdb.connect(str(settings.home / "vault.duckdb")) as held:
        held.execute("ALTER TABLE batches DROP COLUMN terms")
        held.execute("UPDATE vault SET schema_version = 2")
    (batch,) = open_vault(settings).batches()
    assert batch.meta.terms == ""
    assert bring(tmp_path, "b.csv", *STATED) == 0
    first, second = open_vault(settings).batches()
    assert first == batch
    assert terms.terms_of(settings, second.meta) is not None


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--legal-basis", "because"), "The legal basis must be one of"),
        (("--legal-basis", "consent"), "Say which consent form or agreement"),
        (("--legal-basis", "agreement", "--agreement", "signed by Mary Wanjiku"), "holds a person’s name"),
        (("--legal-basis", "research", "--keep-until", "for ever"), "must be a year"),
        (("--legal-basis", "research", "--purpose", "sale"), "The purpose must be one of"),
    ],
)
def test_terms_that_are_not_in_order_are_refused_before_anything_is_stored(
    settings: DataSettings, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], sentence: str
) -> None:
    assert bring(tmp_path, "a.csv", *options) == 1
    assert sentence in capsys.readouterr().err
    assert open_vault(settings).batches() == []


def test_two_files_on_one_footing_are_told_once_and_other_files_of_one_name_apart(
    settings: DataSettings, tmp_path: Path
) -> None:
    assert bring(tmp_path, "a.csv", *STATED) == 0
    assert bring(tmp_path, "b.csv", *STATED) == 0
    assert len(about_of(settings, "caseload").notes) == 1
    (tmp_path / "c").mkdir()
    assert bring(tmp_path / "c", "a.csv", "--dataset", "other", "--legal-basis", "research") == 0
    assert len(about_of(settings, "caseload").notes) == 1
    assert "research and statistics" in about_of(settings, "other").notes[0]


def test_damaged_terms_are_named(settings: DataSettings, rows: pa.Table) -> None:
    open_vault(settings).store_batch(BatchMeta("caseload", "a.csv", "a.csv", terms="{"), rows)
    with pytest.raises(DataProblem, match="are damaged"):
        about_of(settings, "caseload")


def test_a_person_on_a_terminal_is_asked(
    settings: DataSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["3", "Memorandum 12"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _text: next(answers, ""))
    path = tmp_path / "a.csv"
    path.write_text(CASES, encoding="utf-8")
    assert main(["import", "--as", "cases,undated=undated", str(path)]) == 0
    (batch,) = open_vault(settings).batches()
    rights = terms.terms_of(settings, batch.meta)
    assert rights is not None
    assert (rights.legal_basis, rights.agreement) == ("agreement", "Memorandum 12")
