"""The corridor network as one SVG picture: land, ribbons along the roads, places, labels that never overlap.

Pure: everything arrives in a `MapSpec`; `draw` gives a `Drawing` whose `svg` needs no script. Ribbons are those of
the map (`layers.ribbons`); weaker evidence than chosen steps back in grey but stays. Lines are drawn between named
stops and are not tracks.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from layers.corridors import cores, heads
from layers.projection import MapProjection, as_wide
from layers.ribbons import Point, Ribbon, smooth
from layers.specs import Extent
from layers.theme import CORE_HUE, COUNTY_LINE, INK, INK_SECOND, INSTEAD, LAND, LAND_LINE, PAPER, WATER, WHITE

VIEWS = {
    "kenya": Extent(32.6, -5.4, 43.2, 5.6),
    "south": Extent(22.0, -28.0, 48.0, 17.0),
    "north": Extent(9.0, -6.0, 60.0, 35.0),
    "all": Extent(8.0, -29.0, 106.0, 37.0),
}
"""Windows a reader may choose: Kenya, Eritrea to South Africa, Libya and the Gulf, everything."""
CHAR, LINE = 0.56, 1.2
SIZE = 12.5
GAP = 4.2
WEAK = 0.45
ARROW_PX = 5.0
DASH = "8 4.5"

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""


@dataclass(frozen=True, slots=True)
class MapSpot:
    """A place: name, position (lon, lat), and whether it is a border crossing or a hub."""

    name: str
    at: Point
    crossing: bool = False
    hub: bool = False
    weight: float = 0.0
    weak: bool = False


@dataclass(frozen=True, slots=True)
class MapSpec:
    """Everything on the picture.

    ribbons: from behind to front; stops: ends of legs, on which no arrowhead stands; land, counties, water: rings;
    border, ilemi: lines; closed: where a what-if shuts a place; bands: lines with a broad band under them.
    """

    view: str
    width: int
    ribbons: tuple[Ribbon, ...]
    spots: tuple[MapSpot, ...]
    label: str
    stops: frozenset[Point] = frozenset()
    land: tuple[tuple[Point, ...], ...] = ()
    counties: tuple[tuple[Point, ...], ...] = ()
    water: tuple[tuple[Point, ...], ...] = ()
    border: tuple[tuple[Point, ...], ...] = ()
    ilemi: tuple[tuple[Point, ...], ...] = ()
    closed: tuple[Point, ...] = ()
    bands: tuple[tuple[Point, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Drawing:
    """The picture, its size, boxes of the labels drawn, names without room, and how many legs lie wholly outside."""

    svg: str
    width: int
    height: int
    boxes: tuple[tuple[str, Box], ...]
    unnamed: tuple[str, ...]
    outside: int


def projection(view: str, width: int) -> MapProjection:
    """Return the projection of a view, as wide as given; raises KeyError for a view that is not in `VIEWS`."""
    return as_wide(VIEWS[view].degrees, width, decimals=None)


def draw(spec: MapSpec) -> Drawing:
    """Return the picture; raises KeyError for a view that is not in `VIEWS`."""
    frame = projection(spec.view, spec.width)
    spots = [(spot, frame.point(*spot.at)) for spot in spec.spots]
    seen = [(spot, at) for spot, at in spots if frame.sees([at], 0)]
    drawn, legs_seen = _ribbons(spec, frame)
    legs = {leg for ribbon in spec.ribbons for leg in ribbon.legs}
    bearings = _bearings(spec, frame)
    labels, boxes, unnamed = _labels(seen, frame)
    wide, high = round(frame.width), round(frame.height)
    head = (
        f'<svg viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" role="img" '
        f'aria-label={quoteattr(spec.label)} xmlns="http://www.w3.org/2000/svg">'
    )
    parts = [
        head,
        f'<rect width="{wide}" height="{high}" fill="{WATER}"/>',
        _area(spec.land, frame, f'fill="{LAND}" stroke="{LAND_LINE}" stroke-width=".8"'),
        _area(spec.counties, frame, f'fill="{PAPER}" stroke="{COUNTY_LINE}" stroke-width=".8"'),
        _area(spec.water, frame, f'fill="{WATER}" stroke="none"'),
        _area(spec.border, frame, f'fill="none" stroke="{INK}" stroke-width="1.3"', closed=False),
        _area(spec.ilemi, frame, f'fill="none" stroke="{INK_SECOND}" stroke-width="1.1" stroke-dasharray="4 3"', False),
        *_bands(spec, frame),
        *drawn,
        *(_mark(spot, at, bearings.get(rounded(spot.at), 0.0)) for spot, at in seen),
        *(_cross(frame.point(*point)) for point in spec.closed),
        *labels,
        "</svg>",
    ]
    return Drawing("".join(parts), wide, high, boxes, unnamed, len(legs - legs_seen))


def rounded(point: Point) -> Point:
    """Return a position as ribbons have it, to three decimals."""
    return round(point[0], 3), round(point[1], 3)


def _area(rings: Iterable[Sequence[Point]], frame: MapProjection, style: str, closed: bool = True) -> str:
    paths = []
    for ring in rings:
        points = [frame.point(*point) for point in ring]
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        if max(xs) < 0 or min(xs) > frame.width or max(ys) < 0 or min(ys) > frame.height:
            continue
        kept = [points[0]]
        for point in points[1:]:
            if abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= 0.9:
                kept.append(point)
        if len(kept) > (2 if closed else 1):
            paths.append("M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in kept) + ("Z" if closed else ""))
    return f'<path d="{"".join(paths)}" {style}/>' if paths else ""


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _ribbons(spec: MapSpec, frame: MapProjection) -> tuple[list[str], set[str]]:
    """Return casing, line, cores and arrowheads from behind to front, and the legs that are at least partly inside."""
    parts: list[str] = []
    arrows: list[str] = []
    seen: set[str] = set()
    for front in (False, True):
        layer = [ribbon for ribbon in spec.ribbons if ribbon.look.forward == front]
        curves = [(ribbon, [frame.point(*point) for point in smooth(ribbon.line)]) for ribbon in layer]
        inside = [(ribbon, _path(curve)) for ribbon, curve in curves if frame.sees(curve, 20)]
        seen.update(leg for ribbon, _ in inside for leg in ribbon.legs)
        parts += [_stroke(path, INK, ribbon.look.edge, 1) for ribbon, path in inside if ribbon.look.edged]
        parts += [_stroke(path, WHITE, ribbon.look.casing, 0.9) for ribbon, path in inside]
        for ribbon, path in inside:
            look, dash = ribbon.look, f' stroke-dasharray="{DASH}"' if ribbon.look.dashed else ""
            parts.append(_stroke(path, look.colour, look.width, look.opacity, dash))
            for hue, width, (right, down) in cores(look):
                shift = f' transform="translate({right:g} {down:g})"' if (right, down) != (0.0, 0.0) else ""
                parts.append(_stroke(path, hue, width, look.opacity, dash + shift))
            arrows += _heads(ribbon, spec.stops, frame) if front else []
    return [*parts, *arrows], seen


def _path(curve: Sequence[Point]) -> str:
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in curve)


def _heads(ribbon: Ribbon, stops: frozenset[Point], frame: MapProjection) -> list[str]:
    """Return the arrowheads of a ribbon for which there is room at this scale."""
    size = (ribbon.look.width + ARROW_PX) / 2
    shape = f"M0 {_n(-size)}L{_n(size * 0.9)} {_n(size * 0.7)}H{_n(-size * 0.9)}Z"
    parts = []
    for at, angle, seen_from in heads(ribbon, stops):
        x, y = frame.point(*at)
        if seen_from <= frame.scale and frame.sees([(x, y)], 0):
            turn = f'transform="translate({_n(x)} {_n(y)}) rotate({angle:.0f})"'
            faint = f' opacity="{ribbon.look.opacity:g}"' if ribbon.look.opacity < 1 else ""
            parts.append(f'<path d="{shape}" {turn} fill="{WHITE}" stroke="{INK}" stroke-width="1.2"{faint}/>')
    return parts


def hue_of(nature: str) -> tuple[str, ...]:
    """Return the core or cores of a nature; none for unclear."""
    by_name = {key.value: value for key, value in CORE_HUE.items()}
    return tuple(by_name.values()) if nature == "mixed" else (by_name[nature],) if nature in by_name else ()


def _stroke(path: str, colour: str, width: float, opacity: float = 1.0, more: str = "") -> str:
    look = (f' opacity="{opacity:g}"' if opacity < 1 else "") + more
    return f'<path d="{path}" stroke="{colour}" stroke-width="{width:.2g}" fill="none" stroke-linejoin="round"{look}/>'


def _bearings(spec: MapSpec, frame: MapProjection) -> dict[Point, float]:
    """Return for each place the direction (radians) of a line there, so that a crossing's bar lies across."""
    widths: dict[Point, float] = {}
    for ribbon in spec.ribbons:
        for start, end in pairwise(ribbon.line):
            a, b = frame.point(*start), frame.point(*end)
            if math.dist(a, b) > 1:
                for here in (start, end):
                    widths.setdefault(here, math.atan2(b[1] - a[1], b[0] - a[0]))
    return widths


def _mark(spot: MapSpot, at: Point, bearing: float) -> str:
    x, y = _n(at[0]), _n(at[1])
    faint = f' opacity="{WEAK}"' if spot.weak else ""
    if spot.crossing:
        turn = math.degrees(bearing)
        return (
            f'<rect x="-1.7" y="-6" width="3.4" height="12" rx="1" fill="{INK}" stroke="{WHITE}" stroke-width="1" '
            f'transform="translate({x} {y}) rotate({turn:.0f})"{faint}/>'
        )
    size = 4.2 if spot.hub else 2.9
    return f'<circle cx="{x}" cy="{y}" r="{size}" fill="{WHITE}" stroke="{INK}" stroke-width="1.5"{faint}/>'


def _bands(spec: MapSpec, frame: MapProjection) -> list[str]:
    curves = ([frame.point(*point) for point in smooth(line)] for line in spec.bands)
    return [_stroke(_path(curve), INSTEAD, 13, 1.0) for curve in curves if frame.sees(curve, 20)]


def _cross(at: Point) -> str:
    way = "M-7 -7L7 7M-7 7L7 -7"
    place = f'transform="translate({_n(at[0])} {_n(at[1])})"'
    under = f'<path d="{way}" {place} stroke="{WHITE}" stroke-width="6"/>'
    return under + f'<path d="{way}" {place} stroke="{INK}" stroke-width="3"/>'


def _labels(
    seen: Sequence[tuple[MapSpot, Point]], frame: MapProjection
) -> tuple[list[str], tuple[tuple[str, Box], ...], tuple[str, ...]]:
    """Place names by weight at the first of eight spots where nothing is; what finds none is returned."""
    marks = [(at[0] - 5, at[1] - 5, at[0] + 5, at[1] + 5) for _, at in seen]
    taken: list[Box] = []
    texts, boxes, unnamed = [], [], []
    for i in sorted(range(len(seen)), key=lambda k: (-seen[k][0].weight, seen[k][0].name)):
        spot, at = seen[i]
        width, height = len(spot.name) * CHAR * SIZE + 2, SIZE * LINE
        others = marks[:i] + marks[i + 1 :]
        for box in _spots_for(at, width, height):
            inside = box[0] >= 1 and box[1] >= 1 and box[2] <= frame.width - 1 and box[3] <= frame.height - 1
            if inside and not any(_overlap(box, other) for other in (*taken, *others)):
                taken.append(box)
                boxes.append((spot.name, box))
                faint = ' opacity=".55"' if spot.weak else ""
                bold = ' font-weight="600"' if spot.hub or spot.crossing else ""
                texts.append(
                    f'<text x="{_n(box[0] + 1)}" y="{_n(box[3] - height * 0.26)}" font-size="{SIZE}" fill="{INK}" '
                    f'paint-order="stroke" stroke="{PAPER}" stroke-width="3" stroke-linejoin="round"{bold}{faint}>'
                    f"{escape(spot.name)}</text>"
                )
                break
        else:
            unnamed.append(spot.name)
    return texts, tuple(boxes), tuple(sorted(unnamed))


def _spots_for(at: Point, width: float, height: float) -> list[Box]:
    x, y = at
    right, left = x + GAP + 3, x - GAP - 3 - width
    parts = []
    for x0, y0 in (
        (right, y - height / 2), (left, y - height / 2), (right, y - height - 1), (right, y + 1),
        (left, y - height - 1), (left, y + 1), (x - width / 2, y - height - GAP - 3), (x - width / 2, y + GAP + 3),
    ):  # fmt: skip
        parts.append((x0, y0, x0 + width, y0 + height))
    return parts


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
