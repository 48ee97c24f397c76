"""The names of fields, choices and notes of the evidence desk, in the language of the desk.

A choice that readers see elsewhere is called there and here the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.i18n.catalogue import Catalogue
from geodata.additions import choices
from geodata.additions.door import CUT_DOWN, NO_LINK

_ROOM = {
    "form": "form", "forms": "form", "role": "role", "role_of_county": "role", "nature": "nature", "grade": "grade",
    "confidence": "confidence", "kind": "kind", "mode": "mode", "type": "sources.source_type",
    "outcome_people": "outcome.people", "outcome_suspects": "outcome.suspects",
}  # fmt: skip
"""Field → where its choices have their words; any other field has words of the desk."""
_NOTES = {CUT_DOWN: "evidence_note.cut_down", NO_LINK: "evidence_note.no_link"}


def field_name(tr: Catalogue, name: str) -> str:
    """Return the name of a field of a form."""
    return tr.t(f"evidence_field.{name}")


def choice(tr: Catalogue, name: str, code: str) -> str:
    """Return the words for one choice of a field."""
    room = _ROOM.get(name, f"evidence_choice.{name}")
    return tr.t(f"{room}.{code.replace(' ', '_')}")


def told_value(tr: Catalogue, name: str, text: str) -> str:
    """Return what a field says: the words of its choices, any other text as it is."""
    if name not in choices.LISTS:
        return text
    codes = [code for code in text.split(";") if code]
    known = all(code in choices.LISTS[name] for code in codes)
    return ", ".join(choice(tr, name, code) for code in codes) if known else text


def notes(tr: Catalogue, addition_notes: tuple[str, ...]) -> list[str]:
    """Return what was cut or left out of an addition."""
    return [tr.t(_NOTES[note]) if note in _NOTES else note for note in addition_notes]


def template_words(tr: Catalogue) -> Mapping[str, Any]:
    """Return the functions a template of the evidence desk calls for its words."""
    return {
        "field_name": lambda name: field_name(tr, name),
        "told_value": lambda name, text: told_value(tr, name, str(text)),
        "notes_of": lambda kept: notes(tr, tuple(kept)),
    }
