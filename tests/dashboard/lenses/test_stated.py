"""What a corridor says of a county is the same on every surface: named stops count, what is drawn across does not."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import brotli
import pytest
from flask.testing import FlaskClient
from pptx import Presentation

from dashboard.export.brief import from_link
from dashboard.export.pptx import make as make_deck
from dashboard.view.site import choices_of
from geodata.query.world import World


@pytest.fixture(scope="module")
def stopping(world: World) -> dict[str, tuple[str, ...]]:
    """P-code → corridors that name a stop there, from the stops themselves."""
    county = {row["place_id"]: row["pcode"] for row in world.corridors.places}
    found: dict[str, set[str]] = {pcode: set() for pcode in world.names}
    for leg in (leg["properties"] for leg in world.corridors.legs):
        for end in ("from_place", "to_place"):
            if county[leg[end]]:
                found[county[leg[end]]].add(leg["corridor_id"])
    return {pcode: tuple(sorted(ids)) for pcode, ids in found.items()}


@pytest.fixture(scope="module")
def drawn_km(world: World) -> dict[str, int]:
    return {row["pcode"]: row["drawn_km"] for row in world.corridors.county_corridors}


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def rows(client: FlaskClient, path: str) -> dict[str, dict[str, str]]:
    lines = csv.DictReader(io.StringIO(page(client, path).lstrip("\ufeff")))
    return {row["pcode"]: row for row in lines}


def section(text: str, heading: str) -> str:
    return text.partition(heading)[2].partition("</section>")[0]


def test_messages_cards_and_profiles_name_the_corridors_that_stop(
    client: FlaskClient, world: World, stopping: dict[str, tuple[str, ...]], drawn_km: dict[str, int]
) -> None:
    for pcode, ids in stopping.items():
        message = page(client, f"/lite/{pcode}.txt?lang=en")
        assert f"Corridors with a stop here: {len(ids)}." in message or "Corridors" not in message, pcode
        listed = section(page(client, f"/lite/{pcode}?lang=en"), '<h2 id="c">')
        named = set(re.findall(r"<b>(C\d\d)</b>", listed))
        more = re.search(r"and (\d+) more corridor", listed)
        assert named <= set(ids)
        assert len(named) + (int(more[1]) if more else 0) == len(ids), pcode
        profile = section(page(client, f"/county/{pcode}?lang=en"), '<section id="segments">')
        shown = profile.partition('<ul class="plain corridors">')[2].partition("</ul>")[0]
        assert set(re.findall(r">\s*(C\d\d) ", shown)) == set(ids), pcode
        if drawn_km[pcode]:
            assert f"About {drawn_km[pcode]:,} km".replace(",", "\u202f") in profile, pcode
    across = [row for row in world.corridors.county_corridors if row["corridors_drawn"] and not row["n_stopping"]]
    for row in across:  # said, but apart
        assert "drawn across, not stated" in page(client, f"/lite/{row['pcode']}?lang=en").lower()


def test_files_and_tables_count_the_same(
    client: FlaskClient, stopping: dict[str, tuple[str, ...]], drawn_km: dict[str, int]
) -> None:
    features = client.get("/api/v1/counties.geojson?lang=en").get_json()["features"]
    assert {f["id"]: tuple(f["properties"]["corridors"]) for f in features} == stopping
    assert {f["id"]: f["properties"]["drawn_km"] for f in features} == drawn_km
    gap = rows(client, "/response.csv?lang=en")
    assert {pcode: int(float(row["corridors_stopping"])) for pcode, row in gap.items()} == {
        pcode: len(ids) for pcode, ids in stopping.items()
    }
    exposure = rows(client, "/corridors/exposure.csv?lang=en")
    natures = ("trafficking", "smuggling", "mixed", "unclear")
    for pcode, ids in stopping.items():
        named = [key for nature in natures for key in exposure[pcode][f"corridors_{nature}"].split(";") if key]
        assert tuple(sorted(named)) == ids, pcode
    compared = csv.DictReader(io.StringIO(page(client, "/compare.csv?counties=KE013,KE011&lang=en").lstrip("\ufeff")))
    for row in compared:
        if row["unit"] in stopping:
            assert int(row["corridors"]) == len(stopping[row["unit"]])
            assert int(row["drawn_km"]) == drawn_km[row["unit"]]


@pytest.mark.parametrize("pcode", ["KE013", "KE011", "KE010", "KE047"])
def test_slides_and_papers_say_the_same(world: World, pcode: str, stopping: dict[str, tuple[str, ...]]) -> None:
    brief = from_link(world, choices_of(world), f"/?county={pcode}&lang=en")
    table = brief.table("corridors")
    assert tuple(sorted(row.id for row in table.rows)) == stopping[pcode]
    assert "drawn across, not stated" in table.note.lower()


def test_tharaka_nithi_has_no_corridor_of_its_own(client: FlaskClient, stopping: dict[str, tuple[str, ...]]) -> None:
    assert stopping["KE013"] == ()
    assert "Corridors with a stop here: 0." in page(client, "/lite/KE013.txt?lang=en")
    assert "No documented corridor names a stop here." in page(client, "/lite/KE013?lang=en")


@pytest.mark.parametrize("every", [6, pytest.param(1, marks=pytest.mark.soak)])
def test_briefs_and_slides_of_counties_name_the_same_corridors(
    world: World, stopping: dict[str, tuple[str, ...]], tmp_path: Path, every: int
) -> None:
    """Every sixth county and the one without a stop; the soak makes the slides of all 47."""
    choices = choices_of(world)
    for pcode in {*sorted(stopping)[::every], "KE013"}:
        ids = stopping[pcode]
        brief = from_link(world, choices, f"/?county={pcode}&lang=en")
        table = brief.table("corridors")
        assert table is not None
        assert tuple(sorted(row.id for row in table.rows)) == ids, pcode
        counties = brief.table("counties")
        assert counties is not None
        column = [column.id for column in counties.columns].index("corridors")
        assert {row.id: row.cells[column].value for row in counties.rows if row.id in stopping} == {
            code: len(named) for code, named in stopping.items()
        }
        deck = tmp_path / f"{pcode}.pptx"
        make_deck(brief, world, deck, lambda _share: None)
        assert corridors_on(deck) <= set(ids), pcode
        assert bool(corridors_on(deck)) == bool(ids), pcode


def corridors_on(deck: Path) -> set[str]:
    """Return the corridors in the tables of a deck."""
    tables = [shape.table for slide in Presentation(str(deck)).slides for shape in slide.shapes if shape.has_table]
    named = (re.match(r"(C\d\d) ", table.cell(r, 0).text) for table in tables for r in range(len(table.rows)))
    return {match[1] for match in named if match}


def test_the_drawn_network_adds_at_most_twelve_kilobytes_to_the_first_paint(client: FlaskClient) -> None:
    whole = len(brotli.compress(page(client, "/embed?lang=en").encode()))
    without = len(brotli.compress(page(client, "/embed?lang=en&layers=roles,labels").encode()))
    assert whole - without <= 12_000
