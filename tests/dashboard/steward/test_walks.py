"""Three files as people bring them, walked at the desk in a real Chromium, by mouse and by keyboard alone.

A messy register of ten rows ends with ten decided rows; twelve sheets are read together; a repeat is joined.
Set NJIA_PICTURES to a folder to look at the pages.
"""

from __future__ import annotations

import calendar
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.dashboard.steward.test_browser import Person, drop_file, numbers, person
from tests.outside import AXE
from tests.waiting import idle

__all__ = ["person"]
pytestmark = pytest.mark.browser

REGISTER = [
    ["OB No", "Station/Place", "Date", "Sex", "Age", "Nature of case"],
    ["1/24", "Moyale", "03/04/2024", "F", 16, "TIP"],
    ["2/24", "Meru", "31/06/2024", "M", "23 yrs", "trafficking in persons"],
    ["3/24", "Garrissa", "05/04/2024", "female", "adult", "VoT"],
    ["4/24", "Likoni", "next week", "F", 19, "sexual assault"],
    ["5/24", "Embu North", "07/04/2024", "M", 14, "child labour"],
    ["6/24", "Atlantis", "08/04/2024", "F", 22, "SOM"],
    ["7/24", "Nairobi", "09/04/24", "F", None, "smuggling of sugar"],
    ["8/24", "Kakuma", "10/04/2024", "F", 17, "TIP (ruled out)"],
    ["9/24", "Isiolo", "11/13/2023", "M", 30, "suspected trafficking"],
    ["10/24", "Busia/Kakamega", "12/04/2024", "M", 31, "SOM"],
    ["TOTAL", None, None, None, None, 10],
]
ANSWERS = {"list": "only", "order": "day"}
WORDS = {
    "sexual assault": "leave_out", "child labour": "forced_labour", "smuggling of sugar": "leave_out",
    "tip (ruled out)": "leave_out", "suspected trafficking": "trafficking",
}  # fmt: skip
DATES = {"31/06/2024": "2024-06-30", "next week": "unknown"}
COUNTIES = {
    "Moyale": "KE010", "Likoni": "KE001", "Embu North": "KE014", "Atlantis": "unknown", "Kakuma": "KE023",
    "Busia/Kakamega": "KE040",
}  # fmt: skip


def register(folder: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Register"
    book.active.append(["OCCURRENCE REGISTER 2024"])
    for row in REGISTER:
        book.active.append(row)
    book.save(folder / "register.xlsx")
    return folder / "register.xlsx"


def twelve_sheets(folder: Path) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for month in range(1, 13):
        sheet = book.create_sheet(f"{calendar.month_abbr[month]} 2024")
        sheet.append(["Case ID", "County", "Date", "Sex", "Age", "Form of exploitation"])
        for number in (1, 2):
            sheet.append([f"{month}-{number}", "Kwale", f"2024-{month:02d}-{number:02d}", "F", 20, "Forced labour"])
    book.create_sheet("Lists").append(["Forced labour"])
    book.save(folder / "twelve-sheets.xlsx")
    return folder / "twelve-sheets.xlsx"


def kobo_repeats(folder: Path) -> Path:
    book = openpyxl.Workbook()
    form = book.active
    form.title = "Case form"
    form.append(["start", "Date of identification", "County", "Form of exploitation", "Number of victims", "_index"])
    for number, (day, county) in enumerate([("2024-03-05", "Turkana"), ("2024-04-06", "Isiolo")], start=1):
        form.append(["2024-06-01T08:00", day, county, "Forced labour", 2, number])
    victims = book.create_sheet("victims")
    victims.append(["Sex of the victim", "Age of the victim", "Nationality", "_index", "_parent_index"])
    for number, (sex, age, parent) in enumerate([("F", 15, 1), ("M", 31, 1), ("F", 22, 2), ("M", 17, 2)], start=1):
        victims.append([sex, age, "Ethiopia", number, parent])
    book.save(folder / "kobo.xlsx")
    return folder / "kobo.xlsx"


class Hand:
    """What a person does on a page, with a mouse or with keys only."""

    def __init__(self, person: Person, *, keys: bool) -> None:
        """Take the page of a person."""
        self.person, self.page, self.keys, self.n_pictures = person, person.page, keys, 0
        self.name = ""

    def bring(self, path: Path) -> None:
        """Put a file on the desk and wait for its columns."""
        self.name = path.stem
        if not self.keys:
            drop_file(self.page, path)
        else:
            self.person.tab_to("#files")
            with self.page.expect_file_chooser() as asked:
                self.page.keyboard.press("Space")
            asked.value.set_files(str(path))
        self.page.wait_for_selector("form[action$=columns]")
        self.page.wait_for_load_state("load")
        self.look()

    def use(self, selector: str, then: str) -> None:
        """Use a link or a button and wait for what comes."""
        if self.keys:
            self.person.tab_to(selector)
            self.page.keyboard.press("Enter")
        else:
            self.page.click(selector)
        self.page.wait_for_selector(then)
        self.page.wait_for_load_state("load")
        self.look()

    def choose(self, name: str, value: str) -> None:
        """Choose in a list, tick a choice, or write into a field."""
        if not self.keys:
            place = self.page.locator(f"[name='{name}']")
            kind = place.first.evaluate("(e) => e.type")
            if kind == "radio":
                self.page.check(f"[name='{name}'][value='{value}']")
            elif kind == "text":
                place.fill(value)
            else:
                place.select_option(value)
            return
        self.person.tab_to(f"[name='{name}']")
        kind = self.page.evaluate("document.activeElement.type")
        if kind == "radio":
            self.page.keyboard.press("Space")
            idle(self.page)
        elif kind == "text":
            self.page.keyboard.type(value)
        for _ in range(80):
            if self.page.evaluate(_VALUE) == value:
                return
            self.page.keyboard.press("ArrowDown")
        pytest.fail(f"the keys do not reach {value} in {name}")

    def look(self) -> None:
        """Take a picture, where somebody wants to look."""
        if folder := os.environ.get("NJIA_PICTURES"):
            self.n_pictures += 1
            way = "keys" if self.keys else "mouse"
            self.page.screenshot(path=f"{folder}/{self.name}-{way}-{self.n_pictures:02d}.png", full_page=True)


_VALUE = """() => {
  const one = document.activeElement;
  return one.type === 'radio' ? (one.checked ? one.value : '') : one.value;
}"""
BOTH = pytest.mark.parametrize("keys", [False, True], ids=["mouse", "keyboard"])


def store(hand: Hand) -> str:
    """Store what can be stored; returns what the page says."""
    hand.choose("legal_basis", "public_task")
    hand.use("form[action$=store] button", ".outcome.good")
    return str(hand.page.inner_text(".outcome.good"))


@BOTH
def test_a_messy_register_of_ten_rows_ends_with_ten_decided_rows(person: Person, tmp_path: Path, *, keys: bool) -> None:
    hand = Hand(person, keys=keys)
    page = person.page
    person.arrive()
    hand.bring(register(tmp_path))
    hand.use("button[value=check]", ".counts")
    assert numbers(page)["accepted"] == 0
    hand.use(".outcome a.main[href$=questions]", "h1:has-text('Questions about')")
    for key, code in ANSWERS.items():
        hand.choose(f"answer-{key}", code)
    for name, value in decisions(page):
        hand.choose(name, value)
    hand.look()
    if not keys and AXE.is_file():
        person.inspect()
    hand.use("form[action$=questions] button.main", ".counts")
    hand.use(".outcome a.main[href$=counties]", "h1:has-text('Counties in')")
    for name, value in counties(page):
        hand.choose(name, value)
    hand.look()
    hand.use("form[action$=counties] button.main", ".counts")
    assert "wait" not in page.inner_text(".outcome").casefold().replace("waiting", "wait")
    counted = numbers(page)
    assert counted["to_confirm"] == 0
    assert counted["accepted"] + counted["corrected"] == 7
    assert counted["rejected"] == 3
    reasons = page.eval_on_selector_all("table.lines tbody tr", "(all) => all.map((r) => r.innerText)")
    assert sum("as you said" in reason or "left out" in reason for reason in reasons) >= 3
    assert "7 persons, 7 of them counted" in store(hand)


def decisions(page: Any) -> list[tuple[str, str]]:
    """Return the controls of words and dates with what is chosen in them, in the order of the page."""
    found = []
    for kind, meant in (("word", WORDS), ("date", DATES)):
        for select in page.query_selector_all(f"select[name^='{kind}-']"):
            cell = select.evaluate("(e) => e.closest('tr').querySelector('th').firstChild.textContent.trim()")
            name, value = str(select.get_attribute("name")), meant[cell if kind == "date" else cell.casefold()]
            found.append((name if not value[0].isdigit() else name.replace("date", "right"), value))
    return found


def counties(page: Any) -> list[tuple[str, str]]:
    """Return the controls of spellings with what is chosen in them."""
    return [
        (
            str(select.get_attribute("name")),
            COUNTIES[
                select.evaluate("(e) => e.closest('tr').querySelector('th').firstChild.textContent.trim()")
            ],
        )
        for select in page.query_selector_all("select[name^='spelling-']")
    ]  # fmt: skip


@BOTH
@pytest.mark.parametrize(("make", "rows"), [(twelve_sheets, 24), (kobo_repeats, 4)])
def test_sheets_and_repeats(
    person: Person, tmp_path: Path, make: Callable[[Path], Path], rows: int, *, keys: bool
) -> None:
    hand = Hand(person, keys=keys)
    person.arrive()
    hand.bring(make(tmp_path))
    hand.use("button[value=check]", ".counts")
    if make is twelve_sheets:
        hand.use(".outcome a.main[href$=questions]", "h1:has-text('Questions about')")
        assert "12 sheets have the same headings" in person.page.inner_text("form[action$=questions]")
        hand.choose("answer-sheets", "all")
        hand.use("form[action$=questions] button.main", ".counts")
    else:
        assert "joined to their cases" in person.page.inner_text("ul.notes")
    assert numbers(person.page)["accepted"] + numbers(person.page)["corrected"] == rows
    assert f"{rows} persons, {rows} of them counted" in store(hand)
