"""Corridors as Plotly traces: casing, line, core, arrowheads, and an unseen line of 14 px for the hand.

What a ribbon is and how it looks is `layers.ribbons`; here it becomes at most seven widths of line, because a Plotly
line has one width, and every trace costs. Nothing is filtered here and nothing is guessed.

Arrowheads use angles of the Mercator map with ``angleref: up``. Plotly 4.1 knows ``previous`` and
``north`` on the *first* geo trace only and redraws everything on each zoom step to follow them;
angles computed here are right in any trace and cost nothing, because Mercator keeps angles.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import pandas as pd

from geodata.values import Nature
from layers.context import lines
from layers.labels import shown_from
from layers.ribbons import AIR_WIDTH, Point, Ribbon, RibbonLook, along, flights, points_of, ribbons, smooth
from layers.theme import CORE_HUE, INK, WHITE

LEG_COLUMNS = (
    "leg_id",
    "corridor_id",
    "geometry",
    "nature",
    "n_sources",
    "inferred",
    "is_alternative",
    "last_confirmed",
    "drawn",
)
DASH = "9px,5px"
ARROW_EVERY_DEG = 3.2
ARROW_ROOM_PX = 30.0
"""An arrowhead is seen where its stretch between two stops is this long."""
STOP_ROOM_PX = 12.0
"""An arrowhead keeps this far from the ring of any stop."""
ARROW_PX = 5.0
"""How much wider than its ribbon an arrowhead is."""
HIT_PX = 14
AIR_BELOW = 24.0
"""Pixels per degree from which a map is too near for flights."""
CORE_SHARE, CORES_SHARE = 0.3, 0.19
"""Width of one core, and of each of two, in widths of the ribbon."""
ACROSS = (0.91, 0.42)
"""Right and down: across the trunk, which runs from the north-north-east. Two cores lie side by side along it."""


@dataclass(frozen=True, eq=False)
class CorridorSpec:
    """Legs (columns `LEG_COLUMNS`; geometry = (lon, lat) pairs or a shapely line) and how to look at them.

    `highlight` names one corridor: the others step back and lose their arrowheads. `back`: ids of legs that step
    back too, because their evidence is weaker than was asked for. `trunk`: the corridor that is edged where none is
    brought forward.
    """

    legs: pd.DataFrame
    as_of_year: int
    highlight: str | None = None
    back: frozenset[str] = frozenset()
    trunk: str = ""

    def __post_init__(self) -> None:
        """Refuse a frame with missing columns or an unknown nature."""
        if missing := [c for c in LEG_COLUMNS if c not in self.legs.columns]:
            raise ValueError(f"legs need the columns {', '.join(LEG_COLUMNS)}; missing {', '.join(missing)}")
        for nature in set(self.legs["nature"]):
            Nature(nature)

    def ribbons(self) -> tuple[Ribbon, ...]:
        """Return everything drawn, from behind to front; flights lie under the ribbons on the ground."""
        asked = (self.legs, self.as_of_year, self.highlight, self.back)
        return (*flights(*asked), *ribbons(*asked, self.trunk))


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


@lru_cache(maxsize=12)
def corridor_traces(spec: CorridorSpec) -> tuple[dict[str, Any], ...]:
    """Return what lies behind, the corridor in front, arrowheads and the hit line, bottom to top.

    Kept for the specs drawn last, because every map of a choice of corridors draws the same: change nothing in place.
    The first trace is always a scattergeo, with or without legs: Plotly asks the network for a
    world map when the first geo trace is a choropleth (see `layers.figure`).
    """
    made = spec.ribbons()
    air = [ribbon for ribbon in made if ribbon.look.width == AIR_WIDTH]
    behind = [ribbon for ribbon in made if not ribbon.look.forward]
    front = [ribbon for ribbon in made if ribbon.look.forward and ribbon not in air]
    drawn = [*_layer("behind", behind), *_air(air, spec.highlight), *_layer("front", front), *_cores(front)]
    guard = [] if drawn else [_line_trace("corridor-casing-0", [], {"color": WHITE, "width": 1}, 1)]
    return (*guard, *drawn, _arrows([*front, *(air if spec.highlight else [])], stops_of(spec)), _hit(made))


def stops_of(spec: CorridorSpec) -> frozenset[Point]:
    """Return the ends of all legs: no arrowhead stands on one."""
    lines = (points_of(geometry) for geometry in spec.legs["geometry"])
    return frozenset(end for line in lines for end in (line[0], line[-1]))


def cores(look: RibbonLook) -> list[tuple[str, float, tuple[float, float]]]:
    """Return the cores of a ribbon: colour, width, and how far each lies to the right and down, in pixels."""
    if not look.has_core:
        return []
    if len(look.natures) == 1:
        return [(CORE_HUE[Nature(look.natures[0])], max(1.2, round(look.width * CORE_SHARE, 1)), (0.0, 0.0))]
    width = max(1.0, round(look.width * CORES_SHARE, 1))
    off = width / 2 + 0.3
    return [
        (CORE_HUE[Nature(nature)], width, (round(side * off * ACROSS[0], 2), round(side * off * ACROSS[1], 2)))
        for nature, side in zip(look.natures, (-1, 1), strict=True)
    ]


def _by_look(made: Sequence[Ribbon]) -> dict[RibbonLook, list[Ribbon]]:
    groups: dict[RibbonLook, list[Ribbon]] = defaultdict(list)
    for ribbon in made:
        groups[ribbon.look].append(ribbon)
    return {look: groups[look] for look in sorted(groups)}


def _layer(name: str, made: Sequence[Ribbon]) -> Iterator[dict[str, Any]]:
    """Yield the edges and casings of a layer, one trace a width, then its lines, one trace a look."""
    edges: dict[float, list[Ribbon]] = defaultdict(list)
    for ribbon in made:
        if ribbon.look.edged:
            edges[ribbon.look.edge].append(ribbon)
    for i, width in enumerate(sorted(edges)):
        yield _line_trace(f"corridor-edge-{i}", edges[width], {"color": INK, "width": width}, 1)
    widths: dict[float, list[Ribbon]] = defaultdict(list)
    for ribbon in made:
        widths[ribbon.look.casing].append(ribbon)
    for i, width in enumerate(sorted(widths)):
        start = 0 if name == "behind" else 10
        yield _line_trace(f"corridor-casing-{start + i}", widths[width], {"color": WHITE, "width": width}, 0.9)
    for i, (look, group) in enumerate(_by_look(made).items()):
        line = {"color": look.colour, "width": look.width, **({"dash": DASH} if look.dashed else {})}
        yield _line_trace(f"corridor-{name}-{i}", group, line, look.opacity)


def _air(made: Sequence[Ribbon], highlight: str | None) -> Iterator[dict[str, Any]]:
    """Yield the flights; with no corridor in front they are seen on far views only: `meta.below` px per degree."""
    for i, (look, group) in enumerate(_by_look(made).items()):
        line = {"color": look.colour, "width": look.width, **({"dash": DASH} if look.dashed else {})}
        trace = _line_trace(f"corridor-air-{i}", group, line, look.opacity)
        yield trace if highlight else {**trace, "meta": {"below": AIR_BELOW}}


def _cores(front: Sequence[Ribbon]) -> Iterator[dict[str, Any]]:
    groups: dict[tuple[str, float, tuple[float, float], bool, float], list[Ribbon]] = defaultdict(list)
    for ribbon in front:
        for colour, width, shift in cores(ribbon.look):
            groups[colour, width, shift, ribbon.look.dashed, ribbon.look.opacity].append(ribbon)
    for i, ((colour, width, shift, dashed, opacity), group) in enumerate(sorted(groups.items(), key=lambda g: g[0])):
        line = {"color": colour, "width": width, **({"dash": DASH} if dashed else {})}
        trace = _line_trace(f"corridor-core-{i}", group, line, opacity)
        yield {**trace, "meta": {"shift": list(shift)}} if shift != (0.0, 0.0) else trace


def _line_trace(name: str, made: Sequence[Ribbon], line: dict[str, Any], opacity: float) -> dict[str, Any]:
    curves = [smooth(drawn) for drawn in dict.fromkeys(ribbon.line for ribbon in made)]
    return lines(name, curves, line) | {"opacity": opacity}


def heads(ribbon: Ribbon, stops: frozenset[Point]) -> Iterator[tuple[Point, float, float]]:
    """Yield arrowheads of a ribbon: where, screen angle, and the pixels per degree from which there is room.

    They stand between stops, never on one; where people go both ways there is none.
    """
    if ribbon.both_ways:
        return
    curve = smooth(ribbon.line)
    cuts = [i for i, point in enumerate(curve) if point in stops or i in {0, len(curve) - 1}]
    for start, end in pairwise(cuts):
        piece = curve[start : end + 1]
        span = max(math.dist(piece[0], piece[-1]), 1e-3)
        for at, angle in along(piece, ARROW_EVERY_DEG):
            near = min((math.dist(at, stop) for stop in stops), default=math.inf)
            if near > 0:
                yield at, angle, shown_from(max(ARROW_ROOM_PX / min(ARROW_EVERY_DEG, span), STOP_ROOM_PX / near))


def _arrows(front: Sequence[Ribbon], stops: frozenset[Point]) -> dict[str, Any]:
    """Return arrowheads; `customdata` is ``[leg_id, min_px_per_deg]``: a short stretch shows none when zoomed out."""
    placed = [(ribbon, *head) for ribbon in front for head in heads(ribbon, stops)]
    return {
        "type": "scattergeo",
        "name": "corridor-arrows",
        "uid": "corridor-arrows",
        "mode": "markers",
        "lon": [at[0] for _, at, _, _ in placed] or [None],
        "lat": [at[1] for _, at, _, _ in placed] or [None],
        "customdata": [[ribbon.legs[0], seen_from] for ribbon, _, _, seen_from in placed],
        "marker": {
            "symbol": "triangle-up",
            "angleref": "up",
            "angle": [angle for _, _, angle, _ in placed] or 0,
            "size": [round(ribbon.look.width + ARROW_PX, 1) for ribbon, _, _, _ in placed] or 8,
            "color": WHITE,
            "opacity": [ribbon.look.opacity for ribbon, _, _, _ in placed] or 1,
            "line": {"color": INK, "width": 1.3},
        },
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _hit(made: Sequence[Ribbon]) -> dict[str, Any]:
    """Return the unseen line that hand and keyboard meet; `meta.legs[i]` are the legs of its i-th part."""
    trace = _line_trace("corridor-hit", [], {"color": INK, "width": HIT_PX}, 0)
    lon: list[float | None] = []
    lat: list[float | None] = []
    for ribbon in made:
        lon += [*(p[0] for p in ribbon.line), None]
        lat += [*(p[1] for p in ribbon.line), None]
    return {**trace, "lon": lon or [None], "lat": lat or [None], "meta": {"legs": [list(r.legs) for r in made]}}
