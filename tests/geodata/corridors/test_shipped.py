"""The shipped evidence on the shipped counties: facts read by hand in the sources, checked here."""

from __future__ import annotations

import csv
import math
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import networkx as nx
import pytest

from geodata.corridors import graph, load_prepared, prepare
from geodata.facts.places import GEOD
from geodata.values import Grade

if TYPE_CHECKING:
    from tests.geodata.corridors.conftest import World

COUNTY_OF = {
    "Moyale": "Marsabit",
    "Marsabit": "Marsabit",
    "Ileret": "Marsabit",
    "Dukana": "Marsabit",
    "Forolle": "Marsabit",
    "Bute": "Wajir",
    "Takaba": "Mandera",
    "Kibish": "Turkana",
    "Barsaloi": "Samburu",
    "Eldas": "Wajir",
    "Garba Tula": "Isiolo",
    "Kangeta": "Meru",
    "Mado Gashi": "Isiolo",
    "Makuyu": "Murang'a",
    "Maralal": "Samburu",
    "Rumuruti": "Laikipia",
    "Suguta Marmar": "Samburu",
    "Turbi": "Marsabit",
    "Yamicha": "Isiolo",
    "Oyugis": "Homa Bay",
    "Kanduyi (Bungoma)": "Bungoma",
    "Merti": "Isiolo",
    "Isiolo": "Isiolo",
    "Archers Post": "Samburu",
    "Nairobi": "Nairobi",
    "Eastleigh (Nairobi)": "Nairobi",
    "Jomo Kenyatta International Airport": "Nairobi",
    "Meru": "Meru",
    "Kambiti (Murang'a South)": "Murang'a",
    "Thika": "Kiambu",
    "Garissa": "Garissa",
    "Dadaab": "Garissa",
    "Liboi": "Garissa",
    "Nanyuki": "Laikipia",
    "Voi": "Taita Taveta",
    "Taveta": "Taita Taveta",
    "Narok": "Narok",
    "Kisii": "Kisii",
    "Migori": "Migori",
    "Kehancha": "Migori",
    "Isebania": "Migori",
    "Kitengela": "Kajiado",
    "Loitoktok (Oloitokitok)": "Kajiado",
    "Namanga": "Kajiado",
    "Makindu": "Makueni",
    "Mombasa": "Mombasa",
    "Moi International Airport, Mombasa": "Mombasa",
    "Lunga Lunga": "Kwale",
    "Msambweni": "Kwale",
    "Shimoni": "Kwale",
    "Vanga": "Kwale",
    "Mwingi": "Kitui",
    "Lamu": "Lamu",
    "Kiunga": "Lamu",
    "Garsen": "Tana River",
    "Wajir": "Wajir",
    "Mandera": "Mandera",
    "El Wak": "Mandera",
    "Busia (Kenya)": "Busia",
    "Malaba": "Busia",
    "Eldoret": "Uasin Gishu",
    "Kericho": "Kericho",
    "Londiani": "Kericho",
    "Nakuru": "Nakuru",
    "Lomekwi": "Turkana",
    "Lodwar": "Turkana",
    "Kakuma": "Turkana",
    "Kitale": "Trans Nzoia",
    "Kapenguria (Makutano)": "West Pokot",
    "Lokitonyala": "West Pokot",
    "Malindi": "Kilifi",
}


def pcode_names(world: World) -> dict[str, str]:
    return dict(zip(world.counties["pcode"], world.counties["name"], strict=True))


def test_every_kenyan_stop_lies_in_the_county_it_belongs_to(world: World) -> None:
    names = pcode_names(world)
    kenyan = world.places.loc[world.places["iso3"] == "KEN"]
    assert {row.name_: names[row.pcode] for row in kenyan.rename(columns={"name": "name_"}).itertuples()} == COUNTY_OF


def test_the_official_layer_puts_every_stop_in_the_same_county(world: World) -> None:
    path = Path(__file__).resolve().parents[4] / "shared" / "reference" / "codab_2019_adm1.geojson"
    if not path.is_file():
        pytest.skip("needs ../shared/reference/codab_2019_adm1.geojson, which is not ours to ship")
    from geodata.facts import places  # noqa: PLC0415 - only when the layer is there

    f = world.facts
    official = places.build(f.stops, gpd.read_file(path), f.place_counties, f.countries)
    assert official["pcode"].tolist() == world.places["pcode"].tolist()


def test_the_two_sides_of_busia_are_two_places(world: World) -> None:
    spots = world.places.set_index("place_id")
    assert (spots.loc["busia-kenya", "iso3"], spots.loc["busia-uganda", "iso3"]) == ("KEN", "UGA")
    assert spots.loc["busia-uganda", "pcode"] == ""


def test_lokitonyala_is_listed_with_its_legs_and_never_drawn(world: World) -> None:
    spot = world.places.set_index("place_id").loc["lokitonyala"]
    assert spot[["lat", "lon"]].isna().all()
    undrawn = world.legs.loc[world.legs.geometry.isna()]
    assert undrawn["leg_id"].tolist() == [
        "C18.addis-ababa.lokitonyala", "C18.lokitonyala.kapenguria-makutano", "C29.kibish.eldoret",
        "C31.turbi.yamicha", "C31.yamicha.merti",
    ]  # fmt: skip
    west_pokot = world.passing.query("corridor_id == 'C18' and pcode == 'KE024'").iloc[0]
    assert west_pokot["stops"] == "kapenguria-makutano;lokitonyala"


def legs_of(world: World, corridor_id: str) -> set[str]:
    mine = world.legs.loc[world.legs["corridor_id"] == corridor_id]
    return {f"{a} > {b}" for a, b in zip(mine["from_place"], mine["to_place"], strict=True)}


def test_the_trunk_leads_from_asmara_to_johannesburg(world: World) -> None:
    whole = graph.build(world.places, world.legs)
    part = graph.of_corridor(whole, "C01", trunk_only=True)
    way = nx.shortest_path(part, "asmara", "south-africa-johannesburg-gauteng")
    assert way == [
        "asmara", "moyale-ethiopia", "moyale", "marsabit", "archers-post", "isiolo", "nairobi", "arusha",
        "tunduma", "mutare", "beitbridge", "musina", "south-africa-johannesburg-gauteng",
    ]  # fmt: skip
    assert {f"{a} > moyale-ethiopia" for a in ("asmara", "hosaina", "durame", "hawassa")} <= legs_of(world, "C01")
    assert {"moyale > merti", "merti > archers-post", "arusha > mbala", "malawi-dzaleka-camp > mutare"} <= legs_of(
        world, "C01"
    )
    assert len(legs_of(world, "C01")) == 21


def test_branches_that_the_evidence_means_otherwise(world: World) -> None:
    assert "kitengela > namanga" in legs_of(world, "C05")
    assert not {leg for leg in legs_of(world, "C05") if leg.startswith("namanga >")}
    karamoja = legs_of(world, "C14")
    assert {"napak > malaba", "malaba > eldoret", "busia-kenya > kericho", "londiani > nakuru"} <= karamoja
    assert not {"busia-uganda > malaba", "malaba > kericho", "malaba > londiani"} & karamoja
    assert legs_of(world, "C24") == {
        "busia-kenya > nairobi", "busia-kenya > mombasa", "busia-kenya > malindi", "kitale > mombasa",
    }  # fmt: skip


def test_without_alternatives_every_corridor_still_leads_from_its_first_to_its_last_stop(world: World) -> None:
    whole = graph.build(world.places, world.legs)
    ends = {row["corridor_id"]: (row["from_place"], row["to_place"]) for row in _first_and_last(world)}
    assert len(ends) == 35
    for corridor_id, (first, last) in ends.items():
        assert nx.has_path(graph.of_corridor(whole, corridor_id, trunk_only=True), first, last), corridor_id
        assert nx.is_directed_acyclic_graph(graph.of_corridor(whole, corridor_id)), corridor_id


def _first_and_last(world: World) -> list[dict[str, str]]:
    ids = dict(zip(world.places["name"], world.places["place_id"], strict=True))
    rows = []
    for corridor_id, stops in world.facts.stops.groupby("corridor_id"):
        main = stops.loc[stops["alt_to"] == "", "place"].map(ids).tolist()
        rows.append({"corridor_id": str(corridor_id), "from_place": main[0], "to_place": main[-1]})
    return rows


def test_grades_basis_and_sources(world: World) -> None:
    legs = world.legs.set_index("leg_id")
    corridor = world.facts.corridors.set_index("corridor_id")["confidence"]
    assert all(Grade(leg.grade) >= Grade(corridor[leg.corridor_id]) for leg in legs.itertuples())
    assert ((legs["basis"] == "stated") == (legs["doubts"] == "")).all()
    assert legs.loc["C01.isiolo.nairobi", ["grade", "basis", "n_sources"]].tolist() == ["A", "stated", 2]
    assert legs.loc["C20.mombasa.moi-international-airport-mombasa", ["grade", "basis"]].tolist() == ["C", "inferred"]
    assert legs.loc["C23.mwanza.isebania", ["grade", "basis"]].tolist() == ["C", "inferred"]
    # Two copies of one BBC report are one voice; so are two articles of one newspaper.
    assert legs.loc["C16.ileret.lomekwi", "n_sources"] == 1
    assert legs.loc["C01.moyale.marsabit", "n_sources"] == 1
    assert legs["last_confirmed"].isna().any()
    assert legs["last_confirmed"].dropna().between(2008, 2026).all()
    known = set(world.facts.sources["source_id"])
    assert {source for text in legs["sources"] for source in text.split(";")} <= known


def test_far_legs_are_geodesics_with_close_vertices(world: World) -> None:
    far = world.legs.set_index("leg_id").loc["C22.nepal-country-point.mombasa"]
    lat_a, lat_b, turn = math.radians(28.0), math.radians(-4.0547), math.radians(84.0 - 39.6636)
    sphere = math.acos(math.sin(lat_a) * math.sin(lat_b) + math.cos(lat_a) * math.cos(lat_b) * math.cos(turn)) * 6371
    assert far["length_km"] == pytest.approx(sphere, rel=0.005)
    gaps = GEOD.line_lengths(*zip(*far["geometry"].coords, strict=True))
    assert max(gaps) <= 50_001
    assert world.legs.geometry.dropna().is_valid.all()


def test_isiolo(world: World) -> None:
    mine = world.passing.loc[world.passing["pcode"] == "KE011"].set_index("corridor_id")
    assert mine.index[mine["passes"] == "stop"].tolist() == ["C01", "C02", "C03", "C31", "C33", "C34", "C35"]
    trunk = mine.loc["C01"]
    assert trunk["stops"] == "isiolo;merti"
    assert trunk["upstream"].split(";") == ["KE010", "KE025"]
    assert "KE047" in trunk["downstream"].split(";")
    assert trunk["upstream_countries"].split(";") == ["ETH", "ERI"]
    assert trunk["downstream_countries"].split(";")[-1] == "ZAF"
    assert trunk["drawn_km"] == 210


def test_flights_and_voyages_do_not_count_on_the_ground(world: World) -> None:
    gulf = world.passing.loc[world.passing["corridor_id"].isin(["C19", "C20", "C22"])]
    assert set(gulf["pcode"]) == {"KE047", "KE001"}
    assert set(gulf["passes"]) == {"stop"}


def test_kilometres_in_counties_stay_within_the_corridors_length(world: World) -> None:
    lengths = world.legs.groupby("corridor_id")["length_km"].sum()
    inside = world.passing.groupby("corridor_id")["drawn_km"].agg(["sum", "size"])
    assert (inside["sum"] <= lengths.loc[inside.index] + 10 * inside["size"]).all()
    assert (world.passing["drawn_km"] % 10 == 0).all()
    assert (world.passing.loc[world.passing["passes"] == "line", "drawn_km"] >= 10).all()


THARAKA_NITHI = "C02;C12;C33;C34;C35"
"""Corridors drawn across Tharaka-Nithi, by the A9 between Meru and Embu; none names a stop there."""


def test_summary_counts_named_stops_apart_from_what_is_drawn_across(world: World) -> None:
    assert len(world.summary) == 47
    rows = world.summary.set_index("pcode")
    assert rows.loc["KE013", ["n_stopping", "corridors_drawn"]].tolist() == [0, THARAKA_NITHI]
    for pcode, mine in world.passing.groupby("pcode"):
        stopping = mine.loc[mine["passes"] == "stop", "corridor_id"]
        assert rows.loc[pcode, "corridors_stopping"] == ";".join(stopping)
        assert rows.loc[pcode, "drawn_km"] >= mine["drawn_km"].max() - 5
        assert rows.loc[pcode, "drawn_km"] <= mine["drawn_km"].sum() + 10


def test_prepared_twice_gives_the_same_bytes_and_reads_back(world: World, tmp_path: Path) -> None:
    shuffled = world.counties.sample(frac=1, random_state=7)
    for name, counties in (("one", world.counties), ("two", shuffled)):
        prepare.run(world.settings, counties, tmp_path / name)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == [
        "corridor_counties.csv",
        "corridors.csv",
        "county_corridors.csv",
        "files.json",
        "legs.geojson",
        "places.csv",
    ]
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name
    back = load_prepared(tmp_path / "one")
    assert (len(back.legs), len(back.places), len(back.corridors)) == (len(world.legs), len(world.places), 35)
    assert back.county_corridors[10]["corridors_stopping"] == ("C01", "C02", "C03", "C31", "C33", "C34", "C35")
    leg = {each["id"]: each for each in back.legs}["C01.isiolo.nairobi"]
    assert leg["properties"]["sources"] == ["iom-isiolo-2019", "iom-moyale-2019", "standard-isiolo-hub"]
    assert leg["properties"]["length_km"] == pytest.approx(237.1, abs=0.1)
    lokitonyala = next(place for place in back.places if place["place_id"] == "lokitonyala")
    assert (lokitonyala["lat"], lokitonyala["country_level"]) == (None, False)
    with (tmp_path / "one" / "places.csv").open(encoding="utf-8", newline="") as stream:
        assert len(list(csv.reader(stream))) == len(world.places) + 1


def test_reading_prepared_corridors_needs_no_heavy_library() -> None:
    heavy = "{'pandas', 'geopandas', 'shapely', 'networkx', 'pyproj'}"
    code = f"import sys, geodata.corridors; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
