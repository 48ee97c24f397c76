"""What a correction may say: every field a choice from a closed list, a number, a year, or a public address.

There is no free text and no field for a name, a telephone number or an e-mail address. A value outside the lists is
refused by field, with a code that the pages turn into a sentence; nothing is guessed or cut to fit.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from geodata.release.released_cells import canonical_json
from geodata.values import Nature, Role

WRONG_OF: dict[str, tuple[str, ...]] = {
    "role": ("gone", "nature", "year"),
    "corridor": ("gone", "county", "nature", "duplicate"),
    "event": ("gone", "county", "year", "number", "nature", "duplicate"),
    "response": ("gone", "county", "year", "number", "contact", "duplicate"),
    "service": ("gone", "contact", "missing"),
    "boundary": ("misplaced",),
    "name": ("spelling",),
    "missing": ("missing",),
}
"""Kind of item → what can be wrong with it. The kind ``missing`` names what should be there: role, corridor, …"""

KINDS = tuple(WRONG_OF)
WRONG = tuple(dict.fromkeys(wrong for codes in WRONG_OF.values() for wrong in codes))
MISSING = ("role", "corridor", "event", "response")
"""What can be missing."""
NATURES = tuple(nature.value for nature in Nature)
ROLES = tuple(role.value for role in Role)
REPORTERS = (
    "county_official", "national_official", "police_or_border", "ngo", "international_organisation", "researcher",
    "journalist", "resident", "other",
)  # fmt: skip
"""Who says it: a kind of person, never a person."""

FIRST_YEAR = 1990
MOST_PERSONS = 1_000_000
LONGEST_URL = 300
FIELDS = ("id", "county", "item", "wrong", "to_county", "year", "number", "nature", "role", "source", "reporter")
_ID = re.compile(r"[0-9a-f]{32}")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}")
_PLAIN = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]!$&()*+,;=%]+")
_PHONE = re.compile(r"(?:\+|%2B|tel:|phone=)", re.IGNORECASE)


class CorrectionRefused(Exception):
    """Some fields cannot be taken. problems: field → code (missing, unknown, year, number, source, long)."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        """Keep the problems."""
        super().__init__(", ".join(f"{name}: {code}" for name, code in problems.items()))
        self.problems = dict(problems)


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction as it was sent in.

    name: 32 hex digits, a hash of the sender's random id and the content: the same thing sent twice has the same
    name. county: P-code. item: kind and id, ``event:INC-0012``. to_county, year, number, nature, role: what would be
    right, empty or None where not said. source: address of a public document, an id of the ledger, or empty.
    received: the day, ``2026-11-22``; never the hour, never an address of the sender.
    """

    name: str
    county: str
    item: str
    wrong: str
    reporter: str
    to_county: str = ""
    year: int | None = None
    number: int | None = None
    nature: str = ""
    role: str = ""
    source: str = ""
    received: str = ""

    @property
    def kind(self) -> str:
        """Return the kind of the item."""
        return split_item(self.item)[0]

    @property
    def has_address(self) -> bool:
        """Say whether the source is the address of a public document."""
        return self.source.startswith(("https://", "http://"))

    def plain(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return asdict(self)


def split_item(item: str) -> tuple[str, str]:
    """Return kind and id of ``kind:id``."""
    kind, _, key = item.partition(":")
    return kind, key


@dataclass(frozen=True, slots=True)
class Legal:
    """What may be said about one county.

    items: what may be named (``event:INC-0012``, ``missing:role``, …). counties: the 47 P-codes. sources: ids of the
    ledger. last_year: the last year that can have happened.
    """

    county: str
    items: Collection[str]
    counties: Collection[str]
    sources: Collection[str]
    last_year: int


def read(given: Mapping[str, str], legal: Legal, received: str) -> Correction:
    """Return the correction that a form makes; raise `CorrectionRefused` with every field that is not in order."""
    entered = {name: given.get(name, "").strip() for name in FIELDS}
    problems: dict[str, str] = {}

    def choose(name: str, among: Collection[str], *, needed: bool = False) -> str:
        text = entered[name]
        if (needed and not text) or (text and text not in among):
            problems[name] = "missing" if not text else "unknown"
        return text

    if not _ID.fullmatch(entered["id"]):
        problems["id"] = "unknown"
    item = choose("item", legal.items, needed=True)
    wrong = choose("wrong", WRONG_OF.get(split_item(item)[0], WRONG), needed=True)
    made = {
        "county": legal.county,
        "item": item,
        "wrong": wrong,
        "reporter": choose("reporter", REPORTERS, needed=True),
        "to_county": choose("to_county", legal.counties),
        "year": _whole(entered["year"], FIRST_YEAR, legal.last_year, "year", problems),
        "number": _whole(entered["number"], 0, MOST_PERSONS, "number", problems),
        "nature": choose("nature", NATURES),
        "role": choose("role", ROLES),
        "source": _source(entered["source"], legal.sources, problems),
    }
    if problems:
        raise CorrectionRefused(problems)
    name = hashlib.sha256(canonical_json([entered["id"], made])).hexdigest()[:32]
    return Correction(name=name, received=received, **made)  # type: ignore[arg-type] # each field was read above


def _whole(text: str, least: int, most: int, name: str, problems: dict[str, str]) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 7 and least <= int(text) <= most):
        problems[name] = name
        return None
    return int(text)


def _source(text: str, known: Collection[str], problems: dict[str, str]) -> str:
    """Take an id of the ledger, or a plain http(s) address of a named host; nothing that hides words or people."""
    if not text or text in known:
        return text
    if len(text) > LONGEST_URL:
        problems["source"] = "long"
        return ""
    if not is_public_address(text):
        problems["source"] = "source"
        return ""
    return text


def is_public_address(text: str) -> bool:
    """Say whether this is a web address that can be checked and cannot carry markup, a login or an e-mail address."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    plain = unquote(text)
    return bool(
        parts.scheme in ("https", "http")
        and port in (None, 80, 443)
        and _HOST.fullmatch(host)
        and _PLAIN.fullmatch(text)
        and plain.isprintable()
        and not set(plain) & set("@<>\"'`\\ {}|^")
        and not _PHONE.search(text)
        and not parts.fragment
    )
