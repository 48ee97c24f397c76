"""Pictures of a brief: the map with everything a map must carry, or its years, as SVG and as PNG of 300 dots per inch.

The picture is laid out once, as SVG of fixed proportions; PNG is that drawing at a chosen size, with the figures
in a text chunk so that a program can read them again. Texts are wrapped by measure; nothing is cut.
"""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import dataclass
from html import escape
from pathlib import Path

from dashboard.export import Progress
from dashboard.export.model import Brief, BriefFigure, figures_of, plain
from dashboard.export.paper_map import paper_map
from dashboard.export.swatches import ROLES, chart_key, piece, piece_defs, year_words
from dashboard.export.text_fitting import clean, width
from dashboard.export.typeset import png
from dashboard.i18n.catalogue import catalogue
from geodata.query.world import World
from layers.legend import LegendItem
from layers.svg_charts import BarChart, bars_svg
from layers.svg_export import symbol
from layers.theme import ALARM, FONT, INK, INK_SECOND, LINE_HUE, PAPER, RULE

WIDTH = 1_000
MARGIN = 28
MAP = (600, 640)
SIDE = WIDTH - 3 * MARGIN - MAP[0]
LEADING = 1.28
SPARE = 0.86
"""Share of a line that is written: a reader without the page's font sees letters up to a sixth wider."""
MOST_CITED = 24
CHART_WIDTH = 360.0
"""Width of `layers.svg_charts`, which its drawings are scaled from."""
DPI = {"png": 150, "png-a4": 230, "png-a3": 330}
"""Format → dots per inch of the drawing, which is 264 mm wide: A4 across and A3 across hold 300 when printed."""


@dataclass
class Pen:
    """Pieces of SVG with the height reached so far."""

    parts: list[str]
    y: float

    def text(self, words: str, at: float, room: float, size: float, **style: str) -> None:
        """Write wrapped lines and move down."""
        given = "".join(f' {key.replace("_", "-")}="{escape(value)}"' for key, value in style.items())
        for line in wrapped(clean(words), size, room * SPARE):
            self.y += size * LEADING
            self.parts.append(f'<text x="{at:g}" y="{self.y:.1f}" font-size="{size:g}"{given}>{escape(line)}</text>')

    def gap(self, px: float) -> None:
        """Leave room."""
        self.y += px


def make_svg(brief: Brief, world: World, out: Path, progress: Progress) -> None:
    """Write the map of a brief as SVG."""
    out.write_text(poster(brief, world), encoding="utf-8")
    progress(1.0)


def make_chart_svg(brief: Brief, _world: World, out: Path, progress: Progress) -> None:
    """Write the years of a brief as SVG."""
    out.write_text(chart_poster(brief), encoding="utf-8")
    progress(1.0)


def make_png(brief: Brief, world: World, out: Path, progress: Progress) -> None:
    """Write the map of a brief as PNG for a screen."""
    _write_png(brief, poster(brief, world), out, progress, "png")


def make_png_a4(brief: Brief, world: World, out: Path, progress: Progress) -> None:
    """Write the map of a brief as PNG for A4 at 300 dots per inch."""
    _write_png(brief, poster(brief, world), out, progress, "png-a4")


def make_png_a3(brief: Brief, world: World, out: Path, progress: Progress) -> None:
    """Write the map of a brief as PNG for A3 at 300 dots per inch."""
    _write_png(brief, poster(brief, world), out, progress, "png-a3")


def make_chart_png(brief: Brief, _world: World, out: Path, progress: Progress) -> None:
    """Write the years of a brief as PNG for A4 at 300 dots per inch."""
    _write_png(brief, chart_poster(brief), out, progress, "png-a4")


def poster(brief: Brief, world: World) -> str:
    """Return the map with title, sentence, figures, legend, and what must stand under every map."""
    pen = Pen([], MARGIN - 8)
    _head(pen, brief)
    top = pen.y + 14
    side = Pen([], top - 4)
    at = MARGIN * 2 + MAP[0]
    for figure in brief.figures[:12]:
        _figure(side, figure, at)
    side.gap(14)
    _legend(side, brief, at)
    drawn = _map(brief, world).replace("<svg ", f'<svg x="{MARGIN}" y="{top:.1f}" ', 1)
    foot = Pen([], max(top + MAP[1], side.y) + 10)
    _foot(foot, brief)
    return _document(brief, brief.map.words, foot.y + 16, [*pen.parts, drawn, *side.parts, *foot.parts])


def chart_poster(brief: Brief) -> str:
    """Return the years of a brief, one drawing per nature, all on one scale per trend."""
    pen = Pen([], MARGIN - 8)
    _head(pen, brief)
    tr = catalogue(brief.lang)
    descriptions = []
    room = (WIDTH - 3 * MARGIN) / 2
    for number, trend in enumerate(brief.trends):
        top = float(max((v for series in trend.series for v in series.drawn if v is not None), default=1))
        pen.gap(10)
        start, lowest = pen.y, pen.y
        for place, series in enumerate(trend.series):
            title = f"{trend.title} – {series.name}"
            words = year_words(tr, trend, series)
            descriptions.append(f"{title}. {words or trend.note}")
            at = MARGIN + (place % 2) * (room + MARGIN)
            start = lowest if place % 2 == 0 else start
            pen.y = start
            pen.text(title, at, room, 14, font_weight="600")
            chart = BarChart(
                f"p{number}{series.nature}", title, words, trend.years, series.drawn, series.empties,
                series.colour, top, tr.number,
            )  # fmt: skip
            size = f'width="{room:g}" height="{chart.height * room / CHART_WIDTH:g}"'
            pen.parts.append(bars_svg(chart).replace("<svg ", f'<svg x="{at:g}" y="{pen.y + 4:.1f}" {size} ', 1))
            lowest = max(lowest, pen.y + chart.height * room / CHART_WIDTH + 8)
        pen.y = lowest
        note = chart_key(tr, trend.note, public=brief.stamp.dataset == "public")
        pen.text(note, MARGIN, WIDTH - 2 * MARGIN, 11, fill=INK_SECOND)
    foot = Pen([], pen.y + 10)
    _foot(foot, brief)
    return _document(brief, " ".join(descriptions), foot.y + 16, [*pen.parts, *foot.parts])


def wrapped(text: str, size: float, room: float) -> list[str]:
    """Return a text in lines no wider than `room`; a word that is wider is broken."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            rest = word
            while width(rest, size) > room:
                cut = next((n for n in range(len(rest), 1, -1) if width(rest[:n], size) <= room), 1)
                lines += [line] if line else []
                line, rest = "", rest[cut:]
                lines.append(word[: len(word) - len(rest)][-cut:])
            longer = f"{line} {rest}" if line else rest
            if line and width(longer, size) > room:
                lines.append(line)
                line = rest
            else:
                line = longer
        lines.append(line)
    return lines


def _head(pen: Pen, brief: Brief) -> None:
    if brief.stamp.banner:
        pen.parts.append(f'<rect width="{WIDTH}" height="26" fill="{ALARM}"/>')
        pen.parts.append(
            f'<text x="{WIDTH / 2}" y="18" font-size="14" font-weight="600" fill="#fff" text-anchor="middle">'
            f"{escape(brief.stamp.banner)}</text>"
        )
        pen.gap(22)
    pen.text(brief.title, MARGIN, WIDTH - 2 * MARGIN, 25, font_weight="600")
    pen.gap(2)
    pen.text(brief.headline, MARGIN, WIDTH - 2 * MARGIN, 14.5)


def _figure(pen: Pen, figure: BriefFigure, at: float) -> None:
    hue = next((colour for nature, colour in LINE_HUE.items() if nature.value == figure.nature), INK)
    value = "" if figure.value is None else plain(figure.value)
    size = 20 if not figure.empty else 14
    style = {"font_weight": "600", "fill": hue, "data_figure": figure.id, "data_value": value or figure.empty}
    pen.text(figure.text, at, SIDE, size, **style)
    pen.text(f"{figure.label}{f' ({figure.interval})' if figure.interval else ''}", at, SIDE, 11)
    pen.gap(3)


def _legend(pen: Pen, brief: Brief, at: float) -> None:
    pen.text(brief.map.title, at, SIDE, 12, font_weight="600")
    pen.gap(4)
    for item in (*(brief.map.legend if brief.map.filled else ()), *brief.map.line_legend):
        _item(pen, item, at)
    if brief.map.filled and brief.map.note:
        pen.text(brief.map.note, at, SIDE, 10, fill=INK_SECOND)
    tr = catalogue(brief.lang)
    for role, shape in ROLES.items():
        pen.parts.append(f'<g transform="translate({at + 17:g},{pen.y + 9:.1f})" fill="{INK}">{symbol(shape, 4.6)}</g>')
        pen.text(tr.t(f"role.{role}"), at + 42, SIDE - 42, 11)


def _item(pen: Pen, item: LegendItem, at: float) -> None:
    pen.parts.append(
        f'<g transform="translate({at:g},{pen.y + 3:.1f}) scale(1,.7)">{piece(item.mark, item.colour)}</g>'
    )
    pen.text(item.label, at + 42, SIDE - 42, 11)
    pen.gap(1.5)


def _foot(pen: Pen, brief: Brief) -> None:
    stamp = brief.stamp
    room = WIDTH - 2 * MARGIN
    citations = list(dict.fromkeys(f"{source.publisher} {source.date}".strip() for source in brief.sources))
    cited = "; ".join(citations[:MOST_CITED])
    if len(citations) > MOST_CITED:
        cited += f" … {catalogue(brief.lang).t('export.more_sources_paper', n=len(citations) - MOST_CITED)}"
    lines = (
        f"{stamp.detection_line} {stamp.disclaimer}",
        f"{stamp.help_line} {stamp.as_of_line} · {stamp.release_line} · {stamp.boundaries_line}",
        brief.words["cite"].replace("{citation}", stamp.citation),
        brief.words["link"].replace("{link}", stamp.address or stamp.link),
        f"{brief.words['sources']}: {cited}" if cited else brief.words["sources_none"],
    )
    pen.parts.append(f'<path d="M{MARGIN} {pen.y:.1f}H{WIDTH - MARGIN}" stroke="{RULE}"/>')
    for line in lines:
        pen.text(line, MARGIN, room, 9.5, fill=INK_SECOND)


def _map(brief: Brief, world: World) -> str:
    figures = {
        county.pcode: (county.figure, plain(county.value) if county.value is not None else county.empty)
        for county in brief.map.counties
    }
    return paper_map(brief, world, MAP, figures)


def _document(brief: Brief, desc: str, height: float, parts: list[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" '
        f'height="{height:.0f}" role="img" font-family="{escape(FONT)}" fill="{INK}" lang="{brief.lang}">'
        f"<title>{escape(clean(brief.title))}</title><desc>{escape(clean(desc))}</desc>"
        f"<defs>{piece_defs()}</defs>"
        f'<rect width="{WIDTH}" height="{height:.0f}" fill="{PAPER}"/>{"".join(parts)}</svg>'
    )


def _write_png(brief: Brief, svg: str, out: Path, progress: Progress, size: str) -> None:
    progress(0.3)
    height = int(svg.split('viewBox="0 0 ', 1)[1].split('"', 1)[0].split()[1])
    made = png(svg, WIDTH, height, DPI[size])
    out.write_bytes(with_text(made, "njia-figures", json.dumps(figures_of(brief), ensure_ascii=False)))
    progress(1.0)


def with_text(picture: bytes, keyword: str, text: str) -> bytes:
    """Return a PNG with an international text chunk before its end."""
    body = keyword.encode("latin-1") + b"\0\0\0\0\0" + text.encode("utf-8")
    chunk = struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", zlib.crc32(b"iTXt" + body))
    end = picture.rindex(b"IEND") - 4
    return picture[:end] + chunk + picture[end:]
