"""The layers of a boundary file, read by a child with few drivers, and which of their columns names the counties.

A column of P-codes is taken first; else one in which all 47 values are counties by ISO 3166-2 code, by number or by
name, as geoBoundaries (shapeISO, shapeName), GADM (HASC_1, NAME_1) and KNBS (COUNTY_NAM, COUNTY_COD) write them.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely

from geodata.matching.counties import CountyMatcher, Notation, Standing, county_matcher
from geodata.settings import from_environment
from geodata.untrusted.run import parse
from geodata.values import N_COUNTIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geopandas import GeoDataFrame

PCODES = "pcode found"
"""Name of the column that recognition adds."""
_HASC = re.compile(r"^KE\.[A-Z]{2}$")
_GADM_NUMBER = re.compile(r"^KEN\.\d+(?:\.\d+)*_\d+$")
_NUMBER_HEADINGS = re.compile(r"county|iebc|knbs|cod", re.IGNORECASE)


def layers(path: Path) -> Iterator[GeoDataFrame]:
    """Yield each layer with shapes as a frame; its columns are text. Raises `DataProblem`."""
    import geopandas as gpd  # noqa: PLC0415 - heavy

    parsed = parse("vector", path)
    for facts, table in zip(parsed.facts["layers"], parsed.tables, strict=True):
        shapes = shapely.from_wkb(table["shape"].to_numpy(zero_copy_only=False), on_invalid="ignore")
        frame = table.drop_columns(["shape"]).to_pandas()
        frame.columns = [str(name) for name in facts["names"]]
        yield gpd.GeoDataFrame(frame, geometry=shapes, crs=facts["crs"] or None)


def recognise(table: Any) -> str | None:
    """Return the name of a column of P-codes found from names or ISO codes and added to a layer; None without one."""
    if len(table) != N_COUNTIES:
        return None
    matcher = county_matcher(from_environment())
    for column in table.columns.drop("geometry", errors="ignore"):
        values = ["" if value is None else str(value).strip() for value in table[column]]
        codes = _codes(str(column), values, matcher)
        if len(set(codes)) == N_COUNTIES and "" not in codes:
            table[PCODES] = codes
            return PCODES
    return None


def _codes(heading: str, values: list[str], matcher: CountyMatcher) -> list[str]:
    """Return the P-code each value stands for, "" for one that stands for no county for sure."""
    if all(value.removesuffix(".0").isdigit() for value in values):
        if not _NUMBER_HEADINGS.search(heading):
            return [""]
        return [_sure(matcher, value, Notation.IEBC) for value in values]
    if any(_HASC.match(value) or _GADM_NUMBER.match(value) for value in values):
        return [""]  # letters of another list; the names beside them are read instead
    return [_sure(matcher, value, Notation.ISO) for value in values]


def _sure(matcher: CountyMatcher, value: str, notation: Notation) -> str:
    match = matcher.match(value, notation=notation)
    return str(match.pcode) if match.standing is Standing.SURE and match.pcode else ""
