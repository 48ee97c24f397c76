"""Nine classes that read without colour: by lightness, by pattern and by letter."""

from __future__ import annotations

from itertools import combinations

import pytest

from layers.bivariate import BivariateClass, class_fill, swatch
from layers.minimap import OVERLAYS
from layers.theme import BIVARIATE, contrast, luminance

CELLS = [BivariateClass(exposure, response) for exposure in range(3) for response in range(3)]
# Viénot, Brettel & Mollon 1999: linear RGB as seen without red (protan) and without green (deutan) cones.
DEFICIENT = {
    "protan": ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0)),
    "deutan": ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0)),
}


def linear(colour: str) -> list[float]:
    values = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]


def test_codes_name_nine_classes_and_patterns_name_the_response():
    assert [cell.code for cell in CELLS] == ["A0", "A1", "A2", "B0", "B1", "B2", "C0", "C1", "C2"]
    for cell in CELLS:
        kind = cell.pattern.removesuffix("-l")
        assert kind == ("rise", "dot", "")[cell.response]
        assert not kind or kind in OVERLAYS
    assert len({colour for row in BIVARIATE for colour in row}) == 9


@pytest.mark.parametrize("response", range(3))
def test_in_grey_each_step_of_exposure_is_clearly_darker(response: int):
    steps = [luminance(BIVARIATE[exposure][response]) for exposure in range(3)]
    assert steps[0] > steps[1] > steps[2]
    assert contrast(BIVARIATE[0][response], BIVARIATE[1][response]) > 1.7
    assert contrast(BIVARIATE[1][response], BIVARIATE[2][response]) > 2.2


@pytest.mark.parametrize("kind", DEFICIENT)
def test_colours_stay_apart_for_readers_without_red_or_green(kind: str):
    seen = {
        cell.code: [sum(a * b for a, b in zip(row, linear(cell.colour), strict=True)) for row in DEFICIENT[kind]]
        for cell in CELLS
    }
    for one, other in combinations(seen, 2):
        gap = (
            sum((max(a, 0) ** 0.42 - max(b, 0) ** 0.42) ** 2 for a, b in zip(seen[one], seen[other], strict=True))
            ** 0.5
        )
        assert gap > 0.05, (one, other)


def test_marks_on_dark_classes_are_light_and_the_gap_is_outlined():
    assert BivariateClass(2, 0).pattern == "rise-l"
    assert BivariateClass(0, 0).pattern == "rise"
    assert class_fill(BivariateClass(2, 0), "words", marked=True).edge
    assert not class_fill(BivariateClass(2, 0)).edge
    assert "<b>C0</b>" in swatch(BivariateClass(2, 0))
    with pytest.raises(ValueError, match="0 to 2"):
        BivariateClass(3, 0)
