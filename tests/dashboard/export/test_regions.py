"""A region in every format: a former province or any set of counties; and which events a data file lists."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from flask.testing import FlaskClient

from dashboard.export import FORMATS
from dashboard.export.brief import Purpose, from_link
from dashboard.export.model import Brief, figures_of
from dashboard.export.regions import AREA
from dashboard.view.site import choices_of
from geodata.query.changes import provinces
from geodata.query.cube import NATURES
from geodata.query.world import World
from geodata.values import DataProblem


def brief_of(world: World, link: str) -> Brief:
    return from_link(world, choices_of(world), link)


@pytest.mark.parametrize("nature", NATURES[:2])
def test_a_province_adds_up_to_its_counties_and_lists_all_their_events(world: World, nature: str) -> None:
    members = provinces(world)["Coast"]
    brief = brief_of(world, f"/?region=Coast&nature={nature}&lang=en")
    assert brief.template == "region"
    assert set(brief.subject) == set(members)
    assert brief.figures[0].area_name == "Coast"
    held = figures_of(brief)
    years = brief.figures[0].id.rsplit(".", 1)[1]
    parts = [held[f"{pcode}.{nature}.incidents.{years}"] for pcode in members]
    whole = held[f"{AREA}.{nature}.incidents.{years}"]
    assert whole == sum(part for part in parts if not isinstance(part, str))
    events = brief.table("events")
    assert events is not None
    assert len(events.rows) == whole
    assert {row.nature for row in events.rows} == {nature}
    assert {county.pcode for county in brief.map.counties if county.selected} == set(members)


def test_the_link_of_a_region_opens_the_same_region(world: World) -> None:
    brief = brief_of(world, "/?region=north+eastern&lang=sw")
    assert brief.template == "region"
    assert brief_of(world, brief.stamp.link).to_json() == brief.to_json()


def test_any_set_of_counties_is_a_region_and_none_is_refused(world: World) -> None:
    chosen = "KE001,KE003,KE005,KE007,KE009,KE011,KE013"
    brief = brief_of(world, f"/?counties={chosen}&lang=en")
    assert (brief.template, ",".join(brief.subject)) == ("region", chosen)
    assert brief.figures[0].area_name.endswith("and 2 more")
    with pytest.raises(DataProblem, match="A region needs counties"):
        from_link(world, choices_of(world), "/?region=Atlantis", Purpose("region"))


@pytest.mark.parametrize("nature", NATURES[:2])
def test_a_file_lists_every_event_of_the_chosen_nature_and_no_other(world: World, nature: str) -> None:
    brief = brief_of(world, f"/?nature={nature}&lang=en")
    events = brief.table("events")
    assert events is not None
    assert {row.id for row in events.rows} == set(world.events.loc[world.events["nature"] == nature, "id"])


def test_all_natures_stand_in_one_list_told_apart_by_their_column(world: World) -> None:
    brief = brief_of(world, "/?nature=all&lang=en")
    events = brief.table("events")
    assert events is not None
    assert {row.id for row in events.rows} == set(world.events["id"])
    column = [column.id for column in events.columns].index("nature")
    assert {row.cells[column].text for row in events.rows} >= {"Trafficking", "Smuggling"}
    assert "nature=all" in brief.stamp.link


NATURE_WORDS = {"trafficking": "Trafficking", "smuggling": "Smuggling", "unclear": "Unclear"}


@pytest.mark.parametrize("nature", NATURES)
@pytest.mark.parametrize("view", ["", "&county=KE011", "&region=Coast", "&counties=KE010,KE011"])
def test_a_workbook_holds_the_events_of_its_nature_and_no_other(
    world: World, tmp_path: Path, nature: str, view: str
) -> None:
    brief = brief_of(world, f"/?nature={nature}{view}&lang=en")
    out = tmp_path / "events.xlsx"
    FORMATS["xlsx"].load()(brief, world, out, lambda _share: None)
    rows = list(openpyxl.load_workbook(out, read_only=True)["events"].iter_rows(values_only=True))
    column = rows[0].index("Kind")
    areas = {*brief.subject} if view else {*world.names, "KE"}
    events = world.events
    wanted = events[(events["nature"] == nature) & events["county"].isin(areas)]
    assert {row[column] for row in rows[1:] if any(row)} <= {NATURE_WORDS[nature]}
    assert len([row for row in rows[1:] if any(row)]) == len(wanted)


@pytest.mark.parametrize(("path", "kind"), [("/api/v1/incidents.csv", "csv"), ("/api/v1/incidents.json", "json")])
def test_all_events_stand_in_one_file(client: FlaskClient, world: World, path: str, kind: str) -> None:
    answer = client.get(f"{path}?nature=all&lang=en&per_page=500")
    if kind == "csv":
        rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    else:
        rows = answer.get_json()["items"]
        assert answer.get_json()["total"] == len(world.events)
    listed = {row["id"]: row["nature"] for row in rows}
    events = dict(zip(world.events["id"], world.events["nature"], strict=True))
    assert listed == events
    assert set(listed.values()) == set(NATURES)
    assert client.get("/api/v1/indicators.json?nature=all").status_code == 400, "counts of two natures never add up"


def test_the_brief_of_programs_takes_a_region_and_every_nature(client: FlaskClient, world: World) -> None:
    brief = client.get("/api/v1/brief.json?region=Coast&nature=all&lang=en").get_json()
    assert brief["template"] == "region"
    assert brief["subject"] == sorted(provinces(world)["Coast"])
    events = next(table for table in brief["tables"] if table["id"] == "events")
    assert {row["nature"] for row in events["rows"]} >= {"trafficking", "smuggling"}
    wrong = client.get("/api/v1/brief.json?region=Atlantis")
    assert wrong.status_code == 400
    assert "There is no region “Atlantis”; choose one of" in wrong.get_json()["error"]
