"""Figures as large numbers on a slide, with what each must be quoted with."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.export.model import Brief, BriefFigure
from dashboard.export.pptx.slide import Box, SlideCanvas, TextStyle
from dashboard.i18n.catalogue import catalogue
from geodata.values import Nature
from layers.theme import INK_SECOND, LINE_HUE


def tiles(canvas: SlideCanvas, figures: Sequence[BriefFigure], box: Box) -> None:
    """Write figures as large numbers with their labels, two in a row."""
    left, top, wide, high = box
    across = (wide - 10.0) / 2
    tall = min(110.0, high / max(1, (len(figures) + 1) // 2))
    for i, figure in enumerate(figures):
        x, y = left + (i % 2) * (across + 10.0), top + (i // 2) * tall
        tile(canvas, figure, (x, y, across, tall - 8.0), [figure.label, canvas.brief.cite(figure.sources)])


def tile(canvas: SlideCanvas, figure: BriefFigure, box: Box, more: Sequence[str]) -> None:
    """Write one figure as a large number with what is said under it."""
    x, y, across, tall = box
    style = TextStyle((28.0, 24.0, 20.0, 16.0, 14.0, 12.0), bold=True, colour=LINE_HUE[Nature(figure.nature)])
    canvas.text(figure.text, (x, y, across, 34.0), style, f"figure {figure.id}")
    details = " · ".join(part for part in more if part)
    canvas.text(
        details, (x, y + 35.0, across, tall - 35.0), TextStyle((13.0, 12.0, 11.0, 10.0, 9.0), colour=INK_SECOND)
    )


def quoted(brief: Brief, figure: BriefFigure) -> list[str]:
    """Return what a figure must be quoted with."""
    over = brief.say("per", n=catalogue(brief.lang).number(figure.denominator)) if figure.denominator else ""
    empty = figure.note if figure.note != figure.text else ""
    return [
        figure.label,
        figure.period,
        figure.interval,
        over if figure.interval else "",
        empty,
        brief.cite(figure.sources),
    ]
