"""What every answer carries: a strict content policy and no third party.

Scripts come from this site only (plus the hashes of Dash's own inline starters); styles may be
inline because Plotly writes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl

from flask import Flask, Request, Response, abort, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.utils import cached_property

from dashboard.web.links import ANY_ADDRESS


class LenientRequest(Request):
    """A request whose `args` never raises: bytes that are no UTF-8 become replacement characters."""

    @cached_property
    def args(self) -> ImmutableMultiDict[str, str]:
        """Return the query string as a mapping."""
        text = self.query_string.decode("utf-8", "replace")
        return ImmutableMultiDict(parse_qsl(text, keep_blank_values=True, max_num_fields=None))


FRAMED = ("/embed", "/lite")
"""Addresses that another site may frame, where the setting allows it; everything else frames itself only."""
CALL = "/_dash-update-component"
"""Name of one of Dash's routes."""
PARTS = {"output": str, "inputs": list, "changedPropIds": list}
"""What a call of a callback must have."""


def harden(server: Flask, script_hashes: Sequence[str], frame_ancestors: str, elsewhere: str = "'self'") -> None:
    """Add the security headers to every response of the server."""
    policy = "; ".join(
        (
            "default-src 'none'",
            "script-src " + " ".join(["'self'", *script_hashes]),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "frame-src 'self'",
            "manifest-src 'self'",
            "worker-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "object-src 'none'",
            "frame-ancestors",
        )
    )

    @server.before_request
    def refuse() -> None:
        """Dash answers every address with the map, and a broken call with an error of its own: neither is wanted."""
        if request.endpoint == ANY_ADDRESS:
            abort(404)
        if request.endpoint == CALL and request.method == "POST":
            call = request.get_json(silent=True)
            if not isinstance(call, dict) or not all(isinstance(call.get(key), kind) for key, kind in PARTS.items()):
                abort(400)

    @server.after_request
    def add_headers(response: Response) -> Response:
        ancestors = frame_ancestors if request.path.startswith(FRAMED) else elsewhere
        response.headers.setdefault("Content-Security-Policy", f"{policy} {ancestors}")
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(self), interest-cohort=()"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        return response
