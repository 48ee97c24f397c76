"""The trend: one small chart per nature, aligned by year, never on one scale and never added.

Only `scatter` is used, because the geo bundle has no bar trace: a bar is a thick line from zero.
A year without a report is a mark on the base line, not a bar of height zero; the four empties have
their own marks here too. A series break is a dotted line between two years, told apart from data.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from geodata.query.cube import YearCount
from geodata.values import Empty, Nature, Period
from layers.specs import THIN_SPACE, Labels
from layers.theme import FONT, GRID, INK, INK_SECOND, LAND_LINE, LINE_HUE, PAPER

EMPTY_MARK = {
    Empty.ZERO: ("circle-open", INK_SECOND, 5),
    Empty.NO_REPORT: ("line-ne", INK_SECOND, 6),
    Empty.SUPPRESSED: ("circle", INK_SECOND, 3),
    Empty.OUTSIDE: ("line-ew", LAND_LINE, 8),
}
"""Symbol, colour and size on the base line: a ring for zero, a slanted stroke (the hatch) for no report."""


@dataclass(frozen=True, eq=False)
class TrendSpec:
    """Values by year and nature, one row per year and nature at most.

    Years of `period` without a row are "no report found". `breaks` are the first years of a new
    series, `shown` the natures from top to bottom, `marks` numbered years drawn as thin lines through all.
    """

    rows: Sequence[YearCount]
    period: Period
    labels: Labels
    breaks: Sequence[int] = ()
    shown: Sequence[Nature] = (Nature.TRAFFICKING, Nature.SMUGGLING)
    bar_px: float = 9.0
    marks: Sequence[tuple[int, str]] = ()

    def __post_init__(self) -> None:
        """Refuse doubled years and years outside the period."""
        years = [row.year for row in self.rows]
        if len({(row.year, row.nature) for row in self.rows}) < len(years):
            raise ValueError("a year has two values of one nature")
        if years and not self.period.first <= min(years) <= max(years) <= self.period.last:
            raise ValueError(f"a year lies outside {self.period.first}–{self.period.last}")


def trend_figure(spec: TrendSpec) -> dict[str, Any]:
    """Return ``{data, layout}``: per nature its bars, its marks of emptiness and its hover points."""
    data: list[dict[str, Any]] = []
    for row, nature in enumerate(spec.shown, 1):
        values, empties = split(spec, nature)
        axes = {"xaxis": _axis("x", row), "yaxis": _axis("y", row)}
        data += [
            _bars(values, nature, spec.bar_px, axes),
            _marks(empties, nature, axes),
            _hover(values, empties, nature, axes),
        ]
    return {"data": data, "layout": _layout(spec)}


def split(spec: TrendSpec, nature: Nature) -> tuple[dict[int, float], dict[int, Empty]]:
    """Return the positive values and the kinds of empty of a nature, by year; every year is in exactly one."""
    rows = {row.year: row for row in spec.rows if row.nature == nature}
    values: dict[int, float] = {}
    empties: dict[int, Empty] = {}
    for year in spec.period.years():
        row = rows.get(year)
        number = math.nan if row is None else row.value
        kind = Empty(row.empty) if row is not None and row.empty else None
        hidden = kind in (Empty.SUPPRESSED, Empty.OUTSIDE)
        if number > 0 and not hidden:
            values[year] = number
        elif number == 0 and not hidden:
            empties[year] = Empty.ZERO
        else:
            empties[year] = kind or Empty.NO_REPORT
    return values, empties


def _bars(values: dict[int, float], nature: Nature, width: float, axes: dict[str, str]) -> dict[str, Any]:
    x = [v for year in values for v in (year, year, None)]
    y = [v for value in values.values() for v in (0, value, None)]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": nature.value,
        "x": x or [None],
        "y": y or [None],
        "line": {"color": LINE_HUE[nature], "width": width, "simplify": False},
        "connectgaps": False,
        "cliponaxis": True,
        "hoverinfo": "skip",
        "showlegend": False,
        **axes,
    }


def _marks(empties: dict[int, Empty], nature: Nature, axes: dict[str, str]) -> dict[str, Any]:
    marks = [EMPTY_MARK[kind] for kind in empties.values()]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": f"{nature.value}-empty",
        "x": list(empties) or [None],
        "y": [0] * len(empties) or [None],
        "marker": {
            "symbol": [symbol for symbol, _, _ in marks] or "circle",
            "color": [colour for _, colour, _ in marks] or INK_SECOND,
            "size": [size for _, _, size in marks] or 5,
            "line": {"width": 1.2, "color": [colour for _, colour, _ in marks] or INK_SECOND},
        },
        "cliponaxis": False,
        "hoverinfo": "skip",
        "showlegend": False,
        **axes,
    }


def _hover(values: dict[int, float], empties: dict[int, Empty], nature: Nature, axes: dict[str, str]) -> dict[str, Any]:
    years = sorted([*values, *empties])
    return {
        "type": "scatter",
        "mode": "markers",
        "name": f"{nature.value}-hover",
        "x": years,
        "y": [values.get(year, 0) for year in years],
        "customdata": [[nature.value, year, values.get(year), empties.get(year)] for year in years],
        "marker": {"size": 12, "opacity": 0},
        "hoverinfo": "none",
        "showlegend": False,
        **axes,
    }


def _axis(letter: str, row: int) -> str:
    return letter if row == 1 else f"{letter}{row}"


def _layout(spec: TrendSpec) -> dict[str, Any]:
    n = len(spec.shown)
    gap = 0.22
    height = (1 - gap * (n - 1)) / n
    layout: dict[str, Any] = {
        "margin": {"l": 44, "r": 8, "t": 18, "b": 22, "pad": 0},
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "font": {"family": FONT, "color": INK, "size": 11},
        "separators": f".{THIN_SPACE}",
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "annotations": [],
        "shapes": [],
    }
    for row, nature in enumerate(spec.shown, 1):
        top = 1 - (row - 1) * (height + gap)
        name = "" if row == 1 else str(row)
        layout[f"xaxis{name}"] = _x_axis(spec, _axis("y", row), last=row == n)
        layout[f"yaxis{name}"] = {
            "domain": [round(max(0.0, top - height), 4), round(top, 4)],
            "anchor": _axis("x", row),
            "rangemode": "tozero",
            "nticks": 4,
            "tickformat": ",~r",
            "gridcolor": GRID,
            "zerolinecolor": INK_SECOND,
            "zerolinewidth": 1,
            "fixedrange": True,
        }
        layout["annotations"].append(_title(spec.labels[f"nature.{nature.value}"], LINE_HUE[nature], top))
        layout["shapes"] += [_break(year, row) for year in spec.breaks]
    for year, label in spec.marks:
        if spec.period.first <= year <= spec.period.last:
            layout["shapes"].append(_mark(year))
            layout["annotations"].append(_mark_label(year, label))
    return layout


def _x_axis(spec: TrendSpec, anchor: str, *, last: bool) -> dict[str, Any]:
    return {
        "anchor": anchor,
        "range": [spec.period.first - 0.7, spec.period.last + 0.7],
        "showgrid": False,
        "zeroline": False,
        "showticklabels": last,
        "tickformat": "d",
        "nticks": 8,
        "fixedrange": True,
    }


def _title(text: str, colour: str, top: float) -> dict[str, Any]:
    return {
        "text": text,
        "font": {"color": colour, "size": 12},
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "y": round(top, 4),
        "yref": "paper",
        "yanchor": "bottom",
        "showarrow": False,
    }


def _break(year: int, row: int) -> dict[str, Any]:
    line = {"color": INK_SECOND, "width": 1, "dash": "dot"}
    axes = {"xref": _axis("x", row), "yref": f"{_axis('y', row)} domain"}
    return {"type": "line", "x0": year - 0.5, "x1": year - 0.5, "y0": 0, "y1": 1, "line": line, **axes}


def _mark(year: int) -> dict[str, Any]:
    line = {"color": INK_SECOND, "width": 0.7}
    return {"type": "line", "x0": year, "x1": year, "y0": 0, "y1": 1, "xref": "x", "yref": "paper", "line": line,
            "layer": "below"}  # fmt: skip


def _mark_label(year: int, label: str) -> dict[str, Any]:
    """Return the number at the head of a mark, beside its line and inside the uppermost plot."""
    return {
        "text": label,
        "font": {"color": INK_SECOND, "size": 10},
        "x": year,
        "xref": "x",
        "xanchor": "left",
        "y": 1,
        "yref": "paper",
        "yanchor": "top",
        "showarrow": False,
        "borderpad": 0,
    }
