"""Dates as people write them → month numbers (``year * 12 + month − 1``) and how exact they are.

Day before month unless the column as a whole proves otherwise; a column that proves both is ambiguous and
those dates wait. Refused with a reason: dates in the future, days that do not exist, dates that carry the
marks of the Ethiopian calendar (a 13th month, 30 February, its month names, "E.C."): they are seven to eight
years behind and converting them unasked would be guessing.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from geodata.facts.countries import fold
from geodata.intake.coding import is_unknown

UNKNOWN_MONTH = 0
EARLIEST_YEAR = 1990
"""Cases dated before it are asked about: the record starts in 2007."""

_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:[T ].*)?$")
_BASIC = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_NUMBERS = re.compile(r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?:,?[T ]+\d.*)?$")
_SIX = re.compile(r"^((?:19|20)\d{2})(0[1-9]|1[0-2])$|^((?:19|20)\d{2})M(\d{1,2})$", re.IGNORECASE)
_PART_OF_YEAR = re.compile(
    r"^(?:h[12]|(?:1st|2nd|first|second) half|(?:1st|2nd|3rd|4th|first|second|third|fourth) quarter|s[12]"
    r"|semestre? [12]"
    r"|week \d{1,2}|wk \d{1,2}|wiki \d{1,2}|robo ya \w+)(?: of)?[ ,/-]*((?:19|20)\d{2})$"
    r"|^((?:19|20)\d{2})[ ,/-]*(?:h[12]|s[12]|w\d{1,2}|week \d{1,2})$",
    re.IGNORECASE,
)
_SPAN = re.compile(
    r"^([^\W\d]+)\.?[ ,]*(\d{4}|\d{2})? *"
    r"(?:-|–|—|/|\bto\b|\band\b|\bhadi\b|\bà\b|\bau\b|\bna\b|&) *"
    r"([^\W\d]+)\.?[ ,'’]*(\d{4}|\d{2})$",
    re.IGNORECASE,
)
_TWO_YEARS = re.compile(
    r"^(?:fy|f/y|financial year|fiscal year|mwaka wa fedha|exercice)?[ .:]*((?:19|20)\d{2})\s*[-–/]\s*"
    r"((?:19|20)?\d{2})$",
    re.IGNORECASE,
)
_FINANCIAL = re.compile(r"^(?:fy|f/y|financial year|fiscal year|mwaka wa fedha)\b", re.IGNORECASE)
_MONTH_YEAR = re.compile(r"^(\d{1,2})[-/.](\d{4})$")
_YEAR = re.compile(r"^(\d{4})(?:\.0+)?$")
_QUARTER = re.compile(r"^(?:q([1-4])[ /-]*(\d{4})|(\d{4})[ /-]*q([1-4]))$", re.IGNORECASE)
_SERIAL = re.compile(r"^(\d{5})(?:\.\d+)?$")
_WORDS = re.compile(
    r"^(?:\w+ )??(\d{1,2})?(?:st|nd|rd|th|er)? ?(?:de |of )?([^\W\d]+) ?(\d{1,2})?(?:st|nd|rd|th)? "
    r"(\d{4}|\d{2})(?: \d.*)?$",
)
_ETHIOPIAN_MARK = re.compile(r"\be\.? ?c\.?\b|\bethiopian\b", re.IGNORECASE)
_SERIAL_START, _SERIAL_START_1904 = date(1899, 12, 30), date(1904, 1, 1)

_MONTHS = (
    "january jan janvier janv januari ጃንዋሪ يناير",
    "february feb fevrier fevr februari febr ፌብሩዋሪ فبراير",
    "march mar mars machi mch ማርች مارس",
    "april apr avril avr aprili ኤፕሪል ابريل",
    "may mai mei ሜይ مايو",
    "june jun juin juni ጁን يونيو",
    "july jul juillet juil julai ጁላይ يوليو",
    "august aug aout agosti ago ኦገስት اغسطس",
    "september sep sept septembre septemba ሴፕቴምበር سبتمبر",
    "october oct octobre oktoba okt ኦክቶበር اكتوبر",
    "november nov novembre novemba ኖቬምበር نوفمبر",
    "december dec decembre desemba des ዲሴምበር ديسمبر",
)
MONTH_NAMES = {word: number for number, words in enumerate(_MONTHS, start=1) for word in words.split()}
_ETHIOPIAN_MONTHS = (
    "meskerem tikimt tikemt hidar tahsas tahisas tir yekatit megabit miyazya miazia ginbot genbot sene hamle "
    "nehase pagume pagumen"
)
ETHIOPIAN_MONTHS = frozenset(_ETHIOPIAN_MONTHS.split())


@dataclass(frozen=True, slots=True)
class Dated:
    """One date understood.

    month: year * 12 + month − 1, or 0 when unknown.  precision: day, month, year or unknown.
    change, ask, refuse: what was corrected; why it waits; why it is rejected. All "" for a plain date.
    """

    month: int = UNKNOWN_MONTH
    precision: str = "unknown"
    change: str = ""
    ask: str = ""
    refuse: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """How a column writes dates in numbers.

    ambiguous: it proves both ways.  unproved: nothing in the file proves either.
    from_1904: day numbers count from 1904.  mixed: it proves both ways, and a person said which the others are.
    """

    day_first: bool = True
    ambiguous: bool = False
    unproved: bool = False
    from_1904: bool = False
    mixed: bool = False


def order_of(texts: Iterable[str]) -> Order:
    """Return the order of day and month that all dates of a column together prove."""
    day_first = month_first = two_ways = False
    for text in texts:
        match = _NUMBERS.match(text.strip())
        if match is not None:
            first, second = int(match[1]), int(match[2])
            day_first |= first > 12
            month_first |= second > 12 and first <= 12
            two_ways |= reads_two_ways(text)
    unproved = two_ways and not day_first and not month_first
    return Order(day_first=day_first or not month_first, ambiguous=day_first and month_first, unproved=unproved)


def reads_two_ways(text: str) -> bool:
    """Whether a date in numbers is another day when day and month are exchanged."""
    match = _NUMBERS.match(text.strip())
    if match is None:
        return False
    return int(match[1]) <= 12 and int(match[2]) <= 12 and int(match[1]) != int(match[2])


def looks_like_date(text: str) -> bool:
    """Whether a cell holds a date as people write it; a bare year or number is none."""
    plain = text.strip()
    if _ISO.match(plain) or _BASIC.match(plain) or _NUMBERS.match(plain) or _MONTH_YEAR.match(plain):
        return True
    match = _WORDS.match(fold(plain))
    return match is not None and match[2] in MONTH_NAMES


def read_date(text: str, order: Order, today: date) -> Dated:
    """Return one cell's date."""
    plain = text.strip()
    if is_unknown(plain):
        return Dated()
    if _ETHIOPIAN_MARK.search(plain) or any(word in ETHIOPIAN_MONTHS for word in fold(plain).split()):
        return Dated(refuse=ETHIOPIAN)
    span = _TWO_YEARS.match(plain)
    if span and (int(span[2]) > 12 or "/" in plain) and (told := _read_period(plain, today)):
        return told
    if match := _ISO.match(plain) or _BASIC.match(plain):
        return _checked(int(match[1]), int(match[2]), int(match[3]) if match[3] else None, today)
    if match := _NUMBERS.match(plain):
        return _from_numbers(int(match[1]), int(match[2]), match[3], order, today)
    return _read_period(plain, today) or _read_rarer(plain, today, order)


ETHIOPIAN = "the date looks like one of the Ethiopian calendar; write it in the Gregorian calendar"


def _from_numbers(first: int, second: int, year_text: str, order: Order, today: date) -> Dated:
    year, change, ask = _full_year(year_text, today)
    day, month = (first, second) if order.day_first else (second, first)
    if order.mixed and max(first, second) > 12:
        day, month = (second, first) if second > 12 else (first, second)
    if order.unproved and first <= 12 and second <= 12 and first != second:
        return Dated(ask="day and month can be exchanged in this date, and nothing in the file says which comes first")
    if order.ambiguous:
        if first <= 12 and second <= 12 and first != second:
            return Dated(ask="the column mixes day/month and month/day, so this date can be read two ways")
        day, month = (second, first) if second > 12 else (first, second)
    dated = _checked(year, month, day, today)
    if dated.refuse:
        return dated
    return Dated(dated.month, dated.precision, change or dated.change, ask or dated.ask)


def _read_period(plain: str, today: date) -> Dated | None:
    """Read months in digits alone, halves and weeks of a year, spans of months and financial years."""
    if match := _SIX.match(plain):
        return _checked(int(match[1] or match[3]), int(match[2] or match[4]), None, today)
    if match := _PART_OF_YEAR.match(plain):
        return _whole_year(int(match[1] or match[2]), "part of a year kept as its year", today)
    if match := _SPAN.match(plain):
        first, last = (MONTH_NAMES.get(fold(match[place])) for place in (1, 3))
        if first and last:
            year, change, ask = _full_year(match[4], today)
            if first > last or (match[2] and match[2] != match[4]):
                return Dated(ask="it is a period that lies in two years; write the month or the year of the case")
            dated = _whole_year(year, change or "period of several months kept as its year", today)
            return Dated(dated.month, dated.precision, dated.change, ask or dated.ask, dated.refuse)
    match = _TWO_YEARS.match(plain)
    if (match and int(match[2]) % 100 == (int(match[1]) + 1) % 100) or _FINANCIAL.match(plain):
        return Dated(ask="it is a financial year, which lies in two calendar years; write the year of the case")
    return None


def _whole_year(year: int, change: str, today: date) -> Dated:
    dated = _checked(year, None, None, today)
    return Dated(dated.month, dated.precision, change, dated.ask, dated.refuse)


def _read_rarer(plain: str, today: date, order: Order) -> Dated:
    """Read years, quarters, spreadsheet day numbers and dates with a month's name."""
    if match := _MONTH_YEAR.match(plain) or _YEAR.match(plain):
        month = int(match[1]) if match.re is _MONTH_YEAR else None
        return _checked(int(match[match.re.groups]), month, None, today)
    if match := _QUARTER.match(plain):
        dated = _checked(int(match[2] or match[3]), None, None, today)
        return Dated(dated.month, dated.precision, "quarter kept as its year", dated.ask, dated.refuse)
    if match := _SERIAL.match(plain):
        day = (_SERIAL_START_1904 if order.from_1904 else _SERIAL_START) + timedelta(days=int(match[1]))
        dated = _checked(day.year, day.month, day.day, today)
        return Dated(dated.month, dated.precision, "spreadsheet day number read as a date", dated.ask, dated.refuse)
    if (match := _WORDS.match(fold(plain))) and (month := MONTH_NAMES.get(match[2])):
        year, change, ask = _full_year(match[4], today)
        day_text = match[1] or match[3]
        dated = _checked(year, month, int(day_text) if day_text else None, today)
        return Dated(dated.month, dated.precision, change or dated.change, ask or dated.ask, dated.refuse)
    return Dated(ask="not readable as a date; correct it, or leave it empty if it is not known")


def _full_year(text: str, today: date) -> tuple[int, str, str]:
    """Return the year, what was changed, and why it waits."""
    year = int(text)
    if len(text) == 4:
        return year, "", ""
    if year <= today.year % 100:
        return 2000 + year, f"two-digit year read as {2000 + year}", ""
    return 1900 + year, "", f"a two-digit year that would lie in the future, or in {1900 + year}"


def _checked(year: int, month: int | None, day: int | None, today: date) -> Dated:
    """Return a date after asking whether it can be."""
    if month == 13 or (month == 2 and day == 30):
        return Dated(refuse=ETHIOPIAN)
    if month is not None and not 1 <= month <= 12:
        return Dated(refuse="the month is not one of 1 to 12")
    if month and day is not None and not 1 <= day <= calendar.monthrange(max(year, 1), month)[1]:
        return Dated(refuse="there is no such day in that month")
    if (year, month or 1, day or 1) > (today.year, today.month, today.day):
        return Dated(refuse="the date lies in the future")
    number = year * 12 + (month or 1) - 1
    precision = "day" if day else "month" if month else "year"
    early = f"the year is before {EARLIEST_YEAR}" if year < EARLIEST_YEAR else ""
    return Dated(number, precision, ask=early)


def read_birth(text: str, order: Order, today: date) -> int:
    """Return the month number of a birth date, 0 when it cannot be read; it is used and dropped."""
    plain = text.strip()
    match = _NUMBERS.match(plain)
    if match and len(match[3]) == 2 and int(match[3]) > today.year % 100:
        plain = plain.replace(match[3], f"19{match[3]}") if match[3] not in (match[1], match[2]) else ""
    dated = read_date(plain, order, today)
    return 0 if dated.refuse else dated.month


def says_ethiopian(heading: str) -> bool:
    """Whether a heading says that its dates are of the Ethiopian calendar."""
    return bool(_ETHIOPIAN_MARK.search(heading)) or fold(heading).split()[-1:] == ["ec"]


def lag_of_ethiopia(newest: int, today: date) -> bool:
    """Whether the newest month of a file lies as far back as the Ethiopian calendar lags (7 to 8¾ years)."""
    behind = today.year * 12 + today.month - 1 - newest
    return newest > 0 and 7 * 12 <= behind <= 8 * 12 + 9
