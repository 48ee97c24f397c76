"""Towns, sub-counties, old districts, camps, estates and short forms: offered with the right county, never assumed."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
import yaml

from geodata.matching.below import PLACES, PlaceBelow, PlaceList
from geodata.matching.counties import CountyMatcher, Standing, county_matcher
from geodata.settings import from_environment
from geodata.values import Pcode

CHOSEN: dict[str, list[Any]] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "places.yaml").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def matcher() -> CountyMatcher:
    return county_matcher(from_environment({}))


def test_three_hundred_places_are_asked_with_the_right_county_first(matcher: CountyMatcher) -> None:
    places = [(str(place), matcher.match(county).pcode) for county, names in CHOSEN.items() for place in names]
    verdicts = [(matcher.match(place), county) for place, county in places]
    assert len(places) >= 300
    assert sum(verdict.candidates[:1] == (county,) for verdict, county in verdicts) >= 0.95 * len(places)
    assert [verdict.pcode for verdict, _ in verdicts if verdict.pcode] == []


def test_every_listed_place_has_a_county_a_kind_and_a_source(matcher: CountyMatcher) -> None:
    with PLACES.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) > 3000
    assert {row["source"] for row in rows} == {"GeoNames", "IEBC", "KNBS", "Njia"}
    assert {row["pcode"] for row in rows} == set(matcher.names)
    assert all(row["kind"] for row in rows)


@pytest.mark.parametrize(
    ("text", "pcode"),
    [("Nairobi (Eastleigh)", "KE047"), ("Marsabit County, Moyale Sub-County", "KE010"),
     ("Kenya / Busia County / Teso South", "KE040"), ("Kenya::Wajir::Habaswein", "KE008"),
     ("Kilifi County - Malindi", "KE003")],
)  # fmt: skip
def test_a_county_with_places_of_its_own_is_that_county(matcher: CountyMatcher, text: str, pcode: str) -> None:
    verdict = matcher.match(text)
    assert verdict.pcode == pcode
    assert "longer place" in verdict.change


@pytest.mark.parametrize(
    ("text", "candidates"),
    [("Garissa, Wajir", {"KE007", "KE008"}), ("Moyale - Isiolo - Nairobi", {"KE010", "KE011", "KE047"}),
     ("Between Meru and Isiolo", {"KE011", "KE012"}), ("Huruma", {"KE047", "KE027"})],
)  # fmt: skip
def test_several_counties_are_asked_about_with_each_of_them(
    matcher: CountyMatcher, text: str, candidates: set[str]
) -> None:
    verdict = matcher.match(text)
    assert verdict.standing is Standing.TO_CONFIRM
    assert set(verdict.candidates) == candidates


def test_a_name_that_also_lies_abroad_says_so(matcher: CountyMatcher) -> None:
    assert "Ethiopia" in matcher.match("Moyale").reason
    assert matcher.match("Moyale, Ethiopia").abroad == "ETH"


def test_a_ward_gives_way_to_a_town_of_the_same_name() -> None:
    ward, town = PlaceBelow(Pcode("KE001"), "ward"), PlaceBelow(Pcode("KE002"), "town")
    places = PlaceList([("Soko", ward), ("Soko", town)])
    assert [place.kind for place in places.find("soko town")] == ["town", "ward"]
    assert places.find("nowhere") == ()
