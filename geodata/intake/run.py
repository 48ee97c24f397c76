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
from geodata.intake import terms
from geodata.intake.columns import ColumnFinder, Reading
from geodata.intake.first_question import finish, no_county, take_date_column
from geodata.intake.headings import known_heading, label_of
from geodata.intake.keys import case_key
from geodata.intake.outcome import CountyDoubt, DateDoubt, Outcome, Remark, Status, WordDoubt, shown_heading
from geodata.intake.profile import Profile
from geodata.intake.questions import FILL, SHEETS, TWICE, UNDATED, WIDE, YES, Choice, Question
from geodata.intake.read_columns import Gatherer
from geodata.intake.readers import open_table
from geodata.intake.report import write_reports
from geodata.intake.rights import Rights
from geodata.intake.shape import Shaped, log_notes, shape
from geodata.intake.table import Table, cell_name
from geodata.intake.validate import Rules, Validation
from geodata.matching.counties import CountyMatcher, county_matcher
from geodata.matching.points import PointMatcher
from geodata.settings import DataSettings
from geodata.values import DataProblem, Pcode
from geodata.vault.batch import BatchMeta, StoreResult

DATASET = "caseload"
_MOST_ROUNDS = 12
"""How often a file is read again with the answers given on a terminal."""
_BLOCK = 1 << 20


class CaseStore(Protocol):
    """The part of the vault an import needs."""

    def store_batch(self, meta: BatchMeta, rows: pa.Table) -> StoreResult:
        """Store one file's rows wholly or not at all."""


class Asker(Protocol):
    """Somebody who can answer."""

    def column(self, heading: str, field: str) -> bool:
        """Whether a heading means a field."""

    def county(self, doubt: CountyDoubt) -> bool:
        """Whether a spelling means the suggested county."""

    def question(self, question: Question) -> str:
        """Return the code of the choice taken, "" for none."""

    def word(self, doubt: WordDoubt) -> str:
        """Return what a word about the case means, "" when that is left open."""

    def date(self, doubt: DateDoubt) -> str:
        """Return the right date, `event_dates.NO_DATE` or `event_dates.LEAVE_OUT`, "" when that is left open."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to import.

    tick: hears of rows read.  ask: answers questions; None when nobody is there.  synthetic: made-up cases.
    checked: hears of the outcome before anything is stored.
    answers: (question, answer) pairs given beforehand, which go before those of the profile.
    rights: on what terms the cases were given; None where nobody said.
    """

    dataset: str = DATASET
    profile: Profile = field(default_factory=Profile)
    yes: bool = False
    today: date | None = None
    synthetic: bool = False
    ask: Asker | None = None
    tick: Callable[[int], None] = lambda _rows: None
    opened: Callable[[Table], None] = lambda _table: None
    checked: Callable[[Outcome], None] = lambda _outcome: None
    answers: tuple[tuple[str, str], ...] = ()
    rights: Rights | None = None


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
    """Read and judge; while somebody answers questions, do it again with the answers."""
    outcome = _check_once(path, settings, options)
    for _ in range(_MOST_ROUNDS):
        if not options.ask or not _ask(outcome, options):
            break
        outcome = _check_once(path, settings, options)
    return outcome


def _check_once(path: Path, settings: DataSettings, options: Options) -> Outcome:
    profile = options.profile
    answers = profile.answers | dict(options.answers)
    matcher = _matcher(settings, profile)
    table = open_table(path, known_heading, profile.sheet, answers.get(SHEETS, ""))
    options.opened(table)
    shaped = shape(table, matcher, _with_suggestions(answers, yes=options.yes), profile.columns)
    return _judged(shaped, matcher, settings, options, answers)


def check_table(table: Table, settings: DataSettings, options: Options) -> Outcome:
    """Return the outcome of a table that is one row per person already, and whose columns the profile names."""
    profile = options.profile
    return _judged(
        Shaped(table), _matcher(settings, profile), settings, options, profile.answers | dict(options.answers)
    )


def _matcher(settings: DataSettings, profile: Profile) -> CountyMatcher:
    """Return the matcher of names, with the spellings a person has decided on."""
    matcher = county_matcher(settings)
    for spelling, pcode in profile.counties.items():
        matcher.confirm(spelling, pcode)
    return matcher


def _judged(
    shaped: Shaped, matcher: CountyMatcher, settings: DataSettings, options: Options, answers: dict[str, str]
) -> Outcome:
    """Find the columns of a table, read it once and judge every row."""
    profile, table = options.profile, shaped.table
    reading = ColumnFinder(table, matcher).find(profile.columns | shaped.columns)
    take_date_column(reading, answers.get(UNDATED, ""))
    _ask_columns(table, reading, options)
    _choose_county(table, reading, answers, shaped)
    if not reading.has_county() and not table.points:
        raise DataProblem(no_county(table, reading))
    key = case_key(settings)
    prefix, counting = _id_prefix(table, reading, options)
    gatherer = Gatherer(table, reading, key, prefix)
    gatherer.counting_ids = counting
    gathered = gatherer.gather(lambda: point_matcher(settings), options.tick)
    if not len(gathered.rows):
        raise DataProblem(f"{table.where} holds headings but no row below them; there is nothing to import.")
    rules = Rules(
        options.today or datetime.now(UTC).date(), key, options.yes, _corridors(settings), profile.organisation_words(),
        answers, profile.words, profile.dates, profile.no_county,
    )  # fmt: skip
    outcome = Validation(table, reading, gathered, matcher, rules).run()
    outcome.notes += log_notes(table, table.many_sheets)
    finish(outcome, table, reading, shaped, rules)
    return outcome


def _with_suggestions(answers: dict[str, str], *, yes: bool) -> dict[str, str]:
    """Return answers as the shape of a table needs them; with ``yes`` its questions need none."""
    return {WIDE: YES, FILL: YES, **answers} if yes else answers


def _choose_county(table: Table, reading: Reading, answers: dict[str, str], shaped: Shaped) -> None:
    """Settle which of several columns called the same is the county of the case."""
    for name, places in reading.twice.items():
        answer = answers.get(TWICE, "")
        letters = {cell_name(place): place for place in places}
        if answer in letters:
            reading.fields[name] = letters[answer]
            continue
        choices = tuple(
            Choice(letter, f"column {letter} ‘{shown_heading(table.headers[place])}’")
            for letter, place in letters.items()
        )
        text = f"{len(places)} columns are headed alike and could be {label_of(name)}. Which one is it?"
        shaped.questions.append(Question(TWICE, text, choices))


def _ask(outcome: Outcome, options: Options) -> bool:
    """Put what is open to the person; return whether anything was answered."""
    ask, profile, answered = options.ask, options.profile, False
    if ask is None:
        return False
    for question in outcome.questions:
        if code := ask.question(question):
            profile.answers[question.key] = code
            answered = True
    if answered:
        return True
    return _ask_about_cells(outcome, ask, profile)


def _ask_about_cells(outcome: Outcome, ask: Asker, profile: Profile) -> bool:
    """Put words, dates and spellings of counties to the person; return whether anything was answered."""
    before = len(profile.words) + len(profile.dates) + len(profile.counties)
    for doubt in outcome.words:
        if doubt.waiting and (code := ask.word(doubt)):
            profile.words[fold(doubt.word)] = code
    for dated in outcome.dates:
        if decision := ask.date(dated):
            profile.dates[dated.text.strip()] = decision
    for spelling in outcome.doubts:
        if spelling.pcode and spelling.spelling not in profile.counties and ask.county(spelling):
            profile.counties[spelling.spelling] = Pcode(spelling.pcode)
    return len(profile.words) + len(profile.dates) + len(profile.counties) > before


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


def _id_prefix(table: Table, reading: Reading, options: Options) -> tuple[str, bool]:
    """Return what keeps case numbers apart: the dataset, and the file too where cases are just counted 1, 2, 3."""
    place = reading.fields.get("case_id")
    if place is None:
        return f"{options.dataset}\x1f{table.path.name}", False
    cells = [str(cell).strip() for cell in table.samples.to_series(place).drop_nulls()]
    if cells and all(cell.removesuffix(".0").isdigit() and len(cell) <= 6 for cell in cells):
        reading.notes.append(
            "case numbers are plain counting numbers, so the same case in another file cannot be recognised",
        )
        return f"{options.dataset}\x1f{table.path.name}", True
    return options.dataset, False


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


def import_file(path: Path, settings: DataSettings, vault: CaseStore, options: Options) -> Imported:
    """Import one file. Raises `DataProblem` when it cannot be read or stored; then nothing has changed."""
    outcome = check_file(path, settings, options)
    options.checked(outcome)
    counts = outcome.counts()
    moment = datetime.now(UTC)
    meta = BatchMeta(
        dataset=options.dataset, file_key=path.name, file_name=path.name, content_hash=sha256_of(path),
        imported_at=moment, synthetic=options.synthetic,
        terms=options.rights.model_dump_json() if options.rights else "", **counts,
    )  # fmt: skip
    stored = None
    if outcome.table.num_rows and not outcome.blocked:
        try:
            stored = vault.store_batch(meta, outcome.table)
        except OSError as problem:
            full = problem.errno == errno.ENOSPC
            why = "the disk is full" if full else problem.strerror or "the disk failed"
            raise DataProblem(
                f"‘{path.name}’ was not stored: {why}. Nothing has changed; import it again."
            ) from problem
        _tell_duplicates(outcome, stored)
    if outcome.blocked:
        return Imported(outcome, None, None)
    stem = f"import-{moment:%Y%m%d-%H%M%S}-{meta.content_hash[:8]}"
    return Imported(outcome, stored, _report(settings, stem, outcome, meta, stored))


def _tell_duplicates(outcome: Outcome, stored: StoreResult) -> None:
    """Say which rows repeat a case already counted."""
    again = stored.duplicates
    if not again.num_rows:
        return
    outcome.notes.append(f"{again.num_rows:,} rows repeat a case that is already counted; each case counts once")
    place_of = {number: place for place, number in enumerate(outcome.rows.tolist())}
    places_by_batch: dict[int, list[int]] = {}
    for row, batch in zip(again["row_number"].to_pylist(), again["other_batch"].to_pylist(), strict=True):
        places_by_batch.setdefault(batch, []).append(place_of[row])
    for batch, places in places_by_batch.items():
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
    rights = terms.terms_of(settings, meta)
    header = [
        ("Dataset", meta.dataset),
        ("Sheet", outcome.sheet or "—"),
        ("Imported", f"{meta.imported_at:%Y-%m-%d %H:%M} UTC"),
        ("Stored", told),
        ("Terms", terms.in_words(rights) if rights else "not stated"),
        ("Rows with something to say", f"{int((outcome.status > 0).sum()):,}"),
    ]
    try:
        return write_reports(settings.home / "reports", stem, outcome, header)
    except DataProblem as problem:
        outcome.notes.append(f"the report could not be written ({problem})")
        return None
