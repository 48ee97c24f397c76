"""GeoJSON and GeoPackage: the 47 counties with their figures, the legs and stops on the map, all in WGS 84."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from html import escape
from pathlib import Path
from typing import Any

from dashboard.export import Progress
from dashboard.export.data.manifest import manifest
from dashboard.export.data.rows import sheets
from dashboard.export.model import Brief
from geodata.query.world import World
from geodata.values import Nature
from layers.theme import CORE_HUE, GREY_UNCLEAR, INK, WHITE

CRS = "EPSG:4326"
CASE_DASH = """CASE WHEN "inferred" THEN '4;2.5' END"""
"""QGIS's expression for broken lines; where it gives nothing the line is solid."""


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
    for one in brief.map.counties:
        properties = {
            "kind": "county",
            "pcode": one.pcode,
            "name": one.name,
            "figure": one.figure,
            "value": one.value,
            "empty": one.empty,
            "class": one.code,
            "colour": one.colour,
            "words": one.words,
            "selected": one.selected,
        }
        yield {"type": "Feature", "id": one.pcode, "properties": properties, "geometry": world.shapes[one.pcode]}


def _legs(brief: Brief) -> Iterable[dict[str, Any]]:
    for leg in brief.map.lines:
        properties = {
            "kind": "leg",
            "id": leg.id,
            "corridor": leg.corridor,
            "nature": leg.nature,
            "inferred": leg.inferred,
            "alternative": leg.alternative,
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
    stops = [
        {"id": s.id, "name": s.name, "kind": s.kind, "abroad": s.abroad, "geometry": Point(s.at)}
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
    said = [(key, json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value)
            for key, value in manifest(brief).items()]  # fmt: skip
    _write_table(out, "manifest", pd.DataFrame(said, columns=["key", "value"]))
    styles = {"counties": _county_style(brief)}
    if legs:
        styles["legs"] = _leg_style(brief)
    _write_styles(out, styles)
    progress(1.0)


def _write_table(out: Path, name: str, frame: Any) -> None:
    """Write a table without geometry; a column of mixed kinds is written as text."""
    from pyogrio import write_dataframe  # noqa: PLC0415 - only this format needs it

    for column in frame.columns:
        if frame[column].dtype == object and len(set(map(type, frame[column]))) > 1:
            frame[column] = frame[column].map(lambda value: None if value is None else str(value))
    write_dataframe(frame, out, layer=name, driver="GPKG", append=False)


def _county_style(brief: Brief) -> str:
    """Return a QGIS style: one category per class and kind of empty, in the colours of the legend."""
    seen = {one.code: one.colour for one in brief.map.counties}
    labels = {item.code: item.label for item in brief.map.legend}
    pairs = [(code, labels.get(code, code), colour) for code, colour in sorted(seen.items())]
    symbols = "".join(
        f'<symbol type="fill" name="{i}" alpha="1"><layer class="SimpleFill" enabled="1" pass="0" locked="0">'
        f'<Option type="Map">{_option("color", _rgba(colour))}{_option("outline_color", "255,255,255,255")}'
        f"{_option('outline_width', '0.2')}{_option('style', 'solid' if code.isdigit() else _brush(code))}"
        "</Option></layer></symbol>"
        for i, (code, _, colour) in enumerate(pairs)
    )
    return _style("class", [(code, label) for code, label, _ in pairs], symbols)


def _brush(code: str) -> str:
    """Return QGIS's fill of a kind of empty: hatched, dotted or plain, as in the legend."""
    return {"n": "b_diagonal", "s": "dense6", "u": "cross"}.get(code, "solid")


def _leg_style(brief: Brief) -> str:
    natures = sorted({(leg.nature, leg.nature_name) for leg in brief.map.lines})
    symbols = "".join(
        f'<symbol type="line" name="{i}" alpha="1">{_ribbon_layers(Nature(nature))}</symbol>'
        for i, (nature, _) in enumerate(natures)
    )
    return _style("nature", natures, symbols)


def _ribbon_layers(nature: Nature) -> str:
    """Return the layers of a ribbon in QGIS: casing, ink, a core per nature it shows, and arrowheads along it."""
    both = (Nature.TRAFFICKING, Nature.SMUGGLING)
    shown = both if nature is Nature.MIXED else tuple(each for each in both if each is nature)
    ink = INK if shown else GREY_UNCLEAR
    offsets = (0.0,) if len(shown) == 1 else (-0.22, 0.22)
    strokes = [(WHITE, 1.9, 0.0), (ink, 1.3, 0.0)]
    strokes += [(CORE_HUE[each], 0.45, off) for each, off in zip(shown, offsets, strict=False)]
    simple = "".join(
        f'<layer class="SimpleLine" enabled="1" pass="{n}" locked="0"><Option type="Map">'
        f"{_option('line_color', _rgba(colour))}{_option('line_width', str(width))}{_option('offset', str(off))}"
        f"{_option('line_width_unit', 'MM')}{_option('offset_unit', 'MM')}{_option('joinstyle', 'round')}"
        f"{_option('capstyle', 'round')}{_option('customdash', '4;2.5')}{_option('customdash_unit', 'MM')}</Option>"
        f"{_dashed_where_inferred() if n else ''}</layer>"
        for n, (colour, width, off) in enumerate(strokes)
    )
    head = (
        '<symbol type="marker" name="@arrow" alpha="1"><layer class="SimpleMarker" enabled="1" pass="0" locked="0">'
        f'<Option type="Map">{_option("name", "filled_arrowhead")}{_option("color", _rgba(WHITE))}'
        f"{_option('outline_color', _rgba(INK))}{_option('size', '2.4')}</Option></layer></symbol>"
    )
    return simple + (
        '<layer class="MarkerLine" enabled="1" pass="9" locked="0"><Option type="Map">'
        f"{_option('placement', 'interval')}{_option('interval', '18')}{_option('offset_along_line', '9')}"
        f"{_option('rotate', '1')}</Option>{head}</layer>"
    )


def _dashed_where_inferred() -> str:
    """Return QGIS's own rule that breaks the line where no source states the leg."""
    return (
        '<data_defined_properties><Option type="Map"><Option type="Map" name="properties">'
        '<Option type="Map" name="customDash"><Option type="bool" name="active" value="true"/>'
        f'{_option("expression", CASE_DASH)}<Option type="int" name="type" value="3"/></Option></Option>'
        f"{_option('type', 'collection')}</Option></data_defined_properties>"
    )


def _style(attribute: str, categories: list[tuple[str, str]], symbols: str) -> str:
    listed = "".join(
        f'<category symbol="{i}" value="{escape(value)}" label="{escape(label)}" render="true"/>'
        for i, (value, label) in enumerate(categories)
    )
    return (
        '<!DOCTYPE qgis PUBLIC "http://mrcc.com/qgis.dtd" "SYSTEM"><qgis version="3.28" styleCategories="Symbology">'
        f'<renderer-v2 type="categorizedSymbol" attr="{attribute}" enableorderby="0" symbollevels="0" forceraster="0">'
        f"<categories>{listed}</categories><symbols>{symbols}</symbols></renderer-v2></qgis>"
    )


def _option(name: str, value: str) -> str:
    return f'<Option type="QString" name="{name}" value="{escape(value)}"/>'


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + ",255"


def _write_styles(out: Path, styles: dict[str, str]) -> None:
    """Add QGIS's table of styles, each the default of its layer."""
    with closing(sqlite3.connect(out)) as base, base:
        base.execute(
            "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT, "
            "f_table_schema TEXT, f_table_name TEXT, f_geometry_column TEXT, styleName TEXT, styleQML TEXT, "
            "styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT, ui TEXT, update_time DATETIME)"
        )
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles', '', 0)"
        )
        for layer, qml in styles.items():
            base.execute(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, "
                "styleName, styleQML, styleSLD, useAsDefault, description, owner) "
                "VALUES ('', '', ?, 'geom', 'Njia', ?, '', 1, '', '')",
                (layer, qml),
            )
