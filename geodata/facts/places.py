"""Places: every town, crossing, hub or country point that a corridor stops at, once each.

Built from corridor_stops.csv; the county of a Kenyan place comes from the boundary edition. Refuses a
place with two positions, half a position, or a Kenyan point far from every county. Never finer than a
town. A place without known coordinates stays a row without a point: it is listed, never drawn.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Geod

from geodata.values import DataProblem

if TYPE_CHECKING:
    import geopandas as gpd

GEOD = Geod(ellps="WGS84")
NEAR_KM = 5.0
"""A border town may lie this far outside its county's generalised outline (Kiunga: 2.9 km)."""

KINDS = ("border_crossing", "hub", "destination", "origin", "town")
"""Kinds of place, the one that decides the mark first."""

COLUMNS = [
    "place_id", "name", "iso3", "kind", "kinds", "lat", "lon", "coord_source", "pcode",
    "county_by", "country_level", "corridors", "notes", "source_ids",
]  # fmt: skip
_COUNTRY_WORDS = re.compile(r"country (level|named|point)|destination country|at country level", re.IGNORECASE)


def slug(text: str) -> str:
    """Return a stable id: lower-case ASCII letters and digits joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().replace("'", "")
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def counties_of(
    lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64], counties: gpd.GeoDataFrame, *, near_km: float = 0.0
) -> tuple[list[str], list[float]]:
    """Return for each point its county's P-code ("" for none) and its distance from it in km.

    counties: EPSG:4326 with `pcode` and `geometry`. A point on a shared edge belongs to the lower
    P-code. A point outside every county goes to the nearest one within `near_km`, else to none (NaN km).
    """
    ordered = counties.sort_values("pcode")
    codes, shapes = ordered["pcode"].to_numpy(str), ordered.geometry.to_numpy()
    shapely.prepare(shapes)
    inside = np.stack([shapely.intersects_xy(s, lon, lat) for s in shapes])
    problems: list[str] = []
    away: list[float] = []
    for i in range(len(lon)):
        if inside[:, i].any():
            problems.append(str(codes[int(np.argmax(inside[:, i]))]))
            away.append(0.0)
            continue
        best = _nearest(float(lon[i]), float(lat[i]), shapes)
        close = best[1] <= near_km
        problems.append(str(codes[best[0]]) if close else "")
        away.append(best[1] if close else float("nan"))
    return problems, away


def km_from(lon: float, lat: float, shape: shapely.Geometry) -> float:
    """Return the geodesic distance in km from a point to the nearest point of a shape (0 inside)."""
    x, y = shapely.get_coordinates(shapely.shortest_line(shapely.Point(lon, lat), shape))[-1]
    return float(GEOD.inv(lon, lat, x, y)[2]) / 1000


def _nearest(lon: float, lat: float, shapes: npt.NDArray[np.object_]) -> tuple[int, float]:
    distances = [km_from(lon, lat, shape) for shape in shapes]
    best = int(np.argmin(distances))
    return best, distances[best]


def build(
    stops: pd.DataFrame, counties: gpd.GeoDataFrame, stated: pd.DataFrame, countries: dict[str, str]
) -> pd.DataFrame:
    """Return one row per place, in the order of place_id.

    stops: corridor_stops.csv as text with `row`. stated: place, iso3, pcode, row (place_counties.csv
    with P-codes), used where the outline cannot decide. countries: ISO3 → English name.

    Columns: place_id; name; iso3; kind (the strongest over corridors) and kinds (all, `;`-joined);
    lat, lon (degrees, NaN = unknown); coord_source; pcode ("" outside Kenya); county_by (inside, near,
    stated, ""); country_level (the dot stands for a whole country); corridors, notes, source_ids
    (`;`-joined; notes by ` · `).
    """
    rows = [_place(rows, countries) for _, rows in stops.groupby(["place", "iso3"], sort=False)]
    table = pd.DataFrame(rows).sort_values("place_id", ignore_index=True)
    twice = table.loc[table["place_id"].duplicated(), "name"].tolist()
    if twice:
        raise DataProblem(f"corridor_stops.csv: two places share the id of “{twice[0]}”; rename one of them.")
    _put_in_counties(table, counties, stated)
    return table[COLUMNS]


def _place(rows: pd.DataFrame, countries: dict[str, str]) -> dict[str, object]:
    first = rows.iloc[0]
    name, iso3 = str(first["place"]), str(first["iso3"])
    for column in ("lat", "lon", "coord_source"):
        other = rows.loc[rows[column] != first[column]]
        if len(other):
            raise DataProblem(
                f"corridor_stops.csv, row {other.iloc[0]['row']}: {name} has {column} “{other.iloc[0][column]}” "
                f"here and “{first[column]}” in row {first['row']}; one place has one position."
            )
    notes = list(dict.fromkeys(note for note in rows["note"] if note))
    says = [bool(_COUNTRY_WORDS.search(f"{name}; {note}")) for note in rows["note"]]
    named_for_country = name.startswith(f"{countries.get(iso3, iso3)} (")
    return {
        "place_id": slug(name),
        "name": name,
        "iso3": iso3,
        "kind": next((kind for kind in KINDS if (rows["kind"] == kind).any()), ""),
        "kinds": ";".join(kind for kind in KINDS if (rows["kind"] == kind).any()),
        "lat": _degrees(first, "lat", 90),
        "lon": _degrees(first, "lon", 180),
        "coord_source": first["coord_source"],
        "country_level": all(says) or (any(says) and named_for_country),
        "corridors": ";".join(dict.fromkeys(rows["corridor_id"])),
        "notes": " · ".join(notes),
        "source_ids": ";".join(dict.fromkeys(rows["source_id"])),
    }


def _degrees(line: pd.Series, column: str, limit: int) -> float:
    text = str(line[column])
    if not text and not str(line["lat"]) + str(line["lon"]):
        return float("nan")
    try:
        value = float(text)
    except ValueError:
        value = float("inf")
    if not abs(value) <= limit:
        raise DataProblem(
            f"corridor_stops.csv, row {line['row']}: {column} “{text}” of {line['place']} is not a number of "
            f"degrees between -{limit} and {limit}; give both lat and lon, or neither."
        )
    return value


def _put_in_counties(table: pd.DataFrame, counties: gpd.GeoDataFrame, stated: pd.DataFrame) -> None:
    table["pcode"] = ""
    table["county_by"] = ""
    kenyan = (table["iso3"] == "KEN").to_numpy()
    drawn = kenyan & table["lat"].notna().to_numpy()
    points = table.loc[drawn]
    codes, away = counties_of(points["lon"].to_numpy(float), points["lat"].to_numpy(float), counties, near_km=NEAR_KM)
    table.loc[drawn, "pcode"] = codes
    table.loc[drawn, "county_by"] = ["near" if km else "inside" for km in away]
    shapes = dict(zip(counties["pcode"], counties.geometry, strict=True))
    for line in stated.itertuples():
        at = table.index[(table["name"] == line.place) & (table["iso3"] == line.iso3)]
        if not len(at):
            raise DataProblem(f"place_counties.csv, row {line.row}: no corridor stops at “{line.place}”.")
        place = table.loc[at[0]]
        if pd.notna(place["lat"]):
            km = km_from(float(place["lon"]), float(place["lat"]), shapes[str(line.pcode)])
            if km > NEAR_KM:
                raise DataProblem(
                    f"place_counties.csv, row {line.row}: {line.place} lies {km:.0f} km from {line.pcode}; "
                    f"expected at most {NEAR_KM:.0f} km."
                )
        table.loc[at, "pcode"] = str(line.pcode)
        table.loc[at, "county_by"] = "stated"
    lost = table.loc[kenyan & (table["pcode"] == "").to_numpy()]
    if len(lost):
        raise DataProblem(
            f"corridor_stops.csv: {lost.iloc[0]['name']} is in Kenya by its code but more than {NEAR_KM:.0f} km from "
            "every county; correct its position, or name its county in place_counties.csv."
        )
