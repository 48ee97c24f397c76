"""The verbs: budget, publish, approve, releases, verify, rollback, withdraw."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from geodata.release import cli
from geodata.values import DataProblem
from geodata.vault.batch import BatchMeta
from tests.caseloads import skewed, vault_of

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    vault_of(tmp_path).store_batch(BatchMeta("caseload", "a", "a.csv"), skewed(900))
    monkeypatch.setenv("NJIA_HOME", str(tmp_path))
    monkeypatch.delenv("NJIA_VAULT", raising=False)
    parser = argparse.ArgumentParser()
    cli.register(parser.add_subparsers())

    def command(*words: str) -> str:
        args = parser.parse_args(words)
        assert args.run(args) == 0
        return capsys.readouterr().out

    return command


def test_one_prepares_and_another_approves(run: Run) -> None:
    told = json.loads(run("publish", "--by", "Amina", "--json"))
    assert (told["visible"], told["folder"]) == (False, None)
    assert "No releases yet" in run("releases")
    with pytest.raises(DataProblem, match="expected another person"):
        run("approve", told["id"][:12], "--by", " amina ")
    assert told["id"][:12] in run("approve", told["id"][:12], "--by", "Otieno")
    assert json.loads(run("releases", "--json"))[0]["state"] == "current"
    assert "complete and unchanged" in run("verify", told["id"][:10])
    again = json.loads(run("publish", "--by", "Amina", "--json"))
    assert (again["id"], again["visible"]) == (told["id"], True)
    report = (Path(again["folder"]) / "report.html").read_text("utf-8")
    assert "another approved it" in report
    assert "Amina" not in report
    assert told["id"][:12] in run("rollback", told["id"])
    assert "Now current: nothing" in run("withdraw", told["id"][:8], "--reason", "test")
    with pytest.raises(DataProblem, match="was withdrawn"):
        run("publish", "--by", "Amina")


def test_alone_says_so(run: Run) -> None:
    said = run("publish", "--alone")
    changed = "A few people are added to or taken from every figure"
    for words in (changed, "published alone", "ε = 4.00 at δ = 10⁻⁶"):
        assert words in said


def test_the_cost_is_told_before_anything_is_measured(run: Run) -> None:
    told = json.loads(run("budget", "--json"))
    assert (told["spent_rho"], told["budget_epsilon"], told["restatements_left"]) == (0, 8, 3)
    assert told["expected_error"]["county x nature"] < 2.9
    assert "ε 0.00 of 8" in run("publish", "--dry-run")
    assert "No releases yet" in run("releases")
    run("publish", "--alone")
    assert json.loads(run("budget", "--json"))["spent_epsilon"] == pytest.approx(4.0, abs=0.001)


def test_a_budget_that_is_spent_refuses(run: Run) -> None:
    for _ in range(3):
        run("publish", "--alone", "--restate", "--why", "corrections")
    with pytest.raises(DataProblem, match="privacy budget of dataset 'caseload' does not allow"):
        run("publish", "--alone", "--restate", "--why", "corrections")
    with pytest.raises(DataProblem, match="needs a reason"):
        run("publish", "--alone", "--restate", "--budget", "12")
    assert "Current release" in run("publish", "--alone", "--restate", "--budget", "12", "--why", "two people agreed")


@pytest.mark.parametrize(
    "words", [("--epsilon", "0"), ("--epsilon", "900"), ("--years", "soon"), ("--years", "2025-2019")]
)
def test_useless_wishes_are_refused(run: Run, words: tuple[str, str]) -> None:
    with pytest.raises(DataProblem):
        run("publish", "--alone", *words)
    assert json.loads(run("budget", "--json"))["spent_rho"] == 0


def test_a_caseload_keeps_the_title_it_was_given(run: Run) -> None:
    def title() -> str:
        folder = Path(json.loads(run("publish", "--alone", "--json"))["folder"])
        return str(json.loads((folder / "manifest.json").read_text("utf-8"))["title"])

    assert title() == "Reported cases"
    run("publish", "--alone", "--title", " Shelter   network ")
    assert title() == "Shelter network"
    with pytest.raises(DataProblem, match="e-mail"):
        run("publish", "--title", "write to jane@example.org")
