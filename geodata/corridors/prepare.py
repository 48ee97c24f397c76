"""Build the corridors once for a boundary edition and write them, the same bytes every time.

Five files into one folder: legs.geojson, places.csv, corridors.csv, corridor_counties.csv,
county_corridors.csv. Each is written to a temporary file, synced, then renamed. Coordinates are
rounded to 5 decimals (1 m), kilometres to 0.1, so that a last digit of a library never shows.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import shapely
from shapely.geometry import mapping

from geodata.corridors import legs as leg_table
from geodata.corridors import passing, rules
from geodata.corridors import roads as road_table
from geodata.corridors.facts import Facts, read, stops_of
from geodata.corridors.prepared import HASHES, LEGS, TABLES, Prepared, hashes, load_prepared
from geodata.facts import places as place_table
from geodata.files import replace_file
from geodata.settings import DataSettings

if TYPE_CHECKING:
    import geopandas as gpd

_LISTS_IN_LEGS = ("doubts", "sources", "corridor_sources", "towns")
DECIMALS = 5


def run(settings: DataSettings, counties: gpd.GeoDataFrame, folder: Path) -> Prepared:
    """Check the evidence, build everything for `counties` (EPSG:4326: pcode, geometry), write, read back."""
    facts = read(settings)
    places = place_table.build(facts.stops, counties, facts.place_counties, facts.countries)
    roads = road_table.read(settings, road_table.country_shapes(settings, counties))
    legs = leg_table.build(facts, places, roads)
    passes = passing.corridor_counties(places, legs, counties)
    tables = {
        "places": places,
        "corridors": corridor_table(facts, legs, passes),
        "corridor_counties": passes,
        "county_corridors": passing.summary(places, legs, counties, passes),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        replace_file(folder / f"{name}.csv", tables[name].to_csv(index=False, lineterminator="\n").encode())
    replace_file(folder / LEGS, features(legs).encode())
    replace_file(folder / HASHES, hashes(folder).encode())
    return load_prepared(folder)


def corridor_table(facts: Facts, legs: gpd.GeoDataFrame, passes: pd.DataFrame) -> pd.DataFrame:
    """Return one row per corridor.

    Columns: those of corridors.csv; trunk (place ids); n_legs, n_stated; n_sources (independent
    voices over the corridor and its legs); last_confirmed (latest dated source, missing when undated);
    length_km (trunk, as drawn; a leg to a place without a point is left out); counties (P-codes with a stop).
    """
    rows = []
    for line in facts.corridors.drop(columns="row").to_dict("records"):
        mine = legs.loc[legs["corridor_id"] == line["corridor_id"]]
        sources = set(str(line["source_ids"]).split(";")) | {s for text in mine["sources"] for s in text.split(";")}
        dated = facts.sources.loc[facts.sources["source_id"].isin(sources), "date"].str.extract(r"^(\d{4})")[0].dropna()
        stopping = passes.loc[(passes["corridor_id"] == line["corridor_id"]) & (passes["passes"] == "stop")]
        rows.append(
            {
                **line,
                "trunk": ";".join(stop.place_id for stop in rules.trunk(stops_of(facts, str(line["corridor_id"])))),
                "n_legs": len(mine),
                "n_stated": int((mine["basis"] == "stated").sum()),
                "n_sources": len({facts.voices[source] for source in sources}),
                "last_confirmed": dated.max() if len(dated) else "",
                "length_km": round(float(mine.loc[~mine["is_alternative"], "length_km"].sum()), 1),
                "counties": ";".join(stopping["pcode"]),
            }
        )
    return pd.DataFrame(rows)


def features(legs: gpd.GeoDataFrame) -> str:
    """Return the legs as a GeoJSON text, one feature per line; lists are arrays, unknown is null."""
    lines = []
    for leg in legs.to_dict("records"):
        shape = leg.pop("geometry")
        known = {key: None if pd.isna(value) else value for key, value in leg.items()}
        known |= {key: str(leg[key]).split(";") if leg[key] else [] for key in _LISTS_IN_LEGS}
        if known["last_confirmed"] is not None:
            known["last_confirmed"] = int(leg["last_confirmed"])
        if known["length_km"] is not None:
            known["length_km"] = round(float(leg["length_km"]), 1)
        geometry = None if shape is None else mapping(shapely.transform(shape, lambda xy: xy.round(DECIMALS)))
        feature = {"type": "Feature", "id": leg["leg_id"], "properties": known, "geometry": geometry}
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":"), sort_keys=True))
    note = "Lines are drawn between stated stops, along main roads where known: not tracks, and not stated."
    return f'{{"type":"FeatureCollection","note":"{note}","features":[\n' + ",\n".join(lines) + "\n]}\n"
