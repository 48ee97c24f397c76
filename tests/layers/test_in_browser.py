"""The map in real Chromium: nothing leaves the host, and the Plotly internals the page touches are as expected.

Pinned for plotly.js 4.1.1: `gd.calcdata[k][0].node3` is the group of a trace; path i of a
choropleth is ``locations[i]``; `gd._fullLayout.geo._subplot.projection.scale()` gives the scale;
`style.visibility` and `style.fill` survive pan and zoom; arrowheads keep their angle.
"""

from __future__ import annotations

import csv
import itertools
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from geodata.values import Nature
from layers.context import ContextSpec
from layers.corridors import CorridorSpec
from layers.counties import COUNTY_ORDER, CountySpec
from layers.figure import MapFigureSpec, config, map_figure
from layers.labels import county_label
from layers.patterns import pattern_defs

ROOT = Path(__file__).resolve().parents[2]
BUNDLE = ROOT / "assets/node_modules/plotly.js-geo-dist-min/plotly-geo.min.js"
EDITION = ROOT / "geodata/data/boundaries"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not BUNDLE.exists(), reason="the geo bundle is not installed (make setup needs npm)"),
]

PAGE = """<!doctype html><meta charset=utf8><style>body{margin:0}#m{width:100vw;height:100vh}</style>
<svg width=0 height=0 style="position:absolute"><defs>%s</defs></svg><div id=m></div>
<script>window.PlotlyGeoAssets={topojson:{}}</script><script src="/plotly.js"></script><script>
const F=%s, gd=document.getElementById('m'), errors=[];
const group=n=>gd.calcdata.find(c=>c[0].trace.index===F.layout.meta.traces[n])[0].node3;
const paths=n=>[...group(n).node().querySelectorAll('path.choroplethlocation, path.point')];
const pxPerDegree=()=>gd._fullLayout.geo._subplot.projection.scale()*Math.PI/180;
function toggle(){for(const n of F.layout.meta.scaled){const t=gd._fullData[F.layout.meta.traces[n]];
 if(t.visible!==true)continue;
 group(n).selectAll(n.endsWith('labels')?'text':'path.point').each(function(d){
  const on=pxPerDegree()>=t.customdata[d.i][1];this.style.visibility=on!==(n==='roles-folded')?'visible':'hidden'})}}
Plotly.newPlot(gd,F.data,F.layout,%s).then(()=>{toggle();gd.on('plotly_afterplot',toggle);window.READY=1})
</script>"""


def anchors() -> dict[str, tuple[str, float, float]]:
    with (EDITION / "anchors.csv").open(encoding="utf-8") as stream:
        points = {row["pcode"]: (float(row["lon"]), float(row["lat"])) for row in csv.DictReader(stream)}
    with (ROOT / "geodata/data/evidence/counties.csv").open(encoding="utf-8") as stream:
        return {row["pcode"]: (row["name"], *points[row["pcode"]]) for row in csv.DictReader(stream)}


@pytest.fixture
def spec(legs: pd.DataFrame, places: pd.DataFrame) -> MapFigureSpec:
    index = json.loads((EDITION / "prepared/index.json").read_text())["roles"]
    near = index["context-near"]["file"]
    features = json.loads((EDITION / "prepared" / near).read_text())["features"]
    ids = {kind: [f["id"] for f in features if f["properties"]["kind"] == kind] for kind in ("country", "lake")}
    known = anchors()
    roles = [(p, r, "A", False, *known[p][1:]) for p in COUNTY_ORDER for r in ("source", "transit", "destination")]
    return MapFigureSpec(
        CountySpec(f"/geometry/{index['counties-mid']['file']}", "n" * 46 + "0", Nature.TRAFFICKING, 1),
        ContextSpec(f"/geometry/{near}", ids["country"], ids["lake"]),
        CorridorSpec(legs, 2026),
        places,
        pd.DataFrame(roles, columns=["pcode", "role", "grade", "smuggling_only", "lon", "lat"]),
        tuple(county_label(p, known[p][0], known[p][1:]) for p in COUNTY_ORDER),
    )


def open_map(chromium: Any, spec: MapFigureSpec, size: tuple[int, int]) -> tuple[Any, list[str], list[str]]:
    figure = map_figure(spec)
    body = PAGE % (pattern_defs(), json.dumps(figure), json.dumps(config()))
    page = chromium.new_page(viewport={"width": size[0], "height": size[1]})
    strays: list[str] = []
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)

    def serve(route: Any) -> None:
        path = route.request.url.removeprefix("http://map.test")
        if path == "/":
            route.fulfill(body=body, content_type="text/html")
        elif path == "/plotly.js":
            route.fulfill(path=BUNDLE, content_type="text/javascript")
        elif path.startswith("/geometry/") and (EDITION / "prepared" / path[10:]).is_file():
            route.fulfill(path=EDITION / "prepared" / path[10:], content_type="application/json")
        else:
            strays.append(path)
            route.abort()

    page.route("**/*", serve)
    page.goto("http://map.test/")
    page.wait_for_function("window.READY")
    return page, strays, errors


VISIBLE_TEXTS = """() => [...group('county-labels').node().querySelectorAll('text')]
 .filter(t => t.style.visibility !== 'hidden' && t.textContent)
 .map(t => {const r = t.getBoundingClientRect(); return [t.textContent, r.left, r.top, r.right, r.bottom]})"""


@pytest.mark.parametrize("size", [(1280, 800), (390, 560)])
def test_nothing_leaves_the_host_and_drawn_texts_do_not_overlap(
    chromium: Any, spec: MapFigureSpec, size: tuple[int, int]
):
    page, strays, errors = open_map(chromium, spec, size)
    texts = page.evaluate(VISIBLE_TEXTS)
    assert len(texts) >= 10
    for one, other in itertools.combinations(texts, 2):
        wide = min(one[3], other[3]) - max(one[1], other[1])
        high = min(one[4], other[4]) - max(one[2], other[2])
        # Line boxes are taller than letters: two pixels of leading may touch.
        assert wide <= 1 or high <= 4, (one, other)
    page.evaluate("Plotly.relayout(gd, {'geo.projection.scale': 12})")
    page.wait_for_function("pxPerDegree() > 400")
    assert len({text[0] for text in page.evaluate(VISIBLE_TEXTS)}) == 47
    assert (strays, errors) == ([], [])
    page.close()


def test_path_i_is_county_i_and_a_filled_path_stays_filled(chromium: Any, spec: MapFigureSpec):
    page, strays, _ = open_map(chromium, spec, (900, 700))
    drawn = page.evaluate("paths('counties').map(p=>p.__data__.loc)")
    assert drawn == list(COUNTY_ORDER)
    name, lon, lat = anchors()["KE011"]
    inside = page.evaluate(
        """([lon, lat]) => {const [x, y] = gd._fullLayout.geo._subplot.projection([lon, lat]);
        const path = paths('counties')[10];
        path.style.fill = 'url(#njia-hatch)';
        const point = document.createElementNS('http://www.w3.org/2000/svg', 'svg').createSVGPoint();
        point.x = x; point.y = y; return path.isPointInFill(point)}""",
        [lon, lat],
    )
    assert inside, name
    page.evaluate("Plotly.relayout(gd, {'geo.projection.scale': 2})")
    fill = page.evaluate("paths('counties')[10].style.fill")
    assert "njia-hatch" in fill, "choropleth paths are no longer kept on zoom: re-apply fills after plotly_afterplot"
    assert strays == []
    page.close()


def test_arrowheads_keep_their_direction_when_zoomed(chromium: Any, spec: MapFigureSpec):
    page, _, _ = open_map(chromium, spec, (900, 700))
    shapes = "paths('corridor-arrows').map(p=>p.getAttribute('d'))"
    before = page.evaluate(shapes)
    assert len(set(before)) >= 4
    page.evaluate("Plotly.relayout(gd, {'geo.projection.scale': 3})")
    assert page.evaluate(shapes) == before
    page.close()
