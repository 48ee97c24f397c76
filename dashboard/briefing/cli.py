"""`story check FILE`: what a story's author wants to know before the meeting."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from geodata.values import DataProblem

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse names the type only so


def register(verbs: Verbs) -> None:
    """Add the verb `story`."""
    story = verbs.add_parser("story", help="check a briefing's story")
    what = story.add_subparsers(title="actions", metavar="ACTION", required=True)
    check = what.add_parser("check", help="say whether a story can be shown, and what is wrong with it")
    check.add_argument("file", type=Path, help="the story, a YAML file")
    check.set_defaults(run=run_check)


def run_check(args: argparse.Namespace) -> int:
    """Check a story's text, links, sources and figures; exit status 1 when something is wrong."""
    from dashboard.briefing.steps import problems  # noqa: PLC0415
    from dashboard.briefing.story import load  # noqa: PLC0415
    from dashboard.settings import ASSETS  # noqa: PLC0415
    from dashboard.view.site import make_site  # noqa: PLC0415
    from dashboard.web.static import Assets  # noqa: PLC0415 - the site is only needed here
    from geodata.query.world import open_world  # noqa: PLC0415
    from geodata.settings import from_environment  # noqa: PLC0415

    story = load(args.file)
    problems_found = list(problems(make_site(open_world(from_environment()), Assets(ASSETS)), story))
    if problems_found:
        raise DataProblem("\n".join(problems_found))
    missing = sorted({lang for step in story.steps for lang in ("en", "sw") if lang not in step.title})
    print(f"{args.file.name}: {len(story.steps)} steps, in order.")
    if missing:
        print(
            f"Without a title in every step: {', '.join(missing)}. Their readers see another language.", file=sys.stderr
        )
    return 0
