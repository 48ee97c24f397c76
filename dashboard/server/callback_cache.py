"""Finished answers of Dash's callbacks, remembered as the compressed bytes that were sent.

Every callback is a pure function of the link's query string and the world of this process, so the
same request has the same answer until the world changes. Nothing about a reader is in the key.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable

from flask import Flask, Response, g, request

PATHS = ("/_dash-update-component", "/_dash-layout", "/_dash-dependencies")
LONGEST_QUESTION = 6_000
ROOM = 16_000_000
Key = tuple[str, str, str, bytes]
Held = tuple[bytes, str, str]


class Answers:
    """The latest answers, at most `ROOM` bytes of them; safe between threads."""

    def __init__(self, room: int = ROOM) -> None:
        """Start with nothing."""
        self._room = room
        self._held: OrderedDict[Key, Held] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Key) -> Held | None:
        """Return body, content coding and type of an answer, None when it is not held."""
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def put(self, key: Key, held: Held) -> None:
        """Hold an answer; the ones not asked for longest make room."""
        with self._lock:
            if key in self._held:
                return
            self._held[key] = held
            self._bytes += _size(key, held)
            while self._bytes > self._room:
                self._bytes -= _size(*self._held.popitem(last=False))


def _size(key: Key, held: Held) -> int:
    return len(key[3]) + len(held[0]) + 400


def cache_callbacks(server: Flask, version: Callable[[], str]) -> Answers:
    """Answer repeated questions from memory, as long as `version` (of the world) is the same.

    Call it before Compress, so that it sees the bytes as sent.
    """
    answers = Answers()

    @server.before_request
    def serve_cached() -> Response | None:
        key = _key(version)
        if key is None:
            return None
        held = answers.get(key)
        if held is None:
            g.njia_question = key
            return None
        body, coding, kind = held
        response = Response(body, content_type=kind)
        if coding:
            response.headers["Content-Encoding"] = coding
            response.headers["Vary"] = "Accept-Encoding"
        return response

    @server.after_request
    def let_browser_revalidate(response: Response) -> Response:
        """Let a browser that holds the layout already ask only whether it is the same."""
        if request.path in PATHS and request.method == "GET" and response.status_code == 200:
            response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:20])
            response.headers["Cache-Control"] = "no-cache"
            response.make_conditional(request)
        return response

    @server.after_request
    def store_answer(response: Response) -> Response:
        key = g.pop("njia_question", None)
        if key is not None and response.status_code == 200 and not response.is_streamed:
            kind = response.content_type or "application/json"
            answers.put(key, (response.get_data(), response.headers.get("Content-Encoding", ""), kind))
        return response

    return answers


def _key(version: Callable[[], str]) -> Key | None:
    path = request.path
    if path not in PATHS or (request.content_length or 0) > LONGEST_QUESTION:
        return None
    accepted = request.headers.get("Accept-Encoding", "")
    coding = "br" if "br" in accepted else "gzip" if "gzip" in accepted else ""
    return version(), path, coding, request.get_data() if request.method == "POST" else request.method.encode()
