"""The master of a deck: our plain neutral one, or an organisation's own file.

Of a template only the masters, layouts and theme are used; its slides are left out. The layout is found by its
placeholders, not by a name in some language: one with a title and as little else as possible. A file that is
not a presentation, or has no such layout, is refused in one sentence.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree  # type: ignore[import-untyped] # no types
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PackageNotFoundError
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from geodata.values import DataProblem, Nature
from layers.theme import DIVERGING, INK, INK_SECOND, LAND, LINE_HUE, PAPER, WHITE

TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
FURNITURE = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
WIDE, HIGH = Inches(13.333), Inches(7.5)
FONT = "Arial"
"""On every Windows and Mac; Liberation Sans has the same widths elsewhere."""
LARGEST = 50_000_000
"""Bytes of a template that are looked at."""


@dataclass(frozen=True, slots=True)
class Master:
    """An opened presentation without slides, the layout to use, and whether it is our own."""

    deck: Any
    layout: Any
    own: bool


def open_master(template: Path | None) -> Master:
    """Return the master of a new deck; raise DataProblem for a file that cannot be one."""
    deck = _neutral() if template is None else _opened(template)
    layout = _layout(deck)
    if layout is None:
        raise DataProblem(
            f"The template {template} has no slide layout with a title; expected at least one (PowerPoint calls it "
            "“Title Only”); add it in the slide master, or export without a template."
        )
    return Master(deck, layout, template is None)


def _opened(template: Path) -> Any:
    wrong = f"The template {template} is not a PowerPoint file (.pptx)"
    help_ = "save it in PowerPoint as .pptx, or export without a template."
    try:
        if template.stat().st_size > LARGEST:
            raise DataProblem(f"{wrong} of a sensible size: it has more than {LARGEST // 1_000_000} MB; {help_}")
        deck = Presentation(str(template))
    except OSError as error:
        raise DataProblem(f"The template {template} cannot be read ({error.strerror or error}); {help_}") from error
    except (
        PackageNotFoundError,
        ValueError,
        KeyError,
        AttributeError,
        zipfile.BadZipFile,
        etree.XMLSyntaxError,
    ) as error:
        raise DataProblem(f"{wrong}; {help_}") from error
    for entry in list(deck.slides._sldIdLst):  # noqa: SLF001 - python-pptx has no public way to remove a slide
        deck.part.drop_rel(entry.rId)
        deck.slides._sldIdLst.remove(entry)  # noqa: SLF001
    return deck


def _layout(deck: Any) -> Any | None:
    """Return the layout with a title and the fewest other places to fill; the first of equals."""
    candidates: list[tuple[int, int, Any]] = []
    for master in deck.slide_masters:
        for layout in master.slide_layouts:
            kinds = [shape.placeholder_format.type for shape in layout.placeholders]
            if any(kind in TITLES for kind in kinds):
                others = [kind for kind in kinds if kind not in (*TITLES, *FURNITURE)]
                centred = PP_PLACEHOLDER.CENTER_TITLE in kinds
                candidates.append((len(others) + centred, len(candidates), layout))
    return min(candidates, key=lambda candidate: candidate[:2])[2] if candidates else None


def _neutral() -> Any:
    """Return our own master: 16:9, paper and ink, one typeface that every computer has."""
    deck = Presentation()
    wider = WIDE / deck.slide_width
    deck.slide_width, deck.slide_height = WIDE, HIGH
    master = deck.slide_master
    for layout in (master, *master.slide_layouts):
        for shape in layout.placeholders:
            if shape._element.spPr.find(qn("a:xfrm")) is not None:  # noqa: SLF001 - inherited places stay inherited
                shape.left, shape.width = Emu(int(shape.left * wider)), Emu(int(shape.width * wider))
    _theme(master)
    _paper(master)
    for shape in master.placeholders:
        _place(shape)
    for name, size, bold in (("p:titleStyle", 26, "1"), ("p:bodyStyle", 18, "0")):
        style = master._element.find(f".//{qn(name)}")  # noqa: SLF001 - text styles have no public door
        for level in style.iter(qn("a:defRPr")):
            level.set("sz", str(min(int(level.get("sz", "9900")), size * 100)))
            level.set("b", bold)
        for level in style.findall(qn("a:lvl1pPr")):
            level.set("algn", "l")
    return deck


def _place(shape: Any) -> None:
    kind = shape.placeholder_format.type
    if kind in TITLES:
        shape.left, shape.top, shape.width, shape.height = Inches(0.5), Inches(0.3), Inches(12.33), Inches(0.8)
        frame = shape.text_frame
        frame.margin_left = frame.margin_right = 0
    elif kind == PP_PLACEHOLDER.SLIDE_NUMBER:
        shape.left, shape.top, shape.width, shape.height = Inches(12.0), Inches(7.08), Inches(0.85), Inches(0.3)
    elif kind in FURNITURE:
        shape.top, shape.height = Inches(7.08), Inches(0.3)


def _theme(master: Any) -> None:
    """Name our colours and typeface in the theme, so that a reader's own shapes match."""
    part = master.part.part_related_by(RT.THEME)
    theme = etree.fromstring(part.blob)
    colours = {
        "dk1": INK, "lt1": WHITE, "dk2": INK_SECOND, "lt2": LAND,
        "accent1": LINE_HUE[Nature.TRAFFICKING], "accent2": LINE_HUE[Nature.SMUGGLING], "accent3": DIVERGING[0],
        "accent4": DIVERGING[4], "accent5": DIVERGING[1], "accent6": DIVERGING[3],
        "hlink": DIVERGING[4], "folHlink": INK_SECOND,
    }  # fmt: skip
    scheme = theme.find(f".//{qn('a:clrScheme')}")
    for entry in scheme:
        name = etree.QName(entry).localname
        for child in list(entry):
            entry.remove(child)
        etree.SubElement(entry, qn("a:srgbClr")).set("val", colours[name].lstrip("#"))
    for family in ("a:majorFont", "a:minorFont"):
        theme.find(f".//{qn(family)}/{qn('a:latin')}").set("typeface", FONT)
        theme.find(f".//{qn(family)}/{qn('a:cs')}").set("typeface", FONT)
    part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)  # noqa: SLF001


def _paper(master: Any) -> None:
    fill = master.background.fill
    fill.solid()
    fill.fore_color.rgb = RGBColor(*bytes.fromhex(PAPER.lstrip("#")))  # type: ignore[no-untyped-call] # no types
    for shape in master.placeholders:
        if shape.placeholder_format.type in FURNITURE:
            for run in shape.text_frame.paragraphs[0].runs:
                run.font.size = Pt(10)
