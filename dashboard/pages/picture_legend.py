"""The legend of a view's picture, read from the very legend that its lens wrote for the screen.

Two forms are known: a list of marks with their words, and a table of three by three (exposure beside response).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from lxml import html  # type: ignore[import-untyped] # no types

from dashboard.export.poster import wrapped
from dashboard.export.text_fitting import clean
from layers.theme import CONTROL_EDGE, INK, INK_SECOND, WHITE

SIZE = 14
LEADING = 20
MARK = (26, 15)
COLUMNS = 2
"""Marks stand in two columns where their words are short."""
SHORT = 22
CELL = (58, 26)
_COLOUR = re.compile(r"background:\s*(#\w{6})|fill:\s*(url\(#[\w-]+\)|#\w{6})")


@dataclass(frozen=True)
class LegendMark:
    """One mark of a legend. fill: a colour, a pattern of `layers.patterns`, "" without a box; zero: it shows a 0."""

    words: str
    fill: str
    zero: bool = False


def marks_of(legend: str) -> tuple[str, list[LegendMark]]:
    """Return title and marks of a lens's legend."""
    tree = html.fragment_fromstring(legend, create_parent=True)
    titles = tree.xpath("//p[@class='legend-title']|//caption")
    marks = []
    for item in tree.iter("li"):
        colour = _COLOUR.search(html.tostring(item, encoding="unicode"))
        zero = bool(item.xpath(".//i[contains(@class, ' z')]"))
        for sign in item.xpath(".//i|.//span[@class='role-mark']"):
            sign.text = f"{sign.text} " if sign.tag == "span" else ""
        words = " ".join(item.text_content().split())
        fill = next((part for part in colour.groups() if part), "") if colour else WHITE if zero else ""
        marks.append(LegendMark(words, fill, zero))
    return (" ".join(titles[0].text_content().split()) if titles else ""), marks


def legend_svg(legend: str, left: float, room: float) -> tuple[str, float]:
    """Return a legend as SVG and its height in px, its top at y = 0."""
    title, marks = marks_of(legend)
    pen = [_words(line, left, 15 + LEADING * at, 600) for at, line in enumerate(wrapped(clean(title), SIZE, room))]
    y = float(LEADING * len(pen))
    if "<table" in legend:
        pen.append(_grid(legend, left, y + 4))
        y += 3 * CELL[1] + 14
    short = all(len(mark.words) <= SHORT for mark in marks[:-2])
    at = 0
    for mark in marks:
        half = short and len(mark.words) <= SHORT
        lines = wrapped(clean(mark.words), SIZE, (room / COLUMNS if half else room) - MARK[0] - 8)
        x = left + (room / COLUMNS) * (at % COLUMNS) if half else left
        if not half and at % COLUMNS:
            y += LEADING
        pen.append(_mark(mark, x, y) if mark.fill else "")
        after = x + (MARK[0] + 8 if mark.fill else 0)
        pen += [_words(line, after, y + 15 + 17 * row) for row, line in enumerate(lines)]
        at = at + 1 if half else 0
        y += 0 if half and at % COLUMNS else LEADING + 17 * (len(lines) - 1)
    return "".join(pen), y + (LEADING if at % COLUMNS else 0)


def _mark(mark: LegendMark, x: float, y: float) -> str:
    box = (
        f'<rect x="{x:g}" y="{y + 3:g}" width="{MARK[0]}" height="{MARK[1]}" fill="{escape(mark.fill)}" '
        f'stroke="{CONTROL_EDGE}"/>'
    )
    middle = x + MARK[0] / 2
    zero = f'<text x="{middle:g}" y="{y + 15:g}" text-anchor="middle" font-size="11" fill="{INK_SECOND}">0</text>'
    return box + (zero if mark.zero else "")


def _grid(legend: str, left: float, top: float) -> str:
    """Return the table of three by three as boxes with their codes."""
    tree = html.fragment_fromstring(legend, create_parent=True)
    drawn = []
    for down, row in enumerate(tree.xpath("//tbody/tr")):
        for across, cell in enumerate(row.iter("td")):
            fills = re.findall(r'fill="(#\w{6})"', html.tostring(cell, encoding="unicode"))
            code = cell.xpath("string(.//b)")
            x, y = left + across * (CELL[0] + 4), top + down * (CELL[1] + 2)
            fill = fills[0] if fills else WHITE
            drawn.append(f'<rect x="{x:g}" y="{y:g}" width="{CELL[0]}" height="{CELL[1]}" fill="{fill}"/>')
            dark = sum(int(fill[at : at + 2], 16) for at in (1, 3, 5)) < 390
            drawn.append(
                f'<text x="{x + CELL[0] / 2:g}" y="{y + 18:g}" text-anchor="middle" font-size="{SIZE}" '
                f'fill="{WHITE if dark else INK}">{escape(code)}</text>'
            )
    return "".join(drawn)


def _words(words: str, x: float, y: float, weight: int = 400) -> str:
    return f'<text x="{x:g}" y="{y:g}" font-size="{SIZE}" font-weight="{weight}" fill="{INK}">{escape(words)}</text>'
