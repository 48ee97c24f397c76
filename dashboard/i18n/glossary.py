"""The words of the field with their meaning, in every language: `glossary.yaml`, which a reviewer corrects by hand.

Whatever is missing or misspelled in the file is refused in one sentence that names the entry.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from geodata.values import DataProblem

FILE = Path(__file__).with_name("glossary.yaml")
LANGUAGES = ("en", "sw")
NEEDED = tuple(f"{part}{lang}" for part in ("", "means_", "why_") for lang in LANGUAGES)
LISTS = ("also_en", "also_sw", "found_en", "found_sw")
KNOWN = {*NEEDED, *LISTS, "source"}
_ID = re.compile(r"[a-z][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class GlossaryTerm:
    """One term. term, means, why: language → text; also: language → other words in use.

    source: an id of the ledger or "". found: language → words by which a test finds the term in texts.
    """

    id: str
    term: dict[str, str]
    means: dict[str, str]
    why: dict[str, str]
    also: dict[str, tuple[str, ...]]
    found: dict[str, tuple[str, ...]]
    source: str = ""


@lru_cache(maxsize=4)
def glossary(path: Path = FILE) -> dict[str, GlossaryTerm]:
    """Return the terms by id, in the order of the file; raise `DataProblem` naming what is wrong where."""
    try:
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
        words = " ".join(str(problem).split())
        raise DataProblem(f"{path.name} cannot be read ({words}): put the line right that it names.") from problem
    if not isinstance(written, dict) or not written:
        raise DataProblem(f"{path.name} holds no terms: each term needs an id, a colon, and its lines below.")
    return {str(key): _entry(path.name, str(key), value) for key, value in written.items()}


def _entry(file: str, key: str, value: Any) -> GlossaryTerm:
    where = f"Entry ‘{key}’ of {file}"
    if not _ID.fullmatch(key):
        raise DataProblem(f"{where} has an id that is no anchor: use small letters, digits and hyphens.")
    if not isinstance(value, dict):
        raise DataProblem(f"{where} has no lines below it: it needs {', '.join(NEEDED)}.")
    _check(where, value)

    def texts(part: str) -> dict[str, str]:
        return {lang: value[f"{part}{lang}"].strip() for lang in LANGUAGES}

    def lists(part: str) -> dict[str, tuple[str, ...]]:
        return {lang: tuple(value.get(f"{part}{lang}", ())) for lang in LANGUAGES}

    source = value.get("source", "")
    return GlossaryTerm(key, texts(""), texts("means_"), texts("why_"), lists("also_"), lists("found_"), source)


def _check(where: str, value: dict[Any, Any]) -> None:
    if strange := sorted(set(map(str, value)) - KNOWN):
        raise DataProblem(f"{where} has a line ‘{strange[0]}’ that is not known: use {', '.join(sorted(KNOWN))}.")
    for name in NEEDED:
        if not isinstance(value.get(name), str) or not value[name].strip():
            raise DataProblem(f"{where} has no text for ‘{name}’: write it, in quotes if it contains a colon.")
    for name in LISTS:
        listed = value.get(name, [])
        if not isinstance(listed, list) or not all(isinstance(word, str) and word for word in listed):
            raise DataProblem(f"{where} needs a list for ‘{name}’, such as [one word, another word].")
    if not isinstance(value.get("source", ""), str):
        raise DataProblem(f"{where} needs one source id for ‘source’, or no such line.")
