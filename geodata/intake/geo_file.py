"""GeoJSON, GeoPackage and (zipped) Shapefile → text columns plus a point per feature.

A feature that is no point is stood for by a point inside it. Coordinates in another system are turned
into WGS 84; a file that does not say its system is taken as WGS 84 only if its numbers are degrees.
"""

from __future__ import annotations

import contextlib
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from geodata.intake.table import CHUNK_ROWS, Table, check_width, column
from geodata.intake.workbook import refuse_bomb
from geodata.values import WGS84, DataProblem


def open_geo(path: Path) -> Table:
    """Return the table of a vector file; feature n is row n + 1."""
    import pyogrio  # noqa: PLC0415 - only vector files need GDAL
    import shapely  # noqa: PLC0415

    source = f"/vsizip/{path}" if path.suffix.lower() == ".zip" else str(path)
    if path.suffix.lower() == ".zip" and not any(name.lower().endswith(".shp") for name in refuse_bomb(path)):
        raise DataProblem(f"‘{path.name}’ holds no Shapefile; zip the .shp, .dbf, .shx and .prj together.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            meta, arrow = pyogrio.read_arrow(source)
    except Exception as problem:  # pyogrio wraps GDAL's many errors
        raise DataProblem(f"‘{path.name}’ cannot be read as a map file; it is damaged or cut off.") from problem
    geometry = meta["geometry_name"] or "wkb_geometry"
    shapes = (
        shapely.from_wkb(arrow[geometry].to_numpy(zero_copy_only=False)) if geometry in arrow.column_names else None
    )
    frame = pl.DataFrame(arrow.drop_columns([geometry]) if shapes is not None else arrow)
    headers = list(frame.columns)
    check_width(len(headers), f"‘{path.name}’")
    if frame.height == 0:
        raise DataProblem(f"‘{path.name}’ holds no features; expected one per case.")
    texts = frame.select(
        pl.col(name).cast(pl.String, strict=False).alias(column(place)) for place, name in enumerate(headers)
    )
    if shapes is not None:
        lon, lat = _points(shapes, meta.get("crs"), path)
        texts = texts.with_columns(pl.Series("lon", lon), pl.Series("lat", lat))
    samples = texts.head(500).select(texts.columns[: len(headers)])
    slices = iter(texts.iter_slices(CHUNK_ROWS))
    return Table(path, "", headers, 2, slices, samples, [], texts.height, [], points=shapes is not None)


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
