"""Text from a form or a row → a checked addition, with the few-children rule applied before anything is kept.

Refuses with one sentence per field. What the rule covers is cut down here: only county, year and nature go on, so
that no draft, log or copy ever holds more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError

from geodata.additions import choices
from geodata.additions.models import LABELS, MODELS, Reader, values_of
from geodata.facts import few_children, sources
from geodata.facts.countries import fold, iso3_of
from geodata.matching.counties import Standing, county_matcher
from geodata.settings import DataSettings
from geodata.values import DataProblem, Form, as_sentence, nature_of

NATIONAL_WORDS = frozenset({"national", "kenya", "abroad", "taifa", "nje ya nchi"})
FEW = "few"
"""Stands in the values of an event with fewer than five children; what else it holds is date, county, nature."""
CUT_DOWN = "Fewer than five children: only county, year and nature will be kept."
NO_LINK = "The page names people: its link and title will not be kept."
_WORDS = {
    "missing": "`{field}` is missing.",
    "too_long": "`stops` may be 30 at most.",
    "string_too_long": "`{field}` may have {max_length} characters; make it shorter.",
    "value_error": "`{field}` {error}",
    "extra_forbidden": "`{field}` is not asked for here.",
}


class AdditionRefused(DataProblem):
    """An addition cannot be taken. problems: field (or "" for the whole) → sentence."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        """Keep the problems; the message is all of them."""
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


@dataclass(frozen=True, slots=True)
class ReadAddition:
    """A checked addition. told: field → text (``stops``: a list of such). notes: what will not be kept."""

    kind: str
    told: Mapping[str, Any]
    notes: tuple[str, ...] = field(default=())


def reader_of(settings: DataSettings, today: date, more_sources: Mapping[str, str] | None = None) -> Reader:
    """Return what texts are read against: the record's counties and sources, and further sources (id → title)."""
    matcher = county_matcher(settings)

    def county(text: str) -> str:
        if fold(text) in NATIONAL_WORDS:
            return "National"
        match = matcher.match(text)
        if match.standing is Standing.SURE and match.pcode:
            return matcher.names[match.pcode]
        if match.abroad or iso3_of(text) not in ("", "KEN"):
            raise ValueError(
                f"is “{text[:60]}”, which lies in another country; write one of the 47 counties, or National for "
                "what happened to Kenyans abroad."
            )
        likely = " or ".join(matcher.names[pcode] for pcode in match.candidates[:3])
        raise ValueError(
            f"is “{text[:60]}”; "
            + (f"is it {likely}? W" if likely else "w")
            + "rite one of the 47 counties, or National "
            "for what happened to Kenyans abroad."
        )

    ledger = sources.cited(settings)
    titles = dict(zip(ledger["source_id"], ledger["title"], strict=True)) | dict(more_sources or {})
    urls = {str(url): str(key) for key, url in zip(ledger["source_id"], ledger["url"], strict=True) if url}

    def source(text: str) -> str:
        known = {fold(key): key for key in titles}
        if match := (text if text in titles else known.get(fold(text)) or urls.get(text)):
            return str(match)
        by_title = {fold(title): key for key, title in titles.items()}
        if (hit := choices.likest(fold(text), by_title)) is not None:
            return str(by_title[hit])
        raise ValueError(
            f"is “{text[:60]}”, which is no source of the record; add the source first, or write its id or title."
        )

    return Reader(county, source, today)


def read_addition(kind: str, given: Mapping[str, Any], reader: Reader) -> ReadAddition:
    """Return a checked addition; raise `AdditionRefused` with a sentence per field that is not in order."""
    if kind not in MODELS:
        raise DataProblem(f"‘{kind[:40]}’ is no kind of addition; expected one of {', '.join(MODELS)}.")
    _refuse_strange(kind, given)
    try:
        read = MODELS[kind].model_validate(dict(given), context=reader)
    except ValidationError as error:
        problems: dict[str, str] = {}
        for detail in error.errors():
            problems.setdefault(_where(detail["loc"]), _sentence(as_sentence(detail, _WORDS), detail["loc"]))
        raise AdditionRefused(problems) from None
    values = values_of(read)
    return _without_harm(kind, values)


def _refuse_strange(kind: str, given: Mapping[str, Any]) -> None:
    strange = [name for name in given if name not in MODELS[kind].model_fields]
    if strange:
        raise AdditionRefused({"": f"‘{strange[0][:40]}’ is not asked for in a {kind}."})


def _where(loc: tuple[int | str, ...]) -> str:
    """Return the field an error is about; of a stop ``stops-2-place``."""
    return "-".join(str(part) for part in loc)


def _sentence(text: str, loc: tuple[int | str, ...]) -> str:
    name = next((part for part in reversed(loc) if isinstance(part, str)), "")
    text = text.replace(f"`{name}`", f"‘{LABELS.get(name, name)}’") if name else text.replace("`` ", "")
    number = next((part for part in loc if isinstance(part, int)), None)
    return text if number is None else f"Stop {number + 1}: {text}"


def _without_harm(kind: str, values: dict[str, Any]) -> ReadAddition:
    """Cut an event down to what the few-children rule leaves; refuse any other sentence that tells such a story."""
    if kind == "event":
        if not covered(values):
            return _without_link(values)
        nature = nature_of(Form(values["form"])).value
        kept = {"date": values["date"][:4], "county": values["county"], "nature": nature, FEW: "yes"}
        return ReadAddition(kind, kept, (CUT_DOWN,))
    for name in ("statement", "description"):
        if few_children.tells_of_few_children(values.get(name, "")):
            instead = "say what holds for the county instead"
            raise AdditionRefused({name: f"‘{LABELS[name]}’ tells of fewer than five children; {instead}."})
    return ReadAddition(kind, values)


def _without_link(values: dict[str, Any]) -> ReadAddition:
    """Leave out link and title of a page that names people, whatever was typed there."""
    if values.get("names_on_page") != "yes":
        return ReadAddition("event", values)
    told = {"source_url", "source_title"} & set(values)
    kept = {name: value for name, value in values.items() if name not in told}
    return ReadAddition("event", kept, (NO_LINK,) if told else ())


def covered(values: Mapping[str, str]) -> bool:
    """Say whether the few-children rule covers an event: by its number of children, its people or its sentence."""
    persons = int(values["persons"]) if values.get("persons") else None
    many = False
    if children := values.get("children", ""):
        if 0 < int(children) < few_children.FEW_CHILDREN:
            return True
        many = int(children) >= few_children.FEW_CHILDREN
    sex_age = who_text(values)
    if few_children.must_withhold(sex_age, values["form"], persons):
        return True
    many = many or (few_children.children_involved(sex_age, values["form"], persons) or 0) >= few_children.FEW_CHILDREN
    return few_children.tells_of_few_children(values["summary"]) and not many


def who_text(values: Mapping[str, str]) -> str:
    """Return who the people are, as incidents.csv writes it: ``12 children``, ``female adult``."""
    who, children = values.get("who", ""), values.get("children", "")
    if children and int(children):
        adults = who if "child" not in who else ""
        return "; ".join(part for part in (adults, f"{children} children") if part)
    return who
