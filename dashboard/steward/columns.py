"""What the columns of a file were found to be, in a form a page can show and a person can change.

Headings only: no cell of the file is on this page.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from geodata.intake import privacy
from geodata.intake.columns import ColumnFinder, Reading, quarantined
from geodata.intake.headings import known_heading
from geodata.intake.outcome import shown_heading
from geodata.intake.privacy import LABELS
from geodata.intake.profile import FIELDS, Profile
from geodata.intake.questions import SHEETS
from geodata.intake.readers import open_table
from geodata.intake.shape import shape
from geodata.intake.table import Table, cell_name, column
from geodata.matching.counties import county_matcher
from geodata.settings import DataSettings

KNOWN, UNSURE, PRIVATE, UNUSED = "known", "unsure", "private", "unused"
IGNORE = "ignore"
LONGEST_EXAMPLE = 30
_NO_EXAMPLE = frozenset({"case_id", "birth_date", "geopoint", "latitude", "longitude", "reporting_source"})
"""Fields whose cells are not shown: they point to one person, place or officer."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. heading: fit to be shown. key: heading as written, which a decision names.

    field: what it is read as, or might be; "" for none. kind: of private data in it, in words.
    choice: for a yes/no column, the code it stands for.  example: a cell of it that holds nothing private, "" for none.
    """

    place: int
    letter: str
    heading: str
    key: str
    state: str
    field: str = ""
    kind: str = ""
    choice: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """The columns of one file. located: whether something says in which county a case is.

    sheets: of a workbook. n_together: how many of them are read together. rows: in all, 0 where that is not known
    before all of them are read. kilobytes: of the file, 1,000 bytes each, at least one.
    """

    sheet: str
    rows: int
    columns: tuple[Column, ...]
    located: bool
    notes: tuple[str, ...]
    sheets: tuple[str, ...] = ()
    n_together: int = 1
    kilobytes: int = 1

    def of(self, state: str) -> list[Column]:
        """Return the columns of one standing."""
        return [shown for shown in self.columns if shown.state == state]


def field_choices() -> list[str]:
    """Return what a column may be read as, in a steady order."""
    return sorted(FIELDS - {IGNORE})


def look_at(path: Path, settings: DataSettings, profile: Profile) -> Look:
    """Open a file and find its columns. Raises `DataProblem` when it cannot be read."""
    matcher = county_matcher(settings)
    opened = open_table(path, known_heading, profile.sheet, profile.answers.get(SHEETS, ""))
    sheet, size, sheets = opened.sheet, opened.size, tuple(opened.sheet_names)
    n_together = max(1, len(opened.many_sheets))
    shaped = shape(opened, matcher, profile.answers, profile.columns)
    table = shaped.table
    reading = ColumnFinder(table, matcher).find(profile.columns | shaped.columns)
    columns = tuple(_columns(table, reading))
    located = reading.has_county() or table.points
    kilobytes = max(1, round(path.stat().st_size / 1000))
    return Look(sheet, size, columns, located, (*table.notes, *reading.notes), sheets, n_together, kilobytes)


def _example(table: Table, place: int) -> str:
    """Return a cell of a column that is fit to be shown; "" when none is."""
    name = column(place)
    cells = table.samples[name].drop_nulls().to_list() if name in table.samples.columns else []
    for cell in cells[:40]:
        text = str(cell).strip()
        if text and len(text) <= LONGEST_EXAMPLE and not privacy.kind_of_value(text):
            return text
    return ""


def _columns(table: Table, reading: Reading) -> list[Column]:
    dropped = quarantined(table, reading)
    field_of = {place: name for name, place in reading.fields.items()}
    choice_of = {flag.place: flag for flag in reading.flags}
    columns = []
    for place, heading in enumerate(table.headers):
        state, name, kind, choice = UNUSED, "", "", ""
        if place in choice_of:
            state, name, choice = KNOWN, choice_of[place].field, choice_of[place].codes
        elif place in field_of:
            state, name = KNOWN, field_of[place]
        elif place in reading.unsure:
            state, name = UNSURE, reading.unsure[place]
        elif dropped.get(place):
            state, kind = PRIVATE, LABELS[dropped[place]]
        if heading.strip() or state != UNUSED:
            example = _example(table, place) if state in (KNOWN, UNSURE) and name not in _NO_EXAMPLE else ""
            shown = shown_heading(heading)
            columns.append(Column(place, cell_name(place), shown, heading, state, name, kind, choice, example))
    return columns


def decide(look: Look, profile: Profile, answers: dict[int, str]) -> None:
    """Put a person's answers (column → field, or ``ignore``) into the profile, where they differ from the finding."""
    legal = {*FIELDS, IGNORE}
    for shown in look.columns:
        answer = answers.get(shown.place, "")
        if answer not in legal or not shown.key.strip():
            continue
        columns = shown.field if shown.state == KNOWN else IGNORE
        if answer != columns or shown.state == UNSURE or shown.key in profile.columns:
            profile.columns[shown.key] = answer
