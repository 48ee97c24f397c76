"""Spherical Mercator for every drawing: first paint, screen, slide and paper cannot disagree where a place is.

Mercator is conformal: a bearing computed here is the angle on the screen at every zoom and pan, and the
north–south map of the long corridor keeps its shapes. Ordinates are in degrees of longitude at the equator, so
one scale, *units of the drawing per degree of longitude*, serves both directions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]
Degrees = tuple[float, float, float, float]
"""West, south, east, north, WGS84 degrees."""
REACH = 80.0
"""Latitude beyond which nothing is drawn: the ordinate runs to infinity at the poles."""


def mercator_y(lat: float) -> float:
    """Return the Mercator ordinate of a latitude, in degrees of longitude at the equator."""
    return math.degrees(math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)))


def latitude(y: float) -> float:
    """Return the latitude of a Mercator ordinate (inverse of `mercator_y`)."""
    return math.degrees(2 * math.atan(math.exp(math.radians(y))) - math.pi / 2)


@dataclass(frozen=True, slots=True)
class MapProjection:
    """From longitude and latitude to a drawing, whose y runs down.

    west, top: a longitude and a Mercator ordinate. left, upper: where these two fall, in units of the drawing.
    scale: units per degree of longitude. width, height: size of the picture, margins included. decimals: of a
    point; None leaves it unrounded.
    """

    west: float
    top: float
    scale: float
    width: float
    height: float
    left: float = 0.0
    upper: float = 0.0
    decimals: int | None = 1

    def point(self, lon: float, lat: float) -> Point:
        """Return x and y of a place; a latitude beyond `REACH` is taken for `REACH`."""
        x = self.left + (lon - self.west) * self.scale
        y = self.upper + (self.top - mercator_y(max(-REACH, min(REACH, lat)))) * self.scale
        return (x, y) if self.decimals is None else (round(x, self.decimals), round(y, self.decimals))

    def sees(self, points: Sequence[Point], margin: float = 0.0) -> bool:
        """Say whether the box around some points comes within `margin` of a picture that begins at 0, 0."""
        xs, ys = [x for x, _ in points], [y for _, y in points]
        return (
            min(xs) < self.width + margin and max(xs) > -margin and min(ys) < self.height + margin and max(ys) > -margin
        )

    @property
    def seen(self) -> Degrees:
        """The window shown by a box of the picture's size that begins at (left, upper), within the world."""
        east, bottom = self.west + self.width / self.scale, self.top - self.height / self.scale
        return (
            max(-180.0, self.west),
            max(-REACH, latitude(bottom)),
            min(180.0, east),
            min(REACH, latitude(self.top)),
        )


def fitted(window: Degrees, box: tuple[float, float, float, float], decimals: int | None = 1) -> MapProjection:
    """Return the projection that shows all of a window in a box (left, upper, width, height), centred in it."""
    west, _, east, _ = window
    left, upper, width, height = box
    south, north = mercator_y(window[1]), mercator_y(window[3])
    scale = min(width / (east - west), height / (north - south))
    edge = (west + east) / 2 - width / scale / 2
    return MapProjection(edge, (south + north) / 2 + height / scale / 2, scale, width, height, left, upper, decimals)


def as_wide(window: Degrees, width: float, margin: float = 0.0, decimals: int | None = 1) -> MapProjection:
    """Return the projection of a drawing `width` wide that a window fills but for a margin; the height follows."""
    west, _, east, _ = window
    south, north = mercator_y(window[1]), mercator_y(window[3])
    scale = (width - 2 * margin) / (east - west)
    height = math.ceil((north - south) * scale + 2 * margin)
    return MapProjection(west, north, scale, width, height, margin, margin, decimals)
