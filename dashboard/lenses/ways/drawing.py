"""The two drawings of the corridor desk: what goes on the map and on the subway plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd
from markupsafe import Markup

from dashboard.i18n.catalogue import catalogue
from dashboard.lenses.ways.asked import Asked
from dashboard.view.figure import leg_table
from dashboard.view.map_names import TRUNK
from dashboard.view.site import Site
from geodata.query.network import corridor_desk, ground_rings
from geodata.query.rows import LegRow, PlaceRow, point_of
from layers.corridors import CorridorSpec, stops_of
from layers.network_map import Drawing, MapSpec, MapSpot, draw
from layers.ribbons import points_of
from layers.subway import Line, Plan, Station, Track, layout, subway_svg

WIDTHS = {"kenya": 760, "south": 620, "north": 760, "all": 900}
PHONE = 380
OLD_YEARS = 10


@dataclass(frozen=True, slots=True)
class Instead:
    """What a what-if puts on the map: pairs of places on the ways left, those not used before, and the place closed."""

    ways: frozenset[tuple[str, str]]
    new: frozenset[tuple[str, str]]
    closed: str = ""


def _as_of_year(site: Site) -> int:
    return int(site.world.as_of[:4])


def _legs(site: Site, asked: Asked) -> list[tuple[LegRow, bool]]:
    """Return the legs of the filter in order, each with whether it steps back."""
    desk = corridor_desk(site.world, asked.wanted)
    own = [leg for leg in site.world.corridors.leg_rows if leg["leg_id"] in desk.legs]
    return [
        (leg, leg["leg_id"] not in desk.strong or bool(asked.corridor and leg["corridor_id"] != asked.corridor))
        for leg in own
    ]


@lru_cache(maxsize=64)
def network_map(
    site: Site, asked: Asked, label: str, *, phone: bool = False, instead: Instead | None = None
) -> Drawing:
    """Return the map of a view, for a screen or a phone; `instead`: the ways of a what-if."""
    legs = leg_table(site.world)
    listed = {leg["leg_id"]: behind for leg, behind in _legs(site, asked)}
    legs = legs.loc[legs["leg_id"].isin(list(listed))]
    pairs = list(zip(legs["from_place"], legs["to_place"], strict=True))
    weak = [listed[key] for key in legs["leg_id"]] if instead is None else [pair not in instead.ways for pair in pairs]
    back = pd.Series(weak, index=legs.index, dtype=bool)
    year = _as_of_year(site)
    spec = CorridorSpec(
        legs, year, (asked.corridor or None) if instead is None else None, frozenset(legs.loc[back, "leg_id"]),
        TRUNK if instead is None else "",
    )  # fmt: skip
    places = {str(row["place_id"]): row for row in site.world.corridors.places}
    ground = ground_rings(site.world)
    closed = point_of(places[instead.closed]) if instead and instead.closed in places else None
    new = [pair in instead.new for pair in pairs] if instead else [False] * len(pairs)
    return draw(
        MapSpec(
            view=asked.view, width=PHONE if phone else WIDTHS[asked.view], label=label,
            ribbons=spec.ribbons(), stops=stops_of(spec),
            spots=_spots(places, legs, back, instead), land=ground.get("country", ()), counties=ground["county"],
            water=ground.get("lake", ()), border=ground.get("border", ()), ilemi=ground.get("ilemi", ()),
            closed=(closed,) if closed else (),
            bands=tuple(points_of(line) for line, is_new in zip(legs["geometry"], new, strict=True) if is_new),
        )
    )  # fmt: skip


def _spots(
    places: dict[str, PlaceRow], legs: pd.DataFrame, back: pd.Series[bool], instead: Instead | None
) -> tuple[MapSpot, ...]:
    """Return the stops of some legs, those with most legs first to get a name."""
    weight: dict[str, float] = {}
    strong: set[str] = set()
    for start, end, weak in zip(legs["from_place"], legs["to_place"], back, strict=True):
        for place in (start, end):
            weight[place] = weight.get(place, 0.0) + (0.05 if weak else 1.0)
            strong |= set() if weak else {place}
    if instead and instead.closed:
        weight[instead.closed] = weight.get(instead.closed, 0.0) + 100
    return tuple(
        MapSpot(
            places[key]["name"], at,
            places[key]["kind"] == "border_crossing", places[key]["kind"] == "hub", weight[key], key not in strong,
        )
        for key in sorted(weight)
        if (at := point_of(places[key])) is not None
    )  # fmt: skip


def subway(site: Site, asked: Asked, link: Callable[[str], str]) -> tuple[Markup, int]:
    """Return the subway plan of a view and the number of lines on it; with a corridor chosen, that one alone."""
    plan, stations, lines = _planned(site, asked.plain)
    label = catalogue(asked.state.lang).t("corridors.subway_label")
    drawn = subway_svg(plan, stations, label, {line.line_id: link(line.line_id) for line in lines})
    return Markup(drawn), len(lines)  # noqa: S704 - layers.subway escapes every name


@lru_cache(maxsize=64)
def _planned(site: Site, asked: Asked) -> tuple[Plan, tuple[Station, ...], tuple[Line, ...]]:
    rows = {str(row["place_id"]): row for row in site.world.corridors.places}
    year = _as_of_year(site)
    tracks: dict[tuple[str, str], list[Track]] = {}
    for leg, weak in _legs(site, asked):
        if asked.corridor and leg["corridor_id"] != asked.corridor:
            continue
        old = leg["last_confirmed"] is not None and year - leg["last_confirmed"] > OLD_YEARS
        tracks.setdefault((leg["corridor_id"], leg["nature"]), []).append(
            Track(leg["from_place"], leg["to_place"], leg["is_alternative"], leg["basis"] == "inferred", old, weak)
        )
    lines = tuple(
        Line(corridor_id, nature, tuple(line_tracks)) for (corridor_id, nature), line_tracks in tracks.items()
    )
    used = {place for line in lines for track in line.tracks for place in (track.start, track.end)}
    stations = tuple(
        Station(key, str(rows[key]["name"]), rows[key]["lat"], rows[key]["kind"] == "border_crossing")
        for key in sorted(used)
    )
    return layout(stations, lines), stations, lines
