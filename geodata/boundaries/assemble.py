"""Writing one edition folder from a county coverage: the same code for ours and for official ones."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geodata.boundaries.context import ContextShapes, features
from geodata.boundaries.decode import DECIMALS
from geodata.boundaries.edition import TWINS, edition_id
from geodata.boundaries.geojson import MapFeature, dump
from geodata.boundaries.prepare import prepare
from geodata.boundaries.topology import Coverage, anchor, neighbours, outline, to_metric
from geodata.files import replace_file
from geodata.values import Pcode

SCHEMA = 1
"""Layout of an edition folder; raise it when a reader of an older folder would misread it."""

DISCLAIMER = (
    "The boundaries and names shown and the designations used do not imply official endorsement or acceptance. "
    "The final status of the Ilemi Triangle is not settled; it is drawn dashed."
)


@dataclass(frozen=True, slots=True)
class Layer:
    """A county layer.

    exact: what counties.geojson keeps. drawn: the same counties as a valid coverage, from which
    neighbours, label points and prepared geometry are derived. names: the product's spellings.
    """

    exact: Coverage
    drawn: Coverage
    names: dict[Pcode, str]


@dataclass(frozen=True, slots=True)
class Card:
    """What readers are told about an edition."""

    title: str
    citation: str
    licence: str
    notice: str
    official: bool
    sources: Sequence[dict[str, str]] = ()
    quality: dict[str, Any] = field(default_factory=dict)


def assemble(folder: Path, layer: Layer, around: ContextShapes, card: Card) -> None:
    """Write a complete edition into an empty folder.

    Official counties keep every digit they came with; ours are rounded.
    """
    drawn, names = layer.drawn, layer.names
    kenya = outline(drawn)
    replace_file(folder / "counties.geojson", counties_geojson(layer.exact, names, None if card.official else DECIMALS))
    replace_file(folder / "context.geojson", dump(features(around, kenya), DECIMALS, clockwise=False))
    replace_file(folder / "neighbours.csv", table(("pcode", "neighbour", "edge_km"), neighbours(drawn)))
    replace_file(
        folder / "anchors.csv", table(("pcode", "lon", "lat", "west", "south", "east", "north"), _anchors(drawn))
    )
    prepare(folder / "prepared", drawn, names, around)
    quality = {**card.quality, **measured(drawn)}
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "official": card.official,
        "title": card.title,
        "citation": card.citation,
        "licence": card.licence,
        "notice": card.notice,
        "disclaimer": DISCLAIMER,
        "sources": list(card.sources),
        "quality": quality,
        "files": hashes(folder),
    }
    document = {"id": edition_id(document), **document}
    replace_file(folder / "edition.json", (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode())


def counties_geojson(coverage: Coverage, names: dict[Pcode, str], decimals: int | None) -> bytes:
    """Return the full-precision county file (RFC 7946); `decimals` None keeps every digit."""
    shapes = [
        MapFeature(shape, {"pcode": pcode, "code": int(pcode[2:]), "name": names[pcode]}, id=pcode)
        for pcode, shape in coverage.items()
    ]
    return dump(shapes, 17 if decimals is None else decimals, clockwise=False)


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Serialise rows as CSV with \\n line ends."""  # noqa: D301
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below `folder`, in name order.

    Compressed twins are left out: another zlib may compress the same bytes differently; they are
    checked by unpacking instead.
    """
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix not in TWINS and p.name != "edition.json")
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def measured(coverage: Coverage) -> dict[str, Any]:
    """Return what an edition says of itself: polygons, vertices, water holes, total area."""
    parts = sum(len(getattr(shape, "geoms", [shape])) for shape in coverage.values())
    country = outline(coverage)
    holes = sum(len(part.interiors) for part in getattr(country, "geoms", [country]))
    area = sum(to_metric(shape).area for shape in coverage.values()) / 1e6
    return {"counties": len(coverage), "polygons": parts, "water_holes": holes, "area_km2": round(area)}


def _anchors(coverage: Coverage) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for pcode, shape in coverage.items():
        bounds = (round(value, 4) for value in shape.bounds)
        rows.append((pcode, *anchor(shape), *bounds))
    return rows
