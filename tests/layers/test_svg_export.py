"""The figure on paper shows what the figure on screen shows: every area, line, mark and text, where Plotly has it."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

from geodata.values import Nature, Pcode
from layers import svg_export
from layers.context import ContextSpec
from layers.corridors import CorridorSpec
from layers.counties import COUNTY_ORDER, CountySpec
from layers.figure import EXTENTS, MapFigureSpec, map_figure
from layers.labels import county_label, place_label
from layers.projection import fit, fitted, mercator_y
from layers.specs import Extent
from layers.svg_export import PageSpec, figure_svg
from layers.theme import LAND, ramp
from tests.layers.test_in_browser import ROOT

SVG = "{http://www.w3.org/2000/svg}"


def _square(west: float, south: float, side: float = 0.5) -> dict[str, object]:
    ring = [[west, south], [west + side, south], [west + side, south + side], [west, south + side], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


SHAPES = {
    "/c.json": {str(p): _square(34.0 + (i % 8), -4.0 + (i // 8) * 1.4) for i, p in enumerate(COUNTY_ORDER)},
    "/x.json": {"n800": _square(30, -2, 3), "lake1": _square(36, 3)},
}


@pytest.fixture
def figure(legs: pd.DataFrame, places: pd.DataFrame, roles: pd.DataFrame) -> dict[str, object]:
    names = (county_label("KE011", "Isi<lo>", (37.6, 0.4), bold=True), county_label("KE001", "M", (39.7, -4.0)))
    context = ContextSpec("/x.json", ["n800"], ["lake1"], [[(34, 1), (35, 2)]], [[(34, 4), (35, 5)]])
    return map_figure(
        MapFigureSpec(
            CountySpec("/c.json", "n" * 40 + "012zso3", Nature.TRAFFICKING, 4),
            context,
            CorridorSpec(legs, 2026),
            places,
            roles,
            names,
            (place_label("hub", "Hub", (36.0, 0.0)),),
            (Pcode("KE011"),),
        )
    )


def _drawn(figure: dict[str, object], **changes: object) -> ET.Element:
    page = PageSpec(**{"width": 700, "height": 900, "title": "T", "desc": "D & d", **changes})  # type: ignore[arg-type]
    return ET.fromstring(figure_svg(figure, SHAPES, EXTENTS["kenya"], page))  # noqa: S314 - our own text


def test_every_county_has_its_colour_or_its_mark(figure: dict[str, object]):
    root = _drawn(figure, words={"KE041": "Siaya: 3 persons"}, hidden=frozenset({"KE042"}))
    shapes = {str(pcode): root.find(f".//*[@id='njia-{pcode}']") for pcode in COUNTY_ORDER}
    fills = {pcode: shape.attrib["fill"] for pcode, shape in shapes.items() if shape is not None}
    colours = ramp(Nature.TRAFFICKING, 4)
    assert fills["KE001"] == "url(#njia-hatch)"
    assert fills["KE041"] == colours[0]
    assert fills["KE042"] == LAND, "a county the filter leaves out is plain land"
    assert fills["KE043"] == colours[2]
    assert [fills[f"KE0{n}"] for n in (44, 45)] == ["url(#njia-zero)", "url(#njia-dots)"]
    assert root.find(".//*[@id='njia-KE041']/" + SVG + "title").text == "Siaya: 3 persons"  # type: ignore[union-attr]
    for pattern in ("njia-zero", "njia-hatch", "njia-dots"):
        assert root.find(f".//*[@id='{pattern}']") is not None


def test_two_maps_on_one_page_share_no_names(figure: dict[str, object]):
    one, two = (_drawn(figure, uid=uid) for uid in ("a", "b"))
    ids = [{node.attrib["id"] for node in root.iter() if "id" in node.attrib} for root in (one, two)]
    assert len(ids[0]) > 50
    assert not ids[0] & ids[1]
    assert "url(#a-hatch)" in ET.tostring(one, encoding="unicode")


def test_lines_and_marks_are_all_there(figure: dict[str, object]):
    root = _drawn(figure)
    strokes = [node.attrib for node in root.iter(f"{SVG}path") if node.attrib.get("fill") == "none"]
    data = {trace["name"]: trace for trace in figure["data"]}  # type: ignore[attr-defined]
    lines = [t for t in data.values() if t.get("mode") == "lines" and t["lon"] != [None] and t.get("opacity", 1)]
    assert all(trace["name"] != "corridor-hit" for trace in lines)  # only a hand meets it
    for trace in lines:
        assert any(
            s["stroke"] == trace["line"]["color"] and float(s["stroke-width"]) == trace["line"]["width"]
            for s in strokes
        )
    assert any("stroke-dasharray" in s for s in strokes)
    turned = [float(n) for n in re.findall(r"rotate\((-?[\d.]+)\)", ET.tostring(root, encoding="unicode"))]
    assert set(data["corridor-arrows"]["marker"]["angle"]) <= set(turned)


def test_texts_are_escaped_and_thinned_as_on_screen(figure: dict[str, object]):
    texts = ["".join(node.itertext()) for node in _drawn(figure).iter(f"{SVG}text")]
    assert "Isi<lo>" in texts
    far = figure_svg(figure, SHAPES, EXTENTS["corridor"], PageSpec(300, 400, "T", "D"))
    assert "Isi" not in far, "county names need their scale"
    assert "triangle" not in far
    rows = [trace for trace in figure["data"] if trace["name"] == "roles"]  # type: ignore[attr-defined]
    assert rows[0]["lon"] != [None]


def test_names_grow_where_the_window_is_a_phones_and_those_in_the_way_are_left_out(figure: dict[str, object]):
    plain, twice, far = (_drawn(figure, larger=larger) for larger in (1, 2, 6))
    texts = [["".join(node.itertext()) for node in root.iter(f"{SVG}text")] for root in (plain, twice, far)]
    assert texts[0] == texts[1] == texts[2], "where there is room the picture is the same"
    assert "<style" not in ET.tostring(plain, encoding="unicode")
    rule = "".join(next(twice.iter(f"{SVG}style")).itertext())
    assert rule.startswith("@media screen and (max-width:650px)")
    assert "scale(2)" in rule
    kept = [{"".join(node.itertext()) for node in _grouped(root, "grows")} for root in (twice, far)]
    assert "Isi<lo>" in kept[0]
    assert kept[1] < kept[0], "letters of six times the size leave room for fewer names"
    origin = next(iter(_grouped(twice, "grows"))).attrib["transform-origin"].split()
    assert all(0 <= float(at) <= 900 for at in origin)


def _grouped(root: ET.Element, kind: str) -> list[ET.Element]:
    return [group for group in root.iter(f"{SVG}g") if group.attrib.get("class") == f"njia-{kind}"]


def test_the_projection_is_plotlys():
    seen = EXTENTS["kenya"]
    frame = fitted(seen.degrees, (0, 0, 700, 900))
    high = mercator_y(seen.north) - mercator_y(seen.south)
    assert frame.scale == pytest.approx(min(700 / (seen.east - seen.west), 900 / high))
    x, y = frame.point((seen.west + seen.east) / 2, 0)
    assert x == 350
    assert y == pytest.approx((frame.top - mercator_y(0)) * frame.scale, abs=0.1)
    wide = fit(Extent(34, -4, 42, 5), 2.0)
    assert fitted(wide.degrees, (0, 0, 800, 400)).scale == pytest.approx(800 / (wide.east - wide.west), rel=0.02)


def test_the_scale_of_roles_is_the_browsers():
    script = (ROOT / "assets" / "js" / "map.js").read_text(encoding="utf-8")
    assert float(re.search(r"ROLES_FROM = ([\d.]+)", script)[1]) == svg_export.ROLES_FROM  # type: ignore[index]


def test_a_mark_nobody_drew_is_refused():
    with pytest.raises(KeyError):
        svg_export.symbol("star", 4)
