"""The corridor network as one SVG picture: land, documented legs with arrowheads, places, labels that never overlap.

Pure: everything arrives in a `MapSpec`; `draw` gives a `Drawing` whose `svg` needs no script. Spherical
Mercator. Legs between the same two places are drawn beside each other, one line per nature: a line's hue
is its nature (mixed: a double line), its width the number of independent sources, dashes *inferred*,
fading *last confirmed over ten years ago*; weaker evidence than chosen steps back but stays. Lines join
named stops and are not tracks.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from layers.corridors import OLD_YEARS, SOURCE_CLASSES, WIDTHS
from layers.projection import mercator_y
from layers.specs import Extent
from layers.theme import GREY_UNCLEAR, INK, INK_SECOND, LAND, LAND_LINE, LINE_HUE, PAPER, WATER, WHITE

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
FADED, WEAK = 0.5, 0.22
BAND = "#F0C48F"
"""Under the ways taken instead; the orange of change, lighter than any line on it."""

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""


@dataclass(frozen=True, slots=True)
class MapLine:
    """One leg: its two ends (lon, lat), nature, number of independent sources, and how it is known."""

    start: Point
    end: Point
    nature: str
    n_sources: int
    inferred: bool
    last_confirmed: int | None
    weak: bool = False
    back: bool = False


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

    land, counties, water: rings; border, ilemi: lines; closed: where a what-if shuts a place; bands:
    pairs of ends with a broad band under their lines.
    """

    view: str
    width: int
    legs: tuple[MapLine, ...]
    spots: tuple[MapSpot, ...]
    as_of_year: int
    label: str
    land: tuple[tuple[Point, ...], ...] = ()
    counties: tuple[tuple[Point, ...], ...] = ()
    water: tuple[tuple[Point, ...], ...] = ()
    border: tuple[tuple[Point, ...], ...] = ()
    ilemi: tuple[tuple[Point, ...], ...] = ()
    closed: tuple[Point, ...] = ()
    bands: tuple[tuple[Point, Point], ...] = ()


@dataclass(frozen=True, slots=True)
class Drawing:
    """The picture, its size, the boxes of the labels drawn, and the names for which there was no room."""

    svg: str
    width: int
    height: int
    boxes: tuple[tuple[str, Box], ...]
    unnamed: tuple[str, ...]
    outside: int


class _Frame:
    def __init__(self, extent: Extent, width: int) -> None:
        self.west, self.top = extent.west, mercator_y(extent.north)
        self.scale = width / (extent.east - extent.west)
        self.width = width
        self.height = math.ceil((self.top - mercator_y(extent.south)) * self.scale)

    def at(self, point: Point) -> Point:
        lat = max(-80.0, min(80.0, point[1]))
        return (point[0] - self.west) * self.scale, (self.top - mercator_y(lat)) * self.scale

    def holds(self, point: Point, margin: float = 0.0) -> bool:
        return -margin <= point[0] <= self.width + margin and -margin <= point[1] <= self.height + margin


def draw(spec: MapSpec) -> Drawing:
    """Return the picture; raises KeyError for a view that is not in `VIEWS`."""
    frame = _Frame(VIEWS[spec.view], spec.width)
    spots = [(spot, frame.at(spot.at)) for spot in spec.spots]
    seen = [(spot, at) for spot, at in spots if frame.holds(at)]
    lines, arrows, drawn = _legs(spec, frame)
    bearings = _bearings(spec, frame)
    labels, boxes, unnamed = _labels(seen, frame)
    head = (
        f'<svg viewBox="0 0 {frame.width} {frame.height}" width="{frame.width}" height="{frame.height}" role="img" '
        f'aria-label={quoteattr(spec.label)} xmlns="http://www.w3.org/2000/svg">'
    )
    parts = [
        head,
        f'<rect width="{frame.width}" height="{frame.height}" fill="{WATER}"/>',
        _area(spec.land, frame, f'fill="{LAND}" stroke="{LAND_LINE}" stroke-width=".8"'),
        _area(spec.counties, frame, f'fill="{PAPER}" stroke="#D8D3C5" stroke-width=".8"'),
        _area(spec.water, frame, f'fill="{WATER}" stroke="none"'),
        _area(spec.border, frame, f'fill="none" stroke="{INK}" stroke-width="1.3"', closed=False),
        _area(spec.ilemi, frame, f'fill="none" stroke="{INK_SECOND}" stroke-width="1.1" stroke-dasharray="4 3"', False),
        *_bands(spec, frame),
        *lines,
        *arrows,
        *(_mark(spot, at, bearings.get(spot.at, 0.0)) for spot, at in seen),
        *(_cross(frame.at(point)) for point in spec.closed),
        *labels,
        "</svg>",
    ]
    return Drawing("".join(parts), frame.width, frame.height, boxes, unnamed, len(spec.legs) - drawn)


def _area(rings: Iterable[Sequence[Point]], frame: _Frame, style: str, closed: bool = True) -> str:
    paths = []
    for ring in rings:
        points = [frame.at(point) for point in ring]
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


def _legs(spec: MapSpec, frame: _Frame) -> tuple[list[str], list[str], int]:
    """Return casing and lines, arrowheads, and how many legs are at least partly inside."""
    groups: dict[tuple[Point, Point], dict[str, list[MapLine]]] = {}
    for leg in spec.legs:
        pair = (leg.start, leg.end) if leg.start <= leg.end else (leg.end, leg.start)
        groups.setdefault(pair, {}).setdefault(leg.nature, []).append(leg)
    casing, lines, arrows, drawn = [], [], [], 0
    for (one, two), natures in sorted(groups.items()):
        a, b = frame.at(one), frame.at(two)
        clipped = _clip(a, b, frame)
        if clipped is None:
            continue
        widths = {
            n: max(_width(leg.n_sources) for leg in legs) + (2.2 if n == "mixed" else 0) for n, legs in natures.items()
        }
        total = sum(widths.values()) + 1.6 * (len(widths) - 1)
        shift = -total / 2
        for nature in sorted(natures):
            legs = natures[nature]
            drawn += len(legs)
            place = _shifted(*clipped, shift + widths[nature] / 2)
            shift += widths[nature] + 1.6
            opacity = _opacity(legs, spec.as_of_year)
            dashed = all(leg.inferred for leg in legs)
            casing.append(_stroke(place, WHITE, widths[nature] + 2.4, 0.85 if opacity > WEAK else 0.3, dashed=False))
            lines += _hued(place, nature, widths[nature], opacity, dashed=dashed)
            whole = _shifted(a, b, shift - 1.6 - widths[nature] / 2)
            arrows += _arrows(legs, one, whole, place, opacity)
    return [*casing, *lines], arrows, drawn


def _width(n_sources: int) -> float:
    return WIDTHS[sum(n_sources > limit for limit in SOURCE_CLASSES)]


def _opacity(legs: Sequence[MapLine], year: int) -> float:
    if all(leg.weak for leg in legs):
        return WEAK
    years = [leg.last_confirmed for leg in legs if not leg.weak]
    return FADED if all(one is not None and year - one > OLD_YEARS for one in years) else 1.0


def _hued(place: tuple[Point, Point], nature: str, width: float, opacity: float, *, dashed: bool) -> list[str]:
    hue = hue_of(nature)
    if nature != "mixed":
        return [_stroke(place, hue[0], width, opacity, dashed=dashed)]
    thin, off = width * 0.38, width * 0.31
    return [
        _stroke(_shifted(*place, side), colour, thin, opacity, dashed=dashed)
        for colour, side in zip(hue, (-off, off), strict=True)
    ]


def hue_of(nature: str) -> tuple[str, ...]:
    """Return the colours of a nature: one, or the two lines of *mixed*."""
    by_name = {key.value: value for key, value in LINE_HUE.items()}
    if nature == "mixed":
        return by_name["trafficking"], by_name["smuggling"]
    return (by_name.get(nature, GREY_UNCLEAR),)


def _stroke(place: tuple[Point, Point], colour: str, width: float, opacity: float, *, dashed: bool) -> str:
    (x0, y0), (x1, y1) = place
    dash = ' stroke-dasharray="7 4"' if dashed else ""
    faint = f' opacity="{opacity:g}"' if opacity < 1 else ""
    return (
        f'<path d="M{_n(x0)} {_n(y0)}L{_n(x1)} {_n(y1)}" stroke="{colour}" stroke-width="{width:.2g}" '
        f'fill="none"{dash}{faint}/>'
    )


def _shifted(a: Point, b: Point, by: float) -> tuple[Point, Point]:
    length = math.hypot(b[0] - a[0], b[1] - a[1]) or 1.0
    dx, dy = -(b[1] - a[1]) / length * by, (b[0] - a[0]) / length * by
    return (a[0] + dx, a[1] + dy), (b[0] + dx, b[1] + dy)


def _clip(a: Point, b: Point, frame: _Frame) -> tuple[Point, Point] | None:
    """Return the part of a segment inside the picture and a small margin (Liang–Barsky)."""
    low, high = 0.0, 1.0
    dx, dy = b[0] - a[0], b[1] - a[1]
    for p, q in ((-dx, a[0] + 20), (dx, frame.width + 20 - a[0]), (-dy, a[1] + 20), (dy, frame.height + 20 - a[1])):
        if p == 0:
            if q < 0:
                return None
        elif p < 0:
            low = max(low, q / p)
        else:
            high = min(high, q / p)
    if low >= high:
        return None
    return (a[0] + low * dx, a[1] + low * dy), (a[0] + high * dx, a[1] + high * dy)


def _arrows(
    legs: Sequence[MapLine], one: Point, whole: tuple[Point, Point], seen: tuple[Point, Point], opacity: float
) -> list[str]:
    """Return a head per direction on the visible part of a line, none where it is too short to tell."""
    if math.dist(*seen) < 22:
        return []
    found = []
    for forward in sorted({leg.start == one for leg in legs}, reverse=True):
        a, b = whole if forward else whole[::-1]
        c, d = seen if forward else seen[::-1]
        angle = math.degrees(math.atan2(b[1] - a[1], b[0] - a[0]))
        at = 0.62
        x, y = c[0] + at * (d[0] - c[0]), c[1] + at * (d[1] - c[1])
        size = 3.6 + max(_width(leg.n_sources) for leg in legs) * 0.9
        colour = hue_of(legs[0].nature)[0]
        faint = f' opacity="{opacity:g}"' if opacity < 1 else ""
        found.append(
            f'<path d="M{_n(size)} 0L{_n(-size * 0.7)} {_n(size * 0.72)}L{_n(-size * 0.7)} {_n(-size * 0.72)}Z" '
            f'transform="translate({_n(x)} {_n(y)}) rotate({angle:.0f})" fill="{colour}" stroke="{WHITE}" '
            f'stroke-width=".9"{faint}/>'
        )
    return found


def _bearings(spec: MapSpec, frame: _Frame) -> dict[Point, float]:
    """Return for each place the direction (radians) of the first leg there, so that a crossing's bar lies across."""
    found: dict[Point, float] = {}
    for leg in spec.legs:
        a, b = frame.at(leg.start), frame.at(leg.end)
        if math.dist(a, b) > 1:
            for end in (leg.start, leg.end):
                found.setdefault(end, math.atan2(b[1] - a[1], b[0] - a[0]))
    return found


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


def _bands(spec: MapSpec, frame: _Frame) -> list[str]:
    places = (_clip(frame.at(a), frame.at(b), frame) for a, b in spec.bands)
    return [_stroke(place, BAND, 11, 1.0, dashed=False) for place in places if place is not None]


def _cross(at: Point) -> str:
    way = "M-7 -7L7 7M-7 7L7 -7"
    place = f'transform="translate({_n(at[0])} {_n(at[1])})"'
    under = f'<path d="{way}" {place} stroke="{WHITE}" stroke-width="6"/>'
    return under + f'<path d="{way}" {place} stroke="{INK}" stroke-width="3"/>'


def _labels(
    seen: Sequence[tuple[MapSpot, Point]], frame: _Frame
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
    found = []
    for x0, y0 in (
        (right, y - height / 2), (left, y - height / 2), (right, y - height - 1), (right, y + 1),
        (left, y - height - 1), (left, y + 1), (x - width / 2, y - height - GAP - 3), (x - width / 2, y + GAP + 3),
    ):  # fmt: skip
        found.append((x0, y0, x0 + width, y0 + height))
    return found


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
