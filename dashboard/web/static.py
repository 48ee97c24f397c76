"""Addresses of our own static files, each with a hash of its bytes so that it may be cached for ever.

Third-party scripts and fonts live in assets/node_modules and are fetched by `make setup`. Without
them the site runs on the full bundle inside Python's plotly and on system fonts, and says so.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import brotli
from flask import Flask, Response, abort, request

YEAR = "public, max-age=31536000, immutable"
PLOTLY = Path("node_modules/plotly.js-geo-dist-min/plotly-geo.min.js")
FONT = Path("node_modules/@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2")
OPEN = ("css/", "js/", "njia.svg", "icon-192.png", "icon-512.png", PLOTLY.as_posix(), FONT.as_posix())
"""What of assets/ the web serves; nothing else of node_modules leaves the house."""
COMPRESSED = frozenset({".js", ".css", ".svg", ".json"})


@dataclass(frozen=True)
class Assets:
    """Static files of one folder."""

    folder: Path

    def url(self, name: str) -> str:
        """Return the address of a file under assets/, with its hash."""
        return f"/a/{_hash(self.folder / name)}/{name}"

    def plotly_url(self) -> str:
        """Return the address of the partial Plotly bundle, empty when npm has not fetched it."""
        return self.url(PLOTLY.as_posix()) if (self.folder / PLOTLY).is_file() else ""

    def font_url(self) -> str:
        """Return the address of the font, empty when npm has not fetched it."""
        return self.url(FONT.as_posix()) if (self.folder / FONT).is_file() else ""

    def missing(self) -> str:
        """Return what to tell the operator when third-party files are not there, else nothing."""
        if self.plotly_url() and self.font_url():
            return ""
        return (
            "Third-party JavaScript and fonts are not installed (npm was missing): using the full Plotly bundle, "
            "three times as heavy, and system fonts. Install npm and run `make setup` to change that."
        )

    def serve(self, server: Flask) -> None:
        """Add the route of the static files."""

        @server.route("/a/<digest>/<path:name>")
        def asset(digest: str, name: str) -> Response:
            path = self.folder / name
            if not name.startswith(OPEN) or ".." in name or not path.is_file() or _hash(path) != digest:
                abort(404)
            return send(path)


def send(path: Path) -> Response:
    """Return a file, compressed as the reader accepts it, for ever cacheable (its address holds its hash)."""
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    accepted = request.accept_encodings
    coding = "br" if accepted["br"] else "gzip" if accepted["gzip"] else ""
    squeeze = path.suffix in COMPRESSED and coding
    body = _squeezed(path, coding) if squeeze else path.read_bytes()
    answer = Response(body, mimetype="application/json" if path.suffix == ".json" else kind)
    answer.headers["Cache-Control"] = YEAR
    if squeeze:
        answer.headers["Content-Encoding"] = coding
    answer.headers["Vary"] = "Accept-Encoding"
    return answer


def prepare(folder: Path) -> list[Path]:
    """Write the compressed twins of the Plotly bundle, so that no reader waits for the strongest compression."""
    path = folder / PLOTLY
    if not path.is_file():
        return []
    content = path.read_bytes()
    twins = {".br": brotli.compress(content, quality=11), ".gz": gzip.compress(content, 9, mtime=0)}
    for ending, packed in twins.items():
        part = path.with_name(f"{path.name}{ending}.part")
        part.write_bytes(packed)
        part.replace(path.with_name(f"{path.name}{ending}"))
    return [path.with_name(f"{path.name}{ending}") for ending in twins]


@lru_cache(maxsize=256)
def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


@lru_cache(maxsize=128)
def _squeezed(path: Path, coding: str) -> bytes:
    twin = path.with_name(f"{path.name}.{'br' if coding == 'br' else 'gz'}")
    if twin.is_file():
        return twin.read_bytes()
    content = path.read_bytes()
    if coding == "br":
        packed: bytes = brotli.compress(content, quality=11 if len(content) < 400_000 else 9)
        return packed
    return gzip.compress(content, 9, mtime=0)


if __name__ == "__main__":
    from dashboard.export.typeset import prepare_fonts
    from dashboard.settings import ASSETS

    prepare(ASSETS)
    prepare_fonts()
