"""The way of an addition from a form, a row or the command line into the desk: read, compared, tried, kept.

Tried means: the record as it would be with it is checked as the shipped record is, so that what waits can be built.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from geodata.additions.door import read_addition, reader_of
from geodata.additions.drafts import APPROVED, WAITING, AdditionBatch, AdditionDesk, NewAddition, folder
from geodata.additions.likeness import Likeness, possible_duplicates
from geodata.additions.merge import merged_tables, shipped_tables, try_additions
from geodata.additions.rows import Tables
from geodata.additions.targets import Target, target_of
from geodata.additions.workbook import BroughtRow, bring, new_source_id
from geodata.intake.rights import Rights
from geodata.settings import DataSettings
from geodata.values import DataProblem


@dataclass(frozen=True, slots=True)
class Taken:
    """What was read and would be kept. new: in order. likely: beside each, what is perhaps told already."""

    new: tuple[NewAddition, ...]
    likely: tuple[tuple[Likeness, ...], ...]


@dataclass(frozen=True, slots=True)
class BroughtWorkbook:
    """A workbook as read. rows: every row. taken: of those in order."""

    rows: tuple[BroughtRow, ...]
    taken: Taken

    @property
    def refused(self) -> tuple[BroughtRow, ...]:
        """Return the rows that are not taken."""
        return tuple(row for row in self.rows if row.read is None)


@dataclass(frozen=True, slots=True)
class AdditionTaker:
    """Takes additions for one home. today: the last day that can have happened."""

    settings: DataSettings
    today: date

    @property
    def desk(self) -> AdditionDesk:
        """Return the desk that keeps them."""
        return AdditionDesk(folder(self.settings))

    def tables(self) -> Tables:
        """Return the record as it will be with what is approved already."""
        shipped = replace(self.settings, merged=None)
        return merged_tables(shipped_tables(shipped), [addition for _, addition in self.desk.additions(APPROVED)])

    def target(self, kind: str, key: str) -> Target:
        """Return the row of the record that a correction is about."""
        return target_of(kind, key, self.tables())

    def sources(self) -> dict[str, str]:
        """Return the sources that wait or are approved: id → title."""
        desk = self.desk
        pairs = [*desk.additions(WAITING), *desk.additions(APPROVED)]
        return {each.row_id: str(each.told["title"]) for _, each in pairs if each.kind == "source"}

    def read(
        self,
        kind: str,
        given: Mapping[str, Any],
        *,
        source: Mapping[str, Any] | None = None,
        target: Target | None = None,
    ) -> Taken:
        """Return what a form says: the addition, and the new source that comes with it.

        target: the row it corrects. Raises AdditionRefused with a sentence per field (of the source ``new_…``).
        """
        new: list[NewAddition] = []
        more = self.sources()
        given = dict(given)
        if source:
            read = read_addition("source", source, reader_of(self.settings, self.today))
            row_id = new_source_id()
            more[row_id] = str(read.told["title"])
            given["source_id"] = row_id
            new.append(NewAddition(read, row_id))
        read = read_addition(kind, given, reader_of(self.settings, self.today, more))
        new.append(NewAddition(read, target.row_id if target else "", target.row_hash if target else ""))
        return self._compared(new)

    def workbook(self, path: Path) -> BroughtWorkbook:
        """Return a filled-in workbook, row by row."""
        rows = bring(path, self.settings, reader_of(self.settings, self.today, self.sources()), self.sources())
        new = [NewAddition(row.read, row.row_id) for row in rows if row.read is not None]
        return BroughtWorkbook(rows, self._compared(new))

    def _compared(self, new: Sequence[NewAddition]) -> Taken:
        tables = self.tables()
        waiting = [each for _, each in self.desk.additions(WAITING)]
        likely = [
            possible_duplicates(
                each.read, tables, [other.told for other in waiting if other.kind == each.read.kind], each.row_id
            )
            for each in new
        ]
        kept = [
            replace(each, likely=tuple(f"{like.row_id} {like.words}".strip() for like in alike))
            for each, alike in zip(new, likely, strict=True)
        ]
        return Taken(tuple(kept), tuple(likely))

    def keep(self, taken: Taken, *, by: str, rights: Rights, key: str = "") -> AdditionBatch:
        """Keep what was read for a second person, after trying it on the record; raise DataProblem otherwise."""
        if taken.new:
            self.check(taken)
        return self.desk.put(taken.new, by=by, on=self.today, rights=rights, key=key)

    def check(self, taken: Taken) -> None:
        """Raise DataProblem when the record with what is approved and this could not be built."""
        approved = [addition for _, addition in self.desk.additions(APPROVED)]
        try_additions(self.settings, [*approved, *(each.as_addition(f"trial/{n}") for n, each in enumerate(taken.new))])

    def check_approval(self, name: str) -> None:
        """Raise DataProblem when the record with what is approved and one more addition could not be built."""
        batch, addition = self.desk.find(name)
        approved = [each for _, each in self.desk.additions(APPROVED)]
        waiting = {each.row_id for each in batch.additions if each.kind == "source" and each.state == WAITING}
        if str(addition.told.get("source_id", "")) in waiting:
            raise DataProblem("It cites a new source that waits as well; approve the source first.")
        try_additions(self.settings, [*approved, addition])
