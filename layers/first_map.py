"""The map of the first paint: one inline SVG that is whole before a script arrives, and the inset of the centre.

The frame is that of the interactive map (`layers.figure.EXTENTS`): Kenya's window fills the ``viewBox``, and what lies
around it is drawn beyond the box, so that a window of any shape shows as much more as it has room, without a script and
without a jump when Plotly takes over. Lines keep their width at every size (``non-scaling-stroke``). Marks and names
are written twice, for a wide screen and for a phone, each at the scale at which it will be read; the style sheet shows
one. Counties are written once; the inset uses the same shapes, so that a new colour shows in both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate, pairwise
from typing import Any

import shapely

from layers.corridors import HIT_PX
from layers.minimap import overlay_id
from layers.projection import MapProjection, mercator_y
from layers.specs import Extent
from layers.svg_export import in_span, line_parts, line_svg, marks_svg, texts_svg
from layers.theme import INK, INK_SECOND, LAND, LAND_LINE, SELECTED, WATER, WATER_LINE, WHITE

HEIGHT = 620.0
"""Height of the box in its own units: about the pixels of the map on a screen of 1280 × 800."""
PHONE_SHARE = 0.6625
"""A phone shows the box at this share of its size, whatever its window; its marks and names are laid out for that."""
AROUND = (460.0, 150.0)
"""Units drawn beside the box, and above and below it: room for windows two and a half times as wide as high."""
CENTRE = Extent(36.15, -1.72, 38.3, 0.12)
"""The crowded centre that the inset magnifies."""
GRID = 0.5
"""Units of one step: paths of counties, borders and ways are whole numbers of steps, about half a pixel."""
STRAIGHT = 0.6
"""Units by which a way may be drawn beside itself: less than its thinnest line is wide."""
INSET_WIDTH = 220.0
ON_INSET = frozenset({"place-labels", "pills", "emblems", "county-labels", "leaders", "countries"})
_MOVES = re.compile(r"M([^lMz]*)l([^Mz]*)")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
_PLACED = re.compile(r'(?:(?<=[ML,(])|(?<= [xy]="))-?\d{2,}\.\d+')
"""Where marks and names stand, and not how they are shaped."""
BELOW = 12.0
"""Units from the label point of a county down to the letters on it: its name stands above the point."""
STEPS = f'transform="scale({GRID:g})"'
HAIR = 'vector-effect="non-scaling-stroke"'


@dataclass(frozen=True, slots=True)
class CountyShape:
    """One county to draw: P-code, path in steps of `GRID`, fill, address, name for the ear, letters on it.

    over: name of an overlay of `layers.minimap` over the fill, "" for none. edged: outlined, not to be missed.
    """

    pcode: str
    path: str
    fill: str
    href: str
    words: str
    mark: str = ""
    at: tuple[float, float] = (0.0, 0.0)
    over: str = ""
    edged: bool = False


@dataclass(frozen=True, slots=True)
class Around:
    """What lies around the counties, as paths: land and lakes in units of the box, lines in steps of `GRID`."""

    land: str
    lakes: str
    border: str
    ilemi: str


@dataclass(frozen=True, slots=True)
class WayLink:
    """A stretch of corridors as a link. line: (lon, lat); href: the view with the corridor chosen; words: its tip."""

    line: tuple[tuple[float, float], ...]
    href: str
    words: str


def frame(window: Extent, height: float = HEIGHT) -> MapProjection:
    """Return the projection of a window into a box of a given height, in which the window just fits."""
    scale = height / (mercator_y(window.north) - mercator_y(window.south))
    width = (window.east - window.west) * scale
    return MapProjection(window.west, mercator_y(window.north), scale, width, height)


@dataclass(frozen=True, slots=True)
class FirstMapSpec:
    """What stands on the map beside a figure.

    window: what the box shows. label: the map's name for the ear. ways: stretches of corridors to click; they are for
    the hand alone, who walks by keyboard has the list of corridors.
    """

    counties: Sequence[CountyShape]
    around: Around
    window: Extent
    label: str
    ways: Sequence[WayLink] = ()


def first_map(figure: Mapping[str, Any], spec: FirstMapSpec) -> str:
    """Return the SVG of a figure of `layers.figure.map_figure`."""
    counties, around, window = spec.counties, spec.around, spec.window
    box = frame(window)
    w, h = round(box.width, 1), round(box.height, 1)
    chosen = {code for trace in figure["data"] if trace["name"] == "selected" for code in trace["locations"]}
    return (
        f'<svg class="first-map" viewBox="0 0 {w:g} {h:g}" preserveAspectRatio="xMidYMid meet" role="group" '
        f'aria-label="{escape(spec.label)}">'
        f'<g stroke-linejoin="round"><path d="{around.land}" fill="{LAND}" stroke="{LAND_LINE}" {HAIR}/>'
        f'<g stroke="{WHITE}" {STEPS}>{"".join(map(_county, counties))}</g>'
        f'<path d="{around.lakes}" fill="{WATER}" stroke="{WATER_LINE}" stroke-width=".6" {HAIR}/>'
        f'<g {STEPS}><path d="{around.border}" fill="none" stroke="{INK}" stroke-width="1.5" {HAIR}/>'
        f'<path d="{around.ilemi}" fill="none" stroke="{INK_SECOND}" stroke-dasharray="4 3" {HAIR}/>'
        f"{''.join(_outlined(county) for county in counties if county.edged or county.pcode in chosen)}</g></g>"
        f'<g class="ways" aria-hidden="true">{"".join(_ways(figure, box))}</g>'
        f"{_hits(spec.ways, box)}{_marks_at(figure, counties, box, 'wide', window)}"
        f"{_marks_at(figure, counties, box, 'narrow', window)}</svg>"
    )


def inset(figure: Mapping[str, Any], counties: Sequence[CountyShape], window: Extent, label: str) -> str:
    """Return the magnified centre; the counties are those of `first_map`, which must stand on the same page."""
    main = frame(window)
    scale = INSET_WIDTH / (CENTRE.east - CENTRE.west)
    high = (mercator_y(CENTRE.north) - mercator_y(CENTRE.south)) * scale
    place = MapProjection(CENTRE.west, mercator_y(CENTRE.north), scale, INSET_WIDTH, high)
    times = scale / main.scale
    x, y = main.point(CENTRE.west, CENTRE.north)
    width, height = INSET_WIDTH / times, high / times
    box = (x / GRID, y / GRID, (x + width) / GRID, (y + height) / GRID)
    seen = (county for county in counties if _meets(county.path, box))
    uses = "".join(f'<use href="#c-{county.pcode}"/>' for county in seen)
    traces = [trace for trace in figure["data"] if trace["type"] == "scattergeo"]
    lines = "".join(
        path for trace in traces if trace["name"].startswith("corridor-") and trace["mode"] == "lines"
        for path in line_svg(trace, place)
    )  # fmt: skip
    texts = "".join(text for trace in traces if trace["name"] in ON_INSET for text in texts_svg(trace, place))
    return (
        f'<svg class="inset" viewBox="0 0 {INSET_WIDTH:g} {high:.0f}" role="img" aria-label="{escape(label)}">'
        f'<rect width="100%" height="100%" fill="{LAND}"/>'
        f'<g transform="scale({times:.3f}) translate({-x:g} {-y:g}) scale({GRID:g})" stroke="{WHITE}" '
        f'stroke-width=".6">{uses}</g>'
        f'<g aria-hidden="true">{lines}{texts}</g></svg>'
    )


def _meets(path: str, box: tuple[float, float, float, float]) -> bool:
    """Say whether the box around a path of relative moves (`geodata.boundaries.svg`) meets a box: x, y, x, y."""
    xs: list[float] = []
    ys: list[float] = []
    for start, moves in _MOVES.findall(path):
        numbers = [float(number) for number in _NUMBER.findall(start + " " + moves)]
        xs += accumulate(numbers[::2])
        ys += accumulate(numbers[1::2])
    return min(xs) <= box[2] and max(xs) >= box[0] and min(ys) <= box[3] and max(ys) >= box[1]


def _county(county: CountyShape) -> str:
    over = f'<path d="{county.path}" fill="url(#{overlay_id(county.over)})" stroke="none"/>' if county.over else ""
    return (
        f'<a href="{escape(county.href)}" data-county-link="{county.pcode}" aria-label="{escape(county.words)}">'
        f'<path id="c-{county.pcode}" data-pcode="{county.pcode}" d="{county.path}" {HAIR} '
        f'style="fill:{county.fill}"/>{over}</a>'
    )


def _outlined(county: CountyShape) -> str:
    return f'<path d="{county.path}" fill="none" stroke="{SELECTED}" stroke-width="2.5" {HAIR}/>'


def _ways(figure: Mapping[str, Any], box: MapProjection) -> Iterator[str]:
    """Yield the corridors. Several lines lie on one road (casing, ink, core): they are the same text, and pack well."""
    wide, (left, up) = _widened(box)
    look = 'fill="none" stroke-linejoin="round" stroke-linecap="round"'
    yield f'<g transform="translate({-left:g} {-up:g}) scale({GRID:g})" {look}>'
    for trace in figure["data"]:
        if not trace["name"].startswith("corridor-") or trace["name"] == "corridor-hit" or "line" not in trace:
            continue
        parts = line_parts(trace["lon"], trace["lat"], wide)
        if not parts or not in_span(trace, box):
            continue
        line, shift = trace["line"], trace.get("meta", {}).get("shift")
        style = f'stroke="{line["color"]}" stroke-width="{line["width"]:g}" {HAIR}'
        if "dash" in line:
            style += f' stroke-dasharray="{line["dash"].replace("px", "")}" stroke-linecap="butt"'
        if trace.get("opacity", 1) < 1:
            style += f' opacity="{trace["opacity"]}"'
        if shift:
            style += f' transform="translate({shift[0] / GRID:g} {shift[1] / GRID:g})"'
        drawn = "".join(relative_line(seen) for part in parts for seen in _within(part, wide))
        yield f'<path d="{drawn}" {style}/>'
    yield "</g>"


def trace_lines(trace: Mapping[str, Any]) -> list[tuple[tuple[float, float], ...]]:
    """Return the lines of a trace, parted at None, as (lon, lat) pairs."""
    lines: list[list[tuple[float, float]]] = [[]]
    for lon, lat in zip(trace["lon"], trace["lat"], strict=True):
        if lon is None or lat is None:
            lines.append([])
        else:
            lines[-1].append((lon, lat))
    return [tuple(line) for line in lines if line]


def _hits(ways: Sequence[WayLink], box: MapProjection) -> str:
    """Return unseen lines as wide as a finger's aim, each a link with its words as a tip."""
    if not ways:
        return ""
    wide, (left, up) = _widened(box)
    drawn = ((way, [wide.point(*point) for point in way.line]) for way in ways)
    links = "".join(
        f'<a href="{escape(way.href)}" tabindex="-1"><title>{escape(way.words)}</title>'
        f'<path d="{"".join(map(relative_line, seen))}" {HAIR}/></a>'
        for way, points in drawn
        if (seen := _within(points, wide))
    )
    look = f'fill="none" stroke="{INK}" stroke-opacity="0" stroke-width="{HIT_PX}" pointer-events="stroke"'
    place = f"translate({-left:g} {-up:g}) scale({GRID:g})"
    return f'<g class="hits" aria-hidden="true" transform="{place}" {look}>{links}</g>'


def _within(points: list[tuple[float, float]], box: MapProjection) -> list[list[tuple[float, float]]]:
    """Return the parts of a line that lie on a drawing; the rest of a long flight would be bytes that nobody sees."""
    if all(0 <= x <= box.width and 0 <= y <= box.height for x, y in points):
        return [points]
    seen = shapely.get_parts(shapely.clip_by_rect(shapely.LineString(points), 0, 0, box.width, box.height))
    return [shapely.get_coordinates(part).tolist() for part in seen]


def relative_line(points: Sequence[tuple[float, float]]) -> str:
    """Return a line as relative moves in steps of `GRID`, without the points it passes within `STRAIGHT` anyway."""
    if len(points) > 2:
        points = shapely.get_coordinates(shapely.LineString(points).simplify(STRAIGHT)).tolist()
    steps = [(round(x / GRID), round(y / GRID)) for x, y in points]
    moves = [(bx - ax, by - ay) for (ax, ay), (bx, by) in pairwise(steps) if (bx, by) != (ax, ay)]
    if not moves:
        return ""
    return f"M{steps[0][0]} {steps[0][1]}l" + " ".join(f"{x} {y}" for x, y in moves).replace(" -", "-")


def _widened(place: MapProjection) -> tuple[MapProjection, tuple[float, float]]:
    """Return a projection of the same scale with room on every side, and that room in its units."""
    times = place.height / HEIGHT
    left, up = (round(AROUND[0] * times), round(AROUND[1] * times))
    west, top = place.west - left / place.scale, place.top + up / place.scale
    return MapProjection(west, top, place.scale, place.width + 2 * left, place.height + 2 * up), (left, up)


def _marks_at(
    figure: Mapping[str, Any], counties: Sequence[CountyShape], box: MapProjection, size: str, window: Extent
) -> str:
    """Return marks and names laid out at the scale of one size of screen, brought to the units of the box."""
    place = box if size == "wide" else frame(window, HEIGHT * PHONE_SHARE)
    wide, (left, up) = _widened(place)
    times = box.scale / place.scale
    traces = [trace for trace in figure["data"] if trace["type"] == "scattergeo"]
    parts = [
        f'<text class="zero" x="{left + county.at[0] / times:.0f}" y="{up + county.at[1] / times + BELOW:.0f}">'
        f"{escape(county.mark)}</text>"
        for county in counties
        if county.mark
    ]
    parts += [path for trace in traces if trace["name"] == "leader-lines" for path in line_svg(trace, wide)]
    for trace in traces:
        if trace["mode"] != "lines":
            parts += [*marks_svg(trace, wide), *texts_svg(trace, wide)]
    placed = _PLACED.sub(lambda number: f"{float(number[0]):.0f}", "".join(parts))
    return (
        f'<g class="{size}" aria-hidden="true" transform="scale({times:.3f}) translate({-left:g} {-up:g})">{placed}</g>'
    )
