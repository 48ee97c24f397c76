"""The 43 files in the shapes people bring, at the desk: each is answered from its pages or refused in a sentence."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import pytest

from tests.dashboard.steward.test_flow import plain, put
from tests.geodata.intake.test_locked_doors import FAR
from tests.geodata.intake.test_reference_cases import CASES, FOLDER, needs_reference, persons_by


@needs_reference
@pytest.mark.parametrize("name", CASES)
def test_a_file_is_answered_from_the_desk(sitting: Any, name: str) -> None:
    case = CASES[name]
    file = put(sitting, FOLDER / name)
    if file.job.problem:
        assert case.refused
        assert case.refused in html.unescape(sitting.get(f"/file/{file.name}/columns").text)
        assert not any(path.is_file() and path.name != ".lock" for path in sitting.desk.shelf.folder.rglob("*"))
        return
    sitting.post(f"/file/{file.name}/check")
    sitting.wait()
    if case.refused:
        assert case.refused in html.unescape(sitting.get(f"/file/{file.name}/report").text)
        return
    page = html.unescape(sitting.get(f"/file/{file.name}/questions").text)
    assert all(question.text in page for question in file.outcome.questions)
    sitting.desk.profile.words.update(case.words)
    answers = {f"answer-{key}": code for key, code in case.answers.items()}
    if case.answers.get("undated", "").isdigit():
        answers["year"] = case.answers["undated"]
    sitting.post(f"/file/{file.name}/questions", {"version": str(file.version), **answers})
    sitting.wait()
    _answer_again(sitting, file, answers)
    _confirm(sitting, file, case.counties)
    if case.then is not None:
        assert persons_by(file.outcome, case.by) == case.then
    sitting.store(file)
    sitting.wait()
    batches = sitting.desk.vault.batches()
    assert sum(batch.rows for batch in batches) == (0 if file.outcome.blocked else file.outcome.table.num_rows)
    page = plain(sitting.get(f"/file/{file.name}/report").text)
    assert "--" not in page
    assert not any(word in page for word in ("county_identification", "county_exploitation", "month_name"))


def _answer_again(sitting: Any, file: Any, answers: dict[str, str]) -> None:
    """Answer what was asked only after the first answers."""
    if file.outcome and {f"answer-{question.key}" for question in file.outcome.questions} & set(answers):
        sitting.post(f"/file/{file.name}/questions", {"version": str(file.version), **answers})
        sitting.wait()


def _confirm(sitting: Any, file: Any, counties: dict[str, str]) -> None:
    """Say on the page Counties what spellings mean."""
    if not counties:
        return
    page = html.unescape(sitting.get(f"/file/{file.name}/counties").text)
    assert all(spelling in page for spelling in counties)
    merged: dict[str, int] = {}
    for doubt in file.outcome.doubts:
        merged[doubt.spelling] = merged.get(doubt.spelling, 0) + doubt.n_rows
    order = sorted(merged, key=lambda spelling: (-merged[spelling], spelling))
    form = {f"spelling-{place}": counties.get(spelling, "") for place, spelling in enumerate(order)}
    sitting.post(f"/file/{file.name}/counties", {"version": str(file.version), **form})
    sitting.wait()


def test_a_look_at_the_address_does_not_spend_it(outside: Any) -> None:
    address = f"/enter?token={outside.desk.gate.token}"
    assert outside.client.head(address, base_url="http://127.0.0.1:5999").status_code == 200
    assert outside.desk.gate.token
    assert outside.get(address).status_code == 200
    assert outside.desk.gate.token == ""


@pytest.mark.parametrize("name", FAR)
def test_a_file_that_cannot_be_read_leaves_nothing_and_the_desk_answers(
    sitting: Any, tmp_path: Path, name: str
) -> None:
    file = put(sitting, FAR[name](tmp_path / name))
    assert "far outside the table" in sitting.get(f"/file/{file.name}/columns").text
    assert not any(path.is_file() and path.name != ".lock" for path in sitting.desk.shelf.folder.rglob("*"))
    assert sitting.get("/").status_code == 200


def test_answers_are_kept_with_the_decisions_and_can_be_taken_back(sitting: Any, tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text("ref,county,date,case type\n1,Meru,13/01/2024,Neglect\n2,Meru,14/01/2024,TIP\n", encoding="utf-8")
    file = put(sitting, path)
    sitting.post(f"/file/{file.name}/check")
    sitting.wait()
    form = {"version": str(file.version), "answer-list": "only", "word-0": "leave_out", "save": "ngo"}
    sitting.post(f"/file/{file.name}/questions", form)
    sitting.wait()
    assert (sitting.desk.profile.answers, sitting.desk.profile.words) == ({"list": "only"}, {"neglect": "leave_out"})
    assert file.storable == 1
    sitting.post("/profile", {"profile": ""})
    sitting.post("/profile", {"profile": "ngo"})
    sitting.wait()
    assert sitting.desk.profile.words == {"neglect": "leave_out"}
    sitting.post(f"/file/{file.name}/check")
    sitting.wait()
    sitting.post(f"/file/{file.name}/questions", {"version": str(file.version), "again": "list"})
    sitting.wait()
    assert "list" not in sitting.desk.profile.answers
    assert file.outcome.blocked
