"""A person's decisions about a kind of file, kept in YAML and used again.

``columns``: heading → field, ``ignore``, or ``field=code`` for a yes/no column.  ``counties``: spelling → P-code,
``unknown`` (store without a county) or ``out``.
``organisations``: short name → spellings.  ``answers``: question → answer.
``words``: word about a case → meaning.  ``dates``: date as written → the right one, ``unknown`` or ``out``.
``sheet``: the sheet to read.  ``dataset``: where the cases belong. Spellings, words and dates are the only cell
contents a profile holds, and only those a person confirmed.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from geodata.facts.countries import fold
from geodata.intake.event_dates import LEAVE_OUT, NO_DATE, is_date_decision
from geodata.intake.headings import COUNTY_FIELDS
from geodata.intake.phrases import ANSWERS
from geodata.intake.schema import BY_NAME
from geodata.values import DataProblem, Pcode

NO_COUNTY = "unknown"
"""What a spelling means that names no county of Kenya: its rows are stored without one."""
FIELDS = frozenset(
    {
        "case_id", *COUNTY_FIELDS, "country_exploitation", "country_identification", "country_origin", "latitude",
        "longitude", "geopoint", "date", "year", "month_name", "role", "nationality", "sex", "age", "birth_date",
        "age_group", "forms", "nature", "means", "recruiter_relation", "transport", "corridor", "reporting_source",
        "persons", "place_below", "ignore",
    },
)  # fmt: skip
"""What a heading may be mapped to."""
_KEYS = frozenset({"columns", "counties", "organisations", "answers", "words", "dates", "sheet", "dataset"})


@dataclass(slots=True)
class Profile:
    """Decisions about one kind of file. no_county: spelling that is no county → `NO_COUNTY` or `LEAVE_OUT`."""

    columns: dict[str, str] = field(default_factory=dict)
    counties: dict[str, Pcode] = field(default_factory=dict)
    no_county: dict[str, str] = field(default_factory=dict)
    organisations: dict[str, list[str]] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)
    sheet: str = ""
    dataset: str = ""

    def organisation_words(self) -> dict[str, str]:
        """Return folded spelling → short name."""
        return {fold(word): name for name, words in self.organisations.items() for word in [name, *words]}


def load_profile(path: Path) -> Profile:
    """Read a profile; raises `DataProblem` naming the first thing that is wrong in it."""
    where = f"The profile ‘{path.name}’"
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except FileNotFoundError:
        raise DataProblem(f"{where} is not there; check the name, or import without --map.") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise DataProblem(f"{where} is not readable as YAML; expected lines such as ‘columns:’.") from None
    if not isinstance(content, dict) or not set(content) <= _KEYS:
        raise DataProblem(f"{where} may hold only {', '.join(sorted(_KEYS))}; remove what else is in it.")
    columns = {str(heading): str(name) for heading, name in _section(content, "columns", where).items()}
    for heading, name in columns.items():
        if name.split("=")[0] not in (FIELDS if "=" not in name else BY_NAME):
            raise DataProblem(
                f"{where} maps ‘{heading}’ to ‘{name}’, which is no field; "
                f"expected one of {', '.join(sorted(FIELDS))}.",
            )
    places = {str(word): str(meant) for word, meant in _section(content, "counties", where).items()}
    no_county = {word: meant for word, meant in places.items() if meant in (NO_COUNTY, LEAVE_OUT)}
    counties = {word: Pcode(meant) for word, meant in places.items() if word not in no_county}
    listed = _section(content, "organisations", where)
    organisations = {
        str(name): [str(word) for word in (words if isinstance(words, list) else [words or name])]
        for name, words in listed.items()
    }
    answers = {str(key): str(code) for key, code in _section(content, "answers", where).items()}
    words = {fold(str(word)): str(code) for word, code in _section(content, "words", where).items()}
    for word, code in words.items():
        if code not in ANSWERS:
            expected = ", ".join(ANSWERS)
            raise DataProblem(f"{where} says that ‘{word}’ means ‘{code}’; expected one of {expected}.")
    dates = {str(text): str(decision) for text, decision in _section(content, "dates", where).items()}
    for text, decision in dates.items():
        if not is_date_decision(decision):
            raise DataProblem(
                f"{where} says ‘{decision}’ of the date ‘{text}’; expected a date such as 2024-03-05, "
                f"{NO_DATE} or {LEAVE_OUT}."
            )
    return Profile(
        columns, counties, no_county, organisations, answers, words, dates, str(content.get("sheet") or ""),
        str(content.get("dataset") or ""),
    )  # fmt: skip


def _section(content: dict[str, Any], name: str, where: str) -> dict[Any, Any]:
    section = content.get(name) or {}
    if not isinstance(section, dict):
        raise DataProblem(f"{where} needs ‘{name}:’ followed by indented lines ‘word: value’.")
    return section


def save_profile(path: Path, profile: Profile) -> None:
    """Write a profile atomically."""
    content = {
        "columns": profile.columns,
        "counties": {word: str(pcode) for word, pcode in profile.counties.items()} | profile.no_county,
        "organisations": profile.organisations, "answers": profile.answers, "words": profile.words,
        "dates": profile.dates, "sheet": profile.sheet, "dataset": profile.dataset,
    }  # fmt: skip
    text = yaml.safe_dump({key: some for key, some in content.items() if some}, allow_unicode=True, sort_keys=False)
    write_text(path, text or "{}\n")


def write_text(path: Path, text: str) -> None:
    """Write a text file so that it is there wholly or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as problem:
        temporary.unlink(missing_ok=True)
        raise DataProblem(f"‘{path.name}’ could not be written: {problem.strerror}.") from problem
