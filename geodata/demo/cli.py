"""`demo`: make a synthetic caseload, import it and publish it, to learn and to train with."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geodata.settings import DataSettings, from_environment
from geodata.values import DataProblem

if TYPE_CHECKING:
    from geodata.vault import Vault

Verbs = Any  # argparse._SubParsersAction, which argparse does not name in public

DEFAULT_ROWS = 20_000
FILE_NAME = "synthetic-caseload.csv"
LARGEST_FILE = 200_000
"""Rows up to which the demo writes and imports a file; more go into the vault directly."""


def register(verbs: Verbs) -> None:
    """Add the verb."""
    demo = verbs.add_parser("demo", help="make, import and publish a synthetic caseload for training")
    demo.add_argument("--rows", type=int, default=DEFAULT_ROWS, metavar="N", help=f"cases (default {DEFAULT_ROWS})")
    demo.add_argument("--seed", type=int, default=1, help="another seed, other cases")
    demo.add_argument("--file", type=Path, metavar="CSV", help="only write the cases to a file, to import by hand")
    demo.add_argument("--json", action="store_true", help="print one JSON object")
    demo.set_defaults(run=run_demo)


@dataclass(frozen=True, slots=True)
class Stored:
    """What the dataset ``demo`` holds now."""

    rows: int
    counted: int
    batches: int


def run_demo(args: argparse.Namespace) -> int:
    """Make the caseload; 0 when it is imported and published."""
    if args.rows < 1:
        raise DataProblem(f"A demo of {args.rows} cases is none; give --rows a number of 1 or more.")
    settings = from_environment()
    if args.file is not None:
        write_file(settings, args.file, args.rows, args.seed)
        print(f"{args.rows:,} synthetic cases are in {args.file}. Nothing is imported yet.")
        return 0
    stored = fill(settings, args.rows, args.seed)
    told = {"rows": stored.rows, "counted": stored.counted, "batches": stored.batches}
    print(json.dumps(told) if args.json else f"{stored.counted:,} synthetic cases are in the dataset 'demo'.")
    return publish(as_json=args.json)


def write_file(settings: DataSettings, path: Path, rows: int, seed: int) -> None:
    """Write a synthetic caseload as a KoboToolbox export; a file that is there is not overwritten."""
    from geodata.demo import cases as demo  # noqa: PLC0415 - keeps --help quick
    from geodata.demo import files as demo_files  # noqa: PLC0415
    from geodata.facts import counties  # noqa: PLC0415 - keeps --help quick

    if path.exists():
        raise DataProblem(f"{path} is there already; give --file another name.")
    if rows > demo.CHUNK_ROWS:
        raise DataProblem(f"A demo file holds at most {demo.CHUNK_ROWS:,} cases; leave --file away for more.")
    table = counties.load(settings)
    names = dict(zip(table["pcode"], table["name"], strict=True))
    frame = demo_files.messy(next(demo.caseload(rows, seed)), names, seed)
    try:
        demo_files.write_csv(frame, path)
    except OSError as problem:
        raise DataProblem(f"{path} could not be written: {problem.strerror or problem}.") from problem


def fill(settings: DataSettings, rows: int, seed: int) -> Stored:
    """Put a synthetic caseload into the dataset ``demo``, in place of an earlier one."""
    from geodata.demo import cases as demo  # noqa: PLC0415 - keeps --help quick
    from geodata.vault import open_vault  # noqa: PLC0415

    vault = open_vault(settings)
    whole_file = rows <= LARGEST_FILE
    n_chunks = -(-rows // demo.CHUNK_ROWS)
    keys = {FILE_NAME} if whole_file else {f"synthetic-{number:03d}" for number in range(n_chunks)}
    for line in vault.batches(demo.DATASET):
        if line.meta.file_key not in keys:
            vault.undo(line.batch_id)
    if whole_file:
        _import_file(settings, vault, rows, seed)
    else:
        _store(vault, rows, seed)
    lines = vault.batches(demo.DATASET)
    return Stored(sum(line.rows for line in lines), sum(line.counted for line in lines), len(lines))


def publish(*, as_json: bool) -> int:
    """Publish the dataset ``demo`` as the verb ``publish`` does."""
    from geodata import cli  # noqa: PLC0415
    from geodata.demo import cases as demo  # noqa: PLC0415

    parser = argparse.ArgumentParser(prog="python app.py")
    verbs = parser.add_subparsers()
    cli.register(verbs)
    words = ["publish", "--dataset", demo.DATASET, "--alone", "--restate", "--why", "training"]
    args = parser.parse_args([*words, *(["--json"] if as_json else [])])
    return int(args.run(args))


def _import_file(settings: DataSettings, vault: Vault, rows: int, seed: int) -> None:
    """Go the way a user's file goes, through every check of the intake."""
    from geodata.demo import cases as demo  # noqa: PLC0415
    from geodata.intake.run import Options, import_file  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / FILE_NAME
        write_file(settings, path, rows, seed)
        done = import_file(path, settings, vault, Options(dataset=demo.DATASET, synthetic=True, yes=True))
    if done.stored is None:
        raise DataProblem("Not one row of the synthetic caseload could be imported; this is a fault of Njia.")


def _store(vault: Vault, rows: int, seed: int) -> None:
    """Store a large caseload chunk by chunk; every chunk is a batch."""
    from geodata.demo import cases as demo  # noqa: PLC0415
    from geodata.vault.batch import BatchMeta  # noqa: PLC0415

    for number, chunk in enumerate(demo.caseload(rows, seed)):
        key = f"synthetic-{number:03d}"
        meta = BatchMeta(demo.DATASET, key, key, synthetic=True, accepted=chunk.num_rows)
        vault.store_batch(meta, chunk)
        print(f"{chunk.num_rows:,} synthetic cases stored as {key}", file=sys.stderr)
