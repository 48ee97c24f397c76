"""The site as it stands: looks, at most once a second, whether a release or boundaries changed, and then opens anew.

What is being served stays whole: the new world replaces the old one at once, or not at all. When the
new one cannot be opened, the old one goes on being served. A request sees one site from its beginning to its end: an
answer half of one release and half of the next would be of none.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from flask import g, has_request_context

from dashboard.view.site import Site
from geodata.values import DataProblem

LOOK_EVERY_S = 1.0


class ReloadingSite:
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
        """Return the current site; in a request, the one it began with."""
        if not has_request_context():
            return self._newest()
        if "njia_site" not in g:
            g.njia_site = self._newest()
        begun_with: Site = g.njia_site
        return begun_with

    def _newest(self) -> Site:
        """Look for a change, if it is time to, and return what is being served."""
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

    def __hash__(self) -> int:
        """Be another key for every release: what `lru_cache` keeps for one is not found for the next."""
        return hash(self.current().world.key)

    def __eq__(self, other: object) -> bool:
        """Be equal to itself only; of which release, the hash says."""
        return self is other

    def __getattr__(self, name: str) -> Any:
        """Return an attribute of the current site."""
        return getattr(self.current(), name)
