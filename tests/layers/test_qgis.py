"""Styles for QGIS: well-formed, and what a leg's look depends on is read from the columns the file has."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from geodata.values import Nature
from layers.qgis import LegColumns, county_style, leg_style, stop_style
from layers.theme import CORE_HUE, INK, WHITE

COLUMNS = LegColumns("kind", "n", "\"basis\" = 'inferred'", '"year" < 2016')


def colours(symbol: ET.Element) -> list[str]:
    named = [option for option in symbol.iter("Option") if option.get("name") == "line_color"]
    return ["#" + "".join(f"{int(part):02X}" for part in option.attrib["value"].split(",")[:3]) for option in named]


def test_a_mixed_leg_shows_both_natures_in_ink_and_no_hue_of_one():
    root = ET.fromstring(leg_style([(nature, nature.value) for nature in Nature]))  # noqa: S314 - our own text
    order = [category.attrib["value"] for category in root.iter("category")]
    drawn = dict(zip(order, [colours(symbol) for symbol in root.findall(".//symbols/symbol")], strict=True))
    both = [CORE_HUE[Nature.TRAFFICKING], CORE_HUE[Nature.SMUGGLING]]
    assert drawn["mixed"] == [INK, WHITE, INK, *both]
    assert drawn["trafficking"] == [INK, WHITE, INK, both[0]]
    assert drawn["smuggling"] == [INK, WHITE, INK, both[1]]


def test_the_look_follows_the_columns_of_the_file():
    text = leg_style([(Nature.SMUGGLING, "Smuggling")], COLUMNS)
    root = ET.fromstring(text)  # noqa: S314
    rules = {option.attrib["value"] for option in root.iter("Option") if option.get("name") == "expression"}
    assert any('"n" > 4' in rule for rule in rules)
    assert any("basis" in rule for rule in rules)
    assert any('"year" < 2016' in rule for rule in rules)
    assert any(LegColumns().trunk in rule for rule in rules)  # the edge of ink
    assert root.find("renderer-v2").attrib["attr"] == "kind"


def test_stops_carry_their_names_and_counties_their_classes():
    stops = ET.fromstring(stop_style("town", "sort"))  # noqa: S314
    assert stops.attrib["labelsEnabled"] == "1"
    assert stops.find(".//text-style").attrib["fieldName"] == "town"
    assert [rule.attrib["filter"].startswith('"sort"') for rule in stops.findall(".//rules/rule")] == [True, True]
    style = county_style([("0", "1–3 & more", "#E4F1F0"), ("n", "No report", "#E9E6DD")])
    counties = ET.fromstring(style)  # noqa: S314 - our own text
    assert [category.attrib["label"] for category in counties.iter("category")] == ["1–3 & more", "No report"]


def test_the_main_stops_are_named_whatever_lies_there():
    text = stop_style(main='"main"')
    rules = {
        option.get("name"): next(o.get("value") for o in option.iter("Option") if o.get("name") == "expression")
        for option in ET.fromstring(text).iter("Option")  # noqa: S314 - our own text
        if option.get("name") in {"AlwaysShow", "Bold"}
    }
    assert rules == {"AlwaysShow": '"main"', "Bold": '"main"'}
