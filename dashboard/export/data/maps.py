"""GeoJSON and GeoPackage: the 47 counties with their figures, the legs and stops on the map, all in WGS 84."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dashboard.export import Progress
from dashboard.export.data.manifest import manifest
from dashboard.export.data.rows import sheets
from dashboard.export.model import Brief
from geodata.query.network import write_styles
from geodata.query.world import World
from geodata.values import Nature
from layers.qgis import county_style, leg_style, stop_style

CRS = "EPSG:4326"


def make_geojson(brief: Brief, world: World, out: Path, progress: Progress) -> None:
    """Write one feature collection: ``kind`` is county or leg; the manifest stands beside the features."""
    body = {
        "type": "FeatureCollection",
        "njia": manifest(brief),
        "features": [*_counties(brief, world), *_legs(brief)],
    }
    out.write_text(json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False), encoding="utf-8")
    progress(1.0)


def _counties(brief: Brief, world: World) -> Iterable[dict[str, Any]]:
    for county in brief.map.counties:
        properties = {
            "kind": "county",
            "pcode": county.pcode,
            "name": county.name,
            "figure": county.figure,
            "value": county.value,
            "empty": county.empty,
            "class": county.code,
            "colour": county.colour,
            "words": county.words,
            "selected": county.selected,
        }
        yield {"type": "Feature", "id": county.pcode, "properties": properties, "geometry": world.shapes[county.pcode]}


def _legs(brief: Brief) -> Iterable[dict[str, Any]]:
    for leg in brief.map.lines:
        properties = {
            "kind": "leg",
            "id": leg.id,
            "corridor": leg.corridor,
            "nature": leg.nature,
            "inferred": leg.inferred,
            "alternative": leg.alternative,
            "old": leg.old,
            "sources": leg.n_sources,
            "drawn": leg.drawn,
            "words": leg.words,
            "schematic": True,
        }
        line = {"type": "LineString", "coordinates": [list(point) for point in leg.line]}
        yield {"type": "Feature", "id": leg.id, "properties": properties, "geometry": line}


def make_gpkg(brief: Brief, world: World, out: Path, progress: Progress) -> None:
    """Write a GeoPackage with counties, legs, stops and tables, and the style QGIS opens each layer with."""
    import geopandas as gpd  # noqa: PLC0415 - only this format needs it
    import pandas as pd  # noqa: PLC0415
    from shapely.geometry import LineString, MultiPolygon, Point, shape  # noqa: PLC0415

    counties = [{**f["properties"], "geometry": shape(f["geometry"])} for f in _counties(brief, world)]
    for row in counties:
        if row["geometry"].geom_type == "Polygon":
            row["geometry"] = MultiPolygon([row["geometry"]])
    out.unlink(missing_ok=True)
    layers = {"counties": gpd.GeoDataFrame(counties, crs=CRS)}
    legs = [{**f["properties"], "geometry": LineString(f["geometry"]["coordinates"])} for f in _legs(brief)]
    if legs:
        layers["legs"] = gpd.GeoDataFrame(legs, crs=CRS)
    home = {s.name for s in brief.map.stops if not s.abroad}  # of two towns of a name on a border ours is read first
    stops = [
        {
            "id": s.id,
            "name": s.name,
            "kind": s.kind,
            "abroad": s.abroad,
            "main": s.rank > 0 and not (s.abroad and s.name in home),
            "geometry": Point(s.at),
        }
        for s in brief.map.stops
    ]
    if stops:
        layers["stops"] = gpd.GeoDataFrame(stops, crs=CRS)
    for name, frame in layers.items():
        frame.to_file(out, layer=name, driver="GPKG", engine="pyogrio", mode="a" if out.exists() else "w")
        progress(0.5)
    drawn = {"counties", "legs", "stops"}  # names that are layers with shapes
    for sheet in sheets(brief):
        frame = pd.DataFrame(list(sheet.rows), columns=[name for name, _ in sheet.columns])
        _write_table(out, f"table_{sheet.name}" if sheet.name in drawn else sheet.name, frame)
    manifest_rows = [(key, json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value)
            for key, value in manifest(brief).items()]  # fmt: skip
    _write_table(out, "manifest", pd.DataFrame(manifest_rows, columns=["key", "value"]))
    write_styles(out, _styles(brief))
    progress(1.0)


def _write_table(out: Path, name: str, frame: Any) -> None:
    """Write a table without geometry; a column of mixed kinds is written as text."""
    from pyogrio import write_dataframe  # noqa: PLC0415 - only this format needs it

    for column in frame.columns:
        if frame[column].dtype == object and len(set(map(type, frame[column]))) > 1:
            frame[column] = frame[column].map(lambda value: None if value is None else str(value))
    write_dataframe(frame, out, layer=name, driver="GPKG", append=False)


def _styles(brief: Brief) -> dict[str, str]:
    """Return layer → the style QGIS opens it with."""
    seen = {county.code: county.colour for county in brief.map.counties}
    labels = {item.code: item.label for item in brief.map.legend}
    styles = {"counties": county_style([(code, labels.get(code, code), hue) for code, hue in sorted(seen.items())])}
    if brief.map.lines:
        styles["legs"] = leg_style({(Nature(leg.nature), leg.nature_name) for leg in brief.map.lines})
    if brief.map.stops:
        styles["stops"] = stop_style(main='"main"')
    return styles
