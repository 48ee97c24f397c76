"""The terms of a batch of cases: asked for at import, kept before it, told in its report and in the release's."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.cli import main
from geodata.intake import terms
from geodata.intake.rights import read_rights
from geodata.release.publication import about_of
from geodata.settings import DataSettings, from_environment
from geodata.values import DataProblem
from geodata.vault import open_vault

CASES = "county,date,nature\nKitui,2024-04-01,trafficking\nLamu,2024-05-01,trafficking\n"
STATED = ("--legal-basis", "consent", "--agreement", "Form 7 of 2025", "--keep-until", "2031")


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
    assert terms.folder(settings).stat().st_mode & 0o077 == 0


def test_what_nobody_stated_is_said(settings: DataSettings, tmp_path: Path) -> None:
    assert bring(tmp_path, "a.csv", *STATED) == 0
    assert bring(tmp_path, "b.csv") == 0
    notes = about_of(settings, "caseload").notes
    assert len(notes) == 2
    assert notes[1] == terms.NOT_STATED


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


def test_damaged_terms_are_named(settings: DataSettings, tmp_path: Path) -> None:
    assert bring(tmp_path, "a.csv", *STATED) == 0
    (path,) = terms.folder(settings).iterdir()
    path.write_text("{", encoding="utf-8")
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
