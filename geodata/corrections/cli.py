"""Verbs of corrections: list, approve, reject, take back, export."""

from __future__ import annotations

import argparse
import csv
import sys
from dataclasses import asdict, fields
from typing import TYPE_CHECKING

from geodata.settings import from_environment
from geodata.values import escape_formula

if TYPE_CHECKING:
    from geodata.corrections.contracts import Correction
    from geodata.corrections.decide import CorrectionDesk

    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse names the type only so


def register(verbs: Verbs) -> None:
    """Add the verb `corrections`."""
    verb = verbs.add_parser("corrections", help="what readers say is wrong or missing: list, approve, reject, export")
    verb.set_defaults(run=_list)
    does = verb.add_subparsers(title="what to do", metavar="ACTION")
    does.add_parser("list", help="what waits, then what was approved").set_defaults(run=_list)
    for name, run, words in (("approve", _approve, "make it a source"), ("reject", _reject, "turn it down")):
        action = does.add_parser(name, help=words)
        action.add_argument("id", help="the first six or more characters of its name")
        action.add_argument("--because", required=True, help="a reason of the list (a wrong action prints the list)")
        action.set_defaults(run=run)
    back = does.add_parser("take-back", help="remove an approved correction from the sources again")
    back.add_argument("id", help="its source id, correction-…")
    back.set_defaults(run=_take_back)
    out = does.add_parser("export", help="what waits, as CSV on the output")
    out.set_defaults(run=_export)


def _line(correction: Correction) -> str:
    """Return what waits in one line: name, day, county, what is wrong, what is right, source, who says so."""
    told = (correction.to_county, correction.year, correction.number, correction.nature, correction.role)
    right = ", ".join(str(value) for value in told if value not in ("", None)) or "–"
    named = (correction.name[:12], correction.received, correction.county, correction.item, correction.wrong)
    return f"{'  '.join(named)}  right: {right}  source: {correction.source or '–'}  by: {correction.reporter}"


def _desk() -> CorrectionDesk:
    from geodata.corrections.decide import CorrectionDesk  # noqa: PLC0415 - only when a verb runs
    from geodata.corrections.queue import folder_of  # noqa: PLC0415

    return CorrectionDesk(folder_of(from_environment()))


def _list(args: argparse.Namespace) -> int:
    from geodata.corrections.decide import approved  # noqa: PLC0415 - only when a verb runs

    del args
    desk = _desk()
    waiting = desk.queue.list()
    for correction in waiting:
        print(_line(correction))
    print(f"{len(waiting)} waiting.")
    for row in approved(desk.home):
        print(f"{row.source_id}  {row.decided}  {row.county}  {row.item}  {row.wrong}  {row.because}")
    if broken := desk.queue.damaged():
        print(f"{broken} damaged file(s) in {desk.queue.waiting} were left out.", file=sys.stderr)
    return 0


def _approve(args: argparse.Namespace) -> int:
    from geodata.release.publication import today  # noqa: PLC0415 - the calendar lives there

    row = _desk().approve(args.id, because=args.because, on=today())
    print(f"Approved as {row.source_id}; the site shows it at {row.item} in {row.county} within a second.")
    return 0


def _reject(args: argparse.Namespace) -> int:
    from geodata.release.publication import today  # noqa: PLC0415

    correction = _desk().reject(args.id, because=args.because, on=today())
    print(f"Rejected {correction.name[:12]}; what it claimed is not kept.")
    return 0


def _take_back(args: argparse.Namespace) -> int:
    _desk().take_back(args.id)
    print(f"{args.id} is no source any more.")
    return 0


def _export(args: argparse.Namespace) -> int:
    from geodata.corrections.contracts import Correction  # noqa: PLC0415

    del args
    writer = csv.DictWriter(sys.stdout, [field.name for field in fields(Correction)], lineterminator="\n")
    writer.writeheader()
    rows = (asdict(correction) for correction in _desk().queue.list())
    writer.writerows({name: escape_formula(value) for name, value in row.items()} for row in rows)
    return 0
