"""The workbook for additions: a template with the choices of the forms, and the same workbook read again.

Each sheet is a kind, its first row the names of the fields; corridors and their stops are two sheets, joined by the
corridor's name. Other columns are refused by name; a row that is not in order is refused with its sentence and the
others are taken. Read in a process of its own, as every stranger's file.
"""

from __future__ import annotations

import io
import secrets
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter

from geodata.additions import choices
from geodata.additions.door import AdditionRefused, ReadAddition, read_addition, reader_of
from geodata.additions.drafts import LETTERS
from geodata.additions.models import LABELS, MODELS, Reader, StopAddition, fields_of, needed
from geodata.facts import counties, sources
from geodata.facts.countries import fold
from geodata.intake.workbook import refuse_bomb
from geodata.settings import DataSettings
from geodata.untrusted.run import parse
from geodata.untrusted.used_range import refuse_far_cells
from geodata.values import DataProblem

SHEETS: Mapping[str, str] = {
    "sources": "source", "events": "event", "statements": "statement", "responses": "response", "corridors": "corridor",
}  # fmt: skip
"""Sheet → kind, in the order they are read: what is cited stands before what cites it."""
STOPS, FIRST = "stops", "read me"
CORRIDOR = "corridor"
"""The column of a stop that names its corridor."""
ROWS = 500
"""Rows of the template that carry choices."""
MOST_ROWS = 2_000
_LISTED = {"county": "county", "source_id": "source"}
HELP = (
    "One row is one event, statement, response, corridor or source. Columns with * must be filled in.",
    "Write no names, no telephone numbers, no addresses; no place finer than a town.",
    "Of an event with fewer than five children only county, year and nature are kept.",
    "Dates: 2026, 2026-03 or 2026-03-14. Several choices: with ; between them.",
    "A source that is new stands on the sheet ‘sources’; the other sheets name it by its title.",
    "The stops of a corridor stand on the sheet ‘stops’, in order, each with the corridor’s name.",
    "Nobody sees what you bring before a second person has approved it.",
)


@dataclass(frozen=True, slots=True)
class BroughtRow:
    """One row of a workbook. read: what it says, None when refused. problems: why. row_id: of a new source."""

    sheet: str
    row: int
    read: ReadAddition | None
    problems: tuple[str, ...] = ()
    row_id: str = ""


@dataclass(slots=True)
class _Sheets:
    """Rows by sheet: line number → field → text."""

    rows: dict[str, dict[int, dict[str, str]]] = field(default_factory=dict)


# ---- writing ---------------------------------------------------------------------------------------


def template(settings: DataSettings) -> bytes:
    """Return the empty workbook, with the record's counties and sources among its choices."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        text = book.add_format({"num_format": "@"})
        page = book.add_worksheet(FIRST)
        page.set_column(0, 0, 110)
        for number, line in enumerate(HELP):
            page.write_string(number, 0, line)
        lists = _Lists(book, settings)
        for sheet, columns in _layout().items():
            page = book.add_worksheet(sheet)
            page.freeze_panes(1, 0)
            for place, (name, must) in enumerate(columns):
                page.set_column(place, place, 24, text)
                page.write_string(0, place, heading(name) + (" *" if must else ""), bold)
                if area := lists.area(name):
                    loose = {"error_type": "information", "input_message": "Choose one, or several with ; between."}
                    rule = {"validate": "list", "source": area, "ignore_blank": True}
                    page.data_validation(1, place, ROWS, place, {**rule, **loose})
        lists.hide()
    return stream.getvalue()


class _Lists:
    """The sheet with the choices, hidden; one column a list."""

    def __init__(self, book: xlsxwriter.Workbook, settings: DataSettings) -> None:
        table = counties.load(settings)
        listed = {name: [choices.label(code) for code in codes] for name, codes in choices.LISTS.items()}
        listed["county"] = [*table["name"], "National"]
        listed["source"] = list(sources.cited(settings)["source_id"])
        self._book, self._areas, self._listed = book, dict[str, str](), listed

    def area(self, name: str) -> str:
        """Return where the choices of a field stand, "" when it has none."""
        key = _LISTED.get(name, name)
        if key not in self._listed:
            return ""
        last = len(self._listed[key])
        column = xlsxwriter.utility.xl_col_to_name(list(self._listed).index(key))
        return f"=choices!${column}$1:${column}${last}"

    def hide(self) -> None:
        """Write the sheet behind the others."""
        page = self._book.add_worksheet("choices")
        for place, words in enumerate(self._listed.values()):
            page.write_column(0, place, words)
        page.hide()


def heading(name: str) -> str:
    """Return the heading of a field."""
    return LABELS.get(name, name)


def _layout() -> dict[str, list[tuple[str, bool]]]:
    """Return sheet → its fields and whether each must be filled in."""
    layout = {sheet: [(name, needed(MODELS[kind], name)) for name in fields_of(kind)] for sheet, kind in SHEETS.items()}
    layout[STOPS] = [(CORRIDOR, True), *((name, needed(StopAddition, name)) for name in StopAddition.model_fields)]
    return {name: layout[name] for name in ("events", "statements", "responses", "corridors", STOPS, "sources")}


# ---- reading ---------------------------------------------------------------------------------------


def bring(
    path: Path, settings: DataSettings, reader: Reader, known_sources: Mapping[str, str]
) -> tuple[BroughtRow, ...]:
    """Return every row of a filled-in workbook, in the order of `SHEETS`; raise DataProblem when it is not one.

    reader: what texts are read against. known_sources: sources that wait or are approved, id → title; those of the
    same workbook are known besides.
    """
    sheets = _sheets(path)
    if not any(sheets.rows.values()):
        raise DataProblem(f"‘{path.name}’ holds no filled-in row; fill in the template, then bring it again.")
    brought: list[BroughtRow] = []
    fresh: dict[str, str] = {}
    stops = _stops_by_corridor(sheets)
    for sheet, kind in SHEETS.items():
        if kind != "source" and fresh:
            reader = reader_of(settings, reader.today, {**known_sources, **fresh})
        for row, told in sheets.rows.get(sheet, {}).items():
            given: dict[str, Any] = dict(told)
            if kind == "corridor":
                given["stops"] = stops.pop(fold(told.get("name", "")), [])
            line = _read_row(sheet, row, kind, given, reader)
            if kind == "source" and line.read:
                fresh[line.row_id] = str(line.read.told["title"])
            brought.append(line)
    missing = "the sheet ‘corridors’ has no such corridor"
    brought += [BroughtRow(STOPS, 2, None, (f"Stops stand for ‘{name[:60]}’, and {missing}.",)) for name in stops]
    return tuple(brought)


def new_source_id() -> str:
    """Return an id for a source that is added."""
    return "add-" + "".join(secrets.choice(LETTERS) for _ in range(6)).lower()


def _read_row(sheet: str, row: int, kind: str, given: Mapping[str, Any], reader: Reader) -> BroughtRow:
    try:
        read = read_addition(kind, given, reader)
    except AdditionRefused as refusal:
        return BroughtRow(sheet, row, None, tuple(refusal.problems.values()))
    return BroughtRow(sheet, row, read, (), new_source_id() if kind == "source" else "")


def _sheets(path: Path) -> _Sheets:
    if not zipfile.is_zipfile(path):
        raise DataProblem(f"‘{path.name}’ is not a workbook of the template; save it as XLSX and bring that.")
    refuse_bomb(path)
    refuse_far_cells(path)
    parsed = parse("workbook", path)
    layout = _layout()
    sheets = _Sheets()
    for name, table in zip(parsed.facts["names"], parsed.tables, strict=True):
        sheet = _sheet_named(str(name), path)
        if not sheet:
            continue
        rows = list(zip(*(column.to_pylist() for column in table.columns), strict=True)) if table.num_columns else []
        sheets.rows[sheet] = dict(_filled(path, sheet, rows, [field for field, _ in layout[sheet]]))
    if not sheets.rows:
        raise DataProblem(
            f"‘{path.name}’ has none of the sheets of the template ({', '.join(layout)}); download the template, "
            "fill it in, then bring it."
        )
    if sum(len(rows) for rows in sheets.rows.values()) > MOST_ROWS:
        raise DataProblem(f"‘{path.name}’ has more than {MOST_ROWS:,} rows; bring it in parts.")
    return sheets


def _sheet_named(name: str, path: Path) -> str:
    """Return the sheet of the template that a name means, "" for the help and the choices."""
    folded = fold(name)
    if folded in ("choices", fold(FIRST)):
        return ""
    words = {fold(sheet): sheet for sheet in _layout()}
    if folded not in words and (close := choices.likest(folded, words)) is None:
        raise DataProblem(
            f"‘{path.name}’ has a sheet ‘{name[:40]}’, which is not of the template; take it out, or name it "
            f"one of {', '.join(_layout())}."
        )
    return words[folded] if folded in words else words[str(close)]


def _filled(
    path: Path, sheet: str, rows: list[tuple[str | None, ...]], names: list[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the filled-in rows of a sheet: line number, field → text."""
    if not rows:
        return
    headings = {fold(heading(name)): name for name in names} | {fold(name): name for name in names}
    places = {}
    for place, cell in enumerate(rows[0]):
        folded = fold((cell or "").rstrip(" *"))
        if not folded:
            continue
        close = folded if folded in headings else choices.likest(folded, headings)
        if close is None:
            raise DataProblem(
                f"‘{path.name}’, sheet ‘{sheet}’, column {place + 1}: ‘{(cell or '')[:40]}’ is not asked "
                f"for; the columns are {', '.join(heading(name) for name in names)}. Take it out, then bring it again."
            )
        places[place] = headings[close]
    for number, row in enumerate(rows[1:], start=2):
        told = {name: text for place, name in places.items() if (text := (row[place] or "").strip())}
        if told:
            yield number, told


def _stops_by_corridor(sheets: _Sheets) -> dict[str, list[dict[str, str]]]:
    stops: dict[str, list[dict[str, str]]] = {}
    for told in sheets.rows.get(STOPS, {}).values():
        kept = {name: text for name, text in told.items() if name != CORRIDOR}
        stops.setdefault(fold(told.get(CORRIDOR, "")), []).append(kept)
    return stops
