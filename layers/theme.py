"""Colours, hatches and the kinds of empty of DESIGN §7: the only place where one is written.

Colours are sRGB hex strings. The two ramps run from light to dark in even steps of CIE lightness,
so they survive greyscale printing; the ends are the design's. Nothing here knows Plotly.
`python -m dashboard.web.tokens` (part of `make fmt`) writes them into the style sheets' custom properties.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from geodata.query.cube import EMPTY_OF
from geodata.values import Nature

PAPER: Final = "#FBFAF7"
INK: Final = "#1F2933"
INK_SECOND: Final = "#5B6770"
LAND: Final = "#EFEDE6"
LAND_LINE: Final = "#CFCABD"
WATER: Final = "#DCE8EF"
WATER_LINE: Final = "#B4CAD7"
WHITE: Final = "#FFFFFF"
GREY_UNCLEAR: Final = "#6B7480"
SELECTED: Final = "#1F2933"
"""Outline of a chosen county."""
FOCUS: Final = "#B45309"
"""Ring around what the keyboard stands on."""

RULE: Final = "#DAD6CB"
"""Lines between parts of a page."""
HAIRLINE: Final = "#ECE9E0"
"""Lines between rows of a table."""
GRID: Final = "#E6E3DA"
"""Lines behind a chart."""
CONTROL_EDGE: Final = "#A9A396"
LINK_LINE: Final = "#9AA3A9"
ALARM: Final = "#8A1C1C"
"""Synthetic data, a refusal, leaving the page."""
BEHIND: Final = "#7F8B94"
"""Corridors that step back behind the one in front."""
COUNTY_LINE: Final = "#D8D3C5"
"""Between counties that are paper, on drawings that are about corridors."""
COUNTRY_GREY: Final = "#8A929A"
"""Names of the countries around."""
INSTEAD: Final = "#F0C48F"
"""Under the ways taken instead of a closed one: the orange of change, lighter than any line on it."""
CAUTION: Final = "#D9A441"
CAUTION_GROUND: Final = "#FFF4DC"
NOTE_GROUND: Final = "#FFF8E6"
LAND_BEYOND: Final = "#E9E5D9"
"""Counties that are neither the card's own nor its neighbours."""

TRAFFICKING: Final = ("#F3EAF4", "#D0B5D6", "#A87BB4", "#7C4489", "#4A1259")
SMUGGLING: Final = ("#E4F1F0", "#AACFCC", "#6CA7A4", "#35797A", "#0A4F4F")
DIVERGING: Final = ("#A8520B", "#E3A76C", "#FBFAF7", "#8DB2D3", "#1F5A96")
"""Orange – paper – blue, for change; never mixed with the two hues above."""

RAMPS: Final = MappingProxyType(
    {
        Nature.TRAFFICKING: TRAFFICKING,
        Nature.SMUGGLING: SMUGGLING,
        Nature.MIXED: ("#EEF0F2", "#C3C9CE", "#98A1A9", "#67727B", "#38424B"),
        Nature.UNCLEAR: ("#F0F0EE", "#CBCBC8", "#A09F9C", "#72716F", "#454443"),
    }
)

LINE_HUE: Final = MappingProxyType(
    {
        Nature.TRAFFICKING: "#6A2C7A",
        Nature.SMUGGLING: "#0F6161",
        Nature.MIXED: INK,  # with both cores
        Nature.UNCLEAR: GREY_UNCLEAR,
    }
)
CORE_HUE: Final = MappingProxyType({Nature.TRAFFICKING: "#DDB2E8", Nature.SMUGGLING: "#7ED8CE"})
"""Inside a ribbon of ink: lighter than the hues of lines, told apart by every kind of sight."""

MARK_INK: Final = "#8A939A"
HATCH: Final = "#C4BFB0"
EMPTY_GROUND: Final = "#E9E6DD"
"""Ground of the hatch, the crosses and the dots."""


@dataclass(frozen=True, slots=True)
class EmptyLook:
    """One reason why a county shows no number.

    code: its letter in class strings.
    kind: the word of `geodata.values.Empty`, or “unstated”, “filtered”.
    mark: what legend and slide draw.
    pattern: id of its pattern in `layers.patterns`, "" for a flat colour.
    colour: flat colour under the pattern, and alone where patterns cannot be drawn.
    """

    code: str
    kind: str
    mark: str
    pattern: str
    colour: str

    @property
    def fill(self) -> str:
        """What an SVG shape takes: ``url(#pattern)`` or the colour."""
        return f"url(#{self.pattern})" if self.pattern else self.colour


_MARKS = {
    "zero": ("njia-zero", WHITE),
    "hatch": ("njia-hatch", EMPTY_GROUND),
    "dots": ("njia-dots", EMPTY_GROUND),
    "flat": ("", "#D3D1CB"),
    "unstated": ("njia-unstated", EMPTY_GROUND),
}
EMPTIES: Final = tuple(
    EmptyLook(code, kind, mark, *look)
    for (code, kind), (mark, look) in zip(EMPTY_OF.items(), _MARKS.items(), strict=True)
)
"""The kinds of empty in their fixed order; “unstated”: reported, and no number of people was stated."""
FILTERED: Final = EmptyLook("x", "filtered", "flat", "", LAND)
"""A county that a filter leaves out: plain land; not a code of class strings."""
LOOKS: Final = MappingProxyType({look.code: look for look in (*EMPTIES, FILTERED)})
"""Code → look."""
LOOK_OF: Final = MappingProxyType({look.kind: look for look in (*EMPTIES, FILTERED)})
"""Kind of empty → look."""
CODES: Final = "01234" + "".join(look.code for look in EMPTIES)
"""Class codes: five classes, then the kinds of empty."""

BIVARIATE: Final = (
    ("#FBDDBB", "#EFEDE8", "#DCE9F5"),
    ("#E09A55", "#B9B09C", "#86ADD1"),
    ("#8F3F04", "#5F594C", "#174A80"),
)
"""Exposure (low, middle, high) × response (none, some, more)."""

FONT: Final = "'Source Sans 3 Variable', 'Source Sans 3', 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"
"""Letters of the map, as Plotly and SVG take them."""
FONT_OF_PAGES: Final = (
    '"Source Sans 3 Variable", "Source Sans 3", system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif'
)

_PICK: Final = {0: (), 1: (3,), 2: (1, 3), 3: (0, 2, 4), 4: (0, 1, 3, 4), 5: (0, 1, 2, 3, 4)}


def ramp(nature: Nature, k: int) -> tuple[str, ...]:
    """Return ``k`` (0–5) colours of a nature, light to dark, spread over its whole ramp."""
    if k not in _PICK:
        raise ValueError(f"a map has 0 to 5 classes, got {k}")
    colours = RAMPS[nature]
    return tuple(colours[i] for i in _PICK[k])


def luminance(colour: str) -> float:
    """Return the WCAG relative luminance (0–1) of an sRGB hex colour."""
    r, g, b = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(colour: str, other: str) -> float:
    """Return the WCAG contrast ratio (1–21) of two colours."""
    low, high = sorted((luminance(colour), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
