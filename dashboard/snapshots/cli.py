"""`python app.py snapshot LINK` and `python app.py snapshot verify HASH`."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from geodata.values import DataProblem

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse names the type only so


def register(verbs: Verbs) -> None:
    """Add the verb `snapshot`."""
    verb = verbs.add_parser("snapshot", help="freeze a view by its link, or verify a frozen one")
    verb.add_argument("what", help="a link such as '/?county=KE011', or the word verify")
    verb.add_argument("hash", nargs="?", default="", help="after verify: what follows /s/ in the address")
    verb.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Freeze or verify; print what came of it. Exit 1 when the figures differ."""
    from dashboard.snapshots.freeze import freeze, verify, view_of  # noqa: PLC0415
    from dashboard.view.site import choices_of  # noqa: PLC0415 - the world is opened only when this runs
    from geodata.query.snapshots import keep, snapshots_of  # noqa: PLC0415
    from geodata.query.world import open_world  # noqa: PLC0415
    from geodata.settings import from_environment  # noqa: PLC0415

    world = open_world(from_environment())
    kept = snapshots_of(world.settings)
    if args.what == "verify":
        name = args.hash.rsplit("/", 1)[-1].split("?")[0]
        snapshot, verdict = kept.get(name), verify(world, name)
        releases = ", ".join(
            f"{dataset} {release_id[:12]}" for dataset, release_id in snapshot.content["releases"].items()
        )
        if verdict.same:
            print(f"/s/{snapshot.name}: computed again from {releases}, byte for byte the same figures.")
            return 0
        print(f"/s/{snapshot.name}: computed again from {releases}, these figures differ: {verdict.difference}.")
        return 1
    if args.hash:
        raise DataProblem("Give one link, or the word verify and the hash of a frozen view.")
    state, notices = view_of(args.what, choices_of(world))
    snapshot = freeze(world, choices_of(world), state, datetime.now(UTC).date())
    new = keep(world, snapshot)
    for notice in notices:
        print(f"Not understood: {notice.key} = {notice.given}; {notice.used} is used instead.")
    print(f"/s/{snapshot.name}{'' if new else ' (it was frozen before)'}\n{snapshot.content['link']}")
    return 0
