"""Corridors as ribbons: per stretch of road, not per leg; legs that share a stretch make it wider.

Pure geometry and looks, no Plotly. Legs that run along one road have the same points there, so a *stretch* is a pair
of neighbouring points; stretches of one look join to a `Ribbon`. A corridor brought forward shows its own sources by
width; the others stand behind it in grey, wider where more of them share the road. With none brought forward, width
is the number of corridors. Solid: some source states a leg here. Broken: all are inferred. Faded: last confirmed over
ten years ago. Nature is a core inside the ribbon, two side by side for *mixed*, and the line's own hue where the line
is too thin for a core. With none brought forward the trunk has an edge of ink, so that it is seen first. Bends are
smoothed for drawing only; a ribbon still passes every one of its points.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from geodata.values import Nature
from layers.projection import mercator_y, screen_angle
from layers.theme import BEHIND, GREY_UNCLEAR, INK, LINE_HUE

Point = tuple[float, float]
Stretch = tuple[Point, Point]
"""Two neighbouring points, the smaller first."""

FORWARD_WIDTHS = (5.4, 6.4, 7.6, 9.0)
"""Pixels of a corridor brought forward: 1, 2, 3–4, 5 and more independent sources; an alternative one class less."""
BEHIND_WIDTHS = (1.4, 2.4, 3.6)
"""Pixels of the grey behind it: 1, 2–4, 5 and more corridors on the stretch."""
ALL_WIDTHS = (1.6, 2.4, 3.2, 4.2, 5.4, 6.6, 8.0)
"""Pixels where no corridor is brought forward: 1, 2, 3, 4–5, 6–8, 9–12, 13 and more corridors on the stretch."""
SOURCE_CLASSES = (1, 2, 4)
BEHIND_CLASSES = (1, 4)
ALL_CLASSES = (1, 2, 3, 5, 8, 12)
AIR_WIDTH = 1.2
OLD_YEARS = 10
FADED = 0.45
CASING_PX, FRONT_CASING_PX = 2.4, 4.2
"""White edge of a ribbon, both sides together; wider in front, so that it stands off the darkest county in grey too."""
EDGE_PX = 2.6
"""Edge of ink around the white one, both sides together: the trunk, where no corridor is brought forward."""
CORE_FROM_PX = 3.0
"""A ribbon this wide holds a core."""
SMOOTH_STEPS = 4
STRAIGHT_DEG = 8.0
"""Bends below this are left alone: nobody sees them, and points cost bytes."""


@dataclass(frozen=True, slots=True, order=True)
class RibbonLook:
    """How a ribbon is drawn; sorts from what lies behind to what lies in front."""

    forward: bool
    opacity: float
    width: float
    dashed: bool
    natures: tuple[str, ...]
    edged: bool = False

    @property
    def has_core(self) -> bool:
        """Say whether nature is a core inside the line, and not the line's own hue."""
        return self.forward and self.width >= CORE_FROM_PX and Nature.UNCLEAR.value not in self.natures

    @property
    def casing(self) -> float:
        """Return the width of the white line under the ribbon, in pixels."""
        return round(self.width + (FRONT_CASING_PX if self.has_core else CASING_PX), 1)

    @property
    def edge(self) -> float:
        """Return the width of the line of ink under the white one, in pixels; 0 for none."""
        return round(self.casing + EDGE_PX, 1) if self.edged else 0.0

    @property
    def colour(self) -> str:
        """Return the colour of the line itself."""
        if not self.forward:
            return BEHIND
        if self.has_core or len(self.natures) > 1:
            return INK
        return LINE_HUE[Nature(self.natures[0])] if self.natures else GREY_UNCLEAR


@dataclass(frozen=True, slots=True)
class Ribbon:
    """A line of one look. line: (lon, lat), in the direction people go; both_ways: some go the other way."""

    look: RibbonLook
    line: tuple[Point, ...]
    legs: tuple[str, ...]
    corridors: tuple[str, ...]
    both_ways: bool = False


@dataclass(frozen=True, slots=True)
class _Share:
    """One leg on one stretch; `ahead`: it goes from the smaller point to the larger."""

    leg: Any
    ahead: bool


def points_of(geometry: Any) -> tuple[Point, ...]:
    """Return (lon, lat) pairs of a shapely line or of any sequence of pairs, to three decimals (100 m)."""
    pairs: Iterable[Sequence[float]] = getattr(geometry, "coords", geometry)
    rounded = [(round(float(p[0]), 3), round(float(p[1]), 3)) for p in pairs]
    return tuple(point for i, point in enumerate(rounded) if not i or point != rounded[i - 1])


def ribbons(
    legs: pd.DataFrame,
    as_of_year: int,
    forward: str | None,
    back: frozenset[str] = frozenset(),
    trunk: str = "",
) -> tuple[Ribbon, ...]:
    """Return the ribbons of some legs, from behind to front; flights are arcs of their own, see `flights`.

    back: ids of legs that stand behind whatever corridor is brought forward. trunk: the corridor that is edged where
    none is brought forward, alternatives apart.
    """
    shares: dict[Stretch, list[_Share]] = defaultdict(list)
    for leg in legs.itertuples(index=False):
        if leg.drawn != "air":
            for start, end in pairwise(points_of(leg.geometry)):
                ahead = start <= end
                shares[(start, end) if ahead else (end, start)].append(_Share(leg, ahead))
    groups: dict[tuple[RibbonLook, tuple[str, ...], tuple[str, ...]], list[Stretch]] = defaultdict(list)
    turned: dict[Stretch, tuple[bool, bool]] = {}
    for stretch, here in shares.items():
        front = [share for share in here if _stands_in_front(share.leg, forward, back)]
        drawn = front or here
        look = _look(front, as_of_year, forward, trunk) if front else _behind(here, as_of_year)
        turned[stretch] = (any(s.ahead for s in drawn), any(not s.ahead for s in drawn))
        groups[look, _unique(s.leg.leg_id for s in drawn), _unique(s.leg.corridor_id for s in drawn)].append(stretch)
    made = [
        Ribbon(look, line, leg_ids, corridors, both)
        for (look, leg_ids, corridors), stretches in groups.items()
        for line, both in _chains(stretches, turned)
    ]
    return tuple(sorted(made, key=lambda ribbon: (ribbon.look, ribbon.line)))


def _stands_in_front(leg: Any, forward: str | None, back: frozenset[str]) -> bool:
    return leg.leg_id not in back and (forward is None or leg.corridor_id == forward)


def flights(
    legs: pd.DataFrame, as_of_year: int, forward: str | None, back: frozenset[str] = frozenset()
) -> tuple[Ribbon, ...]:
    """Return the legs by air as thin arcs: those of the corridor brought forward, or all."""
    made = []
    for leg in legs.loc[legs["drawn"] == "air"].itertuples(index=False):
        if _stands_in_front(leg, forward, back):
            look = RibbonLook(True, _opacity([leg], as_of_year), AIR_WIDTH, bool(leg.inferred), _natures([leg]))
            made.append(Ribbon(look, points_of(leg.geometry), (str(leg.leg_id),), (str(leg.corridor_id),)))
    return tuple(made)


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))


def _look(front: Sequence[_Share], year: int, forward: str | None, trunk: str) -> RibbonLook:
    legs = [share.leg for share in front]
    edged = forward is None and any(leg.corridor_id == trunk and not leg.is_alternative for leg in legs)
    if forward is None:
        width = ALL_WIDTHS[sum(len({leg.corridor_id for leg in legs}) > limit for limit in ALL_CLASSES)]
    else:
        classes = [max(0, sum(leg.n_sources > n for n in SOURCE_CLASSES) - bool(leg.is_alternative)) for leg in legs]
        width = FORWARD_WIDTHS[max(classes)]
    return RibbonLook(True, _opacity(legs, year), width, all(leg.inferred for leg in legs), _natures(legs), edged)


def _behind(here: Sequence[_Share], year: int) -> RibbonLook:
    legs = [share.leg for share in here]
    width = BEHIND_WIDTHS[sum(len({leg.corridor_id for leg in legs}) > limit for limit in BEHIND_CLASSES)]
    return RibbonLook(False, _opacity(legs, year), width, all(leg.inferred for leg in legs), ())


def _opacity(legs: Sequence[Any], year: int) -> float:
    confirmed = [leg.last_confirmed for leg in legs]
    known = [int(value) for value in confirmed if value is not None and not pd.isna(value)]
    return FADED if known and len(known) == len(confirmed) and max(known) < year - OLD_YEARS else 1.0


def _natures(legs: Iterable[Any]) -> tuple[str, ...]:
    """Return what a core shows: both of *mixed*, one, or unclear where nothing better is known."""
    named = {str(leg.nature) for leg in legs}
    both = {Nature.TRAFFICKING.value, Nature.SMUGGLING.value}
    natures = (both if Nature.MIXED.value in named else set()) | (named & both)
    return tuple(nature.value for nature in Nature if nature.value in (natures or {Nature.UNCLEAR.value}))


def _chains(
    stretches: Sequence[Stretch], turned: dict[Stretch, tuple[bool, bool]]
) -> Iterator[tuple[tuple[Point, ...], bool]]:
    """Join stretches end to end into lines that go the way most of their legs go."""
    at: dict[Point, list[Stretch]] = defaultdict(list)
    for stretch in sorted(stretches):
        for end in stretch:
            at[end].append(stretch)
    left = set(stretches)
    # Ends and forks first, so that a line never starts in the middle of itself.
    for start in sorted(at, key=lambda point: (len(at[point]) == 2, point)):
        for first in at[start]:
            if first not in left:
                continue
            line, stretch, votes, both = [start], first, 0, False
            while True:
                left.discard(stretch)
                end = stretch[1] if stretch[0] == line[-1] else stretch[0]
                ahead, back = turned[stretch]
                votes += (ahead - back) * (1 if stretch[0] == line[-1] else -1)
                both |= ahead and back
                line.append(end)
                following = [other for other in at[end] if other in left]
                if len(at[end]) != 2 or not following:
                    break
                stretch = following[0]
            yield (tuple(line) if votes >= 0 else tuple(reversed(line))), both


def smooth(line: Sequence[Point]) -> tuple[Point, ...]:
    """Return the line with rounded bends: a Catmull–Rom curve through every point, straight hops left alone."""
    if len(line) < 3:
        return tuple(line)
    turns = [0.0, *(_turn(a, b, c) for a, b, c in zip(line, line[1:], line[2:], strict=False)), 0.0]
    points: list[Point] = [line[0]]
    for i, (start, end) in enumerate(pairwise(line)):
        if max(turns[i], turns[i + 1]) >= STRAIGHT_DEG:
            before = line[i - 1] if i else start
            after = line[i + 2] if i + 2 < len(line) else end
            points += [_between(before, start, end, after, k / SMOOTH_STEPS) for k in range(1, SMOOTH_STEPS)]
        points.append(end)
    return tuple(points)


def _turn(before: Point, here: Point, after: Point) -> float:
    angle = abs(screen_angle(*before, *here) - screen_angle(*here, *after))
    return min(angle, 360 - angle)


def _between(before: Point, start: Point, end: Point, after: Point, t: float) -> Point:
    """Return a point of the centripetal-like curve between two points; tangents are cut to the hop's own length.

    A long hop beside a short one would otherwise throw the curve into a loop around the short one.
    """
    hop = math.dist(start, end)
    tangents = []
    for a, b in ((before, end), (start, after)):
        span = math.dist(a, b) or 1.0
        scale = min(1.0, 0.8 * hop / span)
        tangents.append(((b[0] - a[0]) * scale * 0.75, (b[1] - a[1]) * scale * 0.75))
    h00, h10 = 2 * t**3 - 3 * t**2 + 1, t**3 - 2 * t**2 + t
    h01, h11 = -2 * t**3 + 3 * t**2, t**3 - t**2
    x, y = (h00 * start[k] + h10 * tangents[0][k] + h01 * end[k] + h11 * tangents[1][k] for k in (0, 1))
    return (round(x, 3), round(y, 3))


def along(line: Sequence[Point], every_deg: float) -> Iterator[tuple[Point, float]]:
    """Yield (point, screen angle) at even distances along a line, at least at its middle.

    Distances are measured on the Mercator map, which is where the arrowheads have to look even.
    """
    plane = [(lon, mercator_y(lat)) for lon, lat in line]
    lengths = [math.dist(a, b) for a, b in pairwise(plane)]
    total = sum(lengths)
    count = max(1, round(total / every_deg))
    for i in range(count if total else 0):
        rest = total * (i + 0.5) / count
        for (start, end), length in zip(pairwise(line), lengths, strict=True):
            if length and rest <= length:
                share = rest / length
                at = (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)
                yield (round(at[0], 4), round(at[1], 4)), round(screen_angle(*start, *end), 1)
                break
            rest -= length
