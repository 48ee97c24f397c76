"""What is this a list of? A guess from headings, titles and words; a person confirms it before anything is stored.

Suspects, deaths, conflict events, displaced people, protection cases of every kind and services are lists of something
else even where the word trafficking stands in them; a table by country has no counties at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from geodata.facts.countries import fold
from geodata.intake.questions import LIST, Choice, Question
from geodata.intake.table import Table

MOST_UNCLEAR = 0.2
"""Share of rows that say neither trafficking nor smuggling from which the whole list is asked about."""


@dataclass(frozen=True, slots=True)
class ListKind:
    """What a list seems to be. row: what one row is.  why: what it is instead of cases, "" for a list of cases."""

    row: str
    why: str = ""


_VICTIMS = ("victim", "survivor", "rescued", "beneficiar", "client", "waathir", "mwathir", "manusura", "victime", "survivant",
            "rescue", "waokolewa", "okolewa", "vot", "vots", "minor", "ovc", "child")  # fmt: skip
_SUSPECTS = ("suspect", "accused", "offender", "perpetrator", "trafficker", "smuggler", "arrest", "arrested", "charge",
             "charges", "charged", "convict", "convicted", "conviction", "convictions", "defendant", "remand", "prosecut", "plea",
             "sentence", "bail", "culprit", "mshukiwa", "washukiwa", "mtuhumiwa", "watuhumiwa", "mshtakiwa", "washtakiwa",
             "mashtaka", "kukamatwa", "aliyekamatwa", "waliokamatwa", "prevenu", "accuse", "inculpe", "arrestation", "detenu",
             "interpelle", "condamn", "court", "mahakama", "tribunal", "verdict", "ተጠርጣሪ", "متهم", "مشتبه")  # fmt: skip
_DEATHS = ("dead", "death", "deaths", "deceased", "died", "fatalit", "killed", "bodies", "body", "missing", "drowned", "vifo",
           "waliokufa", "aliyekufa", "marehemu", "maiti", "mort", "morts", "deces", "decede", "disparu", "morgue", "autopsy",
           "postmortem", "ሞት", "وفاة", "وفيات", "قتلى")  # fmt: skip
_CONFLICT = ("disorder type", "sub event type", "event id cnty", "actor1", "actor 1", "type of violence", "conflict name",
             "side a", "side b", "attacktype1", "nkill", "inter1", "dyad name", "conflict id", "gname", "assoc actor 1",
             "battle", "armed group", "perpetrator group", "attack type", "raid", "livestock stolen")  # fmt: skip
_DISPLACED = ("idp", "idps", "displaced", "refugee", "refugees", "asylum", "registration group number", "individual number",
              "proof of registration", "wakimbizi", "mkimbizi", "refugie", "refugies", "deplace", "deplaces", "returnee",
              "returnees", "arrival date", "household head", "site name", "cccm", "specific needs", "ration card",
              "progres id", "stateless", "ስደተኛ", "لاجئ", "نازح")  # fmt: skip
_PROTECTION = ("case category", "case subcategory", "ovc id", "gbv", "sgbv", "survivor code", "type of violation",
               "type of abuse", "type of violence", "violation type", "child protection", "caller", "call id", "call type",
               "helpline", "hotline", "incident type gbv", "protection concern", "protection concerns", "case plan",
               "nature of abuse", "reason for call", "sexual violence type", "aina ya ukatili", "aina ya unyanyasaji",
               "simu ya msaada", "offence category", "crime", "crime type", "offence type", "ukatili",
               "type de violence", "vbg", "gbvims", "child rights violation")  # fmt: skip
_SERVICES = ("service", "service type", "services", "services provided", "service provided", "intervention type", "huduma",
             "aina ya huduma", "service date", "type of service", "assistance type", "type of assistance")  # fmt: skip
_ACTIVITY = ("participants", "attendees", "trained", "training", "sensitized", "sensitised", "reached", "workshop", "meeting",
             "facilitator", "washiriki", "mafunzo", "waliofunzwa", "beneficiaires formes", "formation", "people reached",
             "awareness", "iec materials")  # fmt: skip
_NOT_SUBJECT = re.compile(r"\b(?:name|names|type|relationship|number of|no of|know|status|involved|details)\b")
_SUBJECT_COLUMN = re.compile(r"\b(?:id|no|number|code|name|names|serial|ref|jina|namba|nambari|nom|date|tarehe|list)\b")


def list_kind(table: Table, *, has_case_id: bool, counts: bool) -> ListKind:
    """Return what a table seems to be a list of."""
    headings = [fold(heading.rsplit("::", 1)[-1]) for heading in table.headers if heading.strip()]
    title = fold(f"{table.title} {table.path.stem.replace('_', ' ').replace('-', ' ')}")
    victims = _some(headings, _VICTIMS) or _named(title, _VICTIMS)
    if len(_phrases(headings, _CONFLICT)) > 1:
        return ListKind("Each row seems to be an event of conflict or violence:", "conflict events, not cases of people")
    if _subject(headings, title, _SUSPECTS, strong=not victims):
        return ListKind(
            "Each row seems to be a suspect or a person charged:", "suspects or court cases, not the people affected"
        )
    if _subject(headings, title, _DEATHS, strong=not victims or _several(headings, _DEATHS)):
        return ListKind("Each row seems to be about deaths or missing people:", "deaths and disappearances")
    if len(_phrases(headings, _DISPLACED)) > 1 or _named(title, ("idp", "idps", "refugees", "displaced", "wakimbizi", "dtm")):
        return ListKind("Each row seems to be a refugee or displaced person, or a count of them:", "displaced people")
    if _phrases(headings, _ACTIVITY) and not victims:
        return ListKind("Each row seems to be an activity and its participants:", "activities and people reached by them")
    if _phrases(headings, _PROTECTION):
        return ListKind("Each row seems to be a protection case or an offence of any kind:", "all kinds of cases")
    if counts and has_case_id:
        return ListKind("Each row is taken for a case with a number of persons:")
    if counts:
        return ListKind("Each row is taken for a count of persons:")
    if has_case_id and _phrases(headings, _SERVICES):
        return ListKind("Each row is taken for a service given to a person; a person counts once:")
    return ListKind("Each row is taken for one person of a case:" if has_case_id else "Each row is taken for one person:")


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


def list_question(kind: ListKind, *, said: str, unclear: int, rows: int, nowhere: bool) -> Question | None:
    """Return the first question, None when the list says well enough what it is.

    said: nature the title or file name speaks of.  unclear: rows that say neither.  nowhere: no row says either.
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
    suggestion = "" if kind.why else said
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
