"""`python app.py build`: check the evidence, with what this user added, and make what the web process opens."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from geodata.settings import from_environment

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse names the type only so


def register(verbs: Verbs) -> None:
    """Add the verb `build`."""
    verb = verbs.add_parser("build", help="check the evidence files, then make the public-record release")
    verb.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Build, and print what was made."""
    from geodata.build.everything import build_everything  # noqa: PLC0415 - GeoPandas is only needed here

    del args
    made = build_everything(from_environment())
    print(
        f"Release {made.release[:12]} on boundaries {made.edition}: {made.counties} counties, {made.incidents} events, "
        f"{made.sources} sources, {made.statements} role statements, {made.legs} corridor legs, "
        f"{made.responses} responses."
    )
    return 0
