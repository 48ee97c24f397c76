"""Colours, sizes and marks of DESIGN §7; the only place where a colour is written.

Colours are sRGB hex strings. The two ramps run from light to dark in even steps of CIE lightness,
so they survive greyscale printing; the ends are the design's. Nothing here knows Plotly.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

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
FOCUS: Final = "#1F2933"

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
        Nature.MIXED: "#6A2C7A",  # outer line; the inner one is MIXED_CORE
        Nature.UNCLEAR: GREY_UNCLEAR,
    }
)
MIXED_CORE: Final = LINE_HUE[Nature.SMUGGLING]

CODES: Final = "01234znsou"
"""Class codes: five classes, then zero with looking, no report, suppressed, outside the dataset, number not stated."""

EMPTY_FILL: Final = MappingProxyType({"z": "#FFFFFF", "n": "#E9E6DD", "s": "#E9E6DD", "o": "#D3D1CB", "u": "#E9E6DD"})
"""Flat colours that stand under the marks, and alone where patterns cannot be drawn."""

FONT: Final = "'Source Sans 3 Variable', 'Source Sans 3', 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"

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


def contrast(one: str, other: str) -> float:
    """Return the WCAG contrast ratio (1–21) of two colours."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
