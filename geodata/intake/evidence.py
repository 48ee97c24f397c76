"""What a column's heading and cells prove about it, beyond the lists of headings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from geodata.facts.countries import fold
from geodata.intake import coding, privacy
from geodata.intake.dates import looks_like_date
from geodata.intake.phrases import read_case_words
from geodata.matching.counties import CountyMatcher, Standing

_DATE_WORDS = ("date", "when", "tarehe", "lini", "day", "quand", "jour", "taariikh", "siku", "dates", "ቀን", "تاريخ", "period",
               "kipindi", "periode")  # fmt: skip
_NO_DATE_OF_A_CASE = ("birth", "born", "dob", "kuzaliwa", "naissance", "expiry", "expire", "updated", "modified", "signature",
                      "signed", "appointment", "follow", "closed", "closure", "closing", "printed", "next", "court", "hearing",
                      "issue", "issued", "sync", "deadline", "return", "payment", "paid", "end", "exit", "discharge")  # fmt: skip
_DATE_RANKS = (
    (3, ("incident", "event", "happen", "occur", "offence", "offense", "exploit", "tukio", "faits", "crime", "violation",
         "onset", "ilitokea", "lilitokea", "recruit")),
    (9, ("rescue", "identif", "found", "detect", "intercept", "recover", "okole", "patikan", "assist", "refer", "admission",
         "admitted", "screen", "encounter")),
    (30, ("report", "register", "regist", "open", "intake", "record", "received", "ripoti", "sajili", "interview", "booked",
          "signale", "enregistre", "entry", "case")),
    (40, ("service", "huduma", "arrival", "arrest", "kamatwa", "visit")),
)  # fmt: skip
_ANY_DATE = 20
_WEAK_COUNTY = frozenset({
    "region", "location", "place", "area", "mahali", "eneo", "place of identification", "place of rescue", "where exploited",
    "incident location", "lieu", "lieu d identification", "row labels", "organisation unit", "organisation unit name",
    "organization unit", "org unit", "organisation unit name hierarchy", "orgunit", "ou name", "ouname", "admin1", "location of exploitation",
    "place of exploitation", "place of origin", "place of recruitment", "lieu d exploitation", "station", "address l1",
    "location name", "site", "locality", "county place",
})  # fmt: skip
_LEGEND = re.compile(r"(\d{1,2})\s*[=:.)–-]\s*([^\W\d_]+)")
_NATURE_HEADINGS = ("type", "category", "offence", "offense", "nature", "charge", "violation", "reason", "kind", "aina", "data",
                    "indicator", "classification", "crime", "needs", "concern", "practice", "purpose", "motif", "categorie",
                    "issue", "problem", "case", "abuse", "ukatili", "kosa", "subject", "theme", "ዓይነት", "نوع", "nooca")  # fmt: skip
_MOST_DISTINCT, _MOST_MEAN_WORDS = 80, 8
_SHARE = 0.5


def date_rank(heading: str, cells: Sequence[str]) -> int:
    """Return how well a column suits as the date of a case, 1 best; 0 when it holds no dates of cases.

    The date of the event goes before that of the rescue, of the report, and of a service.
    """
    if not cells or sum(looks_like_date(cell) for cell in cells) < 0.8 * len(cells):
        return 0
    words = fold(heading.rsplit("/", 1)[-1]).split()
    if any(word.startswith(_NO_DATE_OF_A_CASE) for word in words):
        return 0
    if not any(word.startswith(_DATE_WORDS) for word in words):
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
    found = 0
    for cell in cells:
        if cell.strip().isdigit():
            continue
        match = matcher.match(cell)
        found += match.standing is Standing.SURE or bool(match.candidates)
    return found / len(cells)


def legend(heading: str) -> dict[str, str]:
    """Return the codes a heading explains ("Sex (1=Female, 2=Male)"): number → word; empty when it explains none."""
    found = dict(_LEGEND.findall(heading))
    return found if len(found) > 1 else {}


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
    said = {cell: read_case_words(cell, exploitation=False) for cell in distinct}
    sure = sum(1 for cell in cells if said[cell].implied)
    likely = sum(1 for cell in cells if said[cell].suggestion and not said[cell].implied)
    about = any(word.startswith(_NATURE_HEADINGS) for word in fold(heading).split())
    share = (sure + 0.5 * likely) / len(cells)
    return share if share and (about or sure >= _SHARE * len(cells)) else 0.0


def are_counties_in_numbers(cells: Sequence[str]) -> bool:
    """Whether all cells are whole numbers from 1 to 47."""
    plain = [cell.strip().removesuffix(".0") for cell in cells if not coding.is_unknown(cell)]
    return bool(plain) and all(cell.isdigit() and len(cell) <= 3 and 1 <= int(cell) <= 47 for cell in plain)
