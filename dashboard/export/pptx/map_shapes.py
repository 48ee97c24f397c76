"""The map on a slide, all native: surroundings, 47 counties as freeforms, corridor legs with arrowheads, names, legend.

Everything is one group ``map``; inside, each county is a shape of its own named ``KE011 Isiolo``, with the
sentence of that county as its description, so that a reader, a script or a screen reader finds it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from typing import Any

from lxml import etree  # type: ignore[import-untyped] # no types
from pptx.enum.dml import MSO_PATTERN
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.enum.text import PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from dashboard.export.model import BriefMap, MapCounty
from dashboard.export.pptx.slide import EMU, Box, SlideCanvas, TextStyle, describe, rgb
from dashboard.export.text_fitting import height
from geodata.query.shapes import Ring, clipped, county_rings, surroundings
from geodata.query.world import World
from layers.corridors import cores, heads
from layers.labels import Label, county_label, min_scales, place_label
from layers.legend import LegendItem
from layers.projection import MapProjection, fitted
from layers.ribbons import CASING_PX, Point, Ribbon, smooth
from layers.theme import INK, INK_SECOND, LAND, LAND_LINE, WATER, WATER_LINE, WHITE, contrast

FINE_UNITS = 100
"""Steps per point in which outlines are written."""
PATTERNS = {
    "hatch": MSO_PATTERN.WIDE_UPWARD_DIAGONAL,
    "dots": MSO_PATTERN.PERCENT_20,
    "unstated": MSO_PATTERN.SMALL_GRID,
}
PATTERN_INK = {"hatch": "#B9B3A3", "dots": INK_SECOND, "unstated": "#B9B3A3"}
POINTS_PER_PX = 0.75
LABEL_PT = 9.0
PX = LABEL_PT / 11.0
"""Points per pixel of the labels' own measure: the screen writes names 11 px high."""


def draw_map(canvas: SlideCanvas, world: World, drawn: BriefMap, box: Box, *, stops: bool = False) -> MapProjection:
    """Draw the map into a box; stops: name the stops of the corridors too."""
    on = fitted(drawn.window, box, decimals=None)
    window = on.seen
    group = canvas.slide
    before = len(group.shapes)
    _ground(group, world, on, window, canvas.brief.words["alt_ground"])
    lakes, border, ilemi = _over(world, window)
    rings = county_rings(world.edition)
    for one in sorted(drawn.counties, key=lambda county: county.selected):
        _county(group, on, one, rings[one.pcode])  # type: ignore[index] # keys are P-codes
    for ring in lakes:
        _area(group, on, ring, (WATER, WATER_LINE, 0.5), "lake")
    for line in border:
        _open(group, on, line, (INK, 1.25), "border")
    for line in ilemi:
        _dashed(_open(group, on, line, (INK_SECOND, 1.0), canvas.brief.words["ilemi"]), "sysDash")
    words = {line.id: line.words for line in drawn.lines}
    stops_at = frozenset(end for line in drawn.lines for end in (line.line[0], line.line[-1]))
    for ribbon in drawn.ribbons:
        said = "; ".join(words[leg] for leg in ribbon.legs if leg in words)
        _ribbon(group, on, ribbon, stops_at, canvas.brief.say("alt_lines", text=said))
    _names(group, on, drawn, stops=stops)
    # Grouped at the end: python-pptx measures a group anew for every shape that is added to it.
    whole = group.shapes.add_group_shape(list(group.shapes)[before:])
    whole.name = "map"
    describe(whole, f"{drawn.title}. {drawn.words}")
    return on


def _ground(group: Any, world: World, on: MapProjection, window: tuple[float, float, float, float], words: str) -> None:
    sea = group.shapes.add_shape(
        MSO_SHAPE.RECTANGLE, *(Emu(int(v * EMU)) for v in (on.left, on.upper, on.width, on.height))
    )
    _fill(sea, WATER)
    sea.line.fill.background()
    _plain(sea)
    sea.name = "ground"
    describe(sea, words)
    for rings in surroundings(world.edition, window).countries:
        _area(group, on, rings, (LAND, LAND_LINE, 0.6), "neighbour")


def _over(world: World, window: tuple[float, float, float, float]) -> tuple[Any, Any, Any]:
    around = surroundings(world.edition, window)
    return around.lakes, around.border, around.ilemi


def _county(group: Any, on: MapProjection, one: MapCounty, rings: Sequence[Ring]) -> None:
    edge = (INK, 2.0) if one.selected else (LAND_LINE if one.mark == "zero" else WHITE, 0.75)
    shape = _area(group, on, rings, (one.colour, *edge), f"{one.pcode} {one.name}")
    if one.mark in PATTERNS:
        _pattern(shape, PATTERNS[one.mark], PATTERN_INK[one.mark], one.colour)
    describe(shape, one.words)


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
    _plain(shape)
    _fill(shape, look[0])
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
    _plain(shape)
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
        if look.opacity == 1:
            _open(group, on, part, (WHITE, (look.width + CASING_PX) * POINTS_PER_PX), f"casing {name}")
        strokes = [(look.colour, look.width, (0.0, 0.0), "leg"), *((*core, "core") for core in cores(look))]
        for colour, width, shift, kind in strokes:
            line = _open(group, on, part, (colour, width * POINTS_PER_PX), f"{kind} {name}")
            line.left += Emu(int(shift[0] * POINTS_PER_PX * EMU))
            line.top += Emu(int(shift[1] * POINTS_PER_PX * EMU))
            describe(line, words)
            if look.dashed:
                _dashed(line, "dash")
            if look.opacity < 1:
                _fade(line, look.opacity)
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
        _plain(line)
        line.name = f"arrow {ribbon.legs[0]}"
        line.line.color.rgb, line.line.width = rgb(WHITE), Pt(1.25)
        describe(line, words)
        _arrow(line)


def _names(group: Any, on: MapProjection, drawn: BriefMap, *, stops: bool) -> None:
    """Write the names that have room at this scale, most important first; two never overlap."""
    labels, colours = [], {}
    for one in drawn.counties:
        if stops and not one.selected:
            continue
        labels.append(
            county_label(one.pcode, one.name, one.at, priority=10.0 if one.selected else 0.0, bold=one.selected)
        )
        dark = contrast(one.colour, INK) < contrast(one.colour, WHITE)
        colours[one.pcode] = WHITE if dark and one.mark == "fill" else INK
    if stops:
        labels += [place_label(s.id, s.name, s.at, priority=2.0 if s.abroad else 1.0) for s in drawn.stops]
    labels = [label for label in labels if _inside(on, label)]
    scale = on.scale / PX
    for label, least in zip(labels, min_scales(labels), strict=True):
        if least <= scale:
            _name(group, on, label, colours.get(label.key, INK))


def _inside(on: MapProjection, label: Label) -> bool:
    x, y = on.point(label.lon, label.lat)
    across = on.left <= x - label.left * PX and x + label.right * PX <= on.left + on.width
    return across and on.upper <= y - label.top * PX and y + label.bottom * PX <= on.upper + on.height


def _name(group: Any, on: MapProjection, label: Label, colour: str) -> None:
    x, y = on.point(label.lon, label.lat)
    box = (x - label.left * PX, y - label.top * PX, (label.left + label.right) * PX, (label.top + label.bottom) * PX)
    stop = label.lift > 0
    if stop:
        dot = group.shapes.add_shape(MSO_SHAPE.OVAL, *(Emu(int(v * EMU)) for v in (x - 2.5, y - 2.5, 5.0, 5.0)))
        _fill(dot, WHITE)
        dot.line.color.rgb, dot.line.width = rgb(INK), Pt(1)
        _plain(dot)
        dot.name = f"stop {label.key}"
        describe(dot, label.text)
        box = (x + 5.0, box[1], box[2], box[3])
    shape = group.shapes.add_textbox(*(Emu(int(v * EMU)) for v in box))
    shape.name = f"name {label.key}"
    frame = shape.text_frame
    frame.word_wrap = False
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    for i, words in enumerate(label.text.split("<br>")):
        paragraph = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = words
        run.font.size, run.font.bold = Pt(round(label.size * PX, 1)), label.bold
        run.font.color.rgb = rgb(INK if stop else colour)
        paragraph.line_spacing = 0.9
        paragraph.alignment = PP_ALIGN.LEFT if stop else PP_ALIGN.CENTER


def legend(canvas: SlideCanvas, drawn: BriefMap, box: Box) -> None:
    """Write the legend: classes and kinds of empty, then the kinds of line; each mark is a native shape."""
    left, top, wide, _ = box
    head, tall = _legend_rows(drawn, wide)
    style = TextStyle((LEGEND_PT,))
    title = f"{canvas.brief.words['legend']}: {drawn.title}"
    canvas.text(title, (left, top, wide, head), TextStyle((LEGEND_PT + 1, LEGEND_PT), bold=True), "legend title")
    y = top + head + 3.0
    for item, high in zip((*drawn.legend, *drawn.line_legend), tall, strict=True):
        if item in drawn.line_legend:
            _stroke(canvas, item, (left, y + 6.5, 18.0))
        else:
            _swatch(canvas, item, (left, y + 1.0, 18.0, 11.0))
        canvas.text(item.label, (left + 24.0, y, wide - 24.0, high), style)
        y += high


LEGEND_PT = 10.0


def legend_height(drawn: BriefMap, wide: float) -> float:
    """Return the height of the legend in points."""
    head, tall = _legend_rows(drawn, wide)
    return head + 3.0 + sum(tall)


def _legend_rows(drawn: BriefMap, wide: float) -> tuple[float, list[float]]:
    """Return the height of the title and of every line."""
    items = (*drawn.legend, *drawn.line_legend)
    return (
        height(f"{drawn.title} 123456789", LEGEND_PT + 1, wide) + 2.0,
        [height(item.label, LEGEND_PT, wide - 24.0) + 3.0 for item in items],
    )


def _swatch(canvas: SlideCanvas, item: LegendItem, box: Box) -> None:
    shape = canvas.slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *(Emu(int(v * EMU)) for v in box))
    _fill(shape, item.colour)
    shape.line.color.rgb, shape.line.width = rgb(LAND_LINE), Pt(0.5)
    _plain(shape)
    shape.name = f"legend {item.code}"
    if item.mark in PATTERNS:
        _pattern(shape, PATTERNS[item.mark], PATTERN_INK[item.mark], item.colour)
    describe(shape, item.label)


def _stroke(canvas: SlideCanvas, item: LegendItem, at: tuple[float, float, float]) -> None:
    x, y, wide = at
    ends = [Emu(int(v * EMU)) for v in (x, y, x + wide, y)]
    line = canvas.slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *ends)
    line.name = f"legend {item.code}"
    _plain(line)
    thin = item.mark == "thin"
    line.line.color.rgb, line.line.width = rgb(item.colour), Pt(1.0 if thin else 4.5 if ":" in item.mark else 2.25)
    describe(line, item.label)
    if item.mark == "dash":
        _dashed(line, "dash")
    if item.mark == "faded":
        _fade(line, 0.4)
    hues = item.mark.split(":")[1:]
    for i, hue in enumerate(hues):
        off = (i - 0.5) * 1.4 if len(hues) > 1 else 0.0
        along = [Emu(int(v * EMU)) for v in (x, y + off, x + wide, y + off)]
        core = canvas.slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *along)
        core.name = f"legend {item.code} core"
        _plain(core)
        core.line.color.rgb, core.line.width = rgb(hue), Pt(1.5 if len(hues) == 1 else 1.1)
        describe(core, item.label)


def _plain(shape: Any) -> None:
    """Take the theme's effects off a shape: shadows and gradients differ from template to template."""
    for style in shape._element.findall(qn("p:style")):  # noqa: SLF001 - no public door
        shape._element.remove(style)  # noqa: SLF001


def _fill(shape: Any, colour: str) -> None:
    shape.fill.solid()
    shape.fill.fore_color.rgb = rgb(colour)


def _pattern(shape: Any, preset: MSO_PATTERN, ink: str, ground: str) -> None:
    """Fill a shape with one of PowerPoint's patterns; a solid fill set later takes its place."""
    shape.fill.patterned()
    shape.fill.pattern = preset
    shape.fill.fore_color.rgb, shape.fill.back_color.rgb = rgb(ink), rgb(ground)


def _dashed(shape: Any, preset: str) -> None:
    line = shape.line._get_or_add_ln()  # noqa: SLF001 - python-pptx names fewer dashes than PowerPoint has
    for old in line.findall(qn("a:prstDash")):
        line.remove(old)
    dash = etree.SubElement(line, qn("a:prstDash"))
    dash.set("val", preset)
    _ordered(line)


def _arrow(shape: Any) -> None:
    """Put an arrowhead at the end of a line; python-pptx has no word for it."""
    line = shape.line._get_or_add_ln()  # noqa: SLF001
    head = etree.SubElement(line, qn("a:tailEnd"))
    for key, value in (("type", "triangle"), ("w", "med"), ("len", "med")):
        head.set(key, value)
    _ordered(line)


def _fade(shape: Any, opacity: float) -> None:
    colour = shape.line._get_or_add_ln().find(f".//{qn('a:srgbClr')}")  # noqa: SLF001
    etree.SubElement(colour, qn("a:alpha")).set("val", str(round(opacity * 100_000)))


_ORDER = (
    "noFill", "solidFill", "gradFill", "pattFill", "prstDash", "custDash", "round", "bevel", "miter",
    "headEnd", "tailEnd",
)  # fmt: skip


def _ordered(line: Any) -> None:
    """Bring the parts of a line into the order the format demands; PowerPoint repairs a file without."""
    line[:] = sorted(line, key=lambda part: _ORDER.index(etree.QName(part).localname))
