"""What stands before everything: whether this is a list of cases, whether it is dated, and what is still open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geodata.intake.columns import Reading, quarantined
from geodata.intake.listing import ListKind, list_kind, list_question
from geodata.intake.measures import year_in
from geodata.intake.nature import NONE
from geodata.intake.outcome import Outcome, shown_heading
from geodata.intake.phrases import strong_phrase
from geodata.intake.questions import LIST, UNDATED, Choice, Question
from geodata.intake.shape import Shaped
from geodata.intake.table import Table, cell_name

if TYPE_CHECKING:
    from geodata.intake.validate import Rules

_NOTED_COLUMNS = 12
_DATED = ("date", "year")


def finish(outcome: Outcome, table: Table, reading: Reading, shaped: Shaped, rules: Rules) -> None:
    """Add to an outcome what its rows are taken for, and the questions that have no answer yet."""
    answers, yes = rules.answers, rules.yes
    questions = [*table.questions, *shaped.questions]
    kind = list_kind(table, has_case_id="case_id" in reading.fields, counts=shaped.counts)
    outcome.row_is = kind.row
    every = [*questions, *outcome.questions]
    if not answers.get(LIST) and (asked := _about_list(outcome, table, kind)):
        every.insert(0, asked)
    if asked := _about_dates(outcome, table, reading):
        every.append(asked)
    outcome.questions = [
        question
        for question in every
        if question.key not in answers and not (yes and question.suggestion and question.key != LIST)
    ]
    if answers.get(LIST) == NONE:
        outcome.questions = []
        outcome.table = outcome.table.slice(0, 0)
    outcome.left_out = len(outcome.unsure) + table.left_out + len(table.row_log.get("withheld", ()))
    if unread := _unread(table, reading):
        outcome.notes.append(unread)


def _about_list(outcome: Outcome, table: Table, kind: ListKind) -> Question | None:
    nature = next(cover for cover in outcome.coverage if cover.field == "nature")
    title = f"{table.title} {table.path.stem}"
    unclear = nature.of - nature.known
    return list_question(
        kind, title_says=strong_phrase(title), unclear=unclear, rows=nature.of, nowhere=nature.known == 0
    )


def take_date_column(reading: Reading, answer: str) -> None:
    """Read a column that may be a date or a year as one, when the question about missing dates was answered by it."""
    for place, name in list(reading.unsure.items()):
        if name in _DATED and name not in reading.fields and answer == cell_name(place):
            reading.fields[name] = place
            del reading.unsure[place]


def _about_dates(outcome: Outcome, table: Table, reading: Reading) -> Question | None:
    """Return the question about a file in which nothing is dated."""
    dated = next(cover for cover in outcome.coverage if cover.field == "date")
    if dated.known or any(question.key in ("order", "half") for question in outcome.questions):
        return None
    choices = [Choice("undated", "Store them without a date: no map by year will show them")]
    year = year_in(f"{table.title} {table.path.stem}")
    if year:
        choices.insert(0, Choice(year, f"All of them are of {year}, which stands in the title or the file name"))
    choices[:0] = [
        Choice(cell_name(place), f"Column {cell_name(place)} ‘{shown_heading(table.headers[place])}’ says it")
        for place, name in reading.unsure.items()
        if name in _DATED
    ]
    why = f"the column {dated.column} could not be read as dates" if dated.column else "no column gives a date"
    text = (
        f"No row has a date: {why}. When did these cases happen? "
        f"(a year, such as {year or '2024'}, may be answered too)"
    )
    return Question(UNDATED, text, tuple(choices), year, n_rows=dated.of)


def _unread(table: Table, reading: Reading) -> str:
    """Return which columns were not understood or not needed, without those kept out as private."""
    private = {place for place, kind in quarantined(table, reading).items() if kind}
    used = {*reading.used(), *private, *reading.unsure}
    named = [
        f"{cell_name(place)} ‘{shown_heading(heading)}’"
        for place, heading in enumerate(table.headers)
        if place not in used and heading.strip() and not heading.strip().startswith("_")
    ]
    more = f" and {len(named) - _NOTED_COLUMNS:,} more" if len(named) > _NOTED_COLUMNS else ""
    return f"columns not understood or not needed: {', '.join(named[:_NOTED_COLUMNS])}{more}" if named else ""


def no_county(table: Table, reading: Reading) -> str:
    """Return why a table without counties cannot be imported, and what can be done."""
    fields = reading.fields
    national = [name for name in ("country_exploitation", "country_identification", "country_origin") if name in fields]
    if national or ("nationality" in fields and {"year", "date"} & set(fields) and "case_id" not in fields):
        years = (
            year_in(" ".join(str(cell) for cell in table.samples.to_series(fields["year"]).unique().drop_nulls()))
            if "year" in fields
            else ""
        )
        when = f" of {years}" if years else ""
        return (
            f"{table.where} is by country, not by county: its rows are national figures or cases{when} without a place "
            "in Kenya, and Njia counts by county. Nothing of it can be imported; ask its publisher for a table with "
            "counties."
        )
    headings = ", ".join(f"‘{shown_heading(heading)}’" for heading in table.headers[:12] if heading.strip())
    unsure = [
        f"‘{shown_heading(table.headers[place])}’"
        for place, name in reading.unsure.items()
        if name.startswith("county") or name == "place_below"
    ]
    hint = f" It may be {' or '.join(unsure)}." if unsure else ""
    return (
        f"No column of {table.where} names a county, a county’s code, a town or a position; its headings are "
        f"{headings or 'empty'}.{hint} Say which column it is, at the steward’s desk or in a profile "
        "(‘columns:’, then the heading and ‘county_identification’, for --map), or add a column ‘County’."
    )
