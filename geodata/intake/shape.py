"""The table as it is laid out → one row per case or count: totals and footnotes set aside, columns of values turned.

Whatever changes what a row is, is asked first: months, sexes or forms across the page, a column of numbers that may be
persons, and names that stand only in the first row of their group.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from geodata.intake.headings import COUNTY_FIELDS, listed_field
from geodata.intake.measures import Family, families, numeric_columns, persons_candidates
from geodata.intake.persons import is_withheld, number_of
from geodata.intake.questions import FILL, PERSONS, WIDE, YES, Choice, Question, yes_or_no
from geodata.intake.table import PART, ROW, Table, cell_name, column
from geodata.matching.counties import CountyMatcher

TURNED = {
    "persons": "number of persons", "month_name": "month", "date": "date", "sex": "sex", "age_group": "age group",
    "forms": "form of exploitation", "county": "county",
}  # fmt: skip
"""Headings of the columns that turning makes; all are on the list of headings."""
_TOTAL_ROW = (
    r"(?i)^\s*(?:(?:grand|sub|overall|county|national)[\s-]*)?totals?\b|^\s*(?:jumla|subtotal|sub-total|ensemble|"
    r"totaux|ድምር|المجموع)\b|\btotals?\s*:?\s*$|^\s*sum\s*$|^\s*all counties\s*$"
)
_FOOTNOTE = (
    r"(?i)^\s*(?:notes?\b|source|sources|n\.?b\b|\*|chanzo|maelezo|key\b|<\s*5|prepared by|compiled|"
    r"generated|remarks?:)"
)
_LONG_CELL = 25
_MOST_EMPTY = 0.3
NONE = "none"


@dataclass(slots=True)
class Shaped:
    """A table after its shape was settled. columns: decisions about columns that follow from it (heading → field)."""

    table: Table
    questions: list[Question] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    counts: bool = False


def shape(table: Table, matcher: CountyMatcher, answers: Mapping[str, str], decided: Mapping[str, str]) -> Shaped:
    """Return the table with its shape settled as far as answers go; suggestions stand in for missing ones.

    decided: headings a profile maps to a field.
    """
    shaped = Shaped(table)
    table.chunks = _tidied(table, table.chunks)
    _fill_down(shaped, matcher, answers)
    numeric = numeric_columns(table)
    settled = {place for place, heading in enumerate(table.headers) if heading in decided}
    family = families(table, matcher, numeric, settled) if not table.points else None
    if family and answers.get(WIDE, YES) == YES:
        if WIDE not in answers:
            shaped.questions.append(_wide_question(table, family))
        _turn(shaped, family)
        return shaped
    _persons(shaped, numeric, settled | _listed(table), answers, decided)
    return shaped


def _listed(table: Table) -> set[int]:
    """Return the columns whose headings are on the list as something other than persons."""
    return {
        place for place, heading in enumerate(table.headers) if (name := listed_field(heading)[0]) and name != "persons"
    }


# ---- rows that are no cases ----------------------------------------------------------------------------------------


def _tidied(table: Table, chunks: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Yield chunks with row numbers, without rows of totals and footnotes; what was set aside is kept in the log."""
    start = table.first_row
    width = len(table.headers)
    counties = [place for place, heading in enumerate(table.headers) if listed_field(heading)[0] in COUNTY_FIELDS]
    label = [column(place) for place in dict.fromkeys([*range(min(width, 2)), *counties])]
    for chunk in chunks:
        height = chunk.height
        numbered = chunk if ROW in chunk.columns else None
        aside = _set_aside(chunk, label, width)
        if aside is not None:
            rows = (
                chunk[ROW] if numbered is not None else pl.int_range(start, start + height, eager=True, dtype=pl.Int32)
            )
            whole = chunk.with_columns(rows.alias(ROW))
            for kind, mask in aside.items():
                table.row_log.setdefault(kind, []).extend(rows.filter(mask).to_list())
            any_of = pl.Series([False] * height)
            for mask in aside.values():
                any_of = any_of | mask
            chunk = whole.filter(~any_of)  # noqa: PLW2901 - the same chunk, without them
        elif numbered is None and table.row_log:
            chunk = chunk.with_columns(  # noqa: PLW2901
                pl.int_range(start, start + height, eager=True, dtype=pl.Int32).alias(ROW)
            )
        start += height
        yield chunk


def _set_aside(chunk: pl.DataFrame, label: list[str], width: int) -> dict[str, pl.Series] | None:
    """Return masks of totals and footnotes, None when a chunk has neither."""
    if width < 2:
        return None
    totals = pl.Series([False] * chunk.height)
    for name in label:
        if name not in chunk.columns:
            continue
        totals = totals | chunk[name].str.contains(_TOTAL_ROW).fill_null(value=False)
    notes = pl.Series([False] * chunk.height)
    others = [column(place) for place in range(1, width) if column(place) in chunk.columns]
    if width > 2 and all(chunk[name].null_count() for name in others):
        first = chunk[label[0]]
        alone = first.is_not_null() & chunk.select(pl.all_horizontal(pl.col(others).is_null())).to_series()
        notes = alone & (first.str.contains(_FOOTNOTE) | (first.str.len_chars() > _LONG_CELL)).fill_null(value=False)
    aside = {kind: mask for kind, mask in (("total", totals & ~notes), ("footnote", notes)) if mask.any()}
    return aside or None


def log_notes(table: Table, names: list[str]) -> list[str]:
    """Return what was set aside, in words with row numbers."""
    from geodata.intake.table import row_name  # noqa: PLC0415 - beside its only use

    kinds = {"total": "a total", "footnote": "a footnote", "withheld": "a number that is not given (such as ‘<5’)"}
    notes = []
    for kind, rows in table.row_log.items():
        shown = ", ".join(row_name(row, names) for row in list(dict.fromkeys(rows))[:12]) + (
            " …" if len(rows) > 12 else ""
        )
        plural = "s" * (len(rows) != 1)
        if kind == "withheld":
            notes.append(f"{len(rows):,} cell{plural} hold {kinds[kind]} and stay unknown: row{plural} {shown}")
        else:
            notes.append(f"row{plural} {shown}: {kinds[kind]}, left out")
    return notes


# ---- names that stand only once for their group --------------------------------------------------------------------


def _fill_down(shaped: Shaped, matcher: CountyMatcher, answers: Mapping[str, str]) -> None:
    """Ask whether a county holds for the empty cells below it, and fill them when it does."""
    table = shaped.table
    place = _grouped_county(table, matcher)
    if place < 0:
        return
    if FILL not in answers:
        cells = table.samples[column(place)]
        shaped.questions.append(Question(
            FILL, f"In the column ‘{table.headers[place].strip() or cell_name(place)}’ {cells.null_count():,} of "
            f"{len(cells):,} cells are empty below a filled one. Does the name above hold for them?",
            yes_or_no("Yes, each name holds until the next one", "No, these rows name none"), YES,
            n_rows=cells.null_count(),
        ))  # fmt: skip
    if answers.get(FILL, YES) == YES:
        table.chunks = _filled(table.chunks, column(place))
        table.samples = table.samples.with_columns(pl.col(column(place)).fill_null(strategy="forward"))
        table.notes.append(f"empty cells of column {cell_name(place)} were filled with the name above them")


def _grouped_county(table: Table, matcher: CountyMatcher) -> int:
    """Return the column of counties that is filled only in the first row of each group, −1 for none."""
    named = [place for place, heading in enumerate(table.headers) if listed_field(heading)[0] in COUNTY_FIELDS]
    if len(named) > 1:
        return -1  # an empty cell beside another county column says that this county is not known
    samples = table.samples.filter(~pl.all_horizontal(pl.all().is_null()))
    for place in range(min(len(table.headers), 4)):
        name = column(place)
        if name not in samples.columns or samples.height < 3:
            continue
        cells = samples[name]
        filled = [str(cell) for cell in cells.drop_nulls().to_list() if not re.search(_TOTAL_ROW, str(cell))]
        empty = cells.null_count() / len(cells)
        if len(filled) < 2 or cells[0] is None or empty < _MOST_EMPTY:
            continue
        counties = sum(matcher.match(cell.strip()).pcode is not None for cell in filled)
        below = [other for other, heading in enumerate(table.headers) if listed_field(heading)[0] == "place_below"]
        if counties >= 0.8 * len(filled) and not below and len(set(filled)) == len(filled):
            return place
    return -1


def _filled(chunks: Iterator[pl.DataFrame], name: str) -> Iterator[pl.DataFrame]:
    last: str | None = None
    for chunk in chunks:
        cells = chunk[name]
        if last is not None and cells.len() and cells[0] is None:
            first = pl.Series([last] + [None] * (cells.len() - 1), dtype=pl.String)
            cells = cells.fill_null(first) if cells.len() == 1 else cells.zip_with(cells.is_not_null(), first)
        cells = cells.fill_null(strategy="forward")
        last = cells[-1] if cells.len() else last
        yield chunk.with_columns(cells.alias(name))


# ---- columns of values ---------------------------------------------------------------------------------------------


def _wide_question(table: Table, family: Family) -> Question:
    named = [table.headers[measure.place].strip() for measure in family.used]
    shown = ", ".join(f"‘{' '.join(name.split())}’" for name in named[:8]) + (" …" if len(named) > 8 else "")
    left = [f"‘{' '.join(table.headers[place].split())}’" for place in family.repeats]
    rest = f" Left out, because they count the same people again: {', '.join(left)}." if left else ""
    kinds = {
        "month_name": "months",
        "date": "dates",
        "sex": "sexes",
        "age_group": "ages",
        "forms": "forms",
        "county": "counties",
    }
    across = " and ".join(kinds[name] for name in family.kinds()) or "counts"
    return Question(
        WIDE, f"The headings {shown} seem to be {across}, and the numbers below them persons. Is that so?{rest}",
        yes_or_no("Yes, each number is a number of persons", "No, leave these columns out"), YES,
    )  # fmt: skip


def _turn(shaped: Shaped, family: Family) -> None:
    """Turn columns of values into rows: the other columns stay, the values become cells of new ones."""
    table = shaped.table
    gone = {measure.place for measure in family.used} | set(family.repeats)
    kept = [place for place in range(len(table.headers)) if place not in gone]
    names = ["persons", *family.kinds()]
    headers = [table.headers[place] for place in kept] + [TURNED[name] for name in names]
    samples = (
        pl.concat(list(_turned(iter([table.samples]), table, family, kept, names))) if table.samples.height else None
    )
    table.row_log.pop("withheld", None)  # the samples were looked at twice
    cells = [column(place) for place in range(len(headers))]
    turned = Table(
        table.path, table.sheet, headers, table.first_row, _turned(table.chunks, table, family, kept, names),
        samples.select(cells) if samples is not None and samples.width else table.samples.clear(), [], 0, table.notes,
    )  # fmt: skip
    turned.title, turned.from_1904, turned.questions = table.title, table.from_1904, table.questions
    turned.left_out, turned.date_order = table.left_out, table.date_order
    turned.sheet_names, turned.many_sheets, turned.row_log = table.sheet_names, table.many_sheets, table.row_log
    turned.part_counts = True
    shaped.table, shaped.counts = turned, True
    shaped.columns = {TURNED[name]: _field_of(name) for name in names}


def _field_of(name: str) -> str:
    return "county_identification" if name == "county" else name


def _turned(
    chunks: Iterator[pl.DataFrame], table: Table, family: Family, kept: list[int], names: list[str]
) -> Iterator[pl.DataFrame]:
    """Yield one row for every number of persons in a chunk."""
    start = table.first_row
    for chunk in chunks:
        numbers = (
            chunk[ROW]
            if ROW in chunk.columns
            else pl.int_range(start, start + chunk.height, eager=True, dtype=pl.Int32)
        )
        part = chunk[PART] if PART in chunk.columns else pl.Series([""] * chunk.height)
        start += chunk.height
        pieces = []
        for measure in family.used:
            values = chunk[column(measure.place)].fill_null("").str.strip_chars()
            numeric = pl.Series([(number_of(value) or 0) >= 1 for value in values.to_list()], dtype=pl.Boolean)
            withheld = pl.Series([is_withheld(value) for value in values.to_list()], dtype=pl.Boolean)
            if withheld.any():
                table.row_log.setdefault("withheld", []).extend(numbers.filter(withheld).to_list())
            attributes = dict(measure.attributes)
            columns = [chunk[column(place)].alias(column(at)) for at, place in enumerate(kept)]
            new = [values.alias(column(len(kept)))]
            new += [
                pl.Series(column(len(kept) + at), [attributes.get(name)] * chunk.height, dtype=pl.String)
                for at, name in enumerate(names[1:], start=1)
            ]
            frame = pl.DataFrame([*columns, *new, numbers.alias(ROW), (part + f"/{measure.place}").alias(PART)])
            pieces.append(frame.filter(numeric))
        yield pl.concat(pieces).sort(ROW, maintain_order=True)


# ---- a column that may count persons -------------------------------------------------------------------------------


def _persons(
    shaped: Shaped, numeric: list[int], settled: set[int], answers: Mapping[str, str], decided: Mapping[str, str]
) -> None:  # fmt: skip
    """Settle which column of numbers, if any, says how many persons a row reports."""
    table = shaped.table
    if "persons" in decided.values():
        return
    tagged = [place for place, tag in enumerate(table.tags) if tag.startswith("#affected")]
    candidates = persons_candidates(table, numeric, settled)
    places = [place for place, _ in candidates]
    if tagged or not candidates:
        shaped.counts = bool(tagged)
        return
    answer = answers.get(PERSONS, "")
    by_heading = {table.headers[place].strip(): place for place in places}
    best, speaks = max(candidates, key=lambda pair: (pair[1], -pair[0]))
    plain = listed_field(table.headers[best])[0] == "persons" and speaks > 1
    if answer in by_heading:
        chosen = by_heading[answer]
    elif answer == NONE:
        chosen = -1
    elif len(candidates) == 1 and plain:
        chosen = best
    else:
        chosen = best if speaks else -1
        shaped.questions.append(_persons_question(table, places, table.headers[best].strip() if speaks else ""))
    for place in places:
        shaped.columns[table.headers[place]] = "persons" if place == chosen else "ignore"
    shaped.counts = chosen >= 0


def _persons_question(table: Table, places: list[int], suggestion: str) -> Question:
    shown = [" ".join(table.headers[place].split()) for place in places]
    choices = [
        Choice(table.headers[place].strip(), f"‘{name}’ is the number of persons of a row")
        for place, name in zip(places, shown, strict=True)
    ]
    choices.append(Choice(NONE, "None of them: each row is one person"))
    if len(places) == 1:
        text = f"Is ‘{shown[0]}’ a number of persons?"
    else:
        named = ", ".join(f"‘{name}’" for name in shown[:8])
        text = f"{len(places)} columns hold numbers: {named}. Which of them is a number of persons?"
    return Question(PERSONS, text, tuple(choices), suggestion)
