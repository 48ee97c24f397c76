"""Closed lists, read as people write them: a code, its label, or a close spelling; nothing is guessed.

A word is taken when it is one of the list, or resembles exactly one of them closely (the thresholds of the case
import). Anything else is refused with the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rapidfuzz import fuzz, process

from geodata.facts.countries import fold, iso3_of
from geodata.facts.outcomes import PeopleOutcome, SuspectOutcome
from geodata.facts.places import KINDS
from geodata.values import Confidence, Form, Grade, Nature, Role

SURE_SCORE, SURE_GAP = 90.0, 10.0
SHORTEST_LIKENED = 4
"""Shorter words are taken only when they are of the list."""

RESPONSE_KINDS = (
    "assessment", "border_post", "child_protection_unit", "coordination_committee", "hotline", "nrm_training",
    "one_stop_border_post", "safe_house", "shelter", "workshop", "other",
)  # fmt: skip
SOURCE_TYPES = ("news", "web", "report", "statistics", "law")
WHO = (
    "female", "male", "adult", "female adult", "male adult", "children", "female children", "male children",
    "adults and children", "youths", "persons with disabilities",
)  # fmt: skip
"""Who the people of an event are, as far as all of them are the same; numbers of children stand apart."""
ABROAD = ("detected_abroad", "return_from_abroad")
"""Events that belong to the country and to no county."""
MODES = ("road", "sea", "lake", "air", "land", "mixed")
YES_NO = ("yes", "no")

LISTS: Mapping[str, tuple[str, ...]] = {
    "form": tuple(Form),
    "forms": tuple(Form),
    "role": tuple(Role),
    "role_of_county": tuple(Role),
    "nature": tuple(Nature),
    "grade": tuple(Grade),
    "confidence": tuple(Confidence),
    "kind": RESPONSE_KINDS,
    "stop_kind": KINDS,
    "mode": MODES,
    "type": SOURCE_TYPES,
    "who": WHO,
    "abroad": ABROAD,
    "outcome_people": tuple(PeopleOutcome),
    "outcome_suspects": tuple(SuspectOutcome),
    "names_on_page": YES_NO,
}
"""Field → its words, in the order in which a form shows them."""

ALSO: Mapping[str, Mapping[str, str]] = {
    "form": {"smuggling": "smuggling_transit", "sex trafficking": "sexual_exploitation", "begging": "forced_begging"},
    "confidence": {"sure": "high", "weak": "low"},
    "names_on_page": {"ndiyo": "yes", "hapana": "no", "true": "yes", "false": "no"},
}
"""Further words people write for one of the list."""


def label(code: str) -> str:
    """Return a code as people read it."""
    return code.replace("_", " ")


def choose(field: str, text: str) -> str:
    """Return the code a text stands for, "" for an empty one; raise ValueError with the list for any other."""
    words = {fold(label(code)): code for code in LISTS[field]}
    words |= {fold(word): code for word, code in ALSO.get(field, {}).items()}
    return _choose(text, words, f"must be one of {', '.join(label(code) for code in LISTS[field])}")


def choose_several(field: str, text: str) -> str:
    """Return the codes of a text that may hold several, joined by ``;`` in the order written."""
    pieces = [piece for piece in text.replace(",", ";").replace("\n", ";").split(";") if piece.strip()]
    return ";".join(dict.fromkeys(choose(field, piece) for piece in pieces))


def _choose(text: str, words: Mapping[str, str], otherwise: str) -> str:
    folded = fold(text)
    if not folded:
        return ""
    if folded in words:
        return words[folded]
    if (code := likest(folded, words)) is not None and len(folded) >= SHORTEST_LIKENED:
        return words[code]
    raise ValueError(f"is “{text[:60]}”; it {otherwise}.")


def likest(folded: str, words: Iterable[str]) -> str | None:
    """Return the one word that a folded text resembles closely, None when none or several do."""
    hits = process.extract(folded, list(words), scorer=fuzz.ratio, limit=2)
    if not hits or hits[0][1] < SURE_SCORE or (len(hits) > 1 and hits[0][1] - hits[1][1] < SURE_GAP):
        return None
    return str(hits[0][0])


def countries(text: str) -> str:
    """Return ISO 3166-1 alpha-3 codes, joined by ``;``; raise ValueError for a word that is no country."""
    codes = []
    for piece in text.replace(",", ";").replace("/", ";").split(";"):
        if not piece.strip():
            continue
        code = iso3_of(piece)
        if not code:
            raise ValueError(f"names “{piece.strip()[:60]}”; it must name countries, such as Ethiopia; Eritrea.")
        codes.append(code)
    return ";".join(dict.fromkeys(codes))


def country(text: str) -> str:
    """Return the ISO 3166-1 alpha-3 code of one country, "" for an empty text."""
    code = countries(text)
    if ";" in code:
        raise ValueError("must name one country.")
    return code
