"""Countries by code and by name: what a place or a nationality written in a file means.

Names come from Unicode CLDR (English, French, Kiswahili; Unicode licence), codes from ISO 3166-1;
demonyms and everyday short forms were added by hand. Refuses nothing: an unknown word gives ``""``.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from geodata.settings import SHIPPED

COUNTRIES = SHIPPED / "intake" / "countries.csv"

_APOSTROPHES = re.compile("['’‘`´ʼ′]")
_NOT_LETTERS = re.compile(r"[^\w]+|_+")


def fold(text: str) -> str:
    """Return the text in lower case, without accents, apostrophes or punctuation, single-spaced."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _NOT_LETTERS.sub(" ", _APOSTROPHES.sub("", plain)).casefold().strip()


@lru_cache(maxsize=2)
def names(path: Path = COUNTRIES) -> dict[str, str]:
    """Return folded country name, demonym or three-letter code → ISO 3166-1 alpha-3."""
    iso3_by_word: dict[str, str] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            words = [row["iso3"], row["en"], row["fr"], row["sw"], *row["also"].split("|")]
            for word in words:
                folded = fold(word)
                if folded:
                    iso3_by_word.setdefault(folded, row["iso3"])
    return iso3_by_word


@lru_cache(maxsize=2)
def two_letter(path: Path = COUNTRIES) -> dict[str, str]:
    """Return ISO 3166-1 alpha-2 (capitals) → alpha-3."""
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["iso2"]: row["iso3"] for row in csv.DictReader(lines)}


@lru_cache(maxsize=2)
def _english_names(path: Path = COUNTRIES) -> dict[str, str]:
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["iso3"]: row["en"] for row in csv.DictReader(lines)}


def english_name(iso3: str) -> str:
    """Return a country's English name, the code itself when it is none."""
    return _english_names().get(iso3, iso3)


def iso3_of(text: str) -> str:
    """Return the ISO 3166-1 alpha-3 code a word stands for, or ``""`` when it names no country."""
    stripped = text.strip()
    if len(stripped) == 2:
        return two_letter().get(stripped.upper(), "")
    return names().get(fold(stripped), "")
