"""The verbs `vault attach`, `list`, `look`, `detach`, and `publish` of an archive elsewhere."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from geodata.intake.attached import cli
from geodata.intake.profile import Profile, save_profile
from geodata.release import cli as release_cli
from geodata.values import DataProblem
from geodata.vault.batch import BatchMeta
from tests.caseloads import skewed, vault_of
from tests.geodata.intake.attached.conftest import KEY, SECRET, Bucket

Run = Callable[..., tuple[int, str]]
TERMS = ("--legal-basis", "agreement", "--agreement", "MoU 7/2026")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("NJIA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("NJIA_VAULT", raising=False)
    parser = argparse.ArgumentParser()
    verbs = parser.add_subparsers()
    cli.register(verbs)
    release_cli.register(verbs)

    def command(*words: str) -> tuple[int, str]:
        args = parser.parse_args(words)
        return args.run(args), capsys.readouterr().out

    return command


@pytest.fixture
def mapping(tmp_path: Path, profile: Profile) -> str:
    save_profile(tmp_path / "map.yaml", profile)
    return str(tmp_path / "map.yaml")


def test_from_attach_to_release_and_off_again(run: Run, archive: Path, mapping: str, tmp_path: Path) -> None:
    assert "Nothing is attached" in run("vault", "list")[1]
    status, told = run("vault", "attach", "agency", str(archive), "--profile", mapping, *TERMS)
    assert status == cli.SOME_NOT
    assert "2 parts, 2,440 rows" in told
    assert "40 rows repeat a case that is counted already" in told
    assert "Which county is ‘Kwalee’?" in told
    assert json.loads(run("vault", "list", "--json")[1])[0]["address"] == str(archive)
    assert "‘ref’ as case number" in run("vault", "look", "agency")[1]
    with pytest.raises(DataProblem, match="is attached already"):
        run("vault", "attach", "agency", str(archive), "--profile", mapping)
    published = json.loads(run("publish", "--dataset", "agency", "--alone", "--json")[1])
    assert "MoU 7/2026" in (Path(published["folder"]) / "report.html").read_text("utf-8")
    assert json.loads(run("publish", "--dataset", "agency", "--alone", "--json")[1])["id"] == published["id"]
    spent = json.loads(run("budget", "--dataset", "agency", "--json")[1])["spent_rho"]
    assert spent > 0
    assert "stays in the privacy ledger" in run("vault", "detach", "agency")[1]
    with pytest.raises(DataProblem, match="No archive 'agency' is attached"):
        run("vault", "look", "agency")
    run("vault", "attach", "agency", str(archive), "--profile", mapping, *TERMS)
    assert json.loads(run("budget", "--dataset", "agency", "--json")[1])["spent_rho"] == spent
    kept = sorted(path.name for path in (tmp_path / "home" / "attached" / "agency").iterdir())
    assert kept == ["archive.json", "ledger.json", "profile.yaml"]
    assert not (tmp_path / "home" / "terms").exists(), "terms stand on the card"
    assert not list((tmp_path / "home").rglob("*vault.duckdb")), "no record was copied"


def test_nothing_is_attached_without_terms(run: Run, archive: Path, mapping: str, tmp_path: Path) -> None:
    attach = ("vault", "attach", "agency", str(archive), "--profile", mapping)
    with pytest.raises(DataProblem, match=r"^Nothing was stored: say on what terms .* --terms FILE"):
        run(*attach)
    with pytest.raises(DataProblem, match="Say which consent form or agreement"):
        run(*attach, "--legal-basis", "consent")
    assert json.loads(run("vault", "list", "--json")[1]) == []
    assert not (tmp_path / "home" / "attached").exists()
    stated = {"legal_basis": "research", "purpose": "research", "keep_until": 2031}
    (tmp_path / "terms.json").write_text(json.dumps(stated), encoding="utf-8")
    assert run(*attach, "--terms", str(tmp_path / "terms.json"))[0] == cli.SOME_NOT
    card = json.loads((tmp_path / "home" / "attached" / "agency" / "archive.json").read_text("utf-8"))
    assert json.loads(card["terms"]) == {**stated, "agreement": ""}


def test_a_name_is_of_one_archive_or_of_imported_cases(run: Run, archive: Path, mapping: str, tmp_path: Path) -> None:
    vault_of(tmp_path / "home").store_batch(BatchMeta("agency", "a", "a.csv"), skewed(50))
    with pytest.raises(DataProblem, match="holds imported cases under the name"):
        run("vault", "attach", "agency", str(archive), "--profile", mapping)
    run("vault", "attach", "other", str(archive), "--profile", mapping, *TERMS)
    vault_of(tmp_path / "home").store_batch(BatchMeta("other", "a", "a.csv"), skewed(50))
    with pytest.raises(DataProblem, match="a release is of one of them"):
        run("publish", "--dataset", "other", "--alone")
    with pytest.raises(DataProblem, match="cannot be the name of a dataset"):
        run("vault", "attach", "../x", str(archive), "--profile", mapping)


def test_what_opens_a_bucket_is_kept_nowhere(run: Run, bucket: Bucket, mapping: str, tmp_path: Path) -> None:
    _, told = run("vault", "attach", "agency", bucket.address, "--profile", mapping, *TERMS)
    told += run("publish", "--dataset", "agency", "--alone")[1]
    held = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert len(held) > 5
    for word in (KEY, SECRET):
        assert word not in told
        assert [path for path in held if word.encode() in path.read_bytes()] == []
