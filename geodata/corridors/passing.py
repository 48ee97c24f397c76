"""What each county has to do with each corridor: stops, schematic kilometres, neighbours along the way.

A corridor *stops* in a county that holds one of its stops; it only *crosses* a county where nothing
but its schematic line does, for at least 1 km (less is below the line's own accuracy). Legs by air or
sea touch a county at their stops only: their lines are not measured. Kilometres are those of the
union of the lines, so branches that share a line, or two corridors in one total, count it once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from geodata.corridors import graph as graphs
from geodata.corridors.geometry import km_inside
from geodata.values import Nature

if TYPE_CHECKING:
    import geopandas as gpd
    from shapely import Geometry

    from geodata.corridors.graph import Graph

NOT_ON_LAND = frozenset({"air", "sea"})
CROSSES_KM = 1.0

COUNTY_COLUMNS = [
    "pcode", "corridor_id", "nature", "passes", "stops", "n_stops", "km_inside", "km_trunk",
    "upstream", "downstream", "upstream_countries", "downstream_countries",
]  # fmt: skip
SUMMARY_COLUMNS = [
    "pcode", "corridors", "corridors_stopping", "n_corridors", "n_stopping", "n_stops", "corridor_km",
    "corridor_km_trunk", *(f"km_{nature}" for nature in Nature),
]  # fmt: skip


def shapes_of(counties: gpd.GeoDataFrame) -> dict[str, Geometry]:
    """Return P-code → outline."""
    return dict(zip(counties["pcode"], counties.geometry, strict=True))


def _on_land(legs: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return legs.loc[legs.geometry.notna() & ~legs["mode"].isin(NOT_ON_LAND)]


def corridor_counties(places: pd.DataFrame, legs: gpd.GeoDataFrame, counties: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return one row per county × corridor that stops in it or crosses it, by corridor and P-code.

    passes: stop or line. stops: place ids, `;`-joined. km_inside: schematic km with all branches;
    km_trunk: without alternatives. upstream, downstream: P-codes of the counties with stops before and
    after, nearest first by legs, `;`-joined; the same for countries other than Kenya (ISO3).
    """
    whole = graphs.build(places, legs)
    shapes = shapes_of(counties)
    rows: list[dict[str, object]] = []
    for corridor_id, mine in legs.groupby("corridor_id", sort=True):
        part = graphs.of_corridor(whole, str(corridor_id))
        land = _on_land(mine)
        inside = km_inside(land.geometry, shapes)
        trunk = km_inside(land.loc[~land["is_alternative"]].geometry, shapes)
        held = _stops_by_county(part)
        crossed = {pcode for pcode, km in inside.items() if km >= CROSSES_KM}
        for pcode in sorted(crossed | set(held)):
            stops = held.get(pcode, [])
            ends = (stops, stops) if stops else _ends_across(land, shapes[pcode])
            rows.append(
                {
                    "pcode": pcode,
                    "corridor_id": corridor_id,
                    "nature": mine["nature"].iloc[0],
                    "passes": "stop" if stops else "line",
                    "stops": ";".join(stops),
                    "n_stops": len(stops),
                    "km_inside": round(inside.get(pcode, 0.0), 1),
                    "km_trunk": round(trunk.get(pcode, 0.0), 1),
                    **_along(part, pcode, ends, include_ends=not stops),
                }
            )
    return pd.DataFrame(rows, columns=COUNTY_COLUMNS)


def _stops_by_county(part: Graph) -> dict[str, list[str]]:
    held: dict[str, list[str]] = {}
    for place in sorted(part):
        pcode = str(part.nodes[place]["pcode"])
        if pcode:
            held.setdefault(pcode, []).append(place)
    return held


def _ends_across(land: gpd.GeoDataFrame, shape: Geometry) -> tuple[list[str], list[str]]:
    """Return the places that the legs crossing a county come from, and go to."""
    across = land.loc[land.intersects(shape)]
    return sorted(set(across["from_place"])), sorted(set(across["to_place"]))


def _along(part: Graph, pcode: str, ends: tuple[list[str], list[str]], *, include_ends: bool) -> dict[str, str]:
    """Return what lies before and after a county; the legs' own ends count when it has no stop."""
    behind = graphs.before(part, ends[0])
    ahead = graphs.after(part, ends[1])
    if include_ends:
        behind |= dict.fromkeys(ends[0], 0)
        ahead |= dict.fromkeys(ends[1], 0)
    return {
        "upstream": _named(part, behind, "pcode", pcode),
        "downstream": _named(part, ahead, "pcode", pcode),
        "upstream_countries": _named(part, behind, "iso3", "KEN"),
        "downstream_countries": _named(part, ahead, "iso3", "KEN"),
    }


def _named(part: Graph, steps: dict[str, int], column: str, leave_out: str) -> str:
    """Return the distinct values of a node column, nearest first, without blanks and `leave_out`."""
    nearest: dict[str, int] = {}
    for place, away in steps.items():
        value = str(part.nodes[place][column])
        if value not in {"", leave_out}:
            nearest[value] = min(away, nearest.get(value, away))
    return ";".join(sorted(nearest, key=lambda value: (nearest[value], value)))


def summary(
    places: pd.DataFrame, legs: gpd.GeoDataFrame, counties: gpd.GeoDataFrame, passing: pd.DataFrame
) -> pd.DataFrame:
    """Return one row per county, in P-code order: corridors, stops and km, in all and by nature.

    corridors: ids that stop in it or cross it; corridors_stopping: those that stop; n_stops: places.
    corridor_km and km_<nature>: length inside of the union of lines, of all corridors and of those of
    one nature, every branch counted; corridor_km_trunk: without alternatives, the smaller and safer
    figure where branches fan out. Natures overlap on the ground, so their km do not add up.
    """
    shapes = shapes_of(counties)
    land = _on_land(legs)
    total = km_inside(land.geometry, shapes)
    trunk = km_inside(land.loc[~land["is_alternative"]].geometry, shapes)
    by_nature = {n: km_inside(land.loc[land["nature"] == n].geometry, shapes) for n in Nature}
    stops = places.loc[places["pcode"] != ""].groupby("pcode").size().to_dict()
    rows = []
    for pcode in sorted(shapes):
        mine = passing.loc[passing["pcode"] == pcode]
        stopping = mine.loc[mine["passes"] == "stop"]
        rows.append(
            {
                "pcode": pcode,
                "corridors": _joined(mine["corridor_id"]),
                "corridors_stopping": _joined(stopping["corridor_id"]),
                "n_corridors": len(mine),
                "n_stopping": len(stopping),
                "n_stops": int(stops.get(pcode, 0)),
                "corridor_km": round(total.get(pcode, 0.0), 1),
                "corridor_km_trunk": round(trunk.get(pcode, 0.0), 1),
                **{f"km_{n}": round(by_nature[n].get(pcode, 0.0), 1) for n in Nature},
            }
        )
    return pd.DataFrame(rows, columns=SUMMARY_COLUMNS)


def _joined(values: Iterable[object]) -> str:
    return ";".join(str(value) for value in values)
