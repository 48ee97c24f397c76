"""A coarse grid over areas: most points are answered by their cell, without a test against a polygon.

A cell that lies wholly inside one area and touches no other answers that area; one that touches none
answers "outside"; the rest say `ASK`. The answers are those of the polygon test, point for point:
cells are judged a hair larger than they are, so rounding at their edges cannot put a point into a cell
that does not speak for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

ASK, OUTSIDE = -2, -1
STEP = 0.05
"""Side of a cell in degrees, about five and a half kilometres."""
_HAIR = 1e-6
_MOST_CELLS = 250_000


class PointGrid:
    """Answers for points over some areas; build once, ask often."""

    def __init__(self, areas: Sequence[Any]) -> None:
        """Take shapely (multi)polygons in degrees, prepared or not."""
        west, south, east, north = shapely.total_bounds(np.asarray(areas))
        self.west, self.south, step = float(west), float(south), STEP
        while (int((east - west) / step) + 1) * (int((north - south) / step) + 1) > _MOST_CELLS:
            step *= 2
        self.step = step
        self.columns, self.rows = int((east - west) / step) + 1, int((north - south) / step) + 1
        at = np.arange(self.columns * self.rows)
        left, low = west + (at % self.columns) * step, south + (at // self.columns) * step
        cells = shapely.box(left - _HAIR, low - _HAIR, left + step + _HAIR, low + step + _HAIR)
        touched, places = shapely.STRtree(cells).query(np.asarray(areas), predicate="intersects")[::-1]
        self._answers = np.full(len(at), OUTSIDE, dtype=np.int16)
        self._answers[touched] = ASK
        alone = np.bincount(touched, minlength=len(at))[touched] == 1
        for place, area in enumerate(areas):
            mine = touched[alone & (places == place)]
            self._answers[mine[shapely.contains_properly(area, cells[mine])]] = place

    def answer(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int16]:
        """Return for each point (degrees) the area's position, `OUTSIDE`, or `ASK` where the cell cannot tell."""
        with np.errstate(invalid="ignore"):
            column = np.floor((lon - self.west) / self.step)
            row = np.floor((lat - self.south) / self.step)
            within = (column >= 0) & (column < self.columns) & (row >= 0) & (row < self.rows)
        cell = np.where(within, row * self.columns + column, 0).astype(np.intp)
        answers = self._answers[cell]
        # Beyond the grid there is nothing, but a point on its outermost edge may round out of it: the test decides.
        answers[~within] = ASK
        return answers
