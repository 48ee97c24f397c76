"""The verbs: publish (dry, JSON), releases, verify, rollback, withdraw."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

import geodata.vault
from geodata.raw_cells import RawCells
from geodata.release import cli
from geodata.values import DataProblem

Run = Callable[..., str]


@pytest.fixture
def run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caseload: Callable[[int, int, dict[str, int]], RawCells],
) -> Run:
    cells = {"caseload": caseload(900, 1, {"county": 5, "month": 6, "form": 4})}
    vault = SimpleNamespace(
        base_cells=lambda dataset: cells[dataset],
        batches=lambda _: [SimpleNamespace(meta=SimpleNamespace(synthetic=True))],
    )
    monkeypatch.setattr(geodata.vault, "open_vault", lambda _: vault)
    monkeypatch.setenv("NJIA_HOME", str(tmp_path))
    parser = argparse.ArgumentParser()
    cli.register(parser.add_subparsers())

    def command(*words: str) -> str:
        args = parser.parse_args(words)
        assert args.run(args) == 0
        return capsys.readouterr().out

    return command


def test_publish_list_verify_and_withdraw(run: Run) -> None:
    dry = json.loads(run("publish", "--dry-run", "--json"))
    assert (dry["visible"], dry["folder"], dry["audit"]["leakage"]) == (False, None, 0)
    assert "No releases yet" in run("releases")
    told = json.loads(run("publish", "--json"))
    assert told["id"] == dry["id"]
    folder = Path(told["folder"])
    assert json.loads((folder / "manifest.json").read_text("utf-8"))["synthetic"] is True
    assert "Synthetic – for training" in (folder / "report.html").read_text("utf-8")
    assert "complete and unchanged" in run("verify", told["id"][:10])
    assert json.loads(run("releases", "--json"))[0]["state"] == "current"
    assert told["id"][:12] in run("rollback", told["id"])
    assert "Now current: nothing" in run("withdraw", told["id"][:8], "--reason", "test")
    assert "withdrawn" in run("releases")


def test_publish_speaks_in_sentences(run: Run) -> None:
    said = run("publish", "--two-sources", "--closed-through", "2018")
    for words in ("complete groups of 10", "Leakage is 0", "two organisations", "2018 or before are closed"):
        assert words in said


def test_a_small_k_is_refused(run: Run) -> None:
    with pytest.raises(DataProblem, match="smaller than 10"):
        run("publish", "--k", "5")


def test_a_caseload_keeps_the_title_it_was_given(run: Run) -> None:
    def title() -> str:
        folder = Path(json.loads(run("publish", "--json"))["folder"])
        return str(json.loads((folder / "manifest.json").read_text("utf-8"))["title"])

    assert title() == "Reported cases"
    run("publish", "--title", " Shelter   network ")
    assert title() == "Shelter network"
    with pytest.raises(DataProblem, match="e-mail"):
        run("publish", "--title", "write to jane@example.org")
