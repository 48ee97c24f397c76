"""What an addition may say: one pydantic model per kind, reading texts as people write them.

Each field is read by a tolerant matcher (choices, counties, countries, dates, numbers); sentences are searched for
persons; links must be addresses of public pages. An error becomes one sentence through `values.as_sentence`.
The context of a validation is a `Reader` (the counties, the sources known, the last day that can have happened).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator

from geodata.additions import choices
from geodata.additions.links import public_link
from geodata.intake.named_people import refuse_persons

FIRST_YEAR = 1990
MOST_PERSONS = 100_000
_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y", "%B %d %Y")
_MONTHS = ("%Y-%m", "%m/%Y", "%B %Y", "%b %Y")
_COUNT = re.compile(r"\d{1,3}(?:[, \u00a0\u202f]\d{3})+|\d+")


@dataclass(frozen=True, slots=True)
class Reader:
    """What texts are read against.

    county: text → county as the evidence spells it, or ``National``; raises ValueError.
    source: text → id of a source of the record or of this batch; raises ValueError.
    today: the last day that can have happened.
    """

    county: Callable[[str], str]
    source: Callable[[str], str]
    today: date


def _plain(value: object) -> str:
    if value is None:
        return ""
    text = re.sub(r"\s+", " ", str(value)).strip()
    return text.removesuffix(" 00:00:00")


def _day(text: str, info: ValidationInfo) -> str:
    """Return a date as ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; the day stands before the month."""
    if not text:
        return ""
    plain = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b|,", "", text)
    iso_date = plain if re.fullmatch(r"\d{4}", plain) else ""
    for form, length in ((f, n) for forms, n in ((_DAYS, 10), (_MONTHS, 7)) for f in forms):
        if iso_date:
            break
        try:
            iso_date = datetime.strptime(plain, form).date().isoformat()[:length]  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    if not iso_date:
        raise ValueError("must be a year, a month or a day, such as 2026, 2026-03 or 2026-03-14.")
    if int(iso_date[:4]) < FIRST_YEAR or iso_date > _reader(info).today.isoformat()[: len(iso_date)]:
        raise ValueError(f"must lie between {FIRST_YEAR} and today.")
    return iso_date


def _year(text: str, info: ValidationInfo) -> str:
    day = _day(text.removesuffix(".0"), info)
    return day[:4]


def _count(text: str) -> str:
    if not text:
        return ""
    plain = text.removesuffix(".0")
    if not _COUNT.fullmatch(plain) or int(re.sub(r"\D", "", plain)) > MOST_PERSONS:
        raise ValueError(f"must be a whole number up to {MOST_PERSONS:,}.")
    return str(int(re.sub(r"\D", "", plain)))


def _reader(info: ValidationInfo) -> Reader:
    if not isinstance(info.context, Reader):
        raise TypeError("additions are read with a Reader as context")
    return info.context


def _needed(text: str) -> str:
    if not text:
        raise ValueError("is missing.")
    return text


def _choice(field: str) -> Callable[[str], str]:
    return lambda text: choices.choose(field, text)


def _choice_of_several(field: str) -> Callable[[str], str]:
    return lambda text: choices.choose_several(field, text)


Text = Annotated[str, BeforeValidator(_plain)]
Needed = AfterValidator(_needed)
Sentence = Annotated[Text, Field(max_length=400), AfterValidator(refuse_persons)]
Short = Annotated[Text, Field(max_length=120), AfterValidator(refuse_persons)]
Link = Annotated[Text, AfterValidator(public_link)]
Day = Annotated[Text, AfterValidator(_day)]
Year = Annotated[Text, AfterValidator(_year)]
Count = Annotated[Text, AfterValidator(_count)]
County = Annotated[Text, AfterValidator(lambda text, info: _reader(info).county(text) if text else "")]
Source = Annotated[Text, AfterValidator(lambda text, info: _reader(info).source(text) if text else "")]
Country = Annotated[Text, AfterValidator(choices.country)]
Countries = Annotated[Text, AfterValidator(choices.countries)]


class _Addition(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EventAddition(_Addition):
    """Something that happened, as one public report tells it."""

    date: Annotated[Day, Needed]
    county: Annotated[County, Needed]
    place: Short = ""
    persons: Count = ""
    children: Count = ""
    suspects: Count = ""
    who: Annotated[Text, AfterValidator(_choice("who"))] = ""
    nationality: Countries = ""
    form: Annotated[Text, AfterValidator(_choice("form")), Needed]
    role_of_county: Annotated[Text, AfterValidator(_choice("role_of_county"))] = ""
    intended_destination: Country = ""
    abroad: Annotated[Text, AfterValidator(_choice("abroad"))] = ""
    summary: Annotated[Sentence, Needed]
    outcome_people: Annotated[Text, AfterValidator(_choice_of_several("outcome_people"))] = ""
    outcome_suspects: Annotated[Text, AfterValidator(_choice("outcome_suspects"))] = ""
    confidence: Annotated[Text, AfterValidator(_choice("confidence")), Needed]
    source_publisher: Annotated[Short, Needed]
    source_title: Short = ""
    source_url: Link = ""
    source_date: Day = ""
    names_on_page: Annotated[Text, AfterValidator(_choice("names_on_page"))] = ""
    second_publisher: Short = ""
    second_title: Short = ""
    second_url: Link = ""
    second_date: Day = ""

    @model_validator(mode="after")
    def _fits(self) -> EventAddition:
        if self.children and self.persons and int(self.children) > int(self.persons):
            raise ValueError("There cannot be more children than persons.")
        if not self.source_url and self.names_on_page != "yes":
            raise ValueError("An event needs the link of its report, unless the page names people.")
        if self.second_url and not self.second_publisher:
            raise ValueError("The second report needs its publisher.")
        if self.persons == "0":
            raise ValueError("‘persons’ is a number from 1, or empty where the report gives none.")
        return self


class StatementAddition(_Addition):
    """What a source says about the role of a county."""

    county: Annotated[County, Needed]
    role: Annotated[Text, AfterValidator(_choice("role")), Needed]
    forms: Annotated[Text, AfterValidator(_choice_of_several("forms"))] = ""
    statement: Annotated[Sentence, Needed]
    year: Year = ""
    source_id: Annotated[Source, Needed]
    locator: Short = ""
    grade: Annotated[Text, AfterValidator(_choice("grade")), Needed]

    @model_validator(mode="after")
    def _fits(self) -> StatementAddition:
        if self.county == "National":
            raise ValueError("A role is that of one county; choose one of the 47.")
        return self


class ResponseAddition(_Addition):
    """What is done about it, where and by whom; a shelter is never located."""

    county: Annotated[County, Needed]
    kind: Annotated[Text, AfterValidator(_choice("kind")), Needed]
    name: Annotated[Short, Needed]
    start_date: Day = ""
    end_date: Day = ""
    quantity: Count = ""
    unit: Short = ""
    organisations: Annotated[Short, Needed]
    statement: Annotated[Sentence, Needed]
    source_id: Annotated[Source, Needed]

    @model_validator(mode="after")
    def _fits(self) -> ResponseAddition:
        if self.end_date and self.start_date > self.end_date:
            raise ValueError("It ends before it starts.")
        return self


class StopAddition(_Addition):
    """One stop of a corridor; the county is needed for a place in Kenya that the record does not know yet."""

    place: Annotated[Short, Needed]
    country: Annotated[Country, Needed]
    stop_kind: Annotated[Text, AfterValidator(_choice("stop_kind")), Needed]
    county: County = ""
    source_id: Source = ""
    note: Short = ""


class CorridorAddition(_Addition):
    """A way that people are moved, with its stops in order."""

    name: Annotated[Short, Needed]
    origin: Annotated[Country, Needed]
    destination: Annotated[Country, Needed]
    mode: Annotated[Text, AfterValidator(_choice("mode")), Needed]
    nature: Annotated[Text, AfterValidator(_choice("nature")), Needed]
    description: Annotated[Sentence, Needed]
    grade: Annotated[Text, AfterValidator(_choice("grade")), Needed]
    source_id: Annotated[Source, Needed]
    stops: Annotated[tuple[StopAddition, ...], Field(max_length=30)]

    @model_validator(mode="after")
    def _fits(self) -> CorridorAddition:
        if len(self.stops) < 2:
            raise ValueError(f"A corridor has two stops or more; this half of one has {len(self.stops)}.")
        names = [stop.place.casefold() for stop in self.stops]
        if len(set(names)) < len(names):
            raise ValueError("A corridor stops at a place once.")
        if self.stops[0].country != self.origin or self.stops[-1].country != self.destination:
            raise ValueError("The first stop lies in the country of origin, the last in the country of destination.")
        return self


class SourceAddition(_Addition):
    """A document that others can read."""

    title: Annotated[Short, Needed]
    publisher: Annotated[Short, Needed]
    date: Day = ""
    url: Annotated[Link, Needed]
    type: Annotated[Text, AfterValidator(_choice("type")), Needed]


MODELS: Mapping[str, type[BaseModel]] = {
    "event": EventAddition,
    "statement": StatementAddition,
    "response": ResponseAddition,
    "corridor": CorridorAddition,
    "source": SourceAddition,
}
KINDS = tuple(MODELS)
LABELS: Mapping[str, str] = {
    "date": "date", "county": "county", "place": "place", "persons": "number of persons",
    "children": "of them children", "suspects": "number of suspects", "who": "who they are",
    "nationality": "nationality", "form": "form",
    "role_of_county": "role of the county", "intended_destination": "intended destination",
    "abroad": "found abroad", "summary": "what happened", "outcome_people": "what became of the people",
    "outcome_suspects": "what became of the suspects", "confidence": "confidence", "source_publisher": "publisher",
    "source_title": "title of the report", "source_url": "link of the report", "source_date": "date of the report",
    "names_on_page": "the page names people", "second_publisher": "second publisher",
    "second_title": "title of the second report", "second_url": "link of the second report",
    "second_date": "date of the second report", "role": "role", "forms": "forms", "statement": "statement",
    "year": "year", "source_id": "source", "locator": "page or section", "grade": "grade", "kind": "kind",
    "name": "name", "start_date": "start", "end_date": "end", "quantity": "quantity", "unit": "unit",
    "organisations": "organisations", "country": "country", "stop_kind": "kind of stop", "note": "note",
    "origin": "country of origin", "destination": "country of destination", "mode": "means of travel",
    "nature": "nature", "description": "description", "stops": "stops", "title": "title", "publisher": "publisher",
    "url": "link", "type": "type",
}  # fmt: skip
"""Field → its name in sentences and in the workbook."""


def fields_of(kind: str) -> tuple[str, ...]:
    """Return the fields of a kind in the order of its form; a corridor's stops stand apart."""
    return tuple(name for name in MODELS[kind].model_fields if name != "stops")


def needed(model: type[BaseModel], name: str) -> bool:
    """Say whether a field must be filled in."""
    return model.model_fields[name].is_required()


def values_of(addition: BaseModel) -> dict[str, Any]:
    """Return the checked values as plain texts, without the empty ones."""
    return {name: value for name, value in addition.model_dump().items() if value not in ("", ())}
