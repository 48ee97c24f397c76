"""Legs: one row per directed leg of each corridor, with its evidence, its drawn line and that line's length.

Takes checked `Facts` and the places table; the rules are `geodata.corridors.rules`. A leg to a place
without a point is a row without a line and without a length: listed, never drawn at an invented spot.
"""

from __future__ import annotations

import geopandas as gpd
import networkx as nx
import pandas as pd

from geodata.corridors import rules
from geodata.corridors.facts import Facts, rules_of, stops_of
from geodata.corridors.geometry import Position
from geodata.corridors.roads import Roads
from geodata.corridors.routing import Drawn, DrawnRoute, Reason, Router
from geodata.facts.places import GEOD
from geodata.values import WGS84, Grade

COLUMNS = [
    "leg_id", "corridor_id", "from_place", "to_place", "from_seq", "to_seq", "nature", "mode", "grade", "basis",
    "doubts", "is_alternative", "sources", "n_sources", "corridor_sources", "corridor_n_sources", "last_confirmed",
    "length_km", "drawn", "drawn_reason", "towns", "reasons", "geometry",
]  # fmt: skip


NO_ROADS = Roads({}, nx.Graph())


def build(facts: Facts, places: pd.DataFrame, roads: Roads = NO_ROADS) -> gpd.GeoDataFrame:
    """Return the legs of every corridor, EPSG:4326, ordered by corridor and stop numbers.

    leg_id: ``corridor.from.to``. basis: stated or inferred, with `doubts` (point, order, join) why.
    sources: the two stops' sources, then those leg_rules.csv says state the leg; `n_sources` counts
    their independent voices (voices.csv). A corridor's other sources speak for the corridor as a
    whole, not for each leg: `corridor_sources`, `corridor_n_sources`. last_confirmed: latest year
    among the leg's dated sources, missing when all are undated. drawn: how its line was drawn
    (`routing.Drawn`; "" without a line), drawn_reason: why it is straight, towns: what its road passes, `;`-joined;
    length_km: of the drawn line, geodesic. reasons: from leg_rules.csv.
    """
    years = _years(facts.sources)
    router = Router(roads, points_of(places), facts.sea_lane)
    country_level = frozenset(places.loc[places["country_level"], "place_id"])
    rows: list[dict[str, object]] = []
    for corridor in facts.corridors.itertuples():
        corridor_id = str(corridor.corridor_id)
        whole = str(corridor.source_ids).split(";")
        base = {
            "corridor_id": corridor_id,
            "nature": str(corridor.nature),
            "mode": str(corridor.mode),
            "corridor_sources": ";".join(whole),
            "corridor_n_sources": len({facts.voices[source] for source in whole}),
        }
        stops = stops_of(facts, corridor_id, country_level)
        best = Grade(str(corridor.confidence))
        made = rules.links(stops, rules_of(facts, corridor_id))
        rows.extend(
            base | _leg(link, best, facts.voices, years) | _line(link, link.mode or str(base["mode"]), router)
            for link in made
        )
    table = gpd.GeoDataFrame(rows, geometry="geometry", crs=WGS84)
    table["last_confirmed"] = table["last_confirmed"].astype("Int64")
    return table[COLUMNS]


def _leg(
    link: rules.Link,
    corridor_grade: Grade,
    voices: dict[str, str],
    years: dict[str, int],
) -> dict[str, object]:
    start, end = link.start, link.end
    doubts = rules.doubts(link)
    sources = list(dict.fromkeys([start.source_id, end.source_id, *link.stated_by]))
    dated = [years[source] for source in sources if source in years]
    leg: dict[str, object] = {
        "leg_id": f"{start.corridor_id}.{start.place_id}.{end.place_id}",
        "from_place": start.place_id,
        "to_place": end.place_id,
        "from_seq": start.seq,
        "to_seq": end.seq,
        "grade": rules.grade(corridor_grade, doubts).value,
        "basis": "inferred" if doubts else "stated",
        "doubts": ";".join(doubts),
        "is_alternative": link.is_alternative,
        "sources": ";".join(sources),
        "n_sources": len({voices[source] for source in sources}),
        "last_confirmed": max(dated) if dated else None,
        "reasons": " ".join(link.reasons),
    }
    return leg | ({"mode": link.mode} if link.mode else {})


def points_of(places: pd.DataFrame) -> dict[str, Position]:
    """Return place id → (lon, lat) of every place that has a point."""
    known = places.loc[places["lat"].notna()]
    return {str(row.place_id): (float(str(row.lon)), float(str(row.lat))) for row in known.itertuples()}


def _line(link: rules.Link, mode: str, router: Router) -> dict[str, object]:
    """Return the columns of the drawn line; all empty when an end has no point."""
    ends = (link.start.place_id, link.end.place_id)
    if not set(ends) <= set(router.places):
        return {"drawn": "", "drawn_reason": "", "towns": "", "length_km": None, "geometry": None}
    route = _route(link, mode, router)
    return {
        "drawn": route.drawn.value,
        "drawn_reason": route.reason.value if route.reason else "",
        "towns": ";".join(route.towns),
        "length_km": GEOD.geometry_length(route.line) / 1000,
        "geometry": route.line,
    }


def _route(link: rules.Link, mode: str, router: Router) -> DrawnRoute:
    start, end = link.start.place_id, link.end.place_id
    if mode == "sea" and router.sea_lane:
        return router.coast(start, end)
    if mode in {"lake", "air"}:
        return router.straight(start, end, Drawn(mode))
    if link.straight:
        return router.straight(start, end, reason=Reason.RULE)
    road = router.road(start, end, link.via)
    return router.straight(start, end, reason=road) if isinstance(road, Reason) else road


def _years(sources: pd.DataFrame) -> dict[str, int]:
    dated = sources.loc[sources["date"].str.match(r"\d{4}")]
    return {str(key): int(str(date)[:4]) for key, date in zip(dated["source_id"], dated["date"], strict=True)}
