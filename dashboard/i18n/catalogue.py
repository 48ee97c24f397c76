"""Words and numbers in the reader's language.

Words live in `<lang>/<room>.json`, one file per room of the product; a room adds its own file, in every
language. `Catalogue.t("map.sentence", n=3, …)` looks a key up, picks the plural form from `n` where the
entry has forms, and fills the placeholders. A key that no language has raises: a page must never show a
bare key; one that only English has is shown in English (a test keeps that list empty). Numbers use a
narrow no-break space for thousands.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from geodata.query.estimates import about
from layers.specs import THIN_SPACE, WORDS, Labels

FOLDER = Path(__file__).parent
MISSING = "–"
_SLUG = re.compile(r"[^a-z0-9]+")
_SEXES = re.compile(r"\b(\d+) m, (\d+) f\b")


@dataclass(frozen=True)
class Quantity:
    """How many of what, in words. lang: "" in the reader's language, else the language of the evidence."""

    text: str
    lang: str = ""


@dataclass(frozen=True)
class Catalogue:
    """One language's words; `words` is flat: dotted key → text or {plural form → text}."""

    lang: str
    words: dict[str, str | dict[str, str]]

    def t(self, key: str, /, **values: object) -> str:
        """Return the text of a key, its plural chosen by `n`, its placeholders filled."""
        entry = self.words[key]
        if isinstance(entry, dict):
            entry = entry["one" if values.get("n") == 1 else "other"]
        shown = {name: self.number(value) if isinstance(value, int) else value for name, value in values.items()}
        return entry.format(**shown)

    def code(self, prefix: str, value: str) -> str:
        """Return the word of a code; a code that speaks for itself (an age group) stays as it is."""
        return self.t(f"{prefix}.{value}") if self.has(f"{prefix}.{value}") else value.replace("_", " ")

    def corridor(self, corridor_id: str, name: str) -> str:
        """Return the name of a corridor; `name` is the evidence's own, in English."""
        key = f"corridor_name.{corridor_id}"
        return self.t(key) if self.has(key) else name

    def slug(self, room: str, text: str, part: str = "") -> str:
        """Return the key under which words for a text that comes with the data (an edition's title) would stand."""
        return f"{room}.{_SLUG.sub('_', text.lower()).strip('_')}{part and '.'}{part}"

    def given(self, room: str, text: str) -> str:
        """Return the words for a text that comes with the data (a unit, a tier), the text itself without any."""
        key = self.slug(room, text)
        return self.t(key) if self.has(key) else text

    def outcomes(self, whose: str, codes: str) -> str:
        """Return in words what became of the people or of the suspects (`whose`); several codes are ``;``-joined."""
        return ", ".join(self.t(f"outcome.{whose}.{code}") for code in codes.split(";"))

    def quantity(self, number: float, unit: str) -> Quantity:
        """Return how many of what a response has (18 “officers (16 m, 2 f)”), an unknown unit as it stands."""
        whole = int(number) if float(number).is_integer() else None
        sexes = _SEXES.search(unit)
        key = self.slug("quantity.of", _SEXES.sub("", unit))
        if whole is None or not self.has(key):
            written = self.number(number, 0 if whole is not None else 2)
            return Quantity(f"{written} {unit}".strip(), "en" if unit else "")
        both = f" ({self.t('quantity.sexes', m=int(sexes[1]), f=int(sexes[2]))})" if sexes else ""
        return Quantity(self.t(key, n=whole) + both)

    def unit(self, measure: str, dataset: str) -> str:
        """Return what is counted; a caseload has estimates."""
        return self.t(f"{'unit' if dataset == 'public' else 'unit_caseload'}.{measure}")

    def has(self, key: str) -> bool:
        """Say whether the key exists."""
        return key in self.words

    def number(self, value: float | None, decimals: int = 0) -> str:
        """Return a number with narrow spaces between thousands; nothing known is a dash."""
        if value is None or value != value:  # noqa: PLR0124 - NaN is the only value unequal to itself
            return MISSING
        return f"{value:,.{decimals}f}".replace(",", THIN_SPACE)

    def rate(self, value: float | None) -> str:
        """Return a rate per 100,000 with as many decimals as it can bear, the same on every surface and in scripts."""
        return MISSING if value is None or value != value else self.figure(round(value, 2))  # noqa: PLR0124 - NaN

    def rate_ends(self, low: float | None, high: float | None) -> tuple[str, str]:
        """Return both ends of the interval of a rate; where one has decimals the other has them too: 1.77 and 2.00."""
        if low is None or high is None:
            return self.rate(low), self.rate(high)
        ends = round(low, 2), round(high, 2)
        if all(end == int(end) for end in ends):
            return self.number(ends[0], 0), self.number(ends[1], 0)
        return self.number(ends[0], 1 if ends[0] >= 10 else 2), self.number(ends[1], 1 if ends[1] >= 10 else 2)

    def figure(self, value: float) -> str:
        """Return a count or a mean: a whole number as such, else with two decimals below ten and one above."""
        return self.number(value, 0 if value == int(value) else 1 if abs(value) >= 10 else 2)

    def signed(self, value: float) -> str:
        """Return a difference with its sign, ± where there is none."""
        return f"{'+' if value > 0 else '−' if value < 0 else '±'}{self.figure(abs(value))}"

    def estimate(self, value: float, error: float) -> str:
        """Return an estimate as readers see it, in fives with its 95 % interval: about 40 (35–45)."""
        figure, low, high = about(value, error)
        return self.t("estimate.about", value=figure, low=low, high=high)

    @cached_property
    def labels(self) -> Labels:
        """The words that the layers ask for, and how they write numbers."""
        return Labels({key: self.t(key) for key in WORDS}, lambda value: self.number(value, _decimals(value)))

    def years(self, first: int, last: int) -> str:
        """Return a period of years, en dash between; one year stands alone."""
        return str(first) if first == last else f"{first}–{last}"


def _decimals(value: float) -> int:
    return 0 if value == int(value) else 2 if value < 10 else 1


@lru_cache(maxsize=8)
def catalogue(lang: str) -> Catalogue:
    """Return the catalogue of one language, English where it has no word."""
    return Catalogue(lang, words_of("en") if lang == "en" else {**words_of("en"), **words_of(lang)})


def words_of(lang: str) -> dict[str, str | dict[str, str]]:
    """Return the words written for one language, all rooms together; a key two rooms claim raises ValueError."""
    words: dict[str, str | dict[str, str]] = {}
    for path in sorted((FOLDER / lang).glob("*.json")):
        room = dict(_flatten("", json.loads(path.read_text(encoding="utf-8"))))
        if twice := words.keys() & room.keys():
            raise ValueError(f"{path.name} ({lang}) repeats the keys {sorted(twice)}.")
        words |= room
    return words


def languages() -> tuple[str, ...]:
    """Return the languages there are catalogues for, English first."""
    folders = sorted({path.parent.name for path in FOLDER.glob("??/*.json")})
    return ("en", *(lang for lang in folders if lang != "en"))


def _flatten(prefix: str, node: dict[str, object]) -> list[tuple[str, str | dict[str, str]]]:
    rows: list[tuple[str, str | dict[str, str]]] = []
    for name, value in node.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict) and set(value) == {"one", "other"}:
            rows.append((key, value))
        elif isinstance(value, dict):
            rows.extend(_flatten(f"{key}.", value))
        else:
            rows.append((key, str(value)))
    return rows
