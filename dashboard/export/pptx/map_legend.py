"""The legend of the map on a slide: classes and kinds of empty, then the kinds of line; each mark a native shape."""

from __future__ import annotations

from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.util import Emu, Pt

from dashboard.export.model import BriefMap
from dashboard.export.pptx.native import PATTERN_INK, PATTERNS, dashed, fade, fill, pattern, plain, see_through
from dashboard.export.pptx.slide import EMU, Box, SlideCanvas, TextStyle, describe, rgb
from dashboard.export.text_fitting import height
from layers.legend import LegendItem
from layers.theme import INK, LAND_LINE, PAPER, WHITE


def legend(canvas: SlideCanvas, drawn: BriefMap, box: Box) -> None:
    """Write the legend: classes and kinds of empty, then the kinds of line; each mark is a native shape."""
    left, top, wide, _ = box
    _panel(canvas, (left - 8.0, top - 6.0, wide + 14.0, legend_height(drawn, wide) + 10.0))
    head, tall = _legend_rows(drawn, wide)
    style = TextStyle((LEGEND_PT,))
    title = f"{canvas.brief.words['legend']}: {drawn.title}"
    canvas.text(title, (left, top, wide, head), TextStyle((LEGEND_PT + 1, LEGEND_PT), bold=True), "legend title")
    y = top + head + 3.0
    for item, high in zip(_items(drawn), tall, strict=True):
        if item in drawn.line_legend:
            _stroke(canvas, item, (left, y + 6.5, 18.0))
        else:
            _swatch(canvas, item, (left, y + 1.0, 18.0, 11.0))
        canvas.text(item.label, (left + 24.0, y, wide - 24.0, high), style)
        y += high
    if drawn.filled and drawn.note:
        canvas.text(drawn.note, (left, y, wide, height(drawn.note, NOTE_PT, wide)), TextStyle((NOTE_PT,)))


LEGEND_PT, NOTE_PT = 10.0, 9.0


def legend_height(drawn: BriefMap, wide: float) -> float:
    """Return the height of the legend in points."""
    head, tall = _legend_rows(drawn, wide)
    note = height(drawn.note, NOTE_PT, wide) + 2.0 if drawn.filled and drawn.note else 0.0
    return head + 3.0 + sum(tall) + note


def _legend_rows(drawn: BriefMap, wide: float) -> tuple[float, list[float]]:
    """Return the height of the title and of every line."""
    return (
        height(f"{drawn.title} 123456789", LEGEND_PT + 1, wide) + 2.0,
        [height(item.label, LEGEND_PT, wide - 24.0) + 3.0 for item in _items(drawn)],
    )


def _swatch(canvas: SlideCanvas, item: LegendItem, box: Box) -> None:
    shape = canvas.slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *(Emu(int(v * EMU)) for v in box))
    fill(shape, item.colour)
    shape.line.color.rgb, shape.line.width = rgb(LAND_LINE), Pt(0.5)
    plain(shape)
    shape.name = f"legend {item.code}"
    if item.mark in PATTERNS:
        pattern(shape, PATTERNS[item.mark], PATTERN_INK[item.mark], item.colour)
    describe(shape, item.label)


def _stroke(canvas: SlideCanvas, item: LegendItem, at: tuple[float, float, float]) -> None:
    x, y, wide = at
    ends = [Emu(int(v * EMU)) for v in (x, y, x + wide, y)]
    for hue, thick in ((INK, 7.0), (WHITE, 4.75)) if item.mark == "edged" else ():
        under = canvas.slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *ends)
        under.name = f"legend {item.code} under"
        plain(under)
        under.line.color.rgb, under.line.width = rgb(hue), Pt(thick)
        describe(under, item.label)
    line = canvas.slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *ends)
    line.name = f"legend {item.code}"
    plain(line)
    thin = item.mark == "thin"
    line.line.color.rgb, line.line.width = rgb(item.colour), Pt(1.0 if thin else 4.5 if ":" in item.mark else 2.25)
    describe(line, item.label)
    if item.mark == "dash":
        dashed(line, "dash")
    if item.mark == "faded":
        fade(line, 0.4)
    hues = item.mark.split(":")[1:]
    for i, hue in enumerate(hues):
        off = (i - 0.5) * 1.4 if len(hues) > 1 else 0.0
        along = [Emu(int(v * EMU)) for v in (x, y + off, x + wide, y + off)]
        core = canvas.slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *along)
        core.name = f"legend {item.code} core"
        plain(core)
        core.line.color.rgb, core.line.width = rgb(hue), Pt(1.5 if len(hues) == 1 else 1.1)
        describe(core, item.label)


def _items(drawn: BriefMap) -> tuple[LegendItem, ...]:
    """Return classes and kinds of empty, where counties are coloured by figures, then the kinds of line."""
    return (*(drawn.legend if drawn.filled else ()), *drawn.line_legend)


def _panel(canvas: SlideCanvas, box: Box) -> None:
    """Lay a sheet of paper under the legend, because it stands on the map."""
    sheet = canvas.slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *(Emu(int(v * EMU)) for v in box))
    fill(sheet, PAPER)
    see_through(sheet, 0.92)
    sheet.line.fill.background()
    plain(sheet)
    sheet.name = "legend ground"
    describe(sheet, canvas.brief.words["legend"])
