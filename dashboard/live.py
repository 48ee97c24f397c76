"""The site as it stands: looks, at most once a second, whether a release or boundaries changed, and then opens anew.

What is being served stays whole: the new world replaces the old one at once, or not at all. When the
new one cannot be opened, the old one goes on being served.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dashboard.assets import Assets
from dashboard.ground import ground
from dashboard.i18n.catalogue import languages
from dashboard.page import Site
from dashboard.state import Choices
from geodata.query import Release, World, further, spellings
from geodata.values import DataProblem, Period

LOOK_EVERY_S = 1.0


def make_site(world: World, files: Assets) -> Site:
    """Return a site around a world."""
    return Site(
        world, choices_of(world), ground(world), files.url, files.plotly_url(), files.font_url(), spellings(world)
    )


def choices_of(world: World) -> Choices:
    """Return the legal values of a link that depend on the data, for every dataset."""
    public = world.releases["public"]
    sets = {code for value in public.values("nationality") for code in str(value).split(";")}
    corridors = tuple(str(row["corridor_id"]) for row in world.corridors.corridors)
    every = Choices(
        world.coverage, tuple(sorted(sets)), corridors, tuple(world.releases), languages(),
        forms=tuple(str(value) for value in public.values("form")),
    )  # fmt: skip
    caseloads = tuple((name, _caseload(every, release)) for name, release in world.releases.items() if name != "public")
    return replace(every, caseloads=caseloads)


def _caseload(every: Choices, release: Release) -> Choices:
    first, last = release.manifest.period or (every.period.first, every.period.last)

    def known(dim: str) -> tuple[str, ...]:
        return tuple(str(value) for value in release.values(dim)) if dim in release.manifest.dims else ()

    windows = [dim for dim in ("window_5", "window_3") if release.answerable((dim, "nature", "county"))]
    spans = [tuple(int(year) for year in str(w).split("–")) for dim in windows for w in known(dim) if "–" in w]
    inside = [(a, b) for a, b in spans if first <= a and b <= last]
    return replace(
        every,
        period=Period(first, last),
        periods=((first, last), *inside, *((year, year) for year in range(first, last + 1))),
        nationalities=known(further(release, "nationality")),
        forms=known(further(release, "form")),
        sexes=known(further(release, "sex")),
        ages=known(further(release, "age")),
        protected=release.manifest.policy == "protected",
    )


class LiveSite:
    """Stands in for a `Site`: every attribute is that of the current one."""

    def __init__(self, first: Site, stamp: Callable[[], object], load: Callable[[], Site]) -> None:
        """Take the opened site, what tells that it is out of date, and how to open it anew."""
        self._site = first
        self._stamp = stamp
        self._load = load
        self._seen = stamp()
        self._looked = time.monotonic()
        self._lock = threading.Lock()

    def current(self) -> Site:
        """Return the current site."""
        if time.monotonic() - self._looked > LOOK_EVERY_S and self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()
        return self._site

    def _look(self) -> None:
        self._looked = time.monotonic()
        now = self._stamp()
        if now == self._seen:
            return
        try:
            self._site = self._load()
        except DataProblem as problem:
            logging.getLogger("njia").warning("The new release was not taken over: %s", problem)
        self._seen = now

    def __getattr__(self, name: str) -> Any:
        """Return an attribute of the current site."""
        return getattr(self.current(), name)
