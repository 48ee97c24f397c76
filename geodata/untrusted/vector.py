"""Map files → layers of attributes, shapes (WKB) and coordinate system; runs in the child.

GeoJSON is read without GDAL. For GeoPackage and Shapefile GDAL starts with these two drivers and no other, so that
neither a virtual file hidden in one nor a link to an address is followed.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from geodata.settings import parser_environment
from geodata.values import DataProblem

DRIVERS = frozenset({"ESRI Shapefile", "GPKG"})
_STARTED_AGAIN = 3
"""Arguments of a child that has started with its few drivers already; a first start has one fewer."""
_WANTED = frozenset({".shp", ".shx", ".dbf", ".prj", ".cpg", ".gpkg", ".geojson", ".json"})
MOST_UNPACKED, MOST_RATIO, MOST_MEMBERS = 1 << 30, 200, 2_000
_CODE = re.compile(r"(?:EPSG|epsg)(?:::|:|/0/)(\d{4,6})$")
_NAMED_WGS84 = re.compile(r"CRS84$|EPSG.*4326$", re.IGNORECASE)
_SQLITE, _SHAPE = b"SQLite format 3\x00", bytes.fromhex("0000270a")


def read_layers(path: Path) -> tuple[dict[str, Any], list[pa.Table]]:
    """Return facts (name, system and shape column of each layer) and one table a layer. Raises `DataProblem`."""
    layers: list[dict[str, Any]] = []
    tables: list[pa.Table] = []
    with _files(path) as files:
        for file in files:
            for fact, table in _geojson(path, file) if _is_text(file) else _with_gdal(path, file):
                layers.append(fact)
                tables.append(table)
    if not tables:
        name = path.name
        raise DataProblem(f"‘{name}’ holds no map layer with shapes; export it again as GeoJSON or GeoPackage.")
    return {"layers": layers}, tables


@contextmanager
def _files(path: Path) -> Iterator[list[Path]]:
    """Yield the map files: the file itself, or those of an archive unpacked into a folder that is removed."""
    if path.suffix.lower() != ".zip":
        yield [path]
        return
    with tempfile.TemporaryDirectory(prefix="njia-map-") as folder:
        try:
            with zipfile.ZipFile(path) as archive:
                _unpack(path.name, archive, Path(folder))
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as problem:
            message = f"‘{path.name}’ cannot be unpacked; expected a zip file without a password."
            raise DataProblem(message) from problem
        files = sorted(file for file in Path(folder).iterdir() if file.suffix in (".shp", ".gpkg", ".geojson", ".json"))
        if not files:
            raise DataProblem(f"‘{path.name}’ holds no .shp, .gpkg or .geojson file; put one into it.")
        yield files


def _unpack(name: str, archive: zipfile.ZipFile, folder: Path) -> None:
    """Unpack map files flat, counting real bytes: an archive's own figures can lie."""
    bomb = DataProblem(f"‘{name}’ unpacks to far more than it holds (a zip bomb); such a file is not opened.")
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise bomb
    total = 0
    for member in members:
        inner = Path(member.filename.replace("\\", "/"))
        if member.is_dir() or inner.suffix.lower() not in _WANTED or inner.name.startswith("."):
            continue
        written = 0
        with archive.open(member) as stream, (folder / (inner.stem + inner.suffix.lower())).open("wb") as out:
            while block := stream.read(1 << 20):
                written += len(block)
                total += len(block)
                if total > MOST_UNPACKED or written > MOST_RATIO * max(member.compress_size, 1 << 10):
                    raise bomb
                out.write(block)


def _is_text(file: Path) -> bool:
    return file.suffix.lower() in (".geojson", ".json")


def _geojson(path: Path, file: Path) -> Iterator[tuple[dict[str, Any], pa.Table]]:
    """Read a feature collection; a system of coordinates is taken from its code, never from a link."""
    import shapely  # noqa: PLC0415

    broken = DataProblem(f"‘{path.name}’ cannot be read as a map file; it is damaged, cut off or not GeoJSON.")
    try:
        content = json.loads(file.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as problem:
        raise broken from problem
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection":
        raise broken
    features = [feature for feature in content.get("features") or [] if isinstance(feature, dict)]
    system = _system(path, content.get("crs"))
    names = list(dict.fromkeys(str(key) for feature in features for key in feature.get("properties") or {}))
    columns = [
        pa.array([_text((feature.get("properties") or {}).get(name)) for feature in features], pa.string())
        for name in names
    ]
    try:
        shapes = [_shape(feature.get("geometry")) for feature in features]
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, shapely.errors.ShapelyError) as problem:
        raise broken from problem
    yield (
        {"name": file.stem, "crs": system, "names": names},
        pa.table([*columns, pa.array(shapes, pa.binary())], names=[*(f"c{n}" for n in range(len(names))), "shape"]),
    )


def _shape(geometry: Any) -> bytes | None:
    import shapely  # noqa: PLC0415
    from shapely.geometry import shape  # noqa: PLC0415

    return bytes(shapely.to_wkb(shape(geometry))) if geometry else None


def _system(path: Path, crs: Any) -> str:
    """Return the code of a GeoJSON's system; WGS 84 when it names none. Raises `DataProblem` for a link."""
    if crs is None:
        return "EPSG:4326"
    named = crs.get("properties", {}).get("name", "") if isinstance(crs, dict) and crs.get("type") == "name" else ""
    if _NAMED_WGS84.search(str(named)):
        return "EPSG:4326"
    if code := _CODE.search(str(named)):
        return f"EPSG:{code[1]}"
    raise DataProblem(
        f"‘{path.name}’ gives its coordinate system as something other than an EPSG code, and links are not "
        "followed; export it again in WGS 84.",
    )


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, (dict, list)):
        return None
    return str(value)


def _with_gdal(path: Path, file: Path) -> Iterator[tuple[dict[str, Any], pa.Table]]:
    """Read every layer with shapes of a GeoPackage or Shapefile."""
    with file.open("rb") as stream:
        start = stream.read(16)
    if not start.startswith(_SQLITE if file.suffix.lower() == ".gpkg" else _SHAPE):
        raise DataProblem(f"‘{path.name}’ cannot be read as a map file; it is damaged or not what its name says.")
    pyogrio = _few_drivers()
    try:
        for name, geometry in pyogrio.list_layers(file):
            if geometry is None:
                continue
            meta, table = pyogrio.read_arrow(file, layer=name)
            column = meta["geometry_name"] or "wkb_geometry"
            shapes = table[column].combine_chunks()
            rest = table.drop_columns([column])
            names = rest.column_names
            texts = [_as_text(rest[heading]) for heading in names]
            fields = [*(f"c{n}" for n in range(len(names))), "shape"]
            binary = shapes.cast(pa.binary()) if not pa.types.is_binary(shapes.type) else shapes
            yield (
                {"name": str(name), "crs": meta.get("crs") or "", "names": names},
                pa.table([*texts, binary], names=fields),
            )
    except Exception as problem:  # pyogrio wraps GDAL's many errors
        raise DataProblem(f"‘{path.name}’ cannot be read as a map file; it is damaged or cut off.") from problem


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    try:
        return column.cast(pa.string())
    except pa.ArrowInvalid:
        return pa.chunked_array([pa.array([_text(value) for value in column.to_pylist()], pa.string())])
    except pa.ArrowNotImplementedError:
        return pa.chunked_array([pa.array([_text(value) for value in column.to_pylist()], pa.string())])


def _few_drivers() -> Any:
    """Return pyogrio with the two drivers only: GDAL reads which to leave out once, when it starts, so start again."""
    import pyogrio  # noqa: PLC0415

    others = sorted(set(pyogrio.list_drivers()) - DRIVERS)
    if not others:
        return pyogrio
    if len(sys.argv) > _STARTED_AGAIN:
        raise DataProblem("The library that reads map files does not let its other formats be left out; use CSV.")
    left_out = ",".join(others)
    environment = parser_environment(
        {"OGR_SKIP": left_out, "GDAL_SKIP": left_out, "CPL_VSIL_CURL_ALLOWED_FILENAME": "-"}
    )
    command = [sys.executable, "-m", "geodata.untrusted.child", *sys.argv[1:3], "again"]
    return os.execve(sys.executable, command, environment)  # noqa: S606 - our own program once more
