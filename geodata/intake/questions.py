"""What an import asks before it stores anything, and how an answer is written down.

A question has a key, a sentence, and choices a person picks from; its answer is kept in the profile under that key. One
that *blocks* keeps the whole file from being stored until it is answered; others only keep their rows waiting.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from geodata.values import DataProblem

LIST, UNDATED, WIDE, PERSONS, SHEETS, ORDER, HALF, NUMBERS, LARGE, CASES, FILL, SEX, TWICE, YEAR = (
    "list", "undated", "wide", "persons", "sheets", "order", "half", "numbers", "large", "cases", "fill", "sex",
    "county", "year",
)  # fmt: skip
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer. code: as it is kept.  label: as a person reads it."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question about a file.

    key: what its answer is kept under.  text: the question.  choices: possible answers.
    suggestion: the code that seems right, "" when nothing speaks for one.  blocks: nothing is stored before it is
    answered.  n_rows: how many rows hang on it, 0 for the whole file.  words: a cell's own word the question is about.
    """

    key: str
    text: str
    choices: tuple[Choice, ...]
    suggestion: str = ""
    blocks: bool = True
    n_rows: int = 0
    word: str = ""

    def codes(self) -> tuple[str, ...]:
        """Return the codes of the choices."""
        return tuple(choice.code for choice in self.choices)

    def label_of(self, code: str) -> str:
        """Return a choice as a person reads it."""
        return next(choice.label for choice in self.choices if choice.code == code)


def yes_or_no(yes: str, no: str) -> tuple[Choice, ...]:
    """Return the two choices of a plain question."""
    return (Choice(YES, yes), Choice(NO, no))


def take_answers(texts: Iterable[str]) -> dict[str, str]:
    """Return answers given on a command line: ``trafficking`` answers what the list is, ``key=code`` any question.

    Raises `DataProblem` for an empty one.
    """
    answers: dict[str, str] = {}
    for text in texts:
        for part in text.split(","):
            key, sign, code = part.strip().partition("=")
            if not key or (sign and not code):
                forms = "‘--as trafficking’ or ‘--as question=answer’"
                raise DataProblem(f"‘--as {text}’ is no answer; write {forms}.")
            if sign:
                answers[key.strip()] = code.strip()
            else:
                answers[LIST] = key
    return answers


def sex_question(heading: str, *, with_zero: bool) -> Question:
    """Return the question what the numbers of a column of sexes mean."""
    low, high = ("0", "1") if with_zero else ("1", "2")
    return Question(
        SEX, f"The column ‘{heading}’ holds numbers. Which sex is which?",
        (
            Choice(f"{low}:male-{high}:female", f"{low} is male, {high} is female"),
            Choice(f"{low}:female-{high}:male", f"{low} is female, {high} is male"),
            Choice("unknown", "Nobody knows: keep the sex as unknown"),
        ),
    )  # fmt: skip
