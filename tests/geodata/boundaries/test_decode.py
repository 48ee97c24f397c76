"""The three encodings, on examples small enough to do by hand."""

from __future__ import annotations

import json
import math

import pytest

from geodata.boundaries import decode
from geodata.values import DataProblem


def test_mercator_of_the_svg_origin_and_of_the_equator():
    lon, lat = decode.mercator_to_lonlat(0, 0)
    assert lon == pytest.approx(33.90788)
    assert math.degrees(math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))) == pytest.approx(5.438798, abs=1e-5)
    assert decode.mercator_to_lonlat(0, 5.438798 / 0.010002901)[1] == pytest.approx(0, abs=1e-5)


def test_a_path_of_two_rings():
    rings = decode.svg_rings("M0,0L100,0L100,100zM200,200L210,200L210,210L200,200z")
    assert [len(ring) for ring in rings] == [3, 4]


def test_other_svg_commands_are_refused():
    with pytest.raises(DataProblem, match="command other than M, L and z"):
        decode.svg_rings("M0,0C1,1 2,2 3,3z")


def test_zigzag_of_known_steps():
    steps = [(1, -1), (-2, 0), (3, 5)]
    text = "".join(chr(64 + ((v << 1) ^ (v >> 31))) for step in steps for v in step)
    assert decode.zigzag_ring(text, (1024, 2048)) == [
        (round(1025 / 1024, 5), round(2047 / 1024, 5)),
        (round(1023 / 1024, 5), round(2047 / 1024, 5)),
        (round(1026 / 1024, 5), round(2052 / 1024, 5)),
    ]


def test_topojson_with_a_shared_arc_walked_both_ways():
    topology = {
        "transform": {"scale": [0.5, 0.5], "translate": [10, 20]},
        "arcs": [[[2, 0], [0, 2]], [[2, 2], [-2, 0], [0, -2], [2, 0]], [[2, 2], [2, 0], [0, -2], [-2, 0]]],
        "objects": {"land": {"geometries": [
            {"type": "Polygon", "id": 7, "properties": {"name": "west"}, "arcs": [[0, 1]]},
            {"type": "MultiPolygon", "arcs": [[[0, 2]]]},
            {"type": None},
        ]}},
    }  # fmt: skip
    west, east = decode.topojson_shapes(json.dumps(topology), "land")
    assert west[:2] == ("7", "west")
    assert west[2].bounds == (10, 20, 11, 21)
    assert east[2].bounds == (11, 20, 12, 21)
    assert west[2].intersection(east[2]).length == pytest.approx(1)
