"""What a column's heading and cells prove about it, beyond the lists of headings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from geodata.facts.countries import fold
from geodata.intake import coding, privacy
from geodata.intake.dates import looks_like_date
from geodata.intake.phrases import read_case_words
from geodata.matching.counties import CountyMatcher, Standing

_SIGNS = coding.signs("columns")
_DATE_RANKS = ((3, _SIGNS["event"]), (9, _SIGNS["rescue"]), (30, _SIGNS["report"]), (40, _SIGNS["service"]))
_ANY_DATE = 20
_WEAK_COUNTY = frozenset(_SIGNS["weak_county"])
_LEGEND = re.compile(r"(\d{1,2})\s*[=:.)–-]\s*([^\W\d_]+)")
_MOST_DISTINCT, _MOST_MEAN_WORDS = 80, 8
_SHARE = 0.5


def date_rank(heading: str, cells: Sequence[str]) -> int:
    """Return how well a column suits as the date of a case, 1 best; 0 when it holds no dates of cases.

    The date of the event goes before that of the rescue, of the report, and of a service.
    """
    if not cells or sum(looks_like_date(cell) for cell in cells) < 0.8 * len(cells):
        return 0
    words = fold(heading.rsplit("/", 1)[-1]).split()
    if any(word.startswith(_SIGNS["no_dates_of_cases"]) for word in words):
        return 0
    if not any(word.startswith(_SIGNS["dates"]) for word in words):
        return 0
    for rank, starts in _DATE_RANKS:
        if any(word.startswith(starts) for word in words):
            return rank
    return _ANY_DATE


def is_weak_county(heading: str) -> bool:
    """Whether a heading only may be of counties: its cells have to say so."""
    return fold(heading.rsplit("/", 1)[-1]) in _WEAK_COUNTY


def place_share(cells: Sequence[str], matcher: CountyMatcher) -> float:
    """Return the share of cells that are counties or lead to one as a question."""
    if not cells:
        return 0.0
    count = 0
    for cell in cells:
        if cell.strip().isdigit():
            continue
        match = matcher.match(cell)
        count += match.standing is Standing.SURE or bool(match.candidates)
    return count / len(cells)


def legend(heading: str) -> dict[str, str]:
    """Return the codes a heading explains ("Sex (1=Female, 2=Male)"): number → word; empty when it explains none."""
    codes = dict(_LEGEND.findall(heading))
    return codes if len(codes) > 1 else {}


def case_word_share(heading: str, cells: Sequence[str]) -> float:
    """Return how strongly a column's cells speak of trafficking or smuggling, 0 when they do not.

    A column counts when its heading is about a kind of case, or when half of its cells are phrases of the list.
    """
    distinct = set(cells)
    if not distinct or len(distinct) > _MOST_DISTINCT:
        return 0.0
    if sum(len(cell.split()) for cell in distinct) > _MOST_MEAN_WORDS * len(distinct):
        return 0.0
    if privacy.kind_of_column("", list(distinct)):
        return 0.0
    case_words = {cell: read_case_words(cell, exploitation=False) for cell in distinct}
    sure = sum(1 for cell in cells if case_words[cell].implied)
    likely = sum(1 for cell in cells if case_words[cell].suggestion and not case_words[cell].implied)
    about = any(word.startswith(_SIGNS["kinds_of_case"]) for word in fold(heading).split())
    share = (sure + 0.5 * likely) / len(cells)
    return share if share and (about or sure >= _SHARE * len(cells)) else 0.0


def are_counties_in_numbers(cells: Sequence[str]) -> bool:
    """Whether all cells are whole numbers from 1 to 47."""
    plain = [cell.strip().removesuffix(".0") for cell in cells if not coding.is_unknown(cell)]
    return bool(plain) and all(cell.isdigit() and len(cell) <= 3 and 1 <= int(cell) <= 47 for cell in plain)
