"""Legs, lengths, counties and refusals on three square counties."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from geodata.corridors import graph, legs, passing
from geodata.corridors.facts import Facts, check
from geodata.corridors.geometry import geodesic, km_between, km_inside, km_of
from geodata.corridors.prepared import load_prepared
from geodata.facts import places
from geodata.facts.places import GEOD
from geodata.values import DataProblem

DEGREE_KM = 111.32


def built(facts: Facts, counties: gpd.GeoDataFrame) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    table = places.build(facts.stops, counties, facts.place_counties, facts.countries)
    return table, legs.build(facts, table)


def test_legs_of_the_tiny_world(tiny: Facts, squares: gpd.GeoDataFrame) -> None:
    _, table = built(tiny, squares)
    assert table["leg_id"].tolist() == [
        "X1.west.middle", "X1.west.other", "X1.middle.east", "X1.other.east", "X1.east.abroad",
    ]  # fmt: skip
    assert table["is_alternative"].tolist() == [False, True, False, True, False]
    assert table["mode"].tolist() == ["road"] * 4 + ["air"]
    assert set(table["basis"]) == {"stated"}
    assert set(table["last_confirmed"]) == {2020}
    assert table["length_km"].iloc[0] == pytest.approx(DEGREE_KM, rel=1e-3)


def test_counties_of_the_tiny_world(tiny: Facts, squares: gpd.GeoDataFrame) -> None:
    spots, table = built(tiny, squares)
    found = passing.corridor_counties(spots, table, squares).set_index("pcode")
    assert found["passes"].tolist() == ["stop"] * 3
    middle = found.loc["KE002"]
    assert (middle["upstream"], middle["downstream"], middle["downstream_countries"]) == ("KE001", "KE003", "SAU")
    assert middle["stops"] == "middle;other"
    assert middle["drawn_km"] == pytest.approx(2 * DEGREE_KM, rel=0.1)
    # The flight from East leaves over KE003 without counting there.
    assert found.loc["KE003", "drawn_km"] == pytest.approx(DEGREE_KM, rel=0.1)  # two branches of half a degree


def test_a_county_that_only_a_line_crosses_says_so(tiny: Facts, squares: gpd.GeoDataFrame) -> None:
    stops = tiny.stops.loc[~tiny.stops["place"].isin(["Middle", "Other"])].assign(seq=["1", "2", "3"])
    rules = tiny.leg_rules.assign(from_seq="2", to_seq="3")
    spots, table = built(replace(tiny, stops=stops, leg_rules=rules), squares)
    found = passing.corridor_counties(spots, table, squares).set_index("pcode")
    assert found.loc["KE002", ["passes", "n_stops", "upstream", "downstream"]].tolist() == ["line", 0, "KE001", "KE003"]
    summary = passing.summary(spots, table, squares, found.reset_index()).set_index("pcode")
    assert summary.loc["KE002", ["n_drawn", "n_stopping", "corridors_drawn"]].tolist() == [1, 0, "X1"]


def test_two_corridors_on_one_line_count_once(tiny: Facts, squares: gpd.GeoDataFrame) -> None:
    second = tiny.corridors.assign(corridor_id="X2", nature="trafficking", row=3)
    back = (
        tiny.stops.loc[tiny.stops["place"].isin(["West", "Middle"])].iloc[::-1].assign(corridor_id="X2", seq=["1", "2"])
    )
    both = replace(
        tiny, corridors=pd.concat([tiny.corridors, second]), stops=pd.concat([tiny.stops, back], ignore_index=True)
    )
    spots, table = built(both, squares)
    passes = passing.corridor_counties(spots, table, squares)
    west = passing.summary(spots, table, squares, passes).set_index("pcode").loc["KE001"]
    assert west["corridors_stopping"] == "X1;X2"
    assert (
        west["drawn_km"]
        == passes.loc[(passes["pcode"] == "KE001") & (passes["corridor_id"] == "X1"), "drawn_km"].item()
    )


def test_a_place_without_a_point_is_listed_and_not_drawn(tiny: Facts, squares: gpd.GeoDataFrame) -> None:
    stops = tiny.stops.copy()
    stops.loc[stops["place"] == "Middle", ["lat", "lon", "coord_source"]] = ""
    stated = pd.DataFrame([["Middle", "KEN", "KE002", 2]], columns=["place", "iso3", "pcode", "row"])
    spots, table = built(replace(tiny, stops=stops, place_counties=stated), squares)
    row = spots.set_index("name").loc["Middle"]
    assert (row["pcode"], row["county_by"]) == ("KE002", "stated")
    assert pd.isna(row["lat"])
    touched = table["leg_id"].isin(["X1.west.middle", "X1.middle.east"])
    assert table.loc[touched, "geometry"].isna().all()
    assert table.loc[touched, "length_km"].isna().all()
    assert table.loc[~touched, "geometry"].notna().all()


def test_multigraph_keeps_parallel_legs_and_knows_before_and_after(tiny: Facts, squares: gpd.GeoDataFrame) -> None:
    spots, table = built(tiny, squares)
    whole = graph.build(spots, table)
    assert whole.is_multigraph()
    assert whole.is_directed()
    assert graph.before(whole, ["east"]) == {"middle": 1, "other": 1, "west": 2}
    assert graph.after(whole, ["west"]) == {"middle": 1, "other": 1, "east": 2, "abroad": 3}
    assert sorted(graph.of_corridor(whole, "X1", trunk_only=True)) == ["abroad", "east", "middle", "west"]


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "says"),
    [
        ("stops", 2, "seq", "9", r"corridor_stops.csv, row 4: seq"),
        ("stops", 2, "alt_to", "8", r"row 4: corridor X1, stop 3: alt_to 8"),
        ("stops", 2, "alt_to", "b", r"row 4: alt_to “b”"),
        ("stops", 2, "source_id", "nobody", r"row 4: source “nobody”"),
        ("stops", 2, "iso3", "KEE", r"row 4: iso3 “KEE”"),
        ("stops", 2, "kind", "shelter", r"row 4: kind “shelter”"),
        ("stops", 2, "place", "West", r"row 4: X1 stops at West twice"),
        ("stops", 2, "corridor_id", "X9", r"corridor_stops.csv, row 4"),
        ("corridors", 0, "nature", "good", r"corridors.csv, row 2: nature “good”"),
        ("corridors", 0, "mode", "foot", r"corridors.csv, row 2: mode"),
        ("corridors", 0, "confidence", "D", r"corridors.csv, row 2: confidence"),
        ("corridors", 0, "source_ids", "one;two", r"corridors.csv, row 2: source “two”"),
        ("corridors", 0, "destination_iso3", "", r"corridors.csv, row 2: destination_iso3"),
        ("leg_rules", 0, "value", "boat", r"leg_rules.csv, row 2: “boat”"),
        ("leg_rules", 0, "corridor_id", "X9", r"leg_rules.csv, row 2: there is no corridor X9"),
    ],
)
def test_bad_evidence_is_refused_with_file_and_row(  # noqa: PLR0917
    tiny: Facts, table: str, row: int, column: str, value: str, says: str
) -> None:
    frame = getattr(tiny, table).copy()
    frame.loc[row, column] = value
    with pytest.raises(DataProblem, match=says):
        check(replace(tiny, **{table: frame}))


def test_a_stop_that_hangs_loose_is_refused(tiny: Facts) -> None:
    lines = [["X1", "drop", "1", "3", "", "no", 2]]
    with pytest.raises(DataProblem, match="row 4: Other hangs loose in X1"):
        check(replace(tiny, leg_rules=pd.DataFrame(lines, columns=tiny.leg_rules.columns)))


def test_geodesic_is_dense_symmetric_and_as_long_as_the_ellipsoid_says() -> None:
    line = geodesic((36.8167, -1.2833), (46.7219, 24.6877))
    inverse = geodesic((46.7219, 24.6877), (36.8167, -1.2833))
    assert list(line.coords) == list(inverse.coords)[::-1]
    steps = [km_between(a, b) for a, b in zip(line.coords, line.coords[1:], strict=False)]
    assert max(steps) <= 50.001
    assert km_of(line) == pytest.approx(km_between((36.8167, -1.2833), (46.7219, 24.6877)), abs=0.01)


SPOT = st.tuples(st.floats(35.5, 39.5), st.floats(-0.5, 1.5)).map(lambda p: (round(p[0], 2), round(p[1], 2)))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(SPOT, SPOT).filter(lambda pair: pair[0] != pair[1]), min_size=1, max_size=5))
def test_km_inside_counties_never_exceed_the_lines_inside_the_country(
    lines: list[tuple[tuple[float, float], tuple[float, float]]],
) -> None:
    shapes = {f"KE{i + 1:03d}": box(36 + i, 0, 37 + i, 1) for i in range(3)}
    drawn = [geodesic(a, b) for a, b in lines]
    inside = km_inside(drawn, shapes)
    within = sum(GEOD.geometry_length(part) / 1000 for part in (line.intersection(box(36, 0, 39, 1)) for line in drawn))
    assert sum(inside.values()) <= within + 1e-6
    once = km_inside([*drawn, *drawn], shapes)
    assert once == pytest.approx(inside, abs=1e-6)


def test_a_line_on_a_shared_edge_counts_for_the_lower_pcode_only() -> None:
    shapes = {"KE001": box(36, 0, 37, 1), "KE002": box(37, 0, 38, 1)}
    inside = km_inside([geodesic((37, 0.2), (37, 0.8))], shapes)
    assert set(inside) == {"KE001"}


def test_prepared_files_damaged_or_missing_are_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataProblem, match="missing or damaged"):
        load_prepared(tmp_path)
