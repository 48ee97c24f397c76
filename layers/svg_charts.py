"""Small drawings as SVG text, for pages without JavaScript, print and phones: bars, broken lines, steps.

Pure functions. Every drawing has a title and a description, prints without colour, and shows what
is missing: a year without a report is a slanted stroke on the base line, never a bar of height zero;
a line is drawn only between points that may be compared. Words and numbers arrive ready to print.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from geodata.values import Empty
from layers.theme import GRID, INK, INK_SECOND, LAND, LAND_LINE, PAPER

WIDTH = 360.0
"""Pixels of the drawing itself; the page scales it a little either way, so letters stay readable."""
LEFT, RIGHT, BOTTOM = 38.0, 8.0, 18.0


@dataclass(frozen=True, slots=True)
class ChartMark:
    """A year mark: a thin line with a short label (a number keyed to a list beside the drawing)."""

    year: int
    label: str


@dataclass(frozen=True, slots=True)
class BarChart:
    """One value per year on an axis from 0 to `top`; drawings with the same `top` share one scale.

    name: unique on the page, letters, digits and dashes. values: None where there is no number; then
    `empties` says why (a value of `Empty`; "" where there is a number). title and desc: for the ear.
    bands: windows of years (first, last) on a ground of their own. figures: a number above each bar, ready to
    print ("" for a year without one).
    """

    name: str
    title: str
    desc: str
    years: Sequence[int]
    values: Sequence[float | None]
    empties: Sequence[str]
    colour: str
    top: float
    number: Callable[[float], str]
    marks: Sequence[ChartMark] = ()
    bands: Sequence[tuple[int, int]] = ()
    figures: Sequence[str] = ()
    height: float = 120.0
    width: float = WIDTH

    def __post_init__(self) -> None:
        """Refuse lists of unlike length and bars above the axis."""
        if not len(self.years) == len(self.values) == len(self.empties) == len(self.figures or self.years):
            raise ValueError("years, values and kinds of empty must be equally many")
        if any(v is not None and v > self.top for v in self.values):
            raise ValueError("a bar is higher than the axis")


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One published figure; `joined` says whether it may be compared with the one before it."""

    year: int
    value: float
    words: str
    joined: bool


@dataclass(frozen=True, slots=True)
class LineChart:
    """A series with its breaks: dots, a line only where `joined`, a dotted upright where a series breaks."""

    name: str
    title: str
    desc: str
    dots: Sequence[ChartPoint]
    first: int
    last: int
    colour: str
    number: Callable[[float], str]
    marks: Sequence[ChartMark] = ()
    height: float = 150.0


@dataclass(frozen=True, slots=True)
class StepChart:
    """Ranks by year: `levels` from best to worst, one bold piece per year; None leaves the year open."""

    name: str
    title: str
    desc: str
    levels: Sequence[str]
    years: Sequence[int]
    at: Sequence[int | None]
    colour: str = INK


def ticks_for(top: float) -> tuple[float, ...]:
    """Return 0 and up to three round steps; the last is at or above `top` (at least 1)."""
    top = max(top, 1.0)
    unit = 10.0 ** (len(str(int(top))) - 1)
    steps = (f * unit * power for power in (0.1, 1.0, 10.0) for f in (1, 2, 5))
    step = next(s for s in steps if s >= 1 and s * 3 >= top)
    return tuple(step * i for i in range(4) if step * (i - 1) < top)


def bars_svg(spec: BarChart) -> str:
    """Return the drawing of `BarChart`: bars, marks of emptiness, year marks behind them."""
    ticks = ticks_for(spec.top)
    head = 18.0 if spec.marks or spec.figures else 6.0
    base = spec.height - BOTTOM
    per = (spec.width - LEFT - RIGHT) / max(1, len(spec.years))
    at = {year: LEFT + per * (i + 0.5) for i, year in enumerate(spec.years)}
    shades = [
        f'<rect x="{at[first] - per / 2:.1f}" y="{head}" width="{at[last] - at[first] + per:.1f}" '
        f'height="{base - head}" fill="{LAND}"/>'
        for first, last in spec.bands
    ]
    parts = [*shades, _grid(ticks, (head, base, spec.width), spec.number), *_marks(spec.marks, at, head, base)]
    above = spec.figures or [""] * len(spec.years)
    bare = {}
    for year, value, empty, figure in zip(spec.years, spec.values, spec.empties, above, strict=True):
        if value:
            high = (base - head) * value / ticks[-1]
            parts.append(
                f'<rect x="{at[year] - per * 0.36:.1f}" y="{base - high:.1f}" width="{per * 0.72:.1f}" '
                f'height="{max(high, 1):.1f}" fill="{spec.colour}"><title>{year}: {escape(spec.number(value))}'
                "</title></rect>"
            )
            if figure:
                parts.append(_text(at[year], base - high - 3, figure, anchor="middle", fill=INK))
        else:
            bare[at[year]] = empty or Empty.ZERO.value
    parts += [*_empties(bare, base), *_years(spec.years, at, spec.height)]
    return _svg((spec.name, spec.title, spec.desc), (spec.width, spec.height), parts)


def line_svg(spec: LineChart) -> str:
    """Return the drawing of `LineChart`."""
    ticks = ticks_for(max((dot.value for dot in spec.dots), default=1.0))
    head, base = 22.0, spec.height - BOTTOM
    years = range(spec.first, spec.last + 1)
    per = (WIDTH - LEFT - RIGHT) / max(1, len(years))
    at = {year: LEFT + per * (i + 0.5) for i, year in enumerate(years)}
    y = [base - (base - head) * dot.value / ticks[-1] for dot in spec.dots]
    parts = [_grid(ticks, (head, base, WIDTH), spec.number), *_marks(spec.marks, at, head, base)]
    for i, dot in enumerate(spec.dots[1:], 1):
        before = spec.dots[i - 1]
        if dot.joined:
            parts.append(
                f'<line x1="{at[before.year]:.1f}" y1="{y[i - 1]:.1f}" x2="{at[dot.year]:.1f}" y2="{y[i]:.1f}" '
                f'stroke="{spec.colour}" stroke-width="2"/>'
            )
        else:
            x = (at[before.year] + at[dot.year]) / 2
            parts.append(
                f'<line x1="{x:.1f}" y1="{head}" x2="{x:.1f}" y2="{base}" stroke="{INK_SECOND}" '
                'stroke-width="1" stroke-dasharray="2 3"/>'
            )
    low = {
        i for i in range(len(y)) if all(y[j] < y[i] for j in (i - 1, i + 1) if 0 <= j < len(y)) and len(y) > 1
    }  # fmt: skip
    for i, (dot, level) in enumerate(zip(spec.dots, y, strict=True)):
        parts.append(
            f'<circle cx="{at[dot.year]:.1f}" cy="{level:.1f}" r="3.5" fill="{spec.colour}">'
            f"<title>{dot.year}: {escape(dot.words)}</title></circle>"
        )
        anchor = "end" if at[dot.year] > WIDTH - 30 else "middle"
        parts.append(
            _text(
                at[dot.year],
                level - 7 if i not in low or level > base - 16 else level + 15,
                spec.number(dot.value),
                anchor=anchor,
                fill=INK,
                halo=True,
            )
        )
    parts += _years(tuple(years), at, spec.height)
    return _svg((spec.name, spec.title, spec.desc), (WIDTH, spec.height), parts)


def steps_svg(spec: StepChart) -> str:
    """Return the drawing of `StepChart`: one row per level with its name, best on top."""
    left, row, head = 104.0, 22.0, 6.0
    base = head + row * len(spec.levels)
    per = (WIDTH - left - RIGHT) / max(1, len(spec.years))
    at = {year: left + per * (i + 0.5) for i, year in enumerate(spec.years)}
    parts = []
    for i, name in enumerate(spec.levels):
        y = head + row * (i + 0.5)
        parts.append(f'<line x1="{left}" y1="{y}" x2="{WIDTH - RIGHT}" y2="{y}" stroke="{GRID}" stroke-width="1"/>')
        parts.append(_text(left - 8, y + 4, name, anchor="end", fill=INK))
    for year, level in zip(spec.years, spec.at, strict=True):
        if level is None:
            parts += _empties({at[year]: Empty.NO_REPORT.value}, base)
            continue
        y = head + row * (level + 0.5)
        parts.append(
            f'<rect x="{at[year] - per / 2:.1f}" y="{y - 6}" width="{per:.1f}" height="12" fill="{spec.colour}" '
            f'stroke="{PAPER}"><title>{year}: {escape(spec.levels[level])}</title></rect>'
        )
    parts.append(f'<line x1="{left}" y1="{base}" x2="{WIDTH - RIGHT}" y2="{base}" stroke="{INK_SECOND}"/>')
    parts += _years(spec.years, at, base + BOTTOM)
    return _svg((spec.name, spec.title, spec.desc), (WIDTH, base + BOTTOM), parts)


def _grid(ticks: Sequence[float], box: tuple[float, float, float], number: Callable[[float], str]) -> str:
    head, base, width = box
    parts = []
    for tick in ticks:
        y = base - (base - head) * tick / ticks[-1]
        stroke = INK_SECOND if tick == 0 else GRID
        parts.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{width - RIGHT:g}" y2="{y:.1f}" stroke="{stroke}"/>')
        parts.append(_text(LEFT - 5, y + 4, number(tick), anchor="end"))
    return "".join(parts)


def _marks(marks: Sequence[ChartMark], at: dict[int, float], head: float, base: float) -> list[str]:
    """Draw an upright and a number for each mark: one path for all, as a page has many charts."""
    here = [mark for mark in marks if mark.year in at]
    if not here:
        return []
    uprights = "".join(f"M{at[year]:.1f} {head - 4:g}V{base:g}" for year in dict.fromkeys(mark.year for mark in here))
    labels = [f'<text x="{at[mark.year]:.1f}" y="{head - 7:.1f}">{escape(mark.label)}</text>' for mark in here]
    return [
        f'<path d="{uprights}" stroke="{INK_SECOND}" stroke-width=".7" opacity=".6"/>',
        f'<g text-anchor="middle" font-size="11" fill="{INK}">{"".join(labels)}</g>',
    ]


def _empties(kinds: Mapping[float, str], base: float) -> list[str]:
    """Draw years without a figure. kinds: where a year stands → its kind of empty."""
    of_kind: dict[str, list[float]] = {}
    for x, kind in kinds.items():
        of_kind.setdefault(kind, []).append(x)
    return [_marks_of_kind(kind, places, base) for kind, places in of_kind.items()]


def _marks_of_kind(kind: str, places: Sequence[float], base: float) -> str:
    if kind == Empty.NO_REPORT:
        strokes = "".join(f"M{x - 2.5:.1f} {base + 3:g}l5-6" for x in places)
        return f'<path d="{strokes}" stroke="{INK_SECOND}" stroke-width="1.1"/>'
    if kind in (Empty.ZERO, Empty.SUPPRESSED):
        radius, look = (2.4, f'"{PAPER}" stroke="{INK_SECOND}"') if kind == Empty.ZERO else (1.8, f'"{INK_SECOND}"')
        dots = "".join(f'<circle cx="{x:.1f}" cy="{base:g}" r="{radius}"/>' for x in places)
        return f"<g fill={look}>{dots}</g>"
    strokes = "".join(f"M{x - 4:.1f} {base:g}h8" for x in places)
    return f'<path d="{strokes}" stroke="{LAND_LINE}" stroke-width="2.5"/>'


def _years(years: Sequence[int], at: dict[int, float], height: float) -> list[str]:
    """Label the first and the last year and every fifth between that has room."""
    ends = {years[0], years[-1]}
    inner = {year for year in years if year % 5 == 0 and min(year - years[0], years[-1] - year) > 2}
    return [
        _text(at[year], height - 4, str(year), anchor="end" if year == years[-1] and len(years) > 3 else "middle")
        for year in sorted(ends | inner)
    ]


def _text(  # noqa: PLR0913 - the attributes of one element
    x: float, y: float, words: str, *, anchor: str, fill: str = INK_SECOND, halo: bool = False
) -> str:
    around = f' paint-order="stroke" stroke="{PAPER}" stroke-width="3"' if halo else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="11" fill="{fill}"{around}>'
        f"{escape(words)}</text>"
    )


def _svg(labels: tuple[str, str, str], size: tuple[float, float], parts: Sequence[str]) -> str:
    name, title, desc = labels
    return (
        f'<svg class="smallchart" viewBox="0 0 {size[0]:.0f} {size[1]:.0f}" role="img" '
        f'aria-labelledby="{name}-t {name}-d"><title id="{name}-t">{escape(title)}</title>'
        f'<desc id="{name}-d">{escape(desc)}</desc>{"".join(parts)}</svg>'
    )
