"""Places: ids, points in counties, and what is refused."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from geodata.facts import places
from geodata.values import DataProblem

NOBODY = pd.DataFrame(columns=["place", "iso3", "pcode", "row"])


@pytest.fixture
def squares() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"pcode": ["KE002", "KE001"]}, geometry=[box(37, 0, 38, 1), box(36, 0, 37, 1)], crs=4326)


def stops(**columns: list[str]) -> pd.DataFrame:
    n = len(columns["place"])
    blank = {"iso3": ["KEN"] * n, "kind": ["town"] * n, "note": [""] * n, "coord_source": ["GeoNames"] * n}
    rest = {"corridor_id": [f"X{i}" for i in range(n)], "source_id": ["one"] * n, "row": list(range(2, n + 2))}
    return pd.DataFrame(blank | rest | columns)


def test_slug() -> None:
    assert places.slug("Kambiti (Murang'a South)") == "kambiti-muranga-south"
    assert places.slug("Busia (Uganda)") != places.slug("Busia (Kenya)")


def test_shared_edges_go_to_the_lower_pcode_and_near_points_to_the_nearest(squares: gpd.GeoDataFrame) -> None:
    lon = np.array([36.5, 37.0, 37.0, 38.02, 38.5])
    lat = np.array([0.5, 0.5, 1.0, 0.5, 0.5])
    codes, km = places.counties_of(lon, lat, squares, near_km=5)
    assert codes == ["KE001", "KE001", "KE001", "KE002", ""]
    assert km[:3] == [0.0, 0.0, 0.0]
    assert km[3] == pytest.approx(2.23, abs=0.01)
    assert np.isnan(km[4])


def test_one_place_keeps_its_strongest_kind_and_all_of_them(squares: gpd.GeoDataFrame) -> None:
    table = stops(place=["A", "A"], kind=["origin", "hub"], lat=["0.5"] * 2, lon=["36.5"] * 2)
    row = places.build(table, squares, NOBODY, {}).iloc[0]
    assert (row["kind"], row["kinds"], row["corridors"]) == ("hub", "hub;origin", "X0;X1")


def test_country_level_needs_every_mention_or_the_countrys_name(squares: gpd.GeoDataFrame) -> None:
    table = stops(
        place=["Capital", "Town", "Town", "Libya (Tripoli)", "Libya (Tripoli)"],
        iso3=["ETH", "ETH", "ETH", "LBY", "LBY"],
        note=["Country level; capital used as point", "Country named", "", "Country named", ""],
        lat=["9", "8", "8", "32", "32"],
        lon=["38", "38", "38", "13", "13"],
    )
    found = places.build(table, squares, NOBODY, {"LBY": "Libya"}).set_index("name")["country_level"]
    assert found.to_dict() == {"Capital": True, "Town": False, "Libya (Tripoli)": True}


@pytest.mark.parametrize(
    ("lat", "lon", "says"),
    [
        (["0.5", "0.6"], ["36.5", "36.5"], "row 3: A has lat “0.6” here and “0.5” in row 2"),
        (["0.5"], [""], "row 2: lon “”"),
        (["95"], ["36"], "row 2: lat “95”"),
        (["x"], ["36"], "row 2: lat “x”"),
        (["nan"], ["36"], "row 2: lat “nan”"),
        (["0.5"], ["45"], "more than 5 km from every county"),
        ([""], [""], "more than 5 km from every county"),
    ],
)
def test_refusals(squares: gpd.GeoDataFrame, lat: list[str], lon: list[str], says: str) -> None:
    table = stops(place=["A"] * len(lat), lat=lat, lon=lon)
    with pytest.raises(DataProblem, match=says):
        places.build(table, squares, NOBODY, {})


def test_a_stated_county_far_from_the_point_is_refused(squares: gpd.GeoDataFrame) -> None:
    table = stops(place=["A"], lat=["0.5"], lon=["36.5"])
    stated = pd.DataFrame([["A", "KEN", "KE002", 2]], columns=NOBODY.columns)
    with pytest.raises(DataProblem, match=r"place_counties.csv, row 2: A lies 56 km from KE002"):
        places.build(table, squares, stated, {})
    stated["place"] = "B"
    with pytest.raises(DataProblem, match="no corridor stops at “B”"):
        places.build(table, squares, stated, {})
