"""Persons in a sentence: names, telephone numbers, e-mail addresses, identity numbers, exact places.

The finder is the import's own (`geodata.intake.privacy`): here it looks at the capitalised runs inside a sentence and
at what follows a form of address. What it finds is told as a kind and never quoted back into a log.
"""

from __future__ import annotations

import re

from geodata.intake import privacy

_RUN = re.compile(r"[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)+")
_ADDRESSED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mzee|Bwana|Bibi|Mama|Pastor|Sheikh|Sister|Father)\.? [A-Z][\w’'-]+")
_NOT_PERSONS = ("Bula Hawa", "Mama Lucy")
"""Places and houses that bear a person's name."""
_TOLD = {privacy.PHONE, privacy.EMAIL, privacy.ID_NUMBER, privacy.GPS}
WORDS = {
    privacy.NAME: "a person’s name",
    privacy.PHONE: "a telephone number",
    privacy.EMAIL: "an e-mail address",
    privacy.ID_NUMBER: "an identity number",
    privacy.GPS: "an exact position",
}


def person_in(text: str) -> str:
    """Return what of a person a sentence holds, in words; "" when nothing is seen."""
    for place in _NOT_PERSONS:
        text = text.replace(place, "")
    kind = privacy.kind_of_value(text)
    if kind in _TOLD:
        return WORDS[kind]
    if _ADDRESSED.search(text):
        return WORDS[privacy.NAME]
    runs = (run.split() for run in _RUN.findall(text))
    named = any(privacy.looks_like_name(run[start : start + 5]) for run in runs for start in range(0, len(run), 4))
    return WORDS[privacy.NAME] if named else ""


def refuse_persons(text: str) -> str:
    """Return the text; raise ValueError when something of a person stands in it."""
    if kind := person_in(text):
        raise ValueError(f"holds {kind}; nobody is named in the record, leave it out.")
    return text
