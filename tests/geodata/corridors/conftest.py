"""A tiny world: three square counties in a row, and the shipped evidence on the shipped counties."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from geodata import settings
from geodata.corridors import legs, passing, roads
from geodata.corridors.facts import Facts, read
from geodata.facts import places


@pytest.fixture(scope="session")
def squares() -> gpd.GeoDataFrame:
    """KE001, KE002, KE003: one degree each, from 36° to 39° E on the equator."""
    shapes = [box(36 + i, 0, 37 + i, 1) for i in range(3)]
    return gpd.GeoDataFrame({"pcode": ["KE001", "KE002", "KE003"]}, geometry=shapes, crs=4326)


def stop_rows(*rows: tuple[object, ...]) -> pd.DataFrame:
    """Rows of (corridor, seq, place, iso3, kind, alt_to, lat, lon) as corridor_stops.csv has them."""
    names = ["corridor_id", "seq", "place", "iso3", "kind", "alt_to", "lat", "lon"]
    table = pd.DataFrame([[str(value) for value in row] for row in rows], columns=names)
    return table.assign(coord_source="approximate", note="", source_id="one", row=range(2, len(rows) + 2))


@pytest.fixture
def tiny() -> Facts:
    """West → (Middle | Other) → East by road, then Abroad by air; one source, so all is stated."""
    stops = stop_rows(
        ("X1", 1, "West", "KEN", "origin", "", 0.5, 36.5),
        ("X1", 2, "Middle", "KEN", "hub", "", 0.5, 37.5),
        ("X1", 3, "Other", "KEN", "town", 2, 0.9, 37.5),
        ("X1", 4, "East", "KEN", "town", "", 0.5, 38.5),
        ("X1", 5, "Abroad", "SAU", "destination", "", 20, 45),
    )
    corridors = pd.DataFrame(
        [["X1", "Test", "KEN", "SAU", "road", "smuggling", "", "A", "one", 2]],
        columns=[
            "corridor_id", "name", "origin_iso3", "destination_iso3", "mode", "nature", "description",
            "confidence", "source_ids", "row",
        ],
    )  # fmt: skip
    rule_names = ["corridor_id", "rule", "from_seq", "to_seq", "value", "reason", "row"]
    return Facts(
        corridors=corridors,
        stops=stops,
        sources=pd.DataFrame({"source_id": ["one"], "publisher": ["Paper"], "date": ["2020-01"]}),
        leg_rules=pd.DataFrame([["X1", "mode", "4", "5", "air", "flown", 2]], columns=rule_names),
        place_counties=pd.DataFrame(columns=["place", "iso3", "pcode", "row"]),
        countries={"KEN": "Kenya", "SAU": "Saudi Arabia"},
        voices={"one": "Paper"},
    )


class World:
    """The shipped evidence on the shipped counties, built once."""

    def __init__(self) -> None:
        """Read, check and build, as `prepare.run` does."""
        self.settings = settings.from_environment({})
        self.facts = read(self.settings)
        self.counties = gpd.read_file(self.settings.shipped / "boundaries" / "counties.geojson")
        f = self.facts
        self.places = places.build(f.stops, self.counties, f.place_counties, f.countries)
        self.outlines = roads.country_shapes(self.settings, self.counties)
        self.roads = roads.read(self.settings, self.outlines)
        self.legs = legs.build(f, self.places, self.roads)
        self.passing = passing.corridor_counties(self.places, self.legs, self.counties)
        self.summary = passing.summary(self.places, self.legs, self.counties, self.passing)


@pytest.fixture(scope="session")
def world() -> World:
    return World()
