"""The map of a brief: counties, legend, lines and window, taken from what the screen is filled with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from dashboard.export.model import BriefLeg, BriefMap, BriefStop, MapCounty
from dashboard.export.view import UNSTATED, View
from dashboard.view.figure import BY_GRADE, corridor_spec
from dashboard.view.map_names import pills, places_of
from dashboard.view.question_map import QuestionFill, QuestionMap
from dashboard.view.state import ALL_CORRIDORS
from dashboard.view.window import NAMES_SHARE
from geodata.query.rows import PlaceRow, point_of
from geodata.values import Nature
from layers.corridors import CorridorSpec
from layers.figure import EXTENTS
from layers.labels import Label
from layers.legend import LegendItem, corridor_legend
from layers.places import line_angles
from layers.projection import window_of
from layers.ribbons import OLD_YEARS, points_of
from layers.theme import INK, LINE_HUE, LOOKS

FILL = "fill"
ASKED_TEMPLATES = ("county", "national", "region")
"""Templates whose map answers the view's own question; a corridor and a comparison are questions of their own."""


def map_of(view: View, template: str, subject: tuple[str, ...], corridors: Sequence[str] | None) -> BriefMap:
    """Return the map of a template; corridors: those to draw all alike, None for the choice on the screen."""
    spec = _spec(view, template, subject, corridors)
    asked = view.question if template in ASKED_TEMPLATES else None
    lines = _lines(view, spec) if spec else ()
    shown = {line.corridor for line in lines if line.forward}
    ribbons = spec.ribbons() if spec else ()
    edged = [LegendItem("trunk", view.tr.t("legend.trunk"), INK, "edged")] if any(r.look.edged for r in ribbons) else []
    counties = tuple(_county(view, row, subject) for row in view.shot.counties)
    if asked:
        counties = tuple(_as_asked(county, asked.fills[county.pcode]) for county in counties)
    labels = view.tr.labels
    return BriefMap(
        title=_title(view, template, asked),
        unit=view.tr.unit(view.state.measure, view.state.dataset),
        period=view.shot.years,
        words=asked.sentence if asked else view.shot.sentence,
        counties=counties,
        legend=asked.items if asked else _legend(view, counties),
        line_legend=(
            *edged,
            *(item for item in (corridor_legend(labels) if lines else ()) if _occurs(item.code, lines)),
        ),
        lines=lines,
        ribbons=ribbons,
        stops=_stops(view, shown, spec.legs) if spec and lines else (),
        window=_window(view, template, subject, lines),
        filled=template != "corridor" and (asked is None or asked.filled),
        question=view.state.lens if asked else "",
        note=asked.note if asked else "",
    )


def _title(view: View, template: str, asked: QuestionMap | None) -> str:
    """Return what the legend is called: the counts, the asked's legend, or the kinds of line."""
    if template == "corridor" or (asked and not asked.filled):
        return view.tr.t("legend.corridors")
    return asked.title if asked else view.shot.title


def _county(view: View, row: dict[str, Any], subject: tuple[str, ...]) -> MapCounty:
    pcode, code, state = str(row["pcode"]), str(row["code"]), view.state
    value, empty = view.reading(pcode, state.nature, state.measure, view.frame)
    anchor = view.world.edition.anchors()[pcode]  # type: ignore[index] # keys of `names` are P-codes
    words = str(row["words"])
    if empty == UNSTATED:
        name = view.world.names[pcode]
        words = view.tr.t("map.county_empty", county=name, empty=view.tr.t("export.unstated"), years=view.shot.years)
    return MapCounty(
        pcode=pcode,
        name=view.world.names[pcode],
        figure=view.id(pcode, state.nature, state.measure, view.frame),
        value=value,
        text=view.value_text(
            value, empty, state.measure, view.error(view.frame) if state.measure == "persons" else None
        ),
        empty=empty,
        code=code,
        colour=_colour(view, code),
        mark=_mark(code),
        words=words,
        selected=pcode in subject,
        at=(anchor.lon, anchor.lat),
    )


def _as_asked(county: MapCounty, fill: QuestionFill) -> MapCounty:
    """Return a county of the counts as another question fills it; its figure stays what it is."""
    return replace(county, code=fill.code, colour=fill.colour, mark=fill.mark, words=fill.words, letters=fill.letters)


def _colour(view: View, code: str) -> str:
    if code.isdigit():
        return str(view.shot.scale["colours"][int(code)])
    return LOOKS[code].colour


def _mark(code: str) -> str:
    return FILL if code.isdigit() else LOOKS[code].mark


def _legend(view: View, counties: Sequence[MapCounty]) -> tuple[LegendItem, ...]:
    """Return the classes, and the kinds of empty that occur."""
    scale, used = view.shot.scale, {county.code for county in counties}
    classes = [
        LegendItem(str(i), label, colour, FILL)
        for i, (colour, label) in enumerate(zip(scale["colours"], scale["labels"], strict=True))
    ]
    empties = [
        LegendItem(look.code, view.tr.t(f"empty.{look.kind}"), look.colour, look.mark)
        for look in LOOKS.values()
        if look.code in used
    ]
    return (*classes, *empties)


def _spec(view: View, template: str, subject: tuple[str, ...], only: Sequence[str] | None) -> CorridorSpec | None:
    """Return the corridors of a template, None where the reader switched them off."""
    state = view.state
    if template != "corridor" and "corridors" not in state.layers:
        return None
    asked = view.question if template in ASKED_TEMPLATES else None
    shown = ALL_CORRIDORS if asked and asked.every and not state.corridor else state.corridor
    chosen = subject[0] if template == "corridor" else ALL_CORRIDORS if only is not None else shown
    legs = asked.legs if asked else BY_GRADE
    spec = corridor_spec(view.world, state.grade, chosen, int(view.world.as_of[:4]), legs)
    if template == "corridor":
        return CorridorSpec(spec.legs.loc[spec.legs["corridor_id"] == chosen], spec.as_of_year, chosen)
    if only is not None:
        return CorridorSpec(spec.legs.loc[spec.legs["corridor_id"].isin(only)], spec.as_of_year)
    return spec


def _lines(view: View, spec: CorridorSpec) -> tuple[BriefLeg, ...]:
    names = {str(row["place_id"]): str(row["name"]) for row in view.world.corridors.places}
    lines = [_line(view, leg, spec, names) for leg in spec.legs.itertuples(index=False)]
    return tuple(sorted((line for line in lines if len(line.line) > 1), key=lambda line: (line.forward, line.id)))


def _line(view: View, leg: Any, spec: CorridorSpec, names: dict[str, str]) -> BriefLeg:
    tr = view.tr
    nature = Nature(leg.nature)
    known = leg.last_confirmed is not None and leg.last_confirmed == leg.last_confirmed
    facts = [
        f"{names[leg.from_place]} → {names[leg.to_place]}: {tr.t(f'nature.{nature.value}').lower()}",
        tr.t("grade.short", grade=leg.grade),
        tr.t("panel.leg_inferred" if leg.inferred else "panel.leg_stated"),
        tr.t("panel.leg_sources", n=int(leg.n_sources)),
        tr.t("panel.leg_confirmed", year=str(int(leg.last_confirmed))) if known else tr.t("panel.leg_undated"),
        tr.t(f"drawn.{leg.drawn}"),
    ]
    return BriefLeg(
        id=str(leg.leg_id),
        corridor=str(leg.corridor_id),
        nature=nature.value,
        nature_name=tr.t(f"nature.{nature.value}"),
        inferred=bool(leg.inferred),
        alternative=bool(leg.is_alternative),
        forward=spec.highlight is None or leg.corridor_id == spec.highlight,
        old=bool(known and int(leg.last_confirmed) < spec.as_of_year - OLD_YEARS),
        n_sources=int(leg.n_sources),
        drawn=str(leg.drawn),
        colour=LINE_HUE[nature],
        words=", ".join(facts),
        line=points_of(leg.geometry),
    )


def _occurs(code: str, lines: Sequence[BriefLeg]) -> bool:
    """Say whether a line of the legend is drawn: natures, and the three ways a line is weakened."""
    weak = {
        "inferred": any(line.inferred for line in lines),
        "old": any(line.old for line in lines if line.forward),
        "alternative": any(line.alternative for line in lines),
    }
    return weak[code] if code in weak else any(line.nature == code for line in lines)


def _stops(view: View, corridors: set[str], legs: pd.DataFrame) -> tuple[BriefStop, ...]:
    rows = [row for row in places_of(view.world, ALL_CORRIDORS) if corridors.intersection(row["corridors"])]
    plain, emblems = pills(view.world, view.state.corridor, view.state.rule, view.tr)
    first = {label.key: label for label in (*plain, *emblems)}
    dark = {label.key for label in emblems}
    angles = line_angles(pd.DataFrame(rows), legs)
    located = ((row, at) for row in rows if (at := point_of(row)) is not None)
    return tuple(_stop(row, at, first.get(row["place_id"]), dark, angles) for row, at in located)


def _stop(
    row: PlaceRow, at: tuple[float, float], label: Label | None, dark: set[str], angles: Mapping[str, float]
) -> BriefStop:
    place_id, name = row["place_id"], row["name"].split(" (")[0]
    return BriefStop(
        place_id,
        name,
        row["kind"],
        row["iso3"] != "KEN",
        at,
        label.text if label else name,
        label.priority if label else 0.0,
        place_id in dark,
        round(angles.get(place_id, 0.0), 1),
    )


def _window(
    view: View, template: str, subject: tuple[str, ...], lines: Sequence[BriefLeg]
) -> tuple[float, float, float, float]:
    """Return west, south, east, north: Kenya, the zoom of the link, all of a corridor's lines, or a region."""
    anchors: Mapping[Any, Any] = view.world.edition.anchors()
    extent = EXTENTS[view.state.extent if view.state.extent in EXTENTS else "kenya"]
    if template == "corridor" and lines:
        extent = window_of([point for line in lines for point in line.line], names=NAMES_SHARE)
    elif template == "region":
        boxes = [anchors[pcode].bbox for pcode in subject]
        extent = window_of([(box[k], box[k + 1]) for box in boxes for k in (0, 2)])
    elif template != "national":
        extent = EXTENTS["kenya"]
    return (extent.west, extent.south, extent.east, extent.north)
