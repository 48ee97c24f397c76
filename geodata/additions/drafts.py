"""The desk's own files: one small JSON file per batch of additions, and who decided on each.

A batch appears whole or not at all, whatever dies in between: it is one file, written beside and renamed. A decision
replaces that file, so an addition is waiting, approved or declined, and never two of them. The person who added
something does not approve it. Two people at once take turns; the second is told when what they saw has changed.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from geodata import files as disk
from geodata.additions.door import ReadAddition
from geodata.intake.rights import Rights
from geodata.settings import DataSettings
from geodata.values import DataProblem

WAITING, APPROVED, DECLINED = "waiting", "approved", "declined"
WITHDRAWN = "withdrawn"
DECLINE_BECAUSE = ("no_evidence", "already_known", "not_understood", "harmful", WITHDRAWN)
LETTERS = "BCDFGHJKMNPQRSTVWXZ23456789"
MOST_WAITING = 5_000
MOST_BYTES = 8 << 20
_FILE = re.compile(r"batch-[0-9a-f]{16}\.json")


class Addition(BaseModel):
    """One addition of a batch.

    name: 16 hex digits. row_id: id it has, or will have, in the record (empty for statements). replaces: SHA-256 of the
    row of the record that it corrects, empty for something new. told: checked texts. notes: what was cut or changed.
    likely: what is perhaps told already, as shown to the person who added it. from_reader: name of the reader's
    correction it comes from. decided_by, decided_on, why: of the decision, empty while it waits.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: str
    row_id: str
    replaces: str = ""
    told: dict[str, Any]
    notes: tuple[str, ...] = ()
    likely: tuple[str, ...] = ()
    from_reader: str = ""
    state: Literal["waiting", "approved", "declined"] = "waiting"
    decided_by: str = ""
    decided_on: str = ""
    why: str = ""

    @property
    def version(self) -> str:
        """Return what changes with the addition: a decision names the version that was read."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]


class AdditionBatch(BaseModel):
    """Additions that came together. name: 16 hex digits. by: who added them; on: the day. rights: on what terms."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    by: str
    on: str
    rights: Rights
    additions: tuple[Addition, ...]


@dataclass(frozen=True, slots=True)
class NewAddition:
    """An addition on its way in: what was read, the row it corrects, the reader's correction behind it."""

    read: ReadAddition
    row_id: str = ""
    replaces: str = ""
    likely: tuple[str, ...] = ()
    from_reader: str = ""

    def as_addition(self, seed: str) -> Addition:
        """Return the addition it becomes; the same seed gives the same name and id."""
        name = hashlib.sha256(seed.encode()).hexdigest()[:16]
        return Addition(
            name=name, kind=self.read.kind, row_id=self.row_id or row_id_of(self.read, seed), replaces=self.replaces,
            told=dict(self.read.told), notes=self.read.notes, likely=self.likely, from_reader=self.from_reader,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decides, on which day, why (when declining), and which version they read ("" for whatever it is now)."""

    by: str
    on: date
    why: str = ""
    version: str = ""


def folder(settings: DataSettings) -> Path:
    """Return the folder of everything this user's record has beside the shipped one."""
    return settings.home / "evidence"


@dataclass(frozen=True, slots=True)
class AdditionDesk:
    """The batches under one folder."""

    home: Path

    @property
    def batches(self) -> Path:
        """Folder of the batches."""
        return self.home / "batches"

    def put(self, new: Sequence[NewAddition], *, by: str, on: date, rights: Rights, key: str = "") -> AdditionBatch:
        """Keep a batch, whole or not at all.

        key: what the sender calls it; the same key again gives the batch that is there. Raises DataProblem when there
        is nothing in it, nobody says who they are, too much waits, or the disk refuses.
        """
        who = _person(by)
        if not new:
            raise DataProblem("There is nothing to keep; every row was refused.")
        name = hashlib.sha256((key or secrets.token_hex(16)).encode()).hexdigest()[:16]
        additions = tuple(each.as_addition(f"{name}/{number}") for number, each in enumerate(new))
        batch = AdditionBatch(name=name, by=who, on=on.isoformat(), rights=rights, additions=additions)
        content = batch.model_dump_json(indent=1).encode("utf-8") + b"\n"
        if len(content) > MOST_BYTES:
            raise DataProblem("The batch is larger than a workbook of the template can be; bring it in parts.")
        with _turn(self.batches):
            path = self._path(name)
            if path.exists():
                return self.get(name)
            if sum(1 for _ in self._files()) >= MOST_WAITING:
                raise DataProblem(f"{MOST_WAITING:,} batches are kept already; decide on some, then build the release.")
            disk.replace_file(path, content)
        return batch

    def decide(self, name: str, state: str, decision: Decision) -> tuple[AdditionBatch, Addition]:
        """Approve or decline one addition.

        Raises DataProblem when it is decided already, has changed since it was read, or its own author approves.
        """
        who, why = _person(decision.by), decision.why
        if state == DECLINED and why not in DECLINE_BECAUSE:
            raise DataProblem(f"‘{why[:40]}’ is no reason of the list; choose one of {', '.join(DECLINE_BECAUSE)}.")
        with _turn(self.batches):
            batch, addition = self.find(name)
            if addition.state != WAITING:
                raise DataProblem(
                    f"{addition.name[:8]} was {addition.state} by {addition.decided_by} on {addition.decided_on}; "
                    "nothing changed."
                )
            if decision.version and decision.version != addition.version:
                raise DataProblem("Somebody changed this addition since you read it; read it again, then decide.")
            if state == APPROVED and who.casefold() == batch.by.casefold():
                raise DataProblem(
                    "Another person than the one who added it approves: write that person’s name. Nothing changed."
                )
            return self._decided(batch, addition, state, decision)

    def take_back(self, name: str, decision: Decision) -> Addition:
        """Take an approved addition out again: declined from now on; the next build leaves it out."""
        with _turn(self.batches):
            batch, addition = self.find(name)
            if addition.state != APPROVED:
                raise DataProblem(f"{addition.name[:8]} is {addition.state}; only what was approved is taken back.")
            return self._decided(batch, addition, DECLINED, replace(decision, why=WITHDRAWN))[1]

    def _decided(
        self, batch: AdditionBatch, addition: Addition, state: str, decision: Decision
    ) -> tuple[AdditionBatch, Addition]:
        """Replace the batch's file by one with the decision; the lock must be held."""
        update = {
            "state": state, "decided_by": _person(decision.by), "decided_on": decision.on.isoformat(),
            "why": decision.why,
        }  # fmt: skip
        changed = addition.model_copy(update=update)
        additions = tuple(changed if each.name == changed.name else each for each in batch.additions)
        fresh = batch.model_copy(update={"additions": additions})
        disk.replace_file(self._path(batch.name), fresh.model_dump_json(indent=1).encode("utf-8") + b"\n")
        return fresh, changed

    def all(self) -> tuple[AdditionBatch, ...]:
        """Return every batch, oldest first; a damaged file raises DataProblem with its name."""
        return tuple(sorted((_read(path) for path in self._files()), key=lambda batch: (batch.on, batch.name)))

    def additions(self, state: str) -> tuple[tuple[AdditionBatch, Addition], ...]:
        """Return the additions in one state with their batches, oldest first."""
        return tuple((batch, each) for batch in self.all() for each in batch.additions if each.state == state)

    def get(self, name: str) -> AdditionBatch:
        """Return one batch."""
        path = self._path(name)
        if not re.fullmatch(r"[0-9a-f]{16}", name) or not path.exists():
            raise DataProblem(f"There is no batch ‘{name[:40]}’; `evidence list` shows them.")
        return _read(path)

    def find(self, start: str) -> tuple[AdditionBatch, Addition]:
        """Return the addition whose name, or id in the record, starts so (six characters or more), with its batch."""
        hits = [
            (batch, each)
            for batch in self.all()
            for each in batch.additions
            if len(start) >= 6 and (each.name.startswith(start) or each.row_id == start)
        ]
        if len(hits) != 1:
            raise DataProblem(
                f"‘{start[:40]}’ names {'several' if hits else 'no'} addition{'s' if hits else ''}; expected the "
                "first six or more characters of one; `evidence list` shows them."
            )
        return hits[0]

    def _path(self, name: str) -> Path:
        return self.batches / f"batch-{name}.json"

    def _files(self) -> Iterator[Path]:
        if self.batches.is_dir():
            yield from (path for path in self.batches.iterdir() if _FILE.fullmatch(path.name))


@contextmanager
def _turn(place: Path) -> Iterator[None]:
    """Hold the place of the one who writes: private folder, leftovers collected, a refusing disk told in a sentence."""
    try:
        with disk.writer_lock(place):
            place.chmod(0o700)
            disk.collect(place)
            yield
    except OSError as problem:
        raise DataProblem(
            f"The additions could not be kept in {place} ({problem.strerror or problem}); nothing changed; make room "
            "or give write permission, then do it again."
        ) from problem


def row_id_of(read: ReadAddition, seed: str) -> str:
    """Return the id that something new has in the record: letters that say nothing of its date or order."""
    number = int.from_bytes(hashlib.sha256(f"row/{seed}".encode()).digest()[:8], "big")
    drawn = ""
    for _ in range(5):
        number, rest = divmod(number, len(LETTERS))
        drawn += LETTERS[rest]
    if read.kind == "event":
        return f"EV-{drawn}"
    if read.kind == "corridor":
        return f"CX-{drawn}"
    return f"add-{drawn.lower()}" if read.kind == "source" else ""


def _person(by: str) -> str:
    who = " ".join(by.split())[:80]
    if not who:
        raise DataProblem("Say who you are: another person has to approve what is added.")
    return who


def _read(path: Path) -> AdditionBatch:
    try:
        batch = AdditionBatch.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as problem:
        raise DataProblem(
            f"The file {path.name} in {path.parent} is damaged; restore it from a copy, or move it elsewhere."
        ) from problem
    return batch
