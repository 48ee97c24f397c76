"""Decisions: once approved a source like any other, once rejected gone but for the reason."""

from __future__ import annotations

import argparse
import csv
import dataclasses
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from geodata.cli import register
from geodata.corrections import CorrectionDesk, Queue, approved
from geodata.corrections.ledger import with_corrections
from geodata.query.corrections import approved_corrections
from geodata.query.ledger import uses
from geodata.query.search import SourceFilter, find_sources
from geodata.query.world import open_world, stamp
from geodata.settings import DataSettings
from geodata.values import DataProblem
from tests.geodata.corrections.conftest import made

DAY = date(2026, 11, 23)


@pytest.fixture
def desk(queue: Queue) -> CorrectionDesk:
    for number in range(3):
        queue.put(made(number))
    return CorrectionDesk(queue.home)


def test_approved_is_a_row_and_waits_no_more(desk: CorrectionDesk) -> None:
    one = desk.queue.list()[0]
    row = desk.approve(one.name[:8], because="document_confirms", on=DAY)
    assert (row.source_id, row.received, row.decided) == (f"correction-{one.name[:12]}", "2026-11", "2026-11-23")
    assert row.cites == row.source_id
    assert approved(desk.home) == (row,)
    assert one.name not in {waiting.name for waiting in desk.queue.list()}
    assert not desk.queue.put(one)  # the same thing sent again later is known


def test_rejected_keeps_the_reason_only(desk: CorrectionDesk) -> None:
    one = desk.queue.list()[0]
    desk.reject(one.name, because="no_evidence", on=DAY)
    kept = (desk.home / "rejected.csv").read_text()
    assert "no_evidence" in kept
    assert one.source not in kept
    assert "INC-0001" not in kept
    assert approved(desk.home) == ()
    assert not desk.queue.put(one)


@pytest.mark.parametrize(
    ("because", "says"), [("because I say so", "no reason of the list"), ("ledger_confirms", "cites nothing")]
)
def test_reasons_are_a_closed_list_and_must_fit(desk: CorrectionDesk, because: str, says: str) -> None:
    with pytest.raises(DataProblem, match=says):
        desk.approve(desk.queue.list()[0].name, because=because, on=DAY)
    assert len(desk.queue.list()) == 3


def test_unknown_and_ambiguous_names_are_refused(desk: CorrectionDesk) -> None:
    for name in ("", "zzzzzz", "../../x"):
        with pytest.raises(DataProblem, match="no waiting correction"):
            desk.approve(name, because="own_check", on=DAY)


def test_a_kill_between_row_and_removal_decides_once(desk: CorrectionDesk) -> None:
    one = desk.queue.list()[0]
    file = desk.queue.waiting / f"{one.name}.json"
    content = file.read_bytes()
    desk.approve(one.name, because="own_check", on=DAY)
    file.write_bytes(content)  # as if the removal had never happened
    assert one.name not in {waiting.name for waiting in desk.queue.list()}
    (desk.queue.done / one.name).unlink()  # nor the mark
    desk.approve(one.name, because="own_check", on=DAY)
    assert len(approved(desk.home)) == 1


def test_taken_back_and_a_damaged_table(desk: CorrectionDesk) -> None:
    row = desk.approve(desk.queue.list()[0].name, because="own_check", on=DAY)
    desk.take_back(row.source_id)
    assert approved(desk.home) == ()
    with pytest.raises(DataProblem, match="no approved correction"):
        desk.take_back(row.source_id)
    (desk.home / "approved.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DataProblem, match="damaged"):
        approved(desk.home)


def test_only_what_can_be_checked_enters_the_ledger(desk: CorrectionDesk) -> None:
    row = desk.approve(desk.queue.list()[0].name, because="document_confirms", on=DAY)
    table = pd.DataFrame(
        [["s", "t", "p", "2020", "2020", "https://p.ke", "web", False, False]],
        columns=["source_id", "title", "publisher", "date", "year", "url", "type", "background", "withheld"],
    )
    assert list(with_corrections(table, [row])["source_id"]) == ["s", row.source_id]
    assert len(with_corrections(table, [dataclasses.replace(row, source="")])) == 1
    assert len(with_corrections(table, [dataclasses.replace(row, source="s")])) == 1
    assert len(with_corrections(table, [])) == 1


def test_the_world_shows_approved_ones_and_nothing_that_waits(tmp_path: Path) -> None:
    settings = DataSettings(home=tmp_path, vault="")
    before, key = stamp(settings), open_world(settings).key
    desk = CorrectionDesk(tmp_path / "corrections")
    for number in range(2):
        desk.queue.put(made(number, item="event:INC-0001"))
    assert stamp(settings) == before
    assert open_world(settings).corrections == ()
    row = desk.approve(desk.queue.list()[0].name, because="document_confirms", on=DAY)
    assert stamp(settings) != before
    world = open_world(settings)
    assert world.key != key
    assert approved_corrections(world, "KE010") == (row,)
    assert approved_corrections(world, "KE011") == ()
    assert world.source_rows[row.source_id].url == row.url
    assert [use.use for use in uses(world) if use.source_id == row.source_id] == ["corrections"]
    assert find_sources(world, SourceFilter(use="corrections", county="KE010"))[0].row.publisher == "example.go.ke"
    assert world.releases["public"].id == open_world(DataSettings(home=tmp_path / "x", vault="")).releases["public"].id


def test_the_commands(
    desk: CorrectionDesk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NJIA_HOME", str(desk.home.parent))
    top = argparse.ArgumentParser()
    register(top.add_subparsers())

    def run(*words: str) -> str:
        args = top.parse_args(["corrections", *words])
        assert args.run(args) == 0
        return capsys.readouterr().out

    first, second, third = (one.name for one in desk.queue.list())
    assert "3 waiting." in run("list")
    assert len(list(csv.DictReader(run("export").splitlines()))) == 3
    assert f"correction-{first[:12]}" in run("approve", first[:10], "--because", "document_confirms")
    assert "not kept" in run("reject", second[:10], "--because", "spam")
    assert "1 waiting." in run()
    assert "no source any more" in run("take-back", f"correction-{first[:12]}")
    assert third[:12] in run("list")
