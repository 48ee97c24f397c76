"""Loose county rings into a coverage: edges shared exactly, no gaps, no overlaps.

All functions take and return shapely geometries in lon/lat; lengths are measured in METRIC_CRS.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import combinations

import numpy as np
import numpy.typing as npt
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

SNAPS = (0.0, 1e-7, 1e-6, 1e-5)
"""Snapping distances in degrees, tried in turn: GEOS cannot node some inputs without a little."""

KEPT = 0.2
"""Share of its area by which a shape may change when outlines are joined."""

Faces = npt.NDArray[np.object_]
Inside = npt.NDArray[np.bool_]
Owners = npt.NDArray[np.int_]

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
    """Node edges, give overlaps and gaps narrower than `gap` degrees to the longest-edge neighbour.

    Raises DataProblem when a shape loses or gains more than KEPT of its area: GEOS drops whole
    polygons it cannot node.
    """
    coverage_clean = shapely.coverage_clean  # type: ignore[attr-defined] # the stubs are of shapely 2.1
    polygons = [polygonal(shape) for shape in shapes]
    for snap in SNAPS:
        try:
            cleaned = coverage_clean(polygons, gap_width=gap, snapping_distance=snap)
        except shapely.errors.GEOSException:
            continue
        if all(abs(new.area - old.area) <= KEPT * old.area for new, old in zip(cleaned, polygons, strict=True)):
            return list(cleaned)
    raise DataProblem(
        "The outlines cross each other in ways that cannot be repaired; expected polygons that nearly fit."
    )


def split(shapes: Sequence[Geometry], grid: float) -> tuple[Faces, Inside]:
    """Cut the plane along the outlines of all shapes, snapped to a grid of `grid` degrees.

    Returns the faces, and per shape (row) which faces (columns) lie inside it. Unions of faces
    share their edges exactly, whatever the shapes looked like.
    """
    outlines = [shape.boundary for shape in shapes if not shape.is_empty]
    noded = shapely.union_all(outlines, grid_size=grid)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    inside = np.zeros((len(shapes), len(faces)), dtype=bool)
    point, shape = shapely.STRtree(list(shapes)).query(shapely.point_on_surface(faces), predicate="within")
    inside[shape, point] = True
    return faces, inside


def first_owner(inside: Inside) -> Owners:
    """Return the first row that holds each face, -1 for none."""
    return np.where(inside.any(axis=0), inside.argmax(axis=0), -1)


def merged(faces: Faces) -> Geometry:
    """Join faces of one `split`; an empty polygon for none."""
    return shapely.normalize(polygonal(shapely.coverage_union_all(faces))) if len(faces) else Polygon()


def give_away(faces: Faces, owners: Owners, unclaimed: Inside) -> Owners:
    """Give each patch of unclaimed faces to the owner it shares the longest border with, -1 if with none."""
    given = np.where(unclaimed, -1, owners)
    labels = np.unique(given[given >= 0])
    outlines = [merged(faces[given == label]).boundary for label in labels]
    tree = shapely.STRtree(outlines)
    points = shapely.point_on_surface(faces)
    for patch in shapely.get_parts(merged(faces[unclaimed])):
        near = sorted(tree.query(patch, predicate="intersects"))
        shared = [patch.boundary.intersection(outlines[i]).length for i in near]
        if shared and max(shared) > 0:
            given[unclaimed & shapely.within(points, patch)] = labels[near[int(np.argmax(shared))]]
    return given


def crumbs(faces: Faces, owners: Owners, smallest: float) -> Inside:
    """Mark the faces of parts below `smallest` square degrees; an owner's largest part stays."""
    outer = np.zeros(len(faces), dtype=bool)
    points = shapely.point_on_surface(faces)
    for label in np.unique(owners[owners >= 0]):
        parts = sorted(shapely.get_parts(merged(faces[owners == label])), key=lambda part: (-part.area, part.bounds))
        for part in parts[1:]:
            if part.area < smallest:
                outer |= (owners == label) & shapely.within(points, part)
    return outer


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
    first_part = both.intersection(first_guide)
    second_part = both.difference(first_guide).intersection(second_guide)
    rest = shapely.get_parts(polygonal(both.difference(first_guide).difference(second_guide)))
    for piece in sorted(rest, key=lambda part: (-part.area, part.bounds)):
        closer_to_first = (
            piece.boundary.intersection(first_part).length >= piece.boundary.intersection(second_part).length
        )
        if closer_to_first:
            first_part = first_part.union(piece)
        else:
            second_part = second_part.union(piece)
    return polygonal(first_part), polygonal(second_part)


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
