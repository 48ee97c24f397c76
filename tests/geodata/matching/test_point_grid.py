"""The grid answers as the polygon test does, point for point, on invented areas and on the shipped counties."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.intake.run import point_matcher
from geodata.matching.grid import STEP, PointGrid
from geodata.matching.points import GRID_FROM, PointMatcher
from geodata.settings import DataSettings
from geodata.values import Pcode


@st.composite
def _areas(draw: st.DrawFn) -> dict[Pcode, Any]:
    """Neighbours that share edges, overlap or lie apart; corners often fall on the grid's own lines."""
    corner = st.one_of(
        st.integers(0, 40).map(lambda n: n * STEP), st.floats(0, 2, allow_nan=False).map(lambda x: round(x, 4))
    )
    found = {}
    for number in range(draw(st.integers(1, 6))):
        west, south = draw(corner), draw(corner)
        width, height = draw(st.sampled_from([STEP / 3, STEP, 0.31, 1.0])), draw(st.sampled_from([STEP, 0.17, 1.0]))
        area = shapely.box(west, south, west + width, south + height)
        if draw(st.booleans()):
            area = shapely.Polygon([(west, south), (west + width, south), (west + width / 2, south + height)])
        found[Pcode(f"KE{number + 1:03d}")] = area
    return found


def _points(areas: dict[Pcode, Any], seed: int) -> tuple[Any, Any]:
    """Points everywhere, on every corner and edge of the areas and of the grid, and a hair beside them."""
    rng = np.random.default_rng(seed)
    corners = np.concatenate([shapely.get_coordinates(area) for area in areas.values()])
    grid = PointGrid(list(areas.values()))
    lines = np.column_stack(
        [grid.west + grid.step * rng.integers(-1, grid.columns + 1, 200),
         grid.south + grid.step * rng.integers(-1, grid.rows + 1, 200)]
    )  # fmt: skip
    middles = (corners[1:] + corners[:-1]) / 2
    near = np.concatenate([corners, lines, middles])
    beside = near + rng.choice([-1e-6, -1e-12, 1e-12, 1e-6], near.shape)
    everywhere = rng.uniform(-0.5, 3.5, (2_000, 2))
    points = np.concatenate([near, beside, everywhere, [[np.nan, 1.0], [np.inf, 0.0], [1e300, -1e300]]])
    return points[:, 0].copy(), points[:, 1].copy()


@settings(max_examples=60, deadline=None)
@given(_areas(), st.integers(0, 10_000))
def test_the_grid_never_answers_otherwise_than_the_polygons(areas: dict[Pcode, Any], seed: int) -> None:
    matcher = PointMatcher(areas)
    lon, lat = _points(areas, seed)
    expected = matcher.test(lon, lat)
    answered = PointGrid([areas[pcode] for pcode in matcher.pcodes]).answer(lon, lat)
    told = answered >= -1
    assert (answered[told] == expected[told]).all()


def test_many_points_over_the_shipped_counties(monkeypatch: pytest.MonkeyPatch) -> None:
    matcher = point_matcher(DataSettings(home=Path("nowhere"), vault=""))
    rng = np.random.default_rng(5)
    border = np.concatenate([shapely.get_coordinates(area) for area in matcher._areas])
    some = border[rng.integers(0, len(border), 20_000)]
    lon = np.concatenate([rng.uniform(33, 43, 60_000), some[:, 0], some[:, 0] + 1e-9])
    lat = np.concatenate([rng.uniform(-6, 6, 60_000), some[:, 1], some[:, 1] - 1e-9])
    asked: list[int] = []
    test = PointMatcher.test

    def counted(self: PointMatcher, x: Any, y: Any) -> Any:
        asked.append(len(x))
        return test(self, x, y)

    monkeypatch.setattr(PointMatcher, "test", counted)
    found = matcher.match(lon, lat)
    assert asked[0] < len(lon) * 0.8, "the grid spares most points the test"
    assert (found == test(matcher, lon, lat)).all()
    assert len(lon) >= GRID_FROM
