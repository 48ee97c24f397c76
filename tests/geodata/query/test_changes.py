"""Change and comparison, counted again from the events themselves by another way."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.query.changes import changes, looking, provinces
from geodata.query.comparison import compared, units
from geodata.query.cube import NATURES, Filters
from geodata.query.indicators import poisson_interval
from geodata.query.world import World, open_world
from geodata.settings import DataSettings
from geodata.values import Period

BEFORE, AFTER = Period(2014, 2018), Period(2019, 2025)


@pytest.fixture(scope="module")
def world() -> World:
    return open_world(DataSettings(home=Path("/nonexistent"), vault=""))


def recount(world: World, counties: tuple[str, ...], nature: str, window: Period) -> tuple[int, int]:
    """Count events and persons straight from the table of events."""
    table = world.events
    mine = table[table["county"].isin(counties) & (table["nature"] == nature)]
    mine = mine[(mine["year"] >= window.first) & (mine["year"] <= window.last)]
    return len(mine), int(mine["persons"].fillna(0).sum())


@pytest.mark.parametrize("nature", NATURES)
@pytest.mark.parametrize("region", ["", "Coast", "Eastern"])
def test_counts_are_those_of_the_events(world: World, nature: str, region: str) -> None:
    found = changes(world, Filters(world.coverage), BEFORE, AFTER, nature, "incidents", region)
    everyone = tuple(world.names)
    for one in (*found.counties, found.country, *([found.region] if found.region else [])):
        members = everyone if one.area == "KE" else provinces(world).get(one.area, (one.area,))
        for window, own in ((BEFORE, one.before), (AFTER, one.after)):
            assert (own.incidents, own.persons) == recount(world, members, nature, window)
        assert (one.events.before, one.events.after) == (one.before.incidents, one.after.incidents)
    assert found.headline.area == (region or "KE")


def test_no_report_in_both_windows_is_not_no_change(world: World) -> None:
    found = changes(world, Filters(world.coverage), BEFORE, AFTER, "trafficking", "incidents")
    silent = [one for one in found.counties if not one.before.incidents and not one.after.incidents]
    assert silent
    for one in silent:
        assert one.value is None
        assert one.empty in ("no_report", "zero")
        assert not one.clear
    assert {one.empty for one in silent} == {"no_report", "zero"}


def test_unlike_windows_are_compared_per_year_and_rates_by_residents(world: World) -> None:
    events, rates = (
        changes(world, Filters(world.coverage), Period(2018, 2018), AFTER, "trafficking", measure).country
        for measure in ("incidents", "rate")
    )
    a, b = recount(world, tuple(world.names), "trafficking", Period(2018, 2018))[0], events.after.incidents
    assert events.value == pytest.approx(b / 7 - a)
    persons = rates.after.persons / 7 - rates.before.persons
    assert rates.value == pytest.approx(persons / sum(world.population.values()) * 100_000)


def test_persons_are_called_clear_only_where_events_are(world: World) -> None:
    found = changes(world, Filters(world.coverage), BEFORE, AFTER, "trafficking", "persons")
    assert any(one.persons.clear and not one.clear for one in found.counties)
    assert all(one.events.clear for one in found.counties if one.clear)


def test_windows_must_not_overlap(world: World) -> None:
    with pytest.raises(ValueError, match="must begin after"):
        changes(world, Filters(world.coverage), BEFORE, Period(2018, 2020), "trafficking", "incidents")
    with pytest.raises(KeyError):
        changes(world, Filters(world.coverage), BEFORE, AFTER, "trafficking", "incidents", "Pwani")


def test_the_coast_had_more_watchers_after_2018(world: World) -> None:
    found = looking(world, provinces(world)["Coast"], BEFORE, AFTER)
    assert found.direction == "more"
    assert found.counties[1] >= found.counties[0] > 0
    assert found.undated > 0
    nobody = looking(world, ("KE013",), BEFORE, AFTER)
    assert nobody.direction == "unknown"
    assert nobody.kinds == {}


def test_sides_are_counted_alike_and_measured_against_the_yardstick(world: World) -> None:
    asked = units(world, ["KE001", "KE011", "KE025"])
    found = compared(world, "public", Filters(world.coverage), asked, "incidents", "standard")
    assert [side.unit.key for side in found.sides] == ["KE001", "KE011", "KE025", "KE"]
    for side in found.sides:
        for nature in NATURES:
            events, persons = recount(world, side.unit.members, nature, world.coverage)
            own = side.values[nature]
            assert (own.incidents or 0, own.persons or 0) == (events, persons)
            if own.rate is not None and own.persons:
                low, high = poisson_interval(own.persons)
                assert own.low == pytest.approx(low / side.residents * 100_000)
                assert own.high == pytest.approx(high / side.residents * 100_000)
            by_year = [value or 0 for value, _ in side.years[nature]]
            assert sum(by_year) == events
    mombasa, isiolo, samburu, kenya = found.sides
    assert isiolo.values["trafficking"].empty == "zero"
    assert samburu.values["trafficking"].empty == "no_report"
    first = found.differences("trafficking", "incidents", "first")
    assert first[0] == 0
    assert first[2] is None  # no report is no number
    assert first[1] == -(mombasa.values["trafficking"].incidents or 0)
    median = found.differences("trafficking", "incidents", "median")
    assert median[0] == pytest.approx((mombasa.values["trafficking"].incidents or 0) / 2)
    assert found.differences("trafficking", "incidents", "country")[3] == 0
    assert kenya.drawn_km >= mombasa.drawn_km > 0


def test_company_of_one_county(world: World) -> None:
    near = units(world, ["KE011", "KE001"], "neighbours")
    assert [unit.kind for unit in near][-2:] == ["province", "country"]
    assert near[0].key == "KE011"
    assert {unit.key for unit in near if unit.kind == "county"} - {"KE011"} == {
        str(one.pcode) for one in world.edition.neighbours()["KE011"]  # type: ignore[index] # a P-code
    }  # fmt: skip
    alone = units(world, ["KE047"], "province")  # Nairobi was a province of one
    assert [unit.kind for unit in alone] == ["county", "country"]
