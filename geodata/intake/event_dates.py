"""When each row happened: its date column, else its year and month columns, with what proves day before month.

The order of day and month is proved by the column itself, else by the other date columns of the table (a time stamp
beside it), else by the rows standing in order of time, else by the formats of dates or the language of the workbook;
what nothing proves is asked, with two dates written out.
Dates that a spreadsheet has half converted (days up to 12 exchanged, the others left as text) are asked about.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from geodata.facts.countries import fold
from geodata.intake import dates
from geodata.intake.judge import words_of
from geodata.intake.outcome import Status
from geodata.intake.questions import HALF, ORDER, Choice, Question
from geodata.intake.read_columns import Gathered
from geodata.intake.table import Table, column

DAY_FIRST, MONTH_FIRST = "day", "month"
NO_DATE, LEAVE_OUT = "unknown", "out"
"""What a person may decide about a date that cannot be, beside writing the right one."""
_DECIDED = re.compile(r"^(?:19|20)\d{2}(?:-\d{1,2}){0,2}$")
KEEP, EXCHANGE = "keep", "exchange"
_REAL_DATE = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")
_LEAST_ROWS_IN_ORDER = 6
_LEAST_HALVES = 2

Ints = NDArray[np.int32]


def other_orders(table: Table, place: int) -> dates.Order:
    """Return the order that the other date columns of a table prove, from their first rows."""
    day_first = month_first = False
    for other in range(len(table.headers)):
        name = column(other)
        if other == place or name not in table.samples.columns:
            continue
        order = dates.order_of(str(cell) for cell in table.samples[name].drop_nulls().to_list())
        if order.ambiguous or order.unproved:
            continue
        cells = [str(cell) for cell in table.samples[name].drop_nulls().to_list()]
        numeric = [cell for cell in cells if re.match(r"^\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2,4}", cell.strip())]
        if numeric:
            day_first |= order.day_first
            month_first |= not order.day_first
    if day_first == month_first:
        return dates.Order(unproved=True)
    return dates.Order(day_first=day_first)


def column_order(table: Table, gathered: Gathered, name: str, place: int, answer: str) -> dates.Order:
    """Return the order of one date column; `unproved` or `ambiguous` when a person has to say it."""
    words = words_of(gathered, name)
    order = replace(dates.order_of(words), from_1904=table.from_1904)
    if order.unproved:
        beside = other_orders(table, place)
        if not beside.unproved:
            return replace(order, day_first=beside.day_first, unproved=False)
        in_time = _order_in_time(gathered, name)
        if in_time is not None:
            return replace(order, day_first=in_time, unproved=False)
        if table.date_order and not answer:
            return replace(order, day_first=table.date_order == DAY_FIRST, unproved=False)
    if (order.unproved or order.ambiguous) and answer in (DAY_FIRST, MONTH_FIRST):
        return replace(order, day_first=answer == DAY_FIRST, unproved=False, ambiguous=False, mixed=order.ambiguous)
    return order


def _order_in_time(gathered: Gathered, name: str) -> bool | None:
    """Return whether rows stand in order of time only with the day first (True) or only with the month first."""
    codes = gathered.codes[name]
    two_ways = np.array([dates.reads_two_ways(gathered.words[word]) for word in range(max(gathered.words) + 1)])
    rows = codes[two_ways[codes]]
    if len(rows) < _LEAST_ROWS_IN_ORDER or len(np.unique(rows)) < _LEAST_ROWS_IN_ORDER:
        return None
    today = date(9000, 1, 1)
    ranks = []
    for day_first in (True, False):
        order = dates.Order(day_first=day_first)
        number = np.zeros(max(gathered.words) + 1, dtype=np.int64)
        for word in np.unique(rows).tolist():
            text = gathered.words[word]
            dated = dates.read_date(text, order, today)
            day = int(re.split(r"[-/. ]", text.strip())[0 if day_first else 1])
            number[word] = dated.month * 31 + day
        steps = np.diff(number[rows])
        ranks.append((bool((steps >= 0).all()), float((steps >= 0).mean())))
    (day_sorted, day_share), (month_sorted, month_share) = ranks
    if day_sorted and month_share < 0.8:
        return True
    if month_sorted and day_share < 0.8:
        return False
    return None


def order_question(words: list[str], heading: str, order: dates.Order, rows: int) -> Question:
    """Return the question which of two readings is right, with two dates written out both ways."""
    examples = [word for word in words if dates.reads_two_ways(word)][:2]
    first = " and ".join(f"‘{word}’ is {_written(word, day_first=True)}" for word in examples)
    second = " and ".join(f"‘{word}’ is {_written(word, day_first=False)}" for word in examples)
    why = "mixes day/month and month/day" if order.ambiguous else "can be read two ways, and nothing proves which"
    return Question(
        ORDER, f"The column ‘{heading}’ {why}. Which comes first in its dates?",
        (Choice(DAY_FIRST, f"The day: {first}"), Choice(MONTH_FIRST, f"The month: {second}")),
        blocks=False, n_rows=rows,
    )  # fmt: skip


def _written(text: str, *, day_first: bool) -> str:
    first, second, year = (int(part) for part in re.split(r"[-/. ]", re.split(r"[T,]|\s\d", text.strip())[0])[:3])
    day, month = (first, second) if day_first else (second, first)
    return f"{day} {calendar.month_name[month]} {year if year > 99 else 2000 + year}"


def half_converted(words: list[str]) -> list[str]:
    """Return the real dates of a column that a spreadsheet seems to have half converted; empty when it has not.

    Its text dates all have days over 12, its real ones all days and months up to 12: the program read those that
    could be read with the month first, and left the others alone.
    """
    real = [match for word in words if (match := _REAL_DATE.match(word.strip()))]
    text = [word for word in words if re.match(r"^\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2,4}", word.strip())]
    firsts = [int(re.split(r"[-/. ]", word.strip())[0]) for word in text]
    if len(real) < _LEAST_HALVES or len(text) < _LEAST_HALVES or not all(first > 12 for first in firsts):
        return []
    if not all(int(match[3]) <= 12 for match in real):
        return []
    return [match[0] for match in real]


def half_question(real: list[str], heading: str, rows: int) -> Question:
    """Return the question about dates that may have been exchanged by a spreadsheet."""
    examples = [word for word in real if word[5:7] != word[8:10]][:2]
    kept = " and ".join(_long(word) for word in examples)
    exchanged = " and ".join(_long(exchange(word)) for word in examples)
    text = (
        f"In the column ‘{heading}’ a spreadsheet seems to have turned some dates into real ones and left those "
        "with a day over 12 as text; it may have exchanged day and month in them. What are they?"
    )
    return Question(
        HALF, text, (Choice(EXCHANGE, f"Exchanged: they are {exchanged}"), Choice(KEEP, f"As they stand: {kept}")),
        n_rows=rows, suggestion=EXCHANGE,
    )  # fmt: skip


def exchange(text: str) -> str:
    """Return a real date with day and month exchanged; any other text as it is."""
    match = _REAL_DATE.match(text.strip())
    return f"{match[1]}-{match[3]}-{match[2]}" if match and int(match[3]) <= 12 else text


def _long(text: str) -> str:
    year, month, day = text.split("-")
    return f"{int(day)} {calendar.month_name[int(month)]} {year}"


def judge_date(text: str, order: dates.Order, today: date, *, ethiopian: bool, yes: bool) -> tuple[str, Status, str]:
    """Return ``month|precision``, standing and remark of one cell."""
    dated = dates.read_date(text, order, today)
    if ethiopian and dated.month:
        return "0|unknown", Status.REJECTED, dates.ETHIOPIAN
    out = f"{dated.month}|{dated.precision}"
    if dated.refuse:
        return out, Status.REJECTED, dated.refuse
    if dated.ask:
        if yes and dated.month:
            return out, Status.CORRECTED, f"{dated.ask}: kept as read, as you said"
        return out, Status.TO_CONFIRM, dated.ask
    return out, Status.CORRECTED if dated.change else Status.ACCEPTED, dated.change


def is_date_decision(text: str) -> bool:
    """Whether a text decides about a date: a year, a month or a day such as 2024-03-05, or one of the two words."""
    return text in (NO_DATE, LEAVE_OUT) or bool(_DECIDED.match(text))


def decided_date(decision: str, order: dates.Order, today: date) -> tuple[str, Status, str]:
    """Return ``month|precision``, standing and remark of a cell whose date a person decided."""
    if decision == LEAVE_OUT:
        return "0|unknown", Status.REJECTED, "left out, as you said of its date"
    if decision == NO_DATE:
        return "0|unknown", Status.CORRECTED, "stored without a date, as you said"
    out, standing, reason = judge_date(decision, order, today, ethiopian=False, yes=True)
    return (out, Status.CORRECTED, "date as you gave it") if standing < Status.REJECTED else (out, standing, reason)


def month_of_name(text: str) -> int:
    """Return the number of a month's name or number, 0 for anything else."""
    plain = fold(text)
    number = dates.MONTH_NAMES.get(plain, int(plain) if plain.isdigit() and len(plain) < 3 else 0)
    return number if number <= 12 else 0
