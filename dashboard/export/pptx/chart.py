"""Native charts with their own workbook: a reader edits the numbers in PowerPoint.

One chart per nature, never on one scale and never added. A year or a county without a number has an empty cell in
the workbook, not a zero; what kind of empty it is stands in the speaker notes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lxml import etree  # type: ignore[import-untyped] # no types
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_MARKER_STYLE, XL_TICK_MARK
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from dashboard.export.model import Number, Trend
from dashboard.export.pptx.slide import EMU, Box, SlideCanvas, describe, rgb
from dashboard.export.text_fitting import clean
from layers.theme import DIVERGING, INK, INK_SECOND, LAND_LINE

APART = (INK, DIVERGING[0], DIVERGING[4], DIVERGING[1], DIVERGING[3], INK_SECOND)
"""Colours of counties side by side: neither of the two hues of the natures."""
MARKS = (
    XL_MARKER_STYLE.CIRCLE, XL_MARKER_STYLE.SQUARE, XL_MARKER_STYLE.TRIANGLE, XL_MARKER_STYLE.DIAMOND,
    XL_MARKER_STYLE.X, XL_MARKER_STYLE.PLUS,
)  # fmt: skip


def trend_charts(canvas: SlideCanvas, trend: Trend, box: Box) -> None:
    """Draw one column chart per nature of an area, side by side or stacked as the box allows."""
    shown = trend.series
    left, top, wide, high = box
    tall = (high - 10.0 * (len(shown) - 1)) / len(shown)
    for i, series in enumerate(shown):
        title = f"{series.name}: {trend.unit}"
        place = (left, top + i * (tall + 10.0), wide, tall)
        words = canvas.brief.say("alt_chart", text=f"{title}. {_value_words(trend.years, series.drawn)}")
        years = [str(year) for year in trend.years]
        chart = _columns(canvas, place, years, [(series.name, series.drawn, series.colour)], title)
        _named(chart, f"trend {trend.area} {series.nature}", words)
    canvas.speak(trend.note)


def area_lines(canvas: SlideCanvas, trends: Sequence[Trend], nature: str, box: Box) -> None:
    """Draw one nature of several areas by year: a line with marks per area, broken where there is no report."""
    picked = [(trend, next(s for s in trend.series if s.nature == nature)) for trend in trends]
    first, series = picked[0]
    title = f"{series.name}: {first.unit}"
    data = _data([str(year) for year in first.years], [(t.area_name, s.drawn) for t, s in picked])
    frame = canvas.slide.shapes.add_chart(XL_CHART_TYPE.LINE_MARKERS, *_emu(box), data)
    _dress(frame.chart, title)
    frame.chart.has_legend = True
    frame.chart.legend.position = XL_LEGEND_POSITION.BOTTOM
    frame.chart.legend.include_in_layout = False
    frame.chart.legend.font.size = Pt(11)
    for i, line in enumerate(frame.chart.plots[0].series):
        colour = rgb(APART[i % len(APART)])
        line.smooth = False
        line.format.line.color.rgb, line.format.line.width = colour, Pt(2)
        line.marker.style, line.marker.size = MARKS[i % len(MARKS)], 7
        line.marker.format.fill.solid()
        line.marker.format.fill.fore_color.rgb = colour
        line.marker.format.line.color.rgb = colour
    _upright(frame)
    alt_text = "; ".join(f"{t.area_name}: {_value_words(t.years, s.drawn)}" for t, s in picked)
    _named(frame, f"trend {nature}", canvas.brief.say("alt_chart", text=f"{title}. {alt_text}"))
    canvas.speak(first.note)


def bars(canvas: SlideCanvas, rows: Sequence[tuple[str, Number]], about: tuple[str, str, str], box: Box) -> None:
    """Draw horizontal bars, the first on top; about: name of the shape, title, colour."""
    name, title, colour = about
    data = _data([label for label, _ in rows], [(title, [value for _, value in rows])])
    frame = canvas.slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *_emu(box), data)
    chart = frame.chart
    _dress(chart, title)
    chart.category_axis.reverse_order = True
    chart.category_axis.tick_labels.font.size = Pt(11 if len(rows) < 18 else 9)
    chart.value_axis.visible = False
    chart.value_axis.has_major_gridlines = False
    plot = chart.plots[0]
    plot.gap_width = 35
    plot.has_data_labels = True
    plot.data_labels.position = XL_LABEL_POSITION.OUTSIDE_END
    plot.data_labels.font.size = Pt(11 if len(rows) < 18 else 9)
    _colour(plot.series[0], colour)
    alt_text = "; ".join(f"{label} {value}" for label, value in rows)
    _named(frame, name, canvas.brief.say("alt_chart", text=f"{title}. {alt_text}"))


def _columns(
    canvas: SlideCanvas,
    box: Box,
    categories: Sequence[str],
    series: Sequence[tuple[str, Sequence[Number | None], str]],
    title: str,
) -> Any:
    data = _data(categories, [(name, values) for name, values, _ in series])
    frame = canvas.slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *_emu(box), data)
    _dress(frame.chart, title)
    frame.chart.plots[0].gap_width = 40
    for own, (_, _, colour) in zip(frame.chart.plots[0].series, series, strict=True):
        _colour(own, colour)
    _upright(frame)
    return frame


def _data(categories: Sequence[str], series: Sequence[tuple[str, Sequence[Number | None]]]) -> Any:
    numbers = "#,##0.##" if _parts(series) else "#,##0"
    data: Any = CategoryChartData(number_format=numbers)  # type: ignore[no-untyped-call] # no types
    data.categories = [clean(category) for category in categories]
    for name, values in series:
        data.add_series(clean(name), list(values))
    return data


def _parts(series: Sequence[tuple[str, Sequence[Number | None]]]) -> bool:
    return any(value is not None and value != int(value) for _, values in series for value in values)


def _dress(chart: Any, title: str) -> None:
    chart.has_title = True
    chart.chart_title.include_in_layout = False
    frame = chart.chart_title.text_frame
    frame.text = clean(title)
    for run in frame.paragraphs[0].runs:
        run.font.size, run.font.bold = Pt(13), True
        run.font.color.rgb = rgb(INK)
    chart.has_legend = False
    chart.font.size = Pt(11)
    chart.font.color.rgb = rgb(INK)
    axis = chart.value_axis
    axis.minimum_scale = 0
    axis.has_major_gridlines = True
    axis.major_gridlines.format.line.color.rgb = rgb(LAND_LINE)
    axis.format.line.fill.background()
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "#,##0", False
    axis.major_tick_mark = XL_TICK_MARK.NONE
    chart.category_axis.format.line.color.rgb = rgb(INK_SECOND)
    chart.category_axis.major_tick_mark = XL_TICK_MARK.NONE
    chart.category_axis.has_major_gridlines = False
    every = etree.Element(qn("c:tickLblSkip"))  # every label, also where a program would leave some out
    every.set("val", "1")
    chart.category_axis._element.find(qn("c:noMultiLvlLbl")).addprevious(every)  # noqa: SLF001 - no public door
    _whole_steps(chart)


def _whole_steps(chart: Any) -> None:
    """Give small counts an axis in whole steps; an empty chart one step, so that it is seen to be empty."""
    values = [value for series in chart.plots[0].series for value in series.values if value is not None]
    most = max(values, default=0)
    if most <= 5:
        chart.value_axis.maximum_scale = max(1, int(most) + 1)
        chart.value_axis.major_unit = 1


def _upright(frame: Any) -> None:
    """Stand the years up where they have no room side by side: programs differ in what they do by themselves."""
    chart = frame.chart
    categories = [str(category) for category in chart.plots[0].categories]
    room = frame.width / EMU / max(1, len(categories))
    chart.category_axis.tick_labels.font.size = Pt(10)
    upright = room < 34.0 and all(category.isdigit() for category in categories)
    body = chart.category_axis._element.find(f"{qn('c:txPr')}/{qn('a:bodyPr')}")  # noqa: SLF001 - no public door
    body.set("rot", "-5400000" if upright else "0")
    body.set("vert", "horz")


def _colour(series: Any, colour: str) -> None:
    series.format.fill.solid()
    series.format.fill.fore_color.rgb = rgb(colour)
    series.invert_if_negative = False


def _named(frame: Any, name: str, words: str) -> None:
    frame.name = name
    describe(frame, words)


def _value_words(years: Sequence[int], values: Sequence[Number | None]) -> str:
    return ", ".join(f"{year}: {value}" for year, value in zip(years, values, strict=True) if value is not None)


def _emu(box: Box) -> tuple[Emu, ...]:
    return tuple(Emu(int(v * EMU)) for v in box)
