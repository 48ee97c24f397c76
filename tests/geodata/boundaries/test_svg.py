"""The first paint: one path per county, in a picture that points can be put on."""

from __future__ import annotations

import re

import pytest

from geodata.boundaries import Edition, svg


def test_one_small_path_per_county(shipped: Edition):
    paths = svg.svg_paths(shipped, "low", 360)
    assert list(paths) == list(shipped.anchors())
    assert all(re.fullmatch(r"(M[\d.]+ [\d.]+l[-\d. ]+z)+", path) for path in paths.values())
    assert sum(map(len, paths.values())) < 14_000


def test_the_frame_holds_kenya_and_keeps_north_up(shipped: Edition):
    frame = svg.frame(shipped, 360)
    for anchor in shipped.anchors().values():
        x, y = frame.point(anchor.lon, anchor.lat)
        assert 0 < x < frame.width
        assert 0 < y < frame.height
    assert frame.point(37, 4)[1] < frame.point(37, -4)[1]
    assert frame.point(35, 0)[0] < frame.point(41, 0)[0]


def test_paths_and_points_share_a_projection(shipped: Edition):
    """Nairobi's label point falls inside the box of Nairobi's path."""
    frame, path = svg.frame(shipped, 720), svg.svg_paths(shipped, "mid", 720)["KE047"]
    x0, y0, moves = re.match(r"M([\d.]+) ([\d.]+)l([-\d. ]+)z", path).groups()
    numbers = [float(n) for n in re.findall(r"-?(?:\d+\.\d+|\.\d+|\d+)", moves)]
    xs, ys = [float(x0)], [float(y0)]
    for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
        xs.append(xs[-1] + dx)
        ys.append(ys[-1] + dy)
    anchor = shipped.anchors()["KE047"]
    x, y = frame.point(anchor.lon, anchor.lat)
    assert min(xs) < x < max(xs)
    assert min(ys) < y < max(ys)
    west, south, east, north = anchor.bbox
    assert (min(xs), max(ys)) == pytest.approx(frame.point(west, south), abs=2)
    assert (max(xs), min(ys)) == pytest.approx(frame.point(east, north), abs=2)


def test_lines_and_ids_of_the_surroundings(shipped: Edition):
    assert set(svg.svg_lines(shipped)) == {"coast", "border", "ilemi"}
    lines = svg.context_lines(shipped)
    assert set(lines) == {"coast", "border", "ilemi"}
    ids = svg.context_ids(shipped)
    assert ids["lake"]
    assert "n231" in ids["country"]
    assert "n404" not in ids["country"]
