"""What is this a list of? A guess from headings, titles and words; a person confirms it before anything is stored.

Suspects, deaths, conflict events, displaced people, protection cases of every kind and services are lists of something
else even where the word trafficking stands in them; a table by country has no counties at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from geodata.facts.countries import fold
from geodata.intake import coding
from geodata.intake.questions import LIST, Choice, Question
from geodata.intake.table import Table

MOST_UNCLEAR = 0.2
"""Share of rows that say neither trafficking nor smuggling from which the whole list is asked about."""


@dataclass(frozen=True, slots=True)
class ListKind:
    """What a list seems to be. row: what one row is.  why: what it is instead of cases, "" for a list of cases."""

    row: str
    why: str = ""


_SIGNS = coding.signs("listing")
_NOT_SUBJECT = re.compile(r"\b(?:name|names|type|relationship|number of|no of|know|status|involved|details)\b")
_SUBJECT_COLUMN = re.compile(r"\b(?:id|no|number|code|name|names|serial|ref|jina|namba|nambari|nom|date|tarehe|list)\b")


_DISPLACED_TITLES = ("idp", "idps", "refugees", "displaced", "wakimbizi", "dtm")
_OTHER_LISTS = {
    "conflict": ListKind(
        "Each row seems to be an event of conflict or violence:", "conflict events, not cases of people"
    ),
    "suspects": ListKind(
        "Each row seems to be a suspect or a person charged:", "suspects or court cases, not the people affected"
    ),
    "deaths": ListKind("Each row seems to be about deaths or missing people:", "deaths and disappearances"),
    "displaced": ListKind(
        "Each row seems to be a refugee or displaced person, or a count of them:", "displaced people"
    ),
    "activity": ListKind("Each row seems to be an activity and its participants:", "activities and people reached"),
    "protection": ListKind("Each row seems to be a protection case or an offence of any kind:", "all kinds of cases"),
}
"""What a list may be instead of cases, likeliest first."""


def list_kind(table: Table, *, has_case_id: bool, counts: bool) -> ListKind:
    """Return what a table seems to be a list of."""
    headings = [fold(heading.rsplit("::", 1)[-1]) for heading in table.headers if heading.strip()]
    title = fold(f"{table.title} {table.path.stem.replace('_', ' ').replace('-', ' ')}")
    victims = _some(headings, _SIGNS["victims"]) or _named(title, _SIGNS["victims"])
    seen = {
        "conflict": len(_phrases(headings, _SIGNS["conflict"])) > 1,
        "suspects": _subject(headings, title, _SIGNS["suspects"], strong=not victims),
        "deaths": _subject(
            headings, title, _SIGNS["deaths"], strong=not victims or _several(headings, _SIGNS["deaths"])
        ),
        "displaced": len(_phrases(headings, _SIGNS["displaced"])) > 1 or _named(title, _DISPLACED_TITLES),
        "activity": bool(_phrases(headings, _SIGNS["activity"])) and not victims,
        "protection": bool(_phrases(headings, _SIGNS["protection"])),
    }
    other = next((name for name, is_there in seen.items() if is_there), "")
    return _OTHER_LISTS[other] if other else _cases(headings, has_case_id=has_case_id, counts=counts)


def _cases(headings: list[str], *, has_case_id: bool, counts: bool) -> ListKind:
    """Return what a row of a list of cases is."""
    if counts and has_case_id:
        return ListKind("Each row is taken for a case with a number of persons:")
    if counts:
        return ListKind("Each row is taken for a count of persons:")
    if has_case_id and _phrases(headings, _SIGNS["services"]):
        return ListKind("Each row is taken for a service given to a person; a person counts once:")
    return ListKind(
        "Each row is taken for one person of a case:" if has_case_id else "Each row is taken for one person:"
    )


def _several(headings: list[str], starts: tuple[str, ...]) -> bool:
    return sum(any(word.startswith(starts) for word in heading.split()) for heading in headings) > 1


def _some(headings: list[str], starts: tuple[str, ...]) -> bool:
    return any(word.startswith(starts) for heading in headings for word in heading.split())


def _named(title: str, words: tuple[str, ...]) -> bool:
    return any(word.startswith(words) for word in title.split())


def _phrases(headings: list[str], phrases: tuple[str, ...]) -> set[str]:
    return {phrase for phrase in phrases for heading in headings if f" {phrase} " in f" {heading} "}


def _subject(headings: list[str], title: str, starts: tuple[str, ...], *, strong: bool) -> bool:
    """Whether the rows are about these people: their own number, name or date heads a column, or the title says so."""
    if any(word.startswith(starts) for word in title.split()) and strong:
        return True
    about = [heading for heading in headings if any(word.startswith(starts) for word in heading.split())]
    if not about:
        return False
    if strong:
        return True
    first = headings[0]
    return first in about and bool(_SUBJECT_COLUMN.search(first)) and not _NOT_SUBJECT.search(first.replace("name", ""))


def list_question(kind: ListKind, *, title_says: str, unclear: int, rows: int, nowhere: bool) -> Question | None:
    """Return the first question, None when the list says well enough what it is.

    title_says: nature the title or file name speaks of.  unclear: rows that say neither.  nowhere: no row says either.
    """
    much = rows > 0 and unclear > MOST_UNCLEAR * rows
    if not kind.why and not much and not nowhere:
        return None
    if kind.why:
        text = f"This looks like a list of {kind.why}. What is it a list of?"
    elif nowhere:
        text = "No row says trafficking or smuggling. What is this a list of?"
    else:
        text = f"{unclear:,} of {rows:,} rows say neither trafficking nor smuggling. What is this a list of?"
    suggestion = "" if kind.why else title_says
    return Question(
        LIST, text,
        (
            Choice("trafficking", "Victims of trafficking, unless a row says otherwise"),
            Choice("smuggling", "Smuggled migrants, unless a row says otherwise"),
            Choice("cases", "Cases of trafficking or smuggling; rows that do not say which are kept as unclear"),
            Choice("only", "Cases of many kinds: take only the rows that say trafficking or smuggling"),
            Choice("none", "Something else: take nothing from it"),
        ),
        suggestion,
    )  # fmt: skip
