"""Pieces of a legend as SVG: boxes of the classes and empties, lines of the corridors, shapes of the roles."""

from __future__ import annotations

from dashboard.export.model import Series, Trend
from dashboard.i18n.catalogue import Catalogue
from layers.minimap import OVERLAYS, overlay_defs
from layers.patterns import pattern_defs
from layers.svg_export import symbol
from layers.theme import CONTROL_EDGE, INK, INK_SECOND, WHITE

ROLES = {"source": "triangle-up", "transit": "diamond", "destination": "circle"}
"""Role → its shape, as on the map."""
PATTERNS = {"hatch": "piece-hatch", "dots": "piece-dots", "unstated": "piece-unstated"}
OVER = {name + tone: f"piece-{name}{tone}" for name in OVERLAYS for tone in ("", "-l")}
"""Marks that lie over the colour of their class."""
BOX, LINE = (34, 19), (34, 12)


def piece(mark: str, colour: str) -> str:
    """Return the drawing of a legend's mark, 34 px wide; patterns are named ``piece-…``."""
    kind, _, core = mark.partition(":")
    if kind in ("fill", "flat", "zero") or kind in PATTERNS:
        fill = f"url(#{PATTERNS[kind]})" if kind in PATTERNS else WHITE if kind == "zero" else colour
        zero = f'<text x="17" y="14" text-anchor="middle" font-size="11" fill="{INK_SECOND}">0</text>'
        box = f'<rect x=".5" y=".5" width="33" height="18" fill="{fill}" stroke="{CONTROL_EDGE}"/>'
        return box + (zero if kind == "zero" else "")
    if kind in OVER:
        return "".join(
            f'<rect x=".5" y=".5" width="33" height="18" fill="{fill}" stroke="{CONTROL_EDGE}"/>'
            for fill in (colour, f"url(#{OVER[kind]})")
        )
    style = {"dash": ' stroke-dasharray="6 3"', "faded": ' opacity=".4"'}.get(kind, "")
    wide = {"thin": "1.2", "core": "7", "edged": "3"}.get(kind, "3")
    under = f'<path d="M0 6H34" stroke="{INK}" stroke-width="10"/><path d="M0 6H34" stroke="{WHITE}" stroke-width="7"/>'
    line = (under if kind == "edged" else "") + f'<path d="M0 6H34" stroke="{colour}" stroke-width="{wide}"{style}/>'
    hues = core.split(":") if kind == "core" else []
    for i, hue in enumerate(hues):
        at, width = (6, 2.4) if len(hues) == 1 else (5 + 2 * i, 1.6)
        line += f'<path d="M0 {at}H34" stroke="{hue}" stroke-width="{width}"/>'
    return line


def swatch(mark: str, colour: str) -> str:
    """Return a mark as a picture of its own."""
    kind = mark.partition(":")[0]
    width, height = BOX if kind in ("fill", "flat", "zero") or kind in {*PATTERNS, *OVER} else LINE
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
    return f"{head}<defs>{piece_defs()}</defs>{piece(mark, colour)}</svg>"


def piece_defs() -> str:
    """Return the patterns that `piece` names."""
    return pattern_defs().replace("njia-", "piece-") + overlay_defs("piece")


def role_swatch(role: str) -> str:
    """Return the shape of a role as a picture of its own."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-6 -6 12 12" width="12" height="12">'
        f'<g fill="{INK}">{symbol(ROLES[role], 4.4)}</g></svg>'
    )


def year_words(tr: Catalogue, trend: Trend, series: Series) -> str:
    """Return the years with a value and their values, for whoever does not see the drawing."""
    pairs = zip(trend.years, series.drawn, strict=True)
    return ", ".join(f"{year}: {tr.number(value)}" for year, value in pairs if value is not None)


def chart_key(tr: Catalogue, note: str, *, public: bool) -> str:
    """Return what stands under the years: the note, and the marks for years without a column."""
    if not public:
        return note
    return f"{note} {tr.t('export.chart_key', zero=tr.t('empty.zero'), none=tr.t('empty.no_report'))}"
