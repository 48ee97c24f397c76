"""A flat drawing of a window: Mercator degrees to any unit of length, for slides, paper and pictures."""

from __future__ import annotations

from dataclasses import dataclass

from layers.projection import latitude, mercator_y
from layers.specs import Extent

Box = tuple[float, float, float, float]
"""Left, top, width, height, in the unit of the drawing; y runs down."""


@dataclass(frozen=True, slots=True)
class Plane:
    """A box filled by a window; the window is widened to the box's shape, same centre.

    scale: units per degree of longitude.
    """

    box: Box
    west: float
    top: float
    scale: float

    def point(self, lon: float, lat: float) -> tuple[float, float]:
        """Return x and y of a place."""
        return self.box[0] + (lon - self.west) * self.scale, self.box[1] + (self.top - mercator_y(lat)) * self.scale

    @property
    def seen(self) -> Extent:
        """The window that the whole box shows."""
        east, bottom = self.west + self.box[2] / self.scale, self.top - self.box[3] / self.scale
        return Extent(max(-180, self.west), max(-80, latitude(bottom)), min(180, east), min(80, latitude(self.top)))


def plane(window: Extent, box: Box) -> Plane:
    """Return the drawing that fits a window into a box."""
    north, south = mercator_y(window.north), mercator_y(window.south)
    scale = min(box[2] / (window.east - window.west), box[3] / (north - south))
    west = (window.west + window.east) / 2 - box[2] / scale / 2
    return Plane(box, west, (north + south) / 2 + box[3] / scale / 2, scale)
