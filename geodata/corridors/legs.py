"""Legs: one row per directed leg of each corridor, with its evidence, length and schematic line.

Takes checked `Facts` and the places table; the rules are `geodata.corridors.rules`. A leg to a place
without a point is a row without a line and without a length: listed, never drawn at an invented spot.
"""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from shapely import LineString

from geodata.corridors import rules
from geodata.corridors.facts import Facts, rules_of, stops_of
from geodata.corridors.geometry import geodesic, km_between
from geodata.values import WGS84, Grade

COLUMNS = [
    "leg_id", "corridor_id", "from_place", "to_place", "from_seq", "to_seq", "nature", "mode", "grade", "basis",
    "doubts", "is_alternative", "sources", "n_sources", "corridor_sources", "corridor_n_sources", "last_confirmed",
    "length_km", "reasons", "geometry",
]  # fmt: skip


def build(facts: Facts, places: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the legs of every corridor, EPSG:4326, ordered by corridor and stop numbers.

    leg_id: ``corridor.from.to``. basis: stated or inferred, with `doubts` (point, order, join) why.
    sources: the two stops' sources, then those leg_rules.csv says state the leg; `n_sources` counts
    their independent voices (voices.csv). A corridor's other sources speak for the corridor as a
    whole, not for each leg: `corridor_sources`, `corridor_n_sources`. last_confirmed: latest year
    among the leg's dated sources, missing when all are undated. length_km: geodesic. reasons: from
    leg_rules.csv.
    """
    years = _years(facts.sources)
    drawn = places.loc[places["lat"].notna()]
    point = {str(row.place_id): (float(str(row.lon)), float(str(row.lat))) for row in drawn.itertuples()}
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
        rows.extend(base | _leg(link, best, facts.voices, years, point) for link in made)
    table = gpd.GeoDataFrame(rows, geometry="geometry", crs=WGS84)
    table["last_confirmed"] = table["last_confirmed"].astype("Int64")
    return table[COLUMNS]


def _leg(
    link: rules.Link,
    corridor_grade: Grade,
    voices: dict[str, str],
    years: dict[str, int],
    point: dict[str, tuple[float, float]],
) -> dict[str, object]:
    start, end = link.start, link.end
    found = rules.doubts(link)
    sources = list(dict.fromkeys([start.source_id, end.source_id, *link.stated_by]))
    dated = [years[source] for source in sources if source in years]
    ends = (point.get(start.place_id), point.get(end.place_id))
    line: LineString | None = None
    length: float | None = None
    if ends[0] is not None and ends[1] is not None:
        line, length = geodesic(ends[0], ends[1]), km_between(ends[0], ends[1])
    leg: dict[str, object] = {
        "leg_id": f"{start.corridor_id}.{start.place_id}.{end.place_id}",
        "from_place": start.place_id,
        "to_place": end.place_id,
        "from_seq": start.seq,
        "to_seq": end.seq,
        "grade": rules.grade(corridor_grade, found).value,
        "basis": "inferred" if found else "stated",
        "doubts": ";".join(found),
        "is_alternative": link.is_alternative,
        "sources": ";".join(sources),
        "n_sources": len({voices[source] for source in sources}),
        "last_confirmed": max(dated) if dated else None,
        "length_km": length,
        "reasons": " ".join(link.reasons),
        "geometry": line,
    }
    return leg | ({"mode": link.mode} if link.mode else {})


def _years(sources: pd.DataFrame) -> dict[str, int]:
    dated = sources.loc[sources["date"].str.match(r"\d{4}")]
    return {str(key): int(str(date)[:4]) for key, date in zip(dated["source_id"], dated["date"], strict=True)}
