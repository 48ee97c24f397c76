"""Verbs of sources: check the links, list what is dead."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from geodata.settings import from_environment
from geodata.values import DataProblem

if TYPE_CHECKING:
    from geodata.links.ledger import LinkRow

    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse names the type only so


def register(verbs: Verbs) -> None:
    """Add the verb `sources`."""
    verb = verbs.add_parser("sources", help="the links of the sources: check them, list what is not there any more")
    verb.set_defaults(run=_list)
    does = verb.add_subparsers(title="what to do", metavar="ACTION")
    check = does.add_parser("check", help="visit the links, one after another; nothing else in Njia visits anything")
    check.add_argument("ids", nargs="*", metavar="SOURCE", help="ids of sources (default: all)")
    check.add_argument("--older-than", type=int, metavar="DAYS", help="leave out what was visited more recently")
    check.add_argument("--archive", action="store_true", help="also ask archive.org for an archived address")
    check.add_argument("--no-copy", action="store_true", help="keep no private copy of the pages")
    check.set_defaults(run=_check)
    does.add_parser("list", help="what the last visits found").set_defaults(run=_list)


def _check(args: argparse.Namespace) -> int:
    from geodata.facts import sources  # noqa: PLC0415 - pandas only when a verb runs
    from geodata.links.check import ARCHIVE, CheckPlan, check  # noqa: PLC0415
    from geodata.links.ledger import folder  # noqa: PLC0415
    from geodata.links.visit import Visitor  # noqa: PLC0415
    from geodata.release.publication import today  # noqa: PLC0415 - the calendar lives there

    settings = from_environment()
    table = sources.load(settings)
    known = dict(zip(table["source_id"], table["url"], strict=True))
    if strange := [name for name in args.ids if name not in known]:
        raise DataProblem(f"‘{strange[0][:60]}’ is no source; the page of sources lists their ids.")
    wanted = [(name, url) for name, url in known.items() if not args.ids or name in args.ids]
    plan = CheckPlan(
        on=today(), keep_copies=not args.no_copy, archive=ARCHIVE if args.archive else "", older_than=args.older_than
    )
    bar = _Bar()
    try:
        check(settings, wanted, plan, Visitor(), bar.tick)
    except OSError as problem:
        raise DataProblem(
            f"The ledger of links could not be written in {folder(settings)} ({problem.strerror or problem}); make "
            "room or give write permission, then check again."
        ) from problem
    finally:
        bar.close()
    return _list(args)


class _Bar:
    """A bar on the error output while links are visited; nothing where nobody looks."""

    WIDTH = 30

    def __init__(self) -> None:
        self.shown = sys.stderr.isatty()

    def tick(self, done: int, total: int, link: LinkRow) -> None:
        """Show how far it is."""
        if self.shown:
            full = self.WIDTH * done // max(total, 1)
            line = f"{'█' * full}{'·' * (self.WIDTH - full)} {done}/{total} {link.source_id[:40]}: {link.state}"
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        """End the line."""
        if self.shown:
            print(file=sys.stderr)


def _list(args: argparse.Namespace) -> int:
    from geodata.links import ledger  # noqa: PLC0415 - only when a verb runs
    from geodata.links.check import count_states, dead  # noqa: PLC0415

    del args
    links = ledger.read(from_environment()).values()
    for link in dead(links):
        since = f"since {link.failing_since}" if link.failing_since else f"on {link.last_checked}"
        print(f"{link.source_id}  {link.state} {since}  {link.url}  archived: {link.archive_url or '–'}")
    states = ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in count_states(links).items())
    print(f"{len(links)} links checked: {states}." if links else "No link was ever checked; run `sources check`.")
    return 0
