"""The two drawings of the corridor desk: what goes on the map and on the subway plan."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from dashboard.i18n.catalogue import catalogue
from dashboard.pages.corridors.asked import Asked
from dashboard.view.site import Site
from geodata.query.network import corridor_desk, ground_rings
from layers.network_map import Drawing, MapLine, MapSpec, MapSpot, draw
from layers.subway import Line, Station, Track, layout, subway_svg

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


def _legs(site: Site, asked: Asked) -> list[tuple[dict[str, Any], bool]]:
    """Return the legs of the filter in order, each with whether it steps back."""
    desk = corridor_desk(site.world, asked.wanted)
    own = [leg["properties"] for leg in site.world.corridors.legs if leg["properties"]["leg_id"] in desk.legs]
    return [
        (leg, leg["leg_id"] not in desk.strong or bool(asked.corridor and leg["corridor_id"] != asked.corridor))
        for leg in own
    ]


@lru_cache(maxsize=64)
def network_map(
    site: Site, asked: Asked, label: str, *, phone: bool = False, instead: Instead | None = None
) -> Drawing:
    """Return the map of a view, for a screen or a phone; `instead`: the ways of a what-if."""
    places = {str(row["place_id"]): row for row in site.world.corridors.places}
    at = {key: (row["lon"], row["lat"]) for key, row in places.items() if row["lat"] is not None}
    lines = []
    weight: dict[str, float] = {}
    strong: set[str] = set()
    for leg, behind in _legs(site, asked):
        start, end = leg["from_place"], leg["to_place"]
        if start not in at or end not in at:
            continue
        weak = behind if instead is None else (start, end) not in instead.ways
        lines.append(
            MapLine(
                at[start], at[end], leg["nature"], leg["n_sources"], leg["basis"] == "inferred",
                leg["last_confirmed"], weak,
            )
        )  # fmt: skip
        for place in (start, end):
            weight[place] = weight.get(place, 0.0) + (0.05 if weak else 1.0)
            strong |= set() if weak else {place}
    if instead:
        weight[instead.closed] = weight.get(instead.closed, 0.0) + 100
    spots = tuple(
        MapSpot(
            str(places[key]["name"]), at[key], places[key]["kind"] == "border_crossing",
            places[key]["kind"] == "hub", weight[key], key not in strong,
        )
        for key in sorted(weight.keys() & at.keys())
    )  # fmt: skip
    ground = ground_rings(site.world)
    bands = ((at[a], at[b]) for a, b in sorted(instead.new) if a in at and b in at) if instead else ()
    return draw(
        MapSpec(
            view=asked.view, width=PHONE if phone else WIDTHS[asked.view], legs=tuple(lines), spots=spots,
            as_of_year=_as_of_year(site), label=label, land=ground.get("country", ()), counties=ground["county"],
            water=ground.get("lake", ()), border=ground.get("border", ()), ilemi=ground.get("ilemi", ()),
            closed=(at[instead.closed],) if instead and instead.closed in at else (),
            bands=tuple(bands),
        )
    )  # fmt: skip


@lru_cache(maxsize=64)
def subway(site: Site, asked: Asked) -> tuple[Markup, int]:
    """Return the subway plan of a view and the number of lines on it; with a corridor chosen, that one alone."""
    cat = catalogue(asked.state.lang)
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
    lines = [Line(corridor_id, nature, tuple(found)) for (corridor_id, nature), found in tracks.items()]
    used = {place for line in lines for track in line.tracks for place in (track.start, track.end)}
    stations = [
        Station(key, str(rows[key]["name"]), rows[key]["lat"], rows[key]["kind"] == "border_crossing")
        for key in sorted(used)
    ]
    links = {line.line_id: asked.link(corridor=line.line_id) + "#corridor" for line in lines}
    drawn = subway_svg(layout(stations, lines), stations, cat.t("corridors.subway_label"), links)
    return Markup(drawn), len(lines)  # noqa: S704 - layers.subway escapes every name
