"""Bars by year as a small inline SVG: for pages that must be complete without JavaScript, and for print.

A pure function from numbers and words to markup. Every year has a bar or the mark of its kind of empty:
`0` (zero, someone was looking), a slanted stroke (no report found), a dot (not shown, to protect people),
a short line (not in this dataset). Refuses a year outside its period and a nature without a hue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from types import MappingProxyType
from typing import Final

from geodata.values import Empty, Nature, Period
from layers.theme import GREY_UNCLEAR, INK, INK_SECOND, LAND_LINE, SMUGGLING, TRAFFICKING

HUE: Final = MappingProxyType(
    {Nature.TRAFFICKING: TRAFFICKING[4], Nature.SMUGGLING: SMUGGLING[4], Nature.UNCLEAR: GREY_UNCLEAR}
)
WIDTH, HEIGHT = 340.0, 118.0
LEFT, RIGHT, TOP, BOTTOM = 4.0, 4.0, 16.0, 18.0
LEAST_BAR = 1.5
"""Pixels a positive value is high at least, so that 1 beside 400 is still seen."""
YEARS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class BarSpec:
    """One nature by year. `values` and `empties` together hold every year of the period, each once.

    label: what the drawing says to who cannot see it. shown: year → number as text, above its bar.
    """

    nature: Nature
    period: Period
    values: Mapping[int, float]
    empties: Mapping[int, Empty]
    shown: Mapping[int, str]
    label: str


def bars(spec: BarSpec) -> str:
    """Return the drawing as one `<svg>` element; text is escaped."""
    years = list(spec.period.years())
    held = {**spec.empties, **spec.values}
    if set(held) != set(years) or set(spec.values) & set(spec.empties):
        raise ValueError(f"bars need every year of {years[0]}–{years[-1]} once, with a value or a kind of empty")
    if spec.nature not in HUE:
        raise ValueError(f"bars are drawn for one nature; {spec.nature.value!r} has no hue of its own")
    step = (WIDTH - LEFT - RIGHT) / len(years)
    ground = HEIGHT - BOTTOM
    tall = ground - TOP
    most = max(spec.values.values(), default=0.0)
    parts = [
        f'<svg class="bars" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{escape(spec.label)}">',
        f'<path d="M{LEFT:g} {ground:g}H{WIDTH - RIGHT:g}" stroke="{INK_SECOND}"/>',
    ]
    for i, year in enumerate(years):
        middle = LEFT + step * (i + 0.5)
        if year in spec.values:
            high = max(LEAST_BAR, tall * spec.values[year] / most) if most else 0.0
            parts.append(_bar((middle, ground), step * 0.7, high, HUE[spec.nature], spec.shown.get(year, "")))
        else:
            parts.append(_mark(spec.empties[year], middle, ground))
    parts += [_year(years[i], LEFT + step * (i + 0.5), i, len(years)) for i in _told(len(years))]
    return "".join([*parts, "</svg>"])


def _bar(foot: tuple[float, float], width: float, high: float, hue: str, said: str) -> str:
    middle, top = foot[0], foot[1] - high
    place = f'x="{middle - width / 2:.1f}" y="{top:.1f}" width="{width:.1f}" height="{high:.1f}"'
    words = f'x="{middle:.1f}" y="{top - 3:.1f}" text-anchor="middle" font-size="9" fill="{INK}"'
    return f'<rect {place} fill="{hue}"/><text {words}>{escape(said)}</text>'


def _mark(kind: Empty, x: float, ground: float) -> str:
    if kind is Empty.ZERO:
        return f'<text x="{x:.1f}" y="{ground - 3:.1f}" text-anchor="middle" font-size="9" fill="{INK_SECOND}">0</text>'
    if kind is Empty.SUPPRESSED:
        return f'<circle cx="{x:.1f}" cy="{ground - 4:.1f}" r="1.8" fill="{INK_SECOND}"/>'
    if kind is Empty.OUTSIDE:
        return f'<path d="M{x - 2.5:.1f} {ground - 4:.1f}h5" stroke="{LAND_LINE}" stroke-width="1.4"/>'
    return f'<path d="M{x - 2:.1f} {ground - 1.5:.1f}l4 -5" stroke="{INK_SECOND}" stroke-width="1"/>'


def _told(n: int) -> list[int]:
    """Return which of n years are written under the axis: the first, the last, and some between."""
    if n <= YEARS_SHOWN:
        return list(range(n))
    return sorted({round(i * (n - 1) / (YEARS_SHOWN - 1)) for i in range(YEARS_SHOWN)})


def _year(year: int, x: float, i: int, n: int) -> str:
    anchor = "start" if i == 0 else "end" if i == n - 1 else "middle"
    at = LEFT if i == 0 else WIDTH - RIGHT if i == n - 1 else x
    return (
        f'<text x="{at:.1f}" y="{HEIGHT - 4:g}" text-anchor="{anchor}" font-size="10" fill="{INK_SECOND}">{year}</text>'
    )
