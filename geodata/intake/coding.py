"""Words in cells → codes of the schema. A word in no list is never stored; the caller hears of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from geodata.facts.countries import fold, iso3_of
from geodata.intake import schema
from geodata.settings import SHIPPED
from geodata.values import DataProblem

FOLDER = SHIPPED / "intake"
_SAFE_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same safety, ten times as fast
_MISSING_NUMBERS = frozenset({"-99", "-99.0", "-98", "-88", "-999"})
"""Numbers that statistics packages and CTDC write for a missing answer."""
_SPLIT = re.compile(r"[;,|/&+\n]| - ")
_AGE = re.compile(r"^(\d{1,3})(?:\.\d+)?\s*(?:y|yr|yrs|years?|ans|miaka)?$")
_MONTHS_OLD = re.compile(r"^(\d{1,2})\s*(?:m|mo|mos|months?|mois|miezi|weeks?|wiki|days?|siku)$")
_RANGE = re.compile(r"^(\d{1,3})\s*(?:-{1,2}|–|—|to|a|hadi)\s*(\d{1,3})\s*(?:y|yrs|years?|ans|miaka)?$")
_OVER = re.compile(r"^(?:>=?|over|above)?\s*(\d{1,3})\s*(?:\+|and above|and over|plus|years and above)?$")
_UNDER = re.compile(r"^(?:<|under|below|u)\s*(\d{1,3})$")


@dataclass(frozen=True, slots=True)
class Coded:
    """A cell understood: its code, and what was lost or wrong on the way ("" if nothing)."""

    code: str
    change: str = ""
    problem: str = ""


@lru_cache(maxsize=8)
def load_yaml(path: Path) -> Any:
    """Return a shipped YAML file's content."""
    loader = _SAFE_LOADER(path.read_text(encoding="utf-8"))
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


@lru_cache(maxsize=1)
def _vocabulary() -> dict[str, dict[str, str]]:
    """Return field → folded word → code."""
    tables: dict[str, dict[str, str]] = {}
    for field, codes in load_yaml(FOLDER / "vocabulary.yaml").items():
        if isinstance(codes, list):
            tables[field] = {fold(str(word)) or str(word): schema.UNKNOWN for word in codes}
            continue
        words = {fold(code): code for code in codes}
        words |= {fold(code.replace("_", "")): code for code in codes}
        for code, spellings in codes.items():
            words |= {fold(str(word)): code for word in spellings}
        tables[field] = words
    return tables


def signs(part: str) -> dict[str, tuple[str, ...]]:
    """Return one part of the words by which tables are recognised: name → starts of words."""
    return {name: tuple(str(word) for word in words) for name, words in load_yaml(FOLDER / "signs.yaml")[part].items()}


def words_of_field(field: str) -> dict[str, str]:
    """Return folded word → code of one field's list."""
    return _vocabulary()[field]


def is_unknown(text: str) -> bool:
    """Whether a cell says that nothing is known."""
    folded = fold(text)
    return not folded or folded in _vocabulary()["unknown"] or text.strip() in _MISSING_NUMBERS


def yes_no(text: str) -> bool | None:
    """Return True, False, or None when a cell is neither yes nor no."""
    answer = _vocabulary()["boolean"].get(fold(text))
    return None if answer is None else answer == "yes"


def code_one(field: str, text: str) -> Coded:
    """Return the code of a cell that holds one choice."""
    if is_unknown(text) and fold(text) not in _vocabulary()[field]:
        return Coded(schema.UNKNOWN if field != "nature" else "unclear")
    code = _vocabulary()[field].get(fold(text))
    if code is None and field in ("recruiter_relation", "transport"):
        many = code_many(field, text)
        if many.code != schema.UNKNOWN:
            return Coded(schema.SEVERAL if ";" in many.code else many.code, many.change)
    if code is None:
        return Coded(schema.UNKNOWN if field != "nature" else "unclear", f"{_label(field)} in no list, kept as unknown")
    return Coded(code)


def code_many(field: str, text: str) -> Coded:
    """Return the codes of a cell that may hold several choices, sorted and joined by ``;``."""
    words = _vocabulary()[field]
    empty = "unspecified" if field == "forms" else schema.UNKNOWN
    if is_unknown(text) and fold(text) not in words:
        return Coded(empty)
    if whole := words.get(fold(text)):
        return Coded(whole)
    pieces = [piece for piece in _SPLIT.split(text) if piece.strip()]
    if len(pieces) == 1 and _is_codes(text):
        pieces = text.split()
    codes = [words.get(fold(piece)) for piece in pieces if not is_unknown(piece)]
    known_codes = sorted({code for code in codes if code})
    change = f"{_label(field)}: a word in no list was left out" if None in codes else ""
    return Coded(";".join(known_codes) or empty, change)


def _is_codes(text: str) -> bool:
    """Whether a cell is several codes joined by blanks, as KoboToolbox writes a multiple choice."""
    words = text.split()
    return len(words) > 1 and "_" in text and all(word == word.casefold() for word in words)


def merge_codes(field: str, codes: list[str]) -> str:
    """Return several joined code lists as one, without the code for nothing known."""
    empty = "unspecified" if field == "forms" else schema.UNKNOWN
    known_codes = {code for joined in codes for code in joined.split(";")} - {empty}
    return ";".join(sorted(known_codes)) or empty


def code_nationality(text: str) -> Coded:
    """Return ISO3, or unknown; "stateless" and words of no country are unknown and say so."""
    if is_unknown(text):
        return Coded(schema.UNKNOWN)
    iso3 = iso3_of(text)
    return Coded(iso3) if iso3 else Coded(schema.UNKNOWN, "nationality names no country, kept as unknown")


def band_of(age: int) -> str:
    """Return the age group of an age in whole years; unknown outside 0 … 120."""
    for first, last in schema.AGE_BANDS:
        if first <= age <= last:
            return schema.band_name(first, last)
    return schema.UNKNOWN


def code_age(text: str) -> Coded:
    """Return the age group of an age, an age range or a word such as child."""
    plain = text.strip().casefold()
    if is_unknown(text):
        return Coded(schema.UNKNOWN)
    if plain.startswith("-") and plain[1:2].isdigit():
        return Coded(schema.UNKNOWN, problem="the age is negative")
    if match := _AGE.match(plain):
        return _age(int(match[1]))
    if _MONTHS_OLD.match(plain):
        return Coded(band_of(0))
    if word := _vocabulary()["age_group"].get(fold(text)):
        return Coded(word)
    return _code_age_span(plain)


def _code_age_span(plain: str) -> Coded:
    if match := _UNDER.match(plain):
        return Coded("minor" if int(match[1]) <= schema.AGE_BANDS[2][0] else schema.UNKNOWN)
    if match := _RANGE.match(plain):
        return _range(int(match[1]), int(match[2]))
    if match := _OVER.match(plain):
        return _range(int(match[1]) + plain.startswith(">") * (not plain.startswith(">=")), 120)
    return Coded(schema.UNKNOWN, "age not readable, kept as unknown")


def _age(age: int) -> Coded:
    group = band_of(age)
    return Coded(group, problem="" if group != schema.UNKNOWN else "the age is over 120")


def _range(first: int, last: int) -> Coded:
    if first > last:
        return Coded(schema.UNKNOWN, "age range runs backwards, kept as unknown")
    low, high = band_of(first), band_of(last)
    if low == high:
        return Coded(low)
    adult_from = schema.AGE_BANDS[2][0]
    if first >= adult_from:
        return Coded("adult")
    if last < adult_from:
        return Coded("minor")
    return Coded(schema.UNKNOWN, "age range lies on both sides of 18, kept as unknown")


@lru_cache(maxsize=1)
def organisations() -> dict[str, str]:
    """Return folded spelling → short name of the organisations known by name."""
    listed = load_yaml(FOLDER / "organisations.yaml")
    return {fold(str(word)): name for name, words in listed.items() for word in [name, *words]}


def code_organisation(text: str, mark: Callable[[str], str], more: dict[str, str] | None = None) -> Coded:
    """Return a known organisation's short name; any other becomes ``org-`` and a keyed mark."""
    if is_unknown(text):
        return Coded(schema.UNKNOWN)
    known = (more or {}).get(fold(text)) or organisations().get(fold(text))
    if known:
        return Coded(known)
    return Coded(f"org-{mark(fold(text))}", "organisation not on the list, kept as a keyed mark")


def code_corridor(text: str, known: dict[str, str]) -> Coded:
    """Return a corridor's id when the cell is one, or holds its name."""
    if is_unknown(text):
        return Coded(schema.UNKNOWN)
    corridor = known.get(fold(text))
    return Coded(corridor) if corridor else Coded(schema.UNKNOWN, "corridor not in the public record, kept as unknown")


def _label(field: str) -> str:
    return schema.BY_NAME[field].label.lower() if field in schema.BY_NAME else field


def check_codes(field: str, codes: str) -> str:
    """Return ``codes`` if all are in the field's list; for profiles. Raises `DataProblem`."""
    allowed = schema.BY_NAME[field].code_names()
    for code in codes.split(";"):
        if allowed and code not in allowed:
            raise DataProblem(f"‘{code}’ is no code of {field}; expected one of {', '.join(allowed)}.")
    return codes
