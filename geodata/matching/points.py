"""Coordinates → county: which of the 47 counties a point lies in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geodata.values import Pcode

GRID_FROM = 20_000
"""Points from which building the grid pays."""


class PointMatcher:
    """Coordinates → county. A point on a shared edge belongs to the lower P-code, always."""

    def __init__(self, areas: Mapping[Pcode, Any]) -> None:
        """Take P-code → shapely (multi)polygon in WGS 84 degrees."""
        import shapely  # noqa: PLC0415 - names and codes need no geometry

        self.pcodes: tuple[Pcode, ...] = tuple(sorted(areas))
        self._areas = [areas[pcode] for pcode in self.pcodes]
        self._boxes = shapely.bounds(self._areas)
        self._grid: Any = None
        shapely.prepare(self._areas)

    def match(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int16]:
        """Return for each point (degrees) the index into ``pcodes``, −1 outside every county.

        Many points are first asked of a grid, whose answers are the same (`geodata.matching.grid`).
        """
        if len(lon) < GRID_FROM:
            return self.test(lon, lat)
        from geodata.matching.grid import ASK, PointGrid  # noqa: PLC0415 - few files hold many points

        self._grid = self._grid or PointGrid(self._areas)
        answers: NDArray[np.int16] = self._grid.answer(lon, lat)
        left = np.flatnonzero(answers == ASK)
        answers[left] = self.test(lon[left], lat[left])
        return answers

    def test(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int16]:
        """Answer `match`'s question by testing points against polygons, county by county."""
        import shapely  # noqa: PLC0415

        answers = np.full(lon.shape, -1, dtype=np.int16)
        order = np.argsort(lon, kind="stable").astype(np.int32)
        east, north = lon[order], lat[order]
        answer = np.full(lon.shape, -1, dtype=np.int16)
        for place, (area, (west, south, right, top)) in enumerate(zip(self._areas, self._boxes, strict=True)):
            first, last = np.searchsorted(east, (west, right), side="left")
            last = int(np.searchsorted(east, right, side="right"))
            strip_north, strip_answer = north[first:last], answer[first:last]
            near = np.flatnonzero((strip_north >= south) & (strip_north <= top) & (strip_answer < 0))
            inside = shapely.intersects_xy(area, east[first:last][near], strip_north[near])
            strip_answer[near[inside]] = place
        answers[order] = answer
        return answers
