"""`bundle STORY-OR-LINK --out PLACE`: the folder or zip for a stick."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse names the type only so


def register(verbs: Verbs) -> None:
    """Add the verb `bundle`."""
    bundle = verbs.add_parser("bundle", help="put a story or a link into a folder or zip that needs no server")
    bundle.add_argument("what", help="a story's name, a story's file (.yaml), or a link of the map")
    bundle.add_argument("--out", type=Path, required=True, help="a new folder, or a file ending in .zip")
    bundle.add_argument("--lang", default="en", choices=("en", "sw"), help="language (default: en)")
    bundle.set_defaults(run=run_bundle)


def run_bundle(args: argparse.Namespace) -> int:
    """Gather and write; print where it is, what to open, and its size."""
    from dashboard.briefing.pages import folders, story_of  # noqa: PLC0415 - the site is only needed here
    from dashboard.briefing.steps import problems  # noqa: PLC0415
    from dashboard.briefing.story import folder_stories, load  # noqa: PLC0415
    from dashboard.bundle.gather import bundle, one_step  # noqa: PLC0415
    from dashboard.bundle.write import write  # noqa: PLC0415
    from dashboard.server.app import create_app  # noqa: PLC0415
    from dashboard.settings import AppSettings  # noqa: PLC0415
    from geodata.query.world import open_world  # noqa: PLC0415
    from geodata.settings import from_environment  # noqa: PLC0415
    from geodata.values import DataProblem  # noqa: PLC0415

    app = create_app(open_world(from_environment()), AppSettings())
    site = app.site
    if args.what in folder_stories(*folders(site.world)):
        story = story_of(site, args.what)
    elif args.what.endswith((".yaml", ".yml")):
        story = load(Path(args.what))
        if problems_found := list(problems(site, story)):
            raise DataProblem("\n".join(problems_found))
    else:
        story = one_step(site, args.what, args.lang)
    files = bundle(app.server, site, story, args.lang)
    place = write(files, args.out)
    size = sum(map(len, files.values())) / 1e6
    print(f"{place}: {len(files)} files, {size:.1f} MB. Open index.html; it needs neither Python nor a network.")
    return 0
