"""A second set of files of the same kinds, written before the code was looked at: other columns, words, languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from geodata.intake.outcome import Outcome
from geodata.intake.profile import Profile
from geodata.values import DataProblem, Pcode

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "own.yaml").read_text(encoding="utf-8")
)  # fmt: skip


def test_there_are_forty_and_each_has_its_name() -> None:
    assert len(CASES) >= 40
    assert len({case["id"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_file_of_the_second_set_is_right(check: Callable[..., Outcome], case: dict[str, Any]) -> None:
    name = case.get("name", "cases.csv")
    if "refused" in case:
        with pytest.raises(DataProblem, match=case["refused"]):
            check(case["text"], name)
        return
    first = check(case["text"], name, profile=Profile())
    assert {question.key for question in first.questions} >= set(case.get("asks", ()))
    if "waits" in case:
        assert first.counts()["to_confirm"] == case["waits"]
    offered = {doubt.spelling: doubt.pcode for doubt in first.doubts}
    assert {spelling: offered.get(spelling) for spelling in case.get("offers", {})} == case.get("offers", {})
    counties = {spelling: Pcode(pcode) for spelling, pcode in case.get("counties", {}).items()}
    said = Profile(answers=case.get("answers", {}), words=case.get("words", {}), counties=counties)
    answered = check(case["text"], name, profile=said)
    assert not answered.blocked
    by = case.get("by", ["county"])
    persons = {row["case_id"]: tuple(row[column] for column in by) for row in reversed(answered.table.to_pylist())}
    assert dict(Counter(persons.values())) == {tuple(key): number for *key, number in case["then"]}
