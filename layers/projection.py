"""What Plotly's `layout.geo` shows of a window, on the Mercator of `geodata.boundaries.projection`.

Angles and boxes computed here match the screen; the screen's scale is *pixels per degree of longitude*.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from geodata.boundaries.projection import Degrees, MapProjection, as_wide, fitted, latitude, mercator_y
from layers.specs import Extent

__all__ = [
    "Degrees",
    "MapProjection",
    "as_wide",
    "drawn_height",
    "fit",
    "fitted",
    "latitude",
    "mercator_y",
    "screen_angle",
    "window_of",
]


def screen_angle(lon0: float, lat0: float, lon1: float, lat1: float) -> float:
    """Return the direction from one point to another on the map, in degrees clockwise from up, [0, 360)."""
    return math.degrees(math.atan2(lon1 - lon0, mercator_y(lat1) - mercator_y(lat0))) % 360


def fit(extent: Extent, aspect: float) -> Extent:
    """Return the smallest window of the given width/height that holds `extent`, same centre.

    Plotly letterboxes a window whose shape differs from the plot's, so the browser does the same
    sum with the measured size (see `layers.figure`).
    """
    south, north = mercator_y(extent.south), mercator_y(extent.north)
    middle = (extent.west + extent.east) / 2
    width, height = extent.east - extent.west, north - south
    if width / height < aspect:
        for _ in range(4):  # the drawn height grows with the width, see drawn_height
            width = drawn_height(extent.south, extent.north, width) * aspect
        half = min(width / 2, 180 - abs(middle))
        return Extent(middle - half, extent.south, middle + half, extent.north)
    grow = (width / aspect - height) / 2
    return Extent(extent.west, max(-80, latitude(south - grow)), extent.east, min(80, latitude(north + grow)))


def drawn_height(south: float, north: float, width: float) -> float:
    """Return the height Plotly gives a window: its edges are great circles in four pieces, bulging polewards."""
    bulge = math.cos(math.radians(width / 8))

    def edge(lat: float, *, top: bool) -> float:
        outward = lat > 0 if top else lat < 0
        return mercator_y(math.degrees(math.atan(math.tan(math.radians(lat)) / bulge)) if outward else lat)

    return edge(north, top=True) - edge(south, top=False)


def window_of(
    points: Sequence[tuple[float, float]], margin: float = 0.06, least: float = 3.0, names: float = 0.0
) -> Extent:
    """Return a window around (lon, lat) points with a margin on each side, at least `least` degrees wide and high.

    names: room for names in the east, in widths of the points: names stand to the right of their stops.
    """
    lons, lats = [p[0] for p in points], [p[1] for p in points]
    wide, high = max(max(lons) - min(lons), least), max(max(lats) - min(lats), least)
    x, y = (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
    half_x, half_y = wide * (0.5 + margin), high * (0.5 + margin)
    return Extent(max(-180, x - half_x), max(-80, y - half_y), min(180, x + half_x + names * wide), min(80, y + half_y))
