"""`site OUT [--lang en,sw] [--at ADDRESS]`: the public site as files, for any web server or none."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse names the type only so


def register(verbs: Verbs) -> None:
    """Add the verb `site`."""
    site = verbs.add_parser("site", help="write the public site as files that need no server")
    site.add_argument("out", type=Path, help="a new folder, or one that this command wrote before")
    site.add_argument("--lang", default="en,sw", help="languages, with commas between (default: en,sw)")
    site.add_argument(
        "--at", default="", help="address at which the files will be read, for sitemap, feed and previews"
    )
    site.set_defaults(run=run_site)


def run_site(args: argparse.Namespace) -> int:
    """Write the site; print where it is, its size and how long it took."""
    from dataclasses import replace  # noqa: PLC0415 - the site is only needed here

    from dashboard.server.app import create_app  # noqa: PLC0415
    from dashboard.settings import from_environment as app_settings  # noqa: PLC0415
    from dashboard.static_site.pages import Voice  # noqa: PLC0415
    from dashboard.static_site.scope import whole  # noqa: PLC0415
    from dashboard.static_site.write import refuse_foreign, write_site  # noqa: PLC0415
    from geodata.query.world import open_world  # noqa: PLC0415
    from geodata.settings import from_environment  # noqa: PLC0415
    from geodata.values import DataProblem  # noqa: PLC0415

    began = time.monotonic()
    refuse_foreign(args.out)
    if args.at and not args.at.startswith(("https://", "http://")):
        raise DataProblem(f"--at is “{args.at}”; expected an address that begins with https:// or http://.")
    live = app_settings().public_url
    voice = Voice(live, args.at)
    # Whatever this machine's settings say, the files are those of everybody: no partners, no base path, no analyst.
    settings = replace(from_environment(), partners=False)
    app = create_app(open_world(settings), type(app_settings())(public_url=voice.live or voice.at))
    known = app.site.choices.languages
    wanted = tuple(dict.fromkeys(part.strip() for part in args.lang.split(",") if part.strip()))
    if not wanted or not set(wanted) <= set(known):
        raise DataProblem(f"--lang is “{args.lang}”; expected languages of {', '.join(known)}, with commas between.")
    sizes = write_site(app, whole(app.site, wanted), voice, args.out)
    size, seconds = sum(sizes.values()) / 1e6, time.monotonic() - began
    print(f"{args.out}: {len(sizes)} files, {size:.1f} MB, in {seconds:.0f} s. Open index.html, or serve the folder.")
    return 0
