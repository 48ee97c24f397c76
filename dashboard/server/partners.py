"""The partners' door: datasets for partners are served to requests that a proxy of ours names, and to nobody else.

Two sites stand side by side. The public one never opens a partner dataset: no page, file, feed or frozen view of it
can hold one, because its world has none. A request that carries the header the operator named (``NJIA_PARTNER_HEADER``,
written by oauth2-proxy or Authelia, taken off what readers send) goes to the other site, whose answers no shared cache
may keep and no other site may read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, abort, request

from dashboard.view.site import Site

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

KEPT_FROM_CACHES = "private, no-store"
_REPLACED = {"cache-control", "access-control-allow-origin", "access-control-expose-headers", "etag", "expires"}
NAMES = ("dataset", "beside")
"""Keys of a link that name a dataset."""


class PartnersDoor:
    """A WSGI application in front of two: which of them answers, the header decides."""

    def __init__(self, public: Wsgi, partners: Wsgi, header: str) -> None:
        """Stand in front of the public site and of the partners'. header: such as ``X-Forwarded-Email``."""
        self._public, self._partners = public, partners
        self._key = f"HTTP_{header.upper().replace('-', '_')}"

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        if not environ.get(self._key, "").strip():
            return self._public(environ, start_response)

        def start(status: str, headers: Headers, *rest: Any) -> Any:
            kept = [(name, value) for name, value in headers if name.lower() not in _REPLACED]
            return start_response(status, [*kept, ("Cache-Control", KEPT_FROM_CACHES)], *rest)

        for condition in ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"):
            environ.pop(condition, None)
        return self._partners(environ, start)


def refuse_unknown(server: Flask, site: Site) -> None:
    """Answer a link that names a dataset this site does not have with 404, whether there is such a dataset or not.

    It holds with the door and without it, so that nobody can tell from an answer what is behind; and figures of the
    public record are never read as those of a dataset that is gone.
    """

    @server.before_request
    def refuse() -> None:
        named = [request.args[key] for key in NAMES if request.args.get(key)]
        if any(name not in site.world.releases for name in named):
            abort(404)


def add(public: Flask, partners: Flask, header: str) -> None:
    """Put the door in front of the public server."""
    public.wsgi_app = PartnersDoor(public.wsgi_app, partners.wsgi_app, header)  # type: ignore[method-assign]
