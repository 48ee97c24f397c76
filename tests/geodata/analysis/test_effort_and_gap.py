"""Watchers and the response gap: rules on small inventions, then the shipped record checked by hand."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.analysis.effort import KINDS, Mention, effort, watchers
from geodata.analysis.gap import MEASURES, Gap, gaps, thirds
from geodata.facts.decisions import read
from geodata.facts.evidence import read as read_evidence
from geodata.facts.responses import ResponseRow
from geodata.query.changes import provinces
from geodata.query.detection import detection, effort_between, held_roles, response_gap
from geodata.query.world import World, open_world
from geodata.settings import from_environment
from geodata.values import Period

SETTINGS = from_environment({"NJIA_HOME": "/nonexistent"})
EVIDENCE = SETTINGS.shipped / "evidence"
RECORD = Period(2007, 2026)


def response(kind: str, start: str = "", end: str = "", county: str = "KE001", reading: str = "") -> ResponseRow:
    return ResponseRow("R", county, kind, kind, start, end, None, "", "IOM; Police", "", "s", "", reading, "", "")


@pytest.fixture(scope="module")
def world() -> World:
    return open_world(SETTINGS)


@pytest.fixture(scope="module")
def found(world: World) -> dict[str, Gap]:
    return dict(response_gap(world).counties)


def test_what_is_planned_told_twice_or_a_days_event_is_no_watcher() -> None:
    rows = [response("border_post", reading=reading) for reading in ("planned", "repeat", "event")]
    rows += [response("shelter"), response("workshop", county="KE")]
    assert watchers(rows) == ()
    assert [one.kind for one in watchers([response("nrm_training", "2018"), response("hotline")])] == [
        "training",
        "hotline",
    ]


@pytest.mark.parametrize(
    ("row", "period", "there"),
    [
        (response("workshop", "2018-03-01", "2018-03-02"), (2019, 2020), True),  # trained officials stay
        (response("workshop", "2018-03-01"), (2010, 2017), False),
        (response("workshop", "", "2018-07"), (2018, 2018), True),
        (response("other", "2006", "2008"), (2009, 2026), False),  # a programme that ended
        (response("other", "2006", "2008"), (2008, 2010), True),
        (response("child_protection_unit"), (2010, 2020), False),  # undated: at the end of the record only
        (response("child_protection_unit"), (2010, 2026), True),
    ],
)
def test_a_watcher_is_there_from_its_first_year_on(row: ResponseRow, period: tuple[int, int], there: bool) -> None:
    known = watchers([row])
    one = effort(["KE001"], known, [], Period(*period), RECORD)["KE001"]
    assert bool(one.watchers) is there
    assert one.organisations == (("IOM", "Police") if there else ())


def test_outlets_are_counted_once_and_undated_ones_only_for_the_whole_record() -> None:
    said = [Mention("KE001", 2019, "Star", "event"), Mention("KE001", 2020, "Star", "statement"),
            Mention("KE001", None, "Nation", "statement"), Mention("KE002", 2019, "Tuko", "event")]  # fmt: skip
    assert effort(["KE001"], [], said, RECORD, RECORD)["KE001"].outlets == ("Nation", "Star")
    assert effort(["KE001"], [], said, Period(2018, 2021), RECORD)["KE001"].outlets == ("Star",)


@settings(deadline=None)
@given(st.lists(st.integers(0, 40), max_size=60))
def test_thirds_keep_equal_values_together_and_do_not_move_with_order(values: list[int]) -> None:
    breaks = thirds(values)
    assert breaks == thirds(sorted(values, reverse=True))
    classes = {value: breaks.of(value) for value in values}
    assert all(classes[a] <= classes[b] for a in classes for b in classes if a <= b)
    assert breaks.of(None) == breaks.of(0) == 0
    distinct = {value for value in values if value > 0}
    if len(distinct) > 1:
        assert breaks.of(max(distinct)) == 2
        assert breaks.of(min(distinct)) == 0


def test_even_values_split_into_even_thirds() -> None:
    breaks = thirds(range(1, 10))
    assert [breaks.of(value) for value in range(10)] == [0, 0, 0, 0, 1, 1, 1, 2, 2, 2]


def test_no_response_is_a_class_of_its_own_and_the_rest_is_halved() -> None:
    exposure = {f"KE{i:03d}": dict.fromkeys(MEASURES, float(i)) for i in range(1, 10)}
    rows = [response("workshop", county=f"KE{i:03d}") for i in range(5, 10) for _ in range(1 if i < 8 else i)]
    known = gaps(exposure, [*rows, response("shelter", county="KE009"), response("other", county="KE001")])
    assert [known.counties[pcode].level for pcode in exposure] == [0, 0, 0, 0, 1, 1, 1, 2, 2]
    assert known.half == 1
    assert known.counties["KE001"].besides[0].kind == "other"
    assert not known.counties["KE009"].unserved
    assert known.counties["KE009"].exposed_on == MEASURES


def rows_of(name: str, county: str) -> list[dict[str, str]]:
    with (EVIDENCE / f"{name}.csv").open(encoding="utf-8-sig", newline="") as lines:
        return [row for row in csv.DictReader(lines) if row["county"] == county]


# By hand, from the rows of each county in geodata/data/evidence.
# Isiolo: incidents.csv, 14 events, all smuggling: 23+35+55+8+7+24+10+70+2+70+29+40+8+24 = 405; classifications.csv,
#   grade A: three roles; responses.csv: the workshop of March 2019, and a return of 2014 that is a day's event.
# Turkana: incidents.csv, six events with a number, all smuggling: 24+22+60+13+10+44 = 173, and one with fewer than
#   five children, of which no number is told; classifications.csv, grade B: transit; responses.csv: the workshop at
#   Lodwar (2018) and the rescue centres. The total of 105 over four counties is told twice; two border points and
#   a call centre are only planned.
# Mandera: incidents.csv, two women (smuggling) and two events with fewer than five children (trafficking);
#   classifications.csv, grade B: source and transit; responses.csv: no row at all.
HAND = {
    "Isiolo": ("KE011", None, 405, 3, {"training": 1}, 1, 1),
    "Turkana": ("KE023", None, 173, 1, {"training": 1, "safe_house": 1}, 4, 2),
    "Mandera": ("KE009", None, 2, 2, {}, 0, 0),
}


@pytest.mark.parametrize("county", HAND)
def test_three_counties_checked_by_hand(found: dict[str, Gap], county: str) -> None:
    pcode, trafficking, smuggling, roles, response_rows, besides, level = HAND[county]
    one = found[pcode]
    assert (one.exposure["trafficking"], one.exposure["smuggling"], one.exposure["roles"]) == (
        trafficking,
        smuggling,
        roles,
    )
    assert {kind: len(rows) for kind, rows in one.response.items() if rows} == response_rows
    assert len(one.besides) == besides
    assert one.level == level
    assert one.unserved == (county == "Mandera")  # four corridors name a stop there, and no response is on record
    raw = rows_of("incidents", county)
    assert sum(int(row["persons"] or 0) for row in raw) == (trafficking or 0) + (smuggling or 0)
    assert len(rows_of("responses", county)) == sum(response_rows.values()) + besides


def test_the_classes_of_the_three_counties(found: dict[str, Gap]) -> None:
    assert found["KE011"].exposed_on == ("corridors", "smuggling", "roles", "legs")
    assert found["KE023"].exposed_on == ("corridors", "smuggling")
    assert found["KE009"].exposed_on == ("corridors",)


def test_the_shared_total_of_105_counts_once_per_county_and_is_never_summed(found: dict[str, Gap]) -> None:
    trained = {pcode: [r for r in found[pcode].response["training"] if r.quantity == 105] for pcode in found}
    assert [pcode for pcode, rows in trained.items() if rows] == ["KE027"]  # Uasin Gishu has no workshop of its own
    told_twice = [pcode for pcode in found for r in found[pcode].besides if r.reading == "repeat" and r.quantity == 105]
    assert sorted(told_twice) == ["KE023", "KE036", "KE037"]


def test_no_shelter_brings_a_place(world: World) -> None:
    assert "lat" not in world.responses.columns
    assert "lon" not in world.responses.columns


def test_who_is_unserved_follows_from_the_printed_breaks(world: World) -> None:
    known = response_gap(world)
    for gap in known.counties.values():
        upper = [measure for measure in MEASURES if (gap.exposure[measure] or 0) > known.breaks[measure].high]
        assert gap.exposed_on == tuple(upper)
        assert gap.unserved == (not gap.n_responses and bool(upper))
    named = sorted(world.names[pcode] for pcode, gap in known.counties.items() if gap.unserved)
    assert "Samburu" in named  # smuggling events; of the answers only what a court did, and that watches nobody
    assert {row["kind"] for row in rows_of("responses", "Samburu")} == {"other"}


def test_silent_and_unwatched_counties_have_no_row_anywhere(world: World) -> None:
    reading = read(world.settings, "response_reading")
    events = set(reading.loc[reading["reading"] == "event", "name"])
    for line in detection(world, world.coverage, "trafficking", "incidents").lines:
        name = world.names[line.pcode]
        assert line.silent == (not rows_of("incidents", name))
        if line.unwatched:
            # a court's act or a journey home is a day's event: nobody looks
            kinds = {row["kind"] for row in rows_of("responses", name) if row["name"] not in events}
            assert kinds <= {"shelter", "safe_house"}


def test_a_rate_stands_with_interval_and_smoothed_twin_or_with_a_kind_of_empty(world: World) -> None:
    lines = detection(world, world.coverage, "trafficking", "persons").lines
    kinds = {line.rate.empty for line in lines}
    assert kinds == {"", "zero", "no_report", "unstated"}
    for line in lines:
        rate = line.rate
        if rate.rate is None:
            assert rate.empty in ("no_report", "unstated")
            assert rate.smoothed is None
        else:
            assert rate.low is not None
            assert rate.high is not None
            assert rate.low <= rate.rate <= rate.high
            assert rate.smoothed is not None


def test_two_windows_of_the_coast_keep_their_watchers_and_outlets_apart(world: World) -> None:
    coast = provinces(world)["Coast"]
    found = effort_between(world, coast, Period(2010, 2018), Period(2019, 2024), "trafficking")
    names = {world.names[pcode] for pcode in coast}
    marks = read_evidence(world.settings, "incident_marks")
    national = set(marks.loc[marks["counted_in"] == "national", "id"])
    for span in (found.before, found.after):
        raw = [
            row
            for name in names
            for row in rows_of("incidents", name)
            if row["id"] not in national
            and span.period.first <= int(row["date"][:4]) <= span.period.last
            and row["nature"] in ("", "trafficking")
            and row["form"] not in ("smuggling_transit", "unspecified")
        ]
        assert (span.incidents, span.persons) == (len(raw), sum(int(row["persons"] or 0) for row in raw))
        assert all(one.first and span.period.first <= one.first <= span.period.last for one in span.began)
    assert found.effort == "up"
    assert all(one.first is None for one in found.undated)
    assert {one.kind for one in (*found.before.began, *found.after.began)} <= set(KINDS)


def test_every_line_of_the_outlet_table_names_a_publisher_of_the_record(world: World) -> None:
    table = read(world.settings, "outlets")
    told = set(read_evidence(world.settings, "second_sources")["publisher"])
    assert set(table["publisher"]) <= set(world.sources["publisher"]) | told
    assert not table["publisher"].duplicated().any()


def test_held_roles_are_the_standard_rules(world: World) -> None:
    assert [role.value for role in held_roles(world)["KE011"]] == ["source", "transit", "destination"]


# By hand, corridor_stops.csv: Isiolo (town) is named by C01, C02, C03, C31, C33 and C35,
# Mado Gashi and Garba Tula by C34; Lodwar, Kakuma, Lomekwi and
# Kibish by C16, C17 and C29; Mandera, El Wak and Takaba by C11, C12, C13 and C30. Tharaka-Nithi is named by none.
NAMED = {"KE011": 7, "KE023": 3, "KE009": 4, "KE013": 0}


@pytest.mark.parametrize("pcode", NAMED)
def test_exposure_to_corridors_counts_those_that_name_a_stop(found: dict[str, Gap], pcode: str) -> None:
    assert found[pcode].exposure["corridors"] == NAMED[pcode]
