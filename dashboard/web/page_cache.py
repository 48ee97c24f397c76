"""Finished answers as the compressed bytes that were sent, repeated before the application is asked.

A light page is a pure function of the world, the county and the language; the map's page, a county's and an embedded
map, like an answer of Dash's callback, are one of the world and the link. So the same request has the same answer until
the world changes, and `PageCache` repeats the very headers and bytes the application gave. Nothing about a reader is in
a key; what the reader's browser calls the site is, for a page may say it.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import brotli
from flask import Flask, Response, request
from werkzeug.http import parse_etags, unquote_etag

from dashboard.web.links import NAMES

MOST_BYTES = 24_000_000
MOST_OF_ONE = 300_000
LONGEST_HEADER = 120
LONGEST_QUESTION = 6_000
LONGEST_LINK = 400
"""Characters of a page's link; a longer one is rare, and is made anew each time."""
PAGES = ("/", "/embed", "/country")
PROFILES = "/county/"
CALLBACKS = ("/_dash-update-component", "/_dash-layout", "/_dash-dependencies")
MARK = "X-Njia-Lite"
"""Header of a light page that may be kept, here and by the reader's service worker alike."""
BROTLI_LEVEL = 9
REVALIDATE = "no-cache"
"""Kept by browsers, asked about every time: a new release is seen at once, an unchanged page costs no bytes."""
_OF_A_BODY = frozenset({"content-length", "content-type", "content-encoding"})

_LANGUAGE = re.compile(rf"(?:^|&)lang=(?:{'|'.join(NAMES)})(?:&|$)")

Headers = list[tuple[str, str]]
Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Wsgi = Callable[[Environ, StartResponse], Iterable[bytes]]
Key = tuple[str, str, str, str, bytes]
"""Path, query, host (of a light page whether a language is preferred, its query naming none), codings, body."""


@dataclass(frozen=True, slots=True)
class Page:
    """One finished page: its bytes by content coding (“” is plain) and its entity tag without quotes."""

    packed: dict[str, bytes]
    tag: str
    kind: str


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


def is_unchanged(held: str, tag: str) -> bool:
    """Say whether an If-None-Match header names a tag; weak and strong tags are alike here."""
    return bool(tag) and parse_etags(held).contains_weak(unquote_etag(tag)[0] or "")


def revalidate_layout(server: Flask) -> None:
    """Let a browser that holds Dash's layout already ask only whether it is the same.

    Call it before Compress, so that it sees the bytes as sent.
    """

    @server.after_request
    def tag_layout(response: Response) -> Response:
        if request.path in CALLBACKS and request.method == "GET" and response.status_code == 200:
            response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:20])
            response.headers["Cache-Control"] = REVALIDATE
            response.make_conditional(request)
        return response


@dataclass(frozen=True, slots=True)
class _Answer:
    headers: Headers
    body: bytes
    tag: str

    def size(self, key: Key) -> int:
        return len(self.body) + len(key[4]) + 1_000


class PageCache:
    """A WSGI application in front of another: repeats what it keeps, passes on everything else; safe between threads.

    At most `MOST_BYTES` are kept, those not asked for longest go first, and a new version of the world empties it.
    """

    def __init__(self, behind: Wsgi, light: str, version: Callable[[], str], most_bytes: int = MOST_BYTES) -> None:
        """Stand in front of an application. light: how the paths of light pages begin."""
        self._behind, self._light, self._version, self._most_bytes = behind, light, version, most_bytes
        self._answers: OrderedDict[Key, _Answer] = OrderedDict()
        self._now, self._bytes = "", 0
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        key = self._key(environ)
        if key is None:
            return self._behind(environ, start_response)
        version = self._version()
        with self._lock:
            if version != self._now:
                self._now, self._bytes = version, 0
                self._answers.clear()
            answer = self._answers.get(key)
            if answer is not None:
                self._answers.move_to_end(key)
        if answer is None:
            return self._learn(key, version, environ, start_response)
        if is_unchanged(environ.get("HTTP_IF_NONE_MATCH", ""), answer.tag):
            start_response("304 Not Modified", [line for line in answer.headers if line[0].lower() not in _OF_A_BODY])
            return [b""]
        start_response("200 OK", list(answer.headers))
        return [answer.body]

    def _key(self, environ: Environ) -> Key | None:
        """Return what an answer is kept under; None where it is made anew each time."""
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        headers = ("HTTP_ACCEPT_ENCODING", "HTTP_ACCEPT_LANGUAGE", "HTTP_HOST")
        coding, language, host = (environ.get(name, "") for name in headers)
        if max(len(coding), len(language), len(host)) > LONGEST_HEADER:
            return None
        if path in CALLBACKS:
            return _callback_key(environ, path, method, coding)
        query = environ.get("QUERY_STRING", "")
        if method != "GET":
            return None
        if _is_page(path):
            # A link that names no language of ours is answered by what the reader's browser prefers.
            kept = len(query) <= LONGEST_LINK and query.count("lang=") == 1 and _LANGUAGE.search(query)
            return (path, query, host, coding, b"") if kept else None
        if path.startswith(self._light) and _names_language_at_most(query):
            return path, query, "" if query or not language else "*", coding, b""
        return None

    def _learn(self, key: Key, version: str, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Ask the application, and keep its answer where it may be kept."""
        started: list[tuple[str, Headers]] = []

        def listen(status: str, headers: Headers, *rest: Any) -> Any:
            started.append((status, list(headers)))
            return start_response(status, headers, *rest)

        parts = self._behind(environ, listen)
        try:
            body = b"".join(parts)
        finally:
            if callable(close := getattr(parts, "close", None)):
                close()
        status, headers = started[-1]
        named = {name.lower(): value for name, value in headers}
        may_be_kept = key[0] in CALLBACKS or MARK.lower() in named or _is_page(key[0])
        if status.startswith("200") and may_be_kept and "set-cookie" not in named and len(body) <= MOST_OF_ONE:
            self._keep(key, version, _Answer(headers, body, named.get("etag", "")))
        return [body]

    def _keep(self, key: Key, version: str, answer: _Answer) -> None:
        with self._lock:
            if version != self._now or key in self._answers:
                return
            self._answers[key] = answer
            self._bytes += answer.size(key)
            while self._bytes > self._most_bytes:
                oldest, dropped = self._answers.popitem(last=False)
                self._bytes -= dropped.size(oldest)


def _is_page(path: str) -> bool:
    return path in PAGES or path.startswith(PROFILES)


def _callback_key(environ: Environ, path: str, method: str, coding: str) -> Key | None:
    """Return the key of a question to Dash, whose body is read and laid back for the application."""
    if method == "GET":
        return path, "", "", coding, b""
    length = environ.get("CONTENT_LENGTH") or "0"
    if method != "POST" or not length.isdigit() or not 0 < int(length) <= LONGEST_QUESTION:
        return None
    question = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(question)
    return path, "", "", coding, question


def _names_language_at_most(query: str) -> bool:
    """Say whether a query is a language at most: anything else is rare, and would only fill the room."""
    return not query or (query.startswith("lang=") and len(query) == len("lang=xx"))
