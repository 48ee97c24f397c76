"""Several sheets (or CSV files of one zip) → one table: all of one heading together, repeats joined to their parents.

A KoboToolbox or ODK repeat (victims of a case) carries the key of its parent; the persons are its rows, and county,
date and form are the parent's. Sheets of one heading, such as one a month, are read together after a question. A
sheet that is not read is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from geodata.facts.countries import fold
from geodata.intake.questions import SHEETS, Choice, Question
from geodata.intake.table import (
    CHUNK_ROWS,
    HEADER_SEARCH,
    PART,
    ROW,
    SHEET_STEP,
    Table,
    check_width,
    column,
    find_heading,
    recognised,
)  # fmt: skip
from geodata.values import DataProblem

ALL = "all"
_LINKS = (
    ("_parent_index", "_index"),
    ("parent_key", "key"),
    ("_submission__uuid", "_uuid"),
    ("_submission__id", "_id"),
)
"""Column of a repeat that holds its parent's key, and the parent's column it is the key of."""
_PERSON_WORDS = (
    "sex",
    "gender",
    "age",
    "nationality",
    "jinsia",
    "umri",
    "birth",
    "citizenship",
    "sexe",
    "genre",
    "victim",
)
_NOT_PERSONS = (
    "suspect",
    "trafficker",
    "perpetrator",
    "offender",
    "service",
    "referral",
    "attachment",
    "photo",
    "interview",
)
_LEAST_HEADINGS = 2


@dataclass(slots=True)
class Sheet:
    """One sheet with its heading found.

    body: rows below the heading, text columns c0, c1, …
    first: the first of these rows, counted in the sheet.
    """

    name: str
    headers: list[str]
    tags: list[str]
    body: pl.DataFrame
    first: int
    score: int
    title: str
    notes: list[str] = field(default_factory=list)
    left_out: int = 0

    def place(self, heading: str) -> int:
        """Return the column of a heading (its last part, any case), −1 when there is none."""
        for place, text in enumerate(self.headers):
            if text.strip().rsplit("/", 1)[-1].casefold() == heading:
                return place
        return -1

    def link(self) -> tuple[str, str]:
        """Return (own column, parent's column) when the sheet is a repeat, ("", "") otherwise."""
        return next((pair for pair in _LINKS if self.place(pair[0]) >= 0), ("", ""))


@dataclass(frozen=True, slots=True)
class Book:
    """All sheets of a file that hold something. from_1904: its calendar starts in 1904."""

    path: Path
    sheets: list[Sheet]
    from_1904: bool = False


def make_sheet(name: str, frame: pl.DataFrame, known: Any, merged: list[list[int]] | None = None) -> Sheet | None:
    """Return a sheet with its heading, None when it is empty."""
    frame.columns = [column(place) for place in range(frame.width)]
    top = [[cell or "" for cell in row] for row in frame.head(HEADER_SEARCH + 10).iter_rows()]
    if not any(cell.strip() for row in top for cell in row):
        return None
    headers, tags, place = find_heading(top[:HEADER_SEARCH], known, name)
    headers = [*headers, *[""] * frame.width][: frame.width]
    check_width(len(headers), f"sheet ‘{name}’")
    title = " ".join(cell for row in top[: max(place - 1, 0)] for cell in row if cell.strip() and cell not in headers)
    body, filled = _fill_merged(frame.slice(place), merged or [], place)
    notes = [f"{filled:,} cells that are merged with the one above were filled with it"] if filled else []
    return Sheet(name, headers, tags, body, place + 1, recognised(headers, known), title[:2000], notes)


def _fill_merged(body: pl.DataFrame, merged: list[list[int]], start: int) -> tuple[pl.DataFrame, int]:
    """Fill words downwards over merged cells; a number over several rows is one number and stays."""
    filled = 0
    for top, bottom, left, right in merged:
        if top < start or bottom <= top or left != right or left >= body.width:
            continue
        name = column(left)
        value = body[name][top - start] if top - start < body.height else None
        if value is None or value.replace(",", "").replace(".", "").isdigit():
            continue
        numbers = pl.int_range(body.height, eager=True)
        body = body.with_columns(
            pl.when(numbers.is_between(top - start, bottom - start))
            .then(pl.lit(value))
            .otherwise(pl.col(name))
            .alias(name)
        )
        filled += bottom - top
    return body, filled


def one_table(book: Book, wanted: str, answer: str) -> Table:
    """Return the table of a workbook. wanted: sheet named in the profile.  answer: to the question about sheets."""
    path, sheets = book.path, book.sheets
    names = [sheet.name for sheet in sheets]
    if not sheets:
        raise DataProblem(f"‘{path.name}’ holds no table; expected headings and at least one row below them.")
    choice = wanted or (answer if answer != ALL else "")
    if choice and choice not in names:
        raise DataProblem(f"‘{path.name}’ has no sheet ‘{choice}’; it has {', '.join(names)}.")
    if choice:
        chosen = [sheet for sheet in sheets if sheet.name == choice]
        return _together(book, chosen, [])
    if joined := _joined_repeat(sheets):
        return _together(book, [joined], [], (joined.title,))
    best = max(sheets, key=lambda sheet: (sheet.score, sheet.body.height > 0))
    same = [sheet for sheet in sheets if _alike(sheet, best)]
    others = [
        sheet for sheet in sheets if sheet not in same and sheet.body.height and sheet.score >= max(_LEAST_HEADINGS, 2)
    ]
    questions = _question(same, others)
    return _together(book, same, questions)


def _alike(sheet: Sheet, best: Sheet) -> bool:
    return sheet is best or (sheet.body.height > 0 and _folded(sheet) == _folded(best))


def _folded(sheet: Sheet) -> list[str]:
    cells = [fold(heading) for heading in sheet.headers]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _question(same: list[Sheet], others: list[Sheet]) -> list[Question]:
    """Return the question about sheets, when there is one to ask."""
    if len(same) < 2 and not others:
        return []
    several = [sheet for sheet in [*same, *others] if sheet.body.height]
    if len(several) < 2:
        return []
    choices = [Choice(sheet.name, f"only ‘{sheet.name}’ ({sheet.body.height:,} rows)") for sheet in several]
    if len(same) > 1:
        rows = sum(sheet.body.height for sheet in same)
        named = ", ".join(sheet.name for sheet in same)
        choices.insert(0, Choice(ALL, f"all {len(same)} of one heading together: {named} ({rows:,} rows)"))
        text = f"{len(same)} sheets have the same headings. Which of them shall be read?"
    else:
        choices.insert(0, Choice(same[0].name, f"‘{same[0].name}’ ({same[0].body.height:,} rows)"))
        choices = list({choice.code: choice for choice in choices}.values())
        text = f"{len(several)} sheets hold a table. Which of them shall be read?"
    return [Question(SHEETS, text, tuple(choices), ALL if len(same) > 1 else same[0].name)]


def _together(book: Book, chosen: list[Sheet], questions: list[Question], joined: tuple[str, ...] = ()) -> Table:
    """Return the table of the chosen sheets; ``joined`` names those whose columns were added to them."""
    path, every = book.path, book.sheets
    first = chosen[0]
    title = " ".join(dict.fromkeys([sheet.title for sheet in chosen] + [sheet.name for sheet in chosen]))
    notes = [note for sheet in chosen for note in sheet.notes]
    used = {sheet.name for sheet in chosen} | set(joined)
    rest = [sheet.name for sheet in every if sheet.name not in used]
    if len(chosen) > 1:
        notes.append(f"sheets read together: {', '.join(sheet.name for sheet in chosen)}")
    if rest and len(chosen) > 1:
        notes.append(f"not read: {', '.join(rest)}")
    elif rest:
        notes.append(f"sheet ‘{first.name}’ was read; not read: {', '.join(rest)}")
    name = first.name if len(chosen) == 1 else ", ".join(sheet.name for sheet in chosen)
    size = sum(sheet.body.height for sheet in chosen)
    samples = pl.concat([sheet.body.select(first.body.columns).head(500) for sheet in chosen])
    samples = samples.head(500) if len(chosen) == 1 else samples
    columns = [heading for heading in first.body.columns if heading not in (ROW, PART)]
    table = Table(
        path, name, first.headers, first.first, _chunks(chosen),
        samples.select(columns), first.tags, size, notes,
    )  # fmt: skip
    table.title, table.from_1904, table.questions = title, book.from_1904, questions
    table.left_out = len(rest) + sum(sheet.left_out for sheet in chosen)
    table.sheet_names = [sheet.name for sheet in every]
    table.many_sheets = [sheet.name for sheet in chosen] if len(chosen) > 1 else []
    return table


def _chunks(sheets: list[Sheet]) -> Iterator[pl.DataFrame]:
    """Yield the rows of all sheets; with more than one, each row also carries its number and its sheet."""
    for number, sheet in enumerate(sheets):
        body = sheet.body.select(sheets[0].body.columns)
        if len(sheets) > 1:
            rows = pl.int_range(sheet.first, sheet.first + body.height, eager=True, dtype=pl.Int32)
            body = body.with_columns((rows + number * SHEET_STEP).alias(ROW), pl.lit(sheet.name).alias(PART))
        yield from body.iter_slices(CHUNK_ROWS)


# ---- repeats -------------------------------------------------------------------------------------------------------


def _joined_repeat(sheets: list[Sheet]) -> Sheet | None:
    """Return the persons of a repeat joined with their parents, None when there is no such pair."""
    pairs = []
    for child in sheets:
        own, key = child.link()
        parents = [sheet for sheet in sheets if sheet is not child and sheet.place(key) >= 0] if own else []
        if parents and child.body.height:
            pairs.append((_persons_in(child), child, _parent_of(child, parents), own, key))
    pairs = [pair for pair in pairs if pair[0] > 0]
    if not pairs:
        return None
    _, child, parent, own, key = max(pairs, key=lambda pair: pair[0])
    return _join(child, parent, own, key)


def _persons_in(sheet: Sheet) -> int:
    words = [word for heading in sheet.headers for word in fold(heading.rsplit("/", 1)[-1]).split()]
    about = fold(sheet.name).replace("_", " ")
    if any(word in about for word in _NOT_PERSONS) or any(word.startswith(("suspect", "accused")) for word in words):
        return 0
    return sum(any(word.startswith(start) for word in words) for start in _PERSON_WORDS)


def _parent_of(child: Sheet, parents: list[Sheet]) -> Sheet:
    """Return the parent a repeat names, else the sheet that is no repeat itself."""
    place = child.place("_parent_table_name")
    named = str(child.body[column(place)][0] or "") if place >= 0 else ""
    ranked = sorted(parents, key=lambda sheet: (sheet.name != named, bool(sheet.link()[0]), -sheet.score))
    return ranked[0]


def _join(child: Sheet, parent: Sheet, own: str, key: str) -> Sheet:
    """Return one row per person: the repeat's columns, then its parent's, and an identifier of the person."""
    link, parent_key = column(child.place(own)), column(parent.place(key))
    mine = [place for place, heading in enumerate(child.headers) if heading.strip() and not _is_system(heading)]
    taken = {fold(child.headers[place]) for place in mine}
    theirs = [
        place
        for place, heading in enumerate(parent.headers)
        if heading.strip() and fold(heading) not in taken and not _counts_persons(heading)
        and heading.casefold() != "key"
        and heading.strip() not in ("_id", "_uuid", "_index")
    ]  # fmt: skip
    index = child.place("_index") if child.place("_index") >= 0 else child.place("key")
    left = child.body.select(
        pl.col(link).alias("link"),
        *(pl.col(column(place)).alias(f"m{place}") for place in mine),
        (pl.col(link).fill_null("") + "/" + (pl.col(column(index)) if index >= 0 else pl.lit(""))).alias("person"),
        pl.int_range(child.first, child.first + child.body.height, dtype=pl.Int32).alias(ROW),
    )
    right = parent.body.select(
        pl.col(parent_key).alias("link"), *(pl.col(column(place)).alias(f"t{place}") for place in theirs)
    ).unique("link", keep="first", maintain_order=True)
    body = left.join(right, on="link", how="left", maintain_order="left")
    lonely = right.join(left, on="link", how="anti")
    order = [*(f"m{place}" for place in mine), *(f"t{place}" for place in theirs), "person"]
    headers = [*(child.headers[place] for place in mine), *(parent.headers[place] for place in theirs), "victim id"]
    body = body.select(*order, ROW)
    body.columns = [*(column(place) for place in range(len(order))), ROW]
    notes = [f"the rows of ‘{child.name}’ were joined to their cases in ‘{parent.name}’"]
    if lonely.height:
        notes.append(f"{lonely.height:,} cases of ‘{parent.name}’ list no person and were left out")
    return Sheet(child.name, headers, [], body, child.first, child.score, parent.name, notes, lonely.height)


def _is_system(heading: str) -> bool:
    return heading.strip().startswith(("_", "meta")) or heading.strip().casefold() in ("key", "parent_key")


def _counts_persons(heading: str) -> bool:
    from geodata.intake.headings import listed_field  # noqa: PLC0415 - columns knows tables

    words = fold(heading)
    return listed_field(heading)[0] == "persons" or (
        any(word in words for word in ("how many", "number of", "count", "idadi"))
        and any(word in words for word in ("victim", "person", "people", "waathir", "watu"))
    )
