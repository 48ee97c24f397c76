"""Opening an edition: the folder everybody else reads boundaries from.

`load_edition` verifies every file against edition.json before anything is served. Only
`Edition.counties` needs GeoPandas; everything else is csv and json, for the web process.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geodata.settings import DataSettings
from geodata.values import N_COUNTIES, DataProblem, Pcode

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

CURRENT = "CURRENT"
"""Pointer file in `settings.boundaries`: one line, the id of the installed edition."""

TWINS = (".br", ".gz")
Bbox = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A county sharing at least 2 km of edge; `edge_km` measured in METRIC_CRS."""

    pcode: Pcode
    edge_km: float


@dataclass(frozen=True, slots=True)
class Anchor:
    """Label point inside a county's largest part and the county's bounding box, lon/lat degrees."""

    lon: float
    lat: float
    bbox: Bbox


@dataclass(frozen=True, slots=True)
class PreparedFile:
    """One static file for browsers: `path` plus its twins `path`.br and `path`.gz.

    `size` and `brotli` are bytes on disk. Exterior rings run clockwise, as d3-geo needs.
    """

    role: str
    path: Path
    size: int
    brotli: int


@dataclass(frozen=True)
class Edition:
    """One checked set of boundaries; every accessor is cached and returns lon/lat (EPSG:4326).

    id: first 12 hex digits of the SHA-256 of edition.json without its id.
    official: an authority's file, kept exactly; otherwise derived by us.
    title, citation, licence, notice: sentences readers see under maps and exports.
    """

    id: str
    official: bool
    title: str
    citation: str
    licence: str
    notice: str
    folder: Path
    document: dict[str, Any] = field(repr=False, compare=False, hash=False)

    def counties(self) -> GeoDataFrame:
        """Return a fresh copy of the full-precision counties.

        Index `pcode` (KE001…KE047 in order); columns `code` (int), `name` (str), `geometry`
        (Polygon or MultiPolygon).
        """
        frame: GeoDataFrame = _counties(self.folder, self.id).copy()
        return frame

    def neighbours(self) -> dict[Pcode, tuple[Neighbour, ...]]:
        """Neighbours of every county, in P-code order."""
        return _neighbours(self.folder, self.id)

    def anchors(self) -> dict[Pcode, Anchor]:
        """Label point and bounding box of every county, in P-code order."""
        return _anchors(self.folder, self.id)

    def prepared(self) -> dict[str, PreparedFile]:
        """Return the static files by role: ``counties-low|mid|high`` and ``context-near|far``."""
        return _prepared(self.folder, self.id)

    def context(self) -> Path:
        """GeoJSON of the surroundings at full precision (RFC 7946 winding)."""
        return self.folder / "context.geojson"


def load_edition(settings: DataSettings) -> Edition:
    """Return the installed edition, else the shipped one; raise DataProblem if it is damaged."""
    return open_edition(installed_folder(settings) or shipped_folder(settings))


def shipped_folder(settings: DataSettings) -> Path:
    """Return the folder of the edition that comes with the product."""
    return settings.shipped / "boundaries"


def installed_folder(settings: DataSettings) -> Path | None:
    """Return the folder CURRENT points to, None when nothing is installed."""
    pointer = settings.boundaries / CURRENT
    if not pointer.is_file():
        return None
    name = pointer.read_text(encoding="utf-8").strip()
    folder = settings.boundaries / name
    if not name.isalnum() or not folder.is_dir():
        raise DataProblem(
            f"The pointer {pointer} names the boundary edition {name!r}, which is not there; "
            "run `python app.py boundaries reset` to return to the shipped boundaries."
        )
    return folder


def open_edition(folder: Path) -> Edition:
    """Open an edition folder after checking every file in it; raise DataProblem with one sentence."""
    manifest = folder / "edition.json"
    try:
        document = json.loads(manifest.read_text(encoding="utf-8"))
        files: dict[str, str] = document["files"]
        stated = str(document["id"])
    except (OSError, ValueError, KeyError, TypeError) as broken:
        raise damaged(manifest, "is missing or unreadable") from broken
    if edition_id(document) != stated:
        raise damaged(manifest, "was changed after it was written")
    for name, expected in files.items():
        _verify(folder / name, expected)
    return Edition(
        id=stated,
        official=bool(document["official"]),
        title=document["title"],
        citation=document["citation"],
        licence=document["licence"],
        notice=document["notice"],
        folder=folder,
        document=document,
    )


def edition_id(document: dict[str, Any]) -> str:
    """Return the id an edition.json must carry: it covers every word and every file hash in it."""
    rest = {key: value for key, value in document.items() if key != "id"}
    canonical = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def damaged(path: Path, what: str) -> DataProblem:
    """Build the one sentence for a broken edition file."""
    return DataProblem(
        f"The boundary file {path} {what}; expected the file as installed, so restore it from the product's "
        "copy (`git checkout` or reinstall), or run `python app.py boundaries reset` if it is an official edition."
    )


def _verify(path: Path, expected: str) -> None:
    try:
        content = path.read_bytes()
    except OSError as gone:
        raise damaged(path, "is missing") from gone
    if hashlib.sha256(content).hexdigest() != expected:
        raise damaged(path, "is damaged (its SHA-256 differs)")
    if path.parent.name == "prepared" and path.name != "index.json":
        for suffix in TWINS:
            _verify_twin(path.with_name(path.name + suffix), content)


def _verify_twin(twin: Path, content: bytes) -> None:
    """Check that a compressed twin unpacks to the file it stands for."""
    import brotli  # noqa: PLC0415 - only when opening, not when importing

    unpack = brotli.decompress if twin.suffix == ".br" else gzip.decompress
    try:
        same = unpack(twin.read_bytes()) == content
    except FileNotFoundError as gone:
        raise damaged(twin, "is missing") from gone
    except (OSError, EOFError, brotli.error, ValueError) as broken:
        raise damaged(twin, "is damaged") from broken
    if not same:
        raise damaged(twin, "does not unpack to the file it stands for")


@cache
def _counties(folder: Path, _id: str) -> GeoDataFrame:
    import geopandas as gpd  # noqa: PLC0415 - heavy; the web process never calls this

    from geodata.boundaries.contract import CountyShapes, check  # noqa: PLC0415

    frame = gpd.read_file(folder / "counties.geojson").set_index("pcode").sort_index()
    frame["code"] = frame["code"].astype("int64")
    return check(frame[["code", "name", "geometry"]], CountyShapes, str(folder / "counties.geojson"))


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


@cache
def _neighbours(folder: Path, _id: str) -> dict[Pcode, tuple[Neighbour, ...]]:
    neighbours: dict[Pcode, list[Neighbour]] = {Pcode(f"KE{n:03d}"): [] for n in range(1, N_COUNTIES + 1)}
    for row in _rows(folder / "neighbours.csv"):
        neighbours[Pcode(row["pcode"])].append(Neighbour(Pcode(row["neighbour"]), float(row["edge_km"])))
    return {pcode: tuple(listed) for pcode, listed in neighbours.items()}


@cache
def _anchors(folder: Path, _id: str) -> dict[Pcode, Anchor]:
    return {
        Pcode(row["pcode"]): Anchor(
            float(row["lon"]),
            float(row["lat"]),
            (float(row["west"]), float(row["south"]), float(row["east"]), float(row["north"])),
        )
        for row in _rows(folder / "anchors.csv")
    }


@cache
def _prepared(folder: Path, _id: str) -> dict[str, PreparedFile]:
    index = json.loads((folder / "prepared" / "index.json").read_text(encoding="utf-8"))
    listed = {}
    for role, entry in index["roles"].items():
        path = folder / "prepared" / entry["file"]
        twin = path.with_name(path.name + ".br")
        listed[role] = PreparedFile(role, path, path.stat().st_size, twin.stat().st_size)
    return listed
