"""Kept beside the record, approved by a second person, built into a release; whatever dies, nothing half is seen."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from openpyxl import load_workbook

from geodata.additions.drafts import APPROVED, DECLINED, Decision, folder
from geodata.additions.export import export_additions
from geodata.additions.merge import merged_tables, shipped_tables
from geodata.additions.take import AdditionTaker
from geodata.additions.workbook import template
from geodata.build.everything import build_everything
from geodata.intake.rights import Rights
from geodata.query.releases import release_changes
from geodata.query.world import open_world, stamp
from geodata.settings import DataSettings
from geodata.values import DataProblem
from tests.geodata.additions.conftest import CORRIDOR, DAY, EVENT, FIRST, GIVEN, SECOND, SOURCE, STATEMENT

ROOT = Path(__file__).resolve().parents[3]


def approve_all(taker: AdditionTaker) -> None:
    for _, addition in taker.desk.additions("waiting"):
        taker.check_approval(addition.name)
        taker.desk.decide(addition.name, APPROVED, Decision(SECOND, DAY))


def test_the_one_who_added_does_not_approve(taker: AdditionTaker, rights: Rights) -> None:
    batch = taker.keep(taker.read("event", EVENT), by=FIRST, rights=rights)
    name = batch.additions[0].name
    with pytest.raises(DataProblem, match="Another person"):
        taker.desk.decide(name, APPROVED, Decision(FIRST.upper(), DAY))
    with pytest.raises(DataProblem, match="changed this addition"):
        taker.desk.decide(name, APPROVED, Decision(SECOND, DAY, version="0" * 16))
    taker.desk.decide(name, APPROVED, Decision(SECOND, DAY, version=batch.additions[0].version))
    with pytest.raises(DataProblem, match="was approved by"):
        taker.desk.decide(name, DECLINED, Decision(SECOND, DAY, "harmful"))


def test_additions_of_every_kind_reach_the_reader_and_the_package_stays(
    settings: DataSettings, taker: AdditionTaker, rights: Rights
) -> None:
    before = {path: path.stat().st_mtime_ns for path in settings.shipped.rglob("*") if path.is_file()}
    old = open_world(settings)
    for kind, given in GIVEN.items():
        source = SOURCE if kind == "statement" else None
        taker.keep(taker.read(kind, given, source=source), by=FIRST, rights=rights)
    few = {**EVENT, "children": "3", "persons": "3", "source_url": "https://example.org/three"}
    hidden = taker.keep(taker.read("event", few), by=FIRST, rights=rights).additions[0]
    for _, addition in sorted(taker.desk.additions("waiting"), key=lambda pair: pair[1].kind != "source"):
        taker.desk.decide(addition.name, APPROVED, Decision(SECOND, DAY))
    seen = stamp(settings)
    made = build_everything(settings)
    assert stamp(settings) != seen
    assert build_everything(settings) == made, "the same additions give the same release"
    world = open_world(settings)
    assert len(world.events) == len(old.events) + 2
    assert world.as_of == DAY.isoformat()
    assert len(world.corridors.corridors) == len(old.corridors.corridors) + 1
    assert len(world.responses) == len(old.responses) + 1
    assert SOURCE["title"] in set(world.sources["title"])
    row = world.events.set_index("id").loc[hidden.row_id]
    assert {name: value for name, value in row.items() if str(value) not in ("", "<NA>")} == {
        "date": "2026", "date_precision": "year", "year": 2026, "county": "KE011", "county_reported": "KE011",
        "nationality": "unknown", "form": "withheld", "nature": "smuggling", "summary": "withheld",
        "confidence": "withheld", "is_withheld": True, "outcome_people": "not_said", "outcome_suspects": "not_said",
    }  # fmt: skip
    changes = release_changes(world, old.releases["public"].id, world.releases["public"].id)
    assert any(change.file == "incidents.csv" for change in changes.rows)
    everything = b"".join(path.read_bytes() for path in settings.home.rglob("*") if path.is_file())
    assert b"example.org/three" not in everything, "nothing of the few is kept anywhere"
    after = {path: path.stat().st_mtime_ns for path in settings.shipped.rglob("*") if path.is_file()}
    assert after == before, "the package is as it was"


def test_a_correction_replaces_its_row_and_can_be_taken_back(
    settings: DataSettings, taker: AdditionTaker, rights: Rights
) -> None:
    shipped = shipped_tables(settings)
    event = shipped["incidents"].loc[shipped["incidents"]["persons"] == "30"].iloc[0]
    target = taker.target("event", event["id"])
    taken = taker.read("event", {**target.told, "persons": "31"}, target=target)
    name = taker.keep(taken, by=FIRST, rights=rights).additions[0].name
    approve_all(taker)
    table = taker.tables()["incidents"].set_index("id")
    assert (table.at[event["id"], "persons"], table.at[event["id"], "sex_age"]) == ("31", event["sex_age"])
    assert len(table) == len(shipped["incidents"])
    with pytest.raises(DataProblem, match="does not hold any more"):
        merged_tables(taker.tables(), [addition for _, addition in taker.desk.additions(APPROVED)])
    taker.desk.take_back(name, Decision(SECOND, DAY))
    assert taker.tables()["incidents"].equals(shipped["incidents"])


def test_what_is_perhaps_told_already_stands_beside_it(taker: AdditionTaker) -> None:
    event = taker.tables()["incidents"].query("withheld == '' and date_precision == 'day'").iloc[0]
    target = taker.target("event", event["id"])
    likely = taker.read("event", target.told).likely[-1]
    assert event["id"] in [like.row_id for like in likely]
    assert taker.read("event", EVENT).likely == ((),)


def test_a_workbook_is_filled_in_and_read_again(taker: AdditionTaker, tmp_path: Path, rights: Rights) -> None:
    path = tmp_path / "filled.xlsx"
    path.write_bytes(template(taker.settings))
    book = load_workbook(path)
    fill(book["events"], [{**EVENT, "source_url": f"https://example.org/{number}"} for number in range(8)])
    fill(book["events"], [{**EVENT, "summary": "Police freed Mary Wanjiku from a house."}], first=10)
    fill(book["sources"], [SOURCE])
    fill(book["statements"], [{**STATEMENT, "source_id": SOURCE["title"]}])
    book.save(path)
    read = taker.workbook(path)
    assert len(read.rows) == 11
    assert [(row.sheet, row.row) for row in read.refused] == [("events", 10)]
    assert "a person’s name" in read.refused[0].problems[0]
    assert "Wanjiku" not in read.refused[0].problems[0]
    batch = taker.keep(read.taken, by=FIRST, rights=rights)
    assert len(batch.additions) == 10


def fill(sheet, rows, first: int = 2) -> None:  # noqa: ANN001 - openpyxl gives no types
    headings = {str(cell.value).rstrip(" *"): cell.column for cell in sheet[1]}
    from geodata.additions.models import LABELS  # noqa: PLC0415

    for number, row in enumerate(rows, start=first):
        for name, text in row.items():
            sheet.cell(number, headings[LABELS[name]], text)


@pytest.mark.parametrize("wrong", ["column", "sheet", "empty", "text"])
def test_another_workbook_is_refused_in_a_sentence(taker: AdditionTaker, tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "other.xlsx"
    path.write_bytes(template(taker.settings) if wrong != "text" else b"not a workbook")
    if wrong in ("column", "sheet"):
        book = load_workbook(path)
        if wrong == "column":
            book["events"].cell(1, 40, "name of the victim")
        else:
            book.create_sheet("people")
        book.save(path)
    words = {
        "column": "not asked for",
        "sheet": "not of the template",
        "empty": "no filled-in row",
        "text": "not a workbook",
    }
    with pytest.raises(DataProblem, match=words[wrong]):
        taker.workbook(path)


def test_export_is_what_maintainers_take_over(
    settings: DataSettings, taker: AdditionTaker, rights: Rights, tmp_path: Path
) -> None:
    taker.keep(taker.read("event", EVENT), by=FIRST, rights=rights)
    taker.keep(taker.read("corridor", CORRIDOR), by=FIRST, rights=rights)
    approve_all(taker)
    written = export_additions(settings, [each for _, each in taker.desk.additions(APPROVED)], tmp_path / "out")
    assert written == {
        "corridor_stops.add.csv": 4, "corridors.add.csv": 1, "incidents.add.csv": 1, "outcomes.add.csv": 1,
        "place_counties.add.csv": 1,
    }  # fmt: skip
    text = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir())
    assert FIRST not in text
    assert SECOND not in text
    header = (settings.shipped / "evidence" / "incidents.csv").read_text(encoding="utf-8").splitlines()[0]
    assert (tmp_path / "out" / "incidents.add.csv").read_text(encoding="utf-8").splitlines()[0] == header


def _add_some(home: Path, start: int) -> None:
    settings = DataSettings(home=home, vault="duckdb:///none")
    taker = AdditionTaker(settings, DAY)
    rights = Rights(legal_basis="published", purpose="public_record", keep_until=2036)
    for number in range(start, start + 5):
        taken = taker.read("statement", {**STATEMENT, "statement": f"Placeholder statement number {number}."})
        taker.desk.put(taken.new, by=FIRST, on=DAY, rights=rights, key=str(number))


def test_several_stewards_at_once_lose_nothing_and_a_build_goes_on(
    settings: DataSettings, taker: AdditionTaker
) -> None:
    settings.home.mkdir()
    _add_some(settings.home, 100)
    approve_all(taker)
    workers = [
        multiprocessing.get_context("spawn").Process(target=_add_some, args=(settings.home, n)) for n in (0, 5, 3)
    ]
    for worker in workers:
        worker.start()
    built = build_everything(settings)
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    assert built.statements == len(shipped_tables(settings)["classifications"]) + 5
    assert len(taker.desk.additions("waiting")) == 10, "numbers 0 to 9, each once, whoever brought it"


def test_two_decisions_at_once_are_one(settings: DataSettings, taker: AdditionTaker, rights: Rights) -> None:
    name = taker.keep(taker.read("event", EVENT), by=FIRST, rights=rights).additions[0].name
    program = (
        "import sys\nfrom datetime import date\nfrom pathlib import Path\n"
        "from geodata.additions.drafts import AdditionDesk, Decision\nfrom geodata.values import DataProblem\n"
        "try:\n AdditionDesk(Path(sys.argv[1])).decide(sys.argv[2], sys.argv[3], "
        "Decision(sys.argv[4], date(2026, 11, 28), 'harmful'))\n"
        "except DataProblem:\n sys.exit(7)\n"
    )
    asked = [("approved", "Second Placeholder"), ("declined", "Third Placeholder")] * 2
    runs = [subprocess.Popen([sys.executable, "-c", program, str(folder(settings)), name, *pair]) for pair in asked]
    codes = sorted(run.wait(60) for run in runs)
    assert codes == [0, 7, 7, 7]


PROGRAM = """
import os, sys
from pathlib import Path
from geodata.settings import DataSettings
from geodata.additions.drafts import Decision
from geodata.intake.rights import Rights
from geodata.additions.take import AdditionTaker
from geodata.build.everything import build_everything
import tests.geodata.additions.conftest as given
settings = DataSettings(home=Path(sys.argv[1]), vault="duckdb:///none")
rights = Rights(legal_basis="published", purpose="public_record", keep_until=2036)

def work(number):
    taker = AdditionTaker(settings, given.DAY)
    print("ready", os.getpid(), flush=True)
    while True:
        number += 1
        told = {**given.STATEMENT, "statement": f"Placeholder statement number {number}."}
        new = taker.read("statement", told).new
        batch = taker.desk.put(new, by=given.FIRST, on=given.DAY, rights=rights, key=str(number))
        print("kept", batch.name, flush=True)
        taker.desk.decide(batch.additions[0].name, "approved", Decision(given.SECOND, given.DAY))
        print("approved", batch.name, flush=True)
        print("built", build_everything(settings).release, flush=True)

for line in sys.stdin:
    if os.fork() == 0:
        work(int(line))
    os.wait()
    print("dead", flush=True)
"""
"""A steward's process for every number it is given, each a fork of its own: Python's imports are paid once."""
WITHIN_S = (0.6, 0.6, 2.0, 0.6)
"""Seconds after a step, of none, kept, approved and built, within which the kill falls: a build takes two."""


@pytest.mark.parametrize("kills", [12, pytest.param(50, marks=pytest.mark.soak)])
def test_killed_at_any_moment_nothing_is_lost_and_nothing_half_is_seen(
    settings: DataSettings, taker: AdditionTaker, kills: int
) -> None:
    chance = random.Random(14)
    kept: set[str] = set()
    approved: set[str] = set()
    releases: list[str] = []
    command = [sys.executable, "-c", PROGRAM, str(settings.home)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdin is not None
        assert run.stdout is not None
        for kill in range(kills):
            print(kill * 1000, file=run.stdin, flush=True)
            ready, pid = run.stdout.readline().split()
            assert ready == "ready"
            # The moment is a step of the work and a little more, so that a slow machine is killed at the same places.
            step = kill % len(WITHIN_S)
            told = [run.stdout.readline() for _ in range(step)]
            time.sleep(chance.uniform(0.0, WITHIN_S[step]))
            os.kill(int(pid), signal.SIGKILL)
            lines = [line.split() for line in (*told, *iter(run.stdout.readline, "dead\n"))]
            kept |= {name for step, name in lines if step == "kept"}
            approved |= {name for step, name in lines if step == "approved"}
            releases += [name for step, name in lines if step == "built"]
            batches = {batch.name: batch for batch in taker.desk.all()}
            assert kept <= set(batches)
            assert all(batches[name].additions[0].state == APPROVED for name in approved)
            world = open_world(settings)
            history = json.loads((world.settings.record / "releases" / "public" / "CURRENT").read_text())["history"]
            assert set(releases) <= set(history), "what was built before stays in the history"
        run.stdin.close()
    assert len(kept) > kills // 2
    assert len(releases) > kills // 5
    build_everything(settings)
    assert not list(settings.editions.glob(".tmp-*"))
    assert open_world(settings).settings.merged is not None
