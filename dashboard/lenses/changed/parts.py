"""What is shown of a change: sentences, three maps, a trend, tables. Words and pieces only."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from dashboard.i18n.catalogue import Catalogue
from dashboard.view.figure import filters_of
from dashboard.view.small_maps import fill_of, small_map
from dashboard.view.state import ViewState
from dashboard.view.year_marks import mark_list, marks_on
from geodata.query.changes import AreaChange, Window, WindowChanges, looking
from geodata.query.comparison import compared, units
from geodata.query.cube import Filters
from geodata.query.detection import effort_between
from geodata.query.world import World
from geodata.values import Nature
from layers.diverging import Diverging, diverging_for
from layers.minimap import Fill
from layers.scales import Breaks, breaks_for, class_of
from layers.svg_charts import BarChart, bars_svg
from layers.theme import DIVERGING, INK, LINE_HUE, LOOK_OF, ramp

UNSTATED = "unstated"
SILENT = ("zero", "no_report")
"""Kinds of empty of counties that have no line in the table: they are named below it."""


def name_of(world: World, tr: Catalogue, area: str) -> str:
    """Return an area in words: a county, a former province, or the 47 counties together."""
    if area in world.names:
        return world.names[area]
    return tr.t("change.country") if area == "KE" else tr.t("change.province", province=tr.given("province", area))


def shown_changes(answer: WindowChanges) -> list[AreaChange]:
    """Return the counties the question is about."""
    return [change for change in answer.counties if change.area in answer.headline.members]


def difference_scale(answer: WindowChanges) -> Diverging:
    """Return the colours of the differences of the counties the question is about."""
    return diverging_for(change.value for change in shown_changes(answer))


def table_parts(world: World, tr: Catalogue, answer: WindowChanges) -> dict[str, Any]:
    """Return the rows of the table: largest change first, the totals, the counties that are silent."""
    shown = shown_changes(answer)
    return {
        "rows": [_row(world, tr, answer, change) for change in _ordered(shown) if change.empty not in SILENT],
        "silent": [
            (kind, ", ".join(world.names[change.area] for change in shown if change.empty == kind))
            for kind in SILENT
            if any(change.empty == kind for change in shown)
        ],
        "totals": [_row(world, tr, answer, change) for change in (answer.region, answer.country) if change],
        "unit": tr.unit(answer.measure, "public"),
    }


def map_parts(world: World, tr: Catalogue, answer: WindowChanges) -> dict[str, Any]:
    """Return the three small maps and their two legends."""
    scale = difference_scale(answer)
    return {
        "maps": _maps(world, tr, answer, scale),
        "counts_legend": _counts_legend(tr, world, answer),
        "change_legend": change_legend(tr, answer, scale),
    }


def trend_parts(world: World, tr: Catalogue, state: ViewState, answer: WindowChanges) -> dict[str, Any]:
    """Return the years of the region or the country, and the year marks on them."""
    marks = marks_on(world, answer.headline.members, world.coverage)
    return {"trend": _trend(world, tr, state, answer), "marks": mark_list(world, tr, marks)}


def sentence(world: World, tr: Catalogue, answer: WindowChanges) -> str:
    """Return what was found in both windows, per year, and the exact interval of the ratio."""
    head = answer.headline
    own = head.change(answer.measure)
    words = {
        "nature": tr.t(f"nature.{answer.nature}"),
        "where": name_of(world, tr, head.area),
        "before": tr.years(answer.before.first, answer.before.last),
        "after": tr.years(answer.after.first, answer.after.last),
        "a": tr.number(own.before),
        "b": tr.number(own.after),
        "unit": tr.t(f"change.unit.{answer.measure}"),
        "pa": tr.number(own.rate_before, 1),
        "pb": tr.number(own.rate_after, 1),
    }
    if head.empty:
        return tr.t(f"change.nothing.{head.empty}", **words)
    text = tr.t("change.sentence", **words)
    if own.ratio is not None:
        text += " " + tr.t(
            "change.ratio", ratio=_ratio(tr, own.ratio), low=_ratio(tr, own.low), high=_ratio(tr, own.high)
        )
    else:
        text += " " + tr.t("change.no_ratio", before=words["before"], low=_ratio(tr, own.low))
    return text


def conclusion(world: World, tr: Catalogue, answer: WindowChanges) -> list[str]:
    """Return what can and what cannot be concluded: the change found, the change in who looked, and both together."""
    head = answer.headline
    effort = looking(world, head.members, answer.before, answer.after)
    direction = head.change(answer.measure).direction if head.clear else "none" if head.empty else "unclear"
    also = "more" if effort.direction == "more" else "other"
    sentence = tr.t(
        f"change.effort.{effort.direction}",
        c=len(head.members),
        a=effort.counties[0],
        b=effort.counties[1],
        d=effort.points[0],
        e=effort.points[1],
        before=tr.years(answer.before.first, answer.before.last),
        after=tr.years(answer.after.first, answer.after.last),
    )
    if effort.undated:
        sentence += " " + tr.t("change.effort.undated", n=effort.undated)
    verdict = "none" if direction == "none" else f"{direction}_{also}"
    return [sentence, tr.t(f"change.verdict.{verdict}"), tr.t("change.never")]


def _title(world: World, tr: Catalogue, answer: WindowChanges) -> str:
    years = f"{tr.years(answer.before.first, answer.before.last)} → {tr.years(answer.after.first, answer.after.last)}"
    return f"{tr.t(f'nature.{answer.nature}')}: {name_of(world, tr, answer.headline.area)}, {years}"


def _maps(world: World, tr: Catalogue, answer: WindowChanges, scale: Diverging) -> list[dict[str, Any]]:
    """Return the windows and the change; a region's map shows the region and names its counties."""
    breaks, within = _breaks(world, answer), answer.headline.members if answer.region else ()
    title = _title(world, tr, answer)
    pictures = []
    for i, (key, window) in enumerate((("before", answer.before), ("after", answer.after))):
        fills = {change.area: _count_fill(world, tr, answer, change, breaks, i) for change in answer.counties}
        years = tr.years(window.first, window.last)
        words = (f"{tr.t(f'nature.{answer.nature}')}, {years}", tr.t("change.map_said", unit=per_year(tr, answer)))
        pictures.append(
            {
                "title": tr.t(f"change.{key}"),
                "years": years,
                "svg": small_map(world, key, _faded(fills, within), words, within),
            }
        )
    fills = {change.area: change_fill(world, tr, answer, change, scale) for change in answer.counties}
    words = (title, tr.t("change.map_change_said"))
    drawn = small_map(world, "difference", _faded(fills, within), words, within)
    return [*pictures, {"title": tr.t("change.difference"), "years": tr.t("change.per_year"), "svg": drawn}]


def _faded(fills: dict[str, Fill], within: tuple[str, ...]) -> dict[str, Fill]:
    """Give the counties of the region an edge of their own; the rest stays, without."""
    if not within:
        return fills
    return {
        area: Fill(fill.colour, fill.pattern, fill.words, INK if area in within else "") for area, fill in fills.items()
    }


def per_year(tr: Catalogue, answer: WindowChanges) -> str:
    """Return the unit of a difference."""
    return tr.t(f"change.unit_per_year.{answer.measure}")


def _breaks(world: World, answer: WindowChanges) -> Breaks:
    """Return one set of classes for both windows."""
    return breaks_for([v for change in answer.counties for v in _pair(world, answer, change)])


def _pair(world: World, answer: WindowChanges, change: AreaChange) -> tuple[float | None, float | None]:
    return change.per_year(answer.measure, sum(world.population[p] for p in change.members))


def _count_fill(  # noqa: PLR0913, PLR0917 - one county of one map
    world: World, tr: Catalogue, answer: WindowChanges, change: AreaChange, breaks: Breaks, i: int
) -> Fill:
    value, window = _pair(world, answer, change)[i], (change.before, change.after)[i]
    name = world.names[change.area]
    if value:
        colour = ramp(Nature(answer.nature), breaks.k)[class_of(value, breaks)]
        return fill_of(colour, f"{name}: {tr.figure(value)} {per_year(tr, answer)}")
    return _empty_fill(tr, name, UNSTATED if window.incidents else window.empty)


def _empty_fill(tr: Catalogue, name: str, empty: str) -> Fill:
    if empty == UNSTATED:
        return fill_of(LOOK_OF[empty].fill, f"{name}: {tr.t('panel.persons_unstated')}")
    return fill_of(LOOK_OF[empty].fill, f"{name}: {tr.t(f'empty.{empty}')}")


def change_fill(world: World, tr: Catalogue, answer: WindowChanges, change: AreaChange, scale: Diverging) -> Fill:
    """Return the fill of a county's difference: hatched where chance alone may have made it."""
    name = world.names[change.area]
    if change.value is None:
        return _empty_fill(tr, name, change.empty)
    hatch = "" if change.clear else "rise-l" if scale.dark(change.value) else "rise"
    words = f"{name}: {tr.signed(change.value)} {per_year(tr, answer)}; {reading(tr, change)}"
    return Fill(colour=scale.colour(change.value), pattern=hatch, words=words)


def _counts_legend(tr: Catalogue, world: World, answer: WindowChanges) -> dict[str, Any]:
    breaks, labels = _breaks(world, answer), tr.labels
    colours = ramp(Nature(answer.nature), breaks.k)
    used = {w.empty for change in answer.counties for w in (change.before, change.after) if w.empty}
    return {
        "title": per_year(tr, answer),
        "classes": [(c, labels.range(low, high)) for c, (low, high) in zip(colours, breaks.ranges(), strict=True)],
        "empties": [(LOOK_OF[kind].fill, kind) for kind in ("zero", "no_report") if kind in used],
    }


def change_legend(tr: Catalogue, answer: WindowChanges, scale: Diverging) -> dict[str, Any]:
    """Return title, classes (colour, label) and kinds of empty (fill, kind) of the differences."""
    near = tr.figure(scale.near)
    keys = ("fewer_much", "fewer", "same", "more", "more_much")
    used = {change.empty for change in answer.counties if change.empty in ("zero", "no_report")}
    return {
        "title": per_year(tr, answer),
        "classes": [
            (colour, tr.t(f"change.scale.{key}", near=near)) for colour, key in zip(DIVERGING, keys, strict=True)
        ],
        "empties": [(LOOK_OF[kind].fill, kind) for kind in ("zero", "no_report") if kind in used],
    }


def _trend(world: World, tr: Catalogue, state: ViewState, answer: WindowChanges) -> dict[str, Any]:
    """Return the region's or the country's years, both windows on a ground of their own, and the same as a table."""
    plain = filters_of(world, state)
    whole = Filters(world.coverage, plain.forms, plain.nationalities, plain.confidences)
    asked = units(world, answer.headline.members[:1], "province") if answer.region else units(world, ())
    key = answer.headline.area
    sides = compared(world, "public", whole, asked, answer.measure, "standard").sides
    side = next(side for side in sides if side.unit.key == key)
    years = world.coverage.years()
    line = side.years[answer.nature]
    values = [value for value, _ in line]
    title = f"{tr.t(f'nature.{answer.nature}')}, {name_of(world, tr, key)}: {tr.unit(answer.measure, 'public')}"
    spec = BarChart(
        name="trend",
        title=title,
        desc=tr.t("change.trend_said"),
        years=tuple(years),
        values=values,
        empties=[empty for _, empty in line],
        colour=LINE_HUE[Nature(answer.nature)],
        top=max((v for v in values if v), default=1.0),
        number=tr.figure,
        marks=marks_on(world, answer.headline.members, world.coverage),
        bands=[(answer.before.first, answer.before.last), (answer.after.first, answer.after.last)],
        height=170,
    )
    cells = [
        (year, tr.figure(v) if v is not None else tr.t(f"empty.{e}_short"))
        for year, (v, e) in zip(years, line, strict=True)
    ]
    return {"title": title, "svg": Markup(bars_svg(spec)), "rows": cells}  # noqa: S704 - escaped inside


def _ordered(rows: list[AreaChange]) -> list[AreaChange]:
    """Put the largest change first and what has none after it, in P-code order."""
    return sorted(rows, key=lambda change: (change.value is None, -abs(change.value or 0.0), change.area))


def _row(world: World, tr: Catalogue, answer: WindowChanges, change: AreaChange) -> dict[str, Any]:
    own, pair = change.change(answer.measure), _pair(world, answer, change)
    words = [
        _cell(tr, answer, window, value) for window, value in zip((change.before, change.after), pair, strict=True)
    ]
    interval = ""
    if change.value is not None:
        high = "∞" if own.high == float("inf") else _ratio(tr, own.high)
        interval = f"{_ratio(tr, own.low)}–{high}"
    return {
        "area": change.area,
        "name": name_of(world, tr, change.area),
        "before": words[0],
        "after": words[1],
        "difference": "" if change.value is None else tr.signed(change.value),
        "ratio": "" if change.value is None or own.ratio is None else _ratio(tr, own.ratio),
        "interval": interval,
        "reading": reading(tr, change),
        "clear": change.clear,
        "empty": change.empty,
    }


def _cell(tr: Catalogue, answer: WindowChanges, window: Window, value: float | None) -> tuple[str, str]:
    """Return a window's count and its value per year; words for what is empty."""
    if not window.incidents:
        return tr.t(f"empty.{window.empty}_short"), ""
    if value is None:
        return tr.t("panel.persons_unstated"), ""
    return tr.number(window.incidents if answer.measure == "incidents" else window.persons), tr.figure(value)


def reading(tr: Catalogue, change: AreaChange) -> str:
    """Return in a word what a difference says."""
    if change.value is None:
        return tr.t(f"change.reading.{change.empty}")
    if not change.clear:
        return tr.t("change.reading.unclear")
    return tr.t("change.reading.up" if change.value > 0 else "change.reading.down")


def looking_parts(world: World, tr: Catalogue, answer: WindowChanges) -> dict[str, Any]:
    """Return kind of watcher → counties with it in each window, what began, and the publishers counted."""
    head = answer.headline
    effort = looking(world, head.members, answer.before, answer.after)
    between = effort_between(world, head.members, answer.before, answer.after, answer.nature)
    return {
        "rows": [(tr.t(f"change.watcher.{kind}"), a, b) for kind, (a, b) in effort.kinds.items()],
        "where": name_of(world, tr, head.area),
        "outlets": (len(between.before.outlets), len(between.after.outlets)),
        "began": [
            {
                "year": watcher.first,
                "county": world.names[watcher.county],
                "name": watcher.name,
                "source": watcher.source_id,
                "kind": tr.t(f"change.watcher.{watcher.kind}"),
            }
            for watcher in between.after.began
        ],
    }


def _ratio(tr: Catalogue, value: float) -> str:
    return tr.number(value, 1 if value >= 1 else 2) if value < 1000 else tr.number(value)
