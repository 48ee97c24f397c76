"""Corridor legs as a few line traces: casing, hue, arrowheads, and invisible points for hover.

Width says the number of independent sources (five classes), hue the nature, a double line *mixed*,
dashes *inferred*, fading *last confirmed over ten years ago*; an alternative is one width class
thinner. Nothing is filtered here and nothing is guessed: a leg without a year is not faded.

Arrowheads use angles of the Mercator map with ``angleref: up``. Plotly 4.1 knows ``previous`` and
``north`` on the *first* geo trace only and redraws everything on each zoom step to follow them;
angles computed here are right in any trace and cost nothing, because Mercator keeps angles.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geodata.values import Nature
from layers.labels import shown_from
from layers.projection import mercator_y, screen_angle
from layers.theme import LINE_HUE, MIXED_CORE, PAPER, WHITE

LEG_COLUMNS = (
    "leg_id",
    "corridor_id",
    "geometry",
    "nature",
    "n_sources",
    "inferred",
    "is_alternative",
    "last_confirmed",
)
WIDTHS = (1.2, 1.8, 2.6, 3.5, 4.6)
"""Line widths in pixels of the five source classes: 1, 2, 3–4, 5–7, 8 and more independent sources."""
SOURCE_CLASSES = (1, 2, 4, 7)
OLD_YEARS = 10
DASH = "7px,4px"
CASING_PX = 2.0
THIN_DEG = 0.01
FADED, DIMMED = 0.4, 0.16
ARROW_EVERY_DEG = 4.0
ARROW_ROOM_PX = 34.0
HOVER_EVERY_DEG = 2.5

Point = tuple[float, float]


@dataclass(frozen=True, eq=False)
class CorridorSpec:
    """Legs (columns `LEG_COLUMNS`; geometry = (lon, lat) pairs or a shapely line) and how to look at them.

    `highlight` names one corridor: the others step back and lose their arrowheads.
    """

    legs: pd.DataFrame
    as_of_year: int
    highlight: str | None = None

    def __post_init__(self) -> None:
        """Refuse a frame with missing columns or an unknown nature."""
        if missing := [c for c in LEG_COLUMNS if c not in self.legs.columns]:
            raise ValueError(f"legs need the columns {', '.join(LEG_COLUMNS)}; missing {', '.join(missing)}")
        for nature in set(self.legs["nature"]):
            Nature(nature)


def legs_frame(features: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Return the legs of prepared GeoJSON features as a frame; legs without a line are left to the table.

    `inferred` is read from ``basis``, the word the corridor room uses.
    """
    rows = [
        {
            **f["properties"],
            "geometry": f["geometry"]["coordinates"],
            "inferred": f["properties"]["basis"] == "inferred",
        }
        for f in features
        if f["geometry"] is not None
    ]
    return pd.DataFrame(rows, columns=[*LEG_COLUMNS, "grade", "from_place", "to_place", "length_km"])


@dataclass(frozen=True, slots=True, order=True)
class Style:
    """What decides in which trace a leg is drawn; sorts from the faintest to the strongest."""

    opacity: float
    width: int
    nature: Nature
    dashed: bool


@dataclass(frozen=True, slots=True)
class _Leg:
    leg_id: str
    corridor_id: str
    line: tuple[Point, ...]
    style: Style


def corridor_traces(spec: CorridorSpec) -> list[dict[str, Any]]:
    """Return casing, lines, arrowheads and hover points, bottom to top.

    The first trace is always a scattergeo, with or without legs: Plotly asks the network for a
    world map when the first geo trace is a choropleth (see `layers.figure`).
    """
    legs = list(_legs(spec))
    groups: dict[Style, list[_Leg]] = defaultdict(list)
    for leg in legs:
        groups[leg.style].append(leg)
    lines = [trace for style in sorted(groups) for trace in _lines(style, groups[style])]
    return [*_casing(groups), *lines, _arrows(legs), _hover(legs)]


def width_class(n_sources: int, *, alternative: bool) -> int:
    """Return the width class 0–4 of a number of independent sources; an alternative is one class thinner."""
    own = sum(n_sources > limit for limit in SOURCE_CLASSES)
    return max(0, own - 1) if alternative else own


def style_of(leg: Any, spec: CorridorSpec) -> Style:
    """Return the style of one row of the legs frame."""
    confirmed = leg.last_confirmed
    known = confirmed is not None and not pd.isna(confirmed)
    old = known and int(confirmed) < spec.as_of_year - OLD_YEARS
    dimmed = spec.highlight is not None and leg.corridor_id != spec.highlight
    return Style(
        DIMMED if dimmed else FADED if old else 1.0,
        width_class(int(leg.n_sources), alternative=bool(leg.is_alternative)),
        Nature(leg.nature),
        bool(leg.inferred),
    )


def points_of(geometry: Any) -> tuple[Point, ...]:
    """Return (lon, lat) pairs of a shapely line or of any sequence of pairs, to three decimals (100 m)."""
    pairs: Iterable[Sequence[float]] = getattr(geometry, "coords", geometry)
    return tuple((round(float(p[0]), 3), round(float(p[1]), 3)) for p in pairs)


def thinned(line: Sequence[Point], tolerance: float = THIN_DEG) -> tuple[Point, ...]:
    """Return the line without the points that lie within `tolerance` of it on the Mercator map.

    Geodesics come with a vertex every 50 km for measuring; the eye needs few (Douglas–Peucker).
    """
    if len(line) < 3:
        return tuple(line)
    plane = [(lon, mercator_y(lat)) for lon, lat in line]
    (x0, y0), (x1, y1) = plane[0], plane[-1]
    length = math.hypot(x1 - x0, y1 - y0)
    off = [
        abs((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)) / length if length else math.hypot(x - x0, y - y0)
        for x, y in plane
    ]
    worst = max(range(len(off)), key=off.__getitem__)
    if off[worst] <= tolerance:
        return (line[0], line[-1])
    return (*thinned(line[: worst + 1], tolerance)[:-1], *thinned(line[worst:], tolerance))


def along(line: Sequence[Point], every_deg: float) -> Iterator[tuple[Point, float]]:
    """Yield (point, screen angle) at even distances along a line, at least at its middle.

    Distances are measured on the Mercator map, which is where the arrowheads have to look even.
    """
    plane = [(lon, mercator_y(lat)) for lon, lat in line]
    lengths = [math.dist(a, b) for a, b in itertools.pairwise(plane)]
    total = sum(lengths)
    count = max(1, round(total / every_deg))
    for i in range(count if total else 0):
        rest = total * (i + 0.5) / count
        for (start, end), length in zip(itertools.pairwise(line), lengths, strict=True):
            if length and rest <= length:
                share = rest / length
                at = (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)
                yield (round(at[0], 4), round(at[1], 4)), round(screen_angle(*start, *end), 1)
                break
            rest -= length


def _legs(spec: CorridorSpec) -> Iterator[_Leg]:
    row: Any
    for row in spec.legs.itertuples(index=False):
        line = thinned(points_of(row.geometry))
        if len(line) > 1:
            yield _Leg(str(row.leg_id), str(row.corridor_id), line, style_of(row, spec))


def _casing(groups: dict[Style, list[_Leg]]) -> list[dict[str, Any]]:
    """Return one white trace per width, below all lines; dashes get less, lines that step back none."""
    by_width: dict[float, list[_Leg]] = {}
    for style in sorted(groups):
        if style.opacity == 1:
            width = _outer(style) + (CASING_PX / 2 if style.dashed else CASING_PX)
            by_width.setdefault(round(width, 1), []).extend(groups[style])
    return [
        _line_trace(f"corridor-casing-{i}", legs, {"color": WHITE, "width": width}, 0.75)
        for i, (width, legs) in enumerate(sorted(by_width.items()))
    ] or [_line_trace("corridor-casing-0", [], {"color": WHITE, "width": 1}, 1)]


def _outer(style: Style) -> float:
    return WIDTHS[style.width] + (2.4 if style.nature is Nature.MIXED else 0)


def _lines(style: Style, legs: Sequence[_Leg]) -> list[dict[str, Any]]:
    """Return one trace per style; *mixed* takes three: outer line, gap, core."""
    name = (
        f"corridor-{style.nature.value}-{style.width}{'-inferred' if style.dashed else ''}-{round(style.opacity * 100)}"
    )
    dash = {"dash": DASH} if style.dashed else {}
    outer = _line_trace(name, legs, {"color": LINE_HUE[style.nature], "width": _outer(style), **dash}, style.opacity)
    if style.nature is not Nature.MIXED:
        return [outer]
    core = max(1.0, WIDTHS[style.width] - 0.8)
    return [
        outer,
        _line_trace(f"{name}-gap", legs, {"color": PAPER, "width": core + 1.4, **dash}, min(1.0, 2 * style.opacity)),
        _line_trace(f"{name}-core", legs, {"color": MIXED_CORE, "width": core, **dash}, style.opacity),
    ]


def _line_trace(name: str, legs: Sequence[_Leg], line: dict[str, Any], opacity: float) -> dict[str, Any]:
    lon: list[float | None] = []
    lat: list[float | None] = []
    for drawn in dict.fromkeys(leg.line for leg in legs):  # the same line of two corridors is drawn once
        lon += [*(p[0] for p in drawn), None]
        lat += [*(p[1] for p in drawn), None]
    return {
        "type": "scattergeo",
        "name": name,
        "uid": name,
        "mode": "lines",
        "lon": lon or [None],
        "lat": lat or [None],
        "line": line,
        "opacity": opacity,
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _span(line: Sequence[Point]) -> float:
    return math.dist(line[0], line[-1])


def _arrows(legs: Sequence[_Leg]) -> dict[str, Any]:
    """Return arrowheads; `customdata` is ``[leg_id, min_px_per_deg]``: a short leg shows none when zoomed out."""
    best: dict[tuple[Point, float], _Leg] = {}
    for leg in legs:
        if leg.style.opacity > DIMMED:
            for at in along(leg.line, ARROW_EVERY_DEG):
                best[at] = max(best.get(at, leg), leg, key=lambda one: one.style)
    styles = [leg.style for leg in best.values()]
    return {
        "type": "scattergeo",
        "name": "corridor-arrows",
        "uid": "corridor-arrows",
        "mode": "markers",
        "lon": [at[0] for at, _ in best] or [None],
        "lat": [at[1] for at, _ in best] or [None],
        "customdata": [
            [leg.leg_id, shown_from(ARROW_ROOM_PX / min(ARROW_EVERY_DEG, max(_span(leg.line), 1e-3)))]
            for leg in best.values()
        ],
        "marker": {
            "symbol": "triangle-up",
            "angleref": "up",
            "angle": [angle for _, angle in best] or 0,
            "size": [round(8.0 + 1.2 * style.width, 1) for style in styles] or 8,
            "color": [LINE_HUE[style.nature] for style in styles] or WHITE,
            "opacity": [1.0 if style.opacity == 1 else 0.55 for style in styles] or 1,
            "line": {"color": WHITE, "width": 1},
        },
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _hover(legs: Sequence[_Leg]) -> dict[str, Any]:
    points = [(at, leg) for leg in legs for at, _ in along(leg.line, HOVER_EVERY_DEG)]
    return {
        "type": "scattergeo",
        "name": "corridor-hover",
        "uid": "corridor-hover",
        "mode": "markers",
        "lon": [at[0] for at, _ in points] or [None],
        "lat": [at[1] for at, _ in points] or [None],
        "customdata": [leg.leg_id for _, leg in points],
        "marker": {"size": 14, "opacity": 0},
        "hoverinfo": "none",
        "showlegend": False,
    }
