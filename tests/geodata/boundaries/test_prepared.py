"""Static geometry: small, hashed, twinned, fitting together, and wound so that Plotly fills counties."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import brotli
import geopandas as gpd
import pytest
import shapely

from geodata.boundaries import Edition

ROLES = {"counties-low", "counties-mid", "counties-high", "context-near", "context-far"}
PLOTLY = Path(__file__).resolve().parents[3] / "assets/node_modules/plotly.js-geo-dist-min/plotly-geo.min.js"


PAGE = """<div id=m style="width:600px;height:600px"></div><script src="BUNDLE"></script><script>
const none = {objects: {}, arcs: []};
window.PlotlyGeoAssets = {topojson: {africa_110m: none, world_110m: none}};
const shapes = SHAPES;
if (WRONG) shapes.features.forEach(f => f.geometry.coordinates.flat(f.geometry.type === 'Polygon' ? 0 : 1)
  .forEach(ring => ring.reverse()));
const trace = {type: 'choropleth', geojson: shapes, locationmode: 'geojson-id', featureidkey: 'id',
  locations: shapes.features.map(f => f.id), z: shapes.features.map((f, i) => i)};
const geo = {visible: false, projection: {type: 'mercator'}, lonaxis: {range: [30, 46]}, lataxis: {range: [-8, 8]}};
Plotly.newPlot('m', [trace], {geo, margin: {l: 0, r: 0, t: 0, b: 0}}).then(() => document.title = 'drawn');
</script>"""
BOXES = """[...document.querySelectorAll('.choroplethlayer path')].map(
  p => {const b = p.getBBox(); return [b.width, b.height]})"""


def outer_rings(path: Path) -> Iterator[tuple[str, list]]:
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        geometry = feature["geometry"]
        parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        if geometry["type"].endswith("Polygon"):
            yield from ((feature["id"], rings) for rings in parts)


def test_roles_names_hashes_and_twins(shipped: Edition):
    prepared = shipped.prepared()
    assert set(prepared) == ROLES
    for role, file in prepared.items():
        content = file.path.read_bytes()
        assert file.path.name == f"{role}.{hashlib.sha256(content).hexdigest()[:12]}.json"
        assert brotli.decompress(Path(f"{file.path}.br").read_bytes()) == content
        assert gzip.decompress(Path(f"{file.path}.gz").read_bytes()) == content
        assert (file.size, file.brotli) == (len(content), Path(f"{file.path}.br").stat().st_size)


def test_weight_of_a_first_view(shipped: Edition):
    prepared = shipped.prepared()
    assert prepared["counties-mid"].brotli + prepared["context-near"].brotli <= 60_000
    assert prepared["counties-low"].brotli <= 7_000
    assert prepared["context-far"].brotli <= 30_000


@pytest.mark.parametrize("resolution", ["low", "mid", "high"])
def test_counties_at_every_resolution(shipped: Edition, resolution: str):
    path = shipped.prepared()[f"counties-{resolution}"].path
    document = json.loads(path.read_text(encoding="utf-8"))
    names = shipped.counties()["name"]
    assert [f["id"] for f in document["features"]] == list(names.index)
    assert [f["properties"] for f in document["features"]] == [{"pcode": p, "name": n} for p, n in names.items()]
    shapes = gpd.read_file(path).geometry.array
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)


@pytest.mark.parametrize(("context", "counties"), [("context-near", "counties-mid"), ("context-far", "counties-low")])
def test_surroundings_meet_the_counties_without_gap_or_overlap(shipped: Edition, context: str, counties: str):
    around = gpd.read_file(shipped.prepared()[context].path)
    shapes = gpd.read_file(shipped.prepared()[counties].path)
    countries = around[around["kind"] == "country"]
    assert shapely.coverage_is_valid([*countries.geometry, *shapes.geometry])
    border = around[around["id"] == "border"].geometry.iloc[0]
    assert border.difference(shapely.coverage_union_all(shapes.geometry.array).boundary).length < 1e-9
    assert around["id"].is_unique


@pytest.mark.parametrize("role", sorted(ROLES))
def test_exterior_rings_run_clockwise_and_holes_against(shipped: Edition, role: str):
    for feature_id, (shell, *holes) in outer_rings(shipped.prepared()[role].path):
        assert not shapely.LinearRing(shell).is_ccw, feature_id
        assert all(shapely.LinearRing(hole).is_ccw for hole in holes), feature_id


@pytest.mark.browser
def test_plotly_fills_a_county_not_the_world(shipped: Edition, tmp_path: Path, chromium: Any):
    """With the other winding d3-geo fills the globe except the county: its box is then the whole map."""
    if not PLOTLY.is_file():
        pytest.skip("the Plotly geo bundle is not there (make setup fetches it with npm)")
    shapes = shipped.prepared()["counties-mid"].path.read_text(encoding="utf-8")
    page_text = PAGE.replace("BUNDLE", PLOTLY.as_uri()).replace("SHAPES", shapes)
    drawn = {}
    page = chromium.new_page()
    for wrong in ("false", "true"):
        (tmp_path / "map.html").write_text(page_text.replace("WRONG", wrong), encoding="utf-8")
        page.goto((tmp_path / "map.html").as_uri())
        page.wait_for_function("document.title === 'drawn'")
        drawn[wrong] = page.evaluate(BOXES)
    page.close()
    assert len(drawn["false"]) == 47
    assert max(max(box) for box in drawn["false"]) < 200
    assert min(max(box) for box in drawn["true"]) > 500, "the trap this test is about no longer exists"
