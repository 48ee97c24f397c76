"""The map on a slide, all native: surroundings, 47 counties as freeforms, corridors as ribbons with arrowheads, names.

Everything is one group ``map``; inside, each county is a shape of its own named ``KE011 Isiolo``, with the
sentence of that county as its description, so that a reader, a script or a screen reader finds it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.util import Emu, Pt

from dashboard.export.model import BriefMap, MapCounty
from dashboard.export.pptx.map_names import names
from dashboard.export.pptx.native import PATTERN_INK, PATTERNS, arrow, dashed, fade, fill, pattern, plain
from dashboard.export.pptx.slide import EMU, Box, SlideCanvas, describe, rgb
from geodata.query.shapes import Ring, clipped, clipped_rings, county_rings, surroundings
from geodata.query.world import World
from layers.corridors import AIR_BELOW, cores, heads
from layers.projection import MapProjection, fitted
from layers.ribbons import AIR_WIDTH, Point, Ribbon, smooth
from layers.theme import INK, INK_SECOND, LAND, LAND_LINE, PAPER, WATER, WATER_LINE, WHITE

FINE_UNITS = 100
"""Steps per point in which outlines are written."""
POINTS_PER_PX = 0.75


def draw_map(canvas: SlideCanvas, world: World, drawn: BriefMap, box: Box, *, stops: bool = False) -> MapProjection:
    """Draw the map into a box; stops: the map is about one corridor, whose stops and flights are shown at any scale.

    A map of figures stands at the right of its box: the legend lies on the left, over the neighbours.
    """
    on = fitted(drawn.window, box, decimals=None)
    if drawn.filled:
        _, south, east, north = drawn.window
        on = fitted((east - box[2] / on.scale, south, east, north), box, decimals=None)
    window = on.seen
    group = canvas.slide
    before = len(group.shapes)
    _ground(group, world, on, window, canvas.brief.words["alt_ground"])
    lakes, border, ilemi = _over(world, window)
    rings = county_rings(world.edition)
    for county in sorted(drawn.counties, key=lambda county: county.selected):
        inside = clipped_rings(rings[county.pcode], window)  # type: ignore[index] # keys are P-codes
        if inside:
            _county(group, on, county if drawn.filled else _as_paper(county), inside)
    for ring in lakes:
        _area(group, on, ring, (WATER, WATER_LINE, 0.5), "lake")
    for line in border:
        _open(group, on, line, (INK, 1.25), "border")
    for line in ilemi:
        dashed(_open(group, on, line, (INK_SECOND, 1.0), canvas.brief.words["ilemi"]), "sysDash")
    words = {line.id: line.words for line in drawn.lines}
    stops_at = frozenset(end for line in drawn.lines for end in (line.line[0], line.line[-1]))
    near = on.scale / POINTS_PER_PX >= AIR_BELOW and not stops
    for ribbon in drawn.ribbons:
        if near and ribbon.look.width == AIR_WIDTH:
            continue
        leg_text = "; ".join(words[leg] for leg in ribbon.legs if leg in words)
        _ribbon(group, on, ribbon, stops_at, canvas.brief.say("alt_lines", text=leg_text))
    names(group, on, drawn, stops=stops)
    # Grouped at the end: python-pptx measures a group anew for every shape that is added to it.
    whole = group.shapes.add_group_shape(list(group.shapes)[before:])
    whole.name = "map"
    describe(whole, f"{drawn.title}. {drawn.words}")
    return on


def _ground(group: Any, world: World, on: MapProjection, window: tuple[float, float, float, float], words: str) -> None:
    sea = group.shapes.add_shape(
        MSO_SHAPE.RECTANGLE, *(Emu(int(v * EMU)) for v in (on.left, on.upper, on.width, on.height))
    )
    fill(sea, WATER)
    sea.line.fill.background()
    plain(sea)
    sea.name = "ground"
    describe(sea, words)
    for rings in surroundings(world.edition, window).countries:
        _area(group, on, rings, (LAND, LAND_LINE, 0.6), "neighbour")


def _over(world: World, window: tuple[float, float, float, float]) -> tuple[Any, Any, Any]:
    around = surroundings(world.edition, window)
    return around.lakes, around.border, around.ilemi


def _county(group: Any, on: MapProjection, county: MapCounty, rings: Sequence[Ring]) -> None:
    edge = (INK, 2.0) if county.selected else (LAND_LINE if county.mark == "zero" else WHITE, 0.75)
    shape = _area(group, on, rings, (county.colour, *edge), f"{county.pcode} {county.name}")
    if county.mark in PATTERNS:
        pattern(shape, PATTERNS[county.mark], PATTERN_INK[county.mark], county.colour)
    describe(shape, county.words)


def _as_paper(county: MapCounty) -> MapCounty:
    """Return a county without the colour of its figure: the map is about a corridor."""
    return replace(county, colour=PAPER, mark="zero")


def _area(group: Any, on: MapProjection, rings: Iterable[Ring], look: tuple[str, str, float], name: str) -> Any:
    """Draw an area; look: fill, colour and width of its edge."""
    builder = None
    for ring in rings:
        points = [_unit(on, p) for p in ring]
        if builder is None:
            builder = group.shapes.build_freeform(*points[0], scale=EMU / FINE_UNITS)
        else:
            builder.move_to(*points[0])
        builder.add_line_segments(points[1:], close=True)
    shape = builder.convert_to_shape()  # type: ignore[union-attr] # every area has a ring
    shape.name = name
    plain(shape)
    fill(shape, look[0])
    shape.line.color.rgb, shape.line.width = rgb(look[1]), Pt(look[2])
    describe(shape, name if name[:3] == "KE0" else "")
    return shape


def _unit(on: MapProjection, place: tuple[float, float]) -> tuple[int, int]:
    x, y = on.point(*place)
    return round(x * FINE_UNITS), round(y * FINE_UNITS)


def _open(
    group: Any, on: MapProjection, line: Sequence[tuple[float, float]], look: tuple[str, float], name: str
) -> Any:
    """Draw an open line: a connector where it is straight, else a freeform without fill."""
    points = [_unit(on, p) for p in line]
    points = [points[0], *(b for a, b in itertools.pairwise(points) if a != b)]
    if len(points) <= 2:
        ends = [Emu(int(v * EMU / FINE_UNITS)) for p in (points[0], points[-1]) for v in p]
        shape = group.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *ends)
    else:
        shape = group.shapes.build_freeform(*points[0], scale=EMU / FINE_UNITS)
        shape = shape.add_line_segments(points[1:], close=False).convert_to_shape()
        shape.fill.background()
    plain(shape)
    shape.name = name
    shape.line.color.rgb, shape.line.width = rgb(look[0]), Pt(look[1])
    return shape


def _ribbon(group: Any, on: MapProjection, ribbon: Ribbon, stops: frozenset[Point], words: str) -> None:
    """Draw one ribbon: casing, line, core or cores, and arrowheads between its stops."""
    look = ribbon.look
    name = ribbon.legs[0] if len(ribbon.legs) == 1 else f"{ribbon.legs[0]} +{len(ribbon.legs) - 1}"
    for part in clipped(smooth(ribbon.line), on.seen):
        if len({_unit(on, p) for p in part}) < 2:
            continue
        if look.edged:
            _open(group, on, part, (INK, look.edge * POINTS_PER_PX), f"edge {name}")
        if look.opacity == 1:
            _open(group, on, part, (WHITE, look.casing * POINTS_PER_PX), f"casing {name}")
        strokes = [(look.colour, look.width, (0.0, 0.0), "leg"), *((*core, "core") for core in cores(look))]
        for colour, width, shift, kind in strokes:
            line = _open(group, on, part, (colour, width * POINTS_PER_PX), f"{kind} {name}")
            line.left += Emu(int(shift[0] * POINTS_PER_PX * EMU))
            line.top += Emu(int(shift[1] * POINTS_PER_PX * EMU))
            describe(line, words)
            if look.dashed:
                dashed(line, "dash")
            if look.opacity < 1:
                fade(line, look.opacity)
    if look.forward:
        _heads(group, on, ribbon, stops, words)


def _heads(group: Any, on: MapProjection, ribbon: Ribbon, stops: frozenset[Point], words: str) -> None:
    """Draw short white lines that end in a native arrowhead, along the ribbon."""
    for at, angle, seen_from in heads(ribbon, stops):
        x, y = on.point(*at)
        inside = on.left <= x <= on.left + on.width and on.upper <= y <= on.upper + on.height
        if not inside or on.scale / POINTS_PER_PX < seen_from:
            continue
        turn, half = math.radians(angle), 2.0
        dx, dy = half * math.sin(turn), -half * math.cos(turn)
        ends = (Emu(int(value * EMU)) for value in (x - dx, y - dy, x + dx, y + dy))
        line = group.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *ends)
        plain(line)
        line.name = f"arrow {ribbon.legs[0]}"
        line.line.color.rgb, line.line.width = rgb(WHITE), Pt(1.25)
        describe(line, words)
        arrow(line)
