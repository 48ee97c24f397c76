"""One Mercator for every drawing: a window fits its box, its edges come back, the poles are out of reach."""

from __future__ import annotations

import pytest

from geodata.boundaries.projection import REACH, as_wide, fitted, latitude, mercator_y

KENYA = (33.9, -4.7, 41.9, 5.5)


def test_a_window_fits_a_box_centred_and_is_seen_again() -> None:
    projection = fitted(KENYA, (100, 50, 600, 300), decimals=None)
    west, south = projection.point(KENYA[0], KENYA[1])
    east, north = projection.point(KENYA[2], KENYA[3])
    assert (north, south) == pytest.approx((50, 350))
    assert (west + east) / 2 == pytest.approx(400)
    assert projection.seen[1::2] == pytest.approx((-4.7, 5.5))
    assert projection.seen[0] < KENYA[0] < KENYA[2] < projection.seen[2]


def test_a_drawing_as_wide_as_its_window_keeps_its_margin() -> None:
    projection = as_wide(KENYA, 360, margin=4)
    assert projection.point(KENYA[0], KENYA[3]) == (4, 4)
    assert projection.point(KENYA[2], 0)[0] == 356
    assert projection.point(0, KENYA[1])[1] == pytest.approx(projection.height - 4, abs=1)


def test_points_are_seen_within_a_margin_and_the_poles_are_finite() -> None:
    projection = fitted(KENYA, (0, 0, 100, 100))
    assert projection.sees([(-5, 50), (10, 50)])
    assert not projection.sees([(-5, 50)])
    assert projection.sees([(-5, 50)], margin=6)
    assert projection.point(36, 90) == projection.point(36, REACH)
    assert latitude(mercator_y(-26.2)) == pytest.approx(-26.2)
