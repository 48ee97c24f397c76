"""What browsers, caches and other sites may do with an answer.

A page may be kept and is asked about every time: a reader who comes back pays a few hundred bytes, and a new release
is seen at once. Open data may be read by a page of any other site; nothing here knows who asks, so there is nothing
that such a page could take from a reader.
"""

from __future__ import annotations

from flask import Flask, Response, request

OPEN = ("/api/v1/", "/geo/", "/feed", "/oembed", "/ogc", "/healthz")
"""How addresses of open data begin."""
REVALIDATE = "no-cache"
PAGE = "text/html"


def add(server: Flask) -> None:
    """Let pages be revalidated and open data be read elsewhere. Runs before compression: one tag for every coding."""

    @server.after_request
    def say(response: Response) -> Response:
        if request.path.startswith(OPEN):
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Access-Control-Expose-Headers"] = "ETag, Link, X-Njia-Not-Understood"
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        is_page = response.status_code == 200 and response.mimetype == PAGE and request.method in ("GET", "HEAD")
        if is_page and not response.is_streamed and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = REVALIDATE
            response.add_etag(weak=True)
            response.make_conditional(request)
        return response
