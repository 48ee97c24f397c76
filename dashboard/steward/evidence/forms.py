"""What a form of the evidence desk shows, and what it says when it comes back: plain texts, nothing judged here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from werkzeug.datastructures import MultiDict

from dashboard.i18n.catalogue import Catalogue
from dashboard.steward.evidence import words
from geodata.additions import choices
from geodata.additions.models import MODELS, SourceAddition, StopAddition, fields_of, needed
from geodata.corrections import Correction
from geodata.query.world import World

STOPS = 12
"""Stops a form offers; the workbook takes more."""
OPEN_STOPS = 4
LONG = ("summary", "statement", "description")
SEVERAL = ("forms", "outcome_people")
SOURCE_PREFIX = "new_"
_KIND_OF_ITEM = {"event": "event", "corridor": "corridor", "response": "response", "role": "statement"}


@dataclass(frozen=True, slots=True)
class FormField:
    """One field.

    name: in the form. choices: code and label, empty for free text. listed: id of a list to type from. several:
    whether more than one choice may be ticked; `value` then holds the codes, joined by ``;``.
    """

    name: str
    label: str
    must: bool
    value: str = ""
    problem: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    listed: str = ""
    long: bool = False
    several: bool = False

    def ticked(self, code: str) -> bool:
        """Say whether a choice of several is ticked."""
        return code in self.value.split(";")


@dataclass(frozen=True, slots=True)
class Answers:
    """What was typed, by the form's names; what is wrong with it; the counties to choose from; the desk's words."""

    told: Mapping[str, Any]
    problems: Mapping[str, str]
    counties: list[str]
    tr: Catalogue


def fields(kind: str, answers: Answers) -> list[FormField]:
    """Return the fields of a kind with what was typed and what is wrong with it."""
    return [_field(MODELS[kind], name, "", answers) for name in fields_of(kind)]


def source_fields(answers: Answers) -> list[FormField]:
    """Return the fields of a new source that comes with an addition; none must be filled in."""
    return [_field(SourceAddition, name, SOURCE_PREFIX, answers) for name in fields_of("source")]


def stop_fields(answers: Answers) -> list[tuple[int, list[FormField]]]:
    """Return the fields of each stop a form offers, by its number from 1."""
    return [
        (number + 1, [_field(StopAddition, name, f"stops-{number}-", answers) for name in StopAddition.model_fields])
        for number in range(STOPS)
    ]


def _field(model: type[BaseModel], name: str, prefix: str, answers: Answers) -> FormField:
    whole = f"{prefix}{name}"
    listed = {"source_id": "sources", "country": "countries", "origin": "countries", "destination": "countries",
              "intended_destination": "countries", "nationality": "countries"}.get(name, "")  # fmt: skip
    options: tuple[tuple[str, str], ...] = ()
    if name == "county":
        options = tuple((county, county) for county in answers.counties)
    elif name in choices.LISTS:
        options = tuple((str(code), words.choice(answers.tr, name, code)) for code in choices.LISTS[name])
    value = str(answers.told.get(whole, ""))
    if options and value and name not in SEVERAL and value not in dict(options):
        options = ((value, value), *options)
    must = needed(model, name) and not prefix.startswith(SOURCE_PREFIX)
    return FormField(
        whole, words.field_name(answers.tr, name), must, value, answers.problems.get(whole, ""), options,
        listed, name in LONG, name in SEVERAL,
    )  # fmt: skip


def typed(form: MultiDict[str, str]) -> dict[str, str]:
    """Return what was typed and ticked, several ticks of one field joined by ``;``."""
    return {name: ";".join(text for text in form.getlist(name) if text) for name in form}


def given_of(kind: str, form: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what a form says: the addition's fields (``stops`` as a list), and those of a new source."""
    given: dict[str, Any] = {name: text for name in fields_of(kind) if (text := form.get(name, "").strip())}
    if kind == "corridor":
        stops = [
            {name: text for name in StopAddition.model_fields if (text := form.get(f"stops-{n}-{name}", "").strip())}
            for n in range(STOPS)
        ]
        given["stops"] = [stop for stop in stops if stop]
    source = {name: text for name in fields_of("source") if (text := form.get(f"{SOURCE_PREFIX}{name}", "").strip())}
    cites = "source_id" in fields_of(kind)
    return given, source if cites and {"title", "url"} & set(source) else {}


def form_values(told: Mapping[str, Any]) -> dict[str, str]:
    """Return the values of a row as a form names them."""
    shown = {name: str(text) for name, text in told.items() if name != "stops"}
    for number, stop in enumerate(told.get("stops", ())):
        shown |= {f"stops-{number}-{name}": str(text) for name, text in stop.items()}
    return shown


@dataclass(frozen=True, slots=True)
class FromReader:
    """Where a reader's correction leads. key: row it is about, empty for something missing. told: what it says."""

    kind: str
    key: str
    told: dict[str, str]


def from_reader(correction: Correction, world: World) -> FromReader | None:
    """Return the form that a reader's correction opens; None for what the record's files do not hold."""
    wanted, _, key = correction.item.partition(":")
    missing = wanted == "missing"
    kind = _KIND_OF_ITEM.get(key if missing else wanted, "")
    if not kind:
        return None
    county = world.names.get(correction.to_county or (correction.county if missing or kind == "statement" else ""), "")
    told = {"county": county} if kind != "corridor" and county else {}
    if correction.year is not None and kind in ("event", "statement"):
        told["date" if kind == "event" else "year"] = str(correction.year)
    if correction.number is not None and kind in ("event", "response"):
        told["persons" if kind == "event" else "quantity"] = str(correction.number)
    if correction.role and kind == "statement":
        told["role"] = correction.role
    if correction.has_address:
        told["source_url" if kind == "event" else f"{SOURCE_PREFIX}url"] = correction.source
    elif correction.source and kind != "event":
        told["source_id"] = correction.source
    return FromReader(kind, "" if missing or kind == "statement" else key, told)
