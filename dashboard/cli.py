"""The verbs of `python app.py`: serving here, data work registered by geodata's rooms.

Each room with verbs has a `cli.py` whose `register(verbs)` adds its sub-commands and sets
`run=function(args) -> exit status`. Rooms import their heavy libraries inside those functions,
so that `--help` stays quick. A `DataProblem` becomes one sentence and exit status 1.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dotenv import load_dotenv

from dashboard.briefing import cli as story_verbs
from dashboard.bundle import cli as bundle_verbs
from dashboard.export import cli as export_verb
from dashboard.snapshots import cli as snapshot_verbs
from dashboard.static_site import cli as site_verb
from geodata import cli as data_verbs
from geodata.values import DataProblem

COMMAND = "njia"
OWNER_ONLY = 0o077
"""Whatever is written under NJIA_HOME is readable by its owner alone."""
MADE_FOR_OTHERS = (bundle_verbs.run_bundle, export_verb.run_export, export_verb.run_briefs, site_verb.run_site)
"""Verbs whose files are made to be passed on."""
STEWARD_ONLY = {
    "docx", "duckdb", "duckdb_extension_avro", "duckdb_extension_httpfs", "duckdb_extension_iceberg", "fastexcel",
    "opendp", "polars", "psycopg", "pyreadstat", "pyspark", "sqlglot",
}  # fmt: skip
"""Packages of the extras `steward`, `spark` and `iceberg` in pyproject.toml."""
NOT_INSTALLED = (
    "This needs the packages for bringing cases in and publishing them ({package} is not there): "
    "install them with pip install 'njia[steward]' (for a Spark archive 'njia[spark]')."
)


def _asked_question(*view: Any) -> Any:
    """Return the map of a view's question; the lenses are opened only when a file is made."""
    from dashboard.lenses.on_paper import question_map  # noqa: PLC0415

    return question_map(*view)


def parser() -> argparse.ArgumentParser:
    """Build the parser with every verb."""
    top = argparse.ArgumentParser(
        prog=COMMAND if Path(sys.argv[0]).stem == COMMAND else "app.py",
        description="Njia: counter-trafficking evidence for Kenya's 47 counties.",
    )
    verbs = top.add_subparsers(title="verbs", metavar="VERB")
    serve = verbs.add_parser("serve", help="serve the map (the default)")
    serve.set_defaults(run=run_serve)
    steward = verbs.add_parser("steward", help="open the desk: import, publish and withdraw in a browser")
    steward.add_argument("--open", action="store_true", help="open the browser too")
    steward.set_defaults(run=run_steward)
    story_verbs.register(verbs)
    bundle_verbs.register(verbs)
    site_verb.register(verbs)
    export_verb.register(verbs, _asked_question)
    data_verbs.register(verbs)
    snapshot_verbs.register(verbs)
    return top


def run() -> int:
    """Run the verb of this process's command line (the console script ``njia``, or ``app.py``); return its status.

    Settings written in a file ``.env`` of the working folder count where the environment itself says nothing.
    """
    load_dotenv(Path.cwd() / ".env")
    return main(sys.argv[1:])


def main(argv: Sequence[str]) -> int:
    """Run one verb; return its exit status."""
    args = parser().parse_args(argv or ["serve"])
    if args.run not in MADE_FOR_OTHERS:
        os.umask(OWNER_ONLY)
    try:
        status: int = args.run(args)
    except DataProblem as problem:
        print(problem, file=sys.stderr)
        return 1
    except ModuleNotFoundError as absent:
        # A reader's site is installed without what opens a vault; anything else missing is a fault of ours.
        if absent.name is None or absent.name.partition(".")[0] not in STEWARD_ONLY:
            raise
        print(NOT_INSTALLED.format(package=absent.name), file=sys.stderr)
        return 1
    return status


def run_serve(args: argparse.Namespace) -> int:
    """Serve the map until stopped."""
    gc.disable()  # imports leave no garbage; `serve` turns it on again
    from dashboard.server.serve import serve  # noqa: PLC0415 - Dash is only needed here

    del args
    return serve()


def run_steward(args: argparse.Namespace) -> int:
    """Serve the steward's desk, on this computer only, until it is closed."""
    from dashboard.steward.serve import serve  # noqa: PLC0415 - the public site must not know the desk

    return serve(open_browser=args.open)
