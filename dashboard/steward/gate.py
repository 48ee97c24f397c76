"""Who may speak to the desk: this computer, this browser, this page.

The address printed at start carries a token that works once and becomes a session cookie. Every request must
name 127.0.0.1 or localhost with our own port as its host (a page elsewhere that re-points its name at this
computer does not); every POST must come from our own origin and carry the session's second secret.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from typing import Any

from flask import Flask, Response, abort, g, request

HOSTS = ("127.0.0.1", "localhost")
_BYTES = 32
_ASSET = "assets.asset"
_OPEN = frozenset({_ASSET, "entrance.enter"})
"""Endpoints that answer without a session; they hold no case data."""


class Gate:
    """One token, one session, one secret for forms."""

    def __init__(self) -> None:
        """Draw fresh secrets; nothing of them is written anywhere but to the printed address."""
        self._token: str | None = secrets.token_urlsafe(_BYTES)
        self._session = secrets.token_urlsafe(_BYTES)
        self.form_secret = secrets.token_urlsafe(_BYTES)
        self._turn = threading.Lock()
        self.port = 0

    @property
    def token(self) -> str:
        """Return the token for the address, empty once it was used."""
        return self._token or ""

    @property
    def cookie(self) -> str:
        """Return the cookie's name; cookies do not know ports, so the name does."""
        return f"njia_steward_{self.port}"

    def spend(self, offered: str) -> bool:
        """Use the token up; true for the first right one only."""
        with self._turn:
            right = self._token is not None and _same(offered, self._token)
            if right:
                self._token = None
            return right

    def admit(self, answer: Response) -> None:
        """Give the browser its session."""
        answer.set_cookie(self.cookie, self._session, httponly=True, samesite="Strict", path="/")

    def knows(self) -> bool:
        """Say whether the request carries the session."""
        return _same(request.cookies.get(self.cookie, ""), self._session)

    def own_host(self) -> bool:
        """Say whether the request names this computer and our port."""
        return request.host in {f"{host}:{self.port}" for host in HOSTS}

    def own_origin(self) -> bool:
        """Say whether a page of ours sent the request; a browser always says where a POST comes from."""
        origin = request.headers.get("Origin")
        site = request.headers.get("Sec-Fetch-Site", "same-origin")
        return origin == f"http://{request.host}" and site == "same-origin"

    def own_form(self, offered: str) -> bool:
        """Say whether the form carries the session's second secret."""
        return _same(offered, self.form_secret)


def _same(offered: str, secret: str) -> bool:
    return hmac.compare_digest(offered.encode("utf-8"), secret.encode("utf-8"))


def guard(server: Flask, gate: Gate) -> None:
    """Check every request before anything else happens with it, the reading of its body included."""

    @server.before_request
    def check() -> None:
        if not gate.own_host():
            g.refused = "host"
            abort(403)
        if request.endpoint in _OPEN:
            return
        if not gate.knows():
            g.refused = "session"
            abort(403)
        if request.method in ("GET", "HEAD"):
            return
        if not gate.own_origin() or not gate.own_form(_offered()):
            g.refused = "form"
            abort(403)

    @server.after_request
    def keep_nothing(answer: Response) -> Response:
        if request.endpoint != _ASSET:
            answer.headers["Cache-Control"] = "no-store"
        answer.headers["X-Frame-Options"] = "DENY"
        answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return answer


def _offered() -> str:
    """Return the form's secret; an upload carries it in its address, so that a refused one is never read."""
    if request.mimetype == "application/x-www-form-urlencoded":
        return request.form.get("desk", "")
    return request.args.get("desk", "")


def refused_why() -> str:
    """Return which check refused the request."""
    why: Any = g.get("refused", "session")
    return str(why)
