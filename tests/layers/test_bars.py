"""Bars by year: every year has its bar or the mark of its kind of empty; heights are in proportion."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from geodata.values import Empty, Nature, Period
from layers.bars import HEIGHT, HUE, LEAST_BAR, WIDTH, BarSpec, bars

SVG = "{http://www.w3.org/2000/svg}"
SPEC = BarSpec(
    Nature.SMUGGLING,
    Period(2018, 2024),
    {2019: 4.0, 2021: 2.0, 2024: 0.01},
    {2018: Empty.NO_REPORT, 2020: Empty.ZERO, 2022: Empty.SUPPRESSED, 2023: Empty.OUTSIDE},
    {2019: "4", 2021: "<2>", 2024: "0"},
    'Smuggling & "trafficking"',
)


def drawn(spec: BarSpec) -> ET.Element:
    return ET.fromstring(bars(spec).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))  # noqa: S314 - our own drawing


def test_heights_are_in_proportion_and_never_invisible() -> None:
    rects = drawn(SPEC).findall(f"{SVG}rect")
    high = [float(rect.attrib["height"]) for rect in rects]
    assert high[0] == pytest.approx(2 * high[1], abs=0.1)
    assert high[2] == LEAST_BAR
    for rect in rects:
        assert rect.attrib["fill"] == HUE[Nature.SMUGGLING]
        assert float(rect.attrib["y"]) >= 0
        assert float(rect.attrib["x"]) + float(rect.attrib["width"]) <= WIDTH


def test_the_four_kinds_of_empty_have_four_marks() -> None:
    whole = drawn(SPEC)
    words = [text.text for text in whole.findall(f"{SVG}text")]
    assert words.count("0") == 2  # the zero year, and the number over the smallest bar
    assert len(whole.findall(f"{SVG}circle")) == 1
    assert len(whole.findall(f"{SVG}path")) == 3  # ground, no report, outside
    assert "<2>" in words
    assert "2018" in words
    assert "2024" in words
    assert whole.attrib["aria-label"] == 'Smuggling & "trafficking"'
    assert whole.attrib["role"] == "img"


def test_no_value_at_all_is_drawn_as_marks_only() -> None:
    years = dict.fromkeys(range(2018, 2025), Empty.NO_REPORT)
    whole = drawn(replace(SPEC, values={}, shown={}, empties=years))
    assert not whole.findall(f"{SVG}rect")
    assert len(whole.findall(f"{SVG}path")) == 8


def test_twenty_years_fit_and_few_are_written() -> None:
    period = Period(2007, 2026)
    spec = BarSpec(Nature.TRAFFICKING, period, dict.fromkeys(period.years(), 1.0), {}, {}, "x")
    words = [text.text for text in drawn(spec).findall(f"{SVG}text") if text.text]
    assert words[0] == "2007"
    assert words[-1] == "2026"
    assert len(words) == 5
    assert all(float(text.attrib["y"]) <= HEIGHT for text in drawn(spec).findall(f"{SVG}text"))


@pytest.mark.parametrize(
    "wrong",
    [{"values": {2019: 1.0}}, {"empties": {}}, {"values": {2018: 1.0, 2019: 1.0, 2021: 1.0, 2024: 1.0}},
     {"values": {2019: 4.0, 2021: 2.0, 2024: 1.0, 2030: 1.0}}],
)  # fmt: skip
def test_a_year_missing_double_or_outside_is_refused(wrong: dict[str, dict[int, float]]) -> None:
    with pytest.raises(ValueError, match="every year of 2018–2024"):
        bars(replace(SPEC, **wrong))  # type: ignore[arg-type] # wrong on purpose


def test_mixed_has_no_hue() -> None:
    with pytest.raises(ValueError, match="mixed"):
        bars(replace(SPEC, nature=Nature.MIXED))


def test_the_same_numbers_give_the_same_drawing() -> None:
    assert bars(SPEC) == bars(SPEC)
