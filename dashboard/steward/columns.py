"""What the columns of a file were found to be, in a form a page can show and a person can change.

Headings only: no cell of the file is on this page.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from geodata.intake.columns import ColumnFinder, Reading, quarantined
from geodata.intake.headings import known_heading
from geodata.intake.outcome import shown_heading
from geodata.intake.privacy import LABELS
from geodata.intake.profile import FIELDS, Profile
from geodata.intake.readers import open_table
from geodata.intake.table import Table, cell_name
from geodata.matching.counties import county_matcher
from geodata.settings import DataSettings

KNOWN, UNSURE, PRIVATE, UNUSED = "known", "unsure", "private", "unused"
IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. heading: fit to be shown. key: heading as written, which a decision names.

    field: what it is read as, or might be; "" for none. kind: of private data in it, in words.
    choice: for a yes/no column, the code it stands for.
    """

    place: int
    letter: str
    heading: str
    key: str
    state: str
    field: str = ""
    kind: str = ""
    choice: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """The columns of one file. located: whether something says in which county a case is."""

    sheet: str
    rows: int
    columns: tuple[Column, ...]
    located: bool
    notes: tuple[str, ...]

    def of(self, state: str) -> list[Column]:
        """Return the columns of one standing."""
        return [column for column in self.columns if column.state == state]


def fields() -> list[str]:
    """Return what a column may be read as, in a steady order."""
    return sorted(FIELDS - {IGNORE})


def look_at(path: Path, settings: DataSettings, profile: Profile) -> Look:
    """Open a file and find its columns. Raises `DataProblem` when it cannot be read."""
    table = open_table(path, known_heading, profile.sheet)
    reading = ColumnFinder(table, county_matcher(settings)).find(profile.columns)
    columns = tuple(_columns(table, reading))
    return Look(table.sheet, table.size, columns, reading.has_county() or table.points, (*table.notes, *reading.notes))


def _columns(table: Table, reading: Reading) -> list[Column]:
    dropped = quarantined(table, reading)
    field_of = {place: name for name, place in reading.fields.items()}
    choice_of = {flag.place: flag for flag in reading.flags}
    found = []
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
            found.append(Column(place, cell_name(place), shown_heading(heading), heading, state, name, kind, choice))
    return found


def decide(look: Look, profile: Profile, answers: dict[int, str]) -> None:
    """Put a person's answers (column → field, or ``ignore``) into the profile, where they differ from the finding."""
    legal = {*FIELDS, IGNORE}
    for column in look.columns:
        answer = answers.get(column.place, "")
        if answer not in legal or not column.key.strip():
            continue
        found = column.field if column.state == KNOWN else IGNORE
        if answer != found or column.state == UNSURE or column.key in profile.columns:
            profile.columns[column.key] = answer
