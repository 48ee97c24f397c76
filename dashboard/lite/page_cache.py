"""Finished light pages as the compressed bytes that are sent, and a short way to them.

A page is a pure function of the world, the county and the language, so it is made once per release, on the
first request. The short way answers a repeated request before the application is asked at all; it repeats
the very headers and bytes the application gave. Nothing about a reader is in a key.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import brotli

ROOM = 400
"""Answers kept: 47 cards, 47 messages and the choice, in two languages and two codings, and a few more."""
LONGEST_PREFERENCE = 120
MARK = "X-Njia-Lite"
"""Header of an answer that may be kept, by the short way and by the reader's service worker alike."""
BROTLI_LEVEL = 9
REVALIDATE = "no-cache"
"""Kept by browsers, asked about every time: a new release is seen at once, an unchanged page costs no bytes."""

Headers = list[tuple[str, str]]
Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Wsgi = Callable[[Environ, StartResponse], Iterable[bytes]]
Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """One finished page: its bytes by content coding (“” is plain) and its entity tag without quotes."""

    packed: dict[str, bytes]
    tag: str
    kind: str


class Shelf:
    """Finished pages of one version of the world; a new version empties it. Safe between threads."""

    def __init__(self, version: Callable[[], str]) -> None:
        """Take what tells the version of the world."""
        self._version = version
        self._now = ""
        self._pages: dict[tuple[str, str, str], Page] = {}
        self._lock = threading.Lock()

    def page(self, name: tuple[str, str, str], make: Callable[[], str], kind: str) -> Page:
        """Return a page, made now if nobody asked for it before."""
        version = self._version()
        with self._lock:
            if version != self._now:
                self._now, self._pages = version, {}
            found = self._pages.get(name)
        if found is None:
            found = pack(make(), kind)
            with self._lock:
                if version == self._now:
                    self._pages[name] = found
        return found


def pack(text: str, kind: str) -> Page:
    """Return a page with its compressed twins."""
    body = text.encode()
    packed = {"br": brotli.compress(body, quality=BROTLI_LEVEL), "gzip": gzip.compress(body, 9, mtime=0), "": body}
    return Page(packed, hashlib.sha256(body).hexdigest()[:16], kind)


def coding_of(accepted: str) -> str:
    """Return the content coding for an Accept-Encoding header: brotli, else gzip, else plain."""
    offers = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        offers[name.strip()] = weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return next((coding for coding in ("br", "gzip") if offers.get(coding)), "")


def tag_of(tag: str, coding: str) -> str:
    """Return the entity tag of one coding of a page, in quotes."""
    return f'"{tag}-{coding or "plain"}"'


def unchanged(asked: str, tag: str) -> bool:
    """Say whether an If-None-Match header names a tag; weak and strong tags are alike here."""
    return any(one.strip().removeprefix("W/") in (tag, "*") for one in asked.split(",")) if asked else False


class ShortWay:
    """A WSGI application in front of another: repeats kept answers under one path, passes on everything else."""

    def __init__(self, behind: Wsgi, prefix: str, version: Callable[[], str]) -> None:
        """Stand in front of an application."""
        self._behind = behind
        self._prefix = prefix
        self._version = version
        self._now = ""
        self._kept: dict[Key, tuple[Headers, bytes, str]] = {}

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        if not environ["PATH_INFO"].startswith(self._prefix) or environ["REQUEST_METHOD"] != "GET":
            return self._behind(environ, start_response)
        query, preferred = environ.get("QUERY_STRING", ""), environ.get("HTTP_ACCEPT_LANGUAGE", "")
        if not _plain_query(query) or len(preferred) > LONGEST_PREFERENCE:
            return self._behind(environ, start_response)
        version = self._version()
        if version != self._now:
            self._now, self._kept = version, {}
        coding = coding_of(environ.get("HTTP_ACCEPT_ENCODING", ""))
        key = (environ["PATH_INFO"], query, "" if query else preferred, coding)
        held = self._kept.get(key)
        if held is None:
            return self._learn(key, environ, start_response)
        headers, body, tag = held
        if unchanged(environ.get("HTTP_IF_NONE_MATCH", ""), tag):
            start_response("304 Not Modified", [one for one in headers if one[0].lower() not in _OF_A_BODY])
            return [b""]
        start_response("200 OK", list(headers))
        return [body]

    def _learn(self, key: Key, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Ask the application, and keep its answer when it says that it may be kept."""
        said: list[tuple[str, Headers]] = []

        def listen(status: str, headers: Headers, *rest: Any) -> Any:
            said.append((status, list(headers)))
            return start_response(status, headers, *rest)

        parts = self._behind(environ, listen)
        try:
            body = b"".join(parts)
        finally:
            if callable(close := getattr(parts, "close", None)):
                close()
        status, headers = said[-1]
        named = {name.lower(): value for name, value in headers}
        if status.startswith("200") and MARK.lower() in named and len(self._kept) < ROOM:
            self._kept[key] = (headers, body, named.get("etag", ""))
        return [body]


_OF_A_BODY = frozenset({"content-length", "content-type", "content-encoding"})


def _plain_query(query: str) -> bool:
    """Say whether a query is a language at most: anything else is rare, and would only fill the room."""
    return not query or (query.startswith("lang=") and len(query) == len("lang=xx"))
