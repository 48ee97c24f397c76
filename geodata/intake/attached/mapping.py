"""Combinations of an archive → rows of the vault's schema and how many persons each stands for.

The intake judges them, with the profile's decisions, as it judges the rows of a file: what an import would refuse or
ask about is refused or asked about here, counted, told and never measured.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from geodata.intake.attached.source import COUNT, Wanted
from geodata.intake.outcome import Outcome, Status
from geodata.intake.run import Options, check_table
from geodata.intake.table import CHUNK_ROWS, Table, column
from geodata.values import DataProblem
from geodata.vault.batch import ROW_SCHEMA

if TYPE_CHECKING:
    from geodata.intake.profile import Profile
    from geodata.settings import DataSettings

FIRST_ROW = 2
_SAMPLE = 500
_NOT_HERE = {
    "persons": "a number of persons (an archive is counted one row a person: import it instead)",
}


@dataclass(frozen=True, slots=True)
class Mapped:
    """What became of an archive's cases. Sensitive: true counts.

    rows: columns of `geodata.vault.batch.ROW_SCHEMA`, one line for each combination that is measured.
    persons: int64, how many cases each line stands for. standing: word of `Status` → cases.
    reasons: (column, what is wrong) → cases, most first. spellings: (spelling, why it is no county).
    """

    rows: pa.Table
    persons: NDArray[np.int64]
    standing: dict[str, int] = field(default_factory=dict)
    reasons: tuple[tuple[str, str, int], ...] = ()
    spellings: tuple[tuple[str, str], ...] = ()

    @property
    def measured(self) -> int:
        """How many cases are measured."""
        return int(self.persons.sum())


def wanted_of(profile: Profile, where: str) -> Wanted:
    """Return which columns a profile has read; raise DataProblem where it says nothing, or what cannot be counted."""
    named = {heading: name for heading, name in profile.columns.items() if name != "ignore"}
    cases = [heading for heading, name in named.items() if name == "case_id"]
    columns = {heading: name for heading, name in named.items() if name != "case_id"}
    if not columns:
        remedy = "write ‘columns:’ and below it ‘heading: field’"
        raise DataProblem(f"The profile maps no column of {where}; {remedy}.")
    if len(cases) > 1 or len({name for name in columns.values() if "=" not in name}) < sum(
        "=" not in name for name in columns.values()
    ):
        raise DataProblem("The profile maps two columns to one field; keep the one that is meant.")
    for heading, name in columns.items():
        if name in _NOT_HERE:
            raise DataProblem(f"The profile says that ‘{heading}’ is {_NOT_HERE[name]}.")
    return Wanted(columns, cases[0] if cases else "")


def mapped(combinations: pa.Table, wanted: Wanted, settings: DataSettings, options: Options) -> Mapped:
    """Judge the combinations of an archive. Raises DataProblem when a question has to be answered first."""
    weights = combinations[COUNT].to_numpy().astype(np.int64)
    if not len(weights):
        return Mapped(ROW_SCHEMA.empty_table(), weights)
    outcome = check_table(_table(combinations, wanted, options.dataset), settings, options)
    if outcome.blocked:
        raise DataProblem(_asked(outcome))
    each = weights[outcome.rows - FIRST_ROW]
    rows = outcome.table
    persons = weights[rows["row_number"].to_numpy() - FIRST_ROW]
    standing = {status.word: int(each[outcome.status == status].sum()) for status in Status}
    blank = int(weights.sum() - each.sum())
    reasons = _reasons(outcome, each) + ([("row", "holds nothing in the mapped columns", blank)] if blank else [])
    spellings = tuple((doubt.spelling, doubt.reason) for doubt in outcome.doubts)
    return Mapped(rows, persons, standing, tuple(reasons), spellings)


def _table(combinations: pa.Table, wanted: Wanted, name: str) -> Table:
    """Return combinations as the table of a file, which the intake knows how to read."""
    frame = pl.DataFrame(pl.from_arrow(combinations.drop_columns([COUNT])))
    frame.columns = [column(place) for place in range(frame.width)]
    chunks = iter(frame.iter_slices(CHUNK_ROWS))
    return Table(Path(name), "", list(wanted.columns), FIRST_ROW, chunks, frame.head(_SAMPLE), [], frame.height, [])


def _asked(outcome: Outcome) -> str:
    """Return what the profile has to answer before anything can be measured."""
    question = next(question for question in outcome.questions if question.blocks)
    codes = ", ".join(choice.code for choice in question.choices)
    return (
        f"{question.text} Answer in the profile, below ‘answers:’, with ‘{question.key}:’ and one of {codes}; "
        "nothing was measured."
    )


def _reasons(outcome: Outcome, each: NDArray[np.int64]) -> list[tuple[str, str, int]]:
    """Return what was changed, asked about or refused, with the number of cases, most first."""
    told: Counter[tuple[str, str]] = Counter()
    for remark in outcome.remarks:
        if remark.status > Status.ACCEPTED:
            told[(outcome.heading(remark.column), remark.text)] += int(each[remark.rows].sum())
    return [(where, text, cases) for (where, text), cases in told.most_common()]


def headings_in_words(wanted: Wanted) -> Sequence[str]:
    """Return ‘heading as field’ for every column that is read."""
    told = [f"‘{heading}’ as {name.replace('_', ' ')}" for heading, name in wanted.columns.items()]
    return [*told, *([f"‘{wanted.case}’ as case number"] if wanted.case else [])]
