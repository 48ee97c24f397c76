"""`python app.py export LINK`: the button of the map page without a browser; the same brief, the same makers."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from dashboard.export.model import TEMPLATES
from geodata.values import DataProblem

Verbs = Any  # argparse._SubParsersAction, which argparse does not name in public


def register(verbs: Verbs, ask: Callable[..., Any]) -> None:
    """Add the verbs; ask: gives the map of another question than the counts (`dashboard.view.question_map`)."""
    export = verbs.add_parser("export", help="make a file of a view: slides and other formats")
    export.add_argument("link", help="the view's link, whole or from the question mark on")
    export.add_argument("--format", default="pptx", metavar="NAME", help="pptx (default) or another format")
    known = f"{', '.join(TEMPLATES)} (default: what suits the view); for slides also your own .pptx"
    export.add_argument("--template", default="", metavar="NAME|FILE", help=known)
    export.add_argument("--master", type=Path, metavar="FILE", help="a .pptx whose slide master is used")
    export.add_argument("--out", type=Path, metavar="FILE", help="where to write (default: a name of its own, here)")
    export.set_defaults(run=run_export, ask=ask)
    briefs = verbs.add_parser("briefs", help="make the brief of every county in every language")
    briefs.add_argument("link", nargs="?", default="/", help="a view's link: its years, kind and measure are used")
    briefs.add_argument("--format", default="pdf", metavar="NAME", help="pdf (default) or another format")
    briefs.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where to write")
    briefs.set_defaults(run=run_briefs)


def run_export(args: argparse.Namespace) -> int:
    """Make one file; 0 when it is written."""
    from dashboard.export import FORMATS  # noqa: PLC0415 - heavy, and only this verb needs it
    from dashboard.export.brief import Purpose, from_link  # noqa: PLC0415
    from dashboard.settings import public_url  # noqa: PLC0415
    from dashboard.view.site import choices_of  # noqa: PLC0415
    from geodata.query.releases import NotAnswerable  # noqa: PLC0415
    from geodata.query.world import open_world  # noqa: PLC0415
    from geodata.settings import from_environment  # noqa: PLC0415

    template, master = _template(args.template, args.master)
    if args.format not in FORMATS:
        raise DataProblem(f"There is no format “{args.format[:40]}”; choose one of {', '.join(FORMATS)}.")
    chosen = FORMATS[args.format]
    make = chosen.load()
    if master is not None:
        if args.format not in ("pptx", "slide"):
            raise DataProblem("Only slides take a template file; leave it out, or export with --format pptx.")
        make = partial(make, template=master)  # type: ignore[call-arg] # slides take one more
    world = open_world(from_environment())
    try:
        brief = from_link(world, choices_of(world), args.link, Purpose(template, address=public_url(), ask=args.ask))
    except NotAnswerable as problem:
        raise DataProblem(str(problem)) from problem
    if brief.template not in chosen.templates:
        raise DataProblem(f"The format {args.format} is not made for “{brief.template}”; choose another one.")
    out = args.out or Path(f"{brief.name}.{chosen.extension}")
    part = out.with_name(f".{out.name}.part")
    try:
        part.touch()
        make(brief, world, part, lambda _share: None)
        part.replace(out)
    except OSError as error:
        raise DataProblem(
            f"{out} cannot be written ({error.strerror or type(error).__name__}); choose a folder that you may write "
            "to and that has room, with --out."
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    print(f"{out}: {out.stat().st_size // 1000:,} kB, release {brief.stamp.release_short}.", file=sys.stderr)
    return 0


def run_briefs(args: argparse.Namespace) -> int:
    """Make a file for each county and language."""
    from dashboard.export import FORMATS  # noqa: PLC0415 - heavy, and only this verb needs it
    from dashboard.export.all_counties import every_county  # noqa: PLC0415
    from geodata.query.world import open_world  # noqa: PLC0415
    from geodata.settings import from_environment  # noqa: PLC0415

    if args.format not in FORMATS:
        raise DataProblem(f"There is no format “{args.format[:40]}”; choose one of {', '.join(FORMATS)}.")
    world = open_world(from_environment())
    made = 0
    for made, path in enumerate(every_county(world, args.link, args.format, args.out, os.cpu_count() or 1), 1):
        print(f"{made}: {path.name}", file=sys.stderr)
    print(f"{args.out}: {made} files, release {world.releases['public'].id[:12]}.", file=sys.stderr)
    return 0


def _template(given: str, master: Path | None) -> tuple[str, Path | None]:
    """Return purpose and master: one option takes either, because both are called a template."""
    if not given or given in TEMPLATES:
        return given, master
    if given.lower().endswith((".pptx", ".potx")) or "/" in given or Path(given).exists():
        return "", Path(given)
    return given, master
