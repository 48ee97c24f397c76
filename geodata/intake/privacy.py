"""What must never be stored: names, phones, e-mails, identity numbers, addresses, free text, exact places.

Detected by a column's heading and by what its cells look like. The finding is a kind and a count, never a
value. Storing is safe without this module (only codes are stored, see `geodata.intake`); it exists so that
the person importing learns what was in the file and that it stayed out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from geodata.facts.countries import fold
from geodata.intake.coding import FOLDER, load_yaml

NAME, PHONE, EMAIL, ID_NUMBER = "name", "phone", "email", "id_number"
ADDRESS, FREE_TEXT, GPS, BIRTH_DATE = "address", "free_text", "gps", "birth_date"
KINDS = (NAME, PHONE, EMAIL, ID_NUMBER, ADDRESS, FREE_TEXT, GPS, BIRTH_DATE)
LABELS = {
    NAME: "names", PHONE: "phone numbers", EMAIL: "e-mail addresses", ID_NUMBER: "identity numbers",
    ADDRESS: "addresses and places finer than a town", FREE_TEXT: "free text", GPS: "GPS positions",
    BIRTH_DATE: "exact birth dates (kept as age groups)",
}  # fmt: skip

_EMAIL = re.compile(r"[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(
    r"(?<![\w./-])(?:\+|00)\s?\d{1,3}[\s().-]*\d(?:[\s().-]*\d){6,11}(?!\d)"  # international
    r"|(?<![\d./-])(?:254|0)[\s.-]*[17](?:[\s.-]*\d){8}(?!\d)"  # Kenyan mobile
    r"|(?<![\d./-])0[2-6]\d(?:[\s.-]*\d){6,7}(?!\d)",  # Kenyan landline
)
_GPS = re.compile(r"[-+]?\d{1,3}\.\d{3,}\s*[°]?\s*[NSEW]?\s*[,; ]\s*[-+]?\d{1,3}\.\d{3,}|\d{1,3}°\s*\d{1,2}['′]")
_ID = re.compile(r"\b(?:[A-Z]{1,2}\d{6,9}|A\d{9}[A-Z])\b|(?<![\d.])\d{7,9}(?![\d.])", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2,}(?:['’-][^\W\d_]+)*")
FREE_TEXT_WORDS, FREE_TEXT_LETTERS = 6, 60
"""A cell with at least so many words, or letters, is somebody's own words."""
COLUMN_SHARE = 0.5
"""Share of a column's cells of one kind from which the whole column is taken for it."""


@lru_cache(maxsize=1)
def _given_names() -> frozenset[str]:
    return frozenset(fold(str(name)) for name in load_yaml(FOLDER / "given_names.yaml")["names"])


@lru_cache(maxsize=1)
def _headings() -> dict[str, str]:
    listed = load_yaml(FOLDER / "columns.yaml")["private"]
    words = {fold(str(word)): kind for kind, spellings in listed.items() for word in spellings}
    return words | {word.replace(" ", ""): kind for word, kind in words.items()}


_HEADING_PARTS = {
    "phone": PHONE, "telephone": PHONE, "mobile": PHONE, "simu": PHONE, "whatsapp": PHONE, "email": EMAIL,
    "passport": ID_NUMBER, "kitambulisho": ID_NUMBER, "pasipoti": ID_NUMBER, "passeport": ID_NUMBER,
    "surname": NAME, "jina": NAME, "majina": NAME, "prenom": NAME, "narrative": FREE_TEXT, "comments": FREE_TEXT,
    "remarks": FREE_TEXT, "maelezo": FREE_TEXT, "address": ADDRESS, "anwani": ADDRESS, "adresse": ADDRESS,
    "altitude": GPS, "precision": GPS, "gps": GPS, "village": ADDRESS, "kijiji": ADDRESS, "shelter": ADDRESS,
}  # fmt: skip


def kind_of_heading(heading: str) -> str:
    """Return the kind of private data a heading announces, "" if none."""
    folded = fold(heading.rsplit("/", 1)[-1])
    if named_kind := _headings().get(folded) or _headings().get(folded.replace(" ", "")):
        return named_kind
    return next((kind for word in folded.split() if (kind := _HEADING_PARTS.get(word, ""))), "")


def kind_of_value(text: str) -> str:
    """Return the kind of private data a cell holds, "" if none is seen."""
    if len(text) < 5:
        return ""
    if kind := _kind_by_pattern(text):
        return kind
    words = _WORD.findall(text)
    if len(words) >= FREE_TEXT_WORDS or (len(words) > 2 and len(text) >= FREE_TEXT_LETTERS):
        return FREE_TEXT
    return NAME if looks_like_name(words) else ""


def _kind_by_pattern(text: str) -> str:
    digits = sum(letter.isdigit() for letter in text)
    for kind, pattern, fewest in ((EMAIL, _EMAIL, 0), (GPS, _GPS, 4), (PHONE, _PHONE, 9), (ID_NUMBER, _ID, 6)):
        if digits >= fewest and (kind != EMAIL or "@" in text) and pattern.search(text):
            return kind
    return ""


def looks_like_name(words: list[str]) -> bool:
    """Whether two to five words, one of them a common given or family name, look like a person."""
    if not 2 <= len(words) <= 5:
        return bool(words) and len(words) == 1 and fold(words[0]) in _given_names()
    return any(fold(word) in _given_names() for word in words)


def kind_of_column(heading: str, values: Iterable[str]) -> str:
    """Return the kind of a whole column, from its heading, else from what most of its cells look like."""
    if named_kind := kind_of_heading(heading):
        return named_kind
    counts: dict[str, int] = {}
    total = 0
    for value in values:
        total += 1
        kind = kind_of_value(value)
        if kind:
            counts[kind] = counts.get(kind, 0) + 1
    if not counts:
        return ""
    kind, most = max(counts.items(), key=lambda item: item[1])
    return kind if most >= COLUMN_SHARE * total else ""
