"""Loose county rings into a coverage: edges shared exactly, no gaps, no overlaps.

All functions take and return shapely geometries in lon/lat; lengths are measured in METRIC_CRS.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import combinations

import numpy as np
import shapely
from pyproj import Transformer
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry as Geometry

from geodata.boundaries.decode import DECIMALS, Ring, polygonal
from geodata.values import METRIC_CRS, WGS84, DataProblem, Pcode

GAP_DEGREES = 0.008
"""Gaps narrower than this (0.9 km) are drawing errors and go to the longest-edge neighbour.
Mombasa's creek near 39.70 E, 3.93 S is wider and stays water."""

NEIGHBOUR_KM = 2.0
"""Two counties are neighbours when they share at least this much edge; less is a corner."""

Coverage = dict[Pcode, Geometry]
"""County shapes keyed by P-code, in P-code order."""


@cache
def _transformer() -> Transformer:
    return Transformer.from_crs(WGS84, METRIC_CRS, always_xy=True)


def to_metric(shape: Geometry) -> Geometry:
    """Project a lon/lat geometry to METRIC_CRS (metres)."""

    def project(points: np.ndarray) -> np.ndarray:
        x, y = _transformer().transform(points[:, 0], points[:, 1])
        return np.column_stack([x, y])

    return shapely.transform(shape, project)


def rounded(shape: Geometry, decimals: int = DECIMALS) -> Geometry:
    """Round every coordinate to `decimals` of a degree, the stored precision by default."""
    return shapely.transform(shape, lambda points: np.round(points, decimals) + 0.0)


def from_rings(rings: Sequence[Ring]) -> MultiPolygon:
    """Join the separate outlines of one county (mainland and islands)."""
    parts = [polygonal(shapely.make_valid(Polygon(ring))) for ring in rings if len(ring) >= 4]
    return polygonal(shapely.union_all(parts))


def clean(shapes: Iterable[Geometry], gap: float = 0.0) -> list[Geometry]:
    """Node edges, give overlaps and gaps narrower than `gap` degrees to the longest-edge neighbour."""
    polygons = [polygonal(shape) for shape in shapes]
    cleaned = shapely.coverage_clean(polygons, gap_width=gap, snapping_distance=0.0)  # type: ignore[attr-defined] # the stubs are of shapely 2.1
    return list(cleaned)


def repair(shapes: Sequence[Geometry], gap: float = GAP_DEGREES, decimals: int = DECIMALS) -> list[Geometry]:
    """Make loosely fitting polygons an exact coverage whose coordinates are rounded.

    Edges are noded, overlaps and gaps narrower than `gap` degrees go to the neighbour with the
    longest shared edge. Rounding moves the new nodes, so clean and round until both hold.
    """
    current = [rounded(shape, decimals) for shape in shapes]
    for _ in range(8):
        current = [rounded(shape, decimals) for shape in clean(current, gap)]
        if all(shapely.is_valid(current)) and shapely.coverage_is_valid(current):
            return [shapely.normalize(shape) for shape in current]
    raise DataProblem("The outlines could not be joined without gaps or overlaps; expected polygons that nearly fit.")


def recut(
    first: Geometry, second: Geometry, first_guide: Geometry, second_guide: Geometry
) -> tuple[Geometry, Geometry]:
    """Redraw the line between two counties inside their union, after two guide shapes.

    What neither guide claims goes to the one it shares the longer edge with.
    """
    both = shapely.coverage_union(first, second)
    one = both.intersection(first_guide)
    two = both.difference(first_guide).intersection(second_guide)
    rest = shapely.get_parts(polygonal(both.difference(first_guide).difference(second_guide)))
    for piece in sorted(rest, key=lambda part: (-part.area, part.bounds)):
        closer_to_one = piece.boundary.intersection(one).length >= piece.boundary.intersection(two).length
        if closer_to_one:
            one = one.union(piece)
        else:
            two = two.union(piece)
    return polygonal(one), polygonal(two)


def shared_edges(coverage: Coverage) -> dict[tuple[Pcode, Pcode], float]:
    """Return the shared edge in km of every pair that meets, 0.0 for a corner; both directions."""
    edges: dict[tuple[Pcode, Pcode], float] = {}
    outlines = {pcode: shape.boundary for pcode, shape in coverage.items()}
    for a, b in combinations(coverage, 2):
        if not shapely.intersects(coverage[a], coverage[b]):
            continue
        km = round(to_metric(outlines[a].intersection(outlines[b])).length / 1000, 1)
        edges[a, b] = edges[b, a] = km
    return dict(sorted(edges.items()))


def neighbours(coverage: Coverage) -> list[tuple[Pcode, Pcode, float]]:
    """List (county, neighbour, shared edge in km), edges of NEIGHBOUR_KM and more only."""
    return [(a, b, km) for (a, b), km in shared_edges(coverage).items() if km >= NEIGHBOUR_KM]


def anchor(shape: Geometry) -> tuple[float, float]:
    """Return the lon/lat of a label point: centre of the widest circle inside the largest part."""
    largest = max(shapely.get_parts(shape), key=lambda part: part.area)
    circle = shapely.maximum_inscribed_circle(largest, tolerance=0.001)
    x, y = circle.coords[0]
    return round(x, 4), round(y, 4)


def outline(coverage: Coverage) -> Geometry:
    """Return the country: the union of its counties, water holes kept."""
    return shapely.coverage_union_all(list(coverage.values()))
