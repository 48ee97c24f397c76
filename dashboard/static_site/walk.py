"""The whole site read by its own test client, page after page along its links, in several processes.

Each process has the application as it was before it was forked, writes the files it reads, and tells which
further places they lead to; the next round reads those. A page that does not answer ends everything.
"""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from flask.testing import FlaskClient

from dashboard.server.app import Njia
from dashboard.static_site.pages import LOCAL, Voice, Written, asset_file, html_file, text_file
from dashboard.static_site.places import SiteFile, SiteFiles
from geodata.values import DataProblem

TEXTS = frozenset({"application/atom+xml", "application/json", "application/ld+json", "text/plain"})
"""Kinds of answers, beside pages, in which addresses of this site are turned."""
AT_ONCE = 8
"""Pages that a process takes at a time."""


@dataclass(frozen=True)
class Told:
    """What one round learned of one file: its name and size in bytes, where it leads, which static files it needs."""

    file: str
    size: int
    places: frozenset[SiteFile]
    assets: frozenset[str]


@dataclass
class SiteReader:
    """What a process reads with."""

    client: FlaskClient
    places: SiteFiles
    voice: Voice
    folder: Path

    def get(self, source: str) -> tuple[str, bytes]:
        """Return kind and content of an address; raises DataProblem when the site does not answer it."""
        base = self.voice.root if self.voice.root != LOCAL else None
        answer = self.client.get(source, base_url=base, headers={"Accept-Encoding": "identity"}, follow_redirects=True)
        if answer.status_code != 200:
            raise DataProblem(f"The site answers {answer.status_code} to {source}; nothing was written.")
        return answer.mimetype or "", answer.get_data()

    def write(self, place: SiteFile) -> Told:
        """Write the file of a place."""
        kind, content = self.get(place.source)
        if kind == "text/html":
            written = html_file(content.decode(), place, self.places, self.voice)
        elif kind in TEXTS or kind.endswith("+json"):
            written = text_file(content.decode(), place, self.places, self.voice)
        else:
            written = Written(place.file, content)
        self.put(written.file, written.content)
        return Told(written.file, len(written.content), frozenset(written.places), frozenset(written.assets))

    def asset(self, url: str) -> Told:
        """Write a static file."""
        _, content = self.get(url)
        self.put(asset_file(url), content)
        return Told(asset_file(url), len(content), frozenset(), frozenset())

    def put(self, file: str, content: bytes) -> None:
        """Write a file below the folder."""
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


_reader: SiteReader | None = None
"""The reader of this process; set before processes are forked."""


def walk(app: Njia, places: SiteFiles, voice: Voice, folder: Path, processes: int = 0) -> dict[str, int]:
    """Write every page that the starts lead to; return file → size in bytes.

    processes: 0 for as many as the machine has cores.
    """
    global _reader  # noqa: PLW0603 - what is forked must be found by name in the process
    _reader = SiteReader(app.server.test_client(), places, voice, folder)
    sizes: dict[str, int] = {}
    waiting = {place.file: place for place in starts(places)}
    assets: set[str] = set()
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes or os.cpu_count() or 1, mp_context=context) as pool:
        while waiting:
            seen = waiting.keys() | sizes.keys()
            further: dict[str, SiteFile] = {}
            for told in pool.map(_write, sorted(waiting.values(), key=lambda place: place.file), chunksize=AT_ONCE):
                sizes[told.file] = told.size
                assets |= told.assets
                further |= {place.file: place for place in told.places if place.file not in seen}
            waiting = further
        for told in pool.map(_asset, sorted(assets)):
            sizes[told.file] = told.size
    _reader = None
    return sizes


def starts(places: SiteFiles) -> Iterable[SiteFile]:
    """Yield the places from which everything else is reached."""
    for lang in places.scope.languages:
        for link in (f"/?lang={lang}", f"/lite?lang={lang}", f"/feed.xml?lang={lang}"):
            place = places.place_of(link, lang)
            if place is not None:
                yield SiteFile(place.file, place.source)


def _write(place: SiteFile) -> Told:
    if _reader is None:
        raise RuntimeError("the process has no reader")
    return _reader.write(place)


def _asset(url: str) -> Told:
    if _reader is None:
        raise RuntimeError("the process has no reader")
    return _reader.asset(url)


def manifest(places: SiteFiles, sizes: dict[str, int]) -> bytes:
    """Return what the folder says of itself: releases, date, languages, files and sizes."""
    world = places.site.world
    told = {
        "made_by": "njia site",
        "as_of": world.as_of,
        "languages": list(places.scope.languages),
        "releases": {name: release.id for name, release in world.releases.items()},
        "boundaries": {"edition": world.edition.id, "title": world.edition.title, "licence": world.edition.licence},
        "files": dict(sorted(sizes.items())),
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()
