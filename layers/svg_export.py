"""A map figure on paper: the same traces that the browser gives to Plotly, as one SVG that stands alone.

Slides, PDF, pictures, the briefing mode and the folder on a stick need the map without a browser and
without a network. So that screen and paper cannot disagree, nothing is composed here: `map_figure`'s
dictionary comes in, its areas, lines, marks and texts go out, with the same rule on which label may
be seen at which scale. Units are pixels of the picture (96 to the inch); y runs down.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

from layers.labels import CHAR_WIDTH, PILL_PAD_PX
from layers.minimap import overlay_defs, overlay_id
from layers.patterns import pattern_defs
from layers.projection import MapProjection, fitted
from layers.specs import Extent
from layers.text_width import ems
from layers.theme import CODES, FONT, INK, LAND, LAND_LINE, LOOKS, PAPER, WATER, WHITE

Shapes = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Address of a geometry file → feature id → GeoJSON geometry, lon/lat in degrees."""
LINE_STEP = 1.2
"""Lines of a label, in heights of its letters."""
NEAR_PX = 40.0
"""Lines and areas this near the page are kept: their ends may be seen."""
NAME_EDGE_PX = 8.0
"""Room between a name and the edge of the paper."""
MARK_BELOW = 14.0
"""Pixels from the point of a county's name to the letters that another question than the figure's puts there."""
MARK_PX = 10
"""Height of those letters."""
CLEAR = "rgba(0,0,0,0)"
PILLS = {"pills": (WHITE, INK), "emblems": (INK, WHITE)}
"""Texts that stand in a pill: its fill and its edge."""
HALO = f' stroke="{PAPER}" stroke-width="3" stroke-opacity=".9" stroke-linejoin="round" paint-order="stroke"'
PHONE_PX = 650
"""Width of a window in px up to which the names of a picture with `PageSpec.larger` grow."""
ROLES_FROM = 26.0
"""Pixels per degree below which Kenya is too small for marks of roles; the browser's figure (assets/js/map.js)."""


@dataclass(frozen=True, slots=True)
class CountyPaint:
    """How a county is filled instead of by the figure: colour or ``url(#njia-…)`` of a pattern, and its words.

    over: name of an overlay of `layers.minimap` over the fill. mark: letters on it, at a point in lon/lat.
    """

    fill: str
    words: str
    over: str = ""
    mark: str = ""
    at: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class PageSpec:
    """What the paper adds to a figure: size in px, title and description, words per county (id → text).

    `figures` gives each county the id of its figure and its value, as ``data-figure`` and ``data-value``.
    `hidden` counties are left out by a filter and drawn as plain land; `filled` False draws every county as paper,
    for a map that is about corridors. `uid` keeps pattern names apart
    when several maps stand on one page. `paints` fill the counties where another question than the figure's is shown.
    """

    width: int
    height: int
    title: str
    desc: str
    words: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    uid: str = "njia"
    filled: bool = True
    paints: Mapping[str, CountyPaint] = field(default_factory=dict)
    larger: float = 1.0


@dataclass(frozen=True, slots=True)
class _Phone:
    """The map of a page where its names are larger.

    seen: its scale measured in those letters. taken: the boxes (left, top, right, bottom in px) of the names kept.
    """

    page: PageSpec
    seen: MapProjection
    taken: list[tuple[float, float, float, float]] = field(default_factory=list)

    def drawn(self, svg: str, at: tuple[float, float], *, kept: bool) -> str:
        """Return a name that grows around its point, or one that is left out."""
        uid = self.page.uid
        if not kept:
            return f'<g class="{uid}-wide">{svg}</g>'
        return f'<g class="{uid}-grows" transform-origin="{at[0]:.1f} {at[1]:.1f}">{svg}</g>'

    def take(self, lines: Sequence[str], at: tuple[float, float], size: float, side: int) -> bool:
        """Keep the room of a name that stays on the page; side: 1 right of its point, -1 left, 0 above it."""
        wide, high = (self.page.larger * size * n for n in (max(map(ems, lines)), len(lines) * LINE_STEP))
        left, below = at[0] - wide * (1 - side) / 2, high / 2 if side else 0
        box = (left, at[1] + below - high, left + wide, at[1] + below)
        edge = NAME_EDGE_PX
        if min(box[:2]) < edge or box[2] > self.page.width - edge or box[3] > self.page.height:
            return False
        self.taken.append(box)
        return True

    def is_free(self, at: tuple[float, float], half: float) -> bool:
        """Say whether no name that is kept lies within `half` px of a point."""
        return not any(
            left - half < at[0] < right + half and top - half < at[1] < bottom + half
            for left, top, right, bottom in self.taken
        )


def figure_svg(figure: Mapping[str, Any], shapes: Shapes, seen: Extent, page: PageSpec) -> str:
    """Return the SVG document of a figure of `map_figure`; areas below lines below marks and texts."""
    projection = _with_whole_names(figure, seen, (page.width, page.height))
    small = replace(projection, scale=projection.scale / page.larger)
    phone = _Phone(page, small) if page.larger > 1 else None
    areas: list[str] = []
    lines: list[str] = []
    points: list[str] = []
    for trace in figure["data"]:
        if trace["type"] == "choropleth":
            areas += _areas(trace, shapes, projection, page)
        elif trace["mode"] == "lines":
            drawn = line_svg(trace, projection)
            gone = phone and not in_span(trace, phone.seen)
            lines += (phone.drawn(line, (0, 0), kept=False) for line in drawn) if phone and gone else drawn
        else:
            points += [*marks_svg(trace, projection), *texts_svg(trace, projection, phone)]
    points += _paint_marks(page, projection, phone)
    w, h, uid = page.width, page.height, page.uid
    defs = pattern_defs().replace('id="njia-', f'id="{uid}-')
    if any(paint.over for paint in page.paints.values()):
        defs += overlay_defs(uid)
    if phone:
        rules = f".{uid}-wide{{display:none}}.{uid}-grows{{transform:scale({page.larger:g})}}"
        defs += f"<style>@media screen and (max-width:{PHONE_PX}px){{{rules}}}</style>"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" '
        f'aria-labelledby="{uid}-title {uid}-desc" font-family="{escape(FONT)}">'
        f'<title id="{uid}-title">{escape(page.title)}</title><desc id="{uid}-desc">{escape(page.desc)}</desc>'
        f'<defs>{defs}<clipPath id="{uid}-sheet"><rect width="{w}" height="{h}"/></clipPath></defs>'
        f'<rect width="{w}" height="{h}" fill="{WATER}"/><g clip-path="url(#{uid}-sheet)">'
        f"{''.join(areas)}{''.join(lines)}{''.join(points)}</g></svg>"
    )


def _with_whole_names(figure: Mapping[str, Any], seen: Extent, size: tuple[int, int]) -> MapProjection:
    """Fit the window to the paper; more of the west is shown where names beside their counties would be cut."""
    west, south, east, north = seen.degrees
    names = [trace for trace in figure["data"] if trace["name"] == "leaders"]
    for _ in range(4):
        projection = fitted((west, south, east, north), (0, 0, *size))
        cut = max((_cut_off(trace, projection) for trace in names), default=0.0)
        if cut <= 0:
            break
        # What is wider than its window moves by half of what the window grows.
        moved = 2 if projection.width / projection.scale > east - west + 0.01 else 1
        west -= moved * cut / projection.scale
    return projection


def _cut_off(trace: Mapping[str, Any], projection: MapProjection) -> float:
    """Return by how many pixels the longest name that ends at its point begins left of the paper."""
    size = trace["textfont"]["size"]
    starts = [
        projection.point(lon, lat)[0] - len(text) * CHAR_WIDTH * float(_each(size, i))
        for i, (lon, lat, text) in enumerate(zip(trace["lon"], trace["lat"], trace["text"], strict=False))
        if lon is not None and _seen(trace, i, projection) and projection.sees([projection.point(lon, lat)], 0)
    ]
    return NAME_EDGE_PX - min(starts, default=NAME_EDGE_PX)


def _areas(trace: Mapping[str, Any], shapes: Shapes, projection: MapProjection, page: PageSpec) -> Iterator[str]:
    if not trace.get("visible", True):
        return
    known = shapes[trace["geojson"]]
    line = trace["marker"]["line"]
    counties = trace["name"] == "counties"
    stroke = f'stroke="{line["color"]}" stroke-width="{line["width"]}" stroke-linejoin="round"'
    if counties and not page.filled:
        stroke = f'stroke="{LAND_LINE}" stroke-width="{line["width"]}" stroke-linejoin="round"'
    for place, z in zip(trace["locations"], trace["z"], strict=True):
        path = _outline(known[place], projection) if place in known else ""
        if not path:
            continue
        fill = _fill(trace["colorscale"], int(z), page.uid) if counties else trace["colorscale"][0][1]
        if counties and place in page.hidden:
            fill = LAND
        elif counties and not page.filled:
            fill = PAPER
        paint = page.paints.get(place) if counties else None
        if paint:
            fill = paint.fill.replace("#njia-", f"#{page.uid}-")
        words = paint.words if paint else page.words.get(place, "") if counties else ""
        tooltip = f"<title>{escape(words)}</title>" if words else ""
        name = f' id="{page.uid}-{place}"' if counties else ""
        if counties and place in page.figures:
            figure, value = page.figures[place]
            name += f' data-figure="{escape(figure)}" data-value="{escape(value)}"'
        yield f'<path{name} d="{path}" fill="{"none" if fill == CLEAR else fill}" {stroke}>{tooltip}</path>'
        if paint and paint.over:
            yield f'<path d="{path}" fill="url(#{overlay_id(paint.over, page.uid)})"/>'


def _paint_marks(page: PageSpec, projection: MapProjection, phone: _Phone | None) -> Iterator[str]:
    """Yield the letters on counties whose fill another question decides, below their names."""
    for paint in page.paints.values():
        x, y = projection.point(*paint.at)
        if paint.mark and projection.sees([(x, y)], 4):
            mark = (
                f'<text x="{x:.1f}" y="{y + MARK_BELOW:.1f}" font-size="{MARK_PX}" font-weight="700" fill="{INK}" '
                f'text-anchor="middle"{HALO}>{escape(paint.mark)}</text>'
            )
            if phone:
                at = (x, y + page.larger * (MARK_BELOW - MARK_PX / 3))
                kept = phone.is_free(at, page.larger * MARK_PX / 2) and phone.take(paint.mark, at, MARK_PX, 1)
                mark = phone.drawn(mark, (x, y), kept=kept)
            yield mark


def _fill(scale: Sequence[Sequence[Any]], z: int, uid: str) -> str:
    code = CODES[z]
    pattern = LOOKS[code].pattern if code in LOOKS else ""
    return f"url(#{pattern.replace('njia-', f'{uid}-', 1)})" if pattern else str(scale[2 * z][1])


def _outline(geometry: Mapping[str, Any], projection: MapProjection) -> str:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    rings = [[projection.point(*at[:2]) for at in ring] for polygon in polygons for ring in polygon]
    return "".join(f"M{_d(ring)}Z" for ring in rings if projection.sees(ring, NEAR_PX))


def _d(points: Iterable[tuple[float, float]]) -> str:
    return "L".join(f"{x:g},{y:g}" for x, y in points)


def line_svg(trace: Mapping[str, Any], projection: MapProjection) -> Iterator[str]:
    """Yield the path of a trace of lines, nothing where this scale does not show it."""
    parts = line_parts(trace["lon"], trace["lat"], projection)
    if not parts or "line" not in trace:
        return
    line = trace["line"]
    dash = f' stroke-dasharray="{line["dash"].replace("px", "")}"' if "dash" in line else ""
    if trace.get("opacity", 1) == 0 or not in_span(trace, projection):
        return
    faint = f' opacity="{trace["opacity"]}"' if trace.get("opacity", 1) < 1 else ""
    if "shift" in trace.get("meta", {}):
        x, y = trace["meta"]["shift"]
        faint += f' transform="translate({x:g} {y:g})"'
    yield (
        f'<path d="{"".join(f"M{_d(part)}" for part in parts)}" fill="none" stroke="{line["color"]}" '
        f'stroke-width="{line["width"]:g}" stroke-linejoin="round"{dash}{faint}/>'
    )


def in_span(trace: Mapping[str, Any], projection: MapProjection) -> bool:
    """Say whether the scale lies between the two that a trace names in ``meta``: the browser's rule as well."""
    meta = trace.get("meta", {})
    return float(meta.get("above", 0)) <= projection.scale < float(meta.get("below", math.inf))


def line_parts(
    lon: Sequence[float | None], lat: Sequence[float | None], projection: MapProjection
) -> list[list[tuple[float, float]]]:
    """Return the lines of a trace, parted at None, that touch the page."""
    pairs = zip(lon, lat, strict=True)
    groups = itertools.groupby(pairs, key=lambda at: at[0] is None or at[1] is None)
    parts = [
        [projection.point(x, y) for x, y in group if x is not None and y is not None]
        for gap, group in groups
        if not gap
    ]
    return [part for part in parts if len(part) > 1 and projection.sees(part, NEAR_PX)]


def _seen(trace: Mapping[str, Any], i: int, projection: MapProjection) -> bool:
    """Say whether element i may be seen at this scale: the rule the browser follows (`layers.figure.SCALED`)."""
    if not in_span(trace, projection) or (str(trace["name"]).startswith("role") and projection.scale < ROLES_FROM):
        return False
    data = trace.get("customdata")
    if not data or not isinstance(data[i], list):
        return True
    limit = float(data[i][1])
    return projection.scale < limit if trace["name"] == "roles-folded" else projection.scale >= limit


def _each(value: Any, i: int) -> Any:
    return value[i] if isinstance(value, list | tuple) else value


def marks_svg(trace: Mapping[str, Any], projection: MapProjection) -> Iterator[str]:
    """Yield the marks of a trace that are seen at this scale."""
    marker = trace["marker"]
    if _each(marker.get("opacity", 1), 0) == 0 or "symbol" not in marker:
        return
    line = marker.get("line", {})
    for i, (lon, lat) in enumerate(zip(trace["lon"], trace["lat"], strict=True)):
        if lon is None or lat is None or not _seen(trace, i, projection):
            continue
        angle = float(_each(marker.get("angle", 0), i))
        away, turn = float(_each(marker.get("standoff", 0), i)), math.radians(angle)
        x, y = projection.point(lon, lat)
        x, y = x + away * math.sin(turn), y - away * math.cos(turn)
        if not projection.sees([(x, y)], 10):
            continue
        dash = str(_each(line.get("dash", "solid"), i))
        style = (
            f'fill="{_each(marker.get("color", PAPER), i)}" stroke="{_each(line.get("color", "none"), i)}" '
            f'stroke-width="{_each(line.get("width", 0), i):g}" opacity="{_each(marker.get("opacity", 1), i):g}"'
            + (f' stroke-dasharray="{dash.replace("px", "")}"' if dash != "solid" else "")
        )
        shape = symbol(str(_each(marker["symbol"], i)), float(_each(marker["size"], i)) / 2)
        yield f'<g transform="translate({x:.1f},{y:.1f}) rotate({angle:g})" {style}>{shape}</g>'


def symbol(name: str, r: float) -> str:
    """Return a mark of Plotly's of radius `r` around the origin; raises KeyError for one no layer uses."""
    half, wide, long = r / 2, r * 2 / math.sqrt(3), r * 1.3
    shapes = {
        "circle": f'<circle r="{r:.2f}"/>',
        "circle-dot": f'<circle r="{r:.2f}"/><circle r=".8"/>',
        "triangle-up": f'<path d="M{-wide:.2f},{half:.2f}H{wide:.2f}L0,{-r:.2f}Z"/>',
        "triangle-left": f'<path d="M{half:.2f},{wide:.2f}V{-wide:.2f}L{-r:.2f},0Z"/>',
        "triangle-right": f'<path d="M{-half:.2f},{wide:.2f}V{-wide:.2f}L{r:.2f},0Z"/>',
        "diamond": f'<path d="M{long:.2f},0L0,{long:.2f}L{-long:.2f},0L0,{-long:.2f}Z"/>',
        "line-ew": f'<path d="M{-1.4 * r:.2f},0H{1.4 * r:.2f}"/>',
    }
    return shapes[name]


def texts_svg(trace: Mapping[str, Any], projection: MapProjection, phone: _Phone | None = None) -> Iterator[str]:
    """Yield the texts of a trace that are seen at this scale, the main stops each in its pill."""
    if "text" not in trace:
        return
    font, side = trace["textfont"], {"middle right": 1, "middle left": -1}.get(trace["textposition"], 0)
    for i, text in enumerate(trace["text"]):
        lon, lat = trace["lon"][i], trace["lat"][i]
        if lon is None or not text or not _seen(trace, i, projection):
            continue
        x, y = projection.point(lon, lat)
        size = float(_each(font["size"], i))
        lift = float(_each(trace["marker"]["size"], i)) / 1.6 + 1  # the inverse of layers.labels.label_trace
        lines = str(text).split("<br>")
        first = y + size * 0.34 if side else y - lift - 1 - (len(lines) - 1) * size * LINE_STEP
        at = x + side * lift
        if not projection.sees([(at, first)], 4):
            continue
        rows = "".join(
            f'<tspan x="{at:.1f}" y="{first + n * size * LINE_STEP:.1f}">{escape(line)}</tspan>'
            for n, line in enumerate(lines)
        )
        look, pill = HALO, ""
        if trace["name"] in PILLS:
            pill = _pill(trace["name"], str(text), (at, y), size)
            # Whatever typeface is at hand where the picture is opened, the text fills its pill and stays inside.
            look = f' textLength="{ems(str(text)) * size:.1f}" lengthAdjust="spacingAndGlyphs"'
        drawn = (
            f'{pill}<text font-size="{size:g}" font-weight="{_each(font["weight"], i)}" '
            f'fill="{_each(font["color"], i)}" text-anchor="{("middle", "start", "end")[side]}"{look}>{rows}</text>'
        )
        if phone:
            kept = _seen(trace, i, phone.seen) and phone.take(lines, (x, y), size, side)
            drawn = phone.drawn(drawn, (x, y), kept=kept)
        yield drawn


def _pill(name: str, text: str, at: tuple[float, float], size: float) -> str:
    """Return the pill behind a text that starts at `at` (middle of its left edge)."""
    fill, edge = PILLS[name]
    wide, high = ems(text) * size + 2 * PILL_PAD_PX, size * LINE_STEP + PILL_PAD_PX
    x, y = at[0] - PILL_PAD_PX, at[1] - high / 2
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" rx="{high / 2:.1f}" fill="{fill}" '
        f'stroke="{edge}" stroke-width="1.3"/>'
    )
