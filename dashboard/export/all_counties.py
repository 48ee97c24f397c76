"""The county briefs of all 47 counties, in every language: for the day the map goes out to the counties."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from dashboard.export import FORMATS
from dashboard.export.brief import Purpose, from_link
from dashboard.settings import public_url
from dashboard.view.site import choices_of
from geodata.query.world import World
from geodata.values import DataProblem


def links(link: str, pcodes: Sequence[str], languages: Sequence[str]) -> list[str]:
    """Return the view of a link for every county and language."""
    kept = [
        (key, value) for key, value in parse_qsl(link.partition("?")[2]) if key not in ("county", "corridor", "lang")
    ]
    return [
        f"/?{urlencode([*kept, ('county', pcode), ('lang', lang)], safe=',')}" for pcode in pcodes for lang in languages
    ]


def every_county(world: World, link: str, kind: str, folder: Path, processes: int) -> Iterator[Path]:
    """Write one file per county and language into a folder and yield each; on Linux in several processes.

    Raises DataProblem for a folder that cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataProblem(f"{folder} cannot be written ({error.strerror}); choose another folder.") from error
    wanted = links(link, list(world.names), choices_of(world).languages)
    make = partial(_one, world, kind, folder)
    if processes < 2 or "fork" not in multiprocessing.get_all_start_methods():
        yield from map(make, wanted)
        return
    with multiprocessing.get_context("fork").Pool(processes, initializer=_begin, initargs=(world,)) as pool:
        yield from pool.imap_unordered(partial(_there, kind, folder), wanted)


_WORLD: list[World] = []
"""The world of a child process, given by the fork: it is large, and need not be sent."""


def _begin(world: World) -> None:
    _WORLD[:] = [world]


def _there(kind: str, folder: Path, link: str) -> Path:
    return _one(_WORLD[0], kind, folder, link)


def _one(world: World, kind: str, folder: Path, link: str) -> Path:
    chosen = FORMATS[kind]
    brief = from_link(world, choices_of(world), link, Purpose("county", address=public_url()))
    out = folder / f"{brief.name}.{chosen.extension}"
    part = out.with_name(f".{out.name}.part")
    try:
        chosen.load()(brief, world, part, lambda _share: None)
        part.replace(out)
    except OSError as error:
        raise DataProblem(
            f"{out} cannot be written ({error.strerror}); free some room or choose another folder."
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return out
