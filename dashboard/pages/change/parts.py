"""What the page on change shows of one question: sentences, three maps, a trend, tables. Words and pieces only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from dashboard.i18n.catalogue import Catalogue
from dashboard.view.figure import filter_words, filters_of, labels_of
from dashboard.view.small_maps import fill_of, picture, shared_outlines
from dashboard.view.state import ViewState
from dashboard.view.year_marks import mark_list, marks_on
from geodata.query.changes import AreaChange, Changes, Window, looking
from geodata.query.comparison import compared, units
from geodata.query.cube import Filters
from geodata.query.detection import effort_between
from geodata.query.world import World
from geodata.values import Nature, Period
from layers.diverging import Diverging, diverging_for
from layers.minimap import Fill
from layers.patterns import PATTERN_OF
from layers.scales import EMPTY_CODE, Breaks, breaks_for, class_of
from layers.smallcharts import Bars, bars_svg
from layers.theme import DIVERGING, EMPTY_FILL, INK, LINE_HUE, ramp

CHANGE_COLUMNS = (
    "area", "name", "kind", "nature", "before_from", "before_to", "after_from", "after_to",
    "incidents_before", "incidents_after", "incidents_per_year_before", "incidents_per_year_after",
    "incidents_ratio", "incidents_ratio_low", "incidents_ratio_high", "incidents_p",
    "persons_before", "persons_after", "persons_per_year_before", "persons_per_year_after",
    "persons_ratio", "persons_ratio_low", "persons_ratio_high", "persons_p",
    "status_before", "status_after", "clear",
)  # fmt: skip
UNSTATED = "unstated"
SILENT = ("zero", "no_report")
"""Kinds of empty of counties that have no line in the table: they are named below it."""


def name_of(world: World, tr: Catalogue, area: str) -> str:
    """Return an area in words: a county, a former province, or the 47 counties together."""
    if area in world.names:
        return world.names[area]
    return tr.t("change.country") if area == "KE" else tr.t("change.province", province=tr.given("province", area))


def change_parts(world: World, tr: Catalogue, state: ViewState, found: Changes) -> dict[str, Any]:
    """Return the values of the page's template."""
    head = found.headline
    marks = marks_on(world, head.members, world.coverage)
    shown = [one for one in found.counties if one.area in head.members]
    scale = diverging_for(one.value for one in shown)
    return {
        "found": found,
        "head": head,
        "title": _title(world, tr, found),
        "sentence": sentence(world, tr, found) + filter_words(tr, state),
        "conclusion": conclusion(world, tr, found),
        "maps": _maps(world, tr, found, scale),
        "outlines": shared_outlines(world),
        "counts_legend": _counts_legend(tr, world, found),
        "change_legend": _change_legend(tr, found, scale),
        "trend": _trend(world, tr, state, found),
        "marks": mark_list(world, tr, marks),
        "rows": [_row(world, tr, found, one) for one in _ordered(shown) if one.empty not in SILENT],
        "silent": [
            (kind, ", ".join(world.names[one.area] for one in shown if one.empty == kind))
            for kind in SILENT
            if any(one.empty == kind for one in shown)
        ],
        "totals": [_row(world, tr, found, one) for one in (found.region, found.country) if one],
        "looking": _looking(world, tr, found),
        "unit": tr.unit(found.measure, "public"),
        "before_said": tr.years(found.before.first, found.before.last),
        "after_said": tr.years(found.after.first, found.after.last),
    }


def sentence(world: World, tr: Catalogue, found: Changes) -> str:
    """Return what was found in both windows, per year, and the exact interval of the ratio."""
    head = found.headline
    own = head.change(found.measure)
    said = {
        "nature": tr.t(f"nature.{found.nature}"), "where": name_of(world, tr, head.area),
        "before": tr.years(found.before.first, found.before.last),
        "after": tr.years(found.after.first, found.after.last),
        "a": tr.number(own.before), "b": tr.number(own.after), "unit": tr.t(f"change.unit.{found.measure}"),
        "pa": tr.number(own.rate_before, 1), "pb": tr.number(own.rate_after, 1),
    }  # fmt: skip
    if head.empty:
        return tr.t(f"change.nothing.{head.empty}", **said)
    text = tr.t("change.sentence", **said)
    if own.ratio is not None:
        text += " " + tr.t("change.ratio", ratio=_ratio(tr, own.ratio), low=_ratio(tr, own.low),
                            high=_ratio(tr, own.high))  # fmt: skip
    else:
        text += " " + tr.t("change.no_ratio", before=said["before"], low=_ratio(tr, own.low))
    return text


def conclusion(world: World, tr: Catalogue, found: Changes) -> list[str]:
    """Return what can and what cannot be concluded: the change found, the change in who looked, and both together."""
    head = found.headline
    effort = looking(world, head.members, found.before, found.after)
    direction = head.change(found.measure).direction if head.clear else "none" if head.empty else "unclear"
    also = "more" if effort.direction == "more" else "other"
    said = tr.t(
        f"change.effort.{effort.direction}", c=len(head.members),
        a=effort.counties[0], b=effort.counties[1], d=effort.points[0], e=effort.points[1],
        before=tr.years(found.before.first, found.before.last), after=tr.years(found.after.first, found.after.last),
    )  # fmt: skip
    if effort.undated:
        said += " " + tr.t("change.effort.undated", n=effort.undated)
    verdict = "none" if direction == "none" else f"{direction}_{also}"
    return [said, tr.t(f"change.verdict.{verdict}"), tr.t("change.never")]


def _title(world: World, tr: Catalogue, found: Changes) -> str:
    years = f"{tr.years(found.before.first, found.before.last)} → {tr.years(found.after.first, found.after.last)}"
    return f"{tr.t(f'nature.{found.nature}')}: {name_of(world, tr, found.headline.area)}, {years}"


def _maps(world: World, tr: Catalogue, found: Changes, scale: Diverging) -> list[dict[str, Any]]:
    """Return the windows and the change; a region's map shows the region and names its counties."""
    breaks, within = _breaks(world, found), found.headline.members if found.region else ()
    title = _title(world, tr, found)
    pictures = []
    for i, (key, window) in enumerate((("before", found.before), ("after", found.after))):
        fills = {one.area: _count_fill(world, tr, found, one, breaks, i) for one in found.counties}
        years = tr.years(window.first, window.last)
        said = (f"{tr.t(f'nature.{found.nature}')}, {years}", tr.t("change.map_said", unit=_per_year(tr, found)))
        pictures.append({"title": tr.t(f"change.{key}"), "years": years,
                         "svg": picture(world, key, _faded(fills, within), said, within)})  # fmt: skip
    fills = {one.area: _change_fill(world, tr, found, one, scale) for one in found.counties}
    said = (title, tr.t("change.map_change_said"))
    drawn = picture(world, "difference", _faded(fills, within), said, within)
    return [*pictures, {"title": tr.t("change.difference"), "years": tr.t("change.per_year"), "svg": drawn}]


def _faded(fills: dict[str, Fill], within: tuple[str, ...]) -> dict[str, Fill]:
    """Give the counties of the region an edge of their own; the rest stays, without."""
    if not within:
        return fills
    return {
        area: Fill(one.colour, one.pattern, one.words, INK if area in within else "") for area, one in fills.items()
    }


def _per_year(tr: Catalogue, found: Changes) -> str:
    return tr.t(f"change.unit_per_year.{found.measure}")


def _breaks(world: World, found: Changes) -> Breaks:
    """Return one set of classes for both windows."""
    return breaks_for([v for one in found.counties for v in _pair(world, found, one)])


def _pair(world: World, found: Changes, one: AreaChange) -> tuple[float | None, float | None]:
    return one.per_year(found.measure, sum(world.population[p] for p in one.members))


def _count_fill(  # noqa: PLR0913, PLR0917 - one county of one map
    world: World, tr: Catalogue, found: Changes, one: AreaChange, breaks: Breaks, i: int
) -> Fill:
    value, window = _pair(world, found, one)[i], (one.before, one.after)[i]
    name = world.names[one.area]
    if value:
        colour = ramp(Nature(found.nature), breaks.k)[class_of(value, breaks)]
        return fill_of(colour, f"{name}: {_figure(tr, value)} {_per_year(tr, found)}")
    return _empty_fill(tr, name, UNSTATED if window.incidents else window.empty)


def _empty_fill(tr: Catalogue, name: str, empty: str) -> Fill:
    if empty == UNSTATED:
        return fill_of(EMPTY_FILL["o"], f"{name}: {tr.t('panel.persons_unstated')}")
    code = EMPTY_CODE[empty]  # type: ignore[index] # an Empty is its own text
    look = f"url(#{PATTERN_OF[code]})" if code in PATTERN_OF else EMPTY_FILL[code]
    return fill_of(look, f"{name}: {tr.t(f'empty.{empty}')}")


def _change_fill(world: World, tr: Catalogue, found: Changes, one: AreaChange, scale: Diverging) -> Fill:
    name = world.names[one.area]
    if one.value is None:
        return _empty_fill(tr, name, one.empty)
    hatch = "" if one.clear else "rise-l" if scale.dark(one.value) else "rise"
    words = f"{name}: {_signed(tr, one.value)} {_per_year(tr, found)}; {_reading(tr, one)}"
    return Fill(colour=scale.colour(one.value), pattern=hatch, words=words)


def _counts_legend(tr: Catalogue, world: World, found: Changes) -> dict[str, Any]:
    breaks, labels = _breaks(world, found), labels_of(tr)
    colours = ramp(Nature(found.nature), breaks.k)
    used = {w.empty for one in found.counties for w in (one.before, one.after) if w.empty}
    return {
        "title": _per_year(tr, found),
        "classes": [(c, labels.range(low, high)) for c, (low, high) in zip(colours, breaks.ranges(), strict=True)],
        "empties": [(_look(kind), kind) for kind in ("zero", "no_report") if kind in used],
    }


def _look(kind: str) -> str:
    code = EMPTY_CODE[kind]  # type: ignore[index] # an Empty is its own text
    return f"url(#{PATTERN_OF[code]})"


def _change_legend(tr: Catalogue, found: Changes, scale: Diverging) -> dict[str, Any]:
    near = _figure(tr, scale.near)
    keys = ("fewer_much", "fewer", "same", "more", "more_much")
    used = {one.empty for one in found.counties if one.empty in ("zero", "no_report")}
    return {
        "title": _per_year(tr, found),
        "classes": [
            (colour, tr.t(f"change.scale.{key}", near=near)) for colour, key in zip(DIVERGING, keys, strict=True)
        ],
        "empties": [(_look(kind), kind) for kind in ("zero", "no_report") if kind in used],
    }


def _trend(world: World, tr: Catalogue, state: ViewState, found: Changes) -> dict[str, Any]:
    """Return the region's or the country's years, both windows on a ground of their own, and the same as a table."""
    plain = filters_of(world, state)
    whole = Filters(world.coverage, plain.forms, plain.nationalities, plain.confidences)
    asked = units(world, found.headline.members[:1], "province") if found.region else units(world, ())
    key = found.headline.area
    sides = compared(world, "public", whole, asked, found.measure, "standard").sides
    side = next(one for one in sides if one.unit.key == key)
    years = world.coverage.years()
    line = side.years[found.nature]
    values = [value for value, _ in line]
    title = f"{tr.t(f'nature.{found.nature}')}, {name_of(world, tr, key)}: {tr.unit(found.measure, 'public')}"
    spec = Bars(
        name="trend", title=title, desc=tr.t("change.trend_said"), years=tuple(years), values=values,
        empties=[empty for _, empty in line], colour=LINE_HUE[Nature(found.nature)],
        top=max((v for v in values if v), default=1.0), number=lambda v: _figure(tr, v),
        marks=marks_on(world, found.headline.members, world.coverage),
        bands=[(found.before.first, found.before.last), (found.after.first, found.after.last)], height=170,
    )  # fmt: skip
    said = [(year, _figure(tr, v) if v is not None else tr.t(f"empty.{e}_short")) for year, (v, e) in
            zip(years, line, strict=True)]  # fmt: skip
    return {"title": title, "svg": Markup(bars_svg(spec)), "rows": said}  # noqa: S704 - escaped inside


def _ordered(rows: list[AreaChange]) -> list[AreaChange]:
    """Put the largest change first and what has none after it, in P-code order."""
    return sorted(rows, key=lambda one: (one.value is None, -abs(one.value or 0.0), one.area))


def _row(world: World, tr: Catalogue, found: Changes, one: AreaChange) -> dict[str, Any]:
    own, pair = one.change(found.measure), _pair(world, found, one)
    words = [_cell(tr, found, window, value) for window, value in zip((one.before, one.after), pair, strict=True)]
    interval = ""
    if one.value is not None:
        high = "∞" if own.high == float("inf") else _ratio(tr, own.high)
        interval = f"{_ratio(tr, own.low)}–{high}"
    return {
        "area": one.area, "name": name_of(world, tr, one.area), "before": words[0], "after": words[1],
        "difference": "" if one.value is None else _signed(tr, one.value),
        "ratio": "" if one.value is None or own.ratio is None else _ratio(tr, own.ratio),
        "interval": interval, "reading": _reading(tr, one), "clear": one.clear, "empty": one.empty,
    }  # fmt: skip


def _cell(tr: Catalogue, found: Changes, window: Window, value: float | None) -> tuple[str, str]:
    """Return a window's count and its value per year; words for what is empty."""
    if not window.incidents:
        return tr.t(f"empty.{window.empty}_short"), ""
    if value is None:
        return tr.t("panel.persons_unstated"), ""
    return tr.number(window.incidents if found.measure == "incidents" else window.persons), _figure(tr, value)


def _reading(tr: Catalogue, one: AreaChange) -> str:
    if one.value is None:
        return tr.t(f"change.reading.{one.empty}")
    if not one.clear:
        return tr.t("change.reading.unclear")
    return tr.t("change.reading.up" if one.value > 0 else "change.reading.down")


def _looking(world: World, tr: Catalogue, found: Changes) -> dict[str, Any]:
    """Return kind of watcher → counties with it in each window, what began, and the publishers counted."""
    head = found.headline
    effort = looking(world, head.members, found.before, found.after)
    between = effort_between(world, head.members, found.before, found.after, found.nature)
    return {
        "rows": [(tr.t(f"change.watcher.{kind}"), a, b) for kind, (a, b) in effort.kinds.items()],
        "where": name_of(world, tr, head.area),
        "outlets": (len(between.before.outlets), len(between.after.outlets)),
        "began": [
            {"year": one.first, "county": world.names[one.county], "name": one.name, "source": one.source_id,
             "kind": tr.t(f"change.watcher.{one.kind}")}
            for one in between.after.began
        ],
    }  # fmt: skip


def _figure(tr: Catalogue, value: float) -> str:
    return tr.number(value, 0 if value == int(value) else 1 if value >= 10 else 2)


def _signed(tr: Catalogue, value: float) -> str:
    return f"{'+' if value > 0 else '−' if value < 0 else '±'}{_figure(tr, abs(value))}"


def _ratio(tr: Catalogue, value: float) -> str:
    return tr.number(value, 1 if value >= 1 else 2) if value < 1000 else tr.number(value)


def change_lines(world: World, found: Changes) -> Iterator[dict[str, object]]:
    """Yield one line per county, then the region and the 47 counties together: the table as a file."""
    groups = [("county", one) for one in found.counties]
    groups += [("former province", found.region)] if found.region else []
    for kind, one in [*groups, ("country", found.country)]:
        line: dict[str, object] = {
            "area": one.area, "name": world.names.get(one.area, one.area if one.area != "KE" else "Kenya, 47 counties"),
            "kind": kind, "nature": found.nature, **_window_columns(found.before, found.after),
            "status_before": one.before.empty or "reported", "status_after": one.after.empty or "reported",
            "clear": "yes" if one.clear else "no",
        }  # fmt: skip
        for name, own in (("incidents", one.events), ("persons", one.persons)):
            line |= {
                f"{name}_before": own.before if one.before.incidents or one.before.empty == "zero" else None,
                f"{name}_after": own.after if one.after.incidents or one.after.empty == "zero" else None,
                f"{name}_per_year_before": round(own.rate_before, 4) if one.before.incidents else None,
                f"{name}_per_year_after": round(own.rate_after, 4) if one.after.incidents else None,
            }
            if not one.empty:
                line |= {
                    f"{name}_ratio": None if own.ratio is None else round(own.ratio, 4),
                    f"{name}_ratio_low": round(own.low, 4), f"{name}_ratio_high": round(own.high, 4),
                    f"{name}_p": float(f"{own.p:.3g}"),
                }  # fmt: skip
        yield line


def _window_columns(before: Period, after: Period) -> dict[str, object]:
    return {"before_from": before.first, "before_to": before.last, "after_from": after.first, "after_to": after.last}
