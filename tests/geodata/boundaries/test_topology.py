"""Joining outlines, on squares; measuring, on a degree of the equator."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely import box

from geodata.boundaries import topology
from geodata.values import DataProblem, Pcode


def test_small_gaps_and_overlaps_go_to_a_neighbour_and_water_stays():
    left = box(0, 0, 1, 1)
    right = box(1.002, 0, 2, 1).difference(box(1.4, 0.4, 1.6, 0.6))
    above = box(0, 0.999, 2, 2)
    mended = topology.repair([left, right, above, box(0, -1, 2, 0)])
    assert shapely.coverage_is_valid(mended)
    union = shapely.coverage_union_all(mended)
    assert union.area == pytest.approx(6 - 0.04, abs=1e-6)
    assert len(union.interiors) == 1


def test_a_shape_that_would_vanish_is_refused():
    with pytest.raises(DataProblem, match="cannot be repaired"):
        topology.clean([box(0, 0, 1, 1), box(0.1, 0.1, 0.9, 0.9)])


def test_recut_moves_only_the_line_between_two():
    one, two = topology.recut(box(0, 0, 1, 1), box(1, 0, 2, 1), box(-1, 0.1, 1.5, 0.9), box(1.5, 0.1, 3, 0.9))
    assert one.union(two).equals(box(0, 0, 2, 1))
    assert one.intersection(box(0, 0.1, 2, 0.9)).symmetric_difference(box(0, 0.1, 1.5, 0.9)).area == pytest.approx(0)
    assert one.intersection(two).area == 0


def test_split_keeps_shared_edges_exact_whatever_the_input():
    shapes = [box(0, 0, 1, 1), box(0.9, 0.3, 2, 0.7), box(0.5, 0.5, 3, 3)]
    faces, inside = topology.split(shapes, 0.01)
    owners = topology.first_owner(inside)
    pieces = [topology.merged(faces[owners == i]) for i in range(3)]
    assert shapely.coverage_is_valid(pieces)
    assert pieces[0].equals(shapes[0])
    assert shapely.union_all(pieces).equals(shapely.union_all(shapes))


def test_unclaimed_faces_go_to_the_longest_border_or_to_nobody():
    shapes = [box(0, 0, 1, 1), box(1, 0, 2, 3), box(0, 1, 1, 2), box(5, 5, 6, 6)]
    faces, inside = topology.split(shapes, 0.1)
    owners = topology.first_owner(inside)
    given = topology.give_away(faces, owners, (owners == 2) | (owners == 3))
    order = np.argsort(owners)
    assert list(given[order]) in ([0, 1, 1, -1], [0, 1, 0, -1])
    longer = topology.give_away(faces, owners, owners == 0)
    assert set(longer[owners == 0]) <= {1, 2}


def test_edges_are_measured_in_metres_not_degrees():
    coverage = {Pcode("KE001"): box(37, 0, 38, 1), Pcode("KE002"): box(38, 0, 39, 1), Pcode("KE003"): box(39, 1, 40, 2)}
    edges = topology.shared_edges(coverage)
    assert edges["KE001", "KE002"] == pytest.approx(110.6, abs=0.3)
    assert edges["KE002", "KE003"] == 0
    assert ("KE001", "KE003") not in edges
    assert topology.neighbours(coverage) == [
        ("KE001", "KE002", edges["KE001", "KE002"]),
        ("KE002", "KE001", edges["KE001", "KE002"]),
    ]


def test_label_point_of_an_l_shape_is_inside():
    shape = shapely.union_all([box(0, 0, 4, 1), box(0, 0, 1, 4)])
    assert shapely.contains_xy(shape, *topology.anchor(shape))
