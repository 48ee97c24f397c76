"""Headings we recognise: the lists in `columns.yaml`, yes/no columns for a choice, how fields are named to people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from geodata.facts.countries import fold
from geodata.intake import coding, privacy
from geodata.intake.phrases import read_case_words

COUNTY_FIELDS = ("county_exploitation", "county_identification", "county_origin")
FLAG_FIELDS = ("forms", "means", "recruiter_relation")
FALLBACK = 1000
"""Rank from which a heading only fills a field nothing better fills."""
_OF_EVENT = ("incident", "event", "rescue", "identif", "exploit", "offence", "found", "tukio", "case", "destination")
_OF_PERSON = (
    "victim",
    "person",
    "survivor",
    "child",
    "home",
    "origin",
    "resid",
    "client",
    "mwathir",
    "birth",
    "recruit",
)
_HTCDS_PREFIX = re.compile(r"^(?:prs|vic|per|hte|cas|org) ")

FIELD_LABELS = {
    "county_exploitation": "the county of exploitation",
    "county_identification": "the county where the person was found",
    "county_origin": "the county of origin", "place_below": "the place below the county", "date": "the date",
    "sex": "the sex", "year": "the year", "month_name": "the month", "age": "the age",
    "birth_date": "the date of birth", "forms": "the form",
    "age_group": "the age group", "nature": "trafficking or smuggling", "persons": "the number of persons",
    "case_id": "the case number", "means": "the means of control", "role": "the role of the county",
    "nationality": "the nationality", "reporting_source": "the reporting organisation", "geopoint": "the position",
    "recruiter_relation": "the relation to the recruiter", "transport": "the means of transport",
    "corridor": "the corridor",
    "country_origin": "the country of origin", "country_exploitation": "the country of exploitation",
    "country_identification": "the country", "latitude": "the latitude", "longitude": "the longitude",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Flag:
    """A column that says yes or no to one choice of a field."""

    place: int
    field: str
    codes: str


@lru_cache(maxsize=1)
def _lists() -> tuple[dict[str, tuple[str, int]], dict[str, tuple[str, int]], dict[str, str], dict[str, str]]:
    """Return (folded heading → (field, rank)), the same for Kobo's own names, flags, HXL tags."""
    listed: dict[str, Any] = coding.load_yaml(coding.FOLDER / "columns.yaml")
    words: dict[str, tuple[str, int]] = {}
    kobo: dict[str, tuple[str, int]] = {}
    for name, languages in listed["fields"].items():
        rank = 0
        for language, headings in languages.items():
            for heading in headings:
                rank += 1
                target = kobo if str(heading).startswith("_") else words
                place = FALLBACK + rank if language in ("fallback", "kobo") else rank
                folded = str(heading).casefold() if target is kobo else fold(str(heading))
                target.setdefault(folded, (name, place))
                words.setdefault(folded.replace(" ", ""), (name, place))
    flags = {fold(str(heading)): target for heading, target in listed["flags"].items()}
    return words, kobo, flags, {fold_tag(tag): target for tag, target in listed["hxl"].items()}


def heading_words() -> dict[str, tuple[str, int]]:
    """Return folded heading → (field, rank)."""
    return _lists()[0]


def hxl_tags() -> dict[str, str]:
    """Return HXL tag → field."""
    return _lists()[3]


def fold_tag(tag: str) -> str:
    """Return an HXL tag in lower case with its attributes sorted."""
    start, *attributes = re.sub(r"\s+", "", tag.casefold()).split("+")
    return "+".join([start, *sorted(attributes)])


def listed_field(heading: str) -> tuple[str, int]:
    """Return (field, rank) of a heading that is on a list, ("", 0) otherwise."""
    words, kobo, _, _ = _lists()
    last = heading.strip().rsplit("/", 1)[-1]
    if named := kobo.get(last.casefold()):
        return named
    folded = fold(last)
    for spelling in (folded, _HTCDS_PREFIX.sub("", folded), folded.replace(" ", "")):
        if named := words.get(spelling):
            return named
    return "", 0


def known_heading(heading: str) -> bool:
    """Whether a cell is a heading we recognise, be it wanted or private."""
    return bool(listed_field(heading)[0] or flag_of(heading, 0) or privacy.kind_of_heading(heading))


def flag_of(heading: str, place: int) -> Flag | None:
    """Return the choice a yes/no column stands for: CTDC's is… columns, Kobo's question/choice columns."""
    _, _, flags, _ = _lists()
    if target := flags.get(fold(heading)):
        name, codes = target.split("=")
        return Flag(place, name, codes.replace("+", ";"))
    parts = heading.split("/")
    if len(parts) >= 2 and (name := listed_field(parts[-2])[0]) in FLAG_FIELDS:
        coded = coding.code_many(name, parts[-1]) if name != "recruiter_relation" else coding.code_one(name, parts[-1])
        if not coded.change:
            return Flag(place, name, coded.code)
    if len(parts) >= 2:
        words_read = read_case_words(parts[-1], exploitation=True)
        if words_read.implied and not words_read.open:
            return Flag(place, "forms", ";".join(words_read.forms) or f"nature:{words_read.nature}")
    return None


def label_of(name: str) -> str:
    """Return how a field is named to people."""
    return FIELD_LABELS.get(name, name.replace("_", " "))


def county_of_group(heading: str) -> str:
    """Return which county a heading means by the group it stands in ("Victim/County"), "" when no group tells."""
    group, _, last = heading.rpartition("/")
    if not group or fold(last) not in ("county", "kaunti", "comte", "region", "place"):
        return ""
    words = fold(group).split()
    if any(word.startswith(_OF_EVENT) for word in words):
        return "county_exploitation" if any(word.startswith("exploit") for word in words) else "county_identification"
    return "county_origin" if any(word.startswith(_OF_PERSON) for word in words) else ""
