"""What each county has to do with each corridor: stops, drawn kilometres, neighbours along the way.

A corridor *stops* in a county that holds one of its stops: that is stated. It is only *drawn across* a county where
nothing but its line runs, for at least 1 km (less is below the line's own accuracy): that is not stated, and counts
nowhere as evidence. Legs by air or sea touch a county at their stops only: their lines are not measured. `drawn_km` is
the one figure of kilometres: the union of the lines in the county, so that a stretch of road counts once, to the ten.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from geodata.corridors import graph as graphs
from geodata.corridors.geometry import km_inside
from geodata.values import CROSSES_KM, about_km

if TYPE_CHECKING:
    import geopandas as gpd
    from shapely import Geometry

    from geodata.corridors.graph import Graph

NOT_ON_LAND = frozenset({"air", "sea"})
COUNTY_COLUMNS = [
    "pcode", "corridor_id", "nature", "passes", "stops", "n_stops", "drawn_km",
    "upstream", "downstream", "upstream_countries", "downstream_countries",
]  # fmt: skip
SUMMARY_COLUMNS = ["pcode", "corridors_stopping", "corridors_drawn", "n_stopping", "n_drawn", "n_stops", "drawn_km"]


def shapes_of(counties: gpd.GeoDataFrame) -> dict[str, Geometry]:
    """Return P-code → outline."""
    return dict(zip(counties["pcode"], counties.geometry, strict=True))


def _on_land(legs: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return legs.loc[legs.geometry.notna() & ~legs["mode"].isin(NOT_ON_LAND)]


def corridor_counties(places: pd.DataFrame, legs: gpd.GeoDataFrame, counties: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return one row per county × corridor that stops in it or crosses it, by corridor and P-code.

    passes: stop or line. stops: place ids, `;`-joined. drawn_km: about, with all branches. upstream,
    downstream: P-codes of the counties with stops before and after, nearest first by legs, `;`-joined; the
    same for countries other than Kenya (ISO3).
    """
    whole = graphs.build(places, legs)
    shapes = shapes_of(counties)
    rows: list[dict[str, object]] = []
    for corridor_id, mine in legs.groupby("corridor_id", sort=True):
        part = graphs.of_corridor(whole, str(corridor_id))
        land = _on_land(mine)
        inside = km_inside(land.geometry, shapes)
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
                    "drawn_km": about_km(inside.get(pcode, 0.0)),
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
    """Return one row per county, in P-code order.

    corridors_stopping, n_stopping: the corridors that stop in it; corridors_drawn, n_drawn: those only drawn
    across it; n_stops: places. drawn_km: of all corridors together, about, every stretch counted once.
    """
    total = km_inside(_on_land(legs).geometry, shapes_of(counties))
    stops = places.loc[places["pcode"] != ""].groupby("pcode").size().to_dict()
    rows = []
    for pcode in sorted(shapes_of(counties)):
        mine = passing.loc[passing["pcode"] == pcode]
        stopping = mine.loc[mine["passes"] == "stop", "corridor_id"]
        across = mine.loc[mine["passes"] == "line", "corridor_id"]
        rows.append(
            {
                "pcode": pcode,
                "corridors_stopping": _joined(stopping),
                "corridors_drawn": _joined(across),
                "n_stopping": len(stopping),
                "n_drawn": len(across),
                "n_stops": int(stops.get(pcode, 0)),
                "drawn_km": about_km(total.get(pcode, 0.0)),
            }
        )
    return pd.DataFrame(rows, columns=SUMMARY_COLUMNS)


def _joined(values: Iterable[object]) -> str:
    return ";".join(str(value) for value in values)
