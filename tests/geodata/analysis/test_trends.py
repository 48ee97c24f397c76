"""Year marks, series breaks and windows: what joins, what breaks, what is refused."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from geodata.analysis.trends import checked_marks, read_marks, series_points, windows
from geodata.query.changes import national_series, year_marks
from geodata.query.world import World, open_world
from geodata.settings import SHIPPED, DataSettings
from geodata.values import DataProblem, Period

VOICES = {"a": "State", "b": "State", "c": "Press"}


@pytest.fixture(scope="module")
def world() -> World:
    return open_world(DataSettings(home=Path("/nonexistent"), vault=""))


def row(year: int, source: str = "a", unit: str = "persons", indicator: str = "x") -> dict[str, Any]:
    return {"indicator": indicator, "year": year, "unit": unit, "source_id": source, "value": 1.0}


def test_windows_end_together_and_stay_inside_the_record() -> None:
    record = Period(2022, 2026)
    assert windows(record, 2026) == {
        "1": Period(2026, 2026), "3": Period(2024, 2026), "5": Period(2022, 2026), "all": record,
    }  # fmt: skip
    assert windows(Period(2025, 2026), 2026)["5"] == Period(2025, 2026)


def test_only_comparable_figures_are_joined() -> None:
    rows = [row(2018), row(2019, "b"), row(2020, "c"), row(2022, "c"), row(2023, "c", "cases"), row(2024, "c", "cases")]
    found = series_points(rows[::-1], {("x", 2024): "new_cases"}, VOICES)
    assert [point.row["year"] for point in found] == [2018, 2019, 2020, 2022, 2023, 2024]
    assert [point.joined for point in found] == [False, True, False, False, False, False]
    assert [point.why for point in found] == [(), (), ("producer",), ("gap",), ("unit",), ("new_cases",)]


def test_two_figures_of_one_year_are_never_joined() -> None:
    found = series_points([row(2019), row(2019, "b")], {}, VOICES)
    assert found[1].why == ("twice",)


def test_the_shipped_series_break_where_the_notes_say(world: World) -> None:
    series = national_series(world)
    victims = {point.row["year"]: point for point in series["victims_identified"]}
    assert not victims[2016].joined  # smuggling mixed in, half of the counties
    assert [victims[year].joined for year in (2019, 2020, 2021)] == [True, True, True]
    assert not victims[2024].joined  # a press account after a gap
    convictions = {point.row["year"]: point for point in series["convictions"]}
    assert convictions[2018].joined  # both UNODC
    assert not any(convictions[year].joined for year in (2017, 2023, 2024))
    assert sum(len(points) for points in series.values()) == len(world.series)


def test_every_mark_has_a_source_and_a_place(world: World) -> None:
    marks = year_marks(world)
    assert [mark.year for mark in marks] == sorted(mark.year for mark in marks)
    assert {2010, 2012, 2016, 2018, 2019} <= {mark.year for mark in marks}
    assert all(mark.source_id in world.source_rows for mark in marks)
    coast = next(mark for mark in marks if mark.key == "coast_assessment")
    assert coast.concerns(("KE003", "KE011"))
    assert not coast.concerns(("KE011",))
    with pytest.raises(DataProblem, match=r"not in sources\.csv"):
        checked_marks(marks, {"law-ctip-2010"})


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("20l6,k,KE,tip-2017", "four digits"),
        ("2016,k,KE048,tip-2017", "not a P-code"),
        ("2016,k,KE,", "needs a source"),
        ("2016,act_assented,KE,tip-2017", "key of its own"),
    ],
)
def test_a_bad_mark_is_refused_with_its_row(tmp_path: Path, line: str, said: str) -> None:
    folder = tmp_path / "data" / "rules"
    folder.mkdir(parents=True)
    shutil.copy(SHIPPED / "rules" / "year_marks.csv", folder)
    lines = (folder / "year_marks.csv").read_text(encoding="utf-8").splitlines()
    (folder / "year_marks.csv").write_text("\n".join([*lines, line]) + "\n", encoding="utf-8")
    settings = replace(DataSettings(home=tmp_path, vault=""), shipped=tmp_path / "data")
    with pytest.raises(DataProblem, match=said) as problem:
        read_marks(settings)
    assert f"row {len(lines) + 1}" in str(problem.value)
