"""The corridors as a subway plan: one line each, shared stations joined, alternatives as branches.

Pure layout: every place has a row of its own (so names never overlap), every corridor a lane. Lines run
down their lane in straight vertical pieces and change track at 45°; an alternative stop lies on a side
track of its corridor; a leg that runs against the order of the rows takes a side track too and says so
with its arrowhead. A station several corridors share is one bar across their lanes. Lanes are grouped by
nature: hue and dashes as on the map.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from layers.network_map import Box, hue_of
from layers.theme import GREY_UNCLEAR, INK, INK_SECOND, LAND_LINE, PAPER, WHITE

ROW, TRACK, LANE = 24.0, 9.0, 12.0
TOP, CHAR, SIZE = 40.0, 0.56, 13.0
NATURES = ("smuggling", "mixed", "trafficking", "unclear")
GROUP_GAP = 14.0
FADED, WEAK = 0.55, 0.22

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Station:
    """A place: id, name as shown, latitude (rows run from north to south where the order allows)."""

    place_id: str
    name: str
    lat: float | None
    crossing: bool = False


@dataclass(frozen=True, slots=True)
class Track:
    """One leg of a corridor."""

    start: str
    end: str
    alternative: bool
    inferred: bool
    old: bool = False
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One corridor with its legs in order."""

    line_id: str
    nature: str
    tracks: tuple[Track, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Where everything is, in pixels.

    rows: place → y. dots: (line, place) → point. paths: (line, track, points of the polyline, all at
    multiples of 45°). bars: place → (x of its first lane, x of its last). boxes: place → box of its name.
    """

    width: float
    height: float
    rows: Mapping[str, float]
    dots: Mapping[tuple[str, str], Point]
    paths: tuple[tuple[Line, Track, tuple[Point, ...]], ...]
    bars: Mapping[str, tuple[float, float]]
    boxes: Mapping[str, Box]
    lanes: Mapping[str, float]


def row_order(stations: Sequence[Station], lines: Sequence[Line]) -> list[str]:
    """Return the places so that as many legs as possible lead down, north first; circles are cut at the north."""
    lat = {s.place_id: -90.0 if s.lat is None else s.lat for s in stations}
    before: dict[str, set[str]] = {s.place_id: set() for s in stations}
    for line in lines:
        for track in line.tracks:
            before[track.end].add(track.start)
    used = {t for line in lines for track in line.tracks for t in (track.start, track.end)}
    left, order = set(used), list[str]()
    while left:
        ready = [p for p in left if not before[p] & left]
        pool = ready or [min(left, key=lambda p: (len(before[p] & left), -lat[p], p))]
        last = order[-1] if order else ""
        # Stay on the line just drawn where one can: its next station comes next, so that lanes stay short.
        chosen = min(pool, key=lambda p: (last not in before[p], -lat[p], p))
        order.append(chosen)
        left.discard(chosen)
    return order


def layout(stations: Sequence[Station], lines: Sequence[Line]) -> Plan:
    """Return the plan; an empty list of lines gives an empty plan."""
    names = {s.place_id: s.name for s in stations}
    order = row_order(stations, lines)
    rows = {place: TOP + i * ROW for i, place in enumerate(order)}
    text = max((len(names[p]) * CHAR * SIZE for p in order), default=0.0)
    x = text + 22
    dots: dict[tuple[str, str], Point] = {}
    paths: list[tuple[Line, Track, tuple[Point, ...]]] = []
    lanes: dict[str, float] = {}
    sides = _sides(lines, rows)
    last = ""
    for line in sorted(lines, key=lambda line: (NATURES.index(line.nature), line.line_id)):
        x += GROUP_GAP if last and last != line.nature else 0
        last = line.nature
        lanes[line.line_id] = x
        places, legs = sides[line.line_id]
        for place, side in places.items():
            dots[line.line_id, place] = (x + side * TRACK, rows[place])
        for track in line.tracks:
            a, b = dots[line.line_id, track.start], dots[line.line_id, track.end]
            paths.append((line, track, _path(a, b, legs.get((track.start, track.end)), x)))
        x += LANE + TRACK * max(0, *places.values(), *legs.values()) + LANE
    bars = {}
    for place in order:
        xs = [point[0] for (_, at), point in dots.items() if at == place]
        bars[place] = (min(xs), max(xs))
    boxes = {
        p: (text + 8 - len(names[p]) * CHAR * SIZE, rows[p] - ROW / 2 + 2, text + 8, rows[p] + ROW / 2 - 2)
        for p in order
    }
    return Plan(max(x, 1.0), TOP + len(order) * ROW, rows, dots, tuple(paths), bars, boxes, lanes)


def _sides(
    lines: Sequence[Line], rows: Mapping[str, float]
) -> dict[str, tuple[dict[str, int], dict[tuple[str, str], int]]]:
    """Return per line: place → side track (0: the lane), and leg → side track where it cannot stay in its own."""
    side_tracks = {}
    for line in lines:
        main = {p for t in line.tracks if not t.alternative for p in (t.start, t.end)}
        places: dict[str, int] = {}
        for track in line.tracks:
            for place in (track.start, track.end):
                if place not in places:
                    places[place] = 0 if place in main else 1 + sum(side > 0 for side in places.values())
        legs: dict[tuple[str, str], int] = {}
        free = max(places.values(), default=0)
        for track in line.tracks:
            side = places[track.start]
            top, bottom = sorted((rows[track.start], rows[track.end]))
            blocked = any(top < rows[p] < bottom and s in (side, places[track.end]) for p, s in places.items())
            if rows[track.end] < rows[track.start] or (blocked and side == places[track.end]):
                free += 1
                legs[track.start, track.end] = free
        side_tracks[line.line_id] = (places, legs)
    return side_tracks


def _path(a: Point, b: Point, side: int | None, lane: float) -> tuple[Point, ...]:
    """Return a polyline of vertical and 45° pieces from a to b, over a side track where one is given."""
    down = 1.0 if b[1] >= a[1] else -1.0
    if side is not None:
        over = lane + side * TRACK
        out, back = min(abs(over - a[0]), ROW * 0.45), min(abs(over - b[0]), ROW * 0.45)
        # The side track is as far out as the room between two rows lets a 45° piece reach twice, then straight across.
        return _tidy((a, (a[0] + out, a[1] + down * out), (over, a[1] + down * out), (over, b[1] - down * back),
                      (b[0] + back, b[1] - down * back), b))  # fmt: skip
    across = abs(b[0] - a[0])
    if not across:
        return (a, b)
    step = min(across, ROW * 0.45)
    toward = 1.0 if b[0] > a[0] else -1.0
    if toward > 0:  # leave the lane at once
        return _tidy((a, (a[0] + step, a[1] + down * step), (b[0], a[1] + down * step), b))
    return _tidy((a, (a[0], b[1] - down * step), (b[0] + step, b[1] - down * step), b))


def _tidy(points: Sequence[Point]) -> tuple[Point, ...]:
    kept = [points[0]]
    for point in points[1:]:
        if point != kept[-1]:
            kept.append(point)
    return tuple(kept)


def subway_svg(plan: Plan, stations: Sequence[Station], label: str, links: Mapping[str, str]) -> str:
    """Return the plan as SVG; `links`: line → address of its own page, put on the heads of the lanes."""
    names = {s.place_id: s for s in stations}
    size = f'viewBox="0 0 {plan.width:.0f} {plan.height:.0f}" width="{plan.width:.0f}" height="{plan.height:.0f}"'
    parts = [f'<svg {size} role="group" aria-label={quoteattr(label)} xmlns="http://www.w3.org/2000/svg">']
    parts += _bars(plan)
    for line, track, points in plan.paths:
        parts += _track(line, track, points)
    for (_, place), (x, y) in plan.dots.items():
        if names[place].crossing:
            parts.append(f'<rect x="{x - 5:.1f}" y="{y - 2.4:.1f}" width="10" height="4.8" rx="1" fill="{INK}"/>')
        else:
            parts.append(f'<circle cx="{x:.1f}" cy="{y}" r="3.9" fill="{WHITE}" stroke="{INK}" stroke-width="1.7"/>')
    for place, box in plan.boxes.items():
        at = f'x="{box[2]:.1f}" y="{plan.rows[place] + 4.5:.1f}" text-anchor="end" font-size="{SIZE}" fill="{INK}"'
        parts.append(f"<text {at}>{escape(names[place].name)}</text>")
    for line_id, x in plan.lanes.items():
        text_style = f'text-anchor="middle" font-size="11.5" font-weight="600" fill="{INK}">{escape(line_id)}</text>'
        head = f'<text x="{x:.1f}" y="16" {text_style}'
        if line_id in links:
            room = f'<rect x="{x - 13:.1f}" y="1" width="26" height="24" fill="{PAPER}" fill-opacity="0"/>'
            head = f"<a href={quoteattr(links[line_id])} aria-label={quoteattr(line_id)}>{room}{head}</a>"
        parts.append(head)
    return "".join([*parts, "</svg>"])


def _bars(plan: Plan) -> list[str]:
    """Return the leaders from names to stations, and the bars that join a station's lines."""
    left = max((box[2] for box in plan.boxes.values()), default=0.0)
    parts = []
    for place, (low, high) in plan.bars.items():
        y = plan.rows[place]
        dots = f'stroke="{LAND_LINE}" stroke-width="1" stroke-dasharray="1 3"'
        parts.append(f'<path d="M{left + 4:.1f} {y}H{low:.1f}" {dots}/>')
        if high > low:
            parts.append(f'<path d="M{low:.1f} {y}H{high:.1f}" stroke="{INK_SECOND}" stroke-width="1.6"/>')
    return parts


def _track(line: Line, track: Track, points: Sequence[Point]) -> list[str]:
    way = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    opacity = WEAK if track.weak else FADED if track.old else 1.0
    faint = f' opacity="{opacity}"' if opacity < 1 else ""
    dash = ' stroke-dasharray="6 3.5"' if track.inferred else ""
    width = 4.4 if track.alternative else 6.2
    style = f'fill="none" stroke-linejoin="round"{dash}{faint}'
    hues = hue_of(line.nature)
    parts = [f'<path d="{way}" stroke="{INK if hues else GREY_UNCLEAR}" stroke-width="{width}" {style}/>']
    for i, hue in enumerate(hues):
        off = (i - 0.5) * width * 0.36 if len(hues) > 1 else 0.0
        core = width * (0.26 if len(hues) > 1 else 0.36)
        shift = f' transform="translate({off:.2g} 0)"' if off else ""
        parts.append(f'<path d="{way}" stroke="{hue}" stroke-width="{core:.2g}"{shift} {style}/>')
    (x0, y0), (x1, y1) = max(pairwise(points), key=lambda ab: abs(ab[1][1] - ab[0][1]))
    down = 1 if y1 > y0 else -1
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    if abs(y1 - y0) > 9:
        head = f"M{x - 4.6:.1f} {y - 3 * down:.1f}H{x + 4.6:.1f}L{x:.1f} {y + 4.6 * down:.1f}Z"
        parts.append(f'<path d="{head}" fill="{WHITE}" stroke="{INK}" stroke-width="1.1"{faint}/>')
    return parts
