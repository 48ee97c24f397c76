"""What is shown of a comparison: one card per unit with its map and years, tables of figures and differences."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from dashboard.i18n.catalogue import Catalogue
from dashboard.view.figure import frames, state_filters
from dashboard.view.frame import ViewFrame
from dashboard.view.site import Site
from dashboard.view.small_maps import fill_of, small_map
from dashboard.view.state import ViewState
from dashboard.view.year_marks import marks_on
from geodata.query.changes import exact_change
from geodata.query.comparison import Comparison, Side, Values
from geodata.query.world import World
from geodata.values import Nature
from layers.minimap import Fill
from layers.svg_charts import BarChart, ChartMark, bars_svg
from layers.theme import INK, LINE_HUE

SHOWN = (Nature.TRAFFICKING, Nature.SMUGGLING)
ALL_KINDS = (Nature.TRAFFICKING, Nature.SMUGGLING, Nature.UNCLEAR)


def card_parts(site: Site, tr: Catalogue, state: ViewState, comparison: Comparison) -> dict[str, Any]:
    """Return one card per unit with its map and years, and the legend they share."""
    world = site.world
    view_frame = ViewFrame(world, state, frames(world, state_filters(state, site.choices)))
    own = [side.unit.key for side in comparison.sides if side.unit.kind == "county"]
    marks = marks_on(world, own, state.period)
    return {
        "cards": [_card(world, tr, state, view_frame, comparison, side, marks) for side in comparison.sides],
        "legend_parts": view_frame.legend(),
    }


def table_parts(world: World, tr: Catalogue, state: ViewState, comparison: Comparison, to: str) -> dict[str, Any]:
    """Return the tables of figures and differences, one per kind."""
    tables = [_table(world, tr, comparison, nature, state, to) for nature in ALL_KINDS]
    return {
        "tables": [table for table in tables if table["nature"] in SHOWN or table["any"]],
        "names_of": [name_of(world, tr, side) for side in comparison.sides],
        "period_words": tr.years(state.first, state.last),
        "exact": exact_change(world, state.dataset),
        "yardstick": _yardstick(world, tr, comparison, to),
    }


def context_parts(world: World, tr: Catalogue, comparison: Comparison) -> dict[str, Any]:
    """Return roles and corridors, and the kinds of response, of every unit."""
    return {
        "context": [_context(world, tr, side) for side in comparison.sides],
        "kinds": _kinds(tr, comparison),
        "names_of": [name_of(world, tr, side) for side in comparison.sides],
    }


def name_of(world: World, tr: Catalogue, side: Side) -> str:
    """Return a unit in words."""
    if side.unit.kind == "county":
        return world.names[side.unit.key]
    if side.unit.kind == "country":
        return tr.t("change.country")
    return tr.t("change.province", province=tr.given("province", side.unit.key))


def sentence(world: World, tr: Catalogue, comparison: Comparison, state: ViewState) -> str:
    """Return what is seen: every county's figure, trafficking and smuggling apart, with period and kind of evidence."""
    own = [side for side in comparison.sides if side.unit.kind == "county"]
    natures = sorted(
        {*SHOWN, Nature(state.nature)}, key=lambda nature: (nature != state.nature, ALL_KINDS.index(nature))
    )
    parts = []
    for nature in natures:
        figures = [f"{world.names[side.unit.key]} {_in_words(tr, side.values[nature], state.measure)}" for side in own]
        parts.append(tr.t("compare.part", nature=tr.t(f"nature.{nature.value}"), counties="; ".join(figures)))
    unit, years = tr.unit(state.measure, state.dataset), tr.years(state.first, state.last)
    return tr.t("compare.sentence", unit=unit[:1].upper() + unit[1:], years=years, parts=" ".join(parts))


def _in_words(tr: Catalogue, own: Values, measure: str) -> str:
    if own.empty:
        return tr.t(f"empty.{own.empty}_short")
    value = own.value(measure)
    return tr.t("compare.unstated") if value is None else tr.figure(value)


def _yardstick(world: World, tr: Catalogue, comparison: Comparison, to: str) -> str:
    first = name_of(world, tr, comparison.sides[0])
    return tr.t(f"compare.to_said.{to}", county=first)


def _card(  # noqa: PLR0913, PLR0917 - the parts of one card
    world: World,
    tr: Catalogue,
    state: ViewState,
    view_frame: ViewFrame,
    comparison: Comparison,
    side: Side,
    marks: tuple[ChartMark, ...],
) -> dict[str, Any]:
    """Return a unit's map in its setting and its years; counties share one scale, yardsticks have their own."""
    name, key = name_of(world, tr, side), side.unit.key.replace(" ", "-")
    inside = side.unit.members if side.unit.kind != "country" else ()
    fills = {county["pcode"]: _fill(county, county["pcode"] in inside) for county in view_frame.counties}
    words = (f"{name}: {view_frame.title}", tr.t("compare.map_said"))
    drawn = (
        SHOWN if comparison.years else ()
    )  # a caseload crossed with one more choice answers for the pooled period only
    charts = [_chart(tr, state, comparison, side, nature, (f"{key}-{nature.value}", name), marks) for nature in drawn]
    return {
        "key": key,
        "name": name,
        "kind": side.unit.kind,
        "residents": side.residents,
        "pcode": side.unit.key if side.unit.kind == "county" else "",
        # All of Kenya is the map of the page itself.
        "map": small_map(world, f"map-{key}", fills, words, inside) if inside else "",
        "charts": charts,
    }


def _fill(county: dict[str, Any], edged: bool) -> Fill:
    return fill_of(str(county["fill"]), str(county["words"]), edge=INK if edged else "")


def _chart(  # noqa: PLR0913, PLR0917 - the parts of one drawing
    tr: Catalogue,
    state: ViewState,
    comparison: Comparison,
    side: Side,
    nature: Nature,
    named: tuple[str, str],
    marks: tuple[ChartMark, ...],
) -> Markup:
    alike = [other for other in comparison.sides if (other.unit.kind == "county") == (side.unit.kind == "county")]
    if side.unit.kind != "county" and state.measure != "rate":
        alike = [side]  # counts of a province and of the country have an axis of their own
    elif state.measure == "rate":
        alike = list(comparison.sides)
    top = max((v for other in alike for v, _ in other.years[nature] if v), default=1.0)
    line = side.years[nature]
    title = f"{named[1]}, {tr.t(f'nature.{nature.value}')}: {tr.unit(state.measure, state.dataset)}"
    return Markup(  # noqa: S704 - escaped inside
        bars_svg(
            BarChart(
                name=named[0],
                title=title,
                desc=_year_words(tr, comparison.years, line),
                years=comparison.years,
                values=[value for value, _ in line],
                empties=[empty for _, empty in line],
                colour=LINE_HUE[nature],
                top=top,
                number=tr.figure,
                marks=marks,
                height=118,
                width=276,
            )
        )
    )


def _year_words(tr: Catalogue, years: tuple[int, ...], line: tuple[tuple[float | None, str], ...]) -> str:
    """Return the years with a figure as text; the table below holds all of them."""
    told = [f"{year}: {tr.figure(v)}" for year, (v, _) in zip(years, line, strict=True) if v]
    return ", ".join(told) or tr.t("compare.no_year")


def _table(  # noqa: PLR0913, PLR0917 - the parts of one table
    world: World, tr: Catalogue, comparison: Comparison, nature: Nature, state: ViewState, to: str
) -> dict[str, Any]:
    """Return counts, rates with their interval and differences of one kind."""
    apart = comparison.differences(nature, state.measure, to)
    rates = comparison.differences(nature, "rate", to)
    rows = []
    for side, difference, rate in zip(comparison.sides, apart, rates, strict=True):
        own = side.values[nature]
        rows.append(
            {
                "name": name_of(world, tr, side),
                "kind": side.unit.kind,
                "pcode": side.unit.key if side.unit.kind == "county" else "",
                "incidents": _cell(tr, own, "incidents"),
                "persons": _cell(tr, own, "persons"),
                "unstated": own.unstated,
                "rate": _cell(tr, own, "rate"),
                "interval": "" if own.low is None else "–".join(tr.rate_ends(own.low, own.high or 0.0)),
                "difference": "" if difference is None else tr.signed(difference),
                "rate_difference": "" if rate is None else tr.signed(rate),
                "empty": own.empty,
            }
        )
    line = [
        (year, [_year_cell(tr, side.years[nature][i]) for side in comparison.sides])
        for i, year in enumerate(comparison.years)
    ]
    return {
        "nature": nature.value,
        "rows": rows,
        "by_year": line,
        "any": any(not side.values[nature].empty for side in comparison.sides if side.unit.kind == "county"),
    }


def _cell(tr: Catalogue, own: Values, measure: str) -> str:
    if own.empty:
        return tr.t(f"empty.{own.empty}_short")
    value = own.value(measure)
    if value is None:
        return "–" if measure == "incidents" else tr.t("compare.unstated")
    return ("≥ " if own.incidents is None else "") + tr.figure(value)


def _year_cell(tr: Catalogue, cell: tuple[float | None, str]) -> str:
    value, empty = cell
    return tr.figure(value) if value is not None else tr.t(f"empty.{empty}_short")


def _context(world: World, tr: Catalogue, side: Side) -> dict[str, Any]:
    """Return roles, corridors with a stop and drawn kilometres of a unit."""
    return {
        "name": name_of(world, tr, side),
        "roles": ", ".join(tr.t(f"role.{role}") for role in side.roles),
        "is_county": side.unit.kind == "county",
        "n": len(side.corridors),
        "corridors": list(side.corridors) if side.unit.kind == "county" else [],
        "drawn_km": tr.number(side.drawn_km) if side.drawn_km else "–",
    }


def _kinds(tr: Catalogue, comparison: Comparison) -> list[tuple[str, list[str]]]:
    """Return kind of response → one cell per unit: yes or the number of counties; a dash where none was found."""
    every = dict.fromkeys(sorted({kind for side in comparison.sides for kind in side.kinds}))
    rows = []
    for kind in every:
        cells = [
            ("–" if not side.kinds.get(kind) else tr.t("compare.yes"))
            if side.unit.kind == "county"
            else tr.t("compare.of", n=side.kinds.get(kind, 0), of=len(side.unit.members))
            for side in comparison.sides
        ]
        rows.append((tr.t(f"kind.{kind}"), cells))
    return rows
