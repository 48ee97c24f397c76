"""Headings that are themselves values: months, years, sexes, ages, forms and counties written across a table.

`measure_of` says what a heading over numbers stands for; `families` finds the columns that can be turned into rows
without counting anybody twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from geodata.facts.countries import fold
from geodata.intake import coding
from geodata.intake.dates import MONTH_NAMES, Order, read_date
from geodata.intake.headings import flag_of, listed_field
from geodata.intake.persons import is_withheld, number_of
from geodata.intake.phrases import read_case_words
from geodata.intake.table import Table, column
from geodata.matching.counties import CountyMatcher, Standing

_SIGNS = coding.signs("across")
_SEX = dict.fromkeys(_SIGNS["female"], "female") | dict.fromkeys(_SIGNS["male"], "male")
_YOUNG, _GROWN, _TOTAL, _FILLER = (frozenset(_SIGNS[name]) for name in ("young", "grown", "total", "filler"))
_ADULT_SEXES = frozenset(
    {"women", "woman", "men", "man", "wanawake", "wanaume", "femmes", "hommes", "mwanamke", "mwanaume"}
)
PERSON_WORDS, COUNT_WORDS = _SIGNS["persons"], _SIGNS["counts"]
_NOT_PERSONS = re.compile(
    r"\b(?:kes|ksh|kshs|usd|amount|cost|fee|price|km|kilomet\w*|hours?|days?|weeks?|minutes?|duration|percent|rate|"
    r"score|altitude|accuracy|precision|distance|phone|nr|num|nos|sn|sr|mobile|tel|year|years|mwaka|month|age|umri|lat|"
    r"lon|latitude|longitude|code|id|index|county|kaunti|sex|gender|jinsia|district|ward|nationality|serial|no|ref|"
    r"pcode|iso|order|rank|row|version|weight|height|temperature|time)\b|%"
)
_AN_AGE = re.compile(r"\bhow old\b|\bage\b|\baged\b|\bumri\b|\byears old\b|ዕድሜ|العمر")
_PERIOD_YEAR = re.compile(r"\b((?:19|20)\d{2})\b")
_LEAST_NUMERIC = 0.8
_LATE = date(2099, 12, 31)


@dataclass(frozen=True, slots=True)
class Measure:
    """A column of numbers whose heading is a value. attributes: field → word.  total: it repeats other columns."""

    place: int
    attributes: tuple[tuple[str, str], ...]
    total: bool


def numeric_columns(table: Table) -> list[int]:
    """Return the columns that hold numbers, ``<5``, dashes and blanks, and nothing else to speak of."""
    places = []
    for place in range(len(table.headers)):
        if column(place) not in table.samples.columns:
            continue
        cells = [str(cell).strip() for cell in table.samples[column(place)].drop_nulls().to_list() if str(cell).strip()]
        numbers = [cell for cell in cells if number_of(cell) is not None]
        others = [cell for cell in cells if number_of(cell) is None and not is_withheld(cell) and not _is_dash(cell)]
        if (numbers or any(is_withheld(cell) for cell in cells)) and len(others) <= (1 - _LEAST_NUMERIC) * len(cells):
            places.append(place)
    return places


def _is_dash(text: str) -> bool:
    return text in ("-", "–", "—", ".", "..") or coding.is_unknown(text)


def measure_of(place: int, heading: str, matcher: CountyMatcher) -> Measure | None:
    """Return what a heading over numbers stands for, None when it stands for nothing of a case."""
    last = heading.strip()
    words = fold(last).split()
    meanings: dict[str, str] = {}
    if period := _period(last):
        meanings.update(period)
    for word in words:
        if word in _SEX and not (word in ("me", "ke", "m", "f") and len(words) > 2):
            meanings["sex"] = _SEX[word]
        if word in _YOUNG:
            meanings["age_group"] = "minor"
        elif word in _GROWN and word not in _SEX:
            meanings["age_group"] = "adult"
    if "age_group" not in meanings and (age := _age(last)):
        meanings["age_group"] = age
    if "date" not in meanings:
        _add_case_words(last, words, meanings)
    match = matcher.match(last) if not meanings and not last.isdigit() and len(last) > 2 else None
    if match and match.standing is Standing.SURE:
        meanings["county"] = last
    total = bool(_TOTAL & set(words))
    return Measure(place, tuple(sorted(meanings.items())), total) if meanings or total else None


def _period(heading: str) -> dict[str, str]:
    """Return the date a heading is, if it is one: a month, a month of a year, a year, a quarter."""
    plain = heading.strip().strip("'’.")
    folded = fold(plain)
    if folded in MONTH_NAMES:
        return {"month_name": plain}
    if re.fullmatch(r"(?:19|20)\d{2}", plain):
        return {"date": plain}
    years = _PERIOD_YEAR.findall(plain)
    if len(years) == 1 and all(word in _FILLER or word in _TOTAL for word in folded.split() if word != years[0]):
        return {"date": years[0]}
    dated = (
        read_date(plain, Order(), _LATE) if re.search(r"\d", plain) and not re.fullmatch(r"[\d.,]+", plain) else None
    )
    if re.fullmatch(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])", plain):
        dated = read_date(plain, Order(), _LATE)
    return {"date": plain} if dated and dated.month and not dated.refuse and not dated.ask else {}


_AGE_IN_HEADING = re.compile(r"(\d{1,2}\s*(?:-|–|to)\s*\d{1,2}|\d{1,2}\s*\+|[<>]\s*=?\s*\d{1,2}|"
                             r"(?:under|over|below|above)\s*\d{1,2})",
                             re.IGNORECASE)  # fmt: skip


def _age(heading: str) -> str:
    match = _AGE_IN_HEADING.search(heading)
    if not match:
        return ""
    coded = coding.code_age(match[1].strip())
    return "" if coded.change or coded.problem or coded.code == "unknown" else match[1].strip()


def _add_case_words(heading: str, words: list[str], meanings: dict[str, str]) -> None:
    """Add the nature and form a heading names once sex, age and filling words are set aside."""
    rest = " ".join(
        word for word in words if word not in _SEX and word not in _YOUNG and word not in _GROWN and not word.isdigit()
    )
    spare = " ".join(word for word in rest.split() if word not in _FILLER)
    for text in (heading, rest, spare):
        case_words = read_case_words(text, exploitation=True)
        if case_words.implied and not case_words.open:
            meanings["forms"] = ";".join(case_words.forms) or case_words.nature
            return


@dataclass(frozen=True, slots=True)
class Family:
    """Columns to turn into rows. used: measures that are read.  repeats: columns left out because they repeat those."""

    used: tuple[Measure, ...]
    repeats: tuple[int, ...]

    def kinds(self) -> list[str]:
        """Return which input fields the headings give."""
        return list(dict.fromkeys(name for measure in self.used for name, _ in measure.attributes))


def families(table: Table, matcher: CountyMatcher, numeric: list[int], decided: set[int]) -> Family | None:
    """Return the columns whose headings are values, None when there are not two of a kind. decided: columns settled."""
    measures = []
    for place in numeric:
        heading = table.headers[place]
        if place in decided or not heading.strip() or _is_tick(table, place):
            continue
        listed = listed_field(heading)[0]
        if listed and listed != "persons" and not _period(heading):
            continue
        if measure := measure_of(place, heading, matcher):
            measures.append(measure)
        elif listed == "persons":
            measures.append(Measure(place, (), total=True))
    measures = _grown(measures, table)
    telling = [measure for measure in measures if measure.attributes]
    if len(telling) < 2:
        return None
    used, repeats = _without_overlap(measures)
    return Family(tuple(used), tuple(repeats)) if len(used) > 1 else None


def _grown(measures: list[Measure], table: Table) -> list[Measure]:
    """Take women and men for adults where girls or boys stand beside them."""
    if not any({"sex", "age_group"} <= {name for name, _ in measure.attributes} for measure in measures):
        return measures
    grown = []
    for measure in measures:
        named = set(fold(table.headers[measure.place]).split())
        only_sex = "age_group" not in dict(measure.attributes) and bool(named & _ADULT_SEXES)
        more = (("age_group", "adult"),) if only_sex else ()
        grown.append(Measure(measure.place, tuple(sorted((*measure.attributes, *more))), measure.total))
    return grown


def _is_tick(table: Table, place: int) -> bool:
    """Whether a column only says yes or no to one choice."""
    if flag_of(table.headers[place], place) is None:
        return False
    cells = [str(cell).strip().removesuffix(".0") for cell in table.samples[column(place)].drop_nulls().to_list()]
    return all(cell in ("", "0", "1") for cell in cells)


def _without_overlap(measures: list[Measure]) -> tuple[list[Measure], list[int]]:
    """Keep one partition of the persons of each form and period; the others count the same people again."""
    groups: dict[tuple[tuple[str, str], ...], list[Measure]] = {}
    for measure in measures:
        key = tuple(pair for pair in measure.attributes if pair[0] not in ("sex", "age_group"))
        groups.setdefault(key, []).append(measure)
    used: list[Measure] = []
    plain = groups.pop((), [])
    if groups:
        for members in groups.values():
            used += _finest(members)
    if plain and (not groups or not any(measure.attributes for measure in used)):
        used += _finest(plain)
    kept = {measure.place for measure in used}
    return sorted(used, key=lambda measure: measure.place), [m.place for m in measures if m.place not in kept]


def _finest(members: list[Measure]) -> list[Measure]:
    """Return the members that split a group furthest: by sex and age, else by sex, else by age, else the one total."""
    by_kinds: dict[tuple[str, ...], list[Measure]] = {}
    for measure in members:
        kinds = tuple(name for name, _ in measure.attributes if name in ("sex", "age_group"))
        by_kinds.setdefault(kinds, []).append(measure)
    ranked = sorted(
        by_kinds.items(), key=lambda item: (len(item[1]) > 1 or not item[0], len(item[0]), item[0] == ("sex",))
    )
    best = ranked[-1][1]
    if not ranked[-1][0]:
        return [next((measure for measure in best if not measure.total), best[0])]
    distinct: dict[tuple[tuple[str, str], ...], Measure] = {}
    for measure in best:
        if not measure.total or len(best) == 1:
            distinct.setdefault(measure.attributes, measure)
    return list(distinct.values())


def persons_candidates(table: Table, numeric: list[int], used: set[int]) -> list[tuple[int, int]]:
    """Return (column, how much speaks for it) of numeric columns that may be numbers of persons.

    2: its heading speaks of persons.  1: of a count.  0: of nothing known.
    """
    candidates = []
    for place in numeric:
        heading = table.headers[place]
        if place in used or not heading.strip() or _is_tick(table, place) or heading.strip().startswith("_"):
            continue
        folded = f" {fold(heading)} "
        if _AN_AGE.search(folded) and not _counts(folded):
            continue
        speaks = 2 if any(word in folded for word in PERSON_WORDS) else 1 if _counts(folded) else 0
        cells = [str(cell).strip() for cell in table.samples[column(place)].drop_nulls().to_list()]
        numbers = [number for cell in cells if (number := number_of(cell)) is not None]
        last = heading.rsplit("/", 1)[-1].casefold().replace("_", " ")
        if speaks < 2 and (_NOT_PERSONS.search(last) or _is_other(numbers)):
            continue
        candidates.append((place, speaks))
    return candidates


def _counts(folded: str) -> bool:
    return any(f" {word} " in folded for word in COUNT_WORDS)


def _is_other(numbers: list[float]) -> bool:
    """Whether numbers are years, identifiers counted up, coordinates, day numbers or very long."""
    if not numbers:
        return False
    if any(number != int(number) for number in numbers) or all(number > 9_999_999 for number in numbers):
        return True
    whole = [int(number) for number in numbers]
    years = all(1900 <= number <= 2100 for number in whole)
    counted_up = len(whole) > 2 and whole == list(range(whole[0], whole[0] + len(whole)))
    day_numbers = all(30_000 <= number <= 60_000 for number in whole)
    return years or counted_up or day_numbers


def year_in(text: str) -> str:
    """Return the one year a title speaks of, "" for none or several."""
    years = set(_PERIOD_YEAR.findall(text))
    return years.pop() if len(years) == 1 else ""
