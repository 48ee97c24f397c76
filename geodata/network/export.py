"""The network as files for other tools: a GeoPackage (layers legs, places, about) and a typed GraphML.

Both carry release, evidence date, boundary edition, licence and the disclaimer. GeoPackage is written to
a temporary folder, read back as bytes and removed; nothing stays on disk. Geometry is EPSG:4326; a leg to a
place without a point keeps its row without a line. Same input, same rows.
"""

from __future__ import annotations

import io
import sqlite3
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from geodata.corridors.rows import LegFeature, PlaceRow, point_of
from geodata.values import WGS84

DISCLAIMER = (
    "Lines join documented stops and are not tracks. Corridors are what press, police and organisations reported, "
    "not how common it is. Trafficking and smuggling are different crimes and are kept apart by the field nature. "
    "The boundaries and names shown do not imply official endorsement or acceptance."
)
LEG_FIELDS: tuple[tuple[str, type], ...] = (
    ("leg_id", str), ("corridor_id", str), ("from_place", str), ("to_place", str), ("nature", str), ("mode", str),
    ("grade", str), ("basis", str), ("is_alternative", bool), ("n_sources", int), ("sources", str),
    ("last_confirmed", int), ("length_km", float), ("drawn", str), ("counties", str),
)  # fmt: skip
PLACE_FIELDS: tuple[tuple[str, type], ...] = (
    ("place_id", str), ("name", str), ("iso3", str), ("kind", str), ("pcode", str), ("country_level", bool),
    ("lat", float), ("lon", float), ("corridors", str), ("source_ids", str),
)  # fmt: skip
EMPTY: Mapping[type, Any] = {str: "", bool: False, int: 0, float: float("nan")}


@dataclass(frozen=True, slots=True)
class NetworkTables:
    """Legs and places of a filter, with the facts every file carries."""

    legs: Sequence[LegFeature]
    """Lines in EPSG:4326."""
    places: Sequence[PlaceRow]
    """The ends of those legs."""
    counties: Mapping[str, Sequence[str]]
    """Leg id → P-codes of the counties it stops in."""
    release: str
    """Id of the public release."""
    as_of: str
    """Day of the evidence, YYYY-MM-DD."""
    boundaries: str
    """How the boundary edition is cited."""
    licence: str
    """Of the boundaries."""
    filter: str
    """What was chosen, ``key=value`` joined by semicolons; "" for everything."""


def about(tables: NetworkTables) -> dict[str, str]:
    """Return the facts every file carries."""
    return {
        "title": "Njia: documented corridors",
        "release": tables.release,
        "evidence_as_of": tables.as_of,
        "boundaries": tables.boundaries,
        "licence": tables.licence,
        "crs": WGS84,
        "filter": tables.filter,
        "disclaimer": DISCLAIMER,
    }


def _legs(tables: NetworkTables) -> list[dict[str, Any]]:
    rows = (leg["properties"] for leg in tables.legs)
    return [{**row, "counties": tables.counties.get(row["leg_id"], ())} for row in rows]


def _cell(value: Any, kind: type) -> Any:
    """Return a value as its declared type; lists are `;`-joined, None stays None."""
    if value is None:
        return None
    if kind is str and not isinstance(value, str):
        return ";".join(str(part) for part in value)
    return kind(value)


def graphml(tables: NetworkTables) -> bytes:
    """Return the legs as a directed multigraph in GraphML, attributes typed; unknown numbers are left out."""
    import networkx as nx  # noqa: PLC0415 - 20 MB and a second, only for who takes the file

    graph: Any = nx.MultiDiGraph()
    graph.graph.update(about(tables))
    for place in tables.places:
        cells = {name: _cell(place.get(name), kind) for name, kind in PLACE_FIELDS}
        graph.add_node(place["place_id"], **{key: value for key, value in cells.items() if value is not None})
    for leg in _legs(tables):
        cells = {name: _cell(leg.get(name), kind) for name, kind in LEG_FIELDS}
        known = {key: value for key, value in cells.items() if value is not None}
        graph.add_edge(leg["from_place"], leg["to_place"], key=leg["leg_id"], **known)
    stream = io.BytesIO()
    nx.write_graphml(graph, stream, named_key_ids=True)
    return stream.getvalue()


def geopackage(tables: NetworkTables, styles: Mapping[str, str] = MappingProxyType({})) -> bytes:
    """Return a GeoPackage with the layers legs (lines), places (points) and about (no geometry).

    styles: layer → the QML document with which QGIS opens it.
    """
    import pyogrio  # noqa: PLC0415 - heavy, only for who takes the file
    import shapely  # noqa: PLC0415

    lines = [
        None if leg["geometry"] is None else shapely.LineString(leg["geometry"]["coordinates"]) for leg in tables.legs
    ]
    points = [shapely.Point(at) if (at := point_of(place)) else None for place in tables.places]
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{tables.as_of[:10]}T00:00:00.000Z"})
    with tempfile.TemporaryDirectory(prefix="njia-") as folder:
        path = Path(folder) / "corridors.gpkg"
        for layer, fields, records, shapes, kind in (
            ("legs", LEG_FIELDS, _legs(tables), lines, "LineString"),
            ("places", PLACE_FIELDS, tables.places, points, "Point"),
        ):
            pyogrio.raw.write(
                path, shapely.to_wkb(_array(shapes)), _columns(records, fields), [name for name, _ in fields],
                layer=layer, driver="GPKG", geometry_type=kind, crs=WGS84, append=path.exists(),
                field_mask=_masks(records, fields),
            )  # fmt: skip
        facts = [{"key": key, "value": value} for key, value in about(tables).items()]
        fields = (("key", str), ("value", str))
        pyogrio.raw.write(
            path, None, _columns(facts, fields), ["key", "value"], layer="about", driver="GPKG", append=True
        )
        write_styles(path, styles)
        return path.read_bytes()


def write_styles(path: Path, styles: Mapping[str, str]) -> None:
    """Add QGIS's table of styles to a GeoPackage, each the default of its layer; `styles`: layer → QML document."""
    with closing(sqlite3.connect(path)) as base, base:
        base.execute(
            "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT, "
            "f_table_schema TEXT, f_table_name TEXT, f_geometry_column TEXT, styleName TEXT, styleQML TEXT, "
            "styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT, ui TEXT, update_time DATETIME)"
        )
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id) "
            "SELECT 'layer_styles', 'attributes', 'layer_styles', '', MAX(last_change), 0 FROM gpkg_contents"
        )
        for layer, qml in styles.items():
            base.execute(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, "
                "styleName, styleQML, styleSLD, useAsDefault, description, owner) "
                "VALUES ('', '', ?, 'geom', 'Njia', ?, '', 1, '', '')",
                (layer, qml),
            )


def _array(shapes: Sequence[Any]) -> Any:
    import numpy as np  # noqa: PLC0415

    points = np.empty(len(shapes), dtype=object)
    points[:] = list(shapes)
    return points


def _columns(records: Sequence[Mapping[str, Any]], fields: Sequence[tuple[str, type]]) -> list[Any]:
    import numpy as np  # noqa: PLC0415

    kinds: Mapping[type, Any] = {str: object, bool: bool, int: np.int32, float: np.float64}
    columns = []
    for name, kind in fields:
        cells = [_cell(record.get(name), kind) for record in records]
        columns.append(np.array([EMPTY[kind] if cell is None else cell for cell in cells], dtype=kinds[kind]))
    return columns


def _masks(records: Sequence[Mapping[str, Any]], fields: Sequence[tuple[str, type]]) -> list[Any]:
    import numpy as np  # noqa: PLC0415

    return [np.array([record.get(name) is None for record in records], dtype=bool) for name, _ in fields]
