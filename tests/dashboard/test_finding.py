"""Finding: any part of a county's name or of a town in it, misspelt or not, offers that county; no name gets a 404."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from random import Random

import pytest
from flask.testing import FlaskClient

from geodata.query.find import MOST, Standing, find_county, offers
from geodata.query.world import World

PLACES = Path(__file__).resolve().parents[2] / "geodata/data/intake/places.csv"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def towns() -> dict[str, set[str]]:
    """Return the listed towns → the counties that have a place of this name."""
    with PLACES.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    named = {row["place"] for row in rows if row["kind"] in ("town", "sub-county")}
    return {name: {row["pcode"] for row in rows if row["place"].lower() == name.lower()} for name in sorted(named)}


def misspelt(name: str, rng: Random) -> str:
    """Return a name with one slip of the hand: a letter doubled, dropped, swapped with the next, or another."""
    at = rng.randrange(1, len(name) - 1)
    slips = (
        name[:at] + name[at] + name[at:],
        name[:at] + name[at + 1 :],
        name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        name[:at] + rng.choice(LETTERS) + name[at + 1 :],
    )
    return rng.choice(slips)


def offered(world: World, text: str) -> list[str]:
    return [offer.pcode for offer in offers(world, text)]


def test_three_hundred_towns_and_more_are_found_by_name(world: World):
    listed = towns()
    assert len(listed) >= 300
    missed = {name: offered(world, name) for name, pcodes in listed.items() if not pcodes & set(offered(world, name))}
    assert missed == {}
    first = [name for name, pcodes in listed.items() if offered(world, name)[0] in pcodes]
    assert len(first) == len(listed)


def test_a_part_of_a_town_offers_its_county(world: World):
    rng, listed = Random(11), towns()
    words = {name: max(re.split(r"[\s'’-]", name), key=len) for name in listed}
    missed = {}
    for name, word in words.items():
        part = word[: max(5, len(word) - rng.randrange(3))] if len(word) > 5 else word
        if not listed[name] & set(offered(world, part)):
            missed[name] = (part, offered(world, part))
    assert len(missed) <= len(listed) * 0.03, missed  # a very common beginning fills the list with others


def test_a_misspelt_town_offers_its_county(world: World):
    rng, listed = Random(7), {name: pcodes for name, pcodes in towns().items() if len(name) > 5}
    assert len(listed) >= 250
    missed = {}
    for name, pcodes in listed.items():
        typed = misspelt(name.lower(), rng)
        if not pcodes & set(offered(world, typed)):
            missed[name] = (typed, offered(world, typed))
    assert len(missed) <= len(listed) * 0.02, missed


def test_every_part_and_slip_of_a_countys_name_offers_it(world: World):
    rng, missed = Random(3), []
    for pcode, name in world.names.items():
        tries = {name, name.lower(), name.upper(), name[:3], name[:4], f"Kaunti ya {name}", f"{name} county"}
        tries |= {part for part in re.split(r"[\s-]", name) if len(part) > 2}
        tries |= {misspelt(name.lower(), rng) for _ in range(4) if len(name) > 5}
        missed += [(name, text) for text in tries if pcode not in offered(world, text)]
    assert missed == []


@pytest.mark.parametrize(
    ("typed", "pcode"),
    [("Kaunti ya Mombasa", "KE001"), ("mji wa Eldoret", "KE027"), ("NRB", "KE047"), ("MSA", "KE001"),
     ("kambi ya Kakuma", "KE023"), ("Moyale", "KE010"), ("moyalle", "KE010"), ("Garba Tula", "KE011"),
     ("nithi", "KE013"), ("marakwet", "KE028"), ("Isiolo town", "KE011"), ("Malindi", "KE003"), ("ke011", "KE011"),
     ("elodret", "KE027"), ("ممباسا", "KE001"), ("Murang’a", "KE021"), ("muranga", "KE021")],
)  # fmt: skip
def test_kiswahili_short_forms_and_other_scripts(world: World, typed: str, pcode: str):
    assert offered(world, typed)[:1] == [pcode]


@pytest.mark.parametrize("typed", ["", "   ", "?!", "qqqqzzzz", "x" * 500, "\x00", "𝕏𝕏𝕏𝕏"])
def test_nothing_is_made_up(world: World, typed: str):
    assert len(offers(world, typed)) <= MOST
    assert find_county(world, typed).standing is not Standing.SURE


@pytest.mark.parametrize("lang", ["en", "sw"])
@pytest.mark.parametrize("typed", ["Moyale", "isi", "tharak", "Nairob", "elodret", "Kampala", "qqqq", "Maua town"])
def test_without_scripts_the_field_in_the_header_offers(client: FlaskClient, world: World, typed: str, lang: str):
    for path in ("/", "/sources", "/county/KE011", "/glossary"):
        page = client.get(f"{path}?lang={lang}").get_data(as_text=True)
        assert '<form class="find" method="get" action="/lite"' in re.sub(r"\s+", " ", page), path
    answer = client.get("/lite", query_string={"county": typed, "lang": lang})
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    listed = re.findall(r'href="/lite/(KE\d{3})\?', page.partition('class="offers"')[2].partition("</ul>")[0])
    assert listed == offered(world, typed)
    assert set(re.findall(r'data-pcode="(KE\d+)', page)) == set(world.names)  # and all of them, whatever was typed


def test_the_api_offers_with_the_town_that_was_meant(client: FlaskClient):
    answer = client.get("/api/v1/find?q=moyal&lang=en").get_json()
    assert answer["pcode"] == ""
    assert {"pcode": "KE010", "county": "Marsabit", "place": "Moyale"} in answer["offers"]
    assert "Did you mean" in answer["said"]
    assert client.get("/api/v1/find?q=Isiolo").get_json()["pcode"] == "KE011"


def test_no_name_gets_a_404(client: FlaskClient):
    for name in [*list(towns())[::7], "Kampala", "Atlantis", "o'Brien & sons", "<b>", "ö", "kaunti"]:
        answer = client.get("/lite", query_string={"county": name, "lang": "sw"})
        assert answer.status_code in (200, 302), name
    assert client.get("/lite/KE048?lang=en").status_code == 404  # a code that nobody has is no name
