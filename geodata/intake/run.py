"""One file from disk to vault: read, find columns, judge, ask if someone can answer, store, report.

`check_file` stops before storing (the steward's desk uses it); `import_file` goes all the way. A file is stored
in one transaction of the vault or not at all; when no row can be stored, nothing changes.
"""

from __future__ import annotations

import csv
import errno
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa

from geodata.facts.countries import fold
from geodata.intake.columns import ColumnFinder, Reading, known_heading
from geodata.intake.keys import case_key
from geodata.intake.outcome import Doubt, Outcome, Remark, Status, shown_heading
from geodata.intake.profile import Profile
from geodata.intake.read_columns import Gatherer
from geodata.intake.readers import open_table
from geodata.intake.report import write_reports
from geodata.intake.table import Table
from geodata.intake.validate import CheckIn, Rules
from geodata.matching.counties import CountyMatcher, county_matcher
from geodata.matching.points import PointMatcher
from geodata.settings import DataSettings
from geodata.values import DataProblem, Pcode
from geodata.vault.batch import BatchMeta, StoreResult

DATASET = "caseload"
_BLOCK = 1 << 20


class Store(Protocol):
    """The part of the vault an import needs."""

    def store_batch(self, meta: BatchMeta, rows: pa.Table) -> StoreResult:
        """Store one file's rows wholly or not at all."""


class Asker(Protocol):
    """Somebody who can answer."""

    def column(self, heading: str, field: str) -> bool:
        """Whether a heading means a field."""

    def county(self, doubt: Doubt) -> bool:
        """Whether a spelling means the suggested county."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to import.

    tick: hears of rows read.  ask: answers questions; None when nobody is there.  synthetic: made-up cases.
    """

    dataset: str = DATASET
    profile: Profile = field(default_factory=Profile)
    yes: bool = False
    today: date | None = None
    synthetic: bool = False
    ask: Asker | None = None
    tick: Callable[[int], None] = lambda _rows: None
    opened: Callable[[Table], None] = lambda _table: None


@dataclass(frozen=True, slots=True)
class Imported:
    """A file after its import: outcome, what the vault did (None: nothing stored), and the report's place."""

    outcome: Outcome
    stored: StoreResult | None
    report: Path | None


def check_file(path: Path, settings: DataSettings, options: Options) -> Outcome:
    """Return the outcome of a file without storing anything. Raises `DataProblem`."""
    try:
        return _check(path, settings, options)
    except MemoryError:
        raise DataProblem(f"‘{path.name}’ needs more memory than this computer has; split it.") from None
    except OSError as problem:
        raise DataProblem(f"‘{path.name}’ could not be read: {problem.strerror or 'the disk failed'}.") from problem


def _check(path: Path, settings: DataSettings, options: Options) -> Outcome:
    profile = options.profile
    matcher = county_matcher(settings)
    for spelling, pcode in profile.counties.items():
        matcher.confirm(spelling, pcode)
    table = open_table(path, known_heading, profile.sheet)
    options.opened(table)
    reading = ColumnFinder(table, matcher).find(profile.columns)
    _ask_columns(table, reading, options)
    if not reading.has_county() and not table.points:
        raise DataProblem(_no_county(table, reading))
    key = case_key(settings)
    prefix = _id_prefix(table, reading, options, path)
    gathered = Gatherer(table, reading, key, prefix).gather(lambda: point_matcher(settings), options.tick)
    if not len(gathered.rows):
        raise DataProblem(f"{table.where} holds headings but no row below them; there is nothing to import.")
    rules = Rules(
        options.today or datetime.now(UTC).date(), key, options.yes, _corridors(settings), profile.organisation_words(),
    )  # fmt: skip
    outcome = CheckIn(table, reading, gathered, matcher, rules).run()
    if options.ask and _ask_counties(outcome, matcher, options):
        outcome = CheckIn(table, reading, gathered, matcher, rules).run()
    return outcome


def _ask_columns(table: Table, reading: Reading, options: Options) -> None:
    if options.ask is None and not options.yes:
        return
    for place, name in list(reading.unsure.items()):
        if name in reading.fields:
            continue
        if options.yes or (options.ask and options.ask.column(table.headers[place], name)):
            reading.fields[name] = place
            options.profile.columns[table.headers[place]] = name
            del reading.unsure[place]


def _ask_counties(outcome: Outcome, matcher: CountyMatcher, options: Options) -> bool:
    """Ask about every doubtful spelling once; return whether anything was confirmed."""
    confirmed = False
    for doubt in outcome.doubts:
        if doubt.pcode and options.ask and options.ask.county(doubt):
            matcher.confirm(doubt.spelling, Pcode(doubt.pcode))
            options.profile.counties[doubt.spelling] = Pcode(doubt.pcode)
            confirmed = True
    return confirmed


def _no_county(table: Table, reading: Reading) -> str:
    headings = ", ".join(f"‘{shown_heading(heading)}’" for heading in table.headers[:12] if heading.strip())
    unsure = [f"‘{shown_heading(table.headers[place])}’" for place in reading.unsure]
    hint = f" It may be {' or '.join(unsure)}." if unsure else ""
    return (
        f"No column of {table.where} names a county, a county's code or a position; its headings are "
        f"{headings or 'empty'}.{hint} Name the column in a profile (columns: heading: county_exploitation) "
        "and import with --map."
    )


def _id_prefix(table: Table, reading: Reading, options: Options, path: Path) -> str:
    """Return what keeps case numbers apart: the dataset, and the file too where cases are just counted 1, 2, 3."""
    place = reading.fields.get("case_id")
    if place is None:
        return f"{options.dataset}\x1f{path.name}"
    cells = [str(cell).strip() for cell in table.samples.to_series(place).drop_nulls()]
    if cells and all(cell.removesuffix(".0").isdigit() and len(cell) <= 6 for cell in cells):
        reading.notes.append(
            "case numbers are plain counting numbers, so the same case in another file cannot be recognised",
        )
        return f"{options.dataset}\x1f{path.name}"
    return options.dataset


def point_matcher(settings: DataSettings) -> PointMatcher:
    """Return the matcher of coordinates over the boundaries in use."""
    from geodata.boundaries.edition import load_edition  # noqa: PLC0415 - needed only when a file has coordinates

    counties = load_edition(settings).counties()
    return PointMatcher({Pcode(str(pcode)): shape for pcode, shape in counties.geometry.items()})


def _corridors(settings: DataSettings) -> dict[str, str]:
    path = settings.shipped / "evidence" / "corridors.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    ids = {fold(row["corridor_id"]): row["corridor_id"] for row in rows}
    return ids | {fold(row["name"]): row["corridor_id"] for row in rows}


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, read in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def import_file(path: Path, settings: DataSettings, vault: Store, options: Options) -> Imported:
    """Import one file. Raises `DataProblem` when it cannot be read or stored; then nothing has changed."""
    outcome = check_file(path, settings, options)
    counts = outcome.counts()
    moment = datetime.now(UTC)
    meta = BatchMeta(
        dataset=options.dataset, file_key=path.name, file_name=path.name, content_hash=sha256_of(path),
        imported_at=moment, synthetic=options.synthetic, **counts,
    )  # fmt: skip
    stored = None
    if outcome.table.num_rows:
        try:
            stored = vault.store_batch(meta, outcome.table)
        except OSError as problem:
            full = problem.errno == errno.ENOSPC
            why = "the disk is full" if full else problem.strerror or "the disk failed"
            raise DataProblem(
                f"‘{path.name}’ was not stored: {why}. Nothing has changed; import it again."
            ) from problem
        _tell_duplicates(outcome, stored)
    stem = f"import-{moment:%Y%m%d-%H%M%S}-{meta.content_hash[:8]}"
    return Imported(outcome, stored, _report(settings, stem, outcome, meta, stored))


def _tell_duplicates(outcome: Outcome, stored: StoreResult) -> None:
    """Say which rows repeat a case already counted."""
    again = stored.duplicates
    if not again.num_rows:
        return
    outcome.notes.append(f"{again.num_rows:,} rows repeat a case that is already counted; each case counts once")
    place_of = {number: place for place, number in enumerate(outcome.rows.tolist())}
    said: dict[int, list[int]] = {}
    for row, batch in zip(again["row_number"].to_pylist(), again["other_batch"].to_pylist(), strict=True):
        said.setdefault(batch, []).append(place_of[row])
    for batch, places in said.items():
        where = "another row of this file" if batch == stored.batch_id else f"batch {batch}"
        text = f"the same case is in {where}; it counts once"
        outcome.remarks.append(Remark(np.unique(np.array(places)), -1, Status.ACCEPTED, text))


def _report(
    settings: DataSettings, stem: str, outcome: Outcome, meta: BatchMeta, stored: StoreResult | None
) -> Path | None:
    """Write the report; a report that cannot be written is noted, because the cases are stored already."""
    told = "nothing"
    if stored:
        told = f"batch {stored.batch_id}, {stored.rows:,} rows, {stored.counted:,} counted"
        told += ", in place of an earlier import of this file" if stored.replaced else ""
    header = [
        ("Dataset", meta.dataset),
        ("Sheet", outcome.sheet or "—"),
        ("Imported", f"{meta.imported_at:%Y-%m-%d %H:%M} UTC"),
        ("Stored", told),
        ("Rows with something to say", f"{int((outcome.status > 0).sum()):,}"),
    ]
    try:
        return write_reports(settings.home / "reports", stem, outcome, header)
    except DataProblem as problem:
        outcome.notes.append(f"the report could not be written ({problem})")
        return None
