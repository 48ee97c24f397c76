"""GeoJSON, GeoPackage and (zipped) Shapefile → text columns plus a point per feature.

A feature that is no point is stood for by a point inside it. Coordinates in another system are turned
into WGS 84; a file that does not say its system is taken as WGS 84 only if its numbers are degrees.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from geodata.intake.table import CHUNK_ROWS, Table, check_width
from geodata.untrusted.run import parse
from geodata.values import WGS84, DataProblem


def open_geo(path: Path) -> Table:
    """Return the table of a vector file; feature n is row n + 1."""
    import shapely  # noqa: PLC0415 - only vector files need it

    parsed = parse("vector", path)
    layer = max(range(len(parsed.tables)), key=lambda number: parsed.tables[number].num_rows)
    facts, arrow = parsed.facts["layers"][layer], parsed.tables[layer]
    frame = pl.DataFrame(pl.from_arrow(arrow.drop_columns(["shape"])))
    headers = [str(name) for name in facts["names"]]
    check_width(len(headers), f"‘{path.name}’")
    if arrow.num_rows == 0:
        raise DataProblem(f"‘{path.name}’ holds no features; expected one per case.")
    shapes = shapely.from_wkb(arrow["shape"].to_numpy(zero_copy_only=False), on_invalid="ignore")
    lon, lat = _points(shapes, facts["crs"], path)
    texts = frame.with_columns(pl.Series("lon", lon), pl.Series("lat", lat))
    samples = texts.head(500).select(texts.columns[: len(headers)])
    slices = iter(texts.iter_slices(CHUNK_ROWS))
    notes = [f"layer ‘{facts['name']}’ was read, of {len(parsed.tables)}"] if len(parsed.tables) > 1 else []
    return Table(path, "", headers, 2, slices, samples, [], texts.height, notes, points=True)


def _points(shapes: Any, crs: str | None, path: Path) -> tuple[Any, Any]:
    """Return longitude and latitude in degrees; NaN where a feature has no place."""
    import shapely  # noqa: PLC0415

    is_point = shapely.get_type_id(shapes) == 0
    inside = np.where(is_point, shapes, None)
    if not is_point.all():
        with contextlib.suppress(shapely.GEOSException):
            inside = np.where(is_point, shapes, shapely.point_on_surface(shapes))
    x, y = shapely.get_x(inside), shapely.get_y(inside)
    if crs and crs.upper() not in (WGS84, "OGC:CRS84"):
        from pyproj import Transformer  # noqa: PLC0415

        x, y = Transformer.from_crs(crs, WGS84, always_xy=True).transform(x, y)
        x, y = np.where(np.isfinite(x), x, np.nan), np.where(np.isfinite(y), y, np.nan)
    elif not crs and (np.nanmax(np.abs(x), initial=0) > 180 or np.nanmax(np.abs(y), initial=0) > 90):
        raise DataProblem(
            f"‘{path.name}’ does not say its coordinate system and its numbers are no degrees; add the .prj file.",
        )
    return x, y
