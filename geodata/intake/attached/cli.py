"""`vault attach`, `list`, `look`, `detach`: archives elsewhere, on the command line."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geodata.intake import rights_options
from geodata.settings import DataSettings, from_environment
from geodata.values import DataProblem

if TYPE_CHECKING:
    from geodata.intake.attached.archive import AttachedArchive
    from geodata.intake.attached.mapping import Mapped

Verbs = Any  # argparse._SubParsersAction, which argparse does not name in public

ALL_MAPPED, SOME_NOT = 0, 2
_MOST_LINES = 20


def register(verbs: Verbs) -> None:
    """Add the verb."""
    verb = verbs.add_parser("vault", help="measure an agency's own Parquet archive where it lies, read-only")
    parts = verb.add_subparsers(dest="part", required=True)
    attach = parts.add_parser("attach", help="attach a folder, an S3 address or an Iceberg table as a dataset")
    attach.add_argument("name", help="of the dataset")
    attach.add_argument("address", help="/folder, s3://bucket/folder, iceberg:/table or iceberg:s3://bucket/table")
    attach.add_argument(
        "--profile", type=Path, required=True, metavar="FILE", help="YAML profile: which column is what, as at import"
    )
    attach.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb", help="default: %(default)s")
    rights_options.add(attach)
    attach.set_defaults(run=run_attach)
    listing = parts.add_parser("list", help="list what is attached; opens nothing")
    listing.add_argument("--json", action="store_true", help="print one JSON array")
    listing.set_defaults(run=run_list)
    look = parts.add_parser("look", help="say again what of an archive can be mapped and what cannot")
    look.add_argument("name", help="of the dataset")
    look.set_defaults(run=run_look)
    detach = parts.add_parser("detach", help="forget an archive; nothing of it is touched")
    detach.add_argument("name", help="of the dataset")
    detach.set_defaults(run=run_detach)


def run_attach(args: argparse.Namespace) -> int:
    """Attach an archive on stated terms after looking at all of it; 0 everything maps, 2 some of it does not."""
    from geodata.intake.asking_cli import TerminalAsker  # noqa: PLC0415
    from geodata.intake.attached import card as cards  # noqa: PLC0415 - keeps --help quick
    from geodata.intake.attached.address import read_address  # noqa: PLC0415
    from geodata.intake.attached.archive import AttachedArchive, source_of  # noqa: PLC0415
    from geodata.intake.profile import load_profile  # noqa: PLC0415
    from geodata.vault import open_vault  # noqa: PLC0415

    os.umask(0o077)
    settings = from_environment()
    address, profile = read_address(args.address), load_profile(args.profile)
    cards.folder_of(settings, args.name)  # refuses what cannot be a name
    if cards.is_attached(settings, args.name):
        raise DataProblem(f"An archive '{args.name}' is attached already; detach it first, or take another name.")
    if open_vault(settings).batches(args.name):
        raise DataProblem(f"The vault holds imported cases under the name '{args.name}'; take another for the archive.")
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    card = cards.ArchiveCard(args.name, address.text, args.engine, moment)
    archive = AttachedArchive(card, profile, source_of(card, settings), settings)
    rights = rights_options.required(args, TerminalAsker() if sys.stdin.isatty() else None)
    held = _looked(archive)
    cards.write_card(settings, replace(card, terms=rights.model_dump_json()), profile)
    print(f"Attached as '{args.name}'. Measure and publish it with: python app.py publish --dataset {args.name}")
    return SOME_NOT if held.reasons else ALL_MAPPED


def run_look(args: argparse.Namespace) -> int:
    """Look at an attached archive again."""
    archive = _opened(from_environment(), args.name)
    return SOME_NOT if _looked(archive).reasons else ALL_MAPPED


def run_list(args: argparse.Namespace) -> int:
    """List what is attached."""
    from geodata.intake.attached import card as cards  # noqa: PLC0415

    known = cards.cards(from_environment())
    if args.json:
        rows = [{"name": card.name, "address": card.address, "engine": card.engine} for card in known]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0
    for card in known:
        print(f"{card.name:<20} {card.engine:<7} {card.address}  (since {card.attached_at[:10]})")
    if not known:
        print("Nothing is attached; 'vault attach NAME ADDRESS --profile FILE' attaches an archive.")
    return 0


def run_detach(args: argparse.Namespace) -> int:
    """Forget an archive."""
    from geodata.intake.attached import card as cards  # noqa: PLC0415

    spent = cards.forget(from_environment(), args.name)
    print(f"Archive '{args.name}' is detached; nothing of it was touched, and its releases stay.")
    if spent:
        print("What its releases have cost stays in the privacy ledger and counts when it is attached again.")
    return 0


def _opened(settings: DataSettings, name: str) -> AttachedArchive:
    from geodata.intake.attached.archive import open_attached  # noqa: PLC0415

    return open_attached(settings, name)


def _looked(archive: AttachedArchive) -> Mapped:
    """Read an archive, and print what its rows are mapped to. True counts, on the steward's own screen only."""
    from geodata.intake.attached.mapping import headings_in_words, wanted_of  # noqa: PLC0415

    parts = archive.source.parts()
    rows, held = archive.source.rows(parts), archive.look(parts)
    wanted = wanted_of(archive.profile, archive.card.address)
    cases = sum(held.standing.values())
    print(f"{archive.card.address}: {len(parts):,} parts, {rows:,} rows. Read: {', '.join(headings_in_words(wanted))}.")
    print(
        f"  {cases:,} cases — {held.measured:,} will be measured, {held.standing.get('to_confirm', 0):,} wait for a "
        f"decision in the profile, {held.standing.get('rejected', 0):,} cannot be."
    )
    if not wanted.case:
        print("  No column is mapped to case_id: every row counts as a person of its own, however often it is written.")
    elif rows > cases:
        print(f"  {rows - cases:,} rows repeat a case that is counted already; each case counts once.")
    for where, text, number in held.reasons[:_MOST_LINES]:
        print(f"  {number:,} cases, {where}: {text}.")
    for spelling, reason in held.spellings[:_MOST_LINES]:
        print(f"  Which county is ‘{spelling}’? {reason}. Answer in the profile, below ‘counties:’.")
    return held
