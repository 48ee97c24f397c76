"""Small maps of a page: the counties' outlines once, then any number of coloured maps of all or a part of Kenya."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from markupsafe import Markup

from geodata.query import shapes as svg
from geodata.query.world import World
from geodata.values import Pcode
from layers.minimap import Fill, Mark, minimap, minimap_defs

FRAME_WIDTH = 560
STEP = 1.0
"""Units of the frame that outlines are drawn in: small maps are about as wide."""
SHAPE = 1.25
"""Width over height of a map that shows a part of Kenya."""
LEAST = 130.0
"""Pixels of the frame a part is at least wide, so that a small county is seen with its neighbours."""

Box = tuple[float, float, float, float]


_USED = re.compile(r"#m-(KE\d{3}|border|ilemi)\b")


def shared_outlines(world: World, drawn: str) -> Markup:
    """Return the invisible element that holds the outlines that small maps of a page use; once per page."""
    used = set(_USED.findall(drawn))
    paths, lines = ({key: d for key, d in drawings.items() if key in used} for drawings in _outlines(world))
    return Markup(minimap_defs(paths, lines, patterns=False))  # noqa: S704 - escaped inside


@lru_cache(maxsize=4)
def _outlines(world: World) -> tuple[dict[str, str], dict[str, str]]:
    frame = svg.frame(world.edition, FRAME_WIDTH)
    paths = svg.paths_in(world.edition, frame, "low", world.edition.anchors(), STEP)
    lines = svg.lines_in(world.edition, frame, "context-near", STEP)
    return {str(pcode): d for pcode, d in paths.items()}, lines


def small_map(
    world: World, ident: str, fills: Mapping[str, Fill], titled: tuple[str, str], within: Iterable[str] = ()
) -> Markup:
    """Return a map of Kenya, or of the surroundings of the counties in `within`.

    ident: unique on the page. titled: title and description, as a screen reader says them.
    """
    frame = svg.frame(world.edition, FRAME_WIDTH)
    inside = tuple(within)
    window = _window(world, inside) if inside else None
    marks = _names(world, window, inside) if window else ()
    drawn = minimap(
        _in_sight(world, window), fills, frame.width, frame.height, *titled,
        marks=marks, lines={"border": "", "ilemi": ""}, ident=ident, window=window,
    )  # fmt: skip
    return Markup(drawn)  # noqa: S704 - escaped inside


@lru_cache(maxsize=256)
def _window(world: World, pcodes: tuple[str, ...]) -> Box:
    """Return the part of the frame around counties: their box and a third as much again, in one shape."""
    frame, anchors = svg.frame(world.edition, FRAME_WIDTH), world.edition.anchors()
    boxes = [anchors[Pcode(pcode)].bbox for pcode in pcodes]
    west, top = frame.point(min(box[0] for box in boxes), max(box[3] for box in boxes))
    east, bottom = frame.point(max(box[2] for box in boxes), min(box[1] for box in boxes))
    wide, high = (east - west) * 1.35, (bottom - top) * 1.35
    width = max(wide, high * SHAPE, LEAST)
    height = width / SHAPE
    x, y = (west + east - width) / 2, (top + bottom - height) / 2
    return round(x, 1), round(y, 1), round(width, 1), round(height, 1)


@lru_cache(maxsize=256)
def _in_sight(world: World, window: Box | None) -> tuple[str, ...]:
    """Return the counties that reach into the window; the others would be bytes that nobody sees."""
    if window is None:
        return tuple(world.names)
    frame, anchors = svg.frame(world.edition, FRAME_WIDTH), world.edition.anchors()
    seen = []
    for pcode in world.names:
        west, south, east, north = anchors[Pcode(pcode)].bbox
        box = (*frame.point(west, north), *frame.point(east, south))
        if _overlap(box, (window[0], window[1], window[0] + window[2], window[1] + window[3])):
            seen.append(pcode)
    return tuple(seen)


@lru_cache(maxsize=256)
def _names(world: World, window: Box, own: tuple[str, ...]) -> tuple[Mark, ...]:
    """Name the counties of the window where there is room: its own ones first, moved a line where they collide."""
    x, y, width, height = window
    frame, size = svg.frame(world.edition, FRAME_WIDTH), window[2] / 27
    anchors = world.edition.anchors()
    taken: list[Box] = []
    names: list[Mark] = []
    for pcode in sorted(world.names, key=lambda pcode: pcode not in own):
        at = frame.point(anchors[Pcode(pcode)].lon, anchors[Pcode(pcode)].lat)
        half = len(world.names[pcode]) * size * 0.27
        for line in (0.0, 1.0, -1.0) if pcode in own else (0.0,):
            middle = at[1] + line * size
            box = (at[0] - half, middle - size * 0.55, at[0] + half, middle + size * 0.55)
            inside = x < box[0] and box[2] < x + width and y < box[1] and box[3] < y + height
            if inside and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                names.append(Mark(at[0], round(middle, 1), world.names[pcode], size=round(size, 1)))
                break
    return tuple(names)


def _overlap(box: Box, other: Box) -> bool:
    return box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]


def fill_of(look: str, words: str, *, edge: str = "") -> Fill:
    """Return the fill of a county from a look of the map page: a colour, or ``url(#pattern)``."""
    pattern = look.removeprefix("url(#").removesuffix(")") if look.startswith("url(#") else ""
    return Fill(colour="" if pattern else look, pattern=pattern, words=words, edge=edge)
