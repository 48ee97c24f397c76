"""What python-pptx has no word for: plain shapes, patterns, dashes, arrowheads, fading and halos."""

from __future__ import annotations

from typing import Any

from lxml import etree  # type: ignore[import-untyped] # no types
from pptx.enum.dml import MSO_PATTERN
from pptx.oxml.ns import qn

from dashboard.export.pptx.slide import rgb
from layers.minimap import OVERLAYS
from layers.theme import HATCH, INK, INK_SECOND, WHITE

PATTERNS = {
    "hatch": MSO_PATTERN.WIDE_UPWARD_DIAGONAL,
    "dots": MSO_PATTERN.PERCENT_20,
    "unstated": MSO_PATTERN.SMALL_GRID,
    "rise": MSO_PATTERN.WIDE_UPWARD_DIAGONAL,
    "rise-l": MSO_PATTERN.WIDE_UPWARD_DIAGONAL,
    "fall": MSO_PATTERN.WIDE_DOWNWARD_DIAGONAL,
    "fall-l": MSO_PATTERN.WIDE_DOWNWARD_DIAGONAL,
    "level": MSO_PATTERN.NARROW_HORIZONTAL,
    "level-l": MSO_PATTERN.NARROW_HORIZONTAL,
    "dot": MSO_PATTERN.PERCENT_10,
    "dot-l": MSO_PATTERN.PERCENT_10,
}
"""Mark of a county → PowerPoint's pattern: the kinds of empty, and the overlays of `layers.minimap`."""
PATTERN_INK = {"hatch": HATCH, "dots": INK_SECOND, "unstated": HATCH} | {
    name + tone: ink for name in OVERLAYS for tone, ink in (("", INK), ("-l", WHITE))
}
HALO_EMU = 38_100
"""Three points of glow around the letters of a name on the map."""


def plain(shape: Any) -> None:
    """Take the theme's effects off a shape: shadows and gradients differ from template to template."""
    for style in shape._element.findall(qn("p:style")):  # noqa: SLF001 - no public door
        shape._element.remove(style)  # noqa: SLF001


def fill(shape: Any, colour: str) -> None:
    """Fill a shape with one colour."""
    shape.fill.solid()
    shape.fill.fore_color.rgb = rgb(colour)


def pattern(shape: Any, preset: MSO_PATTERN, ink: str, ground: str) -> None:
    """Fill a shape with one of PowerPoint's patterns; a solid fill set later takes its place."""
    shape.fill.patterned()
    shape.fill.pattern = preset
    shape.fill.fore_color.rgb, shape.fill.back_color.rgb = rgb(ink), rgb(ground)


def dashed(shape: Any, preset: str) -> None:
    """Break a line in one of the format's dashes."""
    line = shape.line._get_or_add_ln()  # noqa: SLF001 - python-pptx names fewer dashes than PowerPoint has
    for old in line.findall(qn("a:prstDash")):
        line.remove(old)
    dash = etree.SubElement(line, qn("a:prstDash"))
    dash.set("val", preset)
    _ordered(line)


def arrow(shape: Any) -> None:
    """Put an arrowhead at the end of a line; python-pptx has no word for it."""
    line = shape.line._get_or_add_ln()  # noqa: SLF001
    head = etree.SubElement(line, qn("a:tailEnd"))
    for key, value in (("type", "triangle"), ("w", "med"), ("len", "med")):
        head.set(key, value)
    _ordered(line)


def fade(shape: Any, opacity: float) -> None:
    """Let what lies behind a line show through."""
    colour = shape.line._get_or_add_ln().find(f".//{qn('a:srgbClr')}")  # noqa: SLF001
    etree.SubElement(colour, qn("a:alpha")).set("val", str(round(opacity * 100_000)))


_ORDER = (
    "noFill", "solidFill", "gradFill", "pattFill", "prstDash", "custDash", "round", "bevel", "miter",
    "headEnd", "tailEnd",
)  # fmt: skip


def _ordered(line: Any) -> None:
    """Bring the parts of a line into the order the format demands; PowerPoint repairs a file without."""
    line[:] = sorted(line, key=lambda part: _ORDER.index(etree.QName(part).localname))


def halo(run: Any, colour: str) -> None:
    """Give the letters of a run a glow of a colour, so that they can be read above lines."""
    properties = run._r.get_or_add_rPr()  # noqa: SLF001
    effects = etree.Element(qn("a:effectLst"))
    glow = etree.SubElement(effects, qn("a:glow"))
    glow.set("rad", str(HALO_EMU))
    etree.SubElement(glow, qn("a:srgbClr")).set("val", colour.lstrip("#"))
    fill_of_text = properties.find(qn("a:solidFill"))
    properties.insert(0 if fill_of_text is None else list(properties).index(fill_of_text) + 1, effects)


def see_through(shape: Any, opacity: float) -> None:
    """Let what lies behind a filled shape show through."""
    colour = shape.fill._xPr.find(f".//{qn('a:solidFill')}/{qn('a:srgbClr')}")  # noqa: SLF001
    etree.SubElement(colour, qn("a:alpha")).set("val", str(round(opacity * 100_000)))
