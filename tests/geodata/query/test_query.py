"""Counts, rates and profiles against the raw file, counted here a second way."""

from __future__ import annotations

import csv
import math
from collections import defaultdict

import pytest

from geodata.query.cube import NATURES, Filters
from geodata.query.find import Standing, find_county
from geodata.query.indicators import cube, indicator_rows, poisson_interval
from geodata.query.ledger import uses
from geodata.query.profiles import country_profile, county_profile
from geodata.query.world import World, open_world
from geodata.settings import from_environment
from geodata.values import NATIONAL, Period

SETTINGS = from_environment({"NJIA_HOME": "/nonexistent"})


@pytest.fixture(scope="module")
def world() -> World:
    return open_world(SETTINGS)


def by_hand(first: int, last: int, form: str = "") -> dict[tuple[str, str], list[int]]:
    """Return (nature, county name) → [events, persons, events without a number], from the file itself."""
    found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    with (SETTINGS.shipped / "evidence" / "incident_marks.csv").open(encoding="utf-8", newline="") as lines:
        national = {row["id"] for row in csv.DictReader(lines) if row["counted_in"] == "national"}
    with (SETTINGS.shipped / "evidence" / "incidents.csv").open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            if not first <= int(row["date"][:4]) <= last or (form and row["form"] != form):
                continue
            if row["id"] in national:
                continue  # people flown home or found abroad count for the country
            follows = {"smuggling_transit": "smuggling", "unspecified": "unclear"}.get(row["form"], "trafficking")
            nature = row["nature"] or follows
            sums = found[nature, row["county"]]
            sums[0] += 1
            sums[1] += int(row["persons"] or 0)
            sums[2] += not row["persons"]
    return found


@pytest.mark.parametrize("period", [(2007, 2026), (2018, 2025), (2019, 2019)])
@pytest.mark.parametrize("form", ["", "child_trafficking", "smuggling_transit"])
def test_counts_are_those_of_the_file(world: World, period: tuple[int, int], form: str) -> None:
    counted = cube(world, "public", Filters(Period(*period), forms=(form,) if form else ()))
    hand = by_hand(*period, form)
    seen = 0
    for nature in NATURES:
        for pcode, name in world.names.items():
            sums = counted.totals(nature, of=pcode)
            if sums is None:
                assert (nature, name) not in hand
                continue
            seen += 1
            assert [sums.incidents, sums.persons, sums.unstated] == hand[nature, name]
    assert seen == len(hand) > 0


def test_isiolo_reads_as_the_design_says(world: World) -> None:
    found = county_profile(world, "public", Filters(Period(2014, 2025)), "KE011")
    hand = {nature: sums[0] for (nature, name), sums in by_hand(2014, 2025).items() if name == "Isiolo"}
    assert {f.nature: f.totals.incidents for f in found.figures} == hand == {"smuggling": 12}
    assert {name for _, name, _ in found.neighbours} == {
        "Marsabit", "Wajir", "Garissa", "Tana River", "Meru", "Laikipia", "Samburu",
    }  # fmt: skip
    assert all(km >= 2 for _, _, km in found.neighbours)
    held = {a.role.value: a.best_grade for a in world.role_decisions["standard"] if a.pcode == "KE011"}
    assert held == dict.fromkeys(("source", "transit", "destination"), "A")


def test_years_add_up_and_natures_never_mix(world: World) -> None:
    counted = cube(world, "public", Filters(world.coverage))
    for n, nature in enumerate(NATURES):
        assert (counted.incidents[n, 0] == counted.incidents[n, 1:].sum(axis=0)).all()
        total = counted.totals(nature)
        assert total is not None
        assert total.incidents == sum(t.incidents for t in counted.by_year(nature).values())
    abroad = counted.totals("smuggling", of=NATIONAL)
    assert abroad is not None
    assert (abroad.incidents, abroad.persons) == (1, 4)  # stopped in Uganda, in no county


def test_rates_have_their_denominator(world: World) -> None:
    counted = cube(world, "public", Filters(world.coverage))
    rows = {row["pcode"]: row for row in indicator_rows(world, counted, "smuggling", 0)}
    earlier = cube(world, "public", Filters(Period(2007, 2010)))
    isiolo = rows["KE011"]
    assert isiolo["rate_per_100k"] == round(int(str(isiolo["persons"])) / 268_002 * 100_000, 2)
    assert {row["pcode"]: row for row in indicator_rows(world, earlier, "smuggling", 0)}[NATIONAL][
        "status"
    ] == "no_report"
    assert len(rows) == 48


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0.0, 3.689), (1, 0.0253, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390), (100, 81.364, 121.627)],
)
def test_poisson_limits_are_the_textbooks(count: int, low: float, high: float) -> None:
    """Garwood's exact limits, as printed in epidemiology tables."""
    found = poisson_interval(count)
    assert math.isclose(found[0], low, abs_tol=0.001)
    assert math.isclose(found[1], high, abs_tol=0.001)


def test_every_figure_reaches_a_source(world: World) -> None:
    cited = {use.source_id for use in uses(world)}
    assert cited <= set(world.source_rows)
    uncited = set(world.source_rows) - cited
    assert all(world.source_rows[source_id].background for source_id in uncited)


def test_the_country_panel_holds_what_no_county_does(world: World) -> None:
    found = country_profile(world, "public", Filters(world.coverage))
    kinds = [
        set(event["marks"].split(";")) & {"return_from_abroad", "detected_abroad"} for event in found.national_events
    ]
    assert len(kinds) == 26
    assert all(kinds)
    assert any("safe houses" in row.statement for row in found.responses)
    assert len(found.programmes) == 14


@pytest.mark.parametrize("text", ["Isiolo", "isiolo county", "KE011", "11", "KE-09", "ISIOLO"])
def test_any_spelling_finds_a_county(world: World, text: str) -> None:
    found = find_county(world, text)
    assert (found.standing, found.pcode) == (Standing.SURE, "KE011")


def test_a_place_abroad_is_not_a_county(world: World) -> None:
    assert find_county(world, "Busia, Uganda").pcode is None
