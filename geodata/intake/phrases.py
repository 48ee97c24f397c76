"""Whole cells and whole phrases → nature and forms of a case; never single words out of their phrase.

"Trafficking in persons", "TIP", "VoT", "SOM" count in any column. "Sexual assault", "labour dispute" and "smuggling
of sugar" are no phrase of the list and say nothing; "… (ruled out)", "attempted" and "suspected" turn a phrase into
a question. A person's answer about a word (from the profile) goes before every list.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from geodata.facts.countries import fold
from geodata.intake import coding, schema
from geodata.values import Form, Nature, nature_of

LEAVE_OUT, NO_MEANING = "leave_out", "no_meaning"
ANSWERS = (*(nature.value for nature in Nature), *(form.value for form in Form), LEAVE_OUT, NO_MEANING)
"""What a person may answer about a word: a nature, a form, not a case of ours, or says nothing about it."""
_FORMS = frozenset(form.value for form in Form) - {Form.UNSPECIFIED.value}
_STATED = frozenset(nature.value for nature in Nature) - {Nature.UNCLEAR.value}
_PIECES = re.compile(r"[;,|/&+\n()\[\]:]| [-–—] |\band\b|\bna\b|\bet\b|\bwith\b", re.IGNORECASE)
_FILLING = re.compile(
    r"^(?:total |the )?(?:number of |no of |nr of |cases? of |count of |idadi ya |kesi ya |kesi za |nombre de |"
    r"cas de )+"
    r"|^total | (?:identified|detected|reported|rescued|assisted|recorded|cases?|offences?|incidents?|registered"
    r"|referred|supported|total|all|walioripotiwa|identifiees?|in kenya|contrary to .*|c s .*|act .*|section .*)+$"
)
"""What stands around a phrase without changing what it says."""
_MOST_WORDS = 6
"""Words of the longest phrase in the lists."""


@dataclass(frozen=True, slots=True)
class CaseWords:
    """What a cell says about a case.

    forms: codes, sorted.  nature: "" when only the forms say it, or nothing does.
    open: why the cell is put to a person, "" when it is understood or empty.  suggestion: what it most likely means.
    leave_out: a person said that such rows are not cases of ours.  left_out: some of its words were not understood.
    """

    forms: tuple[str, ...] = ()
    nature: str = ""
    open: str = ""
    suggestion: str = ""
    leave_out: bool = False
    left_out: bool = False

    @property
    def implied(self) -> str:
        """Return the nature the cell amounts to, stated or implied by its forms."""
        natures = {self.nature, nature_of_forms(self.forms)} - {""}
        return Nature.MIXED.value if len(natures) > 1 else next(iter(natures), "")


@dataclass(frozen=True, slots=True)
class _Lists:
    """The phrases, folded."""

    natures: dict[str, str]
    forms: dict[str, str]
    weak: frozenset[str]
    denied: tuple[str, ...]
    uncertain: tuple[str, ...]
    things: tuple[str, ...]
    headings: tuple[str, ...]


@lru_cache(maxsize=1)
def _lists() -> _Lists:
    listed = coding.load_yaml(coding.FOLDER / "phrases.yaml")
    natures = {fold(str(phrase)): name for name in ("trafficking", "smuggling", "mixed") for phrase in listed[name]}
    forms = {
        word: code
        for word, code in coding.words_of_field("forms").items()
        if word not in natures and code != Form.UNSPECIFIED.value
    }
    folded = {
        name: tuple(fold(str(phrase)) for phrase in listed[name])
        for name in ("weak", "denied", "uncertain", "things", "exploitation_headings")
    }
    return _Lists(
        natures, forms, frozenset(folded["weak"]), folded["denied"], folded["uncertain"], folded["things"],
        folded["exploitation_headings"],
    )  # fmt: skip


def nature_of_forms(forms: tuple[str, ...]) -> str:
    """Return the nature that follows from forms; "" when none does."""
    natures = {nature_of(Form(form)).value for form in forms if form} - {Nature.UNCLEAR.value}
    return Nature.MIXED.value if len(natures) > 1 else next(iter(natures), "")


def speaks_of_exploitation(heading: str) -> bool:
    """Whether below this heading a lone word such as "Labour" is a form of exploitation."""
    folded = f" {fold(heading.rsplit('/', 1)[-1])} "
    return any(f" {word}" in folded for word in _lists().headings)


def strong_phrase(text: str) -> str:
    """Return the nature named by a whole phrase anywhere in a longer text, such as a title; "" for none or both."""
    folded = f" {fold(text)} "
    lists = _lists()
    if _has(folded, lists.things):
        return ""
    natures = {
        name for phrase, name in lists.natures.items() if f" {phrase} " in folded and phrase not in _TOO_SHORT
    }  # "som" and "tip" inside a sentence are everyday letters
    return natures.pop() if len(natures) == 1 else ""


_TOO_SHORT = frozenset({"tip", "som", "thb", "vot", "t i p", "s o m", "t in p"})


def read_case_words(text: str, *, exploitation: bool = False, answers: Mapping[str, str] | None = None) -> CaseWords:
    """Return what a cell says; ``exploitation``: its heading makes lone words forms of exploitation."""
    if not text.strip():
        return CaseWords()
    folded = fold(text)
    answer = (answers or {}).get(folded)
    if answer is not None:
        return _answered(answer)
    if coding.is_unknown(text):
        return CaseWords()
    return _marked(text, folded, _read(text, folded, exploitation=exploitation))


def _marked(text: str, folded: str, plain: CaseWords) -> CaseWords:
    """Return a reading, or the question that a mark of doubt in the cell makes of it."""
    lists, padded = _lists(), f" {folded} "
    if folded not in lists.natures and folded not in lists.forms:
        if _has(padded, lists.denied):
            return CaseWords(open="it says that something was not so", suggestion=LEAVE_OUT)
        if _has(padded, lists.uncertain):
            likely = plain.implied or plain.suggestion
            return CaseWords(open="it says that something was attempted or suspected", suggestion=likely)
    if "?" in text and plain.implied:
        return CaseWords(open="it says so with a question mark", suggestion=plain.implied)
    return plain


def _answered(answer: str) -> CaseWords:
    if answer == LEAVE_OUT:
        return CaseWords(leave_out=True)
    if answer in _FORMS:
        return CaseWords(forms=(answer,))
    return CaseWords(nature=answer) if answer in _STATED else CaseWords()


def _read(text: str, folded: str, *, exploitation: bool) -> CaseWords:
    """Read a cell without regard to marks of doubt."""
    lists = _lists()
    for spelling in dict.fromkeys((folded, _FILLING.sub("", folded))):
        if (whole := _phrase(spelling, weak_counts=exploitation)) is not None:
            return whole
    if _has(f" {folded} ", lists.things):
        return CaseWords(open="it speaks of things, not of people", suggestion=NO_MEANING)
    return _pieced(text, folded, exploitation=exploitation)


def _pieced(text: str, folded: str, *, exploitation: bool) -> CaseWords:
    """Read a cell piece by piece."""
    lists = _lists()
    pieces = [fold(piece) for piece in _PIECES.split(text) if fold(piece) and not coding.is_unknown(piece)]
    stated = any(piece in lists.natures for piece in pieces)
    codes = [_segmented(piece, weak_counts=exploitation or stated) for piece in pieces]
    known = [code for code in codes if code is not None]
    if not known:
        return CaseWords(open="its words are in no list", suggestion=_likely(folded))
    forms = tuple(sorted({form for code in known for form in code.forms}))
    natures = {code.nature for code in known if code.nature}
    nature = Nature.MIXED.value if len(natures) > 1 else next(iter(natures), "")
    if len(known) == len(codes):
        return CaseWords(forms, nature)
    if exploitation or nature:
        return CaseWords(forms, nature, left_out=True)
    return CaseWords(open="some of its words are in no list", suggestion=nature or _only(forms))


def _only(forms: tuple[str, ...]) -> str:
    return forms[0] if len(forms) == 1 else nature_of_forms(forms)


def _phrase(folded: str, *, weak_counts: bool) -> CaseWords | None:
    """Return what one whole phrase says, None when it is in no list."""
    lists = _lists()
    if nature := lists.natures.get(folded):
        code = coding.words_of_field("forms").get(folded, "")
        return CaseWords((code,) if code == Form.SMUGGLING_TRANSIT else (), nature)
    form = lists.forms.get(folded)
    if form is None or (folded in lists.weak and not weak_counts):
        return CaseWords(nature="", forms=()) if weak_counts and folded in _unspecified() else None
    return CaseWords(forms=(form,))


@lru_cache(maxsize=1)
def _unspecified() -> frozenset[str]:
    return frozenset(word for word, code in coding.words_of_field("forms").items() if code == Form.UNSPECIFIED.value)


def _segmented(piece: str, *, weak_counts: bool) -> CaseWords | None:
    """Cut a piece into whole phrases that leave no word over ("labour exploitation migrant smuggling")."""
    if (whole := _phrase(piece, weak_counts=weak_counts)) is not None:
        return whole
    words, codes = piece.split(), schema.BY_NAME["forms"].code_names()
    parts: list[CaseWords] = []
    at = 0
    while at < len(words):
        for size in range(min(_MOST_WORDS, len(words) - at), 0, -1):
            phrase = " ".join(words[at : at + size])
            # One word alone may be part of a longer thing that is in no list: "sexual assault" is not "sexual".
            alone = size == 1 and phrase not in codes
            told = None if alone else _phrase(phrase, weak_counts=False)
            if told is not None:
                parts.append(told)
                at += size
                break
        else:
            return None
    natures = {part.nature for part in parts if part.nature}
    forms = tuple(sorted({form for part in parts for form in part.forms}))
    return CaseWords(forms, Nature.MIXED.value if len(natures) > 1 else next(iter(natures), ""))


def _likely(folded: str) -> str:
    """Return what a cell might mean when it is in no list as a whole: a suggestion, never a reading."""
    lists = _lists()
    if form := lists.forms.get(folded):
        return form
    padded = f" {folded} "
    for phrase in sorted((*lists.natures, *lists.forms), key=len, reverse=True):
        if len(phrase) > 5 and phrase not in lists.weak and f" {phrase} " in padded:
            return lists.natures.get(phrase) or lists.forms[phrase]
    return ""


def _has(padded: str, phrases: tuple[str, ...]) -> bool:
    return any(f" {phrase} " in padded for phrase in phrases)
