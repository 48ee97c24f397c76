"""Verbs of the evidence desk: template, bring, add, list, approve, decline, take back, export."""

from __future__ import annotations

import argparse
import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from geodata.settings import from_environment
from geodata.values import DataProblem

if TYPE_CHECKING:
    from geodata.additions.drafts import AdditionBatch, Decision
    from geodata.additions.take import AdditionTaker

    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse names the type only so


def register(verbs: Verbs) -> None:
    """Add the verb `evidence`."""
    verb = verbs.add_parser(
        "evidence", help="add to the record, or correct it: what you bring waits for a second person"
    )
    verb.set_defaults(run=_list)
    does = verb.add_subparsers(title="what to do", metavar="ACTION")
    does.add_parser("list", help="what waits, what is approved").set_defaults(run=_list)
    action = does.add_parser("template", help="write the workbook to fill in")
    action.add_argument("out", type=Path)
    action.set_defaults(run=_template)
    action = does.add_parser("bring", help="read a filled-in workbook")
    action.add_argument("file", type=Path)
    _terms(action)
    action.set_defaults(run=_bring)
    action = does.add_parser("add", help="add one event, statement, response or source")
    action.add_argument("kind", help="event, statement, response or source; corridors come by workbook or at the desk")
    action.add_argument("fields", nargs="+", metavar="FIELD=TEXT")
    action.add_argument("--corrects", default="", metavar="ID", help="the row of the record that it corrects")
    _terms(action)
    action.set_defaults(run=_add)
    for name, run, words in (
        ("approve", _approve, "as a second person; the next build shows it"),
        ("decline", _decline, "turn it down"),
        ("take-back", _take_back, "leave out again what was approved"),
    ):
        action = does.add_parser(name, help=words)
        action.add_argument("id", nargs="+", help="the first six or more characters of its name")
        action.add_argument("--by", default="", metavar="NAME", help="who decides (default: this computer's user)")
        if name == "decline":
            action.add_argument("--because", required=True, help="a reason of the list (a wrong one prints the list)")
        action.set_defaults(run=run)
    action = does.add_parser("export", help="write what is approved as files that maintainers can take over")
    action.add_argument("out", type=Path)
    action.set_defaults(run=_export)


def _terms(action: argparse.ArgumentParser) -> None:
    """Add what is asked of every batch."""
    action.add_argument("--by", default="", metavar="NAME", help="who adds it (default: this computer's user)")
    action.add_argument("--legal-basis", default="published", help="on what it rests (default: %(default)s)")
    action.add_argument("--agreement", default="", help="reference of the consent form or agreement")
    action.add_argument("--purpose", default="public_record", help="what it is for (default: %(default)s)")
    action.add_argument(
        "--keep-until", default="", metavar="YEAR", help="last year it may be kept (default: in ten years)"
    )


def _taker() -> AdditionTaker:
    from geodata.additions.take import AdditionTaker  # noqa: PLC0415 - pandas only when a verb runs
    from geodata.release.publication import today  # noqa: PLC0415 - the calendar lives there

    return AdditionTaker(from_environment(), today())


def _who(args: argparse.Namespace) -> str:
    return args.by or getpass.getuser()


def _rights(args: argparse.Namespace, taker: AdditionTaker) -> dict[str, object]:
    return {
        "legal_basis": args.legal_basis,
        "agreement": args.agreement,
        "purpose": args.purpose,
        "keep_until": args.keep_until or taker.today.year + 10,
    }


def _list(args: argparse.Namespace) -> int:
    del args
    desk = _taker().desk
    for state in ("waiting", "approved"):
        pairs = desk.additions(state)
        for batch, addition in pairs:
            told = addition.told
            words = str(
                next((told[key] for key in ("summary", "statement", "name", "title") if key in told), "few children")
            )
            row = f"{'corrects ' if addition.replaces else ''}{addition.row_id}"
            print(f"{addition.name[:8]}  {batch.on}  {batch.by}  {addition.kind} {row}  {words[:80]}")
        print(f"{len(pairs)} {state}.")
    return 0


def _template(args: argparse.Namespace) -> int:
    from geodata.additions.workbook import template  # noqa: PLC0415
    from geodata.files import replace_file  # noqa: PLC0415

    replace_file(args.out.absolute(), template(from_environment().in_use()))
    print(f"Written: {args.out}")
    return 0


def _bring(args: argparse.Namespace) -> int:
    from geodata.intake.rights import read_rights  # noqa: PLC0415

    taker = _taker()
    rights = read_rights(_rights(args, taker))
    if not args.file.is_file():
        raise DataProblem(f"There is no file ‘{args.file}’.")
    book = taker.workbook(args.file)
    for row in book.refused:
        print(f"{row.sheet}, row {row.row}: {' '.join(row.problems)}")
    if book.taken.new:
        _report(taker.keep(book.taken, by=_who(args), rights=rights))
    print(f"{len(book.taken.new)} of {len(book.rows)} rows kept.")
    return 0 if not book.refused else 2 if book.taken.new else 1


def _add(args: argparse.Namespace) -> int:
    from geodata.intake.rights import read_rights  # noqa: PLC0415

    taker = _taker()
    rights = read_rights(_rights(args, taker))
    if strange := [pair for pair in args.fields if "=" not in pair]:
        raise DataProblem(f"‘{strange[0][:60]}’ is not FIELD=TEXT, such as county=Isiolo.")
    given = dict(pair.split("=", 1) for pair in args.fields)
    target = taker.target(args.kind, args.corrects) if args.corrects else None
    taken = taker.read(args.kind, {**(target.told if target else {}), **given}, target=target)
    _report(taker.keep(taken, by=_who(args), rights=rights))
    return 0


def _report(batch: AdditionBatch) -> None:
    for addition in batch.additions:
        print(f"{addition.name[:8]}  {addition.kind} {addition.row_id} waits for a second person.")
        for note in (*addition.notes, *(f"Perhaps told already: {words}" for words in addition.likely)):
            print(f"  {note}")


def _decision(args: argparse.Namespace, taker: AdditionTaker) -> Decision:
    from geodata.additions.drafts import Decision  # noqa: PLC0415

    return Decision(_who(args), taker.today, getattr(args, "because", ""))


def _approve(args: argparse.Namespace) -> int:
    taker = _taker()
    for name in args.id:
        taker.check_approval(name)
        _, addition = taker.desk.decide(name, "approved", _decision(args, taker))
        print(f"Approved: {addition.kind} {addition.row_id}; `python app.py build` makes the release that shows it.")
    return 0


def _decline(args: argparse.Namespace) -> int:
    taker = _taker()
    for name in args.id:
        _, addition = taker.desk.decide(name, "declined", _decision(args, taker))
        print(f"Declined: {addition.kind} {addition.name[:8]}.")
    return 0


def _take_back(args: argparse.Namespace) -> int:
    taker = _taker()
    for name in args.id:
        addition = taker.desk.take_back(name, _decision(args, taker))
        print(f"Taken back: {addition.kind} {addition.row_id}; `python app.py build` makes the release without it.")
    return 0


def _export(args: argparse.Namespace) -> int:
    from geodata.additions.export import export_additions  # noqa: PLC0415

    taker = _taker()
    approved = [addition for _, addition in taker.desk.additions("approved")]
    for name, rows in export_additions(taker.settings, approved, args.out).items():
        print(f"{args.out / name}: {rows} row{'s' * (rows != 1)}")
    return 0
