"""The ramps survive greyscale printing and colour blindness; text keeps its contrast."""

from __future__ import annotations

import itertools

import pytest

from geodata.values import Nature
from layers import theme

# Machado, Oliveira & Fernandes 2009, severity 1.0, on linear RGB.
CVD = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
Matrix = tuple[tuple[float, ...], ...]
IDENTITY = ((1, 0, 0), (0, 1, 0), (0, 0, 1))


def linear(colour: str) -> tuple[float, ...]:
    return tuple(theme._linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))


def lab(colour: str, matrix: Matrix = IDENTITY) -> tuple[float, float, float]:
    rgb = linear(colour)
    r, g, b = (min(1, max(0, sum(m * c for m, c in zip(row, rgb, strict=True)))) for row in matrix)
    x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def distance(one: str, other: str, matrix: Matrix = IDENTITY) -> float:
    return sum((a - b) ** 2 for a, b in zip(lab(one, matrix), lab(other, matrix), strict=True)) ** 0.5


@pytest.mark.parametrize("nature", list(Nature))
def test_ramps_fall_in_even_steps_of_lightness(nature: Nature):
    lightness = [lab(c)[0] for c in theme.RAMPS[nature]]
    steps = [a - b for a, b in itertools.pairwise(lightness)]
    assert all(11 < step < 26 for step in steps), steps


def test_ends_of_the_two_hues_are_the_design():
    assert (theme.TRAFFICKING[0], theme.TRAFFICKING[-1]) == ("#F3EAF4", "#4A1259")
    assert (theme.SMUGGLING[0], theme.SMUGGLING[-1]) == ("#E4F1F0", "#0A4F4F")
    assert theme.PAPER == "#FBFAF7"


@pytest.mark.parametrize("matrix", CVD.values(), ids=CVD.keys())
def test_classes_stay_apart_for_colour_blind_readers(matrix: Matrix):
    for ramp in (theme.TRAFFICKING, theme.SMUGGLING, theme.DIVERGING):
        for one, other in itertools.pairwise(ramp):
            assert distance(one, other, matrix) > 10
    assert distance(theme.DIVERGING[0], theme.DIVERGING[-1], matrix) > 25


@pytest.mark.parametrize("matrix", CVD.values(), ids=CVD.keys())
def test_the_two_line_hues_stay_apart(matrix: Matrix):
    trafficking, smuggling = theme.LINE_HUE[Nature.TRAFFICKING], theme.LINE_HUE[Nature.SMUGGLING]
    assert distance(trafficking, smuggling, matrix) > 20


def test_text_and_lines_have_contrast():
    assert theme.contrast(theme.INK, theme.PAPER) > 12
    for ground in (theme.PAPER, theme.LAND, theme.WATER):
        assert theme.contrast(theme.INK_SECOND, ground) > 4.5
    for hue in theme.LINE_HUE.values():
        assert theme.contrast(hue, theme.LAND) > 3


def test_fewer_classes_keep_the_order_of_the_ramp():
    for k in range(1, 6):
        colours = theme.ramp(Nature.SMUGGLING, k)
        assert len(colours) == k
        assert list(colours) == sorted(colours, key=theme.luminance, reverse=True)
    with pytest.raises(ValueError, match="0 to 5"):
        theme.ramp(Nature.SMUGGLING, 6)
