"""Events with fewer than five children, looked for everywhere: county, year, nature, and nothing more.

Everything is searched for their ids, and what stands beside an id is compared with what may stand there: the files of
the repository and of the release as text, pages as HTML, interfaces as JSON, CSV and XML, every brief (all formats
write from it), and the files of two data formats opened again.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zipfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from pptx import Presentation
from pypdf import PdfReader

from dashboard.export import FORMATS
from dashboard.export.brief import Purpose, make_brief
from dashboard.i18n.catalogue import catalogue
from dashboard.server.app import create_app
from dashboard.settings import AppSettings
from dashboard.view.site import choices_of
from dashboard.view.state import NATURES, from_query
from geodata.query.world import World, open_world
from geodata.settings import DataSettings

ROOT = Path(__file__).resolve().parents[1]
LEFT_OUT = {
    ".git",
    ".venv",
    "node_modules",
    "__pycache__",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
}
EVIDENCE = Path("geodata/data/evidence/incidents.csv")
EMPTY = {
    "", "unknown", "withheld", "not_said", "null", "None", "[]", "True", "true", "1", "year",
    "fewer than five children",
}  # fmt: skip
"""Words that say that nothing is told, in files."""
LANGS = ("en", "sw")


@pytest.fixture(scope="module")
def world() -> World:
    return open_world(DataSettings(home=Path("/nonexistent"), vault=""))


@pytest.fixture(scope="module")
def client(world: World) -> FlaskClient:
    server: Flask = create_app(world, AppSettings()).server
    return server.test_client()


@pytest.fixture(scope="module")
def hidden(world: World) -> dict[str, dict[str, Any]]:
    """Event id → what may be told of it."""
    rows = {
        str(row["id"]): {str(key): value for key, value in row.items()}
        for row in world.events.to_dict("records")
        if row["is_withheld"]
    }
    assert len(rows) >= 50
    return rows


def allowed(world: World, row: dict[str, Any]) -> set[str]:
    """Return every value that may stand in a row of a file about an event under the rule."""
    place = world.names.get(str(row["county"]), "Kenya (no county)")
    return EMPTY | {str(row["id"]), str(row["year"]), str(row["county"]), str(row["nature"]), place, "National"}


def files() -> Iterator[tuple[Path, str]]:
    """Yield every file of the repository as text; compressed ones opened."""
    for path in ROOT.rglob("*"):
        if path.is_symlink() or not path.is_file() or LEFT_OUT & set(path.relative_to(ROOT).parts):
            continue
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
        yield path.relative_to(ROOT), content.decode("utf-8", "replace")


def test_no_file_of_the_repository_says_more(world: World, hidden: dict[str, dict[str, Any]]) -> None:
    known, said = re.compile("|".join(hidden)), []
    for path, text in files():
        for number, line in enumerate(text.splitlines(), 1):
            for event_id in set(known.findall(line)):
                cells = set(next(csv.reader([line])))
                if path.suffix != ".csv" or not cells <= allowed(world, hidden[event_id]):
                    said.append(f"{path}:{number}")
    assert said == []


def test_the_search_of_the_repository_would_find_one(world: World, hidden: dict[str, dict[str, Any]]) -> None:
    texts = dict(files())
    assert sum(event_id in texts[EVIDENCE] for event_id in hidden) == len(hidden)
    event_id, row = next(iter(hidden.items()))
    assert not {event_id, str(row["year"]), "Nation, 3 May"} <= allowed(world, row)


@pytest.mark.parametrize("nature", NATURES)
def test_no_file_or_interface_says_more(client: FlaskClient, world: World, hidden: dict[str, Any], nature: str) -> None:
    text = client.get(f"/api/v1/incidents.csv?nature={nature}").text.removeprefix("\ufeff")
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["id"] in hidden]
    page = 1
    while (answer := client.get(f"/api/v1/incidents.json?nature={nature}&page={page}").get_json())["items"]:
        rows += [row for row in answer["items"] if row["id"] in hidden]
        page += 1
    assert len(rows) == 2 * sum(row["nature"] == nature for row in hidden.values())
    for row in rows:
        assert {str(value) for value in row.values()} <= allowed(world, hidden[row["id"]]), row["id"]


def test_open_features_say_no_more(client: FlaskClient, world: World, hidden: dict[str, Any]) -> None:
    answer = client.get("/ogc/collections/events/items?limit=1000").get_json()
    rows = [item["properties"] for item in answer["features"] if item["properties"]["id"] in hidden]
    assert len(rows) == len(hidden)
    for row in rows:
        assert {str(value) for value in row.values()} <= allowed(world, hidden[row["id"]])


def pages(world: World) -> list[str]:
    """Return the addresses of pages that list events: every county's profile, card and panel, Kenya, folds, changes."""
    of_counties = [f"/{room}/{pcode}?" for pcode in world.names for room in ("county", "lite", "corrections")]
    panels = [f"/?county={pcode}&nature={nature}" for pcode in world.names for nature in NATURES[:2]]
    return [
        *of_counties,
        *panels,
        "/?",
        "/country?",
        "/changes?",
        "/sources?",
        "/about?",
        "/fold/events?",
        "/feed.xml?",
    ]


@pytest.mark.parametrize("lang", LANGS)
def test_no_page_says_more(client: FlaskClient, world: World, hidden: dict[str, Any], lang: str) -> None:
    tr, seen, said = catalogue(lang), set(), []
    known = re.compile("|".join(hidden))
    for path in pages(world):
        text = client.get(f"{path}&lang={lang}").text
        for event_id in set(known.findall(text)):
            row, page = hidden[event_id], html.fromstring(text.encode())
            told = page.xpath(f'//li[@id="{event_id}"]')
            if told:
                seen.add(event_id)
                words = re.sub(r"\s+", " ", told[0].text_content()).replace(tr.t("panel.withheld"), "")
                place = world.names.get(str(row["county"]), "")
                rest = {word.strip(" ·:") for word in words.replace(place or "\0", "").split("·")}
                if " ".join(rest).split() != f"{tr.t('nature.' + row['nature'])} {row['year']}".split():
                    said.append((path, event_id, words))
                if told[0].xpath(".//a/@href"):
                    said.append((path, event_id, "a link"))
    assert said == []
    assert seen == {event_id for event_id, row in hidden.items()}


@pytest.mark.parametrize("lang", LANGS)
def test_no_brief_says_more(world: World, hidden: dict[str, Any], lang: str) -> None:
    """Slides, paper and pictures write the tables of a brief and nothing else of an event."""
    choices, tr, seen = choices_of(world), catalogue(lang), set()
    counties = {str(row["county"]) for row in hidden.values()} & set(world.names)
    for pcode, nature in product(counties, NATURES):  # a brief lists the events of its nature
        state = from_query(f"county={pcode}&lang={lang}&nature={nature}", choices)[0]
        brief = make_brief(world, choices, state, Purpose("county", ()))
        for table in brief.tables:
            for row in table.rows:
                if row.id in hidden:
                    seen.add(row.id)
                    event = hidden[row.id]
                    texts = {cell.text for cell in row.cells} - {""}
                    assert texts == {
                        str(event["year"]), world.names[pcode], tr.t(f"nature.{event['nature']}"),
                        tr.t("form.withheld"), tr.t("panel.persons_withheld"), tr.t("panel.withheld"),
                    }  # fmt: skip
                    assert not row.sources
                    assert all(cell.value is None for cell in row.cells)
    assert seen == {event_id for event_id, row in hidden.items() if row["county"] in world.names}


@pytest.mark.parametrize("name", ["xlsx", "csv"])
def test_no_workbook_says_more(world: World, hidden: dict[str, Any], tmp_path: Path, name: str) -> None:
    choices, tr = choices_of(world), catalogue("en")
    pcode = next(str(row["county"]) for row in hidden.values() if row["county"] in world.names)
    brief = make_brief(world, choices, from_query(f"county={pcode}&lang=en", choices)[0], Purpose("county", ()))
    path = tmp_path / f"out.{FORMATS[name].extension}"
    FORMATS[name].load()(brief, world, path, lambda _share: None)
    if name == "xlsx":
        sheets = openpyxl.load_workbook(path).worksheets
        rows = [[str(cell or "") for cell in row] for sheet in sheets for row in sheet.iter_rows(values_only=True)]
    else:
        with zipfile.ZipFile(path) as archive:
            texts = [archive.read(part).decode("utf-8-sig") for part in archive.namelist() if part.endswith(".csv")]
        rows = [row for text in texts for row in csv.reader(io.StringIO(text))]
    words = EMPTY | {
        world.names[pcode], tr.t("form.withheld"), tr.t("panel.persons_withheld"), tr.t("panel.withheld"), pcode,
        *(tr.t(f"nature.{nature}") for nature in NATURES), *NATURES, *hidden,
    }  # fmt: skip
    mine = [row for row in rows if tr.t("panel.withheld") in row]
    assert len(mine) == sum(row["county"] == pcode for row in hidden.values())
    for row in mine:
        assert all(cell in words or re.fullmatch(r"\d{4}", cell) for cell in row), row


@pytest.mark.parametrize("name", ["pptx", "pdf"])
def test_no_document_says_more(world: World, hidden: dict[str, Any], tmp_path: Path, name: str) -> None:
    """Slides and paper, opened and read: beside the words that say what is withheld stand year, place and kind only."""
    choices, tr = choices_of(world), catalogue("en")
    row = next(row for row in hidden.values() if row["county"] in world.names and row["nature"] == "trafficking")
    pcode = str(row["county"])
    state = from_query(f"county={pcode}&lang=en&nature=trafficking", choices)[0]
    path = tmp_path / f"out.{name}"
    brief = make_brief(world, choices, state, Purpose("county", ()))
    FORMATS[name].load()(brief, world, path, lambda _share: None)
    mine = [row for row in hidden.values() if row["county"] == pcode and row["nature"] == "trafficking"]
    allowed_words = {world.names[pcode], tr.t("nature.trafficking"), tr.t("form.withheld"), tr.t("panel.withheld")}
    allowed_words |= {tr.t("panel.persons_withheld"), "", *(str(row["year"]) for row in mine)}
    if name == "pptx":
        tables = [shape.table for slide in Presentation(str(path)).slides for shape in slide.shapes if shape.has_table]
        rows = [[cell.text.strip() for cell in line.cells] for table in tables for line in table.rows]
        told = [cells for cells in rows if tr.t("panel.withheld") in cells]
        assert 0 < len(told) <= len(mine), "a slide lists the newest events"
        assert all(set(cells) <= allowed_words for cells in told), told
    else:
        text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(path).pages))
        assert 0 < text.count(tr.t("panel.withheld")) <= len(mine), "paper lists the newest events"
        assert not any(event_id in text for event_id in hidden)


def test_old_ids_betray_nothing(client: FlaskClient, world: World, hidden: dict[str, Any]) -> None:
    """An old id of a year with such an event is answered like one that never was."""
    silent = {str(row["year"]) for row in hidden.values()}
    never = client.get("/event/INC-9999")
    assert never.status_code == 404
    led = {}
    for number in range(1, 530):
        answer = client.get(f"/event/INC-{number:04d}")
        if answer.status_code == 302:
            led[number] = answer.location.partition("#")[2]
        else:
            assert answer.status_code == 404
            assert answer.text.replace(f"INC-{number:04d}", "INC-9999") == never.text
    events = world.events.set_index("id")
    assert led
    assert not {str(events.at[event_id, "year"]) for event_id in led.values()} & silent


def test_a_present_id_leads_to_its_county_only(client: FlaskClient, hidden: dict[str, Any]) -> None:
    for event_id, row in hidden.items():
        there = client.get(f"/event/{event_id}?lang=en").location
        path = "/" if row["county"] == "KE" else f"/county/{row['county']}"
        opened = "nature=trafficking&fold=nation&" if row["county"] == "KE" else ""
        assert there == f"{path}?{opened}lang=en#{event_id}"
