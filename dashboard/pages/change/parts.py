"""What the page on change shows of one question: sentences, three maps, a trend, tables. Words and pieces only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from dashboard.i18n.catalogue import Catalogue
from dashboard.view.figure import filter_words, filters_of, labels_of
from dashboard.view.small_maps import fill_of, shared_outlines, small_map
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


def name_of(world: World, cat: Catalogue, area: str) -> str:
    """Return an area in words: a county, a former province, or the 47 counties together."""
    if area in world.names:
        return world.names[area]
    return cat.t("change.country") if area == "KE" else cat.t("change.province", province=cat.given("province", area))


def change_parts(world: World, cat: Catalogue, state: ViewState, found: Changes) -> dict[str, Any]:
    """Return the values of the page's template."""
    head = found.headline
    marks = marks_on(world, head.members, world.coverage)
    shown = [one for one in found.counties if one.area in head.members]
    scale = diverging_for(one.value for one in shown)
    return {
        "found": found,
        "head": head,
        "title": _title(world, cat, found),
        "sentence": sentence(world, cat, found) + filter_words(cat, state),
        "conclusion": conclusion(world, cat, found),
        "maps": _maps(world, cat, found, scale),
        "outlines": shared_outlines(world),
        "counts_legend": _counts_legend(cat, world, found),
        "change_legend": _change_legend(cat, found, scale),
        "trend": _trend(world, cat, state, found),
        "marks": mark_list(world, cat, marks),
        "rows": [_row(world, cat, found, one) for one in _ordered(shown) if one.empty not in SILENT],
        "silent": [
            (kind, ", ".join(world.names[one.area] for one in shown if one.empty == kind))
            for kind in SILENT
            if any(one.empty == kind for one in shown)
        ],
        "totals": [_row(world, cat, found, one) for one in (found.region, found.country) if one],
        "looking": _looking(world, cat, found),
        "unit": cat.unit(found.measure, "public"),
        "before_said": cat.years(found.before.first, found.before.last),
        "after_said": cat.years(found.after.first, found.after.last),
    }


def sentence(world: World, cat: Catalogue, found: Changes) -> str:
    """Return what was found in both windows, per year, and the exact interval of the ratio."""
    head = found.headline
    own = head.change(found.measure)
    said = {
        "nature": cat.t(f"nature.{found.nature}"), "where": name_of(world, cat, head.area),
        "before": cat.years(found.before.first, found.before.last),
        "after": cat.years(found.after.first, found.after.last),
        "a": cat.number(own.before), "b": cat.number(own.after), "unit": cat.t(f"change.unit.{found.measure}"),
        "pa": cat.number(own.rate_before, 1), "pb": cat.number(own.rate_after, 1),
    }  # fmt: skip
    if head.empty:
        return cat.t(f"change.nothing.{head.empty}", **said)
    text = cat.t("change.sentence", **said)
    if own.ratio is not None:
        text += " " + cat.t("change.ratio", ratio=_ratio(cat, own.ratio), low=_ratio(cat, own.low),
                            high=_ratio(cat, own.high))  # fmt: skip
    else:
        text += " " + cat.t("change.no_ratio", before=said["before"], low=_ratio(cat, own.low))
    return text


def conclusion(world: World, cat: Catalogue, found: Changes) -> list[str]:
    """Return what can and what cannot be concluded: the change found, the change in who looked, and both together."""
    head = found.headline
    effort = looking(world, head.members, found.before, found.after)
    direction = head.change(found.measure).direction if head.clear else "none" if head.empty else "unclear"
    also = "more" if effort.direction == "more" else "other"
    said = cat.t(
        f"change.effort.{effort.direction}", c=len(head.members),
        a=effort.counties[0], b=effort.counties[1], d=effort.points[0], e=effort.points[1],
        before=cat.years(found.before.first, found.before.last), after=cat.years(found.after.first, found.after.last),
    )  # fmt: skip
    if effort.undated:
        said += " " + cat.t("change.effort.undated", n=effort.undated)
    verdict = "none" if direction == "none" else f"{direction}_{also}"
    return [said, cat.t(f"change.verdict.{verdict}"), cat.t("change.never")]


def _title(world: World, cat: Catalogue, found: Changes) -> str:
    years = f"{cat.years(found.before.first, found.before.last)} → {cat.years(found.after.first, found.after.last)}"
    return f"{cat.t(f'nature.{found.nature}')}: {name_of(world, cat, found.headline.area)}, {years}"


def _maps(world: World, cat: Catalogue, found: Changes, scale: Diverging) -> list[dict[str, Any]]:
    """Return the windows and the change; a region's map shows the region and names its counties."""
    breaks, within = _breaks(world, found), found.headline.members if found.region else ()
    title = _title(world, cat, found)
    pictures = []
    for i, (key, window) in enumerate((("before", found.before), ("after", found.after))):
        fills = {one.area: _count_fill(world, cat, found, one, breaks, i) for one in found.counties}
        years = cat.years(window.first, window.last)
        said = (f"{cat.t(f'nature.{found.nature}')}, {years}", cat.t("change.map_said", unit=_per_year(cat, found)))
        pictures.append({"title": cat.t(f"change.{key}"), "years": years,
                         "svg": small_map(world, key, _faded(fills, within), said, within)})  # fmt: skip
    fills = {one.area: _change_fill(world, cat, found, one, scale) for one in found.counties}
    said = (title, cat.t("change.map_change_said"))
    drawn = small_map(world, "difference", _faded(fills, within), said, within)
    return [*pictures, {"title": cat.t("change.difference"), "years": cat.t("change.per_year"), "svg": drawn}]


def _faded(fills: dict[str, Fill], within: tuple[str, ...]) -> dict[str, Fill]:
    """Give the counties of the region an edge of their own; the rest stays, without."""
    if not within:
        return fills
    return {
        area: Fill(one.colour, one.pattern, one.words, INK if area in within else "") for area, one in fills.items()
    }


def _per_year(cat: Catalogue, found: Changes) -> str:
    return cat.t(f"change.unit_per_year.{found.measure}")


def _breaks(world: World, found: Changes) -> Breaks:
    """Return one set of classes for both windows."""
    return breaks_for([v for one in found.counties for v in _pair(world, found, one)])


def _pair(world: World, found: Changes, one: AreaChange) -> tuple[float | None, float | None]:
    return one.per_year(found.measure, sum(world.population[p] for p in one.members))


def _count_fill(  # noqa: PLR0913, PLR0917 - one county of one map
    world: World, cat: Catalogue, found: Changes, one: AreaChange, breaks: Breaks, i: int
) -> Fill:
    value, window = _pair(world, found, one)[i], (one.before, one.after)[i]
    name = world.names[one.area]
    if value:
        colour = ramp(Nature(found.nature), breaks.k)[class_of(value, breaks)]
        return fill_of(colour, f"{name}: {_figure(cat, value)} {_per_year(cat, found)}")
    return _empty_fill(cat, name, UNSTATED if window.incidents else window.empty)


def _empty_fill(cat: Catalogue, name: str, empty: str) -> Fill:
    if empty == UNSTATED:
        return fill_of(EMPTY_FILL["o"], f"{name}: {cat.t('panel.persons_unstated')}")
    code = EMPTY_CODE[empty]  # type: ignore[index] # an Empty is its own text
    look = f"url(#{PATTERN_OF[code]})" if code in PATTERN_OF else EMPTY_FILL[code]
    return fill_of(look, f"{name}: {cat.t(f'empty.{empty}')}")


def _change_fill(world: World, cat: Catalogue, found: Changes, one: AreaChange, scale: Diverging) -> Fill:
    name = world.names[one.area]
    if one.value is None:
        return _empty_fill(cat, name, one.empty)
    hatch = "" if one.clear else "rise-l" if scale.dark(one.value) else "rise"
    words = f"{name}: {_signed(cat, one.value)} {_per_year(cat, found)}; {_reading(cat, one)}"
    return Fill(colour=scale.colour(one.value), pattern=hatch, words=words)


def _counts_legend(cat: Catalogue, world: World, found: Changes) -> dict[str, Any]:
    breaks, labels = _breaks(world, found), labels_of(cat)
    colours = ramp(Nature(found.nature), breaks.k)
    used = {w.empty for one in found.counties for w in (one.before, one.after) if w.empty}
    return {
        "title": _per_year(cat, found),
        "classes": [(c, labels.range(low, high)) for c, (low, high) in zip(colours, breaks.ranges(), strict=True)],
        "empties": [(_look(kind), kind) for kind in ("zero", "no_report") if kind in used],
    }


def _look(kind: str) -> str:
    code = EMPTY_CODE[kind]  # type: ignore[index] # an Empty is its own text
    return f"url(#{PATTERN_OF[code]})"


def _change_legend(cat: Catalogue, found: Changes, scale: Diverging) -> dict[str, Any]:
    near = _figure(cat, scale.near)
    keys = ("fewer_much", "fewer", "same", "more", "more_much")
    used = {one.empty for one in found.counties if one.empty in ("zero", "no_report")}
    return {
        "title": _per_year(cat, found),
        "classes": [
            (colour, cat.t(f"change.scale.{key}", near=near)) for colour, key in zip(DIVERGING, keys, strict=True)
        ],
        "empties": [(_look(kind), kind) for kind in ("zero", "no_report") if kind in used],
    }


def _trend(world: World, cat: Catalogue, state: ViewState, found: Changes) -> dict[str, Any]:
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
    title = f"{cat.t(f'nature.{found.nature}')}, {name_of(world, cat, key)}: {cat.unit(found.measure, 'public')}"
    spec = Bars(
        name="trend", title=title, desc=cat.t("change.trend_said"), years=tuple(years), values=values,
        empties=[empty for _, empty in line], colour=LINE_HUE[Nature(found.nature)],
        top=max((v for v in values if v), default=1.0), number=lambda v: _figure(cat, v),
        marks=marks_on(world, found.headline.members, world.coverage),
        bands=[(found.before.first, found.before.last), (found.after.first, found.after.last)], height=170,
    )  # fmt: skip
    said = [(year, _figure(cat, v) if v is not None else cat.t(f"empty.{e}_short")) for year, (v, e) in
            zip(years, line, strict=True)]  # fmt: skip
    return {"title": title, "svg": Markup(bars_svg(spec)), "rows": said}  # noqa: S704 - escaped inside


def _ordered(rows: list[AreaChange]) -> list[AreaChange]:
    """Put the largest change first and what has none after it, in P-code order."""
    return sorted(rows, key=lambda one: (one.value is None, -abs(one.value or 0.0), one.area))


def _row(world: World, cat: Catalogue, found: Changes, one: AreaChange) -> dict[str, Any]:
    own, pair = one.change(found.measure), _pair(world, found, one)
    words = [_cell(cat, found, window, value) for window, value in zip((one.before, one.after), pair, strict=True)]
    interval = ""
    if one.value is not None:
        high = "∞" if own.high == float("inf") else _ratio(cat, own.high)
        interval = f"{_ratio(cat, own.low)}–{high}"
    return {
        "area": one.area, "name": name_of(world, cat, one.area), "before": words[0], "after": words[1],
        "difference": "" if one.value is None else _signed(cat, one.value),
        "ratio": "" if one.value is None or own.ratio is None else _ratio(cat, own.ratio),
        "interval": interval, "reading": _reading(cat, one), "clear": one.clear, "empty": one.empty,
    }  # fmt: skip


def _cell(cat: Catalogue, found: Changes, window: Window, value: float | None) -> tuple[str, str]:
    """Return a window's count and its value per year; words for what is empty."""
    if not window.incidents:
        return cat.t(f"empty.{window.empty}_short"), ""
    if value is None:
        return cat.t("panel.persons_unstated"), ""
    return cat.number(window.incidents if found.measure == "incidents" else window.persons), _figure(cat, value)


def _reading(cat: Catalogue, one: AreaChange) -> str:
    if one.value is None:
        return cat.t(f"change.reading.{one.empty}")
    if not one.clear:
        return cat.t("change.reading.unclear")
    return cat.t("change.reading.up" if one.value > 0 else "change.reading.down")


def _looking(world: World, cat: Catalogue, found: Changes) -> dict[str, Any]:
    """Return kind of watcher → counties with it in each window, what began, and the publishers counted."""
    head = found.headline
    effort = looking(world, head.members, found.before, found.after)
    between = effort_between(world, head.members, found.before, found.after, found.nature)
    return {
        "rows": [(cat.t(f"change.watcher.{kind}"), a, b) for kind, (a, b) in effort.kinds.items()],
        "where": name_of(world, cat, head.area),
        "outlets": (len(between.before.outlets), len(between.after.outlets)),
        "began": [
            {"year": one.first, "county": world.names[one.county], "name": one.name, "source": one.source_id,
             "kind": cat.t(f"change.watcher.{one.kind}")}
            for one in between.after.began
        ],
    }  # fmt: skip


def _figure(cat: Catalogue, value: float) -> str:
    return cat.number(value, 0 if value == int(value) else 1 if value >= 10 else 2)


def _signed(cat: Catalogue, value: float) -> str:
    return f"{'+' if value > 0 else '−' if value < 0 else '±'}{_figure(cat, abs(value))}"


def _ratio(cat: Catalogue, value: float) -> str:
    return cat.number(value, 1 if value >= 1 else 2) if value < 1000 else cat.number(value)


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
