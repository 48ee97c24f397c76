"""Reading a user's boundary file: every way it can be wrong is refused in one sentence.

`read` returns the 47 shapes by P-code, unchanged except for reprojection to lon/lat and a dropped
height. The file is opened by `geodata.untrusted`; nothing is written here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely

from geodata.boundaries.layers import layers, recognise
from geodata.boundaries.topology import Coverage, to_metric
from geodata.values import N_COUNTIES, WGS84, DataProblem, Pcode

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

SUFFIXES = (".gpkg", ".shp", ".geojson", ".json", ".zip")
MAX_BYTES = 500_000_000
"""Largest file that is looked at; what an archive may unpack to is known to `geodata.untrusted.vector`."""

PCODE_COLUMNS = (
    "adm1_pcode",
    "pcode",
    "adm1pcode",
    "admin1pcode",
    "admin1_pcode",
    "adm1_pcod",
    "hrpcode",
    "county_pcode",
)
"""Usual names, lower case, of the column with county P-codes, most usual first."""

KENYA = (33.5, -5.2, 42.3, 5.8)
"""West, south, east, north within which every county lies."""

OVERLAP_KM2, HOLE_KM2 = 0.1, 30.0
"""More overlap between two counties, or a larger hole between them, is not a valid coverage.
Smaller ones are drawing noise; Mombasa's creek is a hole of about 10 km²."""

SAME_PLACE = 0.5
"""Least intersection over union with the county of the same P-code in the shipped edition."""

EXPECTED = "expected the 47 counties of the COD-AB administrative level 1 file"
_PCODE = re.compile(r"KE0\d\d")


def read(path: Path) -> Coverage:
    """Return the shapes by P-code, in P-code order, EPSG:4326; raise DataProblem when unfit."""
    _check_file(path)
    table, column = _county_layer(path)
    coverage = _shapes(path.name, _in_degrees(path.name, table), column)
    _check_rings(path.name, coverage)
    _check_extent(path.name, coverage)
    _check_coverage(path.name, coverage)
    return coverage


def check_places(name: str, coverage: Coverage, shipped: Coverage, names: dict[Pcode, str]) -> None:
    """Refuse codes on the wrong counties: each shape must be where the shipped edition has it."""
    for pcode, shape in coverage.items():
        ours, theirs = to_metric(shipped[pcode]), to_metric(shape)
        overlap = shapely.intersection(ours, theirs).area / shapely.union(ours, theirs).area
        if overlap < SAME_PLACE:
            raise DataProblem(
                f"In {name} the shape coded {pcode} is not where {names[pcode]} lies (they overlap by {overlap:.0%}); "
                "expected COD-AB P-codes, which are not the ISO 3166-2 numbers."
            )


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise DataProblem(f"The boundary file {path} is not there; {EXPECTED}.")
    if path.suffix.lower() not in SUFFIXES:
        raise DataProblem(
            f"{path.name} is not a GeoPackage (.gpkg), Shapefile (.shp, .zip) or GeoJSON file; {EXPECTED}."
        )
    size = path.stat().st_size
    if size == 0:
        raise DataProblem(f"{path.name} is empty (0 bytes); {EXPECTED}.")
    if size > MAX_BYTES:
        raise DataProblem(f"{path.name} has {size / 1e6:,.0f} MB; expected at most {MAX_BYTES / 1e6:,.0f} MB.")


def _county_layer(path: Path) -> tuple[GeoDataFrame, str]:
    """Pick the layer that holds counties: with a P-code column first, 47 features first."""
    candidates: list[tuple[int, int, GeoDataFrame, str | None]] = []
    for table in _layers(path):
        column = _pcode_column(table) or recognise(table)
        candidates.append((int(column is not None), int(len(table) == N_COUNTIES), table, column))
    coded, right, table, column = max(candidates, key=lambda candidate: candidate[:2])
    if not right:
        raise DataProblem(f"{path.name} has {len(table)} features; {EXPECTED}, so 47 features.")
    if not coded or column is None:
        raise DataProblem(
            f"{path.name} has no column of P-codes (ADM1_PCODE or pcode, KE001 to KE047), ISO codes or names in which "
            f"each of the 47 counties stands once; {EXPECTED}, or a file of geoBoundaries, GADM or KNBS."
        )
    return table, column


def _layers(path: Path) -> Iterator[GeoDataFrame]:
    """Yield the layers of a file or archive, read in a process of its own with the drivers of these formats only."""
    try:
        yield from layers(path)
    except DataProblem as broken:
        raise DataProblem(f"{str(broken).rstrip('.')}; {EXPECTED}.") from broken


def _pcode_column(table: Any) -> str | None:
    """Find the P-code column by its usual names, else by a column in which every value is one."""
    by_name = {str(column).lower().strip(): str(column) for column in table.columns}
    for usual in PCODE_COLUMNS:
        if usual in by_name:
            return by_name[usual]
    for column in table.columns.drop("geometry", errors="ignore"):
        values = [value for value in table[column] if isinstance(value, str)]
        if values and all(_PCODE.fullmatch(value.strip()) for value in values):
            return str(column)
    return None


def _in_degrees(name: str, table: Any) -> Any:
    crs = table.crs
    if (
        crs is None
        or re.search(r"undefined|unknown", crs.name, re.IGNORECASE)
        or not (crs.is_geographic or crs.is_projected)
    ):
        raise DataProblem(
            f"{name} does not say its coordinate reference system (a shapefile needs its .prj file); "
            "expected a known one, such as WGS 84."
        )
    return table if crs == WGS84 else table.to_crs(WGS84)


def _shapes(name: str, table: Any, column: str) -> Coverage:
    """Check codes and geometry types; return shapes in P-code order."""
    codes = ["" if not isinstance(code, str) else code.strip() for code in table[column]]
    expected = [f"KE{number:03d}" for number in range(1, N_COUNTIES + 1)]
    missing = sorted(set(expected) - set(codes))
    repeated = sorted({code for code in codes if codes.count(code) > 1 and code})
    if repeated:
        raise DataProblem(f"{name} has the P-code {repeated[0]} more than once; expected KE001 to KE047, each once.")
    if missing:
        strange = next((repr(code) for code in codes if code not in expected), "an empty cell")
        raise DataProblem(
            f"{name} lacks the P-code {missing[0]} (column {column} has {strange}); expected KE001 to KE047."
        )
    coverage: Coverage = {}
    for code, shape in sorted(zip(codes, table.geometry, strict=True)):
        if shape is None or shape.is_empty:
            raise DataProblem(f"In {name} the county {code} has no shape; expected a polygon.")
        if shape.geom_type not in {"Polygon", "MultiPolygon"}:
            raise DataProblem(f"In {name} the county {code} is a {shape.geom_type}; expected polygons.")
        coverage[Pcode(code)] = shapely.force_2d(shape)
    return coverage


def _check_rings(name: str, coverage: Coverage) -> None:
    for pcode, shape in coverage.items():
        if not shape.is_valid:
            reason = shapely.is_valid_reason(shape)
            raise DataProblem(
                f"In {name} the outline of {pcode} is not a valid polygon ({reason}); "
                "expected rings that do not cross themselves."
            )


def _check_extent(name: str, coverage: Coverage) -> None:
    west, south, east, north = (float(value) for value in shapely.total_bounds(list(coverage.values())))
    if _inside(west, south, east, north):
        return
    if _inside(south, west, north, east):
        expected = "longitude (34 to 42) first, then latitude (−5 to 5)"
        raise DataProblem(f"{name} has latitude and longitude swapped; expected {expected}.")
    raise DataProblem(
        f"{name} spans {west:.2f} to {east:.2f} east and {south:.2f} to {north:.2f} north; "
        "expected Kenya, 33.9 to 41.9 east and −4.7 to 5.5 north."
    )


def _inside(west: float, south: float, east: float, north: float) -> bool:
    return bool(west >= KENYA[0] and south >= KENYA[1] and east <= KENYA[2] and north <= KENYA[3])


def _check_coverage(name: str, coverage: Coverage) -> None:
    """Refuse overlaps and holes between counties that are more than drawing noise."""
    codes, shapes = list(coverage), list(coverage.values())
    if shapely.coverage_is_valid(shapes):
        country = shapely.coverage_union_all(shapes)
    else:
        tree = shapely.STRtree(shapes)
        for a, b in sorted(tuple(pair) for pair in tree.query(shapes, predicate="intersects").T if pair[0] < pair[1]):
            km2 = to_metric(shapes[a].intersection(shapes[b])).area / 1e6
            if km2 > OVERLAP_KM2:
                raise DataProblem(
                    f"In {name} the counties {codes[a]} and {codes[b]} overlap by {km2:,.1f} km²; "
                    "expected counties that only touch."
                )
        country = shapely.union_all(shapes)
    for part in shapely.get_parts(country):
        for ring in part.interiors:
            hole = shapely.Polygon(ring)
            km2 = to_metric(hole).area / 1e6
            if km2 > HOLE_KM2:
                at = hole.representative_point()
                raise DataProblem(
                    f"{name} leaves a gap of {km2:,.0f} km² between counties near {at.x:.2f} E, {at.y:.2f} N; "
                    "expected counties that fill the country."
                )
