"""Deciding on corrections: approve or reject, each with a reason from a closed list.

Approved ones are rows of ``approved.csv`` and from then on a source like any other. Of a rejected one only its name,
county, kind and the reason are kept (``rejected.csv``): what it claimed is gone. A decision is one replaced file, then
a mark, then the waiting file is removed; whatever dies in between, it is decided once.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from geodata import files as disk
from geodata.corrections.contracts import Correction, is_public_address, split_item
from geodata.corrections.queue import Queue
from geodata.values import DataProblem

APPROVE_BECAUSE = ("document_confirms", "ledger_confirms", "authority_confirms", "own_check")
"""Why a correction is believed."""
REJECT_BECAUSE = ("no_evidence", "evidence_contradicts", "not_understood", "already_known", "harmful", "spam")
"""Why it is not."""
CARRIED_OVER = "carried_over"
"""Why it is closed when the record itself was corrected."""

APPROVED, REJECTED = "approved.csv", "rejected.csv"
_REJECTED_COLUMNS = ("name", "county", "kind", "wrong", "received", "decided", "because")


@dataclass(frozen=True, slots=True)
class Approved:
    """An approved correction: a row of approved.csv.

    source_id: ``correction-`` and twelve hex digits. cites: id in the ledger of the citation behind it: its own when
    it brings the address of a public document, the ledger's when it names one, empty when nothing can be checked.
    received: year and month only, ``2026-11``. decided: the day.
    """

    source_id: str
    county: str
    item: str
    wrong: str
    to_county: str
    year: int | None
    number: int | None
    nature: str
    role: str
    source: str
    reporter: str
    received: str
    decided: str
    because: str

    @property
    def kind(self) -> str:
        """Return the kind of the item."""
        return split_item(self.item)[0]

    @property
    def key(self) -> str:
        """Return the id of the item."""
        return split_item(self.item)[1]

    @property
    def url(self) -> str:
        """Return the address of its public document, empty without one."""
        return self.source if is_public_address(self.source) else ""

    @property
    def cites(self) -> str:
        """Return the ledger's id for what can be checked."""
        return self.source_id if self.url else self.source


@dataclass(frozen=True, slots=True)
class CorrectionDesk:
    """Decisions on the corrections under one folder."""

    home: Path

    @property
    def queue(self) -> Queue:
        """Return what waits."""
        return Queue(self.home)

    def approve(self, start: str, *, because: str, on: date) -> Approved:
        """Make a waiting correction a source; raises DataProblem for an unknown name or reason."""
        _known(because, APPROVE_BECAUSE)
        with disk.writer_lock(self.home):
            correction = self.queue.get(start)
            if because == "document_confirms" and not correction.has_address:
                remedy = "choose another reason, or reject it as ‘no_evidence’"
                raise DataProblem(f"This correction names no public document; {remedy}.")
            if because == "ledger_confirms" and (correction.has_address or not correction.source):
                raise DataProblem("This correction cites nothing of the ledger; choose another reason.")
            row = _row(correction, because, on)
            rows = [old for old in approved(self.home) if old.source_id != row.source_id]
            self._write(APPROVED, [asdict(each) for each in (*rows, row)], tuple(f.name for f in fields(Approved)))
            self._close(correction)
        return row

    def reject(self, start: str, *, because: str, on: date) -> Correction:
        """Turn a waiting correction down; what it claimed is not kept."""
        _known(because, REJECT_BECAUSE)
        return self._turn_down(start, because, on)

    def _turn_down(self, start: str, because: str, on: date) -> Correction:
        """Keep its name, county, kind and the reason; what it claimed is not kept."""
        with disk.writer_lock(self.home):
            correction = self.queue.get(start)
            kept = {
                "name": correction.name,
                "county": correction.county,
                "kind": correction.kind,
                "wrong": correction.wrong,
                "received": correction.received[:7],
                "decided": on.isoformat(),
                "because": because,
            }
            rows = [old for old in self.rejected() if old["name"] != correction.name]
            self._write(REJECTED, [*rows, kept], _REJECTED_COLUMNS)
            self._close(correction)
        return correction

    def carry_over(self, start: str, *, on: date) -> Correction:
        """Close a waiting correction that stands in the record now, as an addition two people agreed on."""
        return self._turn_down(start, CARRIED_OVER, on)

    def take_back(self, source_id: str) -> None:
        """Remove an approved correction from the sources again."""
        with disk.writer_lock(self.home):
            rows = approved(self.home)
            rest = [row for row in rows if row.source_id != source_id]
            if len(rest) == len(rows):
                raise DataProblem(f"'{source_id[:60]}' is no approved correction; `corrections list` shows them.")
            self._write(APPROVED, [asdict(each) for each in rest], tuple(f.name for f in fields(Approved)))

    def rejected(self) -> list[dict[str, str]]:
        """Return what was turned down, as kept."""
        return _rows_of(self.home / REJECTED, _REJECTED_COLUMNS)

    def _write(self, name: str, rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> None:
        stream = io.StringIO()
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows({key: "" if value is None else value for key, value in row.items()} for row in rows)
        disk.replace_file(self.home / name, stream.getvalue().encode("utf-8"))

    def _close(self, correction: Correction) -> None:
        """Mark as decided first, then remove: a kill in between leaves it decided, not waiting."""
        self.queue.done.mkdir(exist_ok=True)
        disk.write_file(self.queue.done / correction.name, b"")
        disk.sync_folder(self.queue.done)
        (self.queue.waiting / f"{correction.name}.json").unlink(missing_ok=True)
        disk.sync_folder(self.queue.waiting)


def approved(home: Path) -> tuple[Approved, ...]:
    """Return the approved corrections under a folder; none when there is no file. Raises DataProblem when damaged."""
    path = home / APPROVED
    names = tuple(field.name for field in fields(Approved))
    rows = []
    for line, row in enumerate(_rows_of(path, names), start=2):
        try:
            numbers = {name: int(row[name]) if row[name] else None for name in ("year", "number")}
        except ValueError as problem:
            raise DataProblem(
                f"{path.name}, row {line}: year or number is not a whole number; restore the file from a copy."
            ) from problem
        rows.append(Approved(**{**row, **numbers}))  # type: ignore[arg-type] # columns were checked
    return tuple(rows)


def _rows_of(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    if any(set(row) != set(columns) or None in row.values() for row in rows):
        raise DataProblem(
            f"The file {path.name} in {path.parent} is damaged; expected the columns {', '.join(columns)}; "
            "restore it from a copy."
        )
    return rows


def _row(correction: Correction, because: str, on: date) -> Approved:
    plain = correction.plain()
    kept = {f.name: plain[f.name] for f in fields(Approved) if f.name in plain}
    kept["received"] = correction.received[:7]
    return Approved(source_id=f"correction-{correction.name[:12]}", decided=on.isoformat(), because=because, **kept)


def _known(because: str, reasons: Sequence[str]) -> None:
    if because not in reasons:
        raise DataProblem(f"‘{because[:40]}’ is no reason of the list; choose one of {', '.join(reasons)}.")
