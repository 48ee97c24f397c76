"""The ground around Kenya: countries fitted to the county outline, lakes, border, coast, Ilemi.

Natural Earth (public domain) shows boundaries as they are controlled, not as they are claimed;
nothing here is an endorsement. Countries carry codes, never names: naming is the reader's
language's business. Two of its shapes without an ISO code are joined to the State the United
Nations count them under (Somaliland to Somalia, Northern Cyprus to Cyprus).

The Ilemi Triangle is found, not drawn by hand: it is where the county layer reaches beyond the
Kenya of Natural Earth 1:10m, inside the box ILEMI_SEARCH. Its edges (the line of the county layer
and the line of Natural Earth) become lines of kind ``ilemi`` and are taken out of the solid border.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import MultiLineString
from shapely.geometry.base import BaseGeometry as Geometry

from geodata.boundaries.decode import DECIMALS, polygonal, topojson_shapes
from geodata.boundaries.geojson import MapFeature
from geodata.boundaries.topology import Coverage, clean, first_owner, give_away, merged, split

NEAR = (24.0, -14.0, 54.0, 18.0)
"""West, south, east, north of the detailed surroundings: Eritrea to Malawi."""

FAR = (-20.0, -40.0, 118.0, 40.0)
"""Window of the coarse surroundings: every corridor stop from Tripoli to Gauteng and Thailand."""

ILEMI_SEARCH = (34.4, 4.5, 35.93, 5.7)
"""West, south, east, north of the only place where the two sources differ over the triangle."""

NEAR_STEP, FAR_STEP = 0.004, 0.05
"""Degrees: simplification of countries that reach into NEAR, and of the others, before storing."""

COAST = (39.21, -4.8, 41.55, -1.7)
"""West, south, east, north of the coast: here, what the counties leave of the ground's Kenya is
creeks and bays, not land a neighbour could have."""

KENYA = "404"
JOINED = {"Somaliland": "706", "N. Cyprus": "196"}

ISO3 = {
    "050": "BGD", "072": "BWA", "104": "MMR", "108": "BDI", "148": "TCD", "174": "COM", "178": "COG",
    "180": "COD", "140": "CAF", "196": "CYP", "231": "ETH", "232": "ERI", "262": "DJI", "275": "PSE",
    "356": "IND", "364": "IRN", "368": "IRQ", "376": "ISR", "400": "JOR", "404": "KEN", "414": "KWT",
    "422": "LBN", "426": "LSO", "434": "LBY", "450": "MDG", "454": "MWI", "508": "MOZ", "512": "OMN",
    "516": "NAM", "524": "NPL", "586": "PAK", "634": "QAT", "646": "RWA", "682": "SAU", "706": "SOM",
    "710": "ZAF", "716": "ZWE", "728": "SSD", "729": "SDN", "748": "SWZ", "760": "SYR", "764": "THA",
    "784": "ARE", "788": "TUN", "800": "UGA", "818": "EGY", "834": "TZA", "887": "YEM", "894": "ZMB",
    "024": "AGO", "048": "BHR", "012": "DZA",
}  # fmt: skip
"""ISO 3166-1 numeric to alpha-3 for the countries a corridor may touch; others keep the number."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What the surroundings are made from, before they are fitted to a county layer.

    countries: ISO numeric code to shape, Kenya included, clipped to FAR.
    lakes: shapes inside FAR. beyond: what is not Kenya at 1:10m inside ILEMI_SEARCH.
    """

    countries: dict[str, Geometry]
    lakes: list[Geometry]
    beyond: Geometry


@dataclass(frozen=True, slots=True)
class ContextShapes:
    """The ground fitted to one county layer; its borders share the counties' own vertices.

    ilemi: the part of the county layer that Natural Earth does not give to Kenya, empty if none.
    """

    countries: dict[str, Geometry]
    lakes: list[Geometry]
    ilemi: Geometry


def ground(countries_50m: str, countries_10m: str, lakes_50m: Iterable[str]) -> Ground:
    """Read the ground from three Natural Earth TopoJSON texts (two scales of countries, lakes)."""
    window = shapely.box(*FAR)
    by_kind: dict[str, list[Geometry]] = {}
    for identity, name, shape in topojson_shapes(countries_50m, "countries"):
        code = identity or JOINED.get(name or "")
        if code:
            by_kind.setdefault(code, []).extend(p for p in shape.geoms if _narrow(p) and p.intersects(window))
    whole = {code: shapely.union_all(parts) for code, parts in sorted(by_kind.items())}
    clipped: dict[str, Geometry] = {code: polygonal(shape.intersection(window)) for code, shape in whole.items()}
    clipped = {code: shape for code, shape in clipped.items() if not shape.is_empty}
    fine = [shape for _, _, shape in topojson_shapes(countries_10m, "countries", only=KENYA)]
    beyond = polygonal(shapely.box(*ILEMI_SEARCH).difference(shapely.union_all(fine)))
    lakes: list[Geometry] = []
    for text in lakes_50m:
        for _, _, shape in topojson_shapes(text, "lakes"):
            if shape.intersects(window) and not any(shape.intersects(known) for known in lakes):
                lakes.append(shape)
    return Ground(_coarser_far(clipped), sorted(lakes, key=lambda lake: lake.bounds), beyond)


def _narrow(part: Geometry) -> bool:
    """Tell whether a part lies on one side of the antimeridian; Natural Earth leaves Fiji across it."""
    return bool(part.bounds[2] - part.bounds[0] < 180)


def _coarser_far(countries: dict[str, Geometry]) -> dict[str, Geometry]:
    """Simplify countries, strongly where they lie wholly outside NEAR; then close the seams."""
    near = shapely.box(*NEAR)
    shapes = clean(countries.values())
    coarse = shapely.coverage_simplify(shapes, FAR_STEP)
    fine = shapely.coverage_simplify(shapes, NEAR_STEP)
    inside = [shape.intersects(near) for shape in shapes]
    chosen = [f if keep else c for f, c, keep in zip(fine, coarse, inside, strict=True)]
    joined = clean(chosen, FAR_STEP)
    return {code: polygonal(shape) for code, shape in zip(countries, joined, strict=True)}


def fit(base: Ground, counties: Coverage) -> ContextShapes:
    """Fit the ground to a county layer, so that borders meet exactly.

    Neighbours lose what the counties cover; land that the ground calls Kenya and the counties do
    not cover goes to the neighbour with the longest shared border, or is dropped at the sea.
    """
    codes = [code for code in base.countries if code != KENYA]
    kenya = base.countries[KENYA]
    shapes = [*counties.values(), *(base.countries[c] for c in codes), kenya, base.beyond, shapely.box(*COAST)]
    faces, inside = split(shapes, 10.0**-DECIMALS)
    n = len(counties)
    ours = inside[:n].any(axis=0)
    theirs = np.where(ours, -1, first_owner(inside[n : n + len(codes)]))
    unclaimed = ~ours & (theirs < 0) & inside[-3] & ~inside[-1]
    theirs = give_away(faces, theirs, unclaimed)
    countries = {code: merged(faces[theirs == i]) for i, code in enumerate(codes)}
    triangle = shapely.get_parts(merged(faces[ours & inside[-2]]))
    disputed = max(triangle, key=lambda part: part.area, default=shapely.Polygon())
    return ContextShapes({code: shape for code, shape in countries.items() if not shape.is_empty}, base.lakes, disputed)


def lines(kenya: Geometry, around: ContextShapes) -> dict[str, Geometry]:
    """Split the outline of Kenya into solid land `border` and `coast`, and add the dashed `ilemi`.

    `kenya` and `around` must share vertices, as they do after `fit` and after joint simplification.
    """
    outline = kenya.boundary
    land = shapely.union_all([outline.intersection(shape.boundary) for shape in around.countries.values()])
    dashed = around.ilemi.boundary
    return {
        "coast": _lines(outline.difference(land)),
        "border": _lines(land.difference(dashed)),
        "ilemi": _lines(dashed),
    }


def _lines(shape: Geometry) -> Geometry:
    parts = [p for p in shapely.get_parts(shapely.get_parts(shape)) if p.geom_type == "LineString"]
    merged = shapely.line_merge(MultiLineString(parts))
    return shapely.normalize(merged)


def features(around: ContextShapes, kenya: Geometry) -> list[MapFeature]:
    """List the surroundings as GeoJSON features of kind country, lake, coast, border and ilemi."""
    listed = [
        MapFeature(shape, {"kind": "country", "iso3": ISO3.get(code, ""), "iso_n3": code}, id=f"n{code}")
        for code, shape in around.countries.items()
    ]
    listed += [MapFeature(lake, {"kind": "lake"}, id=f"lake{i}") for i, lake in enumerate(around.lakes, 1)]
    for kind, line in lines(kenya, around).items():
        if not line.is_empty:
            listed.append(MapFeature(line, {"kind": kind}, id=kind))
    return listed
