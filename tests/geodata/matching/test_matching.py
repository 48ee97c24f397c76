"""County matching: codes told apart, spellings right, nothing foreign accepted in silence."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from geodata.matching.counties import CountyMatcher, Notation, Standing, county_matcher
from geodata.matching.points import PointMatcher
from geodata.settings import from_environment
from geodata.values import DataProblem, Pcode

REFERENCE = Path(__file__).resolve().parents[4] / "shared" / "reference"
needs_reference = pytest.mark.skipif(not REFERENCE.is_dir(), reason="../shared/reference is not here")

_FOREIGN = """Kampala Jinja Tororo Mbale Mbarara Gulu Lira Soroti Moroto Masaka Arua Kabale Kasese Hoima Kitgum
Madera Makeni Namira Manera Keicho Mkuranga Turkan Mander Kisumba Kisoro Nairn Nerja Lamud Kitwe Embu-Guacu
Arusha Moshi Tanga Dodoma Mwanza Mbeya Iringa Morogoro Tabora Kigoma Shinyanga Singida Mtwara Lindi Tunduma
Addis-Ababa Adama Hawassa Mekelle Gondar Jimma Harar Dessie Jijiga Shashamene Hosaena Arbaminch Dilla Negele
Asmara Keren Massawa Assab Mendefera Teseney Barentu Adi-Keyh Dekemhare Ghinda Mogadishu Kismayo Baidoa Galkayo
Garowe Bosaso Hargeisa Berbera Burao Borama Afgooye Jowhar Beledweyne Dhobley Juba Wau Malakal Yei Bor Rumbek
Torit Kapoeta Nimule Yambio Khartoum Omdurman Kassala Gedaref Kigali Butare Gisenyi Bujumbura Gitega Ngozi Goma
Bukavu Uvira Kalemie Lubumbashi Likasi Kindu Lilongwe Blantyre Mzuzu Zomba Karonga Mangochi Lusaka Ndola Kabwe
Nakonde Kasama Chipata Harare Bulawayo Mutare Gweru Masvingo Beitbridge Maputo Beira Nampula Pemba Tete Chimoio
Musina Polokwane Pretoria Johannesburg Durban Mbombela Riyadh Jeddah Dammam Doha Muscat Manama Dubai Sharjah
Kuwait Beirut Amman Baghdad Sanaa Aden Kathmandu Pokhara Dhaka Colombo Lahore Karachi Mumbai Delhi Yangon
Vientiane Bangkok Manila Jakarta Tripoli Sabha Kufra Benghazi Tunis Cairo Aswan Agadez Niamey"""
_INVENTED = """Zorvania Quelmark Brintopia Vashkara Ostrevel Lumindor Karvendale Thessolin Morvath Eldrune Faywick
Grondal Hexham-on-Wye Ilvermoor Jorvania Krellborough Luthmere Myrador Nethercombe Orphalese Pallidor Quillmont
Ravensmoor Silverglade Tarnhollow Umberfell Vexmoor Wyrmstead Xantholm Yarrowby Zephyria Nakutown Mombashire
Kisumelia Meruvia Embustan Wajirabad Lamutopia Kitungwa Busiania Garissabad Marsabad Nandipur Narokova"""
FOREIGN, INVENTED = _FOREIGN.split(), _INVENTED.split()


@pytest.fixture(scope="module")
def matcher() -> CountyMatcher:
    return county_matcher(from_environment({}))


@needs_reference
def test_published_spellings_all_reach_their_county(matcher: CountyMatcher) -> None:
    with (REFERENCE / "county_spellings.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    verdicts = [(matcher.match(row["spelling"]), f"KE{int(row['county_code']):03d}") for row in rows]
    right = sum(verdict.pcode == expected for verdict, expected in verdicts)
    wrong = [expected for verdict, expected in verdicts if verdict.pcode not in (None, expected)]
    assert len(rows) > 200
    assert right / len(rows) >= 0.99
    assert wrong == []


@pytest.mark.parametrize("place", [*FOREIGN, *INVENTED])
def test_foreign_and_invented_places_are_never_matched(matcher: CountyMatcher, place: str) -> None:
    assert matcher.match(place).pcode is None


def test_there_are_two_hundred_of_them() -> None:
    assert len({*FOREIGN, *INVENTED}) >= 200


@pytest.mark.parametrize(
    ("text", "notation", "pcode"),
    [
        ("KE011", Notation.IEBC, "KE011"),
        ("ke011", Notation.IEBC, "KE011"),
        ("KE011003", Notation.IEBC, "KE011"),
        ("11", Notation.IEBC, "KE011"),
        ("011", Notation.IEBC, "KE011"),
        ("11.0", Notation.IEBC, "KE011"),
        ("11", Notation.ISO, "KE037"),
        ("KE-09", Notation.IEBC, "KE011"),
        ("KE-11", Notation.IEBC, "KE037"),
        ("11 - Isiolo", Notation.IEBC, "KE011"),
        ("Isiolo (KE011)", Notation.IEBC, "KE011"),
    ],
)
def test_codes_are_told_apart_by_their_notation(
    matcher: CountyMatcher, text: str, notation: Notation, pcode: str
) -> None:
    assert matcher.match(text, notation=notation).pcode == pcode


@pytest.mark.parametrize("text", ["KE09", "KE-009", "11 - Nairobi", "Eldoret", "Busya", "Kitu"])
def test_what_is_not_clear_is_asked(matcher: CountyMatcher, text: str) -> None:
    verdict = matcher.match(text)
    assert verdict.standing is Standing.TO_CONFIRM
    assert verdict.pcode is None
    assert verdict.reason


@pytest.mark.parametrize("text", ["0", "48", "KE048", "KE-48", "-3", "…", "", "County"])
def test_what_names_no_county_is_rejected(matcher: CountyMatcher, text: str) -> None:
    assert matcher.match(text).standing is Standing.REJECTED


@pytest.mark.parametrize(
    "text",
    ["Mombassa", "Elegeyo-Marakwet", "Kirinyanga", "KAKAMENGA county", "Taita Tavetta", "Machackos", "Trans-Nzoiia"],
)
def test_one_slip_is_corrected_and_says_so(matcher: CountyMatcher, text: str) -> None:
    verdict = matcher.match(text)
    assert verdict.standing is Standing.SURE
    assert "corrected" in verdict.change


@pytest.mark.parametrize(
    ("text", "country"),
    [("Busia", "UGA"), ("Busia, Uganda", ""), ("Busia (UG)", ""), ("Busia UG", ""), ("Meru Tanzania", ""),
     ("Uganda - Busia", ""), ("Moyale, Ethiopia", ""), ("Kwale", "NGA")],
)  # fmt: skip
def test_kenyan_names_abroad_are_told_apart_by_country(matcher: CountyMatcher, text: str, country: str) -> None:
    verdict = matcher.match(text, country=country)
    assert verdict.standing is Standing.REJECTED
    assert verdict.abroad in ("UGA", "TZA", "ETH", "NGA")


def test_kenyan_busia_stays_kenyan(matcher: CountyMatcher) -> None:
    assert matcher.match("Busia, Kenya").pcode == "KE040"
    assert matcher.match("Busia", country="KEN").pcode == "KE040"


def test_a_confirmed_spelling_is_believed() -> None:
    fresh = county_matcher(from_environment({}))
    fresh.confirm("Kitu", Pcode("KE015"))
    assert fresh.match("Kitu").pcode == "KE015"
    with pytest.raises(DataProblem):
        fresh.confirm("Kitu", Pcode("KE099"))


def test_points_on_a_shared_edge_go_to_the_lower_pcode() -> None:
    squares = {
        Pcode("KE002"): shapely.box(37.0, 0.0, 38.0, 1.0),
        Pcode("KE001"): shapely.box(38.0, 0.0, 39.0, 1.0),
    }
    points = PointMatcher(squares)
    lon = np.array([37.5, 38.0, 38.5, 36.0, 39.0, np.nan])
    lat = np.array([0.5, 0.5, 0.5, 0.5, 1.0, 0.5])
    found = points.match(lon, lat)
    assert [points.pcodes[place] if place >= 0 else None for place in found] == [
        "KE002", "KE001", "KE001", None, "KE001", None,
    ]  # fmt: skip
    assert (points.match(lon[::-1], lat[::-1])[::-1] == found).all()


@needs_reference
def test_points_agree_with_a_plain_spatial_test() -> None:
    layer = json.loads((REFERENCE / "codab_2019_adm1.geojson").read_text())
    areas = {Pcode(f["properties"]["pcode"]): shapely.geometry.shape(f["geometry"]) for f in layer["features"]}
    points = PointMatcher(areas)
    rng = np.random.default_rng(7)
    lon, lat = rng.uniform(33.5, 42.5, 4000), rng.uniform(-5, 5.5, 4000)
    tree = shapely.STRtree([areas[pcode] for pcode in points.pcodes])
    expected = np.full(len(lon), -1)
    for point, area in zip(*tree.query(shapely.points(lon, lat), predicate="intersects"), strict=True):
        expected[point] = area if expected[point] < 0 else min(expected[point], area)
    assert (points.match(lon, lat) == expected).all()
    assert (expected >= 0).mean() > 0.4
