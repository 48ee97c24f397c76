"""`import`, `batches`, `undo`, `variables`: case files on the command line."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geodata.intake import rights_options
from geodata.settings import from_environment
from geodata.values import DataProblem

if TYPE_CHECKING:
    from geodata.intake.outcome import Outcome
    from geodata.intake.run import Imported, Options
    from geodata.intake.table import Table

Verbs = Any  # argparse._SubParsersAction, which argparse does not name in public

ALL_STORED, NOTHING_STORED, SOME_WAIT = 0, 1, 2
_SLOW_ROWS = 50_000
_MOST_LINES = 40
"""Words and spellings a command line lists; the desk shows all."""


def register(verbs: Verbs) -> None:
    """Add the verbs of the intake."""
    take = verbs.add_parser(
        "import", help="import case files (CSV, XLSX, ODS, DOCX, Stata, SPSS, Parquet, JSON, map files)"
    )
    take.add_argument("files", nargs="+", type=Path, metavar="FILE")
    take.add_argument("--map", type=Path, metavar="PROFILE", help="YAML profile that says which column is what")
    take.add_argument("--save-map", type=Path, metavar="PROFILE", help="write the decisions taken to a profile")
    take.add_argument("--dataset", help="the caseload the files belong to (default: caseload)")
    take.add_argument(
        "--as", dest="answers", action="append", default=[], metavar="ANSWER",
        help="what the file is a list of: trafficking, smuggling, cases, only or none; question=answer for any other",
    )  # fmt: skip
    rights_options.add(take)
    take.add_argument("--yes", action="store_true", help="take every suggestion without asking")
    take.add_argument("--json", action="store_true", help="print one JSON object")
    take.set_defaults(run=run_import)
    batches = verbs.add_parser("batches", help="list what has been imported")
    batches.add_argument("--dataset")
    batches.add_argument("--json", action="store_true")
    batches.set_defaults(run=run_batches)
    undo = verbs.add_parser("undo", help="take an import out of the vault")
    undo.add_argument("batch", type=int, metavar="BATCH")
    undo.set_defaults(run=run_undo)
    variables = verbs.add_parser("variables", help="print the data dictionary of a case")
    variables.set_defaults(run=run_variables)


def run_import(args: argparse.Namespace) -> int:
    """Import files; 0 everything stored, 2 something waits, was left out or has to be answered, 1 nothing stored."""
    from geodata.intake import terms  # noqa: PLC0415
    from geodata.intake.asking_cli import TerminalAsker  # noqa: PLC0415
    from geodata.intake.profile import Profile, load_profile, save_profile  # noqa: PLC0415 - keeps --help quick
    from geodata.intake.questions import take_answers  # noqa: PLC0415 - keeps --help quick
    from geodata.intake.run import DATASET, Options, import_file  # noqa: PLC0415
    from geodata.vault import open_vault  # noqa: PLC0415

    os.umask(0o077)
    settings = from_environment()
    profile = load_profile(args.map) if args.map else Profile()
    progress = Progress(quiet=args.json)

    def say_first(outcome: Outcome) -> None:
        """Say what a file is taken for, before anything of it is stored."""
        progress.close()
        if not args.json:
            print(f"{outcome.file_name}: {outcome.paragraph()}", flush=True)

    ask = TerminalAsker() if sys.stdin.isatty() and not args.json and not args.yes else None
    options = Options(
        dataset=args.dataset or profile.dataset or DATASET, profile=profile, yes=args.yes, ask=ask,
        tick=progress.tick, opened=progress.open, checked=say_first,
        answers=tuple(take_answers(args.answers).items()), rights=rights_options.required(args, ask),
    )  # fmt: skip
    vault = open_vault(settings)
    terms.carry_over(settings, vault)
    done: list[tuple[Path, Imported]] = []
    problems: list[str] = []
    for path in args.files:
        try:
            imported = import_file(path, settings, vault, options)
            done.append((path, imported))
            if not args.json:
                print(summary(imported))
        except DataProblem as problem:
            problems.append(str(problem))
        finally:
            progress.close()
    if args.save_map:
        save_profile(args.save_map, profile)
    if args.json:
        print(json.dumps(as_json(done, problems, options), ensure_ascii=False))
    for sentence in problems:
        print(sentence, file=sys.stderr)
    return exit_status([imported for _, imported in done], problems)


def exit_status(done: list[Imported], problems: list[str]) -> int:
    """Return the exit status of an import."""
    from geodata.intake.outcome import Status  # noqa: PLC0415

    if any(imported.outcome.blocked for imported in done):
        return SOME_WAIT
    if not any(imported.stored for imported in done):
        return NOTHING_STORED
    waiting = any((imported.outcome.status > Status.CORRECTED).any() for imported in done)
    left_out = any(imported.outcome.left_out or imported.outcome.questions for imported in done)
    return SOME_WAIT if waiting or left_out or problems else ALL_STORED


def as_json(done: list[tuple[Path, Imported]], problems: list[str], options: Options) -> dict[str, Any]:
    """Return the object `import --json` prints."""
    from geodata.intake.outcome import Status  # noqa: PLC0415
    from geodata.intake.privacy import LABELS  # noqa: PLC0415

    rows: list[dict[str, Any]] = []
    dropped: dict[str, int] = {}
    for path, imported in done:
        extra = {"file": path.name} if len(done) > 1 else {}
        rows += [{**row, **extra} for row in imported.outcome.row_objects()]
        for kind, (cells, _) in imported.outcome.dropped.items():
            if kind:
                dropped[LABELS[kind]] = dropped.get(LABELS[kind], 0) + cells
    answer: dict[str, Any] = {
        status.word: sum(imported.outcome.count(status) for _, imported in done) for status in Status
    }
    answer |= {
        "persons": sum(_persons(imported) for _, imported in done),
        "coverage": _coverage([imported for _, imported in done]),
        "questions": [question for path, imported in done for question in _questions(imported, path.name)],
        "rows": rows,
        "dataset": options.dataset,
        "files": [_file_json(path, imported) for path, imported in done],
        "kept_out": dropped,
    }
    if problems:
        answer["problems"] = problems
    return answer


def _file_json(path: Path, imported: Imported) -> dict[str, Any]:
    stored, outcome = imported.stored, imported.outcome
    return {
        "file": path.name,
        "sheet": outcome.sheet,
        "batch": stored.batch_id if stored else None,
        "replaced": bool(stored and stored.replaced),
        "stored": stored.rows if stored else 0,
        "counted": stored.counted if stored else 0,
        "row_is": outcome.row_is,
        "persons": _persons(imported),
        "coverage": _coverage([imported]),
        "questions": _questions(imported, path.name),
        "notes": outcome.notes,
        "unsure_columns": {outcome.heading(place): name for place, name in outcome.unsure.items()},
        "report": str(imported.report) if imported.report else None,
    }


def _persons(imported: Imported) -> int:
    """Return how many persons were counted, or would be once the questions are answered."""
    return imported.stored.counted if imported.stored else imported.outcome.persons


def _coverage(done: list[Imported]) -> dict[str, dict[str, Any]]:
    """Return by field from which column it is taken, and of how many rows it is known."""
    objects: dict[str, dict[str, Any]] = {}
    for imported in done:
        for cover in imported.outcome.coverage:
            held = objects.setdefault(cover.field, {"column": cover.column, "known": 0, "of": 0})
            held["known"] += cover.known
            held["of"] += cover.of
    return objects


def _questions(imported: Imported, file: str) -> list[dict[str, Any]]:
    """Return everything that waits for an answer: about the file, about words and about counties."""
    outcome = imported.outcome
    objects = [
        {
            "file": file, "question": question.key, "text": question.text, "suggestion": question.suggestion,
            "blocks": question.blocks, "rows": question.n_rows,
            "answers": {choice.code: choice.label for choice in question.choices},
        }
        for question in outcome.questions
    ]  # fmt: skip
    objects += [
        {
            "file": file, "question": "word",
            "text": f"‘{doubt.word}’ in {outcome.heading(doubt.column)}: {doubt.reason}",
            "suggestion": doubt.suggestion, "blocks": False, "rows": doubt.n_rows,
        }
        for doubt in outcome.words if doubt.waiting
    ]  # fmt: skip
    objects += [
        {
            "file": file, "question": "date", "text": f"{outcome.heading(dated.column)}: {dated.reason}",
            "suggestion": "", "blocks": False, "rows": dated.n_rows,
        }
        for dated in outcome.dates
    ]  # fmt: skip
    objects += [
        {
            "file": file, "question": "county", "text": doubt.reason, "suggestion": doubt.pcode, "blocks": False,
            "rows": doubt.n_rows, "answers": {pcode: pcode for pcode in doubt.candidates},
        }
        for doubt in outcome.doubts
    ]  # fmt: skip
    return objects


def _waiting(rows: int) -> str:
    return f"{rows:,} rows wait" if rows != 1 else "1 row waits"


def _open_lines(imported: Imported) -> list[str]:
    """Return what waits for an answer, as a person at a command line reads it."""
    outcome, lines = imported.outcome, []
    for question in outcome.questions:
        lines.append(f"  Question: {question.text}")
        for choice in question.choices:
            mark = " (suggested)" if choice.code == question.suggestion else ""
            name = choice.code if question.key == "list" else f"{question.key}={choice.code}"
            shown = f"'{name}'" if " " in name else name
            lines.append(f"    --as {shown}   {choice.label}{mark}")
    waiting = [doubt for doubt in outcome.words if doubt.waiting]
    for doubt in waiting[:_MOST_LINES]:
        meant = f"; it may mean {doubt.suggestion.replace('_', ' ')}" if doubt.suggestion else ""
        rows = _waiting(doubt.n_rows)
        lines.append(
            f"  What does ‘{doubt.word}’ mean in {outcome.heading(doubt.column)}? {rows}: {doubt.reason}{meant}."
        )
    for dated in outcome.dates[:_MOST_LINES]:
        rows = _waiting(dated.n_rows)
        lines.append(f"  Which date is ‘{dated.text}’ in {outcome.heading(dated.column)}? {rows}: {dated.reason}.")
    lines += [
        f"  Which county is ‘{spelling.spelling}’? {_waiting(spelling.n_rows)}: {spelling.reason}."
        for spelling in sorted(outcome.doubts, key=lambda doubt: -doubt.n_rows)[:_MOST_LINES]
    ]
    if waiting or outcome.dates or outcome.doubts:
        lines.append(
            "  Answer these on a terminal, at the steward’s desk, or with --map in a profile (‘words:’, "
            "‘dates:’, ‘counties:’)."
        )
    return lines


def summary(imported: Imported) -> str:
    """Return what a person is told about one file after its first paragraph."""
    from geodata.intake.headings import label_of  # noqa: PLC0415
    from geodata.intake.outcome import Status  # noqa: PLC0415
    from geodata.intake.privacy import LABELS  # noqa: PLC0415
    from geodata.vault.spending import WAITS  # noqa: PLC0415

    outcome, stored = imported.outcome, imported.stored
    first = (
        f"  {len(outcome.rows):,} rows — {outcome.count(Status.ACCEPTED):,} accepted, "
        f"{outcome.count(Status.CORRECTED):,} corrected, {outcome.count(Status.TO_CONFIRM):,} waiting for you, "
        f"{outcome.count(Status.REJECTED):,} rejected."
    )
    lines = [first]
    if stored:
        again = " in place of the earlier import" if stored.replaced else ""
        lines.append(f"  Stored as batch {stored.batch_id}{again}: {stored.rows:,} rows, {stored.counted:,} counted.")
        if stored.replaced_measured:
            lines.append(f"  {WAITS}")
    else:
        why = " yet: the questions below must be answered first" if outcome.blocked else ""
        lines.append(f"  Nothing was stored{why}.")
    lines += _open_lines(imported)
    kept_out = [f"{cells:,} {LABELS[kind]}" for kind, (cells, _) in sorted(outcome.dropped.items()) if kind and cells]
    if kept_out:
        lines.append(f"  Kept out and never stored: {'; '.join(kept_out)}.")
    lines += [
        f"  {outcome.heading(place)} may be {label_of(name)}; it was not read. Decide with --map or at the desk."
        for place, name in outcome.unsure.items()
    ]
    lines += [f"  Note: {note}." for note in outcome.notes]
    if imported.report:
        lines.append(f"  Report: {imported.report}")
    return "\n".join(lines)


def run_batches(args: argparse.Namespace) -> int:
    """List the ledger."""
    from geodata.vault import open_vault  # noqa: PLC0415

    lines = open_vault(from_environment()).batches(args.dataset)
    if args.json:
        objects = [
            {
                "batch": line.batch_id, "revision": line.revision, "dataset": line.meta.dataset,
                "file": line.meta.file_name, "imported": line.meta.imported_at.isoformat(), "rows": line.rows,
                "counted": line.counted, "synthetic": line.meta.synthetic,
            }
            for line in lines
        ]  # fmt: skip
        print(json.dumps(objects, ensure_ascii=False))
        return 0
    for line in lines:
        print(
            f"{line.batch_id:>5}  {line.meta.imported_at:%Y-%m-%d %H:%M}  {line.meta.dataset:<16} "
            f"{line.rows:>9,} rows {line.counted:>9,} counted  {line.meta.file_name}",
        )
    if not lines:
        print("Nothing has been imported yet.")
    return 0


def run_undo(args: argparse.Namespace) -> int:
    """Take one batch out."""
    from geodata.vault import open_vault  # noqa: PLC0415
    from geodata.vault.spending import WAITS  # noqa: PLC0415

    gone = open_vault(from_environment()).undo(args.batch)
    print(f"Batch {gone.batch_id} ({gone.meta.file_name}, {gone.rows:,} rows) was taken out of {gone.meta.dataset}.")
    if gone.measured:
        print(WAITS)
    return 0


def run_variables(_args: argparse.Namespace) -> int:
    """Print the data dictionary."""
    from geodata.intake.dictionary import dictionary_page  # noqa: PLC0415

    print(dictionary_page(), end="")
    return 0


class Progress:
    """A bar on the error stream while a long file is read by a person."""

    def __init__(self, *, quiet: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        """``quiet`` never draws."""
        self.shown = not quiet and sys.stderr.isatty()
        self.clock, self.rows, self.started, self.name, self.drawn = clock, 0, clock(), "", False

    def open(self, table: Table) -> None:
        """Start with a new table."""
        self.rows, self.started, self.name = 0, self.clock(), table.path.name

    def tick(self, rows: int) -> None:
        """Count rows read and redraw."""
        self.rows += rows
        if self.shown and self.rows >= _SLOW_ROWS:
            speed = self.rows / max(self.clock() - self.started, 1e-6)
            print(f"\r{self.name}: {self.rows:,} rows read, {speed:,.0f} rows/s ", end="", file=sys.stderr, flush=True)
            self.drawn = True

    def close(self) -> None:
        """Leave the line."""
        if self.drawn:
            print(file=sys.stderr)
            self.drawn = False
