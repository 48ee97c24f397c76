"""Static geometry for browsers: simplified, content-hashed, compressed, wound for d3-geo.

Counties and their surroundings are simplified together, so that their borders meet at every
resolution: ``low`` goes with the far surroundings, ``mid`` with the near ones, ``high`` stands
alone.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import brotli
import numpy as np
import shapely
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry as Geometry

from geodata.boundaries.context import FAR, NEAR, ContextShapes, features
from geodata.boundaries.decode import polygonal
from geodata.boundaries.geojson import MapFeature, dump
from geodata.boundaries.topology import Coverage, crumbs, first_owner, give_away, merged, outline, rounded, split
from geodata.files import replace_file
from geodata.values import Pcode

Window = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Resolution:
    """How much is kept: `step` in degrees (root of the smallest triangle), decimals stored."""

    name: str
    step: float
    decimals: int
    smallest: float
    """Islands below this many square degrees are left out, unless a county would vanish."""


LOW = Resolution("low", 0.035, 2, 5e-4)
MID = Resolution("mid", 0.008, 3, 2e-5)
HIGH = Resolution("high", 0.0015, 4, 0.0)

FAR_STEP, FAR_ISLAND, FAR_LAKE = 0.15, 0.05, 0.08
"""Degrees and square degrees: how coarse the far surroundings become away from Kenya's border."""

BROTLI_QUALITY, BROTLI_WINDOW = 11, 22
GZIP_LEVEL = 9


def prepare(folder: Path, coverage: Coverage, names: dict[Pcode, str], around: ContextShapes) -> None:
    """Write every prepared file and ``index.json`` into `folder`."""
    low, far = together(coverage, around, LOW, FAR)
    mid, near = together(coverage, around, MID, NEAR)
    high, _ = together(coverage, None, HIGH, NEAR)
    files = {
        "counties-low": _counties(low, names, LOW),
        "counties-mid": _counties(mid, names, MID),
        "counties-high": _counties(high, names, HIGH),
        "context-near": _context(near, mid, MID),
        "context-far": _context(_coarser(far, low), low, LOW),
    }
    roles = {role: {"file": store(folder, role, content), "bytes": len(content)} for role, content in files.items()}
    index = {"roles": roles, "windows": {"near": NEAR, "far": FAR}}
    replace_file(folder / "index.json", (json.dumps(index, indent=1) + "\n").encode())


def store(folder: Path, role: str, content: bytes) -> str:
    """Write ``role.hash.json`` with its .br and .gz twins; return the name."""
    name = f"{role}.{hashlib.sha256(content).hexdigest()[:12]}.json"
    replace_file(folder / name, content)
    replace_file(folder / f"{name}.br", brotli.compress(content, quality=BROTLI_QUALITY, lgwin=BROTLI_WINDOW))
    replace_file(folder / f"{name}.gz", gzip.compress(content, GZIP_LEVEL, mtime=0))
    return name


def together(
    coverage: Coverage, around: ContextShapes | None, resolution: Resolution, window: Window
) -> tuple[Coverage, ContextShapes]:
    """Simplify counties, surroundings and the Ilemi area as one coverage; clip to the window."""
    around = around or ContextShapes({}, [], shapely.Polygon())
    frame = shapely.box(*window)
    countries = {code: shape for code, shape in around.countries.items() if shape.intersects(frame)}
    simple, disputed = _simplified([*coverage.values(), *countries.values()], around.ilemi, resolution)
    counties = dict(zip(coverage, simple[: len(coverage)], strict=True))
    outside = {c: polygonal(s.intersection(frame)) for c, s in zip(countries, simple[len(coverage) :], strict=True)}
    lakes = [_lake(lake.intersection(frame), resolution.step, resolution.decimals) for lake in around.lakes]
    return counties, ContextShapes(
        {code: shape for code, shape in outside.items() if not shape.is_empty},
        [lake for lake in lakes if lake.area > 5 * resolution.smallest],
        disputed,
    )


def _simplified(shapes: list[Geometry], disputed: Geometry, resolution: Resolution) -> tuple[list[Geometry], Geometry]:
    """Snap to the grid, cut out the disputed area, simplify all as one coverage, put it back.

    Snapping comes first: simplifying keeps a choice of the vertices, so the result needs no
    rounding that could make edges cross.
    """
    faces, inside = split([*shapes, disputed], 10.0**-resolution.decimals)
    owner = first_owner(inside[:-1])
    label = np.where(owner < 0, -1, 2 * owner + inside[-1])  # even: plain, odd: the disputed part
    pinched = (label < 0) & (shapely.area(faces) < 2 * resolution.smallest)  # creeks that snapping has closed
    label = give_away(faces, label, pinched | crumbs(faces, label, resolution.smallest))
    keys = [int(key) for key in np.unique(label[label >= 0])]
    reduced = shapely.coverage_simplify([merged(faces[label == key]) for key in keys], resolution.step)
    parts = dict(zip(keys, reduced, strict=True))
    whole = [_joined([parts[key] for key in (2 * n, 2 * n + 1) if key in parts]) for n in range(len(shapes))]
    return whole, _joined([part for key, part in parts.items() if key % 2])


def _coarser(around: ContextShapes, coverage: Coverage) -> ContextShapes:
    """Simplify far countries further, leaving Kenya's border as it is.

    The sea takes part as one more shape, so that the only outer edges of the coverage are the
    window and the outline of Kenya, and those stay.
    """
    kenya = outline(coverage)
    countries = {code: _without_crumbs(shape, FAR_ISLAND) for code, shape in around.countries.items()}
    sea = polygonal(shapely.box(*FAR).difference(shapely.union_all([kenya, *countries.values()])))
    faces, inside = split([*countries.values(), sea], 10.0**-LOW.decimals)
    owner = first_owner(inside)
    members = [merged(faces[owner == i]) for i in range(len(countries) + 1)]
    reduced = shapely.coverage_simplify(members, FAR_STEP, simplify_boundary=False)[:-1]
    shapes = dict(zip(countries, reduced, strict=True))
    lakes = [_lake(lake, FAR_STEP, LOW.decimals) for lake in around.lakes if lake.area >= FAR_LAKE]
    return ContextShapes(shapes, lakes, around.ilemi)


def _joined(shapes: list[Geometry]) -> Geometry:
    return shapely.normalize(shapely.coverage_union_all(shapes)) if shapes else shapely.Polygon()


def _without_crumbs(shape: Geometry, smallest: float) -> Geometry:
    """Drop islands too small to see; a shape's largest part always stays."""
    parts = sorted(shapely.get_parts(shape), key=lambda part: (-part.area, part.bounds))
    return MultiPolygon(parts[:1] + [part for part in parts[1:] if part.area >= smallest])


def _lake(lake: Geometry, step: float, decimals: int) -> Geometry:
    smooth = shapely.simplify(lake, step / 2)
    return polygonal(shapely.make_valid(rounded(smooth, decimals)))


def _counties(coverage: Coverage, names: dict[Pcode, str], resolution: Resolution) -> bytes:
    shapes = [MapFeature(shape, {"pcode": pcode, "name": names[pcode]}, id=pcode) for pcode, shape in coverage.items()]
    return dump(shapes, resolution.decimals, clockwise=True)


def _context(around: ContextShapes, coverage: Coverage, resolution: Resolution) -> bytes:
    return dump(features(around, outline(coverage)), resolution.decimals, clockwise=True)
