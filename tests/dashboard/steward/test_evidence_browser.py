"""A clerk's walk at the evidence desk in a real Chromium: by mouse and keyboard, approved by a second person, seen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pptx import Presentation

from dashboard.export import FORMATS
from dashboard.export.brief import Purpose, make_brief
from dashboard.steward.reader import ReaderSite
from dashboard.view.site import choices_of
from dashboard.view.state import from_query
from geodata.additions.models import LABELS
from geodata.query.world import open_world
from geodata.settings import from_environment
from tests.dashboard.steward.test_browser import Person, person
from tests.waiting import loads, says

__all__ = ["person"]
pytestmark = pytest.mark.browser

PICTURES = os.environ.get("PICTURES_OF_THE_WALK", "")
EVENT = {
    "date": "14 March 2026", "place": "Isiolo", "persons": "12", "nationality": "Ethiopia",
    "summary": "Police stopped twelve Ethiopians in Isiolo on their way to Nairobi.",
    "source_publisher": "The Placeholder", "source_title": "Twelve held", "source_url": "https://example.org/twelve",
}  # fmt: skip
CHOSEN = {"county": "Isiolo", "form": "smuggling_transit", "confidence": "high"}
STOPS = (
    ("Addis Ababa", "Ethiopia", "origin", ""),
    ("Moyale", "Kenya", "border_crossing", ""),
    ("Placeholder market", "Kenya", "hub", "Isiolo"),
    ("Nairobi", "Kenya", "destination", ""),
)


class Clerk:
    """Somebody who fills in forms; each page is looked at and, on request, kept as a picture."""

    def __init__(self, somebody: Person) -> None:
        """Stand behind a browser."""
        self.person, self.page, self.number = somebody, somebody.page, 0

    def look(self, name: str) -> None:
        """Check the page in both sizes and keep its picture when asked for."""
        self.person.inspect()
        self.picture(name)

    def picture(self, name: str) -> None:
        """Keep a picture of the page when asked for."""
        if PICTURES:
            self.number += 1
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{PICTURES}/{self.number:02d}-{name}.png", full_page=True)

    def open(self, kind: str) -> None:
        """Open a form from the overview."""
        with loads(self.page):
            self.page.click("nav >> text=Record")
        self.page.click(f"a[href='/evidence/new/{kind}']")

    def fill(self, texts: dict[str, str], chosen: dict[str, str]) -> None:
        """Type and choose."""
        for name, text in texts.items():
            self.page.fill(f"[name={name}]", text)
        for name, code in chosen.items():
            self.page.select_option(f"[name={name}]", code)

    def keep(self) -> None:
        """Say who adds it, and keep it for a second person."""
        self.page.fill("[name=by]", "First Placeholder")
        with loads(self.page):
            self.page.click("button[value=keep]")
        self.page.wait_for_selector(".outcome.good")

    def approve_everything(self) -> None:
        """Approve as a second person what waits, sources first."""
        with loads(self.page):
            self.page.click("nav >> text=Record")
        while (links := self.page.locator("a[href^='/evidence/item/']:not(:has(~ .small code))")).count():
            source = links.filter(has_text="a source")
            with loads(self.page):
                (source if source.count() else links).first.click()
            self.page.fill("form.approve [name=by]", "Second Placeholder")
            self.page.check("form.approve [name=read]")
            with loads(self.page):
                self.page.click("form.approve button")
            self.page.wait_for_selector(".outcome.good")


def filled(template: Path, target: Path) -> Path:
    """Return the template with ten events in it, one of them with a name."""
    book = load_workbook(template)
    sheet = book["events"]
    headings = {str(cell.value).rstrip(" *"): cell.column for cell in sheet[1]}
    for row in range(2, 12):
        told = {
            **EVENT, **CHOSEN, "date": f"2025-0{row % 9 + 1}", "source_url": f"https://example.org/{row}",
            "summary": f"Police stopped a lorry with {row + 20} people near Isiolo.", "persons": str(row + 20),
        }  # fmt: skip
        told |= {"summary": "Police freed Mary Wanjiku."} if row == 7 else {}
        for name, text in told.items():
            sheet.cell(row, headings[LABELS[name]], text)
    book.save(target)
    return target


def test_the_clerks_walk(person: Person, tmp_path: Path) -> None:
    clerk, page = Clerk(person), person.page
    person.arrive()
    with loads(page):
        page.click("nav >> text=Record")
    clerk.look("overview")
    clerk.open("event")
    clerk.fill(EVENT, CHOSEN)
    page.fill("[name=children]", "3")
    page.wait_for_selector("text=only county, year and nature will be kept")
    clerk.look("three-children")
    page.fill("[name=children]", "")
    page.wait_for_selector(".notes .good")
    with loads(page):
        page.click("button[value=check]")
    page.wait_for_selector(".notes .good")
    clerk.look("event")
    clerk.keep()
    clerk.look("event-kept")
    _statement_by_keyboard(clerk)
    clerk.open("response")
    clerk.fill(
        {"name": "Training of border officers", "organisations": "IOM", "source_id": "iom-isiolo-2019",
         "statement": "Officers of the border post were trained.", "start_date": "2026-05"},
        {"county": "Isiolo", "kind": "workshop"},
    )  # fmt: skip
    clerk.keep()
    _corridor(clerk)
    with page.expect_download() as taken:
        page.click("text=Download the workbook")
    page.click("summary:has-text('Bring a filled-in workbook')")
    taken.value.save_as(tmp_path / "template.xlsx")
    page.set_input_files("input[name=file]", filled(tmp_path / "template.xlsx", tmp_path / "filled.xlsx"))
    page.fill("details.bring [name=by]", "First Placeholder")
    page.click("details.bring button")
    page.wait_for_selector("text=9 of 10 rows are kept")
    says(page, "ul.refused", "a person’s name")
    clerk.look("workbook")
    clerk.approve_everything()
    page.click("form[action='/evidence/build'] button")
    page.wait_for_selector(".busy progress")
    clerk.picture("making")
    page.wait_for_selector(".outcome.good:has-text('The new release is made'), .lead[role=alert]")
    page.wait_for_load_state("load")
    assert page.locator(".outcome.good").count(), page.inner_text("main")
    clerk.look("built")
    _seen_by_readers(clerk)
    _slide(person.started.home, tmp_path)
    assert person.troubles == []


def _statement_by_keyboard(clerk: Clerk) -> None:
    """Fill in a statement without a mouse."""
    page = clerk.page
    clerk.open("statement")
    page.focus("[name=county]")
    page.keyboard.type("Marsabit")
    page.keyboard.press("Tab")
    page.keyboard.type("Transit")
    clerk.person.tab_to("[name=forms][value=smuggling_transit]")
    page.keyboard.press("Space")
    for name, text in (
        ("statement", "People are moved through Marsabit at night."),
        ("year", "2025"),
        ("source_id", "iom-isiolo-2019"),
        ("grade", "B"),
    ):
        clerk.person.tab_to(f"[name={name}]")
        page.keyboard.type(text)
    clerk.person.tab_to("[name=by]")
    page.keyboard.type("First Placeholder")
    clerk.person.tab_to("button[value=keep]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".outcome.good")
    clerk.look("statement")


def _corridor(clerk: Clerk) -> None:
    page = clerk.page
    clerk.open("corridor")
    clerk.fill(
        {"name": "Addis Ababa to Nairobi through a placeholder", "origin": "Ethiopia", "destination": "Kenya",
         "description": "By lorry and on foot."},
        {"mode": "road", "nature": "smuggling", "grade": "C"},
    )  # fmt: skip
    page.click("summary:has-text('The source is new')")
    clerk.fill(
        {"new_title": "A placeholder report", "new_publisher": "Placeholder house", "new_date": "2026",
         "new_url": "https://example.org/report"},
        {"new_type": "report"},
    )  # fmt: skip
    for number, (place, country, kind, county) in enumerate(STOPS):
        clerk.fill(
            {f"stops-{number}-place": place, f"stops-{number}-country": country}, {f"stops-{number}-stop_kind": kind}
        )
        if county:
            page.select_option(f"[name=stops-{number}-county]", county)
    with loads(page):
        page.click("button[value=check]")
    page.wait_for_selector(".notes .good")
    clerk.look("corridor")
    clerk.keep()
    with loads(page):
        page.click("nav >> text=Record")


def _seen_by_readers(clerk: Clerk) -> None:
    """Open the reader's site: map, corridor, card in Kiswahili, difference page, sources, feed, table, slide."""
    page = clerk.page
    site = ReaderSite(from_environment({"NJIA_HOME": str(clerk.person.started.home)}))
    address = site.start()
    try:
        corridor = page.inner_text("li:has-text('Addis Ababa to Nairobi through') code")
        reader = page.context.new_page()
        for name, path, words in (
            ("map", "/?county=KE011&lang=en&nature=smuggling", "twelve Ethiopians"),
            ("corridor", f"/?lens=ways&corridor={corridor}&grade=C&nature=smuggling&lang=en", "Placeholder market"),
            ("card", "/lite/KE011?lang=sw", "Training of border officers"),
            ("new", "/new?lang=sw", "twelve Ethiopians"),
            ("changes", "/changes?lang=en&county=KE011", "EV-"),
            ("sources", "/sources?lang=en&q=placeholder", "A placeholder report"),
        ):
            answer = reader.goto(f"{address}{path}")
            assert answer.ok, path
            reader.wait_for_load_state("load")
            if PICTURES:
                reader.screenshot(path=f"{PICTURES}/reader-{name}.png", full_page=name not in ("map", "corridor"))
            assert words in reader.content(), path
            assert "Wanjiku" not in reader.content(), path
        for file in ("/api/v1/incidents.csv?nature=smuggling", "/feed/KE011.xml?lang=sw"):
            text = page.request.get(f"{address}{file}").text()
            assert "twelve Ethiopians" in text
            assert "Wanjiku" not in text
    finally:
        site.stop()


def _slide(home: Path, folder: Path) -> None:
    """Take the county away as slides, as the site does, and read what stands on them."""
    world = open_world(from_environment({"NJIA_HOME": str(home)}))
    choices, path = choices_of(world), folder / "isiolo.pptx"
    state = from_query("county=KE011&nature=smuggling&lang=en", choices)[0]
    FORMATS["pptx"].load()(make_brief(world, choices, state, Purpose("county", ())), world, path, lambda _share: None)
    slides = Presentation(str(path)).slides
    told = " ".join(shape.text_frame.text for slide in slides for shape in slide.shapes if shape.has_text_frame)
    tables = " ".join(
        cell.text
        for slide in slides
        for shape in slide.shapes
        if shape.has_table
        for row in shape.table.rows
        for cell in row.cells
    )
    assert "Isiolo" in told
    assert "Addis Ababa to Nairobi through a placeholder" in told + tables
    assert "Wanjiku" not in told + tables
