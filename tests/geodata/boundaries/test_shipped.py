"""The shipped edition: who is in it, how good it is, who touches whom, what readers are told."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
import shapely
from shapely.geometry import shape

from geodata.boundaries import Edition
from geodata.boundaries.quality import measure
from geodata.boundaries.topology import Coverage, shared_edges

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def coverage(shipped: Edition) -> Coverage:
    return dict(shipped.counties().geometry.items())


def test_counties_carry_the_names_and_codes_of_the_evidence(shipped: Edition):
    with (ROOT / "geodata/data/evidence/counties.csv").open(encoding="utf-8") as stream:
        expected = {row["pcode"]: (int(row["code"]), row["name"]) for row in csv.DictReader(stream)}
    frame = shipped.counties()
    assert frame.crs == "EPSG:4326"
    assert list(frame.index) == [f"KE{n:03d}" for n in range(1, 48)]
    assert {p: (row.code, row["name"]) for p, row in frame.iterrows()} == expected


def test_quality_against_cod_ab(coverage: Coverage, yardstick: Path, shipped: Edition):
    quality = measure(coverage, yardstick)
    assert quality.expected == len(quality.iou) == 47
    assert quality.mean >= 0.970
    assert min(quality.iou.values()) >= 0.88
    assert quality.iou["KE035"] >= 0.94
    assert quality.iou["KE036"] >= 0.94
    assert shipped.document["quality"].items() >= quality.stated().items()


def test_no_gaps_or_overlaps_and_only_mombasas_creek_is_water(coverage: Coverage):
    shapes = list(coverage.values())
    assert shapely.coverage_is_valid(shapes)
    assert shapely.is_valid(shapes).all()
    holes = [ring for part in shapely.get_parts(shapely.coverage_union_all(shapes)) for ring in part.interiors]
    assert len(holes) == 1
    assert shapely.Polygon(holes[0]).contains(shapely.Point(39.70, -3.93))


def test_isiolo_has_its_seven_neighbours_and_meets_kitui_at_a_corner(shipped: Edition, coverage: Coverage):
    names = shipped.counties()["name"]
    found = {names[n.pcode] for n in shipped.neighbours()["KE011"]}
    assert found == {"Marsabit", "Wajir", "Garissa", "Tana River", "Meru", "Laikipia", "Samburu"}
    assert shared_edges(coverage)["KE011", "KE015"] < 2


def test_neighbours_are_mutual_and_all_counties_have_some(shipped: Edition):
    listed = shipped.neighbours()
    pairs = {(a, n.pcode, n.edge_km) for a, near in listed.items() for n in near}
    assert len(listed) == 47
    assert all(listed.values())
    assert {(b, a, km) for a, b, km in pairs} == pairs
    assert min(km for _, _, km in pairs) >= 2


def test_label_points_lie_inside_their_county(shipped: Edition, coverage: Coverage):
    anchors = shipped.anchors()
    assert list(anchors) == list(coverage)
    for pcode, anchor in anchors.items():
        assert shapely.contains_xy(coverage[pcode], anchor.lon, anchor.lat)
        assert anchor.bbox == pytest.approx(coverage[pcode].bounds, abs=1e-4)


def test_readers_see_the_licence_of_the_derived_database(shipped: Edition):
    assert shipped.licence == "ODbL-1.0"
    assert "derivative" in shipped.notice
    assert {source["licence"].split(";")[0] for source in shipped.document["sources"]} == {"MIT", "ODbL-1.0", "ISC"}
    assert "Natural Earth" in shipped.citation
    assert not shipped.official
    licences = (shipped.folder / "LICENCES.txt").read_text(encoding="utf-8")
    assert "Permission is hereby granted" in licences
    assert "Permission to use, copy, modify, and/or distribute" in licences


def test_surroundings_hold_lakes_neighbours_and_a_dashed_ilemi_apart_from_the_border(shipped: Edition):
    features = json.loads(shipped.context().read_text(encoding="utf-8"))["features"]
    kinds = {f["id"]: shape(f["geometry"]) for f in features if f["id"] in {"ilemi", "border", "coast"}}
    assert set(kinds) == {"ilemi", "border", "coast"}
    assert kinds["ilemi"].intersection(kinds["border"]).length == 0
    west, south, east, north = kinds["ilemi"].bounds
    assert 34 < west < east < 36.1
    assert 4.4 < south < north < 5.6
    lakes = shapely.union_all([shape(f["geometry"]) for f in features if f["properties"]["kind"] == "lake"])
    assert lakes.contains(shapely.points([[33, -1], [36.1, 3.6]])).all()
    iso3 = {f["properties"]["iso3"] for f in features if f["properties"]["kind"] == "country"}
    assert iso3 >= {"ETH", "ERI", "SOM", "SSD", "UGA", "TZA", "ZAF", "SAU", "LBY", "NPL", "THA", "MMR"}
    assert "KEN" not in iso3
    assert not any("name" in f["properties"] for f in features)


def test_every_corridor_stop_abroad_lies_in_the_far_window_on_drawn_land(shipped: Edition):
    features = json.loads(shipped.context().read_text(encoding="utf-8"))["features"]
    land = {f["properties"]["iso3"]: shape(f["geometry"]) for f in features if f["properties"]["kind"] == "country"}
    with (ROOT / "geodata/data/evidence/corridor_stops.csv").open(encoding="utf-8") as stream:
        stops = [row for row in csv.DictReader(stream) if row["iso3"] != "KEN" and row["lon"]]
    assert stops
    for stop in stops:
        point = shapely.Point(float(stop["lon"]), float(stop["lat"]))
        assert land[stop["iso3"]].distance(point) < 0.15, stop["place"]


def test_opening_an_edition_needs_no_heavy_library():
    code = (
        "import sys; from geodata.boundaries import load_edition; from geodata.boundaries.svg import svg_paths;"
        "from geodata.settings import from_environment; e = load_edition(from_environment({}));"
        "e.neighbours(); e.anchors(); e.prepared(); svg_paths(e);"
        "sys.exit(bool({'geopandas', 'shapely', 'pandas', 'numpy', 'pandera'} & set(sys.modules)))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, env={"HOME": "/nonexistent"}).returncode
        == 0
    )
