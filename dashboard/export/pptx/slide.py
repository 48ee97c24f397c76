"""One slide: title, boxes of text that fit, native tables, what stands under a map, speaker notes, number.

Sizes are points; `SlideCanvas` knows the slide it lies on, so a template of another shape is filled too. Text that
had to be shortened is whole in the speaker notes.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Pt

from dashboard.export.model import Brief, BriefCell, BriefTable
from dashboard.export.pptx.template import TITLES, Master
from dashboard.export.text_fitting import BOLD, LINE, clean, fitted, lines, right_to_left, width
from geodata.values import Nature
from layers.theme import DIVERGING, INK, INK_SECOND, LAND, LINE_HUE, WHITE

EMU = 12_700
"""English Metric Units per point."""
Box = tuple[float, float, float, float]
"""Left, top, width, height in points."""
FOOT = 52.0
FOREIGN = 1.12
COLUMN_TOP, COLUMN_TITLE = 22.0, 96.0
"""Where a title in a column begins, and its height, in points."""
BODY = (18.0, 16.0, 15.0, 14.0, 13.0, 12.0)
SMALL = (12.0, 11.0, 10.0)
FINE = (9.0, 8.5, 8.0)


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How a text looks: sizes to try from large to small, weight, colour, alignment and where it hangs."""

    sizes: tuple[float, ...] = BODY
    bold: bool = False
    colour: str = INK
    align: str = "left"
    anchor: str = "top"
    lang: str = ""


@dataclass(eq=False)
class SlideCanvas:
    """A slide under construction; `spoken` becomes its notes."""

    brief: Brief
    slide: Any
    size: tuple[float, float]
    top: float
    own: bool = True
    spoken: list[str] = field(default_factory=list)

    @property
    def body(self) -> Box:
        """The room between the title and the lines at the foot."""
        left = 36.0
        return left, self.top, self.size[0] - 2 * left, self.size[1] - self.top - FOOT - 12.0

    def wider(self, *, bold: bool = False) -> float:
        """Return how much wider text may turn out than measured: bold, or in a typeface we do not know."""
        return (BOLD if bold else 1.0) * (1.0 if self.own else FOREIGN)

    def text(self, words: str, box: Box, style: TextStyle = TextStyle(), name: str = "") -> Any:
        """Add a text box; what does not fit at the smallest size is shortened, and whole in the notes."""
        left, top, wide, high = box
        fit = fitted(words, (wide / self.wider(bold=style.bold), high), style.sizes)
        if fit.shortened:
            self.speak(f"{self.brief.words['full_text']}: {clean(words)}")
        shape = self.slide.shapes.add_textbox(*(Emu(int(v * EMU)) for v in (left, top, wide, high)))
        if name:
            shape.name = name
        frame = shape.text_frame
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        frame.vertical_anchor = {"top": MSO_ANCHOR.TOP, "bottom": MSO_ANCHOR.BOTTOM, "middle": MSO_ANCHOR.MIDDLE}[
            style.anchor
        ]
        write(frame, fit.text, fit.size, style, self.brief.lang)
        return shape

    def speak(self, *sentences: str) -> None:
        """Add paragraphs to the speaker notes, each once."""
        self.spoken += [clean(sentence) for sentence in sentences if sentence and clean(sentence) not in self.spoken]

    def table(self, table: BriefTable, columns: Sequence[str], box: Box, shares: Sequence[float], *, last: bool) -> int:
        """Add a native table with as many rows as fit and return how many; on the last slide the rest is counted.

        columns: ids in order, ``sources`` for the numbers of the sources. shares: widths, any unit.
        """
        left, top, wide, high = box
        if not table.rows:
            self.text(table.empty, (left, top, wide, 40.0), TextStyle(BODY, colour=INK_SECOND))
            return 0
        widths = [wide * share / sum(shares) for share in shares]
        cells = [self._header(table, columns), *(self._cells(table, i, columns) for i in range(len(table.rows)))]
        widths = _balanced(cells, widths, self.wider(bold=True))
        narrow = [width / self.wider() for width in widths]
        size, shown, most = _rows_that_fit(cells, narrow, high)
        if last and shown < len(table.rows):
            size, shown, most = _rows_that_fit(cells, narrow, high - 16.0)
        self._native(table, cells[: shown + 1], columns, (left, top, wide, high), (widths, size, most))
        if last and shown < len(table.rows):
            more = self.brief.say("more_rows", n=len(table.rows) - shown)
            self.text(more, (left, top + high - 14.0, wide, 16.0), TextStyle((11.0, 10.0), colour=INK_SECOND))
        return shown

    def _header(self, table: BriefTable, columns: Sequence[str]) -> list[BriefCell]:
        labels = {column.id: column.label for column in table.columns} | {"sources": self.brief.words["sources"]}
        return [BriefCell(labels[column]) for column in columns]

    def _cells(self, table: BriefTable, row: int, columns: Sequence[str]) -> list[BriefCell]:
        at = {column.id: i for i, column in enumerate(table.columns)}
        line = table.rows[row]
        return [
            BriefCell(self.brief.cite(line.sources)) if column == "sources" else line.cells[at[column]]
            for column in columns
        ]

    def _native(
        self, table: BriefTable, cells: Sequence[Sequence[BriefCell]], columns: Sequence[str], box: Box, how: Fit
    ) -> None:
        widths, size, most = how
        kinds = {column.id: column.kind for column in table.columns}
        frame = self.slide.shapes.add_table(
            len(cells), len(columns), *(Emu(int(v * EMU)) for v in (box[0], box[1], box[2], size * 1.7 * len(cells)))
        )
        frame.name = f"table {table.id}"
        describe(frame, f"{table.title}. {table.note}".strip())
        native = frame.table
        native.horz_banding = False
        for i, wide in enumerate(widths):
            native.columns[i].width = Emu(int(wide * EMU))
        for r, line in enumerate(cells):
            native.rows[r].height = Emu(int((size * 1.16 + 5.2) * EMU))
            for i, cell in enumerate(line):
                number = kinds.get(columns[i]) == "number"
                fit = fitted(cell.text, (widths[i] / self.wider() - PADDING, size * LINE * most + 1.0), (size,))
                if fit.shortened:
                    self.speak(f"{self.brief.words['full_text']}: {clean(cell.text)}")
                _cell(native.cell(r, i), fit.text, size, cell, (r == 0, number, self.brief.lang))
        hues = [table.rows[r].nature for r in range(len(cells) - 1)]
        if "nature" in columns:
            at = list(columns).index("nature")
            for r, nature in enumerate(hues, 1):
                for paragraph in native.cell(r, at).text_frame.paragraphs:
                    for run in paragraph.runs:
                        run.font.color.rgb = rgb(LINE_HUE[Nature(nature)]) if nature else rgb(INK)

    def under_map(self, sources: str) -> None:
        """Write what must stand on every slide with a map: sources, disclaimer, help, as-of, release, boundaries."""
        stamp = self.brief.stamp
        released = f"{stamp.as_of_line} · {stamp.release_line} · {stamp.boundaries_line}"
        foot_lines = [sources, stamp.disclaimer, stamp.help_line, released]
        left, _, wide, _ = self.body
        top = self.size[1] - FOOT - 4.0
        self.text(
            "\n".join(foot_lines),
            (left, top, wide - 40.0, FOOT),
            TextStyle(FINE, colour=INK_SECOND, anchor="bottom"),
            "foot",
        )

    def line_at_foot(self) -> None:
        """Write help, as-of and release under a slide without a map."""
        stamp = self.brief.stamp
        left, _, wide, _ = self.body
        foot_line = f"{stamp.help_line} {stamp.as_of_line} · {stamp.release_line}"
        self.text(foot_line, (left, self.size[1] - 24.0, wide - 40.0, 14.0), TextStyle(FINE, colour=INK_SECOND), "foot")

    def banner(self) -> None:
        """Write the banner of synthetic data across the top."""
        if self.brief.stamp.banner:
            shape = self.text(
                self.brief.stamp.banner, (0.0, 0.0, self.size[0], 18.0),
                TextStyle((12.0,), bold=True, colour=WHITE, align="center", anchor="middle"), "banner",
            )  # fmt: skip
            shape.fill.solid()
            shape.fill.fore_color.rgb = rgb(DIVERGING[0])

    def finish(self) -> None:
        """Write the notes and the slide number."""
        stamp = self.brief.stamp
        self.speak(
            self.brief.say("link", link=stamp.address or stamp.link), self.brief.say("cite", citation=stamp.citation)
        )
        self.slide.notes_slide.notes_text_frame.text = "\n\n".join(self.spoken)


PADDING = 9.0
"""Left and right margin of a cell together, with a little to spare."""
Fit = tuple[Sequence[float], float, int]
"""Widths of the columns, size of type, most lines of a cell."""


def _balanced(cells: Sequence[Sequence[BriefCell]], widths: Sequence[float], wider: float) -> list[float]:
    """Return widths in which no word of the header or of a short cell is broken; the widest column gives the room."""
    own = list(widths)
    for i in range(len(own)):
        words = [word for line in (cells[0], *(line for line in cells[1:] if len(line[i].text) < 40))
                 for word in line[i].text.split() if len(word) <= 20]  # fmt: skip
        need = max((width(word, 11.0) for word in words), default=0.0) * wider + PADDING
        widest = max(range(len(own)), key=own.__getitem__)
        if own[i] < need and i != widest:
            own[widest] -= need - own[i]
            own[i] = need
    return own


def _rows_that_fit(
    cells: Sequence[Sequence[BriefCell]], widths: Sequence[float], high: float
) -> tuple[float, int, int]:
    """Return size of type, number of rows and most lines of a cell: everything, as large as it goes, else what fits."""
    best = (11.0, 0, 4)
    for most in (9, 4):
        for size in (14.0, 13.0, 12.0, 11.0):
            if size > 11.0 and not _words_fit(cells, widths, size):
                continue
            shown = _count(cells, widths, (size, most, high))
            if shown == len(cells) - 1:
                return size, shown, most
            best = (size, max(shown, 1), most)
    return best


def _count(cells: Sequence[Sequence[BriefCell]], widths: Sequence[float], how: tuple[float, int, float]) -> int:
    """Return how many rows below the header have room."""
    size, most, high = how
    used, shown = 0.0, -1
    for line in cells:
        pairs = zip(line, widths, strict=True)
        tall = max(min(lines(cell.text, size, wide - PADDING), most) for cell, wide in pairs) * size * 1.16
        used += tall + 5.2
        if used > high:
            break
        shown += 1
    return shown


def _words_fit(cells: Sequence[Sequence[BriefCell]], widths: Sequence[float], size: float) -> bool:
    """Say whether no word of the header or of the first rows is broken at this size."""
    return all(
        width(word, size) <= wide - PADDING
        for line in cells[:12]
        for cell, wide in zip(line, widths, strict=True)
        for word in cell.text.split()[:40]
    )


def _cell(native: Any, text: str, size: float, cell: BriefCell, how: tuple[bool, bool, str]) -> None:
    head, number, lang = how
    native.margin_left = native.margin_right = Emu(int(4 * EMU))
    native.margin_top = native.margin_bottom = Emu(int(2.5 * EMU))
    native.vertical_anchor = MSO_ANCHOR.TOP
    native.fill.solid()
    native.fill.fore_color.rgb = rgb(LAND if head else WHITE)
    style = TextStyle((size,), bold=head, align="right" if number else "left", lang=cell.lang)
    write(native.text_frame, text, size, style, lang)


def write(frame: Any, text: str, size: float, style: TextStyle, lang: str) -> None:
    """Write a fitted text into a text frame, one paragraph per line, right to left where it is."""
    for i, line in enumerate(text.split("\n")):
        paragraph = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = line
        run.font.size, run.font.bold = Pt(size), style.bold
        run.font.color.rgb = rgb(style.colour)
        spoken = {"en": "en-GB", "sw": "sw-KE"}.get(style.lang or lang, lang)
        run._r.get_or_add_rPr().set("lang", spoken)  # noqa: SLF001 - python-pptx has no language
        backwards = right_to_left(line)
        if backwards:
            paragraph._p.get_or_add_pPr().set("rtl", "1")  # noqa: SLF001 - python-pptx has no direction
        places = {"left": PP_ALIGN.LEFT, "right": PP_ALIGN.RIGHT, "center": PP_ALIGN.CENTER}
        paragraph.alignment = places["right" if backwards and style.align == "left" else style.align]


def new_canvas(master: Master, brief: Brief, title: str, *, column: tuple[float, float] | None = None) -> SlideCanvas:
    """Add a slide with its title in the title placeholder; other empty placeholders are taken away.

    column: left edge and width in points of the column in which the title stands; None keeps the layout's own place.
    """
    deck = master.deck
    slide = deck.slides.add_slide(master.layout)
    for shape in list(slide.placeholders):
        if shape.placeholder_format.type not in TITLES:
            shape._element.getparent().remove(shape._element)  # noqa: SLF001 - the way python-pptx offers
    holder = slide.shapes.title
    size = (deck.slide_width / EMU, deck.slide_height / EMU)
    if column is not None:
        holder.left, holder.top, holder.width, holder.height = (
            Emu(int(points * EMU)) for points in (column[0], COLUMN_TOP, column[1], COLUMN_TITLE)
        )
    room = ((holder.width / EMU - (2.0 if master.own else 16.0)) / BOLD, holder.height / EMU - 8.0)
    fit = fitted(title, room, (26.0, 24.0, 22.0, 20.0, 18.0, 16.0))
    frame = holder.text_frame
    frame.word_wrap = True
    write_title(frame, fit.text, None if master.own and fit.size == 26.0 else fit.size)
    canvas = SlideCanvas(brief, slide, size, (holder.top + holder.height) / EMU + 8.0, master.own)
    if fit.shortened:
        canvas.speak(f"{brief.words['full_text']}: {clean(title)}")
    _number(slide, master.layout)
    canvas.banner()
    return canvas


def write_title(frame: Any, text: str, size: float | None) -> None:
    """Write the title in the template's own style; smaller only where it would not fit."""
    frame.text = text
    for paragraph in frame.paragraphs:
        if right_to_left(text):
            paragraph._p.get_or_add_pPr().set("rtl", "1")  # noqa: SLF001
        for run in paragraph.runs:
            if size is not None:
                run.font.size = Pt(size)


def _number(slide: Any, layout: Any) -> None:
    """Copy the layout's slide number onto the slide; PowerPoint shows it only when the slide has one."""
    for shape in layout.placeholders:
        if shape.placeholder_format.type == PP_PLACEHOLDER.SLIDE_NUMBER:
            own = copy.deepcopy(shape._element)  # noqa: SLF001 - python-pptx leaves it out
            own.xpath(".//p:cNvPr")[0].set("id", str(slide.shapes._next_shape_id))  # noqa: SLF001
            slide.shapes._spTree.append(own)  # noqa: SLF001
            return


def describe(shape: Any, text: str) -> None:
    """Give a shape its alternative text."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", clean(text)[:2000])  # noqa: SLF001 - no public door


def rgb(colour: str) -> RGBColor:
    """Return a colour of the theme file as PowerPoint wants it."""
    return RGBColor(*bytes.fromhex(colour.lstrip("#")))  # type: ignore[no-untyped-call] # no types
