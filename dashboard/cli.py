"""The verbs of `python app.py`: serving here, data work registered by geodata's rooms.

Each room with verbs has a `cli.py` whose `register(verbs)` adds its sub-commands and sets
`run=function(args) -> exit status`. Rooms import their heavy libraries inside those functions,
so that `--help` stays quick. A `DataProblem` becomes one sentence and exit status 1.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Sequence

from dashboard.briefing import cli as story_verbs
from dashboard.bundle import cli as bundle_verbs
from dashboard.export import cli as export_verb
from dashboard.snapshots import cli as snapshot_verbs
from geodata import cli as data_verbs
from geodata.values import DataProblem


def parser() -> argparse.ArgumentParser:
    """Build the parser with every verb."""
    top = argparse.ArgumentParser(
        prog="app.py", description="Njia: counter-trafficking evidence for Kenya's 47 counties."
    )
    verbs = top.add_subparsers(title="verbs", metavar="VERB")
    serve = verbs.add_parser("serve", help="serve the map (the default)")
    serve.set_defaults(run=run_serve)
    steward = verbs.add_parser("steward", help="open the desk: import, publish and withdraw in a browser")
    steward.add_argument("--open", action="store_true", help="open the browser too")
    steward.set_defaults(run=run_steward)
    story_verbs.register(verbs)
    bundle_verbs.register(verbs)
    export_verb.register(verbs)
    data_verbs.register(verbs)
    snapshot_verbs.register(verbs)
    return top


def main(argv: Sequence[str]) -> int:
    """Run one verb; return its exit status."""
    args = parser().parse_args(argv or ["serve"])
    try:
        status: int = args.run(args)
    except DataProblem as problem:
        print(problem, file=sys.stderr)
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
