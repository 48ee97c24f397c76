"""Names on a slide's map: stops as pills (one of them the emblem), crossings as bars, counties with a halo.

They stand above all lines; what has no room at this scale is left out, most important first.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Pt

from dashboard.export.model import BriefMap, BriefStop
from dashboard.export.pptx.native import fill, halo, plain
from dashboard.export.pptx.slide import EMU, Box, describe, rgb
from layers.labels import LINE_HEIGHT, PILL_GAP_PX, Label, county_label, min_scales, pill_label, place_label
from layers.places import BORDER, HUB
from layers.projection import MapProjection
from layers.theme import INK, PAPER, WHITE, contrast

LABEL_PT = 9.0
PX = LABEL_PT / 11.0
"""Points per pixel of the labels' own measure: the screen writes names 11 px high."""
RING_PT, HUB_PT = 4.6, 7.0
BAR_PT = (2.4, 9.0)
CROSSING_RANK, HUB_RANK = 2.0, 3.0


def names(group: Any, on: MapProjection, drawn: BriefMap, *, stops: bool) -> None:
    """Write the names that have room at this scale, most important first; two never overlap."""
    scale = on.scale / PX
    every = stops or not drawn.filled
    marked = [stop for stop in drawn.stops if _sees(on, stop.at) and (every or stop.rank)]
    rings = [_ring_box(stop) for stop in marked]
    first = [
        label
        for stop in marked
        if stop.rank and _inside(on, label := pill_label(stop.id, stop.words, stop.at, priority=stop.rank,
                                                        bold=stop.emblem))
    ]  # fmt: skip
    pills = _with_room(first, scale, [])
    for stop, _ in _shown(marked, rings, scale, pills):
        _mark(group, on, stop)
    others = [
        place_label(stop.id, stop.name, stop.at, priority=2.0 if stop.abroad else 1.0)
        for stop in marked
        if not stop.rank
    ]
    told = {stop.name for stop in marked for pill in pills if pill.key == stop.id}
    counties, colours = _county_labels(drawn, told, stops=stops)
    obstacles = [*((pill, 0.0) for pill in pills), *((ring, 0.0) for ring in rings)]
    written = _with_room([label for label in (*counties, *others) if _inside(on, label)], scale, obstacles)
    alone = _letters_alone(drawn, {label.key for label in written}) if counties else []
    taken = [*obstacles, *((label, 0.0) for label in written)]
    for label in (*written, *_with_room([label for label in alone if _inside(on, label)], scale, taken)):
        _name(group, on, label, colours.get(label.key, INK))
    emblems = {stop.id for stop in marked if stop.emblem}
    for pill in pills:
        _pill(group, on, pill, dark=pill.key in emblems)


def _county_labels(drawn: BriefMap, told: set[str], *, stops: bool) -> tuple[list[Label], dict[str, str]]:
    labels, colours = [], {}
    for county in drawn.counties:
        if (stops and not county.selected) or county.name in told:
            continue
        rank = 10.0 if county.selected else 0.0
        label = county_label(county.pcode, county.name, county.at, priority=rank, bold=county.selected)
        labels.append(_with_letters(label, county.letters))
        dark = drawn.filled and contrast(county.colour, INK) < contrast(county.colour, WHITE)
        colours[county.pcode] = WHITE if dark else INK
    return labels, colours


def _letters_alone(drawn: BriefMap, named: set[str]) -> list[Label]:
    """Return what the map's question writes on counties whose name has no room."""
    return [
        county_label(county.pcode, county.letters, county.at)
        for county in drawn.counties
        if county.letters and county.pcode not in named
    ]


def _with_letters(label: Label, letters: str) -> Label:
    """Return a county's name with what the map's question writes under it."""
    if not letters:
        return label
    return replace(label, text=f"{label.text}<br>{letters}", bottom=label.bottom + LINE_HEIGHT * label.size)


def _with_room(labels: Sequence[Label], scale: float, obstacles: Sequence[tuple[Label, float]]) -> list[Label]:
    least = min_scales(list(labels), list(obstacles))
    return [label for label, seen_from in zip(labels, least, strict=True) if seen_from <= scale]


def _ring_box(stop: BriefStop) -> Label:
    rank = {HUB: HUB_RANK, BORDER: CROSSING_RANK}.get(stop.kind, 1.0)
    return Label(stop.id, "", *stop.at, 4.0, 4.0, 4.0, 4.0, rank)


def _shown(
    stops: Sequence[BriefStop], rings: Sequence[Label], scale: float, pills: Sequence[Label]
) -> list[tuple[BriefStop, Label]]:
    """Return the stops whose mark lies under no pill but their own."""
    least = min_scales(list(rings), [(pill, 0.0) for pill in pills])
    pairs = zip(stops, rings, least, strict=True)
    return [(stop, ring) for stop, ring, seen_from in pairs if seen_from <= scale]


def _sees(on: MapProjection, at: tuple[float, float]) -> bool:
    x, y = on.point(*at)
    return on.left <= x <= on.left + on.width and on.upper <= y <= on.upper + on.height


def _inside(on: MapProjection, label: Label) -> bool:
    x, y = on.point(label.lon, label.lat)
    across = on.left <= x - label.left * PX and x + label.right * PX <= on.left + on.width
    return across and on.upper <= y - label.top * PX and y + label.bottom * PX <= on.upper + on.height


def _mark(group: Any, on: MapProjection, stop: BriefStop) -> None:
    """Draw a ring, or for a border crossing a bar across the line."""
    x, y = on.point(*stop.at)
    is_crossing = stop.kind == BORDER
    side = HUB_PT if stop.kind == HUB else RING_PT
    wide, high = (BAR_PT[1], BAR_PT[0]) if is_crossing else (side, side)
    shape = group.shapes.add_shape(
        MSO_SHAPE.RECTANGLE if is_crossing else MSO_SHAPE.OVAL, *_emu((x - wide / 2, y - high / 2, wide, high))
    )
    plain(shape)
    fill(shape, INK if is_crossing else WHITE)
    shape.line.color.rgb, shape.line.width = rgb(WHITE if is_crossing else INK), Pt(0.75 if is_crossing else 1.0)
    if is_crossing:
        shape.rotation = math.fmod(stop.angle, 180.0)
    shape.name = f"stop {stop.id}"
    describe(shape, stop.name)


def _pill(group: Any, on: MapProjection, label: Label, *, dark: bool) -> None:
    x, y = on.point(label.lon, label.lat)
    left, right = x + PILL_GAP_PX * PX, x + label.right * PX
    box = (left, y - label.top * PX, right - left, (label.top + label.bottom) * PX)
    shape = group.shapes.add_shape(MSO_SHAPE.ROUNDED_RECTANGLE, *_emu(box))
    shape.adjustments[0] = 0.5
    plain(shape)
    fill(shape, INK if dark else WHITE)
    shape.line.color.rgb, shape.line.width = rgb(WHITE if dark else INK), Pt(1.0)
    shape.name = f"pill {label.key}"
    describe(shape, label.text)
    frame = _frame(shape)
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    _write(frame.paragraphs[0], label.text, label, WHITE if dark else INK)
    frame.paragraphs[0].alignment = PP_ALIGN.CENTER


def _name(group: Any, on: MapProjection, label: Label, colour: str) -> None:
    """Write a name: a stop's to the right of its ring, a county's standing on its point."""
    x, y = on.point(label.lon, label.lat)
    beside = label.lift > 0
    box = (x - label.left * PX, y - label.top * PX, (label.left + label.right) * PX, (label.top + label.bottom) * PX)
    if beside:
        box = (x + 5.0, box[1], box[2], box[3])
    shape = group.shapes.add_textbox(*_emu(box))
    shape.name = f"name {label.key}"
    frame = _frame(shape)
    for i, words in enumerate(label.text.split("<br>")):
        paragraph = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
        run = _write(paragraph, words, label, INK if beside else colour)
        halo(run, INK if colour == WHITE else PAPER)
        paragraph.line_spacing = 1 / LINE_HEIGHT + 0.1
        paragraph.alignment = PP_ALIGN.LEFT if beside else PP_ALIGN.CENTER


def _write(paragraph: Any, words: str, label: Label, colour: str) -> Any:
    run = paragraph.add_run()
    run.text = words
    run.font.size, run.font.bold = Pt(round(label.size * PX, 1)), label.bold
    run.font.color.rgb = rgb(colour)
    return run


def _frame(shape: Any) -> Any:
    frame = shape.text_frame
    frame.word_wrap = False
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    return frame


def _emu(box: Box) -> list[Emu]:
    return [Emu(int(value * EMU)) for value in box]
