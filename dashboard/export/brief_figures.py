"""Figures and trends of a brief, each with unit, period, denominator, note and sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from dashboard.export.model import COUNTIES, NO_COUNTY, BriefFigure, Number, Series, Trend, figure_id
from dashboard.export.view import FILTERED, UNSTATED, View
from dashboard.i18n.catalogue import Catalogue
from dashboard.view.trend import exact_trend
from geodata.query.cube import NATURES
from geodata.query.estimates import interval
from geodata.query.profiles import AreaFigures, country_profile, county_profile
from geodata.query.rows import CorridorRow
from geodata.values import about_km
from layers.charts import split
from layers.theme import LINE_HUE

MAIN = NATURES[:2]
"""Natures that are always shown, also when nothing was reported; *unclear* only where it occurs."""


class Place(NamedTuple):
    """An area, the residents its rates are over (None: no rate), and what its figures of one nature rest on."""

    area: str
    residents: int | None
    sources: tuple[str, ...]


def area_name(view: View, area: str) -> str:
    """Return an area as a reader calls it."""
    keys = {COUNTIES: "export.area.counties", NO_COUNTY: "export.area.no_county"}
    return view.tr.t(keys[area]) if area in keys else view.world.names.get(area, area)


def county_figures(view: View, pcode: str) -> list[BriefFigure]:
    """Return the figures of one county over the filters' whole period, as the panel shows them."""
    profile = county_profile(view.world, view.state.dataset, view.filters, pcode)
    by_nature = {figures.nature: figures for figures in profile.figures}
    figures = []
    for nature in NATURES:
        if nature in by_nature or nature in MAIN:
            place = Place(pcode, view.world.population[pcode], view.event_sources(pcode, nature))
            figures += nature_figures(view, place, nature, by_nature.get(nature))
    return figures


def country_figures(view: View) -> list[BriefFigure]:
    """Return the figures of the 47 counties together, and of what belongs to no county."""
    profile = country_profile(view.world, view.state.dataset, view.filters)
    figures: list[BriefFigure] = []
    residents = sum(view.world.population.values())
    for area, listed, key in ((COUNTIES, profile.figures, ""), (NO_COUNTY, profile.national, "KE")):
        by_nature = {figures.nature: figures for figures in listed}
        for nature in NATURES:
            if nature in by_nature or (area == COUNTIES and nature in MAIN):
                place = Place(area, residents if area == COUNTIES else None, view.event_sources(key, nature))
                figures += nature_figures(view, place, nature, by_nature.get(nature))
    return figures


def nature_figures(view: View, place: Place, nature: str, area_figures: AreaFigures | None) -> list[BriefFigure]:
    """Return events, persons and rate of one nature in one area; in a caseload persons and rate."""
    measures = ["persons", "rate"] if view.protected else ["incidents", "persons", "rate"]
    figures = []
    for measure in measures:
        if measure == "rate" and place.residents is None:
            continue
        held = _value(view, place.area, nature, measure, area_figures)
        error = area_figures.totals.error if area_figures is not None and measure == "persons" else None
        figures.append(_figure(view, place, nature, measure, held, error))
        if measure == "rate":
            figures[-1] = _with_rate(view, figures[-1], place.residents, area_figures)
    if area_figures is not None and area_figures.totals.unstated and not view.protected:
        figures.append(_figure(view, place, nature, UNSTATED, (area_figures.totals.unstated, "")))
    return figures


def _value(view: View, area: str, nature: str, measure: str, figures: AreaFigures | None) -> tuple[Number | None, str]:
    if area in view.world.names and (figures is None or not view.protected):
        return view.reading(area, nature, measure)
    if figures is None:
        return None, "suppressed" if view.protected else "no_report"
    stated = view.protected or figures.totals.incidents > figures.totals.unstated
    values = {"incidents": figures.totals.incidents, "persons": figures.totals.persons if stated else None}
    rate = None if figures.rate is None else round(figures.rate, 2)
    value = rate if measure == "rate" else values[measure]
    return value, "" if value is not None else UNSTATED


def _figure(  # noqa: PLR0913, PLR0917 - the parts of one figure
    view: View, place: Place, nature: str, measure: str, held: tuple[Number | None, str], error: float | None = None
) -> BriefFigure:
    tr, (value, empty) = view.tr, held
    estimated = value is not None and error is not None
    ends = interval(value, error) if value is not None and error is not None else (None, None)
    unit = tr.t("export.unit_unstated") if measure == UNSTATED else tr.unit(measure, view.state.dataset)
    name = tr.t(f"nature.{nature}")
    return BriefFigure(
        id=view.id(place.area, nature, measure),
        area=place.area,
        area_name=area_name(view, place.area),
        nature=nature,
        nature_name=name,
        measure=measure,
        label=f"{name}: {unit}",
        value=value,
        text=view.value_text(value, empty, measure, error),
        unit=unit,
        period=view.years(),
        low=ends[0],
        high=ends[1],
        error=round(error, 2) if estimated and error is not None else None,
        empty=empty,
        note=tr.t(f"empty.{empty}") if empty and tr.has(f"empty.{empty}") else "",
        sources=place.sources,
    )


def _with_rate(view: View, figure: BriefFigure, residents: int | None, figures: AreaFigures | None) -> BriefFigure:
    """Return a rate with its denominator and, for exact counts, its interval."""
    figure = replace(figure, denominator=residents)
    if figure.value is None or figures is None or figures.low is None or figures.high is None:
        return figure
    low, high = view.tr.rate_ends(figures.low, figures.high)
    return replace(
        figure,
        low=round(figures.low, 2),
        high=round(figures.high, 2),
        interval=view.tr.t("panel.interval", low=low, high=high),
    )


def trend(view: View, pcode: str = "") -> Trend:
    """Return one area by year: events, or persons where persons or rates are shown.

    A caseload's estimates are whole numbers, as files give them; drawings take `Series.drawn`.
    """
    state = replace(view.state, county=pcode)
    spec = exact_trend(view.world, state)
    measure = "incidents" if state.measure == "incidents" else "persons"
    years = tuple(spec.period.years())
    area = pcode or COUNTIES
    series = []
    for nature in spec.shown:
        values, empties = split(spec, nature)
        numbers: list[Number | None] = [int(values[y]) if y in values else None for y in years]
        kinds = [_kind(view, pcode, nature.value, y, empties[y].value) if y in empties else "" for y in years]
        numbers = [0 if kind == "zero" else number for number, kind in zip(numbers, kinds, strict=True)]
        ids = tuple(figure_id(area, nature.value, measure, year, year) for year in years)
        name = view.tr.t(f"nature.{nature.value}")
        series.append(
            Series(nature.value, name, LINE_HUE[nature], ids, tuple(numbers), tuple(kinds), estimated=view.protected)
        )
    unit = view.tr.unit(measure, state.dataset)
    note = view.tr.t("export.trend_note" if view.public else "export.trend_note_caseload")
    title = view.tr.t("export.trend", area=area_name(view, area), unit=unit)
    return Trend(area, area_name(view, area), title, unit, note, years, tuple(series))


def _kind(view: View, pcode: str, nature: str, year: int, empty: str) -> str:
    """Return the kind of empty of one year, told apart more finely than on the drawing."""
    if pcode and view.left_out(pcode):
        return FILTERED
    if year in view.counted.years and view.unstated(pcode, nature, 1 + view.counted.years.index(year)):
        return UNSTATED
    return empty


def corridor_figures(view: View, corridor: CorridorRow, year: int) -> list[BriefFigure]:
    """Return the figures of one corridor: length, legs, legs stated, independent sources, last year confirmed."""
    tr = view.tr
    listed: Sequence[tuple[str, Number | None]] = (
        ("n_legs", corridor["n_legs"]),
        ("n_stated", corridor["n_stated"]),
        ("length_km", about_km(corridor["length_km"])),
        ("n_sources", corridor["n_sources"]),
        ("last_confirmed", corridor["last_confirmed"]),
    )
    nature = str(corridor["nature"])
    return [
        BriefFigure(
            id=figure_id(str(corridor["corridor_id"]), nature, measure, year, year),
            area=str(corridor["corridor_id"]),
            area_name=tr.corridor(str(corridor["corridor_id"]), str(corridor["name"])),
            nature=nature,
            nature_name=tr.t(f"nature.{nature}"),
            measure=measure,
            label=tr.t(f"export.corridor.{measure}"),
            value=value,
            text=_corridor_text(tr, measure, value),
            unit=tr.t(f"export.corridor.{measure}"),
            period=tr.t("foot.as_of", date=view.world.as_of),
            empty="" if value is not None else UNSTATED,
            sources=tuple(corridor["source_ids"]),
        )
        for measure, value in listed
    ]


def _corridor_text(tr: Catalogue, measure: str, value: Number | None) -> str:
    """Return a figure of a corridor as read: a year without separators, kilometres as “about”, to the ten."""
    if measure == "last_confirmed" and value:
        return str(value)
    return tr.t("estimate.plain", value=tr.number(value)) if measure == "length_km" else tr.number(value)


def nature_parts(view: View, area: str, figures: Sequence[BriefFigure]) -> str:
    """Return each nature's figures as one part of a sentence, in a fixed order, never added up."""
    tr, by_id = view.tr, {figure.id: figure for figure in figures}
    parts = []
    for nature in NATURES:
        events, persons = (by_id.get(view.id(area, nature, measure)) for measure in ("incidents", "persons"))
        lead = events or persons
        if lead is None:
            continue
        parts.append(_part(tr, lead, events, persons))
    return " ".join(parts)


def _part(tr: Catalogue, lead: BriefFigure, events: BriefFigure | None, persons: BriefFigure | None) -> str:
    if lead.value is None or lead.empty:
        return tr.t("export.part.empty", nature=lead.nature_name, empty=lead.note or lead.text)
    if events is None:
        return tr.t("export.part.caseload", nature=lead.nature_name, persons=lead.text)
    counted = tr.t("export.part.events", n=events.value)
    if persons is None or persons.value is None:
        return tr.t("export.part.unstated", nature=lead.nature_name, events=counted)
    return tr.t("export.part.persons", nature=lead.nature_name, events=counted, n=persons.value)
